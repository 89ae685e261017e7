"""The ready-made questions were worked out by hand in docs/options.md: page and API are held to these tables."""

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from mechanisms.models import Mechanism
from options.models import Preset
from options.needs import REACH, SPEED

pytestmark = [pytest.mark.usefixtures("content"), pytest.mark.one_database]

TEXT = (settings.BASE_DIR / "docs" / "options.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^### `([a-z0-9-]+)`\n(.*?)(?=^### |\Z)", TEXT, re.M | re.S))
CELL = re.compile(r"(?:(?P<had>[a-h]+|–|n/a|in words) )?(?P<share>[\d/]+) → (?P<points>[\d/]+)(?: \((?P<note>.+)\))?")


@dataclass
class Table:
    """A question as the document works it out: by need, the cells under the letters of the mechanisms."""

    most: int
    letters: list[str]
    weights: dict[str, int]
    asked: dict[str, str]
    cells: dict[str, list[str]]
    totals: list[str]
    places: list[int]


def table(code: str) -> Table:
    lines = [line for line in SECTIONS[code].splitlines() if line.startswith("| ")]
    rows = [[cell.strip() for cell in line.strip().strip("|").split(" |")] for line in lines]
    header, needs, (total, place) = rows[0], rows[1:-2], rows[-2:]
    names = [row[0].strip("`") for row in needs]
    most = re.search(r"Of (\d+) points", SECTIONS[code])
    assert most
    return Table(
        int(most[1]),
        header[3:],
        {name: int(row[1]) for name, row in zip(names, needs, strict=True)},
        {name: row[2] for name, row in zip(names, needs, strict=True)},
        {name: row[3:] for name, row in zip(names, needs, strict=True)},
        total[3:],
        [int(cell) for cell in place[3:]],
    )


def test_every_ready_made_question_is_worked_out():
    assert list(SECTIONS) == list(Preset.objects.in_reading_order().values_list("code", flat=True))
    assert len(SECTIONS) == 4


@pytest.mark.parametrize("code", SECTIONS)
def test_the_api_answers_what_was_worked_out(client: Client, code: str):
    worked = table(code)
    query = Preset.objects.get(code=code).query
    told = client.get(f"/api/v1/options/?{query}&lang=en").json()
    assert told["most"] == worked.most
    assert f"As of {told['as_of']}." in SECTIONS[code]
    needs = {need["code"]: need for need in told["needs"]}
    assert {name: need["number"] for name, need in needs.items()} == worked.weights
    for name, need in needs.items():
        letters = {option["code"]: "abcdefgh"[n] for n, option in enumerate(need["options"])}
        if need["options"]:
            assert worked.asked[name] == ", ".join(f"{letters[one['code']]} {one['name']}" for one in need["options"])
        by_letter = in_letters(told)
        assert list(by_letter) == worked.letters
        for letter, cell in zip(worked.letters, worked.cells[name], strict=True):
            point = next(one for one in by_letter[letter]["points"] if one["need"] == name)
            assert_point(point, cell, letters)
    assert [one["total"] for one in in_letters(told).values()] == worked.totals
    assert [one["rank"] for one in in_letters(told).values()] == worked.places
    # Points add up to the totals, in the document too.
    for n, total in enumerate(worked.totals):
        found = [CELL.fullmatch(row[n]) for row in worked.cells.values()]
        assert sum(Fraction(one["points"]) for one in found if one) == Fraction(total)


def in_letters(told: Any) -> dict[str, Any]:
    """Return the mechanisms of an answer by letter, in the order of the letters."""
    letters = dict(Mechanism.objects.values_list("code", "letter"))
    return dict(sorted((letters[one["mechanism"]["code"]], one) for one in told["mechanisms"]))


def assert_point(point: Any, cell: str, letters: dict[str, str]) -> None:
    """Check that the API's point is what a cell says."""
    if cell == "silent":
        assert (point["share"], point["silent"], point["points"]) == ("0", "1", "0")
        return
    said = CELL.fullmatch(cell)
    assert said, cell
    assert Fraction(point["share"]) == Fraction(said["share"])
    assert point["points"] == said["points"]
    assert Fraction(point["share"]) * point["weight"] == Fraction(point["points"])
    if point["need"] == REACH:
        reach = point["reach"]
        assert said["share"] == f"{len(reach['served'])}/{reach['asked']}"
        unlisted = f"{reach['unlisted']} of {reach['centres']} without a list" if reach["unlisted"] else None
        assert said["note"] == unlisted
    elif point["need"] != SPEED:
        assert point["silent"] == "0"
        (finding,) = point["findings"]
        had = {one["code"] for one in finding["options"]}
        found = "".join(letter for code, letter in letters.items() if code in had)
        other = "n/a" if finding["status"] == "not-applicable" else "–" if finding["options"] else "in words"
        assert said["had"] == (found or other)
        assert said["share"] == f"{len(found)}/{len(letters)}"


@pytest.mark.parametrize("lang", ["en", "zh-hans"])
@pytest.mark.parametrize("code", SECTIONS)
def test_the_page_shows_what_was_worked_out(client: Client, code: str, lang: str):
    worked = table(code)
    page = client.get(f"/{lang}/options/?{Preset.objects.get(code=code).query}").content.decode()
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.partition('id="ranking"')[2])).replace(" ", " ")
    for name, cells in worked.cells.items():
        for said in filter(None, map(CELL.fullmatch, cells)):
            # The page reduces fractions and says whole numbers before the rest.
            share, points = mixed(Fraction(said["share"])), mixed(Fraction(said["points"]))
            assert f"{worked.weights[name]} × {share} = {points}" in text
    rows = re.findall(r'<tr>\s*<td[^>]*class="value"><strong>(\d+)</strong>.*?class="letter (\w)"', page, re.S)
    places = sorted(
        zip(worked.places, worked.letters, strict=True), key=lambda pair: (pair[0], "ABCDEFGM".index(pair[1]))
    )
    assert [(int(place), letter) for place, letter in rows] == places


def mixed(number: Fraction) -> str:
    whole, rest = divmod(number, 1)
    return " ".join(str(part) for part in (whole, rest) if part) or "0"
