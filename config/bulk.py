"""The bulk export: every table as CSV and JSON in one zip file, which can be read without the portal."""

import csv
import datetime
import hashlib
import io
import logging
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

from django.conf import settings
from django.http import FileResponse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from config.bulk_columns import Column, columns_of
from config.bulk_texts import LICENCE, README, TITLE
from config.tables import tables as names
from publishing.api import PortalAPIView, PortalViewSet
from publishing.conditional import program
from publishing.exports.table import Table, csv_lines
from publishing.filters import today
from publishing.index import kind_of
from publishing.models import Dataset
from publishing.parity import Parity, parity
from publishing.problems import InvalidParameters
from publishing.renderers import ZipRenderer, json_bytes
from publishing.schema import PortalAutoSchema

#: Rows read at a time: most tables need their few queries once, and a big one once for each so many rows.
CHUNK = 2000
#: The earliest time that a zip file can write.
EARLIEST = datetime.datetime(1980, 1, 1, tzinfo=datetime.UTC)
#: The column that identifies a record; the first of these that a table has.
KEYS = ("key", "code", "iso2")

Viewsets = dict[str, type[PortalViewSet]]

logger = logging.getLogger(__name__)

_making = Lock()


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


def _members(tables: list[BulkTable], figures: list[Parity], dataset: Dataset, date: datetime.date) -> dict[str, bytes]:
    """Return the files of the export by name."""
    rows = "\n".join(f"| {table.name} | {table.count} |" for table in tables)
    package = {
        "profile": "tabular-data-package",
        "name": "technical-assistance-mechanisms",
        "title": TITLE["en"],
        "title_zh_hans": TITLE["zh-hans"],
        "version": str(dataset.revision),
        **({"created": dataset.changed_at.isoformat()} if dataset.changed_at else {}),
        "as_of": date,
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
    members = {
        "datapackage.json": json_bytes(package),
        "data-dictionary.csv": _dictionary(tables),
        "README.md": README["en"].format(revision=dataset.revision, date=date, rows=rows).encode(),
        "README.zh-hans.md": README["zh-hans"].format(revision=dataset.revision, date=date, rows=rows).encode(),
        "LICENCE.txt": LICENCE.encode(),
        "REVISION": f"{dataset.revision}\n".encode(),
    }
    for table in tables:
        members[f"csv/{table.name}.csv"] = table.csv
        members[f"json/{table.name}.json"] = table.json
    sums = [f"{hashlib.sha256(members[name]).hexdigest()}  {name}\n" for name in sorted(members)]
    return {**members, "SHA256SUMS": "".join(sums).encode()}


def _dictionary(tables: list[BulkTable]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(["table", "column", "type", "description_en", "description_zh_hans"])
    for table in tables:
        for column in table.columns:
            said = column.descriptions
            writer.writerow([table.name, column.name, column.type, said["en"], said["zh-hans"]])
    return out.getvalue().encode()


def zip_bytes(members: dict[str, bytes], changed_at: datetime.datetime) -> bytes:
    """Return a zip file that is the same bytes for the same members and time."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name in sorted(members):
            info = zipfile.ZipInfo(name, changed_at.timetuple()[:6])
            info.compress_type = zipfile.ZIP_DEFLATED
            # The same wherever it is written, and readable where it is unpacked.
            info.create_system = 3
            info.external_attr = 0o644 << 16
            file.writestr(info, members[name])
    return out.getvalue()


def export_path(dataset: Dataset, date: datetime.date) -> Path:
    """Return where the export of a state is kept: of content, date shown and program."""
    state = f"{dataset.revision}\n{dataset.changed_at}\n{date}\n{program()}"
    digest = hashlib.sha256(state.encode()).hexdigest()[:16]
    return Path(settings.VAR_DIR) / "export" / f"{dataset.revision}-{digest}.zip"


def export(viewsets: Viewsets) -> tuple[bytes, Dataset]:
    """Return the export of the dataset as it is now, made if nobody asked for it before, and which state it is."""
    # One at a time: the others find the file when they come to it.
    with _making:
        dataset, date = Dataset.current(), today()
        while True:
            path = export_path(dataset, date)
            try:
                return path.read_bytes(), dataset
            except FileNotFoundError:
                tables, figures = [read_table(name, viewset, date) for name, viewset in viewsets.items()], parity()
            now = Dataset.current()
            if (now.revision, now.changed_at) == (dataset.revision, dataset.changed_at):
                content = zip_bytes(_members(tables, figures, dataset, date), dataset.changed_at or EARLIEST)
                try:
                    _keep(path, content)
                except OSError as error:
                    # The disk is full: it is made anew for the next reader.
                    logger.error("The export is not kept: %s", error)
                return content, dataset
            # The content changed meanwhile: some tables are of the state before, some of the one after.
            dataset = now


def _keep(path: Path, content: bytes) -> None:
    """Write a file that has its name only when it is whole, and remove those of other states."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        written = Path(folder) / path.name
        written.write_bytes(content)
        written.replace(path)
    for old in path.parent.glob("*.zip"):
        if old != path:
            old.unlink(missing_ok=True)


class ExportSchema(PortalAutoSchema):
    """Describes an endpoint that takes no parameters."""

    def get_override_parameters(self) -> list[Any]:
        return []

    def get_operation_id(self) -> str:
        return "export_retrieve"


class ExportView(PortalAPIView):
    """Every table as CSV and JSON in one zip file, with data dictionary, licence, checksums and Data Package."""

    schema = ExportSchema()
    renderer_classes = (ZipRenderer,)
    is_file = True
    #: The lists of the API by name; the address table gives them.
    viewsets: Viewsets = {}

    @extend_schema(responses={(200, "application/zip"): OpenApiTypes.BINARY}, tags=["export"])
    def get(self, request: Request) -> FileResponse:
        message = _("There is nothing to choose here: the file is always all there is.")
        if problems := {name: [message] for name, value in request.query_params.items() if str(value).strip()}:
            raise InvalidParameters(problems)
        content, dataset = export(self.viewsets)
        name = f"technical-assistance-mechanisms-{dataset.revision}.zip"
        response = FileResponse(io.BytesIO(content), as_attachment=True, filename=name, content_type="application/zip")
        # It is compressed; without this the server would do it again and could not tell the length.
        response.headers["Content-Encoding"] = "identity"
        return response
