"""How far the languages of the content say the same: counted by the database, kind by kind."""

import datetime
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.apps import apps
from django.db.models import Case, F, IntegerField, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Concat

from publishing.marks import by_field, text_columns
from publishing.models import Dataset, TranslatedModel, both_languages_filled
from publishing.registry import record_type_of


@dataclass(frozen=True)
class Parity:
    """The texts of one kind of record, or of all; a text is one in whatever languages it is there."""

    model: type[TranslatedModel] | None
    texts: int
    #: In every language that has something to say.
    complete: int
    #: Of these, with a language that is behind another.
    outdated: int

    @property
    def name(self) -> str:
        """Return what records of this kind are called; empty for all together."""
        return str(self.model._meta.verbose_name_plural) if self.model else ""

    @property
    def share(self) -> float:
        """Return how many of a hundred are in every language and up to date in each."""
        return 100 * (self.complete - self.outdated) / self.texts if self.texts else 100.0


def translated_models() -> list[type[TranslatedModel]]:
    """Return the models whose records have texts in each language."""
    return [model for model in apps.get_models() if issubclass(model, TranslatedModel)]


def parity() -> list[Parity]:
    """Return the figures of every kind of record, and last those of all together.

    One query tells whether they are known for the content as it is; if not, one more counts them.
    """
    dataset = Dataset.current()
    return _count(dataset.revision, dataset.changed_at)


# Writing the query takes Python longer than answering it takes the database.
@lru_cache(maxsize=1)
def _count(revision: int, changed_at: datetime.datetime | None) -> list[Parity]:
    """Return the figures of a state of the content, which is the present one."""
    every = translated_models()
    first, *others = [_counted(model, place) for place, model in enumerate(every)]
    rows = {place: numbers for place, *numbers in first.union(*others, all=True)}
    found = [Parity(model, *rows[place]) for place, model in enumerate(every)]
    total = (sum(getattr(one, name) for one in found) for name in ("texts", "complete", "outdated"))
    return [*found, Parity(None, *total)]


def _counted(model: type[TranslatedModel], place: int) -> QuerySet[TranslatedModel, tuple[int, ...]]:
    """Return the query for the place of a model, its texts, those that are complete and those that are out of date."""
    halves = record_type_of(model).halves
    texts, complete, outdated = [], [], []
    for field, marks in by_field(text_columns(model)).items():
        columns = [text_columns(model)[mark] for mark in sorted(marks)]
        is_there, is_behind = Q(), Q()
        for column in columns:
            is_there |= Q(**{f"{column}__gt": ""})
        # Where one language may have nothing, it says by that that there is nothing to say.
        is_complete = is_there if field in halves else both_languages_filled(field)
        for mark in sorted(marks):
            is_behind |= Q(spaced__contains=f" {mark} ")
        texts.append(_one_where(is_there))
        complete.append(_one_where(is_complete))
        outdated.append(_one_where(is_complete & is_behind))
    plain: QuerySet[TranslatedModel] = QuerySet(model)
    return (
        plain.order_by()
        .annotate(place=Value(place, IntegerField()), spaced=Concat(Value(" "), F("outdated"), Value(" ")))
        .values("place")
        .annotate(filled=_sum(texts), complete=_sum(complete), behind=_sum(outdated))
        .values_list("place", "filled", "complete", "behind")
    )


def _one_where(condition: Q) -> Case:
    return Case(When(condition, then=1), default=0)


def _sum(numbers: list[Case]) -> Sum:
    first, *others = numbers
    total: Any = first
    for number in others:
        total += number
    return Sum(total, default=0)
