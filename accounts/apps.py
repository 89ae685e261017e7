from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("Accounts")

    def ready(self) -> None:
        """Keep the roles; revoke what an old password opened."""
        from accounts import revocation, roles

        roles.connect()
        revocation.connect()
