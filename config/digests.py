"""Digests by mail: what has changed since the last one, to each member of staff who asked for it.

A digest is sent first, and then it is noted up to which revision it tells. So none is lost, whatever happens between;
where the machine stops just there, it comes once more, under the same Message-ID, by which most mailboxes know it.
"""

import logging
from collections.abc import Iterator
from smtplib import SMTPException
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from config.feed import address_of, records_of, title_of
from config.following import NotFollowable, followed_at
from config.models import Subscription
from publishing.models import ContentChange, Dataset

logger = logging.getLogger(__name__)

#: Changes that a digest names; it counts the others.
NAMED = 100


def is_configured() -> bool:
    """Tell whether the portal can send mail."""
    return bool(settings.EMAIL_HOST and settings.MAIL_FROM and settings.PORTAL_ADDRESS)


def send_digests() -> tuple[int, int]:
    """Send each digest that has something to tell.

    Returns:
        How many were sent, and how many could not be: these come next time.
    """
    sent = failed = 0
    reading = {"user__is_active": True, "user__is_staff": True}
    for one in Subscription.objects.filter(**reading).exclude(user__email="").select_related("user"):
        revision = Dataset.current().revision
        with override(one.language):
            try:
                message = _message(one, revision)
                if message:
                    message.send()
                    sent += 1
            except (SMTPException, OSError, NotFollowable):
                logger.exception("The digest %s was not sent", one.pk)
                failed += 1
                continue
        # Only this column: its owner may have changed the others meanwhile.
        Subscription.objects.filter(pk=one.pk).update(revision=revision)
    return sent, failed


def _message(one: Subscription, revision: int) -> EmailMessage | None:
    """Return the digest up to a revision, in the active language; None where nothing has changed."""
    changes = ContentChange.objects.filter(revision__gt=one.revision, revision__lte=revision)
    followed = followed_at(one.address) if one.address else None
    title = followed.title if followed else _("Changes to the content")
    newest: dict[tuple[str, str], ContentChange] = {}
    for change in followed.among(changes) if followed else changes.order_by("-pk").iterator():
        newest.setdefault((change.kind, change.key), change)
    if not newest:
        return None
    count = ngettext("%(n)s record changed: %(what)s", "%(n)s records changed: %(what)s", len(newest))
    host = urlsplit(settings.PORTAL_ADDRESS).hostname
    return EmailMessage(
        subject=count % {"n": len(newest), "what": title},
        body="\n".join(_lines(one, list(newest.values()), title)),
        from_email=settings.MAIL_FROM,
        to=[one.user.email],
        headers={
            "Message-ID": f"<digest-{one.pk}-{one.revision}-{revision}@{host}>",
            "Auto-Submitted": "auto-generated",
        },
    )


def _lines(one: Subscription, changes: list[ContentChange], title: str) -> Iterator[str]:
    yield title
    if one.address:
        yield urljoin(settings.PORTAL_ADDRESS, one.address)
    named = changes[:NAMED]
    records: dict[Any, Any] = records_of(named)
    for change in named:
        record = records.get((change.kind, change.key))
        yield f"\n{title_of(change, record)}"
        yield urljoin(settings.PORTAL_ADDRESS, address_of(change, record))
    if rest := len(changes) - len(named):
        yield "\n" + ngettext("%(n)s more is not named here.", "%(n)s more are not named here.", rest) % {"n": rest}
    yield "\n" + _("You asked for this digest. Change or end it here:")
    yield urljoin(settings.PORTAL_ADDRESS, reverse("admin:config_subscription_change", args=[one.pk]))
