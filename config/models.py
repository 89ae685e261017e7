"""What members of staff follow by mail."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Subscription(models.Model):
    """That a member of staff is told by mail what changes, in everything or in one list under its filters."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("user"))
    address = models.CharField(
        _("list"),
        max_length=2000,
        blank=True,
        help_text=_("The address of a list with its filters, as the browser shows it; all changes if left out."),
    )
    language = models.CharField(_("language"), max_length=10, choices=settings.CONTENT_LANGUAGES)
    #: Up to which everything has been told.
    revision = models.PositiveBigIntegerField(_("told up to revision"), default=0, editable=False)

    class Meta:
        verbose_name = _("digest by mail")
        verbose_name_plural = _("digests by mail")
        ordering: ClassVar[list[str]] = ["pk"]

    def __str__(self) -> str:
        return self.address or str(_("all changes"))
