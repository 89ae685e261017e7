"""From a term in a text to its entry and on to the search: by keyboard, on a phone; on paper a term is plain text."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looking import LANGUAGES, NARROW, overflow


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_term_leads_to_its_entry(page: Page, lang: str):
    page.set_viewport_size(NARROW)
    page.goto(f"/{lang}/mechanisms/rotterdam/")
    term = page.locator("a.term").first
    style = "e => [getComputedStyle(e).textDecorationLine, getComputedStyle(e).textDecorationStyle]"
    assert term.evaluate(style) == ["underline", "dotted"]
    page.emulate_media(media="print")
    assert term.evaluate(style)[0] == "none"
    page.emulate_media(media="screen")
    term.focus()
    assert term.evaluate("e => getComputedStyle(e).outlineStyle") != "none"
    page.keyboard.press("Enter")
    page.wait_for_url("**/glossary/#*")
    entry = page.locator("tr:target")
    expect(entry).to_be_in_viewport()
    assert overflow(page) is None
    both = entry.locator("th, td")
    tops = [box["y"] for n in range(2) if (box := both.nth(n).bounding_box())]
    assert tops[0] < tops[1], "one under the other"
    entry.locator("a[href*='/search/?q=']").click()
    expect(page.locator("p.count")).to_be_visible()
