"""The ranking as a table to take away: the rows and cells on the screen, with their sources."""

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from options.filters import OptionsFilterSet
from options.ranking import SHOWN, Point, Ranking, ranking_of
from options.wording import exact, first_place, hold_sentences, mix_name, part_words, point_words
from publishing.dates import PartialDate
from publishing.exports import Content, Document, Line
from publishing.models import Dataset
from sources.references import references


def document_of(filterset: OptionsFilterSet, request: HttpRequest, language: str) -> Document:
    """Return the answer to a question as a document in ``language``."""
    base = f"{request.scheme}://{request.get_host()}"
    query = request.GET.copy()
    for name in ("format", "lang"):
        query.pop(name, None)
    with translation.override(language):
        return _document(ranking_of(filterset), filterset, f"{base}{reverse('options')}?{query.urlencode()}", base)


def _document(ranking: Ranking, filterset: OptionsFilterSet, address: str, base: str) -> Document:
    language = translation.get_language() or settings.LANGUAGE_CODE

    def content(*lines: str) -> Content:
        return Content(tuple((language, line) for line in lines))

    def cell(point: Point) -> Content:
        paragraphs = tuple((language, line) for line in point_words(point).lines)
        return Content(paragraphs, references(point.evidence.citations, base))

    scores = ranking.scores
    names = [f"{score.mechanism.letter} {score.mechanism.short_name}" for score in scores]
    totals = [exact(score.total) for score in scores]
    places = [str(score.rank) for score in scores]
    lines = [
        Line((content(_("Place")), *map(content, places))),
        Line((content(_("Points")), *map(content, totals))),
    ]
    if filterset.silence_taken_for:
        label = _("Place if silence were %(value)s") % {"value": filterset.silence_taken_for.label}
        lines.append(Line((content(label), *(content(str(score.supposed_rank)) for score in scores))))
    for place, need in enumerate(ranking.needs):
        weighed = _("%(name)s (%(note)s)") % {"name": need.heading.name, "note": need.weight.label}
        lines.append(Line((content(weighed), *(cell(score.points[place]) for score in scores))))
    notes: list[str] = []
    if scores and ranking.needs:
        notes = [first_place(ranking), *hold_sentences(ranking)]
        lines.append(Line((content(_("Combined designs")),), is_heading=True))
        for mix in ranking.mixes[:SHOWN]:
            parts = [
                _("%(label)s: %(value)s") % {"label": part.need.heading.name, "value": part_words(part)}
                for part in mix.parts
            ]
            total = _("%(points)s of %(most)s points") % {"points": exact(mix.total), "most": ranking.most}
            lines.append(Line((content(mix_name(mix)), content(total, *parts))))
    return Document(
        language=language,
        title=_("Options for a new instrument"),
        notes=(
            *notes,
            _("Points are weight × share of what is asked for; silence of the sources counts zero."),
            _("Statements as of %(date)s.") % {"date": PartialDate(filterset.as_of_date).display()},
            _("Dataset revision %(revision)s.") % {"revision": Dataset.current().revision},
            address,
        ),
        header=(content(_("Need")), *map(content, names)),
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
