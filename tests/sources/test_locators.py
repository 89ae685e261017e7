"""Locators: what may be written, how each language shows it, which paragraphs it covers, where it leads."""

import re

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from sources.locators import MAX_LOCATOR, anchor, display_locator, is_locator, paragraphs_in
from sources.models import Citation

#: Locator, in English, in Chinese, paragraphs, anchor.
LOCATORS = [
    ("para-14", "para. 14", "第14段", [14], "para-14"),
    ("para-29(c)(i)", "para. 29(c)(i)", "第29(c)(i)段", [29], "para-29"),
    ("paras-32-33", "paras. 32–33", "第32至33段", [32, 33], "para-32"),
    ("paras-4-11", "paras. 4–11", "第4至11段", [4, 5, 6, 7, 8, 9, 10, 11], "para-4"),
    ("article-14.2", "Art. 14.2", "第14.2条", [], "article-14.2"),
    ("page-5", "p. 5", "第5页", [], "page-5"),
    ("footnote-1", "footnote 1", "脚注1", [], "footnote-1"),
    ("section-2", "section 2", "第2节", [], "section-2"),
    ("annex", "annex", "附件", [], ""),
    ("annex-A", "annex A", "附件A", [], ""),
    ("title", "title", "标题", [], ""),
]
WRONG = [
    "",
    "para",
    "page",
    "paras-14",
    "paras-14-14",
    "paras-33-32",
    "paras-a-b",
    "para-",
    "para 14",
    "para-14 ",
    "para-14\n",
    "Para-14",
    "para-14(C)",
    "para-14()",
    "para-14(a",
    "paragraph-14",
    "14",
    "para-14#15",
    "chapter-2",
    "para-十四",
    "para-１４",
    "para-1234567",
    f"para-{'a' * MAX_LOCATOR}",
]

numbers = st.integers(min_value=1, max_value=999)
sub_items = st.lists(st.from_regex(r"[a-z0-9]{1,4}", fullmatch=True), max_size=3)


@pytest.mark.parametrize("locator", [row[0] for row in LOCATORS])
def test_a_locator_is_taken(locator):
    assert is_locator(locator)
    assert Citation.parse(f"inc1-note#{locator}") == ("inc1-note", locator)


@pytest.mark.parametrize("text", WRONG)
def test_any_other_form_is_refused(text):
    assert not is_locator(text)


@pytest.mark.parametrize("text", [text for text in WRONG if text])
def test_a_citation_with_a_wrong_locator_is_refused(text):
    with pytest.raises(ValueError, match="a locator is"):
        Citation.parse(f"inc1-note#{text}")


def test_a_citation_without_a_locator_is_the_whole_source():
    assert Citation.parse("inc1-note") == ("inc1-note", "")


def test_the_longest_locator_fits_its_column():
    assert Citation._meta.get_field("locator").max_length == MAX_LOCATOR


@pytest.mark.parametrize(("locator", "english"), [(row[0], row[1]) for row in LOCATORS])
def test_a_locator_in_english(locator, english):
    assert display_locator(locator) == english


@pytest.mark.parametrize(("locator", "chinese"), [(row[0], row[2]) for row in LOCATORS])
def test_a_locator_in_chinese(locator, chinese):
    with translation.override("zh-hans"):
        assert display_locator(locator) == chinese


@pytest.mark.parametrize(("locator", "paragraphs", "place"), [(row[0], row[3], row[4]) for row in LOCATORS])
def test_a_locator_covers_its_paragraphs_and_leads_to_the_first(locator, paragraphs, place):
    assert paragraphs_in(locator) == paragraphs
    assert anchor(locator) == place


def test_the_whole_source_has_no_place():
    assert display_locator("") == ""
    assert paragraphs_in("") == []
    assert anchor("") == ""


@given(number=numbers, items=sub_items)
def test_a_paragraph_with_any_sub_items_is_shown_whole_and_found_on_its_paragraph(number, items):
    place = f"{number}{''.join(f'({item})' for item in items)}"
    locator = f"para-{place}"
    assert is_locator(locator)
    assert display_locator(locator) == f"para. {place}"
    assert paragraphs_in(locator) == [number]
    assert anchor(locator) == f"para-{number}"


@given(first=numbers, last=numbers)
def test_a_range_goes_upwards_and_covers_both_ends(first, last):
    locator = f"paras-{first}-{last}"
    assert is_locator(locator) == (first < last)
    if first < last:
        covered = paragraphs_in(locator)
        assert covered[0] == first
        assert covered[-1] == last
        assert len(covered) == last - first + 1
        assert display_locator(locator) == f"paras. {first}–{last}"


@given(text=st.one_of(st.text(max_size=20), st.from_regex(r"[a-z]{4,8}-[-0-9.()a-z]{1,12}")))
def test_no_text_breaks_the_display_and_a_locator_makes_a_valid_id(text):
    display_locator(text)
    paragraphs_in(text)
    if is_locator(text):
        assert re.fullmatch(r"[a-zA-Z0-9.()-]*", anchor(text))
