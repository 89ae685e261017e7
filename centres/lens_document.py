"""The country lens as a brief of one page to take away: the facts of the page, with its sources as footnotes."""

from django.utils.translation import gettext as _

from centres.lens import Lens, Serving
from centres.models import Centre, Designation, Service
from mechanisms.models import Mechanism
from publishing.dates import PartialDate
from publishing.exports import Content, Document, Line, Reference
from publishing.templatetags.portal import decision, interval
from regions.models import Membership
from sources.models import CitedModel
from sources.references import references


def lens_document(lens: Lens, *, language: str, address: str, revision: int, base: str) -> Document:
    """Return the lens as a document in ``language``, which must be active.

    Args:
        address: where the same lens stands on the site.
        revision: of the dataset.
        base: scheme and host before the addresses of sources.
    """

    def content(text: str, *statements: CitedModel, but: tuple[Reference, ...] = ()) -> Content:
        # The first source, which is the most reliable: all of them would take a second page.
        cited = [one for statement in statements for one in references(statement.citations.all(), base)[:1]]
        paragraphs = tuple((language, line) for line in text.split("\n"))
        return Content(paragraphs, tuple(one for one in dict.fromkeys(cited) if one not in but))

    def heading(text: str) -> Line:
        return Line((content(text),), is_heading=True)

    def line(centre: Centre, designations: list[Designation], *services: Service) -> Line:
        mechanisms = dict.fromkeys(one.mechanism for one in designations)
        # Each role is told by the letter of its mechanism where there is more than one.
        roles = [f"{one.mechanism.letter} {_role(one)}" if len(mechanisms) > 1 else _role(one) for one in designations]
        name = content(_with_place(centre), *services)
        return Line(
            (
                content("\n".join(map(_lettered, mechanisms))),
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
    gaps = [Line((content(_lettered(mechanism)), content(sentence))) for mechanism, sentence in lens.gaps]
    hosted = [line(centre, centre.current_designations) for centre in lens.hosted]
    regions = [Line((content(one.region.scheme.name), content(_region(one), one))) for one in lens.memberships]
    nothing = Line((content(_("No centre, office or network lists this country on this date.")),))
    return Document(
        language=language,
        title=lens.name,
        notes=(
            *_other_names(lens),
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


def _other_names(lens: Lens) -> list[str]:
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
    country = centre.country
    parts = [centre.city]
    if country:
        parts.append(country.names_then[0].name if country.names_then else country.name)
    place = _(", ").join(part for part in parts if part)
    return _("%(name)s (%(note)s)") % {"name": centre.name, "note": place} if place else centre.name


def _region(membership: Membership) -> str:
    """Return the region, and since when where a source says it."""
    return _(", ").join([membership.region.name, *([interval(membership)] if membership.since else [])])


def _role(designation: Designation) -> str:
    """Return what the centre is under the mechanism, by what decision and from when."""
    symbol = decision(designation.decision) if designation.decision else ""
    parts = [designation.get_role_display(), symbol, interval(designation)]
    return _(", ").join(part for part in parts if part)
