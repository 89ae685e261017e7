"""Look-ups of other records, as Django's admin has them, for forms with many rows."""

from collections.abc import Sequence
from typing import Any

from django.contrib.admin.widgets import AutocompleteMixin, AutocompleteSelect, AutocompleteSelectMultiple


class Known:
    """The records that the rows of a form refer to, by primary key as text: so that no row asks for its own."""

    def __init__(self) -> None:
        self.records: dict[str, Any] = {}

    def add_from(self, row: Any, name: str) -> None:
        """Add what the field ``name`` of ``row`` refers to; its relations are at hand."""
        value = getattr(row, name)
        for record in value.all() if hasattr(value, "all") else [value] if value else []:
            self.records[str(record.pk)] = record


class KnownMixin(AutocompleteMixin):
    """Shows known records as chosen without a query."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Copies of the widget, one a row, share it.
        self.known = Known()

    def optgroups(self, name: str, value: Sequence[str], attr: Any = None) -> Any:
        """Return the chosen records as options."""
        chosen = [one for one in value if one]
        if not all(one in self.known.records for one in chosen):
            return super().optgroups(name, value, attr)
        widget: Any = self
        options = [
            widget.create_option(name, one, str(self.known.records[one]), True, index)
            for index, one in enumerate(chosen)
        ]
        if not widget.is_required and not widget.allow_multiple_selected:
            options.insert(0, widget.create_option(name, "", "", False, 0))
        return [(None, options, 0)]


class KnownSelect(KnownMixin, AutocompleteSelect):
    """A look-up of one record."""

    def for_several(self) -> AutocompleteSelectMultiple:
        """Return a look-up of the same that takes several."""
        several = AutocompleteSelectMultiple(self.field, self.admin_site, self.attrs)
        several.choices = self.choices
        return several


class KnownSelectMultiple(KnownMixin, AutocompleteSelectMultiple):
    """A look-up of several records."""
