"""Forms of accounts, roles and tokens, and the records of signing in."""

import datetime
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, Permission, User
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice
from knox.models import get_digest_token
from knox.settings import CONSTANTS

from accounts import second_factor
from accounts.models import CountedFailure, FailedSignIn, SignIn, StaffAction, Token
from accounts.roles import ROLES, label_of
from editing.api import writable_models
from publishing.templatetags.portal import joined

#: Days that a token lasts unless another day is chosen, and at most.
USUAL_DAYS, MOST_DAYS = 90, 366

admin.site.unregister([User, Group])
# They hold the secrets of second factors; administrators remove those, and nobody reads them.
admin.site.unregister([TOTPDevice, StaticDevice])


@admin.register(User)
class StaffAdmin(UserAdmin):  # type: ignore[type-arg]
    """Accounts. Rights come from roles; only who administers everything touches others of that kind."""

    list_display = ["username", "first_name", "last_name", "roles", "is_active", "last_login"]
    list_filter = ["is_active", "is_staff", "is_superuser"]
    actions = ["remove_second_factor"]
    add_fieldsets = (*UserAdmin.add_fieldsets, (None, {"classes": ["wide"], "fields": ["groups"]}))

    @admin.display(description=gettext_lazy("roles"))
    def roles(self, user: User) -> str:
        return joined(label_of(group) for group in user.groups.all())

    def get_queryset(self, request: Any) -> QuerySet[User]:
        return super().get_queryset(request).prefetch_related("groups")

    def get_readonly_fields(self, request: Any, obj: User | None = None) -> tuple[str, ...]:
        """Return what nobody else may give to anybody."""
        return () if request.user.is_superuser else ("is_superuser", "user_permissions")

    def has_change_permission(self, request: Any, obj: User | None = None) -> bool:
        return super().has_change_permission(request, obj) and _may_touch(request.user, obj)

    def has_delete_permission(self, request: Any, obj: User | None = None) -> bool:
        """Say whether an account may go; not one that has done something, whose log would go with it: switch it off."""
        has_acted = obj is not None and StaffAction.objects.filter(user=obj).exists()
        return super().has_delete_permission(request, obj) and _may_touch(request.user, obj) and not has_acted

    def formfield_for_manytomany(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        field: Any = super().formfield_for_manytomany(db_field, request, **kwargs)
        if db_field.name == "groups":
            field.label_from_instance = label_of
        return field

    def save_model(self, request: Any, obj: User, form: Any, change: bool) -> None:
        """Let a new account into the admin: it is for nothing else."""
        obj.is_staff = obj.is_staff or not change
        super().save_model(request, obj, form, change)

    def construct_change_message(self, request: Any, form: Any, formsets: Any, add: bool = False) -> list[Any]:
        """Return what the log says of a save: which roles, beside which fields."""
        message: list[Any] = super().construct_change_message(request, form, formsets, add)
        before, after = set(form.initial.get("groups", ())), set(form.cleaned_data.get("groups", ()))
        for what, groups in (("added", after - before), ("deleted", before - after)):
            message += [{what: {"name": "role", "object": name}} for name in sorted(group.name for group in groups)]
        return message

    @admin.action(permissions=["change"], description=gettext_lazy("Remove the second factor (the phone is lost)"))
    def remove_second_factor(self, request: Any, queryset: QuerySet[User]) -> None:
        for user in queryset:
            if _may_touch(request.user, user):
                second_factor.remove(user)
                self.log_change(request, user, [{"changed": {"fields": ["Second factor"]}}])
                self.message_user(request, _("The second factor of %(name)s is removed.") % {"name": user})


def _may_touch(reader: Any, user: User | None) -> bool:
    return reader.is_superuser or user is None or not user.is_superuser


@admin.register(Group)
class RoleAdmin(GroupAdmin):
    """Groups. The roles stay as accounts.roles has them."""

    list_display = ["label"]

    @admin.display(description=gettext_lazy("role"), ordering="name")
    def label(self, group: Group) -> str:
        return label_of(group)

    def has_change_permission(self, request: Any, obj: Group | None = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or obj.name not in ROLES)

    def has_delete_permission(self, request: Any, obj: Group | None = None) -> bool:
        return super().has_delete_permission(request, obj) and (obj is None or obj.name not in ROLES)


class RecordAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Records that the portal writes, and that are read here."""

    def has_add_permission(self, request: Any) -> bool:
        return False

    def has_change_permission(self, request: Any, obj: Any = None) -> bool:
        return False


@admin.register(StaffAction)
class StaffActionAdmin(RecordAdmin):
    list_display = ["action_time", "user", "action", "content_type", "object_repr", "message"]
    list_filter = ["action_flag", "content_type"]
    list_select_related = ["user", "content_type"]
    search_fields = ["user__username", "object_repr"]
    date_hierarchy = "action_time"

    def get_fields(self, request: Any, obj: Any = None) -> list[Any]:
        return self.list_display

    def has_delete_permission(self, request: Any, obj: Any = None) -> bool:
        return False

    @admin.display(description=gettext_lazy("action"), ordering="action_flag")
    def action(self, entry: StaffAction) -> str:
        return str(entry.get_action_flag_display())

    @admin.display(description=gettext_lazy("what was changed"))
    def message(self, entry: StaffAction) -> str:
        return entry.get_change_message()


class SignInRecordAdmin(RecordAdmin):
    """Records of signing in."""

    search_fields = ["username", "ip_address"]
    date_hierarchy = "attempt_time"

    def get_fields(self, request: Any, obj: Any = None) -> list[Any]:
        return [*self.list_display, "user_agent", "path_info"]


@admin.register(SignIn)
class SignInAdmin(SignInRecordAdmin):
    list_display = ["attempt_time", "username", "ip_address", "logout_time"]


@admin.register(FailedSignIn)
class FailedSignInAdmin(SignInRecordAdmin):
    list_display = ["attempt_time", "username", "ip_address", "locked_out"]
    list_filter = ["locked_out"]


@admin.register(CountedFailure)
class CountedFailureAdmin(SignInRecordAdmin):
    list_display = ["attempt_time", "username", "ip_address", "failures_since_start"]


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
        """Return the tokens that the reader may see, and revoke: others' are for those who administer accounts."""
        tokens = super().get_queryset(request)
        return tokens if request.user.has_perm("auth.change_user") else tokens.filter(user=request.user)

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
