"""The Chinese pages are in Chinese: what is in Latin letters there comes from the content, or is a name that stays."""

import functools
import re
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import polib
import pytest
from django.apps import apps
from django.conf import settings
from django.db import models
from django.test import Client
from django.urls import LocalePrefixPattern, URLPattern, URLResolver, get_resolver

from centres.models import Centre, CentreKind, HostInstitution, InstitutionType
from mechanisms.models import Mechanism
from publishing.models import KeyedModel
from sources.models import Source, SourceKind

pytestmark = pytest.mark.one_database

CATALOGUE = Path(settings.BASE_DIR) / "config" / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"

#: Addresses of every kind of page, by the name of the route; records of every kind are added to them.
PAGES = {
    "home": ["", "?as_of=2010-06-07"],
    "data": ["data/"],
    "guide": ["data/api/"],
    "kit": ["data/kit/"],
    "quotes": ["q/"],
    # Their addresses have a code that freezing makes.
    "quote": [],
    "quote-changes": [],
    # Without entries: their notes are about words of both languages.
    "glossary": ["glossary/?q=没有"],
    "compare": [
        "compare/",
        "compare/?mechanism=basel&mechanism=stockholm&mechanism=who",
        "compare/?mechanism=basel&mechanism=minamata&mechanism=ncpc&as_of=2010-06-07",
    ],
    "mechanism-list": ["mechanisms/", "mechanisms/?function=training"],
    "mechanism-detail": ["mechanisms/minamata/?as_of=2010-06-07"],
    "convention-list": ["conventions/"],
    "convention-detail": ["conventions/basel/"],
    "fund-list": ["funds/"],
    "fund-detail": ["funds/multilateral-fund/"],
    "organization-list": ["organizations/"],
    "organization-detail": ["organizations/unep/", "organizations/undp/"],
    "indicator-list": ["indicators/", "indicators/?as_of=1990-01-01"],
    "indicator-detail": [
        "indicators/multilateral-fund-replenishment/",
        "indicators/multilateral-fund-first-network-year/",
        "indicators/who-collaborating-centres/?as_of=1990-01-01",
    ],
    "timeline": ["timeline/", "timeline/?mechanism=stockholm&as_of=2010-06-07"],
    "options": [
        "options/",
        "options/?option=core-functions-training&option=legal-status-part-of-host&serves_region=un-africa&silence=yes",
        "options/?option=mercury-relevance-model&weight=mercury-relevance~must&weight=speed~nice&as_of=2010-06-07",
        "options/?option=core-functions-training&as_of=1900-01-01",
    ],
    "options-outcome": ["options/outcome/", "options/outcome/?as_of=2010-06-07"],
    "coverage": ["coverage/", "coverage/?of=served&by=mechanism&scheme=unep&as_of=2010-06-07", "coverage/?by=kind"],
    "centre-list": ["centres/", "centres/?as_of=2010-06-07", "centres/?page=2", "centres/?mechanism=basel&q=没有"],
    "centre-detail": ["centres/china-bcrc-scrc/?as_of=1980-01-01"],
    "centre-compare": [
        "centres/compare/",
        "centres/compare/?centre=egypt-bcrc",
        "centres/compare/?centre=china-bcrc-scrc&centre=nigeria-bccc&centre=iran-bcrc-scrc",
        "centres/compare/?centre=egypt-bcrc&centre=senegal-bcrc-scrc&as_of=2010-06-07",
        "centres/compare/?centre=egypt-bcrc&centre=china-bcrc-scrc&centre=el-salvador-bcrc&centre=who-euro-office",
    ],
    "institution-list": ["institutions/", "institutions/?as_of=1950-01-01"],
    "institution-detail": [],
    "country-list": ["countries/", "countries/?q=a"],
    "country-detail": ["countries/ke/", "countries/id/", "countries/mk/?as_of=2010-06-07"],
    "search": [
        "search/",
        "search/?q=区域中心",
        "search/?q=SC‑2/9&kind=mechanisms.finding",
        "search/?q=nairobbi",
        "search/?q=基金+nothing",
        "search/?q=Kenya&kind=mechanisms.fund",
    ],
    # No page: it answers the script with names of records.
    "search-suggest": [],
    "region-list": ["regions/"],
    "region-differences": ["regions/differences/", "regions/differences/?scheme=who&scheme=un&as_of=2010-06-07"],
    "region-detail": ["regions/un-africa/", "regions/who-wpro/"],
    "source-list": ["sources/", "sources/?reliability=weak"],
    "source-detail": ["sources/inc1-note/"],
}
#: Pages that say what is wrong, with their status.
REFUSALS = {
    "centres/?region=nowhere&colour=red&as_of=soon": 400,
    "centres/?page=99999": 400,
    "compare/?mechanism=basel": 400,
    "centres/nowhere/": 404,
    "nothing/here/": 404,
}
#: What stays in Latin letters in any language.
NAMES = {"API", "REST", "OpenAPI", "JSON", "CSV", "XLSX", "GeoJSON", "Atom", "CC", "BY", "Word", "Excel", "INC"}
NAMES |= {"TBX", "Basic", "HTML", "ZIP", "KB", "SHA", "JavaScript"}
#: Tools and terms that the guide to the API is about.
NAMES |= {"Python", "curl", "pandas", "UTF", "RFC"}
#: What is written for a computer inside a Chinese sentence: addresses, parameters, lists of codes.
CODES = re.compile(
    r"https?://\S+|\blang=(?:en|zh-hans)|\bas_of=|YYYY-MM-DD|“[a-z_]+”|[a-z0-9_-]+(?:, [a-z0-9_-]+)+", re.A
)
#: A placeholder of a text to translate.
PLACEHOLDER = re.compile(r"%\(\w+\)s")
CHINESE = re.compile(r"[一-鿿]")
WORD = re.compile(r"[A-Za-z]{2,}")
#: Attributes whose text is shown or read aloud.
READ_ALOUD = {"alt", "aria-label", "content", "placeholder", "title"}
#: Elements whose text is code, or not shown.
UNREAD = {"code", "script", "style"}
#: Elements that have no end.
EMPTY = {"br", "hr", "img", "input", "link", "meta", "col", "wbr"}


class VisibleText(HTMLParser):
    """Collects the texts of a page that a reader sees or hears, less those marked as English."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._left_out: list[bool] = [False]
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        left_out = self._left_out[-1] or tag in UNREAD or values.get("lang") == "en"
        if not left_out and values.get("name") != "viewport":
            self.texts += [value for name, value in attrs if name in READ_ALOUD and value]
        if tag not in EMPTY:
            self._left_out.append(left_out)

    def handle_endtag(self, tag: str) -> None:
        if tag not in EMPTY:
            self._left_out.pop()

    def handle_data(self, data: str) -> None:
        if data.strip() and not self._left_out[-1]:
            self.texts.append(" ".join(data.split()))


@functools.cache
def english() -> re.Pattern[str]:
    """Return a pattern of the interface's texts in English, each as a whole, with anything in its placeholders."""
    catalogue = polib.pofile(str(CATALOGUE), encoding="utf-8")
    forms = {form for entry in catalogue for form in (entry.msgid, entry.msgid_plural)}
    # A page is read element by element, so a text with a <strong> inside comes in parts.
    parts = {part.strip() for form in forms for part in re.split(r"</?strong>", form)}
    pieces = [PLACEHOLDER.split(part) for part in parts]
    patterns = [".+".join(map(re.escape, some)) for some in pieces if WORD.search(" ".join(some))]
    assert len(patterns) > 300, "the catalogue was not read"
    return re.compile("|".join(patterns))


def words_of_content() -> set[str]:
    """Return the Latin words that the content has in Chinese, or in no language, such as a symbol or an acronym."""
    words: set[str] = set()
    for model in apps.get_models():
        if not issubclass(model, KeyedModel) or model._meta.app_label == "search":
            continue
        names = {
            one.name for one in model._meta.concrete_fields if isinstance(one, models.CharField | models.TextField)
        }
        translated = {name.removesuffix("_zh_hans") for name in names if name.endswith("_zh_hans")}
        if shown := names - translated - {f"{name}_en" for name in translated}:
            for row in model._default_manager.values_list(*sorted(shown)).distinct().order_by():
                words.update(WORD.findall(" ".join(filter(None, row))))
    return words


def check(client: Client, addresses: dict[str, int]) -> None:
    """Read each page in Chinese: no text of the interface in English, no Latin word that nothing accounts for."""
    words = words_of_content() | NAMES
    for address, status in addresses.items():
        response = client.get(f"/zh-hans/{address}")
        assert response.status_code == status, address
        texts = VisibleText(response.content.decode()).texts
        assert any(CHINESE.search(text) for text in texts), address
        asked = set(WORD.findall(unquote(address)))
        for text in texts:
            assert not english().fullmatch(text), f"{address} shows “{text}”"
            unknown = set(WORD.findall(CODES.sub(" ", text))) - words - asked
            assert not unknown, f"{address} shows {sorted(unknown)} in “{text}”"


def routes(patterns: Iterable[URLPattern | URLResolver]) -> Iterator[str]:
    for one in patterns:
        if isinstance(one, URLPattern):
            yield str(one.name)
        elif one.namespace is None:
            yield from routes(one.url_patterns)


def test_every_kind_of_page_is_read():
    with_language = [one for one in get_resolver().url_patterns if isinstance(one.pattern, LocalePrefixPattern)]
    assert set(routes(with_language)) == set(PAGES)


@pytest.mark.parametrize("kind", PAGES)
def test_a_page_has_no_english_word_of_the_interface(client, content, kind):
    check(client, dict.fromkeys(PAGES[kind], 200))


def test_a_page_that_says_what_is_wrong_has_no_english_word_of_the_interface(client, content):
    check(client, REFUSALS)


def test_a_record_of_every_kind_has_no_english_word_of_the_interface(client, content):
    records = [
        *Mechanism.objects.all(),
        *(Centre.objects.filter(kind=kind).order_by("code").first() for kind in CentreKind),
        *(HostInstitution.objects.filter(institution_type=one).order_by("code").first() for one in InstitutionType),
        *(Source.objects.filter(kind=kind).order_by("code").first() for kind in SourceKind),
    ]
    # An address without its first part, which is the language. A kind may have no record yet.
    check(client, {one.get_absolute_url().split("/", 2)[2]: 200 for one in records if one})


@pytest.mark.parametrize(
    "text",
    ["Filters", "term of 4 years", "since 1995", "Remove 汞", "The question does not apply.", "centres"],
)
def test_the_check_knows_english_texts(text):
    assert english().fullmatch(text)


@pytest.mark.parametrize("text", ["筛选", "第14段", "UNEP/CHW.8/5", "4"])
def test_the_check_lets_other_texts_pass(text):
    assert not english().fullmatch(text)
