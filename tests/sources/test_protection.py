"""No statement loses its last citation: in the forms, through the API, in the shell."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import ProtectedError
from django.test import Client, RequestFactory

from regions.models import RegionScheme
from sources.models import Citation, Source
from sources.statements import cited_models
from tests.api.endpoints import problem
from tests.api.test_writing import permissions, token_for
from tests.editing.test_saving import opened, saved
from tests.sources.test_identity import source
from tests.sources.test_statements import scheme_citing


@pytest.fixture
def scheme(db: None) -> RegionScheme:
    return scheme_citing(source("a-source"), "un", "para-1")


@pytest.mark.parametrize("model", cited_models())
def test_every_form_asks_for_a_citation(model: type, db: None):
    request = RequestFactory().get("/")
    request.user = User(is_superuser=True, is_active=True)
    form = admin.site.get_model_admin(model).get_form(request)
    assert form.base_fields["citations"].required


def test_an_only_citation_is_not_deleted(scheme: RegionScheme):
    citation = Citation.objects.get()
    with pytest.raises(ProtectedError, match="only citation"), transaction.atomic():
        citation.delete()
    with pytest.raises(ProtectedError), transaction.atomic():
        Citation.objects.all().delete()
    with pytest.raises(ProtectedError), transaction.atomic():
        Source.objects.get().delete()
    assert list(scheme.citations.all()) == [citation]
    scheme.citations.add(Citation.objects.create(source=citation.source, locator="para-2"))
    citation.delete()
    assert [one.locator for one in scheme.citations.all()] == ["para-2"]


def test_citations_are_not_cleared_from_either_side(scheme: RegionScheme):
    citation = Citation.objects.get()
    with pytest.raises(ValidationError), transaction.atomic():
        scheme.citations.clear()
    with pytest.raises(ValidationError), transaction.atomic():
        citation.regions_regionschemes.clear()
    assert scheme.citations.count() == 1


@pytest.mark.parametrize("lang", ["en", "zh-hans"])
def test_the_admin_names_what_rests_on_it(client: Client, scheme: RegionScheme, lang: str):
    client.force_login(User.objects.create_superuser("editor"))
    citation = Citation.objects.get()
    page = f"/{lang}/admin/sources/citation/{citation.pk}/delete/"
    assert str({"en": scheme.name_en, "zh-hans": scheme.name_zh_hans}[lang]) in client.get(page).content.decode()
    client.post(page, {"post": "yes"})
    action = {"action": "delete_selected", "_selected_action": citation.pk, "post": "yes"}
    client.post(f"/{lang}/admin/sources/citation/", action)
    client.post(f"/{lang}/admin/sources/source/{citation.source.pk}/delete/", {"post": "yes", "reason": "x"})
    assert list(scheme.citations.all()) == [citation]


def test_the_api_withdraws_no_source_that_bears_something(client: Client, scheme: RegionScheme):
    user = User.objects.create_user("editor", is_staff=True)
    user.user_permissions.set(permissions(Source))
    headers = {
        "authorization": f"Bearer {token_for(user, permissions(Source))}",
        "if-match": client.get("/api/v1/sources/a-source/").headers["ETag"],
    }
    answer = Client(headers=headers).delete("/api/v1/sources/a-source/?reason=x")
    assert "a-source~para-1" in problem(answer, 409)["detail"]
    assert Source.objects.exists()


def test_a_statement_that_lost_it_all_the_same_is_mended_in_its_form(client: Client, scheme: RegionScheme):
    client.force_login(User.objects.create_superuser("editor"))
    citation = Citation.objects.get()
    scheme.citations.set([])
    form = {**opened(client, scheme), "citations": [citation.pk], "reason": "x"}
    assert saved(client, scheme, form).status_code == 302
    assert list(scheme.citations.all()) == [citation]
