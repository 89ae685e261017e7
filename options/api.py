"""API of the options."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from options.delivery import deliveries
from options.document import options_document, outcome_document
from options.filters import OptionsFilterSet
from options.models import Preset
from options.outcome import get_outcome
from options.ranking import ranking_of
from options.serializers import OutcomeSerializer, RankingSerializer
from publishing.api import PortalAPIView
from publishing.downloads import said_of
from publishing.exports import WRITERS
from publishing.filters import PortalFilterSet
from publishing.renderers import DOCXRenderer, PortalJSONRenderer, XLSXRenderer


class OptionsAPI(PortalAPIView):
    """Options for a new instrument: the mechanisms ranked by weight × share of what is asked for.

    Numbers are exact: texts such as "3" or "8/3". As xlsx or docx: the table that the page shows, in the language of
    ``lang`` (English if left out).
    """

    general = ("format", "lang")
    filterset_class = OptionsFilterSet
    renderer_classes = (PortalJSONRenderer, XLSXRenderer, DOCXRenderer)

    @extend_schema(responses=RankingSerializer)
    def get(self, request: Request) -> Response:
        filterset = OptionsFilterSet(request.query_params, also=self.general)
        self.check_general(filterset.problems)
        if (wanted := self.wanted) in WRITERS:
            with override(self.lang or settings.LANGUAGE_CODE):
                document = options_document(filterset, *said_of(request, filterset.as_of_date, "options"))
            return Response(WRITERS[wanted](document))
        # A day that was not asked for is not fixed: today's list is always the one of today.
        date = f"&as_of={filterset.as_of_date.isoformat()}" if "as_of" in filterset.data else ""

        def address(query: str) -> str:
            return request.build_absolute_uri(f"{reverse('api:centres-list')}?{query}{date}")

        ranking = ranking_of(filterset)
        context = {
            "lang": self.lang,
            "as_of": filterset.as_of_date,
            "address": address,
            "deliveries": {one.mechanism.pk: one for one in deliveries(filterset, filterset.mechanisms)},
            "presets": Preset.objects.with_citations().in_reading_order(),
        }
        return Response(RankingSerializer(ranking, context=context).data)


class OutcomeAPI(PortalAPIView):
    """What was asked for in 2010 against what the Minamata Convention adopted, need by need.

    As xlsx or docx: the table that the page shows, in the language of ``lang`` (English if left out).
    """

    general = ("format", "lang")
    renderer_classes = (PortalJSONRenderer, XLSXRenderer, DOCXRenderer)

    @extend_schema(responses=OutcomeSerializer)
    def get(self, request: Request) -> Response:
        filterset = PortalFilterSet(request.query_params, also=self.general)
        self.check_general(filterset.problems)
        outcome = get_outcome(filterset.as_of_date)
        if (wanted := self.wanted) in WRITERS:
            with override(self.lang or settings.LANGUAGE_CODE):
                document = outcome_document(outcome, *said_of(request, outcome.date, "options-outcome"))
            return Response(WRITERS[wanted](document))
        return Response(OutcomeSerializer(outcome, context={"lang": self.lang, "as_of": outcome.date}).data)
