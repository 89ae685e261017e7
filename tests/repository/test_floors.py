"""The floors of the house (docs/architecture.md): imports run downward only, and every app has the same rooms."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
#: From the top down; each may use those below it.
FLOORS = ["config", "search", "options", "centres", "mechanisms", "regions", "sources"]
#: Every floor calls the first three, which call none of them; nobody calls the last, who may write, but by settings.
TOOLS = ["publishing", "quoting", "editing", "accounts"]
ROOMS = ["models", "querysets", "translation", "content", "filters", "serializers", "api", "views", "urls", "admin"]
LONGEST = 400


def modules(app: str) -> list[Path]:
    """Return an app's own Python files; Django has written its migrations."""
    return [path for path in sorted((ROOT / app).rglob("*.py")) if "migrations" not in path.parts]


def imported(source: str, package: list[str]) -> Iterator[tuple[str, int]]:
    """Yield what a file imports, at its top and inside functions, with the line.

    Args:
        source: the file's text.
        package: the packages that the file is in, for imports that begin with a dot.
    """
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from ((name.name, node.lineno) for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            yield ".".join([*above, *([node.module] if node.module else [])]), node.lineno
        elif isinstance(node, ast.Call):
            # importlib.import_module("centres.models"), apps.get_model("centres", …), a relation to "centres.Centre".
            first = node.args[0] if node.args else None
            if isinstance(first, ast.Constant) and isinstance(first.value, str) and first.value.isascii():
                is_path = "." in first.value and all(part.isidentifier() for part in first.value.split("."))
                if is_path or getattr(node.func, "attr", "") == "get_model":
                    yield first.value, node.lineno


def upward(app: str, source: str, package: list[str]) -> list[str]:
    """Return what a file of ``app`` imports from a floor above its own."""
    is_floor = app in FLOORS
    above = FLOORS[: FLOORS.index(app)] if is_floor else [*FLOORS, *TOOLS[TOOLS.index(app) + 1 :]]
    return [f"line {line}: {name}" for name, line in imported(source, package) if name.split(".")[0] in above]


@pytest.mark.parametrize("app", [*FLOORS, *TOOLS])
def test_imports_run_downward_only(app: str):
    found = {
        path.relative_to(ROOT).as_posix(): lines
        for path in modules(app)
        if (lines := upward(app, path.read_text(encoding="utf-8"), list(path.relative_to(ROOT).parts[:-1])))
    }
    assert found == {}
    assert len(modules(app)) > 4


@pytest.mark.parametrize(
    ("app", "source"),
    [
        ("sources", "from regions.models import Country"),
        ("regions", "import mechanisms.models"),
        ("regions", "def one():\n    from centres import models"),
        ("mechanisms", "class One:\n    def two(self):\n        import config.urls as urls"),
        ("mechanisms", "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from centres.models import Centre"),
        ("publishing", "from sources.models import Source"),
        ("publishing", "from accounts.models import Token"),
        ("publishing", "from editing.admin import PortalAdmin"),
        ("accounts", "from centres.models import Centre"),
        ("mechanisms", "import_module('centres.models')"),
        ("mechanisms", "models.ForeignKey('centres.Centre', models.CASCADE)"),
        ("sources", "apps.get_model('regions', 'Country')"),
    ],
)
def test_an_upward_import_would_be_found(app: str, source: str):
    assert upward(app, source, [app])


@pytest.mark.parametrize(
    ("app", "source"),
    [
        ("centres", "from mechanisms.models import Mechanism\nfrom regions import models\nimport sources"),
        ("config", "from centres.models import Centre"),
        (
            "sources",
            "from publishing.dates import PartialDate\nfrom sources.models import Source\nfrom . import models",
        ),
        ("publishing", "from publishing.dates import PartialDate\nimport datetime"),
    ],
)
def test_a_downward_import_is_allowed(app: str, source: str):
    assert upward(app, source, [app]) == []


def test_the_floors_are_all_the_apps():
    ours = {path.parent.name for path in ROOT.glob("*/apps.py")}
    assert ours == {*FLOORS, *TOOLS}
    assert ours <= set(settings.INSTALLED_APPS)


@pytest.mark.parametrize("app", FLOORS[1:])
@pytest.mark.parametrize("room", ROOMS)
def test_every_app_has_the_same_rooms(app: str, room: str):
    assert (ROOT / app / f"{room}.py").is_file()


@pytest.mark.parametrize("app", [*FLOORS, *TOOLS])
def test_no_file_is_too_long_to_read_in_one_go(app: str):
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in modules(app)}
    assert {path.relative_to(ROOT).as_posix(): n for path, n in lengths.items() if n > LONGEST} == {}
