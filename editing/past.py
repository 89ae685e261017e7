"""What a record was: its states in the history as raw records, what changed from one to the next, and the way back."""

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models
from simple_history.utils import get_history_model_for_model

from editing.differences import Difference, differences
from publishing.content.dumping import raw_of, relations, stored
from publishing.content.saving import build_record, save_record
from publishing.history import TYPES, ContentRecords
from publishing.models import ChangeAction, KeyedModel
from publishing.registry import record_type_of

#: Rows of one deletion are written within its transaction, which takes less.
TOGETHER = datetime.timedelta(minutes=1)
ACTIONS = {sign: action for action, sign in TYPES.items()}


@dataclass(frozen=True)
class State:
    """A record as a row of its history shows it."""

    row: Any
    action: ChangeAction
    raw: dict[str, Any]
    #: What is other than in the state before.
    differences: list[Difference]


def history_of(model: type[KeyedModel], pk: Any) -> "models.QuerySet[Any]":
    """Return the rows of a record's history, the latest first."""
    return _rows(model).filter(id=pk)


def _rows(model: type[models.Model]) -> "models.QuerySet[Any]":
    historical: Any = get_history_model_for_model(model)
    rows: models.QuerySet[Any] = historical.objects.select_related("history_user").order_by("-history_id")
    return rows


def states(model: type[KeyedModel], rows: Sequence[Any]) -> list[State]:
    """Return the states that ``rows`` show, the latest first, in a fixed number of queries.

    Args:
        rows: the latest first; of the last one what was before it is taken for empty.
    """
    raws = _raws(model, rows)
    found = []
    for row, raw, before in zip(rows, raws, [*raws[1:], {}][: len(raws)], strict=True):
        action = ACTIONS[row.history_type]
        # A removed record is kept as it last was.
        pair = (raw, {}) if action == ChangeAction.REMOVED else (before, raw)
        found.append(State(row, action, raw, differences(model, *pair)))
    return found


def _raws(model: type[KeyedModel], rows: Sequence[Any]) -> list[dict[str, Any]]:
    """Return each row's record in its raw form; a reference to what is no more is left out."""
    record_type = record_type_of(model)
    records = [row.instance for row in rows]
    related: list[dict[str, Any]] = [{} for _row in rows]
    for field in model._meta.fields:
        if isinstance(field, models.ForeignKey):
            known = stored(field.related_model).in_bulk({getattr(record, field.attname) for record in records} - {None})
            for record in records:
                # Where it is no more, one without a key stands for it.
                key = getattr(record, field.attname)
                setattr(record, field.name, None if key is None else known.get(key, field.related_model()))
    for relation in relations(model):
        column = relation.m2m_reverse_field_name()
        linked = ContentRecords.m2m_models[relation].objects.filter(history__in=rows)
        pairs = list(linked.values_list("history", f"{column}_id"))
        known = stored(relation.related_model).in_bulk({pk for _row, pk in pairs})
        for row, its_own in zip(rows, related, strict=True):
            its_own[relation.name] = [known[pk] for history, pk in pairs if history == row.pk and pk in known]
    raws = [raw_of(record, record_type, its_own) for record, its_own in zip(records, related, strict=True)]
    return [{name: value for name, value in raw.items() if value != ""} for raw in raws]


def restore(model: type[KeyedModel], row: Any) -> list[KeyedModel]:
    """Make a record as it was; one that was removed comes back with what was only about it.

    To be called in a transaction and inside ``history.attributed``.

    Args:
        row: of its history.

    Returns:
        The records that were written.

    Raises:
        ContentError: it cannot be as it was, with everything that is wrong.
    """
    written: list[KeyedModel] = []
    for one, its_row in [(model, row), *_removed_with(model, row)]:
        (raw,) = _raws(one, [its_row])
        built: Any = build_record(raw, record_type_of(one))
        condition = one.condition(built.instance.key)
        present = one._base_manager.filter(pk=its_row.id).first() or one._base_manager.filter(condition).first()
        # Under its old number, so that its history goes on.
        built.instance.pk = present.pk if present else its_row.id
        built.instance.keeps_marks = True
        save_record(built, ChangeAction.CHANGED if present else ChangeAction.ADDED)
        written.append(built.instance)
    return written


def _removed_with(model: type[KeyedModel], row: Any) -> Iterator[tuple[type[KeyedModel], Any]]:
    """Yield model and row of what went with a removed record, because it was only about it."""
    if ACTIONS[row.history_type] != ChangeAction.REMOVED:
        return
    for other in apps.get_models():
        if not issubclass(other, KeyedModel):
            continue
        name = other.key_fields[0].partition("__")[0]
        if other._meta.get_field(name).related_model is model:
            for one in _rows(other).filter(
                **{f"{name}_id": row.id},
                history_type=row.history_type,
                history_user=row.history_user,
                history_change_reason=row.history_change_reason,
                history_date__range=(row.history_date - TOGETHER, row.history_date + TOGETHER),
            ):
                yield other, one


def removed(model: type[KeyedModel]) -> "models.QuerySet[Any]":
    """Return the last rows of the records that are no more, the latest first; less those that came back."""
    rows = _rows(model).filter(history_type=TYPES[ChangeAction.REMOVED])
    return rows.exclude(id__in=model._base_manager.values("pk"))


def title_of(model: type[KeyedModel], state: State) -> str:
    """Return how a record that is no more is called: by its name in each language, or by what identifies it."""
    name = state.raw.get("name") or state.raw.get("title")
    identity = [str(state.raw.get(part, "")) for part in record_type_of(model).key]
    return " · ".join(name.values() if name else filter(None, identity))
