"""Where to report a weakness: /.well-known/security.txt (RFC 9116), and the policy that it names."""

import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import Tags, Warning, register
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from publishing.filters import today

#: Counted anew every day, so that the file never has less, and never a year, which is the most (2.5.5).
LASTS = datetime.timedelta(days=180)
TEXT = "text/plain; charset=utf-8"


@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:
    """Say whom to tell of a weakness; raise Http404 where the installation has not said it."""
    if not settings.SECURITY_CONTACT:
        raise Http404
    fields = {
        "Contact": settings.SECURITY_CONTACT,
        "Expires": f"{today() + LASTS}T00:00:00Z",
        "Preferred-Languages": "en, zh",
        "Canonical": request.build_absolute_uri(reverse("security-txt")),
        "Policy": request.build_absolute_uri(reverse("security-policy")),
    }
    return HttpResponse("".join(f"{name}: {value}\n" for name, value in fields.items()), content_type=TEXT)


@require_safe
def security_policy(request: HttpRequest) -> HttpResponse:
    """Show SECURITY.md as it is."""
    return HttpResponse((Path(settings.BASE_DIR) / "SECURITY.md").read_bytes(), content_type=TEXT)


@register(Tags.security, deploy=True)
def contact_is_set(**kwargs: Any) -> list[Warning]:
    """Warn of a server that does not say where to report a weakness."""
    if settings.SECURITY_CONTACT:
        return []
    hint = "Set SECURITY_CONTACT=mailto:security@your.domain, or the https: address of a form."
    return [Warning("SECURITY_CONTACT is not set: there is no security.txt.", hint=hint, id="config.W001")]
