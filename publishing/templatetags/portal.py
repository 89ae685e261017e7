"""Template tags that every page uses."""

import datetime
from functools import lru_cache
from typing import Any

from django import template
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.template import Context
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, override, pgettext
from django.utils.translation import gettext as _

from publishing.dates import PartialDate, first_fresh
from publishing.filters import AsOfField
from publishing.languages import ContentText, content_language, content_text, is_translated
from publishing.models import TranslatedModel
from publishing.renderers import json_bytes

register = template.Library()

#: HTML's names of the languages, where they are not Django's.
HTML_LANGUAGES = {"zh-hans": "zh-Hans"}
#: How the switch names each language: in itself.
NATIVE_NAMES = {
    "en": "English",
    "zh-hans": "中文",
    "fr": "Français",
    "es": "Español",
    "ru": "Русский",
    "ar": "العربية",
}


#: What could end a script element or begin another, as django.utils.html.json_script writes it; and the line ends of
#: JavaScript that JSON takes for text.
JSON_ESCAPES = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}


@register.filter
def html_lang(code: str) -> str:
    """Return the language tag for HTML's ``lang``: "zh-Hans"."""
    return HTML_LANGUAGES.get(code, code)


@register.filter
def day(value: datetime.date | PartialDate | None) -> str:
    """Return a date in words of the active language, as exact as it is known."""
    if not value:
        return ""
    partial = value if isinstance(value, PartialDate) else PartialDate(value)
    return partial.display()


@register.filter
def interval(relation: Any) -> str:
    """Return from when to when a dated relation held, in words."""
    since, until = relation.since_date, relation.until_date
    if since and until:
        return _("%(since)s to %(until)s") % {"since": since.display(), "until": until.display()}
    if since:
        text = since.display()
        return text if since.precision == "by" else _("since %(since)s") % {"since": text}
    if until:
        return _("until %(until)s") % {"until": until.display()}
    return _("beginning not stated")


@register.filter
def decision(symbol: str) -> str:
    """Return a decision's symbol as a text names it: "decision SC-4/23", "第SC-4/23号决定"."""
    return pgettext("a decision by its symbol", "decision %(symbol)s") % {"symbol": symbol}


@register.filter
def joined(values: Any) -> str:
    """Return names joined as the language joins them: ", " or "、"."""
    texts = list(values)
    text = pgettext("between items of a list", ", ").join(map(str, texts))
    return content_text(text) if texts and all(isinstance(one, ContentText) for one in texts) else text


@register.simple_tag(takes_context=True)
def to(context: Context, target: Any, query: str = "") -> str:
    """Return the address of a record or page, with the date of the page that links to it.

    Args:
        context: the template's, with the request.
        target: a record, the name of an address without arguments, or an address that begins with "/".
        query: a query string to add, such as "mechanism=basel".
    """
    if not isinstance(target, str):
        target = target.get_absolute_url()
    elif not target.startswith("/"):
        target = reverse(target)
    address, hash_sign, fragment = target.partition("#")
    path, _mark, own = address.partition("?")
    request: HttpRequest | None = context.get("request")
    # A question to start from has a date of its own, and what an earlier day's statement rests on.
    has_own = "as_of=" in f"{own}&{query}"
    date = _valid_date(request.GET.get("as_of", "")) if request and not has_own else ""
    text = "&".join(part for part in (own, query, date and f"as_of={date}") if part)
    return f"{path}?{text}{hash_sign}{fragment}" if text else target


@lru_cache(maxsize=256)
def _valid_date(text: str) -> str:
    """Return a date as an address writes it; nothing where there is none, or one that every page would refuse."""
    try:
        date = AsOfField(required=False).clean(text)
    except ValidationError:
        return ""
    return date.isoformat() if date else ""


@register.simple_tag(takes_context=True)
def without(context: Context, name: str, value: str | None = None) -> str:
    """Return the page's query string less one value of a parameter, or less the parameter; the page number goes too."""
    query = context["request"].GET.copy()
    kept = [one for one in query.getlist(name) if value is not None and one != value]
    query.setlist(name, kept)
    query.pop("page", None)
    text = query.urlencode()
    return f"?{text}" if text else context["request"].path


@register.simple_tag(takes_context=True)
def languages(context: Context) -> list[dict[str, Any]]:
    """Return the page's address in each language, its query kept."""
    request: HttpRequest | None = context.get("request")
    active = context.get("LANGUAGE_CODE") or "en"
    rows = []
    for code, _name in settings.LANGUAGES:
        path = request.path if request else "/"
        parts = path.split("/", 2)
        rest = parts[2] if len(parts) > 2 and parts[1] in NATIVE_NAMES else ""
        query = f"?{request.META['QUERY_STRING']}" if request and request.META.get("QUERY_STRING") else ""
        rows.append(
            {"code": code, "name": NATIVE_NAMES[code], "url": f"/{code}/{rest}{query}", "is_active": code == active}
        )
    return rows


@register.simple_tag
def api_language() -> str:
    """Return the language in which the API answers a reader of the page."""
    return content_language()


@register.simple_tag
def untranslated() -> str:
    """Return the language tag of the content, where it is not in the page's language."""
    return "" if is_translated() else html_lang(content_language())


@register.simple_tag(takes_context=True)
def hidden_fields(context: Context, *names: str) -> SafeString:
    """Return hidden inputs that keep the page's query in a form, less blanks, named parameters and the page number."""
    fields = SafeString("")
    for name, values in context["request"].GET.lists():
        if name not in {*names, "page"}:
            for value in filter(str.strip, values):
                fields += format_html('<input type="hidden" name="{}" value="{}">', name, value)
    return fields


@register.simple_tag(takes_context=True)
def kept_fields(context: Context, *names: str) -> SafeString:
    """Return hidden inputs that keep the named parameters of the page's query in a form."""
    query = context["request"].GET
    return hidden_fields(context, *(name for name in query if name not in names))


@register.simple_tag(takes_context=True)
def api_address(context: Context, path: str) -> str:
    """Return the address of the page's data in the API: same filters, less what is about the page's looks."""
    query = context["request"].GET.copy()
    filterset = context.get("filterset")
    for name in ("page", "page_size", *(filterset.looks if filterset else ())):
        query.pop(name, None)
    text = query.urlencode()
    return f"{path}?{text}" if text else path


@register.filter
def is_web(address: str) -> bool:
    """Tell whether an address is one of the web: one of another kind could be a program."""
    return address.lower().startswith(("https://", "http://"))


@register.simple_tag(takes_context=True)
def feed_address(context: Context, path: str) -> str:
    """Return the address of the feed of what changes in the page's list: same filters, in the page's language.

    A reader who follows a list follows it as it becomes, whatever date the page shows.
    """
    query = context["request"].GET.copy()
    filterset = context.get("filterset")
    for name in ("page", "page_size", "ordering", "as_of", *(filterset.looks if filterset else ())):
        query.pop(name, None)
    query.update({"format": "atom", "lang": content_language()})
    return f"{path}?{query.urlencode()}"


@register.simple_tag
def external(address: str) -> SafeString:
    """Return a link to an address of the web; of another kind the text alone."""
    if not is_web(address):
        return format_html("{}", address)
    return format_html('<a href="{0}" rel="external">{0}</a>', address)


@register.simple_tag
def json_ld(data: dict[str, Any]) -> SafeString:
    """Return linked data (JSON-LD) as a data block, which browsers do not run and the policy does not concern."""
    text = json_bytes(data).decode().translate(JSON_ESCAPES)
    return format_html('<script type="application/ld+json">{}</script>', SafeString(text))


@register.inclusion_tag("_components/newer.html")
def newer(record: TranslatedModel | None, field: str, language: str = "") -> dict[str, Any]:
    """Say of a text that is out of date which language of it is newer.

    Args:
        record: whose text it is; none says nothing.
        field: which text.
        language: of the text, and what is said is in it; the page's if left out.
    """
    with override(language or get_language()):
        code = content_language()
        if record is None or f"{field}.{code}" not in record.marks:
            return {}
        # A name in its own language would say it to those only who read that.
        others = [str(name) for other, name in settings.CONTENT_LANGUAGES if f"{field}.{other}" not in record.marks]
        return {"text": _("%(languages)s text newer") % {"languages": joined(others)}}


@register.filter
def is_older(stated: datetime.date, as_of: datetime.date) -> bool:
    """Tell whether a statement is older than five years on the date shown; then its date stands on its face."""
    return stated < first_fresh(as_of)


@register.filter
def item(mapping: dict[str, Any], key: str) -> Any:
    """Return what ``mapping`` has under ``key``; nothing where it has none."""
    return mapping.get(key, "")
