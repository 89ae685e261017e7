"""What granian can do: it gives back, with nothing in between, what the portal was seen to answer."""

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

FOLDER = Path(os.environ["BARE_FOLDER"])
ANSWERS = {
    f"/{one.name}": ([tuple(pair) for pair in json.loads(one.with_suffix(".json").read_text())], one.read_bytes())
    for one in FOLDER.iterdir()
    if not one.suffix
}


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    headers, body = ANSWERS[environ["PATH_INFO"]]
    start_response("200 OK", headers)
    return [body]
