"""Records from a spreadsheet: a row is a record by its key, a column a field or its text in one language.

A row is laid over the stored record of its key and checked as the loader checks a record: a column that is not in the
file leaves the field as it is, an empty cell empties it. No row means that a record is to go.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import translation
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from modeltranslation.utils import build_localized_fieldname

from editing.changes import ChangedSince, make_changes
from editing.differences import label_of
from editing.models import Import
from editing.sheets import Sheet
from publishing.content.building import Built, RecordType
from publishing.content.dumping import BATCH, AnyField, listed_fields, raw_of, relations, stored
from publishing.content.reading import RawFile, Record
from publishing.content.saving import StoredBuilder
from publishing.content.schema import is_required
from publishing.dates import PartialDate
from publishing.exports.table import SEPARATOR
from publishing.history import attributed
from publishing.index import kind_of
from publishing.marks import translated_fields
from publishing.models import ChangeAction, Dataset, KeyedModel, TranslatedModel, key_of
from publishing.registry import record_type_of

#: Between several values in one cell; a Chinese keyboard gives the second.
BETWEEN = re.compile(r"[;；\n]")
TRUTH = {"true": True, "false": False}


class ImportProblem(Exception):
    """An import cannot be applied; the text says why."""


@dataclass(frozen=True)
class Column:
    """A column of the sheet: a field, or its text in one language."""

    name: str
    field: AnyField
    language: str = ""


@dataclass
class Checked:
    """What a sheet would change, how many of its rows are as what is stored, and what is wrong with it."""

    changes: list[dict[str, Any]]
    unchanged: int
    #: Row, column and message.
    faults: list[tuple[int, str, str]]


def columns_of(record_type: RecordType) -> list[Column]:
    """Return the columns that a sheet of a list may have."""
    translated = translated_fields(record_type.model)
    columns = []
    # What is out of date is worked out.
    for field in [one for one in listed_fields(record_type) if one.name != "outdated"]:
        languages = [code for code, _name in settings.CONTENT_LANGUAGES] if field.name in translated else [""]
        columns += [
            Column(build_localized_fieldname(field.name, code) if code else field.name, field, code)
            for code in languages
        ]
    return columns


def table(record_type: RecordType, records: Sequence[KeyedModel] = ()) -> Iterator[list[str]]:
    """Yield the names of the columns, then the cells of each record."""
    columns = columns_of(record_type)
    yield [column.name for column in columns]
    for record in records:
        raw = raw_of(record, record_type)
        yield [_cell(raw, column) for column in columns]


def present_records(record_type: RecordType) -> list[KeyedModel]:
    """Return the stored records of a list, in the order of their keys."""
    instances = stored(record_type.model).iterator(chunk_size=BATCH)
    return sorted(instances, key=lambda one: str(one.key))


def _cell(raw: dict[str, Any], column: Column) -> str:
    value = raw.get(column.field.name)
    if value is None:
        return ""
    if column.language:
        return str(value.get(column.language, ""))
    if isinstance(value, bool):
        return str(value).lower()
    return SEPARATOR.join(value) if isinstance(value, list) else str(value)


def allowed_values(record_type: RecordType) -> list[list[str]]:
    """Return for each column the values that may stand in it; nothing where that is no short list."""
    return [
        [str(value) for value, _label in column.field.flatchoices if value]
        or (list(TRUTH) if isinstance(column.field, models.BooleanField) else [])
        for column in columns_of(record_type)
    ]


def guide(record_type: RecordType) -> Iterator[list[str]]:
    """Yield what each column is, in the active language; first the heads of that table."""
    yield [_("Column"), _("What it is"), _("Required"), _("What may stand in it")]
    for column in columns_of(record_type):
        if column.field.name in record_type.key:
            required = _("identifies the record")
        else:
            required = _("yes") if is_required(column.field) else ""
        label = label_of(record_type.model, column.field.name, column.language)
        yield [column.name, capfirst(label), required, _allowed(column.field)]


def _allowed(field: Any) -> str:
    """Return in words what may stand in the column of a field."""
    if field.name == "citations":
        return _("Places such as inc1-note#para-14, separated by semicolons or line ends.")
    if field.related_model is not None:
        key = field.related_model._meta.get_field(field.related_model.key_fields[0])
        words = {"kind": field.related_model._meta.verbose_name, "name": key.verbose_name}
        if isinstance(field, models.ManyToManyField):
            return _("Of each %(kind)s its %(name)s, separated by semicolons or line ends.") % words
        return _("Of the %(kind)s its %(name)s.") % words
    if field.flatchoices:
        codes = [f"{value} = {label}" for value, label in field.flatchoices if value]
        return _("One of: %(codes)s.") % {"codes": pgettext("between coded values", ", ").join(codes)}
    if isinstance(field, models.BooleanField):
        return _("true or false")
    if isinstance(field, models.DateField):
        return _("YYYY, YYYY-MM, YYYY-MM-DD or by YYYY-MM-DD")
    if isinstance(field, models.IntegerField | models.DecimalField):
        return _("A number.")
    return str(field.help_text) or _("Text.")


def check(sheet: Sheet, record_type: RecordType, file_name: str) -> Checked:
    """Lay a sheet over what is stored, and say what it would change and all that is wrong with it.

    Args:
        sheet: the table.
        record_type: the list of its records, as one whose records stand alone.
        file_name: the file's, for where a fault names another row.
    """
    model = record_type.model
    places, faults = _places(sheet, record_type)
    if not {column.field.name for column in places.values()}.issuperset(record_type.key):
        return Checked([], 0, faults)
    rows = {
        number: {column: cells[place] if place < len(cells) else "" for place, column in places.items()}
        for number, cells in sheet.rows.items()
    }
    keys = {number: _key(texts, record_type) for number, texts in rows.items()}
    present = model.by_key(stored(model), {key for key in keys.values() if key})
    stored_raws = {key: raw_of(record, record_type) for key, record in present.items()}
    records = []
    for number, texts in rows.items():
        record = Record(_laid_over(stored_raws.get(keys[number] or "", {}), texts, record_type))
        record.line = number
        records.append(record)
    builder = StoredBuilder([record_type], None)
    builder.build([RawFile(file_name, {record_type.name: records})])
    builder.check_constraints()
    given = {column.name for column in places.values()}
    told = {(number, column) for number, column, _message in faults}
    for fault in builder.faults:
        for name in _columns_named(fault.field, record_type):
            # Of a row whose key cannot be read nobody knows what is stored already.
            if (fault.line, name) not in told and (keys[fault.line] or name in given):
                faults.append((fault.line, name, fault.message))
    if faults:
        order = [column.name for column in columns_of(record_type)]
        return Checked([], 0, sorted(faults, key=lambda one: (one[0], order.index(one[1]) if one[1] in order else -1)))
    _mark([one.instance for one in builder.built[model]], present)
    changes = [_change(built, stored_raws, record_type) for built in builder.built[model]]
    changed = [change for change in changes if change["before"] != change["after"]]
    return Checked(changed, len(changes) - len(changed), [])


def _places(sheet: Sheet, record_type: RecordType) -> tuple[dict[int, Column], list[tuple[int, str, str]]]:
    """Return the columns of a sheet by their place in its rows, and what is wrong with names and single cells."""
    known = {column.name: column for column in columns_of(record_type)}
    found: dict[int, Column] = {}
    faults = []
    for place, name in enumerate(sheet.header):
        if name in known and known[name] in found.values():
            faults.append((sheet.header_row, name, _("this column stands twice")))
        elif name in known:
            found[place] = known[name]
        elif name:
            message = _("there is no column of this name; there are: %s") % ", ".join(known)
            faults.append((sheet.header_row, name, message))
    missing = [name for name in record_type.key if known[name] not in found.values()]
    faults += [(sheet.header_row, name, _("this column says which record it is: it must be there")) for name in missing]
    faults += [(row, _named(sheet, place), str(problem)) for (row, place), problem in sheet.problems.items()]
    nameless: dict[int, int] = {}
    for number, cells in sheet.rows.items():
        for place, text in enumerate(cells):
            if text and not any(sheet.header[place : place + 1]):
                nameless.setdefault(place, number)
    faults += [(row, _named(sheet, place), _("no name stands above this column")) for place, row in nameless.items()]
    return found, faults


def _named(sheet: Sheet, place: int) -> str:
    """Return the name of a column, or its letter where it has none."""
    from openpyxl.utils import get_column_letter

    return "".join(sheet.header[place : place + 1]) or get_column_letter(place + 1)


def _key(texts: dict[Column, str], record_type: RecordType) -> str | None:
    """Return the key of a row; None where it cannot be read, which the build will say."""
    by_name = {column.field.name: text for column, text in texts.items()}
    values: list[Any] = []
    for name in record_type.key:
        field: Any = record_type.model._meta.get_field(name)
        text = by_name[name]
        try:
            if not text and field.null:
                values.append(None)
            elif isinstance(field, models.DateField):
                values.append(PartialDate.parse(text, end=name == "until").date)
            else:
                values.append(text if field.is_relation else field.clean(text, None))
        except (ValueError, ValidationError):
            return None
    return key_of(values)


def _laid_over(raw: dict[str, Any], texts: dict[Column, str], record_type: RecordType) -> dict[str, Any]:
    """Return a raw record with the cells of a row in the place of what it has."""
    found = dict(raw)
    for column, text in texts.items():
        name = column.field.name
        if not column.language:
            found[name] = _value(column.field, text)
        elif text or name in record_type.halves:
            found[name] = {**(found.get(name) or {}), column.language: text}
        else:
            found[name] = {code: kept for code, kept in (found.get(name) or {}).items() if code != column.language}
    return {
        name: value
        for name, value in found.items()
        if value not in ("", []) and (not isinstance(value, dict) or any(value.values()))
    }


def _value(field: AnyField, text: str) -> Any:
    """Return the raw value that a cell gives."""
    if isinstance(field, models.ManyToManyField):
        return [part.strip() for part in BETWEEN.split(text) if part.strip()]
    if isinstance(field, models.BooleanField):
        return TRUTH.get(text.lower(), text)
    return text


def _columns_named(fault_field: str, record_type: RecordType) -> list[str]:
    """Return the columns of which a fault speaks: "name.en" is "name_en", "name" all of its languages."""
    names = []
    for place in fault_field.split(", "):
        name, _mark, language = place.partition(".")
        columns = [
            column.name
            for column in columns_of(record_type)
            if column.field.name == name and language in {"", column.language}
        ]
        names += columns or [place]
    return names


def _mark(instances: list[Any], present: dict[str, Any]) -> None:
    """Mark in what a sheet makes of stored records the texts that fall behind."""
    changed = [one for one in instances if one.key in present]
    for one in changed:
        one.pk = present[one.key].pk
    if changed and isinstance(changed[0], TranslatedModel):
        type(changed[0]).mark_outdated(changed)


def _change(built: Built, before: dict[str, dict[str, Any]], record_type: RecordType) -> dict[str, Any]:
    record: Any = built.instance
    related = {field.name: built.related.get(field.name, []) for field in relations(record_type.model)}
    return {
        "kind": kind_of(record_type.model),
        "key": record.key,
        "action": ChangeAction.CHANGED if record.key in before else ChangeAction.ADDED,
        "before": before.get(record.key),
        "after": raw_of(record, record_type, related),
    }


def receive(author: Any, model: type[KeyedModel], file_name: str, sheet: Sheet) -> Import:
    """Check a sheet and keep what it would change; the author's earlier import of the same kind gives way to it."""
    record_type = record_type_of(model)
    with transaction.atomic():
        revision = Dataset.current().revision
        checked = check(sheet, record_type, file_name)
        faults = {}
        for code, _name in settings.CONTENT_LANGUAGES if checked.faults else []:
            with translation.override(code):
                faults[code] = check(sheet, record_type, file_name).faults
        Import.objects.filter(author=author, kind=kind_of(model)).delete()
        return Import.objects.create(
            author=author,
            kind=kind_of(model),
            file_name=file_name,
            revision=revision,
            changes=checked.changes,
            unchanged=checked.unchanged,
            faults=faults,
        )


def apply(pk: Any, reason: str) -> None:
    """Make the changes of an import, all or none, as one change of its author's with one reason; it is then gone.

    Raises:
        ImportProblem: it has faults, is applied or cancelled already, or a record has changed since.
        ContentError: a record is not right any more, with all that is wrong.
    """
    with transaction.atomic():
        Dataset.lock()
        held = Import.objects.select_for_update().filter(pk=pk).first()
        if held is None:
            raise ImportProblem(_("This import is applied or cancelled already."))
        if held.faults:
            raise ImportProblem(_("Correct the faults, then upload the file again."))
        with attributed(held.author, reason):
            try:
                make_changes(held.changes)
            except ChangedSince as error:
                raise ImportProblem(
                    _("Since the file was checked %(key)s has changed: upload it again.") % {"key": error}
                ) from error
        held.delete()
