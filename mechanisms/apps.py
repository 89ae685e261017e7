"""Django's entry for the app."""

from django.apps import AppConfig


class MechanismsConfig(AppConfig):
    name = "mechanisms"
