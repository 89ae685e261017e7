"""Old addresses of records that were renamed: who has one in a document or script is led on."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.utils.encoding import escape_uri_path
from django.utils.http import escape_leading_slashes

from config.tables import tables
from publishing.models import KEY_SEPARATOR, FormerCode


class MovedMiddleware:
    """Answer 301 instead of 404 where the address is that of a record under a former code."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != 404 or request.method not in {"GET", "HEAD"}:
            return response
        path = moved(request.path_info)
        if path == request.path_info:
            return response
        # Two slashes at the beginning would name another site.
        path = escape_leading_slashes(escape_uri_path(path))
        query = request.META.get("QUERY_STRING", "")
        return HttpResponsePermanentRedirect(f"{path}?{query}" if query else path)


def moved(path: str) -> str:
    """Return the address of a record with its present code; the same where it has no former one.

    Args:
        path: of a page or of the API: the segment before a code names the table, as in /en/centres/bcrc-china/; the
            parts of a key such as basel~staff~2010-06-07 may be codes of any table.
    """
    segments = path.split("/")
    parts = {part for segment in segments for part in segment.split(KEY_SEPARATOR)}
    kinds = tables()
    found = FormerCode.objects.filter(former__in=parts).order_by("pk")
    former = [(kinds[one.kind], one.former, one.code) for one in found]
    for place, segment in enumerate(segments[1:], 1):
        names = segment.split(KEY_SEPARATOR)
        present = {old: new for table, old, new in former if len(names) > 1 or table == segments[place - 1]}
        segments[place] = KEY_SEPARATOR.join(present.get(name, name) for name in names)
    return "/".join(segments)
