"""Checks of what every record has: the rules of its list in the fixtures, and its text in each language."""

import datetime
from collections.abc import Iterator
from functools import reduce
from operator import and_, or_

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from modeltranslation.utils import build_localized_fieldname

from editing.checks import Check, Problem
from editing.outdated import outdated_texts
from publishing.content.building import Built
from publishing.content.dumping import relations, stored
from publishing.marks import translated_fields
from publishing.models import KeyedModel
from publishing.parity import translated_models
from publishing.registry import keyed_models, record_type_of


def _broken_rules(date: datetime.date) -> Iterator[Problem]:
    for model in keyed_models():
        rule = record_type_of(model).check
        if rule is None:
            continue
        for record in stored(model).order_by("pk"):
            related = {one.name: list(getattr(record, one.name).all()) for one in relations(model)}
            for _name, message in rule(Built(record, related, "", 0, "")):
                yield Problem(record, message)


def _half_translated(date: datetime.date) -> Iterator[Problem]:
    for model in keyed_models():
        wanted = _needing_both(model)
        fields = {field.name: str(field.verbose_name) for field in model._meta.fields if field.name in wanted}
        if not fields:
            continue
        halves = {f"is_half_{name}": _is_half(name) for name in fields}
        found = stored(model).prefetch_related(None).filter(reduce(or_, halves.values()))
        for record in found.annotate(**halves).order_by("pk"):
            labels = [label for name, label in fields.items() if vars(record)[f"is_half_{name}"]]
            texts = {"fields": pgettext("between items of a list", ", ").join(labels)}
            yield Problem(record, _("In one language only: %(fields)s") % texts)


def _needing_both(model: type[KeyedModel]) -> set[str]:
    """Return the fields that have a text in each language or in none."""
    written = {name for name in translated_fields(model) if model._meta.get_field(name).editable}
    return written - set(record_type_of(model).halves)


def _is_half(name: str) -> Q:
    columns = [build_localized_fieldname(name, code) for code, _name in settings.CONTENT_LANGUAGES]
    filled = [Q(**{f"{column}__gt": ""}) for column in columns]
    return reduce(or_, filled) & ~reduce(and_, filled)


def _out_of_date(date: datetime.date) -> Iterator[Problem]:
    for text in outdated_texts(translated_models(), ""):
        yield Problem(text.record, text.label)


CHECKS = [
    Check(
        "broken-rules",
        gettext_lazy("Records that break a rule"),
        gettext_lazy("Put the record right: as it stands, the content could not be loaded."),
        _broken_rules,
        is_error=True,
    ),
    Check(
        "half-translated",
        gettext_lazy("Texts in one language only"),
        gettext_lazy("Add the text in the other language, or remove it in both."),
        _half_translated,
        is_error=True,
    ),
    Check(
        "out-of-date",
        gettext_lazy("Texts out of date"),
        gettext_lazy("Bring the text up to date, or confirm in the record’s form that it is still right."),
        _out_of_date,
    ),
]
