"""What rests on a source: every statement of every app, by the place that it cites.

Statements are found through the models that inherit from CitedModel, so this lowest app
needs to know none of them.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from publishing.languages import content_language, content_text
from publishing.querysets import joined
from publishing.serializers import LANGUAGES
from sources.locators import anchor, display_locator, paragraphs_in
from sources.models import Citation, CitedModel, Source
from sources.querysets import CitationQuerySet


@dataclass(frozen=True)
class Statement:
    """A record that cites a source, in the words of each language."""

    kind: str
    kind_name: str
    key: str
    label: dict[str, str]
    text: dict[str, str]
    url: str
    citation: Citation

    @property
    def label_here(self) -> str:
        """Return the label in the active language."""
        return content_text(self.label[content_language()])

    @property
    def text_here(self) -> str:
        """Return the text in the active language."""
        return content_text(self.text[content_language()])


@dataclass
class Place:
    """A paragraph, footnote or other place of a source, and what rests on it."""

    locator: str
    statements: list[Statement] = field(default_factory=list)

    @property
    def name(self) -> str:
        """Return the heading in the active language."""
        return display_locator(self.locator) or _("the source as a whole")

    @property
    def anchor(self) -> str:
        """Return the place's id on the page."""
        return anchor(self.locator)

    @property
    def by_kind(self) -> dict[str, list[Statement]]:
        """Return the statements under the names of their kinds."""
        kinds: dict[str, list[Statement]] = defaultdict(list)
        for statement in self.statements:
            kinds[statement.kind_name].append(statement)
        return dict(kinds)


def cited_models() -> list[type[CitedModel]]:
    """Return the models whose records cite sources, in a fixed order."""
    return [model for model in apps.get_models() if issubclass(model, CitedModel)]


def statement_models() -> list[type[CitedModel]]:
    """Return the models whose records are statements, in a fixed order."""
    return [model for model in cited_models() if model.is_statement]


def statements_on(source: Source) -> list[Place]:
    """Return the places of ``source`` in their order, each with its statements.

    A numbered source lists each of its paragraphs and footnotes, so that one without a statement
    shows; a statement that cites a range stands at each paragraph of it. The queries are as many
    as there are kinds of statements, whatever their number.
    """
    places: dict[str, Place] = {}
    for number in range(1, source.paragraphs + 1):
        places[f"para-{number}"] = Place(f"para-{number}")
    for number in range(1, source.footnotes + 1):
        places[f"footnote-{number}"] = Place(f"footnote-{number}")
    for citation, statement in _statements(source):
        numbers = paragraphs_in(citation.locator)
        locators = [f"para-{number}" for number in numbers] if source.paragraphs and numbers else [citation.locator]
        for locator in locators:
            places.setdefault(locator, Place(locator)).statements.append(statement)
    return list(places.values())


def statements_citing(condition: Q) -> Iterator[tuple[Any, list[Citation], bool]]:
    """Yield each statement that cites some of the citations of ``condition``, with these, and whether it has no other.

    The queries are as many as there are kinds of statements, whatever their number.
    """
    citations = Citation.objects.filter(condition)
    for model in statement_models():
        through = model.citations.through._base_manager
        others = through.filter(**{str(model._meta.model_name): OuterRef("pk")}).exclude(citation__in=citations)
        for row in _citing(model, citations.with_source()).annotate(has_others=Exists(others)):
            yield row, row.places_cited, not row.has_others


def _statements(source: Source) -> list[tuple[Citation, Statement]]:
    found: list[tuple[Citation, Statement]] = []
    citations = Citation.objects.filter(source=source).select_related("source").order_by("position", "locator", "pk")
    for model in statement_models():
        for row in _citing(model, citations):
            found += [(citation, _statement(row, citation)) for citation in row.places_cited]
    return found


def _citing(model: type[CitedModel], citations: CitationQuerySet) -> QuerySet[Any]:
    """Return the statements of a model that cite some of ``citations``, which each has as ``places_cited``."""
    citing = model._default_manager.filter(citations__in=citations).distinct().order_by("pk")
    return joined(citing, _single_relations(model)).prefetch_related(
        Prefetch("citations", queryset=citations, to_attr="places_cited")
    )


def _single_relations(model: type[CitedModel]) -> list[str]:
    """Return the foreign keys that a record's name and address are made from, two steps deep."""
    paths = []
    for one in model._meta.fields:
        if one.many_to_one and one.related_model is not None:
            paths.append(one.name)
            paths += [
                f"{one.name}__{two.name}" for two in one.related_model._meta.fields if two.many_to_one and not two.null
            ]
    return paths


def _statement(row: Any, citation: Citation) -> Statement:
    labels, texts = defaultdict(str), defaultdict(str)
    for code in LANGUAGES:
        with translation.override(code):
            labels[code] = str(row)
            texts[code] = getattr(row, "text", "") or getattr(row, "summary", "") or ""
    key = getattr(row, "code", None) or getattr(row, "iso2", None) or str(row.pk)
    url = row.get_absolute_url() if hasattr(row, "get_absolute_url") else ""
    return Statement(row._meta.model_name, str(row._meta.verbose_name), key, dict(labels), dict(texts), url, citation)
