"""Changes of records kept for later, as proposals and imports have them: made together, on what they were made of.

Of each record: kind, key, action, and the raw record before and after (publishing/content/dumping.py).
"""

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from django.apps import apps
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from publishing.content.building import RecordType
from publishing.content.dumping import raw_of, stored
from publishing.content.saving import build_records, save_records
from publishing.models import ChangeAction
from publishing.registry import record_type_of


class ChangedSince(Exception):
    """A record is not any more what the change was made of; the text is its key."""


def make_changes(changes: Iterable[dict[str, Any]]) -> None:
    """Make changes in their order, those of one kind together; to be called in a transaction.

    Raises:
        ChangedSince: a record has changed; nothing is to stay of what was made.
        ContentError: a record is not right any more, with all that is wrong.
    """
    for (kind, removed), some in groupby(changes, _group):
        model: Any = apps.get_model(kind)
        record_type = record_type_of(model)
        if not removed:
            _save(list(some), record_type)
            continue
        for change in some:
            # What is only about a removed record has gone with it.
            for record in model.by_key(stored(model), [removed]).values():
                _compare(change, raw_of(record, record_type))
                record.delete()


def _group(change: dict[str, Any]) -> tuple[str, str]:
    """Return the kind; and of a removal, which may take others with it, the key."""
    return change["kind"], change["key"] if change["action"] == ChangeAction.REMOVED else ""


def _save(changes: list[dict[str, Any]], record_type: RecordType) -> None:
    model = record_type.model
    records = model.by_key(stored(model), {change["key"] for change in changes})
    for change in changes:
        present = records.get(change["key"])
        _compare(change, None if present is None else raw_of(present, record_type))
    built = build_records([change["after"] for change in changes], record_type)
    for one, change in zip(built, changes, strict=True):
        record: Any = one.instance
        record.pk = records[change["key"]].pk if change["key"] in records else None
        # What falls behind was worked out when the change was made up; its author may have said otherwise.
        record.keeps_marks = True
    save_records([(one, ChangeAction(change["action"])) for one, change in zip(built, changes, strict=True)])


def _compare(change: dict[str, Any], current: dict[str, Any] | None) -> None:
    if current != change["before"]:
        raise ChangedSince(change["key"])


def resting(error: ProtectedError) -> str:
    """Return in words which records rest on one that therefore cannot go."""
    # Only records of the content point at each other in this way.
    records: Any = error.protected_objects
    keys = ", ".join(sorted(one.key for one in records)[:10])
    return _("Other records rest on this one: %(keys)s.") % {"keys": keys}
