"""The guide to the API as a page: docs/api.md and docs/api.zh-hans.md, which the repository shows too."""

from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from django.conf import settings
from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML

FILES = {"en": "api.md", "zh-hans": "api.zh-hans.md"}
#: What the examples name, where `make run` serves.
HOST = "http://127.0.0.1:8000"


@dataclass(frozen=True)
class Guide:
    """A guide as HTML, and its sections by the place in the page."""

    title: str
    sections: dict[str, str]
    html: str


class GuideRenderer(RendererHTML):
    """Makes what can be wider than a phone scroll inside itself, by keyboard too."""

    def fence(self, tokens: Any, idx: int, options: Any, env: Any) -> str:
        return f"<pre{self.renderAttrs(tokens[idx])}><code>{escapeHtml(tokens[idx].content)}</code></pre>\n"

    def table_open(self, tokens: Any, idx: int, options: Any, env: Any) -> str:
        return f'<div class="pan"{self.renderAttrs(tokens[idx])}><table class="plain">\n'

    def table_close(self, tokens: Any, idx: int, options: Any, env: Any) -> str:
        return "</table></div>\n"


@cache
def guide(lang: str) -> Guide:
    """Return the guide in a language; it is read once."""
    text = (Path(settings.BASE_DIR) / "docs" / FILES[lang]).read_text(encoding="utf-8")
    markdown = MarkdownIt("commonmark", {"html": False}, renderer_cls=GuideRenderer).enable("table")
    tokens = markdown.parse(text)
    sections: dict[str, str] = {}
    heading = ""
    for opening, inline in pairwise(tokens):
        if opening.type == "heading_open" and opening.tag == "h2":
            # By number: the same in every language, and as it was when a heading is reworded.
            place, heading = f"section-{len(sections) + 1}", inline.content
            opening.attrSet("id", place)
            sections[place] = heading
        elif opening.type in {"fence", "table_open"}:
            opening.attrs |= {"tabindex": "0", "role": "group", "aria-label": heading}
            if opening.info in {"text", "json"}:
                opening.attrSet("class", "printed")
    # The title is the page's own: opening, text and end.
    return Guide(tokens[1].content, sections, markdown.renderer.render(tokens[3:], markdown.options, {}))
