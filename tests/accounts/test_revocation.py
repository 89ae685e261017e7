"""A new password ends what the old one opened, in the admin's forms and in the shell."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from accounts.models import StaffAction, Token
from tests.accounts.test_roles import member
from tests.accounts.test_signing_in import PASSWORD, sign_in

NEW = "another sentence about rivers"

pytestmark = pytest.mark.django_db


@pytest.fixture
def user() -> User:
    user = member("publisher", "zhang")
    user.set_password(PASSWORD)
    user.save()
    return user


@pytest.fixture
def signed_in(user: User) -> Client:
    client = Client()
    assert sign_in(client).status_code == 302
    return client


def in_the_shell(user: User) -> None:
    user = User.objects.get(pk=user.pk)
    user.set_password(NEW)
    user.save()


def in_the_shell_alone(user: User) -> None:
    user = User.objects.get(pk=user.pk)
    user.set_password(NEW)
    user.save(update_fields=["password"])


def by_taking_it_away(user: User) -> None:
    user = User.objects.get(pk=user.pk)
    user.set_unusable_password()
    user.save()


def in_the_form_of_an_administrator(user: User) -> None:
    administrator = Client()
    administrator.force_login(member("administrator", "admin"))
    data = {"usable_password": "true", "password1": NEW, "password2": NEW}
    response = administrator.post(f"/en/admin/auth/user/{user.pk}/password/", data)
    assert response.status_code == 302, response.context["form"].errors
    assert StaffAction.objects.get(user__username="admin").get_change_message() == "Changed password."


def in_the_own_form(user: User) -> None:
    own = Client()
    own.force_login(User.objects.get(pk=user.pk))
    data = {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW}
    assert own.post("/en/admin/password_change/", data).status_code == 302
    # Who changes it stays; the log has it.
    assert own.get("/en/admin/").status_code == 200
    assert StaffAction.objects.get(user=user).get_change_message() == "Changed Password."


@pytest.mark.parametrize(
    "change", [in_the_shell, in_the_shell_alone, by_taking_it_away, in_the_form_of_an_administrator, in_the_own_form]
)
def test_a_new_password_ends_sessions_and_tokens(user: User, signed_in: Client, change: Callable[[User], None]):
    other = member("publisher", "wang")
    _token, secret = Token.objects.create(user=user, name="import")
    Token.objects.create(user=other, name="of somebody else")
    script = Client(headers={"authorization": f"Bearer {secret}"})
    assert script.get("/api/v1/functions/").status_code == 200
    assert signed_in.get("/en/admin/").status_code == 200
    change(user)
    assert script.get("/api/v1/functions/").status_code == 401
    assert signed_in.get("/en/admin/").status_code == 302
    assert list(Token.objects.values_list("user__username", flat=True)) == ["wang"]


def test_what_is_no_new_password_ends_nothing(user: User, settings: Any):
    Token.objects.create(user=user, name="import")
    user.first_name = "Wei"
    user.save()
    # A sign-in, with which the password is hashed anew.
    before = User.objects.get(pk=user.pk).password
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher", *settings.PASSWORD_HASHERS]
    assert sign_in(Client()).status_code == 302
    assert User.objects.get(pk=user.pk).password != before
    assert Token.objects.filter(user=user).exists()
