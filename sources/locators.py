"""Locators: where in a source a statement stands, written without a language and shown in one."""

import re

from django.utils.translation import gettext as _

#: A place with its sub-items, para-29(c)(i), or a range of paragraphs, paras-32-33.
LOCATOR_PATTERN = (
    r"^(paras-(?P<first>[0-9]+)-(?P<last>[0-9]+)"
    r"|(?P<kind>para|article|page|footnote|section|annex|title)(-(?P<place>[A-Za-z0-9.]+(\([a-z0-9]+\))*))?)$"
)

_LOCATOR = re.compile(LOCATOR_PATTERN)

#: Longest locator and number in one that the database stores.
MAX_LOCATOR, MAX_DIGITS = 60, 6


def is_locator(text: str) -> bool:
    """Tell whether ``text`` is a locator; a range must go upwards, and only annex and title stand without a place."""
    match = _LOCATOR.fullmatch(text)
    if match is None or len(text) > MAX_LOCATOR or re.search(rf"[0-9]{{{MAX_DIGITS + 1}}}", text):
        return False
    if match["first"]:
        return int(match["first"]) < int(match["last"])
    return match["place"] is not None or match["kind"] in {"annex", "title"}


def display_locator(locator: str) -> str:
    """Return ``locator`` in words of the active language: "paras. 32–33", "第32至33段"."""
    match = _LOCATOR.match(locator)
    if match is None:
        return locator
    if match["first"]:
        return _("paras. %(first)s–%(last)s") % {"first": match["first"], "last": match["last"]}
    if match["place"] is None:
        return _("title") if match["kind"] == "title" else _("annex")
    templates = {
        "para": _("para. %(place)s"),
        "article": _("Art. %(place)s"),
        "page": _("p. %(place)s"),
        "footnote": _("footnote %(place)s"),
        "section": _("section %(place)s"),
        "annex": _("annex %(place)s"),
        "title": _("title %(place)s"),
    }
    return templates[match["kind"]] % {"place": match["place"]}


def paragraphs_in(locator: str) -> list[int]:
    """Return the numbers of the paragraphs that ``locator`` covers, none where it names another place."""
    match = _LOCATOR.match(locator)
    if match is None:
        return []
    if match["first"]:
        return list(range(int(match["first"]), int(match["last"]) + 1))
    number = re.match(r"[0-9]+", match["place"] or "")
    return [int(number[0])] if match["kind"] == "para" and number else []


def anchor(locator: str) -> str:
    """Return the id of the first cited place on the source's page, such as "para-14"; empty for the whole source."""
    match = _LOCATOR.match(locator)
    if match is None:
        return ""
    if paragraphs := paragraphs_in(locator):
        return f"para-{paragraphs[0]}"
    return locator if match["kind"] in {"footnote", "article", "page", "section"} else ""
