"""Named querysets of mechanisms and of the comparison."""

import datetime
from typing import Self

from django.db.models import F, Max, OuterRef, Prefetch, Q, Subquery

from publishing.querysets import CodedQuerySet, DatedQuerySet, StatedQuerySet, in_force
from sources.querysets import with_citations


class PositionedQuerySet(CodedQuerySet):
    def in_reading_order(self, prefix: str = "") -> Self:
        """Order as the field lists them, which is the same in every language."""
        return self.order_by(f"{prefix}position", "pk")


class OrganizationQuerySet(CodedQuerySet):
    def with_related(self, date: datetime.date) -> Self:
        """Prefetch citations and, as ``current_roles``, what the organization does in which mechanism on ``date``."""
        from mechanisms.models import OrganizationRole

        roles = OrganizationRole.objects.as_of(date).with_related().order_by("mechanism__position", "role", "pk")
        return self.prefetch_related(Prefetch("roles", queryset=roles, to_attr="current_roles"), with_citations())


class OrganizationRoleQuerySet(DatedQuerySet):
    def with_related(self) -> Self:
        """Join mechanism and organization; prefetch the citations."""
        return self.select_related("mechanism", "organization").prefetch_related(with_citations())


class ConventionQuerySet(CodedQuerySet):
    def as_of(self, date: datetime.date) -> Self:
        """Return the conventions adopted by ``date``; an unknown date of adoption counts as long ago."""
        return self.filter(Q(adopted__isnull=True) | Q(adopted__lte=date))

    def with_related(self) -> Self:
        """Join the secretariat; prefetch mechanisms, funds and citations."""
        from mechanisms.models import Fund, Mechanism

        return self.select_related("secretariat").prefetch_related(
            Prefetch("mechanisms", queryset=Mechanism.objects.in_reading_order()),
            Prefetch("funds", queryset=Fund.objects.in_reading_order()),
            with_citations(),
        )


class FundQuerySet(CodedQuerySet):
    def as_of(self, date: datetime.date) -> Self:
        """Return the funds that existed on ``date``."""
        return self.filter(in_force(date))

    def with_related(self) -> Self:
        """Join the administrator; prefetch conventions, mechanisms and citations."""
        from mechanisms.models import Convention, Mechanism

        return self.select_related("administered_by").prefetch_related(
            Prefetch("conventions", queryset=Convention.objects.in_reading_order()),
            Prefetch("mechanisms", queryset=Mechanism.objects.in_reading_order()),
            with_citations(),
        )


class MechanismQuerySet(PositionedQuerySet):
    def as_of(self, date: datetime.date) -> Self:
        """Return the mechanisms that existed on ``date``."""
        return self.filter(in_force(date))

    def with_related(self) -> Self:
        """Prefetch what a list or a profile names: functions, conventions, funds, roles, citations."""
        from mechanisms.models import Convention, Function, Fund, OrganizationRole

        roles = OrganizationRole.objects.select_related("organization").prefetch_related(with_citations())
        return self.prefetch_related(
            Prefetch("functions", queryset=Function.objects.in_reading_order()),
            Prefetch("conventions", queryset=Convention.objects.in_reading_order()),
            Prefetch("funds", queryset=Fund.objects.in_reading_order()),
            Prefetch("roles", queryset=roles.order_by("role", "pk")),
            with_citations(),
        )

    def with_options(self, codes: list[str], date: datetime.date) -> Self:
        """Return the mechanisms of which the sources, as of ``date``, state one of the coded options."""
        from mechanisms.models import Finding

        return self.filter(
            pk__in=Finding.objects.latest_as_of(date).filter(options__code__in=codes).values("mechanism")
        )


class CriterionQuerySet(CodedQuerySet):
    def in_reading_order(self, prefix: str = "") -> Self:
        return self.order_by(f"{prefix}group__position", f"{prefix}position", "pk")

    def with_group(self) -> Self:
        return self.select_related("group")

    def with_options(self) -> Self:
        """Prefetch the coded options in their order."""
        from mechanisms.models import CriterionOption

        return self.prefetch_related(Prefetch("options", queryset=CriterionOption.objects.in_reading_order()))


class FindingQuerySet(StatedQuerySet):
    def latest_as_of(self, date: datetime.date) -> Self:
        """Return, of each mechanism and criterion, the latest finding not after ``date``."""
        latest = (
            self.model.objects.filter(
                mechanism=OuterRef("mechanism"), criterion=OuterRef("criterion"), stated_on__lte=date
            )
            .order_by()
            .values("mechanism", "criterion")
            .annotate(latest=Max("stated_on"))
            .values("latest")
        )
        # There is one; Django 6 asks that it be said.
        return self.filter(stated_on=Subquery(latest[:1]))

    def in_reading_order(self, prefix: str = "") -> Self:
        """Order by row, then column, then newest first."""
        return self.order_by(
            "criterion__group__position", "criterion__position", "mechanism__position", "-stated_on", "pk"
        )

    def as_cells(self, date: datetime.date) -> "Prefetch[str, FindingQuerySet, str]":
        """Return the prefetch of a row's or column's latest findings on ``date`` as ``current_findings``."""
        rows = self.latest_as_of(date).with_related().in_reading_order()
        return Prefetch("findings", queryset=rows, to_attr="current_findings")

    def with_related(self) -> Self:
        """Join what a cell shows; three queries more for any number of cells."""
        from mechanisms.models import CriterionOption

        return self.select_related("mechanism", "criterion__group").prefetch_related(
            Prefetch("options", queryset=CriterionOption.objects.in_reading_order()), with_citations()
        )


class ProvisionQuerySet(CodedQuerySet):
    def as_of(self, date: datetime.date) -> Self:
        """Return the items of lists that had been stated by ``date``."""
        return self.filter(list__stated_on__lte=date)

    def in_reading_order(self, prefix: str = "") -> Self:
        return self.order_by("list__mechanism__position", "list__position", "position", "pk")

    def with_source_list(self) -> Self:
        """Join the list of each item and prefetch its citations."""
        return self.select_related("list").prefetch_related(with_citations())

    def with_related(self) -> Self:
        """Join list, mechanism and parent; prefetch functions and citations."""
        from mechanisms.models import Function

        return self.select_related("list__mechanism", "parent").prefetch_related(
            Prefetch("functions", queryset=Function.objects.in_reading_order()), with_citations()
        )


class IndicatorQuerySet(CodedQuerySet):
    def in_reading_order(self, prefix: str = "") -> Self:
        return self.order_by(f"{prefix}mechanism__position", f"{prefix}position", "pk")

    def with_observations(self, date: datetime.date) -> Self:
        """Prefetch, as ``figures``, the figures reported by ``date``, oldest first."""
        from mechanisms.models import Observation

        figures = (
            Observation.objects.as_of(date)
            .order_by("stated_on", "period", "value", "pk")
            .prefetch_related(with_citations())
        )
        return self.select_related("mechanism").prefetch_related(
            Prefetch("observations", queryset=figures, to_attr="figures")
        )


class ObservationQuerySet(StatedQuerySet):
    def in_reading_order(self, prefix: str = "") -> Self:
        return self.order_by(
            "indicator__mechanism__position", "indicator__position", F("stated_on").asc(), "period", "value", "pk"
        )

    def with_related(self) -> Self:
        """Join indicator and mechanism; prefetch the citations."""
        return self.select_related("indicator__mechanism").prefetch_related(with_citations())
