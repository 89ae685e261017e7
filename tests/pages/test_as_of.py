"""Every page shows the world as known on a date, and says so."""

import datetime
import re

import pytest
from django.test import Client

from mechanisms.models import Finding, Mechanism
from tests.pages.markup import Element, parse
from tests.pages.walk import LANGUAGES, NOTE_DATE, addresses

pytestmark = pytest.mark.usefixtures("content")

each_language = pytest.mark.parametrize("lang", LANGUAGES)
THEN = {"en": "7 June 2010", "zh-hans": "2010年6月7日"}


def main(client: Client, url: str) -> Element:
    """Return the main part of the page at ``url``."""
    response = client.get(url)
    assert response.status_code == 200
    return parse(response).one("main")


def shown_day(date: datetime.date, lang: str) -> str:
    """Return a date as the language writes it."""
    return f"{date:%-d %B %Y}" if lang == "en" else f"{date.year}年{date.month}月{date.day}日"


@each_language
def test_the_note_counts_fourteen_basel_centres(client: Client, lang: str):
    page = main(client, f"/{lang}/centres/?mechanism=basel&as_of={NOTE_DATE}")
    assert re.findall(r"\d+", page.one("p", role="status").text) == ["14"]
    assert len(page.one("ul", cls="results").children_of("li")) == 14


@each_language
def test_minamata_is_left_out_of_a_comparison_of_2010_and_the_page_says_so(client: Client, lang: str):
    page = main(client, f"/{lang}/compare/?mechanism=basel&mechanism=minamata&mechanism=who&as_of={NOTE_DATE}")
    minamata = Mechanism.objects.get(code="minamata")
    name = {"en": minamata.name_en, "zh-hans": minamata.name_zh_hans}[lang]
    notice = page.one(cls="notice").text
    assert name in notice
    assert THEN[lang] in notice
    assert len(notice) > len(name) + len(THEN[lang]) + 5
    columns = [one.one("a")["href"] for one in page.one("thead").all("th")[1:]]
    assert columns == [f"/{lang}/mechanisms/{code}/?as_of={NOTE_DATE}" for code in ("basel", "who")]
    assert "minamata" not in [one["value"] for one in page.all("input", type="checkbox", name="mechanism")]
    today = main(client, f"/{lang}/compare/?mechanism=basel&mechanism=minamata&mechanism=who")
    assert len(today.one("thead").all("th")) == 4
    assert not today.all(cls="notice")


@each_language
def test_a_mechanism_says_on_its_page_that_it_did_not_exist(client: Client, lang: str):
    assert THEN[lang] in main(client, f"/{lang}/mechanisms/minamata/?as_of={NOTE_DATE}").one(cls="notice").text
    assert not main(client, f"/{lang}/mechanisms/minamata/").all(cls="notice")


@each_language
def test_the_centre_in_el_salvador_is_in_force_in_2010_and_not_today(client: Client, lang: str):
    url = f"/{lang}/centres/el-salvador-bcrc/"
    now = datetime.datetime.now(datetime.UTC).date()
    notice = main(client, url).one(cls="notice").text
    assert shown_day(now, lang) in notice
    if lang == "en":
        assert "No designation of this centre is in force" in notice
    assert not main(client, f"{url}?as_of={NOTE_DATE}").all(cls="notice")


@pytest.mark.parametrize(
    ("code", "lang", "name_then", "name_now"),
    [
        ("cz", "en", "Czech Republic", "Czechia"),
        ("cz", "zh-hans", "捷克共和国", "捷克"),
        ("mk", "en", "The former Yugoslav Republic of Macedonia", "North Macedonia"),
        ("mk", "zh-hans", "前南斯拉夫的马其顿共和国", "北马其顿"),
    ],
)
def test_a_country_has_the_name_of_the_day(client: Client, code: str, lang: str, name_then: str, name_now: str):
    for query, expected in [(f"?as_of={NOTE_DATE}", name_then), ("", name_now)]:
        assert main(client, f"/{lang}/countries/{code}/{query}").one("h1").text == expected
        listed = main(client, f"/{lang}/countries/{query}").one("ul", cls="countries")
        assert [one.text for one in listed.all("a") if f"/countries/{code}/" in one["href"]] == [expected]


@pytest.mark.one_database
@each_language
@pytest.mark.parametrize("as_of", ["", NOTE_DATE, "2015-03-01"])
def test_every_kind_of_page_says_which_date_it_shows(client: Client, lang: str, as_of: str):
    date = datetime.date.fromisoformat(as_of) if as_of else datetime.datetime.now(datetime.UTC).date()
    kinds = ["", "data/", "compare/", "centres/", "countries/ke/", "sources/inc1-note/", "funds/gef-trust-fund/"]
    for rest in kinds:
        page = parse(client.get(f"/{lang}/{rest}", {"as_of": as_of} if as_of else {}))
        assert shown_day(date, lang) in page.one("footer").text, rest
        for field in page.all("input", name="as_of", type="date"):
            assert field["value"] == date.isoformat()


def test_the_home_page_does_not_call_a_day_of_the_past_today(client: Client):
    assert "in force today" in main(client, "/en/").text
    assert "in force today" not in main(client, f"/en/?as_of={NOTE_DATE}").text


@each_language
def test_a_statement_older_than_five_years_is_marked(client: Client, lang: str):
    """From the day after its fifth birthday; its date stands beside it either way."""
    first = (
        Finding.objects.filter(mechanism__code="basel", stated_on=NOTE_DATE, stated_on_precision="day")
        .exclude(criterion__findings__in=Finding.objects.filter(mechanism__code="basel", stated_on__gt=NOTE_DATE))
        .select_related("criterion")
        .first()
    )
    assert first
    for as_of, is_old in [("2010-06-07", False), ("2015-06-07", False), ("2015-06-08", True), ("2026-01-01", True)]:
        page = main(client, f"/{lang}/mechanisms/basel/?as_of={as_of}")
        dated = page.one("article", id=first.criterion.code).one("p", cls="date")
        assert THEN[lang] in dated.text
        assert ("old" in dated.classes) == is_old, as_of


@each_language
def test_the_date_is_chosen_without_losing_the_filter(client: Client, lang: str):
    url = f"/{lang}/centres/?mechanism=basel&mechanism=who&page=1"
    control = main(client, url).one(cls="asof")
    then, today = (one["href"] for one in control.one(cls="segments").all("a"))
    assert then == f"?mechanism=basel&mechanism=who&as_of={NOTE_DATE}"
    assert today == "?mechanism=basel&mechanism=who"
    hidden = [(one["name"], one["value"]) for one in control.all("input", type="hidden")]
    assert hidden == [("mechanism", "basel"), ("mechanism", "who")]
    chosen = main(client, f"/{lang}/centres/{then}").one(cls="segments").all("a")
    assert [bool(one.get("aria-current")) for one in chosen] == [True, False]


def test_every_page_can_be_seen_as_on_the_day_of_the_note(client: Client):
    """Each page in one of the languages, by turns."""
    for number, rest in enumerate(rest for rest in addresses() if "?" not in rest):
        lang = list(LANGUAGES)[number % 2]
        response = client.get(f"/{lang}/{rest}", {"as_of": NOTE_DATE})
        assert response.status_code == 200, rest
        assert THEN[lang] in response.content.decode().partition("<footer")[2], rest
