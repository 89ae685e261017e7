"""What a browser is told about security stands on every answer, whoever makes it, over the application as served."""

import re
from typing import Any

import pytest
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.urls import path

from config import urls, wsgi
from config.urls import handler400, handler403, handler404, handler500  # noqa: F401 - Django takes them from here.
from tests.publishing.test_page_cache import Answered, ask

pytestmark = [pytest.mark.usefixtures("content", "kept_connection"), pytest.mark.one_database]


def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError


def away(request: HttpRequest) -> HttpResponse:
    raise OperationalError


urlpatterns = [
    *(path(f"{start}broken/", broken) for start in ("", "api/v1/")),
    *(path(f"{start}away/", away) for start in ("", "api/v1/")),
    *urls.urlpatterns,
]

#: Status, address and what is asked with it.
ANSWERS: dict[str, tuple[int, str, dict[str, str]]] = {
    "page": (200, "/en/", {}),
    "page that is kept": (200, "/en/", {}),
    "page that the cache knows to be unchanged": (304, "/en/", {"if_none_match": "*"}),
    "page that Django knows to be unchanged": (304, "/en/", {"if_none_match": "*", "cookie": "django_language=en"}),
    "file of a list": (200, "/en/centres/?format=csv", {}),
    "file of a comparison": (200, "/zh-hans/compare/?mechanism=basel&mechanism=who&format=docx", {}),
    "suggestions": (200, "/en/search/suggest/?q=nairobi", {}),
    "wrong parameter": (400, "/en/centres/?kind=nonsense", {}),
    "address with NUL": (400, "/en/a\0/", {}),
    "host that is not ours": (400, "/en/", {"host": "evil.example"}),
    "host that is not ours, to be led to https": (400, "/en/", {"host": "evil.example", "x_forwarded_proto": "http"}),
    "to https": (301, "/en/", {"x_forwarded_proto": "http"}),
    "to a language": (302, "/", {}),
    "nothing there": (404, "/en/nothing/", {}),
    "form from elsewhere": (403, "/en/", {"method": "POST"}),
    "method that is not there": (405, "/en/", {"method": "TRACE"}),
    "failure": (500, "/broken/", {}),
    "database away": (503, "/away/", {}),
    "sign-in": (200, "/en/admin/login/", {}),
    "admin": (302, "/en/admin/", {}),
    "API": (200, "/api/v1/functions/", {}),
    "API, unchanged": (304, "/api/v1/functions/", {"if_none_match": "*"}),
    "API, unchanged by Django": (304, "/api/v1/functions/", {"if_none_match": "*", "cookie": "django_language=en"}),
    "API, file": (200, "/api/v1/functions/?format=xlsx", {}),
    "API, export": (200, "/api/v1/export.zip", {}),
    "API, kit": (200, "/api/v1/kit.html", {}),
    "API, schema": (200, "/api/v1/schema/", {}),
    "API, wrong parameter": (400, "/api/v1/functions/?colour=red", {}),
    "API, nothing there": (404, "/api/v1/nothing/", {}),
    "API, method that is not there": (405, "/api/v1/functions/", {"method": "PUT"}),
    "API, failure": (500, "/api/v1/broken/", {}),
    "API, database away": (503, "/api/v1/away/", {}),
    "API's documentation": (200, "/api/docs/", {}),
    "style": (200, "/static/portal.css", {}),
    "no such style": (404, "/static/nothing.css", {}),
    "security.txt": (404, "/.well-known/security.txt", {}),
    "policy": (200, "/.well-known/security-policy.txt", {}),
}
OWN = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
OWN += "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
REFUSED = r"[a-z-]+=\(\)(, [a-z-]+=\(\)){10,}"


@pytest.fixture
def served(settings: Any) -> Any:
    """The application as it is served, with the settings of production that headers follow from."""
    settings.ROOT_URLCONF = __name__
    settings.SECURE_SSL_REDIRECT = settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = settings.SECURE_HSTS_PRELOAD = True
    settings.SECURE_HSTS_SECONDS = 31_536_000
    settings.WHITENOISE_USE_FINDERS = True
    settings.PAGE_CACHE_SECONDS = 0
    return wsgi._application()


def wrong(answer: Answered, address: str, https: bool) -> list[str]:
    """Return the headers that are not as they should be."""
    said = answer.headers
    policy = OWN
    if address.startswith("/en/admin/"):
        policy += "; style-src-attr 'unsafe-inline'"
    if address.startswith("/api/docs/"):
        policy = policy.replace("img-src 'self'", "img-src 'self' data:")
    right = {
        "content-security-policy": policy,
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "cross-origin" if address.startswith("/api/v1/") else "same-origin",
        "referrer-policy": "strict-origin-when-cross-origin",
        "strict-transport-security": "max-age=31536000; includeSubDomains; preload" if https else None,
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
    }
    found = [f"{name}: {said.get(name)}" for name, value in right.items() if said.get(name) != value]
    permissions = said.get("permissions-policy", "")
    if not re.fullmatch(REFUSED, permissions) or not {"camera=()", "geolocation=()"} <= set(permissions.split(", ")):
        found.append(f"permissions-policy: {permissions}")
    return found


def test_every_answer_carries_them(served: Any):
    found = {}
    for name, (status, address, asked) in ANSWERS.items():
        headers = {"x_forwarded_proto": "https", **asked}
        answer = ask(served, address, **headers)
        assert answer.status == status, name
        if faults := wrong(answer, address, headers["x_forwarded_proto"] == "https"):
            found[name] = faults
        if name == "page that is kept":
            assert answer.cache == "hit"
    assert found == {}
    assert {status for status, *_rest in ANSWERS.values()} >= {200, 304, 400, 404, 405, 500, 503}


@pytest.mark.parametrize("address", ["/en/mechanisms/admin/x/", "/admin/x/y/", "/en/x/api/docs/"])
def test_the_looser_rules_do_not_reach_other_addresses(served: Any, address: str):
    answer = ask(served, address, x_forwarded_proto="https")
    assert answer.headers["content-security-policy"] == OWN
