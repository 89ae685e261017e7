"""The bulk export: complete, described in both languages, valid for the tools of its readers, the same bytes twice."""

import csv
import hashlib
import io
import json
import re
import warnings
import zipfile
from pathlib import Path
from typing import Any

import pandas
import pytest
from django.db import connection
from django.http import FileResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from centres.models import Designation, Service
from config import bulk
from publishing.filters import today
from publishing.models import Dataset
from publishing.parity import parity
from regions.models import Country, Membership
from tests.api.endpoints import EXPORT, ROOT, VIEWSETS, fetch, problem

with warnings.catch_warnings():
    # Of libraries that it brings along; what our code causes stays an error.
    warnings.simplefilter("ignore", DeprecationWarning)
    import frictionless

PATH = ROOT + EXPORT
CHINESE = re.compile("[一-鿿]")


@pytest.fixture(autouse=True)
def folder(content: None, settings: Any, tmp_path: Path) -> Path:
    """Keep the export in a folder of the test's own."""
    settings.VAR_DIR = tmp_path / "var"
    return tmp_path / "var" / "export"


def body(response: Any) -> bytes:
    assert response.status_code == 200
    return b"".join(response.streaming_content)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("var")


@pytest.fixture
def unpacked(client: Client, settings: Any, shared: Path, tmp_path: Path) -> Path:
    """The export as a reader has it after unpacking; of the unchanged content it is written once for all tests."""
    settings.VAR_DIR = shared
    target = tmp_path / "unpacked"
    with zipfile.ZipFile(io.BytesIO(body(client.get(PATH)))) as file:
        file.extractall(target)
    return target


def package(unpacked: Path) -> Any:
    return json.loads((unpacked / "datapackage.json").read_text(encoding="utf-8"))


@pytest.mark.one_database
def test_it_is_a_file_whatever_codings_the_reader_takes(client: Client):
    for headers in ({}, {"Accept-Encoding": "deflate, gzip, br, zstd"}):
        response = client.get(PATH, headers=headers)
        assert isinstance(response, FileResponse)
        assert response.headers["Content-Type"] == "application/zip"
        name = f"technical-assistance-mechanisms-{Dataset.current().revision}.zip"
        assert response.headers["Content-Disposition"] == f'attachment; filename="{name}"'
        assert response.headers["Content-Encoding"] == "identity"
        content = body(response)
        assert response.headers["Content-Length"] == str(len(content))
        assert zipfile.ZipFile(io.BytesIO(content)).testzip() is None
    head = client.head(PATH)
    assert head.status_code == 200
    assert head.headers["Content-Length"] == str(len(content))


@pytest.mark.one_database
def test_nothing_can_be_chosen(client: Client, folder: Path):
    for name in ("as_of", "lang", "format", "fields", "page", "nonsense"):
        assert list(problem(client.get(PATH, {name: "en"}), 400)["errors"]) == [name]
    problem(client.post(PATH), 405)
    assert not folder.exists()


@pytest.mark.one_database
def test_it_has_every_list_and_what_explains_it(unpacked: Path):
    names = {path.relative_to(unpacked).as_posix() for path in unpacked.rglob("*") if path.is_file()}
    tables = {f"{form}/{name}.{form}" for name in VIEWSETS for form in ("csv", "json")}
    about = {"datapackage.json", "data-dictionary.csv", "README.md", "README.zh-hans.md", "LICENCE.txt", "REVISION"}
    assert names == tables | about | {"SHA256SUMS"}
    sums = dict(reversed(line.split("  ")) for line in (unpacked / "SHA256SUMS").read_text().splitlines())
    assert sums == {name: hashlib.sha256((unpacked / name).read_bytes()).hexdigest() for name in names - {"SHA256SUMS"}}
    assert (unpacked / "REVISION").read_text() == f"{Dataset.current().revision}\n"
    licence = (unpacked / "LICENCE.txt").read_text(encoding="utf-8")
    assert licence.count("CC BY 4.0") == 2
    assert CHINESE.search(licence)


def test_every_record_is_in_both_formats_and_pandas_reads_as_many(unpacked: Path):
    resources = package(unpacked)["resources"]
    assert [one["name"] for one in resources] == list(VIEWSETS)
    readme = (unpacked / "README.md").read_text(encoding="utf-8")
    for one in resources:
        name, count = one["name"], VIEWSETS[one["name"]]().records(today()).count()
        assert one["rowcount"] == count > 2
        assert len(pandas.read_csv(unpacked / one["path"])) == count
        assert len(json.loads((unpacked / "json" / f"{name}.json").read_bytes())) == count
        assert f"| {name} | {count} |" in readme


@pytest.mark.one_database
def test_namibia_and_leading_zeros_survive_as_the_readme_says(unpacked: Path):
    table = pandas.read_csv(unpacked / "csv" / "countries.csv", dtype=str, keep_default_na=False)
    assert dict(table[["iso2", "m49"]].itertuples(index=False)) == dict(Country.objects.values_list("iso2", "m49"))
    assert "NA" in set(table["iso2"])


def test_records_are_those_of_the_api_and_those_that_have_ended(client: Client, unpacked: Path):
    for name, key in (("centres", "code"), ("designations", "key"), ("countries", "iso2"), ("findings", "key")):
        for record in json.loads((unpacked / "json" / f"{name}.json").read_bytes())[:20]:
            assert record == fetch(client, name, record[key]).json()
    records = json.loads((unpacked / "json" / "designations.json").read_bytes())
    ended = Designation.objects.filter(until__lt=today()).count()
    assert sum(1 for one in records if one["until"] and one["until"] < today().isoformat()) == ended > 0


@pytest.mark.one_database
def test_the_data_package_is_valid_and_would_not_be_after_a_change(unpacked: Path):
    described = package(unpacked)
    dataset = Dataset.current()
    assert dataset.changed_at
    assert described["version"] == str(dataset.revision)
    assert described["created"] == dataset.changed_at.isoformat()
    assert described["licenses"][0]["name"] == "CC-BY-4.0"
    assert CHINESE.search(described["title_zh_hans"])
    for one in described["resources"]:
        content = (unpacked / one["path"]).read_bytes()
        assert one["bytes"] == len(content)
        assert one["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
        assert not content.startswith("\ufeff".encode())
    report = frictionless.validate(unpacked / "datapackage.json")
    assert report.valid, report.flatten(["rowNumber", "fieldName", "type", "note"])
    assert report.stats["tasks"] == len(VIEWSETS)
    assert not report.warnings
    # Not valid whatever is in the files: a second record of a key, a date that is none.
    table = unpacked / "csv" / "conventions.csv"
    rows = list(csv.reader(io.StringIO(table.read_text(encoding="utf-8"), newline="")))
    rows[1][rows[0].index("adopted")] = "soon"
    with table.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([*rows, rows[2]])
    report = frictionless.validate(unpacked / "datapackage.json")
    types = {kind for (kind,) in report.flatten(["type"])}
    assert {"type-error", "primary-key", "hash-count", "byte-count"} <= types


@pytest.mark.one_database
def test_the_dictionary_says_in_both_languages_what_each_column_holds(unpacked: Path):
    with (unpacked / "data-dictionary.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    columns = []
    for one in package(unpacked)["resources"]:
        header = (unpacked / one["path"]).read_text(encoding="utf-8").splitlines()[0].split(",")
        assert header == [field["name"] for field in one["schema"]["fields"]]
        for field in one["schema"]["fields"]:
            columns.append((one["name"], field["name"], field["type"], field["description"]))
            assert field["title"]
            assert field["description"].startswith(field["title"])
            assert CHINESE.search(field["title_zh_hans"]), field
    assert [(row["table"], row["column"], row["type"], row["description_en"]) for row in rows] == columns
    for row in rows:
        assert not CHINESE.search(row["description_en"]), row
        # A text without a translation would stand there in English, with its stop.
        assert CHINESE.search(row["description_zh_hans"]), row
        assert not re.search(r"\w\. |\.$|: ", row["description_zh_hans"]), row


def test_the_same_state_gives_the_same_bytes(client: Client, folder: Path):
    first = body(client.get(PATH))
    (kept,) = folder.iterdir()
    kept.unlink()
    assert body(client.get(PATH)) == first == kept.read_bytes()
    (info, *others) = zipfile.ZipFile(io.BytesIO(first)).infolist()
    changed_at = Dataset.current().changed_at
    assert changed_at
    # A zip file counts in steps of two seconds.
    assert info.date_time == (*changed_at.timetuple()[:5], changed_at.second // 2 * 2)
    names = [info.filename, *(one.filename for one in others)]
    assert names == sorted(names)


@pytest.mark.one_database
def test_it_is_written_once_a_state(client: Client, folder: Path, monkeypatch: pytest.MonkeyPatch):
    body(client.get(PATH))
    (first,) = folder.iterdir()
    with monkeypatch.context() as patched:
        patched.setattr(bulk, "read_table", None)
        body(client.get(PATH))
    centre = Designation.objects.select_related("centre")[0].centre
    centre.acronym = "CHANGED"
    centre.save()
    with zipfile.ZipFile(io.BytesIO(body(client.get(PATH)))) as file:
        assert b"CHANGED" in file.read("csv/centres.csv")
    (second,) = folder.iterdir()
    assert second != first


def test_a_change_while_it_is_read_is_in_all_of_it(client: Client, folder: Path, monkeypatch: pytest.MonkeyPatch):
    read, changes = bulk.read_table, ["CHANGED"]

    def read_and_change(name: str, *args: Any) -> Any:
        table = read(name, *args)
        if name == "centres" and changes:
            centre = Designation.objects.select_related("centre")[0].centre
            centre.acronym = changes.pop()
            centre.save()
        return table

    monkeypatch.setattr(bulk, "read_table", read_and_change)
    with zipfile.ZipFile(io.BytesIO(body(client.get(PATH)))) as file:
        assert b"CHANGED" in file.read("csv/centres.csv")
        assert file.read("REVISION") == f"{Dataset.current().revision}\n".encode()
    assert len(list(folder.iterdir())) == 1


def test_what_fails_leaves_nothing(client: Client, folder: Path, monkeypatch: pytest.MonkeyPatch):
    write = Path.write_bytes

    def broken(path: Path, content: bytes) -> None:
        write(path, content[:1000])
        raise OSError("no space left")

    with monkeypatch.context() as patched:
        patched.setattr(Path, "write_bytes", broken)
        # It is given all the same (tests/faults/test_disk.py fills a disk).
        assert zipfile.ZipFile(io.BytesIO(body(client.get(PATH)))).testzip() is None
    assert list(folder.iterdir()) == []
    body(client.get(PATH))
    (kept,) = folder.iterdir()
    assert zipfile.ZipFile(io.BytesIO(kept.read_bytes())).testzip() is None


def test_queries_do_not_grow_with_the_rows():
    numbers = []
    for _half in range(2):
        # How far the languages say the same is counted once for a state of the content.
        parity()
        with CaptureQueriesContext(connection) as captured:
            bulk.export(VIEWSETS)
        numbers.append(len(captured))
        Service.objects.filter(pk__in=Service.objects.values("pk")[:40]).delete()
        Membership.objects.filter(pk__in=Membership.objects.values("pk")[:40]).delete()
    assert numbers[0] == numbers[1] <= 4 * len(VIEWSETS)


@pytest.mark.one_database
def test_the_page_says_what_is_in_it(client: Client):
    for lang in ("en", "zh-hans"):
        page = client.get(f"/{lang}/data/").content.decode()
        assert f'href="{PATH}"' in page
        assert "CC BY 4.0" in page
