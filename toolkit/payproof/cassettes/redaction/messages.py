"""One message without secrets and personal data: its target, its headers and its body."""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote, quote_plus, unquote

from payproof.cassettes.redaction.json_spans import Leaf, NotJson, leaves, pointer, rewritten
from payproof.cassettes.redaction.marks import Mark, Marks, Schemas, body_schemas, by_name, parameter_schemas
from payproof.cassettes.redaction.points import Point
from payproof.cassettes.redaction.pseudonyms import Pseudonyms
from payproof.cassettes.redaction.texts import Known, Texts
from payproof.cassettes.redaction.values import Values
from payproof.errors import ToolkitError, UsageError
from payproof.model import Header, Message
from payproof.signing import Envelope, Keys, Recipe, open_envelope, seal
from payproof.signing.fields import decode_component, text_of_bytes
from payproof.spec import Operation, Spec

_FORM = "application/x-www-form-urlencoded"
#: Headers that say how a message is carried and nothing of anybody.
_PLAIN = frozenset(
    {
        *("accept", "accept-encoding", "accept-language", "accept-ranges", "allow", "cache-control"),
        *("connection", "content-encoding", "content-language", "content-length", "content-type", "date"),
        *("etag", "expires", "host", "keep-alive", "last-modified", "pragma", "retry-after", "server"),
        *("strict-transport-security", "transfer-encoding", "upgrade", "user-agent", "vary", "via"),
        *("webhook-id", "webhook-timestamp", "x-payproof-invented", "x-payproof-reason"),
    }
)
_SECRET = frozenset(
    {"authorization", "proxy-authorization", "cookie", "set-cookie", "x-api-key", "x-auth-token"}
)
_LABEL = re.compile(r"(?i)((?:bearer|basic|token)\s+)(.*)", re.DOTALL)
_ORIGIN = re.compile(r"([A-Za-z][A-Za-z0-9+.-]{0,20}://[^/?#]*)?(.*)", re.DOTALL)


@dataclass
class Context:
    """What one interaction is about, and what was changed in it so far.

    Args:
        operation: Its operation or webhook, when known.
        points: The readings of what signs or seals its request.
        changed: Places such as `request body/customer/email`.
        envelope: What the request's envelope was worth, when it has one.
    """

    operation: Operation | None
    points: Sequence[Point]
    changed: list[str]
    envelope: dict[str, Any] | None = None

    def signatures(self) -> set[tuple[str, str]]:
        """Give where signatures travel, as (`header` or `field`, name)."""
        return {
            (one.recipe.carry.where, one.recipe.carry.name.lower())
            for one in self.points
            if isinstance(one.recipe, Recipe)
        }


class MessageRedactor:
    """Redacts messages; see `redact` for the whole."""

    def __init__(
        self,
        spec: Spec | None,
        texts: Texts,
        values: Values,
        pseudonyms: Pseudonyms,
        known: Known,
        test_keys: Keys,
        real_keys: Keys | None,
    ) -> None:
        self._marks, self._credentials = Marks(spec), dict(_credentials(spec))
        self._texts, self._values, self._pseudonyms, self._known = texts, values, pseudonyms, known
        self._test, self._real = test_keys, real_keys

    def request(self, message: Message, context: Context) -> Message:
        """Give a request without what must not be written."""
        target = self._target(message.target, context)
        return replace(self._rest(message, context, "request"), target=target)

    def response(self, message: Message, context: Context) -> Message:
        """Give a response likewise."""
        return self._rest(message, context, "response")

    def text(self, text: str) -> str:
        """Give free text likewise."""
        return self._texts.redacted(text)

    def _rest(self, message: Message, context: Context, part: str) -> Message:
        headers = tuple(self._header(pair, context, part) for pair in message.headers)
        return replace(message, headers=headers, body=self._body(message, context, part))

    # Target

    def _target(self, target: str, context: Context) -> str:
        whole = _ORIGIN.fullmatch(target)
        origin, rest = (whole[1] or "", whole[2]) if whole else ("", target)
        path, asked, query = rest.partition("#")[0].partition("?")
        if "@" in origin:
            origin = re.sub(r"//[^/]*@", "//", origin)
        return (
            origin
            + self._path(path, context)
            + asked
            + (self._pairs(query, context, "query", ()) if query else "")
        )

    def _path(self, path: str, context: Context) -> str:
        template = context.operation.path.split("/") if context.operation is not None else []
        segments = path.split("/")
        tail = segments[:-1] if segments[-1] == "" and len(segments) > 1 else segments
        shift = len(tail) - len(template)
        for at, segment in enumerate(segments):
            if not segment:
                continue
            described = template[at - shift] if template and 0 <= at - shift < len(template) else ""
            name = described.strip("{}") if described.startswith("{") else ""
            plain = unquote(segment, errors="surrogateescape")
            if name:
                mark = self._marks.of(parameter_schemas(context.operation, "path", name), ())
                made = self._values.of(plain, mark)
            elif template or plain.isalpha() or re.fullmatch(r"v\d{1,2}", plain):
                made = self._texts.redacted(plain)
            else:
                made = self._values.of(plain, Mark("unknown"))
            if made != plain:
                segments[at] = quote(made, safe="~@:!$&'()*+,;=", errors="surrogateescape")
                context.changed.append(f"request path/{name or at}")
        return "/".join(segments)

    def _pairs(self, text: str, context: Context, where: str, schemas: Schemas) -> str:
        """Redact a query or form, every piece that does not change left as it was sent."""
        pieces = text.split("&")
        for at, piece in enumerate(pieces):
            raw_name, equals, raw = piece.partition("=")
            name, value = decode_component(raw_name), decode_component(raw)
            if ("field", name.lower()) in context.signatures():
                continue
            if where == "query":
                found = parameter_schemas(context.operation, "query", name)
                mark = self._marks.of(found, ()) if found else self._marks.of((), (name,))
            else:
                envelope = self._envelope(name, context)
                if envelope:
                    pieces[at] = f"{raw_name}={quote_plus(self._sealed(value, envelope, schemas, context))}"
                    continue
                mark = self._marks.of(schemas, (name,))
            made_name = self._texts.redacted(name)
            made = self._values.of(value, mark)
            if made != value or made_name != name:
                context.changed.append(f"request {'query' if where == 'query' else 'body'}/{made_name}")
                left = raw_name if made_name == name else quote_plus(made_name, errors="surrogateescape")
                pieces[at] = left + equals + quote_plus(made, errors="surrogateescape")
        return "&".join(pieces)

    # Headers

    def _header(self, pair: Header, context: Context, part: str) -> Header:
        name, value = pair
        lower = name.lower()
        if part == "request" and ("header", lower) in context.signatures():
            return name, self._known.sub(value, lambda text: self._pseudonyms.of("shape", text))
        # Whoever builds a client may put anything into the headers that everybody knows.
        plain = lower in _PLAIN
        made = self._texts.redacted(value) if plain else self._header_value(lower, value, context, part)
        if made != value:
            context.changed.append(f"{part} header/{lower}")
        return name, made

    def _header_value(self, lower: str, value: str, context: Context, part: str) -> str:
        role = self._credentials.get(lower)
        if role is not None or lower in _SECRET:
            label = _LABEL.fullmatch(value)
            lead, text = (label[1], label[2]) if label else ("", value)
            return lead + self._values.of(text, Mark("secret", role or ""))
        schemas = parameter_schemas(context.operation, "header", lower) if part == "request" else ()
        if not schemas and part == "response":
            schemas = _response_header(context.operation, lower)
        mark = self._marks.of(schemas, ()) if schemas else Mark(by_name(lower) or "unknown")
        return self._values.of(value, mark)

    # Body

    def _body(self, message: Message, context: Context, part: str) -> bytes:
        if not message.body:
            return b""
        schemas = body_schemas(context.operation, message.status, message.media_type)
        text = text_of_bytes(message.body)
        if message.media_type == _FORM and text[:1] not in ("{", "["):
            return self._pairs(text, context, "form", schemas).encode("utf-8", "surrogateescape")
        try:
            found = leaves(text)
        except NotJson:
            context.changed.append(f"{part} body")
            return self._formless(text, message).encode("utf-8", "surrogateescape")
        made = rewritten(text, found, lambda leaf: self._leaf(leaf, schemas, context, part))
        return made.encode("utf-8", "surrogateescape")

    def _leaf(self, leaf: Leaf, schemas: Schemas, context: Context, part: str) -> str:
        if leaf.kind == "key":
            return str(self._step(leaf.value))
        name = str(leaf.path[-1]).lower() if leaf.path else ""
        if ("field", name) in context.signatures() or (part == "response" and name == "signature"):
            return leaf.value
        made = self._values.of(leaf.value, self._marks.of(schemas, leaf.path), number=leaf.kind == "number")
        if made != leaf.value:
            context.changed.append(f"{part} body{pointer(tuple(map(self._step, leaf.path)))}")
        return made

    def _step(self, step: str | int) -> str | int:
        return step if isinstance(step, int) else self._texts.redacted(step)

    def _formless(self, text: str, message: Message) -> str:
        """Give what may be kept of a body that is neither JSON nor a form."""
        if self._values.strict or (not text.isprintable() and "\udc80" <= max(text) <= "\udcff"):
            return f"[a body of {len(message.body)} bytes that is neither JSON nor a form]"
        return self._texts.redacted(text)

    # Envelopes

    def _envelope(self, name: str, context: Context) -> list[Envelope]:
        found = [one.recipe for one in context.points if isinstance(one.recipe, Envelope)]
        return [one for one in found if one.form_field == name]

    def _sealed(self, text: str, readings: list[Envelope], schemas: Schemas, context: Context) -> str:
        """Open an envelope with the real key, redact what it holds, and seal it with the test key."""
        envelope, plaintext, ok = readings[0], b"", None
        layer = "no-key"
        for reading in readings if self._real is not None else ():
            try:
                opened = open_envelope(reading, text, self._real or self._test)
            except ToolkitError:
                continue
            layer, ok = layer if layer != "no-key" else opened.layer, bool(opened)
            if opened:
                envelope, plaintext, layer = reading, opened.plaintext, ""
                break
        if ok is None:
            raise UsageError(
                "an encrypted request cannot be opened, so it cannot be redacted",
                where=f"form field {envelope.form_field}",
                hint=f"give the key of the role {envelope.key.role}, or do not record this request",
            )
        context.envelope = {"scheme": envelope.name, "ok": ok, "reason": layer or "valid"}
        context.changed.append(f"request body/{envelope.form_field}")
        inner = self._marks.content(self._marks.member(schemas, envelope.form_field))
        held = self._marks.content(self._marks.member(inner, "value")) or inner
        made = self._plaintext(envelope, plaintext, held)
        iv = hmac.digest(self._test.need(envelope.key.role)[0].material(envelope.key.form), made, "sha256")[
            :16
        ]
        sealed = seal(envelope, made, self._test, iv=iv).text
        return sealed if ok else _broken(sealed)

    def _plaintext(self, envelope: Envelope, plaintext: bytes, schemas: Schemas) -> bytes:
        entries = text_of_bytes(plaintext).split(envelope.separator)
        for at, entry in enumerate(entries):
            name, pair, value = entry.partition(envelope.pair)
            if value:
                entries[at] = name + pair + self._values.of(value, self._marks.of(schemas, (name.strip(),)))
        return envelope.separator.join(entries).encode("utf-8", "surrogateescape")


def _broken(sealed: str) -> str:
    """Give an envelope whose mac is wrong by one digit."""
    import base64
    import json

    members = json.loads(base64.b64decode(sealed))
    members["mac"] = ("1" if members["mac"][:1] != "1" else "2") + members["mac"][1:]
    return base64.b64encode(json.dumps(members, separators=(",", ":")).encode()).decode()


def _credentials(spec: Spec | None) -> dict[str, str]:
    """Give the headers that carry credentials, lower case, with the key role of each."""
    rows = spec.rows("/components/securitySchemes") if spec is not None else {}
    found: dict[str, str] = {}
    for row in rows.values():
        role = str(row.get("x-key") or "")
        if row.get("type") == "apiKey" and row.get("in") == "header":
            found[str(row.get("name", "")).lower()] = role
        elif row.get("type") == "http":
            found["authorization"] = role
    return found


def _response_header(operation: Operation | None, lower: str) -> Schemas:
    for response in operation.responses.values() if operation is not None else ():
        for name, row in (response.get("headers") or {}).items():
            if name.lower() == lower and isinstance(row, Mapping):
                return (row.get("schema") or {}, row)
    return ()
