"""Figures that the sources themselves give, as the API answers them."""

import datetime

import pytest
from django.test import Client

from tests.api.endpoints import NOTE_DATE, fetch, listed

pytestmark = pytest.mark.usefixtures("content")


@pytest.mark.parametrize(
    ("mechanisms", "as_of", "count"),
    [
        (["basel"], NOTE_DATE, 14),  # Para. 14 of the note.
        (["stockholm"], NOTE_DATE, 8),  # Decision SC-4/23.
        (["basel", "stockholm"], NOTE_DATE, 20),  # China and Uruguay have both.
        (["basel"], "2026-11-01", 14),
        (["stockholm"], "2026-11-01", 17),
    ],
)
def test_centres_of_the_conventions(client: Client, mechanisms: list[str], as_of: str, count: int):
    body = listed(client, "centres", mechanism=mechanisms, as_of=as_of)
    assert body["count"] == count
    for row in body["results"]:
        assert {one["mechanism"]["code"] for one in row["designations"]} & set(mechanisms)


def test_el_salvador_was_a_basel_centre_and_is_none_any_more(client: Client):
    def countries(as_of: str) -> set[str]:
        return {row["country"]["code"] for row in listed(client, "centres", mechanism="basel", as_of=as_of)["results"]}

    assert "SV" in countries(NOTE_DATE)
    assert "SV" not in countries("2026-11-01")


def test_today_is_the_date_where_none_is_given(client: Client, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("publishing.filters.today", lambda: datetime.date(2010, 6, 7))
    assert listed(client, "centres", mechanism="basel") == listed(client, "centres", mechanism="basel", as_of=NOTE_DATE)


def test_mechanisms_and_countries(client: Client):
    body = listed(client, "mechanisms", as_of="2026-11-01")
    assert [row["letter"] for row in body["results"]] == list("ABCDEFGM")
    assert listed(client, "countries")["count"] == 196


@pytest.mark.parametrize(("mechanism", "count"), [("stockholm", 23), ("basel", 9), ("ncpc", 12)])
def test_provisions(client: Client, mechanism: str, count: int):
    body = listed(client, "provisions", mechanism=mechanism)
    assert body["count"] == count
    assert all(row["citations"] and row["text"]["en"] and row["text"]["zh-hans"] for row in body["results"])


def test_a_view_of_2010_knows_no_minamata(client: Client):
    assert [row["letter"] for row in listed(client, "mechanisms", as_of=NOTE_DATE)["results"]] == list("ABCDEFG")
    assert "minamata" not in {row["code"] for row in listed(client, "conventions", as_of=NOTE_DATE)["results"]}
    whole = fetch(client, "comparison", as_of=NOTE_DATE).json()
    assert [one["code"] for one in whole["mechanisms"]][-1] != "minamata"
    assert len(whole["mechanisms"]) == 7
    for name in ("findings", "provisions", "indicators", "observations", "designations", "services"):
        rows = listed(client, name, as_of=NOTE_DATE, mechanism="minamata")["results"]
        assert not any(row.get("observations", row) for row in rows), name


def test_basel_and_who_compared_in_2010(client: Client):
    comparison = fetch(client, "comparison", mechanism=["basel", "who"], as_of=NOTE_DATE).json()
    criteria = [row["code"] for row in listed(client, "criteria")["results"]]
    assert comparison["as_of"] == NOTE_DATE
    assert [one["code"] for one in comparison["mechanisms"]] == ["basel", "who"]
    assert len(criteria) == 26
    assert [row["criterion"]["code"] for row in comparison["rows"]] == criteria
    assert sum(comparison["counts"].values()) == 26
    stated = 0
    for row in comparison["rows"]:
        assert [cell["mechanism"] for cell in row["cells"]] == ["basel", "who"]
        for cell in row["cells"]:
            assert cell["status"] in {"stated", "silent", "not-applicable", "not-assessed", "conflicting"}
            assert cell["status_label"]["en"]
            if cell["status"] in {"stated", "conflicting"}:
                stated += 1
                assert cell["text"]["en"]
                assert cell["text"]["zh-hans"]
                assert cell["citations"]
                assert cell["stated_on"] <= NOTE_DATE
    assert stated > 26


def test_a_comparison_is_of_the_criteria_that_were_asked_for(client: Client):
    comparison = fetch(client, "comparison", criterion=["legal-basis", "staff"]).json()
    assert [row["criterion"]["code"] for row in comparison["rows"]] == ["legal-basis", "staff"]
    assert len(comparison["mechanisms"]) == 8


def test_every_paragraph_of_the_note_has_a_statement(client: Client):
    places = {
        place["locator"]: place["statements"] for place in fetch(client, "sources", "inc1-note").json()["paragraphs"]
    }
    expected = [*(f"para-{number}" for number in range(4, 55)), "footnote-1"]
    assert [name for name in expected if not places.get(name)] == []
    for name, statements in places.items():
        assert statements, name
        for statement in statements:
            assert statement["kind"]
            assert statement["key"]
            assert statement["label"]["en"]
            assert statement["citation"].startswith("inc1-note")


@pytest.mark.parametrize("as_of", ["2005-01-01", NOTE_DATE, "2026-11-01"])
def test_no_cell_is_blank_where_nothing_was_stated(client: Client, as_of: str):
    comparison = fetch(client, "comparison", as_of=as_of).json()
    columns = [one["code"] for one in comparison["mechanisms"]]
    assert len(comparison["rows"]) == 26
    assert columns
    for row in comparison["rows"]:
        assert [cell["mechanism"] for cell in row["cells"]] == columns
        for cell in row["cells"]:
            assert cell["status"]
            assert cell["text"] or cell["status"] != "stated"
            assert cell["status"] == "stated" or cell["status_label"]["zh-hans"]
    if as_of < NOTE_DATE:
        assert {cell["status"] for row in comparison["rows"] for cell in row["cells"]} == {"not-assessed"}
