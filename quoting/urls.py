"""Addresses of quotations, short enough to be typed from a paper."""

from django.urls import path

from quoting import views

urlpatterns = [
    path("q/", views.QuotesView.as_view(), name="quotes"),
    path("q/<str:code>/", views.QuoteView.as_view(), name="quote"),
    path("q/<str:code>/changes/", views.QuoteChangesView.as_view(), name="quote-changes"),
]
