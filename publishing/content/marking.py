"""The marks of texts that are out of date, as a raw record lists them: ``outdated: [name.zh-hans]``."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from publishing.marks import by_field, joined, text_columns
from publishing.models import TranslatedModel


def set_marks(record: TranslatedModel, value: Any) -> Iterator[str]:
    """Set the marks of a record that is being built; yield what is wrong with the list."""
    if not isinstance(value, list):
        yield _("a list of texts is expected, such as name.zh-hans")
        return
    known = list(text_columns(type(record)))
    for mark in value:
        if mark not in known:
            said = {"mark": mark, "known": ", ".join(known)}
            yield _("“%(mark)s” is none of its texts; there are: %(known)s") % said
    record.outdated = joined(mark for mark in value if mark in known)


def wrong_marks(record: TranslatedModel) -> Iterator[str]:
    """Yield what is wrong with the marks of a record whose texts are set."""
    texts = record.texts
    for name, places in by_field(texts).items():
        marked = places & record.marks
        if marked and (marked == places or not any(texts[mark] for mark in places)):
            yield _("“%s” has no text that is newer: one language must be up to date") % name
