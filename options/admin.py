"""Editors' form of the ready-made questions."""

from typing import ClassVar

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from editing.records import PortalAdmin
from options.models import Preset


@admin.register(Preset)
class PresetAdmin(PortalAdmin):
    list_display = ["code", "name", "position"]
    help_texts: ClassVar = {
        "name": _("The question, in a few words."),
        "summary": _("What is asked for, and by whom, in one to three sentences."),
    }
