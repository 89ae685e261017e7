"""The second factor of signing in: six digits that an app on the phone shows (RFC 6238), or a backup code."""

import unicodedata
from typing import Any

from django.conf import settings
from django.db import transaction
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

BACKUP_CODES = 10
DIGITS = 6
#: Who may do one of these must have a second factor: what they do reaches every reader, or every account.
STRONG_RIGHTS = ("accounts.publish", "auth.change_user")


def is_missing(user: Any) -> bool:
    """Say whether a member of staff who gave the password has still to give a second factor, or to set one up."""
    if user.is_verified():
        return False
    must = settings.PORTAL_SECOND_FACTOR and any(user.has_perm(right) for right in STRONG_RIGHTS)
    return must or has_app(user)


def has_app(user: Any) -> bool:
    """Say whether an app of ``user`` has been set up."""
    return bool(TOTPDevice.objects.filter(user=user, confirmed=True).exists())


def new_app(user: Any) -> TOTPDevice:
    """Return the app that ``user`` is setting up; it keeps its key until its first code."""
    waiting = TOTPDevice.objects.filter(user=user, confirmed=False).order_by("pk").first()
    return waiting or TOTPDevice.objects.create(user=user, name="app", confirmed=False)


def verified_by(user: Any, code: str, *, confirmed: bool = True) -> TOTPDevice | StaticDevice | None:
    """Return what a code comes from; None where it is wrong, was used, or comes too soon after wrong ones.

    Args:
        user: whose code.
        code: as typed: with blanks, in capitals, in full-width digits.
        confirmed: whether the app has been set up before; the first code confirms a new one.
    """
    code = unicodedata.normalize("NFKC", code).replace(" ", "").lower()
    # Only what the code can come from is asked: each keeps its own count of wrong ones.
    model = TOTPDevice if len(code) == DIGITS or not confirmed else StaticDevice
    with transaction.atomic():
        device = model.objects.select_for_update().filter(user=user, confirmed=confirmed).order_by("pk").first()
        if device is None or not device.verify_token(code):
            return None
        device.confirmed = True
        device.save()
        return device


def new_backup_codes(user: Any) -> list[str]:
    """Return new backup codes, each good for one time; the earlier ones are void."""
    with transaction.atomic():
        StaticDevice.objects.filter(user=user).delete()
        device = StaticDevice.objects.create(user=user, name="backup codes")
        codes = [StaticToken.random_token() for _number in range(BACKUP_CODES)]
        StaticToken.objects.bulk_create([StaticToken(device=device, token=code) for code in codes])
    return codes


def codes_left(user: Any) -> int:
    """Return how many backup codes are unused."""
    return int(StaticToken.objects.filter(device__user=user).count())


def remove(user: Any) -> None:
    """Remove app and backup codes: the phone is lost, or another one takes its place."""
    with transaction.atomic():
        TOTPDevice.objects.filter(user=user).delete()
        StaticDevice.objects.filter(user=user).delete()
