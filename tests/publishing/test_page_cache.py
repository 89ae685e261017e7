"""The page cache gives what Django gives, to everybody what is everybody's, and nothing of an earlier state."""

import datetime
import gzip
import io
import itertools
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import brotli
import pytest
from django.core.cache import caches
from django.core.wsgi import get_wsgi_application
from django.db import OperationalError
from django.test import Client

from accounts.models import Token
from centres.models import Centre
from publishing.answers import Answer, Answers
from publishing.conditional import STATE, State, state
from publishing.page_cache import PageCache, normalised

ADDRESSES = [
    "/en/",
    "/zh-hans/centres/?q=%E6%B1%9E&page=1",
    "/en/compare/?mechanism=who&mechanism=basel&criterion=legal-status",
    "/en/centres/?format=csv",
    "/zh-hans/centres/?format=xlsx",
    "/api/v1/centres/?fields=code,name&lang=en&page_size=5",
    "/api/v1/centres/kenya-scrc/",
    "/api/v1/centres/?format=geojson",
    "/api/v1/changes/?format=atom&lang=zh-hans",
    "/api/v1/schema/",
    "/api/docs/",
]
DECODED = {None: bytes, "gzip": gzip.decompress, "br": brotli.decompress}
HOST = "testserver"


class Answered:
    def __init__(self, status: str, headers: list[tuple[str, str]], body: bytes) -> None:
        self.status = int(status[:3])
        self.headers = {name.lower(): value for name, value in headers}
        assert len(self.headers) == len(headers), "a header stands twice"
        self.body = body

    @property
    def decoded(self) -> bytes:
        return DECODED[self.headers.get("content-encoding")](self.body)

    @property
    def cache(self) -> str:
        return self.headers.get("cache-status", "").removeprefix("portal; ")


def ask(application: Any, address: str, method: str = "GET", **headers: str) -> Answered:
    """Ask a WSGI application as a server does."""
    path, _mark, query = address.partition("?")
    environ = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_NAME": HOST,
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": HOST,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        **{f"HTTP_{name.upper()}": value for name, value in headers.items()},
    }
    said: list[Any] = []
    chunks = application(environ, lambda *arguments: said.extend(arguments))
    body = b"".join(chunks)
    if hasattr(chunks, "close"):
        chunks.close()
    return Answered(said[0], said[1], body)


@pytest.fixture
def django(content: None, kept_connection: None) -> Any:
    return get_wsgi_application()


@pytest.fixture
def cached(django: Any, settings: Any) -> PageCache:
    """The portal with a cache that asks for the state at each request."""
    settings.PAGE_CACHE_SECONDS = 0
    return PageCache(django, state)


@pytest.mark.parametrize("address", ADDRESSES)
def test_it_gives_what_django_gives(cached: PageCache, django: Any, address: str):
    address = address.partition("?")[0] + "?" + (normalised(address.partition("?")[2]) or "")
    first = ask(cached, address)
    assert first.cache == "fwd=miss; stored"
    for taken in ("", "gzip", "gzip, deflate, br;q=0.9", "br;q=0"):
        own, kept = (ask(application, address, accept_encoding=taken) for application in (django, cached))
        assert kept.cache == "hit"
        assert (own.status, kept.status) == (200, 200)
        if "xlsx" not in address:  # Each writing of the same workbook gives other bytes.
            assert kept.decoded == own.decoded
            own.headers.pop("content-length")
            length = kept.headers.pop("content-length")
            assert int(length) == len(kept.body)
            kept.headers.pop("cache-status")
            assert kept.headers == own.headers
        assert kept.decoded == first.body


def test_a_tag_that_the_reader_has_is_answered_with_304(cached: PageCache, django: Any):
    for address in ("/en/centres/", "/api/v1/functions/"):
        tags = {taken: ask(cached, address, accept_encoding=taken).headers["etag"] for taken in ("", "gzip", "br")}
        assert len(set(tags.values())) == 3
        for tag in tags.values():
            for given in (tag, f"W/{tag}", f'"other", {tag}'):
                for application in (cached, django):
                    answer = ask(application, address, if_none_match=given)
                    assert (answer.status, answer.body) == (304, b"")
                    assert answer.headers["etag"] == tag
                    assert answer.headers["cache-control"] == "public, max-age=0, must-revalidate"
                    assert "content-length" not in answer.headers
        assert {ask(one, address, if_none_match="*").status for one in (cached, django)} == {304}
        assert ask(cached, address, if_none_match='"other"').status == 200


def test_it_holds_the_codings_that_were_asked_for(cached: PageCache):
    first = ask(cached, "/en/data/", accept_encoding="br")
    assert len(cached.answers) == 1
    assert cached.answers.size < len(first.decoded)
    other = ask(cached, "/en/data/", accept_encoding="gzip")
    assert (other.cache, other.decoded) == ("hit", first.decoded)
    assert len(cached.answers) == 2


def test_head_and_part_of_a_body(cached: PageCache):
    for times in range(2):
        head = ask(cached, "/en/data/", "HEAD")
        assert head.cache == ("hit" if times else "fwd=miss; stored")
        assert head.body == b""
        whole = ask(cached, "/en/data/", range="bytes=0-9")
        assert (whole.status, len(whole.body)) == (200, int(head.headers["content-length"]))


def test_a_change_is_seen_however_it_is_made(cached: PageCache):
    address = "/api/v1/centres/kenya-scrc/"
    before = ask(cached, address)
    assert ask(cached, address).cache == "hit"
    centre = Centre.objects.get(code="kenya-scrc")
    centre.acronym = "KE-1"
    centre.save()
    saved = ask(cached, address, if_none_match=before.headers["etag"])
    assert b"KE-1" in saved.body
    Centre.objects.filter(pk=centre.pk).update(acronym="KE-2")
    assert b"KE-2" in ask(cached, address, if_none_match=saved.headers["etag"]).body


def test_another_day_is_another_state(cached: PageCache, monkeypatch: pytest.MonkeyPatch):
    ask(cached, "/en/")
    tomorrow = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=1)
    monkeypatch.setattr("django.utils.timezone.now", lambda: tomorrow)
    assert ask(cached, "/en/").cache == "fwd=miss; stored"


def test_the_state_is_asked_for_once_in_a_while(django: Any, settings: Any):
    settings.PAGE_CACHE_SECONDS = 0.2
    asked = []
    cached = PageCache(django, lambda: asked.append(1) or state())  # type: ignore[func-returns-value]
    for _time in range(20):
        ask(cached, "/en/")
    assert len(asked) == 1
    time.sleep(0.2)
    ask(cached, "/en/")
    assert len(asked) == 2


# Whose an answer is.


def test_staff_go_past_it_and_nothing_of_theirs_stays(cached: PageCache, django_user_model: Any):
    user = django_user_model.objects.create_superuser("someone", password="a-long-password")
    client = Client()
    client.force_login(user)
    cookie = "; ".join(f"{name}={one.value}" for name, one in client.cookies.items())
    for _time in range(2):
        admin = ask(cached, "/en/admin/", cookie=cookie)
        assert b"someone" in admin.body
        assert admin.cache == ""
        assert ask(cached, "/en/", cookie=cookie).cache == ""
    assert ask(cached, "/en/admin/").status == 302
    login = ask(cached, "/en/admin/login/")
    assert "set-cookie" in login.headers
    assert login.cache == ""
    assert ask(cached, "/en/").cache == "fwd=miss; stored"
    assert ask(cached, "/en/", cookie="seen=1").cache == "hit"
    token = Token.objects.create(user=user)[1]
    assert ask(cached, "/api/v1/functions/", authorization=f"Bearer {token}").cache == ""
    assert ask(cached, "/api/v1/functions/", authorization="Bearer wrong").status == 401
    assert ask(cached, "/api/v1/functions/").cache == "fwd=miss; stored"


@pytest.mark.parametrize("address", ["/", "/en/nowhere/", "/en/centres/?kind=nonsense", "/api/v1/centres/?page=999"])
def test_what_is_not_kept(cached: PageCache, address: str):
    for _time in range(2):
        assert ask(cached, address).cache in {"fwd=miss", ""}


def test_the_first_page_is_in_the_readers_language(cached: PageCache):
    for language in ("zh-hans", "en"):
        assert ask(cached, "/", accept_language=language).headers["location"] == f"/{language}/"
    assert ask(cached, "/", accept_language="en", cookie="django_language=zh-hans").headers["location"] == "/zh-hans/"


def test_what_does_not_suit_the_reader_is_refused_as_before(cached: PageCache):
    address = "/api/v1/functions/"
    ask(cached, address)
    assert ask(cached, address, accept="text/html").status == 406
    assert ask(cached, address, accept="application/json").cache == "hit"
    assert ask(cached, address, accept="text/html, */*;q=0.8").cache == "hit"


def test_hosts_and_schemes_have_their_own(cached: PageCache):
    address = "/api/v1/centres/?page_size=1"
    first = ask(cached, address)
    for headers in ({"host": "localhost"}, {"x_forwarded_proto": "https"}):
        other = ask(cached, address, **headers)
        assert other.cache == "fwd=miss; stored"
        assert other.headers["link"] != first.headers["link"]
    assert ask(cached, address, x_forwarded_proto="gopher").cache == "hit"
    assert ask(cached, address, host="elsewhere.example").status == 400


def test_limits_are_told_to_the_one_they_are_about(cached: PageCache, settings: Any):
    settings.API_REQUESTS_A_MINUTE = 2
    caches["throttle"].clear()
    assert "ratelimit" in ask(cached, "/api/v1/functions/").headers
    for _time in range(5):
        kept = ask(cached, "/api/v1/functions/")
        assert kept.cache == "hit"
        assert "ratelimit" not in kept.headers
    assert ask(cached, "/api/v1/criteria/").status == 200
    refused = ask(cached, "/api/v1/regions/")
    assert refused.status == 429
    assert "ratelimit" in refused.headers
    caches["throttle"].clear()
    assert ask(cached, "/api/v1/regions/").cache == "fwd=miss; stored"


# How a question is written.


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("b=1&a=2&b=0", "a=2&b=1&b=0"),
        ("q=a+b", "q=a+b"),
        ("q=a%20b", "q=a+b"),
        ("q=%e6%b1%9e", "q=%E6%B1%9E"),
        ("a", "a="),
        ("", ""),
        ("q=汞", None),
        ("q=" + "a" * 2000, None),
        ("a&" * 999 + "a&a", None),
    ],
)
def test_the_order_of_parameters_makes_no_other_question(written: str, kept: str | None):
    assert normalised(written) == kept


def test_one_question_in_two_orders_is_answered_once(cached: PageCache):
    first = ask(cached, "/en/compare/?mechanism=who&mechanism=basel&criterion=legal-status")
    other = ask(cached, "/en/compare/?criterion=legal-status&mechanism=who&mechanism=basel")
    assert (other.cache, other.body) == ("hit", first.body)
    # The order of the columns is another matter.
    turned = ask(cached, "/en/compare/?mechanism=basel&mechanism=who&criterion=legal-status")
    assert turned.cache == "fwd=miss; stored"
    assert turned.body != first.body


# Of many at once, and without a database: what stands behind the cache is a plain WSGI application.

TODAY = datetime.date(2026, 1, 1)


class Behind:
    """An application that takes its time and counts."""

    def __init__(self, seconds: float = 0.0, size: int = 1000) -> None:
        self.asked: list[str] = []
        self.state = State(1, None, TODAY)
        self.seconds, self.size = seconds, size
        self.fails = False
        self.status = "200 OK"
        self.more: dict[str, str] = {}

    def read_state(self) -> State:
        if self.fails:
            raise OperationalError
        return self.state

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        self.asked.append(environ["QUERY_STRING"])
        shown = environ[STATE] = self.state
        time.sleep(self.seconds)
        body = f"{shown.revision} {environ['QUERY_STRING']} ".encode().ljust(self.size, b"x")
        headers = [("ETag", f'"{shown.revision}-a-identity"'), ("Content-Length", str(len(body)))]
        start_response(self.status, [*headers, *self.more.items()])
        return io.BytesIO(body)


@pytest.fixture
def quick(settings: Any) -> None:
    settings.PAGE_CACHE_SECONDS = 0


def test_a_hundred_first_readers_cost_one_answer(quick: None):
    behind = Behind(0.3)
    cached = PageCache(behind, behind.read_state)
    with ThreadPoolExecutor(100) as pool:
        answers = list(pool.map(lambda _n: ask(cached, "/en/"), range(100)))
    assert len(behind.asked) == 1
    assert {one.body for one in answers} == {answers[0].body}
    assert {one.cache for one in answers} <= {"fwd=miss; stored", "fwd=miss; collapsed", "hit"}


def test_what_only_the_first_may_have_the_others_ask_for_themselves(quick: None):
    behind = Behind(0.1)
    behind.status = "429 Too Many Requests"
    cached = PageCache(behind, behind.read_state)
    with ThreadPoolExecutor(5) as pool:
        list(pool.map(lambda _n: ask(cached, "/en/"), range(5)))
    assert len(behind.asked) == 5


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Set-Cookie", "sessionid=of-the-first"),
        ("Cache-Control", "private"),
        ("Cache-Control", "no-store"),
        ("Vary", "Accept-Encoding, Cookie"),
    ],
)
def test_what_is_one_readers_is_given_to_no_other(quick: None, name: str, value: str):
    behind = Behind()
    cached = PageCache(behind, behind.read_state)
    behind.more = {name: value}
    assert ask(cached, "/en/").headers[name.lower()] == value
    behind.more = {}
    assert name.lower() not in ask(cached, "/en/").headers
    assert len(behind.asked) == 2


def test_who_comes_after_a_change_does_not_wait_for_what_was_before_it(quick: None):
    behind = Behind(0.3)
    cached = PageCache(behind, behind.read_state)
    with ThreadPoolExecutor(2) as pool:
        early = pool.submit(ask, cached, "/en/")
        time.sleep(0.1)
        behind.state = State(2, None, TODAY)
        late = pool.submit(ask, cached, "/en/")
    assert early.result().body.startswith(b"1 ")
    assert early.result().cache == "fwd=miss"
    assert late.result().body.startswith(b"2 ")
    assert ask(cached, "/en/").body.startswith(b"2 ")


def test_without_a_database_what_is_held_is_given_and_says_so(quick: None):
    behind = Behind()
    cached = PageCache(behind, behind.read_state)
    ask(cached, "/en/")
    behind.fails = True
    held = ask(cached, "/en/")
    assert held.cache.startswith("hit; ttl=-")
    assert held.cache.endswith("; detail=stale")
    assert "age" in held.headers
    behind.state = State(2, None, TODAY)
    assert ask(cached, "/en/").body.startswith(b"1 ")
    behind.fails = False
    assert ask(cached, "/en/").body.startswith(b"2 ")
    assert ask(cached, "/en/").cache == "hit"


def test_a_flood_of_questions_stays_within_the_bound_and_pushes_out_nothing_shared(quick: None, settings: Any):
    settings.PAGE_CACHE_BYTES = 1_000_000
    behind = Behind()
    cached = PageCache(behind, behind.read_state)
    shared = [f"/en/?page={n}" for n in range(20)]
    for address in shared * 2:
        ask(cached, address)
    for number in range(5000):
        ask(cached, f"/en/?q={number}")
        if number % 500 == 0:
            assert cached.answers.size <= 1_000_000
    before = len(behind.asked)
    assert {ask(cached, address).cache for address in shared} == {"hit"}
    assert len(behind.asked) == before


def test_what_was_shared_before_a_change_is_known_after_it(quick: None, settings: Any):
    settings.PAGE_CACHE_BYTES = 1_000_000
    behind = Behind()
    cached = PageCache(behind, behind.read_state)
    for _time in range(2):
        ask(cached, "/en/")
    behind.state = State(2, None, TODAY)
    ask(cached, "/en/")
    for number in range(1000):
        ask(cached, f"/en/?q={number}")
    assert ask(cached, "/en/").cache == "hit"


def test_the_bound_holds_whatever_the_sizes():
    answers = Answers(200_000)
    here = State(1, None, TODAY)
    answers.renew(here)
    sizes = itertools.cycle([10, 15_000, 300, 50_000, 4_000])
    for number in range(2000):
        answers.put(Answer(str(number), here, "200 OK", [], b"x" * next(sizes)))
        answers.get(str(number // 2), "identity")
        assert 0 < answers.size <= 200_000
    assert answers.size == sum(one.size for one in answers._held.values())
    assert not answers.put(Answer("late", State(2, None, TODAY), "200 OK", [], b""))
