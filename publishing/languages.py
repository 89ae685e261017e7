"""Languages of a page: its own, that of the content on it, and the mark on content that is not in the page's own."""

import re
from typing import Any

from django.conf import settings
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from modeltranslation.fields import TranslationFieldDescriptor
from modeltranslation.translator import translator
from modeltranslation.utils import get_language as content_language

__all__ = [
    "connect",
    "content_language",
    "content_text",
    "in_content_language",
    "is_translated",
    "languages_of",
    "without_places",
]

#: Where content in another language begins and ends in a page that is being made: private use, so in no text.
BEGIN, END = "\ue000", "\ue001"
#: What holds no element: tags with their attributes, and elements that have text only.
TEXT_ONLY = re.compile(r"<(title|textarea|option|text|script)\b.*?</\1>|<[^>]*>", re.DOTALL)


def is_translated() -> bool:
    """Tell whether content stands in the active language."""
    return get_language() in {None, content_language()}


def languages_of(first: str, *, is_bilingual: bool) -> list[str]:
    """Return the languages in which content is shown: the first and, in the bilingual view, the other ones it has."""
    others = [code for code, _name in settings.CONTENT_LANGUAGES if code != content_language()]
    return [first, *(others if is_bilingual else [])]


class ContentText(str):
    """A text of the content in another language than the page's; a template that writes it marks it."""

    __slots__ = ()

    def __html__(self) -> str:
        return in_content_language(escape(str(self)))


def content_text(text: str) -> str:
    """Return a text of the content so that templates mark it where it is not in the page's language."""
    return text if is_translated() else ContentText(text)


def in_content_language(html: SafeString) -> SafeString:
    """Return content with, where the page is in another language, the places that ``without_places`` reads."""
    return html if is_translated() or not html else mark_safe(f"{BEGIN}{html}{END}")  # noqa: S308


def without_places(page: str) -> str:
    """Return a finished page with elements that name the language of its content in the places left for them.

    An attribute can have none; an option, or a text in a drawing, says it of itself.
    """
    language = content_language()

    def plain(match: re.Match[str]) -> str:
        whole = match[0]
        if BEGIN not in whole:
            return whole
        if match[1] in {"option", "text"}:
            whole = whole.replace(f"<{match[1]}", f'<{match[1]} lang="{language}" dir="ltr"', 1)
        return whole.replace(BEGIN, "").replace(END, "")

    page = TEXT_ONLY.sub(plain, page)
    return page.replace(BEGIN, f'<span lang="{language}" dir="ltr">').replace(END, "</span>")


class MarkedDescriptor(TranslationFieldDescriptor):
    """A translated field of a record, whose text knows in which language it stands."""

    def __get__(self, instance: Any, owner: Any) -> Any:
        value = super().__get__(instance, owner)  # type: ignore[no-untyped-call]
        return content_text(value) if type(value) is str else value


def connect() -> None:
    """Have records mark their texts, where pages can be in a language that content has not."""
    if settings.LANGUAGES == settings.CONTENT_LANGUAGES:
        return
    for model in translator.get_registered_models(abstract=False):
        for name in translator.get_options_for_model(model).all_fields:
            descriptor = model.__dict__.get(name)
            if isinstance(descriptor, TranslationFieldDescriptor):
                descriptor.__class__ = MarkedDescriptor
