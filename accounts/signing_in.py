"""What django-axes, which counts failures of signing in, is told of the portal (config/settings.py)."""

from typing import Any

from axes.helpers import get_cool_off
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _


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
