"""Each kind of page in a real browser: quiet console, nothing sticks out of a phone, no barrier that axe knows."""

import pytest
from playwright.sync_api import Page

from tests.browser.looking import KINDS, LANGUAGES, NARROW, STATUS, WIDE, WITHOUT_AXE, overflow, violations, watched


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_a_page_is_quiet_fits_a_phone_and_has_no_barrier(page: Page, base_url: str, kind: str, lang: str):
    """One visit; wide and narrow, light and dark: each language looks at the two pairs that the other does not."""
    light_when = WIDE if lang == "en" else NARROW
    status = STATUS.get(kind, 200)
    with watched(page, base_url, refused=status != 200) as watch:
        page.set_viewport_size(WIDE)
        response = page.goto(f"/{lang}/{KINDS[kind]}")
        assert response
        assert response.status == status
        assert page.evaluate("document.documentElement.lang") == LANGUAGES[lang]
        for size in (WIDE, NARROW):
            page.set_viewport_size(size)
            assert overflow(page) is None, size
            if kind not in WITHOUT_AXE:
                page.emulate_media(color_scheme="light" if size == light_when else "dark")
                assert violations(page) == [], size
    assert len(watch.requests) >= 3, "the page, its style and its script"


def test_a_page_that_sticks_out_or_has_a_barrier_would_be_found(page: Page):
    page.goto("/en/data/")
    page.set_viewport_size(NARROW)
    assert overflow(page) is None
    page.evaluate("document.querySelector('h1').textContent = 'x'.repeat(9) + '\\u00a0' + 'y'.repeat(9)")
    page.evaluate("document.querySelector('main').append(document.createElement('input'))")
    page.evaluate("document.querySelector('main > p').style.minWidth = '500px'")
    found = overflow(page)
    assert found
    assert found[0] > 500
    assert any("lead" in one for one in found[1:])
    assert any(one.startswith("label:") for one in violations(page))


def test_what_the_policy_forbids_would_be_found(page: Page, base_url: str):
    page.goto("/en/data/")
    with pytest.raises(AssertionError), watched(page, base_url) as watch:
        page.evaluate("document.querySelector('h1').setAttribute('style', 'color: red')")
    assert "style-src" in watch.console[0]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_on_a_phone_the_comparison_is_a_stack_whose_cells_are_labelled(page: Page, lang: str):
    page.goto(f"/{lang}/{KINDS['comparison']}")
    names = page.locator(".matrix thead a").all_text_contents()
    assert len(names) == 3
    display = "e => getComputedStyle(e).display"
    cells = page.locator(".matrix td")
    assert cells.first.evaluate(display) == "table-cell"
    page.set_viewport_size(NARROW)
    assert {cells.nth(n).evaluate(display) for n in range(3)} == {"block"}
    label = "e => getComputedStyle(e, '::before').content"
    assert [cells.nth(n).evaluate(label) for n in range(3)] == [f'"{name}"' for name in names]
    assert not page.locator(".matrix thead").is_visible()
    tops = [box["y"] for n in range(3) if (box := cells.nth(n).bounding_box())]
    assert tops == sorted(set(tops)), "one under the other"


@pytest.mark.parametrize("color_scheme", ["light", "dark"])
def test_the_colours_follow_the_readers_scheme(page: Page, color_scheme: str):
    page.emulate_media(color_scheme=color_scheme)  # type: ignore[arg-type]
    page.goto("/en/")
    red, green, blue = page.evaluate(
        "getComputedStyle(document.documentElement).backgroundColor.match(/[0-9]+/g).map(Number)"
    )[:3]
    assert (red + green + blue > 600) == (color_scheme == "light")


def test_targets_are_large_enough_on_a_phone(page: Page):
    """24 by 24 pixels, links inside a sentence or list apart (WCAG 2.2, 2.5.8)."""
    page.set_viewport_size(NARROW)
    page.goto("/en/centres/?mechanism=basel&kind=regional-centre")
    page.locator(".facets > summary").click()
    targets = page.locator("button, summary, .chip a, .masthead a, .facets label, .pages a, .segments a, select")
    small = [
        one.evaluate("e => e.outerHTML.slice(0, 120)")
        for one in targets.all()
        if one.is_visible() and (box := one.bounding_box()) and min(box["width"], box["height"]) < 23.5
    ]
    assert targets.count() > 30
    assert small == []
