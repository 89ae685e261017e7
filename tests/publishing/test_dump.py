"""The way back from the database to text: both ways round nothing changes, and one change is one change of text."""

import datetime
import difflib
import io
import itertools

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection, models
from django.test.utils import CaptureQueriesContext

from centres.models import Centre, Designation, Service
from config.content import RECORD_TYPES, content_hash, dump_content
from mechanisms.models import Finding
from publishing import upkeep
from publishing.content.building import Builder
from publishing.content.dumping import dump, file_name, raw_of, stored
from publishing.content.formatting import text_of
from publishing.content.reading import read_files
from publishing.models import Dataset
from regions.models import Country, Membership, Region
from sources.models import Citation, Source
from tests import database
from tests.publishing.small_content import load, write_small_content

PARTS = {part.name: part for record_type in RECORD_TYPES for part in record_type.flattened()}
STORED = [part for part in PARTS.values() if not part.implied]


def command(folder):
    output = io.StringIO()
    call_command("dump_content", folder, stdout=output)
    return output.getvalue()


def texts(folder):
    """Return the text of every file under a folder."""
    return {path.relative_to(folder).as_posix(): path.read_text() for path in sorted(folder.rglob("*.yaml"))}


def tables():
    return database.dump(without=("changed_at", "content_hash"))


def difference(before, after):
    """Return the lines that went out and those that came in, by file."""
    changed = {}
    for name in sorted(before.keys() | after.keys()):
        lines = difflib.unified_diff(
            before.get(name, "").split("\n"), after.get(name, "").split("\n"), n=0, lineterm=""
        )
        if found := [line for line in itertools.islice(lines, 2, None) if not line.startswith("@@")]:
            changed[name] = found
    return changed


@pytest.fixture
def dumped(content, tmp_path):
    """The folder into which the real content was written."""
    dump_content(tmp_path / "dumped")
    return tmp_path / "dumped"


@pytest.fixture
def small(db, tmp_path):
    """The folder that the small content was loaded from, in the canonical form."""
    load(write_small_content(tmp_path / "content"))
    dump_content(tmp_path / "content")
    return tmp_path / "content"


# Both ways round.


def test_the_real_content_is_written_as_it_was_read(dumped):
    assert texts(dumped) == texts(settings.FIXTURES_DIR)
    assert content_hash(dumped) == content_hash(settings.FIXTURES_DIR)


def test_what_was_written_loads_without_a_change(dumped):
    before = tables()
    assert "+0 ~0 -0" in (output := load(dumped))
    assert output.endswith(f"content: unchanged, {Dataset.current()}\n")
    assert tables() == before


def content_by_key():
    """Return every column of every record that is no key of this one database."""
    found = {}
    for part in PARTS.values():
        keys = [f.attname for f in part.model._meta.concrete_fields if not f.primary_key and not f.is_relation]
        plain = models.QuerySet(part.model)
        found[part.name] = sorted(zip(part.model.keys_in(plain), plain.order_by("pk").values_list(*keys), strict=True))
    return found


def test_what_was_written_makes_the_same_database_anew(dumped, tmp_path):
    before = content_by_key()
    (tmp_path / "empty").mkdir()
    load(tmp_path / "empty")
    assert not Source.objects.exists()
    load(dumped)
    assert content_by_key() == before
    dump_content(tmp_path / "again")
    assert texts(tmp_path / "again") == texts(dumped)


def rebuilt():
    """Build what is stored from its raw records, and return the instances and their rows by class and key."""
    builder = Builder(RECORD_TYPES)
    builder.build(list(dump(RECORD_TYPES)))
    assert not builder.faults
    return {
        model: {built.instance.key: (built.instance, built.related) for built in rows}
        for model, rows in builder.built.items()
    }


def state(instance, related):
    """Return all of a record, with keys in the place of primary keys."""
    columns = [field for field in type(instance)._meta.concrete_fields if not field.primary_key]
    values = {f.name: getattr(instance, f.name) for f in columns}
    return (
        {name: value.key if isinstance(value, models.Model) else value for name, value in values.items()},
        {name: {row.key for row in rows} for name, rows in related.items() if rows},
    )


def test_building_the_raw_form_of_any_record_gives_the_record(content):
    built = rebuilt()
    count = 0
    for part in PARTS.values():
        relations = [r.name for r in part.model._meta.many_to_many if r.remote_field.through._meta.auto_created]
        for instance in stored(part.model):
            related = {name: getattr(instance, name).all() for name in relations}
            assert state(*built[part.model].pop(instance.key)) == state(instance, related)
            count += 1
        assert not built[part.model]
    assert count > 3500


def test_a_raw_record_is_the_record_of_the_file(content):
    files = list(read_files(settings.FIXTURES_DIR))
    for name in ("sources", "countries", "mechanisms", "findings", "provision_lists", "centres", "terms"):
        part = PARTS[name]
        nested = {child.name for child in part.children}
        listed = [record for file in files for record in file.lists.get(name, [])]
        listed = sorted(({k: v for k, v in record.items() if k not in nested} for record in listed), key=repr)
        assert sorted((raw_of(one, part) for one in stored(part.model)), key=repr) == listed


@pytest.mark.parametrize("part", STORED, ids=lambda part: part.name)
def test_a_raw_record_needs_no_query(content, part, django_assert_num_queries):
    rows = list(stored(part.model))
    with django_assert_num_queries(0):
        assert all(raw_of(row, part) for row in rows)


def test_the_number_of_queries_does_not_grow_with_the_content(content):
    parts = [PARTS["findings"], PARTS["centres"]]
    with CaptureQueriesContext(connection) as many:
        list(dump(parts))
    with upkeep.paused():
        Finding.objects.filter(pk__gt=Finding.objects.order_by("pk")[10].pk).delete()
        Service.objects.filter(pk__gt=Service.objects.order_by("pk")[10].pk).delete()
    with CaptureQueriesContext(connection) as few:
        list(dump(parts))
    assert len(many) == len(few) < 20


# What one change looks like.


@pytest.fixture
def canonical(content):
    return texts(settings.FIXTURES_DIR)


def with_list(files, name):
    """Return the files that hold a list, as the fixtures have them and as they would be written now."""
    files = {path: text for path, text in files.items() if text.startswith(f"{name}:\n")}
    return files, {file.name: text_of(file) for file in dump([PARTS[name]])}


def test_a_changed_text_changes_its_own_lines_and_the_marks_alone(canonical, tmp_path):
    note = Source.objects.get(code="inc1-note")
    note.short_title_en = "The INC.1 note"
    note.save()
    dump_content(tmp_path)
    assert difference(canonical, texts(tmp_path)) == {
        "sources/sources-official-document.yaml": [
            "+  outdated: [short_title.zh-hans]",
            "-  short_title: {en: INC.1 note, zh-hans: 谈判委员会第一届会议说明}",
            "+  short_title: {en: The INC.1 note, zh-hans: 谈判委员会第一届会议说明}",
        ]
    }


def test_a_new_record_finds_its_file_and_its_place(canonical):
    listed = Finding.objects.get(mechanism__code="basel", criterion__code="legal-basis", stated_on="2010-06-07")
    finding = Finding.objects.create(
        mechanism=listed.mechanism,
        criterion=listed.criterion,
        stated_on=datetime.date(1999, 1, 1),
        stated_on_precision="year",
        status="silent",
    )
    finding.citations.add(Citation.objects.get(source__code="inc1-note", locator="para-5"))
    record = """\
- mechanism: basel
  criterion: legal-basis
  stated_on: "1999"
  status: silent
  citations: [inc1-note#para-5]
"""
    before, after = with_list(canonical, "findings")
    before["mechanisms/findings-basel.yaml"] = before["mechanisms/findings-basel.yaml"].replace(
        "findings:\n", f"findings:\n{record}"
    )
    assert after == before


def test_a_country_served_otherwise_than_the_others_leaves_their_list(canonical):
    service = Service.objects.get(centre__code="china-bcrc-scrc", mechanism__code="basel", country__iso2="KR")
    service.until, service.until_precision = datetime.date(2031, 12, 31), "year"
    service.save()
    assert difference(*with_list(canonical, "centres")) == {
        "centres/centres-regional-centre.yaml": [
            "-  - countries: [CN, KP, KR, LK, MN]",
            "+  - countries: [CN, KP, LK, MN]",
            "+    citations: [basel-bcrcchina-4844]",
            "+  - country: KR",
            "+    mechanism: basel",
            '+    until: "2031"',
        ]
    }


def test_one_country_more_in_a_long_list_is_one_line_more(canonical):
    region = Region.objects.get(code="un-africa")
    membership = Membership.objects.get(region=region, country__iso2="KE")
    citations = list(membership.citations.all())
    other = Membership.objects.create(region=region, country=Country.objects.get(iso2="FR"))
    other.citations.set(citations)
    assert difference(*with_list(canonical, "regions")) == {"regions/regions.yaml": ["+    - FR"]}


def test_a_record_moves_with_what_its_file_is_named_after(canonical):
    for centre in Centre.objects.filter(kind="coordinating-centre"):
        centre.kind = "regional-centre"
        centre.save()
    before, after = with_list(canonical, "centres")
    assert before.keys() - after.keys() == {"centres/centres-coordinating-centre.yaml"}
    assert "- code: nigeria-bccc\n" in after["centres/centres-regional-centre.yaml"]


# The command.


def test_the_command_rewrites_the_folder_that_was_loaded(small):
    assert command(small) == "content: 0 files changed\n"
    assert "mechanisms/findings-basel.yaml" in texts(small)
    (small / "README.txt").write_text("no content")
    Finding.objects.all().delete()
    kenya = Country.objects.get(iso2="KE")
    kenya.name_en = "Republic of Kenya"
    kenya.save()
    assert command(small) == "mechanisms/findings-basel.yaml\nregions/countries.yaml\ncontent: 2 files changed\n"
    assert "mechanisms/findings-basel.yaml" not in texts(small)
    assert (small / "README.txt").exists()
    before = tables()
    assert load(small, if_changed=True) == "content: up to date\n"
    assert "unchanged" in load(small)
    assert tables() == before


def test_files_that_were_not_loaded_are_not_written_over(small):
    path = small / "regions/countries.yaml"
    path.write_text(path.read_text().replace("Kenya", "Republic of Kenya"))
    before = texts(small)
    with pytest.raises(CommandError, match="not those that the database was loaded from"):
        command(small)
    assert texts(small) == before
    load(small)
    assert command(small) == "content: 0 files changed\n"


def test_a_copy_elsewhere_leaves_the_database_as_it_is(small, tmp_path):
    before = database.dump()
    command(tmp_path / "a" / "copy")
    assert texts(tmp_path / "a" / "copy") == texts(small)
    assert database.dump() == before


def test_what_the_loader_would_refuse_is_told(small):
    Finding.objects.get().citations.set([])
    with pytest.raises(CommandError, match=r"do not load:\n.*findings-basel.yaml:2: .*at least one citation"):
        command(small)
    Source.objects.update(note_en="A note.")
    with pytest.raises(CommandError, match=r"note\.zh-hans: the text in this language is missing"):
        command(small)


# Values.


@pytest.mark.parametrize(
    ("values", "raw"),
    [
        ({}, {}),
        ({"since": "2009-01-01", "since_precision": "year"}, {"since": "2009"}),
        ({"since": "2009-05-01", "since_precision": "month"}, {"since": "2009-05"}),
        ({"since": "2009-05-08", "until": "2010-12-31"}, {"since": "2009-05-08", "until": "2010-12-31"}),
        ({"since": "2010-06-07", "since_precision": "by"}, {"since": "by 2010-06-07"}),
        ({"until": "2010-05-31", "until_precision": "month"}, {"until": "2010-05"}),
        ({"note_en": "Norway", "note_zh_hans": "挪威"}, {"note": {"en": "Norway", "zh-hans": "挪威"}}),
        ({"note_en": "Norway", "note_zh_hans": ""}, {"note": {"en": "Norway"}}),
        ({"basis": "derived"}, {"basis": "derived"}),
    ],
)
def test_the_raw_form_of_a_relation(small, values, raw):
    plain = models.QuerySet(Membership)
    nothing = {"since": None, "until": None, "since_precision": "day", "until_precision": "day"}
    plain.update(**{**nothing, **values})
    (membership,) = stored(Membership)
    assert raw_of(membership, PARTS["memberships"]) == {"country": "NO", **raw, "citations": ["note#para-1"]}


def test_the_raw_form_of_numbers_and_of_yes_and_no(content):
    centre = stored(Centre).get(code="argentina-bcrc")
    raw = raw_of(centre, PARTS["centres"])
    assert (raw["latitude"], raw["mercury_work"], raw["country"]) == (-34.6, True, "AR")
    assert "is_name_known" not in raw
    centre.is_name_known, centre.mercury_work = False, False
    raw = raw_of(centre, PARTS["centres"])
    assert (raw["is_name_known"], raw["mercury_work"]) == (False, False)
    observation = stored(PARTS["observations"].model).get(indicator__code="basel-centres", stated_on="2010-06-07")
    assert raw_of(observation, PARTS["observations"]) == {
        "stated_on": "2010-06-07",
        "value": 14,
        "citations": ["inc1-note#para-5"],
    }


def test_one_language_of_variants_may_have_nothing(content):
    term = stored(PARTS["terms"].model).get(code="african-region")
    assert raw_of(term, PARTS["terms"])["variants"] == {"en": "", "zh-hans": "非洲"}


def test_citations_stand_in_the_order_of_their_paragraphs(content):
    designation = stored(Designation).filter(citations__source__code="inc1-note").first()
    note = Source.objects.get(code="inc1-note")
    designation.citations.set(
        [Citation.objects.get_or_create(source=note, locator=place)[0] for place in ("para-14", "para-9", "", "para-5")]
    )
    again = stored(Designation).get(pk=designation.pk)
    references = ["inc1-note", "inc1-note#para-5", "inc1-note#para-9", "inc1-note#para-14"]
    assert raw_of(again, PARTS["designations"])["citations"] == references


def test_a_file_is_named_by_list_and_record():
    assert file_name(PARTS["region_schemes"], {}) == "regions/region-schemes.yaml"
    assert file_name(PARTS["findings"], {"mechanism": "who"}) == "mechanisms/findings-who.yaml"
    assert file_name(PARTS["terms"], {"kind": "x"}) == "search/terms.yaml"
