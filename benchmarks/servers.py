"""What the benchmarks start and ask: the portal as `make run` serves it, beside other servers on this machine."""

import os
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
#: Of an environment without the tools of the tests (Makefile).
GRANIAN = ROOT / "var" / "served" / "bin" / "granian"
PORT, OTHER_PORT, BARE_PORT = 8107, 8108, 8110
PORTAL, OTHER, BARE = (f"http://127.0.0.1:{port}" for port in (PORT, OTHER_PORT, BARE_PORT))


def environment(database: Path, **more: str) -> dict[str, str]:
    """Return the environment of a portal on a database in a file; one address asks for everything here."""
    return {
        **os.environ,
        "DATABASE_URL": f"sqlite:///{database}",
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "PORTAL_LOCAL": "1",
        "DEBUG": "0",
        "PYTHONPATH": f"{ROOT}:{ROOT / 'benchmarks'}",
        "API_REQUESTS_A_MINUTE": "0",
        "SEARCHES_A_MINUTE": "0",
        "EXPORTS_A_MINUTE": "0",
        **more,
    }


def manage(database: Path, *command: str) -> None:
    arguments = [sys.executable, "manage.py", *command]
    subprocess.run(arguments, check=True, cwd=ROOT, env=environment(database), stdout=subprocess.DEVNULL)


@contextmanager
def running(command: list[str], address: str, **options: Any) -> Iterator[int]:
    """Run a server until it answers, and then the block; yield its process id."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **options)
    try:
        for _time in range(600):
            try:
                fetch(address)
                break
            except OSError:
                time.sleep(0.1)
        else:
            raise SystemExit(f"{command[0]} does not answer")
        yield process.pid
    finally:
        process.terminate()
        process.wait()


@contextmanager
def portal(
    database: Path, application: str = "config.wsgi", port: int = PORT, first: str = "/en/", **more: str
) -> Iterator[int]:
    """Run a portal as `make run` does, with one worker; yield the worker's process id.

    Args:
        database: the file that it reads.
        application: the module that answers.
        port: where it listens.
        first: an address that it answers.
        more: other variables of its environment.
    """
    command = [str(GRANIAN), "--interface", "wsgi", "--no-ws", "--workers", "1", "--blocking-threads", "4"]
    command += ["--host", "127.0.0.1", "--port", str(port), "--workers-kill-timeout", "5", f"{application}:application"]
    heap = {"MALLOC_ARENA_MAX": "2", "MALLOC_TRIM_THRESHOLD_": "131072"}
    served = environment(database, **heap, **more)
    with running(command, f"http://127.0.0.1:{port}{first}", cwd=ROOT, env=served) as pid:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        yield int(children[-1])


def fetch(address: str, coding: str = "identity", **headers: str) -> tuple[dict[str, str], bytes]:
    """Return the headers, by their names in lower case, and the body of an answer."""
    request = urllib.request.Request(address, headers={"Accept-Encoding": coding, **headers})
    with urllib.request.urlopen(request, timeout=60) as response:
        return {name.lower(): value for name, value in response.headers.items()}, response.read()


def wrk(address: str, seconds: int, *, connections: int = 8, script: Path | None = None, coding: str = "") -> str:
    """Return what wrk says of asking for an address all the time."""
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "60s"]
    command += ["-s", str(script)] if script else []
    command += ["-H", f"Accept-Encoding: {coding}"] if coding else []
    return subprocess.run([*command, address], check=True, capture_output=True, text=True).stdout


def rate(address: str, seconds: int, coding: str) -> float:
    """Return how often a second an address is answered."""
    found = re.search(r"Requests/sec:\s+([\d.]+)", wrk(address, seconds, coding=coding))
    if found is None:
        raise SystemExit(f"wrk could not ask for {address}")
    return float(found[1])


def memory(pid: int) -> float:
    """Return the megabytes that a process has in memory."""
    kilobytes = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
    return int(kilobytes[1]) / 1024 if kilobytes else 0.0
