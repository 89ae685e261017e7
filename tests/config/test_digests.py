"""Digests by mail: what changed since the last one, in the language of who asked, never lost."""

import io
from smtplib import SMTPException
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import CommandError, call_command
from django.test import Client

from centres.models import Centre, Designation
from config import digests
from config.models import Subscription
from mechanisms.models import Mechanism
from publishing.models import Dataset

pytestmark = pytest.mark.usefixtures("content")


@pytest.fixture(autouse=True)
def configured(settings: Any) -> None:
    settings.EMAIL_HOST, settings.MAIL_FROM = "mail.example", "Portal <portal@portal.example>"
    settings.PORTAL_ADDRESS = "https://portal.example"


def follow(address: str = "", language: str = "en", name: str = "ada") -> Subscription:
    user, _made = User.objects.get_or_create(username=name, defaults={"is_staff": True, "email": f"{name}@example.org"})
    revision = Dataset.current().revision
    return Subscription.objects.create(user=user, address=address, language=language, revision=revision)


def change(code: str = "egypt-bcrc") -> None:
    centre = Centre.objects.get(code=code)
    centre.summary_en += " More."
    centre.summary_zh_hans += "更多。"
    centre.save()


def send() -> str:
    out = io.StringIO()
    call_command("send_digests", stdout=out)
    return out.getvalue().strip()


def test_each_gets_what_changed_in_their_language_once():
    english = follow("/en/centres/?country=EG&view=map")
    chinese = follow("", "zh-hans", "li")
    change()
    change()
    change("china-bcrc-scrc")
    assert send() == "Digests sent: 2."
    one, other = mail.outbox
    assert (one.to, other.to) == (["ada@example.org"], ["li@example.org"])
    assert one.subject == "1 record changed: centres · Host country: Egypt"
    assert "https://portal.example/en/centres/egypt-bcrc/" in one.body
    assert "china-bcrc-scrc" not in one.body
    assert f"https://portal.example/en/admin/config/subscription/{english.pk}/change/" in one.body
    assert other.subject.startswith("2条记录有变更：")
    assert "https://portal.example/zh-hans/centres/china-bcrc-scrc/" in other.body
    assert f"/zh-hans/admin/config/subscription/{chinese.pk}/change/" in other.body
    assert "Changed" not in other.body
    # No change, no mail.
    assert send() == "Digests sent: 0."
    assert len(mail.outbox) == 2
    change()
    assert send() == "Digests sent: 2."


def test_what_could_not_be_sent_comes_next_time_and_holds_up_nobody(monkeypatch: pytest.MonkeyPatch):
    follow(name="ada")
    follow(name="li")
    change()
    send_all = EmailBackend.send_messages

    def refuse_the_first(self: Any, messages: Any) -> int:
        if messages[0].to == ["ada@example.org"]:
            raise SMTPException("mailbox full")
        return send_all(self, messages)

    monkeypatch.setattr(EmailBackend, "send_messages", refuse_the_first)
    with pytest.raises(CommandError, match="1 could not be sent"):
        send()
    monkeypatch.setattr(EmailBackend, "send_messages", send_all)
    assert [one.to for one in mail.outbox] == [["li@example.org"]]
    assert send() == "Digests sent: 1."
    assert mail.outbox[-1].to == ["ada@example.org"]


def test_after_a_crash_it_comes_again_under_the_same_id(monkeypatch: pytest.MonkeyPatch):
    one = follow()
    change()
    with monkeypatch.context() as patch:
        # The machine stops between the mail and the note.
        patch.setattr("django.db.models.query.QuerySet.update", lambda *args, **kwargs: exit(1))
        with pytest.raises(SystemExit):
            send()
    assert send() == "Digests sent: 1."
    first, again = mail.outbox
    assert first.extra_headers["Message-ID"] == again.extra_headers["Message-ID"]
    assert first.body == again.body
    assert send() == "Digests sent: 0."
    one.refresh_from_db()
    assert one.revision == Dataset.current().revision


def test_it_says_the_last_of_each_record_and_counts_what_it_does_not_name(monkeypatch: pytest.MonkeyPatch):
    follow()
    designation = Designation.objects.filter(centre__code="egypt-bcrc").first()
    designation.note_en, designation.note_zh_hans = "Other.", "其他。"
    designation.save()
    change("china-bcrc-scrc")
    designation.delete()
    monkeypatch.setattr(digests, "NAMED", 1)
    send()
    (message,) = mail.outbox
    assert message.subject.startswith("2 records changed: ")
    assert "Removed: " in message.body
    assert "Changed: " not in message.body
    assert "1 more is not named here." in message.body


@pytest.mark.parametrize("name", ["EMAIL_HOST", "MAIL_FROM", "PORTAL_ADDRESS"])
def test_without_mail_nothing_is_sent_and_nothing_forgotten(settings: Any, name: str):
    one = follow()
    before = one.revision
    change()
    setattr(settings, name, "")
    assert send() == "No digest is sent: EMAIL_HOST, MAIL_FROM and PORTAL_ADDRESS are not all set."
    one.refresh_from_db()
    assert one.revision == before
    assert mail.outbox == []


def test_who_left_or_has_no_address_gets_none():
    follow(name="left")
    follow(name="moved")
    follow(name="nobody")
    User.objects.filter(username="left").update(is_active=False)
    User.objects.filter(username="moved").update(is_staff=False)
    User.objects.filter(username="nobody").update(email="")
    change()
    assert send() == "Digests sent: 0."


@pytest.mark.one_database
def test_a_list_that_is_gone_is_told_and_holds_up_nobody():
    follow("/en/centres/?mechanism=basel")
    follow("/en/mechanisms/", name="li")
    Subscription.objects.filter(user__username="ada").update(address="/en/centres/?mechanism=gone")
    mechanism = Mechanism.objects.get(code="who")
    mechanism.summary_en += " More."
    mechanism.save()
    with pytest.raises(CommandError, match="1 could not be sent"):
        send()
    assert [one.to for one in mail.outbox] == [["li@example.org"]]


@pytest.mark.one_database
class TestAdmin:
    ADD = "/en/admin/config/subscription/add/"

    @pytest.fixture
    def staff(self, client: Client) -> Client:
        client.force_login(User.objects.create_user("ada", is_staff=True, email="ada@example.org"))
        return client

    def test_staff_make_their_own(self, staff: Client):
        answer = staff.post(self.ADD, {"address": "/en/centres/?country=EG", "language": "zh-hans"})
        assert answer.status_code == 302
        one = Subscription.objects.get()
        assert (one.user.username, one.revision) == ("ada", Dataset.current().revision)

    def test_an_address_of_no_list_is_refused(self, staff: Client):
        answer = staff.post(self.ADD, {"address": "/en/compare/", "language": "en"})
        assert answer.status_code == 200
        assert "This is not the address of a list." in answer.content.decode()
        assert not Subscription.objects.exists()

    def test_others_are_not_seen(self, staff: Client):
        other = follow(name="li")
        assert staff.get(f"/en/admin/config/subscription/{other.pk}/change/").status_code == 302
        assert staff.post(f"/en/admin/config/subscription/{other.pk}/delete/", {"post": "yes"}).status_code == 302
        assert Subscription.objects.filter(pk=other.pk).exists()

    def test_who_is_no_staff_makes_none(self, client: Client):
        client.force_login(User.objects.create_user("guest"))
        assert client.post(self.ADD, {"address": "", "language": "en"}).status_code == 302
        assert not Subscription.objects.exists()
