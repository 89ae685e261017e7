"""Addresses of the pages of mechanisms, reference records and the comparison."""

from django.urls import path

from mechanisms import comparison_views, views

urlpatterns = [
    path("compare/", comparison_views.CompareView.as_view(), name="compare"),
    path("mechanisms/", views.MechanismListView.as_view(), name="mechanism-list"),
    path("mechanisms/<slug:code>/", views.MechanismDetailView.as_view(), name="mechanism-detail"),
    path("indicators/", views.IndicatorListView.as_view(), name="indicator-list"),
    path("indicators/<slug:code>/", views.IndicatorDetailView.as_view(), name="indicator-detail"),
    path("conventions/", views.ConventionListView.as_view(), name="convention-list"),
    path("conventions/<slug:code>/", views.ConventionDetailView.as_view(), name="convention-detail"),
    path("funds/", views.FundListView.as_view(), name="fund-list"),
    path("funds/<slug:code>/", views.FundDetailView.as_view(), name="fund-detail"),
    path("organizations/", views.OrganizationListView.as_view(), name="organization-list"),
    path("organizations/<slug:code>/", views.OrganizationDetailView.as_view(), name="organization-detail"),
]
