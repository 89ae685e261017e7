"""Pages of the admin in Chromium: nothing on them is against their policy, which allows styles on elements alone."""

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from centres.models import Centre
from tests.browser.looking import watched

PASSWORD = "a quiet sentence about rivers"
#: One of each kind that Django, our apps or the libraries make.
PAGES = [
    "",
    "centres/centre/",
    "centres/centre/?q=kenya",
    "centres/centre/add/",
    "centres/centre/{centre}/change/",
    "centres/centre/{centre}/history/",
    "centres/centre/{centre}/delete/",
    "mechanisms/criterion/add/",
    "sources/source/",
    "editing/proposal/",
    "editing/import/add/",
    "integrity/",
    "integrity/weak-sources/",
    "outdated/",
    "second-factor/",
    "password_change/",
    "auth/user/",
    "auth/user/add/",
    "auth/user/{user}/change/",
    "auth/user/{user}/password/",
    "auth/group/add/",
    "accounts/token/add/",
    "accounts/staffaction/",
    "accounts/signin/",
]


def test_the_admin_is_quiet(page: Page, live_server: LiveServer, content: None):
    user = User.objects.create_superuser("chief", password=PASSWORD)
    keys = {"centre": Centre.objects.get(code="kenya-scrc").pk, "user": user.pk}
    root = f"{live_server.url}/en/admin/"
    with watched(page, live_server.url):
        page.goto(root)
        page.fill("#id_username", "chief")
        page.fill("#id_password", PASSWORD)
        page.keyboard.press("Enter")
        expect(page.locator("#user-tools")).to_be_visible()
        for address in PAGES:
            response = page.goto(root + address.format(**keys))
            assert response
            assert response.status == 200, address
            # Scripts of the admin style elements when they are opened.
            for look_up in page.locator(".select2-selection:visible").all()[:1]:
                look_up.click()
                page.keyboard.press("Escape")
    with pytest.raises(AssertionError), watched(page, live_server.url) as watch:
        page.evaluate("document.head.append(Object.assign(document.createElement('style'), {textContent: 'p {}'}))")
    assert "style-src" in watch.console[0]
