"""How the OpenAPI document describes the portal's endpoints."""

from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import build_object_type
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import Direction, OpenApiParameter, OpenApiResponse

from publishing.filters import AsOfFilter, CodesFilter, OneFilter, PortalFilterSet
from publishing.serializers import LANGUAGES

PROBLEM = build_object_type(
    description="RFC 9457 problem details.",
    properties={
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "object",
            "description": "What is wrong, by parameter.",
            "additionalProperties": {"type": "array", "items": {"type": "string"}},
        },
    },
    required=["type", "title", "status", "detail"],
)


def _filter_parameter(name: str, one: Any) -> OpenApiParameter:
    """Return the parameter of a filter; without its codes, which are content and change with it."""
    description = str(one.extra.get("help_text") or one.label)
    if isinstance(one, CodesFilter):
        return OpenApiParameter(name, many=True, description=f"{description}: a code, repeated for OR.")
    if isinstance(one, OneFilter) and not one.is_content:
        # What lists can be ordered by is code, not content.
        return OpenApiParameter(name, enum=[code for code, _name in one.options()], description=description)
    kind = OpenApiTypes.DATE if isinstance(one, AsOfFilter) else OpenApiTypes.STR
    return OpenApiParameter(name, kind, description=description)


class PortalAutoSchema(AutoSchema):
    """Adds what every endpoint has: language, date, format, and errors as problem details."""

    def get_override_parameters(self) -> list[Any]:
        """Return the endpoint's filters, of which a record has only the date, and what every endpoint takes."""
        view: Any = self.view
        filterset_class = PortalFilterSet if "{" in self.path else view.filterset_class
        parameters = [
            *(_filter_parameter(name, one) for name, one in filterset_class.base_filters.items()),
            OpenApiParameter(
                "lang", enum=LANGUAGES, description="Each translated field as one string in this language."
            ),
            OpenApiParameter("format", enum=[renderer.format for renderer in view.renderer_classes]),
        ]
        if "fields" in getattr(view, "general", ()):
            parameters.append(OpenApiParameter("fields", description="Only these fields, separated by commas."))
        has_own = "ordering" in filterset_class.base_filters
        if self._is_list_view() and getattr(view, "orderings", None) and not has_own:
            names = [sign + name for name in view.orderings for sign in ("", "-")]
            parameters.append(OpenApiParameter("ordering", enum=names, description="The list's own order if left out."))
        return parameters

    def _get_response_bodies(self, direction: Direction = "response") -> Any:
        responses = super()._get_response_bodies(direction)
        problem = self._get_response_for_code(
            OpenApiResponse(PROBLEM, "Wrong parameters"), "400", ["application/problem+json"]
        )
        responses["400"] = problem
        responses["304"] = {"description": "What the reader has, by its ETag in If-None-Match, is still so."}
        is_paged = any(one["name"] == "page" for one in self._get_parameters())
        if "{" in self.path or is_paged:
            responses["404"] = self._get_response_for_code(
                OpenApiResponse(PROBLEM, "Nothing at this address, or no such page"),
                "404",
                ["application/problem+json"],
            )
        return responses

    def get_operation_id(self) -> str:
        """Return the operation's name without the version."""
        return super().get_operation_id().removeprefix("v1_")
