"""The loader: the database holds exactly what the files hold, and a second load finds nothing to do."""

import datetime
import re
import shutil
from decimal import Decimal

import pytest
from django.conf import settings
from django.core.management import CommandError
from django.db import connection
from django.utils import translation
from modeltranslation.translator import translator

from config.content import load_content
from mechanisms.models import Finding, Mechanism
from publishing.models import Dataset
from regions.models import Country, Membership
from sources.models import Citation, Source
from tests.database import dump
from tests.publishing.small_content import change, load, write_small_content

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path):
    return write_small_content(tmp_path / "content")


def rows_changed(output):
    """Return the numbers of created, updated and removed rows by model, without those at rest."""
    lines = re.findall(r"^(\S+) +\d+  \+(\d+) ~(\d+) -(\d+)$", output, re.M)
    return {model: tuple(map(int, counts)) for model, *counts in lines if any(map(int, counts))}


def test_the_files_are_in_the_database(folder):
    output = load(folder)
    assert output.endswith("content: changed, revision 1\n")
    assert Source.objects.get().title_zh_hans == "一份说明"
    assert sorted(Citation.objects.values_list("source__code", "locator")) == [
        ("note", ""),
        ("note", "para-1"),
        ("note", "paras-1-2"),
    ]
    kenya = Country.objects.get(iso2="KE")
    assert (kenya.name_en, kenya.name_zh_hans, kenya.latitude) == ("Kenya", "肯尼亚", Decimal("1.000"))
    assert (kenya.sort_key_en, kenya.sort_key_zh_hans) == ("kenya", "ken30ni20ya4")
    finding = Finding.objects.get()
    assert [option.code for option in finding.options.all()] == ["basis-treaty"]
    assert [citation.reference for citation in finding.citations.all()] == ["note#para-1"]
    assert [function.code for function in Mechanism.objects.get().functions.all()] == ["training"]


def test_an_unquoted_no_is_norway(folder):
    load(folder)
    assert Membership.objects.get().country == Country.objects.get(iso2="NO")


def test_a_partial_date_holds_from_its_first_day_to_its_last(folder):
    load(folder)
    membership = Membership.objects.get()
    assert (membership.since, membership.since_precision) == (datetime.date(2009, 1, 1), "year")
    assert (membership.until, membership.until_precision) == (datetime.date(2010, 5, 31), "month")


def test_a_second_load_changes_nothing(folder):
    load(folder)
    before = dump(without=("changed_at",))
    output = load(folder)
    assert output.endswith("content: unchanged, revision 1\n")
    assert rows_changed(output) == {}
    assert dump(without=("changed_at",)) == before


def test_order_of_files_and_records_does_not_matter(folder):
    load(folder)
    before = dump(without=("changed_at", "content_hash"))
    (folder / "world.yaml").rename(folder / "a-first.yaml")
    (folder / "sources.yaml").rename(folder / "z-last.yaml")
    assert rows_changed(load(folder)) == {}
    assert dump(without=("changed_at", "content_hash")) == before


def test_a_changed_text_updates_its_row_alone(folder):
    load(folder)
    key = Country.objects.get(iso2="KE").pk
    change(folder, "world.yaml", "zh-hans: 肯尼亚", "zh-hans: 肯尼亚国")
    output = load(folder)
    assert rows_changed(output) == {"regions.country": (0, 1, 0)}
    assert output.endswith("content: changed, revision 2\n")
    kenya = Country.objects.get(iso2="KE")
    assert (kenya.pk, kenya.name_en, kenya.name_zh_hans) == (key, "Kenya", "肯尼亚国")
    assert kenya.sort_key_zh_hans == "ken30ni20ya40guo2"


def test_a_changed_citation_updates_its_statement(folder):
    load(folder)
    change(folder, "mechanisms.yaml", '["note#paras-1-2"]', "[note]")
    output = load(folder)
    assert rows_changed(output) == {"mechanisms.mechanism": (0, 1, 0), "sources.citation": (0, 0, 1)}
    assert [citation.reference for citation in Mechanism.objects.get().citations.all()] == ["note"]


def test_a_removed_record_is_removed(folder):
    load(folder)
    change(
        folder,
        "world.yaml",
        '  memberships:\n  - country: NO\n    since: "2009"\n    until: "2010-05"\n    citations: ["note#para-1"]\n',
        "",
    )
    text = (folder / "world.yaml").read_text(encoding="utf-8")
    (folder / "world.yaml").write_text(re.sub(r"- iso2: NO\n.*?(?=- iso2: KE)", "", text, flags=re.S), encoding="utf-8")
    output = load(folder)
    assert rows_changed(output) == {"regions.country": (0, 0, 1), "regions.membership": (0, 0, 1)}
    assert list(Country.objects.values_list("iso2", flat=True)) == ["KE"]
    assert not Membership.objects.exists()


def test_an_empty_folder_empties_the_database(folder, tmp_path):
    load(folder)
    empty = tmp_path / "empty"
    empty.mkdir()
    load(empty)
    assert not Country.objects.exists()
    assert not Source.objects.exists()


def test_a_check_writes_nothing(folder):
    load(folder)
    change(folder, "world.yaml", "en: Kenya", "en: The Republic of Kenya")
    before = dump()
    assert re.fullmatch(r"content: \d+ records, no fault\n", load(folder, check=True))
    assert dump() == before


def test_if_changed_reads_the_files_only_when_they_differ(folder):
    load(folder)
    before = dump()
    assert load(folder, if_changed=True) == "content: up to date\n"
    assert dump() == before
    # A comment changes no record, and still the files are not the ones loaded.
    change(folder, "world.yaml", "region_schemes:", "# A comment.\nregion_schemes:")
    assert load(folder, if_changed=True).endswith("content: unchanged, revision 1\n")
    assert load(folder, if_changed=True) == "content: up to date\n"


def test_a_moved_file_counts_as_changed(folder):
    load(folder)
    # A name that keeps its place in the order of the files.
    (folder / "world.yaml").rename(folder / "world-2.yaml")
    assert load(folder, if_changed=True) != "content: up to date\n"


@pytest.mark.parametrize("options", [{}, {"check": True}, {"if_changed": True}])
def test_a_folder_that_is_not_there_is_an_error(tmp_path, options):
    with pytest.raises(CommandError, match="there is no such folder"):
        load(tmp_path / "nowhere", **options)


def test_a_failure_while_writing_leaves_everything_as_it_was(folder):
    load(folder)
    before = dump()
    change(folder, "world.yaml", "en: Kenya", "en: The Republic of Kenya")
    changed_rows = []

    def fail_late(written):
        changed_rows.append(Country.objects.get(iso2="KE").name_en)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        load_content(folder, fail_late)
    assert changed_rows == ["The Republic of Kenya"], "it failed before anything was written"
    assert dump() == before


def bare_columns():
    """Return what the columns without a language hold beside the English ones."""
    found = {}
    with connection.cursor() as cursor:
        for model in translator.get_registered_models():
            for field in translator.get_options_for_model(model).fields:
                cursor.execute(f"SELECT {field}, {field}_en FROM {model._meta.db_table}")  # noqa: S608
                found[model, field] = sorted(cursor.fetchall(), key=repr)
    return found


def test_the_active_language_leaves_no_trace_in_the_columns_without_a_language(folder, tmp_path):
    load(folder)
    in_english = bare_columns()
    empty = tmp_path / "empty"
    empty.mkdir()
    load(empty)
    with translation.override("zh-hans"):
        load(folder)
    assert bare_columns() == in_english
    change(folder, "world.yaml", "en: Kenya", "en: The Republic of Kenya")
    with translation.override("zh-hans"):
        load(folder)
    filled = [pair for pairs in bare_columns().values() for pair in pairs if any(pair)]
    assert ("The Republic of Kenya", "The Republic of Kenya") in filled
    assert all(bare == english for bare, english in filled)


def test_the_real_content_loads_again_without_a_change_and_a_changed_text_alone(content, tmp_path):
    copy = tmp_path / "fixtures"
    shutil.copytree(settings.FIXTURES_DIR, copy)
    revision = Dataset.current().revision
    before = dump(without=("changed_at",))
    assert rows_changed(load(copy)) == {}
    assert dump(without=("changed_at",)) == before
    path = "sources/sources-official-document.yaml"
    change(copy, path, "short_title: {en: INC.1 note,", "short_title: {en: The INC.1 note,")
    assert rows_changed(load(copy)) == {"sources.source": (0, 1, 0)}
    assert Dataset.current().revision == revision + 1
    after = dump(without=("changed_at",))
    changed = {table for table in before if before[table] != after[table] and "gram" not in table}
    told = {"publishing_contentchange", "publishing_dataset"}
    assert changed == {*told, "publishing_indexentry", "sources_source", "sources_historicalsource"}
