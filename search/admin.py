"""Editors' form of the glossary."""

from typing import ClassVar

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from editing.records import PortalAdmin
from search.models import Term


@admin.register(Term)
class TermAdmin(PortalAdmin):
    list_display = ["code", "name", "variants"]
    search_fields = ["code", "name_en", "name_zh_hans", "variants_en", "variants_zh_hans"]
    help_texts: ClassVar = {"name": _("The term as official documents in this language write it.")}
