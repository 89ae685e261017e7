"""``manage.py serve``, behind ``make run``: the database is prepared, and a fork of the same process serves."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings

from tests.copies import Copy

pytestmark = pytest.mark.one_database


@contextmanager
def serving(copy: Copy) -> Iterator[subprocess.Popen[str]]:
    """Serve the copy; yield the server once it answers, and end it as Ctrl-C would."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "manage.py", "serve", "--port", str(port)]
    environment = {**os.environ, "DATABASE_URL": copy.url, "DJANGO_SETTINGS_MODULE": "config.settings_test"}
    server = subprocess.Popen(command, cwd=settings.BASE_DIR, env=environment, stdout=subprocess.PIPE, text=True)
    address = f"http://127.0.0.1:{port}/"
    try:
        for _time in range(600):
            try:
                with urllib.request.urlopen(f"{address}en/", timeout=60) as page:
                    assert page.status == 200
                break
            except OSError:
                time.sleep(0.1)
        yield server
    finally:
        server.send_signal(signal.SIGINT)
        said, _nothing = server.communicate(timeout=60)
    assert server.returncode == 0
    assert address in said


def test_it_prepares_the_database_serves_and_ends_when_told(copy: Copy):
    loaded = copy.ask("SELECT content_hash FROM publishing_dataset")
    # As if other files had been loaded.
    copy.do("UPDATE publishing_dataset SET content_hash = 'other'")
    with serving(copy):
        pass
    assert copy.ask("SELECT content_hash FROM publishing_dataset") == loaded


def test_it_ends_though_its_worker_does_not(copy: Copy):
    with serving(copy) as server:
        children = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()
        worker = int(children[-1])
        os.kill(worker, signal.SIGSTOP)
    assert not Path(f"/proc/{worker}").exists()
