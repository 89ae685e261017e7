"""Records of the database from their raw forms: what the API, the editors' forms and an import write, checked as by
the loader.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import translation

from publishing import history, upkeep
from publishing.content.building import Builder, Built, RecordType
from publishing.content.dumping import listed_fields, relations, stored
from publishing.content.reading import ContentError, RawFile, Record
from publishing.content.writing import BATCH, generations, write_links, write_over
from publishing.models import ChangeAction, KeyedModel, TranslatedModel, key_of


class StoredBuilder(Builder):
    """Builds records of one list whose references are in the database, or made with them."""

    def __init__(self, types: Iterable[RecordType], parent: models.Model | None) -> None:
        """Prepare a build.

        Args:
            types: the list.
            parent: the record around those that are built, where the list names one; it need not be saved yet.
        """
        super().__init__(types)
        self.parent = parent

    def build(self, files: list[RawFile]) -> None:
        """Build the records of ``files``; the records that they refer to are read with a query a model."""
        for model, keys in self._references(files).items():
            self.by_reference[model] = model.by_key(stored(model).prefetch_related(None), keys)
        super().build(files)

    def _build_record(
        self, record_type: RecordType, raw: Any, file: str, label: str, parent: models.Model | None, line: int = 1
    ) -> None:
        super()._build_record(record_type, raw, file, label, self.parent, line)

    def _references(self, files: list[RawFile]) -> dict[type[KeyedModel], set[str]]:
        wanted: dict[type[KeyedModel], set[str]] = defaultdict(set)
        for record_type in self.types:
            for field in listed_fields(record_type):
                target: Any = field.related_model
                if target is None:
                    continue
                for file in files:
                    for raw in file.lists[record_type.name]:
                        value = raw.get(field.name)
                        keys = {str(one) for one in value} if isinstance(value, list) else {str(value)}
                        if field.name != "citations":
                            wanted[target] |= keys
                            continue
                        for reference in keys:
                            # Before the place there is always the source; what is wrong with it the build says.
                            code, _mark, locator = reference.partition("#")
                            wanted[target].add(key_of((code, locator)))
                            wanted[target._meta.get_field("source").related_model].add(code)
        return wanted

    def check_constraints(self) -> None:
        """Add what the model itself finds wrong, beside the other stored records."""
        super().check_constraints()
        self.check_models(self.built)


def standing_alone(types: Iterable[RecordType], model: type[KeyedModel]) -> RecordType:
    """Return the list of ``model`` as one whose records name their parent and have no children."""
    found = next(part for one in types for part in one.flattened() if part.model is model)
    return replace(found, parent="", children=(), expand={})


def build_record(
    raw: dict[str, object], record_type: RecordType, parent: models.Model | None = None, pk: Any = None
) -> Built:
    """Return the record that a raw record makes, with the rows of its relations, not yet saved.

    Args:
        raw: its fields, as in the fixtures.
        record_type: its list.
        parent: the record around it, where the list names one; it need not be saved yet.
        pk: of the stored record that it is to be written over, under the same key or another.

    Raises:
        ContentError: with everything that is wrong.
    """
    (built,) = build_records([raw], record_type, parent, [pk])
    return built


def build_records(
    raws: Sequence[dict[str, object]],
    record_type: RecordType,
    parent: models.Model | None = None,
    pks: Sequence[Any] = (),
) -> list[Built]:
    """Return the records that raw records of one list make; see ``build_record``."""
    builder = StoredBuilder([record_type], parent)
    builder.build([RawFile("", {record_type.name: [Record(raw) for raw in raws]})])
    for built, pk in zip(builder.built[record_type.model], pks, strict=False):
        built.instance.pk = pk
    builder.check_constraints()
    if builder.faults:
        raise ContentError(builder.faults)
    return builder.built[record_type.model]


def save_record(built: Built, action: ChangeAction) -> None:
    """Save a built record with the rows of its relations, as one change."""
    save_records([(built, action)])


def save_records(records: Sequence[tuple[Built, ChangeAction]]) -> None:
    """Save built records of one model with the rows of their relations, in bulk and as one change."""
    rows = [built for built, _action in records]
    model: Any = type(rows[0].instance)
    added = [built for built, action in records if action == ChangeAction.ADDED]
    changed: list[Any] = [built.instance for built, action in records if action == ChangeAction.CHANGED]
    related: list[Any] = [row for built in rows for some in built.related.values() for row in some]
    # New places in sources come before what cites them.
    new = {id(row): row for row in related if row.pk is None}
    changes: list[tuple[Any, ChangeAction]] = [(row, ChangeAction.ADDED) for row in new.values()]
    changes += [(built.instance, action) for built, action in records]
    if issubclass(model, TranslatedModel):
        model.mark_outdated(changed)
    with recorded(changes):
        for kind in {type(row) for row in new.values()}:
            some = [row for row in new.values() if type(row) is kind]
            kind._base_manager.bulk_create(some, batch_size=BATCH)
        for generation in generations(model, added):
            model._base_manager.bulk_create([built.instance for built in generation], batch_size=BATCH)
        write_over(model, changed)
        for relation in relations(model):
            through: Any = relation.remote_field.through
            own = {f"{relation.m2m_field_name()}__in": [built.instance.pk for built in rows]}
            write_links(relation, rows, through._base_manager.filter(**own))


@contextmanager
def recorded(changes: Sequence[tuple[Any, ChangeAction]]) -> Iterator[None]:
    """Follow what the block writes of records and their relations as one change, and write their history.

    Args:
        changes: each record and what is done to it.
    """
    # The column that modeltranslation keeps beside those of the languages takes the active one's text.
    with translation.override(settings.LANGUAGE_CODE), upkeep.as_one_change(changes):
        yield
    written: dict[tuple[type[models.Model], ChangeAction], list[Any]] = defaultdict(list)
    for record, action in changes:
        written[type(record), action].append(record.pk)
    for (model, action), keys in written.items():
        history.record(model, keys, action)
