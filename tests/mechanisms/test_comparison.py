"""The comparison: verdicts from codes and never from prose, the latest statement, a fixed number of queries."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from mechanisms.comparison import Cell, Comparison, Row, Verdict, compare
from mechanisms.models import Criterion, CriterionGroup, CriterionOption, Finding, FindingStatus, Mechanism

pytestmark = pytest.mark.django_db
NOTE = datetime.date(2010, 6, 7)
LATER = datetime.date(2020, 1, 1)


@pytest.fixture
def mechanisms():
    return [
        Mechanism.objects.create(
            code=f"mechanism-{letter.lower()}",
            letter=letter,
            name_en=f"Mechanism {letter}",
            name_zh_hans=f"机制{letter}",
            position=number,
        )
        for number, letter in enumerate("ABC")
    ]


@pytest.fixture
def criterion():
    group = CriterionGroup.objects.create(code="group", name_en="Group", name_zh_hans="组")
    criterion = Criterion.objects.create(
        code="basis", group=group, kind="choice", name_en="Basis", name_zh_hans="依据", question_en="?"
    )
    for code in ("treaty", "decision"):
        CriterionOption.objects.create(code=code, criterion=criterion, name_en=code, name_zh_hans="选项")
    return criterion


def find(mechanism, criterion, *options, status="stated", number=None, text="Text.", on=NOTE):
    finding = Finding.objects.create(
        mechanism=mechanism,
        criterion=criterion,
        stated_on=on,
        status=status,
        number=number,
        text_en=text,
        text_zh_hans="文字。",
    )
    finding.options.set(CriterionOption.objects.filter(code__in=options))
    return finding


@pytest.fixture
def verdict(mechanisms, criterion):
    """Return the verdict on cells that are given as (options, other values of the finding), or None for no finding."""

    def of(*cells):
        for mechanism, cell in zip(mechanisms, cells, strict=False):
            if cell is not None:
                options, values = cell
                find(mechanism, criterion, *options, **values)
        row = compare(mechanisms[: len(cells)], [criterion], NOTE).rows[0]
        assert len(row.cells) == len(cells)
        return row.verdict

    return of


TREATY, DECISION, BOTH = (["treaty"], {}), (["decision"], {}), (["treaty", "decision"], {})
PROSE = ([], {})


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ([TREATY, TREATY], Verdict.SAME),
        ([TREATY, TREATY, TREATY], Verdict.SAME),
        ([TREATY, (["treaty"], {"text": "Other words."})], Verdict.SAME),
        ([BOTH, (["decision", "treaty"], {})], Verdict.SAME),
        ([([], {"number": 14}), ([], {"number": 14})], Verdict.SAME),
        ([([], {"number": 0}), ([], {"number": 0})], Verdict.SAME),
        ([TREATY, DECISION], Verdict.DIFFERS),
        ([TREATY, TREATY, DECISION], Verdict.DIFFERS),
        ([TREATY, BOTH], Verdict.DIFFERS),
        ([TREATY, PROSE], Verdict.DIFFERS),
        ([([], {"number": 14}), ([], {"number": 8})], Verdict.DIFFERS),
        ([([], {"number": 0}), PROSE], Verdict.DIFFERS),
        ([TREATY, (["treaty"], {"status": "conflicting"})], Verdict.DIFFERS),
        ([TREATY, ([], {"status": "not-applicable"})], Verdict.DIFFERS),
        ([TREATY, ([], {"status": "silent"})], Verdict.SILENT),
        ([TREATY, DECISION, ([], {"status": "silent"})], Verdict.SILENT),
        ([([], {"status": "silent"}), ([], {"status": "silent"})], Verdict.SILENT),
        ([TREATY, ([], {"status": "not-assessed"})], Verdict.SILENT),
        ([TREATY, None], Verdict.SILENT),
        ([None, None], Verdict.SILENT),
        ([PROSE, PROSE], Verdict.UNCODED),
        ([PROSE, ([], {"text": "Quite other words."})], Verdict.UNCODED),
    ],
)
def test_a_verdict_comes_from_status_options_and_number(verdict, cells, expected):
    assert verdict(*cells) == expected


def test_a_cell_without_a_finding_is_not_assessed_and_never_blank(mechanisms, criterion):
    cell = compare(mechanisms, [criterion], NOTE).rows[0].cells[0]
    assert cell == Cell(mechanisms[0], criterion, None)
    assert cell.status == FindingStatus.NOT_ASSESSED
    assert cell.status_label == "not assessed"
    assert not cell.is_stated


@pytest.mark.parametrize(
    ("status", "is_stated"),
    [("stated", True), ("conflicting", True), ("silent", False), ("not-applicable", False), ("not-assessed", False)],
)
def test_a_cell_is_stated_where_a_source_says_something(mechanisms, criterion, status, is_stated):
    cell = Cell(mechanisms[0], criterion, find(mechanisms[0], criterion, status=status))
    assert cell.is_stated == is_stated


def test_rows_and_columns_stand_as_they_are_asked_for(mechanisms, criterion):
    other = Criterion.objects.create(
        code="level", group=criterion.group, kind="text", name_en="Level", name_zh_hans="层级", question_en="?"
    )
    find(mechanisms[1], other)
    comparison = compare([mechanisms[2], mechanisms[1]], [other, criterion], NOTE)
    assert [row.criterion for row in comparison.rows] == [other, criterion]
    assert [[cell.mechanism for cell in row.cells] for row in comparison.rows] == [[mechanisms[2], mechanisms[1]]] * 2
    assert [cell.status for cell in comparison.rows[0].cells] == ["not-assessed", "stated"]
    assert comparison.groups == [(criterion.group, comparison.rows)]


def test_the_counts_of_the_verdicts_add_up_to_the_rows(mechanisms, criterion):
    silent, coded = Row(criterion, [Cell(mechanisms[0], criterion, None)]), find(mechanisms[0], criterion, "treaty")
    same = Row(criterion, [Cell(mechanisms[0], criterion, coded)])
    comparison = Comparison(mechanisms[:1], [silent, same, silent], NOTE, [silent, same, silent])
    assert comparison.counts == {"same": 1, "differs": 0, "silent": 2, "not-coded": 0}


# The latest statement not after the date


@pytest.mark.parametrize(
    ("date", "text"),
    [
        (NOTE - datetime.timedelta(days=1), None),
        (NOTE, "Then."),
        (LATER - datetime.timedelta(days=1), "Then."),
        (LATER, "Later."),
        (datetime.date(2100, 12, 31), "Later."),
    ],
)
def test_the_latest_statement_not_after_the_date_is_shown(mechanisms, criterion, date, text):
    # The later one first, so that neither key nor order of entry decides.
    find(mechanisms[0], criterion, text="Later.", on=LATER)
    find(mechanisms[0], criterion, text="Then.", on=NOTE)
    finding = compare(mechanisms, [criterion], date).rows[0].cells[0].finding
    assert (finding.text if finding else None) == text
    shown = Finding.objects.latest_as_of(date)
    assert [one.text for one in shown] == ([text] if text else [])


def test_each_mechanism_and_criterion_has_a_latest_statement_of_its_own(mechanisms, criterion):
    other = Criterion.objects.create(
        code="level", group=criterion.group, kind="text", name_en="Level", name_zh_hans="层级", question_en="?"
    )
    kept = [
        find(mechanisms[0], criterion, on=LATER),
        find(mechanisms[1], criterion, on=NOTE),
        find(mechanisms[0], other, on=NOTE),
    ]
    find(mechanisms[0], criterion, on=NOTE)
    assert set(Finding.objects.latest_as_of(LATER)) == set(kept)


def test_the_note_and_today_differ_in_the_real_content(content):
    basel = Mechanism.objects.filter(code="basel")
    criteria = Criterion.objects.with_group().in_reading_order()
    then = {row.criterion.code: row.cells[0].finding for row in compare(basel, criteria, NOTE).rows}
    now = {row.criterion.code: row.cells[0].finding for row in compare(basel, criteria, datetime.date.today()).rows}
    assert all(finding.stated_on == NOTE for finding in then.values())
    assert any(now[code] != then[code] for code in then)


def test_a_comparison_takes_the_same_queries_for_two_cells_and_for_all(content):
    criteria = list(Criterion.objects.with_group().in_reading_order())
    mechanisms = list(Mechanism.objects.in_reading_order())

    def queries(columns, rows):
        with CaptureQueriesContext(connection) as captured:
            comparison = compare(columns, rows, NOTE)
            assert sum(comparison.counts.values()) == len(rows)
            for row in comparison.rows:
                for cell in row.cells:
                    assert cell.finding is None or [one.source.code for one in cell.finding.cited]
        return len(captured)

    # A row with provisions: without any, Django does not ask for their citations.
    services = [one for one in criteria if one.code == "core-functions"]
    assert queries(mechanisms[:2], services) == queries(mechanisms, criteria)
