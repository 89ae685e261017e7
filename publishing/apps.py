"""Django's entry for the app."""

from django.apps import AppConfig


class PublishingConfig(AppConfig):
    name = "publishing"
