"""The portal asked for nonsense of every kind, through the whole of it from the page cache on: it refuses in words.

`make test` asks some hundred times and `make fuzz` ten thousand times; where nothing has changed, the same each time.
"""

import io
import json
import math
import os
import resource
import sys
import time
from collections import Counter
from itertools import chain
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from django.db import transaction
from django.utils.html import escape
from hypothesis import HealthCheck, Phase, given, settings

from config.wsgi import application
from tests.api.test_fuzz import token
from tests.config import nonsense
from tests.config.nonsense import PROBE, Asked

pytestmark = pytest.mark.one_database

#: Requests, about; `make fuzz` says how many, and only it looks at time and memory.
CASES = int(os.environ.get("NONSENSE_CASES", "400"))
IS_MEASURED = "NONSENSE_CASES" in os.environ
#: For an answer, in seconds, and for all of them more than at the beginning, in megabytes.
MOST_SECONDS, MOST_MEGABYTES = 10, 400
#: What an answer to nonsense may weigh: the largest file that can be asked for is smaller.
MOST_BYTES = 8 * 2**20


class Given:
    """An answer of the portal, as a server gets it."""

    def __init__(self, asked: Asked) -> None:
        environ = {
            "SCRIPT_NAME": "",
            "SERVER_NAME": "testserver",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(asked.body),
            "wsgi.errors": io.StringIO(),
            "wsgi.multithread": True,
            "wsgi.multiprocess": True,
            "wsgi.run_once": False,
            **asked.environ,
        }
        said: list[Any] = []
        began = time.monotonic()
        chunks = application(environ, lambda *arguments: said.extend(arguments))
        self.body = b"".join(chunks)
        if hasattr(chunks, "close"):
            chunks.close()
        self.seconds = time.monotonic() - began
        self.status = int(said[0][:3])
        self.headers = {name.lower(): value for name, value in said[1]}
        self.raw_headers = said[1]

    @property
    def text(self) -> str:
        return self.body.decode(errors="replace") if "content-encoding" not in self.headers else ""

    @property
    def is_html(self) -> bool:
        return self.headers.get("content-type", "").startswith("text/html")


def judge(asked: Asked, given: Given) -> None:
    """Hold an answer to what holds for every one."""
    assert 200 <= given.status < 500, given.text[:3000]
    for name, value in given.raw_headers:
        # A server refuses the whole answer otherwise.
        value.encode("latin-1")
        assert not set("\r\n\0") & set(name + value)
    assert len(given.body) < MOST_BYTES
    assert "x-probe" not in given.headers
    if location := given.headers.get("location"):
        led = urlsplit(urljoin("http://testserver/", as_browsers_read(location)))
        assert led.scheme in {"http", "https"}
        assert led.netloc in {"testserver", asked.headers.get("Host")}, location
    if given.is_html:
        assert PROBE not in given.text
    if given.status >= 400 and asked.method != "HEAD":
        explains(asked, given)


def as_browsers_read(location: str) -> str:
    """Return an address as browsers take it: with slashes for backslashes, less what they leave out."""
    return location.replace("\\", "/").translate({ord(one): None for one in "\t\r\n"}).strip()


def explains(asked: Asked, given: Given) -> None:
    """Hold a refusal to its words."""
    assert given.body.strip(), f"{given.status} says nothing"
    if "content-encoding" in given.headers:
        return
    if given.headers["content-type"].startswith("application/problem+json"):
        problem = json.loads(given.body)
        assert problem["status"] == given.status
        assert problem["detail"]
    elif given.status == 400 and "<dl" in given.text and asked.named:
        assert any(escape(name) in given.text for name in asked.named)


def ask(strategy: Any, number: int) -> list[tuple[int, float, Asked]]:
    """Make so many requests and judge the answers; return the status and the seconds of each."""
    found: list[tuple[int, float, Asked]] = []

    @settings(
        max_examples=number,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        # They are short as they are; to make them shorter takes minutes.
        phases=[Phase.generate],
    )
    @given(strategy)
    def once(asked: Asked) -> None:
        with transaction.atomic():
            given = Given(asked)
            transaction.set_rollback(True)
        found.append((given.status, given.seconds, asked))
        judge(asked, given)
        if IS_MEASURED:
            assert given.seconds < MOST_SECONDS, given.seconds

    once()
    return found


@pytest.mark.usefixtures("content", "kept_connection")
def test_nonsense_is_refused_in_words(subtests: pytest.Subtests, settings: Any):
    settings.API_REQUESTS_A_MINUTE = 0
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    figures: dict[str, list[tuple[int, float, Asked]]] = {}
    kinds = nonsense.kinds(token())
    for kind, strategy in kinds.items():
        with subtests.test(kind):
            figures[kind] = ask(strategy, math.ceil(CASES / len(kinds)))
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024
    write(figures, grown)
    if IS_MEASURED:
        assert grown < MOST_MEGABYTES


def write(figures: dict[str, list[tuple[int, float, Asked]]], grown: int) -> None:
    """Write how much of each kind was tried and how it was answered; `make fuzz` shows it."""
    for kind, found in {**figures, "all": list(chain.from_iterable(figures.values()))}.items():
        statuses = ", ".join(f"{status}: {n}" for status, n in sorted(Counter(one[0] for one in found).items()))
        slowest = max(one[1] for one in found)
        sys.stdout.write(f"{kind:<40}{len(found):>6}  slowest {slowest:5.2f} s  {statuses}\n")
    sys.stdout.write(f"memory grew by {grown} MB at its peak\n")


@pytest.mark.usefixtures("content", "kept_connection")
@pytest.mark.parametrize(
    ("asked", "status", "words"),
    [
        (Asked(b"/en/centres/", b"page=" + b"9" * 5000, named=("page",)), 400, "Write a number from 1 to"),
        (Asked(b"/api/v1/indicators/", b"ordering=+"), 200, "results"),
        (Asked(b"/en/centres/", b"&".join(b"a%d=1" % number for number in range(490))), 400, "a19"),
        (Asked(b"/en/centres/", b"&".join([b"kind=a"] * 501)), 400, "500 parameters"),
        (Asked(b"/api/v1/centres/", b"q=" + b"x" * 20_000), 400, "16000 characters"),
        (Asked(b"/en" + b"/a" * 5000 + b"/"), 404, "There is nothing at this address"),
        (Asked(b"/en/\0"), 400, "无法读取"),
        (Asked(b"/en/admin/login/", b"next=http://["), 200, "password"),
        (Asked(b"/en/centres/", method="TRACE"), 405, "HEAD"),
        (Asked(b"/api/docs/", headers={"Accept": "image/png"}), 406, "detail"),
        (
            Asked(
                b"/en/nothing/",
                method="POST",
                headers={
                    "Content-Type": f"multipart/form-data; boundary={'x' * 300}",
                    "Cookie": f"csrftoken={'a' * 32}",
                },
            ),
            404,
            "There is nothing at this address",
        ),
    ],
)
def test_what_once_broke_it(asked: Asked, status: int, words: str):
    given = Given(asked)
    assert given.status == status
    assert words in given.text
    judge(asked, given)
