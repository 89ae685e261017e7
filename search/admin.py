"""Editors' form of the glossary."""

from django.contrib import admin

from editing.admin import PortalAdmin
from search.models import Term


@admin.register(Term)
class TermAdmin(PortalAdmin):
    list_display = ["code", "name", "variants"]
    search_fields = ["code", "name_en", "name_zh_hans", "variants_en", "variants_zh_hans"]
