"""Tests about the repository itself: what a reader or a fresh machine relies on and no page would show."""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

ROOT = Path(settings.BASE_DIR)

#: Folders that tools and the portal write into.
WRITTEN = {".git", ".venv", "var", "__pycache__", ".hypothesis", ".mypy_cache", ".pytest_cache", ".ruff_cache"}


def files() -> list[Path]:
    """Return the repository's own files."""
    found = []
    for folder, folders, names in os.walk(ROOT):
        folders[:] = [name for name in folders if name not in WRITTEN]
        found += [Path(folder, name) for name in names]
    assert len(found) > 50, "the walk has missed the repository"
    return found


# Nothing hides a failure

# Put together from parts, so that this file does not hold what it looks for.
OR = r"\|\| *"
HIDES = re.compile(
    rf"{OR}true\b|{OR}:(?:\s|$)|{OR}echo\b|{OR}exit 0|set \+e|continue-on-{'error'}|--exit-{'zero'}|^\t@?-[^-]",
    re.M,
)
SWITCHED_OFF = re.compile(rf"mark\.(?:{'sk'}ip|{'xf'}ail)\b")


@pytest.mark.parametrize("path", ["Makefile", ".ci/run"])
def test_no_command_hides_its_failure(path):
    assert not HIDES.findall((ROOT / path).read_text(encoding="utf-8"))


@pytest.mark.parametrize("line", ["x || true", "x ||true", "x || :", "x || echo no", "set +e", "\t-x", "\t@-x"])
def test_a_hidden_failure_would_be_found(line):
    assert HIDES.search(line)


def test_no_test_is_switched_off():
    for path in (ROOT / "tests").rglob("*.py"):
        assert not SWITCHED_OFF.search(path.read_text(encoding="utf-8")), path


def test_every_folder_of_tests_is_a_package():
    for folder in [ROOT / "tests", *(ROOT / "tests").rglob("*/")]:
        if folder.is_dir() and folder.name != "__pycache__":
            assert (folder / "__init__.py").exists(), f"{folder} would be collected under another name, or not at all"


def test_every_test_is_in_a_file_that_is_collected():
    with_tests = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "tests").rglob("*.py")
        if any(
            isinstance(node, ast.FunctionDef) and node.name.startswith("test")
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        )
    }
    environment = {name: value for name, value in os.environ.items() if name != "PYTEST_ADDOPTS"}
    # With tests/cluster and tests/faults, which `make test-cluster` and `make faults` ask for by name.
    command = [sys.executable, "-m", "pytest", "--collect-only", "--quiet", "-o", "norecursedirs=.*"]
    output = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True).stdout
    assert with_tests == set(re.findall(r"^(tests/\S+\.py)(?=::|: )", output, re.M))


def test_the_browser_marker_is_on_every_browser_test_and_nowhere_else(request):
    for item in request.session.items:
        assert ("tests/browser/" in item.path.as_posix()) == bool(item.get_closest_marker("browser")), item.nodeid


#: What is about the database itself: what it takes, keeps, finds, orders, counts and locks.
ABOUT_DATABASES = [
    "accounts/test_signing_in.py",
    "api/test_changes.py",
    "api/test_fuzz.py",
    "api/test_paging.py",
    "api/test_queries.py",
    "api/test_writing.py",
    "centres/test_census.py",
    "data/test_constraints.py",
    "editing/test_proposals.py",
    "editing/test_saving.py",
    "pages/test_filters.py",
    "publishing/test_content_faults.py",
    "publishing/test_content_loader.py",
    "publishing/test_dump.py",
    "publishing/test_history.py",
    "search/test_truth.py",
    "search/test_upkeep.py",
]


@pytest.mark.parametrize("path", ABOUT_DATABASES)
def test_what_is_about_the_database_runs_on_both(path):
    assert "one_database" not in (ROOT / "tests" / path).read_text(encoding="utf-8")


def test_what_commits_runs_on_both_databases(request):
    for item in request.session.items:
        marker = item.get_closest_marker("django_db")
        commits = marker and marker.kwargs.get("transaction")
        assert not (commits and item.get_closest_marker("one_database")), item.nodeid


# What belongs in the repository


@pytest.mark.django_db
def test_every_model_change_has_its_migration():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_no_file_names_a_package_registry():
    # A lock or a script with such a host works on one network only. In parts, as above.
    hosts = ["py" + "pi", "python" + "hosted", "npm" + "js", "yarn" + "pkg", "crates", "deb." + "debian"]
    host = re.compile(rf"\b(?:{'|'.join(hosts)})\.(?:org|com|io|net)\b")
    for path in files():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            # A picture or another file that is not text.
            continue
        found = host.search(text)
        assert not found, f"{path} names {found[0]}"


@pytest.mark.parametrize("pattern", ["/var/", "/.venv/", "__pycache__/", "*.mo"])
def test_git_ignores_what_is_made(pattern):
    assert pattern in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()


def test_the_portal_writes_into_the_ignored_folder_only():
    assert Path(settings.STATIC_ROOT).is_relative_to(ROOT / "var")


def test_each_line_of_the_threat_model_names_tests_that_are_there():
    lines = [
        line for line in (ROOT / "docs/threat-model.md").read_text(encoding="utf-8").splitlines() if line[:2] == "| "
    ]
    for line in lines[1:]:
        named = line.rstrip(" |").rpartition(" | ")[2]
        places = re.findall(r"`(tests/[\w/.]+)`(?: \((.+?)\))?", named)
        assert places, line
        for place, names in places:
            assert (ROOT / place).exists(), place
            for name in re.findall(r"`(\w+)`", names):
                assert name in (ROOT / place).read_text(encoding="utf-8"), name
