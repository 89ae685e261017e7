"""The content of all apps: loading it from text, and writing it as text."""

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import cast

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from centres.content import RECORD_TYPES as CENTRES
from mechanisms.content import RECORD_TYPES as MECHANISMS
from options.content import RECORD_TYPES as OPTIONS
from options.models import Preset
from publishing import upkeep
from publishing.content.building import Builder, Built, RecordType
from publishing.content.dumping import dump
from publishing.content.formatting import text_of
from publishing.content.reading import ContentError, read_files
from publishing.content.writing import Change, write
from publishing.history import attributed
from publishing.index import kind_of, rebuild
from publishing.models import CodedModel, Dataset, FormerCode, IndexEntry
from regions.content import RECORD_TYPES as REGIONS
from search.content import RECORD_TYPES as SEARCH
from sources.content import RECORD_TYPES as SOURCES


def _check_former_code(built: Built) -> Iterator[tuple[str, str]]:
    former = cast("FormerCode", built.instance)
    kinds = [kind_of(part.model) for part in _PARTS if issubclass(part.model, CodedModel)]
    if former.kind not in kinds:
        yield "kind", _("no records are of this kind; there are: %s") % ", ".join(kinds)


#: In an order in which each list refers only to earlier ones.
RECORD_TYPES = [
    *SOURCES,
    *REGIONS,
    *MECHANISMS,
    *CENTRES,
    *OPTIONS,
    *SEARCH,
    RecordType(FormerCode, "former_codes", check=_check_former_code),
]
_PARTS = [part for one in RECORD_TYPES for part in one.flattened()]


class UnloadedContent(Exception):
    """Writing the database's content into a folder would lose what stands in its files only."""


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
    builder = Builder(RECORD_TYPES)
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
        Dataset.follow()
        changes = write(builder, RECORD_TYPES, report)
        # A question is read by filters, which choose from what is stored.
        builder.check_models([Preset])
        if builder.faults:
            raise ContentError(builder.faults)
        keys = [key for change in changes for key in change.keys]
        if keys:
            upkeep.record_changes(keys)
        if keys or not IndexEntry.objects.exists():
            rebuild()
        Dataset.objects.filter(pk=1).update(content_hash=checksum, followed=False)
    return bool(keys)


def dump_content(folder: Path) -> list[str]:
    """Make ``folder`` hold exactly the content of the database, as the files that ``load_content`` reads.

    Returns:
        The names of the files that were written or removed; the others held it already.

    Raises:
        UnloadedContent: the folder's files are not those that the database was loaded from.
    """
    before = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.yaml")}
    with transaction.atomic():
        # Locked, so that no change of the content ends while the tables are read one after another.
        dataset = Dataset.objects.select_for_update().filter(pk=1).first() or Dataset(pk=1)
        if before and dataset.content_hash != content_hash(folder):
            raise UnloadedContent(folder)
        after = {file.name: text_of(file).encode() for file in dump(RECORD_TYPES)}
        changed = sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
        for name in changed:
            path = folder / name
            if name in after:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(after[name])
            else:
                path.unlink()
        if before:
            dataset.content_hash = content_hash(folder)
            dataset.save(update_fields=["content_hash"])
    return changed
