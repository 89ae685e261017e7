"""Template tags of the comparison."""

from django import template

from mechanisms.comparison import Cell
from mechanisms.wording import CellWords, words

register = template.Library()


@register.filter
def in_words(cell: Cell, languages: list[str]) -> list[CellWords]:
    """Return what a cell says in each of ``languages``."""
    return [words(cell, language) for language in languages]


@register.filter
def named_in(record: object, language: str) -> str:
    """Return a record's name in a language other than the page's."""
    return str(getattr(record, f"name_{language.replace('-', '_')}"))
