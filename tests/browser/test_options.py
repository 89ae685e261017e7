"""The options in a real browser: asked on a phone without JavaScript, and by keyboard alone."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.looking import LANGUAGES, NARROW, overflow, violations, watched

each_language = pytest.mark.parametrize("lang", LANGUAGES)


@pytest.fixture
def phone(browser: Browser, base_url: str) -> Iterator[Page]:
    """A narrow page in a browser without JavaScript."""
    context = browser.new_context(java_script_enabled=False, base_url=base_url, viewport=NARROW)
    page = context.new_page()
    with watched(page, base_url):
        yield page
    context.close()


@each_language
def test_a_question_on_a_phone_without_script(phone: Page, lang: str):
    phone.goto(f"/{lang}/options/")
    phone.locator("input[type=checkbox][name=option][value=core-functions-training]").check()
    phone.locator("input[type=checkbox][name=option][value=delivery-structure-regional-offices]").check()
    phone.locator("select[name=weight]").filter(has=phone.locator('option[value="core-functions~must"]')).select_option(
        "core-functions~must"
    )
    phone.locator("input[type=checkbox][name=serves_region][value=un-africa]").check()
    phone.locator(".asking button.primary").click()
    places = phone.locator(".places tbody tr")
    expect(places).to_have_count(8)
    assert overflow(phone) is None
    expect(phone.locator("input[type=checkbox][name=option][value=core-functions-training]")).to_be_checked()
    # Each point shows its arithmetic, and the switch what hangs on silence.
    expect(phone.locator(".points td .number").filter(has_text="4 × 1 = 4").first).to_be_visible()
    phone.locator(".switches a").last.click()
    assert "silence=yes" in phone.url
    expect(phone.locator(".switches a").last).to_have_attribute("aria-current", "true")
    expect(places.first.locator("td.value")).to_have_count(4)
    phone.go_back()
    expect(places.first.locator("td.value")).to_have_count(2)


@each_language
def test_by_keyboard_alone(page: Page, base_url: str, lang: str):
    with watched(page, base_url):
        page.goto(f"/{lang}/options/")
        page.locator(".asking > summary").focus()
        target = page.locator("input[type=checkbox][name=option][value=subject-covered-mercury]")
        for _step in range(30):
            page.keyboard.press("Tab")
            if target.evaluate("e => e === document.activeElement"):
                break
        else:
            pytest.fail("not reached by keyboard")
        assert target.evaluate("e => getComputedStyle(e).outlineStyle") == "solid", "the focus is seen"
        page.keyboard.press("Space")
        page.keyboard.press("Enter")
        expect(page.locator(".places tbody tr")).to_have_count(8)
        assert page.url.endswith("option=subject-covered-mercury") or "option=subject-covered-mercury&" in page.url
        assert violations(page) == []
