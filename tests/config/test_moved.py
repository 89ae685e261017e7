"""A renamed record's old addresses lead to the new ones, on pages and in the API; scripts learn of the new key."""

from urllib.parse import urlsplit

import pytest
from django.test import Client

from centres.models import Centre, Designation
from config.content import dump_content, load_content
from mechanisms.models import Mechanism
from publishing.models import Dataset, FormerCode

pytestmark = pytest.mark.usefixtures("content")

OLD, NEW = "south-africa-bcrc-scrc", "pretoria-centre"


@pytest.fixture
def renamed(content: None) -> Centre:
    centre: Centre = Centre.objects.get(code=OLD)
    centre.code = NEW
    centre.save()
    return centre


@pytest.mark.parametrize(
    "path",
    [
        "/en/centres/{}/",
        "/zh-hans/centres/{}/?as_of=2010-06-07",
        "/api/v1/centres/{}/",
        "/api/v1/centres/{}/?lang=zh-hans&fields=code,name",
    ],
)
def test_an_old_address_leads_to_the_new_one(client: Client, renamed: Centre, path: str):
    answer = client.get(path.format(OLD))
    assert answer.status_code == 301
    assert answer.headers["Location"] == path.format(NEW)
    assert client.get(path.format(NEW)).status_code == 200


def test_a_key_that_holds_the_code_leads_on_too(client: Client, renamed: Centre):
    designation = Designation.objects.filter(centre=renamed).first()
    assert designation is not None
    old = designation.key.replace(NEW, OLD)
    answer = client.get(f"/api/v1/designations/{old}/")
    assert (answer.status_code, answer.headers["Location"]) == (301, f"/api/v1/designations/{designation.key}/")
    assert client.get(answer.headers["Location"]).json()["key"] == designation.key


@pytest.mark.parametrize("path", [f"/en/mechanisms/{OLD}/", f"/api/v1/sources/{OLD}/", "/en/centres/nothing/"])
def test_nothing_else_moves(client: Client, renamed: Centre, path: str):
    assert client.get(path).status_code == 404


def test_writes_are_not_led_on(client: Client, renamed: Centre):
    assert client.delete(f"/api/v1/centres/{OLD}/?reason=x").status_code == 401


def test_twice_renamed_and_back(client: Client, renamed: Centre):
    renamed.code = "third-name"
    renamed.save()
    for old in (OLD, NEW):
        assert client.get(f"/en/centres/{old}/").headers["Location"] == "/en/centres/third-name/"
    renamed.code = OLD
    renamed.save()
    assert client.get(f"/en/centres/{OLD}/").status_code == 200
    for old in (NEW, "third-name"):
        assert client.get(f"/en/centres/{old}/").headers["Location"] == f"/en/centres/{OLD}/"


def test_scripts_learn_of_each_new_key(client: Client):
    since = Dataset.current().revision
    basel = Mechanism.objects.get(code="basel")
    keys = set(Designation.keys_in(Designation.objects.filter(mechanism=basel)))
    basel.code = "basel-centres"
    basel.save()
    rows = client.get(f"/api/v1/changes/?since={since}&table=designations&table=mechanisms").json()["results"]
    removed = {one["key"] for one in rows if one["action"] == "removed"}
    added = {one["key"] for one in rows if one["action"] == "added"}
    assert removed == keys | {"basel"}
    assert added == {key.replace("~basel~", "~basel-centres~") for key in keys} | {"basel-centres"}
    assert len({one["revision"] for one in rows}) == 1


def test_former_codes_are_content(client: Client, renamed: Centre, tmp_path):
    FormerCode.objects.create(kind="sources.source", former="an-old-note", code="inc1-note")
    folder = tmp_path / "fixtures"
    folder.mkdir()
    dump_content(folder)
    FormerCode.objects.all().delete()
    load_content(folder, lambda change: None)
    assert client.get("/en/sources/an-old-note/").headers["Location"] == "/en/sources/inc1-note/"
    assert client.get(f"/en/centres/{OLD}/").status_code == 301


@pytest.mark.parametrize("start", ["//evil.example", "/\\evil.example", "///evil.example"])
def test_nobody_is_led_to_another_site(client: Client, renamed: Centre, start: str):
    answer = client.get("/", PATH_INFO=f"{start}/centres/{OLD}/")
    led = answer.headers.get("Location", "/").replace("\\", "/")
    assert not led.startswith("//")
    assert urlsplit(led).netloc == ""
