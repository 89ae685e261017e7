"""Template tags of the comparison."""

from django import template
from django.utils.translation import override

from mechanisms.comparison import Cell
from mechanisms.models import Mechanism
from mechanisms.wording import CellWords, words

register = template.Library()


@register.filter
def in_words(cell: Cell, languages: list[str]) -> list[CellWords]:
    """Return what a cell says in each of ``languages``."""
    return [words(cell, language) for language in languages]


@register.filter
def named_in(record: object, language: str) -> str:
    """Return a record's name in ``language``; of a mechanism, the short one."""
    with override(language):
        text: str = getattr(record, "short_name" if isinstance(record, Mechanism) else "name")
    return text
