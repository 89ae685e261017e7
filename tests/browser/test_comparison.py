"""The comparison in a real browser: without JavaScript on a phone, by keyboard alone, copied, printed."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.looking import LANGUAGES, NARROW, WIDE, overflow, violations, watched

each_language = pytest.mark.parametrize("lang", LANGUAGES)
CHOSEN = "compare/?mechanism=basel&mechanism=stockholm&mechanism=who&group=hosting&criterion=network-size"
VIEWS = {
    "matrix": CHOSEN,
    "transposed": f"{CHOSEN}&transpose=true",
    "bilingual": f"{CHOSEN}&view=bilingual",
    "changes": f"{CHOSEN}&changed_since=2010-06-07",
    "no row left": "compare/?mechanism=basel&mechanism=who&criterion=term-and-renewal&differences=true",
}


@pytest.fixture
def phone(browser: Browser, base_url: str) -> Iterator[Page]:
    """A narrow page in a browser without JavaScript."""
    context = browser.new_context(java_script_enabled=False, base_url=base_url, viewport=NARROW)
    page = context.new_page()
    with watched(page, base_url):
        yield page
    context.close()


def switch(page: Page) -> Locator:
    """Return the first switch: only the rows that differ."""
    return page.locator(".switches a").first


@each_language
def test_a_comparison_on_a_phone_without_script(phone: Page, lang: str):
    phone.goto(f"/{lang}/compare/")
    for code in ("basel", "who"):
        phone.locator(f"input[name=mechanism][value={code}]").check()
    phone.locator("input[name=group][value=hosting]").check()
    phone.locator(".chooser button").click()
    # The address changes before the page is there whole, and count() does not wait.
    phone.wait_for_url(f"**/{lang}/compare/?mechanism=basel&mechanism=who&group=hosting")
    rows = phone.locator(".matrix tbody tr:not(.group)")
    every = rows.count()
    differing = phone.locator(".matrix tbody tr:not(.group) th .verdict.differs").count()
    assert 0 < differing < every
    switch(phone).click()
    assert phone.url.endswith("&differences=true")
    expect(rows).to_have_count(differing)
    expect(switch(phone)).to_have_attribute("aria-current", "true")
    # Sources are folded; a tap shows them.
    sources = phone.locator(".matrix td details.sources").first
    expect(sources.locator("a").first).not_to_be_visible()
    sources.locator("summary").click()
    expect(sources.locator("a").first).to_be_visible()
    expect(sources.locator(".formal").first).to_be_visible()
    expect(phone.locator("button.copy")).to_have_count(0)
    sources.locator("a").first.click()
    assert f"/{lang}/sources/" in phone.url
    phone.go_back()
    expect(rows).to_have_count(differing)
    phone.go_back()
    expect(rows).to_have_count(every)
    phone.go_back()
    expect(phone.locator(".matrix")).to_have_count(0)


def reach(page: Page, target: Locator, most: int = 90) -> None:
    """Press Tab until the target has the focus."""
    for _step in range(most):
        page.keyboard.press("Tab")
        if target.evaluate("e => e === document.activeElement"):
            assert target.evaluate("e => getComputedStyle(e).outlineStyle") == "solid", "the focus is seen"
            return
    pytest.fail(f"not reached by keyboard: {target}")


@each_language
def test_a_comparison_by_keyboard_alone(page: Page, lang: str):
    page.set_viewport_size(WIDE)
    page.goto(f"/{lang}/compare/")
    for code in ("basel", "who"):
        reach(page, page.locator(f"input[name=mechanism][value={code}]"))
        page.keyboard.press("Space")
    reach(page, page.locator("input[name=group][value=hosting]"))
    page.keyboard.press("Space")
    reach(page, page.locator(".chooser button"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/compare/?mechanism=basel&mechanism=who&group=hosting")
    rows = page.locator(".matrix tbody tr:not(.group)")
    every = rows.count()
    reach(page, switch(page))
    page.keyboard.press("Enter")
    page.wait_for_url("**&differences=true")
    left = rows.count()
    assert 0 < left < every
    sources = page.locator(".matrix td details.sources").first
    reach(page, sources.locator("summary"))
    page.keyboard.press("Enter")
    expect(sources.locator("a").first).to_be_visible()
    reach(page, sources.locator("a").first, most=1)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/{lang}/sources/**")
    page.go_back()
    page.wait_for_url("**&differences=true")
    page.go_back()
    expect(rows).to_have_count(every)


@each_language
def test_a_button_copies_the_formal_citation(page: Page, base_url: str, lang: str):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=base_url)
    page.goto(f"/{lang}/{CHOSEN}")
    sources = page.locator(".matrix td details.sources").nth(1)
    sources.locator("summary").click()
    text, button = sources.locator(".formal").first, sources.locator("button.copy").first
    labels = [text.get_attribute("data-copy"), text.get_attribute("data-copied")]
    assert len(set(labels)) == 2
    if lang != "en":
        assert all(label and re.search("[一-鿿]", label) for label in labels)
    expect(button).to_have_text(labels[0] or "")
    button.click()
    expect(button).to_have_text(labels[1] or "")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == text.inner_text()
    assert copied.endswith("." if lang == "en" else "。")
    assert len(copied) > 30


@each_language
@pytest.mark.parametrize("view", VIEWS)
def test_a_view_has_no_barrier_and_fits_a_phone(page: Page, base_url: str, view: str, lang: str):
    with watched(page, base_url):
        page.set_viewport_size(WIDE)
        page.goto(f"/{lang}/{VIEWS[view]}")
        for size in (WIDE, NARROW):
            page.set_viewport_size(size)
            assert overflow(page) is None, size
            # Folded parts too.
            page.locator("main details").evaluate_all("all => all.forEach(one => one.open = true)")
            assert overflow(page) is None, size
            assert violations(page) == [], size
            page.locator("main details").evaluate_all("all => all.forEach(one => one.open = false)")


@each_language
@pytest.mark.parametrize("view", ["matrix", "transposed"])
def test_a_view_is_printed_without_scrolling(page: Page, view: str, lang: str):
    # The width of A4 landscape between its margins.
    page.set_viewport_size({"width": 1032, "height": 700})
    page.goto(
        f"/{lang}/compare/?mechanism=basel&mechanism=stockholm&mechanism=who&criterion=legal-status"
        f"{'&criterion=governance&transpose=true' if view == 'transposed' else ''}"
    )
    place = page.locator(".scroll")
    assert place.evaluate("e => getComputedStyle(e).overflowX") == "auto"
    page.emulate_media(media="print")
    assert place.evaluate("e => getComputedStyle(e).overflowX") == "visible"
    assert place.evaluate("e => e.scrollWidth <= e.clientWidth"), "nothing is cut off"
    heads = page.locator(".matrix thead th, .matrix tbody th")
    assert set(heads.evaluate_all("all => all.map(e => getComputedStyle(e).position)")) == {"static"}
    assert overflow(page) is None
