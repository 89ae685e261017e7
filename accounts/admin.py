"""Administrators' forms of the API's tokens: made here, shown once, revoked by deleting them."""

import datetime
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import Permission
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from knox.models import get_digest_token
from knox.settings import CONSTANTS

from accounts.models import Token
from editing.api import writable_models

#: Days that a token lasts unless another day is chosen, and at most.
USUAL_DAYS, MOST_DAYS = 90, 366


def _usual_end() -> datetime.datetime:
    return timezone.now() + datetime.timedelta(days=USUAL_DAYS)


class TokenForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Token
        fields: ClassVar[list[str]] = ["user", "name", "scopes", "expiry"]

    def clean_expiry(self) -> datetime.datetime:
        """Return the end; raise ValidationError where there is none within a year."""
        expiry: datetime.datetime | None = self.cleaned_data["expiry"]
        now = timezone.now()
        if expiry is None or not now < expiry <= now + datetime.timedelta(days=MOST_DAYS):
            raise ValidationError(_("Choose a time within the next %(days)s days.") % {"days": MOST_DAYS})
        return expiry


@admin.register(Token)
class TokenAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    form = TokenForm
    list_display = ["name", "user", "created", "expiry"]
    list_select_related = ["user"]
    search_fields = ["name", "user__username"]
    filter_horizontal = ["scopes"]

    def get_changeform_initial_data(self, request: Any) -> dict[str, Any]:
        return {"user": request.user.pk, "expiry": _usual_end()}

    def get_queryset(self, request: Any) -> QuerySet[Token]:
        """Return the tokens that the reader may see: others' are for those who administer everything."""
        tokens = super().get_queryset(request)
        return tokens if request.user.is_superuser else tokens.filter(user=request.user)

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        """Offer nobody but themselves, unless they administer everything: a token acts in its user's name."""
        field: Any = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name == "user" and not request.user.is_superuser:
            field.queryset = field.queryset.filter(pk=request.user.pk)
        return field

    def formfield_for_manytomany(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        """Offer the rights on what the API can write."""
        models = [(model._meta.app_label, model._meta.model_name) for model in writable_models()]
        kinds = Permission.objects.filter(content_type__app_label__in={app for app, _model in models})
        kinds = kinds.filter(content_type__model__in={name for _app, name in models})
        kwargs["queryset"] = kinds.exclude(codename__startswith="view_").select_related("content_type")
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def has_change_permission(self, request: Any, obj: Token | None = None) -> bool:
        """Say no: what a token allows stays as it was when it was handed out."""
        return False

    def save_model(self, request: Any, obj: Token, form: Any, change: bool) -> None:
        """Make the token and show it, this once."""
        obj.digest, secret = get_digest_token()
        obj.token_key = secret[: CONSTANTS.TOKEN_KEY_LENGTH]
        super().save_model(request, obj, form, change)
        text = _("The token, which is shown only now: %(token)s") % {"token": secret}
        self.message_user(request, text, messages.WARNING)
