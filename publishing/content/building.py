"""Building model instances from raw records, and saying what is wrong with them."""

import datetime
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.core.exceptions import NON_FIELD_ERRORS, FieldDoesNotExist, ValidationError
from django.db import models
from django.utils.translation import gettext as _
from modeltranslation.utils import build_localized_fieldname, get_translation_fields

from publishing.content.constraints import constraint_faults
from publishing.content.marking import set_marks, wrong_marks
from publishing.content.reading import Fault, RawFile, Record
from publishing.dates import PartialDate
from publishing.marks import translated_fields
from publishing.models import DerivingModel, KeyedModel, TranslatedModel, key_of


@dataclass
class Built:
    """An instance to be, with its many-to-many rows and its place in the files."""

    instance: models.Model
    related: dict[str, list[models.Model]]
    file: str
    line: int
    label: str

    def fault(self, field_name: str, message: str) -> Fault:
        """Return a fault of this record."""
        return Fault(self.file, self.line, self.label, field_name, message)


Check = Callable[[Built], Iterable[tuple[str, str]]]


@dataclass(frozen=True)
class RecordType:
    """A list of records in the fixtures and the model that they become.

    Attributes:
        name: the list's name in a file or in its parent's record.
        children: lists nested in a record; their ``parent`` field is filled from it.
        parent: the foreign key to the enclosing record.
        expand: a list-valued name that stands for one record for each value: {"countries": "country"}.
        check: rules that one field alone cannot tell, as pairs of field and message.
        implied: made from references in other records, never listed.
        halves: translated fields that one language may have nothing for; it then says so with "".
        split: a field whose value names the file of a record, where the list is too long for one file.
    """

    model: type[KeyedModel]
    name: str
    children: tuple["RecordType", ...] = ()
    parent: str = ""
    expand: dict[str, str] = field(default_factory=dict)
    check: Check | None = None
    implied: bool = False
    halves: tuple[str, ...] = ()
    split: str = ""

    @property
    def key(self) -> tuple[str, ...]:
        """Return the fields that identify a record; two records with one key are a fault."""
        return tuple(path.split("__")[0] for path in self.model.key_fields)

    def flattened(self) -> Iterator["RecordType"]:
        """Yield the list and those nested in it, parents first."""
        yield self
        for child in self.children:
            yield from child.flattened()


class Builder:
    """Builds every record of the files; what is wrong gathers in ``faults``."""

    def __init__(self, types: Iterable[RecordType]) -> None:
        """Prepare a build.

        Args:
            types: the lists, in an order in which each refers only to earlier ones.
        """
        self.types = list(types)
        self.faults: list[Fault] = []
        self.built: dict[type[models.Model], list[Built]] = {}
        self.by_reference: dict[type[models.Model], dict[str, models.Model]] = {}
        self._postponed: list[tuple[Built, models.ForeignKey[Any, Any], str]] = []

    def build(self, files: list[RawFile]) -> None:
        """Build the records of ``files`` type by type; afterwards ``built`` and ``faults`` are complete."""
        known = {record_type.name for record_type in self.types if not record_type.implied}
        for file in files:
            for name in file.lists:
                if name not in known:
                    message = _("there is no list of this name; there are: %s") % ", ".join(sorted(known))
                    self.faults.append(Fault(file.name, 1, str(name), "", message))
        for record_type in self.types:
            for part in record_type.flattened():
                self.built.setdefault(part.model, [])
                self.by_reference.setdefault(part.model, {})
            for file in files:
                for index, raw in enumerate(file.lists.get(record_type.name, []), 1):
                    self._build_record(record_type, raw, file.name, f"{record_type.name}[{index}]", None)
            self._resolve_postponed()
        self._check_keys()

    def _build_record(
        self, record_type: RecordType, raw: Any, file: str, label: str, parent: models.Model | None, line: int = 1
    ) -> None:
        if not isinstance(raw, Record):
            self.faults.append(Fault(file, line, label, "", _("a record is a mapping of fields")))
            return
        code = next((str(raw[name]) for name in ("code", "iso2") if name in raw), "")
        label = f"{label} {code}".strip()
        for plural, single in record_type.expand.items():
            if plural in raw and single not in raw:
                values = raw[plural]
                if not isinstance(values, list):
                    self.faults.append(Fault(file, raw.line, label, plural, _("a list is expected")))
                    return
                for value in values:
                    one = Record({**{k: v for k, v in raw.items() if k != plural}, single: value})
                    one.line = raw.line
                    self._build_record(record_type, one, file, label, parent)
                return
        instance = record_type.model()
        built = Built(instance, {}, file, raw.line, label)
        if parent is not None:
            setattr(instance, record_type.parent, parent)
        children = {child.name: child for child in record_type.children}
        for name, value in raw.items():
            if name not in children:
                self._set_field(built, str(name), value, record_type)
        self._find_missing(built, raw, record_type)
        if isinstance(instance, TranslatedModel):
            self.faults.extend(built.fault("outdated", said) for said in wrong_marks(instance))
        if isinstance(instance, DerivingModel):
            instance.derive()
        self._register(built)
        self.built[record_type.model].append(built)
        if record_type.check is not None:
            self.faults.extend(built.fault(name, message) for name, message in record_type.check(built))
        for name, child in children.items():
            rows = raw.get(name, [])
            if not isinstance(rows, list):
                self.faults.append(built.fault(name, _("a list is expected")))
                continue
            for index, row in enumerate(rows, 1):
                self._build_record(child, row, file, f"{label} {name}[{index}]", instance, raw.line)

    def _register(self, built: Built) -> None:
        for name in ("code", "iso2"):
            if reference := getattr(built.instance, name, None):
                self.by_reference[type(built.instance)].setdefault(reference, built.instance)

    def _set_field(self, built: Built, name: str, value: Any, record_type: RecordType) -> None:
        model = record_type.model
        try:
            model_field = model._meta.get_field(name)
        except FieldDoesNotExist:
            model_field = None
        if model_field is None or not model_field.editable or model_field.auto_created or name == record_type.parent:
            self.faults.append(built.fault(name, _("there is no field of this name")))
        elif value is None or value == "":
            self.faults.append(built.fault(name, _("empty: leave the key out where nothing is known")))
        elif isinstance(built.instance, TranslatedModel) and name == "outdated":
            self.faults.extend(built.fault(name, said) for said in set_marks(built.instance, value))
        elif name in translated_fields(model):
            self._set_translated(built, name, value, is_half=name in record_type.halves)
        elif isinstance(model_field, models.ManyToManyField):
            self._set_many(built, model_field, value)
        elif isinstance(model_field, models.ForeignKey):
            self._set_reference(built, model_field, value)
        elif isinstance(model_field, models.DateField):
            self._set_date(built, model_field, value)
        elif isinstance(model_field, models.Field):
            self._set_plain(built, model_field, value)

    def _set_translated(self, built: Built, name: str, value: Any, *, is_half: bool) -> None:
        languages = [code for code, _name in settings.CONTENT_LANGUAGES]
        if not isinstance(value, dict):
            message = _("text in each language is expected: %s") % ", ".join(languages)
            self.faults.append(built.fault(name, message))
            return
        for extra in sorted(set(map(str, value)) - set(languages)):
            message = _("not one of the languages %s") % ", ".join(languages)
            self.faults.append(built.fault(f"{name}.{extra}", message))
        for language in languages:
            column = build_localized_fieldname(name, language)
            text = value.get(language)
            if is_half and text == "" and any(value.values()):
                continue
            if not isinstance(text, str) or not text.strip():
                self.faults.append(built.fault(f"{name}.{language}", _("the text in this language is missing")))
                continue
            column_field = built.instance._meta.get_field(column)
            self._clean_into(built, column_field, " ".join(text.split()), f"{name}.{language}")

    def _set_many(self, built: Built, model_field: "models.ManyToManyField[Any, Any]", value: Any) -> None:
        name = model_field.name
        if not isinstance(value, list):
            self.faults.append(built.fault(name, _("a list of codes is expected")))
            return
        target = model_field.related_model
        rows: list[models.Model] = []
        for reference in value:
            if name == "citations":
                row = self._citation(built, target, reference)
            else:
                row = self._look_up(built, name, target, reference)
            if row in rows:
                self.faults.append(built.fault(name, _("“%s” stands twice") % reference))
            elif row is not None:
                rows.append(row)
        built.related[name] = rows

    def _citation(self, built: Built, model: Any, reference: Any) -> models.Model | None:
        try:
            code, locator = model.parse(str(reference))
        except ValueError as error:
            self.faults.append(
                built.fault("citations", _("“%(reference)s”: %(why)s") % {"reference": reference, "why": error})
            )
            return None
        key = key_of((code, locator))
        citation = self.find(model, key)
        if citation is None:
            source_model = model._meta.get_field("source").related_model
            source = self._look_up(built, "citations", source_model, code)
            if source is None:
                return None
            citation = model(source=source, locator=locator)
            if isinstance(citation, DerivingModel):
                citation.derive()
            self.by_reference.setdefault(model, {})[key] = citation
            self.built.setdefault(model, []).append(Built(citation, {}, built.file, built.line, str(reference)))
        return citation

    def find(self, model: type[models.Model], key: str) -> models.Model | None:
        """Return the record that others refer to by ``key``; None where there is none."""
        return self.by_reference.get(model, {}).get(key)

    def _look_up(self, built: Built, name: str, model: type[models.Model], reference: Any) -> models.Model | None:
        row = self.find(model, str(reference))
        if row is None:
            values = {"kind": model._meta.verbose_name, "code": str(reference)}
            self.faults.append(built.fault(name, _("no %(kind)s has the code “%(code)s”") % values))
        return row

    def _set_reference(self, built: Built, model_field: "models.ForeignKey[Any, Any]", value: Any) -> None:
        if model_field.related_model is type(built.instance):
            # A record may name one of its own kind that stands further down.
            self._postponed.append((built, model_field, str(value)))
            return
        row = self._look_up(built, model_field.name, model_field.related_model, value)
        if row is not None:
            setattr(built.instance, model_field.name, row)

    def _resolve_postponed(self) -> None:
        for built, model_field, reference in self._postponed:
            row = self._look_up(built, model_field.name, model_field.related_model, reference)
            if row is not None:
                setattr(built.instance, model_field.name, row)
        self._postponed.clear()

    def _set_date(self, built: Built, model_field: "models.DateField[Any, Any]", value: Any) -> None:
        name = model_field.name
        precision = f"{name}_precision"
        try:
            partial = PartialDate.parse(str(value), end=name == "until")
            if hasattr(built.instance, precision):
                setattr(built.instance, precision, partial.precision)
            elif partial != PartialDate(partial.date):
                raise ValueError(_("a full date is expected: YYYY-MM-DD"))
        except ValueError as error:
            said = _("“%(value)s” is not a date: %(why)s") % {"value": value, "why": error}
            self.faults.append(built.fault(name, said))
            return
        setattr(built.instance, name, partial.date)

    def _set_plain(self, built: Built, model_field: "models.Field[Any, Any]", value: Any) -> None:
        text_expected = isinstance(model_field, models.CharField | models.TextField)
        if text_expected and not isinstance(value, str):
            message = _("“%s”: text is expected; put it in quotes") % value
            self.faults.append(built.fault(model_field.name, message))
            return
        if not text_expected and isinstance(value, dict | list):
            self.faults.append(built.fault(model_field.name, _("one value is expected")))
            return
        # A float has more binary digits than the file has decimal ones.
        self._clean_into(built, model_field, str(value) if isinstance(value, float) else value, model_field.name)

    def _clean_into(self, built: Built, model_field: Any, value: Any, place: str) -> None:
        # Databases refuse some of these, XML all.
        if isinstance(value, str) and any(
            unicodedata.category(letter) == "Cc" and not letter.isspace() for letter in value
        ):
            self.faults.append(built.fault(place, _("a control character is no text")))
            return
        try:
            cleaned = model_field.clean(value, built.instance)
        except ValidationError as error:
            allowed = (
                _("; allowed: %s") % ", ".join(str(choice) for choice, _name in model_field.flatchoices)
                if model_field.flatchoices
                else ""
            )
            self.faults.append(built.fault(place, " ".join(error.messages) + allowed))
            return
        setattr(built.instance, model_field.attname, cleaned)

    def _find_missing(self, built: Built, raw: Record, record_type: RecordType) -> None:
        translated = translated_fields(record_type.model)
        columns = set(get_translation_fields(*translated))
        for model_field in [*record_type.model._meta.fields, *record_type.model._meta.many_to_many]:
            name = model_field.name
            if name in columns or name in raw or name == record_type.parent or not model_field.editable:
                continue
            # A many-to-many table that is a model of its own has records of its own.
            is_listed_apart = (
                isinstance(model_field, models.ManyToManyField)
                and (through := model_field.remote_field.through) is not None
                and not through._meta.auto_created
            )
            if name == "citations":
                self.faults.append(built.fault(name, _("a statement needs at least one citation")))
            elif not (model_field.blank or model_field.has_default() or model_field.primary_key or is_listed_apart):
                self.faults.append(built.fault(name, _("required")))
        if raw.get("citations") == []:
            self.faults.append(built.fault("citations", _("a statement needs at least one citation")))

    def _check_keys(self) -> None:
        for record_type in self.types:
            for part in record_type.flattened():
                self._check_key(part, part.key, is_record=True)
                for model_field in part.model._meta.fields:
                    if model_field.unique and not model_field.primary_key and part.key != (model_field.name,):
                        self._check_key(part, (model_field.name,), is_record=False)

    def _check_key(self, part: RecordType, names: tuple[str, ...], *, is_record: bool) -> None:
        seen: dict[tuple[Any, ...], Built] = {}
        for built in self.built[part.model]:
            if not all(_is_set(built.instance, name, is_record=is_record) for name in names):
                # A fault already: its reference leads nowhere, or it has no value.
                continue
            key = tuple(key_part(built.instance, name) for name in names)
            if first := seen.get(key):
                place = {"file": first.file, "line": first.line}
                message = (
                    _("the same record stands in %(file)s:%(line)s")
                    if is_record
                    else _("the same value stands in %(file)s:%(line)s")
                ) % place
                # What is compared in another form, as url_key, was written in the field that it is made of.
                self.faults.append(built.fault(", ".join(name.removesuffix("_key") for name in names), message))
            else:
                seen[key] = built

    def check_constraints(self) -> None:
        """Add a fault for every database check that a record without other faults would fail; needs a connection."""
        faulty = {(fault.file, fault.line, fault.record) for fault in self.faults}
        for model, rows in self.built.items():
            sound = [built for built in rows if (built.file, built.line, built.label) not in faulty]
            for constraint in model._meta.constraints:
                if isinstance(constraint, models.CheckConstraint):
                    self.faults.extend(constraint_faults(constraint, model, sound))

    def check_models(self, kinds: Iterable[type[models.Model]]) -> None:
        """Add what the models themselves find wrong with the records of these kinds, beside what is stored."""
        for kind in kinds:
            for built in self.built[kind]:
                try:
                    built.instance.clean()
                except ValidationError as error:
                    for name, messages in error.message_dict.items():
                        self.faults += [built.fault(name.removeprefix(NON_FIELD_ERRORS), said) for said in messages]


def _is_set(instance: models.Model, name: str, *, is_record: bool) -> bool:
    """Return whether a part of a key that must have a value has one; what does not identify a record may have none."""
    model_field = instance._meta.get_field(name)
    if isinstance(model_field, models.ForeignKey):
        return model_field.null or model_field.is_cached(instance)
    return isinstance(model_field, models.Field) and (
        (model_field.null and is_record) or getattr(instance, name) not in {None, ""} or model_field.blank
    )


def key_part(instance: models.Model, name: str) -> Any:
    """Return one part of a record's key: a foreign key's object, or the value."""
    model_field = instance._meta.get_field(name)
    if isinstance(model_field, models.ForeignKey):
        related = model_field.get_cached_value(instance, default=None)
        return id(related) if related is not None else None
    value = getattr(instance, name)
    return value.isoformat() if isinstance(value, datetime.date) else value
