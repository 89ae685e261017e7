"""The WSGI application that granian serves: Django, and before it the cache of whole answers."""

import os
from typing import Any

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")


def _application() -> Any:
    django = get_wsgi_application()
    # They need Django to be ready.
    from publishing import deadlines
    from publishing.page_cache import PageCache, stored_state

    deadlines.connect(settings.DATABASE_STATEMENT_SECONDS)

    return PageCache(django, stored_state) if settings.PAGE_CACHE_BYTES else django


application = _application()
