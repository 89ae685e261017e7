"""How a query is read, in which order its results stand, and what is offered where there are none."""

from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from publishing.index import kind_of, searchable_models
from publishing.models import IndexEntry
from search.alternatives import explain
from search.kinds import LISTS, kinds
from search.models import Term
from search.querysets import counted_by_kind, first_of_each_kind, found, in_order, suggested
from search.reading import Part, read
from search.results import results
from sources.models import Source

pytestmark = pytest.mark.django_db


def source(code: str, en: str, zh: str = "来源", **fields: str) -> Any:
    return Source.objects.create(
        code=code, title_en=en, title_zh_hans=zh, read_on="2026-01-01", language="en", kind="other",
        reliability="primary", **fields,
    )  # fmt: skip


def term(code: str, en: str, zh: str, **variants: str) -> Any:
    return Term.objects.create(code=code, name_en=en, name_zh_hans=zh, **variants)


def codes(query: str) -> list[str]:
    """Return the sources that a query finds, best first, by the last part of their addresses."""
    parts = read(query)
    return [entry.path.split("/")[1] for entry in in_order(found(parts), parts)]


def test_every_kind_of_record_is_shown():
    assert set(LISTS) == {kind_of(model) for model in searchable_models()} == set(kinds())


# Reading


@pytest.fixture
def regional_centre() -> Any:
    return term("regional-centre", "regional centre", "区域中心", variants_en="BCRC; RC", variants_zh_hans="地区中心")


@pytest.mark.parametrize(
    ("query", "synonyms"),
    [
        ("区域中心", ["regional centre", "BCRC", "地区中心"]),
        ("區域中心", ["regional centre", "BCRC", "地区中心"]),
        ("Regional  Centre", ["BCRC", "区域中心", "地区中心"]),
        ('"regional centre"', ["BCRC", "区域中心", "地区中心"]),
        ("bcrc", ["regional centre", "区域中心", "地区中心"]),
        # Short words of letters are looked up, but nobody's synonym.
        ("rc", ["regional centre", "区域中心", "地区中心"]),
        ("区域中", []),
        ("centre", []),
    ],
)
def test_a_term_of_the_glossary_is_read_in_all_its_forms(regional_centre: Any, query: str, synonyms: list[str]):
    (part,) = read(query)
    assert sorted(part.synonyms) == sorted(synonyms)


def test_one_phrase_among_other_words_is_a_term_too(regional_centre: Any):
    parts = read('Senegal "regional centre"')
    assert [(part.words, bool(part.synonyms)) for part in parts] == [
        (("senegal",), False),
        (("regional centre",), True),
    ]
    assert [bool(part.synonyms) for part in read("Senegal regional centre")] == [False, False, False]


def test_a_synonym_that_finds_nothing_new_is_left_out():
    term("centre", "centre", "中心", variants_en="centres; centre network")
    assert read("中心")[0].synonyms == ("centre",)


def test_results_of_a_synonym_come_last(regional_centre: Any):
    source("a-only-chinese", "Untitled", "非洲区域中心")
    source("z-in-english", "The regional centre")
    source("m-abbreviated", "BCRC Egypt")
    source("other", "Something else")
    assert codes("regional centre") == ["z-in-english", "m-abbreviated", "a-only-chinese"]
    with translation.override("zh-hans"):
        assert codes("区域中心")[0] == "a-only-chinese"
        assert set(codes("区域中心")) == set(codes("regional centre"))


def test_the_glossary_is_read_anew_after_a_change(regional_centre: Any):
    regional_centre.variants_zh_hans = "分区中心"
    regional_centre.save()
    assert "分区中心" in read("区域中心")[0].synonyms
    regional_centre.delete()
    assert read("区域中心")[0].synonyms == ()


@pytest.mark.parametrize(
    ("typed", "shown", "has_traditional", "has_hyphens"),
    [
        ("區域中心", "区域中心", True, False),
        ("SC‑2/9", "SC-2/9", False, True),
        ("SC-2/9", "SC-2/9", False, False),
        ("决定SC—2/9號", "决定SC-2/9号", True, True),
        ("BASEL", "BASEL", False, False),
    ],
)
def test_what_was_folded_is_known(typed: str, shown: str, has_traditional: bool, has_hyphens: bool):
    (part,) = read(typed)
    assert (part.read, part.has_traditional, part.has_hyphens) == (shown, has_traditional, has_hyphens)


# Order


def test_the_best_stands_first():
    source("z-exact", "Mercury")
    source("y-symbol", "Decision", symbol="Mercury")
    source("x-starts", "Mercury in Africa")
    source("w-word", "On mercury")
    source("v-inside", "Organomercury")
    source("u-text", "A workshop", note_en="About mercury", note_zh_hans="汞")
    source("t-other", "Ein Quecksilber", "关于Mercury的文件")
    assert codes("mercury") == ["y-symbol", "z-exact", "x-starts", "w-word", "v-inside", "u-text", "t-other"]
    with translation.override("zh-hans"):
        assert codes("mercury")[:3] == ["y-symbol", "z-exact", "t-other"]


@pytest.mark.parametrize("hyphen", "-‑–−－")
def test_a_symbol_stands_first_with_any_hyphen(hyphen: str):
    source("a-title", "About SC-2/9 and SC-2/90")
    source("b-longer", "Later", symbol="SC-2/90")
    source("c-exact", "Terms of reference", symbol="SC\u20112/9")
    assert codes(f"sc{hyphen}2/9") == ["c-exact", "b-longer", "a-title"]


def test_equal_results_stand_in_reading_order():
    for code in ("beta", "alpha", "gamma"):
        source(f"mercury-{code}", f"Mercury {code}", f"汞{code}")
    assert codes("mercury") == ["mercury-alpha", "mercury-beta", "mercury-gamma"]


@pytest.mark.usefixtures("content")
def test_the_first_of_each_kind_are_those_of_the_whole_list():
    parts = read("training")
    entries = in_order(found(parts), parts)
    whole = list(entries)
    counts = counted_by_kind(entries)
    assert len(counts) > 5
    for kind, (count, _is_exact) in counts.items():
        assert count == sum(entry.kind == kind for entry in whole)
        first = [entry for entry in first_of_each_kind(entries, 5) if entry.kind == kind]
        assert first == [entry for entry in whole if entry.kind == kind][:5]


def test_a_code_that_repeats_the_address_is_no_text():
    source("nairobi-workshop", "Workshop in Nairobi", "内罗毕讲习班")
    with translation.override("zh-hans"):
        (result,) = results(list(found(read("nairobi"))), read("nairobi"))
        assert (result.hits, result.is_in_other, result.snippets) == (["en"], True, [])
        (result,) = results(list(found(read("nairobi-w"))), read("nairobi-w"))
        assert not result.is_in_other
        assert result.snippets == [[("nairobi-w", True), ("orkshop", False)]]


def test_a_long_text_is_cut_around_the_words():
    source(
        "long", "Long", note_en="word " * 60 + "mercury " + "word " * 60, note_zh_hans="长" * 300 + "汞" + "文" * 300
    )
    for query, shortest in (("mercury", 120), ("汞", 150)):
        (result,) = results(list(found(read(query))), read(query))
        (snippet,) = result.snippets
        text = "".join(piece for piece, _is_term in snippet)
        assert [piece for piece, is_term in snippet if is_term] == [query]
        assert shortest < len(text) < 170
        assert text[0] == text[-1] == "…"
        assert "…ord" not in text


# Nothing


@pytest.mark.usefixtures("content")
@pytest.mark.parametrize(
    ("query", "alternative"),
    [
        ("巴赛尔", "巴塞尔"),
        ("斯德哥摩尔公约", "斯德哥尔摩公约"),
        ("nairobbi", "nairobi"),
        ("stokholm", "stockholm"),
        ("巴赛尔 培训", "巴塞尔 培训"),
    ],
)
def test_what_is_written_almost_alike_is_offered_and_finds_something(query: str, alternative: str):
    parts = read(query)
    assert not found(parts).exists()
    offered = [one.text for one in explain(query, parts).alternatives]
    assert alternative in offered
    assert len(offered) <= 5
    for text in offered:
        assert found(read(text)).exists(), text


@pytest.mark.usefixtures("content")
def test_each_part_says_what_it_finds_alone():
    parts = read("zzz 汞 kenya")
    assert [count for _part, count in explain("zzz 汞 kenya", parts).alone] == [found([part]).count() for part in parts]
    assert not explain("zzz 汞 kenya", parts).alone[0][1]


# Suggestions


def labels(query: str) -> list[str]:
    return [entry.path.split("/")[1] for entry in suggested(read(query))]


def test_suggestions_are_what_begins_so():
    source("a-inside", "Organomercury")
    source("b-word", "The mercury story")
    source("c-start", "Mercury")
    source("d-line", "A workshop", publisher="Mercury Press")
    source("e-text", "Another", note_en="About mercury", note_zh_hans="汞")
    source("f-chinese", "Untitled", "关于汞的文件")
    assert labels("mercu") == ["c-start", "b-word", "d-line"]
    assert labels("汞") == ["f-chinese", "e-text"]


@pytest.mark.usefixtures("content")
@pytest.mark.parametrize(
    ("query", "iso2"),
    [
        ("Keny", "ke"),
        ("肯尼", "ke"),
        ("KE", "ke"),
        ("KEN", "ke"),
        ("Cape V", "cv"),
        ("前南斯拉夫", "mk"),
        ("埃及", "eg"),
    ],
)
def test_a_country_is_found_by_name_former_name_and_code(client: Client, query: str, iso2: str):
    for lang in ("en", "zh-hans"):
        answer = client.get(f"/{lang}/search/suggest/", {"q": query, "kind": "regions.country"}).json()["results"]
        assert answer[0]["url"] == f"/{lang}/countries/{iso2}/"


def test_an_entry_without_parts_is_not_found():
    source("one", "One")
    assert IndexEntry.objects.count() == 1
    assert not found([]).exists()
    assert found([Part("one", ("one",))]).count() == 1
