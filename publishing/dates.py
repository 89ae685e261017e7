"""Dates as sources give them: a day, a month, a year, or "by" a date on which something is first attested."""

import calendar
import datetime
import re
from dataclasses import dataclass

from django.db import models
from django.utils import formats
from django.utils.translation import get_language, get_language_bidi, gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

PARTIAL_DATE = re.compile(r"(?P<by>by )?(?P<year>\d{4})(-(?P<month>\d{2})(-(?P<day>\d{2}))?)?", re.ASCII)


class Precision(models.TextChoices):
    """How much of a stored date the source gives."""

    DAY = "day", pgettext_lazy("precision", "day")
    MONTH = "month", pgettext_lazy("precision", "month")
    YEAR = "year", pgettext_lazy("precision", "year")
    #: The source shows that something held on the date, not when it began.
    BY = "by", pgettext_lazy("precision", "at the latest")


#: How a day and a month are written, where it is not Django's way in the language.
FORMATS = {"en": ("j F Y", "F Y"), "zh-hans": ("Y年n月j日", "Y年n月")}
#: After so many years a statement is old.
OLD_AFTER = 5


def first_fresh(date: datetime.date) -> datetime.date:
    """Return the earliest day that is not yet more than five years ago on ``date``."""
    year = max(date.year - OLD_AFTER, datetime.MINYEAR)
    # Five years after a 29 February there is none.
    return datetime.date(year, 3, 1) if (date.month, date.day) == (2, 29) else date.replace(year=year)


@dataclass(frozen=True)
class PartialDate:
    """A date and its precision.

    Stored as a full date so that it can be compared in the database: the first day of the month
    or year where it begins something, the last day where it ends something.
    """

    date: datetime.date
    precision: str = Precision.DAY

    @classmethod
    def parse(cls, text: str, *, end: bool = False) -> "PartialDate":
        """Return the date that ``text`` names: "2009-05-08", "2009-05", "2009" or "by 2010-06-07".

        Args:
            text: the date as fixtures and the API write it.
            end: take the last day of a month or year instead of the first.

        Raises:
            ValueError: ``text`` is of another form or names no day of the calendar.
        """
        match = PARTIAL_DATE.fullmatch(text)
        if match is None:
            raise ValueError(gettext("use YYYY, YYYY-MM, YYYY-MM-DD or 'by YYYY-MM-DD'"))
        if match["by"] and not match["day"]:
            raise ValueError(gettext("'by' needs a full date: by YYYY-MM-DD"))
        try:
            return cls._of(match, end=end)
        except ValueError:
            raise ValueError(gettext("there is no such day")) from None

    @classmethod
    def _of(cls, match: re.Match[str], *, end: bool) -> "PartialDate":
        year, month, day = int(match["year"]), match["month"], match["day"]
        if match["by"]:
            return cls(datetime.date(year, int(month), int(day)), Precision.BY)
        if day:
            return cls(datetime.date(year, int(month), int(day)))
        if month:
            last = calendar.monthrange(year, int(month))[1] if 1 <= int(month) <= 12 else 1
            return cls(datetime.date(year, int(month), last if end else 1), Precision.MONTH)
        return cls(datetime.date(year, 12, 31) if end else datetime.date(year, 1, 1), Precision.YEAR)

    def __str__(self) -> str:
        """Return the text that :meth:`parse` reads."""
        iso = self.date.isoformat()
        return {
            Precision.DAY: iso,
            Precision.MONTH: iso[:7],
            Precision.YEAR: iso[:4],
            Precision.BY: f"by {iso}",
        }[Precision(self.precision)]

    def display(self) -> str:
        """Return the date in words of the active language: "7 June 2010", "2010年6月7日"."""
        language = get_language() or "en"
        if self.precision == Precision.YEAR:
            return f"{self.date.year}年" if language == "zh-hans" else str(self.date.year)
        day, month = FORMATS.get(language, ("DATE_FORMAT", "YEAR_MONTH_FORMAT"))
        text = formats.date_format(self.date, month if self.precision == Precision.MONTH else day)
        if get_language_bidi():
            # Isolated: beside English its numbers would change sides.
            text = f"\u2068{text}\u2069"
        if self.precision == Precision.BY:
            return _("by %(date)s") % {"date": text}
        return text

    def day_display(self) -> str:
        """Return the day in words, without saying that it is only the latest possible one."""
        return PartialDate(self.date).display()
