"""What was frozen. It is no content of the dataset: it raises no revision, has no history, and is in backups only."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

#: What codes are made of: nothing that is taken for another (0 and o, 1 and l, 2 and z, 5 and s, 9 and q), and no
#: vowel, so that none is a word.
ALPHABET = "23456789bcdfghjkmnprtvwx"
LENGTH = 8


class FrozenContent(models.Model):
    """Rows and cells, kept once however often they are frozen."""

    #: SHA-256 of the body, in hexadecimal digits.
    checksum = models.CharField(primary_key=True, max_length=64)
    #: JSON in one form (``freezing.canonical``).
    body = models.TextField()
    #: Bytes of the body in UTF-8.
    size = models.PositiveIntegerField()

    def __str__(self) -> str:
        return self.checksum


class FrozenView(models.Model):
    """A page as it was seen: under which code, in which language, of which date and revision. It never changes."""

    code = models.CharField(_("code"), max_length=LENGTH, unique=True)
    #: What was asked, as its page writes it in its language; without a date where none was asked for.
    address = models.TextField(_("address"))
    language = models.CharField(_("language"), max_length=10)
    as_of = models.DateField(_("date shown"))
    revision = models.PositiveBigIntegerField(_("revision"))
    frozen_at = models.DateTimeField(_("frozen"), db_default=Now())
    content = models.ForeignKey(FrozenContent, models.PROTECT, related_name="views", verbose_name=_("content"))

    class Meta:
        verbose_name = _("quotation")
        verbose_name_plural = _("quotations")
        ordering: ClassVar[list[str]] = ["-pk"]

    def __str__(self) -> str:
        return self.code

    def get_absolute_url(self) -> str:
        """Return its page, in its language."""
        with override(self.language):
            return reverse("quote", args=[self.code])
