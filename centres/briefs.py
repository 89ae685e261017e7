"""Briefs on a country and on a region: the facts of their pages, with the principal sources as footnotes."""

from collections.abc import Iterable, Sequence

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _

from centres.lens import Lens, Reach, Serving
from centres.models import Centre, Designation, Service
from centres.querysets import with_functions
from centres.wording import country_then, place, role
from publishing.briefs import Brief
from publishing.dates import PartialDate
from publishing.exports import Content, Document, Line
from publishing.templatetags.portal import interval, joined
from regions.models import Membership, Region
from sources.querysets import with_citations
from sources.references import cited

#: What a brief on a country leaves out first where it has no room, by the highest number.
SERVING, GAPS, HOSTED, REGIONS = range(1, 5)
#: The same of a region: its members and the centres with mercury-related work stay longest.
MEMBERS, MERCURY, OTHERS = range(1, 4)


def country_brief(lens: Lens, asked: Brief) -> Document:
    """Return all that a brief on a country may have."""
    serving: dict[Centre, list[Serving]] = {}
    for reach in lens.serving:
        for one in reach.serving:
            serving.setdefault(one.service.centre, []).append(one)
    if asked.is_detailed:
        prefetch_related_objects(list(serving), with_functions(), with_citations())
    lines = []
    for centre, rows in serving.items():
        roles = [role for one in rows for role in one.designations]
        lines.append(_centre(centre, roles, asked, SERVING, [one.service for one in rows]))
    gaps = [_gap(reach, lens, asked) for reach in lens.reaches if not reach.serving]
    hosted = [_centre(centre, centre.current_designations, asked, HOSTED) for centre in lens.hosted]
    nothing = Line((asked.content(lambda: _("No centre, office or network lists this country on this date.")),))
    nowhere = Line((asked.content(lambda: _("It hosts no centre on this date.")),))
    return Document(
        language=asked.languages[0],
        title=lens.name,
        notes=(*other_names(lens), *asked.notes),
        header=_header(asked),
        lines=(
            asked.heading(lambda: _("Serving the country")),
            *(lines or [nothing]),
            *([asked.heading(lambda: _("Gaps")), *gaps] if gaps else []),
            asked.heading(lambda: _("Hosted in the country")),
            *(hosted or [nowhere]),
            asked.heading(lambda: _("Regions")),
            *(_membership(one, asked) for one in lens.memberships),
        ),
        name=f"brief-{lens.country.iso2.lower()}-{lens.date.isoformat()}",
        is_portrait=True,
    )


def region_brief(
    region: Region, memberships: Sequence[Membership], centres: Iterable[Centre], asked: Brief
) -> Document:
    """Return all that a brief on a region may have.

    Args:
        memberships: those in force on the date, with their countries.
        centres: those that its countries host on the date, from with_related().
    """
    members = asked.content(lambda: joined(country_then(one.country) for one in memberships), cited([region], asked))
    hosted = [
        _centre(centre, centre.current_designations, asked, MERCURY if centre.mercury_work else OTHERS)
        for centre in centres
    ]
    nothing = Line((asked.content(lambda: _("Its countries host no centre on this date.")),))
    return Document(
        language=asked.languages[0],
        title=_("%(name)s (%(note)s)") % {"name": region.name, "note": region.scheme.name},
        notes=asked.notes,
        header=_header(asked),
        lines=(
            asked.heading(lambda: _("Countries")),
            Line((members,), name=_("Countries"), rank=MEMBERS),
            asked.heading(lambda: _("Hosted in this region")),
            *(hosted or [nothing]),
        ),
        name=f"brief-{region.code}-{asked.date.isoformat()}",
        is_portrait=True,
    )


def _header(asked: Brief) -> tuple[Content, ...]:
    return (
        asked.content(lambda: _("Mechanism")),
        asked.content(lambda: _("Centre, office or network")),
        asked.content(lambda: _("Role")),
    )


def _centre(
    centre: Centre, designations: list[Designation], asked: Brief, rank: int, services: Iterable[Service] = ()
) -> Line:
    mechanisms = dict.fromkeys(one.mechanism for one in designations)

    def roles() -> str:
        # Each role is told by the letter of its mechanism where there is more than one.
        letters = [f"{one.mechanism.letter} " if len(mechanisms) > 1 else "" for one in designations]
        return "\n".join(f"{letter}{role(one)}" for letter, one in zip(letters, designations, strict=True))

    def with_work() -> str:
        return "\n".join([_with_place(centre), joined(centre.performs), centre.mercury_note or ""])

    served = cited(services, asked)
    designated = tuple(one for one in cited(designations, asked) if one not in served)
    first = asked.content(lambda: "\n".join(one.lettered for one in mechanisms), key=centre.code)
    short = (first, asked.content(lambda: _with_place(centre), served), asked.content(roles, designated))
    name = centre.acronym or centre.name
    if not asked.is_detailed:
        return Line(short, name=name, rank=rank)
    work = dict.fromkeys([*served, *cited([centre], asked)])
    return Line((first, asked.content(with_work, tuple(work)), short[2]), name=name, rank=rank, shorter=short)


def _gap(reach: Reach, lens: Lens, asked: Brief) -> Line:
    first = asked.content(lambda: reach.mechanism.lettered, key=reach.mechanism.code)
    return Line((first, asked.content(lambda: reach.gap(lens.name))), name=reach.mechanism.lettered, rank=GAPS)


def _membership(membership: Membership, asked: Brief) -> Line:
    region = asked.content(lambda: _region(membership), cited([membership], asked))
    scheme = membership.region.scheme
    return Line(
        (asked.content(lambda: scheme.name, key=membership.region.code), region), name=scheme.name, rank=REGIONS
    )


def other_names(lens: Lens) -> list[str]:
    """Return the name of today where it is another, and the former names of before the date, each with a label."""
    names = [(_("Name today"), lens.country.name)] if lens.country.names_then else []
    for former in lens.former_names:
        if former.until < lens.date:
            until = _("until %(until)s") % {"until": PartialDate(former.until).display()}
            names.append((_("Former name"), _("%(name)s (%(note)s)") % {"name": former.name, "note": until}))
    return [_("%(label)s: %(value)s") % {"label": label, "value": name} for label, name in names]


def _with_place(centre: Centre) -> str:
    """Return the centre's name and, in brackets, its city and country under the name of the date."""
    where = place(centre)
    return _("%(name)s (%(note)s)") % {"name": centre.name, "note": where} if where else centre.name


def _region(membership: Membership) -> str:
    """Return the region, and since when where a source says it."""
    return _(", ").join([membership.region.name, *([interval(membership)] if membership.since else [])])
