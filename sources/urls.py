"""Addresses of the pages of sources."""

from django.urls import path

from sources import views

urlpatterns = [
    path("sources/", views.SourceListView.as_view(), name="source-list"),
    path("sources/<slug:code>/", views.SourceDetailView.as_view(), name="source-detail"),
]
