"""The catalogues are compiled without msgfmt, and a broken one stops the compilation with its line."""

import gettext
import os

import pytest
from django.core.management import CommandError, call_command

HEADER = """msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

"""
GOOD = """msgid "Sources"
msgstr "来源"

msgctxt "verb"
msgid "Sources"
msgstr "提供"

msgid "one centre"
msgid_plural "%(count)s centres"
msgstr[0] "%(count)s个中心"

#~ msgid "old"
#~ msgstr "旧"
"""


@pytest.fixture
def catalogue(tmp_path, settings):
    settings.LOCALE_PATHS = [tmp_path]
    path = tmp_path / "zh_Hans" / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True)
    path.write_text(HEADER + GOOD, encoding="utf-8")
    return path


def compiled(path):
    with path.with_suffix(".mo").open("rb") as file:
        return gettext.GNUTranslations(file)


def test_texts_contexts_and_plurals_are_compiled(catalogue):
    call_command("compile_catalogues")
    texts = compiled(catalogue)
    assert texts.gettext("Sources") == "来源"
    assert texts.pgettext("verb", "Sources") == "提供"
    assert texts.ngettext("one centre", "%(count)s centres", 2) == "%(count)s个中心"
    assert texts.gettext("old") == "old"


def test_only_a_changed_catalogue_is_compiled_again(catalogue):
    call_command("compile_catalogues")
    mo = catalogue.with_suffix(".mo")
    mo.write_bytes(b"as it was")
    os.utime(catalogue, (1, 1))
    call_command("compile_catalogues")
    assert mo.read_bytes() == b"as it was"
    os.utime(catalogue)
    os.utime(mo, (1, 1))
    call_command("compile_catalogues")
    assert compiled(catalogue).gettext("Sources") == "来源"


@pytest.mark.parametrize(
    ("line", "entry", "problem"),
    [
        pytest.param(6, '#, fuzzy\nmsgid "a"\nmsgstr "b"', "fuzzy", id="fuzzy"),
        pytest.param(9, 'msgid "a"\nmsgstr "b"\n\nmsgid "a"\nmsgstr "c"', "stands twice", id="twice"),
        pytest.param(6, 'msgid "%(a)s"\nmsgstr "%(b)s"', "does not have", id="unknown placeholder"),
        pytest.param(6, 'msgid "%(a)s %(b)s"\nmsgstr "%(b)s"', "missing", id="missing placeholder"),
        pytest.param(
            6, 'msgid "a"\nmsgid_plural "b"\nmsgstr[0] "c"\nmsgstr[1] "d"', "2 plural forms", id="too many forms"
        ),
        pytest.param(7, 'msgid "a"\nmsgstr "b" c "', "unescaped", id="broken text"),
        pytest.param(6, 'nonsense "a"', "syntax error", id="no keyword"),
    ],
)
def test_a_broken_entry_stops_with_file_and_line(catalogue, line, entry, problem):
    catalogue.write_text(f"{HEADER}{entry}\n", encoding="utf-8")
    with pytest.raises(CommandError, match=rf"django\.po:\d+: .*{problem}") as stopped:
        call_command("compile_catalogues")
    assert f"{catalogue}:{line}:" in str(stopped.value)
    assert not catalogue.with_suffix(".mo").exists()


def test_a_broken_catalogue_leaves_the_compiled_one(catalogue):
    call_command("compile_catalogues")
    catalogue.write_text(HEADER + '#, fuzzy\nmsgid "a"\nmsgstr "b"\n', encoding="utf-8")
    os.utime(catalogue.with_suffix(".mo"), (1, 1))
    with pytest.raises(CommandError):
        call_command("compile_catalogues")
    assert compiled(catalogue).gettext("Sources") == "来源"
