"""No file of the repository holds a secret, and one that did would be found."""

import random
import shutil
import string
import subprocess
from pathlib import Path

import pytest
from django.conf import settings

from supply.leaks import scan, secrets
from tests.tools import missing


def chance(letters: str, length: int) -> str:
    """Return letters as a key has them, the same at each run."""
    return "".join(random.Random(length).choices(letters, k=length))  # noqa: S311


# Made here, so that this file does not hold what is looked for.
LETTERS = chance(string.ascii_letters, 40) + "7"
KEY, DIGITS = chance(string.ascii_letters + "-_7", 32) + "7", chance(string.hexdigits, 24) + "7a"
PLANTED = [
    f"-----BEGIN RSA {'PRIVATE'} KEY-----",
    f"-----BEGIN {'PRIVATE'} KEY-----",
    f"key: AK{'IA'}ABCDEFGHIJKLMNOP",
    f"gh{'p'}_{LETTERS}",
    f"github_{'pat'}_{LETTERS}",
    f"xox{'b'}-1234567890-abc",
    f"ey{'J'}hbGciOiJIUzI1.ey{'J'}zdWIiOiIxMjM.abcdefghijkl",
    f'SECRET_KEY = "{KEY}"',
    f"METRICS_TOKEN='{KEY}7'",
    f"password: {DIGITS}",
    f'{{"api_key": "{KEY}7a"}}',
    f"DATABASE_URL=postgres://portal:{DIGITS}@db1/portal",
]
HARMLESS = [
    "DATABASE_URL='postgres://portal:PASSWORD@127.0.0.1/portal'",
    "SECRET_KEY='…'",
    'password="a-long-password"',
    'METRICS_TOKEN = env_secret("METRICS_TOKEN", insecure_default="")',
    "    --hash=sha256:2ac7fe4ee5f1b3bb1d2a6c8ae2a2d5e2d3b9d53f9e7c8fdbd8ce1a6b8d0a5a11",
    "token = Token.objects.create(user=user)[1]",
    "AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [",
]


@pytest.fixture
def git() -> None:
    if not shutil.which("git") or not (Path(settings.BASE_DIR) / ".git").exists():
        missing("The search for secrets was not tried: it needs git, and the project as a git repository.")


@pytest.mark.usefixtures("git")
def test_the_repository_holds_no_secret():
    found, count = scan(Path(settings.BASE_DIR))
    assert found == []
    assert count > 300


@pytest.mark.parametrize("text", PLANTED)
def test_a_secret_is_found_and_not_told(text: str):
    (found,) = secrets(f"one line\n{text}\nanother\n")
    assert found.startswith("line 2: ")
    assert LETTERS not in found


@pytest.mark.parametrize("text", HARMLESS)
def test_what_is_none_is_let_through(text: str):
    assert secrets(text) == []


@pytest.mark.usefixtures("git")
def test_it_is_found_in_a_new_file_and_in_one_that_is_no_text(tmp_path: Path):
    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)  # noqa: S607
    (tmp_path / "new.txt").write_text(PLANTED[0])
    (tmp_path / "picture").write_bytes(b"\xff\x00\n" + PLANTED[3].encode())
    (tmp_path / ".gitignore").write_text("left-out\n")
    (tmp_path / "left-out").write_text(PLANTED[0])
    found, count = scan(tmp_path)
    assert sorted(found) == ["new.txt, line 1: a private key", "picture, line 2: a token of a code host"]
    assert count == 3
