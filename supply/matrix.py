"""Whether the portal runs on every Python and every Django that pyproject.toml allows: environments in var/matrix/.

Each has what is locked, and on the newer line of Django the newest of that line. In each the quick part of the tests
runs, on SQLite: constraints, saving, history, loading, signing in, mail, the API, the cache. A full run of each would
take hours.
Named cells (``python -m supply.matrix 3.13-6``) run alone.
"""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from supply import DEVELOPMENT, ROOT
from supply.locks import PYTHONS

#: Lines of Django: the locked one, and others with what is to be installed and the first Python that they run on.
LOCKED = "5.2"
OTHERS = {"6": ("django>=6,<7", "3.12")}
QUICK = [
    "tests/accounts/test_signing_in.py",
    "tests/api/test_endpoints.py",
    "tests/api/test_errors.py",
    "tests/api/test_feed.py",
    "tests/config/test_digests.py",
    "tests/data/test_constraints.py",
    "tests/editing/test_saving.py",
    "tests/publishing/test_dates.py",
    "tests/publishing/test_history.py",
    "tests/publishing/test_loading.py",
    "tests/publishing/test_page_cache.py",
    "tests/publishing/test_watching.py",
]
CELLS = [f"{python}-{LOCKED}" for python in PYTHONS] + [
    f"{python}-{line}"
    for line, (_wanted, first) in OTHERS.items()
    for python in PYTHONS
    if PYTHONS.index(python) >= PYTHONS.index(first)
]


def interpreter(python: str) -> str:
    """Return the path of a Python, on the search path or among pyenv's; raise LookupError where there is none."""
    versions = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"), "versions")
    for path in (shutil.which(f"python{python}"), *sorted(versions.glob(f"{python}.*/bin/python"))):
        # One of pyenv's is on the search path whether or not it is switched on.
        if path and subprocess.run([path, "-c", ""], capture_output=True).returncode == 0:  # noqa: S603
            return str(path)
    raise LookupError(f"Python {python} is not on this machine")


def run(cell: str) -> str:
    """Make the environment of a cell and run the quick part in it; return the installed Django.

    Raises:
        LookupError: its Python is not there.
        subprocess.CalledProcessError: a step, or a test, failed.
    """
    python, line = cell.split("-")
    folder = ROOT / "var" / "matrix" / cell
    own = str(folder / "bin" / "python")
    uv = str(Path(sys.executable).with_name("uv"))

    def do(*command: str) -> None:
        subprocess.run(command, cwd=ROOT, check=True)  # noqa: S603

    do(uv, "venv", "--quiet", "--clear", "--python", interpreter(python), str(folder))
    do(uv, "pip", "sync", "--quiet", "--require-hashes", "--python", own, DEVELOPMENT)
    if line in OTHERS:
        do(uv, "pip", "install", "--quiet", "--upgrade", "--python", own, OTHERS[line][0])
    do(uv, "pip", "check", "--quiet", "--python", own)
    do(
        own,
        "-m",
        "pytest",
        "-q",
        "-o",
        f"cache_dir=var/matrix/{cell}/cache",
        f"--output=var/matrix/{cell}/none",
        *QUICK,
    )
    asked = [own, "-c", "import django; print(django.__version__)"]
    return subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip()  # noqa: S603


def main(cells: list[str]) -> int:
    """Run the cells, all of them by default, and print what came of each; return 1 unless all passed."""
    if unknown := set(cells) - set(CELLS):
        sys.exit(f"{', '.join(sorted(unknown))}: write {', '.join(CELLS)}")
    told = []
    for cell in cells or CELLS:
        print(f"== Python and Django {cell}", flush=True)
        began = time.monotonic()
        try:
            came = f"passed with Django {run(cell)}"
        except (LookupError, subprocess.CalledProcessError) as error:
            came = f"FAILED: {error}"
        told.append(f"{cell:10} {time.monotonic() - began:4.0f} s  {came}")
    print("\n".join(told))
    return int(any("FAILED" in line for line in told))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
