"""Which fields of a ready-made question have a text in each language."""

from modeltranslation.translator import TranslationOptions, register

from options.models import Preset


@register(Preset)
class PresetTranslation(TranslationOptions):
    fields = ("name", "summary")
