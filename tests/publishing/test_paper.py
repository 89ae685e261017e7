"""What fits on so many pages: counted on the safe side, left out in the order of ranks, and said."""

import pytest

from publishing.exports import Content, Document, Line, Reference
from publishing.exports.paper import fitted, pages_of

pytestmark = pytest.mark.one_database

LONG = "A sentence of some length that a source says. " * 12


def content(text: str, *references: Reference, language: str = "en") -> Content:
    return Content(((language, text),), references)


def line(name: str, rank: int, *, text: str = LONG, shorter: str = "") -> Line:
    cells = (content(name), content(text))
    return Line(cells, name=name, rank=rank, shorter=(content(name), content(shorter)) if shorter else ())


def heading(text: str) -> Line:
    return Line((content(text),), is_heading=True)


def document(*lines: Line, language: str = "en") -> Document:
    notes = ("As of today.", "Revision 7.", "More is on the page:", "http://testserver/en/")
    return Document(language, "Title", notes, (content("a"), content("b")), lines, "brief", is_portrait=True)


def names(found: Document) -> list[str]:
    return [one.cells[0].text for one in found.lines]


def test_what_fits_stays_as_it_is():
    whole = document(heading("One"), line("a", 1), line("b", 2))
    kept = fitted(whole, 1)
    assert (kept.lines, kept.notes) == (whole.lines, whole.notes)
    assert kept.name == "brief-1"


def test_the_highest_rank_goes_first_and_of_it_the_last():
    lines = [line(f"{rank}{n}", rank) for rank in (2, 1, 3) for n in range(5)]
    kept = fitted(document(*lines), 1)
    left = names(kept)
    assert pages_of(kept) == 1 < pages_of(document(*lines))
    assert 3 < len(left) < 15
    # Nothing of a rank is gone while a higher one is there.
    in_turn = [f"{rank}{n}" for rank in (1, 2, 3) for n in range(5)]
    assert sorted(left) == sorted(in_turn[: len(left)])
    assert left == [name for name in names(document(*lines)) if name in left], "in the order of the document"


def test_lines_are_shortened_before_one_is_left_out_and_both_are_said():
    lines = [line(f"{n}", n, shorter="Codes.") for n in range(1, 30)]
    kept = fitted(document(*lines), 1)
    assert names(kept) == [f"{n}" for n in range(1, 30)]
    short = [one.name for one in kept.lines if one.cells[1].text == "Codes."]
    assert short == [f"{n}" for n in range(30 - len(short), 30)]
    assert len(kept.notes) == 5
    assert kept.notes[2].startswith(f"In short, {len(short)} rows: {short[0]}; {short[1]}")
    assert kept.notes[2].endswith(" …")
    assert kept.notes[-1] == "http://testserver/en/"
    more = [line(f"{n}", n, shorter="Codes. " * 40) for n in range(1, 30)]
    kept = fitted(document(*more), 1)
    assert pages_of(kept) == 1
    assert [one[:8] for one in kept.notes[2:4]] == ["In short", "Left out"]


def test_a_heading_goes_with_its_last_line_and_rank_0_stays():
    stays, goes = [line(f"a{n}", 0) for n in range(4)], [line(f"b{n}", 1) for n in range(9)]
    lines = [heading("One"), *stays, heading("Two"), *goes, heading("Three"), line("c", 2)]
    kept = fitted(document(*lines), 1)
    assert {"One", "a0", "a1", "a2", "a3"} <= set(names(kept))
    assert "Three" not in names(kept)
    assert not any(one.is_heading and after.is_heading for one, after in zip(kept.lines, kept.lines[1:], strict=False))


def test_more_of_anything_takes_no_less_paper():
    """Chinese is higher and wider than Latin letters, and a footnote stands on the page of its line."""
    counts = [pages_of(document(*[line("a", 1)] * n)) for n in range(60)]
    assert counts == sorted(counts)
    assert counts[0] == 1 < 3 < counts[-1]
    source = Reference("one", f"In full {LONG}", "In short.", "http://testserver/")
    noted = Line((content("a"), content(LONG, source)), rank=1)
    assert pages_of(document(*[line("a", 1)] * 30)) < pages_of(
        document(*(Line((content("a"), content(LONG, Reference(f"{n}", LONG, "", ""))), rank=1) for n in range(30)))
    )
    assert pages_of(document(*[noted] * 30)) >= pages_of(document(*[line("a", 1)] * 30))
    chinese = [Line((content("甲"), content("来" * len(LONG), language="zh-hans")))] * 20
    assert pages_of(document(*chinese)) > pages_of(document(*[line("a", 1)] * 20))


def test_an_address_without_a_gap_is_broken():
    address = Line((content("a"), content("http://testserver/" + "x" * 3000)))
    assert pages_of(document(address, address)) == 2


def test_the_note_is_in_the_language_of_the_document():
    kept = fitted(document(*[line("甲", 1)] * 40, language="zh-hans"), 1)
    assert any("未列的行" in note for note in kept.notes)
