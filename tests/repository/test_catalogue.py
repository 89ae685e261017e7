"""The catalogue of Chinese texts: complete, in step with the code, and in Chinese punctuation."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import polib
import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
CATALOGUE = Path("config", "locale", "zh_Hans", "LC_MESSAGES", "django.po")
ENTRIES = polib.pofile(str(ROOT / CATALOGUE), encoding="utf-8")

#: What makemessages must not find in the copy: what tools write, and what is nobody's text.
NOT_COPIED = shutil.ignore_patterns(".*", "__pycache__", "var", "tests", "fixtures", "*.mo")

PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]")
TAG = re.compile(r"</?\w+[^>]*>")
CHINESE = "一-鿿"
HALF_WIDTH = re.compile(rf"[{CHINESE}][,;:()?!\"'.]|[,;:()?!\"'.][{CHINESE}]")
#: A blank is for Latin words among themselves; between Chinese and anything else there is none.
BLANK = re.compile(rf"[{CHINESE}《》（）“”：，；。、？！]\s|\s[{CHINESE}《》（）“”：，；。、？！]")


def translations(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def half_width_marks(text: str) -> list[str]:
    """Return the half-width punctuation marks and blanks in ``text`` that touch Chinese."""
    # What fills a placeholder is most often Chinese; a number or a code beside a mark is as good a reason.
    shown = PLACEHOLDER.sub("中", TAG.sub("", text))
    return HALF_WIDTH.findall(shown) + BLANK.findall(shown)


def test_the_catalogue_was_read():
    assert len(ENTRIES) > 400


def test_every_text_is_translated():
    assert not [entry.msgid for entry in ENTRIES if not all(translations(entry)) or not translations(entry)]


def test_no_translation_is_a_guess_or_a_leftover():
    assert not ENTRIES.metadata_is_fuzzy
    assert not [entry.msgid for entry in ENTRIES if entry.fuzzy or entry.obsolete]


def test_chinese_has_one_plural_form():
    assert ENTRIES.metadata["Plural-Forms"] == "nplurals=1; plural=0;"
    assert not [entry.msgid for entry in ENTRIES if entry.msgid_plural and set(entry.msgstr_plural) != {0}]


def test_every_translation_has_the_placeholders_and_tags_of_its_text():
    for entry in ENTRIES:
        # One form serves every number, so it needs what the plural has.
        original = entry.msgid_plural or entry.msgid
        for text in translations(entry):
            for pattern in (PLACEHOLDER, TAG):
                assert sorted(pattern.findall(text)) == sorted(pattern.findall(original)), f"{original} → {text}"


def test_punctuation_beside_chinese_is_full_width():
    for entry in ENTRIES:
        for text in translations(entry):
            assert not half_width_marks(text), text


@pytest.mark.parametrize("text", ["来源:%(n)s", "是,否", "中心 %(n)s个", "%(name)s (%(n)s)", "第4 段"])
def test_half_width_punctuation_is_found(text):
    assert half_width_marks(text)


@pytest.mark.parametrize(
    "text", ["来源：%(n)s", "ISO 639-1代码", "lang=en或lang=zh-hans", "<strong>%(n)s</strong>个", "29(c)(i)、5"]
)
def test_right_punctuation_is_let_through(text):
    assert not half_width_marks(text)


def test_the_catalogue_has_the_texts_of_the_code(tmp_path):
    for tool in ("xgettext", "msgmerge", "msguniq", "msgattrib"):
        assert shutil.which(tool), f"{tool} is missing: install gettext (on Debian: apt-get install gettext)"
    copy = tmp_path / "copy"
    shutil.copytree(ROOT, copy, ignore=NOT_COPIED)
    command = [sys.executable, "manage.py", "makemessages", "--locale", "zh_Hans", "--no-location"]
    done = subprocess.run(command, cwd=copy, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert without_date(copy / CATALOGUE) == without_date(ROOT / CATALOGUE), "run make messages and translate"


def without_date(path: Path) -> list[str]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if not line.startswith('"POT-Creation-Date:')]
