"""Writing a document as CSV, for Excel and for scripts."""

import csv
import io

from publishing.exports.document import Content, Document, is_formula_like


def write_csv(document: Document, *, bom: bool = True) -> bytes:
    """Return the table as UTF-8 CSV; sources stand in brackets behind the text.

    Args:
        bom: begin with a byte order mark, without which Excel misreads Chinese; scripts want none.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([_safe(cell.text) for cell in document.header])
    for line in document.lines:
        cells = [_safe(_with_sources(cell)) for cell in line.cells]
        writer.writerow(cells + [""] * (len(document.header) - len(cells)))
    return out.getvalue().encode("utf-8-sig" if bom else "utf-8")


def _with_sources(cell: Content) -> str:
    if not cell.references:
        return cell.text
    return f"{cell.text}\n[{'; '.join(reference.short for reference in cell.references)}]"


def _safe(text: str) -> str:
    # An apostrophe keeps a spreadsheet from computing what a reader should read.
    return f"'{text}" if is_formula_like(text) else text
