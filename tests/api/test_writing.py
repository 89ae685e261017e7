"""Writing through the API: who may, what is refused, that no edit is lost, and what follows from a write."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from accounts.models import Token
from centres.models import Centre, Designation, Service
from config.content import RECORD_TYPES
from editing.api import WritableViewSet
from publishing.content.dumping import raw_of, stored
from publishing.content.saving import standing_alone
from publishing.models import ContentChange, Dataset
from sources.models import Citation
from tests.api.endpoints import ROOT, VIEWSETS, fetch, listed, problem

pytestmark = pytest.mark.usefixtures("content")

WRITABLE = {name: viewset for name, viewset in VIEWSETS.items() if issubclass(viewset, WritableViewSet)}
ACTIONS = ["add", "change", "delete"]
REASON = "第BC-17/5号决定 adds it"
NEW_CENTRE = {
    "code": "new-centre",
    "name": {"en": "New Regional Centre", "zh-hans": "新的区域中心"},
    "kind": "regional-centre",
    "country": "KE",
    "functions": ["training"],
    "citations": ["inc1-note#para-14"],
}

Writer = Callable[..., HttpResponse]


def permissions(*models: Any, actions: list[str] = ACTIONS) -> list[Permission]:
    names = [f"{action}_{model._meta.model_name}" for model in models for action in actions]
    return list(Permission.objects.filter(codename__in=names))


def token_for(user: User, scopes: list[Permission], **kwargs: Any) -> str:
    """Return a new token of a user."""
    token, secret = Token.objects.create(user=user, name="a script", **kwargs)
    token.scopes.set(scopes)
    return str(secret)


@pytest.fixture
def editor(content: None) -> User:
    """Return a member of staff who may do anything to every writable table."""
    user = User.objects.create_user("editor", is_staff=True)
    user.user_permissions.set(permissions(*(view.record_type.model for view in WRITABLE.values())))
    return user


@pytest.fixture
def write(editor: User) -> Writer:
    """Return a function that writes with a token that may everything."""
    secret = token_for(editor, list(editor.user_permissions.all()))

    def writer(method: str, path: str, body: Any = None, *, reason: str = REASON, **headers: str) -> HttpResponse:
        query = f"?reason={reason}" if reason else ""
        call = getattr(Client(headers={"authorization": f"Bearer {secret}", **headers}), method)
        data = {} if body is None else {"data": body, "content_type": "application/json"}
        response: HttpResponse = call(f"{ROOT}{path}{query}", **data)
        return response

    return writer


def tag(client: Client, path: str) -> str:
    """Return the ETag with which a record is read now."""
    return client.get(f"{ROOT}{path}").headers["ETag"]


def test_the_tables_that_the_issue_names_can_be_written():
    assert {"centres", "designations", "hostings", "services", "findings", "observations"} <= set(WRITABLE)


class TestWhoMayWrite:
    """No write without a token, none outside its scope, none after its end."""

    @pytest.mark.parametrize("name", WRITABLE)
    @pytest.mark.parametrize("method", ["post", "patch", "delete"])
    def test_not_without_a_token(self, client: Client, name: str, method: str):
        before = Dataset.current().revision
        path = f"{ROOT}{name}/" if method == "post" else f"{ROOT}{name}/{key(client, name)}/"
        response = getattr(client, method)(f"{path}?reason=x", "{}", content_type="application/json")
        problem(response, 401)
        assert response.headers["WWW-Authenticate"] == "Bearer"
        assert Dataset.current().revision == before

    @pytest.mark.parametrize(
        "header",
        ["Bearer", "Bearer nonsense", "Bearer a b", "Bearer \xff\xfe", "Basic YTpi", "Bearer " + "9" * 5000, "Token x"],
    )
    def test_not_with_what_is_no_token(self, header: str):
        response = Client(headers={"authorization": header}).post(
            f"{ROOT}centres/?reason=x", NEW_CENTRE, content_type="application/json"
        )
        problem(response, 401)

    @pytest.mark.parametrize("name", WRITABLE)
    @pytest.mark.parametrize(("method", "action"), [("post", "add"), ("patch", "change"), ("delete", "delete")])
    def test_not_outside_its_scope(self, client: Client, editor: User, name: str, method: str, action: str):
        every = set(editor.user_permissions.all())
        needed = f"{action}_{WRITABLE[name].record_type.model._meta.model_name}"
        secret = token_for(editor, [one for one in every if one.codename != needed])
        path = f"{ROOT}{name}/" if method == "post" else f"{ROOT}{name}/{key(client, name)}/"
        headers = {"authorization": f"Bearer {secret}", "if-match": "*"}
        response = getattr(Client(headers=headers), method)(f"{path}?reason=x", "{}", content_type="application/json")
        problem(response, 403)
        # With it, the request goes further.
        secret = token_for(editor, [one for one in every if one.codename == needed])
        headers["authorization"] = f"Bearer {secret}"
        response = getattr(Client(headers=headers), method)(f"{path}?reason=x", "{}", content_type="application/json")
        problem(response, 400 if method == "post" else 412)

    def test_not_beyond_the_rights_of_its_user(self, editor: User):
        secret = token_for(editor, permissions(Centre))
        headers = {"authorization": f"Bearer {secret}"}
        for takes_away in (editor.user_permissions.clear, lambda: User.objects.update(is_staff=False)):
            takes_away()
            response = Client(headers=headers).post(
                f"{ROOT}centres/?reason=x", NEW_CENTRE, content_type="application/json"
            )
            problem(response, 403)
            editor.user_permissions.set(permissions(Centre))

    def test_not_after_its_end(self, editor: User):
        for expiry, status in ((datetime.timedelta(seconds=-1), 401), (datetime.timedelta(minutes=1), 201)):
            secret = token_for(editor, permissions(Centre), expiry=expiry)
            client = Client(headers={"authorization": f"Bearer {secret}"})
            response = client.post(f"{ROOT}centres/?reason=x", NEW_CENTRE, content_type="application/json")
            assert response.status_code == status

    def test_not_once_it_was_revoked_or_its_user_left(self, editor: User):
        secret = token_for(editor, permissions(Centre))
        client = Client(headers={"authorization": f"Bearer {secret}"})
        assert client.get(f"{ROOT}functions/").status_code == 200
        User.objects.update(is_active=False)
        problem(client.get(f"{ROOT}functions/"), 401)
        User.objects.update(is_active=True)
        Token.objects.all().delete()
        problem(client.get(f"{ROOT}functions/"), 401)

    def test_only_its_digest_is_kept(self, editor: User):
        secret = token_for(editor, [])
        token = Token.objects.get()
        assert secret not in str(Token.objects.values())
        assert len(token.digest) == 128
        assert token.expiry is not None

    def test_a_session_is_not_enough(self, client: Client, editor: User):
        client.force_login(editor)
        problem(client.post(f"{ROOT}centres/?reason=x", NEW_CENTRE, content_type="application/json"), 401)


def key(client: Client, name: str) -> str:
    """Return the key of some record that the list shows."""
    row = listed(client, name, page_size=1)["results"][0]
    return str(row.get("key") or row["code"])


class TestCreate:
    def test_a_centre_is_there_everywhere(self, client: Client, write: Writer):
        since = Dataset.current().revision
        created = write("post", "centres/", NEW_CENTRE)
        assert created.status_code == 201, created.content.decode()
        assert created.headers["Location"] == f"http://testserver{ROOT}centres/new-centre/"
        read = client.get(created.headers["Location"])
        assert read.json() == created.json()
        assert read.json()["name"] == NEW_CENTRE["name"]
        designation = {
            "centre": "new-centre",
            "mechanism": "basel",
            "role": "regional-centre",
            "since": "2020-05",
            "decision": "BC-17/5",
            "citations": ["inc1-note#para-14"],
        }
        assert write("post", "designations/", designation).status_code == 201
        assert "new-centre" in [row["code"] for row in listed(client, "centres", country="KE")["results"]]
        assert listed(client, "search", q="新的区域中心")["count"] == 1
        assert "新的区域中心" in client.get("/zh-hans/centres/new-centre/").content.decode()
        changes = fetch(client, "changes", since=since).json()["results"]
        assert [(one["table"], one["key"], one["action"]) for one in changes] == [
            ("centres", "new-centre", "added"),
            ("designations", "new-centre~basel~regional-centre~2020-05-01", "added"),
        ]
        assert [one["revision"] for one in changes] == [since + 1, since + 2]

    def test_a_new_place_in_a_source_is_made(self, write: Writer):
        assert not Citation.objects.filter(source__code="inc1-note", locator="para-999").exists()
        assert write("post", "centres/", {**NEW_CENTRE, "citations": ["inc1-note#para-999"]}).status_code == 201
        assert Citation.objects.get(source__code="inc1-note", locator="para-999").position == 999

    @pytest.mark.parametrize("citations", [None, [], ["no-such-source"], ["inc1-note#nonsense"], "inc1-note", [3]])
    @pytest.mark.parametrize("lang", ["en", "zh-hans"])
    def test_not_without_a_citation(self, write: Writer, citations: Any, lang: str):
        record = {name: value for name, value in NEW_CENTRE.items() if name != "citations"}
        if citations is not None:
            record["citations"] = citations
        before = Dataset.current().revision
        response = write("post", f"centres/?lang={lang}&reason=x", record, reason="")
        document = problem(response, 400)
        assert list(document["errors"]) == ["citations"]
        has_chinese = any("\u4e00" <= letter <= "\u9fff" for letter in document["errors"]["citations"][0])
        assert has_chinese is (lang == "zh-hans")
        assert Dataset.current().revision == before
        assert not Centre.objects.filter(code="new-centre").exists()

    @pytest.mark.parametrize("name", sorted(set(WRITABLE) - {"sources"}))
    def test_no_statement_is_written_without_a_citation(self, client: Client, write: Writer, name: str):
        model = WRITABLE[name].record_type.model
        raw = raw_of(stored(model).first(), WRITABLE[name].record_type)
        del raw["citations"]
        assert "citations" in problem(write("post", f"{name}/", raw), 400)["errors"]

    @pytest.mark.parametrize(
        ("field", "value", "word"),
        [
            ("code", "Not A Code", "lower-case"),
            ("name", {"en": "Only English"}, "language"),
            ("name", {"en": "Nul\x00", "zh-hans": "中心"}, "character"),
            ("name", "one text", "language"),
            ("kind", "palace", "regional-office"),
            ("country", "XX", "XX"),
            ("country", "K\x00", "code"),
            ("functions", ["\x00"], "code"),
            ("functions", ["training", "training"], "twice"),
            ("functions", "training", "list"),
            ("latitude", "north", "number"),
            ("latitude", 200, "90"),
            ("colour", "red", "field"),
            ("designations", [], "field"),
            ("website", "javascript:alert(1)", "URL"),
        ],
    )
    def test_what_the_loader_refuses_is_refused(self, write: Writer, field: str, value: Any, word: str):
        errors = problem(write("post", "centres/", {**NEW_CENTRE, field: value}), 400)["errors"]
        assert [name.split(".")[0] for name in errors] == [field]
        assert word in " ".join(next(iter(errors.values())))

    def test_a_rule_of_several_fields_is_checked(self, client: Client, write: Writer):
        finding = {
            "mechanism": "basel",
            "criterion": "legal-status",
            "stated_on": "2020-01-01",
            "status": "stated",
            "number": 4,
            "text": {"en": "Four.", "zh-hans": "四个。"},
            "citations": ["inc1-note#para-14"],
        }
        assert "number" in problem(write("post", "findings/", finding), 400)["errors"]
        since_after_until = {
            "centre": "south-africa-bcrc-scrc",
            "mechanism": "basel",
            "role": "regional-centre",
            "since": "2020-01-01",
            "until": "2019-01-01",
            "citations": ["inc1-note#para-14"],
        }
        assert problem(write("post", "designations/", since_after_until), 400)["errors"]

    @pytest.mark.parametrize("body", ["[]", "3", "null", '"text"', "{", "", '{"code": "a', "[" * 10000, '{"a": NaN}'])
    def test_what_is_no_record(self, write: Writer, body: str):
        problem(write("post", "centres/", body), 400)

    def test_what_is_no_json(self, editor: User):
        client = Client(headers={"authorization": f"Bearer {token_for(editor, permissions(Centre))}"})
        problem(client.post(f"{ROOT}centres/?reason=x", {"code": "a"}), 415)

    def test_what_is_there_already(self, write: Writer):
        assert (
            "south-africa-bcrc-scrc"
            in problem(write("post", "centres/", {**NEW_CENTRE, "code": "south-africa-bcrc-scrc"}), 409)["detail"]
        )

    @pytest.mark.parametrize("reason", ["", " ", "x" * 501, "x%00"])
    def test_not_without_a_reason(self, write: Writer, reason: str):
        assert list(problem(write("post", "centres/", NEW_CENTRE, reason=reason), 400)["errors"]) == ["reason"]

    def test_an_unknown_parameter(self, write: Writer):
        assert list(problem(write("post", "centres/?colour=red&reason=x", NEW_CENTRE, reason=""), 400)["errors"]) == [
            "colour"
        ]


class TestChange:
    path = "centres/south-africa-bcrc-scrc/"

    def test_what_is_given_changes_and_the_rest_stays(self, client: Client, write: Writer):
        before = client.get(f"{ROOT}{self.path}").json()
        since = Dataset.current().revision
        name = {"en": "Another name", "zh-hans": "另一个名称"}
        changed = write("patch", self.path, {"name": name}, **{"if-match": tag(client, self.path)})
        assert changed.status_code == 200, changed.content.decode()
        assert changed.json() == client.get(f"{ROOT}{self.path}").json() == {**before, "name": name}
        changes = fetch(client, "changes", since=since).json()["results"]
        assert [(one["key"], one["action"]) for one in changes] == [("south-africa-bcrc-scrc", "changed")]
        assert listed(client, "search", q="另一个名称")["count"] > 0

    @pytest.mark.parametrize("name", WRITABLE)
    def test_every_record_is_written_back_as_it_was(self, client: Client, write: Writer, name: str):
        """Sending nothing, or all of it, changes nothing of a record."""
        viewset = WRITABLE[name]
        for one in stored(viewset.record_type.model)[:3]:
            path = f"{name}/{one.key}/"
            before = client.get(f"{ROOT}{path}").json()
            for body in ({}, raw_of(one, viewset.record_type)):
                response = write("patch", path, body, **{"if-match": tag(client, path)})
                assert response.status_code == 200, response.content.decode()
                assert response.json() == before

    def test_null_empties_a_field(self, client: Client, write: Writer):
        assert client.get(f"{ROOT}{self.path}").json()["website"]
        write("patch", self.path, {"website": None}, **{"if-match": tag(client, self.path)})
        assert client.get(f"{ROOT}{self.path}").json()["website"] == ""

    def test_the_citations_stay_required(self, client: Client, write: Writer):
        for nothing in (None, []):
            response = write("patch", self.path, {"citations": nothing}, **{"if-match": tag(client, self.path)})
            assert list(problem(response, 400)["errors"]) == ["citations"]

    def test_what_identifies_it_stays(self, client: Client, write: Writer):
        response = write("patch", self.path, {"code": "another"}, **{"if-match": tag(client, self.path)})
        assert list(problem(response, 400)["errors"]) == ["code"]

    @pytest.mark.parametrize("method", ["patch", "delete"])
    def test_the_state_must_be_named(self, write: Writer, method: str):
        problem(write(method, self.path, {} if method == "patch" else None), 428)

    @pytest.mark.parametrize("held", ["*", '"nonsense"', "nonsense", 'W/"1-000000000000000000000000-br"', '""'])
    def test_what_names_no_state_is_a_lost_race(self, write: Writer, held: str):
        problem(write("patch", self.path, {"city": None}, **{"if-match": held}), 412)

    def test_of_two_editors_the_second_is_told(self, client: Client, write: Writer):
        seen = tag(client, self.path)
        first = write("patch", self.path, {"city": {"en": "Here", "zh-hans": "此处"}}, **{"if-match": seen})
        assert first.status_code == 200
        second = write("patch", self.path, {"city": {"en": "There", "zh-hans": "彼处"}}, **{"if-match": seen})
        problem(second, 412)
        problem(write("delete", self.path, **{"if-match": seen}), 412)
        assert client.get(f"{ROOT}{self.path}").json()["city"]["en"] == "Here"
        # What the first was answered is what it may go on with.
        assert first.headers["ETag"].startswith(f'"{Dataset.current().revision}-')
        again = write("patch", self.path, {"city": None}, **{"if-match": first.headers["ETag"]})
        assert again.status_code == 200

    def test_a_change_elsewhere_is_no_race(self, client: Client, write: Writer):
        seen = tag(client, self.path)
        assert write("post", "centres/", NEW_CENTRE).status_code == 201
        assert write("patch", self.path, {"city": None}, **{"if-match": seen}).status_code == 200

    def test_a_tag_of_the_future_is_refused(self, client: Client, write: Writer):
        future = tag(client, self.path).replace('"', '"9', 1)
        problem(write("patch", self.path, {"city": None}, **{"if-match": future}), 412)

    def test_what_is_not_there(self, write: Writer):
        problem(write("patch", "centres/nothing/", {}, **{"if-match": "*"}), 404)
        problem(write("patch", "designations/nothing/", {}, **{"if-match": "*"}), 404)

    def test_there_is_no_put(self, write: Writer):
        problem(write("put", self.path, {}), 405)


class TestWithdraw:
    def test_a_centre_goes_with_what_is_only_about_it(self, client: Client, write: Writer):
        path = "centres/south-africa-bcrc-scrc/"
        since = Dataset.current().revision
        assert write("delete", path, **{"if-match": tag(client, path)}).status_code == 204
        problem(client.get(f"{ROOT}{path}"), 404)
        assert not Designation.objects.filter(centre__code="south-africa-bcrc-scrc").exists()
        removed = fetch(client, "changes", since=since).json()["results"]
        assert {one["action"] for one in removed} == {"removed"}
        assert {"centres", "designations", "services"} <= {one["table"] for one in removed}

    def test_what_others_rest_on_stays(self, client: Client, write: Writer):
        path = "institutions/" + client.get(f"{ROOT}hostings/").json()["results"][0]["institution"]["code"] + "/"
        problem(write("delete", path, **{"if-match": tag(client, path)}), 409)

    def test_one_service(self, client: Client, write: Writer):
        one = Service.objects.order_by("pk").first()
        assert one is not None
        path = f"services/{one.key}/"
        assert write("delete", path, **{"if-match": tag(client, path)}).status_code == 204
        assert not Service.objects.filter(pk=one.pk).exists()


def test_each_write_is_attributed_in_the_history(client: Client, write: Writer, editor: User):
    path = "centres/new-centre/"
    write("post", "centres/", NEW_CENTRE)
    write("patch", path, {"functions": None}, reason="没有培训", **{"if-match": tag(client, path)})
    write("delete", path, reason="gone", **{"if-match": tag(client, path)})
    rows = list(Centre.history.filter(code="new-centre").order_by("history_id"))  # type: ignore[attr-defined]
    assert [(row.history_type, row.history_user, row.history_change_reason) for row in rows] == [
        ("+", editor, REASON),
        ("~", editor, "没有培训"),
        ("-", editor, "gone"),
    ]
    assert [row.functions.count() for row in rows] == [1, 0, 0]


def test_what_fails_in_the_middle_leaves_nothing(write: Writer, monkeypatch: pytest.MonkeyPatch):
    before = (Dataset.current().revision, ContentChange.objects.count(), Centre.objects.count())

    def fail(*args: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr("publishing.history.record", fail)
    with pytest.raises(RuntimeError):
        write("post", "centres/", NEW_CENTRE)
    assert (Dataset.current().revision, ContentChange.objects.count(), Centre.objects.count()) == before


def test_a_written_record_is_the_one_that_the_loader_makes(write: Writer):
    """A record that was withdrawn and is written again has the same columns, the bare ones of translations too."""
    old = Centre.objects.filter(services=None, designations=None).first() or Centre.objects.order_by("pk").last()
    assert old is not None
    raw = raw_of(stored(Centre).get(pk=old.pk), standing_alone(RECORD_TYPES, Centre))
    columns = [field.attname for field in Centre._meta.concrete_fields if not field.primary_key]
    before = Centre.objects.rewrite(False).filter(pk=old.pk).values(*columns).get()
    old.delete()
    assert write("post", "centres/?lang=zh-hans&reason=x", raw, reason="").status_code == 201
    assert Centre.objects.rewrite(False).filter(code=before["code"]).values(*columns).get() == before


def test_now_is_in_the_history(write: Writer):
    begun = timezone.now()
    write("post", "centres/", NEW_CENTRE)
    row = Centre.history.get(code="new-centre")  # type: ignore[attr-defined]
    assert begun <= row.history_date <= timezone.now()
