"""How the API writes what is found, and the glossary."""

from typing import Any, ClassVar

from django.db.models import Model
from django.urls import reverse
from django.utils import translation
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from publishing.exports.tbx import Concept, Section
from publishing.querysets import joined
from publishing.serializers import LANGUAGES, TEXT_SCHEMA, by_language, translated
from publishing.templatetags.portal import html_lang
from search.kinds import LISTS, kinds
from search.models import Term
from search.reading import Part
from search.results import Result
from sources.serializers import CitedSerializer


def keys_of(results: list[Result]) -> dict[tuple[str, int], str]:
    """Return the keys of the records that were found, by kind and primary key: a query a kind."""
    keys: dict[tuple[str, int], str] = {}
    for kind, found_model in kinds().items():
        # Every record of the content has a key.
        model: Any = found_model
        wanted = [result.entry.record_id for result in results if result.entry.kind == kind]
        if wanted:
            # What a key names of other records, such as "mechanism__code".
            related = {path.rpartition("__")[0] for path in model.key_fields} - {""}
            rows = model._base_manager.filter(pk__in=wanted)
            keys |= {(kind, row.pk): row.key for row in joined(rows, related)}
    return keys


class ResultSerializer(serializers.Serializer[Result]):
    kind = serializers.CharField(source="entry.kind")
    key = serializers.SerializerMethodField(help_text="The record's code, or the key that its address takes.")
    title = serializers.SerializerMethodField()
    snippet = serializers.SerializerMethodField(
        help_text="The first place in the text where a word stands; null where only the title has it."
    )
    languages = serializers.ListField(
        source="hits", child=serializers.ChoiceField(choices=LANGUAGES), help_text="In whose texts the words stand."
    )
    url = serializers.SerializerMethodField(help_text="The record in the API.")
    page = serializers.CharField(source="get_absolute_url", help_text="The record's page.")

    def get_key(self, result: Result) -> str:
        return str(self.context["keys"][result.entry.kind, result.entry.record_id])

    @extend_schema_field(TEXT_SCHEMA)
    def get_title(self, result: Result) -> Any:
        entry: Model = result.entry
        return translated(entry, "title", self.context["lang"])

    @extend_schema_field({"oneOf": [TEXT_SCHEMA, {"type": "null"}]})
    def get_snippet(self, result: Result) -> Any:
        texts = {code: next(iter(result.lines(code)), "") for code in LANGUAGES}
        return (by_language(texts, self.context["lang"]) or None) if any(texts.values()) else None

    def get_url(self, result: Result) -> str:
        address = reverse(f"api:{LISTS[result.entry.kind]}-detail", args=[self.get_key(result)])
        return str(self.context["request"].build_absolute_uri(address))


class PartSerializer(serializers.Serializer[Part]):
    """How a part of the query was read."""

    typed = serializers.CharField()
    read = serializers.CharField(help_text="In simplified characters and with plain hyphens.")
    synonyms = serializers.ListField(
        child=serializers.CharField(), help_text="Other forms of the same term that were looked for too."
    )


class SearchSerializer(serializers.Serializer[Any]):
    """A page of what is found, best first."""

    count = serializers.IntegerField()
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = ResultSerializer(many=True)
    read_as = PartSerializer(many=True)


class TermSerializer(CitedSerializer):
    class Meta:
        model = Term
        fields: ClassVar[list[str]] = ["code", "name", "variants", "note", "citations"]

    def concept_of(self, term: Term) -> Concept:
        """Return a term as translators' programs know it, in the language of ``?lang=`` or in all."""
        lang = self.context.get("lang")
        return Concept(term.code, tuple(_section(term, code) for code in ([lang] if lang else LANGUAGES)))


def _section(term: Term, language: str) -> Section:
    wording = term.wording(language)
    with translation.override(language):
        sources = tuple(citation.formal for citation in term.cited)
    return Section(html_lang(language), wording.name, tuple(wording.variants), wording.note, sources)
