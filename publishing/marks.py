"""Which texts of a record have fallen behind: another language of their field was changed, and they were not.

A mark names such a text by field and language: "name.zh-hans".
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from django.db import models
from modeltranslation.fields import TranslationField
from modeltranslation.translator import translator

Marks = set[str]
#: What each text of a record is, by its mark.
Texts = dict[str, str]


def translated_fields(model: type[models.Model]) -> set[str]:
    """Return the names of the fields that have a column for each language."""
    return (
        set(translator.get_options_for_model(model).all_fields)
        if model in translator.get_registered_models()
        else set()
    )


@cache
def text_columns(model: type[models.Model]) -> dict[str, str]:
    """Return the column of each text of a model by its mark, in the order of the fields; derived texts are none."""
    # Django's types know these fields only as any others.
    fields: list[Any] = [field for field in model._meta.fields if isinstance(field, TranslationField)]
    return {f"{field.translated_field.name}.{field.language}": field.name for field in fields if field.editable}


def texts_in(model: type[models.Model], values: Mapping[str, str | None]) -> Texts:
    """Return the texts in the columns of a record, with white space as the loader has it."""
    return {mark: " ".join((values[column] or "").split()) for mark, column in text_columns(model).items()}


def by_field(marks: Iterable[str]) -> dict[str, Marks]:
    """Return marks by the field that they are of."""
    found: defaultdict[str, Marks] = defaultdict(set)
    for mark in marks:
        found[mark.partition(".")[0]].add(mark)
    return found


def joined(marks: Iterable[str]) -> str:
    """Return marks as a record keeps them."""
    return " ".join(sorted(set(marks)))


def marks_after(before: Texts, marks_before: Marks, after: Texts, given: Marks) -> Marks:
    """Return the marks that a change leaves.

    A text that was current and is changed leaves the other languages behind; one that was behind has caught up. The
    others stay right then: they are what it was brought up to.

    Args:
        before: the texts before the change.
        marks_before: the marks before it.
        after: the texts after it, of the same fields.
        given: the marks of the fields whose texts are as before.
    """
    found: Marks = set()
    for texts in by_field(after).values():
        changed = {mark for mark in texts if after[mark] != before[mark]}
        if not changed:
            found |= texts & given
        elif any(after[mark] for mark in texts):
            found |= texts - changed if changed - marks_before else (texts & marks_before) - changed
    return found
