"""What is to be done about the content: each check finds what is planted, and nothing once it is mended."""

import datetime
import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from centres.models import Centre, Designation
from editing.checks import checks
from mechanisms.models import Criterion, CriterionOption, Finding, Indicator, Mechanism, Observation
from publishing.filters import today
from regions.models import Country
from sources.models import Citation
from sources.statements import statement_models
from tests.sources.test_identity import source

pytestmark = pytest.mark.usefixtures("content")

DATE = datetime.date(2026, 11, 26)
FIVE_YEARS_AGO = datetime.date(2021, 11, 26)
#: At most so many queries, whatever is found: two for each kind of statement, one for each kind of record.
MOST_QUERIES = {
    "broken-rules": 4,
    "half-translated": 27,
    "uncited": 21,
    "silent-cells": 7,
    "disagreeing-figures": 3,
}
MOST_QUERIES |= {"weak-sources": 38, "old-sources": 38, "dead-sources": 38, "old-statements": 9}
MOST_QUERIES |= {"out-of-date": 30, "expired-designations": 2, "ending-terms": 2, "centres-without-host": 12}
MOST_QUERIES |= {"centres-without-countries": 12}
ERRORS = ["broken-rules", "half-translated", "uncited"]


def keys(code: str, date: datetime.date = DATE) -> list[str]:
    """Return the keys of the records that a check finds."""
    return [problem.record.key for problem in checks()[code].find(date)]


def save(record: Any, **values: Any) -> Any:
    for name, value in values.items():
        setattr(record, name, value)
    record.save()
    return record


Mending = Callable[[], Any]
Planting = Callable[[], tuple[str, Mending]]


def a_statement_without_a_citation() -> tuple[str, Mending]:
    country = Country.objects.get(iso2="KE")
    before = list(country.citations.all())
    country.citations.set([])
    return "KE", lambda: country.citations.set(before)


def a_text_in_one_language() -> tuple[str, Mending]:
    centre = Centre.objects.get(code="egypt-bcrc")
    save(centre, expertise_en="Mercury", expertise_zh_hans="")
    return centre.code, lambda: save(centre, expertise_zh_hans="汞")


def a_text_left_behind() -> tuple[str, Mending]:
    centre = Centre.objects.get(code="egypt-bcrc")
    save(centre, expertise_en="Mercury", expertise_zh_hans="汞")
    save(centre, expertise_en="Mercury and waste")
    return centre.code, lambda: save(centre, expertise_zh_hans="汞和废物")


def an_option_of_another_criterion() -> tuple[str, Mending]:
    finding = Finding.objects.filter(options__isnull=False).order_by("pk")[0]
    before = list(finding.options.all())
    finding.options.add(CriterionOption.objects.exclude(criterion=finding.criterion).order_by("pk")[0])
    return finding.key, lambda: finding.options.set(before)


def cited(**values: Any) -> tuple[str, Any]:
    """Let a country that rests on nothing of the kind cite a new source."""
    country = Country.objects.get(iso2="KE")
    new = source("planted", **values)
    country.citations.set([Citation.objects.create(source=new)])
    return country.key, new


def a_weak_source() -> tuple[str, Mending]:
    key, new = cited()
    save(new, reliability="weak")
    return key, lambda: save(new, reliability="secondary")


def an_old_source() -> tuple[str, Mending]:
    key, new = cited(date=datetime.date(2021, 11, 25))
    return key, lambda: save(new, date=FIVE_YEARS_AGO)


def a_dead_source() -> tuple[str, Mending]:
    key, new = cited(url="https://example.org/gone", dead_since=DATE)
    return key, lambda: save(new, dead_since=None)


def a_silent_cell() -> tuple[str, Mending]:
    finding = Finding.objects.latest_as_of(DATE).filter(status="stated").order_by("pk")[0]
    save(finding, status="silent")
    return finding.key, lambda: save(finding, status="stated")


def a_second_figure() -> tuple[str, Mending]:
    disputed = keys("disagreeing-figures")
    first = Observation.objects.filter(qualifier="exact").exclude(indicator__code__in=disputed).order_by("pk")[0]
    same = {name: getattr(first, name) for name in ("indicator", "period", "stated_on", "stated_on_precision")}
    second = Observation.objects.create(value=first.value + 7, **same)
    return first.indicator.code, second.delete


def an_old_statement() -> tuple[str, Mending]:
    finding = Finding.objects.latest_as_of(DATE).filter(stated_on__gt=FIVE_YEARS_AGO).order_by("pk")[0]
    Finding.objects.filter(mechanism=finding.mechanism, criterion=finding.criterion).exclude(pk=finding.pk).delete()
    old = save(finding, stated_on=datetime.date(2021, 11, 25))
    newer = {"mechanism": old.mechanism, "criterion": old.criterion, "stated_on": FIVE_YEARS_AGO, "status": "silent"}
    return old.key, lambda: Finding.objects.create(**newer)


def designation(**values: Any) -> Designation:
    """Return a designation of a centre that is housed, with a term of four years."""
    row = Designation.objects.as_of(DATE).filter(term=None, until=None, since__isnull=False).order_by("pk")[0]
    return save(row, term=4, since_precision="day", **values)  # type: ignore[no-any-return]


def a_term_that_ran_out() -> tuple[str, Mending]:
    row = designation(since=datetime.date(2022, 11, 26))
    return row.key, lambda: save(row, term=5)


def a_term_that_ends() -> tuple[str, Mending]:
    row = designation(since=datetime.date(2023, 11, 26))
    return row.key, lambda: save(row, until=datetime.date(2030, 1, 1))


def a_centre_without_host() -> tuple[str, Mending]:
    centre = Centre.objects.get(code="egypt-bcrc")
    (hosting,) = centre.hostings.all()
    hosting.delete()
    return centre.code, lambda: save(hosting, pk=None)


def a_centre_without_countries() -> tuple[str, Mending]:
    centre = Centre.objects.get(code="egypt-bcrc")
    service = centre.services.order_by("pk")[0]
    centre.services.all().delete()
    return centre.code, lambda: save(service, pk=None)


PLANTED: dict[str, Planting] = {
    "uncited": a_statement_without_a_citation,
    "half-translated": a_text_in_one_language,
    "out-of-date": a_text_left_behind,
    "broken-rules": an_option_of_another_criterion,
    "weak-sources": a_weak_source,
    "old-sources": an_old_source,
    "dead-sources": a_dead_source,
    "silent-cells": a_silent_cell,
    "disagreeing-figures": a_second_figure,
    "old-statements": an_old_statement,
    "expired-designations": a_term_that_ran_out,
    "ending-terms": a_term_that_ends,
    "centres-without-host": a_centre_without_host,
    "centres-without-countries": a_centre_without_countries,
}


def test_every_check_is_tried():
    assert set(PLANTED) == set(checks()) == set(MOST_QUERIES)
    assert [code for code, check in checks().items() if check.is_error] == ERRORS


@pytest.mark.parametrize("code", PLANTED)
def test_what_is_planted_is_found_until_it_is_mended(code: str):
    key, mend = PLANTED[code]()
    with CaptureQueriesContext(connection) as queries, translation.override("zh-hans"):
        problems = list(checks()[code].find(DATE))
        texts = [(str(one.record), one.form, one.page, one.message) for one in problems]
    assert len(queries) <= MOST_QUERIES[code]
    assert all(name and form.startswith("/zh-hans/admin/") and message for name, form, _page, message in texts)
    assert key in [one.record.key for one in problems]
    mend()
    assert key not in keys(code)


class TestTheRealContent:
    """The numbers are those that another way of counting gives."""

    def test_nothing_is_wrong(self):
        assert [keys(code) for code in [*ERRORS, "dead-sources"]] == [[], [], [], []]

    @pytest.mark.parametrize(
        ("code", "condition"),
        [("weak-sources", {"reliability": "weak"}), ("old-sources", {"date__lt": FIVE_YEARS_AGO})],
    )
    def test_statements_by_source(self, code: str, condition: dict[str, Any]):
        lookups = {f"citations__source__{name}": value for name, value in condition.items()}
        wanted = [model._base_manager.filter(**lookups).distinct().count() for model in statement_models()]
        found = [(type(one.record), one.record.pk) for one in checks()[code].find(DATE)]
        assert len(found) == len(set(found)) == sum(wanted) > 500

    def test_silent_cells(self):
        latest: dict[tuple[int, int], str] = {}
        for one in Finding.objects.filter(stated_on__lte=DATE).order_by("stated_on"):
            latest[one.mechanism_id, one.criterion_id] = one.status
        said = [status for status in latest.values() if status not in {"silent", "not-assessed"}]
        assert len(keys("silent-cells")) == Mechanism.objects.count() * Criterion.objects.count() - len(said) > 30

    def test_figures(self, client: Client):
        pages = [client.get(one.get_absolute_url()).content.decode() for one in Indicator.objects.order_by("pk")]
        assert len(keys("disagreeing-figures")) == sum(page.count("Sources disagree:") for page in pages) > 3

    def test_terms(self):
        running = [one for one in Designation.objects.as_of(DATE) if one.term and one.since and not one.until]
        years = [one.since.year + one.term for one in running]
        assert len(keys("expired-designations")) == sum(year <= 2026 for year in years) == 8
        assert len(keys("ending-terms")) == sum(year == 2027 for year in years) == 1

    def test_centres(self):
        centres = list(Centre.objects.as_of(DATE).with_related(DATE).order_by("code"))
        assert keys("centres-without-host") == [one.code for one in centres if not one.current_hostings]
        assert keys("centres-without-countries") == [one.code for one in centres if not one.current_services]
        assert len(keys("centres-without-countries")) > 20

    def test_what_is_not_old_or_closed_then_is_not_found_then(self):
        # The only figure that was old on the day of the note.
        assert keys("old-statements", datetime.date(2010, 6, 7)) == ["basel-coordinating-centres~1999-09-01~~2"]
        assert keys("expired-designations", datetime.date(2010, 6, 7)) == []


def command(**options: Any) -> str:
    output = io.StringIO()
    call_command("check_content", stdout=output, **{"as_of": DATE.isoformat(), **options})
    return output.getvalue()


class TestTheCommand:
    def test_it_lists_every_problem_with_its_form(self):
        text = command(check=["ending-terms", "disagreeing-figures"])
        assert "Terms that end within a year (ending-terms, notice): 1" in text
        row = Designation.objects.get(centre__code="trinidad-bcrc-scrc", mechanism__code="stockholm")
        assert f"centres.designation {row.key}  Ends: 2027  /en/admin/centres/designation/{row.pk}/change/" in text
        assert text.count("\n  - ") == 1 + len(keys("disagreeing-figures"))
        assert "一年内届满的任期（ending-terms，提示）：1" in command(check=["ending-terms"], lang="zh-hans")

    def test_programs_read_it(self):
        report = json.loads(command(format="json", check=["silent-cells"]))
        (check,) = report["checks"]
        assert (report["as_of"], check["code"], check["is_error"]) == ("2026-11-26", "silent-cells", False)
        assert [one["key"] for one in check["problems"]] == keys("silent-cells")
        assert check["count"] == len(check["problems"])

    def test_it_fails_for_errors_only(self):
        command(check=["uncited", "silent-cells"])
        Country.objects.get(iso2="KE").citations.set([])
        command(check=["silent-cells"])
        with pytest.raises(CommandError, match="Errors: 1"):
            command(check=["uncited", "silent-cells"])

    @pytest.mark.parametrize(
        ("options", "said"),
        [
            ({"check": ["nothing"]}, "--check: “nothing” is not one of broken-rules, half-translated,"),
            ({"as_of": "2026-13-01"}, "--as-of: Write the date as YYYY-MM-DD"),
            ({"format": "xml"}, "--format: “xml” is not one of text, json"),
            ({"lang": "fr"}, "--lang: “fr” is not one of en, zh-hans"),
        ],
    )
    def test_wrong_options_are_named(self, options: dict[str, Any], said: str):
        with pytest.raises(CommandError, match=said):
            command(**options)


def signed_in(*permissions: str, group: str = "") -> Client:
    user = User.objects.create_user("member", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    if group:
        user.groups.add(Group.objects.get(name=group))
    client = Client()
    client.force_login(user)
    return client


class TestThePages:
    @pytest.mark.parametrize(("lang", "said"), [("en", "Centres without a host"), ("zh-hans", "没有东道机构的中心")])
    def test_every_reader_sees_numbers_and_lists(self, lang: str, said: str):
        client = signed_in(group="reader")
        assert f'href="/{lang}/admin/integrity/"' in client.get(f"/{lang}/admin/").content.decode()
        response = client.get(f"/{lang}/admin/integrity/")
        assert said in response.content.decode()
        numbers = {check.code: n for check, n in response.context["rows"]}
        assert numbers == {code: len(keys(code, today())) for code in checks()}
        centre = Centre.objects.get(code=keys("centres-without-host")[0])
        page = client.get(f"/{lang}/admin/integrity/centres-without-host/").content.decode()
        assert f'href="/{lang}/admin/centres/centre/{centre.pk}/change/"' in page
        assert f'href="/{lang}/centres/{centre.code}/"' in page

    def test_a_long_list_has_pages(self):
        client = signed_in(group="reader")
        seen = []
        for number in range(1, 7):
            page = client.get(f"/en/admin/integrity/weak-sources/?page={number}").context["page"]
            seen += [one.record.key for one in page]
        assert seen == keys("weak-sources", today())

    def test_it_is_worked_out_anew_after_a_change_only(self):
        client = signed_in(group="reader")
        address = "/en/admin/integrity/centres-without-host/"
        before = client.get(address).context["page"].paginator.count
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        assert not [one for one in queries if "centres_" in one["sql"]]
        Centre.objects.get(code="egypt-bcrc").hostings.get().delete()
        assert client.get(address).context["page"].paginator.count == before + 1

    def test_nobody_sees_records_that_they_may_not(self):
        client = signed_in("view_centre")
        rows = client.get("/en/admin/integrity/").context["rows"]
        centres = {check.code: n for check, n in rows if n}
        assert set(centres) == {"weak-sources", "old-sources", "centres-without-host", "centres-without-countries"}

    def test_who_sees_no_content_sees_nothing(self):
        client = signed_in("view_user")
        assert "/admin/integrity/" not in client.get("/en/admin/").content.decode()
        assert client.get("/en/admin/integrity/").status_code == 403
        assert client.get("/en/admin/integrity/uncited/").status_code == 403
        assert Client().get("/en/admin/integrity/").status_code == 302

    def test_there_is_no_other_check(self):
        assert signed_in(group="reader").get("/en/admin/integrity/nothing/").status_code == 404

    def test_the_index_runs_no_check(self):
        client = signed_in(group="reader")
        client.get("/en/admin/")
        with CaptureQueriesContext(connection) as queries:
            client.get("/en/admin/")
        assert len(queries) < 12
