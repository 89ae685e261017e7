"""What is stored is shown as text: programs put into every text and address of every kind of record run nowhere.

One record of each model has a probe in all of its fields at once; everything that shows it is looked at.
"""

import html
import io
import json
import zipfile
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import User
from django.db import models
from django.test import Client
from django.urls import reverse
from modeltranslation.utils import build_localized_fieldname

from publishing.marks import translated_fields
from publishing.models import KeyedModel
from publishing.templatetags.portal import external
from tests.api.endpoints import ROOT, VIEWSETS
from tests.pages.markup import Element, Markup
from tests.pages.walk import LANGUAGES, LINKED_DATA, STATIC

pytestmark = pytest.mark.one_database

#: Each begins or ends something in one of the places where texts are put.
PROBE = "<script>probe()</script>\"'><img src=probe onerror=probe()></script>]]>{{7*7}}{%probe%}&lt;probe&gt;"
SHORT = "<img src=probe onerror=probe()>"
ADDRESS = f"javascript:probe()//{SHORT}"
COMPUTED = PROBE.replace("{{7*7}}", "49")


def put_probes() -> list[KeyedModel]:
    """Put a probe into every text that is free and every address of one record of each model; return the records."""
    return [
        put(model) for model in apps.get_models() if issubclass(model, KeyedModel) and model._default_manager.exists()
    ]


def put(model: Any) -> KeyedModel:
    """Put probes into the record of a model that has most to show."""
    record = model._default_manager.order_by("pk").first()
    translated = translated_fields(model)
    for field in model._meta.get_fields():
        name = field.name
        if isinstance(field, models.URLField):
            setattr(record, name, ADDRESS)
        elif name in translated:
            room = getattr(model._meta.get_field(name), "max_length", None) or 10_000
            for code in LANGUAGES:
                setattr(record, build_localized_fieldname(name, code), PROBE if room > len(PROBE) else SHORT[:room])
    record.save()
    return record  # type: ignore[no-any-return]


def shown(record: KeyedModel) -> Iterator[str]:
    """Yield the addresses of what shows a record, without the language."""
    if path := getattr(record, "get_absolute_url", lambda: "")():
        yield path.partition("#")[0].split("/", 2)[2]
    model = type(record)
    if model in admin.site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        paths = [reverse(f"{name}_changelist"), reverse(f"{name}_change", args=[record.pk])]
        paths += [reverse(f"{name}_{what}", args=[record.pk]) for what in ("history", "delete")]
        yield from (path.split("/", 2)[2] for path in paths)


def programs(root: Element) -> list[str]:
    """Return the elements that a probe has made, and the attributes."""
    found = []
    for one in list(root.walk())[1:]:
        addresses = [one.get(name) for name in ("href", "src", "action", "formaction", "xlink:href", "data")]
        is_script = (
            one.tag == "script"
            and "src" not in one.attributes
            and one.get("type") not in {LINKED_DATA, "application/json"}
        )
        if (
            any(name.startswith("on") for name in one.attributes)
            or "srcdoc" in one.attributes
            or (is_script and "probe" in one.text)
            or one.tag == "probe"
            or any(
                "javascript" in urlsplit(address.strip().lower()).scheme or address == "probe" for address in addresses
            )
        ):
            found.append(f"<{one.tag} {one.attributes}>")
    return found


def test_what_is_stored_is_shown_as_text(client: Client, content: None):
    records = put_probes()
    assert len(records) > 20
    client.force_login(User.objects.create_superuser("editor"))
    own = {path for record in records for path in shown(record)}
    wrong, with_probe, linked = {}, set(), 0
    for path in sorted({*STATIC, "search/?q=probe", "centres/?q=probe", "search/suggest/?q=probe", *own}):
        for lang in LANGUAGES:
            response = client.get(f"/{lang}/{path}")
            assert response.status_code == 200, path
            text = response.content.decode()
            if "json" in response.headers["Content-Type"]:
                json.loads(text)
                continue
            root = Markup(text).root
            if found := programs(root):
                wrong[lang, path] = found
            assert COMPUTED not in html.unescape(text), path
            if "probe()" in root.text:
                with_probe.add(path)
            for data in root.all("script", type=LINKED_DATA):
                json.loads("".join(one for one in data.children if isinstance(one, str)))
                linked += 1
    assert wrong == {}
    assert len(with_probe) > len(own) * 2 / 3, "the probes stand somewhere else than was looked"
    assert linked > 2


def test_a_link_ends_where_its_address_does():
    (link,) = list(Markup(external(f"https://example.org/'\">{SHORT}")).root.walk())[1:]
    assert (link.tag, link.get("href")) == ("a", link.text)


def test_files_say_what_is_stored_as_text(client: Client, content: None):
    records = put_probes()
    texts = []
    for name in VIEWSETS:
        for wanted in ("json", "csv", "xlsx"):
            response = client.get(
                f"{ROOT}{name}/?format={wanted}&page_size=500" if wanted == "json" else f"{ROOT}{name}/?format={wanted}"
            )
            assert response.status_code == 200, name
            assert response.headers["X-Content-Type-Options"] == "nosniff"
            assert not response.headers["Content-Type"].startswith("text/html")
            if wanted == "json":
                texts.append(response.content.decode())
                json.loads(texts[-1])
            if wanted == "xlsx":
                book = zipfile.ZipFile(io.BytesIO(response.content))
                sheet = book.read("xl/worksheets/sheet1.xml").decode()
                assert "<f>" not in sheet
                assert "<script" not in sheet
    assert sum("probe()" in text for text in texts) > len(records) / 2
    for lang in LANGUAGES:
        feed = client.get(f"{ROOT}changes/?format=atom&lang={lang}").content.decode()
        root = ElementTree.fromstring(feed)  # noqa: S314
        assert "probe()" in feed
        assert {one.tag.partition("}")[2] for one in root.iter()}.isdisjoint({"script", "img", "probe"})
        for query in ("format=xlsx", "format=docx", "format=csv"):
            assert client.get(f"/{lang}/compare/?mechanism=basel&mechanism=who&{query}").status_code == 200
