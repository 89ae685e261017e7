"""What every editor's form asks beside the record: why, and which state of it the editor saw."""

from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from editing.differences import Difference, differences, label_of
from publishing.content.dumping import raw_of, stored
from publishing.marks import joined
from publishing.models import Dataset
from publishing.registry import record_type_of
from publishing.upkeep import changed_since


class EditingForm(forms.ModelForm):  # type: ignore[type-arg]
    """A record's form that refuses to overwrite what somebody else has changed meanwhile."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        help_text=_("Why this changes, for the history: “Decision BC-17/5”, “typing error”."),
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )
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
        confirmed.choices = [
            (mark, label_of(type(self.instance), *mark.split("."))) for mark in sorted(self.instance.marks)
        ]
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

    def _post_clean(self) -> None:
        """Fill the record, and work out which of its texts are behind unless the editor says that none is."""
        super()._post_clean()  # type: ignore[misc]
        record = self.instance
        if not self.cleaned_data.get("is_correction"):
            record.work_out_marks()
        record.outdated = joined(record.marks - set(self.cleaned_data.get("confirmed", ())))
        record.keeps_marks = True

    def _conflict(self, cleaned: dict[str, Any]) -> list[Difference]:
        model: Any = type(self.instance)
        record_type = record_type_of(model)
        now = raw_of(stored(model).get(pk=self.instance.pk), record_type)
        mine = model(pk=self.instance.pk)
        for field in model._meta.concrete_fields:
            setattr(mine, field.attname, getattr(self.instance, field.attname))
        for name, value in cleaned.items():
            field = next((one for one in model._meta.get_fields() if one.name == name), None)
            if field is None:
                continue
            if field.many_to_many:
                mine.__dict__.setdefault("_prefetched_objects_cache", {})[name] = list(value)
            else:
                setattr(mine, name, value)
        return differences(model, now, raw_of(mine, record_type))
