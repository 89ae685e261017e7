"""How many requests an address may make, told in headers so that a script can keep to it."""

import hashlib
import math
import time
from typing import Any

from django.conf import settings
from django.core.cache import caches
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

#: Seconds in which requests are counted; then the count begins anew.
WINDOW = 60


class AddressThrottle(BaseThrottle):
    """So many requests a minute from an address, ``settings.API_REQUESTS_A_MINUTE``; 0 is no limit.

    What the reader has already (304) is answered before it comes here, and costs nothing of it. Each process
    counts for itself: the limit is there to keep one script from the others' way, not to sell requests.
    """

    headers: dict[str, str] = {}

    def allow_request(self, request: Request, view: Any) -> bool:
        """Count the request; say whether it is within the limit. ``headers`` tell what is left of it."""
        limit: int = settings.API_REQUESTS_A_MINUTE
        if not limit:
            return True
        window, passed = divmod(time.time(), WINDOW)
        self.remaining_seconds = math.ceil(WINDOW - passed)
        # What stands in a header of a proxy may be anything.
        address = hashlib.sha256(self.get_ident(request).encode()).hexdigest()[:24]
        key = f"{address}-{window:.0f}"
        cache = caches["throttle"]
        cache.add(key, 0, WINDOW)
        count = cache.incr(key)
        # https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/
        self.headers = {
            "RateLimit-Policy": f'"address";q={limit};w={WINDOW}',
            "RateLimit": f'"address";r={max(0, limit - count)};t={self.remaining_seconds}',
        }
        return count <= limit

    def wait(self) -> float:
        """Return the seconds after which a refused request may come again."""
        return self.remaining_seconds
