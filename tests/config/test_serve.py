"""``manage.py serve``, behind ``make run``: the database is prepared, and a fork of the same process serves."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request

import pytest
from django.conf import settings

from tests.copies import Copy

pytestmark = pytest.mark.one_database


def test_it_prepares_the_database_serves_and_ends_when_told(copy: Copy):
    loaded = copy.ask("SELECT content_hash FROM publishing_dataset")
    # As if other files had been loaded.
    copy.do("UPDATE publishing_dataset SET content_hash = 'other'")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "manage.py", "serve", "--port", str(port)]
    environment = {**os.environ, "DATABASE_URL": copy.url, "DJANGO_SETTINGS_MODULE": "config.settings_test"}
    server = subprocess.Popen(command, cwd=settings.BASE_DIR, env=environment, stdout=subprocess.PIPE, text=True)
    try:
        for _time in range(600):
            try:
                page = urllib.request.urlopen(f"http://127.0.0.1:{port}/en/", timeout=60)
                break
            except OSError:
                time.sleep(0.1)
        with page:
            assert page.status == 200
    finally:
        server.send_signal(signal.SIGINT)
        said, _nothing = server.communicate(timeout=60)
    assert server.returncode == 0
    assert f"http://127.0.0.1:{port}/" in said
    assert copy.ask("SELECT content_hash FROM publishing_dataset") == loaded
