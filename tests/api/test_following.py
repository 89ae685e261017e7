"""The feed of a list: the changes of the records that meet its filters, and of what is about them."""

import datetime
import xml.etree.ElementTree as ET
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client
from django.utils import timezone

from centres.models import Centre, Designation, Service
from config.following import NotFollowable, followed_at
from mechanisms.models import Mechanism
from publishing.models import ContentChange
from tests.api.endpoints import ROOT, VIEWSETS, lookups, problem
from tests.api.test_feed import entries, links, text, titles

pytestmark = pytest.mark.usefixtures("content")


def feed(client: Client, path: str, **parameters: Any) -> ET.Element:
    answer = client.get(f"{ROOT}{path}", {"format": "atom", **parameters})
    assert answer.status_code == 200, answer.content.decode()
    assert answer.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    # Our own answer.
    return ET.fromstring(answer.content)  # noqa: S314


def forget() -> None:
    """Begin without the changes of the load, of which every record is one."""
    ContentChange.objects.all().delete()


@pytest.mark.parametrize("name", sorted(VIEWSETS))
def test_every_list_and_record_can_be_followed(client: Client, name: str):
    root = feed(client, f"{name}/", lang="en")
    assert entries(root)
    assert client.get(links(root, "alternate")[0].removeprefix("http://testserver")).status_code == 200
    record = feed(client, f"{name}/{quote(lookups(name, 1)[0])}/", lang="zh-hans")
    assert entries(record)
    assert len(entries(record)) <= len(entries(root)) or len(entries(root)) == 100
    assert client.get(links(record, "alternate")[0].removeprefix("http://testserver")).status_code == 200


def test_it_tells_of_the_rows_and_of_what_is_about_them(client: Client):
    forget()
    inside, outside = Centre.objects.get(code="egypt-bcrc"), Centre.objects.get(code="china-bcrc-scrc")
    for centre in (inside, outside):
        centre.summary_en += " More."
        centre.save()
        designation = centre.designations.first()
        designation.note_en, designation.note_zh_hans = "Other.", "其他。"
        designation.save()
    root = feed(client, "centres/", country="EG", lang="en")
    assert [one.rpartition("/")[2].partition("~")[0] for one in (text(e, "id") for e in entries(root))] == [
        inside.code,
        inside.code,
    ]
    assert {one.get("term") for one in root.iter("{http://www.w3.org/2005/Atom}category")} == {
        "centres",
        "designations",
    }
    assert text(root, "title").startswith("Changes: centres · Host country: Egypt · ")
    assert links(root, "alternate") == ["http://testserver/en/centres/?country=EG"]
    chinese = feed(client, "centres/", country="EG", lang="zh-hans")
    assert text(chinese, "id") == text(root, "id")
    assert [text(one, "id") for one in entries(chinese)] == [text(one, "id") for one in entries(root)]
    assert "埃及" in text(chinese, "title")


def test_what_leaves_the_list_is_told_once_more(client: Client):
    forget()
    service = Service.objects.as_of(timezone.now().date()).filter(country__iso2="KE").order_by("pk").first()
    service.until = timezone.now().date() - datetime.timedelta(days=1)
    service.save()
    listed = client.get(f"{ROOT}centres/", {"serves": "KE", "mechanism": service.mechanism.code}).json()["results"]
    assert service.centre.code not in {one["code"] for one in listed}
    told = titles(feed(client, "centres/", serves="KE", mechanism=service.mechanism.code))
    assert len(told) == 1
    # Of a date that the reader chose, only what met the filters then.
    today = timezone.now().date().isoformat()
    assert titles(feed(client, "centres/", serves="KE", mechanism=service.mechanism.code, as_of=today)) == []


def test_a_removed_relation_is_told_with_its_record(client: Client):
    forget()
    mechanism = Mechanism.objects.get(code="basel")
    designation = Designation.objects.filter(mechanism=mechanism, centre__code="egypt-bcrc").first()
    designation.delete()
    assert [one.partition(":")[0] for one in titles(feed(client, "centres/egypt-bcrc/"))] == ["Removed"]


@pytest.mark.one_database
def test_wrong_filters_are_refused(client: Client):
    assert "kind" in problem(client.get(f"{ROOT}centres/?format=atom&kind=nonsense"), 400)["errors"]
    assert "page" in problem(client.get(f"{ROOT}centres/?format=atom&page=2"), 400)["errors"]


@pytest.mark.one_database
@pytest.mark.parametrize(
    "address",
    [
        "/en/centres/?country=EG&view=table&column=kind&page=1",
        "/zh-hans/centres/?country=EG",
        "https://portal.example/en/centres/?country=EG",
        "/api/v1/centres/?country=EG&format=atom&lang=en",
    ],
)
def test_a_list_is_followed_by_any_address_of_it(address: str):
    keys = followed_at(address).keys
    assert "egypt-bcrc" in keys
    assert keys == {centre.code for centre in Centre.objects.filter(country__iso2="EG") if centre.code in keys}


@pytest.mark.one_database
@pytest.mark.parametrize(
    "address", ["", "/", "/en/", "/en/compare/", "/en/centres/egypt-bcrc/", "http://[", "/en/centres/?kind=x"]
)
def test_what_is_no_list_cannot_be_followed(address: str):
    with pytest.raises(NotFollowable, match=r"list|allowed"):
        followed_at(address)
