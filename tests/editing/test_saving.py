"""The editors' forms: a reason, the history, and no edit lost."""

import re
from html.parser import HTMLParser
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from centres.models import Centre, Designation
from publishing.models import Dataset
from sources.models import Source

pytestmark = pytest.mark.usefixtures("content")

CODE = "indonesia-bcrc-scrc"
#: One that serves many: its form has a row for each, and takes longer.
BIG = "south-africa-bcrc-scrc"


class Fields(HTMLParser):
    """What a browser would send of the form on a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: dict[str, list[str]] = {}
        self.select = ""
        self.textarea = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        name = values.get("name", "")
        if tag == "input" and name and values.get("type") not in {"submit", "file"}:
            if values.get("type") not in {"checkbox", "radio"} or "checked" in dict(attrs):
                self.found.setdefault(name, []).append(
                    values.get("value", "on" if values.get("type") == "checkbox" else "")
                )
        elif tag == "select":
            self.select = name
        elif tag == "option" and "selected" in dict(attrs) and self.select:
            self.found.setdefault(self.select, []).append(values.get("value", ""))
        elif tag == "textarea":
            self.textarea = name
            self.found[name] = [""]

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            # The first line break after the tag is not of the text.
            self.found[self.textarea] = [self.found[self.textarea][0].removeprefix("\n")]
            self.textarea = ""
        elif tag == "select":
            self.select = ""

    def handle_data(self, data: str) -> None:
        if self.textarea:
            self.found[self.textarea] = [self.found[self.textarea][0] + data]


@pytest.fixture
def editor(client: Client) -> User:
    user = User.objects.create_superuser("editor")
    client.force_login(user)
    return user


def address(record: Any, lang: str = "en") -> str:
    return f"/{lang}/admin/{record._meta.app_label}/{record._meta.model_name}/{record.pk}/change/"


def opened(client: Client, record: Any, lang: str = "en") -> dict[str, list[str]]:
    """Return what the form of a record would send unchanged."""
    response = client.get(address(record, lang))
    assert response.status_code == 200
    return {name: values for name, values in Fields(response.content.decode()).found.items() if name != "q"}


def saved(client: Client, record: Any, form: dict[str, Any], lang: str = "en") -> Any:
    return client.post(address(record, lang), form)


@pytest.mark.parametrize("model", [Centre, Source, Designation])
def test_what_is_opened_and_saved_is_as_it_was(client: Client, editor: User, model: Any):
    record = model.objects.order_by("pk")[3]
    before = client.get(f"/api/v1/{model._meta.model_name}s/{record.key}/").json()
    response = saved(client, record, {**opened(client, record), "reason": "nothing"})
    assert response.status_code == 302, response.context["adminform"].form.errors
    assert client.get(f"/api/v1/{model._meta.model_name}s/{record.key}/").json() == before


@pytest.mark.parametrize("lang", ["en", "zh-hans"])
def test_a_change_stands_in_the_history_with_its_reason(client: Client, editor: User, lang: str):
    centre = Centre.objects.get(code=CODE)
    form = {**opened(client, centre, lang), "name_zh_hans": "雅加达区域中心", "reason": "第BC-17/5号决定"}
    assert saved(client, centre, form, lang).status_code == 302
    rows = Centre.history.filter(code=CODE).order_by("-history_id")  # type: ignore[attr-defined]
    assert (rows[0].history_user, rows[0].history_change_reason) == (editor, "第BC-17/5号决定")
    assert rows[0].name_zh_hans == "雅加达区域中心"
    assert "雅加达区域中心" in client.get(f"/zh-hans/centres/{CODE}/").content.decode()


def test_not_without_a_reason(client: Client, editor: User):
    centre = Centre.objects.get(code=CODE)
    response = saved(client, centre, {**opened(client, centre), "name_en": "Another"})
    assert list(response.context["adminform"].form.errors) == ["reason"]
    assert Centre.objects.get(code=CODE).name_en != "Another"


def test_not_without_a_citation(client: Client, editor: User):
    centre = Centre.objects.get(code=CODE)
    form = {name: value for name, value in opened(client, centre).items() if name != "citations"}
    response = saved(client, centre, {**form, "reason": "x"})
    assert list(response.context["adminform"].form.errors) == ["citations"]


@pytest.mark.parametrize("lang", ["en", "zh-hans"])
def test_of_two_editors_the_second_is_told_and_loses_nothing(client: Client, editor: User, lang: str):
    centre = Centre.objects.get(code=CODE)
    mine = {**opened(client, centre, lang), "name_en": "Mine", "acronym": "MINE", "reason": "my reason"}
    other = Client()
    other.force_login(User.objects.create_superuser("other"))
    theirs = {**opened(other, centre), "name_en": "Theirs", "city_en": "Their city", "city_zh_hans": "他们的城市"}
    assert saved(other, centre, {**theirs, "reason": "theirs"}).status_code == 302
    refused = saved(client, centre, mine, lang)
    assert refused.status_code == 200
    page = refused.content.decode()
    assert Centre.objects.get(code=CODE).name_en == "Theirs"
    conflict = {one.label: (one.before, one.after) for _record, one, _is_mine in refused.context["conflict"]}
    assert ("Theirs", "Mine") in conflict.values()
    assert ("Their city", "Jakarta") in conflict.values()
    for text in ("Theirs", "Their city", "Mine", "MINE", "my reason"):
        assert text in page
    assert ("您写的" in page) is (lang == "zh-hans")
    # What the page holds now can be saved: mine, with what only the other has changed.
    again = {name: values for name, values in Fields(page).found.items() if name != "q"}
    assert again["name_en"] == ["Mine"]
    assert saved(client, centre, again, lang).status_code == 302
    centre = Centre.objects.get(code=CODE)
    assert (centre.name_en, centre.acronym, centre.city_zh_hans) == ("Mine", "MINE", "他们的城市")  # type: ignore[attr-defined]


def test_a_change_of_what_is_only_about_it_counts_too(client: Client, editor: User):
    centre = Centre.objects.get(code=CODE)
    form = {**opened(client, centre), "name_en": "Mine", "reason": "x"}
    Designation.objects.filter(centre=centre).first().save()  # type: ignore[union-attr]
    assert saved(client, centre, form).status_code == 200


def test_a_change_elsewhere_is_no_conflict(client: Client, editor: User):
    centre = Centre.objects.get(code=CODE)
    form = {**opened(client, centre), "name_en": "Mine", "reason": "x"}
    Source.objects.get(code="inc1-note").save()
    assert saved(client, centre, form).status_code == 302


def test_a_deletion_asks_for_a_reason(client: Client, editor: User):
    designation = Designation.objects.order_by("pk").first()
    assert designation is not None
    page = address(designation).replace("/change/", "/delete/")
    assert re.search('<input type="text" name="reason"[^>]* required', client.get(page).content.decode())
    revision = Dataset.current().revision
    assert client.post(page, {"post": "yes", "reason": "made twice"}).status_code == 302
    row = Designation.history.latest("history_id")  # type: ignore[attr-defined]
    assert (row.history_type, row.history_user, row.history_change_reason) == ("-", editor, "made twice")
    assert Dataset.current().revision > revision
