"""The country lens as a brief of one page to take away: the facts of the page, with its sources as footnotes."""

from django.utils.translation import gettext as _

from centres.lens import Lens, Serving
from centres.models import Centre, Designation, Service
from centres.wording import place, role
from mechanisms.models import Mechanism
from publishing.dates import PartialDate
from publishing.exports import Content, Document, Line, Reference
from publishing.templatetags.portal import interval
from regions.models import Membership
from sources.models import CitedModel
from sources.references import references


def lens_document(
    lens: Lens, *, language: str, address: str, revision: int, base: str, most_sources: int | None = 1
) -> Document:
    """Return the lens as a document in ``language``, which must be active.

    Args:
        address: where the same lens stands on the site.
        revision: of the dataset.
        base: scheme and host before the addresses of sources.
        most_sources: of a statement; the first is the most reliable, and all of them (None) would take a second page.
    """

    def content(text: str, *statements: CitedModel, but: tuple[Reference, ...] = (), key: str = "") -> Content:
        cited = [one for statement in statements for one in references(statement.citations.all(), base)[:most_sources]]
        paragraphs = tuple((language, line) for line in text.split("\n"))
        return Content(paragraphs, tuple(one for one in dict.fromkeys(cited) if one not in but), key)

    def heading(text: str) -> Line:
        return Line((content(text),), is_heading=True)

    def line(centre: Centre, designations: list[Designation], *services: Service) -> Line:
        mechanisms = dict.fromkeys(one.mechanism for one in designations)
        # Each role is told by the letter of its mechanism where there is more than one.
        roles = [f"{one.mechanism.letter} {role(one)}" if len(mechanisms) > 1 else role(one) for one in designations]
        name = content(_with_place(centre), *services)
        return Line(
            (
                content("\n".join(map(_lettered, mechanisms)), key=centre.code),
                name,
                content("\n".join(roles), *designations, but=name.references),
            )
        )

    serving: dict[Centre, list[Serving]] = {}
    for reach in lens.serving:
        for one in reach.serving:
            serving.setdefault(one.service.centre, []).append(one)
    lines = [
        line(centre, [role for one in rows for role in one.designations], *(one.service for one in rows))
        for centre, rows in serving.items()
    ]
    gaps = [
        Line((content(_lettered(mechanism), key=mechanism.code), content(sentence)))
        for mechanism, sentence in lens.gaps
    ]
    hosted = [line(centre, centre.current_designations) for centre in lens.hosted]
    regions = [
        Line((content(one.region.scheme.name, key=one.region.code), content(_region(one), one)))
        for one in lens.memberships
    ]
    nothing = Line((content(_("No centre, office or network lists this country on this date.")),))
    return Document(
        language=language,
        title=lens.name,
        notes=(
            *other_names(lens),
            _("As of %(date)s.") % {"date": PartialDate(lens.date).display()},
            _("Dataset revision %(revision)s.") % {"revision": revision},
            _("A footnote names the principal source of a statement; the page names all:"),
            address,
        ),
        header=(content(_("Mechanism")), content(_("Centre, office or network")), content(_("Role"))),
        lines=(
            heading(_("Serving the country")),
            *(lines or [nothing]),
            *([heading(_("Gaps")), *gaps] if gaps else []),
            heading(_("Hosted in the country")),
            *(hosted or [Line((content(_("It hosts no centre on this date.")),))]),
            heading(_("Regions")),
            *regions,
        ),
        name=f"brief-{lens.country.iso2.lower()}-{lens.date.isoformat()}",
        is_portrait=True,
    )


def other_names(lens: Lens) -> list[str]:
    """Return the name of today where it is another, and the former names of before the date, each with a label."""
    names = [(_("Name today"), lens.country.name)] if lens.country.names_then else []
    for former in lens.former_names:
        if former.until < lens.date:
            until = _("until %(until)s") % {"until": PartialDate(former.until).display()}
            names.append((_("Former name"), _("%(name)s (%(note)s)") % {"name": former.name, "note": until}))
    return [_("%(label)s: %(value)s") % {"label": label, "value": name} for label, name in names]


def _lettered(mechanism: Mechanism) -> str:
    return f"{mechanism.letter} {mechanism.short_name}"


def _with_place(centre: Centre) -> str:
    """Return the centre's name and, in brackets, its city and country under the name of the date."""
    where = place(centre)
    return _("%(name)s (%(note)s)") % {"name": centre.name, "note": where} if where else centre.name


def _region(membership: Membership) -> str:
    """Return the region, and since when where a source says it."""
    return _(", ").join([membership.region.name, *([interval(membership)] if membership.since else [])])
