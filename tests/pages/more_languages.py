"""Pages in the languages that are switched on, as one process sees them: `python -m tests.pages.more_languages`.

Which languages there are is settled when the addresses are made, so another set of them needs another process.
"""

import json
import re
import sys
from typing import Any
from urllib.parse import parse_qs, urlsplit

import django
import polib


def main() -> None:
    """Write, as JSON, what each page in each of the languages shows."""
    django.setup()
    from django.apps import apps
    from django.conf import settings
    from django.test import Client
    from modeltranslation.translator import translator

    from publishing.models import TranslatedModel
    from tests.pages.walk import STATES, STATIC, rest

    # A comparison and a search; no page of the others is made of other parts than those at fixed addresses.
    pages = [*STATIC, STATES[0], "search/?q=regional+centre", "nothing/", "centres/?kind=nonsense"]
    for model in apps.get_models():
        if hasattr(model, "get_absolute_url") and issubclass(model, TranslatedModel):
            first = model._default_manager.order_by("pk").first()
            pages.append(rest(first.get_absolute_url()).partition("#")[0])
    catalogue = polib.pofile(str(settings.LOCALE_PATHS[0] / "fr" / "LC_MESSAGES" / "django.po"), encoding="utf-8")
    # Some words are the same in both languages, such as Services; codes are in none.
    forms = {form for entry in catalogue for form in (entry.msgstr, *entry.msgstr_plural.values())}
    words = {re.sub(r"<[^>]*>|%\(\w+\)s", "", form).strip().lower() for form in forms}
    english = {
        text.strip()
        for model in translator.get_registered_models(abstract=False)
        for name in translator.get_options_for_model(model).all_fields
        for text in model._default_manager.order_by().values_list(f"{name}_en", flat=True)
        if text and text.strip().lower() not in words and len(text) > 2
    }
    client = Client(headers={"accept-encoding": "identity"})
    found = {
        language: {page: seen(client, language, page, english) for page in dict.fromkeys(pages)}
        for language in settings.MORE_LANGUAGES
    }
    question = "/fr/compare/?mechanism=basel&mechanism=who&criterion=legal-status"
    json.dump(
        {
            "pages": found,
            "frozen": client.post("/fr/q/", {"address": question}).headers["Location"],
            # The bilingual view has the second language of the content beside its first.
            "bilingual": re.findall(r'class="line" lang="([^"]+)"', client.get(f"{question}&view=bilingual").text)[:2],
            "files": {
                address: client.get(f"/fr/{address}").status_code
                for address in (
                    *(f"compare/?mechanism=basel&mechanism=who&format={form}" for form in ("docx", "csv", "brief-1")),
                    "options/?option=core-functions-training&format=xlsx",
                    "centres/?format=csv",
                    "glossary/?format=tbx",
                    "countries/ke/?format=docx",
                    "mechanisms/basel/?format=brief-1&view=bilingual",
                )
            },
            "header": client.get(f"{question}&format=csv").content.decode("utf-8-sig").partition(",")[0],
            "api": client.get("/api/v1/mechanisms/?lang=fr").status_code,
        },
        sys.stdout,
    )


def seen(client: Any, language: str, address: str, english: set[str]) -> dict[str, Any]:
    """Return what a page shows.

    Args:
        english: every text of the content.
    """
    from tests.pages.markup import Element, Markup

    response = client.get(f"/{language}/{address}")
    text = response.content.decode()
    markup = Markup(text)
    html = markup.root.one("html")

    asked = {one for some in parse_qs(urlsplit(address).query).values() for one in some}

    def unmarked(element: Element) -> list[str]:
        if element.get("lang") not in {"", language} or element.tag in {"script", "code", "title"}:
            return []
        texts = [one.strip() for one in element.children if isinstance(one, str) and one.strip() in english - asked]
        return texts + [one for child in element.children if isinstance(child, Element) for one in unmarked(child)]

    return {
        "status": response.status_code,
        "length": int(response.headers["Content-Length"]) - len(response.content),
        "html": [html.get("lang"), html.get("dir")],
        "faults": markup.faults,
        "places": [one for one in "\ue000\ue001" if one in text],
        # A computer's numbers have no comma, whatever the language.
        "drawn": re.findall(r'<(?:text|line|circle|rect|svg)[^>]* (?:x|y|x1|x2|y1|y2|cx|cy|r|viewBox)="[^"]*,', text),
        "elsewhere": [
            one["href"]
            for one in html.one("main").all("a")
            if one.get("href").startswith("/") and not one["href"].startswith((f"/{language}/", "/api/"))
        ],
        "switch": [one["href"] for one in html.one(cls="languages").all("a")],
        "notices": len(html.one("main").all("p", id="untranslated")),
        "unmarked": unmarked(html.one("main")),
    }


if __name__ == "__main__":
    main()
