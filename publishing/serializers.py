"""Base of the API's serializers: translated fields as objects by language, codes with their names."""

import decimal
from collections.abc import Callable
from functools import cache, cached_property
from operator import attrgetter
from typing import Any, ClassVar, cast

from django.conf import settings
from django.db import models
from django.utils import translation
from drf_spectacular.utils import extend_schema_field
from modeltranslation.translator import translator
from modeltranslation.utils import build_localized_fieldname
from rest_framework import serializers

from publishing.models import TranslatedModel

LANGUAGES = [code for code, _name in settings.CONTENT_LANGUAGES]

#: How the OpenAPI document describes a translated text and a named thing.
TEXT_SCHEMA: dict[str, Any] = {
    "description": "An object keyed by language, or a string with ?lang=.",
    "oneOf": [
        {"type": "object", "properties": {code: {"type": "string"} for code in LANGUAGES}, "required": LANGUAGES},
        {"type": "string"},
    ],
}
#: How it describes whether a record says the same in every language.
STATUS_SCHEMA: dict[str, Any] = {
    "type": "object",
    "description": "Whether all texts are up to date, and those that are not, such as name.zh-hans.",
    "properties": {"is_current": {"type": "boolean"}, "outdated": {"type": "array", "items": {"type": "string"}}},
    "required": ["is_current", "outdated"],
}
NAMED_SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {"code": {"type": "string"}, "name": TEXT_SCHEMA},
    "required": ["code", "name"],
}


def by_language(texts: dict[str, str], lang: str | None) -> dict[str, str] | str:
    """Return ``texts`` as the reader asked: all languages, or the one of ``?lang=``."""
    return texts[lang] if lang else texts


def translated(instance: models.Model, field: str, lang: str | None) -> dict[str, str] | str:
    """Return a translated field of ``instance`` in all languages, or in one."""
    return by_language({code: getattr(instance, column) or "" for code, column in _columns(field)}, lang)


@cache
def _columns(field: str) -> list[tuple[str, str]]:
    """Return language and column of a translated field; an answer asks for some two thousand."""
    return [(code, build_localized_fieldname(field, code)) for code in LANGUAGES]


def named(instance: models.Model, lang: str | None, *, code: str = "code", name: str = "name") -> dict[str, Any]:
    """Return ``instance`` as its code and its translated name.

    Args:
        code: the field that identifies it.
        name: the field that names it.
    """
    return {"code": getattr(instance, code), "name": translated(instance, name, lang)}


@cache
def choice_labels(choices: type[models.Choices]) -> dict[str, dict[str, str]]:
    """Return the labels of a vocabulary by value and language."""
    labels: dict[str, dict[str, str]] = {value: {} for value in choices.values}
    for code in LANGUAGES:
        with translation.override(code):
            for choice in choices:
                labels[choice.value][code] = str(choice.label)
    return labels


@extend_schema_field(TEXT_SCHEMA)
class TranslatedField(serializers.Field[models.Model, Any, Any, Any]):
    """A text in every language: ``{"en": …, "zh-hans": …}``, or one string with ``?lang=``."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"read_only": True, "source": "*", **kwargs})

    def to_representation(self, value: models.Model) -> Any:
        return translated(value, cast("str", self.field_name), self.context.get("lang"))


@extend_schema_field(TEXT_SCHEMA)
class LabelField(serializers.Field[models.Model, Any, Any, Any]):
    """The name of a coded value, beside the code."""

    def __init__(self, choices: type[models.Choices], of: str, **kwargs: Any) -> None:
        super().__init__(read_only=True, source="*", **kwargs)
        self.choices = choices
        self.of = of

    def to_representation(self, value: models.Model) -> Any:
        return by_language(choice_labels(self.choices)[getattr(value, self.of)], self.context.get("lang"))


@extend_schema_field(STATUS_SCHEMA)
class TranslationStatusField(serializers.Field[TranslatedModel, Any, Any, Any]):
    """Whether the texts are up to date in every language: ``{"is_current": false, "outdated": ["name.zh-hans"]}``."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"read_only": True, "source": "*", **kwargs})

    def to_representation(self, value: TranslatedModel) -> dict[str, Any]:
        return {"is_current": not value.marks, "outdated": sorted(value.marks)}


@extend_schema_field({"type": "number"})
class NumberField(serializers.Field[decimal.Decimal, Any, int | float, Any]):
    """A decimal as a JSON number: whole where it is whole."""

    def to_representation(self, value: decimal.Decimal) -> int | float:
        return int(value) if value == value.to_integral_value() else float(value)


@extend_schema_field({"type": "string", "pattern": "^([a-z]+://.+)?$"})
class AddressField(serializers.CharField):
    """A web address; empty where there is none, which the format "uri" would not allow."""


@extend_schema_field(NAMED_SCHEMA)
class NamedField(serializers.Field[Any, Any, Any, Any]):
    """A related thing as its code and name, so that a script needs no second request."""

    def __init__(self, code: str = "code", name: str = "name", **kwargs: Any) -> None:
        super().__init__(read_only=True, **kwargs)
        self.code, self.name = code, name

    def to_representation(self, value: Any) -> Any:
        return named(value, self.context.get("lang"), code=self.code, name=self.name)


@extend_schema_field({"type": "array", "items": NAMED_SCHEMA})
class ManyNamedField(NamedField):
    """Related things, each as its code and name; they must have been prefetched in order."""

    def to_representation(self, value: Any) -> list[Any]:
        rows = value.all() if hasattr(value, "all") else value
        return [super(ManyNamedField, self).to_representation(row) for row in rows]


def _itself(record: Any) -> Any:
    return record


class PortalSerializer(serializers.ModelSerializer[Any]):
    """A serializer that writes translated fields as objects by language and honours ``?fields=``."""

    serializer_field_mapping = {
        **serializers.ModelSerializer.serializer_field_mapping,
        models.DecimalField: NumberField,
        models.URLField: AddressField,
    }

    def get_field_names(self, declared_fields: Any, info: Any) -> Any:
        """Return the names of the fields; each record with texts says at its end how they stand."""
        names = super().get_field_names(declared_fields, info)
        return [*names, "translation_status"] if issubclass(self.Meta.model, TranslatedModel) else names

    def build_field(self, field_name: str, info: Any, model_class: Any, nested_depth: int) -> Any:
        """Write a translated field in every language, any other as REST framework does."""
        if field_name == "translation_status":
            return TranslationStatusField, {}
        if (
            model_class in translator.get_registered_models()
            and field_name in translator.get_options_for_model(model_class).all_fields
        ):
            return TranslatedField, {}
        return super().build_field(field_name, info, model_class, nested_depth)

    def include_extra_kwargs(self, kwargs: Any, extra_kwargs: Any) -> Any:
        """Say of every field that it is only read: a written record has another shape (publishing/writes.py)."""
        return super().include_extra_kwargs(kwargs, {**extra_kwargs, "read_only": True})

    def build_standard_field(self, field_name: str, model_field: Any) -> Any:
        """Write a decimal as a number, any other field as REST framework does."""
        if isinstance(model_field, models.DecimalField):
            return NumberField, {"allow_null": model_field.null}
        return super().build_standard_field(field_name, model_field)

    #: Fields that are left out unless ``?expand=`` or ``?fields=`` names them.
    expandable: ClassVar[tuple[str, ...]] = ()
    #: What computed fields read of a record's relations, by field.
    reads: ClassVar[dict[str, tuple[str, ...]]] = {}

    def get_fields(self) -> dict[str, Any]:
        """Return the fields that are asked for; that is about the outermost record only."""
        fields = super().get_fields()
        is_outermost = self.parent is None or (self.parent.parent is None and getattr(self.parent, "many", False))
        asked = self.context if is_outermost else {}
        wanted, expanded = asked.get("fields"), asked.get("expand", ())
        return {
            name: field
            for name, field in fields.items()
            if (not wanted or name in wanted) and (name not in self.expandable or name in expanded)
        }

    def to_representation(self, instance: models.Model) -> dict[str, Any]:
        """Return the fields of a record, None for an unknown one."""
        written = {}
        for name, read, write in self._steps:
            value = read(instance)
            written[name] = None if value is None else write(value)
        return written

    @cached_property
    def _steps(self) -> list[tuple[str, Callable[[Any], Any], Callable[[Any], Any]]]:
        """Return name, reader and writer of each field.

        REST framework finds them out anew for each field of each record, which took as long as all else it does.
        """
        fields: dict[str, Any] = dict(self.fields.items())
        readers = {name: _itself if one.source == "*" else attrgetter(one.source) for name, one in fields.items()}
        return [(name, read, fields[name].to_representation) for name, read in readers.items()]

    @property
    def needs(self) -> set[str]:
        """Return the attributes of a record that the fields read, among them all relations."""
        fields: dict[str, Any] = dict(self.fields.items())
        computed = {name for field in fields for name in self.reads.get(field, ())}
        return computed | {field.source.split(".")[0] for field in fields.values()}


class KeyedSerializer(PortalSerializer):
    """A record without a code, with the key that its address takes."""

    key = serializers.CharField(read_only=True)

    @property
    def needs(self) -> set[str]:
        """Return what the fields read; the key reads the relations that it is made of."""
        model: Any = self.Meta.model
        return super().needs | {path.split("__")[0] for path in model.key_fields if "key" in self.fields}
