"""Rows that become records without ``__init__()``, and the dataset's row that one answer reads once."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from publishing.models import Dataset
from sources.models import Source

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("content")]


def test_a_read_record_is_what_its_values_make():
    read = Source.objects.get(code="inc1-note")
    made = Source(**{field.attname: getattr(read, field.attname) for field in Source._meta.concrete_fields})
    assert {name: value for name, value in vars(read).items() if name != "_state"} == {
        name: value for name, value in vars(made).items() if name != "_state"
    }
    assert (read._state.adding, read._state.db) == (False, "default")
    assert read.title == read.title_en


def test_a_column_left_out_is_read_when_asked_for():
    with CaptureQueriesContext(connection) as queries:
        source = Source.objects.only("code").get(code="inc1-note")
        assert source.get_deferred_fields()
        assert source.publisher
    assert len(queries) == 2


def test_the_row_is_asked_for_once_inside_and_anew_after():
    with CaptureQueriesContext(connection) as queries, Dataset.held():
        first = Dataset.current()
        assert Dataset.current() is first
    assert len(queries) == 1
    raised = Dataset.raise_revision()
    assert Dataset.current().revision == raised.revision == first.revision + 1


def test_a_raised_revision_is_told_also_inside():
    with Dataset.held():
        before = Dataset.current().revision
        assert Dataset.raise_revision().revision == before + 1
