"""How a record's fields stand in a form: languages side by side, look-ups, and what each field is for."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django.conf import settings
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from modeltranslation.admin import TranslationStackedInline

from editing.differences import label_of
from editing.forms import RowForm, RowFormSet
from editing.widgets import KnownSelect, KnownSelectMultiple
from publishing.content.dumping import listed_fields, stored
from publishing.registry import record_type_of

_PRECISION = _("How much of the date the source gives; the rest of it does not count.")

#: What the fields are for that mean the same in every record.
HELP: dict[str, Any] = {
    "code": _(
        "Names the record in addresses and in the API: lower-case letters, digits and hyphens, in no language. "
        "It stays for good: others link to it."
    ),
    "name": _("The official name, as the body itself writes it in this language."),
    "citations": _(
        "On what every word of this record rests: source and paragraph or page. Add a place that is not in the "
        "list with the plus sign."
    ),
    "since": _("The first day on which it held. Empty: no source says when it began."),
    "since_precision": _PRECISION,
    "until": _("The last day on which it held. Empty: nothing says that it ended."),
    "until_precision": _PRECISION,
    "stated_on": _("The day on which the source said it: the date of the document, or the day a page was read."),
    "stated_on_precision": _PRECISION,
    "note": _("What a reader must know beside the fields, in one or two sentences of our own words."),
    "summary": _("Two or three sentences of our own words, nothing that the cited places do not say."),
    "website": _("The body’s own page, with https where it has it."),
    "city": _("The city as the language writes it: Pretoria, 比勒陀利亚."),
    "country": _("Where it has its seat, not whom it serves."),
    "position": _("Its place in lists: lower numbers come first."),
    "functions": _("What it does, in the portal’s taxonomy; only what a cited source shows."),
    "acronym": pgettext_lazy("help", "The short form that it uses itself."),
    "languages": _("ISO 639-1 codes, separated by spaces, of the languages seen in its own papers or pages."),
    "latitude": _("In degrees, north is positive; to three decimals at most. Of the city where no address is known."),
    "longitude": _("In degrees, east is positive; to three decimals at most. Of the city where no address is known."),
}


class RecordLayout:
    """What the form of a record and the rows in another's form share."""

    model: Any
    admin_site: Any
    #: What fields are for, beside or in place of HELP.
    help_texts: ClassVar[dict[str, Any]] = {}

    def get_autocomplete_fields(self, request: Any) -> list[str]:
        """Look up every reference to a model that has a search of its own."""
        relations = [*self.model._meta.fields, *self.model._meta.many_to_many]
        return [
            field.name
            for field in relations
            if field.remote_field and self.admin_site.is_registered(field.related_model) and field.editable
        ]

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        """Return a look-up that costs no query a row."""
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs["widget"] = KnownSelect(db_field, self.admin_site)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]

    def formfield_for_manytomany(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        """Return a look-up that costs no query a row."""
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs["widget"] = KnownSelectMultiple(db_field, self.admin_site)
        return super().formfield_for_manytomany(db_field, request, **kwargs)  # type: ignore[misc]

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        """Return the field with what it is for; a translated text's says which language it is in."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]
        language = getattr(db_field, "language", None)
        name = db_field.translated_field.name if language else db_field.name
        if field is None:
            return None
        if language:
            field.label = capfirst(label_of(self.model, name, language))
            field.widget.attrs |= {"lang": language, "data-language": language}
        if (text := self.help_texts.get(name) or HELP.get(name)) and language in {None, settings.LANGUAGE_CODE}:
            field.help_text = text
        return field

    def get_fieldsets(self, request: Any, obj: Any = None) -> Any:
        """Put the languages of a text, and a date and its precision, side by side."""
        return [
            (name, {**options, "fields": list(self._lines(options["fields"]))})
            for name, options in super().get_fieldsets(request, obj)  # type: ignore[misc]
        ]

    def _lines(self, names: Iterable[str]) -> Iterable[str | tuple[str, ...]]:
        # As in the fixtures: what identifies the record comes first, its citations last.
        lines: dict[str, list[str]] = {field.name: [] for field in listed_fields(record_type_of(self.model))}
        fields = {field.name: field for field in self.model._meta.get_fields()}
        for name in names:
            translated = getattr(fields.get(name), "translated_field", None)
            lines.setdefault(translated.name if translated else name.removesuffix("_precision"), []).append(name)
        # Django looks for the name of the reference to the record around, which it leaves out.
        return (line[0] if len(line) == 1 else tuple(line) for line in lines.values() if line)


class PortalInline(RecordLayout, TranslationStackedInline):  # type: ignore[type-arg]
    """Records that are only about another, as rows in that one's form."""

    form = RowForm
    formset = RowFormSet
    template = "admin/editing/rows.html"
    exclude = ("outdated",)
    extra = 0
    show_change_link = True
    #: References of which a new row may name several at once.
    several: ClassVar[tuple[str, ...]] = ()

    def get_queryset(self, request: Any) -> Any:
        """Return the rows with all that the form shows of them at hand."""
        rows = stored(self.model).order_by(*self.get_ordering(request), "pk")
        return rows if self.has_view_or_change_permission(request) else rows.none()

    def get_formset(self, request: Any, obj: Any = None, **kwargs: Any) -> Any:
        """Return the rows' formset."""
        formset: Any = super().get_formset(request, obj, **kwargs)
        formset.several = self.several
        return formset
