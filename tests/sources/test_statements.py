"""What rests on a source, by place: every paragraph of the note is used, and nothing is lost or counted twice."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from mechanisms.models import Function, Organization
from regions.models import RegionScheme
from sources.models import Citation, Source
from sources.statements import statement_models, statements_on


@pytest.fixture
def note(content):
    return Source.objects.get(code="inc1-note")


def test_every_paragraph_and_the_footnote_of_the_note_bear_a_statement(note):
    places = {place.locator: place.statements for place in statements_on(note)}
    wanted = [*(f"para-{number}" for number in range(4, 55)), "footnote-1"]
    assert [locator for locator in wanted if not places[locator]] == []


def test_the_places_of_the_note_stand_in_its_order(note):
    locators = [place.locator for place in statements_on(note)]
    assert locators == [*(f"para-{number}" for number in range(1, 55)), "footnote-1"]


def test_every_statement_that_cites_the_note_stands_under_it(note):
    found = {(one.kind, one.key) for place in statements_on(note) for one in place.statements}
    citing = [model._default_manager.filter(citations__source=note).distinct().count() for model in statement_models()]
    assert len(found) == sum(citing) > 500


@pytest.fixture
def source(db):
    return Source.objects.create(
        code="a-source",
        title_en="A source",
        title_zh_hans="一份来源",
        read_on=datetime.date(2026, 1, 1),
        language="en",
        kind="other",
        reliability="primary",
        paragraphs=4,
        footnotes=1,
    )


def scheme_citing(source, code, *locators):
    scheme = RegionScheme.objects.create(
        code=code, name_en=f"Scheme {code}", name_zh_hans=f"方案{code}", authority_en="UN", authority_zh_hans="联合国"
    )
    for locator in locators:
        scheme.citations.add(Citation.objects.get_or_create(source=source, locator=locator)[0])
    return scheme


def placed(source):
    return {place.locator: [statement.key for statement in place.statements] for place in statements_on(source)}


def test_a_numbered_source_shows_its_empty_paragraphs_too(source):
    scheme_citing(source, "one", "para-2(a)")
    assert placed(source) == {"para-1": [], "para-2": ["one"], "para-3": [], "para-4": [], "footnote-1": []}


def test_a_range_stands_at_each_of_its_paragraphs(source):
    scheme_citing(source, "one", "paras-2-4")
    scheme_citing(source, "two", "para-3", "footnote-1")
    assert placed(source) == {
        "para-1": [],
        "para-2": ["one"],
        "para-3": ["one", "two"],
        "para-4": ["one"],
        "footnote-1": ["two"],
    }


def test_a_source_without_numbers_lists_the_cited_places_only(source):
    source.paragraphs = source.footnotes = 0
    source.save()
    scheme_citing(source, "one", "", "article-14.1")
    assert placed(source) == {"": ["one"], "article-14.1": ["one"]}


def test_a_statement_has_its_words_in_each_language(source):
    scheme_citing(source, "one", "para-1")
    statement = statements_on(source)[0].statements[0]
    assert statement.label == {"en": "Scheme one", "zh-hans": "方案one"}
    assert statement.label_here == "Scheme one"
    with translation.override("zh-hans"):
        assert statement.label_here == "方案one"


def test_the_words_of_a_statement_are_its_summary_where_it_has_no_text(source):
    organization = Organization.objects.create(
        code="unep",
        name_en="UNEP",
        name_zh_hans="环境署",
        abbreviation_en="UNEP",
        abbreviation_zh_hans="环境署",
        kind="un-programme",
        summary_en="Runs it.",
        summary_zh_hans="负责运行。",
    )
    organization.citations.add(Citation.objects.create(source=source, locator="para-1"))
    assert statements_on(source)[0].statements[0].text == {"en": "Runs it.", "zh-hans": "负责运行。"}


def test_the_queries_do_not_grow_with_the_statements(source):
    scheme_citing(source, "one", "para-1")
    with CaptureQueriesContext(connection) as few:
        statements_on(source)
    for number in range(10):
        scheme_citing(source, f"more-{number}", "para-1", "para-2")
    with CaptureQueriesContext(connection) as many:
        statements_on(source)
    assert len(few) == len(many)


def test_a_kind_that_cites_nothing_is_no_statement():
    assert Function not in statement_models()
    assert RegionScheme in statement_models()
