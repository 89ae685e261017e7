"""The parity ledger: each way of changing one language marks the other; what is marked can be found and unmarked."""

import re
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from centres.models import Centre, Designation
from editing.models import Proposal
from mechanisms.models import Finding, Observation
from publishing.content.dumping import raw_of, stored
from publishing.models import Dataset
from publishing.parity import parity, translated_models
from publishing.registry import record_type_of
from tests.api.endpoints import ROOT, fetch, listed, problem
from tests.api.test_writing import permissions, tag, token_for
from tests.editing.test_proposals import decide, signed_in, view_proposals
from tests.editing.test_saving import CODE, opened, saved
from tests.pages.markup import parse

pytestmark = pytest.mark.usefixtures("content")

MARK = "name.zh-hans"
#: What a reader of each language sees beside a text that is behind.
BADGES = {"en": "Simplified Chinese text newer", "zh-hans": "英文文本较新"}


def centre() -> Any:
    return Centre.objects.get(code=CODE)


@pytest.fixture
def marked() -> Any:
    """A centre whose English name was changed in the shell, in whatever language that runs."""
    record = centre()
    record.name_en = "Changed name"
    with translation.override("zh-hans"):
        record.save()
    return record


@pytest.fixture
def editor(client: Client) -> User:
    user = User.objects.create_superuser("editor")
    client.force_login(user)
    return user


class TestShell:
    def test_a_save_marks_and_unmarks(self, marked: Any):
        assert centre().marks == {MARK}
        row = Centre.history.filter(code=CODE).latest("history_id")  # type: ignore[attr-defined]
        assert row.outdated == MARK
        marked.name_zh_hans = "改了的名称"
        marked.save()
        assert centre().marks == set()

    def test_a_save_of_some_columns_marks_by_them(self):
        record = centre()
        record.name_en, record.city_en = "Changed name", "Changed city"
        record.save(update_fields=["city_en"])
        assert centre().marks == {"city.zh-hans"}
        assert centre().name_en != "Changed name"

    def test_white_space_and_other_fields_mark_nothing(self):
        record = centre()
        record.name_en = record.name_en.replace(" ", "\r\n ")
        record.acronym = "XYZ"
        record.save()
        assert centre().outdated == ""


class TestForm:
    def test_it_marks_the_other_language(self, client: Client, editor: User):
        record = centre()
        form = opened(client, record)
        assert 'name="confirmed"' not in client.get(f"/en/admin/centres/centre/{record.pk}/change/").content.decode()
        assert saved(client, record, {**form, "name_en": "Changed name", "reason": "x"}).status_code == 302
        assert centre().marks == {MARK}
        # Caught up.
        form = {**opened(client, record), "name_zh_hans": "改了的名称", "reason": "x"}
        assert saved(client, record, form).status_code == 302
        assert centre().marks == set()

    def test_a_correction_marks_nothing(self, client: Client, editor: User):
        record = centre()
        form = {**opened(client, record), "name_en": "Changed nmae", "is_correction": "on", "reason": "typing error"}
        assert saved(client, record, form).status_code == 302
        assert (centre().name_en, centre().outdated) == ("Changed nmae", "")

    @pytest.mark.parametrize("lang", ["en", "zh-hans"])
    def test_what_is_still_right_is_confirmed(self, client: Client, editor: User, marked: Any, lang: str):
        page = client.get(f"/{lang}/admin/centres/centre/{marked.pk}/change/").content.decode()
        label = {"en": "name (Simplified Chinese)", "zh-hans": "名称（简体中文）"}[lang]
        assert re.search(rf'name="confirmed"[^>]*value="{MARK}"[^>]*>\s*{re.escape(label)}', page)
        form = {**opened(client, marked, lang), "reason": "read again"}
        assert saved(client, marked, form, lang).status_code == 302
        assert centre().marks == {MARK}
        # Also beside a change of the other language, which the editor has before the eyes.
        form = {**opened(client, marked, lang), "name_en": "Again", "confirmed": [MARK], "reason": "read again"}
        assert saved(client, marked, form, lang).status_code == 302
        assert centre().outdated == ""
        row = Centre.history.filter(code=CODE).latest("history_id")  # type: ignore[attr-defined]
        assert (row.history_user, row.history_change_reason) == (editor, "read again")

    def test_only_a_mark_can_be_confirmed(self, client: Client, editor: User, marked: Any):
        form = {**opened(client, marked), "confirmed": ["city.en"], "reason": "x"}
        assert list(saved(client, marked, form).context["adminform"].form.errors) == ["confirmed"]

    def test_a_new_record_is_asked_nothing(self, client: Client, editor: User):
        page = client.get("/en/admin/centres/centre/add/").content.decode()
        assert 'name="reason"' in page
        for name in ("confirmed", "is_correction", "outdated"):
            assert f'name="{name}"' not in page


class TestProposal:
    @pytest.fixture(autouse=True)
    def people(self, content: None, settings: Any) -> None:
        settings.TWO_PERSON_RULE = True
        self.editor = User.objects.create_user("author", is_staff=True)
        self.editor.user_permissions.set([*permissions(Centre, Designation), view_proposals()])
        self.publisher = User.objects.create_superuser("publisher")

    def propose(self, **changes: Any) -> Proposal:
        client = signed_in(self.editor)
        assert saved(client, centre(), {**opened(client, centre()), "reason": "x", **changes}).status_code == 302
        return Proposal.objects.latest("pk")

    def test_marks_are_proposed_and_approved(self):
        proposal = self.propose(name_en="Changed name")
        assert centre().outdated == ""
        assert proposal.changes[0]["after"]["outdated"] == [MARK]
        page = signed_in(self.publisher).get(proposal.get_absolute_url()).content.decode()
        assert MARK in page
        decide(self.publisher, proposal, "approve")
        assert centre().marks == {MARK}
        # A confirmation is a change like any other.
        proposal = self.propose(confirmed=[MARK])
        assert centre().marks == {MARK}
        decide(self.publisher, proposal, "approve")
        assert centre().outdated == ""

    def test_a_correction_stays_one(self):
        decide(self.publisher, self.propose(name_en="Changed nmae", is_correction="on"), "approve")
        assert (centre().name_en, centre().outdated) == ("Changed nmae", "")


class TestAPI:
    @pytest.fixture(autouse=True)
    def writer(self, content: None, client: Client) -> None:
        user = User.objects.create_user("script", is_staff=True)
        user.user_permissions.set(permissions(Centre))
        self.secret = token_for(user, permissions(Centre))
        self.client = client

    def change(self, **fields: Any) -> Any:
        path = f"centres/{CODE}/"
        headers = {"authorization": f"Bearer {self.secret}", "if-match": tag(self.client, path)}
        return Client(headers=headers).patch(f"{ROOT}{path}?reason=x", fields, content_type="application/json")

    def test_it_marks_and_unmarks(self):
        chinese = centre().name_zh_hans
        answer = self.change(name={"en": "Changed name", "zh-hans": chinese})
        assert answer.json()["translation_status"] == {"is_current": False, "outdated": [MARK]}
        assert centre().marks == {MARK}
        answer = self.change(city={"en": "Changed city", "zh-hans": centre().city_zh_hans})
        assert answer.json()["translation_status"]["outdated"] == ["city.zh-hans", MARK]
        answer = self.change(outdated=["city.zh-hans"])
        assert answer.json()["translation_status"]["outdated"] == ["city.zh-hans"]
        assert self.change(outdated=[]).json()["translation_status"] == {"is_current": True, "outdated": []}

    def test_marks_that_cannot_be_are_refused(self):
        for marks in (["name.fr"], [MARK, "name.en"], MARK, ["code"]):
            assert list(problem(self.change(outdated=marks), 400)["errors"]) == ["outdated"]

    def test_it_is_in_lists_and_files(self, marked: Any):
        (row,) = [one for one in listed(self.client, "centres")["results"] if one["code"] == CODE]
        assert row["translation_status"] == {"is_current": False, "outdated": [MARK]}
        one = fetch(self.client, "centres", CODE, fields="translation_status", lang="en").json()
        assert one == {"translation_status": row["translation_status"]}
        lines = fetch(self.client, "centres", CODE, fields="code,translation_status", format="csv").content.decode()
        assert lines.splitlines() == [
            "code,translation_status_is_current,translation_status_outdated",
            f"{CODE},false,{MARK}",
        ]


class TestWorkList:
    PAGE = "/admin/outdated/"

    def rows(self, client: Client, lang: str = "en", **query: str) -> list[tuple[str, str]]:
        response = client.get(f"/{lang}{self.PAGE}", query)
        assert response.status_code == 200
        return [(one.record.key, one.label) for one in response.context["page"]]

    def test_it_shows_each_text_and_since_when(self, client: Client, editor: User, marked: Any):
        marked.acronym = "LATER"
        marked.save()
        made = Centre.history.filter(code=CODE, outdated=MARK).earliest("history_id")  # type: ignore[attr-defined]
        assert Centre.history.filter(code=CODE, outdated=MARK).count() == 2  # type: ignore[attr-defined]
        response = client.get(f"/en{self.PAGE}")
        (one,) = response.context["page"]
        assert (one.record, one.label, one.since) == (marked, "name (Simplified Chinese)", made.history_date)
        assert f'href="/en/admin/centres/centre/{marked.pk}/change/"' in response.content.decode()
        assert f"{made.history_date:%Y-%m-%d}" in response.content.decode()
        assert f'href="/en{self.PAGE}"' in client.get("/en/admin/").content.decode()
        assert self.rows(client, "zh-hans") == [(CODE, "名称（简体中文）")]

    def test_it_can_be_narrowed(self, client: Client, editor: User, marked: Any):
        finding = Finding.objects.filter(status="stated").first()
        assert finding is not None
        finding.text_zh_hans += "。"  # type: ignore[attr-defined]
        finding.save()
        assert {key for key, _label in self.rows(client)} == {CODE, finding.key}
        assert [key for key, _label in self.rows(client, language="en")] == [finding.key]
        assert [key for key, _label in self.rows(client, language="zh-hans")] == [CODE]
        assert [key for key, _label in self.rows(client, kind="centres.centre")] == [CODE]
        assert self.rows(client, language="en", kind="centres.centre") == []
        for name, wrong in (("language", "fr"), ("kind", "%s")):
            response = client.get(f"/en{self.PAGE}", {name: wrong})
            assert response.status_code == 400
            assert f"“{wrong}” is not one of the allowed values: " in response.content.decode()

    def test_only_who_may_see_the_records(self, client: Client, marked: Any):
        assert client.get(f"/en{self.PAGE}").status_code == 302
        client.force_login(User.objects.create_user("reader", is_staff=True))
        assert client.get(f"/en{self.PAGE}").status_code == 403

    def test_the_queries_do_not_grow(self, client: Client, editor: User, marked: Any):
        counts = []
        for more in (0, 20):
            for record in Centre.objects.exclude(code=CODE).order_by("pk")[:more]:
                record.name_en += " x"  # type: ignore[attr-defined]
                record.save()
            with CaptureQueriesContext(
                connection,
            ) as queries:
                assert len(self.rows(client)) == 1 + more
            counts.append(len(queries))
        assert counts[0] == counts[1]


class TestPages:
    @pytest.mark.parametrize("lang", ["en", "zh-hans"])
    def test_a_text_that_is_behind_says_so_to_its_readers_only(self, client: Client, marked: Any, lang: str):
        page = parse(client.get(f"/{lang}/centres/{CODE}/")).one("main").text
        assert page.count(BADGES["zh-hans"]) == (lang == "zh-hans")
        assert BADGES["en"] not in page

    @pytest.mark.parametrize("address", ["mechanisms/basel/", "compare/?mechanism=basel&mechanism=who"])
    def test_a_cell_says_so(self, client: Client, address: str):
        finding = Finding.objects.filter(mechanism__code="basel", status="stated").latest("stated_on", "pk")
        finding.text_zh_hans += "。"  # type: ignore[attr-defined]
        finding.save()
        assert client.get(f"/en/{address}").content.decode().count(BADGES["en"]) == 1
        assert "文本较新" not in client.get(f"/zh-hans/{address}").content.decode()

    def test_in_the_bilingual_view_the_text_that_is_behind_has_it(self, client: Client):
        finding = Finding.objects.filter(mechanism__code="basel", status="stated").latest("stated_on", "pk")
        finding.text_en += "!"  # type: ignore[attr-defined]
        finding.save()
        page = client.get("/en/compare/?mechanism=basel&mechanism=who&view=bilingual").content.decode()
        assert (page.count(BADGES["zh-hans"]), page.count(BADGES["en"])) == (1, 0)

    def test_a_figures_note_says_so(self, client: Client):
        observation = Observation.objects.exclude(note_en="").first()
        assert observation is not None
        observation.note_en += "!"  # type: ignore[attr-defined]
        observation.save()
        page = client.get(f"/zh-hans/indicators/{observation.indicator.code}/").content.decode()
        assert page.count(BADGES["zh-hans"]) == 1


class TestFigure:
    def counted(self) -> dict[str, tuple[int, int, int]]:
        """Return the figures by kind, counted text by text from the records as the fixtures have them."""
        found = {}
        for model in translated_models():
            kind = record_type_of(model)
            texts = complete = outdated = 0
            for record in stored(model):
                raw = raw_of(record, kind)
                for name, value in raw.items():
                    if isinstance(value, dict):
                        both = all(value.get(code) for code, _name in settings.CONTENT_LANGUAGES) or name in kind.halves
                        texts, complete = texts + 1, complete + both
                        behind = any(mark.startswith(f"{name}.") for mark in raw.get("outdated", []))
                        outdated += both and behind
            found[str(model._meta.verbose_name_plural)] = (texts, complete, outdated)
        return found

    def test_it_is_what_is_counted_one_by_one(self, marked: Any):
        record = centre()
        record.note_en, record.note_zh_hans, record.city_en = "One language", "", "Elsewhere"
        record.save()
        assert record.marks == {MARK, "city.zh-hans"}
        *kinds, total = parity()
        counted = self.counted()
        assert {one.name: (one.texts, one.complete, one.outdated) for one in kinds} == counted
        assert (total.texts, total.complete, total.outdated) == tuple(map(sum, zip(*counted.values(), strict=True)))
        assert counted["centres"][2] == 2
        assert counted["centres"][1] == counted["centres"][0] - 1

    @pytest.mark.parametrize("lang", ["en", "zh-hans"])
    def test_it_is_public(self, client: Client, marked: Any, lang: str):
        client.get(f"/{lang}/data/")
        with CaptureQueriesContext(connection) as known:
            page = client.get(f"/{lang}/data/")
        total = page.context["parity"][-1]
        assert (total.outdated, total.complete) == (1, total.texts)
        rows = parse(page).one("main").text
        share = {"en": f"{total.share:.1f} per cent", "zh-hans": f"{total.share:.1f}%"}[lang]
        assert share in rows
        # Counted anew when the content has changed, by one query more whatever changed.
        centre().save()
        revision = Dataset.current().revision
        with CaptureQueriesContext(connection) as counted:
            client.get(f"/{lang}/data/")
        assert (len(counted), Dataset.current().revision) == (len(known) + 1, revision)

    def test_nothing_is_all_of_nothing(self):
        Centre.objects.all().delete()
        (figure,) = [one for one in parity() if one.model is Centre]
        assert (figure.texts, figure.share) == (0, 100.0)
