"""One record of the database from its raw form: what the API and the editors' forms write, checked as by the loader."""

from collections.abc import Iterable
from dataclasses import replace

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import translation

from publishing import history, upkeep
from publishing.content.building import Builder, Built, RecordType
from publishing.content.dumping import relations
from publishing.content.reading import ContentError, RawFile, Record
from publishing.models import ChangeAction, KeyedModel


class StoredBuilder(Builder):
    """Builds one record whose references are in the database."""

    def find(self, model: type[models.Model], key: str) -> models.Model | None:
        """Return the record of a key: one that this build makes, or a stored one."""
        known = super().find(model, key)
        if known is not None or not issubclass(model, KeyedModel):
            return known
        condition = model.condition(key)
        return None if condition is None else model._base_manager.filter(condition).first()

    def check_constraints(self) -> None:
        """Add what the model itself finds wrong, beside the other stored records."""
        super().check_constraints()
        for rows in self.built.values():
            for built in rows:
                try:
                    built.instance.clean()
                except ValidationError as error:
                    for name, messages in error.message_dict.items():
                        self.faults += [built.fault(name, message) for message in messages]


def standing_alone(types: Iterable[RecordType], model: type[KeyedModel]) -> RecordType:
    """Return the list of ``model`` as one whose records name their parent and have no children."""
    found = next(part for one in types for part in one.flattened() if part.model is model)
    return replace(found, parent="", children=(), expand={})


def build_record(raw: dict[str, object], record_type: RecordType) -> Built:
    """Return the record that a raw record makes, with the rows of its relations, not yet saved.

    Raises:
        ContentError: with everything that is wrong.
    """
    builder = StoredBuilder([record_type])
    builder.build([RawFile("", {record_type.name: [Record(raw)]})])
    if not builder.faults:
        builder.check_constraints()
    if builder.faults:
        raise ContentError(builder.faults)
    (built,) = builder.built[record_type.model]
    return built


def save_record(built: Built, action: ChangeAction) -> None:
    """Save a built record with the rows of its relations, as one change."""
    record = built.instance
    if not isinstance(record, KeyedModel):
        raise TypeError(f"{record} is no record of the content")
    # The column that modeltranslation keeps beside those of the languages takes the active one's text.
    with translation.override(settings.LANGUAGE_CODE):
        for rows in built.related.values():
            for row in rows:
                if row.pk is None:
                    row.save()
        with upkeep.as_one_change(record, action):
            record.save()
            for relation in relations(type(record)):
                getattr(record, relation.name).set(built.related.get(relation.name, []))
    history.record(type(record), [record.pk], action)
