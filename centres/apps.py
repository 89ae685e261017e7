"""Django's entry for the app."""

from django.apps import AppConfig


class CentresConfig(AppConfig):
    name = "centres"
