"""The page of the second factor."""

from typing import Any

import segno
from django import forms
from django.contrib.auth import logout
from django.contrib.auth.signals import user_login_failed
from django.contrib.auth.views import RedirectURLMixin
from django.http import HttpResponse, HttpResponseRedirect
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView
from django_otp import login as verify_session

from accounts import second_factor
from accounts.site import in_this_language


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("One-time code"),
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false", "autofocus": True}
        ),
    )


class SecondFactorView(RedirectURLMixin, FormView):  # type: ignore[type-arg]
    """Three states: asked for a code, setting an app up, or done. ``accounts.site`` lets only staff come here."""

    template_name = "accounts/second_factor.html"
    form_class = CodeForm
    next_page = "admin:index"

    def get_success_url(self) -> str:
        """Return where the reader was going, where that is an address of ours; in the language of this page."""
        return in_this_language(super().get_success_url())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user: Any = self.request.user
        state: dict[str, Any] = {"title": _("Second factor"), "is_verified": user.is_verified()}
        if user.is_verified():
            state["codes_left"] = second_factor.codes_left(user)
        elif not second_factor.has_app(user):
            app = second_factor.new_app(user)
            state |= {"drawing": _drawing(app.config_url), "key": _key(app.config_url)}
        return super().get_context_data(**state, **kwargs)

    def post(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_verified():
            return super().post(request, *args, **kwargs)
        if "codes" in request.POST:
            return self._show(second_factor.new_backup_codes(request.user))
        if "remove" in request.POST:
            second_factor.remove(request.user)
            return HttpResponseRedirect(request.path)
        return HttpResponseRedirect(self.get_success_url())

    def form_valid(self, form: CodeForm) -> HttpResponse:
        user: Any = self.request.user
        is_new = not second_factor.has_app(user)
        device = second_factor.verified_by(user, form.cleaned_data["code"], confirmed=not is_new)
        if device is None:
            form.add_error("code", _("This code is wrong or was used before. After several wrong ones, wait a minute."))
            return self._refused(form, is_new)
        verify_session(self.request, device)
        if is_new:
            return self._show(second_factor.new_backup_codes(user))
        return HttpResponseRedirect(self.get_success_url())

    def _refused(self, form: CodeForm, is_new: bool) -> HttpResponse:
        """Count a wrong code as a failed sign-in; too many of them end the session."""
        request: Any = self.request
        if not is_new:
            name = request.user.get_username()
            user_login_failed.send(sender=type(self), credentials={"username": name}, request=request)
            if request.axes_locked_out:
                logout(request)
                # The page comes from django-axes' middleware.
                return HttpResponse(status=429)
        return self.form_invalid(form)

    def _show(self, codes: list[str]) -> HttpResponse:
        """Show backup codes, this once."""
        return self.render_to_response(self.get_context_data(codes=codes, target=self.get_success_url()))


def _drawing(address: str) -> SafeString:
    """Return an app's address as a QR code, black on white in the dark scheme too."""
    return mark_safe(segno.make(address, micro=False).svg_inline(scale=4, light="#fff"))  # noqa: S308


def _key(address: str) -> str:
    """Return the secret in an app's address in groups of four letters, for who types it."""
    secret = address.partition("secret=")[2].partition("&")[0]
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
