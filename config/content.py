"""Loading the content of all apps."""

import hashlib
from collections.abc import Callable
from pathlib import Path

from django.db import transaction
from django.utils import translation

from centres.content import RECORD_TYPES as CENTRES
from mechanisms.content import RECORD_TYPES as MECHANISMS
from publishing import upkeep
from publishing.content.building import Builder
from publishing.content.reading import ContentError, read_files
from publishing.content.writing import Change, write
from publishing.history import attributed
from publishing.index import rebuild
from publishing.models import Dataset, IndexEntry
from regions.content import RECORD_TYPES as REGIONS
from search.content import RECORD_TYPES as SEARCH
from sources.content import RECORD_TYPES as SOURCES
from sources.content import parse_citation

#: In an order in which each list refers only to earlier ones.
RECORD_TYPES = [*SOURCES, *REGIONS, *MECHANISMS, *CENTRES, *SEARCH]


def content_hash(folder: Path) -> str:
    """Return a checksum of all files under ``folder``, names included."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.yaml")):
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def check_content(folder: Path) -> Builder:
    """Return the records of ``folder``, built and found free of faults; the database stays as it is.

    Raises:
        ContentError: with every fault that was found.
    """
    builder = Builder(RECORD_TYPES, parse_citation)
    # One language while building: the undetermined column that modeltranslation keeps
    # beside those of the languages takes the active one's text.
    with translation.override("en"):
        builder.build(list(read_files(folder)))
        if not builder.faults:
            builder.check_constraints()
    if builder.faults:
        raise ContentError(builder.faults)
    return builder


def load_content(folder: Path, report: Callable[[Change], None]) -> bool:
    """Make the database hold exactly the content of ``folder``; all of it or, on any fault, nothing.

    Returns:
        Whether anything changed; then the dataset's revision went up by one.

    Raises:
        ContentError: the content has faults; the database is as it was.
    """
    checksum = content_hash(folder)
    builder = check_content(folder)
    with translation.override("en"), transaction.atomic(), upkeep.paused(), attributed(None, "load_content"):
        changes = write(builder, RECORD_TYPES, report)
        keys = [key for change in changes for key in change.keys]
        if keys:
            upkeep.record_changes(keys)
        if keys or not IndexEntry.objects.exists():
            rebuild()
        Dataset.objects.update_or_create(pk=1, defaults={"content_hash": checksum})
    return bool(keys)
