"""The changes of the content as an Atom feed (RFC 4287): newest first, in one language, for feed readers."""

import datetime
import operator
import re
from functools import reduce
from itertools import islice
from typing import Any
from urllib.parse import quote, urlsplit

from django.apps import apps
from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from django.urls import Resolver404, resolve, reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django.utils.text import Truncator
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from config.following import Following, following
from config.tables import api_address, tables
from publishing.api import PortalViewSet
from publishing.content.dumping import references
from publishing.models import ChangeAction, ContentChange, Dataset, KeyedModel
from publishing.querysets import joined
from publishing.templatetags.portal import html_lang

#: Entries of a feed: readers ask often and keep what they have seen.
NEWEST = 100
#: Signs of a name that a title shows: a provision goes by its whole text.
NAME_LENGTH = 150
#: What XML 1.0 cannot write (section 2.2) and a text of the content can hold.
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
#: "Updated" must be said (4.1.1), of an empty dataset too.
NEVER = datetime.datetime.fromtimestamp(0, datetime.UTC)

TITLES: dict[str, Any] = {
    ChangeAction.ADDED: gettext_lazy("Added: %(name)s (%(kind)s)"),
    ChangeAction.CHANGED: gettext_lazy("Changed: %(name)s (%(kind)s)"),
    ChangeAction.REMOVED: gettext_lazy("Removed: %(name)s (%(kind)s)"),
}
SUMMARIES: dict[str, Any] = {
    ChangeAction.ADDED: gettext_lazy("Added in dataset revision %(revision)s."),
    ChangeAction.CHANGED: gettext_lazy("Changed in dataset revision %(revision)s."),
    ChangeAction.REMOVED: gettext_lazy("Removed in dataset revision %(revision)s."),
}


class ChangesFeed(Atom1Feed):
    """A feed that is as new as the dataset, also where its filters leave no entry."""

    def latest_post_date(self) -> datetime.datetime:
        changed_at: datetime.datetime = self.feed["changed_at"]
        return changed_at


def changes_feed(changes: QuerySet[ContentChange], query: QueryDict, request: HttpRequest) -> bytes:
    """Return the newest of ``changes`` as a feed in the active language.

    Args:
        changes: what the filters keep.
        query: the parameters, less the blank ones.
        request: whose host and address the feed names.
    """
    newest = list(changes.order_by("-pk")[:NEWEST])
    return _feed(newest, query, request, title=_("Changes to the content"), link=f"{reverse('data')}#changes")


def list_feed(viewset: PortalViewSet) -> bytes:
    """Return what is new about a record, or about those of a list under its filters, as a feed in the active language.

    Args:
        viewset: that was asked for the record or the list.
    """
    request: Any = viewset.request
    query = viewset.filterset.data
    if viewset.action == "list":
        followed, page = following(type(viewset), query), page_of(request.path, query)
    else:
        record = viewset.get_object()
        followed = Following(type(record), {record.key}, str(record))
        page = getattr(record, "get_absolute_url", lambda: request.path)()
    newest = list(islice(followed.among(ContentChange.objects.all()), NEWEST))
    title = _("Changes: %(what)s") % {"what": followed.title}
    return _feed(newest, query, request, title=title, link=page)


def page_of(path: str, query: QueryDict) -> str:
    """Return the page, in the active language, that shows a list of the API; the list's own address without one.

    Args:
        path: of the list in the API.
        query: its parameters.
    """
    asked = query.copy()
    for name in ("format", "lang"):
        asked.pop(name, None)
    # Pages have the names of the API's lists.
    page = f"/{get_language()}/{path.removeprefix('/api/v1/')}"
    try:
        resolve(page)
    except Resolver404:
        page = path
    return f"{page}?{asked.urlencode()}" if asked else page


def _feed(newest: list[ContentChange], query: QueryDict, request: HttpRequest, *, title: str, link: str) -> bytes:
    """Return a feed.

    Args:
        newest: the changes, newest first.
        query: the parameters, less the blank ones.
        request: whose host and address the feed names.
        title: of what it tells.
        link: to the page of what it tells.
    """
    portal = _("Technical Assistance Mechanisms Portal")
    identity = QueryDict(mutable=True)
    for name in sorted(set(query) - {"lang"}):
        identity.setlist(name, sorted(query.getlist(name)))
    feed = ChangesFeed(
        title=f"{title} · {portal}",
        link=request.build_absolute_uri(link),
        description=None,
        language=html_lang(get_language() or "en"),
        author_name=portal,
        author_link=request.build_absolute_uri(reverse("home")),
        feed_url=request.build_absolute_uri(),
        feed_copyright=_(
            "The portal's own texts may be reused with attribution (CC BY 4.0). "
            "Names, titles and figures of the cited sources remain theirs."
        ),
        # The same in every language, as the entries' are.
        feed_guid=request.build_absolute_uri(f"{request.path}?{identity.urlencode()}"),
        changed_at=Dataset.current().changed_at or NEVER,
    )
    records = records_of(newest)
    host = urlsplit(request.build_absolute_uri()).hostname
    for change in newest:
        is_there = change.action != ChangeAction.REMOVED
        record = records.get((change.kind, change.key)) if is_there else None
        table = tables()[change.kind]
        feed.add_item(
            title=title_of(change, record),
            link=request.build_absolute_uri(address_of(change, record)),
            # Atom1Feed says that it is HTML.
            description=escape(SUMMARIES[change.action] % {"revision": change.revision}),
            updateddate=change.at,
            # RFC 4151; the day tells apart the same revisions of a dataset that was begun anew.
            unique_id=f"tag:{host},{change.at:%Y-%m-%d}:changes/{change.revision}/{table}/{quote(change.key)}",
            categories=[table],
        )
    return feed.writeString("utf-8").encode()


def title_of(change: ContentChange, record: KeyedModel | None) -> str:
    """Return what happened to which record, in the active language.

    Args:
        change: it.
        record: the one that it is about, if it is still there.
    """
    name = Truncator(UNWRITABLE.sub("", str(record))).chars(NAME_LENGTH) if record else change.key
    return str(TITLES[change.action] % {"name": name, "kind": apps.get_model(change.kind)._meta.verbose_name})


def records_of(changes: list[ContentChange]) -> dict[tuple[str, str], KeyedModel]:
    """Return the records of ``changes`` that are still there, by kind and key; one query a kind."""
    keys: dict[str, set[str]] = {}
    for change in changes:
        if change.action != ChangeAction.REMOVED:
            keys.setdefault(change.kind, set()).add(change.key)
    found: dict[tuple[str, str], KeyedModel] = {}
    for kind, wanted in keys.items():
        model: Any = apps.get_model(kind)
        conditions = [one for key in sorted(wanted) if (one := model.condition(key)) is not None]
        if conditions:
            # Names, keys and addresses are made of what a record refers to.
            rows = joined(model.objects.filter(reduce(operator.or_, conditions)), references(model))
            found |= {(kind, row.key): row for row in rows}
    return found


def address_of(change: ContentChange, record: Any) -> str:
    """Return the record's page; its place in the API where it has no page; or else the change itself in the API."""
    table = tables()[change.kind]
    if record is not None:
        if hasattr(record, "get_absolute_url"):
            return str(record.get_absolute_url())
        if address := api_address(table, change.key):
            return address
    return f"{reverse('api:changes')}?since={change.revision - 1}&table={table}"
