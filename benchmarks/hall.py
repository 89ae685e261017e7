"""Measure the portal under a full hall: repeated reads, reads while an editor saves, a flood; README.md says how."""

import argparse
import json
import os
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from results import RESULTS, machine, put, table
from servers import (
    BARE,
    BARE_PORT,
    OTHER,
    OTHER_PORT,
    PORTAL,
    ROOT,
    environment,
    fetch,
    manage,
    memory,
    portal,
    rate,
    running,
    wrk,
)

#: What is promised: the part of nginx's requests a second, and the age of a page in seconds.
RATIO, AGE = 0.6, 1.0
READS = {
    "the directory's first page": ("/en/centres/", "identity"),
    "the same, brotli": ("/en/centres/", "br"),
    "the API's first page of centres": ("/api/v1/centres/", "identity"),
    "the same, gzip": ("/api/v1/centres/", "gzip"),
    "the API's answer of one centre": ("/api/v1/centres/?page_size=1", "identity"),
}
ROUNDS, SECONDS = 3, 3
EDITED = "kenya-scrc"
#: The bound of the cache under the flood, and by how much the worker may grow once it is full.
FLOOD_MEGABYTES, GROWTH_MEGABYTES = 16, 4

NGINX_CONFIGURATION = """
worker_processes 1; daemon off; pid {folder}/nginx.pid; error_log {folder}/nginx.log;
events {{}}
http {{
  access_log off; sendfile on; keepalive_requests 100000000; open_file_cache max=100;
  client_body_temp_path {folder}/a; proxy_temp_path {folder}/b; fastcgi_temp_path {folder}/c;
  uwsgi_temp_path {folder}/d; scgi_temp_path {folder}/e;
  server {{ listen 127.0.0.1:{port}; root {folder}/files; {locations} }}
}}
"""
#: What nginx and granian say of themselves.
THEIR_OWN = {"connection", "content-type", "content-length", "date", "etag", "last-modified", "server"}
#: Asks for the addresses of a file in turn, and looks whether tag and text of a page are of one revision.
READING = """
local addresses, at = {}, 0
for line in io.lines("%s") do addresses[#addresses + 1] = line end
failed, torn, pages = 0, 0, 0
request = function()
  at = at %% #addresses + 1
  return wrk.format("GET", addresses[at])
end
response = function(status, headers, body)
  if status ~= 200 then failed = failed + 1 end
  local told = body:match("Dataset revision (%%d+)%%.")
  if told then
    pages = pages + 1
    if (headers["etag"] or ""):match('^"(%%d+)-') ~= told then torn = torn + 1 end
  end
end
local threads = {}
setup = function(thread) threads[#threads + 1] = thread end
done = function(summary)
  local e, t = summary.errors, threads[1]
  local errors = e.connect + e.read + e.write + e.timeout + e.status
  local found = {summary.requests, t:get("failed"), t:get("torn"), t:get("pages"), errors}
  io.write("TOLD " .. table.concat(found, " ") .. "\\n")
end
"""
#: Asks each time for something that nobody has asked for.
FLOODING = """
local number = %d
request = function()
  number = number + 1
  return wrk.format("GET", "/api/v1/changes/?since=" .. number)
end
done = function(summary) io.write(string.format("TOLD %%d\\n", summary.requests)) end
"""


def edit() -> None:
    """Save a centre once a second; tell each time when, and at which revision."""
    import django

    django.setup()
    from centres.models import Centre
    from publishing.models import Dataset

    centre = Centre.objects.get(code=EDITED)
    for number in range(10_000):
        centre.acronym = f"E{number}"
        centre.save()
        print(json.dumps([time.monotonic(), Dataset.current().revision, centre.acronym]), flush=True)
        time.sleep(1)


def repeated_reads(folder: Path, database: Path) -> list[dict[str, Any]]:
    """Return the requests a second of the portal, and of nginx and bare granian with the same bytes, by turns."""
    files = folder / "files"
    files.mkdir()
    folder.chmod(0o755)
    found, locations = [], ""
    nginx = [shutil.which("nginx") or "/usr/sbin/nginx", "-c", str(folder / "nginx.conf")]
    with portal(database):
        for number, (address, coding) in enumerate(READS.values()):
            headers, body = fetch(PORTAL + address, coding)
            (files / str(number)).write_bytes(body)
            (files / f"{number}.json").write_text(json.dumps(list(headers.items())))
            own = [f"add_header {name} {json.dumps(text)};" for name, text in headers.items() if name not in THEIR_OWN]
            locations += f"location = /{number} {{ {' '.join(own)} }}\n"
        configuration = NGINX_CONFIGURATION.format(folder=folder, port=OTHER_PORT, locations=locations)
        (folder / "nginx.conf").write_text(configuration)
        with running(nginx, f"{OTHER}/0"), portal(database, "bare", BARE_PORT, "/0", BARE_FOLDER=str(files)):
            for number, (name, (address, coding)) in enumerate(READS.items()):
                asked = {"nginx": f"{OTHER}/{number}", "bare": f"{BARE}/{number}", "portal": PORTAL + address}
                rates: dict[str, list[float]] = {server: [] for server in asked}
                for _round in range(ROUNDS):
                    for server, one in asked.items():
                        rates[server].append(rate(one, SECONDS, coding))
                medians = {server: statistics.median(some) for server, some in rates.items()}
                size = (files / str(number)).stat().st_size
                found.append({"name": name, "bytes": size, **medians, "ratio": medians["portal"] / medians["nginx"]})
    return found


def addresses() -> list[str]:
    """Return 500 addresses: centres and countries in both languages, and lists and records of the API."""
    centres = [row["code"] for row in json.loads(fetch(f"{PORTAL}/api/v1/centres/?page_size=500")[1])["results"]]
    countries = [row["iso2"] for row in json.loads(fetch(f"{PORTAL}/api/v1/countries/?page_size=500")[1])["results"]]
    others = [code for code in centres if code != EDITED]
    found = [f"/en/centres/{EDITED}/", f"/api/v1/centres/{EDITED}/", "/en/centres/", "/api/v1/centres/?page_size=20"]
    for code in others[:60]:
        found += [f"/en/centres/{code}/", f"/zh-hans/centres/{code}/", f"/api/v1/centres/{code}/"]
    for code in countries:
        found += [f"/en/countries/{code.lower()}/", f"/api/v1/countries/{code}/"]
    return found[:500]


def reading_while_editing(folder: Path, database: Path, seconds: int) -> dict[str, int]:
    """Read 500 addresses over 64 connections while a centre is saved once a second; return what was wrong."""
    saves: list[tuple[float, int, str]] = []
    found = {"checked": 0, "stale": 0, "torn": 0, "errors": 0}
    ended = threading.Event()

    def follow(editor: "subprocess.Popen[str]") -> None:
        saves.extend(tuple(json.loads(line)) for line in editor.stdout or ())

    def look(some: list[str]) -> None:
        choice = random.Random(1)  # noqa: S311 - it hides nothing.
        while not ended.is_set():
            address = choice.choice(some)
            asked = time.monotonic()
            try:
                headers, body = fetch(PORTAL + address)
            except OSError:
                found["errors"] += 1
                continue
            revision = int(headers["etag"].strip('"').partition("-")[0])
            found["checked"] += 1
            found["stale"] += any(at + AGE < asked and saved > revision for at, saved, _name in saves)
            if EDITED in address and saves:
                # The text of a state is that of the last save up to its revision.
                time.sleep(0.1)
                named = [name for _at, saved, name in saves if saved <= revision]
                found["torn"] += bool(named) and not re.search(rf"\b{named[-1]}\b", body.decode())

    with portal(database):
        every = addresses()
        (folder / "addresses").write_text("\n".join(every) + "\n")
        (folder / "reading.lua").write_text(READING % (folder / "addresses"))
        command = [sys.executable, __file__, "--edit"]
        editor = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=environment(database))
        threads = [threading.Thread(target=follow, args=[editor])]
        threads += [threading.Thread(target=look, args=[some]) for some in (every, every[:2])]
        try:
            for thread in threads:
                thread.start()
            while not saves and editor.poll() is None:
                time.sleep(0.1)
            output = wrk(PORTAL, seconds, connections=64, script=folder / "reading.lua")
        finally:
            ended.set()
            editor.terminate()
            for thread in threads:
                thread.join()
    told = re.search(r"TOLD (\d+) (\d+) (\d+) (\d+) (\d+)", output)
    if told is None or len(saves) < seconds / 3:
        raise SystemExit(f"it was not read or not edited: {len(saves)} saves\n{output}")
    requests, failed, torn, pages, errors = map(int, told.groups())
    found["torn"] += torn
    found["errors"] += failed + errors
    return {
        "addresses": len(every),
        "requests": requests,
        "saves": len(saves),
        "pages": pages,
        **found,
    }


def flood(folder: Path, database: Path, wanted: int) -> dict[str, Any]:
    """Ask for what nobody has asked for, so many times, and meanwhile for pages that all ask for."""
    hot = ["/en/", "/zh-hans/", "/en/centres/", "/en/compare/", "/api/v1/mechanisms/", "/api/v1/centres/?page_size=20"]
    seen: list[str] = []
    ended = threading.Event()

    def ask_for_hot_pages() -> None:
        while not ended.is_set():
            seen.extend(fetch(PORTAL + address)[0]["cache-status"] for address in hot)
            time.sleep(0.5)

    with portal(database, PAGE_CACHE_MEGABYTES=str(FLOOD_MEGABYTES)) as pid:

        def some(start: int, seconds: int) -> int:
            (folder / "flood.lua").write_text(FLOODING % start)
            found = re.search(r"TOLD (\d+)", wrk(PORTAL, seconds, script=folder / "flood.lua"))
            return int(found[1]) if found else 0

        for address in hot * 2:
            fetch(PORTAL + address)
        done, start = 0, time.monotonic()
        while done < wanted / 5:
            done += some(done + 1000, 10)
        before, full_after = memory(pid), done
        asker = threading.Thread(target=ask_for_hot_pages)
        asker.start()
        while done < wanted:
            done += some(done + 1000, 10)
        seconds = time.monotonic() - start
        after = memory(pid)
        ended.set()
        asker.join()
    return {
        "questions": done,
        "seconds": round(seconds),
        "full_after": full_after,
        "before": before,
        "after": after,
        "hot": len(seen),
        "missed": sum("hit" not in one for one in seen),
    }


def report(reads: list[dict[str, Any]], edited: dict[str, int], flooded: dict[str, Any], load: list[float]) -> str:
    """Return the part of RESULTS.md."""
    rows = [
        [
            one["name"],
            f"{one['bytes']:,}",
            *(f"{one[server]:,.0f}" for server in ("nginx", "bare", "portal")),
            f"{one['ratio']:.2f}",
            f"{one['portal'] / one['bare']:.2f}",
        ]
        for one in reads
    ]
    return f"""# A full hall

Written by `benchmarks/hall.py`; [README.md](README.md) says what is measured and how.

{machine("SQLite")} One worker with four threads. Load of the machine before: {load[0]:.1f}; the measuring itself \
makes about 3.

## Repeated reads

Requests a second over 8 connections, the median of {ROUNDS} rounds by turns; at least {RATIO} of nginx is promised. \
All send the same headers and bytes; granian alone is a program of three lines that has them ready.

{table(["", "bytes", "nginx, a file", "granian alone", "portal", "of nginx", "of granian alone"], rows)}

## Reading while an editor saves once a second

64 connections over {edited["addresses"]} addresses: {edited["requests"]:,} answers, {edited["saves"]} saves.
Not answered or not 200: {edited["errors"]}. Of another revision than their tag: {edited["torn"]} of \
{edited["pages"]:,} pages. Older than {AGE:.0f} second: {edited["stale"]} of {edited["checked"]:,} that were compared \
with the saves.

## A flood of questions that nobody has asked

{flooded["questions"]:,} in {flooded["seconds"]} seconds, with a bound of {FLOOD_MEGABYTES} MB. Memory of the worker: \
{flooded["before"]:.0f} MB after {flooded["full_after"]:,}, {flooded["after"]:.0f} MB at the end; \
{GROWTH_MEGABYTES} MB more are allowed. Of {flooded["hot"]} answers to what all ask for, {flooded["missed"]} were not \
in the cache.
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=60, help="of reading while an editor saves (60)")
    parser.add_argument("--flood", type=int, default=20_000, help="questions that nobody has asked (20,000)")
    parser.add_argument("--edit", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.edit:
        edit()
    for program, package in {"wrk": "wrk", "nginx": "nginx-light"}.items():
        if not shutil.which(program, path=f"{os.environ['PATH']}:/usr/sbin"):
            raise SystemExit(f"Install {program} first (on Debian: apt-get install {package}).")
    load = list(os.getloadavg())
    with tempfile.TemporaryDirectory(prefix="portal-benchmark-") as name:
        folder = Path(name)
        database = folder / "portal.sqlite3"
        manage(database, "migrate", "--verbosity", "0")
        manage(database, "load_content")
        reads = repeated_reads(folder, database)
        edited = reading_while_editing(folder, database, options.seconds)
        flooded = flood(folder, database, options.flood)
    put(report(reads, edited, flooded, load))
    print(f"{RESULTS.relative_to(ROOT)} written")
    faults = [f"{one['name']}: {one['ratio']:.2f} of nginx" for one in reads if one["ratio"] < RATIO]
    faults += [f"{name}: {edited[name]}" for name in ("errors", "torn", "stale") if edited[name]]
    faults += [f"hot pages missed: {flooded['missed']}"] if flooded["missed"] else []
    faults += ["memory grew"] if flooded["after"] - flooded["before"] > GROWTH_MEGABYTES else []
    raise SystemExit("; ".join(faults) or 0)


if __name__ == "__main__":
    main()
