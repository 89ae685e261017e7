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
        rows = list(group)
        places = [citation.locator_text for citation in rows if citation.locator]
        short = pgettext("end of a citation", "%(text)s.") % {"text": _(", ").join([str(source), *places])}
        found.append(Reference(source.code, source.cited_at(places), short, f"{base}{rows[0].get_absolute_url()}"))
    return tuple(found)


def cited(statements: Iterable[CitedModel], asked: Brief) -> tuple[Reference, ...]:
    """Return the sources of statements, each once.

    Of each statement it is the first, which is the most reliable, for a brief has no room for all; in full only where
    there is room for more than the facts.
    """
    most = None if asked.cites_all else 1
    found = [one for each in statements for one in references(each.cited, asked.base)[:most]]
    in_full = asked.is_detailed or asked.cites_all
    return tuple(dict.fromkeys(one if in_full else replace(one, text=one.short) for one in found))
