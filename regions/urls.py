"""Addresses of the pages of regions and countries."""

from django.urls import path

from regions import views

urlpatterns = [
    path("regions/", views.RegionListView.as_view(), name="region-list"),
    # Before the regions' own addresses: no region has the code "differences".
    path("regions/differences/", views.RegionDifferencesView.as_view(), name="region-differences"),
    path("regions/<slug:code>/", views.RegionDetailView.as_view(), name="region-detail"),
    path("countries/", views.CountryListView.as_view(), name="country-list"),
]
