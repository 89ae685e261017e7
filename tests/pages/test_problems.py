"""Wrong addresses: 400 pages name the field and what is allowed, 404 pages lead on; never the full list."""

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.utils import translation

from centres.directory import DirectoryFilterSet
from centres.filters import HostInstitutionFilterSet, TimelineFilterSet
from mechanisms.comparison_filters import ComparisonFilterSet
from mechanisms.filters import (
    ConventionFilterSet,
    FundFilterSet,
    IndicatorFilterSet,
    MechanismFilterSet,
    OrganizationFilterSet,
)
from publishing.filters import NAMED_VALUES, CodesFilter, PortalFilterSet
from regions.filters import CountryFilterSet, RegionFilterSet
from sources.filters import SourceFilterSet
from tests.pages.markup import Element, parse
from tests.pages.walk import LANGUAGES

pytestmark = [pytest.mark.usefixtures("content"), pytest.mark.one_database]

each_language = pytest.mark.parametrize("lang", LANGUAGES)
LISTS: dict[str, type[PortalFilterSet]] = {
    "centres/": DirectoryFilterSet,
    "institutions/": HostInstitutionFilterSet,
    "mechanisms/": MechanismFilterSet,
    "conventions/": ConventionFilterSet,
    "funds/": FundFilterSet,
    "organizations/": OrganizationFilterSet,
    "regions/": RegionFilterSet,
    "indicators/": IndicatorFilterSet,
    "timeline/": TimelineFilterSet,
    "countries/": CountryFilterSet,
    "sources/": SourceFilterSet,
    "compare/": ComparisonFilterSet,
}
FACETS = [
    (path, name)
    for path, filterset in LISTS.items()
    for name, one in filterset.base_filters.items()
    if isinstance(one, CodesFilter)
]


def refused(client: Client, url: str, lang: str) -> Element:
    """Return the list of problems on the 400 page at ``url``; fail where the page shows anything of the list."""
    response = client.get(f"/{lang}/{url}")
    assert response.status_code == 400
    page = parse(response)
    assert page.one("html")["lang"] == LANGUAGES[lang]
    assert response.headers["Content-Language"] == lang
    assert len(page.all("h1")) == 1
    main = page.one("main")
    assert not main.all(id="results")
    assert not main.all("form", "table", "article")
    assert not main.all(cls="results")
    return main.one(role="alert").one("dl", cls="problems")


def test_most_lists_have_facets():
    assert len(FACETS) > 20


@each_language
@pytest.mark.parametrize(("path", "name"), FACETS)
def test_a_wrong_value_is_named_with_the_allowed_ones(client: Client, path: str, name: str, lang: str):
    problems = refused(client, f"{path}?{name}=nonsense", lang)
    with translation.override(lang):
        label = str(LISTS[path].base_filters[name].label)
        allowed = [code for code, *_rest in LISTS[path].base_filters[name].options()]
    assert problems.one("dt").text == f"{label} {name}=nonsense"
    message = problems.all("dd")[0].text
    assert "nonsense" in message.lower()
    assert allowed
    assert all(str(code) in message for code in allowed[:NAMED_VALUES])
    assert problems.one("a")["href"] == f"/{lang}/{path}"


@each_language
@pytest.mark.parametrize(
    ("url", "name", "says"),
    [
        ("centres/?as_of=soon", "as_of", ""),
        ("centres/?as_of=1899-12-31", "as_of", "1900"),
        ("?as_of=2010-02-30", "as_of", ""),
        ("centres/?page=99", "page", "2"),
        ("centres/?page=0", "page", "2"),
        ("centres/?page=x", "page", "2"),
        ("centres/?colour=red", "colour", "mechanism"),
        ("data/?colour=red", "colour", "as_of"),
        ("centres/egypt-bcrc/?kind=regional-centre", "kind", "as_of"),
        ("countries/ke/?mechanism=basel", "mechanism", "as_of"),
        ("compare/?mechanism=basel", "mechanism", ""),
        ("compare/?mechanism=basel&mechanism=basel", "mechanism", ""),
        ("compare/?mechanism=basel&mechanism=who&criterion=colour", "criterion", "legal-status"),
    ],
)
def test_a_wrong_parameter_is_named(client: Client, url: str, name: str, says: str, lang: str):
    problems = refused(client, url, lang)
    assert name in problems.one("code").text
    messages = [one.text for one in problems.all("dd")]
    # Before what there is stands the nearest name, where one is near.
    assert len(messages) == (3 if "colour=red" in url and "centres/" in url else 2), "and a link that leaves it out"
    assert says in messages[-2]
    assert len(messages[0]) > 3
    if lang != "en":
        assert any("一" <= letter <= "鿿" for letter in messages[0]), messages[0]


@each_language
def test_the_rest_of_a_wrong_address_is_kept(client: Client, lang: str):
    problems = refused(client, "centres/?mechanism=basel&mechanism=who&kind=nonsense&as_of=2010-06-07&page=2", lang)
    link = problems.one("a")["href"]
    assert link == "?mechanism=basel&mechanism=who&as_of=2010-06-07"
    assert client.get(f"/{lang}/centres/{link}").status_code == 200


def test_text_from_the_address_is_not_markup(client: Client):
    response = client.get("/en/centres/", {"kind": "<script>alert(1)</script>"})
    assert response.status_code == 400
    assert "<script>alert" not in response.content.decode()
    response = client.get("/en/centres/", {"q": '"><script>alert(1)</script>'})
    assert response.status_code == 200
    assert "<script>alert" not in response.content.decode()


NOWHERE = [
    "nothing/",
    "countries/xx/",
    "countries/KE/",
    "countries/ken/",
    "centres/no-such-centre/",
    "mechanisms/BASEL/",
    "sources/no-such-source/",
    "institutions/0/",
    "compare/basel/",
]


@each_language
@pytest.mark.parametrize("rest", NOWHERE)
def test_what_is_not_there_is_a_page_that_leads_on(client: Client, lang: str, rest: str):
    response = client.get(f"/{lang}/{rest}")
    assert response.status_code == 404
    page = parse(response)
    assert page.one("html")["lang"] == LANGUAGES[lang]
    assert (page.one("h1").text == "Page not found") == (lang == "en")
    assert "Content-Security-Policy" in response.headers
    links = [one["href"] for one in page.one("main").all("a")]
    assert len(links) >= 3
    assert all(client.get(link).status_code == 200 for link in links)


def test_the_error_page_needs_nothing_and_speaks_both_languages():
    text = render_to_string("500.html")
    assert "went wrong" in text
    assert "出错" in text
    assert "{" not in text
