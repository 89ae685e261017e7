"""The two-person rule: an editor's change waits until a publisher approves it.

What is proposed is worked out by doing it: the change is made as always, read off, and rolled back.
"""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from django.apps import apps
from django.conf import settings
from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone
from django.utils.translation import gettext as _

from editing.changes import ChangedSince, make_changes, resting
from editing.models import Proposal, ProposalStatus
from publishing.content.dumping import raw_of, stored
from publishing.history import attributed
from publishing.index import kind_of
from publishing.models import ChangeAction, ContentChange, Dataset, FormerCode, KeyedModel
from publishing.registry import record_type_of

Result = TypeVar("Result")


class ProposalError(Exception):
    """A proposal cannot be made or approved; the text says why."""


def must_propose(user: Any) -> bool:
    """Say whether what ``user`` changes waits for a publisher."""
    return settings.TWO_PERSON_RULE and not user.has_perm(settings.PUBLISH_RIGHT)


def proposed(user: Any, reason: str, work: Callable[[], Result]) -> tuple[Result, Proposal | None]:
    """Do some work on the content and take it back; return its result and the proposal to do it.

    Where nothing of the content would change there is no proposal.

    Raises:
        ProposalError: the work renames a record.
    """
    with transaction.atomic():
        Dataset.lock()
        revision = Dataset.current().revision
        result = work()
        actions = _actions(ContentChange.objects.filter(revision__gt=revision).order_by("pk"))
        if not actions:
            return result, None
        after = {place: _raw(*place) for place in actions}
        transaction.set_rollback(True)
    if any(model is FormerCode for model, _key in actions):
        raise ProposalError(_("A record is renamed by publishers only."))
    changes = []
    for (model, key), action in actions.items():
        states = {"before": _raw(model, key), "after": after[model, key]}
        if states["before"] != states["after"]:
            changes.append({"kind": kind_of(model), "key": key, "action": action, **states})
    if not changes:
        return result, None
    return result, Proposal.objects.create(author=user, reason=reason, revision=revision, changes=changes)


def _actions(changes: Iterable[ContentChange]) -> dict[tuple[type[KeyedModel], str], ChangeAction]:
    """Return what was done, on the whole, to each record."""
    found: dict[tuple[type[KeyedModel], str], list[str]] = {}
    for one in changes:
        model: Any = apps.get_model(one.kind)
        # A place in a source is made with the statement that cites it.
        if not record_type_of(model).implied:
            found.setdefault((model, one.key), []).append(one.action)
    actions = {}
    for place, done in found.items():
        is_new, is_gone = done[0] == ChangeAction.ADDED, done[-1] == ChangeAction.REMOVED
        if not (is_new and is_gone):
            actions[place] = ChangeAction.ADDED if is_new else ChangeAction.REMOVED if is_gone else ChangeAction.CHANGED
    return actions


def _raw(model: type[KeyedModel], key: str) -> dict[str, Any] | None:
    """Return a stored record in its raw form; None where there is none."""
    record = model.by_key(stored(model), [key]).get(key)
    return None if record is None else raw_of(record, record_type_of(model))


def approve(proposal: Proposal, user: Any, note: str) -> None:
    """Make the changes of a proposal, all or none, in its author's name.

    Raises:
        ProposalError: it is decided, it is the reader's own, or a record has changed since.
        ContentError: a record is not right any more, with all that is wrong.
    """
    with transaction.atomic():
        Dataset.lock()
        proposal = _decided(proposal, user, ProposalStatus.APPROVED, note)
        if proposal.author == user:
            raise ProposalError(_("Somebody else must approve what you proposed."))
        reason = _("%(reason)s (approved by %(name)s)") % {"reason": proposal.reason, "name": user.get_username()}
        with attributed(proposal.author, reason):
            try:
                make_changes(proposal.changes)
            except ChangedSince as error:
                raise ProposalError(_("%(key)s has changed since: propose it anew.") % {"key": error}) from error
            except ProtectedError as error:
                raise ProposalError(resting(error)) from error


def return_to_author(proposal: Proposal, user: Any, note: str) -> None:
    """Give a proposal back with a note that says what is to be done; raise ProposalError where it is decided."""
    if not note.strip():
        raise ProposalError(_("Say in the note what is to be done."))
    with transaction.atomic():
        _decided(proposal, user, ProposalStatus.RETURNED, note)


def withdraw(proposal: Proposal, user: Any, note: str) -> None:
    """Take back one's own proposal; raise ProposalError where it is another's or decided."""
    with transaction.atomic():
        if _decided(proposal, user, ProposalStatus.WITHDRAWN, note).author != user:
            raise ProposalError(_("Only its author withdraws a proposal."))


def _decided(proposal: Proposal, user: Any, status: ProposalStatus, note: str) -> Proposal:
    """Return the proposal, locked and decided."""
    held = Proposal.objects.select_for_update().get(pk=proposal.pk)
    if held.status != ProposalStatus.OPEN:
        raise ProposalError(_("This proposal is decided already."))
    held.status, held.decided_by, held.decided_at, held.note = status, user, timezone.now(), note
    held.save()
    return held
