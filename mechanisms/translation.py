"""Which fields of mechanisms and of the comparison have a text in each language."""

from modeltranslation.translator import TranslationOptions, register

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


@register(Organization)
class OrganizationTranslation(TranslationOptions):
    fields = ("name", "abbreviation", "summary", "sort_key")


@register(Convention)
class ConventionTranslation(TranslationOptions):
    fields = ("name", "short_name", "articles", "summary", "sort_key")


@register(Fund)
class FundTranslation(TranslationOptions):
    fields = ("name", "summary", "sort_key")


@register(Function)
class FunctionTranslation(TranslationOptions):
    fields = ("name", "description")


@register(Mechanism)
class MechanismTranslation(TranslationOptions):
    fields = ("name", "short_name", "summary")


@register(OrganizationRole)
class OrganizationRoleTranslation(TranslationOptions):
    fields = ("note",)


@register([CriterionGroup, CriterionOption, ProvisionList])
class NameTranslation(TranslationOptions):
    fields = ("name",)


@register(Criterion)
class CriterionTranslation(TranslationOptions):
    fields = ("name", "question")


@register([Finding, Provision])
class TextTranslation(TranslationOptions):
    fields = ("text",)


@register(Indicator)
class IndicatorTranslation(TranslationOptions):
    fields = ("name", "unit")


@register(Observation)
class ObservationTranslation(TranslationOptions):
    fields = ("note",)
