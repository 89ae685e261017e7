"""Wrong content: one line says file, line, record and field, and the database stays exactly as it was."""

import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.management import CommandError

from tests.database import dump
from tests.publishing.small_content import change, load, write_small_content

SOURCES, WORLD, MECHANISMS = "sources.yaml", "world.yaml", "mechanisms.yaml"
NORWAY = "name: {en: Norway, zh-hans: 挪威}"
TREATY = "  text: {en: A treaty., zh-hans: 一项条约。}\n"

#: In which file what is replaced by what; how the only line of the answer begins.
FAULTS = {
    # References
    "no such record": (
        (WORLD, "country: NO", "country: XX"),
        "world.yaml:12: regions[1] un-weog memberships[1], country: no country has the code “XX”",
    ),
    "record of another kind": (
        (MECHANISMS, "functions: [training]", "functions: [identity]"),
        "mechanisms.yaml:6: mechanisms[1] basel, functions: no function has the code “identity”",
    ),
    "option of another criterion": (
        (MECHANISMS, "options: [basis-treaty]", "options: [level-global]"),
        "mechanisms.yaml:34: findings[1], options: “level-global” is an option of “level”, not of “basis”",
    ),
    # Citations
    "unknown source": (
        (MECHANISMS, '["note#paras-1-2"]', '["book#para-1"]'),
        "mechanisms.yaml:6: mechanisms[1] basel, citations: no source has the code “book”",
    ),
    "no locator": (
        (MECHANISMS, '["note#paras-1-2"]', '["note#paragraph-1"]'),
        "mechanisms.yaml:6: mechanisms[1] basel, citations: “note#paragraph-1”: a locator is para-N",
    ),
    "locator too long": (
        (MECHANISMS, '["note#paras-1-2"]', f'["note#para-{"1" * 60}"]'),
        f"mechanisms.yaml:6: mechanisms[1] basel, citations: “note#para-{'1' * 60}”: a locator is para-N",
    ),
    "citation twice": (
        (MECHANISMS, '["note#paras-1-2"]', "[note, note]"),
        "mechanisms.yaml:6: mechanisms[1] basel, citations: “note” stands twice",
    ),
    "no citation": (
        (MECHANISMS, '  citations: ["note#paras-1-2"]\n', ""),
        "mechanisms.yaml:6: mechanisms[1] basel, citations: a statement needs at least one citation",
    ),
    "empty citations": (
        (MECHANISMS, '["note#paras-1-2"]', "[]"),
        "mechanisms.yaml:6: mechanisms[1] basel, citations: a statement needs at least one citation",
    ),
    "former code of no kind": (
        (WORLD, "region_schemes:", "former_codes:\n- {kind: palace, former: a, code: b}\nregion_schemes:"),
        "world.yaml:2: former_codes[1] b, kind: no records are of this kind; there are: ",
    ),
    # Keys
    "unknown key": (
        (WORLD, "iso3: KEN", "iso3: KEN\n  colour: red"),
        "world.yaml:25: countries[2] KE, colour: there is no field of this name",
    ),
    "key that the loader fills": (
        (WORLD, "iso3: KEN", "iso3: KEN\n  sort_key: kenya"),
        "world.yaml:25: countries[2] KE, sort_key: there is no field of this name",
    ),
    "missing key": ((WORLD, "  iso3: KEN\n", ""), "world.yaml:25: countries[2] KE, iso3: required"),
    "key without a value": ((WORLD, "iso3: KEN", "iso3:"), "world.yaml:25: countries[2] KE, iso3: empty: "),
    "YAML key twice": (
        (WORLD, "iso3: KEN", "iso3: KEN\n  iso3: KEN"),
        "world.yaml:27: not readable as YAML: the key 'iso3' stands twice",
    ),
    "list key twice": (
        (WORLD, "regions:\n", "region_schemes: []\nregions:\n"),
        "world.yaml:6: not readable as YAML: the key 'region_schemes' stands twice",
    ),
    "unknown list": (
        (MECHANISMS, "criterion_groups:", "groups: []\ncriterion_groups:"),
        "mechanisms.yaml:1: groups: there is no list of this name",
    ),
    # Languages
    "missing language": (
        (WORLD, NORWAY, "name: {en: Norway}"),
        "world.yaml:17: countries[1] NO, name.zh-hans: the text in this language is missing",
    ),
    "empty language": (
        (WORLD, NORWAY, 'name: {en: " ", zh-hans: 挪威}'),
        "world.yaml:17: countries[1] NO, name.en: the text in this language is missing",
    ),
    "third language": (
        (WORLD, NORWAY, "name: {en: Norway, zh-hans: 挪威, nb: Norge}"),
        "world.yaml:17: countries[1] NO, name.nb: not one of the languages en, zh-hans",
    ),
    "no language": (
        (WORLD, NORWAY, "name: Norway"),
        "world.yaml:17: countries[1] NO, name: text in each language is expected: en, zh-hans",
    ),
    # Dates
    "day of no calendar": (
        (SOURCES, "2026-01-01", "2026-02-30"),
        "sources.yaml:2: sources[1] note, read_on: “2026-02-30” is not a date: there is no such day",
    ),
    "date of another form": (
        (WORLD, '"2009"', "1 May 2009"),
        "world.yaml:12: regions[1] un-weog memberships[1], since: “1 May 2009” is not a date: use YYYY",
    ),
    "month where a day is needed": (
        (SOURCES, "2026-01-01", '"2026-01"'),
        "sources.yaml:2: sources[1] note, read_on: “2026-01” is not a date: a full date is expected",
    ),
    "end before beginning": (
        (WORLD, '"2010-05"', '"2008-12"'),
        "world.yaml:12: regions[1] un-weog memberships[1], until, since: A relation cannot end before it begins.",
    ),
    # Records that stand twice
    "same code": (
        (WORLD, "- iso2: KE", "- iso2: NO"),
        "world.yaml:25: countries[2] NO, iso2: the same record stands in content/world.yaml:17",
    ),
    "same unique value": (
        (WORLD, 'm49: "404"', 'm49: "578"'),
        "world.yaml:25: countries[2] KE, m49: the same value stands in content/world.yaml:17",
    ),
    "same country in a region": (
        (WORLD, "  - country: NO", "  - countries: [NO, NO]"),
        "world.yaml:12: regions[1] un-weog memberships[1], region, country, since: the same record stands in",
    ),
    # Values
    "code of another form": (
        (MECHANISMS, "- code: level-global", "- code: level_global"),
        "mechanisms.yaml:31: criteria[2] level options[1] level_global, code: A code has lower-case letters",
    ),
    "unknown choice": (
        (SOURCES, "reliability: primary", "reliability: good"),
        "sources.yaml:2: sources[1] note, reliability: ",
    ),
    "number where the criterion takes none": (
        (MECHANISMS, TREATY, f"{TREATY}  number: 3\n"),
        "mechanisms.yaml:34: findings[1], number: the criterion “basis” takes no number",
    ),
    "statement without text": (
        (MECHANISMS, TREATY, ""),
        "mechanisms.yaml:34: findings[1], status, text.en, text.zh-hans: A stated or conflicting finding needs text",
    ),
    "number for a text": (
        (WORLD, 'm49: "404"', "m49: 404"),
        "world.yaml:25: countries[2] KE, m49: “404”: text is expected; put it in quotes",
    ),
    "number out of range": ((WORLD, "latitude: 1.0", "latitude: 91.0"), "world.yaml:25: countries[2] KE, latitude: "),
    "text too long": ((WORLD, "en: Kenya", f"en: {'Kenya ' * 40}"), "world.yaml:25: countries[2] KE, name.en: "),
    "list for one value": (
        (WORLD, "latitude: 1.0", "latitude: [1.0]"),
        "world.yaml:25: countries[2] KE, latitude: one value is expected",
    ),
    "one value for a list": (
        (MECHANISMS, "functions: [training]", "functions: training"),
        "mechanisms.yaml:6: mechanisms[1] basel, functions: a list of codes is expected",
    ),
    # Files
    "record that is no mapping": (
        (WORLD, "countries:\n", "countries:\n- Sweden\n"),
        "world.yaml:1: countries[1]: a record is a mapping of fields",
    ),
    "no lists": ((SOURCES, "sources:\n", ""), "sources.yaml:1: a file is a mapping from list names to lists"),
    "no YAML": ((WORLD, "  iso3: KEN", "\tiso3: KEN"), "world.yaml:26: not readable as YAML: "),
}


@pytest.fixture
def folder(tmp_path):
    return write_small_content(tmp_path / "content")


@pytest.mark.django_db
@pytest.mark.parametrize("kind", FAULTS)
def test_a_fault_is_one_clear_line_and_nothing_is_written(folder, kind):
    load(folder)
    before = dump()
    replacement, line = FAULTS[kind]
    change(folder, *replacement)
    for options in ({"check": True}, {}):
        with pytest.raises(CommandError) as stopped:
            load(folder, **options)
        said = str(stopped.value)
        assert said.startswith(f"content/{line}")
        assert "\n" not in said
    assert dump() == before


@pytest.mark.django_db
def test_bytes_that_are_not_utf_8_are_a_fault(folder):
    (folder / SOURCES).write_bytes("sources: []  # é".encode("latin-1"))
    with pytest.raises(CommandError, match=r"\Acontent/sources\.yaml:1: not UTF-8\Z"):
        load(folder)


@pytest.mark.django_db
def test_every_fault_is_told_at_once(folder):
    change(folder, WORLD, "country: NO", "country: XX")
    change(folder, SOURCES, "2026-01-01", "2026-02-30")
    change(folder, MECHANISMS, "options: [basis-treaty]", "options: [level-global]")
    with pytest.raises(CommandError) as stopped:
        load(folder)
    places = [line.split(": ")[0] for line in str(stopped.value).splitlines()]
    assert places == ["content/sources.yaml:2", "content/world.yaml:12", "content/mechanisms.yaml:34"]


@pytest.mark.django_db
def test_a_broken_reference_is_not_told_again_as_a_record_that_stands_twice(folder):
    change(folder, WORLD, "  - country: NO", "  - countries: [XX, YY]")
    with pytest.raises(CommandError) as stopped:
        load(folder)
    messages = [line.rpartition(", ")[2] for line in str(stopped.value).splitlines()]
    assert messages == ["country: no country has the code “XX”", "country: no country has the code “YY”"]


def test_the_command_ends_with_code_1_and_says_the_line_without_a_traceback(folder):
    change(folder, WORLD, "country: NO", "country: XX")
    command = [sys.executable, "manage.py", "load_content", "--folder", str(folder)]
    environment = {**os.environ, "PORTAL_LOCAL": "1", "DATABASE_URL": f"sqlite:///{folder.parent}/empty.sqlite3"}
    ended = subprocess.run(command, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert ended.stdout == ""
    line = "content/world.yaml:12: regions[1] un-weog memberships[1], country: no country has the code “XX”"
    assert ended.stderr == f"CommandError: {line}\n"
