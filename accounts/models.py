"""Who may write: the keys of members of staff for the API, and the records of their signing in."""

from typing import Any, ClassVar

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop
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
        # Rights that belong to no table.
        permissions: ClassVar[list[tuple[str, str]]] = [
            ("publish", "Can approve and publish proposals"),
            ("import_content", "Can import content"),
        ]
        ordering: ClassVar[list[str]] = ["-created", "digest"]

    def __str__(self) -> str:
        return f"{self.name} ({self.token_key[:6]}…)"

    def allows(self, permission: str) -> bool:
        """Say whether the token's scopes and its user's own rights hold a permission such as "centres.add_centre"."""
        app, _dot, codename = permission.partition(".")
        is_in_scope = self.scopes.filter(content_type__app_label=app, codename=codename).exists()
        return is_in_scope and self.user.is_staff and self.user.has_perm(permission)


#: The names of the columns below: django-axes has no Chinese, so our catalogue translates them.
COLUMNS_OF_AXES = [
    gettext_noop("User Agent"),
    gettext_noop("IP Address"),
    gettext_noop("Username"),
    gettext_noop("Path"),
    gettext_noop("Attempt Time"),
    gettext_noop("Logout Time"),
    gettext_noop("Access lock out"),
    gettext_noop("Failed Logins"),
]


def _who_and_when(record: Any) -> str:
    return f"{record.username} · {record.attempt_time:%Y-%m-%d %H:%M}"


class SignIn(AccessLog):  # type: ignore[misc]
    """That somebody signed in, and out."""

    class Meta:
        proxy = True
        verbose_name = _("sign-in")
        verbose_name_plural = _("sign-ins")
        ordering: ClassVar[list[str]] = ["-attempt_time", "-pk"]

    __str__ = _who_and_when


class FailedSignIn(AccessFailureLog):  # type: ignore[misc]
    """That a password or a second factor was wrong, and whether that was once too often."""

    class Meta:
        proxy = True
        verbose_name = _("failed sign-in")
        verbose_name_plural = _("failed sign-ins")
        ordering: ClassVar[list[str]] = ["-attempt_time", "-pk"]

    __str__ = _who_and_when


class CountedFailure(AccessAttempt):  # type: ignore[misc]
    """How often a name from an address has failed since it last succeeded; deleted, it may try again at once."""

    class Meta:
        proxy = True
        verbose_name = _("counted failure")
        verbose_name_plural = _("counted failures")
        ordering: ClassVar[list[str]] = ["-attempt_time", "-pk"]

    __str__ = _who_and_when


class StaffAction(LogEntry):
    """What somebody did in the admin: records, accounts, roles, tokens, imports."""

    class Meta:
        proxy = True
        verbose_name = _("action of staff")
        verbose_name_plural = _("actions of staff")
        ordering: ClassVar[list[str]] = ["-action_time", "-pk"]
