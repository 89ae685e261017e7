"""The kinds of records that the search finds."""

from django.apps import apps
from django.db.models import Model

#: The kinds of records in the order in which they are shown, each with the name of its list in the API.
LISTS = {
    "regions.country": "countries",
    "centres.centre": "centres",
    "mechanisms.mechanism": "mechanisms",
    "mechanisms.finding": "findings",
    "mechanisms.provision": "provisions",
    "mechanisms.convention": "conventions",
    "mechanisms.fund": "funds",
    "mechanisms.organization": "organizations",
    "centres.hostinstitution": "institutions",
    "regions.region": "regions",
    "mechanisms.indicator": "indicators",
    "sources.source": "sources",
}


def kinds() -> dict[str, type[Model]]:
    """Return the models whose records are found, by what entries and addresses call them."""
    return {kind: apps.get_model(kind) for kind in LISTS}
