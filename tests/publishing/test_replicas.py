"""Which database a reading asks; tests/cluster has the same with real replicas that really die."""

import datetime
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import OperationalError, connections
from django.db.backends.sqlite3.base import DatabaseWrapper
from django.test import Client

from publishing import replicas as module
from publishing.models import Dataset
from publishing.replicas import Replicas, Report, reading_alias

ONE, TWO = "replica-1", "replica-2"
MORNING, NOON = (datetime.datetime(2026, 1, 1, hour, tzinfo=datetime.UTC) for hour in (9, 12))


@pytest.fixture
def databases(db: None, tmp_path: Path) -> Iterator[Callable[[str, int], None]]:
    """Two databases beside the test's own, that know a dataset and no content; a function that sets a revision."""

    def put(alias: str, revision: int) -> None:
        Dataset.objects.using(alias).update_or_create(pk=1, defaults={"revision": revision})

    for alias in (ONE, TWO):
        own = {"NAME": str(tmp_path / alias), "OPTIONS": {}}
        connections[alias] = DatabaseWrapper({**connections["default"].settings_dict, **own}, alias)
        with connections[alias].schema_editor() as editor:
            editor.create_model(Dataset)
        put(alias, 5)
    put("default", 5)
    yield put
    for alias in (ONE, TWO):
        connections[alias].close()
        del connections[alias]


def known(*usable: str) -> Replicas:
    """Return two replicas as they are after a look that found those in use."""
    replicas = Replicas((ONE, TWO))
    replicas.usable = usable
    # Nobody looks again.
    replicas._watch = threading.current_thread()
    return replicas


def work(replicas: Replicas, *, away: tuple[str, ...] = ()) -> Callable[[], tuple[str, int]]:
    """Return a reading that tells where it read which revision, and fails where a database is away."""

    def read() -> tuple[str, int]:
        if reading_alias() in away:
            raise OperationalError(reading_alias())
        revision = Dataset.current().revision
        replicas.accept(revision)
        return reading_alias(), revision

    return read


def test_replicas_are_read_by_turns_and_only_the_primary_is_written(databases: Callable[[str, int], None]):
    replicas = known(ONE, TWO)
    assert {replicas.read(work(replicas))[0] for _time in range(4)} == {ONE, TWO}
    databases(ONE, 6)
    databases(TWO, 6)

    def write() -> int:
        Dataset.objects.filter(pk=1).update(revision=9)
        return Dataset.current().revision

    assert replicas.read(write) == 6
    assert Dataset.current().revision == 9


def test_who_may_have_written_reads_the_primary(databases: Callable[[str, int], None]):
    replicas = known(ONE, TWO)
    assert [replicas.read(work(replicas), primary_first=True)[0] for _time in range(3)] == ["default"] * 3
    away = work(replicas, away=("default",))
    assert replicas.read(away, primary_first=True)[0] in {ONE, TWO}
    # Nobody waits for it a second time.
    assert replicas.candidates(primary_first=True)[-1] == "default"


def test_a_replica_that_fails_is_passed_over_until_it_is_well(databases: Callable[[str, int], None]):
    replicas = known(ONE)
    assert replicas.read(work(replicas, away=(ONE,)))[0] == "default"
    assert replicas.usable == ()
    well = Report(5, None, is_replica=True)
    replicas.judge({"default": well._replace(is_replica=False), ONE: well}, 5)
    assert replicas.read(work(replicas))[0] == ONE


def test_nobody_sees_an_older_state_after_a_newer_one(databases: Callable[[str, int], None]):
    replicas = known(ONE, TWO)
    databases("default", 7)
    databases(TWO, 7)
    assert replicas.read(work(replicas), primary_first=True) == ("default", 7)
    assert {replicas.read(work(replicas)) for _time in range(4)} == {(TWO, 7)}


def test_an_old_page_is_better_than_none_and_the_latest_is_best(databases: Callable[[str, int], None]):
    replicas = known(ONE, TWO)
    databases(TWO, 6)
    replicas.accept(9)
    assert replicas.read(work(replicas, away=("default",))) == (TWO, 6)


def test_without_any_database_the_reading_fails(databases: Callable[[str, int], None]):
    replicas = known(ONE)
    with pytest.raises(OperationalError):
        replicas.read(work(replicas, away=("default", ONE, TWO)))
    with pytest.raises(OperationalError):
        Replicas(()).read(work(replicas, away=("default",)))


PRIMARY = Report(5, NOON, is_replica=False)
WELL = Report(5, NOON, is_replica=True)


@pytest.mark.parametrize(
    ("reports", "usable"),
    [
        ({"default": PRIMARY, ONE: WELL, TWO: WELL}, (ONE, TWO)),
        ({"default": PRIMARY, TWO: WELL}, (TWO,)),
        ({"default": PRIMARY, ONE: WELL._replace(revision=4), TWO: WELL}, (TWO,)),
        # What was promoted, or follows a primary that was given up, goes its own way.
        ({"default": PRIMARY, ONE: PRIMARY, TWO: WELL}, (TWO,)),
        ({"default": PRIMARY, ONE: WELL._replace(changed_at=MORNING), TWO: WELL._replace(revision=6)}, ()),
        # Without a primary the latest counts, wherever it is.
        ({ONE: WELL, TWO: WELL._replace(revision=4)}, (ONE,)),
        ({ONE: WELL, TWO: PRIMARY._replace(revision=6)}, (TWO,)),
        ({}, ()),
    ],
)
def test_those_that_have_the_latest_state_are_used(reports: dict[str, Report], usable: tuple[str, ...]):
    replicas = known(ONE, TWO)
    replicas.judge(reports, 5)
    assert replicas.usable == usable
    assert replicas.primary_answers == ("default" in reports)


def test_changes_that_were_lost_with_a_primary_are_not_waited_for(databases: Callable[[str, int], None]):
    replicas = known(ONE)
    replicas.accept(6)
    replicas.judge({"default": PRIMARY, ONE: WELL}, 6)
    assert replicas.read(work(replicas)) == (ONE, 5)


def test_what_is_seen_during_a_look_is_not_forgotten(databases: Callable[[str, int], None]):
    replicas = known(ONE)
    databases("default", 6)
    replicas.accept(6)
    replicas.judge({"default": PRIMARY, ONE: WELL}, 5)
    assert replicas.read(work(replicas)) == ("default", 6)


@pytest.mark.usefixtures("content")
def test_a_page_that_fails_half_way_comes_whole_from_another(
    databases: Callable[[str, int], None], monkeypatch: pytest.MonkeyPatch
):
    def usable() -> tuple[str, ...]:
        return module.replicas.usable

    for name in ("usable", "aliases"):
        monkeypatch.setattr(module.replicas, name, (ONE,))
    monkeypatch.setattr(module.replicas, "_watch", threading.current_thread())
    monkeypatch.setattr(module.replicas, "revision", 0)
    monkeypatch.setattr(module.replicas, "primary_answers", True)
    # It tells its revision, and then it has no centres.
    databases(ONE, 10)
    for own in ({"cookie": "sessionid=1"}, {"authorization": "Bearer 1"}):
        Client(headers=own).get("/api/v1/centres/kenya-scrc/")
    assert Client().get("/en/admin/login/").status_code == 200
    assert usable() == (ONE,)
    answer = Client(raise_request_exception=False).get("/en/centres/kenya-scrc/")
    assert answer.status_code == 200
    assert answer.headers["ETag"].startswith('"5-')
    assert usable() == ()
