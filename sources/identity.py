"""What makes two records one source: the same symbol, or the same address."""

import re
import unicodedata

_ADDRESS = re.compile(
    r"(?:https?://)?(?:www\.)?(?P<host>[^/?#:]*)(?::(?:80|443)(?=[/?#]|$))?(?P<path>[^#]*)(?P<fragment>.*)",
    re.IGNORECASE | re.DOTALL,
)


def symbol_key(symbol: str) -> str | None:
    """Return a symbol as it is compared, without case, width and spaces; None where there is none."""
    return "".join(unicodedata.normalize("NFKC", symbol).casefold().split()) or None


def address_key(url: str) -> str | None:
    """Return an address as it is compared; None where there is none.

    Scheme, "www.", the usual port, the host's case, a slash at the end and a place within the page lead to no other
    page. A fragment such as "#/reports" or "#!reports" does: programs in the browser keep their pages there.
    """
    match = _ADDRESS.fullmatch(url.strip())
    if match is None:
        return None
    fragment = match["fragment"] if match["fragment"].startswith(("#/", "#!")) else ""
    return match["host"].lower() + match["path"].rstrip("/") + fragment or None
