"""How a value's text is escaped before it is joined."""

from __future__ import annotations

import html
import json
from collections.abc import Callable
from urllib.parse import quote, unquote

from payproof.signing.choices import Choice, Table
from payproof.signing.fields import bytes_of_text

Escape = Callable[[str], str]

_UNRESERVED = "-_.~"


def _percent(safe: str, *, plus: bool = False, tilde: bool = True, lower: bool = False) -> Escape:
    def escape(text: str) -> str:
        done = quote(bytes_of_text(text), safe=safe + (" " if plus else ""))
        if plus:
            done = done.replace(" ", "+")
        if not tilde:
            done = done.replace("~", "%7E")
        return _lower_hex(done) if lower else done

    return escape


def _lower_hex(text: str) -> str:
    head, *rest = text.split("%")
    return "%".join([head, *(piece[:2].lower() + piece[2:] for piece in rest)])


def _json_string(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)[1:-1]


def _json_ascii(text: str) -> str:
    return json.dumps(text)[1:-1]


def _html(apostrophe: str) -> Escape:
    return lambda text: html.escape(text).replace("&#x27;", apostrophe)


def _decoded(text: str) -> str:
    return unquote(text, errors="surrogateescape")


ESCAPES: Table[Escape] = Table(
    "escaping",
    Choice("none", lambda text: text, "each value as it is"),
    Choice("percent", _percent(_UNRESERVED), "each value percent-encoded", "rawurlencode and quote(safe='')"),
    Choice(
        "percent-plus",
        _percent(_UNRESERVED, plus=True),
        "each value percent-encoded, spaces as +",
        "quote_plus",
    ),
    Choice(
        "percent-slash",
        _percent(_UNRESERVED + "/"),
        "each value percent-encoded but for /",
        "Python's quote()",
    ),
    Choice(
        "percent-component",
        _percent(_UNRESERVED + "!*'()"),
        "each value passed through encodeURIComponent",
        "JavaScript's encodeURIComponent",
    ),
    Choice(
        "percent-uri",
        _percent(_UNRESERVED + "!*'();/?:@&=+$,#"),
        "each value passed through encodeURI",
        "JavaScript's encodeURI",
    ),
    Choice(
        "percent-php",
        _percent("-_.", plus=True, tilde=False),
        "each value passed through PHP's urlencode",
        "PHP's urlencode and http_build_query",
    ),
    Choice(
        "percent-java",
        _percent("-_.*", plus=True, tilde=False),
        "each value passed through Java's URLEncoder",
        "Java's URLEncoder",
    ),
    Choice(
        "percent-lower", _percent(_UNRESERVED, lower=True), "each value percent-encoded in lower-case hex"
    ),
    Choice(
        "percent-plus-lower",
        _percent(_UNRESERVED, plus=True, lower=True),
        "each value percent-encoded in lower-case hex, spaces as +",
        ".NET's HttpUtility.UrlEncode",
    ),
    Choice(
        "percent-lenient",
        _percent(_UNRESERVED + " /:=*"),
        "each value percent-encoded but for space, /, :, = and *",
        "quote(value, safe=' /:=*')",
    ),
    Choice("html", _html("&#039;"), "each value with HTML entities", "PHP's htmlspecialchars"),
    Choice(
        "html-39", _html("&#39;"), "each value with HTML entities (&#39;)", "JavaScript and Java escapers"
    ),
    Choice("html-x27", _html("&#x27;"), "each value with HTML entities (&#x27;)", "Python's html.escape"),
    Choice(
        "html-no-quotes",
        lambda text: html.escape(text, quote=False),
        "each value with HTML entities but for quotes",
    ),
    Choice(
        "html-apostrophe-kept",
        _html("'"),
        "each value with HTML entities but for '",
        "htmlspecialchars with ENT_COMPAT",
    ),
    Choice(
        "html-slashes",
        lambda text: _html("&#x27;")(text).replace("/", "&#x2F;"),
        "each value with HTML entities, also for /",
    ),
    Choice("json", _json_string, "each value with JSON's escapes", "text cut out of JSON"),
    Choice(
        "json-ascii", _json_ascii, "each value with JSON's escapes, \\u for what is not ASCII", "json.dumps"
    ),
    Choice(
        "json-slashes",
        lambda text: _json_ascii(text).replace("/", "\\/"),
        "each value as PHP's json_encode writes it",
    ),
    Choice(
        "add-slashes",
        lambda text: _json_string(text).replace("'", "\\'"),
        "each value with quotes backslashed",
        "addslashes",
    ),
    Choice("decoded", _decoded, "each value percent-decoded once more"),
)
