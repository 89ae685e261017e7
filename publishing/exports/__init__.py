"""Taking a page away: what is on the screen, as CSV, Excel or Word.

``document`` says what there is to write, in one form for all; each other module writes it in one format.
"""

from collections.abc import Callable

from django.utils.module_loading import import_string

from publishing.exports.document import Content, Document, Line, Reference

__all__ = ["MEDIA_TYPES", "WRITERS", "Content", "Document", "Line", "Reference"]


def _writer(form: str) -> Callable[[Document], bytes]:
    """Return what writes a format; its library is loaded when one first asks for it.

    The libraries of Word and Excel files took a third of every start, and twenty megabytes of every worker.
    """

    def write(document: Document) -> bytes:
        written: bytes = import_string(f"publishing.exports.{form}.write_{form}")(document)
        return written

    return write


#: How each format is written.
WRITERS = {form: _writer(form) for form in ("csv", "xlsx", "docx")}

MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "tbx": "application/x-tbx+xml",
    "geojson": "application/geo+json",
    "ndjson": "application/x-ndjson",
    "atom": "application/atom+xml; charset=utf-8",
}
