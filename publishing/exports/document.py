"""A table with sources, ready to be written in any format."""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Reference:
    """What a cell rests on in one source.

    Attributes:
        source: the source's code; its first footnote names it in full, the others in short.
        text: source and places in full.
        short: source and places in short.
        url: of the first place on the site.
    """

    source: str
    text: str
    short: str
    url: str


@dataclass(frozen=True)
class Content:
    """What a cell says: paragraphs, each with its language, and what they rest on."""

    paragraphs: tuple[tuple[str, str], ...]
    references: tuple[Reference, ...] = ()
    #: In the header and at the beginning of a row: what column or row it is, in no language.
    key: str = ""

    @property
    def text(self) -> str:
        return "\n".join(text for _language, text in self.paragraphs)


@dataclass(frozen=True)
class Line:
    """A row of the table; where it has fewer cells than columns, as a heading has, its last runs across the rest."""

    cells: tuple[Content, ...]
    is_heading: bool = False
    #: What it is about; a brief names the lines that it leaves out.
    name: str = ""
    #: Where a brief has no room it shortens, then leaves out, lines of the highest rank first; those of 0 stay.
    rank: int = 0
    #: The cells in short, where there is such a thing.
    shorter: tuple[Content, ...] = ()


@dataclass(frozen=True)
class Document:
    """A table, its title and the notes that say what it is: date shown, revision, address."""

    language: str
    title: str
    notes: tuple[str, ...]
    header: tuple[Content, ...]
    lines: tuple[Line, ...]
    name: str = "table"
    #: What the table is called beside the other sheets of a workbook.
    table: str = ""
    is_portrait: bool = False

    def numbered(self) -> tuple[list[Reference], dict[Reference, int]]:
        """Return the references in the order in which they first occur, and the number of each."""
        numbers: dict[Reference, int] = {}
        for reference in self._references():
            numbers.setdefault(reference, len(numbers) + 1)
        return list(numbers), numbers

    def with_footnotes(self) -> Iterator[tuple[Line, list[str]]]:
        """Yield each line with its footnotes: each source in full where it first occurs, in short afterwards."""
        seen: set[str] = set()
        for line in self.lines:
            texts = []
            for reference in (reference for cell in line.cells for reference in cell.references):
                texts.append(reference.short if reference.source in seen else reference.text)
                seen.add(reference.source)
            yield line, texts

    def _references(self) -> Iterator[Reference]:
        for line in self.lines:
            for cell in line.cells:
                yield from cell.references


#: What makes a spreadsheet take a text for a formula; where full-width signs are at home, those too.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def is_formula_like(text: str) -> bool:
    """Tell whether a spreadsheet would compute ``text`` instead of showing it."""
    return text.startswith(FORMULA_STARTS)
