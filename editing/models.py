"""What editors ask for and publishers decide on."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ProposalStatus(models.TextChoices):
    OPEN = "open", pgettext_lazy("proposal", "open")
    APPROVED = "approved", pgettext_lazy("proposal", "approved")
    RETURNED = "returned", pgettext_lazy("proposal", "returned")
    WITHDRAWN = "withdrawn", pgettext_lazy("proposal", "withdrawn")


class Import(models.Model):
    """A spreadsheet that has been checked: what it would change waits here until its author applies or cancels it."""

    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="imports", verbose_name=_("author")
    )
    #: The records' model, such as "centres.centre".
    kind = models.CharField(_("kind"), max_length=60)
    file_name = models.CharField(_("file name"), max_length=255)
    made_at = models.DateTimeField(_("made at"), auto_now_add=True)
    #: The dataset's when it was checked.
    revision = models.PositiveBigIntegerField(_("revision"))
    #: As a proposal's.
    changes = models.JSONField(_("changes"))
    #: How many rows are as what is stored.
    unchanged = models.PositiveIntegerField(_("unchanged"))
    #: By language: row, column and message of each fault. With any the import cannot be applied.
    faults = models.JSONField(_("faults"))

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering: ClassVar[list[str]] = ["-made_at", "-pk"]
        # Who has the right to import may do all with their own.
        default_permissions = ()

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        return reverse("admin:editing_import_change", args=[self.pk])


class Proposal(models.Model):
    """Changes that an editor asks for together: the public sees nothing of them until a publisher approves them."""

    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="proposals", verbose_name=_("author")
    )
    reason = models.CharField(_("reason"), max_length=500)
    made_at = models.DateTimeField(_("made at"), auto_now_add=True)
    #: The dataset's when it was made: what has changed after it was not seen by the author.
    revision = models.PositiveBigIntegerField(_("revision"))
    #: Of each record: kind, key, action, and the raw record before and after (publishing/content/dumping.py).
    changes = models.JSONField(_("changes"))
    status = models.CharField(_("status"), max_length=9, choices=ProposalStatus, default=ProposalStatus.OPEN)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="decided_proposals",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    note = models.TextField(_("note"), blank=True)

    class Meta:
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")
        ordering: ClassVar[list[str]] = ["-made_at", "-pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(status__in=ProposalStatus.values), name="editing_proposal_status"),
        ]

    def __str__(self) -> str:
        return ", ".join(one["key"] for one in self.changes[:3]) + (" …" if len(self.changes) > 3 else "")

    def get_absolute_url(self) -> str:
        return reverse("admin:editing_proposal_change", args=[self.pk])
