"""Typed reading of environment variables, with instructions where one is missing."""

import os
import re

from django.core.exceptions import ImproperlyConfigured

MAKE_ONE = (
    "Make one with: python -c 'import secrets; print(secrets.token_urlsafe(50))' "
    "and start the portal with %s=<that text>."
)


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


def env_choices(name: str, allowed: list[str]) -> list[str]:
    """Return the variable split at commas; none where it is not set.

    Raises:
        ImproperlyConfigured: it names what is not allowed, or one twice.
    """
    chosen = env_list(name, [])
    if set(chosen) <= set(allowed) and len(set(chosen)) == len(chosen):
        return chosen
    raise ImproperlyConfigured(f"{name}={','.join(chosen)!r}: write any of {', '.join(allowed)}, each once.")


def env_secret(name: str, *, insecure_default: str | None) -> str:
    """Return a secret from the variable.

    Args:
        insecure_default: what to take where none is set; None where one must be set (production).

    Raises:
        ImproperlyConfigured: there is no default, and none is set or one that can be guessed.
    """
    value = os.environ.get(name) or insecure_default
    if value is None:
        raise ImproperlyConfigured(f"{name} is not set. {MAKE_ONE % name}")
    if insecure_default is None and (len(value) < 50 or len(set(value)) < 5):
        raise ImproperlyConfigured(f"{name} can be guessed: it is too short or too plain. {MAKE_ONE % name}")
    return value


def env_address(name: str) -> str:
    """Return the variable as an address to write to; empty where none is set.

    Raises:
        ImproperlyConfigured: it is no mailto:, https: or tel: address.
    """
    value = os.environ.get(name, "").strip()
    if value and not re.fullmatch(r"(mailto:[^@\s]+@|https://|tel:)[^\s]+", value):
        raise ImproperlyConfigured(f"{name}={value!r}: write mailto:somebody@example.org or https://… or tel:….")
    return value


def refuse_unsafe(*, debug: bool, hosts: list[str]) -> None:
    """Refuse what is for a developer's machine only.

    Raises:
        ImproperlyConfigured: saying what to set instead.
    """
    local = "on a machine of your own set PORTAL_LOCAL=1."
    if debug:
        raise ImproperlyConfigured(f"DEBUG=1 shows every reader the program: leave DEBUG out; {local}")
    if not hosts or "*" in hosts:
        raise ImproperlyConfigured(
            "ALLOWED_HOSTS must name the portal's own hosts, separated by commas and without *: "
            f"ALLOWED_HOSTS=portal.example; {local}"
        )
