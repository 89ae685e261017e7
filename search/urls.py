"""Addresses of the search and the glossary."""

from django.urls import path

from search import views

urlpatterns = [
    path("search/", views.SearchView.as_view(), name="search"),
    path("glossary/", views.GlossaryView.as_view(), name="glossary"),
    path("search/suggest/", views.SuggestView.as_view(), name="search-suggest"),
]
