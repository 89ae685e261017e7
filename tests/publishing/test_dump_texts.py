"""The text of a dump: any text is read as it was written, and there is one way to write it."""

import datetime
import re

import pytest
import yaml
from django.db import models
from hypothesis import example, given
from hypothesis import strategies as st

from config.content import dump_content
from publishing.content.formatting import text_of
from publishing.content.reading import RawFile, Record, read_files
from sources.models import Source
from tests import database
from tests.publishing.small_content import load, write_small_content

#: Texts that YAML programs take for something else, or trip over.
TRAPS = [
    *("NO", "yes", "on", "null", "~", "true", "010", "08", "12", "1.5", "1e3", "0x1f", "1_000", "12:30", "=", "<<"),
    *("2010", "2010-06", "2010-06-07", "by 2010-06-07", "- a", "-", "? a", ": a", "a: b", "a:", "# a", "a #b", "---"),
    *("'a'", '"a"', 'a "b" c', "it's", "@a", "&a", "*a", "!a", "%a", "`a", "|", ">", "[a]", "{a}", "a, b", "a]", "\\"),
    *("…", "中：文", "《巴塞尔公约》", "a\u00a0b", "e\u0301", "a\u200bb", "\ufeffa", "😀", "a\ttab"),
]
#: For these an editor's form has several lines.
BROKEN = ["two\nlines", "two\r\n\r\nparagraphs", " blanks  around ", "a\u2028b", "a\u3000b"]


@pytest.fixture
def small(db, tmp_path):
    """A folder that the small content was loaded from."""
    folder = write_small_content(tmp_path / "content")
    load(folder)
    return folder


def a_file(*values):
    return RawFile("a.yaml", {"records": [Record(value=value) for value in values]})


def read_back(file, folder):
    (folder / file.name).write_bytes(text_of(file).encode())
    (read,) = read_files(folder)
    return read.lists


def test_every_text_comes_back_as_it_is(small):
    plain = models.QuerySet(Source)
    note = plain.get()
    for number, text in enumerate(TRAPS):
        shown = " ".join(text.split())
        note.pk, note.code = None, f"trap-{number}"
        note.symbol, note.title_en, note.title_zh_hans = text, shown, f"{shown} {shown}"
        note.save()
    before = database.dump(without=("changed_at", "content_hash"))
    dump_content(small)
    assert re.search(rf"^sources.source +{len(TRAPS) + 1}  \+0 ~0 -0$", load(small), re.M)
    assert database.dump(without=("changed_at", "content_hash")) == before
    assert list(plain.order_by("pk").values_list("symbol", flat=True))[1:] == TRAPS


def test_blanks_and_line_breaks_of_a_translated_text_are_written_as_one_blank(small):
    for text in BROKEN:
        Source.objects.update(note_en=text, note_zh_hans=text)
        dump_content(small)
        load(small)
        assert Source.objects.get().note_en == " ".join(text.split())
        assert not dump_content(small)


@pytest.fixture(scope="module")
def scratch(tmp_path_factory):
    return tmp_path_factory.mktemp("scratch")


#: Characters that a text file can hold.
CHARACTERS = st.characters(exclude_categories=["Cs"])


@given(st.lists(st.text(CHARACTERS)))
@example(TRAPS + BROKEN)
def test_any_text_is_read_as_it_was_written(scratch, values):
    # The loader takes out blanks; here every one of them has to come back.
    file = a_file(*values, values, {"en": "-".join(values), "zh-hans": "".join(values)})
    assert read_back(file, scratch) == file.lists


@given(st.lists(st.text(CHARACTERS).map(lambda text: "".join(text.split())).filter(bool), min_size=30))
def test_any_long_text_is_read_as_it_was_written(scratch, words):
    text = " ".join(words)
    file = a_file({"en": text, "zh-hans": text})
    assert read_back(file, scratch) == file.lists


def test_what_other_programs_take_for_something_else_is_quoted():
    lists = yaml.safe_load(text_of(a_file(*TRAPS)))
    read = [record["value"] for record in lists["records"]]
    assert [one for one in read if not isinstance(one, str)] == [datetime.date(2010, 6, 7)]


def test_long_english_is_wrapped_and_chinese_stays_on_its_line():
    english = "A sentence of some length: it has a colon, and “quotes”. " * 5
    chinese = "各区域中心设在东道机构，见https://example.org/ 与 ISO 639-1代码。" * 8
    lines = text_of(a_file({"en": english.strip(), "zh-hans": chinese})).split("\n")
    assert lines[:3] == ["records:", "- value:", "    en: >-"]
    assert " ".join(line.strip() for line in lines[3:-2]) == english.strip()
    assert all(90 < len(line) <= 110 for line in lines[3:-3])
    assert lines[-2:] == [f"    zh-hans: {chinese}", ""]


def test_what_is_short_stands_on_one_line_and_a_wide_character_counts_twice():
    short, wide = {"en": "Oslo", "zh-hans": "奥斯陆"}, {"en": "Oslo", "zh-hans": "奥斯陆" * 14}
    assert text_of(a_file(short, wide)) == (
        f"records:\n- value: {{en: Oslo, zh-hans: 奥斯陆}}\n- value:\n    en: Oslo\n    zh-hans: {'奥斯陆' * 14}\n"
    )
    codes = [f"a-code-{n}" for n in range(12)]
    assert text_of(a_file(codes[:3])) == "records:\n- value: [a-code-0, a-code-1, a-code-2]\n"
    assert text_of(a_file(codes)) == "".join(["records:\n- value:\n", *(f"  - {code}\n" for code in codes)])
