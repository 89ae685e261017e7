"""The hall kit as a reader has it: opened from the disk, without a network."""

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.http import QueryDict
from playwright.sync_api import Browser, BrowserContext, Page, expect

from centres.census import census_on
from centres.directory import CentreFilterSet, order_options
from centres.models import Centre
from config.kit import kit_html
from publishing.filters import CodesFilter, today
from tests.browser.looking import LANGUAGES, NARROW, WIDE, overflow, violations

#: Words in every way of writing that the search does not tell apart, phrases, parts of words, and what nobody has.
WORDS = [
    "training",
    "ＴＲＡＩＮＩＮＧ mercury",
    "培训",
    "訓練",
    "汞 中心",
    "區域中心",
    '"regional centre"',
    "“Stockholm Convention” Asia",
    "cote d’ivoire",
    "Côte",
    "São Paulo",
    "SC‑4/23",
    "indo　nesia",
    "nairobi",
    "a",
    "中",
    '"" "',
    "¨",
    "no such word",
    "İstanbul",
]
BOXES = ["20,-5,52,15", "170,-50,-150,60", "-180,-90,180,90", "0,0,0,0", "-20.5,-35,55,37.5"]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("kit") / "kit.html"


@pytest.fixture
def offline(browser: Browser, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    """A browser without a network; by a parameter, without JavaScript too."""
    context = browser.new_context(offline=True, viewport=WIDE, java_script_enabled=getattr(request, "param", True))
    yield context
    context.close()


@pytest.fixture
def kit(offline: BrowserContext, address: Path) -> Iterator[Page]:
    """The kit, opened in English; what it asks for and complains of is a failure."""
    if not address.exists():
        address.write_bytes(kit_html()[0])
    page = offline.new_page()
    asked: list[str] = []
    heard: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: heard.append(message.text))
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.goto(f"{address.as_uri()}#en")
    yield page
    assert (set(asked), heard) == ({address.as_uri()}, [])


def random_filters(number: int) -> list[dict[str, list[str]]]:
    """Return parameters of the directory, the same ones each time."""
    dice = random.Random(9)  # noqa: S311
    facets = {name: one for name, one in CentreFilterSet(QueryDict()).filters.items() if isinstance(one, CodesFilter)}
    orders = [code for code, _name in order_options()]
    found = []
    for _turn in range(number):
        chosen = dice.sample(sorted(facets), dice.choice([0, 1, 1, 2, 2, 3]))
        asked = {
            name: dice.choices([code for code, *_rest in facets[name].values], k=dice.randint(1, 4)) for name in chosen
        }
        for name, values, chance in (("q", WORDS, 0.4), ("bbox", BOXES, 0.15), ("ordering", orders, 0.4)):
            if dice.random() < chance:
                asked[name] = [dice.choice(values)]
        found.append(asked)
    return found


def answer(asked: dict[str, list[str]]) -> dict[str, Any]:
    """Return what the site's directory answers: positions in the census, and the counts of the facets."""
    filterset = CentreFilterSet(QueryDict(urlencode(asked, doseq=True)))
    assert filterset.problems == {}
    census = census_on(today())
    places = [census.places[key] for key in filterset.results().keys]
    counts = {facet.name: {value.code: value.count for value in facet.values} for facet in filterset.facets()}
    known = {name: {code: n for code, n in of.items() if code in census.sets[name]} for name, of in counts.items()}
    return {"places": places, "counts": known}


def test_a_hundred_random_filters_give_what_the_site_gives(kit: Page):
    asked = [*random_filters(100), *({"q": [word]} for word in WORDS)]
    given = kit.evaluate("asked => asked.map(kit.ask)", asked)
    expected = [answer(one) for one in asked]
    sizes = {len(one["places"]) for one in expected}
    assert len(sizes) > 15
    assert 0 in sizes
    for question, mine, sites in zip(asked, given, expected, strict=True):
        assert mine["places"] == sites["places"], question
        for facet, counts in sites["counts"].items():
            assert {code: mine["counts"][facet].get(code, 0) for code in counts} == counts, (question, facet)


def test_filters_search_and_languages_work_without_a_network(kit: Page):
    count = kit.locator("[role=status] strong >> visible=true")
    shown = kit.locator("[data-n] >> visible=true")
    active = int(count.inner_text())
    expect(shown).to_have_count(active)
    assert 50 < active < Centre.objects.count()
    kit.get_by_role("checkbox", name="Basel centres").check()
    expect(count).to_have_text("14")
    expect(shown).to_have_count(14)
    # One of many countries is chosen from a list, and stands as a box that takes it away.
    kit.get_by_role("combobox", name="Serves country").select_option("CN")
    assert 0 < int(count.inner_text()) < 14
    sets = census_on(today()).sets
    unlisted = (sets["mechanism"]["basel"] & sets["status"]["active"] & sets["served_list"]["unknown"]).bit_count()
    expect(kit.locator("[data-unlisted] strong >> visible=true")).to_have_text(str(unlisted))
    kit.get_by_role("checkbox", name="China").click()
    expect(count).to_have_text("14")
    # The other language keeps what is chosen.
    kit.get_by_role("link", name="中文").click()
    assert kit.evaluate("[document.documentElement.lang, document.title]") == ["zh-Hans", "技术援助机制"]
    expect(kit.locator("#en")).to_be_hidden()
    expect(count).to_have_text("14")
    expect(kit.locator("#KE a").first).to_have_text("非洲国家组")
    for words in ("亚洲", "亞洲"):
        kit.get_by_role("searchbox").fill(words)
        assert 0 < int(count.inner_text()) < 14
    asian = count.inner_text()
    kit.get_by_role("link", name="English").click()
    expect(kit.get_by_role("searchbox")).to_have_value("亞洲")
    expect(count).to_have_text(asian)
    kit.get_by_role("searchbox").fill("ＥＧＹＰＴ")
    expect(shown.first).to_contain_text("Egypt")
    kit.get_by_role("button", name="Clear all").click()
    expect(count).to_have_text(str(active))
    # A link to a centre that has closed shows it all the same.
    kit.evaluate("location.hash = 'en-el-salvador-bcrc'")
    expect(kit.locator("#en-el-salvador-bcrc")).to_be_in_viewport()


def test_it_is_printed_in_the_language_that_is_shown_and_as_it_is_filtered(kit: Page):
    kit.get_by_role("checkbox", name="Basel centres").check()
    kit.emulate_media(media="print")
    expect(kit.locator("form >> visible=true")).to_have_count(0)
    expect(kit.locator("[data-n] >> visible=true")).to_have_count(14)
    for part in ("details li", ".matrix td", "#countries td", "#sources li"):
        expect(kit.locator(f"{part} >> visible=true").first).to_be_visible()
    assert len(kit.pdf()) > 100_000


@pytest.mark.parametrize("language", LANGUAGES.values())
def test_it_fits_a_phone_and_has_no_barrier(kit: Page, language: str):
    kit.locator(f".languages a[lang={language}] >> visible=true").click()
    for size in (WIDE, NARROW):
        kit.set_viewport_size(size)
        assert overflow(kit) is None
        assert violations(kit) == []


@pytest.mark.parametrize("offline", [False], indirect=True)
def test_without_javascript_it_shows_everything_in_both_languages(kit: Page):
    expect(kit.locator("[data-n] >> visible=true")).to_have_count(2 * Centre.objects.count())
    for language in LANGUAGES.values():
        expect(kit.locator(f"#{language} .matrix")).to_be_visible()
    expect(kit.locator("#KE")).to_contain_text("肯尼亚")
    expect(kit.locator("form >> visible=true")).to_have_count(0)
