"""The template tag that links terms of the glossary."""

from django import template
from django.http import HttpRequest
from django.template import Context
from django.urls import reverse
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString

from publishing.conditional import STATE
from publishing.languages import ContentText, content_language, in_content_language
from publishing.models import Dataset
from publishing.templatetags.portal import to
from search.linking import finder

register = template.Library()

#: Where a request keeps the terms that its page has linked.
LINKED = "portal.linked_terms"


@register.simple_tag(takes_context=True)
def with_terms(context: Context, text: str) -> SafeString:
    """Return a text of the active language in which each term that the page has not linked yet leads to its entry.

    A page gives its texts in reading order; headings and what is a link already are none of them.
    """
    request: HttpRequest = context["request"]
    linked: set[str] = request.META.setdefault(LINKED, set())
    terms = finder(content_language(), request.META.get(STATE) or Dataset.current())
    html, done = SafeString(""), 0
    for start, end, code in terms.find(text):
        if code not in linked:
            linked.add(code)
            address = to(context, f"{reverse('glossary')}#{code}")
            html += escape(text[done:start]) + format_html('<a class="term" href="{}">{}</a>', address, text[start:end])
            done = end
    html += escape(text[done:])
    return in_content_language(html) if isinstance(text, ContentText) else html
