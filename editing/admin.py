"""Base of the editors' forms: both languages beside each other, a reason, and nobody's edit lost."""

from typing import Any, ClassVar

from django.db import models
from django.http import HttpRequest, HttpResponse
from modeltranslation.admin import TranslationAdmin

from editing.forms import EditingForm
from publishing.history import attributed


class PortalAdmin(TranslationAdmin):  # type: ignore[type-arg]
    """A form with each translated field in each language; long references are looked up, not listed."""

    form = EditingForm
    list_per_page = 50
    save_on_top = True
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    search_fields: ClassVar[list[str]] = ["code", "name_en", "name_zh_hans"]
    change_form_template = "admin/editing/change_form.html"
    delete_confirmation_template = "admin/editing/delete_confirmation.html"

    def get_autocomplete_fields(self, request: Any) -> list[str]:
        """Look up every reference to a model that has a search of its own."""
        relations = [*self.model._meta.fields, *self.model._meta.many_to_many]
        return [
            field.name
            for field in relations
            if field.remote_field and self.admin_site.is_registered(field.related_model) and field.editable
        ]

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Attribute what is saved to the reader with the reason that the form asks for."""
        with attributed(request.user, request.POST.get("reason", "")):  # type: ignore[arg-type]
            return super().changeform_view(request, *args, **kwargs)

    def delete_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Attribute what is deleted to the reader with the reason that the page asks for."""
        with attributed(request.user, request.POST.get("reason", "")):  # type: ignore[arg-type]
            return super().delete_view(request, *args, **kwargs)
