"""HTTP middleware of the portal."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.utils import translation
from django.utils.translation import gettext as _

#: Every value of every facet together takes a few hundred parameters of thirty characters.
MOST_CHARACTERS, MOST_PARAMETERS = 16_000, 500


class ContentSecurityPolicyMiddleware:
    """Send the policy in ``SECURE_CSP``. Django 6 has this built in; delete it there.

    Two kinds of pages are not ours and get a looser rule, each only what it needs: the admin styles elements
    inline, the API's documentation has its icons in its style sheet.
    """

    looser = {"/admin/": {"style-src": ["'self'", "'unsafe-inline'"]}, "/api/docs/": {"img-src": ["'self'", "data:"]}}

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.policy = self._serialise(settings.SECURE_CSP)
        self.looser_policies = {
            part: self._serialise({**settings.SECURE_CSP, **rules}) for part, rules in self.looser.items()
        }

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        looser = (policy for part, policy in self.looser_policies.items() if part in request.path)
        policy = next(looser, self.policy)
        response.headers.setdefault("Content-Security-Policy", policy)
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
        translation.activate(lang if lang in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE)
        request.LANGUAGE_CODE = translation.get_language()

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if request.path_info.startswith(self.api_prefix):
            return response
        return super().process_response(request, response)
