"""The bulk export: every table as CSV and JSON in one zip file, which can be read without the portal."""

import csv
import datetime
import hashlib
import io
import zipfile
from dataclasses import dataclass
from typing import Any

from django.http import FileResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request

from config.bulk_columns import Column, columns_of
from config.bulk_texts import KIT_LINE, LICENCE, README, README_FILES, TITLE
from config.tables import tables as names
from publishing.api import PortalAPIView, PortalViewSet
from publishing.conditional import State
from publishing.exports.table import Table, csv_lines
from publishing.index import kind_of
from publishing.kept import kept
from publishing.parity import parity
from publishing.problems import InvalidParameters
from publishing.renderers import ZipRenderer, json_bytes
from publishing.schema import PortalAutoSchema

#: Rows read at a time. More would need fewer queries and more memory, which a process keeps.
CHUNK = 200
#: The earliest time that a zip file can write.
EARLIEST = datetime.datetime(1980, 1, 1, tzinfo=datetime.UTC)
#: The column that identifies a record; the first of these that a table has.
KEYS = ("key", "code", "iso2")

Viewsets = dict[str, type[PortalViewSet]]


@dataclass(frozen=True)
class BulkTable:
    """A table of the export with its records."""

    name: str
    columns: list[Column]
    csv: bytes
    json: bytes
    count: int

    @property
    def resource(self) -> dict[str, Any]:
        """Return the table as the Data Package describes it."""
        fields = [
            {
                "name": column.name,
                "type": column.type,
                "title": column.titles["en"],
                "title_zh_hans": column.titles["zh-hans"],
                "description": column.descriptions["en"],
                "description_zh_hans": column.descriptions["zh-hans"],
            }
            for column in self.columns
        ]
        names = [column.name for column in self.columns]
        return {
            "profile": "tabular-data-resource",
            "name": self.name,
            "path": f"csv/{self.name}.csv",
            "format": "csv",
            "mediatype": "text/csv",
            "encoding": "utf-8",
            "bytes": len(self.csv),
            "hash": f"sha256:{hashlib.sha256(self.csv).hexdigest()}",
            "rowcount": self.count,
            "schema": {"fields": fields, "primaryKey": next(key for key in KEYS if key in names)},
        }


def read_table(name: str, viewset: type[PortalViewSet], date: datetime.date) -> BulkTable:
    """Return every record of a list of the API, whatever its date, with what it shows on ``date``."""
    view = viewset()
    # The serializer of a list: that of one record may have more fields.
    view.action = "list"
    serializer: Any = view.get_serializer_class()(context={"lang": None})
    queryset = view.records(date)
    rows = queryset.order_by(*queryset.model.key_fields, "pk").iterator(chunk_size=CHUNK)
    records = [serializer.to_representation(row) for row in rows]
    table = Table(serializer, None)
    return BulkTable(
        name,
        columns_of(name, table, serializer),
        b"".join(csv_lines(table, records)),
        json_bytes(records),
        len(records),
    )


def members(viewsets: Viewsets, shown: State, kit: dict[str, bytes] | None = None) -> dict[str, bytes]:
    """Return the files of the export by name.

    Args:
        viewsets: the lists of the API by name.
        shown: the state of the dataset that is written.
        kit: the offline kit by its name, where it goes with them.
    """
    tables, figures = [read_table(name, viewset, shown.date) for name, viewset in viewsets.items()], parity()
    rows = "\n".join(f"| {table.name} | {table.count} |" for table in tables)
    package = {
        "profile": "tabular-data-package",
        "name": "technical-assistance-mechanisms",
        "title": TITLE["en"],
        "title_zh_hans": TITLE["zh-hans"],
        "version": str(shown.revision),
        **({"created": shown.changed_at.isoformat()} if shown.changed_at else {}),
        "as_of": shown.date,
        "licenses": [
            {
                "name": "CC-BY-4.0",
                "path": "https://creativecommons.org/licenses/by/4.0/",
                "title": "Creative Commons Attribution 4.0, for the portal's own texts; see LICENCE.txt",
            }
        ],
        "parity": [
            {
                "table": names()[kind_of(one.model)],
                "texts": one.texts,
                "complete": one.complete,
                "outdated": one.outdated,
            }
            for one in figures
            if one.model
        ],
        "resources": [table.resource for table in tables],
    }
    files = {
        **(kit or {}),
        "datapackage.json": json_bytes(package),
        "data-dictionary.csv": _dictionary(tables),
        **{file: _readme(code, shown, rows, kit or {}).encode() for code, file in README_FILES.items()},
        "LICENCE.txt": LICENCE.encode(),
        "REVISION": f"{shown.revision}\n".encode(),
    }
    for table in tables:
        files[f"csv/{table.name}.csv"] = table.csv
        files[f"json/{table.name}.json"] = table.json
    sums = [f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files)]
    return {**files, "SHA256SUMS": "".join(sums).encode()}


def _readme(code: str, shown: State, rows: str, kit: dict[str, bytes]) -> str:
    lines = "".join(KIT_LINE[code].format(name=name) for name in kit)
    return README[code].format(revision=shown.revision, date=shown.date, rows=rows, kit=lines)


def _dictionary(tables: list[BulkTable]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(["table", "column", "type", "description_en", "description_zh_hans"])
    for table in tables:
        for column in table.columns:
            said = column.descriptions
            writer.writerow([table.name, column.name, column.type, said["en"], said["zh-hans"]])
    return out.getvalue().encode()


def zip_bytes(members: dict[str, bytes], shown: State) -> bytes:
    """Return a zip file that is the same bytes for the same members and state."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name in sorted(members):
            info = zipfile.ZipInfo(name, (shown.changed_at or EARLIEST).timetuple()[:6])
            info.compress_type = zipfile.ZIP_DEFLATED
            # The same wherever it is written, and readable where it is unpacked.
            info.create_system = 3
            info.external_attr = 0o644 << 16
            file.writestr(info, members[name])
    return out.getvalue()


def export(viewsets: Viewsets) -> tuple[bytes, State]:
    """Return the export of the dataset as it is now, and which state it is."""
    return kept("export", lambda shown: zip_bytes(members(viewsets, shown), shown))


class WholeFileSchema(PortalAutoSchema):
    """Describes an endpoint that takes no parameters and gives a file."""

    def get_override_parameters(self) -> list[Any]:
        return []


class WholeFileView(PortalAPIView):
    """A file with all there is, so that there is nothing to choose."""

    schema = WholeFileSchema()
    is_file = True
    #: The lists of the API by name; the address table gives them.
    viewsets: Viewsets = {}

    def get(self, request: Request) -> HttpResponseBase:
        message = _("There is nothing to choose here: the file is always all there is.")
        if problems := {name: [message] for name, value in request.query_params.items() if str(value).strip()}:
            raise InvalidParameters(problems)
        return self.answer()

    def answer(self) -> HttpResponseBase:
        """Return the file."""
        raise NotImplementedError


def zip_response(content: bytes, name: str) -> FileResponse:
    """Return a zip file to be saved under a name."""
    response = FileResponse(io.BytesIO(content), as_attachment=True, filename=name, content_type="application/zip")
    # It is compressed; without this the server would do it again and could not tell the length.
    response.headers["Content-Encoding"] = "identity"
    return response


@extend_schema_view(
    get=extend_schema(
        operation_id="export_retrieve", responses={(200, "application/zip"): OpenApiTypes.BINARY}, tags=["export"]
    )
)
class ExportView(WholeFileView):
    """Every table as CSV and JSON in one zip file, with data dictionary, licence, checksums and Data Package."""

    renderer_classes = (ZipRenderer,)

    def answer(self) -> FileResponse:
        content, shown = export(self.viewsets)
        return zip_response(content, f"technical-assistance-mechanisms-{shown.revision}.zip")
