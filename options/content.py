"""How the ready-made questions stand in the fixtures."""

from options.models import Preset
from publishing.content.building import RecordType

RECORD_TYPES = [RecordType(Preset, "presets")]
