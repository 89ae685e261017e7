"""The cluster, whose content is loaded once."""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.cluster.servers import Postgres, portal_environment, prepare
from tests.cluster.test_cluster import Cluster


@pytest.fixture(scope="session")
def loaded() -> Iterator[tuple[Postgres, str]]:
    """A server that has ended, with the content, and a token with which a centre can be changed there."""
    with tempfile.TemporaryDirectory(prefix="portal-loaded-") as folder:
        server = Postgres(Path(folder) / "loaded")
        server.begin()
        server.start()
        try:
            token = prepare(portal_environment([server], []))
        finally:
            server.end()
        yield server, token


@pytest.fixture
def cluster(loaded: tuple[Postgres, str]) -> Iterator[Cluster]:
    with ExitStack() as stack:
        yield Cluster(stack, *loaded)
