"""Django's entry for the app."""

from django.apps import AppConfig


class PublishingConfig(AppConfig):
    name = "publishing"

    def ready(self) -> None:
        """Keep revision, search index and history true on every save."""
        from publishing import history, upkeep

        upkeep.connect()
        # modeltranslation stands before this app in the settings: the translations are registered.
        history.connect()
