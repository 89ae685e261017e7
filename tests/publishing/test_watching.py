"""What is told of a request and of a slow query: enough to find it, and nothing of its reader."""

import io
import json
import logging
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from secrets import token_urlsafe
from typing import Any

import pytest
from django.conf import settings as configured
from django.core.wsgi import get_wsgi_application
from django.db import DatabaseError, IntegrityError, OperationalError, connection, connections, transaction
from django.db.backends.sqlite3.base import DatabaseWrapper

from centres.models import Centre
from config.views import HomeView
from publishing.conditional import state
from publishing.logs import JsonFormatter
from publishing.metrics import FAMILIES, metrics
from publishing.page_cache import PageCache
from publishing.replicas import Replicas
from publishing.watching import Watched, shape
from tests.publishing.test_page_cache import ask

MADE = re.compile(r"[0-9a-f-]{36}")
TOKEN = "a-token-of-the-tests"


@pytest.fixture
def lines() -> Iterator[Callable[[], list[dict[str, Any]]]]:
    """A function that returns the lines of the log, as production writes them."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonFormatter())
    logging.getLogger().addHandler(handler)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    logging.getLogger().removeHandler(handler)


@pytest.fixture
def watched(content: None, kept_connection: None) -> Watched:
    return Watched(get_wsgi_application())


@pytest.fixture
def cached(watched: Watched, settings: Any) -> PageCache:
    settings.PAGE_CACHE_SECONDS = 0
    return PageCache(watched, state)


def counted(family: str, **labels: str) -> float:
    samples = [one for one in metrics._counted() if one.family == family]
    return sum(one.value for one in samples if labels.items() <= one.labels.items())


def fails(error: Exception) -> Callable[..., Any]:
    def answer(*arguments: Any, **options: Any) -> Any:
        raise error

    return answer


@pytest.mark.one_database
def test_a_request_has_one_line_and_nothing_of_its_reader(cached: PageCache, lines: Callable[[], list[Any]]):
    private = {"cookie": "seen=jane", "referer": "http://jane.example/", "user_agent": "jane"}
    answer = ask(cached, "/en/centres/?q=jane", x_request_id="Quoted-1", **private)
    assert answer.headers["x-request-id"] == "Quoted-1"
    (line,) = lines()
    assert set(line) == {
        *("time", "level", "logger", "message", "request_id"),
        *("method", "path", "status", "milliseconds", "revision", "cache"),
    }
    assert (line["method"], line["path"], line["status"]) == ("GET", "/en/centres/", 200)
    assert (line["request_id"], line["cache"], line["revision"]) == ("Quoted-1", "miss", state().revision)
    assert not re.search(r"jane|127\.0\.0\.1", json.dumps(line))


@pytest.mark.one_database
def test_a_hit_has_no_line_and_nobody_gets_the_id_of_another(cached: PageCache, lines: Callable[[], list[Any]]):
    first = ask(cached, "/en/data/", x_request_id="first")
    again = ask(cached, "/en/data/", x_request_id="second")
    assert (first.headers["x-request-id"], again.cache) == ("first", "hit")
    assert "x-request-id" not in again.headers
    assert len(lines()) == 1
    told = {sample.labels.get("result"): sample.value for sample in cached.figures()}
    assert (told["hit"], told["miss"], told["pass"]) == (1, 1, 0)
    held = {sample.family: sample.value for sample in cached.figures()}
    assert held["portal_cache_entries"] == 1
    assert held["portal_cache_bytes"] == cached.answers.size


@pytest.mark.parametrize("given", ["", "x" * 65, 'a"b', "a b", "a\r\nSet-Cookie: b", "é"])
@pytest.mark.one_database
def test_an_id_that_is_none_is_made(watched: Watched, given: str):
    answer = ask(watched, "/nowhere", x_request_id=given)
    assert MADE.fullmatch(answer.headers["x-request-id"])


@pytest.mark.one_database
def test_a_path_is_written_on_one_line_as_it_was_sent(watched: Watched, lines: Callable[[], list[Any]]):
    ask(watched, "/en/\n/\xe4\xb8\xad")
    assert lines()[-1]["path"] == "/en/%0A/%E4%B8%AD"


@pytest.mark.parametrize(
    ("error", "status"), [(RuntimeError("it broke"), 500), (OperationalError("away"), 503), (DatabaseError("?"), 503)]
)
@pytest.mark.one_database
def test_who_meets_a_failure_can_quote_its_id(
    cached: PageCache, lines: Callable[[], list[Any]], monkeypatch: pytest.MonkeyPatch, error: Exception, status: int
):
    monkeypatch.setattr(HomeView, "answer", fails(error))
    page = ask(cached, "/zh-hans/", x_request_id="Quoted-2")
    assert page.status == status
    assert page.body.decode().count("<code>Quoted-2</code>") == 2
    traceback, line = lines()[-2:]
    assert (traceback["request_id"], line["request_id"]) == ("Quoted-2", "Quoted-2")
    assert str(error) in traceback["exception"]
    monkeypatch.setattr("centres.api.CentreViewSet.list", fails(error))
    problem = json.loads(ask(cached, "/api/v1/centres/", x_request_id="Quoted-3").body)
    assert (problem["status"], problem["request_id"]) == (status, "Quoted-3")


@pytest.mark.one_database
def test_a_traceback_has_no_row_of_the_database(
    watched: Watched, lines: Callable[[], list[Any]], monkeypatch: pytest.MonkeyPatch
):
    said = "duplicate key\nDETAIL:  Key (username)=(jane) exists.\nLINE 1: UPDATE x SET y = 'jane'\n        ^\n"
    monkeypatch.setattr(HomeView, "answer", fails(IntegrityError(said)))
    ask(watched, "/en/")
    (traceback,) = (line for line in lines() if "exception" in line)
    assert "duplicate key" in traceback["exception"]
    assert "jane" not in traceback["exception"]


@pytest.mark.one_database
def test_a_refused_password_is_logged_without_its_user(
    watched: Watched, lines: Callable[[], list[Any]], client: Any, django_user_model: Any
):
    logging.getLogger("axes").setLevel("INFO")
    django_user_model.objects.create_user("jane", password="a-long-password", is_staff=True)
    for _time in range(configured.AXES_FAILURE_LIMIT):
        client.post("/en/admin/login/", {"username": "jane", "password": "wrong"}, headers={"user-agent": "jane's"})
    text = json.dumps(lines())
    assert "axes" in text
    assert not re.search(r"jane|127\.0\.0\.1", text)


@pytest.mark.parametrize(
    ("address", "kind", "status"),
    [
        ("/en/data/", "page", "2xx"),
        ("/en/nowhere/", "page", "4xx"),
        ("/api/v1/functions/", "api", "2xx"),
        ("/api/v1/centres/?format=csv", "export", "2xx"),
        ("/en/centres/?format=csv", "export", "2xx"),
        ("/static/nothing.css", "static", "4xx"),
        ("/en/admin/", "admin", "3xx"),
    ],
)
@pytest.mark.one_database
def test_requests_are_counted_by_kind_and_status(watched: Watched, address: str, kind: str, status: str):
    before = counted("portal_requests_total", kind=kind, status=status)
    ask(watched, address)
    assert counted("portal_requests_total", kind=kind, status=status) == before + 1


@pytest.mark.one_database
def test_a_throttled_request_is_counted(watched: Watched, settings: Any):
    settings.API_REQUESTS_A_MINUTE = 1
    before = counted("portal_throttled_total")
    statuses = [ask(watched, "/api/v1/functions/").status for _time in range(3)]
    assert counted("portal_throttled_total") - before == statuses.count(429) >= 1


# Queries.


def test_a_slow_query_is_logged_without_its_values(content: None, lines: Callable[[], list[Any]], settings: Any):
    settings.SLOW_QUERY_SECONDS = 1e-9
    before = counted("portal_slow_queries_total", database="default")
    found = list(Centre.objects.filter(code__in=["jane", "kenya-scrc", "other"]).values_list("pk"))
    (line,) = lines()
    assert len(found) == 1
    assert (line["logger"], line["database"]) == ("portal.slow", "default")
    assert "centres_centre" in line["sql"]
    assert "IN (%s, …)" in line["sql"]
    assert "jane" not in json.dumps(line)
    assert counted("portal_slow_queries_total", database="default") == before + 1
    for limit in (60, 0):
        settings.SLOW_QUERY_SECONDS = limit
        Centre.objects.count()
    assert len(lines()) == 1


def test_a_statement_loses_what_stands_in_it():
    assert shape("SELECT t0.x FROM t0 WHERE a = 'it''s' AND b > 7.5 LIMIT 21") == (
        "SELECT t0.x FROM t0 WHERE a = ? AND b > ? LIMIT ?"
    )


def test_what_a_database_fails_is_counted_once(db: None, tmp_path: Any):
    before = counted("portal_database_errors_total", database="default")
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT nothing FROM nowhere")
    assert counted("portal_database_errors_total", database="default") == before + 1
    own = {"NAME": str(tmp_path / "no" / "folder"), "ENGINE": "django.db.backends.sqlite3", "OPTIONS": {}}
    connections["replica-1"] = DatabaseWrapper({**connection.settings_dict, **own}, "replica-1")
    try:
        replicas = Replicas(("replica-1",))
        with pytest.raises(OperationalError):
            replicas._attempt("replica-1", 0, lambda: connections["replica-1"].cursor())
        assert counted("portal_database_errors_total", database="replica-1", error="OperationalError") == 1
    finally:
        del connections["replica-1"]


# In production, and /metrics.


@pytest.mark.parametrize(("local", "begins"), [("0", "{"), ("1", "2")])
def test_lines_are_json_in_production_and_readable_at_home(local: str, begins: str):
    script = "import django, logging; django.setup(); logging.getLogger('portal.access').info('%(a)s', {'a': 'one'})"
    environment = {
        **os.environ,
        "PORTAL_LOCAL": local,
        "SECRET_KEY": token_urlsafe(50),
        "ALLOWED_HOSTS": "portal.example",
    }
    environment["DJANGO_SETTINGS_MODULE"] = "config.settings"
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, cwd=configured.BASE_DIR, env=environment, capture_output=True, text=True, check=True)
    (line,) = done.stderr.splitlines()
    assert line.startswith(begins)
    assert "portal.access" in line


@pytest.fixture
def told(settings: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Begin with the figures of requests alone; other tests have made portals in this process, each with its own."""
    monkeypatch.setattr(metrics, "sources", metrics.sources[:1])
    settings.METRICS_TOKEN = TOKEN
    settings.VAR_DIR = tmp_path
    return settings


@pytest.mark.one_database
def test_figures_are_for_who_has_the_token(cached: PageCache, told: Any):
    for given in ({}, {"authorization": "Bearer wrong"}, {"authorization": TOKEN}, {"authorization": "Bearer é"}):
        answer = ask(cached, "/metrics", **given)
        assert (answer.status, answer.body) == (401, b"")
        assert answer.headers["www-authenticate"] == "Bearer"
    for _time in range(2):
        answer = ask(cached, "/metrics", authorization=f"Bearer {TOKEN}")
        assert answer.status == 200
        assert answer.headers["cache-control"] == "no-store"
    assert len(cached.answers) == 0
    told.METRICS_TOKEN = ""
    for given in ("Bearer ", f"Bearer {TOKEN}"):
        assert ask(cached, "/metrics", authorization=given).status == 404


@pytest.mark.one_database
def test_figures_are_as_prometheus_reads_them(cached: PageCache, told: Any):
    ask(cached, "/en/data/")
    for pid, age in ((1, 0), (2, 3600)):
        other = told.VAR_DIR / "metrics" / f"{pid}.prom"
        other.parent.mkdir(exist_ok=True)
        other.write_text(f'portal_requests_total{{kind="page",status="2xx",worker="{pid}"}} 7.0\n')
        os.utime(other, (other.stat().st_mtime - age,) * 2)
    # Its own of a moment ago counts for nothing: it is asked itself.
    metrics.write()
    text = ask(cached, "/metrics", authorization=f"Bearer {TOKEN}").body.decode()
    assert text.endswith("\n")
    families = re.findall(r"^# HELP (\w+) .+\n# TYPE \1 (counter|gauge|histogram)$", text, re.MULTILINE)
    assert len(families) == text.count("# TYPE") == len(dict(families))
    assert dict(families).keys() <= FAMILIES.keys()
    assert {"portal_requests_total", "portal_answer_seconds"} <= dict(families).keys()
    own = re.compile(r'\w+\{(\w+="[^"\\]*",)*worker="\d+"\} [0-9.e+-]+')
    samples = [line for line in text.splitlines() if not line.startswith("#")]
    assert all(own.fullmatch(line) for line in samples)
    assert len({line.rpartition(" ")[0] for line in samples}) == len(samples), "a sample stands twice"
    assert 'portal_requests_total{kind="page",status="2xx",worker="1"} 7.0' in samples
    assert 'worker="2"' not in text
    assert not (told.VAR_DIR / "metrics" / "2.prom").exists()
    page = [
        line.rpartition(" ")[2] for line in samples if line.startswith("portal_answer_seconds") and '"page"' in line
    ]
    *buckets, count, seconds = map(float, page)
    assert buckets == sorted(buckets)
    assert buckets[-1] == count > 0 < seconds
