"""Addresses of the options."""

from django.urls import path

from options import views

urlpatterns = [
    path("options/", views.OptionsView.as_view(), name="options"),
    path("options/outcome/", views.OutcomeView.as_view(), name="options-outcome"),
]
