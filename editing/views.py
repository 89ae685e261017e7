"""The editors' pages of what is to be done about the content: how much of it by check, and each check's list."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from editing.checks import Check, Problem, checks, problems_on
from publishing.filters import today
from publishing.models import KeyedModel
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


def _page(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    return render(request, template, {**admin.site.each_context(request), "as_of": today(), **context})
