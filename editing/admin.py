"""Base of the editors' forms: both languages beside each other, a reason, and nobody's edit lost."""

from collections.abc import Callable
from typing import Any, ClassVar, cast

from django.apps import apps
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from modeltranslation.admin import TranslationAdmin

from editing.differences import differences
from editing.forms import EditingForm
from editing.models import Proposal
from editing.proposals import ProposalError, approve, must_propose, proposed, return_to_author, withdraw
from publishing.content.reading import ContentError
from publishing.history import attributed
from publishing.models import ChangeAction, KeyedModel


class PortalAdmin(TranslationAdmin):  # type: ignore[type-arg]
    """A form with each translated field in each language; long references are looked up, not listed."""

    form = EditingForm
    exclude = ("outdated",)
    list_per_page = 50
    save_on_top = True
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    search_fields: ClassVar[list[str]] = ["code", "name_en", "name_zh_hans"]
    change_form_template = "admin/editing/change_form.html"
    delete_confirmation_template = "admin/editing/delete_confirmation.html"

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Return the fields of the form; what is asked about texts behind others only where there are such."""
        unasked = [] if obj and obj.marks else ["confirmed"] if obj else ["confirmed", "is_correction"]
        return [
            (name, {**options, "fields": [one for one in options["fields"] if one not in unasked]})
            for name, options in super().get_fieldsets(request, obj)
        ]

    def get_autocomplete_fields(self, request: Any) -> list[str]:
        """Look up every reference to a model that has a search of its own."""
        relations = [*self.model._meta.fields, *self.model._meta.many_to_many]
        return [
            field.name
            for field in relations
            if field.remote_field and self.admin_site.is_registered(field.related_model) and field.editable
        ]

    def get_actions(self, request: HttpRequest) -> Any:
        """Return the actions on many records, less the deletion, which would ask for no reason."""
        return {name: one for name, one in super().get_actions(request).items() if name != "delete_selected"}

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show or save the form of a record."""
        view = super().changeform_view
        return self._attributed(request, lambda: view(request, *args, **kwargs))

    def delete_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Ask whether a record is to go, or delete it."""
        view = super().delete_view
        return self._attributed(request, lambda: view(request, *args, **kwargs))

    def _attributed(self, request: HttpRequest, work: Callable[[], HttpResponse]) -> HttpResponse:
        """Attribute what is changed to the reader with the reason given; under the two-person rule, propose it."""
        user: Any = request.user
        reason = request.POST.get("reason", "")
        if request.method != "POST" or not must_propose(user):
            with attributed(user, reason):
                return work()
        try:
            response, proposal = proposed(user, reason, work)
        except ProposalError as error:
            self.message_user(request, str(error), messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())
        if proposal is None:
            return response
        # The form has said that it saved.
        storage: Any = messages.get_messages(request)
        storage._queued_messages.clear()
        self.message_user(request, _("Your change waits for a publisher’s approval."), messages.WARNING)
        return HttpResponseRedirect(proposal.get_absolute_url())


@admin.register(Proposal)
class ProposalAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """What editors have proposed: they see their own, publishers decide on those of others."""

    list_display = ["__str__", "reason", "author", "made_at", "status", "decided_by"]
    list_filter = ["status"]
    list_select_related = ["author", "decided_by"]
    change_form_template = "admin/editing/proposal.html"
    decisions: ClassVar[dict[str, Callable[[Proposal, Any, str], None]]] = {
        "approve": approve,
        "return": return_to_author,
        "withdraw": withdraw,
    }

    def get_queryset(self, request: HttpRequest) -> QuerySet[Proposal]:
        proposals = super().get_queryset(request)
        return proposals if _may_publish(request) else proposals.filter(author=request.user)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Proposal | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Proposal | None = None) -> bool:
        return False

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Show what is proposed, or decide on it."""
        if object_id is None:
            # To be made by hand: never.
            raise PermissionDenied
        proposal = self.get_object(request, object_id)
        if proposal is None:
            raise Http404
        decision = request.POST.get("decision", "")
        if decision not in self.decisions:
            context = {"proposal": proposal, "records": _shown(proposal), "may_publish": _may_publish(request)}
            return super().changeform_view(request, object_id, form_url, {**(extra_context or {}), **context})
        if decision != "withdraw" and not _may_publish(request):
            raise PermissionDenied
        try:
            self.decisions[decision](proposal, request.user, request.POST.get("note", ""))
        except (ProposalError, ContentError) as error:
            self.message_user(request, str(error), messages.ERROR)
        else:
            self.message_user(request, _("Decided."), messages.SUCCESS)
        return HttpResponseRedirect(request.path)


def _may_publish(request: HttpRequest) -> bool:
    user: Any = request.user
    return bool(user.has_perm(settings.PUBLISH_RIGHT))


def _shown(proposal: Proposal) -> list[dict[str, Any]]:
    """Return each record of a proposal with what becomes of it and what is other in it."""
    return [
        {
            "kind": (model := cast("type[KeyedModel]", apps.get_model(one["kind"])))._meta.verbose_name,
            "key": one["key"],
            "action": ChangeAction(one["action"]).label,
            "differences": differences(model, one["before"] or {}, one["after"] or {}),
        }
        for one in proposal.changes
    ]
