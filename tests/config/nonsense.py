"""Requests that nobody sends who means well, by kind: to every address of the portal and every parameter it declares.

Addresses are taken from the URL resolver and parameters from the views' filter sets, so that a new one is covered as
it is.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote, quote_plus, unquote_to_bytes

from django.apps import apps
from django.conf import settings
from django.urls import get_resolver, resolve
from django.utils import translation
from hypothesis import strategies as st

from publishing.api import GENERAL, LIST, PortalAPIView
from publishing.filters import today
from publishing.models import FormerCode, KeyedModel

#: A host that is not ours, and what of a probe must never be part of a page.
EVIL, PROBE = "evil.example", "<script>window.probe"
HUGE, MANY = 100_000, 1000
#: As long as it may be, and as often.
LONG, OFTEN = 15_000, 490
#: A code that one centre had before.
FORMER = "before-it-was-renamed"


@dataclass(frozen=True)
class Target:
    """An address of the portal.

    Attributes:
        path: with places for what varies, as in "/en/centres/%(code)s/".
        known: what stands in these places in the address of a record.
        parameters: the names that it declares.
        methods: by which the API writes there.
    """

    path: str
    known: dict[str, str]
    parameters: tuple[str, ...]
    methods: tuple[str, ...] = ()

    @property
    def is_api(self) -> bool:
        return self.path.startswith("/api/")

    @property
    def is_admin(self) -> bool:
        return "/admin/" in self.path


@dataclass(frozen=True)
class Asked:
    """A request as a server hands it on; path and query as bytes, percent-encoded or not."""

    path: bytes
    query: bytes = b""
    method: str = "GET"
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    #: Names in the query, where they can be read.
    named: tuple[str, ...] = ()

    @property
    def environ(self) -> dict[str, Any]:
        """Return what WSGI says of it: bytes as Latin-1."""
        names = {name: f"HTTP_{name.upper().replace('-', '_')}" for name in self.headers}
        names |= {"Content-Type": "CONTENT_TYPE", "Content-Length": "CONTENT_LENGTH"}
        return {
            "REQUEST_METHOD": self.method,
            "PATH_INFO": unquote_to_bytes(self.path).decode("latin-1"),
            "QUERY_STRING": self.query.decode("latin-1"),
            "CONTENT_LENGTH": str(len(self.body)),
            "HTTP_HOST": "testserver",
            **{names[name]: value.encode().decode("latin-1") for name, value in self.headers.items()},
        }


def targets() -> list[Target]:
    """Return every address, in each language where it has one."""
    known = {}
    for model in apps.get_models():
        if issubclass(model, KeyedModel) and (record := model._default_manager.order_by("pk").first()):
            path = getattr(record, "get_absolute_url", lambda: "")()
            if path:
                match = resolve(path.partition("#")[0].partition("?")[0])
                known[match.func] = match.kwargs
    found: dict[str, Target] = {}
    for code, _name in settings.CONTENT_LANGUAGES:
        with translation.override(code):
            for address, view in _addresses(get_resolver()):
                # The language before an inner table stands there as an expression.
                path = address.replace("\\-", "-")
                writes = tuple(sorted({one.upper() for one in getattr(view, "actions", None) or ()} - {"GET", "HEAD"}))
                keys = _record(view) or _by_name(known, view)
                found.setdefault(path, Target(path, keys, _parameters(view), writes))
    return [found[path] for path in sorted(found)]


def _addresses(resolver: Any, prefix: str = "/") -> Iterator[tuple[str, Any]]:
    for view in filter(callable, resolver.reverse_dict):
        for forms, *_rest in resolver.reverse_dict.getlist(view):
            yield from ((prefix + path, view) for path, _places in forms)
    for inner_prefix, inner in resolver.namespace_dict.values():
        yield from _addresses(inner, prefix + inner_prefix)


def _by_name(known: dict[Any, dict[str, str]], view: Any) -> dict[str, str]:
    wanted = getattr(view, "view_class", view)
    return next((keys for one, keys in known.items() if getattr(one, "view_class", one) is wanted), {})


def _record(view: Any) -> dict[str, str]:
    """Return what stands in the address of a record of the API."""
    viewset = getattr(view, "cls", None)
    if not hasattr(viewset, "records") or "retrieve" not in view.actions.values():
        return {}
    return {"key": str(viewset().records(today()).order_by("pk")[0].key)}


def _parameters(view: Any) -> tuple[str, ...]:
    shown = getattr(view, "view_class", None) or getattr(view, "cls", None)
    filters = getattr(getattr(shown, "filterset_class", None), "base_filters", {})
    also = getattr(shown, "also", ())
    if shown and issubclass(shown, PortalAPIView):
        also = (*GENERAL, *LIST, "expand")
    return tuple(dict.fromkeys([*filters, *also])) or ("lang", "format", "next")


#: Values by kind; what is text is percent-encoded, bytes stand as they are.
VALUES: dict[str, list[str | bytes]] = {
    "wrong types": [
        "-1",
        "0",
        "1e999",
        "NaN",
        "-inf",
        "null",
        "None",
        "true",
        "[]",
        "{}",
        "2010-13-45",
        "0x10",
        "١٢",
        "²",
        "1.5",
        "9" * 400,
        "9" * 5000,
        "-" * 40,
        "2010-06-07T00:00:00Z",
        "20100607",
        "2010-W23-1",
        "0001-01-01",
        "9999-12-31",
        "18446744073709551616",
        "1_000",
        "1,2,3,4",
        "nan,nan,nan,nan",
        "1e308,1e308,1e309,1e309",
        ",,,,",
        " ",
        "\t",
    ],
    "NUL and control characters": [
        "\0",
        "a\0b",
        "\x01",
        "\x0b",
        "\x1b[31m",
        "a\r\nX-Probe: 1",
        "\x7f",
        "\u0085",
        "\u2028",
    ],
    "lone surrogates": [b"%ED%A0%80", b"%ED%B0%80a", b"\xed\xa0\x80", b"%uD800", b"%5Cud800", "\ufffe", "\U0010ffff"],
    "bidi and invisible": [
        "\u202e",
        "\u2066abc\u2069",
        "\u200f\u200e",
        "\u061c",
        "\ufeff",
        "e\u0301" * 60,
        "\u200b",
        "👩‍👩‍👧",
    ],
    "100 kB": [
        "x" * HUGE,
        "x" * LONG,
        "汉" * (LONG // 9),
        "a," * (LONG // 4),
        "9" * LONG,
        "%" * (LONG // 3),
        "~" * LONG,
        "汉" * (HUGE // 3),
        "a " * (HUGE // 2),
        "9" * HUGE,
        "%" * HUGE,
        "a," * (HUGE // 2),
        "~" * HUGE,
    ],
    "SQL": [
        "' OR 1=1 --",
        "1; DROP TABLE centres_centre",
        "' UNION SELECT null, null --",
        "\\'",
        "%' ESCAPE '",
        "_%",
        "$$",
        "/*",
        "') OR ('1'='1",
        "1 AND SLEEP(9)",
        "%s",
        "%(a)s",
        "?1",
        ":name",
        "code__contains",
        "pk",
        "-pk",
        "?",
    ],
    "templates and mark-up": [
        "{{7*7}}",
        "{% debug %}",
        "{{ request }}",
        "${7*7}",
        "#{7*7}",
        "<%= 7 %>",
        "%(value)s",
        "{0.__class__}",
        "%n",
        f"{PROBE}=1</script>",
        f'">{PROBE}=1</script>',
        "'><img src=x onerror=alert(1)>",
        "]]>",
        "-->",
        "&#60;",
        "javascript:1",
    ],
    "search syntax": [
        '"',
        '""',
        '"a',
        "NEAR(a b, 5)",
        "a AND",
        "NOT",
        "OR OR",
        "*",
        "a*",
        "^a",
        "title:a",
        "-a",
        "(",
        "))",
        "{a b}:c",
        "\\",
        "a & b",
        "a <-> b",
        ":*",
        "!a",
        "'a':*",
        "a|b",
        "\u3000",
        "的",
        "+" * 199,
        "a b " * 49,
        "“",
        "ﬁ",
        "İ",
    ],
    "traversal": [
        "../../etc/passwd",
        b"..%2f..%2fetc",
        b"%252e%252e%252f",
        "....//",
        "C:\\windows",
        "/etc/passwd",
        "..;/",
        ".",
        "file:///etc/passwd",
        "..\\..\\",
        b"%2e%2e/",
        "~root",
        ".git/config",
        "admin",
        "__proto__",
        "constructor",
    ],
    "percent-encoding": [
        b"%",
        b"%zz",
        b"%u0041",
        b"%%30%30",
        b"+",
        b"%2B",
        b"%C0%AF",
        b"&&&==",
        b"=",
        b"=x",
        b";a=b;",
        b"%0",
        b"%25",
        b"a%26b%3Dc",
        b"#",
        b"?",
        b"??=?",
        b"%3F%23",
        b"%00",
        b"%C2%A0",
    ],
    "invalid UTF-8": [b"\xff\xfe", b"%FF%FE", b"\xc3\x28", b"%C3%28", b"\xc0\x80", b"%F5%80%80%80", b"%E4%B8", b"\x80"],
}
NAMES = [
    "nonsense", "q", "page", "as_of", "__class__", "a[b]", "a.b", "", " ", "<b>", "q\0", "汉", "%s", "x" * 300,
    "__proto__",
    "page[]", "as_of__gt", "order_by", "csrfmiddlewaretoken", "mechanism__code", "self", "data",
]  # fmt: skip
HOSTS = [
    EVIL, f"testserver@{EVIL}", f"testserver.{EVIL}", "testserver:80", "testserver:65536", "testserver:port",
    "testserver.",
    "TESTSERVER", "", " ", "[::1]", "[::1", "[evil]:80", "127.0.0.1", "testserver\t", "testserver/..",
    f"testserver#{EVIL}",
    f"testserver, {EVIL}", "*", "..", "汉", "testserver:80:80", f"{EVIL}\\testserver", "a" * 300, '"><b>', "localhost:",
]  # fmt: skip
GOALS = [
    f"//{EVIL}/", f"https://{EVIL}/", f"/\\{EVIL}/", f"\\\\{EVIL}", f"/%09/{EVIL}", f"http:{EVIL}", f"///{EVIL}",
    "http://[",
    "http://[::1", f"/en/../..//{EVIL}", f"//{EVIL}%2f..", "javascript:alert(1)", f"/\t/{EVIL}", f"\x00//{EVIL}",
    "//", "/\n/",
    f"https:///{EVIL}", f"https://testserver@{EVIL}/", f"https://{EVIL}#testserver", f"/en/admin/?next=//{EVIL}",
    "/" * 500,
    f"//{EVIL}/centres/{FORMER}/", f"/\\{EVIL}/centres/{FORMER}/", "x" * 9000, "/en/admin/\r\nX-Probe: 1", "？", "%",
    "\ud800",
]  # fmt: skip
HEADERS = {
    "Accept": ["", "*", "*/*", "text/html;q=x", "application/json;q=2", "a/b/c", "," * 500, "*/*;" * 500, "image/png",
    "汉"],
    "Accept-Encoding": ["", "*", "br;q=0", "gzip;q=nan", "identity;q=0", "*;q=0", "x," * 900, "br;q=1;q=0", "deflate",
    "\x7f"],
    "Accept-Language": ["", "*", "zh-hans", "x" * 9000, "en;q=9", "-", "a-" * 400, "zh-Hant-TW,fr;q=0.9", ",;q=", "汉"],
    "If-None-Match": ["", "*", '"', 'W/"a"', '"a", "b"', ", " * 2000, '"' * 2000, "a-br", '"1-x-gzip"'],
    "If-Modified-Since": ["", "soon", "Thu, 01 Jan 1970 00:00:00 GMT", "Thu, 99 Jan 99999 99:99:99 GMT", "0"],
    "If-Match": ["", "*", '"1"', "1", '"9999999999999999999-x"', "x" * 9000],
    "Range": ["bytes=0-0", "bytes=-1", "bytes=5-1", "bytes=0-" + ",0-" * 900, "lines=1", "bytes=" + "9" * 99 + "-"],
    "If-Range": ['"a"', "soon"],
    "Cookie": [
        "sessionid=x", "sessionid=" + "x" * 9000, "django_language=fr", "django_language=../..", "csrftoken=",
        ";" * 900,
        "a=b; a=c", "=", '"', "sessionid=\x01", "messages=x", "sessionid=a; sessionid=b", "汉=汉", "csrftoken=%00",
    ],
    "Authorization": ["", "Bearer", "Bearer x", "Bearer " + "x" * 9000, "Basic x", "Bearer a b", "Bearer 汉",
    "Token \x01"],
    "X-Forwarded-For": ["1.2.3.4", "x", "," * 500, "::1", EVIL],
    "X-Forwarded-Proto": ["https", "http,https", "x", ""],
    "X-HTTP-Method-Override": ["DELETE", "PUT"],
    "Origin": ["null", f"https://{EVIL}", "x", "http://["],
    "Referer": [f"https://{EVIL}", "http://[", "x", "\x00"],
    "X-Requested-With": ["XMLHttpRequest"],
    "Transfer-Encoding": ["chunked"],
    "Expect": ["100-continue"],
    "Upgrade": ["websocket"],
}  # fmt: skip
METHODS = [
    "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "PROPFIND", "get", "X" * 300, "QUERY",
    "__init__",
    "as_view", "http_method_not_allowed", "GET\0", "dispatch", "PURGE",
]  # fmt: skip
TYPES = [
    "application/json", "application/merge-patch+json", "text/plain", "application/x-www-form-urlencoded", "", "/",
    "text/html",
    "multipart/form-data", "multipart/form-data; boundary=x", "multipart/form-data; boundary=" + "x" * 300,
    "application/xml",
    "application/json; charset=utf-7", "application/json; charset=nothing",
    "application/x-www-form-urlencoded; charset=汉",
]  # fmt: skip
PARTS = '--x\r\nContent-Disposition: form-data; name="{}"{}\r\n\r\n{}\r\n'


def deep(opening: str, closing: str, depth: int) -> bytes:
    return (opening * depth + closing * depth).encode()


BODIES = [
    b"", b"null", b"[]", b"{}", b'"', b"{", b"\xff\xfe", b"\xef\xbb\xbf{}", b"NaN", b'{"code": NaN}', b"1e999",
    b"{}{}", b"0",
    deep("[", "]", 900), deep("[", "]", 100_000), deep('{"name":', "}", 900), deep('{"a":', "}", 50_000),
    b'{"name": ' + deep("[", "]", 900) + b"}", b'{"code": ' + deep("[", "]", 990) + b', "citations": ' + deep("[",
    "]", 990) + b"}",
    b'{"code": "\\ud800"}', b'{"\\ud800": 1}', b'{"code": "a\\u0000"}', b'{"code": 1e400}',
    b'{"code": ' + b"9" * 5000 + b"}",
    b'{"code": "' + b"x" * HUGE + b'"}', b'{"a": 1, "a": 2}', b'{"": {}}',
    b'{"name": {"en": ["x"], "zh-hans": {"en": 1}}}',
    b"[" + b"{}," * MANY + b"{}]", json.dumps({f"field{number}": number for number in range(MANY)}).encode(),
    b"a=1&" * MANY, b"username=%00&password=%00", b"username=" + b"x" * HUGE + b"&password=x", b"next=//evil.example",
    b"--x--", b"--x\r\n\r\n", PARTS.format("a", "", "b").encode() * MANY + b"--x--",
    PARTS.format("file", '; filename="../../x\\0.html"', "<b>").encode() + b"--x--",
    PARTS.format("a" * 5000, "; filename*=UTF-8''%FF", "").encode(),
    b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>",
]  # fmt: skip

Strategy = st.SearchStrategy[Asked]


def written(value: str | bytes, safe: str = "") -> bytes:
    return value if isinstance(value, bytes) else quote_plus(value, safe=safe, errors="surrogatepass").encode()


def values(kind: str) -> st.SearchStrategy[bytes]:
    """Return values of a kind: as they are, several together, or among other text."""
    one = st.sampled_from(VALUES[kind]).map(written)
    beside = st.text(st.characters(codec="utf-8"), max_size=6).map(written)
    return one | st.lists(one | beside, min_size=2, max_size=3).map(b"".join) if kind != "100 kB" else one


def paths(target: Target, draw: Any, kind: str = "") -> bytes:
    """Return an address: of a record, or with nonsense of a kind in its place."""
    filled = {}
    for place in _places(target.path):
        right = quote(target.known.get(place, "nothing")).encode()
        is_wrong = kind and (not target.parameters or draw(st.booleans()))
        filled[place.encode()] = draw(values(kind)) if is_wrong else right
    path = target.path.encode()
    for place, text in filled.items():
        path = path.replace(b"%(" + place + b")s", text)
    return path.split(b"?")[0]


def _places(path: str) -> list[str]:
    return [part.partition(")")[0] for part in path.split("%(")[1:]]


def with_values(kind: str, among: list[Target]) -> Strategy:
    """Return requests with values of a kind in the address and in parameters."""

    @st.composite
    def made(draw: Any) -> Asked:
        target = draw(st.sampled_from(among))
        among_names = st.sampled_from(target.parameters)
        if draw(st.integers(0, 5)) == 0:
            among_names |= st.sampled_from(NAMES)
        names = draw(st.lists(among_names, min_size=1, max_size=2))
        pairs = [(name, draw(values(kind))) for name in names]
        query = b"&".join(written(name) + b"=" + value for name, value in pairs)
        return Asked(paths(target, draw, kind), query, named=tuple(names))

    return made()


def repeated(among: list[Target]) -> Strategy:
    """Return requests with a parameter, or many, a thousand times and more."""

    @st.composite
    def made(draw: Any) -> Asked:
        target = draw(st.sampled_from(among))
        name, value = (
            draw(st.sampled_from(target.parameters)),
            draw(st.sampled_from(["a", "basel", "1", "", "2010-06-07"])),
        )
        times = draw(st.sampled_from([2, OFTEN, OFTEN, MANY, 10 * MANY + 1]))
        is_one = draw(st.booleans())
        names = [name if is_one else f"{name}{number}" for number in range(times)]
        query = "&".join(
            f"{one}={value}{draw(st.sampled_from(['', number])) if times == 2 else ''}"
            for number, one in enumerate(names)
        )
        return Asked(paths(target, draw), query.encode(), named=tuple(names[:2]))

    return made()


def nested(among: list[Target]) -> Strategy:
    """Return requests with brackets, dots and separators without end, in names, values and address."""

    @st.composite
    def made(draw: Any) -> Asked:
        target = draw(st.sampled_from(among))
        name, pair = (
            draw(st.sampled_from(target.parameters)),
            draw(st.sampled_from(["[]", "()", "{}", "..", "__", "~~", ",,", "//"])),
        )
        depth = draw(st.sampled_from([1, 200, 2000, 20_000]))
        many = pair[0] * depth + pair[1] * depth
        query = f"{quote(name + many)}=1" if draw(st.booleans()) else f"{name}={quote(many)}"
        path = paths(target, draw)
        if draw(st.booleans()):
            path = (
                path.rstrip(b"/")
                + quote(f"/{'a' + pair[0]}" * (depth // 10) if draw(st.booleans()) else many).encode()
                + b"/"
            )
        return Asked(path, query.encode())

    return made()


def odd_paths(among: list[Target]) -> Strategy:
    """Return requests to addresses that are nearly ones of ours."""

    @st.composite
    def made(draw: Any) -> Asked:
        path = paths(draw(st.sampled_from(among)), draw)
        kind = draw(st.sampled_from(sorted(VALUES)))
        change: Callable[[bytes], bytes] = draw(
            st.sampled_from(
                [
                    lambda path: path.rstrip(b"/"),
                    lambda path: b"/" + path,
                    lambda path: path + b"/",
                    lambda path: path.upper(),
                    lambda path: path.replace(b"/", b"//"),
                    lambda path: path.replace(b"/", b"%2F"),
                    lambda path: path.replace(b"/", b"\\"),
                    lambda path: path[1:],
                    lambda path: b"",
                    lambda path: b"http://evil.example" + path,
                    lambda path: path.replace(b"/en/", b"/fr/"),
                    lambda path: path.replace(b"/en/", b"/zh-hant/"),
                    lambda path: path + draw(values(kind)).split(b"?")[0],
                    lambda path: b"/static/" + draw(values(kind)).split(b"?")[0],
                    lambda path: path + b"/a" * draw(st.sampled_from([3, MANY, 20 * MANY])),
                ]
            )
        )
        return Asked(change(path))

    return made()


def hosts(among: list[Target]) -> Strategy:
    """Return requests that name a host that is not ours, in whatever header proxies use."""

    @st.composite
    def made(draw: Any) -> Asked:
        names = draw(
            st.lists(
                st.sampled_from(["Host", "X-Forwarded-Host", "X-Host", "Forwarded", "X-Forwarded-Port"]), min_size=1
            )
        )
        headers = {name: draw(st.sampled_from(HOSTS)) for name in names}
        return Asked(paths(draw(st.sampled_from(among)), draw), headers=headers)

    return made()


def redirects(among: list[Target]) -> Strategy:
    """Return requests that ask to be led to another site: by the sign-in, the language, a former code, a slash."""
    signing_in = [one for one in among if "login" in one.path or "second-factor" in one.path or "logout" in one.path]

    @st.composite
    def made(draw: Any) -> Asked:
        goal = draw(st.sampled_from(GOALS))
        if draw(st.booleans()):
            query = b"next=" + written(goal)
            return Asked(paths(draw(st.sampled_from(signing_in)), draw), query, draw(st.sampled_from(["GET", "POST"])))
        return Asked(quote(goal, safe="/\\:@%#", errors="surrogatepass").encode(), b"next=" + written(goal))

    return made()


def odd_headers(among: list[Target]) -> Strategy:
    """Return requests with headers that no client sends so."""

    @st.composite
    def made(draw: Any) -> Asked:
        names = draw(st.lists(st.sampled_from(sorted(HEADERS)), min_size=1, max_size=4))
        headers = {name: draw(st.sampled_from(HEADERS[name])) for name in names}
        return Asked(paths(draw(st.sampled_from(among)), draw), headers=headers)

    return made()


def odd_methods(among: list[Target]) -> Strategy:
    return st.builds(
        lambda one, method: replace(one, method=method), with_values("wrong types", among), st.sampled_from(METHODS)
    )


def bodies(among: list[Target], secret: str) -> Strategy:
    """Return requests with a body: to forms and pages, and to the API by somebody who may write everything."""

    @st.composite
    def made(draw: Any) -> Asked:
        target = draw(st.sampled_from(among))
        headers = {"Content-Type": draw(st.sampled_from(TYPES))}
        if draw(st.integers(0, 9)) == 0:
            headers["Content-Length"] = draw(st.sampled_from(["-1", "x", "", "99999999", "0"]))
        if target.is_api:
            headers |= {"Authorization": f"Bearer {secret}", "If-Match": "*"}
            if draw(st.booleans()):
                headers["Content-Type"] = "application/json"
        else:
            headers |= {"Cookie": f"csrftoken={'a' * 32}", "X-CSRFToken": "a" * 32}
        body = draw(st.sampled_from(BODIES)) if draw(st.booleans()) else json.dumps(draw(documents(target))).encode()
        method = draw(st.sampled_from(target.methods or ("POST",)))
        return Asked(paths(target, draw), method=method, headers=headers, body=body)

    return made()


def documents(target: Target) -> st.SearchStrategy[Any]:
    """Return what JSON can say about fields that records have, and others."""
    names = st.sampled_from(
        ["code", "name", "note", "citations", "since", "until", "reason", "website", "latitude", "kind", "iso2"]
    )
    hostile = st.sampled_from(
        [one for some in VALUES.values() for one in some if isinstance(one, str) and len(one) < HUGE]
    )
    leaves = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | hostile
    languages = st.sampled_from(["en", "zh-hans", "fr"])
    value = st.recursive(
        leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(languages, inner, max_size=3), max_leaves=4
    )
    return st.dictionaries(names | st.text(max_size=5), value, max_size=5)


def kinds(secret: str) -> dict[str, Strategy]:
    """Return the requests of each kind."""
    centre = apps.get_model("centres", "centre")
    FormerCode.objects.get_or_create(kind="centres.centre", former=FORMER, code=centre.objects.order_by("pk")[0].code)
    every = targets()
    public = [one for one in every if not one.is_admin]
    return {
        **{f"parameters: {kind}": with_values(kind, public) for kind in VALUES},
        "parameters: repeated": repeated(public),
        "parameters: nested": nested(public),
        "addresses": odd_paths(every),
        "hosts": hosts(every),
        "redirects": redirects(every),
        "headers": odd_headers(every),
        "methods": odd_methods(every),
        "bodies": bodies([one for one in every if one.methods or "login" in one.path], secret),
        "staff only": with_values("traversal", [one for one in every if one.is_admin]),
    }
