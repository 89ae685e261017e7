"""Records of any kind as scripts know them: by table and key."""

from functools import cache
from typing import Any

from django.urls import NoReverseMatch, reverse

from config.content import RECORD_TYPES
from publishing.filters import today
from publishing.index import kind_of


@cache
def tables() -> dict[str, str]:
    """Return, by model, the table in which scripts know it: "centres.hostinstitution" is "institutions"."""
    from config.api import router

    names = {kind_of(part.model): part.name.replace("_", "-") for one in RECORD_TYPES for part in one.flattened()}
    # The address table has them as views of any kind.
    viewsets: list[tuple[str, Any]] = [(prefix, viewset) for prefix, viewset, _name in router.registry]
    served = {kind_of(viewset().records(today()).model): prefix for prefix, viewset in viewsets}
    return {**names, **served}


def api_address(table: str, key: str) -> str | None:
    """Return the address of a record in the API; None where the API has no such table."""
    try:
        return reverse(f"api:{table}-detail", args=[key])
    except NoReverseMatch:
        return None
