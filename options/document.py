"""The ranking and the outcome check as tables to take away: the rows and cells on the screen, with their sources."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from mechanisms.models import Mechanism
from options.filters import OptionsFilterSet
from options.needs import Need
from options.outcome import Outcome, Verdict
from options.ranking import SHOWN, Point, ranking_of
from options.wording import adopted_lines, exact, first_place, hold_sentences, mix_name, part_words, point_words
from publishing.exports import Content, Document, Line, Reference
from publishing.languages import content_language
from publishing.templatetags.portal import day, joined
from sources.references import references


def options_document(filterset: OptionsFilterSet, notes: Iterable[str] = (), base: str = "") -> Document:
    """Return the answer to a question in the active language.

    Args:
        notes: what the document says of itself beside the first place and what that hangs on.
        base: scheme and host before the addresses of sources.
    """
    ranking = ranking_of(filterset)
    scores = ranking.scores
    header = [_content(score.mechanism.lettered, key=score.mechanism.code) for score in scores]
    totals = [exact(score.total) for score in scores]
    places = [str(score.rank) for score in scores]
    lines = [
        Line((_content(pgettext("in a ranking", "Place"), key="place"), *map(_content, places))),
        Line((_content(_("Points"), key="points"), *map(_content, totals))),
    ]
    if filterset.silence_taken_for:
        label = _("Place if silence were %(value)s") % {"value": filterset.silence_taken_for.label}
        lines.append(
            Line((_content(label, key="supposed-place"), *(_content(str(score.supposed_rank)) for score in scores)))
        )
    for place, need in enumerate(ranking.needs):
        points = (_point(score.points[place], base) for score in scores)
        lines.append(Line((_content(_weighed(need), key=need.code), *points)))
    found: list[str] = []
    if scores and ranking.needs:
        found = [first_place(ranking), *hold_sentences(ranking)]
        lines.append(Line((_content(_("Combined designs")),), is_heading=True))
        for mix in ranking.mixes[:SHOWN]:
            parts = [
                _("%(label)s: %(value)s") % {"label": part.need.heading.name, "value": part_words(part)}
                for part in mix.parts
            ]
            total = _("%(points)s of %(most)s points") % {"points": exact(mix.total), "most": ranking.most}
            code = "+".join(one.code for one in mix.mechanisms)
            lines.append(Line((_content(mix_name(mix), key=code), _content(total, *parts))))
    return Document(
        language=content_language(),
        title=_("Options for a new instrument"),
        notes=(
            *found,
            _("Points are weight × share of what is asked for; silence of the sources counts zero."),
            *notes,
        ),
        header=(_content(_("Need")), *header),
        lines=tuple(lines),
        name=f"options-{filterset.as_of_date.isoformat()}",
        table=_("Ranking"),
    )


def outcome_document(outcome: Outcome, notes: Iterable[str] = (), base: str = "") -> Document:
    """Return the outcome check in the active language.

    Args:
        notes: what the document says of itself beside the question.
        base: scheme and host before the addresses of sources.
    """
    adopted = _("%(name)s (%(note)s)") % {"name": pgettext("outcome", "Adopted"), "note": day(outcome.adopted_on)}
    nothing = _content(_("no newer statement"))
    lines = []
    for line in outcome.lines:
        first = _content(_weighed(line.need), joined(line.need.option_names), key=line.need.code)
        had = [_point(one.point, base) for one in line.had]
        later = _became(line.later_verdict, line.later, base) if line.later else nothing
        lines.append(Line((first, *had, _became(line.verdict, line.adopted, base), later)))
    return Document(
        language=content_language(),
        title=_("What was asked for in 2010, and what was adopted"),
        notes=(
            outcome.preset.summary,
            _("As the sources stood on %(date)s.") % {"date": day(outcome.asked_on)},
            first_place(outcome.ranking),
            *notes,
        ),
        header=(
            _content(_("Asked for")),
            *(_first_of(one.mechanism) for one in outcome.ranking.leaders),
            _content(outcome.mechanism.lettered, adopted, key=outcome.mechanism.code),
            _content(_("Since then"), key="later"),
        ),
        lines=tuple(lines),
        name=f"options-outcome-{outcome.date.isoformat()}",
        table=_("Outcome check"),
    )


def _content(*lines: str, key: str = "", references: tuple[Reference, ...] = ()) -> Content:
    return Content(tuple((content_language(), line) for line in lines), references, key)


def _weighed(need: Need) -> str:
    return _("%(name)s (%(note)s)") % {"name": need.heading.name, "note": need.weight.label}


def _point(point: Point, base: str) -> Content:
    return _content(*point_words(point).lines, references=references(point.evidence.citations, base))


def _became(verdict: Verdict, point: Point | None, base: str) -> Content:
    """Return what became of a need, told from a mechanism's findings; before the adoption there are none."""
    if point is None:
        return _content(str(verdict.label))
    found = references(point.evidence.citations, base)
    return _content(str(verdict.label), *adopted_lines(point), references=found)


def _first_of(mechanism: Mechanism) -> Content:
    return _content(_("%(name)s, first in 2010") % {"name": mechanism.lettered}, key=mechanism.code)
