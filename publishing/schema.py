"""How the OpenAPI document describes the portal's endpoints."""

from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import build_array_type, build_basic_type, build_object_type
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse

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
            "additionalProperties": build_array_type(build_basic_type(OpenApiTypes.STR)),
        },
    },
    required=["type", "title", "status", "detail"],
)


class PortalAutoSchema(AutoSchema):
    """Adds what every endpoint has: language, date, format, and errors as problem details."""

    def get_override_parameters(self) -> list[Any]:
        view = self.view
        parameters = [
            OpenApiParameter(
                "lang", enum=LANGUAGES, description="Each translated field as one string in this language."
            ),
            OpenApiParameter("format", enum=[renderer.format for renderer in view.renderer_classes]),
        ]
        if "fields" in getattr(view, "general", ()):
            parameters.append(OpenApiParameter("fields", description="Only these fields, separated by commas."))
        if not self._is_list_view() or not hasattr(view, "orderings"):
            parameters.append(
                OpenApiParameter(
                    "as_of", OpenApiTypes.DATE, description="Show the world as known on this date; today if left out."
                )
            )
        elif view.orderings:
            names = [sign + name for name in view.orderings for sign in ("", "-")]
            parameters.append(OpenApiParameter("ordering", enum=names, description="The list's own order if left out."))
        return parameters

    def _get_response_bodies(self, direction: str = "response") -> Any:
        responses = super()._get_response_bodies(direction)
        problem = self._get_response_for_code(
            OpenApiResponse(PROBLEM, "Wrong parameters"), "400", ["application/problem+json"]
        )
        responses["400"] = problem
        if "{" in self.path:
            responses["404"] = self._get_response_for_code(
                OpenApiResponse(PROBLEM, "Nothing at this address"), "404", ["application/problem+json"]
            )
        return responses

    def get_operation_id(self) -> str:
        return super().get_operation_id().removeprefix("v1_")
