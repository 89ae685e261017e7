"""Signing in with a second factor, by keyboard, at the width of a phone."""

import time
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.browser.looking import NARROW, overflow, violations, watched

PASSWORD = "a quiet sentence about rivers"
LANGUAGES = {"en": ("Second factor", "I have kept them"), "zh-hans": ("第二重验证", "已妥善保存")}


def code(later: int) -> str:
    """Return what the app shows ``later`` half minutes from now: none is taken twice."""
    app = TOTPDevice.objects.get()
    totp = TOTP(app.bin_key, app.step, app.t0, app.digits)
    totp.time = time.time() + later * app.step
    return f"{totp.token():06d}"


def looked_at(page: Page) -> None:
    assert overflow(page) is None
    assert violations(page) == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_setting_a_second_factor_up_and_giving_it(
    page: Page, live_server: LiveServer, content: None, settings: Any, lang: str
):
    settings.PORTAL_SECOND_FACTOR = True
    user = User.objects.create_user("zhang", password=PASSWORD, is_staff=True)
    user.groups.add(Group.objects.get(name="publisher"))
    heading, kept = LANGUAGES[lang]
    wanted = f"{live_server.url}/{lang}/admin/centres/"
    page.set_viewport_size(NARROW)

    def give_the_password() -> None:
        page.goto(wanted)
        looked_at(page)
        # The first field has the focus.
        for text in ("zhang", PASSWORD):
            page.keyboard.type(text)
            page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.locator("h1")).to_have_text(heading)
        looked_at(page)

    with watched(page, live_server.url):
        give_the_password()
        drawing = page.locator(".drawing svg").bounding_box()
        assert drawing
        assert drawing["width"] >= 200
        page.keyboard.type(code(0))
        page.keyboard.press("Enter")
        expect(page.locator(".codes li")).to_have_count(10)
        looked_at(page)
        page.get_by_role("link", name=kept).press("Enter")
        expect(page).to_have_url(wanted)
        page.locator("#logout-form button").press("Enter")
        give_the_password()
        expect(page.locator(".drawing")).to_have_count(0)
        page.keyboard.type(code(1))
        page.keyboard.press("Enter")
        expect(page).to_have_url(wanted)
        page.goto(f"{live_server.url}/{lang}/admin/second-factor/")
        looked_at(page)
