"""The admin under the portal's name, with the second factor behind the password."""

from contextlib import suppress
from typing import Any
from urllib.parse import urlencode

from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import path, reverse, translate_url
from django.utils.decorators import method_decorator
from django.utils.translation import get_language, get_language_from_path, override
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.debug import sensitive_post_parameters


def in_this_language(address: str) -> str:
    """Return an own address in the active language: it may have been switched since the address was asked for.

    What is no address of ours stays as it is; whoever leads somebody to it refuses it.
    """
    wanted = get_language() or ""
    # An address is understood in its own language only.
    with override(get_language_from_path(address)), suppress(ValueError):
        return translate_url(address, wanted)
    return address


class PortalAdminConfig(AdminConfig):
    """Django's admin, with this site in the place of its own."""

    default_site = "accounts.site.PortalAdminSite"


class PortalAdminSite(AdminSite):
    site_title = site_header = _("Technical Assistance Mechanisms Portal")
    index_title = _("Editing")

    def has_permission(self, request: Any) -> bool:
        """Say whether the request may see the admin: a password alone does not do where a second factor is due."""
        # Models cannot be imported while the apps are being loaded.
        from accounts import second_factor

        return super().has_permission(request) and not second_factor.is_missing(request.user)

    def get_urls(self) -> list[Any]:
        from editing import views

        return [
            path("second-factor/", self.second_factor, name="second_factor"),
            path("outdated/", self.admin_view(views.outdated), name="outdated_texts"),
            path("integrity/", self.admin_view(views.dashboard), name="integrity"),
            path("integrity/<slug:code>/", self.admin_view(views.problems), name="integrity_check"),
            *super().get_urls(),
        ]

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Show what there is to edit, and the way to what is to be done."""
        from editing.views import viewable

        return super().index(request, {"may_check": bool(viewable(request.user)), **(extra_context or {})})

    @method_decorator(sensitive_post_parameters("password"))
    def login(self, request: Any, extra_context: dict[str, Any] | None = None) -> Any:
        """Ask for the password; then, where one is due, for the second factor."""
        target = in_this_language(request.GET.get(REDIRECT_FIELD_NAME, reverse("admin:index")))
        if request.method == "GET" and super().has_permission(request) and not self.has_permission(request):
            return redirect(f"{reverse('admin:second_factor')}?{urlencode({REDIRECT_FIELD_NAME: target})}")
        return super().login(request, {REDIRECT_FIELD_NAME: target, **(extra_context or {})})

    def password_change(self, request: Any, extra_context: dict[str, Any] | None = None) -> Any:
        """Let a member of staff change their password; the log says that they did."""
        from django.contrib.admin.models import CHANGE, LogEntry

        response = super().password_change(request, extra_context)
        if isinstance(response, HttpResponseRedirect):
            message = [{"changed": {"fields": ["Password"]}}]
            LogEntry.objects.log_actions(request.user.pk, [request.user], CHANGE, message, single_object=True)
        return response

    @method_decorator([never_cache, csrf_protect])
    def second_factor(self, request: HttpRequest) -> HttpResponseBase:
        """Ask for the second factor, or set one up, or show how it stands; only to who gave the password."""
        from accounts.views import SecondFactorView

        if not super().has_permission(request):
            return redirect("admin:login")
        if "leave" in request.POST:
            return self.logout(request)
        return SecondFactorView.as_view(extra_context=self.each_context(request))(request)
