"""Whatever is asked for, page, API and files hold the same comparison: rows, cells and counts."""

import gzip
import random
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import translate_url

from mechanisms.comparison import Verdict
from mechanisms.models import Criterion, CriterionGroup, CriterionOption, Finding, Mechanism
from tests.mechanisms.tables import (
    API,
    NUMBERS,
    PAGE,
    Table,
    api_table,
    csv_rows,
    file_rows,
    languages,
    page_table,
    sheet,
    without_corner,
    workbook,
    xlsx_rows,
)
from tests.pages.markup import Element, parse
from tests.pages.walk import LANGUAGES

pytestmark = [pytest.mark.usefixtures("content"), pytest.mark.one_database]

each_language = pytest.mark.parametrize("lang", LANGUAGES)
STATES = 50
FORMATS = ("csv", "xlsx", "docx")
#: How many queries any one answer may take, whatever is compared.
QUERIES = 12
LARGEST = 60 * 1024


def sampled(number: int) -> tuple[str, dict[str, Any]]:
    """Return the language and the parameters of one of the random states."""
    chance = random.Random(20100607 + number)  # noqa: S311
    mechanisms = list(Mechanism.objects.order_by("code").values_list("code", flat=True))
    criteria = list(Criterion.objects.order_by("code").values_list("code", flat=True))
    groups = list(CriterionGroup.objects.order_by("code").values_list("code", flat=True))
    state: dict[str, Any] = {"mechanism": chance.sample(mechanisms, chance.randint(2, 8))}
    chosen = chance.choice(["criterion", "group", "both", "neither"])
    if chosen in {"criterion", "both"}:
        state["criterion"] = chance.sample(criteria, chance.randint(1, 8))
    if chosen in {"group", "both"}:
        state["group"] = chance.sample(groups, chance.randint(1, 2))
    if date := chance.choice(["2010-06-07", "2015-01-01", ""]):
        state["as_of"] = date
    for switch in ("differences", "silent", "transpose"):
        if value := chance.choice(["true", "false", ""]):
            state[switch] = value
    if chance.random() < 0.4:
        state["view"] = "bilingual"
    return chance.choice(list(LANGUAGES)), state


def main_of(client: Client, lang: str, state: dict[str, Any]) -> Element:
    """Return the main part of the page."""
    response = client.get(PAGE.format(lang=lang), state)
    assert response.status_code == 200, state
    return parse(response).one("main")


def answer(client: Client, state: dict[str, Any]) -> dict[str, Any]:
    """Return the API's answer, in both languages."""
    response = client.get(API, state)
    assert response.status_code == 200, state
    data: dict[str, Any] = response.json()
    return data


def file(client: Client, url: str, state: dict[str, Any], **more: str) -> bytes:
    """Return a file."""
    response = client.get(url, {**state, **more})
    assert response.status_code == 200, (url, state)
    return bytes(response.content)


@pytest.mark.parametrize("number", range(STATES))
def test_page_api_and_files_hold_the_same(client: Client, number: int):
    lang, state = sampled(number)
    langs, transposed = languages(lang, state), state.get("transpose") == "true"
    main, data = main_of(client, lang, state), answer(client, state)

    # The page and the API.
    expected = api_table(data, langs)
    found = page_table(main, transposed=transposed)
    for part in ("columns", "rows", "verdicts", "cells"):
        assert getattr(found, part) == getattr(expected, part), (part, lang, state)
    asked = {code for code in state["mechanism"] if state.get("as_of") != "2010-06-07" or code != "minamata"}
    assert {one["code"] for one in data["mechanisms"]} == asked
    assert_counts(main, data, state)

    # The files of both.
    page = PAGE.format(lang=lang)
    rows = file_rows(found, data, langs, transposed=transposed)
    if not found.cells:
        rows = [["", *file_header(data, langs)]] if not transposed else [[""]]
    from_page = file(client, page, state, format="csv")
    assert without_corner(csv_rows(from_page)) == rows, (lang, state)
    assert from_page == b"\xef\xbb\xbf" + file(client, API, state, format="csv", lang=lang)
    books = [
        workbook(file(client, page, state, format="xlsx")),
        workbook(file(client, API, state, format="xlsx", lang=lang)),
    ]
    assert without_corner(xlsx_rows(books[0])) == rows, (lang, state)
    assert [sheet(books[0], n) for n in range(3)] == [sheet(books[1], n) for n in range(3)]


def file_header(data: dict[str, Any], langs: list[str]) -> list[str]:
    """Return the names of the columns of a file without a row."""
    return file_rows(Table([], [], [], []), {**data, "rows": []}, langs, transposed=False)[0][1:]


def assert_counts(main: Element, data: dict[str, Any], state: dict[str, Any]) -> None:
    """Check the summary on the page, and the rows where no switch hides one, against the API's counts."""
    counts = data["counts"]
    assert list(counts) == [verdict.value for verdict in Verdict]
    told = [int(number) for number in NUMBERS.findall(main.all("p", cls="lead")[0].text)]
    assert told == [sum(counts.values()), *filter(None, counts.values())], state
    shown = Counter(row["verdict"] for row in data["rows"])
    wanted = [
        verdict for verdict, switch in (("differs", "differences"), ("silent", "silent")) if state.get(switch) == "true"
    ] or list(counts)
    assert shown == Counter({verdict: counts[verdict] for verdict in wanted if counts[verdict]}), state


def test_the_sample_meets_every_kind_of_state(db: None):
    states = [sampled(number) for number in range(STATES)]
    assert {lang for lang, _state in states} == set(LANGUAGES)
    assert {len(state["mechanism"]) for _lang, state in states} == set(range(2, 9))
    for name, values in {
        "as_of": {"2010-06-07", "2015-01-01", None},
        "differences": {"true", "false", None},
        "silent": {"true", "false", None},
        "transpose": {"true", "false", None},
        "view": {"bilingual", None},
    }.items():
        assert {state.get(name) for _lang, state in states} == values
    assert {("criterion" in state, "group" in state) for _lang, state in states} == {
        (True, True),
        (True, False),
        (False, True),
        (False, False),
    }


# Verdicts


def told_by_codes(row: dict[str, Any]) -> str:
    """Return the verdict of a row of the API, from status, options and number alone."""
    cells = row["cells"]
    if {"silent", "not-assessed"} & {cell["status"] for cell in cells}:
        return "silent"
    codes = {
        (cell["status"], frozenset(option["code"] for option in cell["options"]), cell["number"]) for cell in cells
    }
    if len(codes) > 1:
        return "differs"
    return "same" if cells[0]["options"] or cells[0]["number"] is not None else "not-coded"


def verdicts(client: Client, state: dict[str, Any]) -> dict[str, str]:
    """Return the verdicts by criterion."""
    return {row["criterion"]["code"]: row["verdict"] for row in answer(client, state)["rows"]}


PAIRS = [
    ["basel", "stockholm"],
    ["basel", "ncpc"],
    ["stockholm", "who"],
    ["multilateral-fund", "minamata"],
    ["basel", "stockholm", "ncpc"],
    ["rotterdam", "unep-coordinators", "who", "minamata"],
]


@pytest.mark.parametrize("mechanisms", PAIRS, ids=" ".join)
@pytest.mark.parametrize("as_of", ["2010-06-07", "2015-01-01", ""])
def test_a_verdict_follows_from_the_codes_in_the_answer(client: Client, mechanisms: list[str], as_of: str):
    rows = answer(client, {"mechanism": mechanisms, "as_of": as_of})["rows"]
    assert len(rows) == Criterion.objects.count()
    assert {row["criterion"]["code"]: row["verdict"] for row in rows} == {
        row["criterion"]["code"]: told_by_codes(row) for row in rows
    }


def test_words_decide_no_verdict(client: Client):
    before = [verdicts(client, {"mechanism": pair}) for pair in PAIRS]
    assert {verdict for one in before for verdict in one.values()} >= {"same", "differs", "silent"}
    for finding in Finding.objects.all():
        Finding.objects.filter(pk=finding.pk).update(text_en=f"Text {finding.pk}.", text_zh_hans=f"文字{finding.pk}。")
    assert [verdicts(client, {"mechanism": pair}) for pair in PAIRS] == before


def test_a_code_decides_the_verdict(client: Client):
    state = {"mechanism": ["basel", "stockholm"]}
    criterion = next(code for code, verdict in verdicts(client, state).items() if verdict == "same")
    finding = Finding.objects.filter(mechanism__code="basel", criterion__code=criterion).latest("stated_on")
    extra = CriterionOption.objects.create(
        code="extra", criterion=finding.criterion, name_en="extra", name_zh_hans="其他"
    )
    finding.options.add(extra)
    assert verdicts(client, state)[criterion] == "differs"
    Finding.objects.filter(pk=finding.pk).update(status="silent")
    assert verdicts(client, state)[criterion] == "silent"


# Everything at once


@pytest.fixture
def everything() -> dict[str, Any]:
    """All mechanisms and all criteria, each by its code."""
    state = {
        "mechanism": list(Mechanism.objects.values_list("code", flat=True)),
        "criterion": list(Criterion.objects.values_list("code", flat=True)),
    }
    assert len(state["mechanism"]) == 8
    return state


def asked(lang: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the addresses of everything in each format."""
    for wanted in ("", *FORMATS):
        yield PAGE.format(lang=lang), {"format": wanted}
        yield API, {"format": wanted, "lang": lang}
    for more in ({"transpose": "true"}, {"view": "bilingual"}):
        yield PAGE.format(lang=lang), more


@each_language
def test_everything_takes_few_queries_in_every_format(client: Client, lang: str, everything: dict[str, Any]):
    for url, more in asked(lang):
        with CaptureQueriesContext(connection) as captured:
            assert client.get(url, {**everything, **more}).status_code == 200
        assert 5 < len(captured) <= QUERIES, (url, more, [query["sql"][:90] for query in captured])


@each_language
@pytest.mark.parametrize("more", [{}, {"transpose": "true"}], ids=["criteria", "mechanisms"])
def test_everything_is_a_small_page_without_a_blank_cell(
    client: Client, lang: str, more: dict[str, str], everything: dict[str, Any]
):
    response = client.get(PAGE.format(lang=lang), {**everything, **more})
    size = len(gzip.compress(response.content))
    assert 20_000 < size <= LARGEST
    table = page_table(parse(response).one("main"), transposed=bool(more))
    assert [len(table.rows), *{len(row) for row in table.cells}] == [Criterion.objects.count(), 8]
    for row in table.cells:
        for (said,) in row:
            assert said.text
            assert said.status or said.date, "what is stated has a date"


@each_language
@pytest.mark.parametrize("as_of", ["", "2010-06-07"])
def test_no_cell_of_a_file_is_blank(client: Client, lang: str, as_of: str, everything: dict[str, Any]):
    state = {**everything, "as_of": as_of, "view": "bilingual"}
    rows = csv_rows(file(client, PAGE.format(lang=lang), state, format="csv"))
    assert {len(row) for row in rows} == {8 if as_of else 9}
    assert len(rows) == Criterion.objects.count() + 1
    assert all(cell.strip() for row in rows for cell in row)
    assert xlsx_rows(workbook(file(client, PAGE.format(lang=lang), state, format="xlsx"))) == rows


# Nothing at all


@pytest.mark.parametrize("transpose", ["", "true"])
@pytest.mark.parametrize("wanted", ["", *FORMATS])
@pytest.mark.parametrize(
    "state",
    [
        {"mechanism": ["minamata", "unep-coordinators"], "as_of": "1950-01-01"},
        {"mechanism": ["basel", "who"], "criterion": "term-and-renewal", "differences": "true"},
    ],
    ids=["no mechanism", "no row"],
)
def test_an_empty_comparison_is_an_answer_too(client: Client, state: dict[str, Any], wanted: str, transpose: str):
    state = {**state, "format": wanted, "transpose": transpose}
    assert client.get(PAGE.format(lang="en"), state).status_code == 200
    assert client.get(API, state).status_code == 200


def test_the_address_of_the_other_language_shows_the_same_state(client: Client):
    url = f"{PAGE.format(lang='en')}?mechanism=basel&mechanism=who&differences=true"
    there = client.get(translate_url(url, "zh-hans"))
    assert there.status_code == 200
    assert (
        page_table(parse(there).one("main"), transposed=False).verdicts
        == page_table(parse(client.get(url)).one("main"), transposed=False).verdicts
    )
