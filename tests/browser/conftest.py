"""Tests that look at the pages in Chromium. Each gets Playwright's `page`: page.goto("/en/").

The server runs in this process on the loaded content and is only read. A test that writes (the admin) asks for
`live_server` and `content` and goes to live_server.url; it is slower, for the content is loaded anew after it.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django.live_server_helper import LiveServer

from tests.tools import missing

HERE = Path(__file__).parent
CHROMIUM = next(filter(None, map(shutil.which, ["chromium", "chromium-browser", "google-chrome"])), None)
NO_BROWSER = "Browser tests did not run: install Chromium (on Debian: apt-get install chromium fonts-noto-cjk)."


# Before pytest's own hook, which applies -m: it must find the marker.
@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test in this folder, so that `-m "not browser"` cannot miss one."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict) -> dict:
    """Use the machine's own Chromium, without its requests to its maker."""
    if not CHROMIUM:
        missing(NO_BROWSER)
    arguments = [
        # Chromium refuses to run as root with its sandbox; it shows our own pages only.
        "--no-sandbox",
        "--disable-gpu",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        # Whatever a page names: only this machine exists.
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
    ]
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": arguments}


@pytest.fixture(scope="session", autouse=True)
def allow_database_beside_playwright() -> Iterator[None]:
    """Playwright keeps an event loop running in this thread, where Django would refuse to use the database."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        yield


@pytest.fixture(scope="session")
def base_url(server: LiveServer) -> str:
    return server.url


@pytest.fixture(autouse=True)
def portal_with_content(served: str) -> None:
    """Every test here looks at the portal with its content."""
