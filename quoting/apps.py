"""Django's entry for the app."""

from django.apps import AppConfig


class QuotingConfig(AppConfig):
    name = "quoting"
