"""How the OpenAPI document describes the portal's endpoints."""

from inspect import getdoc
from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent, build_object_type
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import Direction, OpenApiExample, OpenApiParameter
from rest_framework.permissions import SAFE_METHODS

from publishing.content.schema import record_schema
from publishing.exports import MEDIA_TYPES
from publishing.filters import AsOfFilter, CodesFilter, OneFilter, PortalFilterSet, VocabularyFilter
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
            "description": "What is wrong, by parameter or field.",
            "additionalProperties": {"type": "array", "items": {"type": "string"}},
        },
        "last_page": {"type": "integer", "description": "Where a page after the last was asked for."},
    },
    required=["type", "title", "status", "detail"],
)
#: What is not JSON records, by media type: lines of text, bytes, features.
FILES: dict[str, dict[str, Any]] = {
    "text/csv": {"type": "string", "description": "UTF-8 without byte order mark; a header line."},
    MEDIA_TYPES["ndjson"]: {"type": "string", "description": "A record a line, as JSON."},
    MEDIA_TYPES["tbx"]: {"type": "string", "description": "TBX-Basic (ISO 30042), style dca: a concept a record."},
    MEDIA_TYPES["geojson"]: {
        "type": "object",
        "description": "A feature collection (RFC 7946) whose properties are the records.",
        "properties": {
            "type": {"const": "FeatureCollection"},
            "features": {"type": "array", "items": {"type": "object"}},
        },
        "required": ["type", "features"],
    },
    "application/atom+xml": {"type": "string", "description": "A feed (RFC 4287) of what is new about the records."},
    **{MEDIA_TYPES[name]: {"type": "string", "format": "binary"} for name in ("xlsx", "docx")},
}
#: What may go wrong with a request to read, and how.
PROBLEMS = {
    "400": "Parameters are wrong: which, and what is allowed",
    "404": "Nothing at this address, or no such page",
    "406": "The Accept header excludes what the address gives",
    "429": "Too many requests of this address: come again after the seconds in Retry-After",
}
#: What may go wrong with a request to write, beside.
WRITE_PROBLEMS = {
    "400": "Fields or parameters are wrong: which, and what is allowed",
    "401": "There is no token, or it is unknown, was revoked or has expired",
    "403": "The token's scope or its user's rights do not hold this",
    "406": PROBLEMS["406"],
    "409": "The record exists already, or others rest on it",
    "415": "The body is not JSON",
    "429": PROBLEMS["429"],
}
#: The answer to who writes under the two-person rule and is no publisher.
PROPOSED = {
    "description": "Nothing is written yet: it is proposed, and a publisher decides",
    "content": {
        "application/json": {
            "schema": {
                "type": "object",
                "properties": {"proposal": {"type": "integer"}, "status": {"const": "open"}},
                "required": ["proposal", "status"],
            }
        }
    },
}
CHANGE_PROBLEMS = {
    "404": "Nothing at this address",
    "412": "The record has changed since it was read",
    "428": "If-Match is missing",
}
JSON = "application/json"
LANG = OpenApiParameter("lang", enum=LANGUAGES, description="Each translated field as one string in this language.")
REASON = OpenApiParameter("reason", required=True, description="Why: it stands in the history.")
IF_MATCH = OpenApiParameter(
    "If-Match", location=OpenApiParameter.HEADER, required=True, description="The ETag with which the record was read."
)
#: Values by which a reader sees what a parameter takes. They are content, and a test keeps them true.
EXAMPLES = {
    "as_of": "2010-06-07",
    "bbox": "20,-5,52,15",
    "changed_since": "2010-06-07",
    "convention": "basel-convention",
    "country": "CN",
    "criterion": "budget",
    "function": "training",
    "institution_type": "university",
    "kind": "regional-centre",
    "mechanism": "basel",
    "option": "core-functions-training",
    "q": "汞",
    "region": "un-africa",
    "scheme": "un-regional-groups",
    "serves": "KE",
    "serves_region": "un-africa",
    "since": "2010-06-07",
    "source": "inc1-note",
    "weight": "speed~nice",
}


def problem_responses(schema: AutoSchema, problems: dict[str, str]) -> dict[str, Any]:
    """Return the responses of an operation that are problem documents, by status."""
    content = {"application/problem+json": {"schema": _component(schema, "Problem", PROBLEM)}}
    return {status: {"description": said, "content": content} for status, said in problems.items()}


def _component(schema: AutoSchema, name: str, described: dict[str, Any]) -> Any:
    """Return the reference to a schema, which stands in the document once."""
    make: Any = ResolvedComponent
    component = make(name, ResolvedComponent.SCHEMA, described, name)
    schema.registry.register_on_missing(component)
    return component.ref


def _filter_parameters(filterset_class: type[PortalFilterSet]) -> list[OpenApiParameter]:
    return [_filter_parameter(name, one) for name, one in filterset_class.base_filters.items()]


def _filter_parameter(name: str, one: Any) -> OpenApiParameter:
    """Return the parameter of a filter; without codes that are content and change with it."""
    description = ". ".join(str(text).rstrip(".") for text in (one.label, one.extra.get("help_text")) if text)
    value = EXAMPLES.get(name)
    examples = [OpenApiExample(f"{name}={value}", [value] if isinstance(one, CodesFilter) else value)] if value else []
    if isinstance(one, CodesFilter):
        said = f"{description}. A code, {one.repeated}."
        values = one.vocabulary.values if isinstance(one, VocabularyFilter) else None
        return OpenApiParameter(name, many=True, enum=values, description=said, examples=[] if values else examples)
    if isinstance(one, OneFilter) and not one.is_content:
        # What lists can be ordered by is code, not content.
        return OpenApiParameter(name, enum=[code for code, _name in one.options()], description=description)
    kind = OpenApiTypes.DATE if isinstance(one, AsOfFilter) else OpenApiTypes.STR
    return OpenApiParameter(name, kind, description=description, examples=examples)


def _names_parameter(name: str, names: Any, description: str) -> OpenApiParameter:
    """Return a parameter that takes names separated by commas."""
    return OpenApiParameter(
        name,
        many=True,
        enum=list(names),
        style="form",
        explode=False,
        description=f"{description}, separated by commas.",
    )


class PortalAutoSchema(AutoSchema):
    """Adds what every endpoint has: language, date, format, and errors as problem details."""

    def get_description(self) -> str:  # type: ignore[override]
        """Return what the endpoint is about, by the docstring of its view, or what is done, by the method's."""
        view: Any = self.view
        return getdoc(type(view) if self.method in SAFE_METHODS else getattr(view, view.action)) or ""

    def get_auth(self) -> list[Any]:
        """Return what it takes to be let in: to read nothing, to write a token."""
        return [{}] if self.method in SAFE_METHODS else [{"token": []}]

    def get_override_parameters(self) -> list[Any]:
        """Return the endpoint's filters, of which a record has only the date, and what every endpoint takes."""
        view: Any = self.view
        if self.method not in SAFE_METHODS:
            return [*_filter_parameters(PortalFilterSet), LANG, REASON, *([IF_MATCH] if "{" in self.path else [])]
        filterset_class = PortalFilterSet if self._is_record else view.filterset_class
        parameters = [
            *_filter_parameters(filterset_class),
            *([LANG] if "lang" in view.general else []),
            OpenApiParameter(
                "format", enum=[renderer.format for renderer in view.renderer_classes], description="JSON if left out."
            ),
        ]
        if "fields" in view.general:
            serializer = self._get_serializer()
            fields = getattr(serializer, "child", serializer).fields
            parameters.append(_names_parameter("fields", fields, "Only these fields"))
            if view.expansions:
                parameters.append(_names_parameter("expand", view.expansions, "With these fields, else left out"))
        has_own = "ordering" in filterset_class.base_filters
        if self._is_list_view() and getattr(view, "orderings", None) and not has_own:
            names = [sign + name for name in view.orderings for sign in ("", "-")]
            parameters.append(OpenApiParameter("ordering", enum=names, description="The list's own order if left out."))
        return parameters

    @property
    def _is_record(self) -> bool:
        """Tell whether the endpoint gives a record of a list."""
        return getattr(self.view, "action", "") == "retrieve"

    def _get_response_bodies(self, direction: Direction = "response") -> Any:
        responses = super()._get_response_bodies(direction)
        if self.method not in SAFE_METHODS:
            for response in responses.values():
                response["content"] = {kind: one for kind, one in response.get("content", {}).items() if kind == JSON}
            responses["202"] = PROPOSED
            return responses | problem_responses(self, WRITE_PROBLEMS | (CHANGE_PROBLEMS if "{" in self.path else {}))
        content = responses["200"]["content"]
        for media_type in content.keys() & FILES.keys():
            content[media_type] = {"schema": FILES[media_type]}
        responses["304"] = {"description": "What the reader has, by its ETag in If-None-Match, is still so."}
        if self._is_record:
            responses["301"] = {"description": "The record was renamed: Location is its address now."}
        is_paged = any(one["name"] == "page" for one in self._get_parameters())
        not_there = {} if "{" in self.path or is_paged else {"404"}
        problems = {status: said for status, said in PROBLEMS.items() if status not in not_there}
        return responses | problem_responses(self, problems)

    def _get_request_body(self, direction: Direction = "request") -> Any:
        if self.method not in {"POST", "PATCH"}:
            return None
        view: Any = self.view
        is_change, record_type = self.method == "PATCH", view.record_type
        name = record_type.model.__name__ + ("Change" if is_change else "Record")
        ref = _component(self, name, record_schema(record_type, is_change=is_change))
        return {"required": True, "content": {JSON: {"schema": ref}}}

    def get_operation_id(self) -> str:
        """Return the operation's name without the version."""
        return super().get_operation_id().removeprefix("v1_")
