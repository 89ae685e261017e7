"""The index follows every change of a record and of what its texts come from, and equals one that is written anew."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection

from centres.models import Centre, Hosting, HostInstitution
from mechanisms.models import Function, Mechanism
from publishing.index import TABLE, matching_ids, rebuild
from publishing.models import Dataset, IndexEntry
from regions.models import Country, FormerName
from sources.models import Citation, Source

NEW = "Zyzzyva Zentrum"


def index() -> dict[tuple[str, int], tuple[Any, ...]]:
    """Return every entry without its own key, and how many rows of grams there are for it."""
    names = [one.name for one in IndexEntry._meta.concrete_fields if one.name not in {"id", "kind", "record_id"}]
    rows = {(row.kind, row.record_id): tuple(getattr(row, name) for name in names) for row in IndexEntry.objects.all()}
    assert len(rows) == IndexEntry.objects.count()
    return rows


@pytest.fixture(autouse=True)
def as_if_written_anew(content: None) -> Iterator[None]:
    """After each test: what the saves have left is what a rebuild writes, and nothing is found that is gone."""
    yield
    left, found = index(), {word: finds(word) for word in ("zyzzyva", "中心", "kenya", "汞")}
    assert rebuild() == len(left)
    assert index() == left
    assert {word: finds(word) for word in found} == found


def finds(query: str) -> set[tuple[str, int]]:
    """Return the records of some kinds that a query finds."""
    kinds = [Centre, HostInstitution, Country, Source, Mechanism]
    return {(model.__name__, pk) for model in kinds for pk in matching_ids(query, model)}


def a_centre(**lookup: Any) -> Any:
    return Centre.objects.filter(**lookup).order_by("pk").first()


def test_a_save_and_a_delete():
    source = Source.objects.create(
        code="zyzzyva", title_en=NEW, title_zh_hans="新来源", read_on="2026-01-01", language="en", kind="other",
        reliability="primary",
    )  # fmt: skip
    assert finds("zentrum") == {("Source", source.pk)}
    source.title_en = "Another"
    source.save()
    assert finds("zentrum") == set()
    assert finds("新来源") == {("Source", source.pk)}
    pk = source.pk
    source.delete()
    assert ("Source", pk) not in finds("zyzzyva")


def test_every_change_raises_the_revision():
    before = Dataset.current().revision
    a_centre().save()
    assert Dataset.current().revision == before + 1


def test_a_host_institution_that_is_renamed():
    hosting = Hosting.objects.order_by("pk").first()
    institution = hosting.institution
    institution.name_en = NEW
    institution.save()
    housed = set(Hosting.objects.filter(institution=institution).values_list("centre", flat=True))
    assert finds(NEW) == {("HostInstitution", institution.pk), *(("Centre", pk) for pk in housed)}


def test_a_hosting_that_moves_from_one_centre_to_another():
    hosting = Hosting.objects.order_by("pk").first()
    institution = HostInstitution.objects.create(
        code="zyzzyva", name_en=NEW, name_zh_hans="新机构", institution_type="other"
    )
    old, new = hosting.centre, a_centre(hostings=None)
    hosting.institution = institution
    hosting.save()
    assert finds("新机构") == {("HostInstitution", institution.pk), ("Centre", old.pk)}
    hosting.centre = new
    hosting.save()
    assert finds("新机构") == {("HostInstitution", institution.pk), ("Centre", new.pk)}
    hosting.delete()
    assert finds("新机构") == {("HostInstitution", institution.pk)}


def test_a_country_that_is_renamed():
    kenya = Country.objects.get(iso2="KE")
    kenya.name_zh_hans = "新国名"
    kenya.save()
    expected = {
        ("Country", kenya.pk),
        *(("Centre", pk) for pk in Centre.objects.filter(country=kenya).values_list("pk", flat=True)),
        *(("HostInstitution", pk) for pk in HostInstitution.objects.filter(country=kenya).values_list("pk", flat=True)),
    }
    assert len(expected) > 3
    assert finds("新国名") == expected


def test_a_former_name_that_comes_and_goes():
    kenya = Country.objects.get(iso2="KE")
    former = FormerName.objects.create(country=kenya, name_en=NEW, name_zh_hans="旧名", until="1963-12-11")
    assert finds(NEW) == finds("旧名") == {("Country", kenya.pk)}
    former.delete()
    assert finds(NEW) == set()


def test_functions_from_either_side():
    centre = a_centre(functions=None)
    function = Function.objects.create(code="zyzzyva", name_en=NEW, name_zh_hans="新职能")
    both = {("Centre", centre.pk)}
    centre.functions.add(function)
    assert finds(NEW) == both
    centre.functions.remove(function)
    assert finds(NEW) == set()
    function.centres.add(centre)
    assert finds("新职能") == both
    function.centres.remove(centre)
    assert finds(NEW) == set()
    centre.functions.set([function])
    assert finds(NEW) == both
    function.centres.clear()
    assert finds(NEW) == set()
    centre.functions.add(function)
    function.delete()
    assert finds(NEW) == set()


def test_a_citation_says_nothing_that_is_looked_for():
    before = index()
    a_centre().citations.add(Citation.objects.order_by("-pk").first())
    assert index() == before


def test_no_grams_are_left_of_what_is_gone():
    def rows() -> int:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT COUNT(*) FROM {TABLE}")  # noqa: S608
            return cursor.fetchone()[0]

    # A contentless table of SQLite counts what was inserted less what was deleted.
    before = rows()
    former = FormerName.objects.create(
        country=Country.objects.get(iso2="KE"), name_en=NEW, name_zh_hans="旧名", until="1963-12-11"
    )
    former.delete()
    assert rows() == before == IndexEntry.objects.count()
