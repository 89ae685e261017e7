"""How many requests an address may make, told in headers so that a script can keep to it."""

import ipaddress
import math
import time
from typing import Any

from django.conf import settings
from django.core.cache import caches
from rest_framework.throttling import BaseThrottle

#: Seconds in which requests are counted; then the count begins anew.
WINDOW = 60
#: Who has one address of IPv6 has all that begin with these bits.
IPV6_BITS = 64


def address(request: Any) -> str | None:
    """Return the address that asks, as the outermost proxy of ours saw it; None where a header has no address."""
    try:
        found = ipaddress.ip_address(BaseThrottle().get_ident(request) or "")
    except ValueError:
        return None
    if found.version == 4:
        return str(found)
    return str(ipaddress.ip_network((found, IPV6_BITS), strict=False).network_address)


class AddressThrottle(BaseThrottle):
    """So many requests a minute from an address to the API, as the setting says; 0 is no limit.

    What the page cache holds and what the reader has already (304) is answered before it comes here, and costs nothing
    of it. Each process counts for itself: the limit is there to keep one script from the others' way, not to sell
    requests.
    """

    #: What is counted, in headers, and the setting that has the limit.
    name, setting = "address", "API_REQUESTS_A_MINUTE"

    def __init__(self) -> None:
        self.headers: dict[str, str] = {}

    def allow_request(self, request: Any, view: Any) -> bool:
        """Count the request; say whether it is within the limit. ``headers`` tell what is left of it."""
        limit: int = getattr(settings, self.setting)
        if not limit:
            return True
        window, passed = divmod(time.time(), WINDOW)
        self.remaining_seconds = math.ceil(WINDOW - passed)
        key = f"{self.name}-{address(request)}-{window:.0f}"
        cache = caches["throttle"]
        cache.add(key, 0, WINDOW)
        try:
            count: int = cache.incr(key)
        except ValueError:
            # So many addresses ask that the counter was thrown out in between.
            count = 1
        # https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/
        self.headers = {
            "RateLimit-Policy": f'"{self.name}";q={limit};w={WINDOW}',
            "RateLimit": f'"{self.name}";r={max(0, limit - count)};t={self.remaining_seconds}',
        }
        return count <= limit

    def wait(self) -> float:
        """Return the seconds after which a refused request may come again."""
        return self.remaining_seconds


class SearchThrottle(AddressThrottle):
    """Searches and suggestions, on pages and in the API."""

    name, setting = "search", "SEARCHES_A_MINUTE"


class ExportThrottle(AddressThrottle):
    """Files, from pages and from the API."""

    name, setting = "export", "EXPORTS_A_MINUTE"


class FreezeThrottle(AddressThrottle):
    """Pages that are frozen to be quoted."""

    name, setting = "freeze", "QUOTES_A_MINUTE"
