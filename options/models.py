"""Questions to start from: what an instrument was, or could be, asked to have."""

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from options.querysets import PresetQuerySet
from publishing.models import CodedModel, both_languages_filled
from sources.models import CitedModel


class Preset(CodedModel, CitedModel):
    """A question put to the options, such as what the negotiators of a mercury instrument asked for in 2010.

    Rests on the places that ask so.
    """

    name = models.CharField(_("name"), max_length=100)
    summary = models.TextField(_("summary"))
    query = models.CharField(
        _("query"), max_length=2000, help_text=_("What stands behind the question mark in the address of the page.")
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    objects = models.Manager.from_queryset(PresetQuerySet)()

    class Meta:
        verbose_name = _("ready-made question")
        verbose_name_plural = _("ready-made questions")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=both_languages_filled("name"), name="options_preset_name"),
            models.CheckConstraint(condition=both_languages_filled("summary"), name="options_preset_summary"),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Raise ValidationError where the page would refuse the query, or nothing is asked for."""
        from options.filters import OptionsFilterSet

        super().clean()
        filterset = OptionsFilterSet(QueryDict(self.query))
        problems = [f"{name}: {message}" for name, messages in filterset.problems.items() for message in messages]
        if not problems and not filterset.needs:
            problems = [str(_("Nothing is asked for."))]
        if problems:
            raise ValidationError({"query": problems})

    def get_absolute_url(self) -> str:
        return f"{reverse('options')}?{self.query}"
