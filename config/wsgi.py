"""The WSGI application that granian serves: Django, before it what watches it, and first the cache of whole answers."""

import gc
import os
from typing import Any

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")


def _application() -> Any:
    django = get_wsgi_application()
    # They need Django to be ready.
    from publishing import deadlines
    from publishing.metrics import metrics
    from publishing.page_cache import PageCache, stored_state
    from publishing.replicas import replicas
    from publishing.watching import Watched

    deadlines.connect(settings.DATABASE_STATEMENT_SECONDS)
    watched = Watched(django)
    # Loads all views, which the first answer would otherwise do.
    get_resolver().reverse_dict  # noqa: B018
    # What is loaded by now stays: to look through it for what can go stopped an answer for a fifth of a second.
    gc.collect()
    gc.freeze()
    # Records that were prefetched point at each other: what is left of an export must go before it is much, for a
    # process keeps the room. To look every 700 objects, as is usual, costs a first answer of the API a tenth.
    gc.set_threshold(2000, 10, 1)
    metrics.sources.append(replicas.figures)
    if settings.METRICS_TOKEN:
        metrics.begin()
    if not settings.PAGE_CACHE_BYTES:
        return watched
    cache = PageCache(watched, stored_state)
    metrics.sources.append(cache.figures)
    return cache


application = _application()
