"""Reading a list's page as a visitor does: the count, the records and the counts beside the values of its filters."""

import re
from collections import defaultdict
from dataclasses import dataclass, field
from html.parser import HTMLParser

#: Elements without an end.
VOID = {"base", "br", "hr", "img", "input", "link", "meta"}


@dataclass
class Value:
    """A value that a filter offers."""

    count: int = -1
    is_disabled: bool = False
    is_chosen: bool = False


@dataclass
class ListPage:
    """What stands on a page of a list."""

    count: int = -1
    #: The addresses inside #results, in their order, without their query.
    links: list[str] = field(default_factory=list)
    #: The address of the next page, where there is one.
    following: str = ""
    facets: dict[str, dict[str, Value]] = field(default_factory=lambda: defaultdict(dict))


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.page = ListPage()
        self.stack: list[tuple[str, str]] = []
        self.select = ""
        self.value: Value | None = None
        self.status: str | None = None
        self.number: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag not in VOID:
            self.stack.append((tag, values.get("id", "")))
        if tag == "select":
            self.select = values["name"]
        elif tag == "option" and self.select and values["value"]:
            self._offer(self.select, values, "selected")
            self.number = ""
        elif tag == "input" and values.get("type") == "checkbox" and not self._is_inside("results"):
            self._offer(values["name"], values, "checked")
        elif tag == "span" and values.get("class") == "n":
            self.number = ""
        elif values.get("role") == "status":
            self.status = ""
        elif tag == "a" and self._is_inside("results"):
            if values.get("rel") == "next":
                self.page.following = values["href"]
            self.page.links.append(values["href"].partition("?")[0])

    def handle_endtag(self, tag: str) -> None:
        while self.stack and self.stack.pop()[0] != tag:
            pass
        if tag == "select":
            self.select = ""
        if tag in {"span", "option"} and self.number is not None and self.value is not None:
            self.value.count = int(re.findall(r"\d+", self.number)[-1])
            self.number = None
        if tag == "p" and self.status is not None:
            self.page.count = int("".join(re.findall(r"\d+", self.status)))
            self.status = None

    def handle_data(self, data: str) -> None:
        if self.number is not None:
            self.number += data
        if self.status is not None:
            self.status += data

    def _offer(self, name: str, values: dict[str, str], chosen: str) -> None:
        self.value = Value(is_disabled="disabled" in values, is_chosen=chosen in values)
        self.page.facets[name][values["value"]] = self.value

    def _is_inside(self, name: str) -> bool:
        return any(one == name for _tag, one in self.stack)


def read(html: str) -> ListPage:
    """Return what stands on a list's page."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.page
