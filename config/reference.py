"""The API's reference as a page: every operation, read without script, and a place to try them out for who has one."""

from itertools import groupby
from typing import Any, NamedTuple

from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularSwaggerSplitView
from rest_framework.request import Request
from rest_framework.response import Response


class Operation(NamedTuple):
    """What can be asked at an address."""

    method: str
    path: str
    tag: str
    description: str
    parameters: list[dict[str, Any]]

    @property
    def is_open(self) -> bool:
        """Say whether the address can be opened as it stands."""
        return self.method == "GET" and "{" not in self.path


class ReferenceView(SpectacularSwaggerSplitView):
    """All operations of the document; the program to try them out, 400 KB, is loaded for who presses its button."""

    template_name = "reference.html"

    @extend_schema(exclude=True)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Return the page, or with ``?script`` the script that begins the program."""
        response: Response = super().get(request, *args, **kwargs)  # type: ignore[no-untyped-call]
        if "script" not in request.GET:
            found = sorted(_operations(request), key=lambda one: one.tag)
            response.data["tags"] = [(tag, list(some)) for tag, some in groupby(found, key=lambda one: one.tag)]
        return response


def _operations(request: Request) -> list[Operation]:
    document = SchemaGenerator().get_schema(request=request, public=True)  # type: ignore[no-untyped-call]
    return [
        Operation(method.upper(), path, one["tags"][0], one.get("description", ""), one.get("parameters", []))
        for path, operations in document["paths"].items()
        for method, one in operations.items()
    ]
