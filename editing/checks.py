"""What can be wrong with the content, asked of every app: its module integrity.py lists its checks as CHECKS."""

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from django.contrib import admin
from django.urls import reverse
from django.utils.translation import get_language, pgettext

from publishing.models import Dataset, KeyedModel
from publishing.registry import said_in


@dataclass(frozen=True)
class Problem:
    """A record and what is the matter with it, in the active language."""

    record: KeyedModel
    message: str

    @property
    def kind(self) -> str:
        """Return what the record is."""
        return str(self.record._meta.verbose_name)

    @property
    def form(self) -> str:
        """Return the address of the record's form; empty where it has none."""
        meta = self.record._meta
        if not admin.site.is_registered(type(self.record)):
            return ""
        return reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[self.record.pk])

    @property
    def page(self) -> str:
        """Return the address of the record's public page; empty where it has none."""
        record: Any = self.record
        return record.get_absolute_url() if hasattr(record, "get_absolute_url") else ""


@dataclass(frozen=True)
class Check:
    """A question that the content should answer with nothing.

    Attributes:
        code: by which command and addresses name it.
        label: what its problems are.
        remedy: what to do about one, in a sentence.
        find: returns the problems as of a date, in a fixed order and by a fixed number of queries.
        is_error: the content must not have it; others are notices, which may have to stay.
    """

    code: str
    label: Any
    remedy: Any
    find: Callable[[datetime.date], Iterable[Problem]]
    is_error: bool = False

    @property
    def level(self) -> str:
        """Return how bad a problem is, in the active language."""
        return pgettext("found by a check", "error") if self.is_error else pgettext("found by a check", "notice")


@cache
def checks() -> dict[str, Check]:
    """Return all checks by code: errors first, then as the apps are installed and list them."""
    return {check.code: check for check in sorted(said_in("integrity", "CHECKS"), key=lambda one: not one.is_error)}


def problems_on(date: datetime.date, check: Check) -> tuple[Problem, ...]:
    """Return what a check finds as of a date, in the active language; kept until the content changes."""
    dataset = Dataset.current()
    return _kept(check.code, date, get_language(), dataset.revision, dataset.changed_at)


# Each check in both languages; the checks of a large content take seconds.
@lru_cache(maxsize=40)
def _kept(code: str, date: datetime.date, *state: object) -> tuple[Problem, ...]:
    return tuple(checks()[code].find(date))
