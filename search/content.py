"""How the glossary stands in the fixtures."""

from publishing.content.building import RecordType
from search.models import Term

RECORD_TYPES = [RecordType(Term, "terms", halves=("variants",))]
