"""Terms of the glossary in running text: where they stand, so that a page can link the first place of each."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from search.models import Term

#: A Chinese variant of two characters, such as 非洲 for a region of WHO, stands for other things more often.
SHORTEST_VARIANT = 3
#: What stands before the first word of a sentence.
SENTENCE_ENDS = tuple('.!?:("“')


@dataclass(frozen=True)
class Finder:
    """The terms of a language as one expression."""

    pattern: re.Pattern[str]
    #: The term of each form, and of those that only the beginning of a sentence gives a capital.
    forms: dict[str, str]
    capitalised: dict[str, str]

    def find(self, text: str) -> Iterator[tuple[int, int, str]]:
        """Yield start, end and term of each place in a text: of the forms that begin there, the longest."""
        for match in self.pattern.finditer(text):
            code = self.forms.get(match[0])
            before = text[: match.start()].rstrip()
            # Elsewhere the capital is that of a name, such as Training Centre.
            if not code and (not before or before.endswith(SENTENCE_ENDS)):
                code = self.capitalised.get(match[0])
            if code:
                yield match.start(), match.end(), code


def finder(language: str, state: Any) -> Finder:
    """Return the terms of a language in a state of the dataset, in which they are read once."""
    return _finder(language, state.revision, state.changed_at)


@lru_cache(maxsize=4)
def _finder(language: str, *state: Any) -> Finder:
    is_chinese = language.startswith("zh")
    names: dict[str, str] = {}
    variants: dict[str, str] = {}
    for term in Term.objects.order_by("code"):
        wording = term.wording(language)
        names.setdefault(wording.name, term.code)
        for form in wording.variants:
            if not is_chinese or len(form) >= SHORTEST_VARIANT:
                variants.setdefault(form, term.code)
    forms = {**variants, **names}
    if is_chinese:
        # A title that is no term is passed over whole.
        return Finder(re.compile(rf"{_any_of(forms)}|《[^》]*》"), forms, {})
    forms = {other: code for form, code in forms.items() for other in _singular_and_plural(form)} | forms
    capitalised = {form[0].upper() + form[1:]: code for form, code in forms.items()}
    pattern = re.compile(rf"(?<![\w/-]){_any_of([*forms, *capitalised])}(?![\w/-]|\.\w)")
    return Finder(pattern, forms, capitalised)


def _singular_and_plural(form: str) -> tuple[str, str]:
    if form.endswith("ies"):
        return form, f"{form[:-3]}y"
    if form.endswith("s"):
        return form, form[:-1]
    return form, f"{form[:-1]}ies" if re.search("[^aeiou]y$", form) else f"{form}s"


def _any_of(forms: Iterable[str]) -> str:
    """Return an expression for any of the forms, the longest first, put together by their first letters.

    At most places of a text no form begins with the letter there, and all others are passed over at once.
    """
    begun: defaultdict[str, list[str]] = defaultdict(list)
    for form in sorted(set(forms), key=lambda form: (-len(form), form)):
        begun[form[0]].append(re.escape(form[1:]))
    either = "|".join(f"{re.escape(letter)}(?:{'|'.join(rests)})" for letter, rests in begun.items())
    return f"(?:{either})"
