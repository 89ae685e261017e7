"""Every statement rests on a source that can be found; codes and addresses have their form."""

import re
from datetime import date

import pytest
from django.apps import apps
from django.db import models

from publishing.models import CODE_PATTERN, CodedModel, DatedModel
from sources.locators import is_locator, paragraphs_in
from sources.models import Citation, Source
from sources.statements import cited_models

pytestmark = [pytest.mark.usefixtures("content"), pytest.mark.one_database]

CODED = [model for model in apps.get_models() if issubclass(model, CodedModel)]
DATED = [model for model in apps.get_models() if issubclass(model, DatedModel)]
ADDRESSES = [
    (model, field) for model in apps.get_models() for field in model._meta.fields if isinstance(field, models.URLField)
]


@pytest.mark.parametrize("model", cited_models())
def test_every_record_has_a_citation(model):
    assert model._base_manager.exists()
    assert not model._base_manager.filter(citations__isnull=True).exists()


def test_every_citation_is_used_and_names_a_place_that_its_source_can_have():
    used = {pk for model in cited_models() for pk in model._base_manager.values_list("citations", flat=True)}
    for citation in Citation.objects.select_related("source"):
        assert citation.pk in used, f"{citation.reference} is cited by nothing"
        assert not citation.locator or is_locator(citation.locator), citation.reference
        if citation.source.paragraphs:
            numbers = paragraphs_in(citation.locator)
            assert all(1 <= number <= citation.source.paragraphs for number in numbers), citation.reference


def test_the_note_is_the_source_of_54_paragraphs_and_a_footnote():
    note = Source.objects.get(code="inc1-note")
    assert (note.paragraphs, note.footnotes, note.date) == (54, 1, date(2010, 6, 7))


def test_no_source_is_dated_after_it_was_read():
    assert not Source.objects.filter(date__gt=models.F("read_on")).exists()


def test_a_source_has_an_address_or_says_that_it_has_none():
    without = Source.objects.filter(url="")
    assert all(source.note_en for source in without), [source.code for source in without if not source.note_en]


@pytest.mark.parametrize("model", CODED)
def test_codes_have_their_form(model):
    codes = list(model._base_manager.values_list("code", flat=True))
    assert codes
    assert [code for code in codes if not re.fullmatch(CODE_PATTERN, code)] == []


@pytest.mark.parametrize(("model", "field"), ADDRESSES, ids=[f"{m.__name__}-{f.name}" for m, f in ADDRESSES])
def test_addresses_are_of_the_web(model, field):
    addresses = [address for address in model._base_manager.values_list(field.attname, flat=True) if address]
    assert addresses
    assert [address for address in addresses if not re.fullmatch(r"https?://[^\s/]+\.[^\s]+", address)] == []


@pytest.mark.parametrize("model", DATED)
def test_no_relation_ends_before_it_begins_or_without_having_begun(model):
    assert not model._base_manager.filter(until__lt=models.F("since")).exists()
    assert not model._base_manager.filter(since__gt=date(2026, 11, 22)).exists()
