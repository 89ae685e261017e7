"""The comparison: no cell is blank, every row says in words how its cells stand to each other."""

import itertools
import re
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

import pytest
from django.test import Client
from django.utils import translation

from mechanisms.comparison import Verdict
from mechanisms.models import Criterion, Mechanism
from publishing.dates import PartialDate
from sources.models import Citation, Source
from tests.mechanisms.tables import API, PAGE, page_table
from tests.pages.markup import Element, parse
from tests.pages.walk import LANGUAGES, NOTE_DATE

pytestmark = [pytest.mark.usefixtures("content"), pytest.mark.one_database]

each_language = pytest.mark.parametrize("lang", LANGUAGES)


def compared(client: Client, lang: str, mechanisms: list[str], **more: object) -> Element:
    """Return the main part of a comparison."""
    response = client.get(f"/{lang}/compare/", {"mechanism": mechanisms, **more})
    assert response.status_code == 200
    return parse(response).one("main")


def rows(page: Element) -> list[Element]:
    """Return the rows of the table, without those of headings."""
    return [row for body in page.one("table").all("tbody") for row in body.all("tr") if "group" not in row.classes]


@each_language
@pytest.mark.parametrize("as_of", ["", NOTE_DATE])
def test_no_cell_is_blank(client: Client, lang: str, as_of: str):
    codes = list(Mechanism.objects.values_list("code", flat=True))
    page = compared(client, lang, codes, **({"as_of": as_of} if as_of else {}))
    assert len(codes) == 8
    assert Criterion.objects.count() > 20
    expected = len(codes) - (1 if as_of else 0)
    names = [one.text for one in page.one("thead").all("a")]
    assert len(names) == len(set(names)) == expected
    found = rows(page)
    assert len(found) == Criterion.objects.count()
    for row in found:
        cells = row.all("td")
        assert [cell["data-label"] for cell in cells] == names, "on a phone each cell says whose it is"
        for cell in cells:
            said = [one.text for one in cell.all("p") if not one.classes & {"cite", "tags"}]
            assert said, row.text
            assert all(len(text) > 3 or text.isdecimal() for text in said), said
            silent = cell.all(cls="is-silent")
            # What is stated names its source and its date; what is not says so in words.
            assert silent or (cell.all(cls="cite") and cell.all("p", cls="date")), cell.text
            assert all(one.text for one in silent)


@each_language
def test_every_row_says_its_verdict_in_words(client: Client, lang: str):
    with translation.override(lang):
        labels = {verdict.value: str(verdict.label) for verdict in Verdict}
    page = compared(client, lang, ["basel", "stockholm", "ncpc", "who"])
    met = set()
    for row in rows(page):
        verdict = row.one("th").one(cls="verdict")
        (code,) = verdict.classes - {"verdict"}
        assert verdict.text == labels[code]
        met.add(code)
    assert len(met) > 1
    assert len(set(labels.values())) == len(labels)


@each_language
def test_criteria_and_mechanisms_can_be_chosen(client: Client, lang: str):
    page = compared(client, lang, ["who", "basel"], criterion=["legal-status", "governance"], as_of=NOTE_DATE)
    assert len(rows(page)) == 2
    assert [one["href"].split("/")[3] for one in page.one("thead").all("a")] == ["basel", "who"]
    ticked = {(one["name"], one["value"]) for one in page.all("input") if "checked" in one.attributes}
    assert ticked == {
        ("mechanism", "basel"),
        ("mechanism", "who"),
        ("criterion", "legal-status"),
        ("criterion", "governance"),
    }
    table = page.one("table")
    assert table.one("caption").text
    assert all(one.get("scope") for one in table.all("th"))


@each_language
def test_with_nothing_chosen_there_is_a_chooser(client: Client, lang: str):
    page = compared(client, lang, [])
    assert not page.all("table")
    assert "open" in page.one("details", cls="chooser").attributes
    assert len(page.all("input", name="mechanism")) == 8
    assert len(page.all("input", name="criterion")) == Criterion.objects.count()


# Wrong parameters

ALL = ["basel", "multilateral-fund", "rotterdam", "stockholm", "unep-coordinators", "ncpc", "who", "minamata"]
#: Parameters, which of them is at fault, and what an English and a Chinese message say of it.
WRONG: dict[str, tuple[dict[str, Any], str, str, str]] = {
    "one mechanism": ({"mechanism": "basel"}, "mechanism", "two to eight", "二至八"),
    "nine mechanisms": ({"mechanism": [*ALL, "basel"]}, "mechanism", "two to eight", "二至八"),
    "unknown criterion": ({"criterion": "colour"}, "criterion", "“colour” is not", "允许的值"),
    "before 1900": ({"as_of": "1899-12-31"}, "as_of", "from 1900-01-01", "1900-01-01"),
    "no switch": ({"differences": "maybe"}, "differences", "true, false", "true, false"),
    "no view": ({"view": "other"}, "view", "bilingual", "bilingual"),
    "no format": ({"format": "pdf"}, "format", "csv, xlsx, docx", "csv, xlsx, docx"),
    "no such time": ({"as_of": NOTE_DATE, "changed_since": "2011-01-01"}, "changed_since", "before the date", "日期"),
}


@each_language
@pytest.mark.parametrize("case", WRONG)
def test_page_and_api_refuse_the_same_with_a_clear_message(client: Client, case: str, lang: str):
    parameters, name, english, chinese = WRONG[case]
    says = english if lang == "en" else chinese
    page = client.get(PAGE.format(lang=lang), parameters)
    assert page.status_code == 400
    problems = parse(page).one("main").one("dl", cls="problems")
    assert problems.one("code").text.startswith(f"{name}=")
    message, _way_out = [one.text for one in problems.all("dd")]
    answer = client.get(API, {**parameters, "lang": lang})
    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "application/problem+json"
    errors = answer.json()["errors"]
    assert list(errors) == [name]
    for text in (message, *errors[name]):
        assert says in text
        assert bool(re.search("[一-鿿]", text)) == (lang != "en")
    # Both name the same values, the API its JSON too, and the page its briefs.
    assert message.replace(", brief-1, brief-3", "") == errors[name][0].replace("json, ", "")


@pytest.mark.parametrize("wanted", ["csv", "xlsx", "docx"])
def test_a_wrong_state_has_no_file(client: Client, wanted: str):
    for url in (PAGE.format(lang="en"), API):
        response = client.get(url, {"mechanism": "basel", "format": wanted})
        assert response.status_code == 400
        assert "Content-Disposition" not in response.headers


# Steps from one state to the next


def state_of(url: str) -> dict[str, list[str]]:
    """Return the parameters of an address."""
    return parse_qs(urlsplit(url).query)


def shown(client: Client, lang: str, url: str) -> tuple[list[str], list[str]]:
    """Return the codes of the columns and rows that an address of the page shows, with all its other state."""
    response = client.get(urljoin(PAGE.format(lang=lang), url))
    assert response.status_code == 200, url
    main = parse(response).one("main")
    transposed = "transposed" in main.one("table").classes
    table = page_table(main, transposed=transposed)
    with translation.override(lang):
        mechanisms = {one.short_name: one.code for one in Mechanism.objects.all()}
        criteria = {one.name: one.code for one in Criterion.objects.all()}
    return [mechanisms[names[0]] for names in table.columns], [criteria[names[0]] for names in table.rows]


def removing(page: Element) -> list[str]:
    """Return the addresses that remove something."""
    return [one["href"] for one in page.all("a") if one.text == "×"]


def adding(page: Element) -> list[str]:
    """Return the addresses that add something."""
    return [one["href"] for part in page.all("details", cls="add") for one in part.all("a")]


STARTS: dict[str, dict[str, Any]] = {
    "criteria": {"mechanism": ["who", "basel", "ncpc"], "criterion": ["legal-status", "governance"]},
    "a group, a date, both languages": {
        "mechanism": ["who", "basel", "stockholm"],
        "group": "finance",
        "as_of": "2015-01-01",
        "view": "bilingual",
    },
    "a criterion and a group": {"mechanism": ["basel", "who", "minamata"], "criterion": "staff", "group": "lessons"},
    "all mechanisms": {"criterion": ["legal-status", "network-size"]},
}


# Each in one of the languages, by turns.
@pytest.mark.parametrize(("start", "lang"), list(zip(STARTS, itertools.cycle(LANGUAGES), strict=False)))
def test_one_click_adds_or_removes_one_row_or_column(client: Client, lang: str, start: str):
    state = STARTS[start]
    page = compared(client, lang, state.get("mechanism", []), **{k: v for k, v in state.items() if k != "mechanism"})
    here = f"?{parse_state(state)}"
    columns, lines = shown(client, lang, here)
    kept = {name: [value] for name, value in state.items() if name in {"as_of", "view"}}
    changes = []
    for url in (*removing(page), *adding(page)):
        assert url.startswith("?")
        query = state_of(url)
        assert {name: query.get(name) for name in kept} == kept, url
        to_columns, to_lines = shown(client, lang, url)
        # What stays keeps its order.
        assert [one for one in to_columns if one in columns] == [one for one in columns if one in to_columns]
        assert [one for one in to_lines if one in lines] == [one for one in lines if one in to_lines]
        changes.append((set(to_columns) ^ set(columns), set(to_lines) ^ set(lines)))
    # Each a click: each mechanism and each criterion, there or not.
    expected = [({code}, set()) for code in Mechanism.objects.values_list("code", flat=True)]
    expected += [(set(), {code}) for code in Criterion.objects.values_list("code", flat=True)]
    assert sorted(map(str, changes)) == sorted(map(str, expected))


def parse_state(state: dict[str, Any]) -> str:
    """Return the query string of a state."""
    return "&".join(
        f"{name}={value}"
        for name, values in state.items()
        for value in ([values] if isinstance(values, str) else values)
    )


@each_language
def test_the_last_row_and_the_last_two_columns_stay(client: Client, lang: str):
    page = compared(client, lang, ["who", "basel"], criterion="legal-status")
    assert removing(page) == []
    assert len(adding(page)) == 6 + Criterion.objects.count() - 1


@each_language
def test_what_did_not_exist_yet_is_named_and_comes_back(client: Client, lang: str):
    page = compared(client, lang, ["basel", "who", "minamata"], criterion="legal-status", as_of=NOTE_DATE)
    with translation.override(lang):
        name = Mechanism.objects.get(code="minamata").name
    assert name in page.one(cls="notice").text
    today = page.one(cls="segments").all("a")[1]["href"]
    assert shown(client, lang, today)[0] == ["basel", "who", "minamata"]


@each_language
@pytest.mark.parametrize("as_of", ["", NOTE_DATE])
def test_a_ready_made_comparison_has_something_to_show(client: Client, lang: str, as_of: str):
    page = compared(client, lang, [], **({"as_of": as_of} if as_of else {}))
    questions = page.one("ul", cls="questions").all("a")
    assert len(questions) >= 4
    assert len({one.text for one in questions}) == len(questions)
    for one in questions:
        assert state_of(one["href"]).get("as_of", [""]) == [as_of]
        columns, lines = shown(client, lang, one["href"])
        asked = state_of(one["href"])
        expected = {code for code in asked["mechanism"] if not as_of or code != "minamata"}
        assert set(columns) == expected
        assert set(lines) == set(asked["criterion"])
        table = page_table(
            parse(client.get(urljoin(PAGE.format(lang=lang), one["href"]))).one("main"), transposed=False
        )
        stated = [said for row in table.cells for (said,) in row if not said.status]
        assert len(stated) * 2 > len(columns) * len(lines), "mostly statements, not silence"
        for row in table.cells:
            assert any(not said.status for (said,) in row), "a row of silence answers nothing"


SWITCHES = ["differences", "silent", "transpose", "view", "changed_since"]
BASE: dict[str, Any] = {"mechanism": ["basel", "who", "ncpc"], "group": "hosting", "as_of": "2015-01-01"}
ON = {"differences": "true", "silent": "true", "transpose": "true", "view": "bilingual", "changed_since": NOTE_DATE}


@each_language
@pytest.mark.parametrize("on", [[], ["transpose"], ["differences", "view"], SWITCHES], ids=str)
def test_a_switch_changes_one_thing(client: Client, lang: str, on: list[str]):
    state = {**BASE, **{name: ON[name] for name in on}}
    before = state_of(f"?{parse_state(state)}")
    page = parse(client.get(PAGE.format(lang=lang), state)).one("main")
    links = page.one("ul", cls="switches").all("a")
    assert [one.get("aria-current") == "true" for one in links] == [name in on for name in SWITCHES]
    for name, link in zip(SWITCHES, links, strict=True):
        after = state_of(link["href"])
        assert after == (
            {key: value for key, value in before.items() if key != name} if name in on else {**before, name: [ON[name]]}
        )
        assert client.get(urljoin(PAGE.format(lang=lang), link["href"])).status_code == 200
    for link in page.one(cls="push").all("a"):
        url = link["href"] if link["href"].startswith("/") else f"{PAGE.format(lang=lang)}{link['href']}"
        query = state_of(url)
        query.pop("format", None)
        assert query == before
        assert client.get(url).status_code == 200


@each_language
@pytest.mark.parametrize("on", [[], ["transpose", "view"], ["changed_since"]], ids=str)
def test_2010_and_today_are_one_click(client: Client, lang: str, on: list[str]):
    state = {**BASE, **{name: ON[name] for name in on}}
    before = state_of(f"?{parse_state(state)}")
    links = parse(client.get(PAGE.format(lang=lang), state)).one("main").one(cls="segments").all("a")
    assert [state_of(one["href"]).get("as_of") for one in links] == [[NOTE_DATE], None]
    for one, dated in zip(links, ({"as_of": [NOTE_DATE]}, {}), strict=True):
        after = state_of(one["href"])
        # Nothing can have changed between a day and itself: on the note's day that question goes.
        gone = {"as_of"} if not dated else {"changed_since"}
        assert after == {**{name: value for name, value in before.items() if name not in gone}, **dated}
        assert client.get(urljoin(PAGE.format(lang=lang), one["href"])).status_code == 200


# Citations


@each_language
def test_a_citation_of_a_cell_leads_to_a_place_that_exists(client: Client, lang: str):
    page = compared(client, lang, ALL, as_of=NOTE_DATE)
    links = [one["href"] for part in page.all("details", cls="sources") for one in part.all("a")]
    assert len(links) > 150
    assert all(state_of(url).get("as_of") == [NOTE_DATE] for url in links)
    today = compared(client, lang, ALL)
    links += [one["href"] for part in today.all("details", cls="sources") for one in part.all("a")]
    places: dict[str, set[str]] = {}
    for url in links:
        address, _hash, place = url.partition("#")
        places.setdefault(address, set()).add(place)
    assert len(places) > 30
    sample = sorted(places)[:: max(1, len(places) // 15)]
    followed = 0
    for address in {*sample, *(one for one in places if "inc1-note" in one)}:
        response = client.get(address)
        assert response.status_code == 200
        ids = {one["id"] for one in parse(response).one("body").walk() if "id" in one.attributes}
        assert places[address] - {""} <= ids, address
        followed += len(places[address] - {""})
    assert followed > 30


@each_language
def test_a_formal_citation_has_title_date_and_place(client: Client, lang: str):
    page = compared(client, lang, ALL)
    opening, closing, end = ("“", "”", ".") if lang == "en" else ("《", "》", "。")
    dated = placed = 0
    with translation.override(lang):
        sources = {one.code: one for one in Source.objects.all()}
        for item in [one for part in page.all("details", cls="sources") for one in part.one("ul").children_of("li")]:
            link, formal = item.one("a"), item.one(cls="formal")
            assert formal["data-copy"]
            assert formal["data-copied"]
            source = sources[urlsplit(link["href"]).path.rstrip("/").rpartition("/")[2]]
            title = source.title.replace("《", "〈").replace("》", "〉")
            assert f"{opening}{title}{closing}" in formal.text
            assert formal.text.endswith(end)
            assert source.symbol in formal.text
            if source.date:
                assert PartialDate(source.date, source.date_precision).display() in formal.text
                dated += 1
            if link.text != str(source):
                # The link names the place alone.
                assert (
                    f"{link.text}{end}" in formal.text or f"{link.text}{'，' if lang != 'en' else ', '}" in formal.text
                )
                placed += 1
    assert min(dated, placed) > 100


def test_a_title_inside_a_title_takes_the_inner_marks():
    nested = [
        citation
        for citation in Citation.objects.select_related("source")
        if "《" in citation.source.title_zh_hans  # type: ignore[attr-defined]
    ]
    assert nested
    with translation.override("zh-hans"):
        for citation in nested:
            assert re.search("《[^《》]*〈[^《》]+〉[^《》]*》", citation.formal)
