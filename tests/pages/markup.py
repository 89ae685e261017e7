"""A page's HTML as a tree, and whether it is well formed; no more than the tests ask of it."""

from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

#: Elements without content, which have no end tag.
VOID = {"br", "hr", "img", "input", "link", "meta", "path", "rect", "source"}


class Element:
    def __init__(self, tag: str, attributes: dict[str, str], parent: "Element | None") -> None:
        self.tag = tag
        self.attributes = attributes
        self.parent = parent
        self.children: list[Element | str] = []

    def __getitem__(self, name: str) -> str:
        return self.attributes[name]

    def get(self, name: str, default: str = "") -> str:
        """Return an attribute, or ``default`` where the element does not have it."""
        return self.attributes.get(name, default)

    @property
    def classes(self) -> set[str]:
        """Return the names in the class attribute."""
        return set(self.get("class").split())

    @property
    def text(self) -> str:
        """Return all text inside, with single spaces."""
        return " ".join("".join(self._texts()).split())

    def _texts(self) -> Iterator[str]:
        for child in self.children:
            if isinstance(child, str):
                yield child
            else:
                yield from child._texts()

    def walk(self) -> Iterator["Element"]:
        """Yield the element and every element inside, in the order of the page."""
        yield self
        for child in self.children:
            if isinstance(child, Element):
                yield from child.walk()

    def all(self, *tags: str, cls: str = "", **attributes: str) -> list["Element"]:
        """Return the elements inside with one of the tags (any where none is given), a class and attributes."""
        return [
            one
            for one in self.walk()
            if one is not self
            and (not tags or one.tag in tags)
            and (not cls or cls in one.classes)
            and all(one.attributes.get(name) == value for name, value in attributes.items())
        ]

    def children_of(self, tag: str) -> list["Element"]:
        """Return the element's own children with the tag."""
        return [one for one in self.children if isinstance(one, Element) and one.tag == tag]

    def one(self, *tags: str, cls: str = "", **attributes: str) -> "Element":
        """Return the only such element inside; fail where there is none or more."""
        found = self.all(*tags, cls=cls, **attributes)
        assert len(found) == 1, f"{len(found)} of {tags} {cls} {attributes}"
        return found[0]


class Markup(HTMLParser):
    """A parsed page: ``root`` and the ``faults`` of its nesting."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.root = self._open = Element("", {}, None)
        self.faults: list[str] = []
        self.feed(text)
        self.close()
        if self._open is not self.root:
            self.faults.append(f"<{self._open.tag}> is not closed")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _value in attrs]
        if len(set(names)) < len(names):
            self.faults.append(f"<{tag}> has an attribute twice: {names}")
        element = Element(tag, {name: value or "" for name, value in attrs}, self._open)
        self._open.children.append(element)
        if tag not in VOID:
            self._open = element

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag != self._open.tag:
            self.faults.append(f"</{tag}> closes <{self._open.tag}> at {self.getpos()}")
        if self._open.parent:
            self._open = self._open.parent

    def handle_data(self, data: str) -> None:
        self._open.children.append(data)


def parse(response: Any) -> Element:
    """Return the page in an answer of the test client."""
    return Markup(response.content.decode()).root
