"""Following a list: which changes are about the records that meet its filters, for feeds and for digests."""

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _

from publishing.api import GENERAL, LIST, PortalViewSet
from publishing.filters import today
from publishing.index import kind_of
from publishing.models import KEY_SEPARATOR, ContentChange, KeyedModel
from publishing.problems import InvalidParameters
from publishing.upkeep import models_about

#: A record that met the filters this long ago is followed too: so one that leaves the list is told.
LOOKING_BACK = datetime.timedelta(days=366)
#: Of the newest changes so many are looked at.
MOST_READ = 20_000
#: Parameters of pages that only say how a list looks.
LOOKS = ("view", "column")


@dataclass(frozen=True)
class Following:
    """Records of one kind whose changes are told, and those of what is about them, such as a centre's designations."""

    model: type[KeyedModel]
    keys: set[str]
    #: In words of the active language.
    title: str

    def among(self, changes: QuerySet[ContentChange]) -> Iterator[ContentChange]:
        """Yield those of ``changes`` that are about the records, newest first."""
        kinds = {kind_of(self.model), *map(kind_of, models_about(self.model))}
        for change in changes.filter(kind__in=kinds).order_by("-pk")[:MOST_READ].iterator():
            # The key of what is about a record begins with the record's own.
            key = change.key.partition(KEY_SEPARATOR)[0] if len(self.model.key_fields) == 1 else change.key
            if key in self.keys:
                yield change


def following(viewset: type[PortalViewSet], data: QueryDict) -> Following:
    """Return what to follow of a list.

    Args:
        viewset: of the list.
        data: the filters; what is about paging and format is left alone.

    Raises:
        InvalidParameters: naming each wrong parameter and what is allowed.
    """

    def checked(data: QueryDict) -> Any:
        filterset = viewset.filterset_class(data, also=(*GENERAL, *LIST, "expand"))
        if problems := filterset.problems:
            raise InvalidParameters(problems)
        return filterset

    filterset = checked(data)
    keys = viewset.keys_of(filterset.results())
    if "as_of" not in filterset.data:
        earlier = data.copy()
        earlier["as_of"] = (today() - LOOKING_BACK).isoformat()
        keys |= viewset.keys_of(checked(earlier).results())
    model: type[KeyedModel] = viewset().records(filterset.as_of_date).model
    return Following(model, keys, " · ".join([str(model._meta.verbose_name_plural), *filterset.in_words()]))


class NotFollowable(Exception):
    """No list is at an address; the text, in the active language, says why."""


def followed_at(address: str) -> Following:
    """Return what to follow at the address of a list, of its page or in the API.

    Raises:
        NotFollowable: it is none, or its filters are wrong.
    """
    from config.api import router

    viewsets: dict[str, Any] = {prefix: viewset for prefix, viewset, _name in router.registry}
    try:
        parts = urlsplit(address)
    except ValueError:
        parts = urlsplit("")
    table = re.fullmatch(r"/(?:api/v1|[a-z-]+)/([a-z-]+)/", parts.path)
    if table is None or table[1] not in viewsets:
        raise NotFollowable(
            _("This is not the address of a list. Lists are: %(names)s") % {"names": ", ".join(viewsets)}
        )
    data = QueryDict(parts.query, mutable=True)
    for name in LOOKS:
        data.pop(name, None)
    try:
        return following(viewsets[table[1]], data)
    except InvalidParameters as error:
        raise NotFollowable(" ".join(one for messages in error.problems.values() for one in messages)) from error
