"""Errors that say what is wrong: RFC 9457 problem details for the API."""

import sys
from http import HTTPStatus
from typing import Any

from django.core.exceptions import BadRequest, PermissionDenied
from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views import defaults
from rest_framework import exceptions, status

from publishing.deadlines import is_cancelled
from publishing.logs import request_id
from publishing.renderers import json_bytes

CONTENT_TYPE = "application/problem+json"
#: After which to come again where the database is away, and with a question that took too long.
RETRY_SECONDS, SLOW_RETRY_SECONDS = 5, 60
#: In the WSGI environment of a request whose question took too long: every other database would take as long.
CANCELLED = "publishing.cancelled"


class InvalidParameters(exceptions.APIException):
    """Parameters of a request, or fields of a record, are wrong; ``problems`` says which and what is allowed."""

    status_code = status.HTTP_400_BAD_REQUEST

    def __init__(self, problems: dict[str, list[str]]) -> None:
        super().__init__("; ".join(f"{name}: {' '.join(messages)}" for name, messages in problems.items()))
        self.problems = problems


class PageNotFound(exceptions.NotFound):
    """A list has fewer pages than the one asked for; ``last_page`` is its last."""

    def __init__(self, last_page: int) -> None:
        super().__init__(_("There is no such page: the last page is %(last)s.") % {"last": last_page})
        self.last_page = last_page


def problem_response(error: Exception, context: dict[str, Any]) -> HttpResponse | None:
    """Return the problem document of an error that a reader of the API caused; None for others."""
    if isinstance(error, Http404):
        error = exceptions.NotFound(_("There is nothing at this address."))
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    if not isinstance(error, exceptions.APIException):
        return None
    problem: dict[str, Any] = {
        "type": "about:blank",
        "title": _TITLES[error.status_code],
        "status": error.status_code,
        "detail": str(error.detail),
    }
    if isinstance(error, InvalidParameters):
        problem["errors"] = error.problems
    if isinstance(error, PageNotFound):
        problem["last_page"] = error.last_page
    headers = {}
    if isinstance(error, exceptions.MethodNotAllowed):
        headers["Allow"] = ", ".join(context["view"].allowed_methods)
    if auth := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = auth
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = str(wait)
    # Not REST framework's answer: the documentation's page would write that as HTML.
    return HttpResponse(json_bytes(problem), CONTENT_TYPE, error.status_code, headers=headers)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request that is none: with a problem document under the API, with a page elsewhere."""
    # What Django raises tells a developer why, and not a reader.
    said = str(exception) if isinstance(exception, BadRequest) else ""
    detail = said or _("This is not a request that can be read.")
    return _plain_problem(request, 400, detail) or defaults.bad_request(request, exception)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer what is not allowed: with a problem document under the API, with a page elsewhere."""
    return _plain_problem(request, 403, _("This is not allowed.")) or defaults.permission_denied(request, exception)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer where no address matches: with a problem document under the API, with a page elsewhere."""
    # Django's own view reads the body of a POST first, which need not be readable.
    return _plain_problem(request, 404, _("There is nothing at this address.")) or render(
        request, "404.html", status=404
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer where the portal failed, or its database is away: a problem document under the API, a page elsewhere."""
    error = sys.exception()
    if is_cancelled(error):
        request.META[CANCELLED] = True
        detail = _("This question takes too long to answer. Please ask for less: with more filters, or in parts.")
        return _failed(request, "too_slow.html", detail, SLOW_RETRY_SECONDS)
    # Of a connection that broke the driver sometimes says no more than that there was an error.
    if isinstance(error, OperationalError | InterfaceError) or type(error) is DatabaseError:
        detail = _("The portal's database does not answer. Please try again in a minute.")
        return _failed(request, "503.html", detail, RETRY_SECONDS)
    return _failed(request, "500.html", _("The portal failed; it is not your fault."))


def _failed(request: HttpRequest, template: str, detail: str, wait: int | None = None) -> HttpResponse:
    """Return the answer of a portal that failed; 503 where it may be asked again after so many seconds, else 500."""
    status_code = 503 if wait else 500
    # By it the reader's report and the lines of the log find each other.
    told = {"request_id": identifier} if (identifier := request_id.get()) else {}
    response = _plain_problem(request, status_code, detail, **told) or HttpResponse(
        render_to_string(template, told), status=status_code
    )
    if wait:
        response.headers["Retry-After"] = str(wait)
    return response


def too_many_requests(request: HttpRequest, wait: float) -> HttpResponse:
    """Return the page for an address that has asked too often.

    Args:
        request: the one that was too many.
        wait: seconds after which it may come again.
    """
    page = render_to_string("429.html", {"wait": wait}, request)
    return HttpResponse(page, status=429, headers={"Retry-After": str(wait)})


def _plain_problem(request: HttpRequest, status_code: int, detail: str, **more: str) -> HttpResponse | None:
    """Return a problem document where the address is one of the API; None for a page."""
    if not request.path_info.startswith("/api/"):
        return None
    problem = {"type": "about:blank", "title": _TITLES[status_code], "status": status_code, "detail": detail, **more}
    return JsonResponse(problem, status=status_code, content_type=CONTENT_TYPE)


_TITLES = {code: HTTPStatus(code).phrase for code in (400, 401, 403, 404, 405, 406, 409, 412, 415, 428, 429, 500, 503)}
