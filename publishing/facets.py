"""A filter as the form beside a list shows it: its values, each with how many results it would give."""

from dataclasses import dataclass

from django.utils.translation import pgettext

from publishing.languages import ContentText, content_text


@dataclass(frozen=True)
class FacetValue:
    """A value of a facet: how many results it would give with the other facets as they are."""

    code: str
    name: str
    count: int
    is_chosen: bool
    #: Under which heading it stands, where the facet has headings.
    group: str = ""

    @property
    def with_count(self) -> str:
        """Return name and count as one text; templates would take longer over each of 200 options."""
        text = pgettext("a count after a name", "%(name)s (%(n)s)") % {"name": self.name, "n": self.count}
        return content_text(text) if isinstance(self.name, ContentText) else text


@dataclass(frozen=True)
class Facet:
    """A filter with its values, for the form beside a list."""

    name: str
    label: str
    values: list[FacetValue]
    #: What a reader should know before choosing.
    hint: str = ""

    @property
    def chosen(self) -> list[FacetValue]:
        """Return the values in use."""
        return [value for value in self.values if value.is_chosen]
