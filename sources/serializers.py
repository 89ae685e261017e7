"""How the API writes sources and citations."""

from functools import lru_cache
from typing import Any, ClassVar

from django.utils import translation
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from publishing.serializers import (
    LANGUAGES,
    TEXT_SCHEMA,
    KeyedSerializer,
    LabelField,
    PortalSerializer,
    by_language,
    translated,
)
from sources.locators import display_locator
from sources.models import Citation, Reliability, Source, SourceKind


@lru_cache(maxsize=4096)
def places(locator: str) -> dict[str, str]:
    """Return a locator in words in all languages; kept, because to change the language costs more than the words."""
    texts = {}
    for code in LANGUAGES:
        with translation.override(code):
            texts[code] = display_locator(locator)
    return texts


CITATION_SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "reference": {"type": "string", "examples": ["inc1-note#para-14"]},
        "source": {"type": "string"},
        "symbol": {"type": "string"},
        "title": TEXT_SCHEMA,
        "locator": {"type": "string"},
        "place": TEXT_SCHEMA,
        "url": {"type": "string"},
    },
    "required": ["reference", "source", "symbol", "title", "locator", "place", "url"],
}


@extend_schema_field({"type": "array", "items": CITATION_SCHEMA})
class CitationListField(serializers.Field[Any, Any, Any, Any]):
    """The citations of a statement; they must have been prefetched with their sources."""

    def to_representation(self, value: list[Citation]) -> list[dict[str, Any]]:
        return [self.citation(citation) for citation in value]

    def citation(self, citation: Citation) -> dict[str, Any]:
        """Return a citation with what a script needs of its source."""
        lang = self.context.get("lang")
        return {
            "reference": citation.reference,
            "source": citation.source.code,
            "symbol": citation.source.symbol,
            "title": translated(citation.source, "title", lang),
            "locator": citation.locator,
            "place": by_language(places(citation.locator), lang),
            "url": citation.source.url,
        }


PARAGRAPHS_SCHEMA: dict[str, Any] = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {
            "locator": {"type": "string"},
            "statements": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {
                        "kind": {"type": "string"},
                        "key": {"type": "string"},
                        "label": TEXT_SCHEMA,
                        "text": TEXT_SCHEMA,
                        "citation": {"type": "string"},
                    },
                },
            },
        },
    },
}


class CitedSerializer(PortalSerializer):
    """A statement with what it rests on."""

    citations = CitationListField(source="cited", read_only=True)


class SourceSerializer(PortalSerializer):
    kind_label = LabelField(SourceKind, "kind")
    reliability_label = LabelField(Reliability, "reliability")
    citation_count = serializers.IntegerField(read_only=True)

    class Meta:
        model = Source
        fields: ClassVar[list[str]] = [
            "code",
            "symbol",
            "title",
            "publisher",
            "date",
            "date_precision",
            "read_on",
            "language",
            "url",
            "dead_since",
            "kind",
            "kind_label",
            "reliability",
            "reliability_label",
            "note",
            "citation_count",
        ]


class SourceDetailSerializer(SourceSerializer):
    """A source with every statement that rests on it, by paragraph."""

    paragraphs = serializers.SerializerMethodField()

    class Meta(SourceSerializer.Meta):
        fields: ClassVar[list[str]] = [*SourceSerializer.Meta.fields, "paragraphs"]

    @extend_schema_field(PARAGRAPHS_SCHEMA)
    def get_paragraphs(self, source: Source) -> list[dict[str, Any]]:
        return [
            {
                "locator": place.locator,
                "statements": [
                    {
                        "kind": statement.kind,
                        "key": statement.key,
                        "label": by_language(statement.label, self.context.get("lang")),
                        "text": by_language(statement.text, self.context.get("lang")),
                        "citation": statement.citation.reference,
                    }
                    for statement in place.statements
                ],
            }
            for place in self.context["places"]
        ]


class CitationSerializer(KeyedSerializer):
    # The serializer metaclass takes declared fields off the class, so none hides what a serializer has itself.
    source = serializers.SlugRelatedField[Source](slug_field="code", read_only=True)  # type: ignore[assignment]
    reference = serializers.CharField(read_only=True)
    place = serializers.SerializerMethodField()

    reads = {"reference": ("source",)}

    class Meta:
        model = Citation
        fields: ClassVar[list[str]] = ["key", "reference", "source", "locator", "place"]

    @extend_schema_field(TEXT_SCHEMA)
    def get_place(self, citation: Citation) -> Any:
        return by_language(places(citation.locator), self.context.get("lang"))
