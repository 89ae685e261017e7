"""The guide to the API tells the truth: its recipes are run as they stand, and print what stands beneath them."""

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import Permission, User
from django.http import HttpResponse
from django.test import Client
from markdown_it import MarkdownIt

from accounts.models import Token
from centres.models import Centre
from publishing import problems
from tests.api.endpoints import NOTE_DATE
from tests.tools import missing

#: The host that the guide names.
HOST = "http://127.0.0.1:8000"
GUIDES = {
    lang: (Path(settings.BASE_DIR) / "docs" / name).read_text(encoding="utf-8")
    for lang, name in {"en": "api.md", "zh-hans": "api.zh-hans.md"}.items()
}
#: The program that runs a language, how it is given a recipe, and the package of Debian that has it.
RUNNERS = {
    "sh": (["bash", "-euo", "pipefail", "-c"], "curl", "curl"),
    "python": ([sys.executable, "-W", "error", "-c"], sys.executable, "python3"),
    "r": (["Rscript", "--vanilla", "-e"], "Rscript", "r-base-core"),
}
#: Languages of recipes; the rest of the blocks are what they print.
CODE = {*RUNNERS, "sh write", "powerquery"}
#: An address that is there to be refused.
REFUSED = f"{HOST}/api/v1/region-schemes/?lagn=en"


@dataclass
class Block:
    """A recipe of a guide, and what it prints: as text, or as JSON in any layout."""

    section: int
    language: str
    code: str
    prints: str | None = None
    prints_json: bool = False


def tokens(lang: str) -> list[Any]:
    return MarkdownIt("commonmark").enable("table").parse(GUIDES[lang])


def blocks(lang: str) -> list[Block]:
    """Return the recipes of a guide; what follows a recipe at once is what it prints."""
    found: list[Block] = []
    section, last = 0, None
    for token in tokens(lang):
        section += token.type == "heading_open" and token.tag == "h2"
        if token.type == "fence" and token.info in CODE:
            last = Block(section, token.info, token.content)
            found.append(last)
            continue
        if token.type == "fence":
            assert last, f"what prints this? {token.content}"
            last.prints, last.prints_json = token.content, token.info == "json"
        last = None
    return found


def addresses(lang: str) -> list[str]:
    """Return the addresses that a guide names, but those of writing, in their order."""
    found = re.findall(rf"{HOST}(/[^\s\"'`<>)]*)", GUIDES[lang])
    return [one.replace("$day", NOTE_DATE) for one in found if "reason=" not in one and "example-centre" not in one]


BLOCKS = blocks("en")
SECTIONS = sorted({one.section for one in BLOCKS if one.language in RUNNERS})


@pytest.fixture(autouse=True)
def usual_limit(settings) -> None:
    """The limit of requests that the guide names, which other tests switch off."""
    settings.API_REQUESTS_A_MINUTE = 1200


def run(block: Block, folder: Path, url: str, **environment: str) -> str:
    """Run a recipe against a server; return what it printed, in the guide's words."""
    command, program, package = RUNNERS[block.language.partition(" ")[0]]
    if not shutil.which(program):
        missing(f"Recipes of the guide did not run: install {program} (on Debian: apt-get install {package}).")
    done = subprocess.run(
        [*command, block.code.replace(HOST, url)],
        cwd=folder,
        env={**os.environ, "NO_PROXY": "localhost", **environment},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, ""), f"{block.code}\n{done.stderr}"
    return done.stdout.replace(url, HOST)


def check(block: Block, printed: str) -> None:
    """Compare what a recipe printed with what stands beneath it."""
    if block.prints_json:
        assert json.loads(printed) == json.loads(block.prints or ""), block.code
    elif block.prints is not None:
        assert lines(printed) == lines(block.prints), block.code
    else:
        assert printed == "", block.code


def lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.strip("\r\n").splitlines()]


def rows(response: HttpResponse) -> Any:
    """Return what an answer has to show: records, lines, files."""
    content = b"".join(response) if response.streaming else response.content  # type: ignore[arg-type]
    kind = response.headers["Content-Type"]
    if kind.startswith("text/csv"):
        return content.splitlines()[1:]
    if kind == "application/zip":
        return zipfile.ZipFile(BytesIO(content)).namelist()
    if kind.startswith("application/atom"):
        return re.findall(b"<entry>", content)
    body = json.loads(content)
    return body.get("results", body)


# Both languages


def test_both_guides_have_the_same_recipes():
    assert blocks("en") == blocks("zh-hans")
    assert {one.language for one in BLOCKS} == CODE
    assert len(BLOCKS) > 20


def test_both_guides_have_the_same_headings_tables_and_addresses():
    def skeleton(lang: str) -> list[Any]:
        kept = {"heading_open", "tr_open", "td_open", "list_item_open", "fence"}
        return [(token.type, token.tag) for token in tokens(lang) if token.type in kept]

    def headings(lang: str) -> list[str]:
        return re.findall(r"^## (\d+)\.", GUIDES[lang], re.M)

    assert skeleton("en") == skeleton("zh-hans")
    assert headings("en") == headings("zh-hans") == [str(number + 1) for number in range(15)]
    # Where one is in one language, it is the guide's.
    english = [one.replace("/en/", "/zh-hans/").replace("lang=en", "lang=zh-hans") for one in addresses("en")]
    chinese = [one.replace("/en/", "/zh-hans/").replace("lang=en", "lang=zh-hans") for one in addresses("zh-hans")]
    assert english == chinese


# What it says is so


@pytest.mark.one_database
@pytest.mark.parametrize("address", sorted({one for lang in GUIDES for one in addresses(lang)}))
def test_an_address_answers_with_rows(client: Client, content: None, address: str):
    response = client.get(address)
    if f"{HOST}{address}" == REFUSED:
        assert response.status_code == 400
        return
    assert response.status_code == 200, response.content.decode()
    assert rows(response)


@pytest.mark.one_database
@pytest.mark.parametrize("section", SECTIONS)
def test_the_recipes_of_a_section_run(served: str, tmp_path: Path, section: int):
    for block in BLOCKS:
        if block.section == section and block.language in RUNNERS:
            check(block, run(block, tmp_path, served))


@pytest.mark.django_db(transaction=True)
def test_polling_misses_none_and_sees_none_twice(content: None, live_server: Any, tmp_path: Path):
    everything, poll = (one for one in BLOCKS if one.section == 8)
    first = run(poll, tmp_path, live_server.url)
    assert "added centres kenya-scrc" in first.splitlines()
    assert len(first.splitlines()) == len(set(first.splitlines())) > 3500
    (tmp_path / "revision.txt").unlink()
    run(everything, tmp_path, live_server.url)
    assert run(poll, tmp_path, live_server.url) == ""
    Centre.objects.get(code="kenya-scrc").save()
    Centre.objects.get(code="egypt-bcrc").delete()
    second = run(poll, tmp_path, live_server.url).splitlines()
    assert second[0] == "changed centres kenya-scrc"
    assert "removed centres egypt-bcrc" in second
    assert len(second) == len(set(second))
    assert run(poll, tmp_path, live_server.url) == ""


@pytest.mark.django_db(transaction=True)
def test_a_centre_is_written_changed_and_withdrawn(content: None, live_server: Any, tmp_path: Path):
    token, secret = Token.objects.create(user=User.objects.create_superuser("editor"), name="the guide's")
    token.scopes.set(Permission.objects.filter(content_type__model="centre"))
    written = [one for one in BLOCKS if one.language == "sh write"]
    for block, city in zip(written, ["", "Nairobi", None], strict=True):
        check(block, run(block, tmp_path, live_server.url, TOKEN=secret))
        centre = Centre.objects.filter(code="example-centre").first()
        assert (centre and centre.city) == city


@pytest.mark.one_database
@pytest.mark.parametrize("block", [one for one in BLOCKS if one.language == "powerquery"])
def test_power_query_reads_what_is_there(client: Client, content: None, block: Block):
    """Power Query runs on Windows only and is not executed here: what it fetches and names is compared with the API."""
    (address,) = re.findall(rf'"{HOST}([^"]+)"', block.code)
    response = client.get(address)
    assert response.status_code == 200
    if response.headers["Content-Type"].startswith("text/csv"):
        fields = set(response.content.decode().splitlines()[0].split(","))
    else:
        fields = set(re.findall(r'"(\w+)":', response.content.decode()))
    texts = set(re.findall(r'"([^"]*)"', block.code)) - {f"{HOST}{address}", ",", "en-US", "row"}
    named = texts | set(re.findall(r"\[(\w+)\](?! *=)", block.code))
    assert len(named) > 3
    assert named <= fields


@pytest.mark.one_database
@pytest.mark.parametrize("lang", GUIDES)
def test_each_question_is_answered_in_the_words_that_it_names(client: Client, content: None, lang: str):
    questions = re.findall(rf"^\d+\. \*\*(.+)\*\*\\\n +<{HOST}(\S+)>\\\n +(.+)$", GUIDES[lang], re.M)
    assert len(questions) == 10
    for question, address, answer in questions:
        body = client.get(address).content.decode()
        words = [word for word in re.findall(r"`([^`]+)`", answer) if not word.endswith("=")]
        assert words, question
        assert [word for word in words if f'"{word}"' not in body] == [], question


@pytest.mark.parametrize("lang", GUIDES)
def test_every_status_of_a_problem_is_told(lang: str):
    assert [int(code) for code in re.findall(r"^\| (\d{3}) \|", GUIDES[lang], re.M)] == sorted(problems._TITLES)


@pytest.mark.one_database
@pytest.mark.parametrize("lang", GUIDES)
def test_the_page_is_the_guide_and_names_its_own_portal(client: Client, content: None, lang: str):
    page = client.get(f"/{lang}/data/api/").content.decode()
    assert HOST not in page
    assert "curl -s 'http://testserver/api/v1/" in page
    assert len(re.findall("<pre[ >]", page)) == len([token for token in tokens(lang) if token.type == "fence"])
    assert len(re.findall('<h2 id="section-', page)) == 15
    assert len(re.findall("<table", page)) == GUIDES[lang].count("|---|---|")
    assert f'href="/{lang}/data/api/"' in client.get(f"/{lang}/data/").content.decode()
