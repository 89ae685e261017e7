"""Typed reading of environment variables, with instructions where one is missing."""

import os

from django.core.exceptions import ImproperlyConfigured


def env_bool(name: str, *, default: bool) -> bool:
    """Return the variable as a truth value; "1", "true", "yes" and "on" are true.

    Raises:
        ImproperlyConfigured: the value is neither a known yes nor a known no.
    """
    value = os.environ.get(name, "").strip().lower()
    if not value:
        return default
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    raise ImproperlyConfigured(f"{name}={value!r}: write 1 or 0.")


def env_int(name: str, default: int) -> int:
    """Return the variable as a whole number, 0 or more.

    Raises:
        ImproperlyConfigured: the value is something else.
    """
    value = os.environ.get(name, "").strip()
    if not value:
        return default
    if value.isascii() and value.isdecimal():
        return int(value)
    raise ImproperlyConfigured(f"{name}={value!r}: write a whole number, 0 or more.")


def env_list(name: str, default: list[str]) -> list[str]:
    """Return the variable split at commas."""
    value = os.environ.get(name)
    return default if value is None else [part.strip() for part in value.split(",") if part.strip()]


def env_secret(name: str, *, insecure_default: str | None) -> str:
    """Return a secret from the variable.

    Args:
        insecure_default: what to take where none is set; None where one must be set (production).

    Raises:
        ImproperlyConfigured: none is set and there is no default.
    """
    value = os.environ.get(name) or insecure_default
    if value is None:
        raise ImproperlyConfigured(
            f"{name} is not set. Make one with: python -c 'import secrets; print(secrets.token_urlsafe(50))' "
            f"and start the portal with {name}=<that text>."
        )
    return value
