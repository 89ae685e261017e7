"""Terms in running text: which forms are found, and that a page links each once, in prose only."""

from typing import Any

import pytest
from django.template import Context, Template
from django.test import Client, RequestFactory
from django.utils import translation

from publishing.models import Dataset
from search.linking import finder
from search.models import Term
from tests.pages.markup import Element, parse
from tests.pages.walk import LANGUAGES, NOTE_DATE

pytestmark = pytest.mark.django_db


@pytest.fixture
def terms() -> None:
    for code, en, zh, variants in [
        ("regional-centre", "regional centre", "区域中心", {"variants_en": "BCRC", "variants_zh_hans": "中心"}),
        ("coordinating-centre", "regional coordinating centre", "区域协调中心", {}),
        # A name is stronger than another term's variant.
        ("agency", "implementing agency", "执行机构", {"variants_en": "training"}),
        ("wastes", "hazardous wastes", "危险废物", {}),
        ("training", "training", "培训", {}),
        ("training-of-trainers", "training of trainers", "培训培训员", {}),
        ("party", "Party", "缔约方", {}),
        ("who", "World Health Organization", "世界卫生组织", {"variants_en": "WHO"}),
        ("convention", "convention", "公约", {}),
        ("basel-convention", "Basel Convention", "《巴塞尔公约》", {}),
        ("r-and-d", "R&D", "研<发", {}),
    ]:
        Term.objects.create(code=code, name_en=en, name_zh_hans=zh, **variants)


def found(text: str, language: str = "en") -> list[tuple[str, str]]:
    return [(text[start:end], code) for start, end, code in finder(language, Dataset.current()).find(text)]


@pytest.mark.usefixtures("terms")
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A regional centre.", [("regional centre", "regional-centre")]),
        ("Two regional centres, two implementing agencies", [("regional centres", "regional-centre"),
            ("implementing agencies", "agency")]),
        ("hazardous waste", [("hazardous waste", "wastes")]),
        ("The Parties and a Party, but no third party or non-Party", [("Parties", "party"), ("Party", "party")]),
        ("a regional coordinating centre", [("regional coordinating centre", "coordinating-centre")]),
        ("training of trainers", [("training of trainers", "training-of-trainers")]),
        ("Training. Training: (Training", [("Training", "training")] * 3),
        # A part of a name, of a word, of a symbol.
        ("the Regional Centre for Training", []),
        ("retraining, trainings-day, re-training, UNEP/WHO/1, BCRC.2/3", []),
        ("BCRC. WHO, not who", [("BCRC", "regional-centre"), ("WHO", "who")]),
        ("", []),
    ],
)  # fmt: skip
def test_forms_in_english(text: str, expected: list[tuple[str, str]]):
    assert found(text) == expected


@pytest.mark.usefixtures("terms")
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("设立区域协调中心和区域中心", [("区域协调中心", "coordinating-centre"), ("区域中心", "regional-centre")]),
        ("培训培训员", [("培训培训员", "training-of-trainers")]),
        ("《巴塞尔公约》与公约", [("《巴塞尔公约》", "basel-convention"), ("公约", "convention")]),
        # A short variant, and a title that is no term.
        ("中心与《生物多样性公约》", []),
    ],
)
def test_forms_in_chinese(text: str, expected: list[tuple[str, str]]):
    assert found(text, "zh-hans") == expected


@pytest.mark.usefixtures("terms")
def test_a_changed_glossary_is_read_anew():
    assert found("a workshop") == []
    Term.objects.create(code="workshop", name_en="workshop", name_zh_hans="讲习班")
    assert found("a workshop") == [("workshop", "workshop")]


def test_without_a_glossary_a_text_stays_as_it_is():
    assert found("a regional centre") == found("区域中心《公约》", "zh-hans") == []


def rendered(*texts: str, language: str = "en", query: str = "") -> str:
    request = RequestFactory().get(f"/{language}/{query}")
    template = Template("{% load glossary %}{% for text in texts %}<p>{% with_terms text %}</p>{% endfor %}")
    with translation.override(language):
        return template.render(Context({"request": request, "texts": texts}))


@pytest.mark.usefixtures("terms")
def test_a_page_links_a_term_once_and_keeps_its_date():
    assert rendered("A BCRC & a regional centre", "regional centres") == (
        '<p>A <a class="term" href="/en/glossary/#regional-centre">BCRC</a> &amp; a regional centre</p>'
        "<p>regional centres</p>"
    )
    dated = f"/en/glossary/?as_of={NOTE_DATE}#regional-centre"
    assert f'href="{dated}"' in rendered("a BCRC", query=f"?as_of={NOTE_DATE}")


@pytest.mark.usefixtures("terms")
def test_what_looks_like_markup_is_text():
    assert rendered("R&D <b>training</b>") == (
        '<p><a class="term" href="/en/glossary/#r-and-d">R&amp;D</a> &lt;b&gt;<a class="term" '
        'href="/en/glossary/#training">training</a>&lt;/b&gt;</p>'
    )
    assert "研&lt;发</a>" in rendered("研<发", language="zh-hans")


def within(one: Element, tags: set[str]) -> bool:
    above = one.parent
    while above and above.tag not in tags:
        above = above.parent
    return above is not None


@pytest.mark.one_database
@pytest.mark.usefixtures("content")
@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    ("path", "least"),
    [
        ("mechanisms/basel/", 30),
        ("centres/china-bcrc-scrc/", 8),
        ("compare/?mechanism=basel&mechanism=who&criterion=legal-status&criterion=governance", 7),
    ],
)
def test_pages_link_their_terms_in_prose_only(client: Client, path: str, least: int, lang: str):
    page = parse(client.get(f"/{lang}/{path}")).one("main")
    links = page.all("a", cls="term")
    targets = [one["href"] for one in links]
    assert len(targets) == len(set(targets)) >= least
    codes = set(Term.objects.values_list("code", flat=True))
    assert {target.removeprefix(f"/{lang}/glossary/#") for target in targets} <= codes
    assert not [one.text for one in links if within(one, {"a", "h1", "h2", "h3", "h4", "th", "summary", "button"})]


@pytest.mark.one_database
@pytest.mark.usefixtures("content")
def test_a_comparison_in_both_languages_links_none(client: Client):
    state: dict[str, Any] = {"mechanism": ["basel", "who"], "view": "bilingual"}
    assert not parse(client.get("/en/compare/", state)).all("a", cls="term")
