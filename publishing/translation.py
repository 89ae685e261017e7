"""Which fields of the index have a text in each language."""

from modeltranslation.translator import TranslationOptions, register

from publishing.models import IndexEntry


@register(IndexEntry)
class IndexEntryTranslation(TranslationOptions):
    fields = ("title", "body", "head", "text", "sort_key")
