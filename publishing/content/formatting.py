"""Raw records as YAML that people read, and compare line by line."""

import re
import unicodedata
from typing import Any

import yaml

from publishing.content.reading import RawFile, Record

#: Columns; a line that is wrapped may end with the word that passes the last one.
WIDTH = 100
#: A list or a text in two languages that is longer takes a line for each part; its name and indentation add to it.
SHORT = 85
_DATE = "tag:yaml.org,2002:timestamp"
_NUMBER = "tag:yaml.org,2002:int"
_TEXT = "tag:yaml.org,2002:str"


class _Folded(str):
    """A text that is wrapped at its spaces."""

    __slots__ = ()


class _Dumper(yaml.SafeDumper):
    """One way to write each value: plain where YAML reads that as the same text, otherwise in double quotes."""

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def choose_scalar_style(self) -> str:
        style = super().choose_scalar_style()
        return '"' if style == "'" else style

    # What is not folded stays on one line.
    def write_plain(self, text: str, split: bool = True) -> None:
        super().write_plain(text, split=False)

    def write_double_quoted(self, text: str, split: bool = True) -> None:
        super().write_double_quoted(text, split=False)


# Quoted is what any YAML program would take for something else, such as NO or 010, and for an even look every other
# text of digits and hyphens ("008", "2010-06"); not a full date, whatever its type is elsewhere.
_Dumper.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != _DATE]
    for first, resolvers in yaml.SafeDumper.yaml_implicit_resolvers.items()
}
_Dumper.add_implicit_resolver(_NUMBER, re.compile(r"^(?![0-9]{4}-[0-9]{2}-[0-9]{2}$)[0-9-]+$"), list("0123456789"))


def text_of(file: RawFile) -> str:
    """Return the text of a file; the same records give the same text, and reading it gives the same records."""
    lists = Record(file.lists)
    return yaml.dump(lists, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=WIDTH)


def _columns(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text)


def _is_short(values: list[Any]) -> bool:
    return (
        all(not isinstance(value, dict | list) for value in values) and _columns(", ".join(map(str, values))) <= SHORT
    )


def _mapping(dumper: _Dumper, mapping: dict[str, Any]) -> yaml.Node:
    """Write a record, or a text in each language: on one line if it is short."""
    if isinstance(mapping, Record):
        return dumper.represent_mapping("tag:yaml.org,2002:map", mapping, flow_style=False)
    # The reader takes a line's end for a space, and Chinese has none.
    texts = {
        code: text if code.startswith("zh") or _columns(text) <= WIDTH else _Folded(text)
        for code, text in mapping.items()
    }
    return dumper.represent_mapping("tag:yaml.org,2002:map", texts, flow_style=_is_short(list(texts.values())))


def _list(dumper: _Dumper, values: list[Any]) -> yaml.Node:
    return dumper.represent_sequence("tag:yaml.org,2002:seq", values, flow_style=_is_short(values))


_Dumper.add_representer(dict, _mapping)
_Dumper.add_representer(Record, _mapping)
_Dumper.add_representer(list, _list)
_Dumper.add_representer(_Folded, lambda dumper, text: dumper.represent_scalar(_TEXT, text, style=">"))
