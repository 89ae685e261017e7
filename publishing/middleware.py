"""HTTP middleware of the portal."""

import re
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.middleware.security import SecurityMiddleware
from django.utils import translation
from django.utils.translation import gettext as _

from publishing.languages import is_translated, without_places

#: Every value of every facet together takes a few hundred parameters of thirty characters.
MOST_CHARACTERS, MOST_PARAMETERS = 16_000, 500

#: What everybody may read, from any site.
API = "/api/v1/"


class SecurityHeadersMiddleware(SecurityMiddleware):
    """Say on every answer what a browser may do with it; outermost, so that no answer goes past.

    Django's own middleware, which redirects and whose headers these are too, stands behind it: of an address that is
    not ours it makes an error, whose answer it does not see. ``SECURE_CSP`` is built into Django 6; delete that there.

    Two kinds of pages are not ours and get a looser rule, each only what it needs: the scripts of the admin write
    elements with a style, the API's documentation has its icons in its style sheet.
    """

    looser = (
        (re.compile("/[a-z-]+/admin/"), {"style-src-attr": ["'unsafe-inline'"]}),
        (re.compile("/api/docs/"), {"img-src": ["'self'", "data:"]}),
    )

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        super().__init__(get_response)
        self.policy = self._serialise(settings.SECURE_CSP)
        self.looser_policies = [
            (addresses, self._serialise({**settings.SECURE_CSP, **rules})) for addresses, rules in self.looser
        ]
        self.permissions = ", ".join(f"{feature}=()" for feature in settings.PERMISSIONS_REFUSED)

    def process_request(self, request: HttpRequest) -> None:
        """Leave it to Django's own to redirect."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        response = super().process_response(request, response)
        looser = (policy for addresses, policy in self.looser_policies if addresses.match(request.path_info))
        # Scripts of other sites may read the API (CORS); so may their other elements.
        sites = "cross-origin" if request.path_info.startswith(API) else "same-origin"
        for name, value in (
            ("Content-Security-Policy", next(looser, self.policy)),
            ("Cross-Origin-Resource-Policy", sites),
            ("Permissions-Policy", self.permissions),
            ("X-Frame-Options", settings.X_FRAME_OPTIONS),
        ):
            response.headers.setdefault(name, value)
        return response

    @staticmethod
    def _serialise(policy: dict[str, list[str]]) -> str:
        return "; ".join(f"{directive} {' '.join(sources)}" for directive, sources in policy.items())


class AddressMiddleware:
    """Refuse an address with NUL, which PostgreSQL takes in no text, and one that is longer than any page makes it.

    Each link and each message of a page repeats its parameters: ten thousand of them would take minutes.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if "\0" in request.path_info:
            raise BadRequest
        query = request.META.get("QUERY_STRING", "")
        if len(request.path_info) + len(query) > MOST_CHARACTERS or query.count("&") >= MOST_PARAMETERS:
            limits = {"characters": MOST_CHARACTERS, "parameters": MOST_PARAMETERS}
            raise BadRequest(
                _("An address has %(characters)s characters and %(parameters)s parameters at most.") % limits
            )
        return self.get_response(request)


class PortalLocaleMiddleware(LocaleMiddleware):
    """The language of a page is in its path; that of an API answer is in ``?lang=``, never in a header."""

    api_prefix = "/api/"

    def process_request(self, request: HttpRequest) -> None:
        if not request.path_info.startswith(self.api_prefix):
            super().process_request(request)
            return
        lang = request.GET.get("lang")
        translation.activate(lang if lang in dict(settings.CONTENT_LANGUAGES) else settings.LANGUAGE_CODE)
        request.LANGUAGE_CODE = translation.get_language()

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if request.path_info.startswith(self.api_prefix):
            return response
        response = super().process_response(request, response)
        if not is_translated() and response.get("Content-Type", "").startswith("text/html") and not response.streaming:
            page: Any = response
            page.content = without_places(page.content.decode())
            page.headers["Content-Length"] = str(len(page.content))
        return response
