"""Reading YAML files into raw records that know where they stand."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml


@dataclass(frozen=True)
class Fault:
    """What is wrong with the content: one line for the reader."""

    file: str
    line: int
    record: str
    field: str
    message: str

    def __str__(self) -> str:
        place = ", ".join(part for part in (self.record, self.field) if part)
        return (
            f"{self.file}:{self.line}: {place}: {self.message}" if place else f"{self.file}:{self.line}: {self.message}"
        )


class ContentError(Exception):
    """The content has faults; nothing was written."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = faults


class Record(dict[str, Any]):
    """A mapping of a YAML file, with its line."""

    line = 0


class _Loader(yaml.CSafeLoader):
    """YAML without its surprises: ``NO`` is Norway, a date is text, a repeated key is a fault."""

    yaml_implicit_resolvers: dict[str, Any] = {}


_Loader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"^(?:~|null|)$"), ["~", "n", ""])
_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), ["t", "f"])
_Loader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"^-?(?:0|[1-9][0-9]*)$"), list("-0123456789"))
_Loader.add_implicit_resolver("tag:yaml.org,2002:float", re.compile(r"^-?[0-9]+\.[0-9]+$"), list("-0123456789"))


def _mapping(loader: _Loader, node: yaml.MappingNode) -> Record:
    record = Record()
    record.line = node.start_mark.line + 1
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node)
        if key in record:
            raise yaml.constructor.ConstructorError(None, None, f"the key {key!r} stands twice", key_node.start_mark)
        record[key] = loader.construct_object(value_node, deep=True)
    return record


_Loader.add_constructor("tag:yaml.org,2002:map", _mapping)


@dataclass
class RawFile:
    """The lists of one file."""

    name: str
    lists: dict[str, list[Any]] = field(default_factory=dict)


def read_files(folder: Path) -> Iterator[RawFile]:
    """Yield every YAML file under ``folder``, in the order of their paths.

    Raises:
        ContentError: a file is not UTF-8 YAML, or not a mapping of list names to lists.
    """
    for path in sorted(folder.rglob("*.yaml")):
        name = path.relative_to(folder.parent).as_posix()
        try:
            # The loader is a safe one: it makes only plain values.
            data = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506
        except yaml.MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else 1
            raise ContentError([Fault(name, line, "", "", f"not readable as YAML: {error.problem}")]) from error
        except UnicodeDecodeError as error:
            raise ContentError([Fault(name, 1, "", "", "not UTF-8")]) from error
        if not isinstance(data, dict) or not all(isinstance(value, list) for value in data.values()):
            raise ContentError([Fault(name, 1, "", "", "a file is a mapping from list names to lists of records")])
        yield RawFile(name, data)
