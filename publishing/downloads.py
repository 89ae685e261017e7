"""A whole list as a file: the rows of page and API, written by the API's serializer."""

import datetime
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from publishing.dates import PartialDate
from publishing.exports import MEDIA_TYPES, WRITERS, Document
from publishing.exports.table import Table, csv_lines, geojson_bytes, xlsx_bytes
from publishing.exports.tbx import tbx_bytes
from publishing.models import Dataset
from publishing.problems import InvalidParameters
from publishing.renderers import json_bytes

#: Rows read from the database at a time.
CHUNK = 500


def notes_on(date: datetime.date, address: str) -> list[str]:
    """Return what a file says of itself: the date shown, the dataset's revision, the same list on the site."""
    return [
        _("Statements as of %(date)s.") % {"date": PartialDate(date).display()},
        _("Dataset revision %(revision)s.") % {"revision": Dataset.current().revision},
        address,
    ]


def said_of(request: HttpRequest, date: datetime.date, page: str) -> tuple[list[str], str]:
    """Return what a file of a page says of itself, in the active language, and what stands before its addresses.

    Args:
        request: of the page, or of the API for the same.
        page: the name of the page's address.
    """
    query = request.GET.copy()
    for name in ("format", "lang"):
        query.pop(name, None)
    base = f"{request.scheme}://{request.get_host()}"
    address = f"{base}{reverse(page)}"
    return notes_on(date, f"{address}?{query.urlencode()}" if query else address), base


def document_file(document: Document, wanted: str) -> HttpResponse:
    """Return a document in a format, to be saved."""
    headers = {"Content-Disposition": f'attachment; filename="{document.name}.{wanted}"'}
    return HttpResponse(WRITERS[wanted](document), content_type=MEDIA_TYPES[wanted], headers=headers)


def _check_length(rows: QuerySet[Any] | Sequence[Any]) -> None:
    most: int = settings.EXPORT_ROWS
    # Before the first is read: a file that is given up half-way leaves its parts behind.
    if most and (rows.count() if isinstance(rows, QuerySet) else len(rows)) > most:
        message = _("The list has more than %(most)s rows, which is all that a file holds: choose a part of it.")
        raise InvalidParameters({"format": [message % {"most": most}]})


def list_file(
    wanted: str, rows: QuerySet[Any] | Sequence[Any], serializer: Any, *, notes: Iterable[str] = (), bom: bool = False
) -> bytes | Iterator[bytes]:
    """Return a list as csv, xlsx, ndjson, geojson or tbx.

    Args:
        wanted: the format.
        rows: the list, read as the file is written.
        serializer: of the list, with the request's context; for geojson it knows ``point_of(row)``, for
            tbx ``concept_of(row)``.
        notes: what an Excel or TBX file says of itself.
        bom: whether a CSV file begins with a byte order mark.

    Raises:
        InvalidParameters: the list is longer than a file may be.
    """
    _check_length(rows)
    read = rows.iterator(chunk_size=CHUNK) if isinstance(rows, QuerySet) else rows
    if wanted == "geojson":
        return geojson_bytes((serializer.to_representation(row), serializer.point_of(row)) for row in read)
    if wanted == "tbx":
        return tbx_bytes((serializer.concept_of(row) for row in read), notes)
    records = (serializer.to_representation(row) for row in read)
    if wanted == "ndjson":
        return (json_bytes(record) + b"\n" for record in records)
    table = Table(serializer, serializer.context.get("lang"))
    return xlsx_bytes(table, records, notes) if wanted == "xlsx" else csv_lines(table, records, bom=bom)
