"""What is other in two states of a record, field by field and language by language."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from modeltranslation.utils import build_localized_fieldname

from publishing.models import KeyedModel


@dataclass(frozen=True)
class Difference:
    """One text or value in two states; empty where there is none."""

    #: The field's column.
    name: str
    #: The field's name as editors read it, and the language of a translated text.
    label: str
    before: str
    after: str


def differences(model: type[KeyedModel], before: dict[str, Any], after: dict[str, Any]) -> list[Difference]:
    """Return what is other in two raw records (publishing/content/dumping.py), in the order of the fields."""
    places = [field.name for field in (*model._meta.fields, *model._meta.many_to_many)]
    old, new = dict(_values(before)), dict(_values(after))
    # A database may keep the fields of a raw record in an order of its own.
    both = sorted(old.keys() | new.keys(), key=lambda one: (places.index(one[0]), one[1]))
    return [
        Difference(_column(*place), label_of(model, *place), old.get(place, ""), new.get(place, ""))
        for place in both
        if old.get(place, "") != new.get(place, "")
    ]


def label_of(model: type[KeyedModel], name: str, language: str) -> str:
    """Return how editors read the name of a field, or of its text in a language."""
    # Every field of the content has a name; the types know of relations from the other side too.
    field: Any = model._meta.get_field(name)
    label = str(field.verbose_name)
    said = {"field": label, "language": dict(settings.CONTENT_LANGUAGES).get(language)}
    return _("%(field)s (%(language)s)") % said if language else label


def _column(name: str, language: str) -> str:
    return build_localized_fieldname(name, language) if language else name


def _values(raw: dict[str, Any]) -> Iterator[tuple[tuple[str, str], str]]:
    """Yield name, language and text of each value of a raw record."""
    for name, value in raw.items():
        if isinstance(value, dict):
            yield from (((name, language), text) for language, text in value.items())
        elif isinstance(value, list):
            yield (name, ""), "; ".join(map(str, value))
        else:
            yield (name, ""), str(value)
