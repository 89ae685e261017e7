"""Who may write: the keys of members of staff for the API."""

from typing import ClassVar

from django.contrib.auth.models import Permission
from django.db import models
from django.utils.translation import gettext_lazy as _
from knox.models import AbstractAuthToken


class Token(AbstractAuthToken):  # type: ignore[misc]
    """A key with which a member of staff's script writes through the API, for some tables and until a day.

    Only its digest is kept: who loses it makes another. It never allows more than its user may do.
    """

    name = models.CharField(_("what it is for"), max_length=100)
    #: Such as "may add designations".
    scopes = models.ManyToManyField(Permission, verbose_name=_("scope"), related_name="+")

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        ordering: ClassVar[list[str]] = ["-created", "digest"]

    def __str__(self) -> str:
        return f"{self.name} ({self.token_key[:6]}…)"

    def allows(self, permission: str) -> bool:
        """Say whether the token's scopes and its user's own rights hold a permission such as "centres.add_centre"."""
        app, _dot, codename = permission.partition(".")
        is_in_scope = self.scopes.filter(content_type__app_label=app, codename=codename).exists()
        return is_in_scope and self.user.is_staff and self.user.has_perm(permission)
