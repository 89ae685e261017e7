"""Terms as translators' programs exchange them: TBX-Basic (ISO 30042:2019), style "dca"."""

from collections.abc import Iterable
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from django.utils.translation import gettext as _

from publishing.languages import content_language
from publishing.templatetags.portal import html_lang

NAMESPACE = "urn:iso:std:iso:30042:ed-2"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
#: The form that is to be written, and the others that are found in texts.
PREFERRED, ADMITTED = "preferredTerm-admn-sts", "admittedTerm-admn-sts"


@dataclass(frozen=True)
class Section:
    """What a concept is called in one language.

    Attributes:
        language: as XML names it: "zh-Hans".
        sources: what it rests on, in words of the language.
    """

    language: str
    name: str
    variants: tuple[str, ...]
    note: str
    sources: tuple[str, ...]


@dataclass(frozen=True)
class Concept:
    code: str
    sections: tuple[Section, ...]


def tbx_bytes(concepts: Iterable[Concept], notes: Iterable[str]) -> bytes:
    """Return concepts as a TBX file.

    Args:
        notes: what the file says of itself: date shown, revision, address.
    """
    language = html_lang(content_language())
    root = ET.Element("tbx", {"xmlns": NAMESPACE, "type": "TBX-Basic", "style": "dca", LANG: language})
    about = ET.SubElement(ET.SubElement(root, "tbxHeader"), "fileDesc")
    _add(ET.SubElement(about, "titleStmt"), "title", _("Glossary"))
    source = ET.SubElement(about, "sourceDesc")
    for note in notes:
        _add(source, "p", note)
    body = ET.SubElement(ET.SubElement(root, "text"), "body")
    for concept in concepts:
        # An id begins with a letter, which a code need not.
        entry = ET.SubElement(body, "conceptEntry", {"id": f"term-{concept.code}"})
        for section in concept.sections:
            _write(ET.SubElement(entry, "langSec", {LANG: section.language}), section)
    ET.indent(root)
    file: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return file


def _write(place: ET.Element, section: Section) -> None:
    for text in section.sources:
        _add(place, "admin", text, "source")
    if section.note:
        _add(place, "note", section.note)
    for number, form in enumerate((section.name, *section.variants)):
        term = ET.SubElement(place, "termSec")
        _add(term, "term", form)
        _add(term, "termNote", ADMITTED if number else PREFERRED, "administrativeStatus")


def _add(place: ET.Element, name: str, text: str, kind: str = "") -> None:
    ET.SubElement(place, name, {"type": kind} if kind else {}).text = text
