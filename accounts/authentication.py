"""Who asks: the token in the Authorization header, and what it allows."""

from typing import Any

from django.utils.translation import gettext as _
from knox.auth import TokenAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

#: The right that each method takes.
ACTIONS = {"POST": "add", "PATCH": "change", "DELETE": "delete"}


class StaffTokenAuthentication(TokenAuthentication):  # type: ignore[misc]
    """``Authorization: Bearer <token>``."""

    def authenticate_credentials(self, token: bytes) -> Any:
        """Return user and token.

        Raises:
            AuthenticationFailed: the token is unknown, was revoked or has expired.
        """
        try:
            return super().authenticate_credentials(token)
        except (AuthenticationFailed, UnicodeDecodeError):
            raise AuthenticationFailed(_("This token is unknown, was revoked or has expired.")) from None


class TokenScope(BasePermission):
    """Everybody may read; to write takes a token with the right in its scope."""

    @property
    def message(self) -> str:
        """Return what a reader is told whose token does not reach that far."""
        return _("This token does not allow that: its scope or the rights of its user do not hold it.")

    def has_permission(self, request: Request, view: Any) -> bool:
        # What is not there is told so, whoever asks.
        if request.method in SAFE_METHODS or request.method not in view.allowed_methods:
            return True
        action = ACTIONS.get(request.method or "")
        token: Any = request.auth
        if token is None or action is None:
            return False
        model = view.record_type.model._meta
        return bool(token.allows(f"{model.app_label}.{action}_{model.model_name}"))
