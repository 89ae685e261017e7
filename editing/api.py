"""Writing through the API: one record as it stands in the fixtures, checked as the loader checks it."""

import re
from collections.abc import Callable
from typing import Any, ClassVar

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from rest_framework import status
from rest_framework.exceptions import APIException
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response

from editing.changes import resting
from editing.proposals import must_propose, proposed
from publishing import history
from publishing.api import PortalViewSet
from publishing.content.building import Built, RecordType
from publishing.content.dumping import raw_of, stored
from publishing.content.reading import ContentError
from publishing.content.saving import build_record, save_record
from publishing.models import ChangeAction, Dataset, KeyedModel
from publishing.problems import InvalidParameters
from publishing.upkeep import changed_since

#: The revision at the beginning of the API's ETags (publishing/conditional.py).
TAG = re.compile(r'(?<!W/)"(\d{1,18})-[0-9a-f]{24}-\w+"')
LONGEST_REASON = 500


class PreconditionRequired(APIException):
    """A change must say which state of the record it changes (RFC 6585, 3)."""

    status_code = status.HTTP_428_PRECONDITION_REQUIRED


class PreconditionFailed(APIException):
    """Somebody changed the record after it was read (RFC 9110, 13.1.1)."""

    status_code = status.HTTP_412_PRECONDITION_FAILED


class Conflict(APIException):
    """The record exists already, or others rest on it."""

    status_code = status.HTTP_409_CONFLICT


def writable_models() -> list[type[KeyedModel]]:
    """Return the models whose records can be written through the API."""
    return [view.record_type.model for view in WritableViewSet.__subclasses__()]


class WritableViewSet(PortalViewSet):
    """A list whose records staff may create, change and withdraw, with a token.

    A record is written as it stands in the fixtures (docs/content.md).
    """

    record_type: ClassVar[RecordType]

    @property
    def general(self) -> tuple[str, ...]:  # type: ignore[override]
        return PortalViewSet.general if self.request.method in SAFE_METHODS else ("lang", "reason")

    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Create a record; its key must be new."""
        return self.written(self._create, status.HTTP_201_CREATED)

    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Change the fields of a record that are given; null empties one (RFC 7396)."""
        return self.written(self._change, status.HTTP_200_OK)

    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Withdraw a record, and with a centre what is only about it; the history keeps them."""
        return self.written(self._withdraw, status.HTTP_204_NO_CONTENT)

    def written(self, work: Callable[[], Any], status_code: int) -> Response:
        """Do what is asked for and answer: with the record, or with the proposal that waits for a publisher.

        All of it is done or nothing, and no other writer comes between.

        Raises:
            InvalidParameters: a parameter is wrong, or the reason is missing.
        """
        reason = self.filterset.data.get("reason", "").strip()
        if not 0 < len(reason) <= LONGEST_REASON or "\0" in reason:
            said = _("Say why, in up to %(number)s characters: it stands in the history.") % {"number": LONGEST_REASON}
            raise InvalidParameters({"reason": [said]})
        # All of it, however slowly it comes, before others are kept from writing.
        self.request.data  # noqa: B018
        # Nobody writes without a user: the permission needs a token.
        user: Any = self.request.user
        if must_propose(user):
            _pk, proposal = proposed(user, reason, work)
            if proposal is not None:
                return Response({"proposal": proposal.pk, "status": proposal.status}, status.HTTP_202_ACCEPTED)
        with transaction.atomic(), history.attributed(user, reason):
            Dataset.lock()
            pk = work()
        return Response(status=status_code) if pk is None else self.answer(pk, status_code)

    def _create(self) -> Any:
        built = self.built(self.body)
        written: Any = built.instance
        condition = self.record_type.model.condition(written.key)
        if condition is not None and self.record_type.model._base_manager.filter(condition).exists():
            raise Conflict(_("There is a record with the key %(key)s already.") % {"key": written.key})
        self.save(built, ChangeAction.ADDED)
        return written.pk

    def _change(self) -> Any:
        before = self.found()
        raw = raw_of(before, self.record_type) | self.body
        built = self.built({name: value for name, value in raw.items() if value is not None})
        written: Any = built.instance
        changed = [name for name in self.record_type.key if getattr(before, name) != getattr(written, name)]
        if changed:
            fixed = _("This identifies the record and stays: create another record and withdraw this one.")
            raise InvalidParameters({name: [fixed] for name in changed})
        written.pk = before.pk
        self.save(built, ChangeAction.CHANGED)
        return written.pk

    def _withdraw(self) -> None:
        try:
            self.found().delete()
        except ProtectedError as error:
            raise Conflict(resting(error)) from error

    @property
    def body(self) -> dict[str, Any]:
        """Return the fields that were sent; raise InvalidParameters where the body is no object."""
        if not isinstance(self.request.data, dict):
            raise InvalidParameters({"record": [_("An object with the fields of the record is expected.")]})
        return self.request.data

    def found(self) -> KeyedModel:
        """Return the record of the address.

        Raises:
            PreconditionRequired: the request does not say which state it changes.
            PreconditionFailed: the record has changed since.
        """
        if not (given := self.request.headers.get("If-Match")):
            raise PreconditionRequired(_("Send in If-Match the ETag with which you read this record."))
        condition = self.record_type.model.condition(self.kwargs["key"])
        if condition is None:
            raise Http404
        record: KeyedModel = get_object_or_404(stored(self.record_type.model), condition)
        known = max(map(int, TAG.findall(given)), default=None)
        if known is None or changed_since(record, known, alone=True):
            raise PreconditionFailed(_("This record has changed since you read it: read it again."))
        return record

    def built(self, raw: dict[str, Any]) -> Any:
        """Return the record that the fields make, built and not yet saved.

        Raises:
            InvalidParameters: naming each field that is wrong and what is allowed.
        """
        try:
            return build_record(raw, self.record_type)
        except ContentError as error:
            problems: dict[str, list[str]] = {}
            for fault in error.faults:
                for name in (fault.field or "record").split(", "):
                    problems.setdefault(name, []).append(fault.message)
            raise InvalidParameters(problems) from error

    def save(self, built: Built, action: ChangeAction) -> None:
        """Save a built record; raise Conflict where another has a value that may be there once only."""
        try:
            save_record(built, action)
        except IntegrityError as error:
            raise Conflict(_("Another record has the same value where each needs its own.")) from error

    def answer(self, pk: Any, status_code: int) -> Response:
        """Return a record as a reader gets it, with its address."""
        self.action = "retrieve"
        record = self.records(self.as_of).get(pk=pk)
        address = self.request.build_absolute_uri(reverse(f"api:{self.basename}-detail", args=[record.key]))
        return Response(self.get_serializer(record).data, status_code, headers={"Location": address})
