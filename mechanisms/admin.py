"""Editors' forms of mechanisms, reference records and the comparison."""

from django.contrib import admin

from editing.admin import PortalAdmin
from mechanisms.models import (
    Convention,
    Criterion,
    CriterionGroup,
    CriterionOption,
    Finding,
    Function,
    Fund,
    Indicator,
    Mechanism,
    Observation,
    Organization,
    OrganizationRole,
    Provision,
    ProvisionList,
)


@admin.register(Mechanism)
class MechanismAdmin(PortalAdmin):
    list_display = ["letter", "code", "name"]


@admin.register(Organization, Fund)
class KindAdmin(PortalAdmin):
    list_display = ["code", "name", "kind"]
    list_filter = ["kind"]


@admin.register(Convention)
class ConventionAdmin(PortalAdmin):
    list_display = ["code", "short_name", "adopted", "in_force"]


@admin.register(Function, CriterionGroup)
class PositionedAdmin(PortalAdmin):
    list_display = ["code", "name", "position"]


@admin.register(Criterion)
class CriterionAdmin(PortalAdmin):
    list_display = ["code", "name", "group", "kind", "position"]
    list_filter = ["group", "kind"]
    list_select_related = ["group"]


@admin.register(CriterionOption)
class CriterionOptionAdmin(PortalAdmin):
    list_display = ["code", "name", "criterion", "position"]
    list_filter = ["criterion"]
    list_select_related = ["criterion"]


@admin.register(OrganizationRole)
class OrganizationRoleAdmin(PortalAdmin):
    list_display = ["organization", "mechanism", "role"]
    list_filter = ["mechanism", "role"]
    list_select_related = ["organization", "mechanism"]
    search_fields = ["organization__code", "organization__name_en", "organization__name_zh_hans"]


@admin.register(Finding)
class FindingAdmin(PortalAdmin):
    list_display = ["mechanism", "criterion", "stated_on", "status"]
    list_filter = ["mechanism", "status", "criterion"]
    list_select_related = ["mechanism", "criterion"]
    search_fields = ["text_en", "text_zh_hans"]


@admin.register(ProvisionList)
class ProvisionListAdmin(PortalAdmin):
    list_display = ["code", "name", "mechanism", "stated_on"]
    list_select_related = ["mechanism"]


@admin.register(Provision)
class ProvisionAdmin(PortalAdmin):
    list_display = ["code", "label", "text"]
    list_filter = ["list"]
    search_fields = ["code", "text_en", "text_zh_hans"]


@admin.register(Indicator)
class IndicatorAdmin(PortalAdmin):
    list_display = ["code", "name", "mechanism"]
    list_filter = ["mechanism"]
    list_select_related = ["mechanism"]


@admin.register(Observation)
class ObservationAdmin(PortalAdmin):
    list_display = ["indicator", "value", "qualifier", "period", "stated_on"]
    list_filter = ["indicator__mechanism"]
    list_select_related = ["indicator"]
    search_fields = ["indicator__code", "indicator__name_en", "indicator__name_zh_hans"]
    importable = True
