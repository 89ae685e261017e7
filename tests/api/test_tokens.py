"""Tokens are made in the admin, shown once, and revoked there."""

import datetime
import re
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.utils import timezone

from accounts.models import Token
from centres.models import Centre
from tests.api.test_writing import NEW_CENTRE, permissions

ADD = "/en/admin/accounts/token/add/"

pytestmark = pytest.mark.usefixtures("content")


def form(user: User, scopes: list[Permission], days: float = 30) -> dict[str, Any]:
    end = timezone.now() + datetime.timedelta(days=days)
    return {
        "user": user.pk,
        "name": "weekly import",
        "scopes": [one.pk for one in scopes],
        "expiry_0": end.strftime("%Y-%m-%d"),
        "expiry_1": end.strftime("%H:%M:%S"),
    }


@pytest.fixture
def admin_user(content: None) -> User:
    return User.objects.create_superuser("admin")


@pytest.fixture
def admin(client: Client, admin_user: User) -> Client:
    client.force_login(admin_user)
    return client


def made(admin: Client, user: User, **kwargs: Any) -> str:
    """Return the token that the admin shows after making one."""
    page = admin.post(ADD, form(user, permissions(Centre), **kwargs), follow=True).content.decode()
    (secret,) = re.findall(r"\b[0-9a-f]{64}\b", page)
    return str(secret)


def test_a_token_made_there_writes_until_it_is_revoked_there(admin: Client, admin_user: User):
    secret = made(admin, admin_user)
    script = Client(headers={"authorization": f"Bearer {secret}"})
    assert script.post("/api/v1/centres/?reason=x", NEW_CENTRE, content_type="application/json").status_code == 201
    token = Token.objects.get()
    assert list(token.scopes.order_by("codename").values_list("codename", flat=True)) == [
        "add_centre",
        "change_centre",
        "delete_centre",
    ]
    # Shown only then.
    for page in ("/en/admin/accounts/token/", f"/en/admin/accounts/token/{token.pk}/change/"):
        assert secret not in admin.get(page).content.decode()
    admin.post(f"/en/admin/accounts/token/{token.pk}/delete/", {"post": "yes"})
    assert script.get("/api/v1/functions/").status_code == 401


@pytest.mark.parametrize("days", [-1, 0, 400])
def test_it_ends_within_a_year(admin: Client, admin_user: User, days: float):
    response = admin.post(ADD, form(admin_user, permissions(Centre), days=days))
    assert response.status_code == 200
    assert "expiry" in response.context["adminform"].form.errors
    assert not Token.objects.exists()


def test_only_what_the_api_can_write_is_offered(admin: Client):
    offered = admin.get(ADD).context["adminform"].form.fields["scopes"].queryset
    assert "add_centre" in {one.codename for one in offered}
    assert {one.content_type.model for one in offered} == {
        "centre",
        "designation",
        "finding",
        "hosting",
        "hostinstitution",
        "observation",
        "service",
        "source",
    }


def test_who_may_make_tokens_makes_them_for_nobody_else(client: Client, admin_user: User):
    officer = User.objects.create_user("officer", is_staff=True)
    officer.user_permissions.set(Permission.objects.filter(content_type__app_label="accounts"))
    Token.objects.create(user=admin_user, name="the admin's own")
    client.force_login(officer)
    response = client.post(ADD, form(admin_user, permissions(Centre)))
    assert "user" in response.context["adminform"].form.errors
    assert made(client, officer)
    assert "the admin's own" not in client.get("/en/admin/accounts/token/").content.decode()


def test_the_page_speaks_chinese(admin: Client):
    page = admin.get(ADD.replace("/en/", "/zh-hans/")).content.decode()
    assert "API令牌" in page
    assert "用途" in page
