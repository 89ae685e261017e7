"""A reader of a 2010 view stays in 2010, whatever link is followed."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.template import Context, Template
from django.test import Client, RequestFactory

from sources.models import Citation
from tests.pages.markup import Element, parse
from tests.pages.walk import LANGUAGES, NOTE_DATE

pytestmark = [pytest.mark.usefixtures("content"), pytest.mark.one_database]

each_language = pytest.mark.parametrize("lang", LANGUAGES)
#: A page of each kind, and the states that a list can be in; each is looked at as of the note's day.
PAGES = [
    "",
    "data/",
    "data/api/",
    "data/kit/",
    "compare/",
    "compare/?mechanism=basel&mechanism=who&mechanism=ncpc",
    "mechanisms/",
    "mechanisms/basel/",
    "conventions/",
    "conventions/basel/",
    "funds/",
    "funds/multilateral-fund/",
    "organizations/",
    "organizations/unep/",
    "centres/",
    "centres/?page=2",
    "centres/?mechanism=basel&kind=regional-centre&q=centre",
    "centres/?q=there-is-no-such-word",
    "centres/china-bcrc-scrc/",
    "centres/compare/",
    "centres/compare/?centre=china-bcrc-scrc",
    "centres/compare/?centre=china-bcrc-scrc&centre=egypt-bcrc",
    "coverage/",
    "coverage/?of=served&by=mechanism&function=training",
    "institutions/",
    "institutions/africa-institute/",
    "regions/",
    "regions/who-wpro/",
    "regions/differences/",
    "regions/differences/?scheme=un&scheme=who",
    "countries/",
    "countries/ke/",
    "sources/",
    "sources/inc1-note/",
    "search/",
    "search/?q=training",
    "search/?q=training&kind=centres.centre",
    "search/?q=nairobbi",
    "centres/?kind=nonsense",
    "q/",
    "nothing/",
]


def is_inside(one: Element, cls: str) -> bool:
    """Tell whether an element stands inside one with the class."""
    above = one.parent
    while above and cls not in above.classes:
        above = above.parent
    return above is not None


def stays(link: str) -> bool:
    """Tell whether a link leads to a page of the portal and not to a place on the same page, nor to the API.

    A question to start from (``options.Preset``) is left out: it has its own date.
    """
    is_question = "/options/?as_of=" in link
    return not link.startswith("#") and not urlsplit(link).scheme and not link.startswith("/api/") and not is_question


@each_language
@pytest.mark.parametrize("rest", PAGES)
def test_every_link_of_a_2010_view_leads_to_a_2010_view(client: Client, lang: str, rest: str):
    response = client.get(f"/{lang}/{rest}{'&' if '?' in rest else '?'}as_of={NOTE_DATE}")
    body = parse(response).one("body")
    links = [
        one["href"]
        for one in body.all("a")
        if "href" in one.attributes and stays(one["href"]) and not is_inside(one, "asof")
    ]
    assert len(links) > 12
    assert [link for link in links if parse_qs(urlsplit(link).query).get("as_of") != [NOTE_DATE]] == []
    for form in body.all("form", method="get"):
        dates = [one["value"] for one in form.all("input", name="as_of")]
        assert dates == [NOTE_DATE], f"the form to {form.get('action')}"


@each_language
def test_a_view_of_today_names_no_date(client: Client, lang: str):
    for rest in PAGES:
        body = parse(client.get(f"/{lang}/{rest}")).one("body")
        links = [one["href"] for one in body.all("a") if not is_inside(one, "asof") and stays(one["href"])]
        assert [link for link in links if "as_of" in link] == [], rest


@each_language
def test_a_date_that_pages_refuse_is_not_handed_on(client: Client, lang: str):
    for date in ("soon", "1500-01-01"):
        body = parse(client.get(f"/{lang}/centres/?as_of={date}")).one("body")
        links = [one["href"] for one in body.all("a") if not is_inside(one, "languages")]
        assert not [link for link in links if "as_of" in link]


def address(template: str, query: str = "", **context: object) -> str:
    """Return what a template gives on a page with the query."""
    request = RequestFactory().get(f"/en/{query}")
    return Template(template).render(Context({"request": request, **context}, autoescape=False))


class Record:
    def __init__(self, url: str) -> None:
        self.url = url

    def get_absolute_url(self) -> str:
        return self.url


@pytest.mark.parametrize(
    ("url", "then", "now"),
    [
        ("/en/a/", "/en/a/?as_of=2010-06-07", "/en/a/"),
        ("/en/a/#para-5", "/en/a/?as_of=2010-06-07#para-5", "/en/a/#para-5"),
        ("/en/a/?scheme=un", "/en/a/?scheme=un&as_of=2010-06-07", "/en/a/?scheme=un"),
        ("/en/a/?scheme=un#b", "/en/a/?scheme=un&as_of=2010-06-07#b", "/en/a/?scheme=un#b"),
        ("/en/a/?as_of=2013-10-10&b=c", "/en/a/?as_of=2013-10-10&b=c", "/en/a/?as_of=2013-10-10&b=c"),
    ],
)
def test_the_date_stands_in_the_query_before_the_place(url: str, then: str, now: str):
    for target in (Record(url), url):
        assert address("{% to target %}", f"?as_of={NOTE_DATE}&page=2", target=target) == then
        assert address("{% to target %}", "?page=2", target=target) == now


def test_a_page_goes_by_name_and_takes_a_query():
    assert address('{% to "centre-list" %}') == "/en/centres/"
    asked = '{% to "centre-list" "mechanism="|add:code %}'
    assert address(asked, f"?as_of={NOTE_DATE}", code="basel") == f"/en/centres/?mechanism=basel&as_of={NOTE_DATE}"
    assert address(asked, code="basel") == "/en/centres/?mechanism=basel"


def test_it_needs_no_request():
    assert Template('{% to "data" %}').render(Context()) == "/en/data/"


def test_a_citation_leads_to_its_paragraph_on_the_date(client: Client):
    citation = Citation.objects.get(source__code="inc1-note", locator="para-5")
    given = address("{% to citation %}", f"?as_of={NOTE_DATE}", citation=citation)
    assert given == f"/en/sources/inc1-note/?as_of={NOTE_DATE}#para-5"
    assert client.get(given).status_code == 200
