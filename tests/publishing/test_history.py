"""The history: every change of a record leaves one row with who, when, why and the record in both languages."""

import threading

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import connection, models, transaction
from django.urls import reverse
from django.utils import timezone, translation
from modeltranslation.translator import translator
from simple_history.models import HistoricalChanges

from config.content import RECORD_TYPES, load_content
from mechanisms.models import Finding, Function, Mechanism
from publishing.history import attributed
from publishing.models import ContentChange, Dataset, IndexEntry, KeyedModel
from regions.models import Country, Membership, Region
from sources.models import Citation, Source
from tests.publishing.small_content import change, load, write_small_content

CONTENT = [model for model in apps.get_models() if issubclass(model, KeyedModel)]

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path):
    return write_small_content(tmp_path / "content")


@pytest.fixture
def loaded(folder):
    """Load the small world and forget that: what a test finds afterwards, it has made."""
    load(folder)
    for model in CONTENT:
        model.history.all().delete()
    return folder


@pytest.fixture
def editor():
    return get_user_model().objects.create_user("editor", is_staff=True, is_superuser=True)


def rows():
    """Return every row of the history, the oldest of a model first."""
    return [row for model in CONTENT for row in model.history.order_by("history_id")]


def told(some):
    """Return model and kind of change of some rows."""
    return [(row.instance_type.__name__, row.history_type) for row in some]


def related(row, name):
    """Return the records that a row has in a many-to-many relation."""
    target = row.instance_type._meta.get_field(name).m2m_reverse_field_name()
    return [str(getattr(link, target)) for link in getattr(row, name).order_by("id")]


def a_function(**changed):
    texts = {"name_en": "Advice", "name_zh_hans": "咨询", "description_en": "Helps.", "description_zh_hans": "帮助。"}
    return Function.objects.create(**{"code": "advice", **texts, **changed})


@pytest.mark.parametrize("model", CONTENT)
def test_a_historical_model_has_every_column_and_every_relation(model):
    tables = connection.introspection.table_names()
    with connection.cursor() as cursor:
        table = model.history.model._meta.db_table
        columns = {column.name for column in connection.introspection.get_table_description(cursor, table)}
    assert {field.column for field in model._meta.concrete_fields} < columns
    for name in translator.get_options_for_model(model).fields if model in translator.get_registered_models() else []:
        assert {f"{name}_en", f"{name}_zh_hans"} < columns
    for relation in model._meta.many_to_many:
        if relation.remote_field.through._meta.auto_created:
            assert getattr(model.history.model, relation.name).model._meta.db_table in tables


def test_the_content_has_a_history_and_nothing_else_has():
    assert set(CONTENT) == {part.model for record_type in RECORD_TYPES for part in record_type.flattened()}
    historical = [model for model in apps.get_models() if issubclass(model, HistoricalChanges)]
    kept = {model.instance_type for model in historical}
    assert {model for model in kept if not model._meta.auto_created} == set(CONTENT)
    assert not {IndexEntry, ContentChange, Dataset} & kept
    assert not [model for model in historical if model._meta.default_permissions]


def test_each_kind_of_change(editor):
    start = timezone.now()
    with attributed(editor, "Decision BC-10/1"):
        function = a_function()
        # Which language is active makes no difference.
        with translation.override("zh-hans"):
            function.name_zh_hans = "咨询服务"
            function.save()
        function.delete()
    added, changed, removed = rows()
    assert [row.history_type for row in (added, changed, removed)] == ["+", "~", "-"]
    for row in (added, changed, removed):
        assert (row.history_user, row.history_change_reason) == (editor, "Decision BC-10/1")
        assert start < row.history_date < timezone.now()
        assert (row.code, row.name_en, row.description_zh_hans) == ("advice", "Advice", "帮助。")
    assert [row.name_zh_hans for row in (added, changed, removed)] == ["咨询", "咨询服务", "咨询服务"]
    assert changed.prev_record == added
    assert (changed.instance.name_en, changed.instance.name_zh_hans) == ("Advice", "咨询服务")


def test_a_relation_before_and_after(loaded, editor):
    mechanism, function = Mechanism.objects.get(), Function.objects.get()
    other = Citation.objects.get(locator="para-1")
    with attributed(editor, "cited anew"):
        mechanism.citations.add(other)
        mechanism.citations.remove(other)
        mechanism.functions.clear()
    assert told(rows()) == [("Mechanism", "~")] * 3
    citations = [related(row, "citations") for row in rows()]
    assert citations == [["A note, paras. 1–2", "A note, para. 1"], ["A note, paras. 1–2"], ["A note, paras. 1–2"]]
    assert [related(row, "functions") for row in rows()] == [[str(function)], [str(function)], []]
    assert {row.history_user for row in rows()} == {editor}


def test_a_relation_is_recorded_where_it_is_kept_from_whichever_side_it_changes(loaded):
    mechanism, function = Mechanism.objects.get(), a_function()
    Function.history.all().delete()
    function.mechanisms.add(mechanism)
    function.mechanisms.remove(mechanism)
    function.mechanisms.add(mechanism)
    function.mechanisms.clear()
    assert told(rows()) == [("Mechanism", "~")] * 4
    assert [len(related(row, "functions")) for row in rows()] == [2, 1, 2, 1]


def test_a_removed_record_is_kept_with_its_relations(loaded):
    finding = Finding.objects.get()
    finding.delete()
    (row,) = rows()
    assert told([row]) == [("Finding", "-")]
    assert (row.text_en, row.text_zh_hans) == ("A treaty.", "一项条约。")
    assert (related(row, "citations"), related(row, "options")) == (["A note, para. 1"], ["Treaty"])


def test_a_tree_that_goes_is_recorded_leaf_by_leaf(loaded):
    Region.objects.get().delete()
    assert sorted(told(rows())) == [("Membership", "-"), ("Region", "-")]


def test_outside_of_the_block_nobody_is_named(editor):
    function = a_function()
    with attributed(editor, "outer"):
        with attributed(None, "inner"):
            function.save()
        function.save()
        elsewhere = []
        other = threading.Thread(target=lambda: elsewhere.append(Function.history.model.get_default_history_user(None)))
        other.start()
        other.join()
    with pytest.raises(RuntimeError), attributed(editor, "failed"):
        raise RuntimeError
    function.save()
    assert [(row.history_user, row.history_change_reason) for row in rows()] == [
        (None, None),
        (None, "inner"),
        (editor, "outer"),
        (None, None),
    ]
    assert elsewhere == [None], "another thread's changes are not this one's"


def test_a_change_in_the_admin_names_its_editor(client, editor):
    client.force_login(editor)
    texts = {"name_en": "Advice", "name_zh_hans": "咨询", "description_en": "Helps.", "description_zh_hans": "帮助。"}
    form = {"code": "advice", "position": "1", "reason": "x", **texts}
    response = client.post(reverse("admin:mechanisms_function_add"), form)
    assert response.status_code == 302, response.content.decode()
    function = Function.objects.get()
    client.post(reverse("admin:mechanisms_function_delete", args=[function.pk]), {"post": "yes"})
    a_function(code="other")
    assert [(row.code, row.history_type, row.history_user) for row in rows()] == [
        ("advice", "+", editor),
        ("advice", "-", editor),
        ("other", "+", None),
    ]


def test_the_history_outlives_its_editor(editor):
    with attributed(editor, "a long reason " * 20):
        a_function()
    editor.delete()
    (row,) = rows()
    assert (row.history_user, row.history_change_reason) == (None, "a long reason " * 20)


def test_what_is_rolled_back_leaves_no_row(editor):
    function = a_function()
    before = rows()
    with attributed(editor, "undone"), transaction.atomic():
        function.save()
        a_function(code="other")
        function.delete()
        assert len(rows()) == len(before) + 3
        transaction.set_rollback(True)
    assert rows() == before


class TestALoad:
    def test_the_first_records_everything_as_it_is_in_the_database(self, folder):
        with translation.override("zh-hans"):
            load(folder)
        for model in CONTENT:
            columns = [field.attname for field in model._meta.concrete_fields]
            plain = models.QuerySet(model)
            kept = model.history.order_by("id")
            assert list(kept.values(*columns)) == list(plain.order_by("pk").values(*columns))
            for relation in kept.model._history_m2m_fields:
                links = relation.remote_field.through.objects.order_by("id").values()
                found = getattr(kept.model, relation.name).model.objects.order_by("id")
                names = [field.attname for field in relation.remote_field.through._meta.fields]
                assert list(found.values(*names)) == list(links)
                owner = f"{relation.m2m_field_name()}_id"
                assert all(getattr(link, owner) == link.history.id for link in found)
        assert len(rows()) == ContentChange.objects.count() > 10
        assert {(row.history_type, row.history_user, row.history_change_reason) for row in rows()} == {
            ("+", None, "load_content")
        }

    def test_a_second_leaves_no_row(self, folder):
        load(folder)
        before = rows()
        load(folder)
        assert rows() == before

    def test_what_it_changes_is_recorded_alone(self, folder):
        load(folder)
        before = rows()
        change(folder, "world.yaml", "zh-hans: 肯尼亚", "zh-hans: 肯尼亚国")
        change(folder, "mechanisms.yaml", '["note#paras-1-2"]', "[note]")
        load(folder)
        new = {(row.instance_type, row.history_type): row for row in rows() if row not in before}
        assert set(new) == {(Country, "~"), (Mechanism, "~"), (Citation, "-")}
        country, mechanism = new[Country, "~"], new[Mechanism, "~"]
        assert (country.name_en, country.name_zh_hans) == ("Kenya", "肯尼亚国")
        assert (country.prev_record.name_en, country.prev_record.name_zh_hans) == ("Kenya", "肯尼亚")
        assert related(mechanism, "citations") == ["A note"]
        assert mechanism.prev_record.citations.count() == 1
        assert new[Citation, "-"].locator == "paras-1-2"
        assert {row.history_change_reason for row in new.values()} == {"load_content"}

    def test_what_it_removes_is_recorded_with_its_relations(self, folder, tmp_path):
        load(folder)
        before = rows()
        empty = tmp_path / "empty"
        empty.mkdir()
        load(empty)
        removed = [row for row in rows() if row not in before]
        assert sorted(told(removed)) == sorted((name, "-") for name, _type in told(before))
        assert {row.history_change_reason for row in removed} == {"load_content"}
        membership = next(row for row in removed if row.instance_type is Membership)
        assert membership.citations.count() == 1

    def test_one_that_fails_leaves_no_row(self, folder):
        load(folder)
        before = rows()
        change(folder, "world.yaml", "en: Kenya", "en: The Republic of Kenya")

        def fail_late(written):
            if Country.history.filter(name_en="The Republic of Kenya").exists():
                raise RuntimeError

        with pytest.raises(RuntimeError):
            load_content(folder, fail_late)
        assert rows() == before

    def test_content_that_is_older_than_the_history_gets_its_first_row(self, loaded):
        change(loaded, "world.yaml", "en: Kenya", "en: The Republic of Kenya")
        load(loaded)
        assert [(row.history_type, row.name_en) for row in Country.objects.get(iso2="KE").history.reverse()] == [
            ("+", "Kenya"),
            ("~", "The Republic of Kenya"),
        ]
        assert told(Source.history.all()) == [("Source", "+")]
        assert Source.objects.get().history.count() == 1
