"""What a reader's browser would complain of, and the pages to look at."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Page, Request

WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 360, "height": 740}
LANGUAGES = {"en": "en", "zh-hans": "zh-Hans"}
#: One page of each kind, and the states that look different.
KINDS = {
    "home": "",
    "data": "data/",
    "guide to the API": "data/api/",
    "kit": "data/kit/",
    "chooser": "compare/",
    "comparison": "compare/?mechanism=basel&mechanism=stockholm&mechanism=who&criterion=legal-status"
    "&criterion=host-arrangement&criterion=network-size&criterion=staff",
    "comparison of 2010": "compare/?mechanism=basel&mechanism=minamata&mechanism=ncpc&as_of=2010-06-07",
    "options": "options/",
    "options ranked": "options/?option=core-functions-training&option=mercury-relevance-model&serves_region=un-africa"
    "&weight=core-functions~must&weight=speed~nice&silence=yes",
    "outcome": "options/outcome/",
    "mechanisms": "mechanisms/",
    "mechanism": "mechanisms/rotterdam/",
    "conventions": "conventions/",
    "convention": "conventions/stockholm/",
    "funds": "funds/",
    "fund": "funds/gef-trust-fund/",
    "organizations": "organizations/",
    "organization": "organizations/unep/",
    "centres": "centres/?mechanism=basel",
    "figures": "indicators/",
    "figure": "indicators/multilateral-fund-contributions-received/",
    "timeline": "timeline/?mechanism=stockholm&mechanism=unep-coordinators",
    "coverage": "coverage/",
    "coverage of the countries served": "coverage/?of=served&by=mechanism&scheme=unep&function=training",
    "centre": "centres/china-bcrc-scrc/",
    "chooser of centres": "centres/compare/?centre=egypt-bcrc",
    "centres compared": "centres/compare/?centre=china-bcrc-scrc&centre=nigeria-bccc&centre=senegal-bcrc-scrc",
    "former centre": "centres/el-salvador-bcrc/",
    "institutions": "institutions/",
    "institution": "institutions/africa-institute/",
    "regions": "regions/",
    "region": "regions/who-wpro/",
    "regions compared": "regions/differences/?scheme=un&scheme=who",
    "countries": "countries/",
    "country": "countries/ke/",
    "search": "search/",
    "search found": "search/?q=%E8%A8%93%E7%B7%B4",
    "search found in one kind": "search/?q=regional+centre&kind=centres.centre",
    "search found nothing": "search/?q=%E5%B7%B4%E8%B5%9B%E5%B0%94+centre",
    "glossary": "glossary/?q=centre",
    "sources": "sources/?page=2",
    "source": "sources/inc1-note/",
    "empty result": "centres/?mechanism=basel&kind=regional-network&q=zzz",
    "wrong parameter": "centres/?kind=nonsense&mechanism=basel",
    "nothing there": "nothing/",
}
STATUS = {"wrong parameter": 400, "nothing there": 404}
#: The lists of hundreds of statements: their parts are those of smaller pages, and axe takes long.
WITHOUT_AXE = {"source", "comparison of 2010"}


@dataclass
class Watch:
    """What happened on a page: what the console said and where requests went."""

    console: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)


@contextmanager
def watched(page: Page, base_url: str, *, refused: bool = False) -> Iterator[Watch]:
    """Record console errors, violations of the policy and requests that leave the host; fail if there were any.

    Args:
        refused: the page's own status is an error, which the browser reports in the console too.
    """
    watch = Watch()
    host = urlsplit(base_url).netloc

    def heard(message: ConsoleMessage) -> None:
        own_status = refused and "Failed to load resource" in message.text
        if message.type in {"error", "warning"} and not own_status:
            watch.console.append(f"{message.text} ({message.location.get('url')})")

    def asked(request: Request) -> None:
        watch.requests.append(request.url)
        if urlsplit(request.url).scheme not in {"data", "blob"} and urlsplit(request.url).netloc != host:
            watch.elsewhere.append(request.url)

    def crashed(error: Any) -> None:
        watch.console.append(str(error))

    page.on("console", heard)
    page.on("pageerror", crashed)
    page.on("request", asked)
    try:
        yield watch
    finally:
        page.remove_listener("console", heard)
        page.remove_listener("pageerror", crashed)
        page.remove_listener("request", asked)
    assert watch.console == []
    assert watch.elsewhere == []


def violations(page: Page, without: str = "") -> list[str]:
    """Return what axe finds wrong: rule, and the first places.

    Args:
        without: a selector of what is not ours to mend.
    """
    found = Axe().run(page, context={"exclude": [[without]]} if without else None).response["violations"]
    return [f"{rule['id']}: {[node['html'][:200] for node in rule['nodes'][:3]]}" for rule in found]


def overflow(page: Page) -> Any:
    """Return how wide the page is, and the elements that stick out if it is wider than its window."""
    return page.evaluate(
        """() => {
          const width = innerWidth, page = document.scrollingElement.scrollWidth;
          if (page <= width) return null;
          const out = [...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > width + 1);
          return [page, ...out.slice(0, 5).map(e => e.outerHTML.slice(0, 160))];
        }"""
    )
