"""One filter, every surface: the page, the API and the counts beside the values always agree."""

import random
import re
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from django.utils import translation

from config.changes import ChangesFilterSet
from publishing.filters import CodesFilter, PortalFilterSet
from tests.api.endpoints import NOTE_DATE, VIEWSETS, listed
from tests.pages.lists import ListPage, read

pytestmark = pytest.mark.usefixtures("content")

PAGES = [
    "centres",
    "mechanisms",
    "conventions",
    "funds",
    "organizations",
    "institutions",
    "regions",
    "countries",
    "sources",
]
LANGUAGES = ["en", "zh-hans"]
#: Of a filter with more values than this, such as the countries, so many are tried.
SAMPLE = 6
WORDS = {
    "centres": ["China", "中国", "培训", "basel centre", "nonsense"],
    "countries": ["korea", "朝鲜", "ke", "404", "Cape Verde", "佛得角", "nonsense"],
    "sources": ["VIII/4", "公约", "UNEP mercury", "nonsense"],
    "institutions": ["university", "研究所", "nonsense"],
    "mechanisms": ["水俣", "mercury", "nonsense"],
    "conventions": ["Rotterdam", "公约", "nonsense"],
    "funds": ["全球环境基金", "trust fund", "nonsense"],
    "organizations": ["世界银行", "UNEP", "nonsense"],
    "regions": ["Africa", "非洲", "nonsense"],
}
FILTERS = [
    (page, name)
    for page in PAGES
    for name, one in VIEWSETS[page].filterset_class.base_filters.items()
    if isinstance(one, CodesFilter)
]


def first_page(client: Client, lang: str, name: str, **parameters: Any) -> ListPage:
    response = client.get(f"/{lang}/{name}/", parameters)
    assert response.status_code == 200, response.content.decode()
    return read(response.content.decode())


def on_pages(client: Client, lang: str, name: str, **parameters: Any) -> tuple[int, list[str]]:
    """Return the count that the page says, and the records that its pages link to, in their order."""
    page = first_page(client, lang, name, **parameters)
    links = list(page.links)
    while page.following:
        page = read(client.get(f"/{lang}/{name}/{page.following}").content.decode())
        links += page.links
    record = re.compile(f"/{lang}/{name}/([^/]+)/")
    return page.count, [match[1] for link in links if (match := record.fullmatch(link))]


def in_api(client: Client, lang: str, name: str, **parameters: Any) -> tuple[int, list[str]]:
    """Return the count and the records that the API answers, in the reading order of the language."""
    key = "iso2" if name == "countries" else "code"
    body = listed(client, name, **parameters, lang=lang, fields=key)
    return body["count"], [row[key].lower() for row in body["results"]]


def sampled(name: str, codes: list[str]) -> list[str]:
    """Return all codes of a short list, or a choice from a long one: the same each time."""
    return codes if len(codes) <= 2 * SAMPLE else random.Random(name).sample(codes, SAMPLE)  # noqa: S311


def test_every_list_of_the_site_is_here():
    assert {name for name, _filter in FILTERS} == set(PAGES)
    assert set(WORDS) == {page for page in PAGES if "q" in VIEWSETS[page].filterset_class.base_filters}


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("as_of", [None, NOTE_DATE])
@pytest.mark.parametrize("name", PAGES)
def test_a_list_without_filters(client: Client, name: str, as_of: str | None, lang: str):
    parameters = {"as_of": as_of} if as_of else {}
    count, records = on_pages(client, lang, name, **parameters)
    assert (count, records) == in_api(client, lang, name, **parameters)
    assert count == len(records) == len(set(records)) > 0


@pytest.mark.parametrize(("name", "facet"), FILTERS)
def test_every_value_of_every_filter(client: Client, name: str, facet: str):
    """Both languages offer the same; each value is tried in one of them, by turns."""
    offered = {lang: first_page(client, lang, name).facets[facet] for lang in LANGUAGES}
    known = [str(code) for code, *_rest in VIEWSETS[name].filterset_class.base_filters[facet].options()]
    for lang, values in offered.items():
        assert sorted(values) == sorted(known), lang
        assert any(value.count for value in values.values()), lang
    assert offered["en"] == offered["zh-hans"]
    for number, code in enumerate(sampled(facet, sorted(known))):
        lang = LANGUAGES[number % 2]
        count, records = on_pages(client, lang, name, **{facet: code})
        assert (count, records) == in_api(client, lang, name, **{facet: code}), code
        assert offered[lang][code].count == count == len(records), code
        assert offered[lang][code].is_disabled == (count == 0), code


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(("name", "word"), [(name, word) for name, words in WORDS.items() for word in words])
def test_words(client: Client, name: str, word: str, lang: str):
    count, records = on_pages(client, lang, name, q=word)
    assert (count, records) == in_api(client, lang, name, q=word)
    assert bool(count) == (word != "nonsense")
    # Both languages find the same.
    assert sorted(records) == sorted(in_api(client, "en", name, q=word)[1])


@pytest.mark.parametrize(("name", "facet"), FILTERS)
def test_values_of_one_filter_are_alternatives(client: Client, name: str, facet: str):
    offered = first_page(client, "en", name).facets[facet]
    some = [code for code, value in offered.items() if value.count][:3]
    count, records = on_pages(client, "en", name, **{facet: some})
    expected = {record for code in some for record in in_api(client, "en", name, **{facet: code})[1]}
    assert set(records) == expected
    assert count == len(records) == len(expected)


@pytest.mark.parametrize(("name", "facet"), FILTERS)
def test_counts_heed_the_other_filters_and_the_date(client: Client, name: str, facet: str):
    """With a value chosen: its own filter's counts stay, every other's are of the values together."""
    before = first_page(client, "en", name, as_of=NOTE_DATE).facets
    chosen = next(code for code, value in before[facet].items() if value.count)
    after = first_page(client, "en", name, as_of=NOTE_DATE, **{facet: chosen}).facets
    assert {code: value.count for code, value in after[facet].items()} == {
        code: value.count for code, value in before[facet].items()
    }
    assert [code for code, value in after[facet].items() if value.is_chosen] == [chosen]
    for other, values in after.items():
        if other == facet:
            continue
        counted = [code for code, value in values.items() if value.count]
        for code in random.Random(other).sample(sorted(values), min(2, len(values))) + counted[:2]:  # noqa: S311
            together = {facet: chosen, other: code, "as_of": NOTE_DATE}
            assert values[code].count == in_api(client, "en", name, **together)[0], together


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_wrong_value_is_a_page_that_names_it_and_not_the_list(client: Client, lang: str):
    for name, facet in FILTERS:
        response = client.get(f"/{lang}/{name}/", {facet: "nonsense"})
        assert response.status_code == 400, (name, facet)
        html = response.content.decode()
        assert facet in html
        assert 'id="results"' not in html
        allowed = sorted(str(code) for code, *_rest in VIEWSETS[name].filterset_class.base_filters[facet].options())
        assert len(allowed) > 40 or [code for code in allowed if code not in html] == []
    for name in PAGES:
        for wrong in ({"nonsense": "1"}, {"as_of": "soon"}, {"as_of": "1899-12-31"}, {"page": "0"}, {"page": "999"}):
            response = client.get(f"/{lang}/{name}/", wrong)
            assert response.status_code == 400, (name, wrong)
            assert next(iter(wrong)) in response.content.decode()


def filtersets() -> list[type[PortalFilterSet]]:
    found, waiting = [], [PortalFilterSet]
    while waiting:
        one = waiting.pop()
        found.append(one)
        waiting += one.__subclasses__()
    return [one for one in found if any(isinstance(filter_, CodesFilter) for filter_ in one.base_filters.values())]


@pytest.mark.parametrize("order", [("en", "zh-hans", "en"), ("zh-hans", "en", "zh-hans")])
@pytest.mark.parametrize("filterset_class", filtersets(), ids=lambda one: one.__name__)
def test_no_filter_keeps_the_language_of_an_earlier_request(
    filterset_class: type[PortalFilterSet], order: tuple[str, str, str]
):
    seen: list[dict[str, Any]] = []
    for lang in order:
        with translation.override(lang):
            form = filterset_class(QueryDict()).form
            seen.append(
                {
                    name: (str(one.label), [str(choice) for choice in one.choices])
                    for name, one in form.fields.items()
                    if hasattr(one, "choices")
                }
            )
    first, second, third = seen
    assert first == third
    for name, (label, choices) in first.items():
        assert label != second[name][0], name
        assert len(choices) == len(second[name][1]) > 1
        # The names of the API's tables are codes.
        assert choices != second[name][1] or (filterset_class, name) == (ChangesFilterSet, "table"), name
