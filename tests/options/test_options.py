"""The options: the page, the API and the files give one answer, and every point shows how it comes about."""

import datetime
import io
from fractions import Fraction
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mechanisms.models import Criterion, CriterionKind, Mechanism
from options.models import Preset
from options.needs import Weight
from tests.api.endpoints import NOTE_DATE, fetch, problem

pytestmark = pytest.mark.usefixtures("content")


def answer(client: Client, query: str = "", /, **parameters: Any) -> Any:
    """Return the API's answer to a question."""
    path = f"/api/v1/options/?{query}"
    response = client.get(path) if query else fetch(client, "options", **parameters)
    assert response.status_code == 200, response.content.decode()
    return response.json()


@pytest.mark.parametrize("lang", ["en", "zh-hans"])
def test_the_page_says_what_the_api_says(client: Client, lang: str):
    for preset in Preset.objects.in_reading_order():
        response = client.get(f"/{lang}/options/?{preset.query}")
        assert response.status_code == 200
        ranking, told = response.context["ranking"], answer(client, preset.query)
        assert response.context["preset"] == preset
        assert [
            (score.rank, score.mechanism.code, str(score.total), [str(point.points) for point in score.points])
            for score in ranking.scores
        ] == [
            (one["rank"], one["mechanism"]["code"], one["total"], [point["points"] for point in one["points"]])
            for one in told["mechanisms"]
        ]
