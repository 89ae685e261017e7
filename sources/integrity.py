"""Checks of what statements rest on."""

import datetime
from collections.abc import Iterator

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from editing.checks import Check, Problem
from publishing.content.dumping import stored
from publishing.dates import first_fresh
from sources.models import Reliability
from sources.statements import cited_models, statements_citing


def _uncited(date: datetime.date) -> Iterator[Problem]:
    for model in cited_models():
        for record in stored(model).filter(citations=None).order_by("pk"):
            yield Problem(record, _("Nothing says what this rests on."))


def _weak(date: datetime.date) -> Iterator[Problem]:
    return _resting_on(Q(source__reliability=Reliability.WEAK))


def _old(date: datetime.date) -> Iterator[Problem]:
    return _resting_on(Q(source__date__lt=first_fresh(date)))


def _dead(date: datetime.date) -> Iterator[Problem]:
    return _resting_on(Q(source__dead_since__lte=date))


def _resting_on(condition: Q) -> Iterator[Problem]:
    for record, citations, is_all in statements_citing(condition):
        texts = {"sources": pgettext("between items of a list", ", ").join(map(str, citations))}
        message = _("Rests only on %(sources)s") if is_all else _("Rests also on %(sources)s")
        yield Problem(record, message % texts)


CHECKS = [
    Check(
        "uncited",
        gettext_lazy("Statements without a source"),
        gettext_lazy("Say in which source this stands, and where; what no source says is removed."),
        _uncited,
        is_error=True,
    ),
    Check(
        "weak-sources",
        gettext_lazy("Statements with a weak source"),
        gettext_lazy("Find a primary source that says it, and cite that."),
        _weak,
    ),
    Check(
        "old-sources",
        gettext_lazy("Statements with a source older than five years"),
        gettext_lazy("Look for a newer source; where it says the same, cite it too."),
        _old,
    ),
    Check(
        "dead-sources",
        gettext_lazy("Statements with a source whose address is dead"),
        gettext_lazy("Find where the document stands now and correct its address, or cite another source."),
        _dead,
    ),
]
