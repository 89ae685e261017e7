"""Administrators see what members of staff did, in their language."""

import datetime

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.test import Client
from django.utils import timezone, translation

from accounts.models import StaffAction, Token
from tests.accounts.test_roles import member

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin_user() -> User:
    return User.objects.create_superuser("chief")


@pytest.fixture
def chief(client: Client, admin_user: User) -> Client:
    client.force_login(admin_user)
    return client


def messages(language: str) -> list[str]:
    with translation.override(language):
        return [entry.get_change_message() for entry in StaffAction.objects.order_by("pk")]


def roles(client: Client, user: User, *names: str) -> None:
    data = {"username": user.username, "is_active": "on", "is_staff": "on", "date_joined_0": "2026-01-01"}
    data |= {"date_joined_1": "00:00:00"}
    groups = Group.objects.filter(name__in=names).values_list("pk", flat=True)
    response = client.post(f"/en/admin/auth/user/{user.pk}/change/", {**data, "groups": list(groups)})
    assert response.status_code == 302, response.context["errors"]


def test_it_says_which_roles_were_given_and_taken(chief: Client):
    user = member("editor", "zhang")
    roles(chief, user, "publisher", "reader")
    assert "Added role “publisher”. Added role “reader”. Deleted role “editor”." in messages("en")[0]
    assert "角色" in messages("zh-hans")[0]


def test_it_says_who_made_and_revoked_a_token(chief: Client, admin_user: User):
    end = timezone.now() + datetime.timedelta(days=3)
    data = {"user": admin_user.pk, "name": "weekly import"}
    right = Permission.objects.get(codename="add_centre")
    data |= {"scopes": [right.pk], "expiry_0": f"{end:%Y-%m-%d}", "expiry_1": f"{end:%H:%M:%S}"}
    assert chief.post("/en/admin/accounts/token/add/", data).status_code == 302
    token = Token.objects.get()
    assert chief.post(f"/en/admin/accounts/token/{token.pk}/delete/", {"post": "yes"}).status_code == 302
    entries = StaffAction.objects.order_by("pk")
    assert [(one.user.username, one.is_addition(), one.is_deletion()) for one in entries] == [
        ("chief", True, False),
        ("chief", False, True),
    ]
    assert all(one.object_repr.startswith("weekly import (") for one in entries)


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", ["Actions of staff", "What was changed", "Added role “publisher”", ">chief<", ">zhang<", "Change"]),
        ("zh-hans", ["工作人员操作", "更改内容", "操作时间", "publisher", ">chief<", ">zhang<", "修改"]),
    ],
)
def test_administrators_read_it_and_nobody_changes_it(chief: Client, lang: str, words: list[str]):
    roles(chief, member("editor", "zhang"), "publisher")
    reader = Client()
    reader.force_login(member("administrator", "admin"))
    page = reader.get(f"/{lang}/admin/accounts/staffaction/").content.decode()
    assert [word for word in words if word not in page] == []
    entry = StaffAction.objects.get()
    assert reader.get(f"/{lang}/admin/accounts/staffaction/{entry.pk}/change/").status_code == 200
    for client, action in ((reader, "delete"), (reader, "change"), (chief, "change")):
        assert (
            client.post(f"/{lang}/admin/accounts/staffaction/{entry.pk}/{action}/", {"post": "yes"}).status_code == 403
        )
    publisher = Client()
    publisher.force_login(member("publisher", "wang"))
    assert publisher.get(f"/{lang}/admin/accounts/staffaction/").status_code == 403


def test_nobody_deletes_what_was_done_nor_who_did_it(chief: Client, admin_user: User):
    acted, idle = member("editor", "zhang"), member("editor", "li")
    StaffAction.objects.create(user=acted, object_repr="a centre", action_flag=2)
    entry = StaffAction.objects.get()
    assert chief.post(f"/en/admin/accounts/staffaction/{entry.pk}/delete/", {"post": "yes"}).status_code == 403
    assert chief.post(f"/en/admin/auth/user/{acted.pk}/delete/", {"post": "yes"}).status_code == 403
    both = {"action": "delete_selected", "_selected_action": [acted.pk, idle.pk], "post": "yes"}
    chief.post("/en/admin/auth/user/", both)
    assert User.objects.filter(pk__in=[acted.pk, idle.pk]).count() == 2
    assert chief.post(f"/en/admin/auth/user/{idle.pk}/delete/", {"post": "yes"}).status_code == 302
    assert not User.objects.filter(pk=idle.pk).exists()
    assert StaffAction.objects.filter(user=acted).exists()
