"""How sources stand in the fixtures."""

from publishing.content.building import RecordType
from sources.models import Citation, Source

RECORD_TYPES = [
    RecordType(Source, "sources", split="kind"),
    RecordType(Citation, "citations", implied=True),
]
