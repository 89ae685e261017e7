"""How the OpenAPI document describes a record as it is written: by the same lists that the loader checks it by."""

from typing import Any

from django.conf import settings
from django.db import models

from publishing.content.building import RecordType
from publishing.content.dumping import listed_fields
from publishing.marks import translated_fields

TEXT = {"type": "string", "minLength": 1}
NAMES = ((models.BooleanField, "boolean"), (models.IntegerField, "integer"), (models.DecimalField, "number"))
#: PARTIAL_DATE as every program reads it.
DATE = {"type": "string", "pattern": r"^(by )?\d{4}(-\d{2}(-\d{2})?)?$"}


def record_schema(record_type: RecordType, *, is_change: bool) -> dict[str, Any]:
    """Return the schema of a record.

    Args:
        is_change: only the fields that are to be other are given; null empties one.
    """
    properties = {field.name: _described(field, record_type) for field in listed_fields(record_type)}
    required = [field.name for field in listed_fields(record_type) if is_required(field)]
    if is_change:
        properties = {name: {"anyOf": [schema, {"type": "null"}]} for name, schema in properties.items()}
    schema = {"type": "object", "properties": properties, "additionalProperties": False}
    return schema if is_change else {**schema, "required": required}


def is_required(field: Any) -> bool:
    """Say whether a record must have a value of the field."""
    return field.name == "citations" or not (field.blank or field.has_default())


def _described(field: Any, record_type: RecordType) -> dict[str, Any]:
    """Return the schema of one field, with its name and help as its description."""
    said = str(field.verbose_name) + (f". {field.help_text}" if field.help_text else "")
    return {**_kind(field, record_type), "description": said}


def _kind(field: Any, record_type: RecordType) -> dict[str, Any]:
    if field.name in translated_fields(record_type.model):
        languages = [code for code, _name in settings.CONTENT_LANGUAGES]
        text = {"type": "string"} if field.name in record_type.halves else TEXT
        properties = dict.fromkeys(languages, text)
        return {"type": "object", "properties": properties, "required": languages, "additionalProperties": False}
    if field.name == "outdated":
        return {"type": "array", "items": TEXT, "uniqueItems": True}
    if isinstance(field, models.ManyToManyField):
        is_cited = field.name == "citations"
        return {"type": "array", "items": TEXT, "uniqueItems": True, **({"minItems": 1} if is_cited else {})}
    if field.choices:
        return {"type": "string", "enum": [str(value) for value, _label in field.flatchoices]}
    if isinstance(field, models.DateField):
        return DATE
    name = next((name for kind, name in NAMES if isinstance(field, kind)), None)
    return {"type": name} if name else {**TEXT, **({"maxLength": field.max_length} if field.max_length else {})}
