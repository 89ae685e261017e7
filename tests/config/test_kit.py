"""The hall kit: one file that says all and loads nothing, the same bytes wherever it is taken."""

import hashlib
import io
import re
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from django.utils.html import escape

from centres.census import Status
from centres.models import Centre, Designation, Hosting, Service
from centres.offline import kit_centres
from config.kit import _html, kit_html, kit_name
from mechanisms.comparison import compare
from mechanisms.models import Convention, Criterion, Fund, Mechanism, Observation, OrganizationRole, Provision
from publishing.conditional import State
from publishing.filters import today
from publishing.models import Dataset
from publishing.offline import UNSEALED, checksum_in
from regions.models import Country, Membership, Region
from sources.models import Source
from tests.api.endpoints import ROOT, VIEWSETS, problem
from tests.browser.looking import LANGUAGES
from tests.pages.markup import parse

pytestmark = [pytest.mark.usefixtures("kept"), pytest.mark.one_database]

PAGE, KIT, ZIP = "/{lang}/data/kit/", f"{ROOT}kit.html", f"{ROOT}kit.zip"
#: So large may the kit be, in bytes.
MOST = 1_000_000


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("var")


@pytest.fixture
def kept(content: None, settings: Any, shared: Path) -> None:
    """Keep the files in a folder of these tests: of the unchanged content each is made once for all."""
    settings.VAR_DIR = shared


@pytest.fixture
def kit() -> str:
    return kit_html()[0].decode()


def shown() -> State:
    dataset = Dataset.current()
    return State(dataset.revision, dataset.changed_at, today())


def edition(kit: str, language: str) -> str:
    """Return the part of the kit that is in a language."""
    return kit.partition(f"<section class=edition id={language} ")[2].partition("<section class=edition")[0]


def test_it_is_a_small_file_to_be_saved(client: Client, kit: str):
    response = client.get(KIT)
    assert response.content.decode() == kit
    assert response.headers["Content-Type"] == "text/html; charset=utf-8"
    name = f"technical-assistance-mechanisms-kit-r{Dataset.current().revision}-{today()}.html"
    assert response.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    assert "ETag" in response.headers
    assert 500_000 < len(response.content) <= MOST
    for path in (KIT, ZIP):
        assert list(problem(client.get(path, {"as_of": "2010-06-07"}), 400)["errors"]) == ["as_of"]


def test_the_zip_file_has_it_with_every_table_and_all_citations(client: Client, kit: str):
    response = client.get(ZIP)
    content = b"".join(response.streaming_content)  # type: ignore[attr-defined]
    name = kit_name(shown(), "html")
    assert response.headers["Content-Disposition"] == f'attachment; filename="{kit_name(shown(), "zip")}"'
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        assert file.read(name).decode() == kit
        assert {f"csv/{table}.csv" for table in VIEWSETS} < set(file.namelist())
        assert "csv/citations.csv" in file.namelist()
        sums = dict(reversed(line.split("  ")) for line in file.read("SHA256SUMS").decode().splitlines())
        assert sums[name] == hashlib.sha256(kit.encode()).hexdigest()
        assert all(hashlib.sha256(file.read(member)).hexdigest() == known for member, known in sums.items())
        for readme in ("README.md", "README.zh-hans.md"):
            assert f"- `{name}`" in file.read(readme).decode()
    with zipfile.ZipFile(io.BytesIO(b"".join(client.get(f"{ROOT}export.zip").streaming_content))) as file:  # type: ignore[attr-defined]
        assert "kit" not in "".join(file.namelist()) + file.read("README.md").decode()


def test_the_command_writes_the_same_files(client: Client, kit: str, tmp_path: Path):
    out = io.StringIO()
    call_command("export_kit", output=tmp_path / "new" / "folder", stdout=out)
    files = {path.name: path.read_bytes() for path in (tmp_path / "new" / "folder").iterdir()}
    content = b"".join(client.get(ZIP).streaming_content)  # type: ignore[attr-defined]
    assert files == {kit_name(shown(), "html"): kit.encode(), kit_name(shown(), "zip"): content}
    assert all(name in out.getvalue() for name in files)
    (tmp_path / "file").touch()
    for wrong, said in (({}, "--output FOLDER"), ({"output": tmp_path / "file"}, str(tmp_path / "file"))):
        with pytest.raises(CommandError, match=re.escape(said)) as raised:
            call_command("export_kit", **wrong)
        assert raised.value.returncode == 1


def test_the_same_state_gives_the_same_bytes_in_whatever_language_it_is_asked_for(kit: str, shared: Path):
    for path in (shared / "export").glob("kit-[0-9]*"):
        path.unlink()
    with translation.override("zh-hans"):
        assert kit_html()[0].decode() == kit


def test_it_says_its_revision_date_and_checksum(client: Client, kit: str):
    checksum = checksum_in(kit.encode())
    assert checksum == hashlib.sha256(kit.replace(checksum, UNSEALED).encode()).hexdigest()
    with pytest.raises(ValueError, match="checksum"):
        checksum_in(kit.replace("Kenya", "Canada", 1).encode())
    date = today()
    days = {"en": f"{date.day} {date:%B} {date.year}", "zh-hans": f"{date.year}年{date.month}月{date.day}日"}
    for lang, language in LANGUAGES.items():
        page = parse(client.get(PAGE.format(lang=lang))).one("main")
        for text in (edition(kit, language)[:3000], page.text):
            assert str(Dataset.current().revision) in text
            assert days[lang] in text
            assert checksum in text
        assert hashlib.sha256(kit.encode()).hexdigest() in page.text
        assert {KIT, ZIP} <= {one["href"] for one in page.all("a")}
        assert f'href="{PAGE.format(lang=lang)}"' in client.get(f"/{lang}/data/").content.decode()


def test_its_policy_lets_it_load_nothing_and_run_its_own_script_only(kit: str):
    policy = re.search(r'<meta http-equiv=Content-Security-Policy content="([^"]*)">', kit)
    assert policy
    rules = dict(rule.split(" ", 1) for rule in policy[1].split("; "))
    assert rules.keys() == {"default-src", "style-src", "script-src", "base-uri", "form-action"}
    for name in ("style", "script"):
        assert re.fullmatch(r"'sha256-[\w+/]{43}='", rules.pop(f"{name}-src"))
    assert set(rules.values()) == {"'none'"}
    assert len(re.findall("<style", kit)) == len(re.findall("<script>", kit)) == 1
    assert not re.search(r"<(link|img|iframe|object|form [^>]*action)|url\(|@import|\bsrc=|\bstyle=| on\w+=", kit)


def test_it_has_every_record_by_its_name_in_both_languages(kit: str):
    for lang, language in LANGUAGES.items():
        own, whole = edition(kit, language), kit.partition("<section class=page")[2]
        with translation.override(lang):
            for one in Mechanism.objects.as_of(today()):
                assert own.count(escape(one.name)) >= 1
            for centre in Centre.objects.all():
                assert f"<h3>{escape(centre.name)}</h3>" in own
            for criterion in Criterion.objects.all():
                assert f"<th scope=row>{escape(criterion.name)}" in own
            for country in Country.objects.all():
                assert f">{escape(country.name)}</span>" in whole
            for source in Source.objects.all():
                assert escape(source.title) in whole


def test_every_statement_has_its_sources_and_every_link_a_place(kit: str):
    ids = Counter(re.findall(r" id=([^\s>]+)", kit))
    assert [name for name, n in ids.items() if n > 1] == []
    assert {link for link in re.findall(r"href=#([^\s>]+)", kit) if link not in ids} == set()
    date = today()
    mechanisms = Mechanism.objects.as_of(date)
    comparison = compare(list(mechanisms), list(Criterion.objects.all()), date)
    expected = [
        mechanisms.count(),
        OrganizationRole.objects.as_of(date).filter(mechanism__in=mechanisms).count(),
        Provision.objects.as_of(date).count(),
        Observation.objects.as_of(date).count(),
        Convention.objects.as_of(date).count(),
        Fund.objects.as_of(date).count(),
        sum(cell.finding is not None for row in comparison.rows for cell in row.cells),
        Centre.objects.count(),
        Designation.objects.count(),
        Hosting.objects.count(),
        # All countries that a centre serves under a mechanism rest on the sources of the list, named once.
        sum(len(one.served) for one in kit_centres(date)),
        Region.objects.count(),
        # The names of countries have one source.
        1,
    ]
    for language in LANGUAGES.values():
        assert edition(kit, language).count("<p class=cite>") == sum(expected)


def test_its_table_of_countries_is_of_the_date(kit: str):
    table = kit.partition("<section class=page id=countries")[2].partition("</table>")[0]
    rows = re.findall(r"<tr id=([A-Z]{2})>.*?<td>.*?<td>(.*?)<td>(.*?)(?=<tr id=|</tbody>|$)", table, re.DOTALL)
    assert len(rows) == Country.objects.count()
    served, hosted = (
        {(row[0], code) for row in rows for code in re.findall(r"[a-z][\w-]+", row[column])} for column in (1, 2)
    )
    date = today()
    assert served == set(Service.objects.as_of(date).values_list("country__iso2", "centre__code"))
    centres = Centre.objects.as_of(date).exclude(country=None)
    assert hosted == set(centres.values_list("country__iso2", "code"))


def test_it_marks_the_centres_that_are_not_active(client: Client, kit: str):
    marked = re.findall(r'<code>([\w-]+)</code> <span class="verdict silent">([^<]+)</span>', edition(kit, "en"))
    expected = {
        (row["code"], str(status.label))
        for status in Status
        if status != Status.ACTIVE
        for row in client.get(f"{ROOT}centres/", {"status": status.value, "fields": "code"}).json()["results"]
    }
    assert expected
    assert set(marked) == expected


def test_a_source_says_its_date_once(kit: str):
    sources = kit.partition("<section class=page id=sources")[2]
    assert len(re.findall(r", \d{4}</span>", sources)) > 10
    assert not re.search(r"\b(\d{4}年?)[,，] ?\1</span>", sources)


def test_queries_do_not_grow_with_the_rows():
    numbers = []
    for _half in range(2):
        # The census, its orders and the names of filters are read once for a state of the content.
        _html(shown())
        with CaptureQueriesContext(connection) as captured:
            _html(shown())
        numbers.append(len(captured))
        for model in (Service, Membership, Designation, Observation):
            model.objects.filter(pk__in=model.objects.values("pk")[:40]).delete()
    assert numbers[0] == numbers[1] < 250


def test_an_address_that_is_a_program_is_no_link(kit: str):
    source = Source.objects.exclude(url="")[0]
    source.url = "javascript:probe()"
    source.title_en = "</script><script>probe()</script>"
    source.save()
    changed = kit_html()[0].decode()
    assert "javascript:" not in changed
    assert changed.count("<script") == kit.count("<script") == 2
