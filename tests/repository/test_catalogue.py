"""The catalogues of Chinese and French texts: complete, in step with the code, and each in its punctuation."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import polib
import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
#: Those that are complete, with how many plural forms the language has.
PLURALS = {"zh_Hans": 1, "fr": 2}
CATALOGUES = {name: Path("config", "locale", name, "LC_MESSAGES", "django.po") for name in PLURALS}
ENTRIES = {name: polib.pofile(str(ROOT / path), encoding="utf-8") for name, path in CATALOGUES.items()}
each = pytest.mark.parametrize("name", PLURALS)

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


@each
def test_the_catalogue_was_read(name: str):
    assert len(ENTRIES[name]) > 400


@each
def test_every_text_is_translated(name: str):
    assert not [entry.msgid for entry in ENTRIES[name] if not all(translations(entry)) or not translations(entry)]


@each
def test_no_translation_is_a_guess_or_a_leftover(name: str):
    assert not ENTRIES[name].metadata_is_fuzzy
    assert not [entry.msgid for entry in ENTRIES[name] if entry.fuzzy or entry.obsolete]


@each
def test_every_plural_has_the_forms_of_the_language(name: str):
    assert ENTRIES[name].metadata["Plural-Forms"].startswith(f"nplurals={PLURALS[name]};")
    forms = set(range(PLURALS[name]))
    assert not [entry.msgid for entry in ENTRIES[name] if entry.msgid_plural and set(entry.msgstr_plural) != forms]


@each
def test_every_translation_has_the_placeholders_and_tags_of_its_text(name: str):
    for entry in ENTRIES[name]:
        # The last form serves most numbers, so it needs what the plural has; a singular may leave out its number.
        original = entry.msgid_plural or entry.msgid
        for text in translations(entry)[-1:]:
            for pattern in (PLACEHOLDER, TAG):
                assert sorted(pattern.findall(text)) == sorted(pattern.findall(original)), f"{original} → {text}"


def test_french_has_its_blanks_and_apostrophes():
    texts = [text for entry in ENTRIES["fr"] for text in translations(entry)]
    # A blank that does not break stands before high punctuation, and the apostrophe is a curved one.
    assert not [text for text in texts if re.search(r"[^\s\u00a0\u202f«][;!?»]| [:;!?»%](?!\()|« |[a-z]'[a-zé]", text)]


def test_punctuation_beside_chinese_is_full_width():
    for entry in ENTRIES["zh_Hans"]:
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


def test_the_catalogues_have_the_texts_of_the_code(tmp_path):
    for tool in ("xgettext", "msgmerge", "msguniq", "msgattrib"):
        assert shutil.which(tool), f"{tool} is missing: install gettext (on Debian: apt-get install gettext)"
    copy = tmp_path / "copy"
    shutil.copytree(ROOT, copy, ignore=NOT_COPIED)
    locales = [f"--locale={name}" for name in CATALOGUES]
    command = [sys.executable, "manage.py", "makemessages", *locales, "--no-location"]
    done = subprocess.run(command, cwd=copy, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    for path in CATALOGUES.values():
        assert without_date(copy / path) == without_date(ROOT / path), "run make messages and translate"


def without_date(path: Path) -> list[str]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if not line.startswith('"POT-Creation-Date:')]
