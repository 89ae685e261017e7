"""What django-axes, which counts failures of signing in, is told of the portal (config/settings.py)."""

import ipaddress
from typing import Any

from axes.helpers import get_cool_off
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from rest_framework.throttling import BaseThrottle

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


def locked_out(request: HttpRequest, response: HttpResponse, credentials: Any) -> HttpResponse:
    """Answer somebody who has failed too often: the same for names that exist and names that do not."""
    wait = get_cool_off(request)
    context = {
        **admin.site.each_context(request),
        "title": _("Signing in is closed for a while"),
        "minutes": int(wait.total_seconds() // 60),
    }
    answer = render(request, "accounts/locked_out.html", context, status=429)
    answer.headers["Retry-After"] = str(int(wait.total_seconds()))
    return answer
