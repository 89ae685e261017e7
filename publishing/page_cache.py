"""A cache of whole answers in front of Django: a repeated reading costs about as much as a static file.

It answers GET and HEAD of what is the same for everybody: pages, answers of the API, files. It asks the database for
its state at most once in ``PAGE_CACHE_SECONDS`` and drops what is of another state, so that nothing has to tell it of a
change: every process of every machine sees it by itself. Readers with a session or an authorization go past it.

Of many same questions the first is computed and the others wait for it; the order of parameters makes no other one.
While the database is away, what is held is given as stale, and the rest is 503.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from threading import Event, Lock
from time import monotonic
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.conf import settings
from django.db import DatabaseError, InterfaceError, close_old_connections, connection
from django.http import HttpRequest

from publishing.answers import Answer, Answers, Headers
from publishing.conditional import STATE, State, best_coding, held_coding, is_public, state
from publishing.metrics import Sample
from publishing.replicas import replicas
from publishing.watching import MISS

Environ = dict[str, Any]
Start = Callable[..., Any]
Application = Callable[[Environ, Start], Iterable[bytes]]

API = "/api/"
#: Longer queries are no reader's.
LONGEST = 2000
#: Seconds for which a reader waits until another's same question is answered, and until the database says its state.
PATIENCE, STATE_PATIENCE = 30, 2
#: What an answer kept must not depend on; it is asked for without them.
LEFT_OUT = (
    "HTTP_COOKIE",
    "HTTP_IF_NONE_MATCH",
    "HTTP_IF_MODIFIED_SINCE",
    "HTTP_IF_MATCH",
    "HTTP_IF_UNMODIFIED_SINCE",
    "HTTP_RANGE",
    "wsgi.file_wrapper",
)
#: What is said to one reader only.
OF_ONE_READER = {"ratelimit", "x-request-id"}
#: An answer that varies by more than these is not kept. Of Accept see ``_accepts``.
VARIES = re.compile(r"\s*(accept-encoding|accept)\s*(,\s*(accept-encoding|accept)\s*)*", re.IGNORECASE)


class Flight:
    """A question that is being answered, for all who ask it meanwhile."""

    __slots__ = ("answer", "done")

    def __init__(self) -> None:
        self.done = Event()
        self.answer: Answer | None = None


class PageCache:
    """WSGI middleware that keeps the public's answers.

    ``Cache-Status`` (RFC 9211) says of each answer that could be kept where it came from. While the database is away,
    what is held is given with ``detail=stale`` and the age in ``Age``; the next confirmed state ends that.
    """

    def __init__(self, application: Application, read_state: Callable[[], State]) -> None:
        self.application = application
        self.answers = Answers(settings.PAGE_CACHE_BYTES)
        self._read_state = read_state
        self._seconds = settings.PAGE_CACHE_SECONDS
        self._private_cookies = re.compile(
            "|".join(map(re.escape, (settings.SESSION_COOKIE_NAME, settings.LANGUAGE_COOKIE_NAME)))
        ).search
        self._secure_header, self._secure_value = settings.SECURE_PROXY_SSL_HEADER or ("", "")
        self._flights: dict[tuple[State | None, str], Flight] = {}
        self._flights_lock = Lock()
        self._asking = Lock()
        #: When the database last said its state, and when to ask again.
        self._confirmed = self._due = 0.0
        self._is_away = False
        #: How many requests came out how. Plain numbers, for a hit has no time for a lock: the interpreter changes
        #: threads at calls and jumps, which an addition has none of.
        self.hits = self.stale = self.collapsed = self.misses = self.passed = 0

    def __call__(self, environ: Environ, start_response: Start) -> Iterable[bytes]:
        key = self._key(environ)
        if key is None:
            self.passed += 1
            return self.application(environ, start_response)
        if monotonic() >= self._due:
            self._confirm()
        coding = best_coding(environ.get("HTTP_ACCEPT_ENCODING", ""))
        answer = self.answers.get(key, coding)
        if answer is not None:
            return self._send(answer, environ, start_response, self._hit())
        place = (self.answers.state, key)
        with self._flights_lock:
            flight = self._flights.get(place)
            if leads := flight is None:
                flight = self._flights[place] = Flight()
        if leads:
            try:
                return self._lead(flight, key, coding, environ, start_response)
            finally:
                del self._flights[place]
                flight.done.set()
        flight.done.wait(PATIENCE)
        if flight.answer is not None:
            self.collapsed += 1
            return self._send(flight.answer.coded(coding), environ, start_response, "fwd=miss; collapsed")
        return self._lead(flight, key, coding, environ, start_response)

    def figures(self) -> Iterator[Sample]:
        """Yield what the cache holds and how requests came out, for ``publishing.metrics``."""
        yield Sample("portal_cache_bytes", self.answers.size)
        yield Sample("portal_cache_entries", len(self.answers))
        came_out = {
            "hit": self.hits,
            "stale": self.stale,
            "collapsed": self.collapsed,
            "miss": self.misses,
            "pass": self.passed,
        }
        for result, times in came_out.items():
            yield Sample("portal_cache_answers_total", times, {"result": result})

    def _key(self, environ: Environ) -> str | None:
        """Return what is asked for, the same for each way to write it; None where the answer is not for everybody."""
        path = environ["PATH_INFO"]
        if environ["REQUEST_METHOD"] not in {"GET", "HEAD"} or "HTTP_AUTHORIZATION" in environ or not is_public(path):
            return None
        cookies, host = environ.get("HTTP_COOKIE"), environ.get("HTTP_HOST")
        if not host or (cookies and self._private_cookies(cookies)):
            return None
        query = environ.get("QUERY_STRING", "")
        if query and (query := normalised(query)) is None:
            return None
        scheme = environ["wsgi.url_scheme"]
        if (forwarded := environ.get(self._secure_header)) is not None:
            scheme = "https" if forwarded.split(",")[0].strip() == self._secure_value else "http"
        return f"{scheme}://{host}{path}?{query}"

    def _confirm(self) -> None:
        """Ask the database for its state, unless another thread has just done so."""
        if not self._asking.acquire(timeout=0 if self._is_away else STATE_PATIENCE):
            self._is_away = True
            return
        try:
            if monotonic() < self._due:
                return
            # Of that moment: a change during the query may not be in its answer.
            asked = monotonic()
            try:
                now = self._read_state()
            except (DatabaseError, InterfaceError):
                self._is_away = True
            else:
                self._confirmed, self._is_away = asked, False
                if now != self.answers.state:
                    self.answers.renew(now)
            self._due = asked + self._seconds
        finally:
            self._asking.release()

    def _hit(self) -> str:
        if not self._is_away:
            self.hits += 1
            return "hit"
        self.stale += 1
        return f"hit; ttl=-{monotonic() - self._confirmed:.0f}; detail=stale"

    def _lead(self, flight: Flight, key: str, coding: str, environ: Environ, start_response: Start) -> Iterable[bytes]:
        """Have Django answer, keep the answer if everybody may have it, and give it to the one who asked."""
        self.misses += 1
        asked = {**environ, "REQUEST_METHOD": "GET", "HTTP_ACCEPT_ENCODING": "identity", MISS: True}
        asked["QUERY_STRING"] = key.rpartition("?")[2]
        for name in LEFT_OUT:
            asked.pop(name, None)
        said: list[Any] = []
        chunks = self.application(asked, lambda *arguments: said.extend(arguments))
        status, headers, *_error = said
        named = {name.lower(): value for name, value in headers}
        length = int(named.get("content-length", self.answers.capacity))
        if length >= self.answers.capacity:
            # It comes in parts, or is too big to be held.
            start_response(status, headers)
            return chunks
        try:
            body = b"".join(chunks)
        finally:
            # Django's answers have it, a list has not.
            if hasattr(chunks, "close"):
                chunks.close()
        common = [pair for pair in headers if pair[0].lower() not in OF_ONE_READER]
        shown = asked.get(STATE) if _is_for_everybody(status, named) else None
        answer, how = Answer(key, shown, status, common, body).coded(coding), "fwd=miss"
        if shown:
            flight.answer = answer
            if shown != self.answers.state:
                self._due = 0.0
                self._confirm()
            if self.answers.put(answer):
                how = "fwd=miss; stored"
        own = [pair for pair in headers if pair[0].lower() in OF_ONE_READER]
        return self._send(answer, environ, start_response, how, own)

    def _send(
        self, answer: Answer, environ: Environ, start_response: Start, how: str, own: Headers | None = None
    ) -> Iterable[bytes]:
        """Give an answer, or 304 where the reader has it.

        Args:
            how: where it comes from.
            own: headers for this reader only.
        """
        accept = environ.get("HTTP_ACCEPT", "*/*")
        if accept != "*/*" and environ["PATH_INFO"].startswith(API) and not _accepts(accept, answer.media_type):
            return self.application(environ, start_response)
        beside = [("Cache-Status", f"portal; {how}"), *(own or ())]
        if how.endswith("stale"):
            beside.append(("Age", f"{monotonic() - self._confirmed:.0f}"))
        given = environ.get("HTTP_IF_NONE_MATCH", "").strip()
        held = given and answer.tag and (answer.coding if given == "*" else held_coding(answer.tag, given))
        if held:
            start_response("304 Not Modified", [*answer.unchanged, ("ETag", f'"{answer.tag}-{held}"'), *beside])
            return []
        start_response(answer.status, answer.headers + beside)
        return [answer.body] if environ["REQUEST_METHOD"] == "GET" else []


def stored_state() -> State:
    """Return the state that the database has, outside of any request; raise DatabaseError where it is away."""
    # Only tests have a transaction open here; it would be lost.
    if not connection.in_atomic_block:
        close_old_connections()
    return replicas.read(state, primary_first=True)


@lru_cache(maxsize=2048)
def normalised(query: str) -> str | None:
    """Return a query string in one order of its parameters; None for one that is left as it is, its answer not kept.

    The values of a parameter that comes several times keep theirs. Django is asked with the result, so that links
    which repeat the query are the same too.
    """
    if len(query) > LONGEST or not query.isascii():
        return None
    try:
        pairs = parse_qsl(query, keep_blank_values=True, max_num_fields=settings.DATA_UPLOAD_MAX_NUMBER_FIELDS)
    except ValueError:
        return None
    return urlencode(sorted(pairs, key=lambda pair: pair[0]))


@lru_cache(maxsize=256)
def _accepts(header: str, media_type: str) -> bool:
    """Say whether an Accept header takes what an address of the API gives; Django refuses it where it does not."""
    request = HttpRequest()
    request.META["HTTP_ACCEPT"] = header
    return request.accepts(media_type.partition(";")[0])


def _is_for_everybody(status: str, headers: dict[str, str]) -> bool:
    """Say whether an answer may be kept.

    Args:
        status: its status line.
        headers: by their names in lower case.
    """
    return (
        # An answer that has no tag is none of the dataset.
        ((status.startswith("200 ") and "etag" in headers) or status.startswith("301 "))
        and "set-cookie" not in headers
        and not re.search("private|no-store", headers.get("cache-control", ""))
        and bool(VARIES.fullmatch(headers.get("vary", "accept")))
    )
