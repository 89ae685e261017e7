"""What every editor's form asks beside the record: why, and which state of it the editor saw."""

from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from editing.differences import Difference, differences
from editing.sheets import UnreadableSheet, read_sheet
from publishing.content.dumping import raw_of, stored
from publishing.models import Dataset
from publishing.registry import record_type_of
from publishing.upkeep import changed_since


class ReasonForm(forms.Form):
    """Asks why the content changes."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        help_text=_("Why this changes, for the history: “Decision BC-17/5”, “typing error”."),
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )


class EditingForm(forms.ModelForm, ReasonForm):  # type: ignore[type-arg]
    """A record's form that refuses to overwrite what somebody else has changed meanwhile."""

    #: The dataset's revision when the form was opened.
    opened = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["opened"].initial = Dataset.current().revision
        #: What is stored now and what the editor wrote, where another was quicker.
        self.conflict: list[Difference] = []

    def clean(self) -> dict[str, Any]:
        """Return the values.

        Raises:
            ValidationError: the record has changed since the form was opened. The form then keeps what was
                written and holds the present revision, so that saving again is meant.
        """
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        opened = cleaned.get("opened")
        if self.instance.pk and (opened is None or changed_since(self.instance, opened)):
            data = cast("QueryDict", self.data).copy()
            data[self.add_prefix("opened")] = str(Dataset.current().revision)
            self.data = data
            self.conflict = self._conflict(cleaned)
            raise ValidationError(
                _(
                    "Somebody has changed this record since you opened it. Nothing was saved: compare below, put "
                    "together what is right, and save again."
                ),
                code="conflict",
            )
        return cleaned

    def _conflict(self, cleaned: dict[str, Any]) -> list[Difference]:
        model: Any = type(self.instance)
        record_type = record_type_of(model)
        now = raw_of(stored(model).get(pk=self.instance.pk), record_type)
        mine = model(pk=self.instance.pk)
        for field in model._meta.concrete_fields:
            setattr(mine, field.attname, getattr(self.instance, field.attname))
        related = {}
        for name, value in cleaned.items():
            field = next((one for one in model._meta.get_fields() if one.name == name), None)
            if field is None:
                continue
            if field.many_to_many:
                related[name] = list(value)
            else:
                setattr(mine, name, value)
        return differences(model, now, raw_of(mine, record_type, related))


class UploadForm(forms.Form):
    """A spreadsheet, and what its rows are; ``cleaned_data["sheet"]`` is its table."""

    kind = forms.ChoiceField(label=_("Records"))
    file = forms.FileField(
        label=_("File"),
        max_length=255,
        help_text=_("XLSX, of which the first sheet is read, or CSV in UTF-8 or GB18030."),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.tsv,.txt"}),
    )

    def __init__(self, *args: Any, kinds: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.ChoiceField", self.fields["kind"]).choices = kinds

    def clean_file(self) -> Any:
        """Read the file; raise ValidationError where that cannot be done."""
        file = self.cleaned_data["file"]
        try:
            self.cleaned_data["sheet"] = read_sheet(file.name, file.read())
        except UnreadableSheet as error:
            raise ValidationError(str(error), code="unreadable") from error
        return file
