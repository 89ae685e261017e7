"""What every page's frame shows."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from publishing.conditional import STATE, state

#: The main sections: name of the address, label.
SECTIONS = [
    ("compare", _("Compare")),
    ("options", pgettext_lazy("section", "Options")),
    ("mechanism-list", _("Mechanisms")),
    ("centre-list", _("Centres")),
    ("country-list", _("Countries")),
    ("source-list", _("Sources")),
    ("data", _("Data")),
]


def site(request: HttpRequest) -> dict[str, Any]:
    """Return the navigation, with the section in which the page stands, and the dataset's revision."""
    if request.path.startswith("/api/"):
        return {}
    sections = [
        (url, label, request.path.startswith(url))
        for url, label in ((reverse(name), label) for name, label in SECTIONS)
    ]
    # The state that the page is read in, which its tag names; the admin's pages have none.
    return {"sections": sections, "dataset": request.META.get(STATE) or state}
