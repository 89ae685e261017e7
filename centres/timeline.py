"""The timeline: conventions, funds and designations as bars on one scale of years, and the rows of the tables."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from centres.models import CentreKind, Designation
from mechanisms.models import Convention, Fund, Mechanism
from publishing.dates import PartialDate, Precision
from publishing.models import DatedModel
from publishing.querysets import begun_by
from publishing.templatetags.portal import decision, interval
from publishing.timelines import Interval, Timeline, Track, timelines, years_later
from sources.models import CitedModel

#: The class of what belongs to no single mechanism.
NEUTRAL = "neutral"
HEADINGS = {
    CentreKind.REGIONAL_CENTRE: gettext_lazy("Regional centres"),
    CentreKind.COORDINATING_CENTRE: gettext_lazy("Coordinating centres"),
    CentreKind.SUBREGIONAL_CENTRE: gettext_lazy("Subregional centres"),
    CentreKind.NATIONAL_CENTRE: gettext_lazy("National cleaner production centres"),
    CentreKind.COLLABORATING_CENTRE: gettext_lazy("Collaborating centres"),
    CentreKind.REGIONAL_OFFICE: gettext_lazy("Regional offices"),
    CentreKind.SUBREGIONAL_OFFICE: gettext_lazy("Subregional offices"),
    CentreKind.REGIONAL_NETWORK: gettext_lazy("Regional networks"),
}


@dataclass(frozen=True)
class Row:
    """A bar in words: a row of the table behind the drawing."""

    #: Convention, fund or centre.
    record: Any
    mechanisms: list[Mechanism]
    what: str
    when: str
    source: CitedModel


@dataclass(frozen=True)
class Group:
    """Lanes under a heading."""

    code: str
    heading: str
    drawing: Timeline
    rows: list[Row]


@dataclass(frozen=True)
class _Lane:
    track: Track
    rows: list[Row]


def timeline_groups(designations: Iterable[Designation], mechanisms: list[str], date: datetime.date) -> list[Group]:
    """Return the timeline as known on ``date``, group by group; groups without a lane are left out.

    Args:
        designations: those to be drawn, centre by centre.
        mechanisms: codes of the mechanisms whose conventions and funds are drawn; all of them where none is given.
        date: the last day of the drawing; what ends later is shown as going on.
    """
    conventions = Convention.objects.as_of(date).with_related().in_reading_order()
    funds = Fund.objects.filter(begun_by(date)).with_related().in_reading_order()
    if mechanisms:
        chosen = Mechanism.objects.filter(code__in=mechanisms)
        conventions = conventions.filter(pk__in=chosen.values("conventions"))
        funds = funds.filter(pk__in=chosen.values("funds"))
    centres: dict[str, list[_Lane]] = {}
    for centre, rows in groupby(designations, key=lambda one: one.centre):
        centres.setdefault(centre.kind, []).append(_centre_lane(list(rows), date))
    lanes = [
        ("conventions", _("Conventions"), [_convention_lane(one, date) for one in conventions]),
        ("funds", _("Funds"), [_fund_lane(one, date) for one in funds]),
        *((kind.value, str(heading), centres.get(kind.value, [])) for kind, heading in HEADINGS.items()),
    ]
    lanes = [(code, heading, some) for code, heading, some in lanes if some]
    drawings = timelines([[lane.track for lane in some] for _code, _heading, some in lanes], date)
    return [
        Group(code, heading, drawing, [row for lane in some for row in lane.rows])
        for (code, heading, some), drawing in zip(lanes, drawings, strict=True)
    ]


def _convention_lane(one: Convention, date: datetime.date) -> _Lane:
    in_force = one.in_force if one.in_force and one.in_force <= date else None
    dates = {
        "adopted": PartialDate(one.adopted).display() if one.adopted else "",
        "in_force": PartialDate(in_force).display() if in_force else "",
    }
    if one.adopted and in_force:
        when = _("adopted on %(adopted)s, in force since %(in_force)s") % dates
    elif one.adopted:
        when = _("adopted on %(adopted)s, not yet in force") % dates
    else:
        when = _("beginning not stated")
    bar = Interval(one.adopted, None, NEUTRAL, "", _labelled(one, when), days=[in_force] if in_force else [])
    row = Row(one, list(one.mechanisms.all()), pgettext("kind of record", "convention"), when, one)
    return _Lane(Track(one.short_name, "", one.get_absolute_url(), [bar]), [row])


def _fund_lane(one: Fund, date: datetime.date) -> _Lane:
    _forget_the_future(one, date)
    when = interval(one)
    bar = Interval(one.since, one.until, NEUTRAL, "", _labelled(one, when), _is_start_open(one))
    mechanisms = list(one.mechanisms.all())  # type: ignore[attr-defined]
    row = Row(one, mechanisms, one.get_kind_display(), when, one)
    return _Lane(Track(one.name, "", one.get_absolute_url(), [bar]), [row])


def _centre_lane(designations: list[Designation], date: datetime.date) -> _Lane:
    """Return the lane of a centre with its designations, a bar each."""
    centre = designations[0].centre
    bars, rows = [], []
    for one in sorted(designations, key=lambda one: (one.mechanism.position, one.since or datetime.date.min, one.pk)):
        _forget_the_future(one, date)
        parts = [one.get_role_display(), decision(one.decision) if one.decision else "", _term(one)]
        what, when = _(", ").join(filter(None, parts)), interval(one)
        title = _labelled(one.mechanism, _(", ").join([what, when]))
        letter = one.mechanism.letter
        bars.append(
            Interval(one.since, one.until, letter, letter, title, _is_start_open(one), _ends_of_terms(one, date))
        )
        rows.append(Row(centre, [one.mechanism], what, when, one))
    short = _(", ").join(filter(None, [centre.acronym, centre.city]))
    return _Lane(Track(centre.name, short if centre.acronym else "", centre.get_absolute_url(), bars), rows)


def _labelled(label: object, value: str) -> str:
    return _("%(label)s: %(value)s") % {"label": label, "value": value}


def _term(one: Designation) -> str:
    return ngettext("term of %(n)s year", "term of %(n)s years", one.term) % {"n": one.term} if one.term else ""


def _ends_of_terms(one: Designation, date: datetime.date) -> list[datetime.date]:
    """Return the days on which a stated term, and each after it, has ended by ``date``."""
    if not one.term or not one.since or _is_start_open(one):
        return []
    last = one.until or date
    ends = (years_later(one.since, years) for years in range(one.term, last.year - one.since.year + 1, one.term))
    return [end for end in ends if end <= last]


def _is_start_open(one: DatedModel) -> bool:
    return one.since is None or one.since_precision == Precision.BY


def _forget_the_future(one: DatedModel, date: datetime.date) -> None:
    """Drop, from the record in hand, an end after ``date``: on that day the relation goes on."""
    if one.until and one.until > date:
        one.until = None
