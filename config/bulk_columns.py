"""The columns of the bulk export: their types, and what they hold, in words of both languages."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.utils import translation
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from rest_framework import serializers

from publishing.exports.table import Table
from publishing.serializers import LANGUAGES, LabelField, ManyNamedField, NumberField

#: Types of a Table Schema; whatever is none of these is text.
TYPES = [
    (serializers.BooleanField, "boolean"),
    (serializers.IntegerField, "integer"),
    (NumberField, "number"),
    (serializers.DateField, "date"),
]

#: Names of fields that no model names, or names for its own readers only.
LABELS = {
    "country_count": gettext_lazy("number of countries"),
    "citation_count": gettext_lazy("number of citations"),
    "citations": gettext_lazy("citations"),
    "designations": gettext_lazy("designations"),
    "functions": gettext_lazy("functions"),
    "funds": gettext_lazy("funds"),
    "hostings": gettext_lazy("hostings"),
    "hosts": gettext_lazy("centres housed"),
    "institution_type": gettext_lazy("type of the institution"),
    "key": gettext_lazy("key"),
    "name_then": gettext_lazy("name then in use"),
    "observations": gettext_lazy("observations"),
    "options": gettext_lazy("options"),
    "place": gettext_lazy("place in the source"),
    "reference": gettext_lazy("reference"),
    "regions": gettext_lazy("regions"),
    "roles": gettext_lazy("roles of organizations"),
    "serves": gettext_lazy("countries served"),
    "translation_status": gettext_lazy("state of the translation"),
    "unit": gettext_lazy("unit"),
    "conventions": gettext_lazy("conventions"),
    "mechanisms": gettext_lazy("mechanisms"),
}

#: What a name does not say: by field, or by table and field where one field differs from the others of its name.
EXPLANATIONS = {
    "code": gettext_lazy("Identifies the record, never changes and has no language."),
    "key": gettext_lazy("Identifies the record and never changes: codes and dates, joined by “~”."),
    "iso2": gettext_lazy("Identifies the country. Namibia is NA, which some programs read as “not available”."),
    "since": gettext_lazy("First day; empty where no source says it, and it then holds from the beginning."),
    "until": gettext_lazy("Last day, inclusive; empty where nothing says that it ended."),
    "stated_on": gettext_lazy("When the source made the statement."),
    "citations": gettext_lazy(
        "What the record rests on: references such as inc1-note#para-14, separated by semicolons."
    ),
    "reference": gettext_lazy("Source and place as other tables write them, such as inc1-note#para-14."),
    "citations.source": gettext_lazy("Code of the source."),
    "provisions.parent": gettext_lazy("Code of the item of which this is a part."),
    "country_count": gettext_lazy("On the date of the export."),
    "citation_count": gettext_lazy("How many places in the source are cited."),
    "designations": gettext_lazy("Those in force on the date of the export, as keys separated by semicolons."),
    "hostings": gettext_lazy("Those in force on the date of the export, as keys separated by semicolons."),
    "hosts": gettext_lazy("Those of the date of the export, as codes separated by semicolons."),
    "regions": gettext_lazy("Those of the date of the export, one a scheme at most, as codes separated by semicolons."),
    "serves": gettext_lazy(
        "Those of the date of the export, as ISO codes separated by semicolons; empty where no source gives them."
    ),
    "name_then": gettext_lazy(
        "The name in use on the date of the export, where it was another: JSON with both languages."
    ),
    "observations": gettext_lazy("As keys separated by semicolons."),
    "options": gettext_lazy("As codes separated by semicolons."),
    "languages": gettext_lazy("ISO 639-1 codes, separated by semicolons."),
    "roles": gettext_lazy("All of them, as JSON objects separated by semicolons."),
    "organizations.roles": gettext_lazy(
        "Those in force on the date of the export, as JSON objects separated by semicolons."
    ),
    "translation_status": gettext_lazy(
        "Whether all texts are up to date, and those of which another language has changed since."
    ),
    "is_name_known": gettext_lazy("False where no source names the centre: it then goes by its country."),
}


@dataclass(frozen=True)
class Column:
    """A column of a table of the bulk export."""

    name: str
    type: str
    #: A few words, and all that a reader should know; by language.
    titles: dict[str, str]
    descriptions: dict[str, str]


def columns_of(name: str, table: Table, serializer: Any) -> list[Column]:
    """Return the columns of a table in their order.

    Args:
        name: of the table, which is that of the API's list.
        serializer: of the list, which the table is made of.
    """
    columns = []
    for column, path in table.columns:
        field = serializer.fields[path[0]]
        of_model = _model_field(serializer.Meta.model, path[0], field)
        titles, descriptions = {}, {}
        for code in LANGUAGES:
            with translation.override(code):
                titles[code] = _title(path, of_model)
                descriptions[code] = _description(name, path, field, of_model, titles[code])
        kind = next((kind for one, kind in TYPES if isinstance(field, one)), "string")
        columns.append(Column(column, kind, titles, descriptions))
    return columns


def _model_field(model: Any, name: str, field: Any) -> Any:
    """Return what a serializer's field shows of the model; None where it is computed."""
    path = field.of if isinstance(field, LabelField) else name if field.source == "*" else field.source
    try:
        for step in path.split("."):
            found = model._meta.get_field(step)
            model = found.related_model
    except FieldDoesNotExist:
        return None
    return found


def _title(path: tuple[str, ...], of_model: Any) -> str:
    """Return the name of a column in the active language."""
    name, *part = path
    label = capfirst(str(LABELS.get(name) or of_model.verbose_name))
    if not part:
        return label
    language = {"en": _("English"), "zh-hans": _("Simplified Chinese")}.get(part[-1], "")
    if part[0] == "code":
        said = _("code")
    elif part[0] == "outdated":
        said = _("out of date")
    elif part[0] == "name":
        said = pgettext("part of a column's title", "name, %(language)s") % {"language": language}
    else:
        said = language
    return pgettext("a column's title", "%(label)s (%(part)s)") % {"label": label, "part": said}


def _description(table: str, path: tuple[str, ...], field: Any, of_model: Any, title: str) -> str:
    """Return what a column holds, in the active language."""
    explanation = _explanation(table, path[0], field, of_model)
    if not explanation:
        return title
    texts = {"title": title, "explanation": explanation}
    return pgettext("a column's description", "%(title)s: %(explanation)s") % texts


def _explanation(table: str, name: str, field: Any, of_model: Any) -> str:
    """Return what a column's title does not say, in the active language; often nothing."""
    if said := EXPLANATIONS.get(f"{table}.{name}") or EXPLANATIONS.get(name):
        return str(said)
    if isinstance(field, LabelField):
        return _("The coded value in words.")
    if isinstance(field, ManyNamedField):
        return _("As codes separated by semicolons.")
    if codes := [f"{value} = {label}" for value, label in getattr(of_model, "flatchoices", []) if value]:
        return _("One of: %(codes)s.") % {"codes": pgettext("between coded values", ", ").join(codes)}
    return str(getattr(of_model, "help_text", ""))
