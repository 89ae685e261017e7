"""Dates as sources give them: read, stored, compared and shown without inventing a day."""

import datetime

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from publishing.dates import PartialDate, Precision

DAY = datetime.date(2009, 5, 8)


@pytest.mark.parametrize(
    ("text", "first", "last", "precision"),
    [
        ("2009-05-08", DAY, DAY, Precision.DAY),
        ("by 2009-05-08", DAY, DAY, Precision.BY),
        ("2009-05", datetime.date(2009, 5, 1), datetime.date(2009, 5, 31), Precision.MONTH),
        ("2008-02", datetime.date(2008, 2, 1), datetime.date(2008, 2, 29), Precision.MONTH),
        ("2009", datetime.date(2009, 1, 1), datetime.date(2009, 12, 31), Precision.YEAR),
    ],
)
def test_a_date_begins_on_its_first_day_and_ends_on_its_last(text, first, last, precision):
    assert PartialDate.parse(text) == PartialDate(first, precision)
    assert PartialDate.parse(text, end=True) == PartialDate(last, precision)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " 2009",
        "2009 ",
        "2009\n",
        "209",
        "02009",
        "2009-5",
        "2009-5-8",
        "2009-05-8",
        "2009/05/08",
        "08.05.2009",
        "20090508",
        "May 2009",
        "since 2009",
        "by 2009",
        "by 2009-05",
        "By 2009-05-08",
        "by  2009-05-08",
        "2009-00",
        "2009-13",
        "2009-02-29",
        "2009-04-31",
        "2009-05-00",
        "by 2009-02-30",
        "0000",
        "2009-05-08T00:00",
        "２００９",
        "٢٠٠٩-٠٥",
    ],
)
@pytest.mark.parametrize("end", [False, True])
def test_any_other_form_is_refused(text, end):
    with pytest.raises(ValueError, match=r"."):
        PartialDate.parse(text, end=end)


@given(date=st.dates(), precision=st.sampled_from(Precision), end=st.booleans())
def test_what_is_written_is_read_back(date, precision, end):
    text = str(PartialDate(date, precision))
    read = PartialDate.parse(text, end=end)
    assert read.precision == precision
    assert str(read) == text
    known = {Precision.YEAR: 1, Precision.MONTH: 2}.get(precision, 3)
    assert read.date.timetuple()[:known] == date.timetuple()[:known]


@given(text=st.text(alphabet="0123456789- by", max_size=14))
def test_whatever_is_read_is_the_text_itself(text):
    try:
        read = PartialDate.parse(text)
    except ValueError:
        return
    assert str(read) == text


@given(text=st.sampled_from(["2009", "2009-02", "2012-02", "2009-12", "2009-05-08"]), day=st.dates())
def test_a_day_lies_between_first_and_last_exactly_when_its_text_begins_so(text, day):
    first, last = PartialDate.parse(text).date, PartialDate.parse(text, end=True).date
    assert (first <= day <= last) == day.isoformat().startswith(text)


@pytest.mark.parametrize(
    ("text", "english", "chinese"),
    [
        ("2010-06-07", "7 June 2010", "2010年6月7日"),
        ("2010-12-31", "31 December 2010", "2010年12月31日"),
        ("2010-06", "June 2010", "2010年6月"),
        ("2010", "2010", "2010年"),
    ],
)
@pytest.mark.parametrize("end", [False, True])
def test_a_date_is_shown_as_the_language_writes_it_and_no_finer_than_the_source(text, english, chinese, end):
    date = PartialDate.parse(text, end=end)
    assert date.display() == english
    with translation.override("zh-hans"):
        assert date.display() == chinese


def test_a_first_attestation_is_not_shown_as_a_beginning():
    date = PartialDate.parse("by 2010-06-07")
    assert date.display() == "by 7 June 2010"
    with translation.override("zh-hans"):
        shown = date.display()
    assert "2010年6月7日" in shown
    assert shown != "2010年6月7日"
    assert "by" not in shown
