"""Passwords, lockouts, sessions, and the records of all that."""

import datetime
import io
import re
import runpy
from pathlib import Path
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth.hashers import MD5PasswordHasher, identify_hasher
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from accounts.models import FailedSignIn, SignIn
from tests.accounts.test_roles import member

PASSWORD = "a quiet sentence about rivers"
LOGIN = "/en/admin/login/"
PORTAL = {"en": "Technical Assistance Mechanisms Portal", "zh-hans": "技术援助机制比较门户"}

pytestmark = pytest.mark.django_db


def production() -> dict[str, Any]:
    """Return the settings as they are without those of the tests."""
    return runpy.run_path(str(Path(settings.BASE_DIR) / "config" / "settings.py"))


@pytest.fixture
def user() -> User:
    user = member("editor", "zhang")
    user.set_password(PASSWORD)
    user.save()
    return user


@pytest.fixture(autouse=True)
def three_failures(settings: Any) -> None:
    settings.AXES_FAILURE_LIMIT = 3


def sign_in(client: Client, name: str = "zhang", password: str = PASSWORD, address: str = LOGIN, **headers: Any) -> Any:
    return client.post(address, {"username": name, "password": password}, **headers)


def fail(client: Client, times: int, **kwargs: Any) -> Any:
    return [sign_in(client, password="wrong", **kwargs) for _number in range(times)][-1]


# Passwords


def test_passwords_are_kept_as_argon2(settings: Any, user: User):
    settings.PASSWORD_HASHERS = production()["PASSWORD_HASHERS"]
    user.set_password(PASSWORD)
    assert identify_hasher(user.password).algorithm == "argon2"
    assert user.check_password(PASSWORD)


@pytest.mark.parametrize("password", ["elevenchars", "123456789012345", "1q2w3e4r5t6y", "zhang.weiming.1"])
def test_a_weak_password_is_refused(client: Client, user: User, password: str):
    user.email = "zhang.weiming@example.org"
    user.save()
    client.force_login(user)
    data = {"old_password": PASSWORD, "new_password1": password, "new_password2": password}
    response = client.post("/en/admin/password_change/", data)
    assert response.status_code == 200
    assert response.context["form"].errors["new_password2"]
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


# The first administrator


def test_one_command_makes_the_first_administrator(client: Client, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("ADMINISTRATOR_PASSWORD", PASSWORD)
    output = io.StringIO()
    call_command("create_administrator", "li", stdout=output)
    assert "/en/admin/" in output.getvalue()
    assert PASSWORD not in output.getvalue()
    assert sign_in(client, "li").status_code == 302
    assert client.get("/en/admin/auth/user/add/").status_code == 200
    assert not User.objects.get().is_superuser


@pytest.mark.parametrize(("name", "password"), [("li", "short"), ("zhang", PASSWORD), ("a b", PASSWORD)])
def test_it_refuses_weak_passwords_and_names_that_are_taken_or_none(
    user: User, monkeypatch: pytest.MonkeyPatch, name: str, password: str
):
    monkeypatch.setenv("ADMINISTRATOR_PASSWORD", password)
    with pytest.raises(CommandError):
        call_command("create_administrator", name)
    assert User.objects.count() == 1


def test_it_asks_for_the_password_twice(monkeypatch: pytest.MonkeyPatch):
    answers = iter([PASSWORD, "another"])
    monkeypatch.setattr("getpass.getpass", lambda prompt: next(answers))
    with pytest.raises(CommandError, match="differ"):
        call_command("create_administrator", "li")
    assert not User.objects.exists()


# The page


@pytest.mark.parametrize("lang", PORTAL)
def test_the_page_has_the_name_of_the_portal(client: Client, lang: str):
    page = client.get(f"/{lang}/admin/login/").content.decode()
    assert f"<title>{'Log in' if lang == 'en' else '登录'} | {PORTAL[lang]}</title>" in page
    assert re.search(rf'id="site-name"><a [^>]*>{PORTAL[lang]}</a>', page)
    other = "zh-hans" if lang == "en" else "en"
    assert f'href="/{other}/admin/login/"' in page


@pytest.mark.parametrize(
    ("wanted", "reached"),
    [
        ("/en/admin/centres/centre/?q=a", "/en/admin/centres/centre/?q=a"),
        # The language was switched on the page.
        ("/zh-hans/admin/centres/centre/", "/en/admin/centres/centre/"),
        ("https://evil.example/en/admin/", "/en/admin/"),
        ("//evil.example/en/admin/", "/en/admin/"),
        ("javascript:alert(1)", "/en/admin/"),
        ("", "/en/admin/"),
    ],
)
def test_it_leads_to_own_addresses_only(client: Client, user: User, settings: Any, wanted: str, reached: str):
    settings.LOGIN_REDIRECT_URL = "/en/admin/"
    hidden = client.get(LOGIN, {"next": wanted}).context["next"]
    data = {"username": "zhang", "password": PASSWORD, "next": hidden}
    assert client.post(LOGIN, data).headers["Location"] == reached


# Failures


def test_too_many_failures_close_a_name_for_an_address_and_only_there(client: Client, user: User):
    assert production()["AXES_FAILURE_LIMIT"] == 5
    assert fail(client, 2).status_code == 200
    refused = fail(client, 1)
    assert refused.status_code == 429
    assert refused.headers["Retry-After"] == "1800"
    assert sign_in(client).status_code == 429
    assert "_auth_user_id" not in client.session
    # A colleague in the same house, and the same person elsewhere.
    other = member("editor", "wang")
    other.set_password(PASSWORD)
    other.save()
    assert sign_in(Client(), "wang").status_code == 302
    assert sign_in(Client(), REMOTE_ADDR="198.51.100.7").status_code == 302


@pytest.mark.parametrize(("lang", "text"), [("en", "Try again in 30 minutes"), ("zh-hans", "请在30分钟后重试")])
def test_it_says_so_to_those_who_exist_and_those_who_do_not(client: Client, user: User, lang: str, text: str):
    pages = []
    for name in ("zhang", "nobody-of-that-name"):
        responses = [sign_in(Client(), name, "wrong", f"/{lang}/admin/login/") for _number in range(4)]
        assert [one.status_code for one in responses] == [200, 200, 429, 429]
        # The fields hold what was typed, and each form its own secret.
        clean = re.compile(rf'name="csrfmiddlewaretoken" value="\w+"|value="{name}"')
        pages.append([clean.sub("", one.content.decode()) for one in responses])
        assert text in pages[-1][2]
    assert pages[0] == pages[1]


class CountingHasher(MD5PasswordHasher):
    """Counts how often a password is hashed: that is what takes the time."""

    algorithm = "counting"
    times = 0

    def encode(self, password: str, salt: str) -> str:
        type(self).times += 1
        return super().encode(password, salt)


@pytest.mark.parametrize(("lang", "text"), [("en", "Please enter the correct"), ("zh-hans", "请输入一个正确的")])
def test_nothing_tells_who_has_an_account(settings: Any, lang: str, text: str):
    settings.PASSWORD_HASHERS = [f"{__name__}.CountingHasher"]
    for name, changes in {
        "right": {},
        "inactive": {"is_active": False},
        "no-staff": {"is_staff": False},
        "unusable": {"password": "!"},
    }.items():
        user = member("editor", name)
        user.set_password(PASSWORD)
        vars(user).update(changes)
        user.save()
    pages, times = {}, {}
    for name, password in {
        "nobody-of-that-name": "wrong",
        "right": "wrong",
        "inactive": "wrong",
        "inactive ": PASSWORD,
        "no-staff": "wrong",
        "no-staff ": PASSWORD,
        "unusable": PASSWORD,
    }.items():
        CountingHasher.times = 0
        response = sign_in(Client(), name.strip(), password, f"/{lang}/admin/login/")
        times[name, password] = CountingHasher.times
        clean = re.compile(rf'name="csrfmiddlewaretoken" value="\w+"|value="{name.strip()}"')
        pages[name, password] = (response.status_code, clean.sub("", response.content.decode()))
    assert len(set(pages.values())) == 1
    assert text in pages["right", "wrong"][1]
    assert set(times.values()) == {1}, times


def test_it_ends_after_a_while_and_when_an_administrator_says_so(client: Client, user: User):
    fail(client, 3)
    AccessAttempt.objects.update(attempt_time=timezone.now() - datetime.timedelta(minutes=31))
    assert sign_in(client).status_code == 302
    client.logout()
    fail(client, 3)
    administrator = Client()
    administrator.force_login(member("administrator", "admin"))
    count = AccessAttempt.objects.get()
    administrator.post(f"/en/admin/accounts/countedfailure/{count.pk}/delete/", {"post": "yes"})
    assert sign_in(client).status_code == 302


def test_going_on_trying_does_not_make_it_longer(client: Client, user: User):
    fail(client, 3)
    before = AccessAttempt.objects.get().attempt_time
    fail(client, 3)
    assert AccessAttempt.objects.get().attempt_time == before


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("198.51.100.7", "198.51.100.8", False),
        ("2001:db8:1:1::1", "2001:db8:1:1:ffff::2", True),
        ("2001:db8:1:1::1", "2001:db8:1:2::1", False),
    ],
)
def test_the_address_is_the_one_that_our_proxy_saw(
    client: Client, user: User, settings: Any, first: str, second: str, same: bool
):
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "NUM_PROXIES": 1}

    def through(address: str) -> dict[str, str]:
        # What stands before the proxy's own word, a reader can write.
        return {"HTTP_X_FORWARDED_FOR": f"192.0.2.{address[-1]}, {address}", "REMOTE_ADDR": "10.0.0.1"}

    fail(client, 3, **through(first))
    assert (sign_in(client, **through(second)).status_code == 429) is same
    assert fail(client, 3, HTTP_X_FORWARDED_FOR="unknown").status_code == 429


# Records


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", ["sign-ins", "Username", "IP Address"]),
        ("zh-hans", ["登录记录", "用户名", "IP地址", "已锁定", "退出时间"]),
    ],
)
def test_administrators_see_who_came_and_who_failed(client: Client, user: User, lang: str, words: list[str]):
    sign_in(client)
    client.post("/en/admin/logout/")
    fail(client, 3)
    administrator = Client()
    administrator.force_login(member("administrator", "admin"))
    pages = [
        administrator.get(f"/{lang}/admin/accounts/{name}/").content.decode()
        for name in ("signin", "failedsignin", "countedfailure")
    ]
    assert all(">zhang<" in page and "127.0.0.1" in page for page in pages)
    assert [word for word in words if word not in "".join(pages)] == []
    if lang == "zh-hans":
        assert not re.search(r"User Agent|Attempt|IP Address|Logout|lock out|Failed|Axes", "".join(pages))
    record = SignIn.objects.get(username="zhang")
    assert record.logout_time
    assert list(FailedSignIn.objects.order_by("pk").values_list("locked_out", flat=True)) == [False, False, True]
    # No password is kept, right or wrong.
    assert "wrong" not in str(AccessAttempt.objects.values())


# Sessions


def test_a_session_ends_after_hours_and_with_the_browser(client: Client, user: User):
    assert production()["SESSION_COOKIE_AGE"] == 8 * 60 * 60
    sign_in(client)
    cookie = client.cookies["sessionid"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    # Until the browser is closed.
    assert not cookie["max-age"]
    assert not cookie["expires"]
    left = client.session.get_expiry_date() - timezone.now()
    assert datetime.timedelta(hours=7, minutes=59) < left <= datetime.timedelta(hours=8)
    assert client.get("/en/admin/").status_code == 200
    stored = client.session.model.objects.get()
    stored.expire_date = timezone.now()
    stored.save()
    assert client.get("/en/admin/").status_code == 302


def test_pages_for_everybody_do_not_look_at_the_session(content: None, client: Client, user: User):
    client.force_login(user)
    assert "Cookie" not in client.get("/en/").headers.get("Vary", "")
