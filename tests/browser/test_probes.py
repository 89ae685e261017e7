"""Programs that stand in stored texts do not run in a real browser, nor does it load what they name."""

from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from tests.pages.test_probes import put_probes, shown
from tests.pages.walk import LANGUAGES

LISTS = [
    "",
    "compare/?mechanism=basel&mechanism=who",
    "centres/",
    "timeline/",
    "coverage/",
    "regions/",
    "search/?q=probe",
]


def test_nothing_runs(page: Page, live_server: LiveServer, content: None):
    records = [path for record in put_probes() for path in shown(record) if "admin/" not in path]
    assert len(records) > 8
    told: list[str] = []
    page.add_init_script("window.ran = 0; window.probe = () => { window.ran += 1; }")
    page.on("dialog", lambda dialog: told.append(dialog.message))
    page.on("console", lambda message: told.append(message.text))
    page.on("pageerror", lambda error: told.append(str(error)))
    page.on(
        "request", lambda request: told.append(request.url) if "probe" in request.url.rpartition("/")[2][:5] else None
    )
    # One language each: the mark-up is the same.
    for number, path in enumerate([*LISTS, *dict.fromkeys(records)]):
        lang = list(LANGUAGES)[number % len(LANGUAGES)]
        page.goto(f"{live_server.url}/{lang}/{path}")
        assert page.evaluate("window.ran") == 0, path
        # What looks like a link is one to the web or to the portal.
        assert page.locator("a[href^='javascript:' i]").count() == 0, path
    assert told == []
