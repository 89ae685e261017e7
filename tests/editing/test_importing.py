"""Records from spreadsheets: every fault by row and column, what would change, and all of it or nothing."""

import csv
import datetime
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from accounts.models import StaffAction
from centres.models import Centre, Designation, Service
from editing.importing import check, columns_of, present_records, table
from editing.models import Import
from editing.sheets import Sheet, csv_bytes, read_sheet
from mechanisms.models import Observation
from publishing.index import matching_ids
from publishing.models import ContentChange, Dataset, KeyedModel
from publishing.registry import record_type_of
from regions.models import Country
from sources.models import Citation
from tests.accounts.test_roles import member
from tests.editing.test_saving import CODE
from tests.editing.test_sheets import with_part, workbook

pytestmark = pytest.mark.usefixtures("content")

IMPORTABLE = [Centre, Designation, Observation, Service]
UPLOAD = "/en/admin/editing/import/add/"
REASON = "第BC-17/5号决定"
HEAD = ["centre", "country", "mechanism", "since", "until", "note_en", "note_zh_hans", "citations"]
ROWS = 1000

#: Of a faulty row: the column, what stands in it, where the fault is told, and what is said.
FAULTS: list[tuple[str, Any, str, str]] = [
    ("centre", "no-such-centre", "centre", "no centre has the code “no-such-centre”"),
    ("centre", "", "centre", "required"),
    ("centre", "bas\1el", "centre", "control character"),
    ("country", "ke", "country", "no country has the code “ke”"),
    ("country", "Kenya", "country", "no country has the code “Kenya”"),
    ("country", "", "country", "required"),
    ("mechanism", "base", "mechanism", "no mechanism has the code “base”"),
    ("mechanism", 1992, "mechanism", "no mechanism has the code “1992”"),
    ("since", "2001-13", "since", "there is no such day"),
    ("since", "June 2001", "since", "is not a date"),
    ("since", "by 2001", "since", "needs a full date"),
    ("until", "2001-02-30", "until", "there is no such day"),
    ("until", "1999", "until", "cannot end before it begins"),
    ("note_en", "", "note_en", "the text in this language is missing"),
    ("note_zh_hans", " ", "note_zh_hans", "the text in this language is missing"),
    ("citations", "", "citations", "at least one citation"),
    ("citations", "no-such-source#para-1", "citations", "no source has the code “no-such-source”"),
    ("citations", "inc1-note#paragraph-1", "citations", "a locator is para-N"),
    ("citations", "inc1-note; inc1-note", "citations", "“inc1-note” stands twice"),
]


def new_services() -> list[list[Any]]:
    """Return a thousand rows of services that are not there yet."""
    centres = Centre.objects.order_by("code").values_list("code", flat=True)[:10]
    countries = Country.objects.order_by("iso2").values_list("iso2", flat=True)[: ROWS // 10]
    rest = [
        "basel",
        2001,
        datetime.date(2009, 5, 8),
        "As agreed.",
        "按约定。",
        "inc1-note#para-14；inc1-note#para-999\n",
    ]
    return [[centre, country, *rest] for centre in centres for country in countries]


def as_xlsx(rows: list[list[Any]]) -> SimpleUploadedFile:
    return SimpleUploadedFile("services.xlsx", workbook(HEAD, *rows))


def as_csv(rows: list[list[Any]]) -> SimpleUploadedFile:
    """Return what Chinese Excel saves."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows([HEAD, *rows])
    return SimpleUploadedFile("services.csv", out.getvalue().encode("gb18030"))


@pytest.fixture
def publisher(client: Client, settings: Any) -> User:
    """Return a publisher, signed in; what a publisher does waits for nobody."""
    settings.TWO_PERSON_RULE = True
    user = member("publisher", "publisher")
    client.force_login(user)
    return user


def upload(client: Client, model: type[KeyedModel], file: Any, lang: str = "en") -> Import:
    """Send a file; return the import that is made of it."""
    address = UPLOAD.replace("/en/", f"/{lang}/")
    response = client.post(address, {"kind": model._meta.label_lower, "file": file})
    assert response.status_code == 302, response.context["form"].errors
    made = Import.objects.get(kind=model._meta.label_lower)
    assert response.headers["Location"] == f"/{lang}/admin/editing/import/{made.pk}/change/"
    return made


def lines(*rows: list[str]) -> SimpleUploadedFile:
    return SimpleUploadedFile("records.csv", csv_bytes(rows))


def page(client: Client, made: Import, lang: str = "en", query: str = "") -> str:
    response = client.get(f"/{lang}/admin/editing/import/{made.pk}/change/{query}")
    assert response.status_code == 200
    return response.content.decode()


def decide(client: Client, made: Import, decision: str, reason: str = REASON) -> str:
    """Decide on an import; return the page that answers."""
    data = {"decision": decision, "reason": reason}
    return client.post(f"/en/admin/editing/import/{made.pk}/change/", data, follow=True).content.decode()


@pytest.mark.parametrize("write", [as_xlsx, as_csv])
def test_of_a_thousand_rows_every_fault_is_told_and_then_all_are_written_at_once(
    client: Client, publisher: User, write: Callable[..., SimpleUploadedFile]
):
    rows = new_services()
    assert len(rows) == ROWS
    faulty = [list(row) for row in rows]
    expected = {}
    # openpyxl writes no control character: no workbook can have one.
    faults = [fault for fault in FAULTS if write is as_csv or "\1" not in str(fault[1])]
    for place, (column, value, told, message) in enumerate(faults):
        row = 3 + 47 * place
        faulty[row - 2][HEAD.index(column)] = value
        expected[row, told] = message
    # And a record that stands twice.
    faulty[990] = faulty[989]
    expected[992, "country"] = "the same record stands in services"
    before, services = Dataset.current().revision, Service.objects.count()
    made = upload(client, Service, write(faulty))
    found = {(row, column): message for row, column, message in made.faults["en"]}
    assert expected.keys() <= found.keys()
    for place, message in expected.items():
        assert message in found[place], place
    # One fault can concern several columns: those of a key, of a condition.
    assert {row for row, _column in found} == {row for row, _column in expected}
    assert not {column for (row, column) in found if row == 992} - {"centre", "country", "mechanism", "since"}
    assert {row for row, _column, _message in made.faults["zh-hans"]} == {row for row, _column in expected}
    shown = page(client, made)
    assert "no country has the code “Kenya”" in shown
    assert "国家中没有代码“Kenya”" in page(client, made, "zh-hans")
    assert "Correct the faults" in decide(client, made, "apply")
    assert (Dataset.current().revision, Service.objects.count()) == (before, services)

    made = upload(client, Service, write(rows))
    assert (len(made.changes), made.unchanged, made.faults) == (ROWS, 0, {})
    assert Service.objects.count() == services
    decide(client, made, "apply")
    assert Service.objects.count() == services + ROWS
    assert Dataset.current().revision == before + 1
    history = Service.history.filter(history_change_reason=REASON)  # type: ignore[attr-defined]
    assert set(history.values_list("history_type", "history_user")) == {("+", publisher.pk)}
    assert history.count() == ROWS
    changes = ContentChange.objects.filter(revision=before + 1)
    assert changes.filter(kind="centres.service", action="added").count() == ROWS
    assert Citation.objects.filter(source__code="inc1-note", locator="para-999").count() == 1
    assert not Import.objects.exists()
    one = Service.objects.get(centre__code=rows[0][0], country__iso2=rows[0][1], since__year=2001)
    assert (str(one.since_date), str(one.until_date)) == ("2001", "2009-05-08")
    assert (one.note_en, one.note_zh_hans) == ("As agreed.", "按约定。")  # type: ignore[attr-defined]
    assert one.citations.count() == 2


@pytest.mark.parametrize("model", IMPORTABLE)
@pytest.mark.parametrize("wanted", ["xlsx", "csv"])
def test_the_present_records_come_back_unchanged(client: Client, publisher: User, model: Any, wanted: str):
    response = client.get(f"/en/admin/editing/import/{model._meta.label_lower}/records.{wanted}")
    made = upload(client, model, SimpleUploadedFile(f"x.{wanted}", response.content))
    assert (made.changes, made.faults, made.unchanged) == ([], {}, model.objects.count())
    assert "Nothing changes" in page(client, made)


@pytest.mark.parametrize(("lang", "words"), [("en", "identifies the record"), ("zh-hans", "标识")])
def test_the_template_names_the_columns_and_says_what_they_are(client: Client, publisher: User, lang: str, words: str):
    address = f"/{lang}/admin/editing/import/centres.centre/template"
    names = [column.name for column in columns_of(record_type_of(Centre))]
    assert client.get(f"{address}.csv").content.decode("utf-8-sig").strip() == ",".join(names)
    first, second = load_workbook(io.BytesIO(client.get(f"{address}.xlsx").content)).worksheets
    assert [[cell.value for cell in row] for row in first.rows] == [names]
    guide = [[cell.value for cell in row] for row in second.rows][1:]
    assert [row[0] for row in guide] == names
    assert words in guide[0][2]
    assert all(row[1] and row[3] for row in guide)
    for wrong in (f"{address}.pdf", f"{address.replace('template', 'other')}.csv"):
        assert client.get(wrong).status_code == 404
    assert client.get(f"/{lang}/admin/editing/import/sources.source/template.csv").status_code == 404


def test_what_is_not_in_the_file_stays_and_what_is_empty_goes(client: Client, publisher: User):
    centre = Centre.objects.get(code=CODE)
    assert centre.city
    assert centre.website
    made = upload(client, Centre, lines(["code", "city_en", "city_zh_hans"], [CODE, "", ""]))
    (change,) = made.changes
    assert change["action"] == "changed"
    assert change["after"] == {name: value for name, value in change["before"].items() if name != "city"}
    shown = page(client, made)
    assert f"{CODE} – changed" in shown
    assert change["before"]["city"]["zh-hans"] in shown
    decide(client, made, "apply")
    centre = Centre.objects.get(code=CODE)
    assert not centre.city_en  # type: ignore[attr-defined]
    assert centre.website
    assert centre.citations.exists()


def test_the_search_finds_what_was_imported(client: Client, publisher: User):
    names = ["name_en", "name_zh_hans"]
    made = upload(client, Centre, lines(["code", *names], [CODE, "Qyzzy centre", "新的名称"]))
    decide(client, made, "apply")
    (key,) = matching_ids("qyzzy", Centre)
    assert Centre.objects.get(pk=key).code == CODE
    role = Designation.objects.filter(centre__code=CODE).first()
    assert role is not None
    row = [str(value) for value in (CODE, role.mechanism.code, role.role, role.since or "", "QYZZY/1")]
    made = upload(client, Designation, lines(["centre", "mechanism", "role", "since", "decision"], row))
    decide(client, made, "apply")
    assert set(matching_ids("qyzzy/1", Centre)) == {key}


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([["code", "colour"], [CODE, "red"]], [(1, "colour", "there is no column of this name; there are: code, ")]),
        ([["code", "city_en", "city_en"], [CODE, "a", "b"]], [(1, "city_en", "twice")]),
        ([["name_en"], ["x"]], [(1, "code", "it must be there")]),
        ([["", "", "code"], ["", "", CODE], ["", "x", CODE]], [(3, "B", "no name")]),
        ([["code"], ["New Centre"]], [(2, "code", "lower-case")]),
        ([["code", "kind"], [CODE, "centre"]], [(2, "kind", "; allowed: regional-centre, ")]),
        ([["code", "latitude"], [CODE, "south"]], [(2, "latitude", "decimal")]),
        ([["code", "longitude"], [CODE, ""]], [(2, "latitude", "centres_centre_point")]),
        ([["code", "functions"], [CODE, "training;cooking"]], [(2, "functions", "“cooking”")]),
        ([["code", "mercury_work"], [CODE, "perhaps"]], [(2, "mercury_work", "True")]),
        ([["code"], ["new-centre"]], [(2, name, "required") for name in ("name_en", "kind")]),
        ([["code", "website"], [CODE, "a"], [CODE, "b"]], [(2, "website", "URL"), (3, "code", "records.csv:2")]),
    ],
)
def test_what_is_wrong_is_told_by_row_and_column(
    client: Client, publisher: User, rows: list[list[str]], expected: list[tuple[int, str, str]]
):
    made = upload(client, Centre, lines(*rows))
    for row, column, message in expected:
        assert any(one[:2] == [row, column] and message in one[2] for one in made.faults["en"]), made.faults["en"]
    assert {one[0] for one in made.faults["en"]} == {row for row, _column, _message in expected}
    answer = client.get(f"/en/admin/editing/import/{made.pk}/faults.csv").content.decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(answer)))[1:] == [[str(part) for part in one] for one in made.faults["en"]]


def test_a_formula_is_a_fault_of_its_cell_alone(client: Client, publisher: User):
    file = SimpleUploadedFile("x.xlsx", workbook(["code", "city_en", "kind"], [CODE, "=A1", "regional-centre"]))
    assert [one[:2] for one in upload(client, Centre, file).faults["en"]] == [[2, "city_en"]]


@pytest.mark.parametrize("lang", ["en", "zh-hans"])
def test_a_file_that_is_no_table_is_told_on_the_form(client: Client, publisher: User, lang: str):
    file = SimpleUploadedFile("x.xlsx", b"no workbook")
    data = {"kind": "centres.centre", "file": file}
    response = client.post(UPLOAD.replace("/en/", f"/{lang}/"), data)
    assert response.status_code == 200
    message = "This is no Excel workbook" if lang == "en" else "Excel工作簿"
    assert message in response.context["form"].errors["file"][0]
    for wrong in ({**data, "kind": "sources.source"}, {"kind": "centres.centre"}):
        assert client.post(UPLOAD, wrong).context["form"].errors
    assert not Import.objects.exists()


def test_what_has_changed_since_is_not_overwritten(client: Client, publisher: User):
    others = list(Centre.objects.exclude(code=CODE).values_list("code", flat=True)[:3])
    made = upload(client, Centre, lines(["code", "acronym"], *[[code, "QQ"] for code in (*others, CODE)]))
    Centre.objects.get(code=CODE).functions.clear()
    revision = Dataset.current().revision
    assert f"checked {CODE} has changed" in decide(client, made, "apply")
    assert not Centre.objects.filter(acronym="QQ").exists()
    assert Dataset.current().revision == revision
    assert Import.objects.filter(pk=made.pk).exists()
    # A record that is there by now is no new one.
    made = upload(client, Centre, lines(["code", "acronym"], [others[0], "QQ"]))
    made.changes[0].update(before=None, action="added")
    made.save()
    assert f"checked {others[0]} has changed" in decide(client, made, "apply")


def test_what_is_not_right_any_more_is_told(client: Client, publisher: User):
    made = upload(client, Centre, lines(["code", "acronym"], [CODE, "QQ"]))
    made.changes[0]["after"]["country"] = "XX"
    made.save()
    assert "no country has the code “XX”" in decide(client, made, "apply")
    assert not Centre.objects.filter(acronym="QQ").exists()


def test_it_needs_a_reason_and_is_applied_once_or_cancelled(client: Client, publisher: User):
    made = upload(client, Centre, lines(["code", "acronym"], [CODE, "QQ"]))
    for reason in ("", "  ", "x" * 501, "a\0"):
        assert "errorlist" in decide(client, made, "apply", reason)
    assert client.post(made.get_absolute_url(), {"reason": "x"}).status_code == 403
    assert not Centre.objects.filter(acronym="QQ").exists()
    assert "nothing was written" in decide(client, made, "cancel", "")
    assert not Import.objects.exists()
    made = upload(client, Centre, lines(["code", "acronym"], [CODE, "QQ"]))
    # The next file of the same kind takes its place.
    again = upload(client, Centre, lines(["code", "acronym"], [CODE, "QQQ"]))
    assert client.post(made.get_absolute_url(), {"decision": "apply", "reason": "x"}).status_code == 404
    decide(client, again, "apply")
    assert Centre.objects.get(code=CODE).acronym == "QQQ"
    # The log of staff has what was applied, and that alone.
    action = StaffAction.objects.get(content_type__model="import")
    assert (action.user, action.object_repr, action.is_addition()) == (publisher, again.file_name, True)
    assert client.post(again.get_absolute_url(), {"decision": "apply", "reason": "x"}).status_code == 404


def test_only_its_author_sees_and_applies_it(client: Client, publisher: User):
    made = upload(client, Centre, lines(["code", "acronym"], [CODE, "=QQ"]))
    faulty = f"/en/admin/editing/import/{made.pk}/faults.csv"
    for role, expected in (("administrator", 404), ("editor", 403), ("reader", 403)):
        other = Client()
        other.force_login(member(role, role))
        assert other.get(made.get_absolute_url()).status_code == expected
        assert other.post(made.get_absolute_url(), {"decision": "apply", "reason": "x"}).status_code == expected
        assert other.get(faulty).status_code == expected
        listed = other.get("/en/admin/editing/import/")
        assert listed.status_code == (200 if expected == 404 else 403)
        assert made.file_name not in listed.content.decode()
        template = other.get("/en/admin/editing/import/centres.centre/template.csv")
        assert template.status_code == (200 if expected == 404 else 404)
        assert ("import/add/?kind=" in other.get("/en/admin/centres/centre/").content.decode()) is (expected == 404)
    assert Client().get(made.get_absolute_url()).status_code == 302
    assert not Centre.objects.filter(acronym="=QQ").exists()
    assert made.file_name in client.get("/en/admin/editing/import/").content.decode()
    assert "import/add/?kind=" not in client.get("/en/admin/sources/source/").content.decode()
    assert 'value="centres.service" selected' in client.get(f"{UPLOAD}?kind=centres.service").content.decode()
    decide(client, made, "apply")
    assert Centre.objects.get(code=CODE).acronym == "=QQ"


def test_a_long_list_of_changes_has_pages(client: Client, publisher: User):
    record_type = record_type_of(Service)
    head, *rows = table(record_type, present_records(record_type)[:150])
    changed = [[*row[:4], "A note.", "一条备注。"] for row in rows]
    made = upload(client, Service, lines([*head[:4], "note_en", "note_zh_hans"], *changed))
    assert len(made.changes) == 150
    pages = [page(client, made, query=query) for query in ("", "?p=2")]
    assert [one.count("<details") for one in pages] == [100, 50]
    assert 'href="?p=2"' in pages[0]


def test_more_rows_cost_no_more_queries():
    record_type = record_type_of(Service)
    head, *rows = table(record_type, present_records(record_type))

    def queries(number: int) -> int:
        with CaptureQueriesContext(connection) as captured:
            check(Sheet(head, 1, dict(enumerate(rows[:number], 2))), record_type, "x")
        return len(captured)

    assert queries(20) == queries(2)
    sheet = read_sheet("x.csv", csv_bytes([head, *rows]))
    assert check(sheet, record_type, "x").unchanged == len(rows)


@pytest.mark.parametrize(
    ("lang", "name", "data", "words"),
    [
        ("en", "tables.xlsx", b"\x89PNG\r\n\x1a\n\0", ["“tables.xlsx”", "no Excel workbook", "10 MB"]),
        ("zh-hans", "表.csv", b"%PDF-1.7\n", ["“表.csv”", "既不是工作簿", "10 MB"]),
        ("en", "large.csv", b"code\n" * (10 * 2**20), ["“large.csv”", "10 megabytes at most", "10 MB"]),
        ("zh-hans", "宏.xlsm", with_part("xl/vbaProject.bin", b"x"), ["“宏.xlsm”", "含有宏", "10 MB"]),
    ],
)
def test_a_file_that_is_not_taken_is_named_with_what_is(
    client: Client, publisher: User, lang: str, name: str, data: bytes, words: list[str]
):
    before = Dataset.current().revision
    sent = {"kind": "centres.centre", "file": SimpleUploadedFile(name, data)}
    response = client.post(UPLOAD.replace("/en/", f"/{lang}/"), sent)
    (message,) = response.context["form"].errors["file"]
    assert [word for word in words if word not in message] == []
    assert not Import.objects.exists()
    assert Dataset.current().revision == before
