"""Which list of the fixtures a model's records stand in: found in the apps' own content.py."""

from functools import cache
from importlib import import_module

from django.apps import apps
from django.utils.module_loading import module_has_submodule

from publishing.content.building import RecordType
from publishing.content.saving import standing_alone
from publishing.models import KeyedModel


@cache
def record_type_of(model: type[KeyedModel]) -> RecordType:
    """Return the list of a model, as one whose records stand alone."""
    types: list[RecordType] = []
    for config in apps.get_app_configs():
        if config.module is not None and module_has_submodule(config.module, "content"):
            types += getattr(import_module(f"{config.name}.content"), "RECORD_TYPES", [])
    return standing_alone(types, model)
