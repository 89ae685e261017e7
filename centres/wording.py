"""What is known of a centre, in words of the active language: as the pages say it, for every document."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from centres.comparison import Cell, Row
from centres.models import Centre, Designation, Hosting, LegalArrangement
from publishing.dates import PartialDate
from publishing.templatetags.portal import day, decision, interval, joined
from regions.models import Country


def country_then(country: Country) -> str:
    """Return a country's name on the date of with_name_on(date)."""
    return country.names_then[0].name if country.names_then else country.name


def place(centre: Centre) -> str:
    """Return the centre's city and country, under the name of the date; empty where neither is known."""
    parts = [centre.city, country_then(centre.country) if centre.country else ""]
    return _(", ").join(part for part in parts if part)


def role(designation: Designation) -> str:
    """Return what a centre is under a mechanism, by what decision and from when."""
    symbol = decision(designation.decision) if designation.decision else ""
    parts = [designation.get_role_display(), symbol, interval(designation)]
    return _(", ").join(part for part in parts if part)


def cell_lines(row: Row, cell: Cell, date: PartialDate, *, counted: bool = False) -> list[str]:
    """Return what a cell of the comparison of centres says, a line each.

    Args:
        date: that the comparison shows.
        counted: say how many countries are served, and not which.
    """
    if row.code == "designations":
        none = _("No designation is in force on %(date)s.") % {"date": date.display()}
        return [_designation(one) for one in cell.values] or [none]
    if row.code == "legal-arrangement" and cell.values:
        return [_arrangement(one, several=len(cell.values) > 1) for one in cell.values]
    if not cell.is_known:
        return [_unknown(row.code)]
    if row.code == "place":
        return [place(cell.centre)]
    if row.code == "hosts":
        kinds = [(one.institution, one.institution.get_institution_type_display()) for one in cell.values]
        return [_("%(name)s (%(note)s)") % {"name": name, "note": kind} for name, kind in kinds]
    if row.code == "countries":
        n = len(cell.values)
        number = ngettext("%(n)s country", "%(n)s countries", n) % {"n": n}
        return [number] if counted else [number, joined(map(country_then, cell.values))]
    return [joined(cell.values) or _("work reported")]


def _designation(one: Designation) -> str:
    said = [role(one)]
    if one.term:
        said.append(ngettext("term of %(n)s year", "term of %(n)s years", one.term) % {"n": one.term})
    return _("%(label)s: %(value)s") % {"label": one.mechanism.lettered, "value": _(", ").join(said)}


def _arrangement(hosting: Hosting, *, several: bool) -> str:
    said = str(hosting.get_legal_arrangement_display())
    if hosting.legal_date_shown:
        said = _(", ").join([said, day(hosting.legal_date_shown)])
    elif hosting.legal_arrangement != LegalArrangement.UNKNOWN:
        said = f"{said} {_('(date not stated)')}"
    return _("%(label)s: %(value)s") % {"label": hosting.institution, "value": said} if several else said


def _unknown(code: str) -> str:
    if code in {"hosts", "legal-arrangement"}:
        return _("unknown: no source names a host institution")
    if code == "countries":
        return _("unknown: no source gives the set on this date")
    return _("unknown: no source was found")
