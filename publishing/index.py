"""The index of the search: grams narrow, substrings decide.

An entry matches where each term of the query occurs in the normalised text of one of its languages.
That is a plain substring scan, the same on every database; to spare reading every text, a table of
grams first gives the entries that can have the terms. SQLite keeps the grams in FTS5, PostgreSQL in
an array with a GIN index: both are part of the stock database.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection, models, transaction
from django.db.models import F, Func, Q, QuerySet
from django.db.models.expressions import RawSQL
from django.urls import get_script_prefix
from django.utils import translation
from modeltranslation.utils import build_localized_fieldname

from publishing.models import IndexEntry, SearchableModel
from publishing.serializers import LANGUAGES
from publishing.text import MOST_GRAMS, grams, needed_grams, normalise, terms

TABLE = "publishing_gram"
BATCH = 500


def searchable_models() -> list[type[SearchableModel]]:
    """Return the models whose records the search finds."""
    return [model for model in apps.get_models() if issubclass(model, SearchableModel)]


def kind_of(model: type[models.Model]) -> str:
    """Return how entries name a model: "centres.centre"."""
    return str(model._meta.label_lower)


def matching(query: str, model: type[models.Model] | None = None) -> QuerySet[IndexEntry]:
    """Return the entries that have every term of ``query`` in one of their languages.

    Args:
        query: words, and phrases in quotation marks; one without any letter or sign matches nothing.
        model: whose entries; all if left out.
    """
    entries = IndexEntry.objects.filter(kind=kind_of(model)) if model else IndexEntry.objects.all()
    return entries.filter(condition(query))


def condition(query: str) -> Q:
    """Return the condition that an entry has every term of ``query`` in one of its languages."""
    wanted = terms(query)
    met = Q() if wanted else Q(pk__in=[])
    asked = sorted(set().union(*map(needed_grams, wanted)))[:MOST_GRAMS]
    if asked:
        met &= _has_grams(asked)
    for term in wanted:
        # A term that is itself a gram the index has decided already, where it was asked for it.
        if term not in asked or needed_grams(term) != {term}:
            met &= _has(term)
    return met


def matching_ids(query: str, model: type[models.Model]) -> QuerySet[Any]:
    """Return the primary keys of the records of ``model`` that match ``query``, for use in another queryset."""
    entries: Any = matching(query, model)
    # Past modeltranslation, which looks at every row once more: keys have no language.
    keys: QuerySet[Any] = entries.rewrite(False).order_by().values_list("record_id", flat=True)
    return keys


def _has(term: str) -> Q:
    condition = Q()
    for language in LANGUAGES:
        condition |= Q(**{f"{build_localized_fieldname('text', language)}__contains": term})
    return condition


# A rebuild asks for the same few ten thousand grams millions of times.
@lru_cache(maxsize=100_000)
def _encoded(gram: str) -> str:
    """Return a gram in letters that no tokenizer cuts or folds."""
    return "".join(one if one.isascii() else f"u{ord(one):x}" for one in gram)


def _has_grams(needed: Sequence[str]) -> Q:
    """Return the condition that an entry has all the grams."""
    encoded = [_encoded(gram) for gram in needed]
    # Only grams are put in, as parameters.
    if connection.vendor == "sqlite":
        match = " AND ".join(f'"{gram}"' for gram in encoded)
        return Q(pk__in=RawSQL(f"SELECT rowid FROM {TABLE} WHERE {TABLE} MATCH %s", [match]))  # noqa: S608, S611
    keys = RawSQL(f"SELECT id FROM {TABLE} WHERE grams @> %s", [encoded])  # noqa: S608, S611
    # id = ANY(ARRAY(SELECT …)): as an array, the keys are looked up in one pass through the index, not each by itself.
    parts = {"template": "%(expressions)s)", "arg_joiner": " = ANY(ARRAY"}
    return Q(Func(F("pk"), keys, output_field=models.BooleanField(), **parts))


def _grams_of(entry: IndexEntry) -> list[str]:
    found: set[str] = set()
    for language in LANGUAGES:
        found |= grams(getattr(entry, build_localized_fieldname("text", language)))
    return sorted(_encoded(gram) for gram in found)


def _write_grams(entries: Sequence[IndexEntry]) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            rows: list[tuple[Any, ...]] = [(entry.pk, " ".join(_grams_of(entry))) for entry in entries]
            cursor.executemany(f"INSERT INTO {TABLE} (rowid, grams) VALUES (%s, %s)", rows)  # noqa: S608
        else:
            rows = [(entry.pk, _grams_of(entry)) for entry in entries]
            cursor.executemany(f"INSERT INTO {TABLE} (id, grams) VALUES (%s, %s)", rows)  # noqa: S608


def _remove(entries: Sequence[IndexEntry]) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            # The table keeps no content of its own: it must be told what it had.
            rows = [(entry.pk, " ".join(_grams_of(entry))) for entry in entries]
            command = f"INSERT INTO {TABLE} ({TABLE}, rowid, grams) VALUES ('delete', %s, %s)"  # noqa: S608
            cursor.executemany(command, rows)
        else:
            cursor.execute(f"DELETE FROM {TABLE} WHERE id = ANY(%s)", [[entry.pk for entry in entries]])  # noqa: S608
    IndexEntry.objects.filter(pk__in=[entry.pk for entry in entries]).delete()


def rebuild() -> int:
    """Write the whole index anew, in one transaction.

    Returns:
        The number of entries.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            is_sqlite = connection.vendor == "sqlite"
            command = f"INSERT INTO {TABLE} ({TABLE}) VALUES ('delete-all')" if is_sqlite else f"DELETE FROM {TABLE}"  # noqa: S608
            cursor.execute(command)
        IndexEntry.objects.all().delete()
        return sum(_insert(model, model._base_manager.all()) for model in searchable_models())


def reindex(model: type[models.Model], keys: Iterable[Any]) -> None:
    """Write the entries of some records anew; those of records that are gone go."""
    keys = list(keys)
    for start in range(0, len(keys), BATCH):
        some = keys[start : start + BATCH]
        _remove(list(IndexEntry.objects.filter(kind=kind_of(model), record_id__in=some)))
        _insert(model, model._base_manager.filter(pk__in=some))


def _insert(model: type[models.Model], records: QuerySet[Any]) -> int:
    paths = (*_title(model), *_texts(model))
    related = sorted({prefix for path in paths if (prefix := path.rpartition("__")[0])})
    count = 0
    batch: list[IndexEntry] = []
    for record in records.order_by("pk").prefetch_related(*related).iterator(chunk_size=BATCH):
        batch.append(_entry(record))
        if len(batch) == BATCH:
            count += _save(batch)
            batch = []
    return count + _save(batch)


def _save(entries: list[IndexEntry]) -> int:
    _write_grams(IndexEntry.objects.bulk_create(entries))
    return len(entries)


def _title(model: Any) -> tuple[str, ...]:
    titles: tuple[str, ...] = model.search_title
    return titles


def _texts(model: Any) -> tuple[str, ...]:
    texts: tuple[str, ...] = model.search_texts
    return texts


def _entry(record: Any) -> IndexEntry:
    """Return the entry of a record, not saved."""
    with translation.override(settings.LANGUAGE_CODE):
        path = record.get_absolute_url().removeprefix(f"{get_script_prefix()}{settings.LANGUAGE_CODE}/")
    entry = IndexEntry(kind=kind_of(type(record)), record_id=record.pk, path=path)
    codes = [text for name in _texts(record) for text in _values(record, name, "") if text]
    for language in LANGUAGES:
        title = " – ".join(text for name in _title(record) for text in _values(record, name, language))
        bodies = [text for name in _texts(record) for text in _values(record, name, language)]
        head = _lines([title, *codes])
        # What it is found by besides the title, as it is written: snippets are cut from it.
        body = "\n".join(dict.fromkeys([*bodies, *codes]))
        values = {"title": title, "body": body, "head": head, "text": head + _lines(bodies)}
        for name, value in values.items():
            setattr(entry, build_localized_fieldname(name, language), value)
    entry.derive()
    return entry


def _lines(parts: list[str]) -> str:
    return "".join(f"\n{normalise(part)}\n" for part in dict.fromkeys(parts) if part)


def _values(record: Any, path: str, language: str) -> Iterator[str]:
    """Yield the texts at a path in a language; without a language, what belongs to all of them."""
    name, _mark, rest = path.partition("__")
    if rest:
        related = getattr(record, name)
        several = related.all() if isinstance(related, models.Manager) else [related]
        for one in several:
            if one is not None:
                yield from _values(one, rest, language)
        return
    localized = build_localized_fieldname(name, language or LANGUAGES[0])
    if hasattr(record, localized):
        if language and (text := getattr(record, localized)):
            yield text
    elif not language and (text := getattr(record, name)):
        yield text


@cache
def dependants() -> dict[type[models.Model], list[tuple[type[SearchableModel], str]]]:
    """Return, by model, whose entries have texts of it, and the path to it from there; "pk" for its own entry."""
    found: dict[type[models.Model], list[tuple[type[SearchableModel], str]]] = defaultdict(list)
    for model in searchable_models():
        found[model].append((model, "pk"))
        for path in (*_title(model), *_texts(model)):
            target: Any = model
            names = path.split("__")[:-1]
            for depth, name in enumerate(names, 1):
                target = target._meta.get_field(name).related_model
                step = (model, "__".join(names[:depth]))
                if step not in found[target]:
                    found[target].append(step)
    return dict(found)


def affected(records: Iterable[models.Model]) -> dict[type[SearchableModel], set[Any]]:
    """Return the primary keys of the records whose entries have texts of ``records``, by model."""
    stored: dict[type[models.Model], list[Any]] = defaultdict(list)
    for record in records:
        if record.pk is not None:
            stored[type(record)].append(record.pk)
    keys: dict[type[SearchableModel], set[Any]] = defaultdict(set)
    for kind, some in stored.items():
        for model, path in dependants().get(kind, []):
            keys[model].update(model._base_manager.filter(**{f"{path}__in": some}).values_list("pk", flat=True))
    return keys
