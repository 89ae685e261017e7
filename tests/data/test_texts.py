"""Every text of the content: both languages or none, each in its own script and punctuation."""

import re

import pytest
from modeltranslation.translator import translator

from publishing.models import IndexEntry
from search.models import Term

pytestmark = pytest.mark.one_database

FIELDS = [
    (model, field)
    for model in translator.get_registered_models()
    # The index is made of the other models' texts.
    if model is not IndexEntry
    for field in translator.get_options_for_model(model).fields
]
#: Where one language may have nothing, and where a text may quote the other one: in the glossary.
HALVES, QUOTING = [(Term, "variants")], [(Term, "note")]
TEXTS = [pair for pair in FIELDS if pair[1] != "sort_key"]
HAN = r"[\u3400-\u4dbf\u4e00-\u9fff]"
#: Names and signs that are the same in Chinese.
SAME_IN_CHINESE = {"%", "CEGESTI", "Fabao365", "InforMEA", "m.zgkjsz.com", "RECPnet", "docslib.org"}

#: What a Chinese text must not contain, and an example of it.
MISTAKES = {
    "half-width punctuation between Chinese characters": (rf"{HAN}\s*[,.;:?!()\"'<>]\s*{HAN}", "中心,网络"),
    "half-width punctuation that a sentence ends with": (rf"{HAN}[.;:,?!]$", "中心."),
    "half-width brackets around Chinese": (rf"\({HAN}|{HAN}\)", "中心(北京)"),
    "a space between Chinese characters": (rf"{HAN}\s+{HAN}", "区域 中心"),
    "a space between Chinese and digits or Latin": (rf"{HAN}\s+[0-9A-Za-z]|[0-9A-Za-z]\s+{HAN}", "共 14个"),
    "a space beside full-width punctuation": (r"\s[，。；：（）、《》“”]|[，。；：（）、《》“”]\s", "中心， 网络"),
    "punctuation twice": (r"[，。；：、]{2}", "中心。。"),
}
#: What neither language has.
RESIDUE = re.compile(r"\b(?:TODO|FIXME|XXX|TBD|n/a|lorem)\b|\?\?|</?\w+>|\*\*|\]\(|&\w+;|\ufffd", re.I)


def texts(model, field):
    """Return the record, the English and the Chinese text of a field in every record."""
    for row in model._base_manager.order_by("pk"):
        yield row, getattr(row, f"{field}_en") or "", getattr(row, f"{field}_zh_hans") or ""


def identify(pair):
    return f"{pair[0].__name__}-{pair[1]}"


@pytest.mark.parametrize("pair", FIELDS, ids=identify)
def test_a_text_is_filled_in_both_languages_or_in_neither(content, pair):
    if pair in HALVES:
        return
    half = [(row.pk, english, chinese) for row, english, chinese in texts(*pair) if bool(english) != bool(chinese)]
    assert half == []


@pytest.mark.parametrize("pair", TEXTS, ids=identify)
def test_english_has_no_chinese_and_chinese_has_some(content, pair):
    for _row, english, chinese in texts(*pair):
        assert pair in QUOTING or not re.search(rf"{HAN}|[，。；：（）、《》]", english), english
        assert not chinese or chinese in SAME_IN_CHINESE or re.search(HAN, chinese), chinese


@pytest.mark.parametrize("mistake", MISTAKES)
def test_chinese_is_set_as_chinese(content, mistake):
    pattern, _example = MISTAKES[mistake]
    found = [
        f"{identify(pair)} {row.pk}: {hit[0]}"
        for pair in TEXTS
        if pair not in HALVES
        for row, _english, chinese in texts(*pair)
        for hit in re.finditer(pattern, chinese)
    ]
    assert found == []


@pytest.mark.parametrize(("pattern", "example"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_in_chinese_would_be_found(pattern, example):
    assert re.search(pattern, example)
    assert not re.search(pattern, "《公约》第14条第1款（巴塞尔）：14个中心，包括UNEP和“区域”网络。")


@pytest.mark.parametrize("pair", TEXTS, ids=identify)
def test_no_text_has_a_residue_of_its_making(content, pair):
    for _row, *both in texts(*pair):
        for text in both:
            assert not RESIDUE.search(text), text
            assert text == " ".join(text.split()), "spaces or line breaks of the file"


def test_every_language_has_something_to_say(content):
    """So that the tests above do not pass on nothing."""
    empty = [identify(pair) for pair in TEXTS if not any(english for _row, english, _chinese in texts(*pair))]
    assert len(empty) <= 3, empty
