"""Briefs on countries and regions: every one fits, whatever it hosts; the centres with mercury-related work stay."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from centres.briefs import country_brief
from centres.lens import lens
from centres.models import Centre
from publishing.briefs import Brief
from publishing.filters import today
from regions.models import Country, Membership, Region
from tests.mechanisms.test_briefs import each_language, each_view, rows, taken
from tests.pages.walk import NOTE_DATE

pytestmark = [pytest.mark.usefixtures("content"), pytest.mark.one_database]


@each_language
@each_view
@pytest.mark.parametrize("pages", [1, 3])
def test_a_brief_on_a_country_fits(client: Client, lang: str, view: str, pages: int):
    query = {"view": view} if view else {}
    # Served by most, with a former name, hosting most, in no lens at all.
    for iso2 in ("ke", "cz", "cn", "li"):
        word = taken(client, f"/{lang}/countries/{iso2}/", pages, **query)
        assert len(rows(word)) > 4
    then = taken(client, "/en/countries/cz/", pages, as_of=NOTE_DATE, **query)
    assert [one.text for one in then.paragraphs[:2]] == ["Czech Republic", "Name today: Czechia"]


def test_a_row_names_a_source_once_and_letters_only_where_there_are_several():
    asked = Brief(1, ["en"], today(), address="", base="")
    of_several = 0
    for iso2 in ("KE", "CN", "ZA"):
        country = Country.objects.with_name_on(today()).get(iso2=iso2)
        for line in country_brief(lens(country, today()), asked).lines:
            cited = [reference for cell in line.cells for reference in cell.references]
            assert len(cited) == len(set(cited)), line.name
            if len(line.cells) < 3:
                continue
            letters = {name[:2] for _language, name in line.cells[0].paragraphs}
            lettered = [text[:2] in letters for _language, text in line.cells[2].paragraphs]
            assert lettered == [len(letters) > 1] * len(lettered), line.name
            of_several += len(letters) > 1
    assert of_several


def test_three_pages_say_what_a_centre_works_on(client: Client):
    one, three = ("\n".join(row[1] for row in rows(taken(client, "/en/countries/ke/", pages))) for pages in (1, 3))
    note = Centre.objects.get(code="south-africa-bcrc-scrc").mercury_note_en
    assert note
    assert note in three
    assert note not in one


def hosted(region: Region) -> Any:
    return Centre.objects.as_of(today()).filter(country__in=Country.objects.in_regions([region.code], today()))


@each_language
@pytest.mark.parametrize("pages", [1, 3])
def test_a_brief_on_a_region_has_its_countries_and_its_centres(client: Client, lang: str, pages: int):
    column = f"name_{lang.replace('-', '_')}"
    every = sorted(Region.objects.in_reading_order(), key=lambda region: hosted(region).count())
    for region in [every[0], *every[len(every) // 2 :: 6], every[-1]]:
        word = taken(client, f"/{lang}/regions/{region.code}/", pages)
        text = "\n".join("\n".join(row) for row in rows(word))
        members = Membership.objects.as_of(today()).filter(region=region).values_list(f"country__{column}", flat=True)
        assert all(name in text for name in members)
        centres = {getattr(one, column): one.mercury_work for one in hosted(region)}
        left = {name for name in centres if name not in text}
        # Who has done mercury-related work is left out last.
        assert not any(centres[name] for name in left) or not any(
            not work for name, work in centres.items() if name not in left
        )
        assert bool(left) <= any("Left out" in one.text or "未列的行" in one.text for one in word.paragraphs)


def test_a_brief_on_a_region_costs_no_query_a_row(client: Client):
    by_size = sorted(Region.objects.all(), key=lambda region: hosted(region).count())
    few, many = next(one for one in by_size if hosted(one).count() > 2), by_size[-1]
    counts = []
    for region in (few, many):
        with CaptureQueriesContext(connection) as captured:
            taken(client, f"/en/regions/{region.code}/", 3)
        counts.append(len(captured))
    assert hosted(many).count() > 3 * hosted(few).count()
    assert counts[0] == counts[1]
