"""The two-person rule: what an editor changes waits for a publisher; the public sees nothing of it before."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.db import IntegrityError, transaction
from django.test import Client

from centres.models import Centre, Designation, Hosting, HostInstitution, Service
from editing.models import Proposal
from publishing.models import ContentChange, Dataset
from tests.api.endpoints import problem
from tests.api.test_writing import NEW_CENTRE, permissions, tag, token_for
from tests.editing.test_saving import BIG, CODE, address, opened, saved

pytestmark = pytest.mark.usefixtures("content")


@pytest.fixture(autouse=True)
def rule(settings: Any) -> None:
    settings.TWO_PERSON_RULE = True


def view_proposals() -> Permission:
    return Permission.objects.get(codename="view_proposal")


@pytest.fixture
def editor(content: None) -> User:
    user = User.objects.create_user("editor", is_staff=True)
    user.user_permissions.set([*permissions(Centre, Designation, Hosting, Service), view_proposals()])
    return user


@pytest.fixture
def publisher(content: None) -> User:
    user = User.objects.create_user("publisher", is_staff=True)
    publish = Permission.objects.get(codename="publish")
    user.user_permissions.set([*permissions(Centre, Designation), view_proposals(), publish])
    return user


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def decide(user: User, proposal: Proposal, decision: str, note: str = "") -> str:
    """Decide on a proposal in the admin; return the page that answers."""
    page = f"/en/admin/editing/proposal/{proposal.pk}/change/"
    response = signed_in(user).post(page, {"decision": decision, "note": note}, follow=True)
    assert response.status_code == 200
    return response.content.decode()


@pytest.fixture
def proposal(editor: User) -> Proposal:
    """A change of a centre that an editor has made in the form."""
    client, centre = signed_in(editor), Centre.objects.get(code=CODE)
    form = {
        **opened(client, centre),
        "name_en": "Proposed name",
        "name_zh_hans": "提议的名称",
        "reason": "第BC-17/5号决定",
    }
    response = saved(client, centre, form)
    made = Proposal.objects.get()
    assert response.headers["Location"] == made.get_absolute_url()
    return made


def test_nothing_of_it_is_public(client: Client, proposal: Proposal, editor: User):
    assert Centre.objects.get(code=CODE).name_en != "Proposed name"
    assert "提议的名称" not in client.get(f"/zh-hans/centres/{CODE}/").content.decode()
    assert not ContentChange.objects.filter(revision__gt=proposal.revision).exists()
    assert Dataset.current().revision == proposal.revision
    assert not Centre.history.filter(name_en="Proposed name").exists()  # type: ignore[attr-defined]
    (change,) = proposal.changes
    assert (change["kind"], change["key"], change["action"]) == ("centres.centre", CODE, "changed")
    assert change["after"]["name"] == {"en": "Proposed name", "zh-hans": "提议的名称"}
    assert {**change["after"], "name": change["before"]["name"]} == change["before"]


@pytest.mark.parametrize("lang", ["en", "zh-hans"])
def test_both_languages_are_shown_before_and_after(proposal: Proposal, publisher: User, lang: str):
    page = signed_in(publisher).get(f"/{lang}/admin/editing/proposal/{proposal.pk}/change/").content.decode()
    for text in ("Proposed name", "提议的名称", proposal.changes[0]["before"]["name"]["en"], "第BC-17/5号决定"):
        assert text in page
    assert ("批准" in page) is (lang == "zh-hans")


def test_a_publisher_approves_and_everybody_sees_it(client: Client, proposal: Proposal, publisher: User, editor: User):
    decide(publisher, proposal, "approve")
    assert "提议的名称" in client.get(f"/zh-hans/centres/{CODE}/").content.decode()
    row = Centre.history.latest("history_id")  # type: ignore[attr-defined]
    assert row.history_user == editor
    assert row.history_change_reason == "第BC-17/5号决定 (approved by publisher)"
    changes = client.get(f"/api/v1/changes/?since={proposal.revision}").json()["results"]
    assert [(one["key"], one["action"]) for one in changes] == [(CODE, "changed")]
    assert "decided already" in decide(publisher, proposal, "approve")


def test_nobody_approves_what_they_proposed(editor: User, publisher: User, proposal: Proposal):
    editor.user_permissions.add(*publisher.user_permissions.all())
    assert "Somebody else" in decide(editor, proposal, "approve")
    assert Centre.objects.get(code=CODE).name_en != "Proposed name"
    assert Proposal.objects.get().status == "open"


def test_who_is_no_publisher_decides_nothing(proposal: Proposal):
    other = User.objects.create_user("other", is_staff=True)
    other.user_permissions.set([*permissions(Centre), view_proposals()])
    page = f"/en/admin/editing/proposal/{proposal.pk}/change/"
    assert signed_in(other).post(page, {"decision": "approve"}).status_code == 404
    assert signed_in(proposal.author).post(page, {"decision": "approve"}).status_code == 403
    assert Client().get(page).status_code == 302


def test_it_is_returned_with_a_note_or_withdrawn(proposal: Proposal, publisher: User, editor: User):
    assert "Say in the note" in decide(publisher, proposal, "return")
    decide(publisher, proposal, "return", "Which decision?")
    held = Proposal.objects.get()
    assert (held.status, held.note, held.decided_by) == ("returned", "Which decision?", publisher)
    assert "Which decision?" in signed_in(editor).get(held.get_absolute_url()).content.decode()
    Proposal.objects.update(status="open")
    assert "Only its author" in decide(publisher, proposal, "withdraw")
    decide(editor, proposal, "withdraw")
    assert Proposal.objects.get().status == "withdrawn"


def test_what_has_changed_since_must_be_proposed_anew(proposal: Proposal, publisher: User):
    centre = Centre.objects.get(code=CODE)
    centre.city_en = "Elsewhere"  # type: ignore[attr-defined]
    centre.save()
    assert "changed since" in decide(publisher, proposal, "approve")
    assert Centre.objects.get(code=CODE).name_en != "Proposed name"
    assert Proposal.objects.get().status == "open"


def test_what_is_not_right_any_more_is_told(proposal: Proposal, publisher: User):
    proposal.changes[0]["after"]["citations"] = ["no-such-source"]
    proposal.save()
    assert "no-such-source" in decide(publisher, proposal, "approve")
    assert Proposal.objects.get().status == "open"


def test_a_publishers_own_change_is_made_at_once(publisher: User):
    client, centre = signed_in(publisher), Centre.objects.get(code=CODE)
    assert saved(client, centre, {**opened(client, centre), "name_en": "At once", "reason": "x"}).status_code == 302
    assert Centre.objects.get(code=CODE).name_en == "At once"
    assert not Proposal.objects.exists()


def test_a_form_that_is_wrong_proposes_nothing(editor: User):
    client, centre = signed_in(editor), Centre.objects.get(code=CODE)
    response = saved(client, centre, {**opened(client, centre), "name_en": "", "reason": "x"})
    assert response.status_code == 200
    assert not Proposal.objects.exists()


def test_a_deletion_is_proposed_with_what_goes_with_it(client: Client, editor: User, publisher: User):
    centre = Centre.objects.get(code=BIG)
    page = address(centre).replace("/change/", "/delete/")
    signed_in(editor).post(page, {"post": "yes", "reason": "closed"})
    proposal = Proposal.objects.get()
    assert {one["action"] for one in proposal.changes} == {"removed"}
    assert len(proposal.changes) > 5
    assert Centre.objects.filter(code=BIG).exists()
    decide(publisher, proposal, "approve")
    assert not Centre.objects.filter(code=BIG).exists()


def test_a_deletion_on_which_something_rests_by_then_is_told(editor: User, publisher: User):
    editor.user_permissions.add(*permissions(HostInstitution))
    used = HostInstitution.objects.filter(hostings__isnull=False).order_by("pk").first()
    assert used is not None
    unused = HostInstitution.objects.create(
        code="unused", name_en="Unused", name_zh_hans="未用", institution_type="other", country=used.country
    )
    unused.citations.set(used.citations.all())
    page = address(unused).replace("/change/", "/delete/")
    signed_in(editor).post(page, {"post": "yes", "reason": "closed"})
    hosting = used.hostings.order_by("pk").first()
    hosting.institution = unused
    hosting.save()
    assert hosting.key in decide(publisher, Proposal.objects.get(), "approve")
    assert HostInstitution.objects.filter(code="unused").exists()
    assert Proposal.objects.get().status == "open"


def test_a_renaming_is_for_publishers(editor: User):
    client, centre = signed_in(editor), Centre.objects.get(code=CODE)
    response = client.post(address(centre), {**opened(client, centre), "code": "other", "reason": "x"}, follow=True)
    assert "renamed by publishers only" in response.content.decode()
    assert Centre.objects.filter(code=CODE).exists()
    assert not Proposal.objects.exists()


def test_the_api_proposes_too(client: Client, editor: User, publisher: User):
    secret = token_for(editor, permissions(Centre, Designation))
    script = Client(headers={"authorization": f"Bearer {secret}"})
    answer = script.post("/api/v1/centres/?reason=new", NEW_CENTRE, content_type="application/json")
    assert answer.status_code == 202, answer.content.decode()
    proposal = Proposal.objects.get()
    assert answer.json() == {"proposal": proposal.pk, "status": "open"}
    problem(client.get("/api/v1/centres/new-centre/"), 404)
    decide(publisher, proposal, "approve")
    assert client.get("/api/v1/centres/new-centre/").json()["name"] == NEW_CENTRE["name"]
    # The rules are the same: no race is lost, nothing wrong is proposed.
    path = f"centres/{CODE}/"
    script = Client(headers={"authorization": f"Bearer {secret}", "if-match": tag(client, path)})
    wrong = script.patch(f"/api/v1/{path}?reason=x", {"citations": []}, content_type="application/json")
    assert list(problem(wrong, 400)["errors"]) == ["citations"]
    assert script.delete(f"/api/v1/{path}?reason=x").status_code == 202
    assert Centre.objects.filter(code=CODE).exists()
    assert Proposal.objects.count() == 2


def test_the_database_knows_the_states_of_a_proposal(editor: User):
    with pytest.raises(IntegrityError, match="editing_proposal_status"), transaction.atomic():
        Proposal.objects.create(author=editor, reason="x", revision=1, changes=[], status="lost")


def test_without_the_rule_nobody_waits(editor: User, settings: Any):
    settings.TWO_PERSON_RULE = False
    client, centre = signed_in(editor), Centre.objects.get(code=CODE)
    assert saved(client, centre, {**opened(client, centre), "name_en": "At once", "reason": "x"}).status_code == 302
    assert Centre.objects.get(code=CODE).name_en == "At once"
