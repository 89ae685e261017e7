"""What is always true in tests, whatever the environment says."""

import os

os.environ["PORTAL_LOCAL"] = "1"
os.environ["DEBUG"] = "0"

from config.settings import *  # noqa: F403

# The manifest storage needs collected files; one test builds them and uses it.
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Tests of the second factor switch it on.
PORTAL_SECOND_FACTOR = False
# The tests are one address.
API_REQUESTS_A_MINUTE = SEARCHES_A_MINUTE = EXPORTS_A_MINUTE = QUOTES_A_MINUTE = 0
# A machine that is busy with tests is slow.
DATABASE_STATEMENT_SECONDS = 0
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
# Tests leave the portal's own files alone.
VAR_DIR = BASE_DIR / "var" / "test"  # noqa: F405
