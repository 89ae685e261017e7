"""``manage.py check_content``: what is to be done about the content, by check."""

import datetime
import json
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation
from django.utils.translation import gettext as _

from editing.checks import Check, Problem, checks
from publishing.filters import AsOfField, today

FORMATS = ["text", "json"]


class Command(BaseCommand):
    help = "List what is wrong with the content, or old, or unknown. Fails where there are errors, not for notices."

    def add_arguments(self, parser: CommandParser) -> None:
        # Values are looked at below: the parser would answer wrong ones with another status than 1.
        parser.add_argument("--as-of", help="the date, YYYY-MM-DD; without it, today")
        parser.add_argument("--check", action="append", help="the code of a check, as often as wanted; without it, all")
        parser.add_argument("--format", default="text", help="text or json")
        parser.add_argument("--lang", default=settings.LANGUAGE_CODE, help="the language of the report")

    def handle(self, *args: Any, **options: Any) -> None:
        date = _date(options["as_of"])
        codes = options["check"] or list(checks())
        for code in codes:
            _require("--check", code, list(checks()))
        _require("--format", options["format"], FORMATS)
        _require("--lang", options["lang"], [code for code, _name in settings.LANGUAGES])
        with translation.override(options["lang"]):
            found = {check: list(check.find(date)) for check in map(checks().__getitem__, dict.fromkeys(codes))}
            self.stdout.write(_as_json(date, found) if options["format"] == "json" else _as_text(date, found))
            errors = sum(len(problems) for check, problems in found.items() if check.is_error)
            if errors:
                raise CommandError(_("Errors: %(n)s") % {"n": errors})


def _date(text: str | None) -> datetime.date:
    try:
        return today() if text is None else AsOfField().clean(text)
    except ValidationError as error:
        raise CommandError(f"--as-of: {error.messages[0]}") from error


def _require(option: str, value: str, allowed: list[str]) -> None:
    if value not in allowed:
        raise CommandError(f"{option}: “{value}” is not one of {', '.join(allowed)}")


def _as_text(date: datetime.date, found: dict[Check, list[Problem]]) -> str:
    lines = [_("Content as of %(date)s") % {"date": date.isoformat()}]
    for check, problems in found.items():
        texts = {"label": check.label, "code": check.code, "level": check.level, "n": len(problems)}
        lines += ["", _("%(label)s (%(code)s, %(level)s): %(n)s") % texts]
        if problems:
            lines.append(f"  {check.remedy}")
        for one in problems:
            lines.append(f"  - {one.record._meta.label_lower} {one.record.key}  {one.message}  {one.form}".rstrip())
    return "\n".join(lines)


def _as_json(date: datetime.date, found: dict[Check, list[Problem]]) -> str:
    report = [
        {
            "code": check.code,
            "label": str(check.label),
            "remedy": str(check.remedy),
            "is_error": check.is_error,
            "count": len(problems),
            "problems": [
                {
                    "kind": one.record._meta.label_lower,
                    "key": one.record.key,
                    "message": one.message,
                    "form": one.form,
                    "page": one.page,
                }
                for one in problems
            ],
        }
        for check, problems in found.items()
    ]
    return json.dumps({"as_of": date.isoformat(), "checks": report}, ensure_ascii=False, indent=2)
