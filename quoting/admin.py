"""Quotations as administrators see them: read, and deleted where somebody has filled the room with nonsense."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet

from quoting.models import FrozenContent, FrozenView


@admin.register(FrozenView)
class FrozenViewAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ["code", "address", "as_of", "revision", "frozen_at"]
    search_fields = ["code", "address"]
    date_hierarchy = "frozen_at"

    def get_fields(self, request: Any, obj: Any = None) -> list[Any]:
        return [*self.list_display, "content"]

    def has_add_permission(self, request: Any) -> bool:
        return False

    def has_change_permission(self, request: Any, obj: Any = None) -> bool:
        return False

    def delete_model(self, request: Any, obj: FrozenView) -> None:
        super().delete_model(request, obj)
        FrozenContent.objects.filter(views=None).delete()

    def delete_queryset(self, request: Any, queryset: QuerySet[FrozenView]) -> None:
        super().delete_queryset(request, queryset)
        FrozenContent.objects.filter(views=None).delete()
