"""Measure a crawl of every page: memory of the worker, weight of the pages, what is asked again; and the start."""

import os
import re
import signal
import subprocess
import tempfile
import time
import urllib.error
from collections import Counter, deque
from html import unescape
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import brotli
from results import RESULTS, machine, put, table
from servers import PORT, PORTAL, ROOT, environment, fetch, manage, memory, portal

#: What is promised: megabytes of a worker, kilobytes of a page with its style and scripts, seconds of the second start.
MEMORY, WEIGHT, START = 150, 60, 3.0
#: Addresses with a query are lists filtered in all ways: of each section and language so many are enough.
VARIANTS = 40
BEGINNINGS = ["/en/", "/zh-hans/"]


def crawl() -> tuple[dict[str, float], int, int]:
    """Ask for every page that links lead to, and of each kind for a few of those filtered in some way.

    Returns:
        the kilobytes of each page in brotli, with the style sheets and scripts that it asks for; how many addresses
        have a tag; how many of these answer 304 to it.
    """
    waiting, seen, variants = deque(BEGINNINGS), set(BEGINNINGS), Counter[str]()
    files: dict[str, int] = {}
    weights, tagged, unchanged = {}, 0, 0
    while waiting:
        address = waiting.popleft()
        try:
            headers, body = fetch(PORTAL + address, "br")
        except urllib.error.HTTPError as error:
            raise SystemExit(f"{address}: {error.code}") from error
        if tag := headers.get("etag"):
            tagged += 1
            unchanged += is_unchanged(address, tag)
        if not headers["content-type"].startswith("text/html"):
            continue
        # A file, which a page leads to.
        if "attachment" in headers.get("content-disposition", ""):
            continue
        text = (brotli.decompress(body) if headers.get("content-encoding") == "br" else body).decode()
        # What stands in a template is loaded for who asks for it.
        loaded = re.sub("<template.*?</template>", "", text, flags=re.DOTALL)
        parts = set(re.findall(r'(?:src|href)="(/static/[^"]+\.(?:css|js))"', loaded))
        for file in parts - files.keys():
            files[file] = len(fetch(PORTAL + file, "br")[1])
        weights[address] = (len(body) + sum(files[file] for file in parts)) / 1024
        for link in re.findall(r'href="([^"#]+)', text):
            there = urlsplit(urljoin(PORTAL + address, unescape(link)))
            where = there.path + (f"?{there.query}" if there.query else "")
            if there.netloc != f"127.0.0.1:{PORT}" or where in seen or re.match("/(static|[^/]+/admin)/", there.path):
                continue
            if "format=" in there.query:
                continue
            if there.query:
                # Language and section.
                variants[kind := "/".join(there.path.split("/")[:3])] += 1
                if variants[kind] > VARIANTS:
                    continue
            seen.add(where)
            waiting.append(where)
    return weights, tagged, unchanged


def is_unchanged(address: str, tag: str) -> bool:
    """Say whether who asks again with the tag gets 304."""
    try:
        fetch(PORTAL + address, "br", **{"If-None-Match": tag})
    except urllib.error.HTTPError as error:
        return error.code == HTTPStatus.NOT_MODIFIED
    return False


def second_start(database: Path) -> float:
    """Return the seconds from `make run` to the first page, where everything is prepared."""
    seconds = 0.0
    for _time in range(2):
        began = time.monotonic()
        process = subprocess.Popen(
            ["make", "-s", "run", f"PORT={PORT}"],
            cwd=ROOT,
            env=environment(database),
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )
        while True:
            try:
                fetch(f"{PORTAL}/en/")
                break
            except OSError:
                time.sleep(0.02)
        seconds = time.monotonic() - began
        # As Ctrl-C does: of SIGTERM make hands on another, and granian hangs where two come at once.
        os.killpg(process.pid, signal.SIGINT)
        process.wait()
    return seconds


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="portal-benchmark-") as name:
        database = Path(name) / "portal.sqlite3"
        manage(database, "migrate", "--verbosity", "0")
        manage(database, "load_content")
        start = second_start(database)
        with portal(database) as pid:
            before = memory(pid)
            weights, tagged, unchanged = crawl()
            after = memory(pid)
    heavy = sorted(weights.items(), key=lambda one: -one[1])
    too_heavy = [address for address, size in heavy if size > WEIGHT]
    rows: list[list[Any]] = [[f"`{address}`", f"{size:.1f}"] for address, size in heavy[:10]]
    median = heavy[len(heavy) // 2][1]
    put(f"""# A crawl of every page

Written by `benchmarks/crawl.py`; [README.md](README.md) says what is measured and how.

{machine("SQLite")}

- `make run`, everything prepared, to the first page: {start:.1f} seconds; {START:.0f} are promised.
- Memory of the worker: {before:.0f} MB after the first page, {after:.0f} MB after {tagged:,} addresses, with its \\
page cache full; {MEMORY} are promised.
- Asked again with their tag, {unchanged:,} of {tagged:,} addresses answer 304.
- Weight of {len(heavy):,} pages in brotli with style sheet and scripts: {median:.1f} KB in the middle, \\
{len(too_heavy)} above {WEIGHT} KB. The heaviest:

{table(["page", "KB"], rows)}
""")
    print(f"{RESULTS.relative_to(ROOT)} written")
    faults = [f"start {start:.1f} s"] if start > START else []
    faults += [f"memory {after:.0f} MB"] if after > MEMORY else []
    faults += [f"304: {unchanged} of {tagged}"] if unchanged < tagged else []
    faults += [f"too heavy: {', '.join(too_heavy)}"] if too_heavy else []
    raise SystemExit("; ".join(faults) or 0)


if __name__ == "__main__":
    main()
