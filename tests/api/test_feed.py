"""The changes as an Atom feed: what RFC 4287 asks for, the newest first, each change with one identity for ever."""

import datetime
import re
import xml.etree.ElementTree as ET
from typing import Any
from urllib.parse import urlsplit

import brotli
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from centres.models import Centre, Designation, Service
from config.feed import NAME_LENGTH, NEWEST
from config.tables import tables
from mechanisms.models import CriterionOption, Finding, Function
from publishing.models import ChangeAction, ContentChange, Dataset
from regions.models import Country
from tests.api.endpoints import ROOT, problem

CHANGES = f"{ROOT}changes/"
ATOM = "{http://www.w3.org/2005/Atom}"
LANGUAGES = {"en": "en", "zh-hans": "zh-Hans"}
#: How an entry says what happened, and to what kind of record.
TITLES = {
    "en": {"added": "Added: {} ({})", "changed": "Changed: {} ({})", "removed": "Removed: {} ({})"},
    "zh-hans": {"added": "新增：{}（{}）", "changed": "更改：{}（{}）", "removed": "移除：{}（{}）"},
}

pytestmark = pytest.mark.usefixtures("content")
each_language = pytest.mark.parametrize("lang", LANGUAGES)


def feed(client: Client, **parameters: Any) -> ET.Element:
    """Return the root of the feed, after checking what RFC 4287 (4.1.1, 4.1.2) asks of every feed."""
    response = client.get(CHANGES, {"format": "atom", **parameters})
    assert response.status_code == 200, response.content.decode()
    assert response.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    # Our own answer.
    root = ET.fromstring(response.content)  # noqa: S314
    assert root.tag == f"{ATOM}feed"
    for one in (root, *entries(root)):
        for name in ("id", "title", "updated"):
            assert len(one.findall(f"{ATOM}{name}")) == 1, name
            assert text(one, name)
        assert datetime.datetime.fromisoformat(text(one, "updated")).tzinfo
        assert re.match(r"(tag|http):.", text(one, "id"))
        assert len(links(one, "alternate")) == 1
        assert urlsplit(links(one, "alternate")[0]).netloc == "testserver"
    # Of the feed, and so of every entry.
    assert text(root.findall(f"{ATOM}author")[0], "name")
    assert len(links(root, "self")) == 1
    ids = [text(one, "id") for one in entries(root)]
    assert len(set(ids)) == len(ids)
    return root


def entries(root: ET.Element) -> list[ET.Element]:
    return root.findall(f"{ATOM}entry")


def text(one: ET.Element, name: str) -> str:
    return one.findtext(f"{ATOM}{name}") or ""


def links(one: ET.Element, rel: str) -> list[str]:
    return [link.get("href", "") for link in one.findall(f"{ATOM}link") if link.get("rel") == rel]


def titles(root: ET.Element) -> list[str]:
    return [text(one, "title") for one in entries(root)]


def page(path: str) -> str:
    return f"http://testserver{path}"


@each_language
def test_a_feed_says_what_it_is(client: Client, lang: str):
    root = feed(client, lang=lang)
    assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == LANGUAGES[lang]
    assert links(root, "self") == [page(f"{CHANGES}?format=atom&lang={lang}")]
    assert links(root, "alternate") == [page(f"/{lang}/data/#changes")]
    assert client.get(f"/{lang}/data/").content.decode().count('id="changes"') == 1
    changed_at = Dataset.current().changed_at
    assert datetime.datetime.fromisoformat(text(root, "updated")) == changed_at
    assert "CC BY 4.0" in text(root, "rights")
    name = {"en": "Technical Assistance Mechanisms Portal", "zh-hans": "技术援助机制比较门户"}[lang]
    assert text(root, "title").endswith(f" · {name}")
    assert text(root.findall(f"{ATOM}author")[0], "name") == name


def test_the_language_is_english_if_left_out(client: Client):
    plain, english = feed(client), feed(client, lang="en")
    assert titles(plain) == titles(english)
    assert plain.get("{http://www.w3.org/XML/1998/namespace}lang") == "en"


# No record of the content has been renamed yet.
@pytest.mark.parametrize("table", sorted(set(tables().values()) - {"former-codes"}))
def test_every_table_can_be_told(client: Client, table: str):
    """Both languages have the same changes under the same identities; every entry's link answers."""
    english, chinese = (feed(client, table=table, lang=lang) for lang in LANGUAGES)
    ids = [text(one, "id") for one in entries(english)]
    assert ids == [text(one, "id") for one in entries(chinese)]
    assert text(english, "id") == text(chinese, "id")
    kinds = [kind for kind, name in tables().items() if name == table]
    newest = ContentChange.objects.filter(kind__in=kinds).order_by("-pk")[:NEWEST]
    assert ids
    assert [one.rpartition("/")[2] for one in ids] == [change.key for change in newest]
    assert {one.get("term") for root in (english, chinese) for one in root.iter(f"{ATOM}category")} == {table}
    for lang, root in (("en", english), ("zh-hans", chinese)):
        assert len(set(titles(root))) > 1
        for one in entries(root)[:: len(ids) // 2 or 1]:
            title, link = text(one, "title"), links(one, "alternate")[0]
            begin, end = TITLES[lang]["added"].split("{}")[0], "（" if lang == "zh-hans" else " ("
            assert title.startswith(begin)
            assert end in title
            # By its name, and not by its key.
            assert one.findtext(f"{ATOM}id", "").rpartition("/")[2] not in title
            path = link.removeprefix("http://testserver")
            assert path.startswith((f"/{lang}/", ROOT))
            assert client.get(path.partition("#")[0]).status_code == 200, path


def test_each_change_of_a_record_is_an_entry_and_has_one_identity_in_every_feed(client: Client):
    centre = Centre.objects.get(code="kenya-scrc")
    for acronym in ("A", "B"):
        centre.acronym = acronym
        centre.save()
    root, narrowed = feed(client), feed(client, table="centres")
    newest = [text(one, "id") for one in entries(root)][:2]
    assert all(one.endswith("/centres/kenya-scrc") for one in newest)
    assert [text(one, "id") for one in entries(narrowed)][:2] == newest
    assert text(narrowed, "id") != text(root, "id")


def test_a_feed_is_one_however_its_address_is_written(client: Client):
    query = {"table=funds&table=centres&format=atom", "format=atom&since=&lang=zh-hans&table=centres&table=funds"}
    # Our own answer.
    found = [ET.fromstring(client.get(f"{CHANGES}?{one}").content) for one in query]  # noqa: S314
    assert {text(one, "id") for one in found} == {page(f"{CHANGES}?format=atom&table=centres&table=funds")}


@each_language
def test_each_kind_of_change(client: Client, lang: str):
    start = Dataset.current().revision
    kenya = Centre.objects.get(code="kenya-scrc")
    kenya.acronym = "K"
    kenya.save()
    designation = Designation.objects.get(centre=kenya)
    key = designation.key
    designation.delete()
    copy = Centre.objects.get(code="kenya-scrc")
    copy.pk, copy.code, copy.name_en, copy.name_zh_hans = None, "kenya-other", "Other & <b>", "其他&<b>"
    copy.save()
    root = feed(client, since=start, lang=lang)
    other, removed, changed = entries(root)
    words = TITLES[lang]
    kind = {"en": ["centre", "designation"], "zh-hans": ["中心", "指定"]}[lang]
    with translation.override(lang):
        name = kenya.name
    assert titles(root) == [
        words["added"].format({"en": "Other & <b>", "zh-hans": "其他&<b>"}[lang], kind[0]),
        words["removed"].format(key, kind[1]),
        words["changed"].format(name, kind[0]),
    ]
    assert links(changed, "alternate") == [page(f"/{lang}/centres/kenya-scrc/")]
    assert links(other, "alternate") == [page(f"/{lang}/centres/kenya-other/")]
    told = links(removed, "alternate")[0].removeprefix("http://testserver")
    first = client.get(told).json()["results"][0]
    assert (first["key"], first["action"]) == (key, "removed")
    summary = {"en": "{} in dataset revision {}.", "zh-hans": "{}于数据集版本{}。"}[lang]
    actions = {"en": ("Added", "Removed", "Changed"), "zh-hans": ("新增", "移除", "更改")}[lang]
    assert [text(one, "summary") for one in entries(root)] == [
        summary.format(action, start + n) for action, n in zip(actions, (3, 2, 1), strict=True)
    ]


def test_no_text_of_an_editor_makes_a_feed_unreadable(client: Client):
    hostile = "A\x0bB\ufffe]]></title>&lt;"
    Centre.objects.filter(code="kenya-scrc").update(name_en=hostile)
    Centre.objects.get(code="kenya-scrc").save()
    assert titles(feed(client))[0] == "Changed: AB]]></title>&lt; (centre)"


def test_what_was_changed_and_then_removed_goes_by_its_key(client: Client):
    start = Dataset.current().revision
    function = Function.objects.create(code="made-up", name_en="Made up", name_zh_hans="虚构")
    assert titles(feed(client, since=start)) == ["Added: Made up (function)"]
    assert links(entries(feed(client, since=start))[0], "alternate") == [page(f"{ROOT}functions/made-up/")]
    function.delete()
    root = feed(client, since=start)
    assert titles(root) == ["Removed: made-up (function)", "Added: made-up (function)"]
    assert all(links(one, "alternate")[0].startswith(page(f"{CHANGES}?since=")) for one in entries(root))
    # Another one of the same key: that is not what was removed.
    Function.objects.create(code="made-up", name_en="Made up again", name_zh_hans="又虚构")
    assert titles(feed(client, since=start))[:2] == [
        "Added: Made up again (function)",
        "Removed: made-up (function)",
    ]


def test_a_record_without_page_and_api_leads_to_the_change(client: Client):
    option = CriterionOption.objects.order_by("code").first()
    assert option
    start = Dataset.current().revision
    option.save()
    (entry,) = entries(feed(client, since=start))
    assert text(entry, "title") == f"Changed: {option.name} (option)"
    assert links(entry, "alternate") == [page(f"{CHANGES}?since={start}&table=options")]


def test_a_long_name_is_cut(client: Client):
    cut = [title for title in titles(feed(client, table="provisions")) if title.endswith("… (provision)")]
    assert cut
    assert {len(title) for title in cut} == {NAME_LENGTH + len("Added:  (provision)")}


def test_the_newest_come_first_and_no_more_than_a_reader_wants(client: Client):
    assert ContentChange.objects.count() > NEWEST
    told = client.get(CHANGES, {"since": 0, "table": "countries"}).json()["results"]
    root = feed(client, table="countries")
    assert len(entries(root)) == NEWEST < len(told)
    assert [text(one, "id").rpartition("/")[2] for one in entries(root)] == [
        row["key"] for row in reversed(told[-NEWEST:])
    ]
    country = Country.objects.get(iso2="KE")
    country.save()
    assert text(entries(feed(client))[0], "title") == "Changed: Kenya (country)"


def test_since_a_day(client: Client):
    assert len(entries(feed(client, since="2000-01-01"))) == NEWEST
    assert entries(feed(client, since="2100-01-01")) == []


def test_as_many_queries_for_two_changes_as_for_two_hundred(client: Client):
    revision, now = Dataset.current().revision, timezone.now()
    kinds: list[Any] = [Finding, Service]
    keys = [model.keys_in(model.objects.all()) for model in kinds]
    counts = []
    for number in (2, 200):
        ContentChange.objects.all().delete()
        ContentChange.objects.bulk_create(
            ContentChange(
                revision=revision,
                at=now,
                kind=kinds[n % 2]._meta.label_lower,
                key=keys[n % 2][n // 2],
                action=ChangeAction.CHANGED,
            )
            for n in range(number)
        )
        with CaptureQueriesContext(connection) as captured:
            root = feed(client)
        counts.append(len(captured))
        shown = titles(root)
        assert len(shown) == min(number, NEWEST)
        assert sum(title.endswith("(finding)") for title in shown) == len(shown) / 2
    # The dataset, for the ETag and for the feed, the last revision, the changes, and one a table.
    assert counts == [6, 6]


@pytest.mark.django_db
def test_a_dataset_without_changes(client: Client):
    ContentChange.objects.all().delete()
    Dataset.objects.all().delete()
    first, second = (client.get(CHANGES, {"format": "atom"}) for _time in range(2))
    assert entries(feed(client)) == []
    assert first.headers["ETag"] == second.headers["ETag"]
    assert first.content == second.content


def test_a_reader_that_has_it_is_not_sent_it_again(client: Client):
    first = client.get(CHANGES, {"format": "atom"}, headers={"Accept-Encoding": "br"})
    assert first.headers["Content-Encoding"] == "br"
    assert first.headers["Cache-Control"] == "public, max-age=0, must-revalidate"
    assert brotli.decompress(first.content) == client.get(CHANGES, {"format": "atom"}).content
    assert len(first.content) < len(brotli.decompress(first.content)) / 5
    tag = first.headers["ETag"]
    with CaptureQueriesContext(connection) as captured:
        again = client.get(CHANGES, {"format": "atom"}, headers={"If-None-Match": tag})
    assert (again.status_code, again.content, len(captured)) == (304, b"", 1)
    Centre.objects.get(code="kenya-scrc").save()
    assert client.get(CHANGES, {"format": "atom"}, headers={"If-None-Match": tag}).status_code == 200
    assert client.get(CHANGES).headers["ETag"] != first.headers["ETag"]


@each_language
@pytest.mark.parametrize(
    ("name", "value"), [("since", "soon"), ("table", "chairs"), ("after", "1"), ("page", "2"), ("as_of", "x")]
)
def test_an_error_is_a_problem_document_and_no_feed(client: Client, lang: str, name: str, value: str):
    document = problem(client.get(CHANGES, {"format": "atom", "lang": lang, name: value}), 400)
    assert list(document["errors"]) == [name]
    assert bool(re.search("[一-鿿]", document["detail"])) is (lang == "zh-hans")


def test_a_language_or_format_that_does_not_exist(client: Client):
    assert list(problem(client.get(CHANGES, {"format": "atom", "lang": "fr"}), 400)["errors"]) == ["lang"]
    assert "atom" in problem(client.get(CHANGES, {"format": "rss"}), 400)["detail"]


def test_the_json_stays_oldest_first(client: Client):
    rows = client.get(CHANGES, {"format": "json"}).json()["results"]
    assert [row["key"] for row in rows[:3]] == list(
        ContentChange.objects.order_by("pk").values_list("key", flat=True)[:3]
    )
