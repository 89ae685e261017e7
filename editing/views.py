"""Pages of the admin that belong to no one kind of record."""

from http import HTTPStatus
from typing import Any

from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.generic import TemplateView

from editing.outdated import outdated_texts, visible_models
from publishing.filters import not_allowed
from publishing.index import kind_of

ROWS = 100


class OutdatedForm(forms.Form):
    """Which of the texts that are out of date are asked for."""

    language = forms.ChoiceField(label=gettext_lazy("Language"), required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Kind of record"), required=False)

    def __init__(self, data: Any, kinds: dict[str, str]) -> None:
        super().__init__(data)
        languages = [(code, str(name)) for code, name in settings.LANGUAGES]
        for name, choices in (("language", languages), ("kind", list(kinds.items()))):
            field: Any = self.fields[name]
            field.choices = [("", pgettext("of a filter", "All")), *choices]
            # A form's own message does not say what is allowed.
            field.error_messages["invalid_choice"] = not_allowed(
                self.data.get(name, ""), [code for code, _label in choices]
            ).replace("%", "%%")


class OutdatedTextsView(TemplateView):
    """The texts that are out of date, of the kinds of records that the reader may see."""

    template_name = "admin/editing/outdated.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        models = {kind_of(model): model for model in visible_models(request.user)}
        labels = {kind: capfirst(str(model._meta.verbose_name_plural)) for kind, model in models.items()}
        form = OutdatedForm(request.GET, labels)
        rows = []
        if form.is_valid():
            kind = form.cleaned_data["kind"]
            asked = [models[kind]] if kind else list(models.values())
            rows = list(outdated_texts(asked, form.cleaned_data["language"]))
        page = Paginator(rows, ROWS).get_page(request.GET.get("page"))
        shown = self.get_context_data(title=_("Texts out of date"), form=form, page=page)
        return self.render_to_response(shown, status=HTTPStatus.OK if form.is_valid() else HTTPStatus.BAD_REQUEST)
