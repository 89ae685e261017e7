"""Django's entry for the app."""

from django.apps import AppConfig


class PublishingConfig(AppConfig):
    name = "publishing"

    def ready(self) -> None:
        """Keep revision and search index true on every save."""
        from publishing import upkeep

        upkeep.connect()
