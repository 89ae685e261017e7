"""Addresses of the lists of regions and countries."""

from django.urls import path

from regions import views

urlpatterns = [
    path("regions/", views.RegionListView.as_view(), name="region-list"),
    path("regions/differences/", views.RegionDifferencesView.as_view(), name="region-differences"),
    path("countries/", views.CountryListView.as_view(), name="country-list"),
]
