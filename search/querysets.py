"""Named querysets of the glossary, and of what is found: which entries, in which order."""

from collections.abc import Iterable
from functools import reduce
from operator import or_
from typing import Any, Self

from django.db.models import Case, F, Min, Q, QuerySet, Value, When, Window
from django.db.models.aggregates import Count
from django.db.models.functions import RowNumber
from modeltranslation.utils import build_localized_fieldname

from publishing.index import condition
from publishing.languages import content_language
from publishing.models import IndexEntry
from publishing.querysets import CodedQuerySet
from publishing.serializers import LANGUAGES
from publishing.text import IS_CJK, normalise, terms
from search.kinds import LISTS
from search.reading import Part
from sources.querysets import with_citations


class TermQuerySet(CodedQuerySet):
    def forms(self) -> QuerySet[Any]:
        """Return names and variants of each term, in each language."""
        columns = [build_localized_fieldname(name, code) for code in LANGUAGES for name in ("name", "variants")]
        return self.order_by("code").values_list(*columns)

    def having(self, query: str) -> Self:
        """Return the terms that have each word of ``query`` in their code, forms or notes: there are some hundred."""
        wanted = terms(query)
        columns = [build_localized_fieldname(name, code) for code in LANGUAGES for name in ("name", "variants", "note")]
        found = []
        for pk, *texts in self.values_list("pk", "code", *columns) if wanted else ():
            read = [normalise(text or "") for text in texts]
            if all(any(word in text for text in read) for word in wanted):
                found.append(pk)
        return self.filter(pk__in=found)

    def with_citations(self) -> Self:
        return self.prefetch_related(with_citations())


def languages() -> list[str]:
    """Return the languages, the active one first."""
    active = content_language()
    return sorted(LANGUAGES, key=lambda code: code != active)


def meets(part: Part) -> Q:
    """Return the condition that an entry has what a part of a query means, or a synonym of it."""
    met = condition(_quoted(part.words))
    for synonym in part.synonyms:
        met |= condition(_quoted([synonym]))
    return met


def _quoted(terms: Iterable[str]) -> str:
    return " ".join(f'"{term}"' for term in terms)


def found(parts: list[Part]) -> QuerySet[IndexEntry]:
    """Return the entries that meet every part of a query; without a part there are none."""
    entries = IndexEntry.objects.all() if parts else IndexEntry.objects.none()
    for part in parts:
        entries = entries.filter(meets(part))
    return entries


def in_order(entries: QuerySet[IndexEntry], parts: list[Part]) -> QuerySet[IndexEntry]:
    """Return the entries, best first: a total order.

    First what is called exactly so, in the active language before the other; then, first in the active
    language and after it in the other: titles and codes that begin so, that have it at the start of a word,
    that have the words; texts that have the words; last what only a synonym finds.
    """
    whole, words = _whole(parts), _words(parts)
    ranks = [_in("head", language, [f"\n{whole}\n"]) for language in languages()]
    for language in languages():
        ranks += [
            _in("head", language, [f"\n{whole}"]),
            _in("head", language, [f" {whole}"]),
            _in("head", language, words),
            _in("text", language, words),
        ]
    return _ranked(entries, ranks)


def suggested(parts: list[Part]) -> QuerySet[IndexEntry]:
    """Return the entries to suggest for what has been typed so far, best first.

    Those in whose title or codes words begin so, and those with a line in their text that does, such as a
    country's former name or a centre's city. Chinese has no spaces between words: any place will do.
    """
    whole = _whole(parts)
    ranks = [_in("head", language, [f"\n{whole}\n"]) for language in languages()]
    ranks += [_in("head", language, [f"\n{whole}"]) for language in languages()]
    for language in languages():
        begun = Q()
        for word in _words(parts):
            starts = [word] if IS_CJK.match(word) else [f"{before}{word}" for before in ("\n", " ", "(")]
            begun &= reduce(or_, (_in("head", language, [start]) for start in starts))
        ranks.append(begun)
    ranks += [_in("text", language, [f"\n{whole}"]) for language in languages()]
    return _ranked(found(parts).filter(reduce(or_, ranks)), ranks)


def _ranked(entries: QuerySet[IndexEntry], ranks: list[Q]) -> QuerySet[IndexEntry]:
    rank = Case(*(When(met, then=Value(place)) for place, met in enumerate(ranks)), default=Value(len(ranks)))
    kind = Case(*(When(kind=kind, then=Value(place)) for place, kind in enumerate(LISTS)), default=Value(len(LISTS)))
    return entries.annotate(rank=rank, kind_rank=kind).order_by(*_order())


def _order() -> tuple[str, ...]:
    return "rank", "kind_rank", build_localized_fieldname("sort_key", languages()[0]), "pk"


def first_of_each_kind(entries: QuerySet[IndexEntry], most: int) -> QuerySet[IndexEntry]:
    """Return of the entries, which are in order, the first few of each kind."""
    place = Window(RowNumber(), partition_by="kind", order_by=[F(name) for name in _order()])
    return entries.annotate(place=place).filter(place__lte=most)


def counted_by_kind(entries: QuerySet[IndexEntry]) -> dict[str, tuple[int, bool]]:
    """Return how many of the entries, which are in order, are of each kind, and whether one is called exactly so."""
    kinds = entries.order_by().values("kind").annotate(n=Count("pk"), best=Min("rank"))
    return {row["kind"]: (row["n"], row["best"] < len(LANGUAGES)) for row in kinds}


def counted_alone(parts: list[Part]) -> list[int]:
    """Return how many entries each of the parts finds alone, in one query."""
    counts = {f"part{place}": Count("pk", filter=meets(part)) for place, part in enumerate(parts)}
    return list(IndexEntry.objects.aggregate(**counts).values())


def _in(field: str, language: str, texts: Iterable[str]) -> Q:
    met = Q()
    for text in texts:
        met &= Q(**{f"{build_localized_fieldname(field, language)}__contains": text})
    return met


def _words(parts: list[Part]) -> list[str]:
    return [word for part in parts for word in part.words]


def _whole(parts: list[Part]) -> str:
    return " ".join(_words(parts))
