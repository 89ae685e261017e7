"""Editors' forms of mechanisms, reference records and the comparison."""

from typing import ClassVar

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from editing.layout import PortalInline
from editing.records import PortalAdmin
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

FINDING_HELP = {
    "criterion": _("Which row of the comparison it answers."),
    "status": _(
        "Silent: the cited places were read and say nothing. Not assessed: nobody has looked yet. Conflicting: "
        "the cited places contradict each other, and the text says how."
    ),
    "options": _("The coded answers of this criterion that the text amounts to; filters and scores go by them."),
    "number": _("For criteria that ask for a number only."),
    "text": _("What the cited places say, in one to three sentences of our own words, without judging."),
}
OBSERVATION_HELP = {
    "value": _("The figure as the source gives it, in the indicator’s unit."),
    "qualifier": _("How the source gives it: exactly, about, more than, at most."),
    "period": _("The time that it covers, such as 1991-1993, where that is not the date of the statement."),
    "note": _("What the figure counts and leaves out, where it does not go without saying."),
}
PROVISION_HELP = {
    "label": _("As the source numbers it: (a), (c)(ii)."),
    "text": _("What the item asks for, in our own words."),
    "parent": _("The item of which it is a part."),
    "functions": _("The kinds of assistance that it falls under."),
}
OPTION_HELP = {"name": _("The coded answer, in two to five words.")}
ROLE_HELP = {
    "organization": _("The body."),
    "role": _("What it is in the mechanism."),
}


class FindingInline(PortalInline):
    model = Finding
    help_texts = FINDING_HELP
    ordering = ("criterion__group__position", "criterion__position", "stated_on")


class OrganizationRoleInline(PortalInline):
    model = OrganizationRole
    help_texts = ROLE_HELP


class CriterionOptionInline(PortalInline):
    model = CriterionOption
    help_texts = OPTION_HELP
    ordering = ("position",)


class ProvisionInline(PortalInline):
    model = Provision
    help_texts = PROVISION_HELP
    ordering = ("position",)


class ObservationInline(PortalInline):
    model = Observation
    help_texts = OBSERVATION_HELP
    ordering = ("stated_on",)


@admin.register(Mechanism)
class MechanismAdmin(PortalAdmin):
    list_display = ["letter", "code", "name"]
    list_filter = ["conventions", "functions"]
    search_fields: ClassVar[list[str]] = ["code", "name_en", "name_zh_hans", "short_name_en", "short_name_zh_hans"]
    inlines = (OrganizationRoleInline, FindingInline)
    help_texts: ClassVar = {
        "letter": _("Its letter in the note of 2010 and in every table."),
        "short_name": _("What tables and charts call it: a word or two."),
        "conventions": _("The treaties under which it works."),
        "funds": _("The money that pays for it."),
    }


@admin.register(Organization)
class OrganizationAdmin(PortalAdmin):
    list_display = ["code", "abbreviation", "name", "kind"]
    list_filter = ["kind"]
    search_fields: ClassVar[list[str]] = ["code", "name_en", "name_zh_hans", "abbreviation_en", "abbreviation_zh_hans"]
    help_texts: ClassVar = {"abbreviation": _("As texts in this language name it: UNEP, 环境署.")}


@admin.register(Fund)
class FundAdmin(PortalAdmin):
    list_display = ["code", "name", "kind", "administered_by"]
    list_filter = ["kind", "conventions"]
    list_select_related = ["administered_by"]
    help_texts: ClassVar = {
        "administered_by": _("Who holds the money, not who decides on it."),
        "conventions": _("The treaties whose Parties it serves."),
    }


@admin.register(Convention)
class ConventionAdmin(PortalAdmin):
    list_display = ["code", "short_name", "adopted", "in_force"]
    search_fields: ClassVar[list[str]] = ["code", "name_en", "name_zh_hans", "short_name_en", "short_name_zh_hans"]
    help_texts: ClassVar = {
        "name": _("The official title in this language, without quotation marks."),
        "short_name": _("As texts name it: Basel Convention, 《巴塞尔公约》."),
        "articles": _("The articles that promise technical assistance: Articles 10.3 and 14."),
    }


@admin.register(Function)
class FunctionAdmin(PortalAdmin):
    list_display = ["code", "name", "position"]
    help_texts: ClassVar = {
        "name": _("The kind of assistance, in a few words."),
        "description": _("What falls under it, in one sentence."),
    }


@admin.register(CriterionGroup)
class CriterionGroupAdmin(PortalAdmin):
    list_display = ["code", "name", "position"]
    help_texts: ClassVar = {"name": _("The heading, in a few words.")}


@admin.register(Criterion)
class CriterionAdmin(PortalAdmin):
    list_display = ["code", "name", "group", "kind", "position"]
    list_filter = ["group", "kind"]
    list_select_related = ["group"]
    search_fields: ClassVar[list[str]] = ["code", "name_en", "name_zh_hans", "question_en", "question_zh_hans"]
    inlines = (CriterionOptionInline,)
    help_texts: ClassVar = {
        "name": _("What tables call the row, in a few words."),
        "question": _("What is asked of every mechanism, as one question."),
        "kind": _("Text is read only; choices and numbers can be compared, filtered and scored."),
    }


@admin.register(CriterionOption)
class CriterionOptionAdmin(PortalAdmin):
    list_display = ["code", "name", "criterion", "position"]
    list_filter = ["criterion"]
    list_select_related = ["criterion"]
    help_texts = OPTION_HELP


@admin.register(OrganizationRole)
class OrganizationRoleAdmin(PortalAdmin):
    list_display = ["organization", "mechanism", "role"]
    list_filter = ["mechanism", "role"]
    list_select_related = ["organization", "mechanism"]
    search_fields = ["organization__code", "organization__name_en", "organization__name_zh_hans"]
    help_texts = ROLE_HELP


@admin.register(Finding)
class FindingAdmin(PortalAdmin):
    list_display = ["mechanism", "criterion", "stated_on", "status"]
    list_filter = ["mechanism", "status", "criterion__group", "criterion"]
    list_select_related = ["mechanism", "criterion"]
    search_fields = ["text_en", "text_zh_hans", "criterion__name_en", "criterion__name_zh_hans"]
    date_hierarchy = "stated_on"
    help_texts = FINDING_HELP


@admin.register(ProvisionList)
class ProvisionListAdmin(PortalAdmin):
    list_display = ["code", "name", "mechanism", "stated_on"]
    list_filter = ["mechanism"]
    list_select_related = ["mechanism"]
    inlines = (ProvisionInline,)
    help_texts: ClassVar = {
        "name": _("What the list enumerates, in a few words."),
        "criterion": _("The row of the comparison that it answers item by item."),
    }


@admin.register(Provision)
class ProvisionAdmin(PortalAdmin):
    list_display = ["code", "label", "text"]
    list_filter = ["list", "functions"]
    search_fields = ["code", "text_en", "text_zh_hans"]
    help_texts = PROVISION_HELP


@admin.register(Indicator)
class IndicatorAdmin(PortalAdmin):
    list_display = ["code", "name", "mechanism"]
    list_filter = ["mechanism"]
    list_select_related = ["mechanism"]
    inlines = (ObservationInline,)
    help_texts: ClassVar = {
        "name": _("What is counted, in a few words."),
        "unit": _("What one of them is, as it stands behind the number."),
    }


@admin.register(Observation)
class ObservationAdmin(PortalAdmin):
    list_display = ["indicator", "value", "qualifier", "period", "stated_on"]
    list_filter = ["indicator__mechanism", "qualifier"]
    list_select_related = ["indicator"]
    search_fields = ["indicator__code", "indicator__name_en", "indicator__name_zh_hans", "note_en", "note_zh_hans"]
    date_hierarchy = "stated_on"
    help_texts = OBSERVATION_HELP
    importable = True
