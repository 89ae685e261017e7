"""Pages of the admin that belong to no one kind of record: what is to be done about the content, check by check, and
the texts that are out of date.
"""

from http import HTTPStatus
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from editing.checks import Check, Problem, checks, problems_on
from editing.outdated import outdated_texts
from publishing.filters import not_allowed, today
from publishing.index import kind_of
from publishing.models import KeyedModel
from publishing.parity import translated_models
from publishing.registry import keyed_models

PAGE_SIZE = 100


def viewable(user: Any) -> set[type[KeyedModel]]:
    """Return the models of the content whose records ``user`` may see."""
    return {one for one in keyed_models() if user.has_perm(f"{one._meta.app_label}.view_{one._meta.model_name}")}


def dashboard(request: HttpRequest) -> HttpResponse:
    """Show how many problems each check finds."""
    seen = _seen(request)
    rows = [(check, len(_visible(check, seen))) for check in checks().values()]
    return _page(request, "admin/editing/integrity.html", {"rows": rows})


def problems(request: HttpRequest, code: str) -> HttpResponse:
    """Show what a check finds, with the form and the public page of each record."""
    seen = _seen(request)
    check = checks().get(code)
    if check is None:
        raise Http404
    page = Paginator(_visible(check, seen), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"check": check, "checks": checks().values(), "page": page}
    return _page(request, "admin/editing/integrity_check.html", context)


def _seen(request: HttpRequest) -> set[type[KeyedModel]]:
    seen = viewable(request.user)
    if not seen:
        raise PermissionDenied
    return seen


def _visible(check: Check, seen: set[type[KeyedModel]]) -> list[Problem]:
    return [one for one in problems_on(today(), check) if type(one.record) in seen]


def _page(request: HttpRequest, template: str, context: dict[str, Any], status: int = HTTPStatus.OK) -> HttpResponse:
    shown = {**admin.site.each_context(request), "as_of": today(), **context}
    return render(request, template, shown, status=status)


class OutdatedForm(forms.Form):
    """Which of the texts that are out of date are asked for."""

    language = forms.ChoiceField(label=gettext_lazy("Language"), required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Kind of record"), required=False)

    def __init__(self, data: Any, kinds: dict[str, str]) -> None:
        super().__init__(data)
        languages = [(code, str(name)) for code, name in settings.CONTENT_LANGUAGES]
        for name, choices in (("language", languages), ("kind", list(kinds.items()))):
            field: Any = self.fields[name]
            field.choices = [("", pgettext("of a filter", "All")), *choices]
            # A form's own message does not say what is allowed.
            field.error_messages["invalid_choice"] = not_allowed(
                self.data.get(name, ""), [code for code, _label in choices]
            ).replace("%", "%%")


def outdated(request: HttpRequest) -> HttpResponse:
    """Show the texts that are out of date, of the kinds of records that the reader may see."""
    seen = _seen(request)
    models = {kind_of(model): model for model in translated_models() if model in seen}
    form = OutdatedForm(
        request.GET, {kind: capfirst(str(one._meta.verbose_name_plural)) for kind, one in models.items()}
    )
    rows = []
    if form.is_valid():
        kind = form.cleaned_data["kind"]
        rows = list(outdated_texts([models[kind]] if kind else list(models.values()), form.cleaned_data["language"]))
    context = {"title": _("Texts out of date"), "form": form}
    context["page"] = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    status = HTTPStatus.OK if form.is_valid() else HTTPStatus.BAD_REQUEST
    return _page(request, "admin/editing/outdated.html", context, status)
