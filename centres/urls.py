"""Addresses of the pages of centres, host institutions, countries and regions."""

from django.urls import path

from centres import directory_views, views

urlpatterns = [
    path("centres/", directory_views.CentreListView.as_view(), name="centre-list"),
    # Before the centres' own addresses: no centre has the code "compare".
    path("centres/compare/", views.CentreCompareView.as_view(), name="centre-compare"),
    path("centres/<slug:code>/", views.CentreDetailView.as_view(), name="centre-detail"),
    path("coverage/", views.CoverageView.as_view(), name="coverage"),
    path("timeline/", views.TimelineView.as_view(), name="timeline"),
    path("institutions/", views.HostInstitutionListView.as_view(), name="institution-list"),
    path("institutions/<slug:code>/", views.HostInstitutionDetailView.as_view(), name="institution-detail"),
    path("regions/<slug:code>/", views.RegionDetailView.as_view(), name="region-detail"),
    path("countries/<slug:iso2>/", views.CountryDetailView.as_view(), name="country-detail"),
]
