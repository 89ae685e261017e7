"""Which fields of centres and of their relations have a text in each language."""

from modeltranslation.translator import TranslationOptions, register

from centres.models import Centre, Designation, Hosting, HostInstitution, Service


@register(HostInstitution)
class HostInstitutionTranslation(TranslationOptions):
    fields = ("name", "city", "note", "sort_key")


@register(Centre)
class CentreTranslation(TranslationOptions):
    fields = ("name", "city", "summary", "expertise", "mercury_note", "note", "sort_key")


@register([Designation, Hosting, Service])
class NoteTranslation(TranslationOptions):
    fields = ("note",)
