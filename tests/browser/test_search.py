"""Suggestions while a reader types: a combobox by keyboard and mouse, and the plain form without the script."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.looking import NARROW, WIDE, overflow, violations, watched

OPTIONS = "[role=option]"


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_a_record_is_reached_by_keyboard_alone(page: Page, base_url: str, size: dict):
    with watched(page, base_url):
        page.set_viewport_size(size)
        page.goto("/en/?as_of=2010-06-07")
        box = page.get_by_role("combobox", name="Search everything")
        expect(box).to_have_attribute("aria-expanded", "false")
        box.press_sequentially("keny")
        expect(box).to_have_attribute("aria-expanded", "true")
        options = page.locator(f".seek {OPTIONS}")
        expect(options.first).to_contain_text("Kenya")
        assert overflow(page) is None
        assert violations(page) == []
        expect(box).not_to_have_attribute("aria-activedescendant", re.compile("."))
        box.press("ArrowDown")
        expect(options.first).to_have_attribute("aria-selected", "true")
        expect(box).to_have_attribute("aria-activedescendant", options.first.get_attribute("id") or "-")
        assert violations(page) == []
        # Up from the first is the last, and down from there the first again.
        box.press("ArrowUp")
        expect(options.last).to_have_attribute("aria-selected", "true")
        box.press("ArrowDown")
        expect(options.first).to_have_attribute("aria-selected", "true")
        box.press("Enter")
        expect(page.locator("h1")).to_contain_text("Kenya")
        assert page.url.endswith("/en/countries/ke/?as_of=2010-06-07")


def test_escape_closes_and_enter_without_a_choice_searches(page: Page):
    page.goto("/zh-hans/")
    box = page.locator("#seek")
    box.press_sequentially("肯尼亚")
    expect(page.locator(OPTIONS).first).to_be_visible()
    box.press("Escape")
    expect(page.locator(OPTIONS).first).to_be_hidden()
    expect(box).to_have_attribute("aria-expanded", "false")
    expect(box).to_have_value("肯尼亚")
    box.press("ArrowDown")
    expect(page.locator(OPTIONS).first).to_have_attribute("aria-selected", "true")
    box.press("Escape")
    box.press("Enter")
    expect(page.locator("main mark").first).to_have_text("肯尼亚")
    assert "/zh-hans/search/?q=" in page.url


def test_leaving_the_field_closes_the_list(page: Page):
    page.goto("/en/")
    page.locator("#seek").press_sequentially("basel")
    expect(page.locator(OPTIONS).first).to_be_visible()
    page.locator("#seek").press("Tab")
    expect(page.locator(OPTIONS).first).to_be_hidden()


def test_an_input_method_keeps_its_keys(page: Page):
    """While a word is being put together, arrows, Enter and Escape choose among characters, not among suggestions."""
    page.goto("/zh-hans/")
    box = page.locator("#seek")
    box.press_sequentially("肯尼")
    expect(page.locator(OPTIONS).first).to_be_visible()
    before = page.url
    for key in ("ArrowDown", "Enter", "Escape"):
        allowed = box.evaluate(
            "(e, key) => e.dispatchEvent(new KeyboardEvent('keydown',"
            " {key, isComposing: true, bubbles: true, cancelable: true}))",
            key,
        )
        assert allowed, f"{key} was taken from the input method"
    expect(page.locator(OPTIONS).first).to_be_visible()
    expect(box).not_to_have_attribute("aria-activedescendant", re.compile("."))
    assert page.url == before
    # Half a word asks nothing; the finished one does.
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "suggest" in request.url else None)
    compose = "(e, text) => { e.value = text; e.dispatchEvent(new InputEvent('input', {isComposing: true})); }"
    box.evaluate(compose, "ai'ji")
    page.wait_for_timeout(400)
    assert asked == []
    box.evaluate("e => { e.value = '埃及'; e.dispatchEvent(new CompositionEvent('compositionend')); }")
    expect(page.locator(OPTIONS).first).to_contain_text("埃及")
    assert len(asked) == 1


@pytest.mark.parametrize("path", ["/en/", "/en/countries/"])
def test_the_country_picker_leads_to_the_country(page: Page, path: str):
    page.goto(path)
    box = page.locator("#country")
    box.press_sequentially("Cape Ver")
    option = page.locator(f"main {OPTIONS}")
    expect(option).to_have_count(1)
    expect(option).to_contain_text("Cabo Verde")
    expect(option).to_contain_text("Cape Verde")
    option.click()
    expect(page.locator("h1")).to_contain_text("Cabo Verde")


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_without_a_script_the_same_is_found(browser: Browser, base_url: str, size: dict):
    context = browser.new_context(java_script_enabled=False, base_url=base_url, viewport=size)
    page = context.new_page()
    page.goto("/en/?as_of=2010-06-07")
    page.locator("#seek").fill("區域中心")
    page.locator("#seek").press("Enter")
    expect(page.locator(".reading")).to_contain_text("regional centre")
    assert "as_of=2010-06-07" in page.url
    page.goto("/en/countries/")
    page.locator("#country").fill("肯尼亚")
    page.get_by_role("button", name="Find").click()
    page.locator(".countries").get_by_role("link", name="Kenya").click()
    expect(page.locator("h1")).to_contain_text("Kenya")
    context.close()
