"""Nobody takes a statement's only citation away: not with the citation, nor all at once.

A citation removed from one statement is not refused here: for the database that is the first half of an exchange.
"""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Count, ProtectedError
from django.db.models.signals import m2m_changed, pre_delete
from django.utils.translation import gettext as _

from sources.models import Citation, CitedModel
from sources.statements import cited_models


def connect() -> None:
    """Listen to what would leave a statement without a citation."""
    pre_delete.connect(_keep_only_citation, sender=Citation)
    for model in cited_models():
        m2m_changed.connect(_refuse_clearing, sender=model.citations.through)


def resting_only_on(citation: Citation) -> list[CitedModel]:
    """Return the records that have no other citation: a query for each kind of record that cites."""
    found: list[CitedModel] = []
    for model in cited_models():
        through = model.citations.through._base_manager
        column = str(model._meta.model_name)
        cited = through.filter(citation=citation).values(column)
        only = through.filter(**{f"{column}__in": cited}).values(column).annotate(n=Count("pk")).filter(n=1)
        found += model._base_manager.filter(pk__in=only.values(column)).order_by("pk")
    return found


def _keep_only_citation(instance: Citation, **kwargs: Any) -> None:
    if resting := resting_only_on(instance):
        raise ProtectedError(_("It is the only citation of other records."), set(resting))


def _refuse_clearing(instance: models.Model, action: str, reverse: bool, **kwargs: Any) -> None:
    if action != "pre_clear":
        return
    if not reverse or (isinstance(instance, Citation) and resting_only_on(instance)):
        raise ValidationError({"citations": _("A statement needs at least one citation.")})
