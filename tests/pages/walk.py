"""Every page of the portal, visited once a language, and what the tests ask of each."""

import random
from collections import Counter
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.test import Client

from centres.models import Centre, HostInstitution
from mechanisms.models import Convention, Fund, Indicator, Mechanism, Organization
from publishing.conditional import CODINGS
from regions.models import Country, Region
from sources.models import Source
from tests.pages.markup import Element, Markup

#: The languages and how HTML names them.
LANGUAGES = {"en": "en", "zh-hans": "zh-Hans"}
NOTE_DATE = "2010-06-07"
FEED = "application/atom+xml"
#: A script element of this type is data; browsers do not run it, and the policy is not asked.
LINKED_DATA = "application/ld+json"

#: Pages at fixed addresses; those with a query stand for the states that a list or a comparison can be in.
STATIC = [
    "",
    "data/",
    "data/api/",
    "data/kit/",
    "compare/",
    "options/",
    "options/outcome/",
    "mechanisms/",
    "conventions/",
    "funds/",
    "organizations/",
    "search/",
    "glossary/",
    "centres/",
    "centres/compare/",
    "institutions/",
    "indicators/",
    "timeline/",
    "coverage/",
    "regions/",
    "regions/differences/",
    "countries/",
    "sources/",
    "q/",
]
STATES = [
    "compare/?mechanism=basel&mechanism=who&criterion=legal-status",
    f"compare/?mechanism=basel&mechanism=minamata&mechanism=who&as_of={NOTE_DATE}",
    "options/?option=core-functions-training&option=peer-networking-contacts&serves_region=un-africa&silence=yes",
    "options/?option=core-functions-training&weight=core-functions~must&weight=speed~nice&silence=no",
    f"options/?option=mercury-relevance-model&as_of={NOTE_DATE}",
    "options/?option=core-functions-training&as_of=1900-01-01",
    f"options/outcome/?as_of={NOTE_DATE}",
    f"centres/?mechanism=basel&kind=regional-centre&q=a&as_of={NOTE_DATE}",
    "centres/?page=2",
    "glossary/?q=centre",
    "search/?q=%E5%8C%BA%E5%9F%9F%E4%B8%AD%E5%BF%83",
    f"search/?q=regional+centre&kind=centres.centre&as_of={NOTE_DATE}",
    "search/?q=nairobbi",
    "centres/compare/?centre=egypt-bcrc",
    "centres/compare/?centre=china-bcrc-scrc&centre=nigeria-bccc&centre=iran-bcrc-scrc",
    f"centres/compare/?centre=egypt-bcrc&centre=senegal-bcrc-scrc&as_of={NOTE_DATE}",
    "centres/?q=there-is-no-such-word",
    "sources/?page=2",
    "conventions/?as_of=1900-01-01",
    f"regions/differences/?scheme=un&scheme=who&as_of={NOTE_DATE}",
    f"timeline/?mechanism=stockholm&mechanism=minamata&as_of={NOTE_DATE}",
    "indicators/?mechanism=who&as_of=2000-01-01",
    f"coverage/?scheme=who&of=served&by=mechanism&function=training&q=centre&as_of={NOTE_DATE}",
    "coverage/?by=kind&region=un-weog&region=unep-none&function=none",
]
#: Lists whose every record is visited, and those of which 30 are.
WHOLE = [Mechanism, Indicator, Convention, Fund, Organization, Region, Centre, HostInstitution]
SAMPLED = {Country: ("SS", "CZ", "MK", "LY"), Source: ("inc1-note",)}
SAMPLE = 30


def addresses() -> list[str]:
    """Return the addresses of the pages to visit, without their language."""
    found = [*STATIC, *STATES]
    for model in WHOLE:
        found += [rest(row.get_absolute_url()) for row in model.objects.order_by("pk")]
    for model, wanted in SAMPLED.items():
        key = "iso2" if model is Country else "code"
        every = list(model.objects.order_by(key))
        first = [row for row in every if getattr(row, key) in wanted]
        assert len(first) == len(wanted)
        others = [row for row in every if row not in first]
        chosen = [*first, *random.Random(2010).sample(others, SAMPLE - len(first))]  # noqa: S311
        found += [rest(row.get_absolute_url()) for row in chosen]
    return found


def rest(path: str) -> str:
    """Return a page's address without its language."""
    return path.split("/", 2)[2]


@dataclass(frozen=True)
class Seen:
    """What a page showed, kept without its text: there are hundreds."""

    status: int
    headers: dict[str, str]
    faults: list[str]
    lang: str
    title: str
    h1: list[str]
    mains: list[str]
    first_link: tuple[str, str]
    twice: list[str]
    alternates: dict[str, str]
    feeds: list[str]
    switch: dict[str, str]
    inline: list[str]
    loaded: list[str]
    links: list[str]
    ids: set[str]
    unlabelled: list[str]
    foot: str
    compressed: int


def visit(client: Client, url: str) -> Seen:
    """Return what the page at ``url`` shows."""
    response: Any = client.get(url)
    markup = Markup(response.content.decode())
    root = markup.root
    everything = list(root.walk())[1:]
    body = root.one("body")
    ids = Counter(one["id"] for one in everything if "id" in one.attributes)
    links = [one for one in body.all("a") if "href" in one.attributes]
    return Seen(
        status=response.status_code,
        headers=dict(response.headers),
        faults=markup.faults,
        lang=root.one("html").get("lang"),
        title=root.one("head").one("title").text,
        h1=[one.text for one in body.all("h1")],
        mains=[one.get("id") for one in body.all("main")],
        first_link=(links[0]["href"], links[0].text),
        twice=[name for name, n in ids.items() if n > 1],
        alternates={
            one["hreflang"]: one["href"]
            for one in root.one("head").all("link", rel="alternate")
            if one.get("type") != FEED
        },
        feeds=[one["href"] for one in root.one("head").all("link", rel="alternate", type=FEED)],
        switch={one["hreflang"]: one["href"] for one in body.one(cls="languages").all("a")},
        inline=[describe(one) for one in everything if is_inline(one)],
        loaded=[
            one.get("src") or one.get("href") or one.get("srcset")
            for one in everything
            if one.tag in {"script", "img", "iframe", "source"} or (one.tag == "link" and one["rel"] != "alternate")
            if one.get("type") != LINKED_DATA
        ],
        links=[one["href"] for one in links],
        ids=set(ids),
        unlabelled=[describe(one) for one in body.all("input", "select", "textarea") if not is_labelled(one, body)],
        foot=body.one("footer").text,
        compressed=len(CODINGS["br"](response.content, response.headers["Content-Type"])),
    )


def describe(one: Element) -> str:
    """Return an element's start tag."""
    return f"<{one.tag} {one.attributes}>"


def is_inline(one: Element) -> bool:
    """Tell whether an element has a style or script of its own, which the policy forbids."""
    return (
        one.tag == "style"
        or "style" in one.attributes
        or (one.tag == "script" and "src" not in one.attributes and one.get("type") != LINKED_DATA)
        or any(name.startswith("on") for name in one.attributes)
        or urlsplit(one.get("href")).scheme == "javascript"
    )


def is_labelled(field: Element, body: Element) -> bool:
    """Tell whether a field of a form has a label."""
    if field.get("type") == "hidden" or field.get("aria-label"):
        return True
    above = field.parent
    while above and above.tag != "label":
        above = above.parent
    return bool(above and above.text) or any(one.text for one in body.all("label") if one.get("for") == field.get("id"))
