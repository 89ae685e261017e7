"""Pages that belong to no one app."""

import hashlib
from typing import Any

from django.utils.html import escape

from centres.models import Centre, HostInstitution
from config.guide import HOST, guide
from config.kit import kit_html
from config.linked_data import linked_dataset
from mechanisms.comparison_views import READY_MADE
from mechanisms.models import Convention, Criterion, Mechanism
from publishing.languages import content_language
from publishing.offline import checksum_in
from publishing.parity import parity
from publishing.views import PortalView
from regions.models import Country
from sources.models import Source


class HomeView(PortalView):
    """What is here, in one screen, with live counts."""

    template_name = "home.html"

    def context(self, **kwargs: Any) -> dict[str, Any]:
        return {
            "mechanisms": Mechanism.objects.as_of(self.date).in_reading_order(),
            "ready_made": READY_MADE,
            "criterion_count": Criterion.objects.count(),
            "centre_count": Centre.objects.as_of(self.date).count(),
            "institution_count": HostInstitution.objects.count(),
            "convention_count": Convention.objects.as_of(self.date).count(),
            "country_count": Country.objects.count(),
            "source_count": Source.objects.count(),
        }


class DataView(PortalView):
    """How to take the data away."""

    template_name = "data.html"

    def context(self, **kwargs: Any) -> dict[str, Any]:
        return {"linked": linked_dataset(self.request), "parity": parity()}


class KitPageView(PortalView):
    """What the offline kit is, which state it shows, and where to take it."""

    template_name = "kit/page.html"

    def context(self, **kwargs: Any) -> dict[str, Any]:
        content, shown = kit_html()
        return {
            "shown": shown,
            "size": len(content),
            "checksum": checksum_in(content),
            "sha256": hashlib.sha256(content).hexdigest(),
        }


class GuideView(PortalView):
    """The guide to the API, whose examples name this portal."""

    template_name = "guide.html"

    def context(self, **kwargs: Any) -> dict[str, Any]:
        found = guide(content_language())
        here = self.request.build_absolute_uri("/").rstrip("/")
        return {"guide": found, "html": found.html.replace(HOST, escape(here))}
