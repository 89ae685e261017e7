"""Settings. Everything that differs between machines comes from the environment."""

import datetime
import os
from pathlib import Path
from typing import Any

import dj_database_url
from django.conf.global_settings import LANGUAGES as ALL_LANGUAGES
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _
from whitenoise.compress import Compressor

from config.env import env_address, env_bool, env_choices, env_int, env_list, env_secret, refuse_unsafe

BASE_DIR = Path(__file__).resolve().parent.parent
#: What the portal writes: the database file, collected static files.
VAR_DIR = BASE_DIR / "var"

# https://docs.djangoproject.com/en/5.2/howto/deployment/checklist/
# Production is the default: leaving it takes a word. `make run` says PORTAL_LOCAL=1.
LOCAL = env_bool("PORTAL_LOCAL", default=False)
DEBUG = env_bool("DEBUG", default=False)
SECRET_KEY = env_secret("SECRET_KEY", insecure_default="only-for-this-machine" if LOCAL else None)
ALLOWED_HOSTS = env_list("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"] if LOCAL else [])
if not LOCAL:
    refuse_unsafe(debug=DEBUG, hosts=ALLOWED_HOSTS)
#: Where to report a weakness, for /.well-known/security.txt; empty for no such file.
SECURITY_CONTACT = env_address("SECURITY_CONTACT")

INSTALLED_APPS = [
    # Before the admin, so that its forms show a field a language.
    "modeltranslation",
    "accounts.site.PortalAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "simple_history",
    "knox",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "accounts",
    "editing",
    "quoting",
    "publishing",
    "sources",
    "regions",
    "mechanisms",
    "centres",
    "options",
    "search",
    "config",
]

MIDDLEWARE = [
    "publishing.middleware.SecurityHeadersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "publishing.health.HealthMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "publishing.conditional.ConditionalMiddleware",
    # Before sessions, so that pages do not vary by cookie: the language is in the path.
    "publishing.middleware.PortalLocaleMiddleware",
    "publishing.middleware.AddressMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    # Tells the history who saves in the admin, whichever of its views that is; it looks at the user only then.
    "simple_history.middleware.HistoryRequestMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "config.moved.MovedMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.navigation.site",
            ],
            "builtins": ["publishing.templatetags.portal"],
        },
    },
]

# https://docs.djangoproject.com/en/5.2/ref/databases/
DATABASES = {
    "default": dj_database_url.config(default=f"sqlite:///{VAR_DIR / 'portal.sqlite3'}", conn_max_age=600),
}
REPLICA_URLS = env_list("DATABASE_REPLICA_URLS", [])
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    if REPLICA_URLS:
        raise ImproperlyConfigured("DATABASE_REPLICA_URLS: only a PostgreSQL database (DATABASE_URL) has replicas.")
    # Readers go on while the loader writes; a writer waits for another instead of failing.
    options: dict[str, Any] = {
        "init_command": "PRAGMA journal_mode=WAL;",
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
    }
    DATABASES["default"].setdefault("OPTIONS", {}).update(options)
else:
    # Of the servers that the address names, the one that takes changes (docs/operations.md).
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault("target_session_attrs", "read-write")
    for number, url in enumerate(REPLICA_URLS, 1):
        DATABASES[f"replica-{number}"] = dj_database_url.parse(url, conn_max_age=600)
    for database in DATABASES.values():
        # A server that does not answer is found out in seconds, and one that has come back is used at once.
        database.setdefault("OPTIONS", {}).update({"connect_timeout": 3, "tcp_user_timeout": 5000})
        database["CONN_HEALTH_CHECKS"] = True
#: After which a server cancels a statement; 0 is never. Commands (manage.py) take the time that they need.
DATABASE_STATEMENT_SECONDS = env_int("DATABASE_STATEMENT_SECONDS", 15)
DATABASE_ROUTERS = ["publishing.replicas.ReplicaRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# https://docs.djangoproject.com/en/5.2/topics/logging/
# To the standard error stream, which the service's journal keeps.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": f"publishing.logs.{'Readable' if LOCAL else 'Json'}Formatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "portal": {"level": "INFO"},
        # Django's own handlers mail the errors, which nobody has asked for.
        "django": {"handlers": [], "level": "WARNING"},
        # A refusal has its line from portal.access.
        "django.request": {"level": "ERROR"},
    },
}
#: A query that takes longer is written into the log; 0 writes none.
SLOW_QUERY_SECONDS = env_int("SLOW_QUERY_MILLISECONDS", 500) / 1000
#: Who has it may ask for the figures on /metrics; without one the path is not there.
METRICS_TOKEN = env_secret("METRICS_TOKEN", insecure_default="")

# Counters of requests are all that is cached apart; an address keeps one for a minute.
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    "throttle": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "throttle",
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    },
}
#: Of an address, in the API; 0 is no limit. A conference hall may be one address.
API_REQUESTS_A_MINUTE = env_int("API_REQUESTS_A_MINUTE", 1200)
#: Of an address, on pages and in the API together: searches and suggestions, and files. What is kept is not counted.
SEARCHES_A_MINUTE = env_int("SEARCHES_A_MINUTE", 1200)
EXPORTS_A_MINUTE = env_int("EXPORTS_A_MINUTE", 120)
#: Pages that an address may freeze.
QUOTES_A_MINUTE = env_int("QUOTES_A_MINUTE", 60)
#: Of one quotation; what is longer is refused.
QUOTE_ROWS, QUOTE_BYTES = 1000, 1_000_000
#: Of all quotations together; then no more are taken, and none is thrown out.
QUOTES_BYTES = env_int("QUOTES_MEGABYTES", 1000) * 1_000_000
#: That a list has as a file; 0 is no limit. A sheet of Excel holds 1,048,576.
EXPORT_ROWS = env_int("EXPORT_ROWS", 200_000)

#: Whole answers kept before Django (publishing/page_cache.py), by each process; 0 keeps none.
PAGE_CACHE_BYTES = env_int("PAGE_CACHE_MEGABYTES", 16) * 2**20
#: How long after a change of the content they may show the state before it; less than a second, as is promised.
PAGE_CACHE_SECONDS = env_int("PAGE_CACHE_MILLISECONDS", 500) / 1000

# https://docs.djangoproject.com/en/5.2/topics/email/
# Only for the digests of staff (config/digests.py): without server, sender and the portal's own address none is sent.
EMAIL_HOST = os.environ.get("EMAIL_HOST", "")
EMAIL_PORT = env_int("EMAIL_PORT", 587)
EMAIL_HOST_USER = os.environ.get("EMAIL_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("EMAIL_PASSWORD", "")
EMAIL_USE_TLS = env_bool("EMAIL_TLS", default=True)
EMAIL_TIMEOUT = 30
MAIL_FROM = os.environ.get("MAIL_FROM", "")
#: With its scheme, such as https://portal.example: a mail has no request to tell it.
PORTAL_ADDRESS = os.environ.get("PORTAL_ADDRESS", "")

# https://docs.djangoproject.com/en/5.2/topics/i18n/
LANGUAGE_CODE = "en"
#: What the content is written in: a column for each, in every database, and `?lang=` of the API.
CONTENT_LANGUAGES = [("en", _("English")), ("zh-hans", _("Simplified Chinese"))]
#: What pages can be in beside them, around content in English (docs/operations.md).
MORE_LANGUAGES = env_choices("PORTAL_LANGUAGES", ["fr", "es", "ru", "ar"])
LANGUAGES = [*CONTENT_LANGUAGES, *((code, dict(ALL_LANGUAGES)[code]) for code in MORE_LANGUAGES)]
MODELTRANSLATION_LANGUAGES = [code for code, _name in CONTENT_LANGUAGES]
MODELTRANSLATION_DEFAULT_LANGUAGE = LANGUAGE_CODE
# Both languages are complete; a missing text must show as missing, not as the other language.
MODELTRANSLATION_ENABLE_FALLBACKS = False
LOCALE_PATHS = [BASE_DIR / "config" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# https://whitenoise.readthedocs.io/en/stable/django.html
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
# A source map is for whoever debugs a library, and takes longer to compress than all the rest.
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = [*Compressor.SKIP_COMPRESS_EXTENSIONS, "map"]
# Pages ask for no other name.
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# https://docs.djangoproject.com/en/5.2/topics/auth/passwords/
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    # Reads what was stored before Argon2; it is hashed anew when its owner signs in.
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
_VALIDATION = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {"NAME": f"{_VALIDATION}.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": f"{_VALIDATION}.CommonPasswordValidator"},
    {"NAME": f"{_VALIDATION}.NumericPasswordValidator"},
    {"NAME": f"{_VALIDATION}.UserAttributeSimilarityValidator"},
]

# https://django-axes.readthedocs.io/en/latest/4_configuration.html
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
# 0 is no limit.
AXES_FAILURE_LIMIT = env_int("SIGN_IN_FAILURES", 5)
AXES_LOCK_OUT_AT_FAILURE = AXES_FAILURE_LIMIT > 0
AXES_COOLOFF_TIME = datetime.timedelta(minutes=env_int("SIGN_IN_PAUSE_MINUTES", 30))
# A name from an address: nobody can lock a colleague out from elsewhere, nor a conference hall itself.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_CLIENT_IP_CALLABLE = "publishing.throttling.address"
AXES_LOCKOUT_CALLABLE = "accounts.signing_in.locked_out"
AXES_RESET_ON_SUCCESS = True
# Who goes on trying does not wait longer.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_ENABLE_ACCESS_FAILURE_LOG = True
# Its lines in the log name neither user nor address nor browser; its records in the database do.
AXES_VERBOSE = False
# accounts.admin shows the same records in both languages.
AXES_ENABLE_ADMIN = False

#: Whether publishers and administrators must have a second factor. Who has one is always asked for it.
PORTAL_SECOND_FACTOR = env_bool("PORTAL_SECOND_FACTOR", default=not LOCAL)
OTP_TOTP_ISSUER = "Technical Assistance Mechanisms Portal"

# https://docs.djangoproject.com/en/5.2/ref/settings/#sessions
SESSION_COOKIE_AGE = 60 * 60 * env_int("SESSION_HOURS", 8)
SESSION_EXPIRE_AT_BROWSER_CLOSE = True

# https://www.django-rest-framework.org/api-guide/settings/
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["accounts.authentication.StaffTokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["accounts.authentication.TokenScope"],
    "DEFAULT_RENDERER_CLASSES": ["publishing.renderers.PortalJSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["publishing.renderers.PortalJSONParser"],
    "DEFAULT_PAGINATION_CLASS": "publishing.pagination.PortalPagination",
    "DEFAULT_SCHEMA_CLASS": "publishing.schema.PortalAutoSchema",
    "EXCEPTION_HANDLER": "publishing.problems.problem_response",
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "publishing.renderers.FormatNegotiation",
    "DEFAULT_THROTTLE_CLASSES": ["publishing.throttling.AddressThrottle"],
    # How many proxies of ours stand before the portal: the address is the one that the outermost of them saw.
    "NUM_PROXIES": env_int("PROXIES", 0),
    "URL_FORMAT_OVERRIDE": None,
    "UNAUTHENTICATED_USER": None,
}
# https://jazzband.github.io/django-rest-knox/settings/
# Its own table would stand beside ours: the library's migrations make it, whether or not the model is exchanged.
MIGRATION_MODULES = {"knox": None}
KNOX_TOKEN_MODEL = "accounts.Token"  # noqa: S105
REST_KNOX = {"AUTH_HEADER_PREFIX": "Bearer"}
SPECTACULAR_SETTINGS = {
    "TITLE": "Technical Assistance Mechanisms API",
    "DESCRIPTION": (
        "How environmental agreements and UN organizations deliver technical assistance, with a source behind every "
        "statement. Translated fields are objects keyed by language; `?lang=en` or `?lang=zh-hans` makes them strings."
    ),
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "APPEND_COMPONENTS": {
        "securitySchemes": {
            "token": {"type": "http", "scheme": "bearer", "description": "Made in the admin, for members of staff."}
        }
    },
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    # Any field may be left out by ?fields=.
    "COMPONENT_NO_READ_ONLY_REQUIRED": True,
    # Served by us: no third-party request.
    "SWAGGER_UI_DIST": "SIDECAR",
    "ENUM_NAME_OVERRIDES": {
        "CentreKindEnum": "centres.models.CentreKind",
        "CriterionKindEnum": "mechanisms.models.CriterionKind",
        "DesignationRoleEnum": "centres.models.DesignationRole",
        "FundKindEnum": "mechanisms.models.FundKind",
        "LegalArrangementEnum": "centres.models.LegalArrangement",
        "OrganizationKindEnum": "mechanisms.models.OrganizationKind",
        "OrganizationRoleEnum": "mechanisms.models.RoleKind",
        "PrecisionEnum": "publishing.dates.Precision",
        "QualifierEnum": "mechanisms.models.Qualifier",
        "SourceKindEnum": "sources.models.SourceKind",
    },
}

# https://docs.djangoproject.com/en/5.2/ref/middleware/#module-django.middleware.security
SECURE_HSTS_SECONDS = 0 if LOCAL else 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = not LOCAL
SECURE_HSTS_PRELOAD = not LOCAL
SECURE_SSL_REDIRECT = not LOCAL
# A balancer asks the node itself, without HTTPS.
SECURE_REDIRECT_EXEMPT = ["^(healthz|readyz)$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_SECURE = not LOCAL
CSRF_COOKIE_SECURE = not LOCAL
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
X_FRAME_OPTIONS = "DENY"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
#: What no page needs of a browser, by the names that Chromium knows: it complains of others.
PERMISSIONS_REFUSED = (
    *("accelerometer", "autoplay", "camera", "display-capture", "encrypted-media", "geolocation", "gyroscope"),
    *("hid", "magnetometer", "microphone", "midi", "payment", "picture-in-picture", "publickey-credentials-get"),
    *("screen-wake-lock", "serial", "usb", "xr-spatial-tracking"),
)
# Name and shape of Django 6's setting; until then publishing.middleware sends it.
SECURE_CSP = {
    "default-src": ["'none'"],
    "script-src": ["'self'"],
    "style-src": ["'self'"],
    "img-src": ["'self'"],
    "font-src": ["'self'"],
    "connect-src": ["'self'"],
    "form-action": ["'self'"],
    "base-uri": ["'none'"],
    "frame-ancestors": ["'none'"],
}

# https://docs.djangoproject.com/en/5.2/ref/settings/#data-upload-max-number-fields
# The form of a mechanism with fifty findings sends some two thousand.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000

#: Whether what an editor changes waits until a publisher has approved it.
TWO_PERSON_RULE = env_bool("PORTAL_TWO_PERSON_RULE", default=False)
#: The right to approve it.
PUBLISH_RIGHT = "accounts.publish"
#: The right to import records from a spreadsheet.
IMPORT_RIGHT = "accounts.import_content"

#: How the changes of a list are told to feed readers.
LIST_FEED = "config.feed.list_feed"

#: Where the content is read from.
FIXTURES_DIR = BASE_DIR / "fixtures"
