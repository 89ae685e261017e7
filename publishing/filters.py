"""The base of every list's one FilterSet: strict, dated, the same for page, API and export."""

import datetime
from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from functools import lru_cache
from typing import Any, ClassVar, Generic, TypeVar, cast

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Choices, Count, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.encoding import force_str
from django.utils.functional import cached_property
from django.utils.translation import get_language, gettext_lazy, pgettext
from django.utils.translation import gettext as _
from django_filters.rest_framework import FilterSet

from publishing.facets import Facet, FacetValue
from publishing.index import matching_ids
from publishing.models import Dataset

#: The kind of queryset that a filter set chooses from.
Rows = TypeVar("Rows", bound=QuerySet[Any])

#: Views of the world before 1900 or after 2100 are typing errors.
EARLIEST, LATEST = datetime.date(1900, 1, 1), datetime.date(2100, 12, 31)
#: How many allowed values an error message names; more are told by example.
NAMED_VALUES = 40
#: How many unknown parameters are told at once: to each belongs a message and a link that repeats all the others.
NAMED_UNKNOWN = 20


class CodesField(forms.MultipleChoiceField):
    """Codes, repeated for OR; names the allowed ones where one is not."""

    @cached_property
    def allowed(self) -> list[str]:
        """Return the codes that may be chosen."""
        # Plain pairs, as CodesFilter gives them; Django's types allow for more.
        choices: Any = self.choices
        return [str(code) for code, _name in choices]

    def valid_value(self, value: str) -> bool:
        return value in self.allowed

    def validate(self, value: list[str]) -> None:
        """Raise ValidationError, which names what is allowed, for the first code that is not."""
        for code in value:
            if not self.valid_value(code):
                raise ValidationError(not_allowed(code, self.allowed))


def not_allowed(value: str, allowed: list[str]) -> str:
    """Return the message that ``value`` is not one of ``allowed``, in the active language."""
    values = {"value": value, "allowed": ", ".join(allowed[:NAMED_VALUES])}
    if len(allowed) > NAMED_VALUES:
        return _("“%(value)s” is not one of the allowed values, which begin: %(allowed)s …") % values
    return _("“%(value)s” is not one of the allowed values: %(allowed)s") % values


@lru_cache(maxsize=256)
def _values(options: Callable[[], Iterable[tuple[Any, ...]]], *state: Any) -> list[tuple[str, str, str]]:
    """Return code, name and heading of each option; read once for a language and state of the dataset.

    A facet has up to 200: to read them took a tenth of a page.
    """
    return [
        (str(code), force_str(name), force_str(heading[0] if heading else "")) for code, name, *heading in options()
    ]


class CodesFilter(django_filters.MultipleChoiceFilter):
    """A facet over codes.

    Args:
        options: returns code, name and, where the facet has headings, heading of each value in the
            active language; called once for a state of the dataset.
        counts: given the results of the other facets and the date, returns how many of them each code would keep.
    """

    field_class = CodesField
    #: What several values of it mean together.
    repeated = "repeated for OR"
    #: The filter set that it belongs to, set by django-filter.
    parent: "PortalFilterSet"

    def __init__(
        self,
        *,
        options: Callable[[], Iterable[tuple[Any, ...]]],
        counts: Callable[[Any, datetime.date], Mapping[str, int]] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.options = options
        self.counts = counts

    def filter(self, qs: QuerySet[Any], value: list[str]) -> QuerySet[Any]:
        """Keep the rows whose column has one of the codes; facets over relations name a method instead."""
        return qs.filter(**{f"{self.field_name}__in": value}) if value else qs

    @cached_property
    def values(self) -> list[tuple[str, str, str]]:
        """Return code, name and heading of each value; without a heading, it is empty."""
        return _values(self.options, get_language(), *self.parent.state)

    @property
    def field(self) -> forms.Field:
        """Return the form field; it asks for its choices, in the language of the request, only to check a value."""
        self.extra["choices"] = lambda: [(code, name) for code, name, _heading in self.values]
        return super().field


class VocabularyFilter(CodesFilter):
    """A facet over the values of a vocabulary: codes that are the program's own, not content."""

    def __init__(self, *, vocabulary: type[Choices], **kwargs: Any) -> None:
        super().__init__(options=lambda: vocabulary.choices, **kwargs)
        self.vocabulary = vocabulary


class SwitchFilter(CodesFilter):
    """A switch, true or false, that keeps every row: who has the rows asks the filter set whether it is on."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(options=lambda: [("true", _("yes")), ("false", _("no"))], **kwargs)

    def filter(self, qs: Any, value: list[str]) -> Any:
        """Return ``qs`` as it is."""
        return qs


class TextField(forms.CharField):
    """Words to look for; a form's own limits keep a request small."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=200, **kwargs)


class TextFilter(django_filters.Filter):
    """Words that the search finds in a record (publishing/index.py), in either language."""

    field_class = TextField

    def filter(self, qs: QuerySet[Any], value: str) -> QuerySet[Any]:
        """Keep the records that have every word."""
        return qs.filter(pk__in=matching_ids(value, qs.model)) if value else qs


class OneField(forms.ChoiceField):
    """One of a few codes; names the allowed ones where it is not."""

    def validate(self, value: str) -> None:
        """Raise ValidationError, which names what is allowed."""
        allowed = [str(code) for code, _name in cast("Any", self.choices)]
        if value and value not in allowed:
            raise ValidationError(not_allowed(value, allowed))


class OneFilter(django_filters.Filter):
    """A choice of one of a few codes about the list as a whole: its order, its looks. It keeps every row.

    Args:
        options: returns code and name of each.
        is_content: the codes are content, which may change, and not the program's own.
    """

    field_class = OneField

    def __init__(
        self, *, options: Callable[[], Iterable[tuple[str, Any]]], is_content: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.options = options
        self.is_content = is_content

    @property
    def field(self) -> forms.Field:
        """Return the form field, its choices in the language of the request."""
        self.extra["choices"] = [(code, force_str(name)) for code, name in self.options()]
        return super().field

    def filter(self, qs: Any, value: str) -> Any:
        """Return ``qs`` as it is."""
        return qs


def choice_counts(column: str) -> Callable[[QuerySet[Any], datetime.date], dict[str, int]]:
    """Return the ``counts`` of a facet over a column of the list's own rows."""

    def counts(queryset: QuerySet[Any], date: datetime.date) -> dict[str, int]:
        return dict(queryset.order_by().values_list(column).annotate(n=Count("pk", distinct=True)))

    return counts


class CountriesField(CodesField):
    """ISO alpha-2 codes in either case."""

    def to_python(self, value: Any) -> list[str]:
        return [code.upper() for code in super().to_python(value)]


class CountriesFilter(CodesFilter):
    field_class = CountriesField


class AsOfField(forms.DateField):
    """An ISO date within reason."""

    default_validators = [MinValueValidator(EARLIEST), MaxValueValidator(LATEST)]

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(input_formats=["%Y-%m-%d"], **kwargs)
        self.error_messages["invalid"] = gettext_lazy("Write the date as YYYY-MM-DD, from 1900-01-01 to 2100-12-31.")
        for validator in self.validators:
            if isinstance(validator, MinValueValidator | MaxValueValidator):
                validator.message = self.error_messages["invalid"]


class AsOfFilter(django_filters.Filter):
    """The date whose state of the world is shown; other filters ask the filter set for it."""

    field_class = AsOfField

    def filter(self, qs: QuerySet[Any], value: Any) -> QuerySet[Any]:
        """Return ``qs`` as it is: the date decides what the other filters choose from."""
        return qs


def today() -> datetime.date:
    """Return the date of today in UTC."""
    return timezone.now().date()


class PortalFilterSet(FilterSet):
    """The parameters of a page or endpoint, strict, with the date.

    A value that is not allowed and a parameter that does not exist are errors, never ignored.
    Blank parameters, which HTML forms send, count as absent.
    """

    #: The parameters, less the blank ones.
    data: QueryDict

    as_of = AsOfFilter(
        label=gettext_lazy("As of"), help_text=gettext_lazy("Show the world as known on this date; today if left out.")
    )

    def __init__(self, data: QueryDict, *, also: Iterable[str] = ()) -> None:
        """Prepare the filters.

        Args:
            data: the query string's parameters.
            also: names of parameters that the surface handles itself, such as "page".
        """
        self.also = set(also)
        data = data.copy()
        for name in list(data):
            kept = [value for value in data.getlist(name) if value.strip()]
            if kept:
                data.setlist(name, kept)
            else:
                del data[name]
        # The real rows depend on the date, which must be checked first.
        super().__init__(data, Dataset.objects.none())

    @cached_property
    def state(self) -> tuple[Any, ...]:
        """Return the state of the content, from which follows what may be chosen."""
        dataset = Dataset.current()
        return dataset.revision, dataset.changed_at

    @property
    def as_of_date(self) -> datetime.date:
        """Return the date that the reader chose, or today."""
        return self.form.cleaned_data.get("as_of") or today()

    @property
    def problems(self) -> dict[str, list[str]]:
        """Return what is wrong with the parameters, by name; nothing where all is well."""
        problems = {name: [str(message) for message in messages] for name, messages in self.form.errors.items()}
        known = set(self.filters) | self.also
        for name in [name for name in self.data if name not in known][:NAMED_UNKNOWN]:
            message = _("There is no parameter of this name. There are: %(allowed)s") % {
                "allowed": ", ".join(sorted(known))
            }
            nearest = get_close_matches(name, sorted(known), 1)
            meant = [_("Did you mean “%(name)s”?") % {"name": nearest[0]}] if nearest else []
            problems[name] = [*meant, message]
        for name in set(self.data) & known:
            if not isinstance(self.filters.get(name), CodesFilter) and len(self.data.getlist(name)) > 1:
                problems[name] = [_("Give this parameter once.")]
        return problems

    #: Parameters that say how a list looks, and not what is in it.
    looks: ClassVar[tuple[str, ...]] = ()

    def chosen(self) -> list[tuple[str, str, list[str]]]:
        """Return name, label and values of the filters in use: neither the date nor what is about looks."""
        return [
            (name, str(one.label), self.data.getlist(name))
            for name, one in self.filters.items()
            if name in self.data and name != "as_of" and name not in self.looks and not isinstance(one, OneFilter)
        ]

    def in_words(self) -> list[str]:
        """Return the filters in use in words of the active language: label and names of the values."""
        found = []
        for name, label, values in self.chosen():
            names = {code: text for code, text, _heading in getattr(self.filters[name], "values", ())}
            value = pgettext("between items of a list", ", ").join(names.get(one, one) for one in values)
            found.append(_("%(label)s: %(value)s") % {"label": label, "value": value})
        return found


class ListFilterSet(PortalFilterSet):
    """The filters of a list: what page, API and export ask it for."""

    def results(self) -> Any:
        """Return the list that the parameters ask for, which knows its count() and can be sliced.

        The parameters must be free of problems.
        """
        raise NotImplementedError

    def facets(self) -> list[Facet]:
        """Return the facets with counts, each with the other ones applied."""
        raise NotImplementedError


class QueryFilterSet(ListFilterSet, Generic[Rows]):
    """The filters of a list that is a kind of queryset."""

    def base(self, date: datetime.date) -> Rows:
        """Return what the filters choose from: the list as of ``date``."""
        raise NotImplementedError

    def shown(self, queryset: Rows, date: datetime.date) -> Rows:
        """Return ``queryset`` with what page, API and export show of each row, in the list's order."""
        raise NotImplementedError

    def results(self) -> Rows:
        """Return the list that the parameters ask for; they must be free of problems."""
        return self.shown(self.filtered_without(""), self.as_of_date)

    def filtered_without(self, name: str) -> Rows:
        """Return the rows that all filters but one let through."""
        queryset: QuerySet[Any] = self.base(self.as_of_date)
        for other, value in self.form.cleaned_data.items():
            if other != name:
                queryset = self.filters[other].filter(queryset, value)
        # Each filter gives back the kind of queryset that it got; django-filter's types cannot say so.
        return cast("Rows", queryset)

    def facets(self) -> list[Facet]:
        """Return the facets with counts; a query a facet, whatever the number of values."""
        facets = []
        for name, one in self.filters.items():
            if not isinstance(one, CodesFilter) or one.counts is None:
                continue
            counts = one.counts(self.filtered_without(name), self.as_of_date)
            chosen = set(self.form.cleaned_data.get(name) or [])
            values = [
                FacetValue(code, label, counts.get(code, 0), code in chosen, heading)
                for code, label, heading in one.values
            ]
            facets.append(Facet(name, str(one.label), values))
        return facets
