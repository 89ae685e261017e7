"""Whether a file of the repository holds a secret: a key, a token, a password that looks like a real one.

Written here: the one well-known scanner among Python's packages has had no release for two years.
"""

import math
import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

from supply import ROOT

#: What has a form of its own.
FORMS = {
    "a private key": r"-----BEGIN [A-Z ]*PRIVATE KEY",
    "a key of a cloud": r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b|\bAIza[\w-]{35}|\bsk_live_\w{16,}",
    "a token of a code host": r"\bgh[opsru]_[A-Za-z0-9]{36,}|\bgithub_pat_\w{22,}|\bglpat-[\w-]{20,}",
    "a token of a chat": r"\bxox[abeoprs]-[\w-]{10,}",
    "a signed token": r"\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}",
}
#: What is given a name that says what it is, or stands in an address; the last group is the value.
ASSIGNED = re.compile(
    r"(?:secret|token|passw(?:or)?d|passphrase|api_?key|credential)\w*['\"]?\s*(?:[:=]|=>)\s*[bfr]?['\"]?([\w+/=.~!-]{16,})",
    re.IGNORECASE,
)
IN_ADDRESS = re.compile(r"\b[a-z][a-z0-9+.-]*://[^\s/:@'\"<>{}]+:([^\s/@'\"<>{}]{8,})@")
#: Bits a character: words and names have less, chance has more.
CHANCE = 3.0


def looks_random(value: str) -> bool:
    """Say whether a value is made by chance rather than by a person: letters, digits, and few repetitions."""
    if not (re.search(r"\d", value) and re.search(r"[A-Za-z]", value)):
        return False
    shares = [count / len(value) for count in Counter(value).values()]
    return -sum(share * math.log2(share) for share in shares) >= CHANCE


def secrets(text: str) -> list[str]:
    """Return what a text holds that looks like a secret: its line and kind, never the secret itself."""
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        kinds = [kind for kind, form in FORMS.items() if re.search(form, line)]
        if any(looks_random(value) for value in (*ASSIGNED.findall(line), *IN_ADDRESS.findall(line))):
            kinds.append("a value that looks like a secret")
        found += [f"line {number}: {kind}" for kind in kinds]
    return found


def scan(folder: Path) -> tuple[list[str], int]:
    """Return what is found in the files that git keeps, or would, and how many were looked through."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=folder, capture_output=True, check=True).stdout.decode()  # noqa: S603
    paths = [folder / name for name in listed.split("\0") if name and (folder / name).is_file()]
    # Of pictures, too, every byte is looked at.
    found = [f"{path.relative_to(folder)}, {one}" for path in paths for one in secrets(path.read_text("latin-1"))]
    return found, len(paths)


def main() -> str:
    """Look through the repository; return what is wrong, empty where nothing is."""
    if not (ROOT / ".git").exists() and os.environ.get("CI") != "true":
        print("Not looked through for secrets: this is no git repository.")
        return ""
    found, count = scan(ROOT)
    if found or not count:
        found.append(f"{len(found)} secrets in {count} files. One that was committed is to be changed.")
    return "\n".join(found)


if __name__ == "__main__":
    sys.exit(main() or None)
