"""Quoting a page in a real browser: by keyboard, on a phone, in both languages, without script."""

import re

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from mechanisms.models import Finding
from tests.browser.looking import LANGUAGES, NARROW, WIDE, overflow, violations, watched

COMPARISON = "compare/?mechanism=basel&mechanism=who&criterion=legal-status&criterion=host-arrangement"
WORDS = {
    "en": {"quote": "Quote this view", "since": "What has changed since", "open": "Open"},
    "zh-hans": {"quote": "引用本视图", "since": "此后的变化", "open": "打开"},
}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_page_is_quoted_by_keyboard_and_found_again_by_its_code(
    content: None, live_server: LiveServer, page: Page, lang: str
):
    words, base = WORDS[lang], live_server.url
    with watched(page, base):
        page.set_viewport_size(NARROW if lang == "en" else WIDE)
        page.goto(f"{base}/{lang}/{COMPARISON}")
        assert overflow(page) is None
        button = page.get_by_role("button", name=words["quote"])
        button.focus()
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile(rf"/{lang}/q/[a-z0-9]{{8}}/$"))
        code = page.url.split("/")[-2]
        expect(page.locator(".quotation svg")).to_be_visible()
        expect(page.locator(".matrix tbody td")).to_have_count(4)
        for size, scheme in ((WIDE, "light"), (NARROW, "dark")):
            page.set_viewport_size(size)
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            assert overflow(page) is None
            assert violations(page) == []

        finding = Finding.objects.filter(mechanism__code="basel", criterion__code="legal-status").latest("stated_on")
        finding.text_en, finding.text_zh_hans = "Said otherwise.", "另一种说法。"
        finding.save()
        page.get_by_role("link", name=words["since"], exact=True).click()
        expect(page.locator(".changed tbody tr")).to_have_count(1)
        assert overflow(page) is None
        assert violations(page) == []

        # As somebody reads it from a paper.
        page.goto(f"{base}/{lang}/q/")
        page.get_by_role("textbox").last.fill(f" {code[:4].upper()} {code[4:]}")
        page.keyboard.press("Enter")
        expect(page).to_have_url(f"{base}/{lang}/q/{code}/")
        assert "Said otherwise." not in page.inner_text("main")
        assert "另一种说法。" not in page.inner_text("main")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_wrong_code_gets_a_page_without_barriers(page: Page, base_url: str, lang: str):
    with watched(page, base_url, refused=True):
        page.set_viewport_size(NARROW)
        page.goto(f"/{lang}/q/lo0k/")
        expect(page.get_by_role("textbox").last).to_have_value("lo0k")
        assert overflow(page) is None
        assert violations(page) == []
