"""What is new: every change of the content is told once, whoever made it, to who asks since a revision or a day."""

import json
import subprocess
import sys
from typing import Any

import pytest
from django.test import Client

from centres.models import Centre, Designation
from config.tables import tables
from mechanisms.models import Function
from publishing.models import ContentChange, Dataset
from tests.api.endpoints import ROOT, problem

CHANGES = f"{ROOT}changes/"
WRITES = 200

#: Asks again and again from another process until it has seen the last change, and says what it saw.
POLLER = """
import json, sys, time, urllib.request
address, since, last = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
seen, until = [], time.time() + 90
while since < last and time.time() < until:
    url = f"{address}?since={since}"
    while url:
        body = json.load(urllib.request.urlopen(url))
        seen += [(row["revision"], row["table"], row["key"], row["action"]) for row in body["results"]]
        url = body["next"]
    since = body["revision"]
print(json.dumps(seen))
"""


def since(client: Client, revision: int | str, **parameters: Any) -> Any:
    response = client.get(CHANGES, {"since": revision, **parameters})
    assert response.status_code == 200, response.content.decode()
    return response.json()


def told(body: Any) -> list[tuple[str, str, str]]:
    return [(row["table"], row["key"], row["action"]) for row in body["results"]]


@pytest.mark.usefixtures("content")
def test_the_first_load_is_told_record_by_record(client: Client):
    body = client.get(CHANGES).json()
    assert body["count"] > 3500
    seen, url = list(body["results"]), body["next"]
    while url:
        body = client.get(url).json()
        seen += body["results"]
        url = body["next"]
    assert len({(row["table"], row["key"]) for row in seen}) == len(seen) == ContentChange.objects.count()
    assert {row["action"] for row in seen} == {"added"}
    centres = {row["key"] for row in seen if row["table"] == "centres"}
    assert centres == set(Centre.objects.values_list("code", flat=True))
    for row in seen[:: len(seen) // 40]:
        assert row["url"] is None or client.get(row["url"]).status_code == 200, row


@pytest.mark.usefixtures("content")
def test_each_kind_of_change(client: Client):
    start = Dataset.current().revision
    kenya = Centre.objects.get(code="kenya-scrc")
    kenya.acronym = "K"
    kenya.save()
    first = since(client, start)
    assert told(first) == [("centres", "kenya-scrc", "changed")]
    assert first["results"][0]["url"] == f"{ROOT}centres/kenya-scrc/"
    kenya.functions.add(Function.objects.exclude(centres=kenya).first())
    designation = Designation.objects.get(centre=kenya)
    key = designation.key
    designation.delete()
    copy = Centre.objects.get(code="kenya-scrc")
    copy.pk, copy.code = None, "kenya-other"
    copy.save()
    rest = since(client, first["revision"])
    assert told(rest) == [
        ("centres", "kenya-scrc", "changed"),
        ("designations", key, "removed"),
        ("centres", "kenya-other", "added"),
    ]
    assert rest["results"][1]["url"] is None
    assert told(since(client, start, table="designations")) == [("designations", key, "removed")]
    assert since(client, rest["revision"]) == {"revision": rest["revision"], "count": 0, "next": None, "results": []}


@pytest.mark.usefixtures("content")
def test_a_tree_that_goes_is_told_leaf_by_leaf(client: Client):
    start = Dataset.current().revision
    centre = Centre.objects.get(code="egypt-bcrc")
    keys = {("services", one.key, "removed") for one in centre.services.all()}
    assert keys
    centre.delete()
    removed = told(since(client, start))
    assert keys < set(removed)
    assert ("centres", "egypt-bcrc", "removed") in removed
    assert len(removed) == len(set(removed))


@pytest.mark.usefixtures("content")
def test_since_a_day(client: Client):
    assert since(client, "2000-01-01")["count"] == ContentChange.objects.count()
    assert since(client, "2100-01-01")["count"] == 0


@pytest.mark.usefixtures("content")
@pytest.mark.parametrize(
    ("name", "value"), [("since", "soon"), ("since", "2010-02-30"), ("table", "chairs"), ("after", "x"), ("page", "2")]
)
def test_a_wrong_parameter_is_named(client: Client, name: str, value: str):
    assert list(problem(client.get(CHANGES, {name: value}), 400)["errors"]) == [name]


@pytest.mark.usefixtures("content")
def test_every_kind_of_record_has_a_table():
    assert {change.kind for change in ContentChange.objects.all()} <= set(tables())


@pytest.mark.django_db(transaction=True)
def test_another_process_misses_none_and_sees_none_twice(content, live_server):
    centres = list(Centre.objects.order_by("pk")[:20])
    start = Dataset.current().revision
    command = [sys.executable, "-c", POLLER, f"{live_server.url}{CHANGES}", str(start), str(start + WRITES)]
    poller = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    made = []
    for number in range(WRITES):
        centre = centres[number % len(centres)]
        centre.acronym = f"A{number}"
        centre.save()
        made.append([start + number + 1, "centres", centre.code, "changed"])
    output, _errors = poller.communicate(timeout=120)
    assert json.loads(output) == made
