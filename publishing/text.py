"""Text as the search reads it: one form for what is written in many ways, and the grams that the index holds."""

import re
import sys
import unicodedata
from collections.abc import Iterable
from functools import cache
from itertools import pairwise
from typing import Any

from opencc import OpenCC

#: A run of Chinese characters, kana or Hangul, or a run of other letters and digits.
CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
RUNS = re.compile(rf"[{CJK}]+|[^\W_{CJK}]+")
IS_CJK = re.compile(f"[{CJK}]")
QUOTED = re.compile(r'"([^"]*)"|(\S+)')

HYPHENS = set(range(0x2010, 0x2016)) | {0x2212, 0xFE58, 0xFE63, 0xFF0D}
#: What readers type as straight quotes.
QUOTES = {0x2018: "'", 0x2019: "'", 0x02BC: "'", 0x201C: '"', 0x201D: '"'}
#: Grams that one query asks for: more make no answer smaller and only the statement longer.
MOST_GRAMS = 40


@cache
def _traditional() -> OpenCC:
    return OpenCC("t2s")


class _Folding(dict[int, str]):
    """What each character becomes, worked out when it first occurs."""

    def __missing__(self, code: int) -> str:
        folded = self.folded(code)
        self[code] = folded
        return folded

    def folded(self, code: int) -> str:
        """Return what a character becomes, without keeping it."""
        if code in HYPHENS:
            return "-"
        if code in QUOTES:
            return QUOTES[code]
        character = chr(code)
        if character.isspace():
            return " "
        if unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Cn"}:
            return ""
        plain = unicodedata.normalize("NFKC", character).casefold()
        if IS_CJK.match(plain):
            return str(_traditional().convert(plain))
        # Accents go: a reader without the key types "Cote d'Ivoire".
        parts = unicodedata.normalize("NFKD", plain)
        return "".join("-" if ord(one) in HYPHENS else one for one in parts if not unicodedata.combining(one))


FOLDING = _Folding()


def normalise(text: str) -> str:
    """Return ``text`` without what readers do not tell apart.

    Case, accents, full and half width, the kinds of hyphen, quotation marks and spaces, traditional
    and simplified characters; control characters go. The result of each character does not depend
    on its neighbours, spaces apart, so that marks can be set on the original (see ``marked``).
    """
    return " ".join(text.translate(FOLDING).split())


def folding_table(texts: Iterable[str]) -> dict[str, Any]:
    """Return how a script makes of a query the terms that ``typed_terms`` makes of it, to look for them in ``texts``.

    A character that becomes what is in none of the texts is left out: no query with it finds anything.

    Returns:
        ``quotes``: what is read as a straight quotation mark, by what is typed. ``spaces`` and ``dropped``: which
        characters part words, and which go, each as the inside of a regular expression's class. ``folding``: by what
        is found in texts, the characters that become it.
    """
    known = set().union(" -'\"", *texts)
    folding: dict[str, str] = {}
    kinds: dict[str, list[int]] = {"spaces": [], "dropped": []}
    for code in range(sys.maxunicode + 1):
        character = chr(code)
        if character.isspace():
            kinds["spaces"].append(code)
        # Those of the categories C go, which every browser knows by itself: a million of them.
        elif unicodedata.category(character)[0] != "C":
            folded = FOLDING.folded(code)
            if not folded:
                kinds["dropped"].append(code)
            elif folded != character and known.issuperset(folded):
                folding[folded] = folding.get(folded, "") + character
    quotes = {chr(code): sign for code, sign in QUOTES.items()}
    classes = {kind: _class_of(codes) for kind, codes in kinds.items()}
    return {"quotes": quotes, "folding": folding, **classes, "dropped": "\\p{C}" + classes["dropped"]}


def _class_of(codes: list[int]) -> str:
    """Return characters, in order, as the inside of a class of a JavaScript regular expression."""
    spans: list[list[int]] = []
    for code in codes:
        if spans and spans[-1][1] == code - 1:
            spans[-1][1] = code
        else:
            spans.append([code, code])
    return "".join(f"\\u{{{first:x}}}-\\u{{{last:x}}}" for first, last in spans)


def terms(query: str) -> list[str]:
    """Return the normalised terms of a query, each once: what stands in quotation marks is one term."""
    return list(typed_terms(query))


def typed_terms(query: str) -> dict[str, str]:
    """Return the normalised terms of a query, each with how it was typed."""
    found: dict[str, str] = {}
    for quoted, word in QUOTED.findall(normalise_quotes(query)):
        typed = quoted or word
        # Quotation marks of other kinds, and odd ones, are in no text that a reader looks for.
        if term := normalise(normalise(typed).replace('"', "")):
            found.setdefault(term, typed.strip())
    return found


def normalise_quotes(query: str) -> str:
    """Return the query with straight quotation marks."""
    return query.translate(QUOTES)


def grams(text: str) -> set[str]:
    """Return the grams of a normalised text.

    Of Chinese, each character and each two that follow each other; of other words, each three
    letters, so that a part of a word is found too. Shorter words have none: no index narrows them.
    """
    found: set[str] = set()
    for run in RUNS.findall(text):
        if IS_CJK.match(run):
            found.update(run)
            found.update(a + b for a, b in pairwise(run))
        else:
            found.update(run[start : start + 3] for start in range(len(run) - 2))
    return found


def needed_grams(term: str) -> set[str]:
    """Return grams that every text with ``term`` has; of Chinese the pairs, which say more than the characters."""
    needed: set[str] = set()
    for run in RUNS.findall(term):
        needed |= grams(run) if len(run) == 1 else {gram for gram in grams(run) if len(gram) > 1}
        if len(needed) > MOST_GRAMS:
            break
    return set(sorted(needed)[:MOST_GRAMS])


def marked(text: str, wanted: list[str]) -> list[tuple[str, bool]]:
    """Cut a text at the places where a term occurs.

    Args:
        text: as it is stored.
        wanted: normalised terms.

    Returns:
        The pieces in order, each with whether it is a term; joined they are ``text``.
    """
    folded, places = "", []
    for place, character in enumerate(text):
        piece = FOLDING[ord(character)]
        if piece == " " and folded.endswith(" "):
            continue
        folded += piece
        places += [place] * len(piece)
    is_marked = [False] * len(text)
    for term in wanted:
        start = folded.find(term)
        while start >= 0:
            for place in range(places[start], places[start + len(term) - 1] + 1):
                is_marked[place] = True
            start = folded.find(term, start + len(term))
    pieces: list[tuple[str, bool]] = []
    for character, is_term in zip(text, is_marked, strict=True):
        if pieces and pieces[-1][1] == is_term:
            pieces[-1] = (pieces[-1][0] + character, is_term)
        else:
            pieces.append((character, is_term))
    return pieces
