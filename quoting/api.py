"""A quotation for scripts: the frozen rows with what proves them."""

import json
from typing import Any, ClassVar

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from publishing.api import PortalAPIView
from quoting.freezing import frozen
from quoting.models import FrozenView
from quoting.views import UndatedFilterSet, mark_as_fixed


class TextSerializer(serializers.Serializer[Any]):
    language = serializers.CharField()
    text = serializers.CharField()


class QuotedSourceSerializer(serializers.Serializer[Any]):
    code = serializers.CharField(help_text="Of the source.")
    text = serializers.CharField(help_text="Source and places in full.")
    url = serializers.CharField(help_text="Of the first place on the site, without host.")


class QuotedCellSerializer(serializers.Serializer[Any]):
    key = serializers.CharField(help_text="Code of the row or column, in a row's first cell and in the header.")
    texts = TextSerializer(many=True)
    sources = QuotedSourceSerializer(many=True)


class QuotedLineSerializer(serializers.Serializer[Any]):
    is_heading = serializers.BooleanField()
    cells = QuotedCellSerializer(many=True, help_text="Where there are fewer than columns, the last runs on.")


class QuotedContentSerializer(serializers.Serializer[Any]):
    title = serializers.CharField()
    notes = serializers.ListField(child=serializers.CharField(), help_text="By what the rows were filtered.")
    header = QuotedCellSerializer(many=True)
    lines = QuotedLineSerializer(many=True)


class QuoteSerializer(serializers.Serializer[FrozenView]):
    code = serializers.CharField()
    url = serializers.CharField(source="get_absolute_url", help_text="Of its page, without host.")
    address = serializers.CharField(help_text="What was asked: the page, without host.")
    language = serializers.CharField()
    as_of = serializers.DateField(help_text="The date shown.")
    revision = serializers.IntegerField(help_text="Of the dataset when it was frozen.")
    frozen_at = serializers.DateTimeField()
    checksum = serializers.CharField(
        source="content_id",
        help_text="SHA-256 of the content as JSON in UTF-8 with sorted keys and without spaces.",
    )
    content = serializers.SerializerMethodField()

    def get_content(self, quote: FrozenView) -> QuotedContentSerializer:
        content: QuotedContentSerializer = json.loads(quote.content.body)
        return content


class QuoteAPI(PortalAPIView):
    """A page as it was frozen under a code: the same bytes whatever changes in the dataset."""

    general: ClassVar[tuple[str, ...]] = ("format",)
    filterset_class = UndatedFilterSet

    @extend_schema(responses=QuoteSerializer)
    def get(self, request: Request, code: str) -> Response:
        self.check_general(UndatedFilterSet(request.query_params, also=self.general).problems)
        quote = frozen(code)
        if quote is None:
            raise Http404
        response = Response(QuoteSerializer(quote).data)
        mark_as_fixed(response, quote)
        return response
