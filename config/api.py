"""The API's address table."""

from typing import Any

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView
from rest_framework.routers import SimpleRouter

from centres import api as centres
from config.bulk import ExportView
from config.changes import ChangesView
from config.kit import KitView, KitZipView
from config.reference import ReferenceView
from mechanisms import api as mechanisms
from options import api as options
from quoting.api import QuoteAPI
from regions import api as regions
from search import api as search
from sources import api as sources

router = SimpleRouter(use_regex_path=True)
for prefix, viewset in {
    "mechanisms": mechanisms.MechanismViewSet,
    "conventions": mechanisms.ConventionViewSet,
    "organizations": mechanisms.OrganizationViewSet,
    "funds": mechanisms.FundViewSet,
    "functions": mechanisms.FunctionViewSet,
    "criteria": mechanisms.CriterionViewSet,
    "findings": mechanisms.FindingViewSet,
    "provisions": mechanisms.ProvisionViewSet,
    "indicators": mechanisms.IndicatorViewSet,
    "observations": mechanisms.ObservationViewSet,
    "centres": centres.CentreViewSet,
    "institutions": centres.HostInstitutionViewSet,
    "designations": centres.DesignationViewSet,
    "hostings": centres.HostingViewSet,
    "services": centres.ServiceViewSet,
    "region-schemes": regions.RegionSchemeViewSet,
    "regions": regions.RegionViewSet,
    "countries": regions.CountryViewSet,
    "memberships": regions.MembershipViewSet,
    "sources": sources.SourceViewSet,
    "citations": sources.CitationViewSet,
    "terms": search.TermViewSet,
}.items():
    router.register(prefix, viewset, basename=prefix)

#: The lists by name, as views of any kind.
viewsets: dict[str, Any] = dict(row[:2] for row in router.registry)

urlpatterns = [
    path("api/v1/comparison/", mechanisms.ComparisonView.as_view(), name="comparison"),
    path("api/v1/changes/", ChangesView.as_view(), name="changes"),
    path("api/v1/coverage/", centres.CoverageAPI.as_view(), name="coverage"),
    path("api/v1/options/", options.OptionsAPI.as_view(), name="options"),
    path("api/v1/options/outcome/", options.OutcomeAPI.as_view(), name="options-outcome"),
    path("api/v1/quotes/<str:code>/", QuoteAPI.as_view(), name="quote"),
    path("api/v1/search/", search.SearchView.as_view(), name="search"),
    path("api/v1/export.zip", ExportView.as_view(viewsets=viewsets), name="export"),
    path("api/v1/kit.html", KitView.as_view(), name="kit"),
    path("api/v1/kit.zip", KitZipView.as_view(viewsets=viewsets), name="kit-zip"),
    path("api/v1/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("api/docs/", ReferenceView.as_view(url_name="api:schema"), name="docs"),
    path("api/v1/", include(router.urls)),
]
