"""A page that was frozen stays what it was, byte for byte, and says what has changed since."""

import hashlib
import json
import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.cache import caches
from django.core.wsgi import get_wsgi_application
from django.test import Client
from django.utils import timezone

from centres.models import Centre
from mechanisms.models import Finding
from publishing.conditional import state
from publishing.models import ContentChange, Dataset
from publishing.page_cache import PageCache
from quoting.changes import changes_between
from quoting.models import ALPHABET, LENGTH, FrozenContent, FrozenView
from tests.api.endpoints import problem
from tests.publishing.test_page_cache import ask

pytestmark = pytest.mark.usefixtures("content")

COMPARISON = "/{lang}/compare/?mechanism=basel&mechanism=who&criterion=legal-status&criterion=host-arrangement"
PAGES = [
    COMPARISON,
    "/{lang}/compare/?group=finance&view=bilingual&transpose=true&as_of=2010-06-07",
    "/{lang}/centres/?mechanism=basel&kind=regional-centre&view=table&page_size=20&page=1",
    "/{lang}/centres/?serves=KE",
    "/{lang}/centres/compare/?centre=egypt-bcrc&centre=senegal-bcrc-scrc",
    "/{lang}/countries/ke/",
    "/{lang}/options/?option=core-functions-training&weight=core-functions~must&serves=KE",
    "/{lang}/options/outcome/",
]


def freeze(client: Client, address: str) -> str:
    """Freeze a page as its button does; return where that leads."""
    answer = client.post("/en/q/", {"address": address})
    assert answer.status_code == 302, answer.content.decode()
    return answer.headers["Location"]


def main_of(html: bytes) -> str:
    """Return the text of a page's main part."""
    main = html.decode().partition("<main")[2].partition("</main>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


@pytest.mark.parametrize("lang", ["en", "zh-hans"])
@pytest.mark.parametrize("asked", PAGES)
def test_a_page_with_the_button_is_kept_under_a_code(client: Client, asked: str, lang: str):
    address = asked.format(lang=lang)
    seen = client.get(address)
    assert b'action="/%s/q/"' % lang.encode() in seen.content
    place = freeze(client, address)
    assert re.fullmatch(rf"/{lang}/q/[{ALPHABET}]{{{LENGTH}}}/", place)
    answer = client.get(place)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "public, max-age=604800"
    quote = FrozenView.objects.get()
    api = client.get(f"/api/v1/quotes/{quote.code}/")
    found = api.json()
    assert (found["language"], found["revision"]) == (lang, Dataset.current().revision)
    assert found["as_of"] == ("2010-06-07" if "as_of" in asked else timezone.now().date().isoformat())
    body = json.dumps(found["content"], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert hashlib.sha256(body.encode()).hexdigest() == found["checksum"]
    html = answer.content.decode()
    assert found["checksum"] in html
    assert "<svg" in html
    assert found["content"]["lines"]
    assert any(cell["sources"] for line in found["content"]["lines"] for cell in line["cells"])
    assert {
        one["language"] for line in found["content"]["lines"] for cell in line["cells"] for one in cell["texts"]
    } == ({"en", "zh-hans"} if "bilingual" in asked else {lang})
    for line in found["content"]["lines"]:
        for cell in line["cells"]:
            assert cell["texts"]
            assert all(one["text"] for one in cell["texts"])
            assert all(client.get(one["url"].partition("#")[0]).status_code == 200 for one in cell["sources"][:1])


def test_what_is_frozen_is_what_is_on_the_page(client: Client):
    freeze(client, "/en/centres/?mechanism=basel&kind=regional-centre&page_size=20&page=1")
    content = json.loads(FrozenContent.objects.get().body)
    listed = client.get("/api/v1/centres/?mechanism=basel&kind=regional-centre&lang=en&ordering=name_en").json()
    assert [line["cells"][0]["texts"][0]["text"] for line in content["lines"]] == [
        one["name"] for one in listed["results"]
    ]
    assert content["notes"] == ["Mechanism: Basel centres", "Kind: regional centre"]


def test_the_same_is_frozen_once(client: Client):
    address = "/en/centres/?mechanism=basel&serves=KE"
    place = freeze(client, address)
    # Another order, a page, blanks: the same question.
    assert freeze(client, "/en/centres/?serves=KE&q=&page=1&mechanism=basel") == place
    assert FrozenView.objects.count() == 1
    # Another revision is another quotation, of the same content.
    finding = Finding.objects.first()
    finding.text_en += " More."
    finding.save()
    assert freeze(client, address) != place
    assert FrozenView.objects.count() == 2
    assert FrozenContent.objects.count() == 1


def test_freezing_changes_nothing_of_the_dataset(client: Client):
    before = Dataset.current().revision, Dataset.current().changed_at, ContentChange.objects.count()
    freeze(client, COMPARISON.format(lang="en"))
    assert (Dataset.current().revision, Dataset.current().changed_at, ContentChange.objects.count()) == before


@pytest.mark.parametrize("lang", ["en", "zh-hans"])
def test_a_hundred_changes_leave_it_as_it_was_and_it_says_which_cells_changed(client: Client, lang: str):
    place = freeze(client, COMPARISON.format(lang=lang))
    code = place.split("/")[-2]
    addresses = [place, f"/api/v1/quotes/{code}/"]
    before = [client.get(address) for address in addresses]
    assert ("Nothing has changed." if lang == "en" else "没有变化") in main_of(client.get(f"{place}changes/").content)

    first = Dataset.current().revision
    seen = Finding.objects.filter(mechanism__code="basel", criterion__code="legal-status").latest("stated_on")
    others = Finding.objects.exclude(criterion__code__in=["legal-status", "host-arrangement"]).order_by("pk")[:99]
    assert len(others) == 99
    for finding in [*others, seen]:
        finding.text_en, finding.text_zh_hans = f"Other: {finding.text_en}", f"不同：{finding.text_zh_hans}"
        finding.save()
    assert Dataset.current().revision == first + 100

    after = [client.get(address) for address in addresses]
    assert [one.content for one in after] == [one.content for one in before]
    for one, other in zip(before, after, strict=True):
        assert one.headers["ETag"] == other.headers["ETag"]
        assert "Last-Modified" not in other.headers
        known = client.get(one.request["PATH_INFO"], headers={"If-None-Match": one.headers["ETag"]})
        assert known.status_code == 304
        assert known.headers["ETag"] == one.headers["ETag"]
        assert known.headers["Cache-Control"] == "public, max-age=604800"
    said = main_of(client.get(f"{place}changes/").content)
    # Of two rows of three, their group and the header.
    assert ("1 cell changed, 9 stayed as they were." if lang == "en" else "1个单元格有变化，9个未变。") in said
    assert ("Legal status (differs) Basel centres" if lang == "en" else "法律地位") in said.replace("A Basel", "Basel")
    assert ("Other:" if lang == "en" else "不同：") in said
    assert str(first + 100) in said


def test_added_and_removed_rows_and_columns_are_named(client: Client):
    place = freeze(client, "/en/centres/?serves=KE&view=table")
    centre = Centre.objects.get(code=json.loads(FrozenContent.objects.get().body)["lines"][0]["cells"][0]["key"])
    name = centre.name
    centre.services.filter(country__iso2="KE").delete()
    said = main_of(client.get(f"{place}changes/").content)
    assert f"Rows that are gone {name}" in said
    assert "Rows that were added" not in said


def test_a_question_that_cannot_be_asked_any_more_says_so(client: Client):
    place = freeze(client, "/en/centres/?country=KE&function=training")
    FrozenView.objects.update(address="/en/centres/?function=gone")
    said = main_of(client.get(f"{place}changes/").content)
    assert "The question cannot be asked any more" in said
    assert "gone" in said


@pytest.mark.one_database
class TestChanges:
    @staticmethod
    def cell(text: str, key: str = "", *sources: str) -> dict[str, Any]:
        cited = [{"code": one, "text": one, "url": f"/{one}/"} for one in sources]
        return {"key": key, "texts": [{"language": "en", "text": text}], "sources": cited}

    def content(self, header: list[Any], *lines: list[Any]) -> dict[str, Any]:
        return {"header": header, "lines": [{"is_heading": False, "cells": cells} for cells in lines]}

    def test_cells_are_told_by_key_wherever_they_stand(self):
        cell = self.cell
        header = [cell("Name"), cell("A", "a"), cell("B", "b")]
        before = self.content(header, [cell("One", "1"), cell("x"), cell("y", "", "s")], [cell("Two", "2"), cell("z")])
        after = self.content(
            [header[0], header[2], header[1], cell("C", "c")],
            [cell("Three", "3"), cell("z")],
            [cell("One", "1"), cell("y", "", "t"), cell("x"), cell("new")],
        )
        found = changes_between(before, after)
        assert [(one.row, one.column, one.is_in_sources_only) for one in found.cells] == [("One", "B", True)]
        assert (found.rows_added, found.rows_removed) == (["Three"], ["Two"])
        assert (found.columns_added, found.columns_removed) == (["C"], [])
        assert found.same == 3 + 2

    def test_without_keys_the_texts_tell(self):
        cell = self.cell
        before = self.content([cell("Name"), cell("A")], [cell("One"), cell("x")], [cell("One"), cell("y")])
        after = self.content([cell("Name"), cell("A")], [cell("One"), cell("x")], [cell("One"), cell("z")])
        assert [one.row for one in changes_between(before, after).cells] == ["One · y"]
        assert changes_between(before, before).are_there is False


@pytest.mark.one_database
class TestRefusals:
    @pytest.mark.parametrize(
        ("address", "said"),
        [
            ("", "none of them"),
            ("/en/", "none of them"),
            ("/en/sources/", "none of them"),
            ("/api/v1/centres/", "none of them"),
            ("https://example.org/en/centres/", "none of them"),
            ("//example.org/en/centres/", "none of them"),
            ("http://[/en/centres/", "none of them"),
            ("/en/countries/xx/", "none of them"),
            ("/en/compare/", "Choose what to compare first."),
            ("/en/centres/compare/?centre=egypt-bcrc", "Choose what to compare first."),
            ("/en/centres/?kind=nonsense", "nonsense"),
            ("/en/centres/?nonsense=1", "There is no parameter of this name."),
            ("/en/centres/?q=" + "x" * 4000, "longer than 4000"),
            ("/en/centres/?q=%00", "null characters"),
        ],
    )
    def test_what_cannot_be_quoted_says_why(self, client: Client, address: str, said: str):
        answer = client.post("/en/q/", {"address": address})
        assert answer.status_code == 400
        assert said.lower() in main_of(answer.content).lower()
        assert not FrozenView.objects.exists()

    def test_a_page_of_too_many_rows_or_bytes(self, client: Client, settings: Any):
        settings.QUOTE_ROWS = 5
        answer = client.post("/en/q/", {"address": "/en/centres/"})
        assert (answer.status_code, "5 at most" in main_of(answer.content)) == (400, True)
        settings.QUOTE_ROWS, settings.QUOTE_BYTES = 1000, 5000
        answer = client.post("/zh-hans/q/", {"address": "/zh-hans/centres/"})
        assert (answer.status_code, "5千字节" in main_of(answer.content)) == (400, True)
        assert not FrozenContent.objects.exists()

    def test_when_all_room_is_in_use_what_was_made_stays(self, client: Client, settings: Any):
        place = freeze(client, COMPARISON.format(lang="en"))
        settings.QUOTES_BYTES = FrozenContent.objects.get().size + 5000
        answer = client.post("/en/q/", {"address": "/en/centres/?serves=KE"})
        assert answer.status_code == 507
        assert "All the room for quotations is in use." in main_of(answer.content)
        assert FrozenView.objects.count() == FrozenContent.objects.count() == 1
        assert freeze(client, COMPARISON.format(lang="en")) == place
        assert client.get(place).status_code == 200

    def test_an_address_that_freezes_too_much_waits(self, client: Client, settings: Any):
        settings.QUOTES_A_MINUTE = 2
        caches["throttle"].clear()
        answers = [client.post("/en/q/", {"address": "/en/countries/ke/"}) for _number in range(3)]
        assert [one.status_code for one in answers] == [302, 302, 429]
        assert int(answers[-1].headers["Retry-After"]) <= 60
        assert client.get(answers[0].headers["Location"]).status_code == 200


@pytest.mark.one_database
class TestCodes:
    @pytest.mark.parametrize(("lang", "said"), [("en", "No such quotation"), ("zh-hans", "没有这一引用页")])
    def test_a_wrong_one_gets_help(self, client: Client, lang: str, said: str):
        for code in ("lo0k", "22222222", "x" * 3000, "%3Cscript%3E", "二二二二二二二二", "%FF"):
            answer = client.get(f"/{lang}/q/{code}/")
            assert answer.status_code == 404
            assert said in main_of(answer.content)
            assert client.get(f"/{lang}/q/{code}/changes/").status_code == 404
        assert "0" in main_of(client.get(f"/{lang}/q/lo0k/").content)
        assert b"<script>" not in client.get(f"/{lang}/q/%3Cscript%3E/").content
        problem(client.get("/api/v1/quotes/22222222/"), 404)

    @pytest.mark.parametrize("code", ["/", " / ", ""])
    def test_none_at_all_gives_the_form_again(self, client: Client, code: str):
        assert client.get("/en/q/", {"code": code}).status_code == 200

    def test_as_people_write_it_down_it_leads_to_the_page(self, client: Client):
        place = freeze(client, "/en/countries/ke/")
        code = place.split("/")[-2]
        written = f"{code[:4].upper()}-{code[4:]} "
        answer = client.get("/en/q/", {"code": written}, follow=True)
        assert [one[0] for one in answer.redirect_chain][-1] == place
        assert answer.status_code == 200

    def test_in_the_other_language_it_says_where_it_is(self, client: Client):
        place = freeze(client, "/en/countries/ke/?as_of=2010-06-07")
        html = client.get(place.replace("/en/", "/zh-hans/")).content.decode()
        assert place in html
        assert "/zh-hans/countries/ke/?as_of=2010-06-07" in html
        assert "Brief" not in html

    def test_it_takes_no_parameter(self, client: Client):
        place = freeze(client, "/en/countries/ke/")
        assert client.get(f"{place}?as_of=2010-06-07").status_code == 400
        problem(client.get(f"/api/v1/quotes/{place.split('/')[-2]}/?lang=en"), 400)

    def test_two_views_whose_codes_are_the_same_get_two(self, client: Client):
        place = freeze(client, "/en/countries/ke/")
        FrozenView.objects.update(address="/en/countries/tz/")
        other = freeze(client, "/en/countries/ke/")
        assert other != place
        assert freeze(client, "/en/countries/ke/") == other


@pytest.mark.one_database
def test_the_page_cache_keeps_it_and_finds_it_again_after_a_change(
    client: Client, settings: Any, kept_connection: None
):
    place = freeze(client, "/en/countries/ke/")
    settings.PAGE_CACHE_SECONDS = 0
    kept = PageCache(get_wsgi_application(), state)
    first, second = (ask(kept, place) for _number in range(2))
    assert (first.cache, second.cache) == ("fwd=miss; stored", "hit")
    Dataset.raise_revision()
    again = ask(kept, place)
    assert again.cache == "fwd=miss; stored"
    assert again.body == second.body == first.body
    assert again.headers["etag"] == first.headers["etag"]
    assert ask(kept, place, if_none_match=first.headers["etag"]).status == 304
    # In brotli too, and what has changed is asked anew each time.
    assert ask(kept, place, accept_encoding="br").decoded == first.body
    assert ask(kept, f"{place}changes/").headers["cache-control"] == "public, max-age=0, must-revalidate"


@pytest.mark.one_database
def test_an_administrator_deletes_a_quotation_and_what_nobody_else_has_frozen(client: Client):
    place, other = (freeze(client, f"/en/countries/{code}/") for code in ("ke", "tz"))
    staff = Client()
    staff.force_login(User.objects.create_superuser("root"))
    quote = FrozenView.objects.get(code=place.split("/")[-2])
    action = {"action": "delete_selected", "_selected_action": [quote.pk], "post": "yes"}
    staff.post("/en/admin/quoting/frozenview/", action)
    assert client.get(place).status_code == 404
    assert client.get(other).status_code == 200
    assert FrozenContent.objects.count() == 1


@pytest.mark.one_database
def test_reading_is_no_freezing(client: Client):
    for method in (client.get, client.head, client.options):
        method("/en/q/", {"address": "/en/countries/ke/"})
    assert not FrozenView.objects.exists()
    # From any page that is kept for everybody: without cookie and token.
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post("/en/q/", {"address": "/en/countries/ke/"})
    assert answer.status_code == 302
    assert not strict.cookies
