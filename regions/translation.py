"""Which fields of regions and countries have a text in each language."""

from modeltranslation.translator import TranslationOptions, register

from regions.models import Country, FormerName, Membership, Region, RegionScheme


@register(RegionScheme)
class RegionSchemeTranslation(TranslationOptions):
    fields = ("name", "authority", "note")


@register(Region)
class RegionTranslation(TranslationOptions):
    fields = ("name", "note")


@register(Country)
class CountryTranslation(TranslationOptions):
    fields = ("name", "sort_key")


@register(FormerName)
class FormerNameTranslation(TranslationOptions):
    fields = ("name",)


@register(Membership)
class MembershipTranslation(TranslationOptions):
    fields = ("note",)
