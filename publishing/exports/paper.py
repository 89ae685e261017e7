"""How much paper a document takes as a Word file, counted on the safe side, and what is left out so that it fits."""

import re
from dataclasses import replace
from functools import lru_cache
from math import ceil

from django.utils import translation
from django.utils.translation import ngettext, pgettext

from publishing.exports.document import Content, Document, Line
from publishing.exports.docx import A4_LONG, A4_SHORT, MARGIN, column_widths

#: English Metric Units, in which Word's measures come, in a point.
POINT = 12700
#: Sizes of letters in points, as the file has them.
TITLE, TEXT, FOOTNOTE = 14, 9, 8
#: How wide a Latin letter is, and how high a line, as shares of the size: more than in any font that programs take.
LATIN, LATIN_LINE, WIDE_LINE = 0.5, 1.2, 1.5
#: Beside a cell's text, below a paragraph, below the title, above footnotes, and below the table.
PADDING, AFTER, AFTER_TITLE, SEPARATOR, LAST = 11, 2, 6, 14, 16
WIDE = "\u2014\u2018-\u201d\u2026\u2e80-\u9fff\uf900-\ufaff\uff00-\uff60\U00020000-\U0003ffff"
IS_WIDE = re.compile(f"[{WIDE}]")
WORDS = re.compile(rf"[{WIDE}]|[^\s{WIDE}]+|\s+")
#: How many of the lines that are left out a brief names.
MOST_NAMED = 8


def fitted(document: Document, pages: int) -> Document:
    """Return what of a document fits on so many pages; its notes say which lines are in short, and which left out."""
    lines = document.lines
    in_turn = sorted((n for n, line in enumerate(lines) if line.rank), key=lambda n: (-lines[n].rank, -n))
    # All are shortened before one is left out.
    steps = [n for n in in_turn if lines[n].shorter] + in_turn
    shortened = len(steps) - len(in_turn)
    kept = document
    for taken in range(len(steps) + 1):
        out = set(steps[shortened:taken])
        kept = _with_less(document, set(steps[: min(taken, shortened)]) - out, out)
        if pages_of(kept) <= pages:
            break
    return replace(kept, name=f"{document.name}-{pages}")


def _with_less(document: Document, short: set[int], out: set[int]) -> Document:
    """Return a document with some lines in short and less some others; a heading with no line under it goes too."""
    lines: list[Line] = []
    for n, line in enumerate(document.lines):
        if n not in out:
            if line.is_heading and lines and lines[-1].is_heading:
                lines.pop()
            lines.append(replace(line, cells=line.shorter) if n in short else line)
    if lines and lines[-1].is_heading:
        lines.pop()
    with translation.override(document.language):
        shortened = ngettext("In short, %(n)s row: %(names)s", "In short, %(n)s rows: %(names)s", len(short))
        left_out = ngettext("Left out, %(n)s row: %(names)s", "Left out, %(n)s rows: %(names)s", len(out))
        said = [
            text % {"n": len(chosen), "names": _named([document.lines[n].name for n in sorted(chosen)])}
            for chosen, text in ((short, shortened), (out, left_out))
            if chosen
        ]
    # Where the rest is to be found stands last.
    return replace(document, lines=tuple(lines), notes=(*document.notes[:-2], *said, *document.notes[-2:]))


def _named(names: list[str]) -> str:
    text = pgettext("between items with commas", "; ").join(names[:MOST_NAMED])
    return f"{text} …" if len(names) > MOST_NAMED else text


def pages_of(document: Document) -> int:
    """Return on how many pages a document fits in any case: each line whole, on the page of its footnotes."""
    across, along = (A4_SHORT, A4_LONG) if document.is_portrait else (A4_LONG, A4_SHORT)
    room, height = across - 2 * MARGIN, (along - 2 * MARGIN) / POINT - LAST
    widths = [width / POINT - PADDING for width in column_widths(len(document.header), room)]
    header = _row(document.header, widths)
    pages, used = 1, _height(document.title, room / POINT, TITLE) + AFTER_TITLE + header
    used += sum(_height(note, room / POINT, TEXT) + AFTER for note in document.notes)
    is_noted = False
    for line, footnotes in document.with_footnotes():
        needed = _row(line.cells, widths) + sum(_height(f"00 {text}", room / POINT, FOOTNOTE) for text in footnotes)
        if used + needed + (SEPARATOR if footnotes and not is_noted else 0) > height:
            pages, used, is_noted = pages + 1, header, False
        if footnotes and not is_noted:
            used, is_noted = used + SEPARATOR, True
        used += needed
    return pages


def _row(cells: tuple[Content, ...], widths: list[float]) -> float:
    """Return the height of a row, with its border; the last of too few cells runs across the rest."""
    last = len(cells) - 1
    spans = [*widths[:last], sum(widths[last:]) + PADDING * (len(widths) - len(cells))]
    heights = []
    for cell, width in zip(cells, spans, strict=True):
        # Behind the last paragraph a mark for each footnote.
        texts = f"{cell.text} {'00 ' * len(cell.references)}".split("\n")
        heights.append(sum(_height(text, width, TEXT) + AFTER for text in texts))
    return 1 + max(heights)


@lru_cache(maxsize=4096)
def _height(text: str, width: float, size: int) -> float:
    """Return the height of a paragraph whose words are broken where none fits on a line."""
    lines, used = 1, 0.0
    for word in WORDS.findall(text):
        wide = size * (1 if IS_WIDE.match(word) else LATIN * len(word))
        if used + wide > width and not word.isspace():
            lines, used = lines + 1, 0.0
            lines += ceil(wide / width) - 1
        used += wide
    return lines * size * (WIDE_LINE if IS_WIDE.search(text) else LATIN_LINE)
