"""The rows and cells of the comparison, enumerated provisions and reported figures."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from mechanisms.querysets import (
    CriterionQuerySet,
    FindingQuerySet,
    IndicatorQuerySet,
    ObservationQuerySet,
    PositionedQuerySet,
    ProvisionQuerySet,
)
from mechanisms.reference_models import Function, Mechanism
from publishing.models import CodedModel, SearchableModel, StatedModel, TranslatedModel, both_languages_filled
from sources.models import CitedModel


class CriterionGroup(CodedModel):
    """A heading under which criteria stand: identity, delivery, services, hosting and status, finance, lessons."""

    name = models.CharField(_("name"), max_length=100)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    objects = models.Manager.from_queryset(PositionedQuerySet)()

    class Meta:
        verbose_name = _("criterion group")
        verbose_name_plural = _("criterion groups")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=both_languages_filled("name"), name="mechanisms_criteriongroup_name"),
        ]

    def __str__(self) -> str:
        return self.name


class CriterionKind(models.TextChoices):
    TEXT = "text", pgettext_lazy("kind of criterion", "text")
    CHOICE = "choice", pgettext_lazy("kind of criterion", "choice")
    NUMBER = "number", pgettext_lazy("kind of criterion", "number")


class Criterion(CodedModel):
    """A row of the comparison: a question asked of every mechanism."""

    group = models.ForeignKey(CriterionGroup, models.PROTECT, related_name="criteria", verbose_name=_("group"))
    name = models.CharField(_("name"), max_length=100)
    question = models.CharField(_("question"), max_length=300)
    kind = models.CharField(_("kind"), max_length=6, choices=CriterionKind)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    objects = models.Manager.from_queryset(CriterionQuerySet)()

    class Meta:
        verbose_name = _("criterion")
        verbose_name_plural = _("criteria")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=both_languages_filled("name"), name="mechanisms_criterion_name"),
            models.CheckConstraint(condition=Q(kind__in=CriterionKind.values), name="mechanisms_criterion_kind"),
        ]

    def __str__(self) -> str:
        return self.name


class CriterionOption(CodedModel):
    """A coded answer to a criterion, by which findings are filtered, compared and scored.

    Its code is unique across criteria: ``host-arrangement-university`` and not ``university``.
    """

    criterion = models.ForeignKey(Criterion, models.CASCADE, related_name="options", verbose_name=_("criterion"))
    name = models.CharField(_("name"), max_length=100)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    objects = models.Manager.from_queryset(PositionedQuerySet)()

    class Meta:
        verbose_name = _("option")
        verbose_name_plural = _("options")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=both_languages_filled("name"), name="mechanisms_criterionoption_name"),
        ]

    def __str__(self) -> str:
        return self.name


class FindingStatus(models.TextChoices):
    """Silence is typed: "no" and "not said" are different facts."""

    STATED = "stated", _("stated")
    #: The sources that are cited were read and say nothing.
    SILENT = "silent", _("silent")
    NOT_APPLICABLE = "not-applicable", _("not applicable")
    NOT_ASSESSED = "not-assessed", _("not assessed")
    #: The sources that are cited contradict each other; the text says how.
    CONFLICTING = "conflicting", _("conflicting")


class Finding(TranslatedModel, StatedModel, CitedModel, SearchableModel):
    """What the sources say of one mechanism on one criterion on one date: a cell of the comparison."""

    key_fields = ("mechanism__code", "criterion__code", "stated_on")

    mechanism = models.ForeignKey(Mechanism, models.CASCADE, related_name="findings", verbose_name=_("mechanism"))
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="findings", verbose_name=_("criterion"))
    status = models.CharField(_("status"), max_length=16, choices=FindingStatus)
    options = models.ManyToManyField(CriterionOption, blank=True, related_name="findings", verbose_name=_("options"))
    number = models.DecimalField(_("number"), max_digits=16, decimal_places=2, null=True, blank=True)
    text = models.TextField(_("text"), blank=True)

    search_title = ("mechanism__short_name", "criterion__name")
    search_texts = ("text", "options__name", "criterion__question")

    objects = models.Manager.from_queryset(FindingQuerySet)()

    class Meta:
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["mechanism", "criterion", "stated_on"], name="mechanisms_finding_cell"),
            models.CheckConstraint(condition=Q(status__in=FindingStatus.values), name="mechanisms_finding_status"),
            models.CheckConstraint(
                condition=~Q(status__in=[FindingStatus.STATED, FindingStatus.CONFLICTING])
                | both_languages_filled("text"),
                name="mechanisms_finding_text",
                violation_error_message=_("A stated or conflicting finding needs text in both languages."),
            ),
        ]

    def __str__(self) -> str:
        return _("%(mechanism)s – %(criterion)s (%(date)s)") % {
            "mechanism": self.mechanism.short_name,
            "criterion": self.criterion,
            "date": self.stated_on_date.display(),
        }

    def get_absolute_url(self) -> str:
        return f"{self.mechanism.get_absolute_url()}#{self.criterion.code}"


class ProvisionList(CodedModel, StatedModel):
    """An enumerated list in a source, such as the nine core functions of the Basel centres."""

    mechanism = models.ForeignKey(
        Mechanism, models.CASCADE, related_name="provision_lists", verbose_name=_("mechanism")
    )
    name = models.CharField(_("name"), max_length=200)
    #: The row of the comparison that the list answers item by item; its cell unfolds into it.
    criterion = models.ForeignKey(
        Criterion,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="provision_lists",
        verbose_name=_("criterion"),
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    objects = models.Manager.from_queryset(PositionedQuerySet)()

    class Meta:
        verbose_name = _("list of provisions")
        verbose_name_plural = _("lists of provisions")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=both_languages_filled("name"), name="mechanisms_provisionlist_name"),
        ]

    def __str__(self) -> str:
        return self.name


class Provision(CodedModel, CitedModel, SearchableModel):
    """An item of an enumerated list in a source, in our own words."""

    list = models.ForeignKey(ProvisionList, models.CASCADE, related_name="provisions", verbose_name=_("list"))
    parent = models.ForeignKey(
        "self", models.CASCADE, null=True, blank=True, related_name="children", verbose_name=_("parent")
    )
    label = models.CharField(_("label"), max_length=10)
    text = models.TextField(_("text"))
    functions = models.ManyToManyField(Function, blank=True, related_name="provisions", verbose_name=_("functions"))
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    search_title = ("list__mechanism__short_name", "list__name")
    search_texts = ("text",)

    objects = models.Manager.from_queryset(ProvisionQuerySet)()

    class Meta:
        verbose_name = _("provision")
        verbose_name_plural = _("provisions")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=both_languages_filled("text"), name="mechanisms_provision_text"),
        ]

    def __str__(self) -> str:
        return f"{self.label} {self.text}"

    def get_absolute_url(self) -> str:
        return f"{self.list.mechanism.get_absolute_url()}#{self.code}"


class Indicator(CodedModel, SearchableModel):
    """A figure that sources report, such as the number of endorsed centres."""

    mechanism = models.ForeignKey(Mechanism, models.CASCADE, related_name="indicators", verbose_name=_("mechanism"))
    name = models.CharField(_("name"), max_length=200)
    unit = models.CharField(_("unit"), max_length=60)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    search_title = ("mechanism__short_name", "name")
    search_texts = ("unit", "observations__note")

    objects = models.Manager.from_queryset(IndicatorQuerySet)()

    # Set by the querysets' with_observations().
    figures: "list[Observation]"

    class Meta:
        verbose_name = _("indicator")
        verbose_name_plural = _("indicators")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=both_languages_filled("name"), name="mechanisms_indicator_name"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_of_years(self) -> bool:
        """Tell whether its figures are years, which are names: no unit, no thousands, no scale from zero."""
        return bool(self.unit_en == "year")  # type: ignore[attr-defined]

    def get_absolute_url(self) -> str:
        return reverse("indicator-detail", args=[self.code])


class Qualifier(models.TextChoices):
    EXACT = "exact", pgettext_lazy("figure", "exactly")
    ABOUT = "about", pgettext_lazy("figure", "about")
    MORE_THAN = "more-than", pgettext_lazy("figure", "more than")
    AT_MOST = "at-most", pgettext_lazy("figure", "at most")


class Observation(TranslatedModel, StatedModel, CitedModel):
    """A reported figure with its date and source; figures that disagree stand side by side."""

    key_fields = ("indicator__code", "stated_on", "period", "value")

    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="observations", verbose_name=_("indicator"))
    #: In units of the indicator.
    value = models.DecimalField(_("value"), max_digits=18, decimal_places=2)
    qualifier = models.CharField(_("qualifier"), max_length=10, choices=Qualifier, default=Qualifier.EXACT)
    #: What stretch of time the figure covers, such as 1991-1993, where it is not the date of the statement.
    period = models.CharField(_("period"), max_length=20, blank=True)
    note = models.TextField(_("note"), blank=True)

    objects = models.Manager.from_queryset(ObservationQuerySet)()

    class Meta:
        verbose_name = _("observation")
        verbose_name_plural = _("observations")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["indicator", "stated_on", "period", "value"], name="mechanisms_observation_figure"
            ),
            models.CheckConstraint(
                condition=Q(qualifier__in=Qualifier.values), name="mechanisms_observation_qualifier"
            ),
        ]

    def __str__(self) -> str:
        return _("%(label)s: %(value)s") % {"label": self.indicator, "value": self.figure}

    @property
    def figure(self) -> str:
        """Return the figure with its qualifier and unit: "more than 800 centres", "1992"."""
        if self.indicator.is_of_years:
            return self._value
        parts = {"qualifier": self.get_qualifier_display(), "value": self._value, "unit": self.indicator.unit}
        if self.qualifier == Qualifier.EXACT:
            return _("%(value)s %(unit)s") % parts
        return _("%(qualifier)s %(value)s %(unit)s") % parts

    @property
    def number(self) -> str:
        """Return the figure with its qualifier, for where the unit is plain: "more than 800", "1992"."""
        if self.qualifier == Qualifier.EXACT:
            return self._value
        return _("%(qualifier)s %(value)s") % {"qualifier": self.get_qualifier_display(), "value": self._value}

    @property
    def _value(self) -> str:
        """Return the bare value, thousands apart, without needless zeros."""
        if self.indicator.is_of_years:
            return f"{self.value:.0f}"
        whole = self.value == self.value.to_integral_value()
        return f"{self.value:,.0f}" if whole else f"{self.value.normalize():,f}"

    def get_absolute_url(self) -> str:
        return self.indicator.get_absolute_url()
