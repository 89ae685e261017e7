"""How the API writes its answers."""

from collections.abc import Mapping
from typing import IO, Any

import orjson
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from rest_framework.exceptions import NotAcceptable, ParseError
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from publishing.exports import MEDIA_TYPES


def _plain(value: Any) -> Any:
    """Return what orjson does not know as plain text: lazy translations, decimals."""
    if isinstance(value, Promise):
        return str(value)
    raise TypeError(f"{type(value)} is not JSON")


def json_bytes(data: Any) -> bytes:
    """Return data as JSON, translations in the active language."""
    return orjson.dumps(data, default=_plain, option=orjson.OPT_NON_STR_KEYS)


class PortalJSONRenderer(BaseRenderer):
    """JSON by orjson, several times quicker than the standard library's."""

    media_type = "application/json"
    format = "json"
    charset = None

    def render(
        self, data: Any, accepted_media_type: str | None = None, renderer_context: Mapping[str, Any] | None = None
    ) -> bytes:
        return b"" if data is None else json_bytes(data)


class PortalJSONParser(BaseParser):
    """JSON by orjson, which takes neither NaN nor lone surrogates nor thousands of brackets."""

    media_type = "application/json"

    def parse(self, stream: IO[Any], media_type: Any = None, parser_context: Any = None) -> Any:
        """Return what the body says; raise ParseError where it is no JSON."""
        try:
            return orjson.loads(stream.read())
        except orjson.JSONDecodeError as error:
            raise ParseError(_("The body is not readable as JSON: %(why)s") % {"why": error}) from None


class FileRenderer(PortalJSONRenderer):
    """A file that the view has written; errors stay JSON."""

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        if isinstance(data, bytes):
            return data
        return super().render(data, accepted_media_type, renderer_context)


class CSVRenderer(FileRenderer):
    media_type = MEDIA_TYPES["csv"]
    format = "csv"


class XLSXRenderer(FileRenderer):
    media_type = MEDIA_TYPES["xlsx"]
    format = "xlsx"


class NDJSONRenderer(FileRenderer):
    media_type = MEDIA_TYPES["ndjson"]
    format = "ndjson"


class GeoJSONRenderer(FileRenderer):
    media_type = MEDIA_TYPES["geojson"]
    format = "geojson"


class TBXRenderer(FileRenderer):
    media_type = MEDIA_TYPES["tbx"]
    format = "tbx"


class ZipRenderer(FileRenderer):
    media_type = "application/zip"
    format = "zip"


class HTMLRenderer(FileRenderer):
    media_type = "text/html"
    format = "html"


class DOCXRenderer(FileRenderer):
    media_type = MEDIA_TYPES["docx"]
    format = "docx"


class AtomRenderer(FileRenderer):
    media_type = MEDIA_TYPES["atom"]
    format = "atom"


class FormatNegotiation(BaseContentNegotiation):
    """Choose the renderer by ``?format=`` alone, so that a URL is one representation."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        """Return the one parser; None, which is refused, where the body is of another type."""
        media_type = (request.content_type or "").partition(";")[0].strip().lower()
        return parsers[0] if media_type in {"application/json", "application/merge-patch+json"} else None

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> Any:
        """Return the renderer that ``?format=`` names, or the first one, with its media type.

        Raises:
            NotAcceptable: the reader's Accept header excludes what this address gives.
        """
        wanted = request.query_params.get("format") or renderers[0].format
        for renderer in renderers:
            if renderer.format == wanted:
                if not request.accepts(renderer.media_type):
                    given = {"type": renderer.media_type, "formats": ", ".join(one.format for one in renderers)}
                    raise NotAcceptable(
                        _("This address gives %(type)s. The parameter “format” chooses among: %(formats)s.") % given
                    )
                return renderer, renderer.media_type
        # The view refuses it in words; the refusal itself needs some renderer.
        return renderers[0], renderers[0].media_type
