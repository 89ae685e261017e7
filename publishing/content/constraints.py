"""What the checks of the database would refuse, told of records before they are written."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import models

from publishing.content.reading import Fault

if TYPE_CHECKING:
    from publishing.content.building import Built


def constraint_faults(
    constraint: models.CheckConstraint, model: type[models.Model], rows: "list[Built]"
) -> Iterator[Fault]:
    """Yield a fault for each built record of ``model`` that would fail the check."""
    checked = _fields_in(constraint.condition, model)
    others = {one.name for one in model._meta.fields} - {one.name for one in checked}
    # Each check costs a query: records with the same values are checked once.
    messages: dict[tuple[Any, ...], str] = {}
    for built in rows:
        values = tuple(getattr(built.instance, one.attname) for one in checked)
        if values not in messages:
            try:
                constraint.validate(model, built.instance, exclude=others)
                messages[values] = ""
            except ValidationError as error:
                messages[values] = " ".join(error.messages)
        if messages[values]:
            yield built.fault(", ".join(map(_place_of, checked)), messages[values])


def _fields_in(condition: Any, model: type[models.Model]) -> list[Any]:
    """Return the fields that a condition is about, in their order in it."""
    if isinstance(condition, models.Q):
        return list(dict.fromkeys(one for child in condition.children for one in _fields_in(child, model)))
    path, value = condition
    # The types do not know that an F has the name of its field.
    compared = [str(value.name)] if isinstance(value, models.F) else []  # type: ignore[attr-defined]
    return [model._meta.get_field(name) for name in (path.split("__")[0], *compared)]


def _place_of(model_field: Any) -> str:
    """Return a field as faults name it; the column of one language is "mercury_note.en"."""
    original = getattr(model_field, "translated_field", None)
    return f"{original.name}.{model_field.language}" if original else str(model_field.name)
