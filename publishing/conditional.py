"""Cheap repeat reading: who has the current state of a page or of an answer of the API gets 304 from one query.

RFC 9110: a strong ETag names the bytes of one representation. They follow from the dataset's state, the
date (the default date is today), the program, the address and the coding, so none of the content is read
to compare it.
"""

import datetime
import gzip
import hashlib
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, lru_cache
from http import HTTPStatus
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import brotli
from django.conf import settings
from django.db import OperationalError, connections, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.utils.http import http_date

from publishing.filters import today
from publishing.health import LIVE, READY
from publishing.models import Dataset
from publishing.problems import CANCELLED
from publishing.replicas import reading_alias, replicas

#: Smaller answers do not get smaller.
LEAST_BYTES = 200
COMPRESSIBLE = re.compile(r"application/((.+\+)?(json|x-ndjson|xml)|vnd\.oai\.openapi)|text/")
#: The codings in the order of our liking; "identity" is none.
CODINGS: dict[str, Callable[[bytes, str], bytes]] = {
    # A page travels to phones, so more work on it pays; of data it gains 4 % and keeps their first reader waiting for
    # a sixth of the whole time.
    "br": lambda content, media_type: brotli.compress(content, quality=9 if media_type.startswith("text/html") else 5),
    # Without the time of day, so that the same content is the same bytes.
    "gzip": lambda content, _media_type: gzip.compress(content, 6, mtime=0),
}
#: What a script of another site may read of an answer.
EXPOSED = "Content-As-Of, Content-Disposition, ETag, Last-Modified, Link, RateLimit, RateLimit-Policy, Retry-After"


#: Pages of staff, and files that are there once and for all: they are none of the public's changing answers. What is
#: asked about the node itself is none either.
PRIVATE, STATIC = "/admin/", settings.STATIC_URL
#: Where the state that an answer shows is handed to the page cache, in the WSGI environment.
STATE = "publishing.state"


def is_public(path: str) -> bool:
    """Say whether the answer to a reading of this address is the same for everybody."""
    return PRIVATE not in path and not path.startswith(STATIC) and path not in {LIVE, READY}


class Unanswered(OperationalError):
    """The database failed while a request was answered; ``response`` says so to the reader."""

    def __init__(self, response: HttpResponseBase) -> None:
        super().__init__("the database failed")
        self.response = response


class ConditionalMiddleware:
    """ETag, 304, Cache-Control and coding for every page and everything under the API; CORS for the API.

    A page or answer is read as of one state of one database (publishing/replicas.py), so that it is what its tag says.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        is_api = request.path_info.startswith("/api/v1/")
        if request.method in {"GET", "HEAD"} and is_public(request.path_info):
            is_staff = settings.SESSION_COOKIE_NAME in request.COOKIES or "Authorization" in request.headers
            try:
                response = replicas.read(lambda: self._read(request), primary_first=is_staff)
            except Unanswered as failure:
                response = failure.response
        else:
            response = self.get_response(request)
            if is_api and request.method in {"POST", "PATCH"} and response.status_code in {200, 201}:
                # What was written is what its address now gives: the next change needs no reading before it.
                address = urlsplit(response.headers["Location"]).path
                response.headers["ETag"] = f'"{_tag(address, state())}-identity"'
        if is_api:
            patch_vary_headers(response, ["Accept-Encoding"])
            response.headers["Access-Control-Allow-Origin"] = "*"
            response.headers["Access-Control-Expose-Headers"] = EXPOSED
            if request.method == "OPTIONS":
                response.headers["Access-Control-Allow-Methods"] = "GET, HEAD, OPTIONS"
                response.headers["Access-Control-Allow-Headers"] = "If-None-Match"
        return response

    def _read(self, request: HttpRequest) -> HttpResponseBase:
        with snapshot():
            response = self._answer(request)
            if response.status_code == HTTPStatus.SERVICE_UNAVAILABLE and CANCELLED not in request.META:
                raise Unanswered(response)
            return response

    def _answer(self, request: HttpRequest) -> HttpResponseBase:
        shown = request.META[STATE] = state()
        tag = _tag(request.get_full_path(), shown)
        given = request.headers.get("If-None-Match", "")
        held = held_coding(tag, given)
        response = HttpResponseNotModified() if held else self.get_response(request)
        patch_vary_headers(response, ["Accept-Encoding"])
        if response.status_code not in {200, 304} or response.cookies:
            return response
        # What never changes (quoting) has said its own tag, and for how long it is good.
        own = response.headers.get("ETag", "").strip('"')
        lasting = response.headers.get("Cache-Control", "") if own else ""
        if own:
            tag, held = own, held_coding(own, given)
        coding = held or _code(request, response)
        if held or given.strip() == "*":
            response = HttpResponseNotModified()
            patch_vary_headers(response, ["Accept-Encoding"])
        response.headers["ETag"] = f'"{tag}-{coding}"'
        # To be kept, and asked about each time: a change shows at once.
        response.headers["Cache-Control"] = lasting or "public, max-age=0, must-revalidate"
        if shown.changed_at and not own:
            response.headers["Last-Modified"] = http_date(shown.changed_at.timestamp())
        return response


class State(NamedTuple):
    """What the answers of this program follow from, beside their addresses."""

    revision: int
    changed_at: datetime.datetime | None
    date: datetime.date


def state() -> State:
    """Return the state of the dataset today, by one query; raise Behind where readers have seen a later one."""
    dataset = Dataset.current()
    replicas.accept(dataset.revision)
    return State(dataset.revision, dataset.changed_at, today())


@contextmanager
def snapshot() -> Iterator[None]:
    """Read one state of the database inside the block, whatever is committed meanwhile; nothing where one is open."""
    connection = connections[reading_alias()]
    # Threads that share one, as a test's server does with a database in memory, have no transactions of their own.
    if connection.in_atomic_block or connection.allow_thread_sharing:
        yield
        return
    is_sqlite = connection.vendor == "sqlite"
    # SQLite takes the way a transaction begins from the connection, where it is that of the writers.
    connection.ensure_connection()
    writing = getattr(connection, "transaction_mode", None)
    if is_sqlite:
        connection.transaction_mode = "DEFERRED"  # type: ignore[attr-defined]
    with transaction.atomic(using=connection.alias):
        if is_sqlite:
            connection.transaction_mode = writing  # type: ignore[attr-defined]
        else:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        with Dataset.held():
            yield


def held_coding(tag: str, given: str) -> str:
    """Return in which coding a reader has the answer with ``tag``, by an If-None-Match header; empty for none."""
    return next((coding for coding in (*CODINGS, "identity") if given and f'"{tag}-{coding}"' in given), "")


def _tag(address: str, shown: State) -> str:
    """Return the tag of what an address gives, less the coding; it begins with the revision, which writers send."""
    digest = hashlib.sha256("\n".join(map(str, (*shown, program(), address))).encode()).hexdigest()
    return f"{shown.revision}-{digest[:24]}"


def _code(request: HttpRequest, response: HttpResponseBase) -> str:
    """Compress an answer in the best coding that the reader takes; return its name."""
    if not isinstance(response, HttpResponse) or response.has_header("Content-Encoding"):
        return "identity"
    if not is_compressible(response.headers["Content-Type"], response.content):
        return "identity"
    coding = best_coding(request.headers.get("Accept-Encoding", ""))
    if coding != "identity":
        response.content = CODINGS[coding](response.content, response.headers["Content-Type"])
        response.headers["Content-Encoding"] = coding
        response.headers["Content-Length"] = str(len(response.content))
    return coding


def is_compressible(media_type: str, content: bytes) -> bool:
    """Say whether compressing makes an answer smaller."""
    return len(content) >= LEAST_BYTES and bool(COMPRESSIBLE.match(media_type))


@lru_cache(maxsize=256)
def best_coding(header: str) -> str:
    """Return the coding that we like best of those that an Accept-Encoding header takes."""
    taken = accepted(header)
    return next((name for name in CODINGS if name in taken), "identity")


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
    """Return a checksum of the program and its languages: another version may write the same content otherwise."""
    digest = hashlib.sha256(",".join(settings.MORE_LANGUAGES).encode())
    root = Path(settings.BASE_DIR)
    apps = sorted({name.partition(".")[0] for name in settings.INSTALLED_APPS if (root / name).is_dir()})
    for folder in (*apps, "templates", "static"):
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in {".py", ".html", ".mo", ".css", ".js"}:
                digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
