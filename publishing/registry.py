"""What the apps say of themselves in rooms of one name: found there, so that no tool room imports an app."""

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from typing import Any

from django.apps import apps
from django.utils.module_loading import module_has_submodule

from publishing.content.building import RecordType
from publishing.content.saving import standing_alone
from publishing.models import KeyedModel


def said_in(room: str, name: str) -> Iterator[Any]:
    """Yield what the apps, in their order, list under ``name`` in their module ``room``."""
    for config in apps.get_app_configs():
        if config.module is not None and module_has_submodule(config.module, room):
            yield from getattr(import_module(f"{config.name}.{room}"), name, [])


@cache
def record_type_of(model: type[KeyedModel]) -> RecordType:
    """Return the list of the fixtures that a model's records stand in, as one whose records stand alone."""
    return standing_alone(said_in("content", "RECORD_TYPES"), model)


def keyed_models() -> list[type[KeyedModel]]:
    """Return the models of the content, in a fixed order."""
    return [model for model in apps.get_models() if issubclass(model, KeyedModel)]
