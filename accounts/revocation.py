"""A new password ends what the old one opened: Django ends the sessions, this the tokens."""

from collections.abc import Collection
from typing import Any

from django.contrib.auth.models import User
from django.db.models.signals import pre_save

from accounts.models import Token


def connect() -> None:
    """Revoke the tokens of every account whose password is changed or taken away, in whichever form or shell."""
    pre_save.connect(_revoke, sender=User)


def _revoke(sender: type[User], instance: Any, update_fields: Collection[str] | None, **kwargs: Any) -> None:
    if update_fields is not None and "password" not in update_fields:
        return
    # At a sign-in Django hashes the same password anew where the way to do it has changed.
    is_same = update_fields == {"password"} and instance._password is None and instance.has_usable_password()
    stored = User.objects.filter(pk=instance.pk).values_list("password", flat=True).first()
    if stored != instance.password and not is_same:
        Token.objects.filter(user_id=instance.pk).delete()
