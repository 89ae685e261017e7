"""The index against the truth: a plain scan of the records' own texts, which knows nothing of the index."""

import functools
import random
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db.models import QuerySet

from centres.models import Centre
from publishing.index import matching_ids
from publishing.text import normalise
from sources.models import Source

pytestmark = pytest.mark.usefixtures("content")

LANGUAGES = ["en", "zh_hans"]


def in_language(record: Any, names: list[str], lang: str) -> list[str]:
    return [getattr(record, f"{name}_{lang}") or "" for name in names]


def centre_texts(centre: Any, lang: str) -> list[str]:
    """Return what is written of a centre in a language, from the fields themselves."""
    own = ["name", "city", "summary", "expertise", "mercury_note", "note"]
    return [
        *in_language(centre, own, lang),
        centre.acronym,
        centre.code,
        *(in_language(centre.country, ["name"], lang) if centre.country else []),
        *(text for one in centre.functions.all() for text in in_language(one, ["name"], lang)),
        *(text for one in centre.hostings.all() for text in in_language(one.institution, ["name"], lang)),
        *(text for one in centre.designations.all() for text in in_language(one.mechanism, ["short_name"], lang)),
        *(one.decision for one in centre.designations.all()),
    ]


def source_texts(source: Any, lang: str) -> list[str]:
    names = ["title", "short_title", "publisher", "note"]
    translated = [name for name in names if hasattr(source, f"{name}_{lang}")]
    plain = [getattr(source, name) for name in names if name not in translated]
    return [*in_language(source, translated, lang), *plain, source.symbol, source.code]


def centres() -> QuerySet[Any]:
    related = ["country", "functions", "hostings__institution", "designations__mechanism"]
    return Centre.objects.prefetch_related(*related)


#: How to read all records of a kind, and the texts of one.
KINDS: dict[Any, tuple[Callable[[], QuerySet[Any]], Callable[[Any, str], list[str]]]] = {
    Centre: (centres, centre_texts),
    Source: (Source.objects.all, source_texts),
}


class Truth:
    """The normalised texts of every record of a kind."""

    def __init__(self, model: Any) -> None:
        rows, texts = KINDS[model]
        self.texts = {row.pk: [[normalise(text) for text in texts(row, lang)] for lang in LANGUAGES] for row in rows()}

    def of(self, *terms: str) -> set[int]:
        """Return the records that have every term in one of their languages."""
        return {
            pk
            for pk, by_language in self.texts.items()
            if all(any(term in text for texts in by_language for text in texts) for term in terms)
        }

    def words(self, pattern: str) -> list[str]:
        """Return what of the texts matches, each once, in a fixed order."""
        found = {
            word
            for by_language in self.texts.values()
            for texts in by_language
            for text in texts
            for word in re.findall(pattern, text)
        }
        return sorted(found)


@functools.cache
def truth_of(model: Any) -> Truth:
    """Return the truth of a kind, read once: no test here changes a record."""
    return Truth(model)


@pytest.fixture(params=KINDS, ids=lambda model: model.__name__)
def model(request: pytest.FixtureRequest) -> Any:
    return request.param


def check(model: Any, queries: dict[str, list[str]]) -> None:
    """Check that each query finds the records that have all its terms."""
    truth = truth_of(model)
    wrong = {}
    for query, terms in queries.items():
        found = list(matching_ids(query, model))
        assert len(found) == len(set(found))
        if set(found) != truth.of(*terms):
            wrong[query] = (len(found), len(truth.of(*terms)))
    assert wrong == {}


@pytest.mark.parametrize("length", [1, 2, 4, 7])
def test_chinese_terms_of_any_length(model: Any, length: int):
    terms = truth_of(model).words(rf"(?=([\u4e00-\u9fff]{{{length}}}))")
    assert len(terms) > 60
    chosen = random.Random(2010).sample(terms, 60)  # noqa: S311
    check(model, {term: [term] for term in chosen})


def test_the_terms_that_plain_full_text_search_misses(model: Any):
    terms = ["汞", "中心", "基金", "区域中心", "技术援助", "斯德哥尔摩公约", "巴塞尔公约区域中心", "没有这样的词"]
    check(model, {term: [term] for term in terms})
    assert len(list(matching_ids("汞", model))) > 10


def test_english_words_and_parts_of_words(model: Any):
    words = truth_of(model).words(r"[a-z]{2,}")
    chosen = random.Random(2010).sample(words, 60)  # noqa: S311
    parts = [word[1:-1] for word in chosen if len(word) > 4]
    check(model, {term: [term] for term in [*chosen, *parts, "a", "ke", "e"]})


def test_symbols_and_codes_with_any_hyphen(model: Any):
    symbols = truth_of(model).words(r"[a-z]+[a-z./]*[-/][a-z0-9./]*[0-9][a-z0-9./]*")
    assert len(symbols) > 5
    queries = {term: [term] for term in symbols}
    for hyphen in "‐‑–—−－":
        queries |= {term.upper().replace("-", hyphen): [term] for term in symbols if "-" in term}
    check(model, queries)


def test_several_terms_and_phrases(model: Any):
    check(
        model,
        {
            "巴塞尔 中心": ["巴塞尔", "中心"],
            "巴塞尔\u3000区域中心 Basel": ["巴塞尔", "区域中心", "basel"],
            "regional centre": ["regional", "centre"],
            '"regional centre"': ["regional centre"],
            "“regional centre” 中心": ["regional centre", "中心"],
            '"technology transfer" training': ["technology transfer", "training"],
        },
    )


def test_what_readers_do_not_tell_apart(model: Any):
    check(
        model,
        {
            "區域中心": ["区域中心"],
            "斯德哥爾摩公約": ["斯德哥尔摩公约"],
            "ＢＡＳＥＬ": ["basel"],
            "Cote d’Ivoire": ["cote", "d'ivoire"],
            "ﬁnance": ["finance"],
        },
    )


@pytest.mark.parametrize(
    ("query", "terms"),
    [
        ("AND", ["and"]),
        ("basel OR", ["basel", "or"]),
        ("NEAR(a b)", ["near(a", "b)"]),
        ("*", ["*"]),
        ("b*", ["b*"]),
        ("%", ["%"]),
        ("_", ["_"]),
        ("b_sel", ["b_sel"]),
        ("\\", ["\\"]),
        ("'", ["'"]),
        ("-", ["-"]),
        ("^basel", ["^basel"]),
        ("text:basel", ["text:basel"]),
        ("😀", ["😀"]),
        ("basel😀", ["basel😀"]),
        ('SC-2"9', ["sc-29"]),
        ("中" * 200, ["中" * 200]),
        ("a b c d e f g h i j k l m n o p q r s t u v w x y z", list("abcdefghijklmnopqrstuvwxyz")),
    ],
)
def test_hostile_queries_are_texts_like_others(model: Any, query: str, terms: list[str]):
    check(model, {query: terms})


def test_every_one_of_many_words_counts(model: Any):
    """The index is asked for the first forty grams only; a word whose gram comes later must be looked for too."""
    words = truth_of(model).words("(?=([\u4e00-\u9fff]{2}))")
    present = max(truth_of(model).texts.values(), key=lambda texts: len(" ".join(texts[1])))
    some = sorted({word for word in words if any(word in text for text in present[1])})[:60]
    assert len(some) == 60
    check(model, {" ".join(some): some, " ".join([*some, "龘龘"]): [*some, "龘龘"]})


@pytest.mark.parametrize("query", ["", " ", '"', '""', '" "', "“”", "\u200b", "\u3000", "\x00", "＂"])
def test_a_query_of_nothing_finds_nothing(model: Any, query: str):
    assert list(matching_ids(query, model)) == []
