"""The revision goes up whatever changes the content, in the same transaction, and once for what is followed."""

import io

from django.apps import apps
from django.core.management import call_command
from django.db import connection, transaction

from centres.models import Centre
from publishing.models import ContentChange, Dataset, FormerCode, KeyedModel
from publishing.triggers import content_tables, make_triggers, triggers
from sources.models import Source
from tests.publishing.small_content import load, write_small_content


def revision() -> int:
    return Dataset.current().revision


def sql(statement: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def test_every_table_of_the_content_has_its_triggers(db):
    """From the database's own side: what is a table of the content is told by the names of the apps."""
    rooms = ("sources", "regions", "mechanisms", "centres", "options", "search")
    tables = [
        one for one in connection.introspection.table_names() if one.startswith(rooms) and "historical" not in one
    ]
    assert len(tables) > 40
    tables.append("publishing_formercode")
    assert content_tables() == sorted(tables)
    each = 3 if connection.vendor == "sqlite" else 1
    found = [table for table, _name in triggers("default")]
    assert sorted(found) == sorted(tables * each)


def test_a_model_with_a_key_is_content_wherever_it_stands(db):
    keyed = {model._meta.db_table for model in apps.get_models() if issubclass(model, KeyedModel)}
    assert keyed < set(content_tables())


def test_what_is_missing_or_other_is_made_again(db):
    before = triggers("default")
    (table, name), *_others = before
    sql(f'DROP TRIGGER "{name}"' + (f' ON "{table}"' if connection.vendor == "postgresql" else ""))
    if connection.vendor == "sqlite":
        other = list(before)[-1][1]
        sql(f'DROP TRIGGER "{other}"')
        sql(f'CREATE TRIGGER "{other}" AFTER DELETE ON sources_source BEGIN SELECT 1; END')
    assert triggers("default") != before
    make_triggers("default")
    assert triggers("default") == before


def test_bulk_statements_and_plain_sql_raise_it(content):
    known = [revision()]

    def raised() -> bool:
        known.append(revision())
        return known[-1] > known[-2]

    Centre.objects.filter(code="kenya-scrc").update(acronym="KE-1")
    assert raised()
    FormerCode.objects.bulk_create([FormerCode(kind="centres.centre", former="a", code="b")])
    assert raised()
    sql("UPDATE mechanisms_finding SET text_en = 'changed' WHERE id = (SELECT min(id) FROM mechanisms_finding)")
    assert raised()
    sql("DELETE FROM centres_centre_citations WHERE id = (SELECT min(id) FROM centres_centre_citations)")
    assert raised()
    # Nothing is noted: which records they were is not known.
    assert not ContentChange.objects.filter(revision__gt=known[0]).exists()


def test_it_is_raised_in_the_same_transaction(content):
    before = Dataset.current()
    with transaction.atomic():
        Centre.objects.update(acronym="?")
        assert revision() > before.revision
        transaction.set_rollback(True)
    assert (revision(), Dataset.current().changed_at) == (before.revision, before.changed_at)


def test_the_first_change_of_an_empty_database_counts(db):
    assert not Dataset.objects.exists()
    FormerCode.objects.bulk_create([FormerCode(kind="centres.centre", former="a", code="b")])
    dataset = Dataset.current()
    assert dataset.revision == 1
    assert dataset.changed_at.tzinfo


def test_what_is_followed_raises_it_once(content):
    start = revision()
    centre = Centre.objects.get(code="kenya-scrc")
    centre.acronym = "KE-1"
    centre.save()
    assert revision() == start + 1
    centre.citations.remove(*centre.citations.all())
    assert revision() == start + 2
    assert ContentChange.objects.filter(revision=start + 2).count() == 1
    centre.hostings.first().delete()
    assert revision() == start + 3
    assert not Dataset.current().followed


def test_a_load_raises_it_once_and_one_without_a_change_does_not(db, tmp_path):
    folder = write_small_content(tmp_path / "content")
    load(folder)
    assert revision() == 1
    Source.objects.update(symbol="A/1")
    changed = revision()
    assert changed > 1
    for _time in range(2):
        load(folder)
        assert revision() == changed + 1
        assert not Dataset.current().followed
    Source.objects.update(symbol="A/1")
    assert revision() > changed + 1


def test_an_index_that_is_written_anew_is_another_state(db):
    call_command("rebuild_index", stdout=io.StringIO())
    assert revision() == 1
