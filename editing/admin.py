"""The editors' own pages: proposals, and the import from spreadsheets."""

from collections.abc import Callable, Sequence
from typing import Any, ClassVar, cast

from django.apps import apps
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from editing.differences import differences
from editing.forms import ReasonForm, UploadForm
from editing.importing import ImportProblem, allowed_values, apply, guide, present_records, receive, table
from editing.models import Import, Proposal
from editing.proposals import ProposalError, approve, return_to_author, withdraw
from editing.records import PortalAdmin
from editing.sheets import csv_bytes, xlsx_bytes
from publishing.content.reading import ContentError
from publishing.index import kind_of
from publishing.languages import content_language
from publishing.models import ChangeAction, KeyedModel
from publishing.registry import record_type_of

#: Faults or changed records of an import on a page.
IMPORT_PAGE = 100
TYPES = {"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


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


@admin.register(Import)
class ImportAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """The reader's own imports: to add one is to send a file, to open one is to decide on it."""

    list_display = ["file_name", "records", "made_at"]

    @admin.display(description=gettext_lazy("records"))
    def records(self, obj: Import) -> str:
        return capfirst(str(apps.get_model(obj.kind)._meta.verbose_name_plural))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Import]:
        user: Any = request.user
        return super().get_queryset(request).filter(author=user)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_add_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        user: Any = request.user
        return bool(user.has_perm(settings.IMPORT_RIGHT))

    def has_view_permission(self, request: HttpRequest, obj: Import | None = None) -> bool:
        return self.has_add_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Import | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Import | None = None) -> bool:
        return False

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/faults.csv", view(self.faults_view), name="editing_import_faults"),
            path("<str:kind>/<str:what>.<str:wanted>", view(self.file_view), name="editing_import_file"),
            *super().get_urls(),
        ]

    def kinds(self, request: HttpRequest) -> dict[str, type[KeyedModel]]:
        """Return the models whose records the reader may import, in the order of their names."""
        models = [
            one.model
            for one in self.admin_site._registry.values()
            if isinstance(one, PortalAdmin) and one.may_import(request)
        ]
        return {kind_of(model): model for model in sorted(models, key=kind_of)}

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> Any:
        """Show the form for a file, or check the file that was sent and lead to what it would change."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        kinds = self.kinds(request)
        choices = [(kind, capfirst(str(model._meta.verbose_name_plural))) for kind, model in kinds.items()]
        form = UploadForm(request.POST or None, request.FILES or None, kinds=choices, initial=request.GET.dict())
        if form.is_valid():
            given = form.cleaned_data
            made = receive(request.user, kinds[given["kind"]], given["file"].name, given["sheet"])
            return HttpResponseRedirect(made.get_absolute_url())
        return self._page(request, "upload", _("Import from a spreadsheet"), form=form, kinds=choices)

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> Any:
        """Show what an import would change or what is wrong with it, apply it or cancel it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        held = self.get_object(request, object_id)
        if held is None:
            raise Http404
        model: Any = self.kinds(request).get(held.kind)
        if model is None:
            raise PermissionDenied
        records = f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
        form = ReasonForm()
        if request.POST.get("decision") == "cancel":
            held.delete()
            self.message_user(request, _("Cancelled: nothing was written."), messages.WARNING)
            return HttpResponseRedirect(f"{reverse('admin:editing_import_add')}?kind={held.kind}")
        if request.POST.get("decision") == "apply":
            form = ReasonForm(request.POST)
            if form.is_valid():
                try:
                    apply(held.pk, form.cleaned_data["reason"])
                except (ImportProblem, ContentError) as error:
                    self.message_user(request, str(error), messages.ERROR)
                    return HttpResponseRedirect(request.path)
                self.log_addition(request, held, [{"added": {}}])
                self.message_user(request, _("Imported: %(name)s.") % {"name": held.file_name}, messages.SUCCESS)
                return HttpResponseRedirect(reverse(records))
        elif request.method == "POST":
            raise PermissionDenied
        return self._page(request, "import", held.file_name, form=form, **_checked(held, model, request))

    def file_view(self, request: HttpRequest, kind: str, what: str, wanted: str) -> HttpResponse:
        """Answer with the empty table of a kind ("template") or with that of its records ("records")."""
        model = self.kinds(request).get(kind)
        if model is None or what not in {"template", "records"} or wanted not in TYPES:
            raise Http404
        record_type = record_type_of(model)
        lines = table(record_type, present_records(record_type) if what == "records" else [])
        if wanted == "csv":
            data = csv_bytes(lines)
        else:
            data = xlsx_bytes(lines, allowed_values(record_type), guide(record_type))
        return _download(data, f"{record_type.name}-{what}.{wanted}")

    def faults_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Answer with the faults of an import as CSV."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        held = self.get_object(request, str(pk))
        if held is None:
            raise Http404
        lines = [[_("Row"), _("Column"), _("Fault")], *([str(one) for one in fault] for fault in _faults(held))]
        return _download(csv_bytes(lines), "faults.csv")

    def _page(self, request: HttpRequest, name: str, title: str, **context: Any) -> TemplateResponse:
        common = {**self.admin_site.each_context(request), "opts": self.opts, "title": title}
        return TemplateResponse(request, f"admin/editing/{name}.html", {**common, **context})


def _download(data: bytes, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(data, content_type=TYPES[name.rpartition(".")[2]], headers=headers)


def _faults(held: Import) -> Sequence[Any]:
    return held.faults.get(content_language(), [])  # type: ignore[no-any-return]


def _checked(held: Import, model: type[KeyedModel], request: HttpRequest) -> dict[str, Any]:
    """Return what the page of an import has: a page of its faults, or of what it would change."""
    faults = _faults(held)
    page = Paginator(faults or held.changes, IMPORT_PAGE).get_page(request.GET.get("p"))
    added = sum(change["action"] == ChangeAction.ADDED for change in held.changes)
    return {
        "import": held,
        "records": model._meta.verbose_name_plural,
        "faulty_rows": len({row for row, _column, _message in faults}),
        "faults": page if faults else [],
        "page": page,
        "counts": {"added": added, "changed": len(held.changes) - added, "unchanged": held.unchanged},
        "changes": [
            {
                "key": change["key"],
                "action": ChangeAction(change["action"]).label,
                "differences": differences(model, change["before"] or {}, change["after"]),
            }
            for change in ([] if faults else page)
        ],
    }
