"""Editors at work in Chromium: a centre is added, approved and seen by everybody; and two are at one record."""

import json
from collections.abc import Callable, Iterator
from typing import Any
from urllib.request import urlopen

import pytest
from django.contrib.auth.models import Group, User
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from centres.models import Centre
from mechanisms.models import Mechanism
from publishing.models import Dataset
from tests.browser.looking import NARROW, overflow, violations, watched

PASSWORD = "a quiet sentence about rivers"
CODE = "rift-valley-centre"
WIDE = {"width": 1280, "height": 900}
WORDS = {
    "en": {"approve": "Approve", "waits": "waits for a publisher", "told": "Somebody has changed this record"},
    "zh-hans": {"approve": "批准", "waits": "待发布者批准", "told": "他人已作更改"},
}
#: Look-ups are Django's; of their markup axe says that a list holds more than its items.
SELECT2 = ".select2-container"
SignIn = Callable[[str, str], Page]


def member(name: str, role: str) -> User:
    user = User.objects.create_user(name, password=PASSWORD, is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    return user


@pytest.fixture
def signed_in(browser: Browser, live_server: LiveServer) -> Iterator[SignIn]:
    """Return a page of a browser of their own, signed in, for a name and a language."""
    contexts = []

    def sign_in(name: str, lang: str) -> Page:
        context = browser.new_context(viewport=WIDE)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.goto(f"{live_server.url}/{lang}/admin/")
        page.fill("#id_username", name)
        page.fill("#id_password", PASSWORD)
        page.keyboard.press("Enter")
        expect(page.locator("#user-tools")).to_be_visible()
        return page

    yield sign_in
    for context in contexts:
        context.close()


def choose(page: Page, place: str, text: str) -> None:
    """Look a record up in the field at ``place`` and take the first that is found."""
    page.locator(f"{place} .select2-selection").click()
    # Opened, it asks for everything; what it shows then is not yet what was looked for.
    with page.expect_response(lambda answer: f"term={text}" in answer.url):
        page.locator(".select2-search__field:focus").fill(text)
    page.locator(".select2-results__option[aria-selected]:not(.loading-results)").first.click()


def add_row(page: Page, prefix: str) -> str:
    page.locator(f"#{prefix}-group .add-row a").click()
    return f"#{prefix}-0"


def fill_in(page: Page) -> None:
    """Fill in the form of a new centre with a designation, a hosting and a row for two countries."""
    for name, text in {
        "code": CODE,
        "name_en": "Rift Valley Centre",
        "name_zh_hans": "裂谷中心",
        "city_en": "Nakuru",
        "city_zh_hans": "纳库鲁",
        "reason": "BC-18/1",
    }.items():
        page.fill(f"#id_{name}", text)
    page.select_option("#id_kind", "regional-centre")
    choose(page, ".field-country", "Kenya")
    choose(page, ".field-functions", "training")
    # A place in a source that nobody has cited yet.
    with page.expect_popup() as opened:
        page.locator("#add_id_citations").click()
    popup = opened.value
    choose(popup, ".field-source", "inc1-note")
    popup.fill("#id_locator", "page-19")
    with popup.expect_event("close"):
        popup.locator("input[name=_save]").click()
    expect(page.locator(".field-citations .select2-selection__choice")).to_have_count(1)
    row = add_row(page, "designations")
    choose(page, f"{row} .field-mechanism", "basel")
    page.select_option("#id_designations-0-role", "regional-centre")
    page.fill("#id_designations-0-since", "2026-05-01")
    choose(page, f"{row} .field-citations", "inc1-note")
    row = add_row(page, "hostings")
    choose(page, f"{row} .field-institution", "africa-institute")
    choose(page, f"{row} .field-citations", "inc1-note")
    row = add_row(page, "services")
    for country in ("Kenya", "Uganda"):
        choose(page, f"{row} .field-country", country)
    choose(page, f"{row} .field-mechanism", "basel")
    choose(page, f"{row} .field-citations", "inc1-note")


@pytest.mark.parametrize("lang", WORDS)
def test_a_centre_is_added_approved_and_seen_by_everybody(
    signed_in: SignIn, page: Page, live_server: LiveServer, content: None, settings: Any, lang: str
):
    settings.TWO_PERSON_RULE = True
    member("editor", "editor")
    member("publisher", "publisher")
    before = Dataset.current().revision
    url = live_server.url
    desk = signed_in("editor", lang)
    with watched(desk, url):
        desk.goto(f"{url}/{lang}/admin/centres/centre/add/")
        fill_in(desk)
        # One language's texts alone, then all again.
        desk.locator('[data-shows="en"]').click()
        expect(desk.locator("#id_name_zh_hans")).to_be_hidden()
        desk.locator('[data-shows=""]').click()
        expect(desk.locator("#id_name_zh_hans")).to_be_visible()
        desk.locator("input[name=_save]").last.click()
        expect(desk.locator(".messagelist")).to_contain_text(WORDS[lang]["waits"])
    proposal = desk.url
    desk.set_viewport_size(NARROW)
    assert overflow(desk) is None
    # axe fetches the style sheets anew, and Django's own imports from the wrong place, which the console would tell.
    assert violations(desk) == []
    desk.goto(f"{url}/{lang}/admin/centres/centre/add/")
    assert overflow(desk) is None
    assert violations(desk, without=SELECT2) == []
    page.goto(f"{url}/{lang}/centres/?q={CODE}")
    assert "Rift Valley" not in page.content()
    chief = signed_in("publisher", lang)
    with watched(chief, url):
        chief.goto(proposal)
        for text in ("Rift Valley Centre", "裂谷中心", "KE", "UG"):
            expect(chief.locator("#content-main")).to_contain_text(text)
        chief.get_by_role("button", name=WORDS[lang]["approve"], exact=True).click()
        expect(chief.locator(".messagelist")).to_be_visible()
    # The next request of anybody sees it: the page, the search, the directory and the coverage, the API, the changes.
    name = {"en": "Rift Valley Centre", "zh-hans": "裂谷中心"}[lang]
    for path in (f"centres/{CODE}/", f"search/?q={name}", "centres/?serves=UG&mechanism=basel", "countries/ug/"):
        page.goto(f"{url}/{lang}/{path}")
        expect(page.locator("main")).to_contain_text(name)
    region = Centre.objects.get(code=CODE).country.memberships.get(region__scheme__code="un").region  # type: ignore[union-attr]
    page.goto(f"{url}/{lang}/coverage/?scheme=un&by=mechanism")
    cell = page.locator(f'a[href*="region={region.code}"][href*="mechanism=basel"]').first
    count = int(cell.inner_text())
    cell.click()
    expect(page.locator("main")).to_contain_text(name)
    assert Centre.objects.filter(designations__mechanism__code="basel").count() >= count > 0
    with urlopen(f"{url}/api/v1/centres/{CODE}/") as answer:
        assert json.load(answer)["name"] == {"en": "Rift Valley Centre", "zh-hans": "裂谷中心"}
    with urlopen(f"{url}/api/v1/changes/?since={before}") as answer:
        changed = {one["key"] for one in json.load(answer)["results"]}
    assert {CODE, f"{CODE}~basel~regional-centre~2026-05-01", f"{CODE}~UG~basel~"} <= changed


def test_of_two_browsers_at_one_record_the_second_sees_both_and_loses_nothing(
    signed_in: SignIn, live_server: LiveServer, content: None
):
    member("first", "editor")
    member("second", "editor")
    mechanism = Mechanism.objects.get(code="rotterdam")
    address = f"/admin/mechanisms/mechanism/{mechanism.pk}/change/"
    first, second = signed_in("first", "en"), signed_in("second", "zh-hans")
    first.goto(f"{live_server.url}/en{address}")
    second.goto(f"{live_server.url}/zh-hans{address}")
    first.fill("#id_short_name_en", "Rotterdam (first)")
    first.fill("#id_website", "https://example.org/first")
    first.fill("#id_reason", "first")
    first.locator("input[name=_save]").last.click()
    expect(first.locator(".messagelist .success")).to_be_visible()
    second.fill("#id_short_name_en", "Rotterdam (second)")
    second.fill("#id_short_name_zh_hans", "鹿特丹（第二）")
    second.fill("#id_reason", "second")
    second.locator("input[name=_save]").last.click()
    expect(second.locator(".errornote").first).to_be_visible()
    expect(second.locator("#content")).to_contain_text(WORDS["zh-hans"]["told"])
    for text in ("Rotterdam (first)", "Rotterdam (second)", "https://example.org/first"):
        expect(second.locator(".conflict")).to_contain_text(text)
    # What nobody else has touched is kept, and what only the other has changed is taken over.
    expect(second.locator("#id_short_name_zh_hans")).to_have_value("鹿特丹（第二）")
    expect(second.locator("#id_website")).to_have_value("https://example.org/first")
    second.set_viewport_size(NARROW)
    assert overflow(second) is None
    second.locator("input[name=_save]").last.click()
    expect(second.locator(".messagelist .success")).to_be_visible()
    mechanism.refresh_from_db()
    assert mechanism.website == "https://example.org/first"
    texts = (mechanism.short_name_en, mechanism.short_name_zh_hans)  # type: ignore[attr-defined]
    assert texts == ("Rotterdam (second)", "鹿特丹（第二）")
