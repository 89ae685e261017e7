"""Django's entry for the app."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class PublishingConfig(AppConfig):
    name = "publishing"

    def ready(self) -> None:
        """Keep revision, search index and history true on every save; watch the queries."""
        from publishing import history, languages, triggers, upkeep, watching

        pre_migrate.connect(triggers.drop_triggers, sender=self)
        post_migrate.connect(triggers.make_triggers, sender=self)
        upkeep.connect()
        watching.connect()
        # modeltranslation stands before this app in the settings: the translations are registered.
        history.connect()
        languages.connect()
