"""Files that take long to make: each is made once for a state of the content, and kept for who asks next."""

import hashlib
import logging
import tempfile
from collections.abc import Callable
from pathlib import Path
from threading import RLock

from django.conf import settings

from publishing.conditional import State, program
from publishing.filters import today
from publishing.models import Dataset

logger = logging.getLogger(__name__)

#: A file may be made of another.
_making = RLock()


def kept(name: str, make: Callable[[State], bytes]) -> tuple[bytes, State]:
    """Return a file of the dataset as it is now, made if nobody asked for it before, and which state it is.

    Args:
        name: tells it from other files.
        make: returns its content; called again where the dataset changes meanwhile.
    """
    # One at a time: the others find the file when they come to it.
    with _making:
        shown = _now()
        while True:
            path = _path(name, shown)
            try:
                return path.read_bytes(), shown
            except FileNotFoundError:
                content = make(shown)
            if (now := _now()) == shown:
                try:
                    _keep(path, content, name)
                except OSError as error:
                    # The disk is full: it is made anew for the next reader.
                    logger.error("The file %s is not kept: %s", name, error)
                return content, shown
            # The content changed meanwhile: some parts are of the state before, some of the one after.
            shown = now


def _now() -> State:
    dataset = Dataset.current()
    return State(dataset.revision, dataset.changed_at, today())


def _path(name: str, shown: State) -> Path:
    """Return where the file of a state is kept: of content, date shown and program."""
    digest = hashlib.sha256("\n".join(map(str, (*shown, program()))).encode()).hexdigest()[:16]
    return Path(settings.VAR_DIR) / "export" / f"{name}-{shown.revision}-{digest}"


def _keep(path: Path, content: bytes, name: str) -> None:
    """Write a file that has its name only when it is whole, and remove those of other states."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        written = Path(folder) / path.name
        written.write_bytes(content)
        written.replace(path)
    for old in path.parent.glob(f"{name}-[0-9]*"):
        if old != path:
            old.unlink(missing_ok=True)
