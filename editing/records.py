"""Base of the editors' forms: a reason, the history with the way back, and nobody's edit lost."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.conf import settings
from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.contrib.admin.views.main import PAGE_VAR
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from modeltranslation.admin import TranslationAdmin

from editing.forms import EditingForm, conflict
from editing.layout import RecordLayout
from editing.past import history_of, removed, restore, states, title_of
from editing.proposals import ProposalError, must_propose, proposed
from publishing.content.dumping import relations, stored
from publishing.content.reading import ContentError
from publishing.history import attributed
from publishing.index import kind_of
from publishing.models import Dataset
from publishing.upkeep import changed_since

#: States of a record, or removed records, on a page.
HISTORY_PAGE = 50


class PortalAdmin(RecordLayout, TranslationAdmin):  # type: ignore[type-arg]
    """A form with each translated field in each language; long references are looked up, not listed."""

    form = EditingForm
    exclude = ("outdated",)
    list_per_page = 50
    save_on_top = True
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    search_fields: ClassVar[list[str]] = ["code", "name_en", "name_zh_hans"]
    #: Whether records come from spreadsheets too (editing/importing.py).
    importable: ClassVar[bool] = False
    change_form_template = "admin/editing/change_form.html"
    change_list_template = "admin/editing/record_list.html"
    delete_confirmation_template = "admin/editing/delete_confirmation.html"

    def get_urls(self) -> list[Any]:
        """Return the addresses of the forms, and of the list of what has been removed."""
        name = f"{self.opts.app_label}_{self.opts.model_name}_removed"
        view = self.admin_site.admin_view(self.removed_view)
        return [path("removed/", view, name=name), *super().get_urls()]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Return the fields of the form; what is asked about texts behind others only where there are such."""
        unasked = [] if obj and obj.marks else ["confirmed"] if obj else ["confirmed", "is_correction"]
        return [
            (name, {**options, "fields": [one for one in options["fields"] if one not in unasked]})
            for name, options in super().get_fieldsets(request, obj)
        ]

    def get_actions(self, request: HttpRequest, action_location: Any = None) -> Any:
        """Return the actions on records, less the deletion, which would ask for no reason."""
        # Django 6.1 says where they are offered, and asks that the parameter has this name; 5.2 has none.
        where = {"action_location": action_location} if action_location else {}
        actions: dict[str, Any] = super().get_actions(request, **where)
        return {name: one for name, one in actions.items() if name != "delete_selected"}

    def may_import(self, request: HttpRequest) -> bool:
        """Say whether the reader may bring records of this kind from a spreadsheet."""
        user: Any = request.user
        may_write = self.has_add_permission(request) and self.has_change_permission(request)
        return self.importable and may_write and bool(user.has_perm(settings.IMPORT_RIGHT))

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Show the list of the records."""
        kind = kind_of(self.model) if self.may_import(request) else ""
        return super().changelist_view(request, {"import_kind": kind, **(extra_context or {})})

    def get_ordering(self, request: HttpRequest) -> Any:
        """Return an order in which no two records are equal."""
        return super().get_ordering(request) or self.model.key_fields

    def get_object(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Return a record with what its relations lead to at hand."""
        record = super().get_object(request, *args, **kwargs)
        if record is not None:
            related = [models.Prefetch(one.name, stored(one.related_model)) for one in relations(self.model)]
            models.prefetch_related_objects([record], *related)
        return record

    def get_view_on_site_url(self, obj: Any = None) -> str | None:
        """Return the record's address on the public site; None where it has no page."""
        return obj.get_absolute_url() if hasattr(obj, "get_absolute_url") else None

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show or save the form of a record."""
        view = super().changeform_view
        return self._attributed(request, lambda: view(request, *args, **kwargs))

    def delete_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Ask whether a record is to go, or delete it."""
        view = super().delete_view
        return self._attributed(request, lambda: view(request, *args, **kwargs))

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save the record with its relations as one change; not where only its rows are other."""
        if not change or not {"reason", "opened", "is_correction"}.issuperset(form.changed_data):
            form.save()

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        """Show the form; one that another has overtaken with both versions, put together as far as that goes."""
        form = context["adminform"].form
        if form.is_bound and form.is_stale:
            formsets = [one.formset for one in context["inline_admin_formsets"]]
            context["conflict"] = conflict(form, formsets)
            for one in [form, *(row for formset in formsets for row in formset.initial_forms)]:
                one.rebase()
        return super().render_change_form(request, context, *args, **kwargs)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Show every state of a record, also of one that was removed, or make it as it was."""
        record: Any = self.get_object(request, unquote(object_id))
        if not self.has_view_or_change_permission(request, record):
            raise PermissionDenied
        rows = history_of(self.model, unquote(object_id)) if unquote(object_id).isdecimal() else None
        if rows is None or not rows.exists():
            raise Http404
        may_restore = self.has_change_permission(request, record)
        if request.method == "POST":
            if not may_restore:
                raise PermissionDenied
            return self._attributed(request, lambda: self._restored(request, rows, record))
        page = self.get_paginator(request, rows, HISTORY_PAGE).get_page(request.GET.get(PAGE_VAR))
        # One more, so that the last has one before it.
        shown = states(self.model, list(rows[page.start_index() - 1 : page.end_index() + 1]))
        latest = title_of(self.model, shown[0]) if record is None else str(record)
        context = {
            **self.admin_site.each_context(request),
            "title": _("History: %(record)s") % {"record": latest},
            "subtitle": None,
            "object": record,
            "opts": self.opts,
            "states": shown[: len(page)],
            "page": page,
            "page_var": PAGE_VAR,
            "may_restore": may_restore,
            "opened": Dataset.current().revision,
        }
        return TemplateResponse(request, "admin/editing/history.html", context)

    def _restored(self, request: HttpRequest, rows: Any, record: Any) -> HttpResponse:
        """Make a record as a row of its history shows it, unless something is against it, which is said."""
        row = rows.filter(pk=request.POST.get("row")).first() if request.POST.get("row", "").isdecimal() else None
        opened = request.POST.get("opened", "")
        if row is None:
            raise Http404
        if not request.POST.get("reason", "").strip():
            self.message_user(request, _("Say why."), messages.ERROR)
        elif record is not None and (not opened.isdecimal() or changed_since(record, int(opened), alone=True)):
            said = _("Somebody has changed this record since you opened its history: look at it again.")
            self.message_user(request, said, messages.ERROR)
        else:
            try:
                written = restore(self.model, row)
            except ContentError as error:
                for fault in error.faults:
                    self.message_user(request, f"{fault.field}: {fault.message}", messages.ERROR)
            else:
                text = ngettext("Restored, %(count)s record.", "Restored, %(count)s records.", len(written))
                self.message_user(request, text % {"count": len(written)}, messages.SUCCESS)
                address = f"admin:{self.opts.app_label}_{self.opts.model_name}_history"
                return HttpResponseRedirect(reverse(address, args=[written[0].pk]))
        return HttpResponseRedirect(request.get_full_path())

    def removed_view(self, request: HttpRequest) -> HttpResponse:
        """List the records that are no more, each with the way to its history."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        page = self.get_paginator(request, removed(self.model), HISTORY_PAGE).get_page(request.GET.get(PAGE_VAR))
        title = _("Removed: %(kind)s") % {"kind": self.opts.verbose_name_plural}
        found = [(title_of(self.model, state), state) for state in states(self.model, list(page))]
        context = {**self.admin_site.each_context(request), "title": title, "opts": self.opts}
        context |= {"found": found, "page": page, "page_var": PAGE_VAR}
        return TemplateResponse(request, "admin/editing/removed.html", context)

    def _attributed(self, request: HttpRequest, work: Callable[[], HttpResponse]) -> HttpResponse:
        """Attribute what is changed to the reader with the reason given; under the two-person rule, propose it."""
        user: Any = request.user
        reason = request.POST.get("reason", "")
        if request.method != "POST":
            return work()
        if not must_propose(user):
            # No other writer comes between what the form compares and what it saves.
            with transaction.atomic(), attributed(user, reason):
                Dataset.lock()
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
