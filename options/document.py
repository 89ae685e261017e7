"""The ranking as a table to take away: the rows and cells on the screen, with their sources."""

from collections.abc import Iterable

from django.http import HttpRequest
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from options.filters import OptionsFilterSet
from options.ranking import SHOWN, Point, ranking_of
from options.wording import exact, first_place, hold_sentences, mix_name, part_words, point_words
from publishing.downloads import notes_on
from publishing.exports import Content, Document, Line
from publishing.languages import content_language
from sources.references import references


def document_of(filterset: OptionsFilterSet, request: HttpRequest, language: str) -> Document:
    """Return the answer to a question as a document in ``language``, with the date, the revision and the address."""
    base = f"{request.scheme}://{request.get_host()}"
    query = request.GET.copy()
    for name in ("format", "lang"):
        query.pop(name, None)
    with translation.override(language):
        notes = notes_on(filterset.as_of_date, f"{base}{reverse('options')}?{query.urlencode()}")
        return options_document(filterset, notes=notes, base=base)


def options_document(filterset: OptionsFilterSet, *, notes: Iterable[str] = (), base: str = "") -> Document:
    """Return the answer to a question in the active language.

    Args:
        notes: what the document says of itself beside the first place and what that hangs on.
        base: scheme and host before the addresses of sources.
    """
    ranking = ranking_of(filterset)
    language = content_language()

    def content(*lines: str, key: str = "") -> Content:
        return Content(tuple((language, line) for line in lines), key=key)

    def cell(point: Point) -> Content:
        paragraphs = tuple((language, line) for line in point_words(point).lines)
        return Content(paragraphs, references(point.evidence.citations, base))

    scores = ranking.scores
    header = [
        content(f"{score.mechanism.letter} {score.mechanism.short_name}", key=score.mechanism.code) for score in scores
    ]
    totals = [exact(score.total) for score in scores]
    places = [str(score.rank) for score in scores]
    lines = [
        Line((content(pgettext("in a ranking", "Place"), key="place"), *map(content, places))),
        Line((content(_("Points"), key="points"), *map(content, totals))),
    ]
    if filterset.silence_taken_for:
        label = _("Place if silence were %(value)s") % {"value": filterset.silence_taken_for.label}
        lines.append(
            Line((content(label, key="supposed-place"), *(content(str(score.supposed_rank)) for score in scores)))
        )
    for place, need in enumerate(ranking.needs):
        weighed = _("%(name)s (%(note)s)") % {"name": need.heading.name, "note": need.weight.label}
        lines.append(Line((content(weighed, key=need.code), *(cell(score.points[place]) for score in scores))))
    found: list[str] = []
    if scores and ranking.needs:
        found = [first_place(ranking), *hold_sentences(ranking)]
        lines.append(Line((content(_("Combined designs")),), is_heading=True))
        for mix in ranking.mixes[:SHOWN]:
            parts = [
                _("%(label)s: %(value)s") % {"label": part.need.heading.name, "value": part_words(part)}
                for part in mix.parts
            ]
            total = _("%(points)s of %(most)s points") % {"points": exact(mix.total), "most": ranking.most}
            lines.append(
                Line((content(mix_name(mix), key="+".join(one.code for one in mix.mechanisms)), content(total, *parts)))
            )
    return Document(
        language=language,
        title=_("Options for a new instrument"),
        notes=(
            *found,
            _("Points are weight × share of what is asked for; silence of the sources counts zero."),
            *notes,
        ),
        header=(content(_("Need")), *header),
        lines=tuple(lines),
        name=f"options-{filterset.as_of_date.isoformat()}",
        words={
            "table": _("Ranking"),
            "sources": _("Sources"),
            "about": _("About"),
            "source": _("Source"),
            "address": _("Address"),
        },
    )
