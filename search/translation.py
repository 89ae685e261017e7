"""Which fields of a term have a text in each language."""

from modeltranslation.translator import TranslationOptions, register

from search.models import Term


@register(Term)
class TermTranslation(TranslationOptions):
    fields = ("name", "variants", "note", "sort_key")
