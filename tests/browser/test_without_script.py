"""The main journeys without JavaScript: forms and links alone."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.looking import NARROW, WIDE, watched


@pytest.fixture(params=[WIDE, NARROW], ids=["wide", "narrow"])
def plain(request: pytest.FixtureRequest, browser: Browser, base_url: str) -> Iterator[Page]:
    """A page in a browser without JavaScript."""
    context = browser.new_context(java_script_enabled=False, base_url=base_url, viewport=request.param)
    page = context.new_page()
    with watched(page, base_url):
        yield page
    context.close()


def open_filters(page: Page) -> None:
    """Open the filters where the window is too narrow for them to stand open."""
    if page.locator(".facets > summary").is_visible():
        page.locator(".facets > summary").click()


def test_the_directory_is_filtered_with_the_button(plain: Page):
    plain.goto("/en/centres/?as_of=2010-06-07")
    everything = int(plain.locator(".count strong").inner_text())
    open_filters(plain)
    plain.locator(".facets").get_by_role("checkbox", name="Basel").check()
    # Behind the four questions asked most, the others are folded.
    plain.locator("[data-facet=kind] > summary").click()
    plain.locator(".facets").get_by_role("checkbox", name="Regional centre").first.check()
    assert "mechanism" not in plain.url
    plain.get_by_role("button", name="Apply").click()
    assert "mechanism=basel" in plain.url
    assert "kind=regional-centre" in plain.url
    assert "as_of=2010-06-07" in plain.url
    assert 0 < int(plain.locator(".count strong").inner_text()) < everything
    assert plain.locator(".chip").count() == 2
    # Drop one again, then look for a word.
    plain.locator(".chip", has_text="Basel").get_by_role("link").click()
    assert "mechanism" not in plain.url
    open_filters(plain)
    plain.get_by_role("searchbox").fill("中国")
    plain.get_by_role("searchbox").press("Enter")
    expect(plain.locator(".results > li")).to_have_count(int(plain.locator(".count strong").inner_text()))
    assert "q=" in plain.url
    assert "as_of=2010-06-07" in plain.url


def test_the_date_is_chosen_with_the_form(plain: Page):
    plain.goto("/zh-hans/centres/?mechanism=basel")
    plain.locator("input[type=date]").fill("2010-06-07")
    plain.locator(".asof button").click()
    assert "as_of=2010-06-07" in plain.url
    assert "mechanism=basel" in plain.url
    expect(plain.locator(".count strong")).to_have_text("14")
    expect(plain.locator(".segments [aria-current]")).to_have_text("2010年6月7日")
    # A record is opened on the same date.
    plain.locator(".results h2 a").first.click()
    expect(plain.locator("footer")).to_contain_text("2010年6月7日")


def test_the_language_is_switched_on_the_same_page(plain: Page):
    plain.goto("/en/centres/?mechanism=basel&as_of=2010-06-07")
    plain.get_by_role("link", name="中文").click()
    assert plain.url.endswith("/zh-hans/centres/?mechanism=basel&as_of=2010-06-07")
    expect(plain.locator("html")).to_have_attribute("lang", "zh-Hans")
    expect(plain.locator(".count strong")).to_have_text("14")
    plain.get_by_role("link", name="English").click()
    expect(plain.locator("html")).to_have_attribute("lang", "en")


def test_a_comparison_is_chosen_and_followed_to_its_source(plain: Page):
    plain.goto("/en/")
    plain.locator("main h2").get_by_role("link", name="Compare").click()
    plain.locator("input[name=mechanism][value=basel]").check()
    plain.locator("input[name=mechanism][value=who]").check()
    plain.locator("input[name=criterion][value=term-and-renewal]").check()
    plain.get_by_role("button", name="Compare").click()
    assert plain.url.endswith("/en/compare/?mechanism=basel&mechanism=who&criterion=term-and-renewal")
    expect(plain.locator(".matrix td")).to_have_count(2)
    expect(plain.locator(".matrix th .verdict")).not_to_be_empty()
    # A third one, through the chooser, which has folded.
    plain.locator(".chooser > summary").click()
    plain.locator("input[name=mechanism][value=ncpc]").check()
    plain.get_by_role("button", name="Compare").click()
    expect(plain.locator(".matrix td")).to_have_count(3)
    plain.locator(".chip", has_text="WHO").get_by_role("link").click()
    expect(plain.locator(".matrix td")).to_have_count(2)
    plain.locator(".matrix td .sources summary").first.click()
    plain.locator(".matrix td .sources a:visible").first.click()
    assert "/en/sources/" in plain.url


def test_a_wrong_address_leads_back_without_its_fault(plain: Page):
    response = plain.goto("/en/countries/")
    assert response
    assert response.status == 200
    open_filters(plain)
    plain.get_by_role("link", name="Kenya").click()
    expect(plain.locator("h1")).to_have_text("Kenya")
