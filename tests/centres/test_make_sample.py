"""The synthetic centres that measuring needs: never among real ones, always the same, and complete."""

import io

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client

from centres.models import Centre, Designation, Hosting, HostInstitution, Service
from centres.sample import add_sample
from publishing.models import Dataset, IndexEntry, SearchableModel
from sources.models import CitedModel

MODELS = [HostInstitution, Centre, Designation, Hosting, Service]


def sample_keys() -> list[str]:
    """Return the keys of all synthetic records, with what is written in them."""
    rows = []
    for model in MODELS:
        path = "code__startswith" if model in (Centre, HostInstitution) else "centre__code__startswith"
        for row in model.objects.filter(**{path: "sample-"}).prefetch_related("citations__source"):
            citations = sorted(citation.reference for citation in row.citations.all())
            text = f"{row.name_en} {row.name_zh_hans}" if hasattr(row, "name_en") else ""
            rows.append(f"{row.key} {text} {citations}")
    return sorted(rows)


def make(count: int, seed: int) -> list[str]:
    """Return what a sample holds, and take it out of the database again."""
    with transaction.atomic():
        add_sample(count, seed, lambda number: None)
        keys = sample_keys()
        transaction.set_rollback(True)
    return keys


def test_it_refuses_a_database_with_centres(content: None):
    before = Centre.objects.count(), Dataset.current().revision
    with pytest.raises(CommandError, match="Set DATABASE_URL to a database of its own"):
        call_command("make_sample", centres=1, stdout=io.StringIO())
    assert (Centre.objects.count(), Dataset.current().revision) == before


@pytest.mark.django_db
def test_it_refuses_a_number_that_makes_none():
    with pytest.raises(CommandError, match="from 1"):
        call_command("make_sample", centres=0, stdout=io.StringIO())


@pytest.mark.django_db
def test_it_fills_an_empty_database(client: Client):
    call_command("make_sample", centres=30, seed=7, stdout=io.StringIO())
    real = Centre.objects.exclude(code__startswith="sample-").count()
    assert real > 50
    assert Centre.objects.count() == real + 30
    # The load of the content is one revision, the sample another.
    assert Dataset.current().revision == 2
    searchable = [model for model in apps.get_models() if issubclass(model, SearchableModel)]
    assert IndexEntry.objects.count() == sum(model._base_manager.count() for model in searchable)
    found = client.get(
        "/api/v1/centres/", {"q": "sample-000030", "status": ["active", "nominated", "expired", "closed"]}
    )
    assert [centre["code"] for centre in found.json()["results"]] == ["sample-000030"]


@pytest.mark.usefixtures("content")
class TestTheCentres:
    def test_one_seed_makes_the_same_ones_and_another_makes_others(self):
        first = make(40, 1)
        assert make(40, 1) == first
        assert make(40, 2) != first

    def test_every_record_is_valid_and_cited(self):
        add_sample(120, 1, lambda number: None)
        for model in MODELS:
            assert issubclass(model, CitedModel)
            for record in model.objects.all():
                record.full_clean()

    def test_both_languages_and_their_order_are_there_and_the_note_says_what_it_is(self):
        add_sample(40, 1, lambda number: None)
        for centre in Centre.objects.filter(code__startswith="sample-"):
            stored = centre.sort_key_en, centre.sort_key_zh_hans
            centre.derive()
            assert stored == (centre.sort_key_en, centre.sort_key_zh_hans)
            assert "synthetic" in centre.note_en
            assert "虚构" in centre.note_zh_hans
            assert len(centre.summary_en) > 100
            assert len(centre.summary_zh_hans) > 30

    def test_every_status_and_both_kinds_of_served_list_occur(self, client: Client):
        add_sample(300, 1, lambda number: None)
        Dataset.raise_revision()
        facets = client.get("/en/centres/", {"status": ["active", "nominated", "expired", "closed"]}).context["facets"]
        counts = {facet.name: {value.code: value.count for value in facet.values} for facet in facets}
        assert min(counts["status"].values()) > 5
        without = Centre.objects.filter(code__startswith="sample-", services=None).count()
        assert 20 < without < 80
