"""The digests of members of staff: each sees and changes their own."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from config.following import NotFollowable, followed_at
from config.models import Subscription
from publishing.languages import content_language
from publishing.models import Dataset


class SubscriptionForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Subscription
        fields: ClassVar[list[str]] = ["address", "language"]
        labels: ClassVar = {"address": _("Address of the list")}

    def clean_address(self) -> str:
        """Return the address; raise ValidationError where no list is at it."""
        address = str(self.cleaned_data["address"])
        if address:
            try:
                followed_at(address)
            except NotFollowable as error:
                raise ValidationError(str(error)) from error
        return address


@admin.register(Subscription)
class SubscriptionAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    form = SubscriptionForm
    list_display = ["__str__", "language"]

    def get_queryset(self, request: Any) -> QuerySet[Subscription]:
        return super().get_queryset(request).filter(user=request.user)

    def get_changeform_initial_data(self, request: Any) -> dict[str, Any]:
        return {"language": content_language(), **super().get_changeform_initial_data(request)}

    def has_module_permission(self, request: Any) -> bool:
        return bool(request.user.is_staff)

    # Whoever is let into the admin may follow what everybody may read.
    def has_view_permission(self, request: Any, obj: Subscription | None = None) -> bool:
        return self.has_module_permission(request)

    def has_add_permission(self, request: Any) -> bool:
        return self.has_module_permission(request)

    def has_change_permission(self, request: Any, obj: Subscription | None = None) -> bool:
        return self.has_module_permission(request)

    def has_delete_permission(self, request: Any, obj: Subscription | None = None) -> bool:
        return self.has_module_permission(request)

    def save_model(self, request: Any, obj: Subscription, form: Any, change: bool) -> None:
        """Make it the reader's; a new one tells what changes from now on."""
        if not change:
            obj.user, obj.revision = request.user, Dataset.current().revision
        super().save_model(request, obj, form, change)
