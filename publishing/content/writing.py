"""Bringing the database to the state of the built records, in bulk."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, cast

from django.db import models

from publishing.content.building import Builder, Built, RecordType
from publishing.history import begin, record
from publishing.marks import marks_after
from publishing.models import ChangeAction, CodedModel, KeyedModel, TranslatedModel

#: Rows a statement; SQLite allows 32,766 parameters a statement.
BATCH = 500


@dataclass
class Change:
    """What a load made, changed and removed of a model: the rows' primary keys."""

    name: str
    total: int
    created: list[Any]
    updated: list[Any]
    removed: list[Any]
    #: The key of each changed record, and what was done to it.
    keys: list[tuple[type[models.Model], str, ChangeAction]] = field(default_factory=list)
    #: Key and mark of each text that another language left behind and that the files do not mark.
    left_behind: list[tuple[str, str]] = field(default_factory=list)


def write(builder: Builder, types: Iterable[RecordType], report: Callable[[Change], None]) -> list[Change]:
    """Make the database hold exactly the built records; to be called inside a transaction.

    Saves are not to be followed meanwhile (``upkeep.paused``); the history is written here.

    Args:
        report: told of each model as soon as it is written.
    """
    parts = [part for record_type in types for part in record_type.flattened()]
    changes: dict[type[models.Model], Change] = {}
    for part in parts:
        begin(part.model)
        change = changes[part.model] = _write_rows(part, builder.built[part.model])
        record(part.model, change.removed, ChangeAction.REMOVED)
    for part in parts:
        change = changes[part.model]
        touched = _write_related(part, builder.built[part.model], {*change.created, *change.updated})
        change.updated += touched
        change.keys += [(part.model, key, ChangeAction.CHANGED) for key in touched.values()]
        record(part.model, change.created, ChangeAction.ADDED)
        record(part.model, change.updated, ChangeAction.CHANGED)
        report(change)
    # Last first, because rows that others point at are protected.
    for part in reversed(parts):
        part.model._base_manager.filter(pk__in=changes[part.model].removed).delete()
    return list(changes.values())


def _columns(model: type[models.Model]) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields if not field.primary_key]


def _write_rows(part: RecordType, rows: list[Built]) -> Change:
    """Create and update the rows of one model; those to be removed are still there."""
    model, columns = part.model, _columns(part.model)
    column_of = {field.name: field.attname for field in model._meta.concrete_fields}
    key_columns = [column_of[name] for name in part.key]
    existing: dict[tuple[Any, ...], Any] = {
        tuple(getattr(row, name) for name in key_columns): row for row in model._base_manager.all()
    }
    _release(model, rows, existing.values())
    created: list[Any] = []
    update: list[Any] = []
    left_behind: list[tuple[str, str]] = []
    for generation in generations(model, rows):
        create: list[Any] = []
        for built in generation:
            instance = built.instance
            # Foreign keys were set before their targets had keys. Django's own bulk_create() does this too, too late
            # to compare with the old row; its types leave the method out.
            instance._prepare_related_fields_for_save("bulk_create")  # type: ignore[attr-defined]
            old = existing.pop(tuple(getattr(instance, name) for name in key_columns), None)
            if old is None:
                create.append(instance)
                continue
            instance.pk = old.pk
            instance._state.adding = False
            if any(getattr(old, name) != getattr(instance, name) for name in columns):
                update.append(instance)
                if isinstance(instance, TranslatedModel):
                    marks = marks_after(old.texts, old.marks, instance.texts, instance.marks)
                    left_behind += [(instance.key, mark) for mark in sorted(marks - instance.marks)]
        model._base_manager.bulk_create(create, batch_size=BATCH)
        created += create
    write_over(model, update)
    pks = [[row.pk for row in some] for some in (created, update, existing.values())]
    change = Change(str(model._meta.label_lower), len(rows), *pks)
    change.left_behind = left_behind
    change.keys = [
        *((model, record.key, ChangeAction.ADDED) for record in created),
        *((model, record.key, ChangeAction.CHANGED) for record in update),
        *((model, key, ChangeAction.REMOVED) for key in _keys_of(model, existing.values())),
    ]
    return change


def _release(model: type[models.Model], rows: list[Built], stored: Iterable[Any]) -> None:
    """Take from stored rows what only one may have and another will have: that one is written before they go."""
    if not issubclass(model, CodedModel):
        return
    built = [cast("CodedModel", one.instance) for one in rows]
    for name in [one.attname for one in model._meta.concrete_fields if one.unique and one.null]:
        codes = {getattr(one, name): one.code for one in built}
        moved = [row.pk for row in stored if codes.get(getattr(row, name), row.code) != row.code]
        model._base_manager.filter(pk__in=moved).update(**{name: None})


def write_over(model: type[models.Model], instances: list[Any]) -> None:
    """Write instances of a model over their stored rows."""
    # A plain queryset: modeltranslation's would write a column without a language into the one of the active language.
    plain: models.QuerySet[models.Model] = models.QuerySet(model)
    plain.bulk_update(instances, _field_names(model), batch_size=100)


def generations(model: type[models.Model], rows: list[Built]) -> list[list[Built]]:
    """Return the rows, those first that others of their own model point at (a provision's parent)."""
    own = [field.name for field in model._meta.fields if field.related_model is model]
    if not own:
        return [rows]
    parents = [built for built in rows if all(getattr(built.instance, name) is None for name in own)]
    children = [built for built in rows if built not in parents]
    return [parents, children]


def _field_names(model: type[models.Model]) -> list[str]:
    return [field.name for field in model._meta.concrete_fields if not field.primary_key]


def _keys_of(model: type[models.Model], rows: Iterable[models.Model]) -> list[str]:
    """Return the keys of stored records, whose related records are not at hand, by one query."""
    if not issubclass(model, KeyedModel):
        raise TypeError(f"{model} has no key")
    return model.keys_in(model._base_manager.filter(pk__in=[row.pk for row in rows]))


def write_links(
    relation: "models.ManyToManyField[Any, Any]", rows: list[Built], links: models.QuerySet[Any]
) -> set[Any]:
    """Bring a many-to-many table to the built state.

    Args:
        relation: the field whose table it is.
        rows: the built records, stored already.
        links: the part of the table that is to hold nothing but theirs.

    Returns:
        Primary keys of the records whose links changed.
    """
    through = links.model
    left, right = f"{relation.m2m_field_name()}_id", f"{relation.m2m_reverse_field_name()}_id"
    wanted = {(built.instance.pk, row.pk) for built in rows for row in built.related.get(relation.name, [])}
    present = {(getattr(row, left), getattr(row, right)): row.pk for row in links}
    through._base_manager.filter(pk__in=[present[pair] for pair in present.keys() - wanted]).delete()
    # Sorted, so that two loads of the same content give the same rows.
    missing = sorted(wanted - present.keys())
    through._base_manager.bulk_create([through(**{left: a, right: b}) for a, b in missing], batch_size=BATCH)
    return {pair[0] for pair in present.keys() ^ wanted}


def _write_related(part: RecordType, rows: list[Built], counted: set[Any]) -> dict[Any, str]:
    """Bring the many-to-many tables of one model to the built state.

    Returns:
        Primary keys and keys of the records that changed beside those ``counted`` already.
    """
    touched: set[Any] = set()
    for relation in part.model._meta.many_to_many:
        through = relation.remote_field.through
        if through is None or not through._meta.auto_created:
            continue
        touched |= write_links(relation, rows, through._base_manager.all())
    instances: dict[Any, Any] = {built.instance.pk: built.instance for built in rows}
    return {pk: instances[pk].key for pk in sorted(touched & instances.keys() - counted)}
