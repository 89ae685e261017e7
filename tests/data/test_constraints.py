"""The database itself refuses what must not be: each constraint is broken once by a real insert."""

from datetime import date

import pytest
from django.apps import apps
from django.conf import settings
from django.db import IntegrityError, models, transaction

from publishing.models import Dataset, FormerCode
from sources.models import Citation
from sources.statements import cited_models

#: Apps with records of their own; those of accounts, digests, proposals and quotations are not content, and have tests
#: of their own.
OTHERS = {"accounts", "config", "editing", "quoting"}
APPS = {path.name for path in settings.BASE_DIR.iterdir() if (path / "models.py").exists()} - OTHERS
OURS = [model for model in apps.get_models() if model.__module__.partition(".")[0] in APPS]
CONSTRAINTS = [(model, constraint) for model in OURS for constraint in model._meta.constraints]
CHECKS = [pair for pair in CONSTRAINTS if isinstance(pair[1], models.CheckConstraint)]
UNIQUES = [pair for pair in CONSTRAINTS if isinstance(pair[1], models.UniqueConstraint)]
UNIQUE_FIELDS = [
    (model, field) for model in OURS for field in model._meta.fields if field.unique and not field.primary_key
]
EARLY, LATE = date(1901, 1, 1), date(1902, 1, 1)


def lookups(condition):
    """Return the lookups of a condition, as pairs of name and value, without how they are joined."""
    pairs = []
    for child in condition.children:
        pairs += lookups(child) if isinstance(child, models.Q) else [child]
    return pairs


def violations(model, constraint):
    """Return what breaks a check, as values of fields: once for each way to break it."""
    pairs = lookups(constraint.condition)
    names = {name for name, _value in pairs}
    if model is Dataset:
        return [{"pk": 2}]
    if (later := next((name for name in names if name.endswith("__gte")), None)) is not None:
        earlier = next(value.name for name, value in pairs if name == later)
        return [{earlier: LATE, later.removesuffix("__gte"): EARLY}]
    if nullable := sorted(name.removesuffix("__isnull") for name in names if name.endswith("__isnull")):
        if not isinstance(model._meta.get_field(nullable[0]), models.CharField | models.TextField):
            # Values that stand together or not at all.
            return [{**dict.fromkeys(nullable, 1), name: None} for name in nullable]
        # Some texts are needed only beside another value.
        needed = {
            name: value
            for name, value in {"status": "stated", "mercury_work": True}.items()
            if names & {name, f"{name}__in"}
        }
        return [{**needed, name: nothing} for name in nullable for nothing in ("", None)]
    return [{name.removesuffix("__in"): "none"} for name in names if name.endswith("__in")]


BREAKS = [
    pytest.param(model, constraint, values, id=f"{constraint.name}-{'-'.join(f'{k}={v!r}' for k, v in values.items())}")
    for model, constraint in CHECKS
    for values in violations(model, constraint)
]


def another(model, **values):
    """Return an unsaved copy of a record of the content, whose values of its own are new."""
    row = model._base_manager.order_by("pk").first() or FormerCode(kind="centres.centre", former="old", code="new")
    original, row.pk = row.pk, 1 if model is Dataset else None
    row._state.adding = True
    own = [field for owner, field in UNIQUE_FIELDS if owner is model]
    if not own:
        # It is told from others by a combination of fields: with the original gone, the copy is new.
        for statement in cited_models() if model is Citation else []:
            statement.citations.through._base_manager.filter(citation=original).delete()
        model._base_manager.filter(pk=original).delete()
    for field in own:
        setattr(row, field.attname, "z" * field.max_length)
    for name, value in values.items():
        setattr(row, name, value)
    return row


def insert(row):
    """Insert past save(), which would mend or check some fields."""
    with transaction.atomic():
        models.QuerySet(type(row)).bulk_create([row])


def test_every_constraint_is_broken_below():
    broken = {case.values[1].name for case in BREAKS} | {constraint.name for _model, constraint in UNIQUES}
    assert broken == {constraint.name for _model, constraint in CONSTRAINTS}
    assert len(broken) > 50


@pytest.mark.parametrize("model", OURS)
def test_the_copy_that_is_broken_below_is_taken_whole(content, model):
    insert(another(model))


@pytest.mark.parametrize(("model", "constraint", "values"), BREAKS)
def test_a_check_refuses_what_breaks_it(content, model, constraint, values):
    row = another(model, **values)
    with pytest.raises(IntegrityError, match=constraint.name):
        insert(row)


@pytest.mark.parametrize(("model", "constraint"), [pytest.param(*pair, id=pair[1].name) for pair in UNIQUES])
def test_a_unique_constraint_refuses_the_second(content, model, constraint):
    values = {}
    if "since" in constraint.fields:
        values = {"since": EARLY, "until": None}
    elif constraint.condition is not None:
        values = {"since": None, "until": None}
    first = another(model, **values)
    second = model(**{field.attname: getattr(first, field.attname) for field in model._meta.concrete_fields})
    second.pk = None
    insert(first)
    columns = ", ".join(rf"{model._meta.db_table}\.{model._meta.get_field(name).column}" for name in constraint.fields)
    # PostgreSQL says the name, SQLite the columns.
    with pytest.raises(IntegrityError, match=rf"{constraint.name}|failed: {columns}$"):
        insert(second)


@pytest.mark.parametrize(
    ("model", "field"), [pytest.param(*pair, id=f"{pair[0].__name__}-{pair[1].name}") for pair in UNIQUE_FIELDS]
)
def test_a_unique_field_refuses_the_second(content, model, field):
    taken = model._base_manager.exclude(**{field.attname: None}).values_list(field.attname, flat=True).last()
    row = another(model, **{field.attname: taken})
    with pytest.raises(IntegrityError, match=rf"{model._meta.db_table}[._]{field.column}"):
        insert(row)
