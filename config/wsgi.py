"""The WSGI application that granian serves: Django, before it what watches it, and first the cache of whole answers."""

import gc
import os
from typing import Any

from django.conf import settings
from django.core.wsgi import get_wsgi_application

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
    # What is loaded by now stays: to look through it for what can go stopped an answer for a fifth of a second.
    gc.collect()
    gc.freeze()
    # Records that were prefetched point at each other. Found five times as early, what is left of an export or the kit
    # takes 7 MB less, which a process would keep; no page took longer by it.
    gc.set_threshold(700, 10, 1)
    metrics.sources.append(replicas.figures)
    if settings.METRICS_TOKEN:
        metrics.begin()
    if not settings.PAGE_CACHE_BYTES:
        return watched
    cache = PageCache(watched, stored_state)
    metrics.sources.append(cache.figures)
    return cache


application = _application()
