"""Which fields of sources have a text in each language."""

from modeltranslation.translator import TranslationOptions, register

from sources.models import Source


@register(Source)
class SourceTranslation(TranslationOptions):
    fields = ("title", "short_title", "publisher", "note")
