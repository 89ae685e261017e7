"""French, Spanish, Russian and Arabic, switched on: every kind of page opens, and marks the content as English."""

import json
import os
import subprocess
import sys

import pytest
from django.conf import settings

from tests.copies import Copy

pytestmark = pytest.mark.one_database

LANGUAGES = ["fr", "es", "ru", "ar"]
REFUSED = {"nothing/": 404, "centres/?kind=nonsense": 400}


def test_every_page_opens_in_each_language_and_marks_what_is_not_translated(copy: Copy):
    environment = {
        **os.environ,
        "DATABASE_URL": copy.url,
        "DJANGO_SETTINGS_MODULE": "config.settings_test",
        "PORTAL_LANGUAGES": ",".join(LANGUAGES),
    }
    command = [sys.executable, "-m", "tests.pages.more_languages"]
    done = subprocess.run(command, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    answers = json.loads(done.stdout)
    # What is taken away is in a language of the content, and so is the API.
    assert answers["frozen"].startswith("/en/q/")
    assert set(answers["files"].values()) == {200}, answers["files"]
    assert answers["header"] == "Criterion"
    assert answers["api"] == 400
    assert answers["bilingual"] == ["fr", "zh-Hans"]
    found = answers["pages"]
    assert list(found) == LANGUAGES
    for language, pages in found.items():
        assert len(pages) > 30
        for address, page in pages.items():
            said = f"/{language}/{address}: {page}"
            assert page["status"] == REFUSED.get(address, 200), said
            assert page["html"] == [language, "rtl" if language == "ar" else ""], said
            assert page["length"] == 0, said
            assert page["faults"] == page["places"] == page["drawn"] == page["elsewhere"] == [], said
            assert page["switch"] == [f"/{one}/{address}" for one in ["en", "zh-hans", *LANGUAGES]], said
            assert page["notices"] == 1, said
            # In the others the interface is not translated: it has English words that content has too.
            assert language != "fr" or page["unmarked"] == [], said


def test_the_content_has_its_own_languages():
    assert settings.MODELTRANSLATION_LANGUAGES == ["en", "zh-hans"] == [code for code, _name in settings.LANGUAGES]
