"""Which texts a change leaves behind, in the files and in the database: the rule, the loader, both ways round."""

import pytest
from django.conf import settings
from django.core.management import CommandError

from config.content import dump_content
from mechanisms.models import Finding, Mechanism
from publishing.marks import marks_after, text_columns
from publishing.models import Dataset, IndexEntry, TranslatedModel
from publishing.parity import translated_models
from regions.models import Country
from sources.models import Source
from tests import database
from tests.publishing.small_content import change, load, write_small_content

EN, ZH = "name.en", "name.zh-hans"


def after(before, now, marks=(), given=None):
    """Return the marks of a name whose two texts become two others."""
    old, new = (dict(zip((EN, ZH), texts, strict=True)) for texts in (before, now))
    return marks_after(old, set(marks), new, set(marks if given is None else given))


@pytest.mark.parametrize(
    ("before", "now", "marks", "expected"),
    [
        (("a", "甲"), ("a", "甲"), [], set()),
        (("a", "甲"), ("b", "甲"), [], {ZH}),
        (("a", "甲"), ("a", "乙"), [], {EN}),
        (("a", "甲"), ("b", "乙"), [], set()),
        (("", ""), ("a", "甲"), [], set()),
        (("", ""), ("a", ""), [], {ZH}),
        (("a", "甲"), ("", ""), [], set()),
        (("a", ""), ("", ""), [ZH], set()),
        # What was behind has caught up; the other stays right.
        (("b", "甲"), ("b", "乙"), [ZH], set()),
        (("b", "甲"), ("c", "甲"), [ZH], {ZH}),
        (("b", "甲"), ("c", "乙"), [ZH], set()),
        (("b", "甲"), ("b", "甲"), [ZH], {ZH}),
    ],
)
def test_the_rule(before, now, marks, expected):
    assert after(before, now, marks) == expected


def test_given_marks_hold_where_no_text_changes():
    assert after(("a", "甲"), ("a", "甲"), [ZH], given=[]) == set()
    assert after(("a", "甲"), ("a", "甲"), [], given=[EN]) == {EN}
    assert after(("a", "甲"), ("a", "乙"), [ZH], given=[]) == set()
    assert after(("a", "甲"), ("b", "甲"), [], given=[EN]) == {ZH}


def test_every_text_of_the_content_can_be_marked_and_no_derived_one():
    for model in translated_models():
        assert text_columns(model), model
        assert not [mark for mark in text_columns(model) if mark.startswith("sort_key")]
    assert list(text_columns(Country)) == [EN, ZH]
    assert not issubclass(IndexEntry, TranslatedModel)
    longest = max(translated_models(), key=lambda model: len(" ".join(text_columns(model))))
    # One language of each text is up to date.
    assert len(" ".join(text_columns(longest))) < 2 * longest._meta.get_field("outdated").max_length


@pytest.fixture
def folder(db, tmp_path):
    """The folder that the small content was loaded from, in the canonical form."""
    load(write_small_content(tmp_path / "content"))
    dump_content(tmp_path / "content")
    return tmp_path / "content"


FINDINGS = "mechanisms/findings-basel.yaml"


def left_behind(output):
    return [line.strip() for line in output.splitlines() if line.startswith("  ")]


def test_the_loader_tells_of_each_text_that_is_left_behind(folder):
    change(folder, FINDINGS, "A treaty.", "Two treaties.")
    change(folder, "regions/countries.yaml", "zh-hans: 挪威", "zh-hans: 挪威王国")
    told = left_behind(load(folder))
    assert [line.split(" is as before")[0] for line in told] == [
        "NO: name.en",
        "basel~basis~2010-06-07: text.zh-hans",
    ]
    # The database holds what the files hold.
    assert Finding.objects.get().outdated == ""
    assert left_behind(load(folder)) == []


def test_it_tells_nothing_of_both_languages_of_white_space_nor_of_what_is_marked(folder):
    change(folder, FINDINGS, "A treaty.", "Two treaties.")
    change(folder, FINDINGS, "一项条约。", "两项条约。")
    change(folder, "regions/countries.yaml", "en: Kenya", "en: '  Kenya '")
    assert left_behind(load(folder)) == []
    change(folder, FINDINGS, "Two treaties.", "Three treaties.")
    change(folder, FINDINGS, "  status: stated\n", "  status: stated\n  outdated: [text.zh-hans]\n")
    assert left_behind(load(folder)) == []
    assert Finding.objects.get().marks == {"text.zh-hans"}
    # Brought up to date: the mark goes with it.
    change(folder, FINDINGS, "两项条约。", "三项条约。")
    change(folder, FINDINGS, "  outdated: [text.zh-hans]\n", "")
    assert left_behind(load(folder)) == []


@pytest.mark.parametrize("language", [code for code, _name in settings.CONTENT_LANGUAGES])
def test_marks_go_both_ways_round(folder, language):
    for record in (Finding.objects.get(), Mechanism.objects.get(), Source.objects.get()):
        # Set as an editor would who found them, of several texts at once.
        record.outdated = " ".join(sorted(mark for mark in text_columns(type(record)) if mark.endswith(language)))
        if isinstance(record, Source):
            record.outdated = f"title.{language}"
        record.save()
    before = database.dump(without=("changed_at", "content_hash", "revision"))
    changed = dump_content(folder)
    assert len(changed) == 3
    text = (folder / "mechanisms/mechanisms.yaml").read_text()
    assert f"  outdated: [name.{language}, short_name.{language}, summary.{language}]\n" in text
    revision = Dataset.current().revision
    load(folder)
    assert Dataset.current().revision == revision
    assert database.dump(without=("changed_at", "content_hash", "revision")) == before
    assert dump_content(folder) == []


@pytest.mark.parametrize(
    ("marks", "said"),
    [
        ("[text.fr]", "“text.fr” is none of its texts; there are: text.en, text.zh-hans"),
        ("[status.en]", "“status.en” is none of its texts"),
        ("[text]", "“text” is none of its texts"),
        ("[{a: b}]", "is none of its texts"),
        ("text.en", "a list of texts is expected"),
        ("[text.en, text.zh-hans]", "“text” has no text that is newer"),
    ],
)
def test_wrong_marks_are_faults(folder, marks, said):
    change(folder, FINDINGS, "  status: stated\n", f"  status: stated\n  outdated: {marks}\n")
    with pytest.raises(CommandError, match="outdated: ") as error:
        load(folder)
    (line,) = str(error.value).splitlines()
    assert said in line


def test_a_text_that_is_not_there_is_not_out_of_date(folder):
    change(folder, "sources/sources-official-document.yaml", "- code: note\n", "- code: note\n  outdated: [note.en]\n")
    with pytest.raises(CommandError, match="“note” has no text that is newer"):
        load(folder)


def test_what_has_no_texts_has_no_marks(folder):
    path = folder / "former.yaml"
    path.write_text("former_codes:\n- {kind: centres.centre, former: a, code: b, outdated: []}\n")
    with pytest.raises(CommandError, match="outdated: there is no field of this name"):
        load(folder)
