"""What the script adds: filters apply at once, and nothing that works without it is lost."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.looking import NARROW, WIDE, watched

COUNT = ".count strong"


def mark(page: Page) -> None:
    """Leave a mark that a reload would wipe out, and one on the live region, which must stay the same element."""
    page.evaluate("window.marked = true; document.querySelector('#results [role=status]').marked = true")


def is_marked(page: Page) -> bool:
    """Tell whether page and live region are still those that were marked."""
    return bool(
        page.evaluate("window.marked === true && document.querySelector('#results [role=status]').marked === true")
    )


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_ticking_a_facet_applies_it_without_a_reload(page: Page, base_url: str, size: dict):
    with watched(page, base_url) as watch:
        page.set_viewport_size(size)
        page.goto("/en/centres/?as_of=2010-06-07")
        everything = page.locator(COUNT).inner_text()
        summary = page.locator(".facets > summary")
        if summary.is_visible():
            summary.click()
        mark(page)
        page.locator(".facets input[name=mechanism][value=basel]").check()
        expect(page.locator(COUNT)).to_have_text("14")
        assert page.url.endswith("/en/centres/?as_of=2010-06-07&mechanism=basel")
        assert is_marked(page)
        expect(page.locator("#results [role=status]")).to_have_count(1)
        expect(page.locator(".results > li")).to_have_count(14)
        expect(page.locator(".chip")).to_have_count(1)
        expect(page.locator(".facets input[name=mechanism][value=basel]")).to_be_focused()
        expect(page.locator(".languages a[lang=zh-Hans]")).to_have_attribute("href", re.compile("mechanism=basel"))
        expect(summary).to_contain_text("1")
        assert page.locator("details.facets").evaluate("e => e.open") == (size == NARROW)
        # A second one, from the form that has come with the answer.
        page.locator("[data-facet=kind] > summary").click()
        page.locator(".facets input[name=kind][value=coordinating-centre]").check()
        expect(page.locator(COUNT)).not_to_have_text("14")
        expect(page.locator(".chip")).to_have_count(2)
        both = page.locator(COUNT).inner_text()
        assert is_marked(page)
        page.reload()
        assert not page.evaluate("window.marked === true")
        expect(page.locator(COUNT)).to_have_text(both)
        expect(page.locator(".facets input[name=kind][value=coordinating-centre]")).to_be_checked()
        # Back, twice: each state as it was, with its boxes.
        page.go_back()
        expect(page.locator(COUNT)).to_have_text("14")
        expect(page.locator(".facets input[name=kind][value=coordinating-centre]")).not_to_be_checked()
        expect(page.locator(".facets input[name=mechanism][value=basel]")).to_be_checked()
        page.wait_for_load_state()
        page.go_back()
        expect(page.locator(COUNT)).to_have_text(everything)
        expect(page.locator(".facets input[name=mechanism][value=basel]")).not_to_be_checked()
        page.wait_for_load_state()
        page.go_forward()
        expect(page.locator(COUNT)).to_have_text("14")
    assert len(watch.requests) > 5


def test_the_page_is_the_one_that_the_server_sends(page: Page):
    """What the script has put together equals what a reload gets, the mark-up of the results to the letter."""
    page.goto("/zh-hans/centres/")
    page.locator(".facets input[name=mechanism][value=basel]").check()
    expect(page.locator(".chip")).to_have_count(1)
    page.locator(".facets input[name=region][value=un-africa]").check()
    expect(page.locator(".chip")).to_have_count(2)
    normal = "e => e.innerHTML.replace(/\\s+/g, ' ')"
    parts = ["#results", "form[data-instant]", ".facets > summary", ".languages"]
    scripted = [page.locator(part).evaluate(normal) for part in parts]
    page.reload()
    assert [page.locator(part).evaluate(normal) for part in parts] == scripted


def test_an_empty_result_and_a_word_come_without_a_reload(page: Page):
    page.goto("/en/centres/")
    mark(page)
    page.get_by_role("searchbox").fill("there is no such word")
    page.get_by_role("searchbox").press("Enter")
    expect(page.locator(COUNT)).to_have_text("0")
    expect(page.locator(".empty")).to_be_visible()
    assert is_marked(page)
    page.locator(".empty a").click()
    expect(page.locator(".empty")).to_have_count(0)


def test_a_server_that_fails_is_shown_not_hidden(page: Page):
    """When the answer to a filter is an error, the browser goes there itself."""
    page.goto("/en/centres/")
    page.evaluate("document.querySelector('input[name=mechanism]').value = 'nonsense'")
    # Not check(): it looks for the box afterwards, and the browser may be gone from the page by then.
    page.locator(".facets input[name=mechanism]").first.click()
    expect(page.locator(".problems")).to_contain_text("nonsense")
    assert "mechanism=nonsense" in page.url


def test_the_api_documentation_works_under_the_policy(page: Page, base_url: str):
    with watched(page, base_url) as watch:
        page.goto("/api/docs/")
        expect(page.get_by_role("link", name="/api/v1/centres/", exact=True)).to_be_visible()
        page.get_by_text("Parameters").first.click()
        assert not any("swagger" in url for url in watch.requests)
        page.get_by_role("button", name="Try").click()
        page.locator(".opblock").first.wait_for()
        assert page.locator(".opblock").count() > 20
        page.locator(".opblock-summary-control").first.click()
        expect(page.locator(".opblock-body").first).to_be_visible()
    assert any("/api/v1/schema/" in url for url in watch.requests)


# Keyboard


def test_the_first_tab_reaches_the_skip_link_and_it_skips(page: Page):
    page.goto("/en/centres/")
    page.keyboard.press("Tab")
    skip = page.locator("a.skip")
    expect(skip).to_be_focused()
    box = skip.bounding_box()
    assert box
    assert box["x"] >= 0
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_a_facet_is_reached_and_applied_by_keyboard(page: Page, size: dict):
    page.set_viewport_size(size)
    page.goto("/en/centres/?as_of=2010-06-07")
    page.locator("main").focus()
    page.keyboard.press("Tab")
    if size == NARROW:
        expect(page.locator(".facets > summary")).to_be_focused()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
    # Words and the country served come first.
    for name in ("q", "serves"):
        expect(page.locator(f".facets [name={name}]")).to_be_focused()
        page.keyboard.press("Tab")
    box = page.locator(".facets input[name=mechanism]").first
    expect(box).to_be_focused()
    assert box.evaluate("e => getComputedStyle(e).outlineStyle") == "solid"
    page.keyboard.press("Space")
    expect(page.locator(COUNT)).to_have_text("14")
    expect(page.locator(".facets input[name=mechanism][value=basel]")).to_be_focused()
    # On from there, not from the start of the page.
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.name") == "mechanism"
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Space")
    expect(page.locator(".chip")).to_have_count(0)


def test_focus_is_visible_wherever_it_goes(page: Page):
    page.goto("/en/compare/?mechanism=basel&mechanism=who&criterion=legal-status")
    seen = []
    for _step in range(40):
        page.keyboard.press("Tab")
        seen.append(
            page.evaluate(
                "(() => { const e = document.activeElement; return e === document.body ? null :"
                " [e.outerHTML.slice(0, 80), getComputedStyle(e).outlineStyle, getComputedStyle(e).outlineWidth]; })()"
            )
        )
    # Inside a date field the focus moves from part to part, and the browser shows it there.
    focused = [one for one in seen if one and 'type="date"' not in one[0]]
    assert len(focused) > 25
    assert [one for one in focused if one[1:] != ["solid", "3px"]] == []
    assert any('class="scroll"' in one[0] for one in focused), "a wide table can be scrolled by keyboard"
