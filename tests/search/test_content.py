"""How the glossary is loaded: a language may have no variants, but then it says so."""

from pathlib import Path

import pytest

from config.content import check_content
from publishing.content.reading import ContentError
from search.models import Term

pytestmark = pytest.mark.django_db

CONTENT = """
sources:
- code: a-source
  title: {{en: A source, zh-hans: 来源}}
  read_on: 2026-01-01
  language: en
  kind: other
  reliability: primary
terms:
- code: regional-centre
  name: {{en: regional centre, zh-hans: 区域中心}}
  variants: {variants}
  citations: [a-source]
"""


def check(folder: Path, variants: str) -> Term:
    (folder / "glossary.yaml").write_text(CONTENT.format(variants=variants), encoding="utf-8")
    (built,) = check_content(folder).built[Term]
    assert isinstance(built.instance, Term)
    return built.instance


@pytest.mark.parametrize(
    ("variants", "expected"),
    [
        ("{en: BCRC; RC, zh-hans: 中心}", ("BCRC; RC", "中心")),
        ('{en: "", zh-hans: 中心}', ("", "中心")),
        ('{en: BCRC, zh-hans: ""}', ("BCRC", "")),
    ],
)
def test_variants_of_one_language_or_both(tmp_path: Path, variants: str, expected: tuple[str, str]):
    term = check(tmp_path, variants)
    assert (term.variants_en or "", term.variants_zh_hans or "") == expected


@pytest.mark.parametrize("variants", ['{en: "", zh-hans: ""}', "{en: BCRC}", "BCRC", '{en: " ", zh-hans: 中心}'])
def test_no_variants_at_all_and_a_language_forgotten_are_faults(tmp_path: Path, variants: str):
    with pytest.raises(ContentError, match="variants"):
        check(tmp_path, variants)


def test_a_name_must_have_both(tmp_path: Path):
    text = CONTENT.format(variants="{en: BCRC, zh-hans: 中心}").replace("zh-hans: 区域中心", 'zh-hans: ""')
    (tmp_path / "glossary.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ContentError, match=r"name\.zh-hans"):
        check_content(tmp_path)
