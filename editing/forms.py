"""The editors' forms: a record by the loader's rules, why it changes, and nobody's edit lost.

Beside each value a form keeps the one it was opened with. So it can tell what its editor has changed, and where another
was quicker it takes over the other's changes of everything else.
"""

from dataclasses import replace
from typing import Any, ClassVar, cast

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext
from modeltranslation.utils import build_localized_fieldname

from editing.differences import Difference, differences, label_of
from editing.sheets import MOST_BYTES, UnreadableSheet, read_sheet
from publishing.content.building import RecordType
from publishing.content.dumping import raw_of, relations, stored
from publishing.content.reading import ContentError
from publishing.content.saving import build_record, recorded
from publishing.marks import joined
from publishing.models import ChangeAction, Dataset, KeyedModel
from publishing.registry import record_type_of
from publishing.upkeep import changed_since


class RecordForm(forms.ModelForm):  # type: ignore[type-arg]
    """One record in a form, held to the rules by which the loader reads it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # Django's catalogue ends Chinese labels with the half-width colon.
        super().__init__(*args, **{"label_suffix": pgettext("label", ":"), **kwargs})
        for name in self.record_names:
            self.fields[name].show_hidden_initial = True
            known = getattr(getattr(self.fields[name].widget, "widget", None), "known", None)
            if known and self.instance.pk:
                known.add_from(self.instance, name)

    @cached_property
    def record_names(self) -> list[str]:
        """Return the names of the fields that are the record's own."""
        own = {field.name for field in self.model._meta.get_fields()}
        return [name for name in self.fields if name in own]

    @property
    def model(self) -> Any:
        return type(self.instance)

    @property
    def record_type(self) -> RecordType:
        return record_type_of(self.model)

    @property
    def parent(self) -> Any:
        """Return the record around this one, whose form this one stands in; None where it stands alone."""
        return None

    @cached_property
    def changed_data(self) -> list[str]:
        """Return the names of the fields whose value is not the one that the form was opened with."""
        return [name for name in self.fields if self._is_changed(name)]

    def _is_changed(self, name: str) -> bool:
        bound: Any = self[name]
        if name not in self.record_names or not isinstance(bound.field, forms.ModelChoiceField):
            return bool(bound._has_changed())
        # Django would fetch each record that the form was opened with.
        before, now = (set(self._posted(key)) for key in (bound.html_initial_name, bound.html_name))
        return before != now

    def _posted(self, key: str) -> list[str]:
        data = cast("QueryDict", self.data)
        return [value for value in data.getlist(key) if value]

    def _post_clean(self) -> None:
        """Make the record that the loader would make of these values, and say what it would refuse."""
        super()._post_clean()  # type: ignore[misc]
        if self.errors:
            return
        self.work_out_marks()
        self.instance.keeps_marks = True
        try:
            built = build_record(self.raw(), self.record_type, self.parent, self.instance.pk)
        except ContentError as error:
            for fault in error.faults:
                self._add_fault(fault.field, fault.message)
            return
        for field in self.model._meta.concrete_fields:
            if field.editable and not field.primary_key and field.name != self.record_type.parent:
                setattr(self.instance, field.attname, getattr(built.instance, field.attname))

    def work_out_marks(self) -> None:
        """Mark the texts that fall behind with these values."""
        self.instance.work_out_marks()

    def _add_fault(self, place: str, message: str) -> None:
        name, _dot, language = place.partition(".")
        column = build_localized_fieldname(name, language) if language else name
        if column in self.fields:
            self.add_error(column, message)
        else:
            self.add_error(None, f"{place}: {message}" if place else message)

    def raw(self) -> dict[str, Any]:
        """Return the record as it stands in the form, as far as it could be read, in its raw form."""
        cleaned = getattr(self, "cleaned_data", {})
        related = {one.name: list(cleaned[one.name]) for one in relations(self.model) if one.name in cleaned}
        return raw_of(self.instance, self.record_type, related)

    def rebase(self) -> None:
        """Take over what is stored now, but for what the editor has changed."""
        changed, data = self.changed_data, cast("QueryDict", self.data).copy()
        for name in self.record_names:
            bound: Any = self[name]
            field, value = bound.field, bound.field.prepare_value(self.get_initial_for_field(bound.field, name))
            hidden = field.hidden_widget().format_value(value)
            now = hidden if isinstance(hidden, list) else [] if hidden is None else [hidden]
            data.setlist(bound.html_initial_name, now)
            if name not in changed:
                data.setlist(bound.html_name, _as_posted(field, value, now))
        self.data = data

    def save(self, commit: bool = True) -> Any:
        """Save the record with its relations as one change."""
        if not commit:
            return super().save(commit=False)
        action = ChangeAction.CHANGED if self.instance.pk else ChangeAction.ADDED
        with recorded([(self.instance, action)]):
            return super().save()


def _as_posted(field: forms.Field, value: Any, hidden: list[Any]) -> list[Any]:
    """Return what a browser would send for a value that was not touched.

    Args:
        hidden: the same for the hidden field beside it.
    """
    if isinstance(field.widget, forms.CheckboxInput):
        return ["on"] if value else []
    return [field.widget.format_value(value)] if isinstance(field.widget, forms.NullBooleanSelect) else hidden


class ReasonForm(forms.Form):
    """Asks why the content changes."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        help_text=_("Why this changes, for the history: “Decision BC-17/5”, “typing error”."),
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )


class EditingForm(RecordForm, ReasonForm):
    """A record's own form, which refuses to overwrite what somebody else has changed meanwhile."""

    #: The texts that are out of date; those ticked are not any more.
    confirmed = forms.MultipleChoiceField(
        label=_("Still right"),
        required=False,
        help_text=_("Another language was changed after these. Tick what is right as it stands, or change it."),
        widget=forms.CheckboxSelectMultiple,
    )
    is_correction = forms.BooleanField(
        label=_("Correction only"),
        required=False,
        help_text=_("A typing error, say: what the text means is as before, and the other language stays right."),
    )
    #: The dataset's revision when the form was opened.
    opened = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["opened"].initial = Dataset.current().revision
        confirmed: Any = self.fields["confirmed"]
        confirmed.choices = [(mark, label_of(self.model, *mark.split("."))) for mark in sorted(self.instance.marks)]
        self.is_stale = False

    def clean(self) -> dict[str, Any]:
        """Return the values.

        Raises:
            ValidationError: the record, or what is only about it, has changed since the form was opened.
        """
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        opened = cleaned.get("opened")
        self.is_stale = bool(self.instance.pk) and (opened is None or changed_since(self.instance, opened))
        if self.is_stale:
            raise ValidationError(
                _(
                    "Somebody has changed this record since you opened it. Nothing was saved: compare below, put "
                    "together what is right, and save again."
                ),
                code="conflict",
            )
        return cleaned

    def work_out_marks(self) -> None:
        """Mark the texts that fall behind, unless the editor says that none is; take the mark from those confirmed."""
        if not self.cleaned_data.get("is_correction"):
            self.instance.work_out_marks()
        self.instance.outdated = joined(self.instance.marks - set(self.cleaned_data.get("confirmed", ())))

    def rebase(self) -> None:
        """Take over what is stored now; saving again is then meant."""
        super().rebase()
        cast("QueryDict", self.data)[self.add_prefix("opened")] = str(Dataset.current().revision)


class RowForm(RecordForm):
    """A record that is only about another, in that one's form."""

    #: The foreign key to it; the formset sets it.
    parent_name: ClassVar[str]

    @property
    def record_type(self) -> RecordType:
        return replace(record_type_of(self.model), parent=self.parent_name)

    @property
    def parent(self) -> Any:
        return getattr(self.instance, self.parent_name)


class RowFormSet(forms.BaseInlineFormSet):  # type: ignore[type-arg]
    """The records that are only about one other.

    A row that its editor leaves alone is neither checked nor saved, and costs no query.
    """

    #: References of a new row that may name several records: it becomes a row for each.
    several: ClassVar[tuple[str, ...]] = ()

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        name = kwargs.get("prefix") or self.get_default_prefix()
        super().__init__(data and _spread(data, name, self.several), **kwargs)
        form: Any = self.form
        form.parent_name = self.fk.name

    def _construct_form(self, i: int, **kwargs: Any) -> Any:
        is_stored = i < self.initial_form_count()
        return super()._construct_form(i, **({**kwargs, "empty_permitted": True} if is_stored else kwargs))  # type: ignore[misc]

    def _existing_object(self, pk: Any) -> Any:
        """Return a stored row; an empty one where another has removed it, so that what was written stays."""
        return super()._existing_object(pk) or self.model()  # type: ignore[misc]

    def add_fields(self, form: Any, index: int | None) -> None:
        """Add what Django needs to tell the rows apart."""
        super().add_fields(form, index)
        form.fields["id"].error_messages["invalid_choice"] = _(
            "Somebody has removed this row since you opened it: delete it here too, or write it as a new one."
        )
        if not form.is_bound and (index is None or index >= self.initial_form_count()):
            for name in self.several:
                form.fields[name].widget = form.fields[name].widget.widget.for_several()


def _spread(data: QueryDict, prefix: str, several: tuple[str, ...]) -> QueryDict:
    """Return a form's data in which a new row that names several records is a row for each."""
    first, total = (data.get(f"{prefix}-{name}_FORMS", "") for name in ("INITIAL", "TOTAL"))
    if not (first.isdecimal() and total.isdecimal()) or int(total) > forms.formsets.DEFAULT_MAX_NUM:
        # The formset says so.
        return data
    count = int(total)
    for index in range(int(first), count):
        start = f"{prefix}-{index}-"
        row = {key.removeprefix(start): data.getlist(key) for key in list(data) if key.startswith(start)}
        for name in several:
            for value in row.get(name, [])[1:]:
                for key, values in {**row, name: [value]}.items():
                    data.setlist(f"{prefix}-{count}-{key}", values)
                count += 1
            if row.get(name):
                data.setlist(f"{start}{name}", row[name][:1])
    data[f"{prefix}-TOTAL_FORMS"] = str(count)
    return data


def conflict(form: EditingForm, formsets: list[Any]) -> list[tuple[str, Difference, bool]]:
    """Return what is stored now and what the editor wrote, of a form that another has overtaken.

    Returns:
        The record, a text or value in both states, and whether the form goes on with what the editor wrote.
    """
    forms_by_model: dict[type[KeyedModel], list[RecordForm]] = {form.model: [form]}
    for formset in formsets:
        forms_by_model[formset.model] = [row for row in formset.initial_forms if row.instance.pk]
    found = []
    for model, some in forms_by_model.items():
        now = {record.pk: record for record in stored(model).filter(pk__in=[one.instance.pk for one in some])}
        for one in some:
            record = now[one.instance.pk]
            for difference in differences(model, raw_of(record, one.record_type), one.raw()):
                kept = any(name.startswith(difference.name) for name in one.changed_data)
                found.append((str(record), difference, kept))
    return found


class UploadForm(forms.Form):
    """A spreadsheet, and what its rows are; ``cleaned_data["sheet"]`` is its table."""

    kind = forms.ChoiceField(label=_("Records"))
    file = forms.FileField(
        label=_("File"),
        max_length=255,
        help_text=_(
            "XLSX without macros, of which the first sheet is read, or CSV in UTF-8 or GB18030; 10 MB at most."
        ),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.tsv,.txt"}),
    )

    def __init__(self, *args: Any, kinds: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.ChoiceField", self.fields["kind"]).choices = kinds

    def clean_file(self) -> Any:
        """Read the file; raise ValidationError where that cannot be done."""
        file = self.cleaned_data["file"]
        try:
            # One byte more than is allowed tells that it is too large.
            self.cleaned_data["sheet"] = read_sheet(file.name, file.read(MOST_BYTES + 1))
        except UnreadableSheet as error:
            values = {"name": file.name, "why": error, "allowed": self.fields["file"].help_text}
            raise ValidationError(_("“%(name)s” is not taken: %(why)s Allowed is: %(allowed)s") % values) from error
        return file
