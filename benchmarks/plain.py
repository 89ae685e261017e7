"""The directory as one writes it first with REST framework, to measure against: the same rows, fields and questions.

It loads rows as Django does, not in the models' own shorter way. It is no straw man: relations are prefetched and the
as-of logic is the portal's own. It filters, counts and orders in SQL and has the portal's page size; it has no facets,
languages as parameters, tags, nor any of the other checks.
"""

import os
from typing import Any, ClassVar

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

import django_filters  # noqa: E402 - models can be imported only now.
from django.conf import settings  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.db.models import Prefetch, QuerySet  # noqa: E402
from django.urls import include, path  # noqa: E402
from django_filters.rest_framework import DjangoFilterBackend  # noqa: E402
from rest_framework import pagination, renderers, routers, serializers, viewsets  # noqa: E402

from centres.models import Centre, Designation, Hosting, Service  # noqa: E402
from mechanisms.models import Mechanism  # noqa: E402
from publishing.filters import today  # noqa: E402
from publishing.models import KeyedModel  # noqa: E402
from regions.models import Country  # noqa: E402
from sources.models import Citation, Source  # noqa: E402


class SourceSerializer(serializers.ModelSerializer[Source]):
    class Meta:
        model = Source
        fields: ClassVar = ["code", "symbol", "title_en", "title_zh_hans", "url"]


class CitationSerializer(serializers.ModelSerializer[Citation]):
    source: Any = SourceSerializer()

    class Meta:
        model = Citation
        fields: ClassVar = ["source", "locator"]


class NamedSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    name_en = serializers.CharField()
    name_zh_hans = serializers.CharField()


class CountrySerializer(serializers.ModelSerializer[Country]):
    class Meta:
        model = Country
        fields: ClassVar = ["iso2", "name_en", "name_zh_hans"]


class MechanismSerializer(serializers.ModelSerializer[Mechanism]):
    class Meta:
        model = Mechanism
        fields: ClassVar = ["code", "short_name_en", "short_name_zh_hans"]


class DesignationSerializer(serializers.ModelSerializer[Designation]):
    mechanism = MechanismSerializer()
    citations = CitationSerializer(many=True)

    class Meta:
        model = Designation
        fields: ClassVar = [
            "mechanism",
            "role",
            "decision",
            "since",
            "since_precision",
            "until",
            "until_precision",
            "term",
            "nominated_on",
            "note_en",
            "note_zh_hans",
            "citations",
        ]


class HostingSerializer(serializers.ModelSerializer[Hosting]):
    institution = NamedSerializer()
    citations = CitationSerializer(many=True)

    class Meta:
        model = Hosting
        fields: ClassVar = [
            "institution",
            "legal_arrangement",
            "legal_date",
            "since",
            "since_precision",
            "until",
            "until_precision",
            "note_en",
            "note_zh_hans",
            "citations",
        ]


class CentreSerializer(serializers.ModelSerializer[Centre]):
    country: Any = CountrySerializer()
    functions: Any = NamedSerializer(many=True)
    designations = DesignationSerializer(many=True, source="current_designations")
    hostings = HostingSerializer(many=True, source="current_hostings")
    serves = serializers.SerializerMethodField()
    citations = CitationSerializer(many=True)

    class Meta:
        model = Centre
        fields: ClassVar = [
            "code",
            "name_en",
            "name_zh_hans",
            "is_name_known",
            "acronym",
            "kind",
            "country",
            "city_en",
            "city_zh_hans",
            "latitude",
            "longitude",
            "website",
            "languages",
            "functions",
            "summary_en",
            "summary_zh_hans",
            "expertise_en",
            "expertise_zh_hans",
            "mercury_work",
            "mercury_note_en",
            "mercury_note_zh_hans",
            "note_en",
            "note_zh_hans",
            "designations",
            "hostings",
            "serves",
            "citations",
        ]

    def get_serves(self, centre: Centre) -> list[str]:
        return sorted({service.country.iso2 for service in centre.current_services})


class CentreFilterSet(django_filters.FilterSet):
    kind = django_filters.CharFilter()
    country = django_filters.CharFilter(field_name="country__iso2")
    function = django_filters.CharFilter(field_name="functions__code")
    mechanism = django_filters.CharFilter(method="by_mechanism")
    serves = django_filters.CharFilter(method="by_country_served")

    def by_mechanism(self, rows: QuerySet[Centre], name: str, value: str) -> QuerySet[Centre]:
        there = Designation.objects.as_of(today()).filter(mechanism__code=value)
        return rows.filter(pk__in=there.values("centre"))

    def by_country_served(self, rows: QuerySet[Centre], name: str, value: str) -> QuerySet[Centre]:
        country = Country.objects.get(iso2=value)
        return rows.filter(pk__in=country.services.as_of(today()).values("centre"))


class Pages(pagination.PageNumberPagination):
    page_size = 50
    page_size_query_param = "page_size"


class CentreViewSet(viewsets.ReadOnlyModelViewSet[Centre]):
    serializer_class = CentreSerializer
    filterset_class = CentreFilterSet
    filter_backends = [DjangoFilterBackend]
    pagination_class = Pages
    renderer_classes = [renderers.JSONRenderer]
    authentication_classes: ClassVar = []
    permission_classes: ClassVar = []
    throttle_classes: ClassVar = []

    def get_queryset(self) -> Any:
        day = today()
        designations = Designation.objects.as_of(day).select_related("mechanism").prefetch_related("citations__source")
        hostings = Hosting.objects.as_of(day).select_related("institution").prefetch_related("citations__source")
        services = Service.objects.as_of(day).select_related("country")
        relations = {"designations": designations, "hostings": hostings, "services": services}
        prefetched = [Prefetch(name, rows, to_attr=f"current_{name}") for name, rows in relations.items()]
        rows = Centre.objects.as_of(day).select_related("country")
        return rows.prefetch_related("functions", "citations__source", *prefetched).order_by("sort_key_en", "pk")


router = routers.SimpleRouter()
router.register("centres", CentreViewSet, basename="centre")
urlpatterns = [path("", include(router.urls))]

del KeyedModel.from_db
settings.ROOT_URLCONF = __name__
settings.MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]
application = get_wsgi_application()
