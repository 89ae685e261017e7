"""How a query is read: its terms, what was folded in them, and what the glossary knows them as."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django.apps import apps
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import pgettext

from publishing.models import Dataset
from publishing.templatetags.portal import html_lang
from publishing.text import FOLDING, HYPHENS, IS_CJK, normalise, typed_terms

SEPARATOR = re.compile("[;；]")
#: A shorter word of letters stands inside many others ("who", "inc"), so it is nobody's synonym.
SHORTEST = 4


@dataclass(frozen=True)
class Query:
    """A query to offer as a link."""

    text: str

    @property
    def query(self) -> str:
        """Return it as a query string."""
        return urlencode({"q": self.text})

    @property
    def language(self) -> str:
        """Return the language in which it is written."""
        return written_in(self.text)


@dataclass(frozen=True)
class Part:
    """A part of a query that must be met: by its words or by one synonym."""

    typed: str
    #: Normalised; each of them must occur.
    words: tuple[str, ...]
    #: Other forms of the same term, as the glossary writes them.
    synonyms: tuple[str, ...] = ()

    @property
    def alone(self) -> Query:
        """Return the query of this part alone."""
        return Query(f'"{self.typed}"' if len(self.words) == 1 and " " in self.typed else self.typed)

    @property
    def read(self) -> str:
        """Return what was typed in simplified characters and with plain hyphens."""
        return "".join(FOLDING[ord(one)] if IS_CJK.match(one) or ord(one) in HYPHENS else one for one in self.typed)

    @property
    def has_traditional(self) -> bool:
        """Tell whether traditional characters were read as simplified ones."""
        return any(IS_CJK.match(one) and FOLDING[ord(one)] != one for one in self.typed)

    @property
    def has_hyphens(self) -> bool:
        """Tell whether another kind of hyphen was read as the plain one."""
        return any(ord(one) in HYPHENS for one in self.typed)

    @property
    def forms(self) -> SafeString:
        """Return the synonyms as a list, each marked with its language."""
        forms = ((html_lang(written_in(form)), form) for form in self.synonyms)
        return format_html_join(pgettext("between items of a list", ", "), '<span lang="{}">{}</span>', forms)

    @property
    def wanted(self) -> list[str]:
        """Return every normalised text that meets the part or one of its words: what is marked in results."""
        return [*self.words, *map(normalise, self.synonyms)]


def written_in(text: str) -> str:
    """Return the language that a word is written in."""
    return "zh-hans" if IS_CJK.search(text) else "en"


def forms_in(text: str) -> list[str]:
    """Return the forms that stand in a text, separated by semicolons."""
    return [form for part in SEPARATOR.split(text) if (form := part.strip())]


def read(query: str) -> list[Part]:
    """Return the parts of a query.

    Where all of it is a term of the glossary, it is one part; else each word and each phrase in quotation marks is.
    """
    typed = typed_terms(query)
    known = glossary()
    whole = " ".join(typed)
    if len(typed) > 1 and whole in known:
        return [Part(" ".join(query.split()), tuple(typed), known[whole])]
    return [Part(as_typed, (term,), known.get(term, ())) for term, as_typed in typed.items()]


def glossary() -> dict[str, tuple[str, ...]]:
    """Return every normalised form that the glossary knows, each with its synonyms."""
    dataset = Dataset.current()
    return _glossary(dataset.revision, dataset.changed_at)


@lru_cache(maxsize=2)
def _glossary(*state: Any) -> dict[str, tuple[str, ...]]:
    """Read the glossary; ``state`` is the dataset's, so that a change of the content is seen."""
    known: dict[str, tuple[str, ...]] = {}
    # The models name querysets, which name the reading.
    for columns in apps.get_model("search.Term").objects.forms():
        forms = {normalise(form): form for column in columns for form in forms_in(column or "")}
        for term in forms:
            synonyms = dict.fromkeys([*known.get(term, ()), *_synonyms(term, forms)])
            known[term] = tuple(synonyms)
    return known


def _synonyms(term: str, forms: dict[str, str]) -> list[str]:
    """Return the other forms that find something that neither ``term`` nor a shorter form finds already."""
    kept = [term]
    for form in sorted(forms, key=len):
        is_short = len(form) < SHORTEST and not IS_CJK.search(form)
        if not is_short and not any(shorter in form for shorter in kept):
            kept.append(form)
    return [written for form, written in forms.items() if form in kept[1:]]
