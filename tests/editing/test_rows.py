"""Rows in another record's form: a centre with its designations, hostings and services in one save."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from centres.models import Centre, Designation, Hosting, HostInstitution, Service
from mechanisms.models import CriterionOption, Finding, Mechanism
from publishing.models import ContentChange, Dataset
from regions.models import Country
from sources.models import Citation
from tests.editing.test_saving import BIG, CODE, Fields, address, editor, opened, saved

__all__ = ["editor"]
pytestmark = pytest.mark.usefixtures("content")

ADD = "/en/admin/centres/centre/add/"


def new_row(prefix: str, index: int, **values: Any) -> dict[str, Any]:
    return {f"{prefix}-{index}-{name}": value for name, value in values.items()}


def new_centre(client: Client, citations: list[int], **values: Any) -> dict[str, Any]:
    """Return what the empty form would send for a centre with a designation, a hosting and two services."""
    form = {name: value for name, value in Fields(client.get(ADD).content.decode()).found.items() if "__" not in name}
    mechanism = Mechanism.objects.get(code="basel").pk
    dates = {"since_precision": "day", "until_precision": "day"}
    served = [Country.objects.get(iso2=code).pk for code in ("KE", "UG")]
    form |= new_row(
        "designations",
        0,
        mechanism=mechanism,
        role="regional-centre",
        since="2026-05-01",
        nominated_on_precision="day",
        **dates,
        citations=citations,
    )
    form |= new_row(
        "hostings",
        0,
        institution=HostInstitution.objects.order_by("pk").first().pk,  # type: ignore[union-attr]
        legal_arrangement="unknown",
        legal_date_precision="day",
        **dates,
        citations=citations,
    )
    form |= new_row("services", 0, country=served, mechanism=mechanism, **dates, citations=citations)
    form |= {f"{prefix}-TOTAL_FORMS": "1" for prefix in ("designations", "hostings", "services")}
    form |= {
        "code": "rift-valley-centre",
        "name_en": "Rift Valley Centre",
        "name_zh_hans": "裂谷中心",
        "kind": "regional-centre",
        "country": Country.objects.get(iso2="KE").pk,
        "city_en": "Nakuru",
        "city_zh_hans": "纳库鲁",
        "citations": citations,
        "reason": "Decision BC-18/1",
    }
    return form | values


@pytest.fixture
def citations() -> list[int]:
    return list(Citation.objects.order_by("pk").values_list("pk", flat=True)[:2])


def errors(response: Any) -> dict[str, list[str]]:
    """Return what a refused form says, by field."""
    assert response.status_code == 200
    found = dict(response.context["adminform"].form.errors)
    for one in response.context["inline_admin_formsets"]:
        for row in one.formset.forms:
            found |= {row.add_prefix(name): list(said) for name, said in row.errors.items()}
    return found


def test_a_centre_is_added_with_what_is_about_it(client: Client, editor: User, citations: list[int]):
    before = Dataset.current().revision
    response = client.post(ADD, new_centre(client, citations))
    assert response.status_code == 302, errors(response)
    centre = Centre.objects.get(code="rift-valley-centre")
    served = list(centre.services.order_by("country__iso2"))
    assert [one.country.iso2 for one in served] == ["KE", "UG"]
    records = [centre, centre.designations.get(), centre.hostings.get(), *served]
    for record in records:
        assert set(record.citations.values_list("pk", flat=True)) == set(citations)
        rows = type(record).history.filter(id=record.pk)  # type: ignore[attr-defined]
        assert [(one.history_type, one.history_change_reason) for one in rows] == [("+", "Decision BC-18/1")]
    changes = ContentChange.objects.filter(revision__gt=before)
    assert sorted(one.key for one in changes) == sorted(record.key for record in records)
    assert "rift-valley-centre" in client.get("/en/centres/?serves=UG").content.decode()


def test_a_fault_in_a_row_saves_nothing_and_stands_at_its_field(client: Client, editor: User, citations: list[int]):
    form = new_centre(client, citations)
    form |= {"designations-0-citations": [], "hostings-0-note_en": "Only English"}
    response = client.post(ADD, form)
    assert set(errors(response)) == {"designations-0-citations", "hostings-0-note_zh_hans"}
    assert not Centre.objects.filter(code="rift-valley-centre").exists()
    # Both countries of the one row are still there, as the rows that they would become.
    assert "Kenya" in response.content.decode()
    assert "Uganda" in response.content.decode()


def test_the_loaders_rules_hold_in_a_form_too(client: Client, editor: User):
    finding = Finding.objects.filter(status="stated").order_by("pk").first()
    assert finding is not None
    alien = CriterionOption.objects.exclude(criterion=finding.criterion).order_by("pk").first()
    assert alien is not None
    form = {**opened(client, finding), "options": [alien.pk], "number": "3", "reason": "x"}
    assert set(errors(saved(client, finding, form))) == {"options", "number"}


def test_a_date_is_stored_as_the_files_would_have_it(client: Client, editor: User):
    designation = Designation.objects.filter(until=None).order_by("pk").first()
    assert designation is not None
    form = {**opened(client, designation), "until": "2031-03-03", "until_precision": "year", "reason": "x"}
    assert saved(client, designation, form).status_code == 302
    designation.refresh_from_db()
    assert str(designation.until) == "2031-12-31"


def test_rows_left_alone_are_not_saved_and_cost_no_query(client: Client, editor: User):
    counts = {}
    for code in (BIG, Centre.objects.exclude(services__isnull=False).order_by("pk").first().code):  # type: ignore[union-attr]
        centre = Centre.objects.get(code=code)
        with CaptureQueriesContext(connection) as shown:
            form = opened(client, centre)
        before = Dataset.current().revision
        form |= {"acronym": "NEW", "reason": "x"}
        with CaptureQueriesContext(connection) as posted:
            assert saved(client, centre, form).status_code == 302
        changes = ContentChange.objects.filter(revision__gt=before)
        assert [(one.kind, one.key) for one in changes] == [("centres.centre", code)]
        counts[centre.services.count()] = (len(shown), len(posted))
    few, many = sorted(counts)
    assert (few, many > 15) == (0, True)
    # Where there is no row there is nothing to fetch the relations of.
    assert counts[many][0] <= counts[few][0] + 9
    assert counts[many][1] <= counts[few][1] + 9


def test_a_row_that_another_changed_is_shown_and_kept(client: Client, editor: User):
    """I change one row and the centre, they change another row and another field: both stay."""
    centre = Centre.objects.get(code=CODE)
    first, second = centre.designations.order_by("pk")
    mine = {**opened(client, centre), "acronym": "MINE", "designations-0-decision": "MINE/1", "reason": "mine"}
    other = Client()
    other.force_login(User.objects.create_superuser("other"))
    theirs = {**opened(other, centre), "designations-1-decision": "THEIRS/2", "reason": "theirs"}
    assert saved(other, centre, theirs).status_code == 302
    refused = saved(client, centre, mine)
    page = refused.content.decode()
    kept = {one.after: is_mine for _record, one, is_mine in refused.context["conflict"]}
    assert kept["MINE/1"] is kept["MINE"] is True
    for text in ("MINE/1", "THEIRS/2"):
        assert text in page
    again = {name: values for name, values in Fields(page).found.items() if name != "q"}
    assert again["designations-1-decision"] == ["THEIRS/2"]
    assert saved(client, centre, again).status_code == 302
    for record, decision in ((first, "MINE/1"), (second, "THEIRS/2")):
        record.refresh_from_db()
        assert record.decision == decision
    assert Centre.objects.get(code=CODE).acronym == "MINE"


def test_a_row_that_another_changed_too_shows_both(client: Client, editor: User):
    centre = Centre.objects.get(code=CODE)
    designation = centre.designations.order_by("pk").first()
    assert designation is not None
    mine = {**opened(client, centre), "designations-0-decision": "MINE/1", "reason": "mine"}
    designation.decision, designation.term = "THEIRS/2", 4
    designation.save()
    refused = saved(client, centre, mine)
    shown = {one.name: (one.before, one.after, is_mine) for _record, one, is_mine in refused.context["conflict"]}
    assert shown["decision"] == ("THEIRS/2", "MINE/1", True)
    assert shown["term"] == ("4", "", False)
    again = {name: values for name, values in Fields(refused.content.decode()).found.items() if name != "q"}
    assert (again["designations-0-decision"], again["designations-0-term"]) == (["MINE/1"], ["4"])


def test_a_row_that_another_removed_is_not_lost_unseen(client: Client, editor: User):
    centre = Centre.objects.get(code=CODE)
    mine = {**opened(client, centre), "designations-0-decision": "MINE/1", "reason": "mine"}
    centre.designations.order_by("pk").first().delete()  # type: ignore[union-attr]
    assert saved(client, centre, mine).context["adminform"].form.is_stale
    mine["opened"] = [str(Dataset.current().revision)]
    response = saved(client, centre, mine)
    assert "MINE/1" in response.content.decode()
    assert "removed this row" in response.content.decode()
    assert saved(client, centre, {**mine, "designations-0-DELETE": "on"}).status_code == 302
    assert centre.designations.count() == 1


def test_a_broken_count_of_rows_is_a_fault_and_no_crash(client: Client, editor: User, citations: list[int]):
    for count in ("", "x", "99999999"):
        response = client.post(ADD, {**new_centre(client, citations), "services-TOTAL_FORMS": count})
        assert response.status_code == 200
        assert not Centre.objects.filter(code="rift-valley-centre").exists()


def test_a_row_is_deleted_by_who_may(client: Client, editor: User):
    centre = Centre.objects.get(code=BIG)
    service = centre.services.order_by("mechanism__position", "country__iso2").first()
    assert service is not None
    form = {**opened(client, centre), "services-0-DELETE": "on", "reason": "not served any more"}
    assert saved(client, centre, form).status_code == 302
    assert not Service.objects.filter(pk=service.pk).exists()
    row = Service.history.latest("history_id")  # type: ignore[attr-defined]
    assert (row.history_type, row.history_change_reason) == ("-", "not served any more")


def test_who_may_only_look_changes_nothing(client: Client):
    reader = User.objects.create_user("reader", is_staff=True)
    models = [model._meta.model_name for model in (Centre, Designation, Hosting, Service)]
    reader.user_permissions.set(Permission.objects.filter(codename__in=[f"view_{name}" for name in models]))
    client.force_login(reader)
    centre = Centre.objects.get(code=CODE)
    assert client.get(address(centre)).status_code == 200
    assert client.post(address(centre), {"acronym": "X", "reason": "x"}).status_code == 403
