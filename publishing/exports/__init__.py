"""Taking a page away: what is on the screen, as CSV, Excel or Word.

``document`` says what there is to write, in one form for all; each other module writes it in one format.
"""

from collections.abc import Callable

from publishing.exports.csv import write_csv
from publishing.exports.document import Content, Document, Line, Reference
from publishing.exports.docx import write_docx
from publishing.exports.xlsx import write_xlsx

__all__ = ["MEDIA_TYPES", "WRITERS", "Content", "Document", "Line", "Reference"]

#: How each format is written.
WRITERS: dict[str, Callable[[Document], bytes]] = {"csv": write_csv, "xlsx": write_xlsx, "docx": write_docx}

MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "tbx": "application/x-tbx+xml",
    "geojson": "application/geo+json",
    "ndjson": "application/x-ndjson",
    "atom": "application/atom+xml; charset=utf-8",
}
