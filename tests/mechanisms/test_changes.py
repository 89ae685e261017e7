"""What changed between two dates: exactly the cells with another finding, each under the most telling kind."""

import datetime
import re
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from mechanisms.changes import ChangeKind, Changes, changes_between
from mechanisms.comparison import compare
from mechanisms.models import Criterion, CriterionGroup, CriterionOption, Finding, Mechanism
from publishing.dates import PartialDate
from tests.mechanisms.tables import API, PAGE
from tests.pages.markup import parse
from tests.pages.walk import LANGUAGES, NOTE_DATE

pytestmark = pytest.mark.django_db

each_language = pytest.mark.parametrize("lang", LANGUAGES)
THEN, SINCE, NOW = datetime.date(2005, 1, 1), datetime.date(2010, 6, 7), datetime.date(2020, 1, 1)


@pytest.fixture
def mechanism() -> Mechanism:
    return Mechanism.objects.create(code="one", letter="A", name_en="One", name_zh_hans="一", position=1)


@pytest.fixture
def criterion() -> Criterion:
    group = CriterionGroup.objects.create(code="group", name_en="Group", name_zh_hans="组")
    criterion = Criterion.objects.create(
        code="basis", group=group, kind="choice", name_en="Basis", name_zh_hans="依据", question_en="?"
    )
    for code in ("treaty", "decision"):
        CriterionOption.objects.create(code=code, criterion=criterion, name_en=code, name_zh_hans="选项")
    return criterion


@pytest.fixture
def changes(mechanism, criterion):
    """Return what changes after findings that are given as date, options and other values."""

    def of(*findings: tuple[datetime.date, list[str], dict[str, Any]]) -> Changes:
        for on, options, values in findings:
            texts = {"status": "stated", "text_en": "Text.", "text_zh_hans": "文字。", **values}
            finding = Finding.objects.create(mechanism=mechanism, criterion=criterion, stated_on=on, **texts)
            finding.options.set(CriterionOption.objects.filter(code__in=options))
        return changes_between(SINCE, compare([mechanism], [criterion], NOW))

    return of


OLD: tuple[datetime.date, list[str], dict[str, Any]] = (THEN, ["treaty"], {"number": 14})


@pytest.mark.parametrize(
    ("findings", "kind"),
    [
        ([(NOW, ["treaty"], {})], ChangeKind.NEW),
        ([(NOW, [], {"status": "silent"})], ChangeKind.NEW),
        ([OLD, (NOW, ["treaty"], {"number": 14, "status": "conflicting"})], ChangeKind.STATUS),
        # Status weighs more than options, options more than a number, a number more than words.
        ([OLD, (NOW, [], {"status": "silent", "text_en": "Other."})], ChangeKind.STATUS),
        ([OLD, (NOW, ["decision"], {"number": 14})], ChangeKind.OPTIONS),
        ([OLD, (NOW, ["treaty", "decision"], {"number": 15, "text_en": "Other."})], ChangeKind.OPTIONS),
        ([OLD, (NOW, ["treaty"], {"number": 15})], ChangeKind.NUMBER),
        ([OLD, (NOW, ["treaty"], {"number": None, "text_en": "Other."})], ChangeKind.NUMBER),
        ([OLD, (NOW, ["treaty"], {"number": 14, "text_en": "Other."})], ChangeKind.WORDING),
        # The last of the earlier findings is what is compared with.
        ([OLD, (SINCE, ["decision"], {}), (NOW, ["decision"], {"text_en": "Other."})], ChangeKind.WORDING),
    ],
)
def test_a_change_is_of_the_most_telling_kind(changes, findings, kind):
    found = changes(*findings)
    assert [(change.kind, found.unchanged) for change in found.changes] == [(kind, 0)]
    (change,) = found.changes
    assert change.after.finding
    assert change.after.finding.stated_on == NOW
    assert (change.before.finding is None) == (kind == ChangeKind.NEW)
    assert found.by_kind == [(kind, [change])]


@pytest.mark.parametrize(
    "findings",
    [
        [],
        [OLD],
        [(SINCE, ["treaty"], {})],
        [OLD, (NOW + datetime.timedelta(days=1), ["decision"], {})],
    ],
    ids=["never stated", "stated before", "stated on the day", "stated afterwards"],
)
def test_the_same_finding_is_no_change(changes, findings):
    found = changes(*findings)
    assert (found.changes, found.unchanged, found.by_kind) == ([], 1, [])


def test_kinds_stand_in_one_order_however_the_cells_lie(changes, mechanism, criterion):
    others = [
        Mechanism.objects.create(
            code=f"more-{n}", letter="XYZ"[n - 1], name_en=f"More {n}", name_zh_hans=f"多{n}", position=n
        )
        for n in (2, 3)
    ]
    texts = {"criterion": criterion, "status": "stated", "text_en": "Text.", "text_zh_hans": "文字。"}
    Finding.objects.create(mechanism=others[0], stated_on=NOW, **texts)
    changes(OLD, (NOW, ["treaty"], {"number": 14}))
    found = changes_between(SINCE, compare([mechanism, *others], [criterion], NOW))
    assert [kind for kind, _rows in found.by_kind] == [ChangeKind.NEW, ChangeKind.WORDING]
    assert [change.kind for change in found.changes] == [ChangeKind.WORDING, ChangeKind.NEW]
    assert found.unchanged == 1


# The page, on the real content


def told_by_the_api(client: Client, state: dict[str, Any], since: str) -> tuple[dict[tuple[str, str], str], int]:
    """Return the kind of change by cell, and the number of the others, from the API's answers for the two dates."""

    def cells(as_of: str) -> dict[tuple[str, str], dict[str, Any]]:
        # By the mechanisms' findings, not by the comparison: those that did not exist yet have none.
        answer = client.get(API, {**state, "as_of": as_of}).json()
        return {(cell["mechanism"], row["criterion"]["code"]): cell for row in answer["rows"] for cell in row["cells"]}

    before, after = cells(since), cells(state.get("as_of", ""))
    kinds = {}
    for place, new in after.items():
        old = before.get(place, {"stated_on": None})
        if old["stated_on"] == new["stated_on"]:
            continue
        assert new["stated_on"] > since
        if old["stated_on"] is None:
            kinds[place] = "new"
            continue
        names = (("status", "status"), ("options", "options"), ("number", "number"))
        kinds[place] = next((kind for kind, name in names if old[name] != new[name]), "wording")
    return kinds, len(after) - len(kinds)


STATES = [
    {"mechanism": ["basel", "stockholm", "who"]},
    {"mechanism": ["basel", "minamata"], "as_of": "2018-01-01"},
    {"mechanism": ["multilateral-fund", "ncpc", "rotterdam"], "group": ["finance", "hosting"]},
    {"mechanism": ["basel", "who"], "differences": "true"},
    {"mechanism": ["who", "ncpc"], "transpose": "true", "view": "bilingual"},
    {"group": ["delivery"]},
]


@pytest.mark.usefixtures("content")
@each_language
@pytest.mark.parametrize("state", STATES, ids=str)
def test_the_page_lists_exactly_the_changed_cells(client: Client, state: dict[str, Any], lang: str):
    kinds, unchanged = told_by_the_api(client, {**state, "differences": ""}, NOTE_DATE)
    assert kinds
    assert unchanged
    response = client.get(PAGE.format(lang=lang), {**state, "changed_since": NOTE_DATE})
    section = parse(response).one("main").one("section", id="changes")
    with translation.override(lang):
        labels = {str(kind.label): kind.value for kind in ChangeKind}
        mechanisms = {one.short_name: one.code for one in Mechanism.objects.all()}
        criteria = {one.name: one.code for one in Criterion.objects.all()}
        days = [PartialDate(datetime.date.fromisoformat(NOTE_DATE)).display()]
    assert len(labels) == len(ChangeKind)
    found: dict[tuple[str, str], str] = {}
    for part in section.all("details"):
        told = re.fullmatch(r"(.+?) ?[(（]([0-9]+)[)）]", part.one("summary").text)
        assert told
        rows = part.one("ul").children_of("li")
        assert len(rows) == int(told[2])
        for row in rows:
            name, criterion = re.split(": |：", row.one("strong").text, maxsplit=1)
            place = mechanisms[name], criteria[criterion]
            assert place not in found
            found[place] = labels[told[1]]
            said = row.children_of("p")
            assert len(said) == (4 if state.get("view") else 2)
            assert said[0].one("span").text == days[0]
            assert all(len(one.text) > len(one.one("span").text) + 1 for one in said)
    assert found == kinds
    numbers = [int(number) for number in re.findall(r"[0-9]+", section.children_of("p")[0].text)]
    assert numbers == [len(kinds), unchanged]


@pytest.mark.usefixtures("content")
@each_language
def test_nothing_changes_without_a_later_statement(client: Client, lang: str):
    state = {"mechanism": ["basel", "who"], "as_of": "2010-06-09", "changed_since": "2010-06-08"}
    section = parse(client.get(PAGE.format(lang=lang), state)).one("section", id="changes")
    assert not section.all("details")
    assert re.findall(r"[0-9]+", section.children_of("p")[0].text) == ["0", str(2 * Criterion.objects.count())]


@pytest.mark.usefixtures("content")
@each_language
def test_changes_are_shown_only_when_asked_for(client: Client, lang: str):
    main = parse(client.get(PAGE.format(lang=lang), {"mechanism": ["basel", "who"]})).one("main")
    assert not main.all(id="changes")
    links = [one["href"] for one in main.one("ul", cls="switches").all("a") if "changed_since" in one["href"]]
    assert links == [f"?mechanism=basel&mechanism=who&changed_since={NOTE_DATE}"]
