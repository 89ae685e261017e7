"""What a record was: every state with who, when and why, before and after in both languages, and the way back."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from centres.models import Centre, Designation
from editing.models import Proposal
from publishing.models import Dataset
from tests.editing.test_saving import BIG, CODE, address, editor, opened, saved

__all__ = ["editor"]
pytestmark = pytest.mark.usefixtures("content")


def past(record: Any, lang: str = "en") -> str:
    return address(record, lang).replace("/change/", "/history/")


def renamed(client: Client, centre: Centre, name: str, reason: str) -> None:
    form = {**opened(client, centre), "name_en": f"{name} centre", "name_zh_hans": f"{name}中心", "reason": reason}
    assert saved(client, centre, form).status_code == 302


def restored(client: Client, record: Any, row: Any, **data: Any) -> Any:
    given = {"row": row.pk, "opened": Dataset.current().revision, "reason": "as it was", **data}
    return client.post(past(record), given, follow=True)


@pytest.mark.parametrize("lang", ["en", "zh-hans"])
def test_each_state_says_who_why_and_what(client: Client, editor: User, lang: str):
    centre = Centre.objects.get(code=CODE)
    renamed(client, centre, "First", "第一次")
    renamed(client, centre, "Second", "第二次")
    response = client.get(past(centre, lang))
    second, first, *_rest = response.context["states"]
    assert (second.row.history_user, second.row.history_change_reason) == (editor, "第二次")
    assert {(one.before, one.after) for one in second.differences} == {
        ("First centre", "Second centre"),
        ("First中心", "Second中心"),
    }
    page = response.content.decode()
    for text in ("First centre", "Second中心", "第一次", "第二次", "editor"):
        assert text in page
    assert ("恢复" in page) is (lang == "zh-hans")
    assert first.row.history_change_reason == "第一次"


def test_a_history_costs_the_same_however_long(client: Client, editor: User):
    centre = Centre.objects.get(code=CODE)
    counts = []
    for rounds in (1, 5):
        for number in range(rounds):
            renamed(client, centre, f"Name {rounds}-{number}", "x")
        with CaptureQueriesContext(connection) as queries:
            assert client.get(past(centre)).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_state_is_restored_in_both_languages_with_its_relations(client: Client, editor: User):
    centre = Centre.objects.get(code=CODE)
    before = client.get(f"/api/v1/centres/{CODE}/").json()
    row = Centre.history.filter(id=centre.pk).latest("history_id")  # type: ignore[attr-defined]
    first = before["citations"][0]
    form = {**opened(client, centre), "name_en": "Wrong", "name_zh_hans": "错误", "reason": "x"}
    form["citations"] = form["citations"][:1]
    assert saved(client, centre, form).status_code == 302
    changed = client.get(f"/api/v1/centres/{CODE}/").json()
    assert changed["citations"] != before["citations"] or len(before["citations"]) == 1, first
    response = restored(client, centre, row)
    assert "Restored, 1 record." in response.content.decode()
    assert client.get(f"/api/v1/centres/{CODE}/").json() == before
    latest = Centre.history.filter(id=centre.pk).latest("history_id")  # type: ignore[attr-defined]
    assert (latest.history_user, latest.history_change_reason) == (editor, "as it was")


def test_not_without_a_reason_nor_over_anothers_change(client: Client, editor: User):
    centre = Centre.objects.get(code=CODE)
    row = Centre.history.filter(id=centre.pk).latest("history_id")  # type: ignore[attr-defined]
    renamed(client, centre, "New", "x")
    assert "Say why" in restored(client, centre, row, reason=" ").content.decode()
    seen = Dataset.current().revision
    renamed(client, centre, "Newer", "x")
    assert "look at it again" in restored(client, centre, row, opened=seen).content.decode()
    assert Centre.objects.get(code=CODE).name_en == "Newer centre"  # type: ignore[attr-defined]


@pytest.mark.parametrize("lang", ["en", "zh-hans"])
def test_a_removed_centre_is_listed_and_comes_back_with_what_was_about_it(client: Client, editor: User, lang: str):
    centre = Centre.objects.get(code=BIG)
    pk, before = centre.pk, client.get(f"/api/v1/centres/{BIG}/").json()
    services = centre.services.count()
    page = address(centre).replace("/change/", "/delete/")
    assert client.post(page, {"post": "yes", "reason": "by mistake"}).status_code == 302
    listed = client.get(f"/{lang}/admin/centres/centre/removed/").content.decode()
    assert f"/{lang}/admin/centres/centre/{pk}/history/" in listed
    assert "by mistake" in listed
    centre.pk = pk
    row = Centre.history.filter(id=pk).latest("history_id")  # type: ignore[attr-defined]
    shown = client.get(past(centre, lang)).content.decode()
    assert before["name"][lang] in shown
    response = restored(client, centre, row)
    assert response.status_code == 200
    assert client.get(f"/api/v1/centres/{BIG}/").json() == before
    assert Centre.objects.get(code=BIG).services.count() == services > 0
    assert str(pk) not in client.get(f"/{lang}/admin/centres/centre/removed/").content.decode().split("<main")[-1]


def test_what_cannot_be_as_it_was_is_told(client: Client, editor: User):
    """A designation comes back only where its centre is."""
    designation = Designation.objects.filter(centre__code=CODE).order_by("pk").first()
    assert designation is not None
    pk = designation.pk
    Centre.objects.get(code=CODE).delete()
    designation.pk = pk
    row = Designation.history.filter(id=pk).latest("history_id")  # type: ignore[attr-defined]
    assert "Centre: required" in restored(client, designation, row).content.decode()
    assert not Designation.objects.filter(pk=pk).exists()


def test_who_may_not_change_may_look_and_not_restore(client: Client):
    reader = User.objects.create_user("reader", is_staff=True)
    reader.user_permissions.set(Permission.objects.filter(codename="view_centre"))
    client.force_login(reader)
    centre = Centre.objects.get(code=CODE)
    row = Centre.history.filter(id=centre.pk).latest("history_id")  # type: ignore[attr-defined]
    assert 'name="row"' not in client.get(past(centre)).content.decode()
    assert restored(client, centre, row).status_code == 403
    reader.user_permissions.clear()
    assert client.get(past(centre)).status_code == 403
    assert client.get("/en/admin/centres/centre/removed/").status_code == 403


def test_under_the_rule_a_restoration_is_proposed(client: Client, settings: Any):
    settings.TWO_PERSON_RULE = True
    user = User.objects.create_user("editor", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=["change_centre", "view_proposal"]))
    client.force_login(user)
    centre = Centre.objects.get(code=CODE)
    row = Centre.history.filter(id=centre.pk).latest("history_id")  # type: ignore[attr-defined]
    centre.city_en = "Elsewhere"  # type: ignore[attr-defined]
    centre.save()
    restored(client, centre, row)
    assert Centre.objects.get(code=CODE).city_en == "Elsewhere"  # type: ignore[attr-defined]
    assert Proposal.objects.get().changes[0]["after"]["city"]["en"] == "Jakarta"


def test_there_is_no_history_of_what_never_was(client: Client, editor: User):
    for pk in ("999999", "x", "0"):
        assert client.get(f"/en/admin/centres/centre/{pk}/history/").status_code == 404
