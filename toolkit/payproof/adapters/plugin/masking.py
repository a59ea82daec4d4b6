"""What a failure may show of an exchange: no key, and nothing that the spec marks `x-secret`.

Theory of operation. Secrets are hidden twice. Where a body or a target has a member that the spec marks, or
that is named as secrets are, its value gives way to a word. And the values so found, with those of headers
and the keys that the test knows, are looked for in every text that is shown, findings included, in the forms
that `report.mask` knows: a token put into a path, or a client secret sent as another field, is still one.
Published test keys stay as they are, since a signature is easier to follow with them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, quote_plus, unquote_plus

from payproof.cassettes.redaction.json_spans import Leaf, NotJson, Path, leaves, rewritten
from payproof.cassettes.redaction.marks import Mark, Marks, Schemas, body_schemas, by_name, parameter_schemas
from payproof.model import Finding, Interaction, Message
from payproof.report.mask import PIECE, mask_for
from payproof.signing import Keys
from payproof.spec import Operation

if TYPE_CHECKING:
    from payproof.adapters.guard.guard import Guard

_HIDDEN = {"secret": "secret", "card": "card", "cvv": "cvv"}
#: Ids that a reader needs and that prove nothing.
_PUBLIC = frozenset({"merchant_id"})
_SHORTEST_KEY = 4
_MOST_BYTES = 200_000
_MOST_VALUE = 10_000
#: Of a body the beginning is shown; so much more is looked at that no secret ends beyond it.
_MOST_SHOWN = 2 * _MOST_VALUE
#: Members of a text that is no JSON value: `name=value`, `"name": "value"`, `<name>value`.
_LOOSE = re.compile(r"""(?<![\w.-])([\w.-]{1,80})(["']?\s{0,9}[:=>]\s{0,9}["']?)([^"'&\s,;<>{}]+)""")
_FORM = "application/x-www-form-urlencoded"
_USER = re.compile(r"(://)[^/?#@]*@")
_LABEL = re.compile(r"(?i)(?:bearer|basic|token)\s+")
#: Words of a protocol, such as a payment method: hiding them everywhere would hide what is wrong.
_WORD = re.compile(r"[A-Za-z_ -]*")


class Hidden:
    """The texts of one test without its secrets.

    Args:
        guard: Whose exchanges and keys they are.
    """

    def __init__(self, guard: Guard) -> None:
        self._spec = guard.gateway.spec
        self._marks, self._published = Marks(self._spec), _published(guard)
        self._found: dict[str, list[str]] = {}
        for role, text in _keys(guard):
            if len(text) >= _SHORTEST_KEY:
                self._keep(role, text)
        for one in guard.interactions:
            self._gather(one)
        self._mask = mask_for(Keys.of({role: _spellings(row) for role, row in self._found.items()}))

    def text(self, text: str) -> str:
        """Give a text without any secret that the test knows of."""
        return self._mask(text)

    def target(self, one: Interaction) -> str:
        """Give the target of a request, its query's secrets hidden."""
        path, mark, query = one.request.target.partition("?")
        shown = self._pairs(query, lambda name: self._query_role(one, name))
        return self._mask(_USER.sub(r"\1<secret>@", path) + mark + shown)

    def body(self, one: Interaction, message: Message) -> str:
        """Give a body's text, its secrets hidden; of a long one the beginning."""
        schemas = self._schemas(one, message)
        text, found = message.body[:_MOST_BYTES].decode("utf-8", "replace"), _leaves(message)
        if found is not None:
            text = rewritten(text, found, lambda leaf: self._shown(leaf, schemas))
        elif message.media_type == _FORM:
            text = self._pairs(text, lambda name: _role(self._marks.of(schemas, (name,))))
        else:
            text = _LOOSE.sub(_loosely, text)
        return self._mask(text[:_MOST_SHOWN])

    def finding(self, finding: Finding) -> Finding:
        """Give a finding, every text of it without secrets."""
        mask = self._mask
        spot = finding.location
        return replace(
            finding,
            location=replace(spot, pointer=mask(spot.pointer), part=mask(spot.part)),
            message=mask(finding.message),
            hint=mask(finding.hint),
            expected=mask(finding.expected),
            actual=mask(finding.actual),
            reproduce=mask(finding.reproduce),
            details=self._deep(finding.details),
        )

    def _deep(self, value: Any) -> Any:
        if isinstance(value, str):
            return self._mask(value)
        if isinstance(value, Mapping):
            return {self._deep(key): self._deep(inner) for key, inner in value.items()}
        return [self._deep(inner) for inner in value] if isinstance(value, list | tuple) else value

    def _operation(self, one: Interaction) -> Operation | None:
        return self._spec.operations.get(one.operation) or self._spec.webhooks.get(one.operation)

    def _schemas(self, one: Interaction, message: Message) -> Schemas:
        return body_schemas(self._operation(one), message.status, message.media_type)

    def _shown(self, leaf: Leaf, schemas: Schemas) -> str:
        role = "" if leaf.kind == "key" else _role(self._marks.of(schemas, leaf.path))
        return leaf.value if not role or leaf.value in self._published else f"<{role}>"

    def _pairs(self, text: str, role_of: Callable[[str], str]) -> str:
        return "&".join(self._pair(row, role_of) for row in text.split("&"))

    def _pair(self, row: str, role_of: Callable[[str], str]) -> str:
        name, sign, value = row.partition("=")
        role = role_of(unquote_plus(name))
        hide = role and value and unquote_plus(value) not in self._published
        return f"{name}{sign}<{role}>" if hide else row

    def _query_role(self, one: Interaction, name: str) -> str:
        schemas = parameter_schemas(self._operation(one), "query", name)
        return (_role(self._marks.of(schemas, ())) if schemas else "") or _HIDDEN.get(by_name(name), "")

    def _gather(self, one: Interaction) -> None:
        """Note every value that stands where a secret does."""
        for name, value in one.request.headers:
            self._note(self._header_role(name), _LABEL.sub("", value, count=1))
        for name, value in _split(one.request.target.partition("?")[2]):
            self._note(self._query_role(one, name), value)
        for message in (one.request, one.response) if one.response else (one.request,):
            schemas = self._schemas(one, message)
            for path, value in _members(message):
                self._note(_role(self._marks.of(schemas, path)), value)

    def _header_role(self, name: str) -> str:
        schemes = self._spec.document.get("components", {}).get("securitySchemes", {}).values()
        for row in schemes:
            carrier = row.get("name") if row.get("in") == "header" else "Authorization"
            if row.get("x-secret") and name.lower() == str(carrier).lower():
                return str(row["x-secret"])
        return "secret" if name.lower() in ("authorization", "cookie", "x-api-key") else ""

    def _note(self, role: str, text: str) -> None:
        if role and not _WORD.fullmatch(text) and PIECE <= len(text) <= _MOST_VALUE:
            self._keep(role, text)

    def _keep(self, role: str, text: str) -> None:
        row = self._found.setdefault(role, [])
        if text not in row and text not in self._published:
            row.append(text)


def _keys(guard: Guard) -> Iterator[tuple[str, str]]:
    for row in guard.exchanges.testbed.merchants.values():
        yield from ((role, text) for role, text in row.items() if role not in _PUBLIC)


def _published(guard: Guard) -> frozenset[str]:
    """Give the texts of keys that are worthless outside of the sandbox."""
    own = guard.gateway.testbed
    return (
        frozenset(text for row in own.merchants.values() for text in row.values())
        if own.test_keys
        else frozenset()
    )


def _role(mark: Mark) -> str:
    """Give the word that stands for a value; empty for one that may be shown."""
    return (mark.role or _HIDDEN[mark.kind]) if mark.kind in _HIDDEN else ""


def _leaves(message: Message) -> list[Leaf] | None:
    if not message.body or len(message.body) > _MOST_BYTES:
        return None
    try:
        return leaves(message.body.decode("utf-8", "replace"))
    except NotJson:
        return None


def _members(message: Message) -> Iterator[tuple[Path, str]]:
    """Give the values of a body, with where they stand."""
    yield from ((leaf.path, leaf.value) for leaf in _leaves(message) or () if leaf.kind != "key")
    if message.media_type == _FORM:
        text = message.body[:_MOST_BYTES].decode("utf-8", "replace")
        yield from (((name,), value) for name, value in _split(text))


def _split(text: str) -> Iterator[tuple[str, str]]:
    for row in text.split("&") if text else ():
        name, _, value = row.partition("=")
        yield unquote_plus(name), unquote_plus(value)


def _loosely(found: re.Match[str]) -> str:
    role = _HIDDEN.get(by_name(found[1]), "")
    return f"{found[1]}{found[2]}<{role}>" if role else found[0]


def _spellings(texts: list[str]) -> list[str]:
    """Give texts as they stand in targets and JSON too, in which signs are written otherwise."""
    found = dict.fromkeys(texts)
    for text in texts:
        for form in (quote(text), quote(text, safe=""), quote_plus(text)):
            found |= dict.fromkeys((form, re.sub(r"%..", lambda sign: sign[0].lower(), form)))
        found |= dict.fromkeys((text.replace("/", "\\/"), text.replace("+", "-").replace("/", "_")))
    return list(found)
