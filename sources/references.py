"""Citations as the footnotes of a document that is taken away."""

from collections.abc import Iterable
from dataclasses import replace
from itertools import groupby

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from publishing.briefs import Brief
from publishing.exports import Reference
from sources.models import Citation, CitedModel


def references(citations: Iterable[Citation], base: str) -> tuple[Reference, ...]:
    """Return one reference a source, with all its cited places, in the active language.

    Args:
        citations: in the order of with_source(), which keeps those of a source together.
        base: scheme and host before the addresses of sources.
    """
    found = []
    for source, group in groupby(citations, key=lambda citation: citation.source):
        cited = list(group)
        places = [citation.locator_text for citation in cited if citation.locator]
        short = pgettext("end of a citation", "%(text)s.") % {"text": _(", ").join([str(source), *places])}
        found.append(Reference(source.code, source.cited_at(places), short, f"{base}{cited[0].get_absolute_url()}"))
    return tuple(found)


def principal(statements: Iterable[CitedModel], asked: Brief) -> tuple[Reference, ...]:
    """Return the first source of each statement, which is the most reliable: a brief has no room for all.

    Each stands once; in full only where there is room for more than the facts.
    """
    found = [one for each in statements for one in references(each.citations.all(), asked.base)[:1]]
    return tuple(dict.fromkeys(one if asked.is_detailed else replace(one, text=one.short) for one in found))
