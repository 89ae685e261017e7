"""Freezing a page: the same page of the same revision has the same code, and the same content is kept once."""

import hashlib
import json
from itertools import count
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, IntegrityError, transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from publishing.conditional import snapshot
from publishing.models import Dataset
from publishing.replicas import reading_alias
from quoting.models import ALPHABET, LENGTH, FrozenContent, FrozenView
from quoting.quotable import NotQuotable, Statement, statement

#: Bytes that a quotation takes beside its content, at most: its address, its row and the indexes.
VIEW_BYTES = 5000


class QuotesFull(Exception):
    """All that is kept for quotations is in use."""


def canonical(content: dict[str, Any]) -> str:
    """Return content as JSON in one form, whose checksum anybody can compute: keys in order, no space, UTF-8."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def freeze(address: str) -> FrozenView:
    """Keep what the page at ``address`` shows now; return what is kept already if it is the same.

    Raises:
        NotQuotable: the page cannot be quoted, or is too big.
        QuotesFull: there is no room.
    """
    # The revision must be that of the rows.
    with snapshot():
        revision = Dataset.current().revision
        found = statement(address)
    body = canonical(found.content)
    size = len(body.encode())
    if size > settings.QUOTE_BYTES:
        text = _("The page has too much in it: a quotation holds %(most)s kilobytes. Choose fewer rows or columns.")
        raise NotQuotable(text % {"most": settings.QUOTE_BYTES // 1000})
    checksum = hashlib.sha256(body.encode()).hexdigest()
    for attempt in count():
        code = _code(found, revision, checksum, attempt)
        held = FrozenView.objects.filter(code=code).first()
        if held is None:
            try:
                return _keep(code, found, revision, FrozenContent(checksum=checksum, body=body, size=size))
            except IntegrityError:
                # Another request was quicker, perhaps with the same.
                held = FrozenView.objects.get(code=code)
        if (held.address, held.as_of, held.revision, held.content_id) == (
            found.address,
            found.as_of,
            revision,
            checksum,
        ):
            return held
    raise AssertionError("there is always another code")


def _keep(code: str, found: Statement, revision: int, content: FrozenContent) -> FrozenView:
    used = FrozenContent.objects.aggregate(size=Sum("size"))["size"] or 0
    if used + FrozenView.objects.count() * VIEW_BYTES + content.size > settings.QUOTES_BYTES:
        raise QuotesFull
    with transaction.atomic():
        FrozenContent.objects.bulk_create([content], ignore_conflicts=True)
        return FrozenView.objects.create(
            code=code,
            address=found.address,
            language=found.language,
            as_of=found.as_of,
            revision=revision,
            content=content,
        )


def _code(found: Statement, revision: int, checksum: str, attempt: int) -> str:
    """Return the code that follows from what is frozen, or the next one where others have it."""
    asked = "\n".join(map(str, (found.address, found.as_of, revision, checksum, attempt)))
    number = int.from_bytes(hashlib.sha256(asked.encode()).digest())
    code = ""
    for _place in range(LENGTH):
        number, digit = divmod(number, len(ALPHABET))
        code += ALPHABET[digit]
    return code


def frozen(code: str) -> FrozenView | None:
    """Return what has a code; None where nothing has it."""
    views = FrozenView.objects.select_related("content").filter(code=code)
    found = views.first()
    if found is None and reading_alias() != DEFAULT_DB_ALIAS:
        # Freezing raises no revision, so a replica that has not got it yet does not look late.
        found = views.using(DEFAULT_DB_ALIAS).first()
    return found
