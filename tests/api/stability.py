"""What scripts rest on in version 1 of the API, as tests/api/v1.json has it: nothing of it may disappear.

python -m tests.api.stability    adds to the file what docs/openapi.yaml has beyond it
"""

import json
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
FROZEN = Path(__file__).with_name("v1.json")

#: A place in the document, and what stands there: lists of names, which may grow.
Promises = dict[str, list[str]]


def promises(schema: dict[str, Any]) -> Promises:
    """Return what an OpenAPI document promises: parameters and their values, answers, fields and their types."""
    found: Promises = {}
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            place = f"{method} {path}"
            found[place] = sorted(operation["responses"])
            for parameter in operation.get("parameters", []):
                described = parameter["schema"].get("items", parameter["schema"])
                kinds = [f"type {parameter['schema']['type']}", *map(str, described.get("enum", []))]
                found[f"{place} ? {parameter['name']}"] = kinds
            for status, answer in operation["responses"].items():
                if content := answer.get("content"):
                    found[f"{place} {status}"] = sorted(content)
    for name, component in schema["components"]["schemas"].items():
        for field, described in component.get("properties", {}).items():
            found[f"{name}.{field}"] = _types(described)
        if "enum" in component:
            found[name] = [str(value) for value in component["enum"]]
    return found


def _types(described: dict[str, Any]) -> list[str]:
    """Return the types of a field in words."""
    if "$ref" in described:
        return [described["$ref"].rpartition("/")[2]]
    for several in ("oneOf", "anyOf", "allOf"):
        if several in described:
            return [kind for one in described[several] for kind in _types(one)]
    kind = described.get("type", "any")
    kinds = kind if isinstance(kind, list) else [kind]
    return [*kinds, *(f"of {inner}" for inner in (_types(described["items"]) if "items" in described else []))]


def broken(before: Promises, now: Promises) -> list[str]:
    """Return what ``before`` promises and ``now`` does not."""
    gone = [f"{place} is gone" for place in before if place not in now]
    return gone + [
        f"{place}: {name} is gone"
        for place, names in before.items()
        if place in now
        for name in names
        if name not in now[place]
    ]


def document() -> dict[str, Any]:
    """Return the committed document."""
    text = (ROOT / "docs" / "openapi.yaml").read_text(encoding="utf-8")
    # A safe loader, in C: the document is long.
    read: dict[str, Any] = yaml.load(text, Loader=yaml.CSafeLoader)
    return read


def committed() -> Promises:
    """Return the promises of the committed document."""
    return promises(document())


def frozen() -> Promises:
    """Return the promises that were made."""
    read: Promises = json.loads(FROZEN.read_text(encoding="utf-8"))
    return read


def main() -> None:
    """Write down new promises; those made stay."""
    before = frozen() if FROZEN.exists() else {}
    now = committed()
    every = {place: list(dict.fromkeys([*before.get(place, []), *now.get(place, [])])) for place in {**before, **now}}
    lines = [f"{json.dumps(place)}: {json.dumps(every[place])}" for place in sorted(every)]
    FROZEN.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
