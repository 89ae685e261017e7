"""Filters of the lists of mechanisms, reference records and the cells of the comparison."""

import datetime
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.translation import gettext_lazy as _

from mechanisms.models import (
    Convention,
    Criterion,
    CriterionGroup,
    CriterionOption,
    Finding,
    FindingStatus,
    Function,
    Fund,
    FundKind,
    Indicator,
    Mechanism,
    Observation,
    Organization,
    OrganizationKind,
    OrganizationRole,
    Provision,
    ProvisionList,
    RoleKind,
)
from mechanisms.querysets import (
    ConventionQuerySet,
    CriterionQuerySet,
    FindingQuerySet,
    FundQuerySet,
    IndicatorQuerySet,
    MechanismQuerySet,
    ObservationQuerySet,
    OrganizationQuerySet,
    PositionedQuerySet,
    ProvisionQuerySet,
)
from publishing.filters import CodesFilter, QueryFilterSet, TextFilter, VocabularyFilter, choice_counts
from publishing.querysets import in_force


def mechanism_options() -> Any:
    """Return code and short name of every mechanism, in reading order."""
    return Mechanism.objects.in_reading_order().values_list("code", "short_name")


def function_options() -> Any:
    """Return code and name of every function, in reading order."""
    return Function.objects.in_reading_order().values_list("code", "name")


def convention_options() -> Any:
    """Return code and short name of every convention, in reading order."""
    return Convention.objects.in_reading_order().values_list("code", "short_name")


def group_options() -> Any:
    """Return code and name of every group of criteria, in the order of the comparison."""
    return CriterionGroup.objects.in_reading_order().values_list("code", "name")


def option_options() -> list[tuple[str, str, str]]:
    """Return every coded answer under its criterion."""
    options = CriterionOption.objects.select_related("criterion").order_by(
        "criterion__group__position", "criterion__position", "position", "pk"
    )
    return [(option.code, option.name, option.criterion.name) for option in options]


def _options_of(code: str) -> Any:
    return lambda: CriterionOption.objects.filter(criterion__code=code).in_reading_order().values_list("code", "name")


def _mechanisms_by_option(queryset: QuerySet[Any], date: datetime.date) -> dict[str, int]:
    findings = Finding.objects.latest_as_of(date).filter(mechanism__in=queryset.order_by(), options__isnull=False)
    return dict(findings.order_by().values_list("options__code").annotate(n=Count("mechanism", distinct=True)))


class MechanismFilterSet(QueryFilterSet[MechanismQuerySet]):
    """Facets from coded criteria: the questions that negotiators ask first."""

    function = CodesFilter(
        label=_("Function"), options=function_options, counts=choice_counts("functions__code"), method="filter_function"
    )
    convention = CodesFilter(
        label=_("Convention"),
        options=convention_options,
        counts=choice_counts("conventions__code"),
        method="filter_convention",
    )
    level = CodesFilter(
        label=_("Level of operation"),
        options=_options_of("level-of-operation"),
        counts=_mechanisms_by_option,
        method="filter_option",
    )
    structure = CodesFilter(
        label=_("Delivery structure"),
        options=_options_of("delivery-structure"),
        counts=_mechanisms_by_option,
        method="filter_option",
    )
    financing = CodesFilter(
        label=_("Financing model"),
        options=_options_of("financing-model"),
        counts=_mechanisms_by_option,
        method="filter_option",
    )
    q = TextFilter(label=_("Words"))

    def base(self, date: datetime.date) -> MechanismQuerySet:
        return Mechanism.objects.as_of(date)

    def shown(self, queryset: MechanismQuerySet, date: datetime.date) -> MechanismQuerySet:
        return queryset.with_related().in_reading_order()

    def filter_function(self, queryset: MechanismQuerySet, name: str, value: list[str]) -> MechanismQuerySet:
        if not value:
            return queryset
        return queryset.filter(pk__in=Mechanism.objects.filter(functions__code__in=value).values("pk"))

    def filter_convention(self, queryset: MechanismQuerySet, name: str, value: list[str]) -> MechanismQuerySet:
        if not value:
            return queryset
        return queryset.filter(pk__in=Mechanism.objects.filter(conventions__code__in=value).values("pk"))

    def filter_option(self, queryset: MechanismQuerySet, name: str, value: list[str]) -> MechanismQuerySet:
        return queryset.with_options(value, self.as_of_date) if value else queryset


class ConventionFilterSet(QueryFilterSet[ConventionQuerySet]):
    mechanism = CodesFilter(
        label=_("Mechanism"),
        options=mechanism_options,
        counts=choice_counts("mechanisms__code"),
        method="filter_mechanism",
    )
    q = TextFilter(label=_("Words"))

    def base(self, date: datetime.date) -> ConventionQuerySet:
        return Convention.objects.as_of(date)

    def shown(self, queryset: ConventionQuerySet, date: datetime.date) -> ConventionQuerySet:
        return queryset.with_related().in_reading_order()

    def filter_mechanism(self, queryset: ConventionQuerySet, name: str, value: list[str]) -> ConventionQuerySet:
        if not value:
            return queryset
        return queryset.filter(pk__in=Convention.objects.filter(mechanisms__code__in=value).values("pk"))


class FundFilterSet(QueryFilterSet[FundQuerySet]):
    kind = VocabularyFilter(label=_("Kind"), vocabulary=FundKind, counts=choice_counts("kind"))
    convention = CodesFilter(
        label=_("Convention served"),
        options=convention_options,
        counts=choice_counts("conventions__code"),
        method="filter_convention",
    )
    q = TextFilter(label=_("Words"))

    def base(self, date: datetime.date) -> FundQuerySet:
        return Fund.objects.as_of(date)

    def shown(self, queryset: FundQuerySet, date: datetime.date) -> FundQuerySet:
        return queryset.with_related().in_reading_order()

    def filter_convention(self, queryset: FundQuerySet, name: str, value: list[str]) -> FundQuerySet:
        if not value:
            return queryset
        return queryset.filter(pk__in=Fund.objects.filter(conventions__code__in=value).values("pk"))


def _organizations_by_role(column: str) -> Any:
    def counts(queryset: QuerySet[Any], date: datetime.date) -> dict[str, int]:
        roles = OrganizationRole.objects.filter(in_force(date), organization__in=queryset.order_by())
        return dict(roles.order_by().values_list(column).annotate(n=Count("organization", distinct=True)))

    return counts


class OrganizationFilterSet(QueryFilterSet[OrganizationQuerySet]):
    kind = VocabularyFilter(label=_("Kind"), vocabulary=OrganizationKind, counts=choice_counts("kind"))
    mechanism = CodesFilter(
        label=_("Mechanism"),
        options=mechanism_options,
        counts=_organizations_by_role("mechanism__code"),
        method="filter_mechanism",
    )
    role = VocabularyFilter(
        label=_("Role"), vocabulary=RoleKind, counts=_organizations_by_role("role"), method="filter_role"
    )
    q = TextFilter(label=_("Words"))

    def base(self, date: datetime.date) -> OrganizationQuerySet:
        return Organization.objects.all()

    def shown(self, queryset: OrganizationQuerySet, date: datetime.date) -> OrganizationQuerySet:
        return queryset.with_related(date).in_reading_order()

    def _with_role(self, queryset: OrganizationQuerySet, **condition: Any) -> OrganizationQuerySet:
        roles = OrganizationRole.objects.filter(in_force(self.as_of_date), **condition)
        return queryset.filter(pk__in=roles.values("organization"))

    def filter_mechanism(self, queryset: OrganizationQuerySet, name: str, value: list[str]) -> OrganizationQuerySet:
        return self._with_role(queryset, mechanism__code__in=value) if value else queryset

    def filter_role(self, queryset: OrganizationQuerySet, name: str, value: list[str]) -> OrganizationQuerySet:
        return self._with_role(queryset, role__in=value) if value else queryset


class FunctionFilterSet(QueryFilterSet[PositionedQuerySet]):
    def base(self, date: datetime.date) -> PositionedQuerySet:
        return Function.objects.all()

    def shown(self, queryset: PositionedQuerySet, date: datetime.date) -> PositionedQuerySet:
        return queryset.in_reading_order()


class CriterionFilterSet(QueryFilterSet[CriterionQuerySet]):
    group = CodesFilter(
        label=_("Group"),
        field_name="group__code",
        options=group_options,
        counts=choice_counts("group__code"),
    )

    def base(self, date: datetime.date) -> CriterionQuerySet:
        return Criterion.objects.all()

    def shown(self, queryset: CriterionQuerySet, date: datetime.date) -> CriterionQuerySet:
        return queryset.with_group().with_options().in_reading_order()


def criterion_options() -> Any:
    """Return code and name of every criterion, in the order of the comparison."""
    return Criterion.objects.in_reading_order().values_list("code", "name")


class FindingFilterSet(QueryFilterSet[FindingQuerySet]):
    """The findings in force on the date: the latest of each cell."""

    mechanism = CodesFilter(
        label=_("Mechanism"),
        field_name="mechanism__code",
        options=mechanism_options,
        counts=choice_counts("mechanism__code"),
    )
    criterion = CodesFilter(
        label=_("Criterion"),
        field_name="criterion__code",
        options=criterion_options,
        counts=choice_counts("criterion__code"),
    )
    status = VocabularyFilter(label=_("Status"), vocabulary=FindingStatus, counts=choice_counts("status"))
    option = CodesFilter(
        label=_("Option"), options=option_options, counts=choice_counts("options__code"), method="filter_option"
    )
    q = TextFilter(label=_("Words"))

    def base(self, date: datetime.date) -> FindingQuerySet:
        return Finding.objects.latest_as_of(date)

    def shown(self, queryset: FindingQuerySet, date: datetime.date) -> FindingQuerySet:
        return queryset.with_related().in_reading_order()

    def filter_option(self, queryset: FindingQuerySet, name: str, value: list[str]) -> FindingQuerySet:
        return (
            queryset.filter(pk__in=Finding.objects.filter(options__code__in=value).values("pk")) if value else queryset
        )


class ProvisionFilterSet(QueryFilterSet[ProvisionQuerySet]):
    mechanism = CodesFilter(
        label=_("Mechanism"),
        field_name="list__mechanism__code",
        options=mechanism_options,
        counts=choice_counts("list__mechanism__code"),
    )
    list = CodesFilter(
        label=_("List"),
        field_name="list__code",
        options=lambda: ProvisionList.objects.in_reading_order().values_list("code", "name"),
        counts=choice_counts("list__code"),
    )
    function = CodesFilter(
        label=_("Function"), options=function_options, counts=choice_counts("functions__code"), method="filter_function"
    )
    q = TextFilter(label=_("Words"))

    def base(self, date: datetime.date) -> ProvisionQuerySet:
        return Provision.objects.as_of(date)

    def shown(self, queryset: ProvisionQuerySet, date: datetime.date) -> ProvisionQuerySet:
        return queryset.with_related().in_reading_order()

    def filter_function(self, queryset: ProvisionQuerySet, name: str, value: Any) -> ProvisionQuerySet:
        return (
            queryset.filter(pk__in=Provision.objects.filter(functions__code__in=value).values("pk"))
            if value
            else queryset
        )


class IndicatorFilterSet(QueryFilterSet[IndicatorQuerySet]):
    mechanism = CodesFilter(
        label=_("Mechanism"),
        field_name="mechanism__code",
        options=mechanism_options,
        counts=choice_counts("mechanism__code"),
    )
    q = TextFilter(label=_("Words"))

    def base(self, date: datetime.date) -> IndicatorQuerySet:
        return Indicator.objects.all()

    def shown(self, queryset: IndicatorQuerySet, date: datetime.date) -> IndicatorQuerySet:
        return queryset.with_observations(date).in_reading_order()


class ObservationFilterSet(QueryFilterSet[ObservationQuerySet]):
    mechanism = CodesFilter(
        label=_("Mechanism"),
        field_name="indicator__mechanism__code",
        options=mechanism_options,
        counts=choice_counts("indicator__mechanism__code"),
    )
    indicator = CodesFilter(
        label=_("Indicator"),
        field_name="indicator__code",
        options=lambda: Indicator.objects.in_reading_order().values_list("code", "name"),
        counts=choice_counts("indicator__code"),
    )

    def base(self, date: datetime.date) -> ObservationQuerySet:
        return Observation.objects.as_of(date)

    def shown(self, queryset: ObservationQuerySet, date: datetime.date) -> ObservationQuerySet:
        return queryset.with_related().in_reading_order()
