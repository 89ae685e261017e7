"""Errors that say what is wrong: RFC 9457 problem details for the API."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views import defaults
from rest_framework import exceptions, status
from rest_framework.response import Response

CONTENT_TYPE = "application/problem+json"


class InvalidParameters(exceptions.APIException):
    """Parameters of a request are wrong; ``problems`` says which and what is allowed."""

    status_code = status.HTTP_400_BAD_REQUEST

    def __init__(self, problems: dict[str, list[str]]) -> None:
        super().__init__("; ".join(f"{name}: {' '.join(messages)}" for name, messages in problems.items()))
        self.problems = problems


class PageNotFound(exceptions.NotFound):
    """A list has fewer pages than the one asked for; ``last_page`` is its last."""

    def __init__(self, last_page: int) -> None:
        super().__init__(_("There is no such page: the last page is %(last)s.") % {"last": last_page})
        self.last_page = last_page


def problem_response(error: Exception, context: dict[str, Any]) -> Response | None:
    """Return the problem document of an error that a reader of the API caused; None for others."""
    if isinstance(error, Http404):
        error = exceptions.NotFound(_("There is nothing at this address."))
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    if not isinstance(error, exceptions.APIException):
        return None
    problem: dict[str, Any] = {
        "type": "about:blank",
        "title": _TITLES.get(error.status_code, "Error"),
        "status": error.status_code,
        "detail": str(error.detail),
    }
    if isinstance(error, InvalidParameters):
        problem["errors"] = error.problems
    if isinstance(error, PageNotFound):
        problem["last_page"] = error.last_page
    headers = {"Allow": ", ".join(context["view"].allowed_methods)} if error.status_code == 405 else None
    return Response(problem, status=error.status_code, content_type=CONTENT_TYPE, headers=headers)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer where no address matches: with a problem document under the API, with a page elsewhere."""
    if not request.path_info.startswith("/api/"):
        return defaults.page_not_found(request, exception)
    detail = _("There is nothing at this address.")
    problem = {"type": "about:blank", "title": _TITLES[404], "status": 404, "detail": detail}
    return JsonResponse(problem, status=404, content_type=CONTENT_TYPE)


_TITLES = {
    400: "Bad Request",
    404: "Not Found",
    405: "Method Not Allowed",
    406: "Not Acceptable",
    415: "Unsupported Media Type",
}
