"""What a result shows: its title and the places where the words stand, marked in the texts as they are stored."""

from dataclasses import dataclass
from functools import cached_property

from django.urls import get_script_prefix
from django.utils.translation import get_language
from modeltranslation.utils import build_localized_fieldname

from publishing.languages import content_text
from publishing.models import IndexEntry
from publishing.text import marked, normalise
from search.kinds import kinds
from search.querysets import languages
from search.reading import Part

#: A text in pieces, each with whether it is marked.
Pieces = list[tuple[str, bool]]

#: How many lines of a record's text a result shows, and how much of each before and after the words.
LINES, BEFORE, AFTER = 2, 50, 110


@dataclass(frozen=True)
class Result:
    """A record that was found."""

    entry: IndexEntry
    parts: list[Part]

    def get_absolute_url(self) -> str:
        """Return the record's page in the active language."""
        return f"{get_script_prefix()}{get_language()}/{self.entry.path}"

    @property
    def kind_name(self) -> str:
        """Return what the record is, in the active language."""
        return str(kinds()[self.entry.kind]._meta.verbose_name)

    def text(self, field: str, language: str) -> str:
        """Return a text of the entry in a language."""
        return getattr(self.entry, build_localized_fieldname(field, language)) or ""

    @cached_property
    def hits(self) -> list[str]:
        """Return the languages whose texts meet the query: all of it, or, if none does, a part of it.

        A code that repeats the address is no text; where nothing else has the words, it speaks for every language.
        """
        met = {code: [_meets(part, self._texts(code)) for part in self.parts] for code in languages()}
        return [code for code in met if all(met[code])] or [code for code in met if any(met[code])] or languages()

    def _texts(self, language: str) -> list[str]:
        """Return the title and the lines of the text, normalised, less codes that repeat the address."""
        lines = self.text("body", language).split("\n")
        telling = [line for line in lines if line not in self.entry.path]
        return [normalise(line) for line in (self.text("title", language), *telling)]

    @property
    def language(self) -> str:
        """Return the language in which it is shown: the active one where the words stand in it."""
        return self.hits[0]

    @property
    def is_in_other(self) -> bool:
        """Tell whether the words stand in the other language only."""
        return self.language != languages()[0]

    @property
    def title(self) -> str:
        """Return the title in the active language."""
        return content_text(self.text("title", languages()[0]))

    @property
    def marked_title(self) -> Pieces:
        """Return the title with marks, in the language that has the words."""
        return marked(self.text("title", self.language), self._wanted)

    @property
    def snippets(self) -> list[Pieces]:
        """Return the first places in the text with marks, in the language that has the words."""
        return [marked(line, self._wanted) for line in self.lines(self.language)]

    @property
    def hint(self) -> str:
        """Return why it is suggested, where its title in the active language does not say so itself."""
        title = self.text("title", self.language)
        if all(_meets(part, [normalise(title)]) for part in self.parts):
            return title if self.is_in_other else ""
        return next(iter(self.lines(self.language)), "")

    def lines(self, language: str) -> list[str]:
        """Return the first places in the text in a language where a word stands, cut to what is around it."""
        wanted = self._wanted
        hits = [line for line in self.text("body", language).split("\n") if _has_any(line, wanted)]
        # A code that only repeats the address says something only where nothing else has the words.
        is_titled = _has_any(self.text("title", language), wanted)
        telling = [line for line in hits if line not in self.entry.path]
        return [_cut(line, wanted) for line in (telling or ([] if is_titled else hits))[:LINES]]

    @cached_property
    def _wanted(self) -> list[str]:
        return [text for part in self.parts for text in part.wanted]


def results(entries: list[IndexEntry], parts: list[Part]) -> list[Result]:
    """Return the entries as results of the query of these parts."""
    return [Result(entry, parts) for entry in entries]


def _meets(part: Part, texts: list[str]) -> bool:
    def has(term: str) -> bool:
        return any(term in text for text in texts)

    return all(map(has, part.words)) or any(has(normalise(form)) for form in part.synonyms)


def _has_any(text: str, wanted: list[str]) -> bool:
    folded = normalise(text)
    return any(term in folded for term in wanted)


def _cut(line: str, wanted: list[str]) -> str:
    """Return the part of a line around the first word, with an ellipsis where it goes on."""
    first, is_term = marked(line, wanted)[0]
    start = 0 if is_term else max(0, len(first) - BEFORE)
    end = start + BEFORE + AFTER
    # Not inside a word, where words have spaces between them.
    if start and (gap := line.find(" ", start, start + BEFORE // 2)) >= 0:
        start = gap + 1
    if end < len(line) and (gap := line.rfind(" ", end - BEFORE // 2, end)) > 0:
        end = gap
    return f"{'…' if start else ''}{line[start:end]}{'…' if end < len(line) else ''}"
