"""The glossary as a page, in the API and in files: the same terms in the same order, for readers and translators."""

import csv
import io
import re
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from django.test import Client

from search.models import Term
from tests.api.endpoints import listed
from tests.pages.markup import Element, parse
from tests.pages.walk import LANGUAGES

pytestmark = [pytest.mark.usefixtures("content")]

each_language = pytest.mark.parametrize("lang", LANGUAGES)
TBX = "{urn:iso:std:iso:30042:ed-2}"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
#: What stands in each element of TBX-Basic that the portal writes, in which order (its grammar, of the core).
GRAMMAR = {
    "tbx": "tbxHeader text",
    "tbxHeader": "fileDesc",
    "fileDesc": "titleStmt sourceDesc",
    "titleStmt": "title",
    "sourceDesc": "(p )*p",
    "text": "body",
    "body": "(conceptEntry )*conceptEntry",
    "conceptEntry": "langSec( langSec)*",
    "langSec": "((admin|note) )*termSec( termSec)*",
    "termSec": "term termNote",
}
#: The data categories of TBX-Basic that are used, and where they may stand.
CATEGORIES = {("admin", "source"), ("termNote", "administrativeStatus")}


def glossary(client: Client, lang: str, **parameters: Any) -> Element:
    response = client.get(f"/{lang}/glossary/", parameters)
    assert response.status_code == 200
    return parse(response).one("main")


def entries(page: Element) -> list[str]:
    return [row["id"] for row in page.all("tr") if row.get("id")]


@each_language
def test_every_term_stands_in_both_languages_under_its_letter(client: Client, lang: str):
    page = glossary(client, lang)
    found = entries(page)
    api = listed(client, "terms", ordering=f"name_{lang.replace('-', '_')}")["results"]
    assert found == [one["code"] for one in api]
    assert len(found) == Term.objects.count() > 200
    letters = [one["id"] for one in page.all("th", scope="rowgroup")]
    assert len(letters) == len(set(letters)) > 15
    assert [one["href"] for one in page.one("ul", cls="letters").all("a")] == [f"#{letter}" for letter in letters]
    row = next(one for one in page.all("tr") if one.get("id") == "regional-centre")
    (own,), (other, _remarks) = row.all("th"), row.all("td")
    variants = "BCRC, SCRC" if lang == "en" else "BCRC、SCRC"
    said = [f"regional centre {variants}", "区域中心"]
    assert [own.text, other.text] == (said if lang == "en" else said[::-1])
    assert other["lang"] == ("zh-Hans" if lang == "en" else "en")
    # The search for it, and its sources.
    links = [one["href"] for one in row.all("a")]
    assert f"/{lang}/search/?q=regional+centre" in links
    assert sum("/sources/" in link for link in links) == Term.objects.get(code="regional-centre").citations.count()


@each_language
@pytest.mark.parametrize("words", ["regional centre", "區域中心", "BCRC", "the-transfer", "WHO region", "nonsense"])
def test_words_are_found_in_either_language_the_same_on_page_and_in_the_api(client: Client, lang: str, words: str):
    page = glossary(client, lang, q=words)
    found = listed(client, "terms", q=words)
    assert int(re.findall(r"\d+", page.one("p", role="status").text)[0]) == found["count"]
    assert set(entries(page)) == {one["code"] for one in found["results"]}
    assert bool(found["count"]) == (words != "nonsense") == (not page.all(cls="empty"))
    assert found["count"] < 20


@pytest.mark.one_database
@each_language
@pytest.mark.parametrize(("name", "value"), [("q", "x" * 201), ("page", "1"), ("format", "docx"), ("letter", "a")])
def test_what_the_page_does_not_take_is_refused(client: Client, lang: str, name: str, value: str):
    response = client.get(f"/{lang}/glossary/", {name: value})
    assert response.status_code == 400
    assert name in parse(response).one(role="alert").one("code").text


@pytest.mark.one_database
def test_the_csv_for_translators_has_a_column_a_language(client: Client):
    response = client.get("/zh-hans/glossary/", {"format": "csv", "q": "区域中心"})
    rows = list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"), newline="")))
    row = next(one for one in rows if one["code"] == "regional-centre")
    assert (row["name_en"], row["name_zh_hans"], row["variants_en"]) == ("regional centre", "区域中心", "BCRC; SCRC")
    assert row["citations"].startswith("inc1-note#")


def tbx(content: bytes) -> ET.Element:
    return ET.fromstring(content)  # noqa: S314


@pytest.mark.one_database
@each_language
def test_tbx_is_of_the_dialect_that_it_names(client: Client, lang: str):
    response = client.get(f"/{lang}/glossary/", {"format": "tbx"})
    assert response.headers["Content-Type"] == "application/x-tbx+xml"
    assert re.search(r'filename="glossary-[0-9-]+\.tbx"', response.headers["Content-Disposition"])
    root = tbx(response.content)
    assert root.attrib == {"type": "TBX-Basic", "style": "dca", XML_LANG: LANGUAGES[lang]}
    for one in root.iter():
        assert one.tag.startswith(TBX)
        name = one.tag.removeprefix(TBX)
        inside = " ".join(part.tag.removeprefix(TBX) for part in one)
        assert re.fullmatch(GRAMMAR.get(name, ""), inside), (name, inside)
        assert inside or (one.text or "").strip(), name
        if "type" in one.attrib and name != "tbx":
            assert (name, one.attrib["type"]) in CATEGORIES
    ids = [one.attrib["id"] for one in root.iter(f"{TBX}conceptEntry")]
    assert len(ids) == len(set(ids)) == Term.objects.count()
    assert all(re.fullmatch(r"[A-Za-z_][\w.-]*", one) for one in ids)


@pytest.mark.one_database
def test_a_concept_of_tbx_has_its_forms_note_and_source_in_each_language(client: Client):
    root = tbx(client.get("/api/v1/terms/", {"format": "tbx"}).content)
    entry = next(one for one in root.iter(f"{TBX}conceptEntry") if one.attrib["id"] == "term-best-practices")
    said = {}
    for section in entry:
        forms = {
            one.findtext(f"{TBX}term"): (one.findtext(f"{TBX}termNote") or "").removesuffix("Term-admn-sts")
            for one in section.iter(f"{TBX}termSec")
        }
        said[section.attrib[XML_LANG]] = forms, section.findtext(f"{TBX}note"), section.findtext(f"{TBX}admin")
    assert list(said) == ["en", "zh-Hans"]
    assert said["en"][:2] == ({"best practices": "preferred"}, "The INC.1 note writes 最佳作法.")
    assert said["zh-Hans"][0] == {"最佳做法": "preferred", "最佳作法": "admitted"}
    assert "para. 17" in str(said["en"][2])
    assert "第17段" in str(said["zh-Hans"][2])
    (alone,) = tbx(client.get("/api/v1/terms/best-practices/", {"format": "tbx", "lang": "en"}).content).iter(
        f"{TBX}conceptEntry"
    )
    assert [one.attrib[XML_LANG] for one in alone] == ["en"]
