"""Compile the message catalogues (.po to .mo) in Python.

Django's compilemessages calls msgfmt, which a machine with only Python does not have.
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polib
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

#: The named placeholders that Django's texts use, such as "%(count)s"; "%%" is a plain per cent sign.
PLACEHOLDER = re.compile(r"%%|%\((\w+)\)[-+#0 .\d]*[a-z]")


class Command(BaseCommand):
    help = "Compile each catalogue whose .mo file is missing or older than its .po file."
    # Catalogues are compiled before anything else is ready.
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        problems: list[str] = []
        for folder in settings.LOCALE_PATHS:
            for po in sorted(Path(folder).glob("*/LC_MESSAGES/*.po")):
                if is_stale(po):
                    problems += compile_catalogue(po)
        if problems:
            raise CommandError("\n".join(problems))


def is_stale(po: Path) -> bool:
    """Tell whether the .mo file beside the catalogue is missing or not newer than it."""
    mo = po.with_suffix(".mo")
    return not mo.exists() or mo.stat().st_mtime <= po.stat().st_mtime


def compile_catalogue(po: Path) -> list[str]:
    """Write the .mo file beside the catalogue, or return what is wrong with it, each as "file:line: problem"."""
    try:
        catalogue = polib.pofile(str(po), encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        # polib says "Syntax error in po file PATH (line N): why".
        found = re.search(r"\(line (\d+)\):? ?(.*)", str(error))
        line, problem = found.groups() if found else ("1", str(error))
        return [f"{po}:{line}: {problem or 'syntax error'}"]

    problems = [f"{po}:{line}: {problem}" for line, problem in catalogue_problems(catalogue)]
    if not problems:
        # A server that starts meanwhile sees the old file or the new one, never half of one.
        unfinished = po.with_suffix(".mo.new")
        catalogue.save_as_mofile(str(unfinished))
        os.replace(unfinished, po.with_suffix(".mo"))
    return problems


def catalogue_problems(catalogue: polib.POFile) -> Iterator[tuple[int, str]]:
    """Yield line and description of each entry that must not reach a reader."""
    if catalogue.metadata_is_fuzzy:
        yield 1, "the header is marked fuzzy"
    seen: set[tuple[str | None, str]] = set()
    plural_forms = re.search(r"nplurals=(\d+)", catalogue.metadata.get("Plural-Forms", ""))
    for entry in catalogue:
        # Obsolete entries (#~) are history: nobody reads them, so nothing about them is a problem.
        if entry.obsolete:
            continue
        line, name = entry.linenum or 1, repr(entry.msgid)
        if (entry.msgctxt, entry.msgid) in seen:
            yield line, f"stands twice: {name}"
        seen.add((entry.msgctxt, entry.msgid))
        if entry.fuzzy:
            yield line, f"fuzzy: {name}"

        forms = list(entry.msgstr_plural.values()) or [entry.msgstr]
        if any(forms) and entry.msgid_plural and plural_forms and len(forms) != int(plural_forms[1]):
            yield line, f"{len(forms)} plural forms where the language has {plural_forms[1]}: {name}"
        # An entry without any translation shows the original, which is whole; half of one shows a gap.
        if any(forms) and not all(forms):
            yield line, f"a plural form is empty: {name}"
        known = placeholders(entry.msgid) | placeholders(entry.msgid_plural)
        for form in forms:
            if unknown := placeholders(form) - known:
                yield line, f"placeholder that the original does not have ({', '.join(sorted(unknown))}): {name}"
            # A plural form may leave out the number ("one centre"); any other text needs every placeholder.
            if form and not entry.msgid_plural and (missing := known - placeholders(form)):
                yield line, f"placeholder missing ({', '.join(sorted(missing))}): {name}"


def placeholders(text: str) -> set[str]:
    """Return the names of the placeholders in a text."""
    return {found[1] for found in PLACEHOLDER.finditer(text) if found[1]}
