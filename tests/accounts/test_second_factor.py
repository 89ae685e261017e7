"""The second factor: who must have one, how it is set up, asked for, and removed."""

import re
import string
import time
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.test import Client
from django_otp.oath import TOTP
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts import second_factor
from accounts.models import FailedSignIn
from tests.accounts.test_roles import NOBODY, member
from tests.accounts.test_signing_in import production

PAGE = "/en/admin/second-factor/"
LANGUAGES = {
    "en": ["Let the app scan", "Enter the six digits", "Each of these backup codes"],
    "zh-hans": ["扫描此图", "输入应用程序", "每个备用码"],
}

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def required(settings: Any) -> None:
    settings.PORTAL_SECOND_FACTOR = True


def code_of(app: TOTPDevice, later: int = 0) -> str:
    """Return what the app shows; ``later`` counts half minutes, for no code is taken twice."""
    totp = TOTP(app.bin_key, app.step, app.t0, app.digits)
    totp.time = time.time() + later * app.step
    return f"{totp.token():06d}"


@pytest.fixture
def publisher() -> User:
    return member("publisher", "zhang")


@pytest.fixture
def app(publisher: User) -> TOTPDevice:
    """An app that has been set up."""
    return TOTPDevice.objects.create(user=publisher, name="app")


@pytest.fixture
def half(client: Client, publisher: User) -> Client:
    """Who has given the password only."""
    client.force_login(publisher)
    return client


@pytest.mark.parametrize(
    ("role", "must"),
    [(NOBODY, False), ("reader", False), ("editor", False), ("publisher", True), ("administrator", True)],
)
def test_it_is_due_for_those_who_publish_or_administer(client: Client, settings: Any, role: str, must: bool):
    client.force_login(member(role))
    assert client.get("/en/admin/").status_code == (302 if must else 200)
    settings.PORTAL_SECOND_FACTOR = False
    assert client.get("/en/admin/").status_code == 200


@pytest.mark.parametrize(
    ("local", "word", "due"), [("0", "", True), ("1", "", False), ("1", "1", True), ("0", "0", False)]
)
def test_it_is_due_on_a_server_unless_it_says_otherwise(
    monkeypatch: pytest.MonkeyPatch, local: str, word: str, due: bool
):
    monkeypatch.setenv("PORTAL_LOCAL", local)
    monkeypatch.setenv("SECRET_KEY", string.ascii_letters)
    monkeypatch.setenv("ALLOWED_HOSTS", "portal.example")
    monkeypatch.setenv("PORTAL_SECOND_FACTOR", word)
    assert production()["PORTAL_SECOND_FACTOR"] is due


def test_it_is_due_for_superusers(client: Client):
    client.force_login(User.objects.create_superuser("root"))
    assert client.get("/en/admin/").status_code == 302


@pytest.mark.parametrize("lang", LANGUAGES)
def test_who_has_none_is_led_to_set_it_up(half: Client, publisher: User, lang: str):
    wanted = f"/{lang}/admin/centres/centre/"
    setup, asked, kept = LANGUAGES[lang]
    response = half.get(wanted, follow=True)
    assert response.redirect_chain[-1][0].startswith(f"/{lang}/admin/second-factor/?")
    page = response.content.decode()
    assert setup in page
    assert asked in page
    app = TOTPDevice.objects.get(user=publisher)
    assert response.context["key"].replace(" ", "") in app.config_url
    # A drawing in the page, from nowhere else, without a style of its own.
    drawing = re.search(r"<svg .*?</svg>", page.partition('class="drawing"')[2])
    assert drawing
    assert "style" not in drawing[0]
    assert app.key not in page
    # Seeing the page again changes nothing: the phone has scanned it.
    assert half.get(PAGE).context["key"] == response.context["key"]
    address = response.redirect_chain[-1][0]
    assert half.post(address, {"code": "000000"}).context["form"].errors
    assert half.get(wanted).status_code == 302
    TOTPDevice.objects.update(throttling_failure_count=0, throttling_failure_timestamp=None)
    shown = half.post(address, {"code": code_of(app)})
    assert kept in shown.content.decode()
    assert f'href="{wanted}"' in shown.content.decode()
    assert len(set(shown.context["codes"])) == 10
    assert half.get(wanted).status_code == 200
    # Shown only then.
    assert shown.context["codes"][0] not in half.get(PAGE).content.decode()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_who_has_one_is_asked_for_it(half: Client, app: TOTPDevice, lang: str):
    wanted = f"/{lang}/admin/centres/centre/?q=a"
    response = half.get(wanted, follow=True)
    page = response.content.decode()
    assert LANGUAGES[lang][1] in page
    assert "<svg" not in page.partition('id="content-main"')[2].partition("</main>")[0]
    assert app.key not in page
    address = response.redirect_chain[-1][0]
    # In groups, with the full-width digits of a Chinese keyboard.
    typed = code_of(app).translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    assert half.post(address, {"code": f"{typed[:3]} {typed[3:]}"}).headers["Location"] == wanted
    assert half.get(wanted).status_code == 200


def test_who_has_one_without_having_to_is_asked_too(client: Client, settings: Any):
    editor = member("editor")
    TOTPDevice.objects.create(user=editor)
    client.force_login(editor)
    for settings.PORTAL_SECOND_FACTOR in (True, False):
        assert client.get("/en/admin/").status_code == 302


def test_anyone_can_set_one_up(client: Client):
    editor = member("editor")
    client.force_login(editor)
    assert f'href="{PAGE}"' in client.get("/en/admin/").content.decode()
    client.get(PAGE)
    assert client.get("/en/admin/").status_code == 200
    client.post(PAGE, {"code": code_of(TOTPDevice.objects.get())})
    assert second_factor.has_app(editor)


@pytest.mark.parametrize("path", ["", "centres/centre/add/", "autocomplete/", "jsi18n/", "password_change/", "x/"])
def test_no_page_opens_without_it(half: Client, app: TOTPDevice, path: str):
    assert half.get(f"/en/admin/{path}").headers["Location"].startswith("/en/admin/login/?next=")
    assert half.post(f"/en/admin/{path}").status_code == 302


def test_without_the_password_there_is_no_page(client: Client, app: TOTPDevice):
    assert client.get(PAGE).headers["Location"] == "/en/admin/login/"
    assert client.post(PAGE, {"code": code_of(app)}).headers["Location"] == "/en/admin/login/"
    client.force_login(User.objects.create_user("not-staff"))
    assert client.get(PAGE).status_code == 302
    assert TOTPDevice.objects.count() == 1


def test_a_code_is_good_once(half: Client, app: TOTPDevice, publisher: User):
    code = code_of(app)
    assert half.post(PAGE, {"code": code}).status_code == 302
    again = Client()
    again.force_login(publisher)
    assert again.post(PAGE, {"code": code}).context["form"].errors


def test_a_code_is_good_for_its_owner_only(client: Client, app: TOTPDevice):
    other = member("publisher", "wang")
    TOTPDevice.objects.create(user=other)
    client.force_login(other)
    assert client.post(PAGE, {"code": code_of(app)}).context["form"].errors
    assert client.get("/en/admin/").status_code == 302


def test_a_backup_code_is_good_once(half: Client, app: TOTPDevice, publisher: User):
    codes = second_factor.new_backup_codes(publisher)
    assert half.post(PAGE, {"code": codes[0].upper()}).status_code == 302
    assert half.get("/en/admin/").status_code == 200
    assert "9 backup codes left" in half.get(PAGE).content.decode()
    again = Client()
    again.force_login(publisher)
    assert again.post(PAGE, {"code": codes[0]}).context["form"].errors
    # New ones void the others.
    (new,) = [one for one in half.post(PAGE, {"codes": ""}).context["codes"] if one not in codes][:1]
    assert not StaticToken.objects.filter(token__in=codes).exists()
    assert StaticToken.objects.filter(token=new).exists()


def test_wrong_codes_are_counted_and_end_the_session(half: Client, app: TOTPDevice, settings: Any):
    settings.AXES_FAILURE_LIMIT = 3
    assert [half.post(PAGE, {"code": "abcdefgh"}).status_code for _number in range(3)] == [200, 200, 429]
    assert "_auth_user_id" not in half.session
    assert list(FailedSignIn.objects.order_by("pk").values_list("username", "locked_out")) == [
        ("zhang", False),
        ("zhang", False),
        ("zhang", True),
    ]


def test_after_wrong_codes_the_right_one_has_to_wait(half: Client, app: TOTPDevice):
    half.post(PAGE, {"code": "000000"})
    assert half.post(PAGE, {"code": code_of(app)}).context["form"].errors
    TOTPDevice.objects.update(throttling_failure_timestamp="2020-01-01T00:00Z")
    assert half.post(PAGE, {"code": code_of(app)}).status_code == 302


def test_it_leads_to_own_addresses_only(half: Client, app: TOTPDevice):
    response = half.post(f"{PAGE}?next=https://evil.example/", {"code": code_of(app)})
    assert response.headers["Location"] == "/en/admin/"


def test_half_way_one_can_leave(half: Client, app: TOTPDevice):
    half.post(PAGE, {"leave": ""})
    assert "_auth_user_id" not in half.session


def test_the_buttons_of_those_who_are_in_do_nothing_before(half: Client, app: TOTPDevice):
    for button in ("codes", "remove"):
        assert half.post(PAGE, {button: ""}).status_code == 200
    assert TOTPDevice.objects.filter(confirmed=True).exists()
    assert not StaticToken.objects.exists()


def test_its_owner_removes_it_for_another_phone(half: Client, app: TOTPDevice):
    half.post(PAGE, {"code": code_of(app)})
    half.post(PAGE, {"remove": ""})
    assert half.get("/en/admin/").status_code == 302
    assert half.get(PAGE).context["key"]
    assert not TOTPDevice.objects.filter(confirmed=True).exists()


def test_an_administrator_removes_it_when_the_phone_is_lost(settings: Any, publisher: User, app: TOTPDevice):
    settings.PORTAL_SECOND_FACTOR = False
    root = User.objects.create_superuser("root")
    TOTPDevice.objects.create(user=root)
    administrator = Client()
    administrator.force_login(member("administrator", "admin"))
    action = {"action": "remove_second_factor", "_selected_action": [publisher.pk, root.pk]}
    administrator.post("/en/admin/auth/user/", action)
    assert list(TOTPDevice.objects.values_list("user__username", flat=True)) == ["root"]
    assert LogEntry.objects.get().object_repr == "zhang"


def test_nobody_reads_the_secrets_in_the_admin(client: Client, settings: Any, app: TOTPDevice):
    settings.PORTAL_SECOND_FACTOR = False
    client.force_login(User.objects.create_superuser("root"))
    for address in ("otp_totp/totpdevice/", f"otp_totp/totpdevice/{app.pk}/config/", "otp_static/staticdevice/"):
        assert client.get(f"/en/admin/{address}").status_code == 404
