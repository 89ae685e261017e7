"""What has changed since a page was frozen: its cells set beside those of the same question today."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

Cell = dict[str, Any]
NO_CELL: Cell = {"key": "", "texts": [], "sources": []}


@dataclass(frozen=True)
class Change:
    """A cell that says or cites something else now."""

    #: Empty in the heading of the table.
    row: str
    column: str
    before: Cell
    after: Cell

    @property
    def is_in_sources_only(self) -> bool:
        """Tell whether the cell says what it said and only cites otherwise."""
        return bool(self.before["texts"] == self.after["texts"])


@dataclass(frozen=True)
class Changes:
    """What is other now, by the names of rows and columns. What is the same is told by keys, which have no language."""

    cells: list[Change]
    #: How many cells are as they were.
    same: int
    rows_added: list[str]
    rows_removed: list[str]
    columns_added: list[str]
    columns_removed: list[str]

    @property
    def are_there(self) -> bool:
        """Tell whether anything is other."""
        return any((self.cells, self.rows_added, self.rows_removed, self.columns_added, self.columns_removed))


@dataclass(frozen=True)
class _Table:
    #: The name of each column, by its key.
    columns: dict[str, str]
    #: The name of each row and its cells by column, by its key; the heading's is empty.
    rows: dict[str, tuple[str, dict[str, Cell]]]


def changes_between(before: dict[str, Any], after: dict[str, Any]) -> Changes:
    """Return what is other in the content ``after`` than in the content ``before``."""
    old, new = _table(before), _table(after)
    cells = []
    compared = 0
    for row, (name, old_cells) in old.rows.items():
        new_cells = new.rows[row][1] if row in new.rows else {}
        for column in old.columns:
            pair = old_cells.get(column), new_cells.get(column)
            if row in new.rows and column in new.columns and pair != (None, None):
                compared += 1
                one, other = (cell or NO_CELL for cell in pair)
                if _said(one) != _said(other):
                    cells.append(Change(name, old.columns[column], one, other))
    return Changes(
        cells,
        compared - len(cells),
        rows_added=[name for row, (name, _cells) in new.rows.items() if row not in old.rows],
        rows_removed=[name for row, (name, _cells) in old.rows.items() if row not in new.rows],
        columns_added=[name for column, name in new.columns.items() if column not in old.columns],
        columns_removed=[name for column, name in old.columns.items() if column not in new.columns],
    )


def _table(content: dict[str, Any]) -> _Table:
    header, lines = content["header"], [line["cells"] for line in content["lines"]]
    columns = list(_keys(header))
    firsts = Counter(_text(cells[0]) for cells in lines)
    # Where rows begin alike, as those of the centres of one mechanism do, the next cell tells them apart.
    names = [" · ".join(map(_text, cells[: 1 if firsts[_text(cells[0])] == 1 else 2])) for cells in lines]
    rows = {
        key: (name, dict(zip(columns, cells, strict=False)))
        for key, name, cells in zip(_keys(cells[0] for cells in lines), names, lines, strict=True)
    }
    return _Table(
        dict(zip(columns, map(_text, header), strict=True)),
        {"": ("", dict(zip(columns, header, strict=True))), **rows},
    )


def _keys(cells: Iterable[Cell]) -> list[str]:
    """Return the key of each cell, or its text where it has none; one that comes again gets a number."""
    seen: Counter[str] = Counter()
    keys = []
    for cell in cells:
        key = cell["key"] or _text(cell)
        seen[key] += 1
        keys.append(f"{key}#{seen[key]}")
    return keys


def _text(cell: Cell) -> str:
    return "\n".join(one["text"] for one in cell["texts"])


def _said(cell: Cell) -> tuple[Any, ...]:
    """Return what is compared: texts and sources, but not where on the site a source is."""
    return cell["texts"], [one["text"] for one in cell["sources"]]
