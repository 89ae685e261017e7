"""What a cell of the comparison says, in one language: the same words for page, API and every export."""

from dataclasses import dataclass

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from mechanisms.comparison import Cell
from mechanisms.models import FindingStatus
from publishing.dates import Precision


@dataclass(frozen=True)
class CellWords:
    """A cell in words of one language; empty where the cell has no such part."""

    language: str
    #: Said for every cell but one that is simply stated.
    status: str
    options: tuple[str, ...]
    number: str
    text: str
    #: When the sources said it.
    stated: str

    @property
    def lines(self) -> list[str]:
        """Return the words as exports write them, a line each: tags, number, text, date."""
        said = _("%(label)s: %(value)s") % {"label": self.status, "value": self.text} if self.status else self.text
        return [line for line in (self._tags, self.number, said, self.stated) if line]

    @property
    def coded(self) -> list[str]:
        """Return what is coded of them, a line each; where nothing is, the text."""
        return [line for line in (self._tags, self.number, self.status) if line] or [self.text]

    @property
    def _tags(self) -> str:
        return pgettext("between items of a list", ", ").join(self.options)


def _silence(status: str) -> str:
    """Return what is said of a cell without a text of its own."""
    if status == FindingStatus.SILENT:
        return _("The sources read say nothing about it.")
    if status == FindingStatus.NOT_APPLICABLE:
        return _("The question does not apply.")
    return _("No statement has been recorded by this date.")


def words(cell: Cell, language: str) -> CellWords:
    """Return what ``cell`` says in ``language``; its options must have been prefetched."""
    with translation.override(language):
        finding = cell.finding
        status = "" if cell.status == FindingStatus.STATED else cell.status_label
        if finding is None:
            return CellWords(language, status, (), "", _silence(cell.status), "")
        text = finding.text or ""
        options = tuple(one.name for one in finding.options.all())
        date = finding.stated_on_date
        if date.precision == Precision.BY:
            stated = _("as read on %(date)s") % {"date": date.day_display()}
        elif date.precision == Precision.DAY:
            stated = _("stated on %(date)s") % {"date": date.display()}
        else:
            stated = _("stated in %(date)s") % {"date": date.display()}
        return CellWords(language, status, options, _number(cell), text or _silence(cell.status), stated)


def _number(cell: Cell) -> str:
    """Return the cell's number; a year is a name and has no thousands."""
    number = cell.finding.number if cell.finding else None
    if number is None:
        return ""
    if cell.criterion.code == "year-established":
        return f"{number:.0f}"
    return f"{number:,.0f}" if number == number.to_integral_value() else f"{number.normalize():,f}"
