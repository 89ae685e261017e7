"""What to try where nothing is found: which word emptied the list, and what it may have meant."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher, get_close_matches
from functools import lru_cache
from typing import Any

from modeltranslation.utils import build_localized_fieldname

from publishing.models import Dataset, IndexEntry
from publishing.serializers import LANGUAGES
from publishing.text import IS_CJK, RUNS, normalise
from search.querysets import counted_alone, found
from search.reading import Part, Query, glossary, read

#: Words that are looked at, and alternatives that are offered.
MOST_PARTS, MOST = 10, 5
#: How alike two words must be, from 0 to 1.
ALIKE = 0.75


@dataclass(frozen=True)
class Explanation:
    """Why nothing was found."""

    #: Each part of the query, with what it finds alone.
    alone: list[tuple[Part, int]]
    #: Queries that are written alike and find something.
    alternatives: list[Query]


def explain(query: str, parts: list[Part]) -> Explanation:
    """Return why a query finds nothing, in a number of database queries that its length does not change."""
    alone = list(zip(parts, counted_alone(parts[:MOST_PARTS]), strict=False))
    offered: dict[str, None] = {}
    for part in [part for part, count in alone if not count][:2]:
        for near in nearest(normalise(part.typed))[: MOST - len(offered)]:
            for candidate in (query.replace(part.typed, near), near):
                if found(read(candidate)).exists():
                    offered[candidate] = None
                    break
    return Explanation(alone, [Query(text) for text in offered])


def nearest(term: str) -> list[str]:
    """Return words of titles and terms of the glossary that are written almost like ``term``, the likeliest first."""
    words, runs = vocabulary()
    if not IS_CJK.search(term):
        return get_close_matches(term, [*words, *glossary()], n=MOST, cutoff=ALIKE)
    # A mistyped word shares all its characters but one or two with the right one.
    near = Counter(piece for run in runs for piece in _pieces(run, len(term)) if len({*piece} & {*term}) >= 2)
    near.update(form for form in glossary() if IS_CJK.search(form))
    scored = [(SequenceMatcher(None, term, piece).ratio(), count, piece) for piece, count in near.items()]
    alike = 1 - 1.01 / len(term)
    kept = sorted((one for one in scored if one[0] >= min(alike, ALIKE)), reverse=True)
    return [piece for _score, _count, piece in kept[:MOST]]


def _pieces(run: str, length: int) -> Iterator[str]:
    for start in range(len(run) - length + 1):
        yield run[start : start + length]


def vocabulary() -> tuple[list[str], list[str]]:
    """Return the words of all titles, and the runs of Chinese characters in them."""
    dataset = Dataset.current()
    return _vocabulary(dataset.revision, dataset.changed_at)


@lru_cache(maxsize=2)
def _vocabulary(*state: Any) -> tuple[list[str], list[str]]:
    """Read the titles; ``state`` is the dataset's, so that a change of the content is seen."""
    words: Counter[str] = Counter()
    columns = [build_localized_fieldname("title", code) for code in LANGUAGES]
    for titles in IndexEntry.objects.order_by().values_list(*columns):
        words.update(RUNS.findall(normalise(" ".join(title or "" for title in titles))))
    # The frequent ones first: of two that are equally alike they are the likelier.
    by_count = [word for word, _count in words.most_common()]
    is_cjk = [bool(IS_CJK.match(word)) for word in by_count]
    return (
        [word for word, cjk in zip(by_count, is_cjk, strict=True) if not cjk and len(word) > 2],
        [word for word, cjk in zip(by_count, is_cjk, strict=True) if cjk],
    )
