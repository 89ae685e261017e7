"""Cheap repeat polling of the API: a script that has the current state gets 304 from one query.

RFC 9110: a strong ETag names the bytes of one representation. They follow from the dataset's state, the
date (the default date is today), the program, the address and the coding, so none of the content is read
to compare it.
"""

import gzip
import hashlib
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import brotli
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.utils.http import http_date, parse_etags

from publishing.filters import today
from publishing.models import Dataset

#: Smaller answers do not get smaller.
LEAST_BYTES = 200
COMPRESSIBLE = re.compile(r"application/(.+\+)?(json|x-ndjson|xml)|text/")
#: The codings in the order of our liking; "identity" is none.
CODINGS: dict[str, Callable[[bytes], bytes]] = {
    "br": lambda content: brotli.compress(content, quality=5),
    # Without the time of day, so that the same content is the same bytes.
    "gzip": lambda content: gzip.compress(content, 6, mtime=0),
}
#: What a script of another site may read of an answer.
EXPOSED = "Content-As-Of, Content-Disposition, ETag, Last-Modified, Link, RateLimit, RateLimit-Policy, Retry-After"


class ConditionalMiddleware:
    """ETag, 304, Cache-Control, coding and CORS for everything under the API."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith("/api/v1/"):
            return self.get_response(request)
        is_read = request.method in {"GET", "HEAD"}
        dataset = Dataset.current() if is_read else None
        tag = _tag(request.get_full_path(), dataset) if dataset else ""
        wanted = {one.strip('"') for one in parse_etags(request.headers.get("If-None-Match", ""))}
        held = next((f"{tag}-{coding}" for coding in (*CODINGS, "identity") if f"{tag}-{coding}" in wanted), "")
        response = HttpResponseNotModified() if is_read and held else self.get_response(request)
        if dataset and response.status_code in {200, 304}:
            coding = held.removeprefix(f"{tag}-") if held else _code(request, response)
            response.headers["ETag"] = f'"{tag}-{coding}"'
            # To be kept, and asked about each time: a change shows at once.
            response.headers["Cache-Control"] = "public, max-age=0, must-revalidate"
            if dataset.changed_at:
                response.headers["Last-Modified"] = http_date(dataset.changed_at.timestamp())
        else:
            # Django's own tag, of an error.
            response.headers.pop("ETag", None)
        if request.method in {"POST", "PATCH"} and response.status_code in {200, 201}:
            # What was written is what its address now gives: the next change needs no reading before it.
            address = urlsplit(response.headers["Location"]).path
            response.headers["ETag"] = f'"{_tag(address, Dataset.current())}-identity"'
        patch_vary_headers(response, ["Accept-Encoding"])
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Access-Control-Expose-Headers"] = EXPOSED
        if request.method == "OPTIONS":
            response.headers["Access-Control-Allow-Methods"] = "GET, HEAD, OPTIONS"
            response.headers["Access-Control-Allow-Headers"] = "If-None-Match"
        return response


def _tag(address: str, dataset: Dataset) -> str:
    """Return the tag of what an address gives, less the coding; it begins with the revision, which writers send."""
    parts = (dataset.revision, dataset.changed_at, today(), program(), address)
    digest = hashlib.sha256("\n".join(map(str, parts)).encode()).hexdigest()
    return f"{dataset.revision}-{digest[:24]}"


def _code(request: HttpRequest, response: HttpResponseBase) -> str:
    """Compress an answer in the best coding that the reader takes; return its name."""
    if not isinstance(response, HttpResponse) or response.has_header("Content-Encoding"):
        return "identity"
    if len(response.content) < LEAST_BYTES or not COMPRESSIBLE.match(response.headers["Content-Type"]):
        return "identity"
    taken = accepted(request.headers.get("Accept-Encoding", ""))
    coding = next((name for name in CODINGS if name in taken), "identity")
    if coding != "identity":
        response.content = CODINGS[coding](response.content)
        response.headers["Content-Encoding"] = coding
        response.headers["Content-Length"] = str(len(response.content))
    return coding


def accepted(header: str) -> set[str]:
    """Return the codings that an Accept-Encoding header takes (RFC 9110, 12.5.3); one with q=0 is refused."""
    found = set()
    for part in header.lower().split(","):
        name, _mark, weight = part.partition(";")
        if not re.fullmatch(r"\s*q\s*=\s*0(\.0*)?\s*", weight):
            found.add(name.strip())
    return found


@cache
def program() -> str:
    """Return a checksum of the program: another version may write the same content otherwise."""
    digest = hashlib.sha256()
    root = Path(settings.BASE_DIR)
    apps = sorted({name.partition(".")[0] for name in settings.INSTALLED_APPS if (root / name).is_dir()})
    for folder in (*apps, "templates"):
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in {".py", ".html", ".mo"}:
                digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
