"""A page as one file that needs nothing else: style and script stand inside it, and its policy lets it load nothing."""

import base64
import hashlib
import re
from typing import Any

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from publishing.renderers import json_bytes
from publishing.templatetags.portal import JSON_ESCAPES

#: Stands where a file says its checksum, which is that of the file with this in its place.
UNSEALED = "x" * 64
#: What is left as it is; the tags; in them, a value in quotation marks that needs none; end tags that may be left out.
WHOLE = re.compile(r"(<style>.*?</style>|<script.*?</script>)", re.DOTALL)
TAG = re.compile(r"<[a-z][^>]*>")
QUOTED = re.compile(r"""="([^\s"'=<>`/]+)"(?=[\s>])""")
OPTIONAL = re.compile(r"</(?:li|dt|dd|td|th|tr|thead|tbody|option)>")
#: Of a style sheet: comments, rules without others inside, the commas between their selectors, and classes.
COMMENT, RULE = re.compile(r"/\*.*?\*/", re.DOTALL), re.compile(r"([^{}]+)\{([^{}]*)\}")
COMMA = re.compile(r",\s*(?![^()]*(?:\([^()]*\)[^()]*)*\))")
CLASS = re.compile(r"\.([a-zA-Z][\w-]*)")
#: What a selector has in brackets, which may be what it excludes; there may be others inside.
INSIDE = re.compile(r"\((?:[^()]|\([^()]*\))*\)")
#: A line's end before what begins a line anyway.
BLOCKS = "article|body|caption|details|dl|div|dt|dd|fieldset|h[1-6]|head|header|label|legend|li|main|meta|ol|option|p"
GAP = re.compile(rf"\n+(?=</?(?:{BLOCKS}|section|select|summary|table|t[bdhr]|title|ul)\b)")
CHECKSUM = re.compile(rb"<meta name=checksum content=([0-9a-f]{64})>")


def self_contained(
    template: str, context: dict[str, Any], *, styles: list[str], script: str, data: dict[str, Any]
) -> bytes:
    """Return a page as one file, with its checksum in it.

    Args:
        template: shows ``policy``, ``style``, ``data`` and ``script`` each in its element, and ``checksum``.
        context: what else it shows.
        styles: names of static files.
        script: name of a static file.
        data: for the script.
    """
    code = _squeezed(_static(script))
    style = used("\n".join(map(_static, styles)), f"{render_to_string(template, context)} {code}")
    policy = f"default-src 'none'; style-src {_allowed(style)}; script-src {_allowed(code)}"
    shown = {
        **context,
        "policy": f"{policy}; base-uri 'none'; form-action 'none'",
        "style": SafeString(style),
        "script": SafeString(code),
        "data": SafeString(json_bytes(data).decode().translate(JSON_ESCAPES)),
        "checksum": UNSEALED,
    }
    unsealed = minified(render_to_string(template, shown))
    return unsealed.replace(UNSEALED, hashlib.sha256(unsealed.encode()).hexdigest()).encode()


def checksum_in(content: bytes) -> str:
    """Return the checksum that a file says of itself; raise ValueError where it says none or has been changed."""
    found = CHECKSUM.search(content)
    said = found[1] if found else b""
    if not said or hashlib.sha256(content.replace(said, UNSEALED.encode())).hexdigest() != said.decode():
        raise ValueError("the file is not what its checksum says")
    return said.decode()


def _static(name: str) -> str:
    with open(str(finders.find(name)), encoding="utf-8") as file:
        return file.read()


def _squeezed(text: str) -> str:
    """Return a text without the indentation of its lines, which is a tenth of a page."""
    return re.sub(r"\s*\n\s*", "\n", text).strip()


def used(style: str, page: str) -> str:
    """Return the rules of a style sheet whose classes a page has."""
    words = set(re.findall(r"[\w-]+", page))

    def kept(rule: re.Match[str]) -> str:
        selectors = [one for one in COMMA.split(rule[1]) if words.issuperset(CLASS.findall(INSIDE.sub("", one)))]
        return f"{','.join(selectors)}{{{rule[2]}}}" if selectors else ""

    return _squeezed(RULE.sub(kept, COMMENT.sub("", style)))


def minified(html: str) -> str:
    """Return a page without what HTML lets one leave out; its style, script and data stay as they are."""
    return "".join(part if part.startswith(("<style", "<script")) else _short(part) for part in WHOLE.split(html))


def _short(html: str) -> str:
    return GAP.sub("", OPTIONAL.sub("", TAG.sub(_plain, _squeezed(html))))


def _plain(tag: re.Match[str]) -> str:
    """Return a tag without the quotation marks that its values do not need."""
    return QUOTED.sub(r"=\1", tag[0])


def _allowed(text: str) -> str:
    """Return what a policy says to allow one style or script, and no other."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
