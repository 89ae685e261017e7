"""The work list of the translators: every text that is out of date, and since when."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from simple_history.utils import get_history_model_for_model

from editing.differences import label_of
from publishing.content.dumping import stored
from publishing.models import TranslatedModel


@dataclass(frozen=True)
class OutdatedText:
    """A text that another language of its field has left behind."""

    record: TranslatedModel
    #: Its field and language, in words.
    label: str
    #: When the mark was made; None where the history does not go back so far.
    since: datetime.datetime | None

    @property
    def kind(self) -> str:
        return str(self.record._meta.verbose_name)

    @property
    def address(self) -> str:
        """Return the address of the record's form."""
        meta = self.record._meta
        return reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[self.record.pk])


def outdated_texts(models: list[type[TranslatedModel]], language: str) -> Iterator[OutdatedText]:
    """Yield the texts that are out of date, kind by kind, by key; a query a kind, and two where it has any.

    Args:
        models: the kinds of records.
        language: the language of the texts; all if empty.
    """
    for model in models:
        # With what their names are made of, and no other relation.
        marked: QuerySet[Any] = stored(model).prefetch_related(None).exclude(outdated="")
        records = sorted(marked, key=lambda one: one.key)
        since = _since(model) if records else {}
        for record in records:
            for mark in sorted(record.marks):
                field, _dot, code = mark.partition(".")
                if language in {"", code}:
                    yield OutdatedText(record, label_of(model, field, code), since.get(record.pk, {}).get(mark))


def _since(model: type[TranslatedModel]) -> dict[Any, dict[str, datetime.datetime]]:
    """Return, for each record with marks, since when it has had each of them without a break."""
    historical: Any = get_history_model_for_model(model)
    marked: QuerySet[Any] = QuerySet(model).exclude(outdated="")
    rows = historical.objects.filter(id__in=marked.values("pk")).order_by("history_date", "history_id")
    found: dict[Any, dict[str, datetime.datetime]] = {}
    for key, date, outdated in rows.values_list("id", "history_date", "outdated"):
        earlier = found.get(key, {})
        found[key] = {mark: earlier.get(mark, date) for mark in outdated.split()}
    return found
