"""The way back: stored records as the raw records that ``building`` reads."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, TypeAlias

from django.conf import settings
from django.db import models
from modeltranslation.utils import build_localized_fieldname

from publishing.content.building import RecordType
from publishing.content.reading import RawFile, Record
from publishing.dates import PartialDate, Precision
from publishing.marks import translated_fields
from publishing.models import KeyedModel
from publishing.querysets import joined

#: Records whose relations are read by one statement; SQLite allows 32,766 parameters a statement.
BATCH = 5000

AnyField: TypeAlias = "models.Field[Any, Any]"


def raw_of(
    instance: KeyedModel, record_type: RecordType, related: Mapping[str, Sequence[models.Model]] | None = None
) -> dict[str, Any]:
    """Return a record as a record of the fixtures, without those nested in it; building it gives it again.

    What identifies the record comes first, its citations last; what is empty or as by default is left out.

    Args:
        instance: one of ``stored(record_type.model)``, which has all relations at hand; any other costs queries.
        record_type: the list that it belongs to.
        related: the rows of its many-to-many fields, where they are not the stored ones.
    """
    raw = {field.name: _value(instance, field, record_type, related or {}) for field in listed_fields(record_type)}
    return {name: value for name, value in raw.items() if value is not None}


def stored(model: type[models.Model]) -> models.QuerySet[Any]:
    """Return the records of a model with all that ``raw_of`` and their order need, in a fixed number of queries."""
    # A plain queryset: what modeltranslation makes of one depends on the active language.
    queryset: models.QuerySet[Any] = models.QuerySet(model)
    return joined(queryset, references(model)).prefetch_related(
        *(models.Prefetch(relation.name, stored(relation.related_model)) for relation in relations(model))
    )


def dump(types: Iterable[RecordType]) -> Iterator[RawFile]:
    """Yield the files that hold every stored record, each list's in the order of their names."""
    for record_type in types:
        if record_type.implied:
            continue
        files: dict[str, RawFile] = {}
        for record in _records(record_type).get(None, []):
            name = file_name(record_type, record)
            files.setdefault(name, RawFile(name, {record_type.name: []})).lists[record_type.name].append(record)
        yield from (files[name] for name in sorted(files))


def file_name(record_type: RecordType, raw: dict[str, Any]) -> str:
    """Return the file that a record stands in: "regions/countries.yaml", "mechanisms/findings-basel.yaml"."""
    parts = [record_type.name.replace("_", "-"), *([str(raw[record_type.split])] if record_type.split else [])]
    return f"{record_type.model._meta.app_label}/{'-'.join(parts)}.yaml"


def _records(record_type: RecordType) -> dict[Any, list[Record]]:
    """Return the records of a list by the primary key of the record around them, in their order."""
    nested = [(child.name, _records(child)) for child in record_type.children]
    enclosing: defaultdict[Any, list[Record]] = defaultdict(list)
    apart = {record_type.parent, *record_type.expand.values()}
    instances = stored(record_type.model).iterator(chunk_size=BATCH)
    for instance in sorted(instances, key=lambda one: _place(one, apart)):
        record = Record(raw_of(instance, record_type))
        record.update({name: rows[instance.pk] for name, rows in nested if instance.pk in rows})
        enclosing[getattr(instance, f"{record_type.parent}_id", None)].append(record)
    return {parent: _folded(records, record_type) for parent, records in enclosing.items()}


def _folded(records: list[Record], record_type: RecordType) -> list[Record]:
    """Put records that are equal in all but one value into one that lists the values, at the place of the first."""
    for plural, single in record_type.expand.items():
        groups: defaultdict[str, list[Record]] = defaultdict(list)
        for record in records:
            groups[repr({**record, single: None})].append(record)
        records = [
            group[0]
            if len(group) == 1
            else Record(
                (plural, [one[single] for one in group]) if name == single else (name, value)
                for name, value in group[0].items()
            )
            for group in groups.values()
        ]
    return records


def _place(instance: Any, apart: Iterable[str] = ()) -> tuple[Any, ...]:
    """Return what puts records in order: the records that they must refer to, their position, their key.

    Args:
        apart: references that do not count.
    """
    fields = [field for field in _required_references(type(instance)) if field.name not in apart]
    return (
        *(_place(getattr(instance, field.name)) for field in fields),
        getattr(instance, "position", 0),
        instance.key,
    )


def _required_references(model: type[models.Model]) -> list["models.ForeignKey[Any, Any]"]:
    return [field for field in model._meta.fields if isinstance(field, models.ForeignKey) and not field.null]


def references(model: type[models.Model]) -> Iterator[str]:
    """Yield the paths to the records that one refers to, and to those that these must refer to."""
    yield from (field.name for field in model._meta.fields if isinstance(field, models.ForeignKey))
    for field in _required_references(model):
        yield from (f"{field.name}__{path}" for path in references(field.related_model))


def relations(model: type[models.Model]) -> Iterator["models.ManyToManyField[Any, Any]"]:
    """Yield the many-to-many fields whose rows are no records of their own."""
    for relation in model._meta.many_to_many:
        if (through := relation.remote_field.through) is not None and through._meta.auto_created:
            yield relation


def listed_fields(record_type: RecordType) -> list[AnyField]:
    """Return the fields that a record of the fixtures may have, in the order in which it has them."""
    model = record_type.model
    elsewhere = {record_type.parent}
    elsewhere |= {f"{field.name}_precision" for field in model._meta.fields if isinstance(field, models.DateField)}
    for name in translated_fields(model):
        elsewhere |= {build_localized_fieldname(name, code) for code, _name in settings.CONTENT_LANGUAGES}

    def place(field: AnyField) -> tuple[Any, ...]:
        key = record_type.key
        return field.name == "citations", key.index(field.name) if field.name in key else len(key), field

    fields: list[AnyField] = [*model._meta.fields, *relations(model)]
    return sorted((f for f in fields if f.editable and not f.primary_key and f.name not in elsewhere), key=place)


def _value(
    instance: Any, field: AnyField, record_type: RecordType, related: Mapping[str, Sequence[models.Model]]
) -> Any:
    """Return the value of a field as the fixtures write it; None where they leave it out."""
    name = field.name
    if name in translated_fields(record_type.model):
        return _texts(instance, name, is_half=name in record_type.halves)
    if isinstance(field, models.ManyToManyField):
        rows: list[Any] = sorted(related[name] if name in related else getattr(instance, name).all(), key=_place)
        return [row.reference if name == "citations" else row.key for row in rows] or None
    if name == "outdated":
        return sorted(instance.marks) or None
    value = getattr(instance, name)
    if value is None or value == field.get_default():
        return None
    if isinstance(value, KeyedModel):
        return value.key
    if isinstance(value, datetime.date):
        return str(PartialDate(value, getattr(instance, f"{name}_precision", Precision.DAY)))
    if isinstance(value, Decimal):
        return int(value) if value == int(value) else float(value)
    # A choice is a text of a class of its own.
    return str(value) if isinstance(value, str) else value


def _texts(instance: Any, name: str, *, is_half: bool) -> dict[str, str] | None:
    """Return the text in each language, with the line breaks of a form's field taken for spaces as the loader does."""
    texts = {
        code: " ".join((getattr(instance, build_localized_fieldname(name, code)) or "").split())
        for code, _name in settings.CONTENT_LANGUAGES
    }
    if not any(texts.values()):
        return None
    return texts if is_half else {code: text for code, text in texts.items() if text}
