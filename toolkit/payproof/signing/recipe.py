"""A signing recipe: one point in the space of choices, and what it makes of a message.

Theory of operation. A recipe turns a message into a signature in stages, each a pure function of the
one before and of a few choices:

    take     which fields or which text of the message           source, body text, parts
    select   which fields, in which order                        excluded, order
    print    each value as text                                  nesting, scalars, value edits, escaping
    join     one text                                            parts, pair, join, text edits
    encode   the canonical string: the exact bytes signed        charset
    hash     one or more rounds, each with its key               digest, key, text
    write    the signature as it travels                         text, prefix

Signing, verifying and explaining evaluate one point; diagnosing evaluates its neighbours and shares
the stages that a deviation leaves as they were.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import Any, Literal

from payproof.errors import UsageError
from payproof.model import Message
from payproof.signing.bodytext import RAW, BodyText
from payproof.signing.charsets import CHARSETS
from payproof.signing.digests import DIGESTS, Digest
from payproof.signing.edits import EDITS
from payproof.signing.escapes import ESCAPES
from payproof.signing.fields import MISSING, Number, Pairs, UnreadableBody, bytes_of_text
from payproof.signing.keys import Key, Keys, SecretBytes
from payproof.signing.nesting import BEYOND, scalar_text
from payproof.signing.orders import DEEP, ORDERS, table_order
from payproof.signing.outputs import OUTPUTS
from payproof.signing.scalars import SCALARS, ScalarStyle
from payproof.signing.source import PartRef, Source, Taken, part_text, take

Where = Literal["field", "header", "query"]


@dataclass(frozen=True, slots=True)
class Join:
    """What stands after each piece, between pieces, and at the end of the text."""

    after: str = ""
    between: str = ""
    end: str = ""


@dataclass(frozen=True, slots=True)
class KeyUse:
    """Which key a round uses: a role, or (`field`) the value of a signed field; and its form."""

    role: str = ""
    form: str = "text"
    field: str = ""


THE_KEY = KeyUse()


@dataclass(frozen=True)
class Round:
    """One hashing: the digest, its key, and how its result is written for the next round or the wire."""

    digest: str = "hmac-sha256"
    key: KeyUse = THE_KEY
    text: str = "hex-lower"

    @cached_property
    def run(self) -> Digest:
        """What hashes."""
        return DIGESTS[self.digest].run

    @cached_property
    def written(self) -> Callable[[bytes], str]:
        """What writes the digest."""
        return OUTPUTS[self.text].run.encode


@dataclass(frozen=True, slots=True)
class Accept:
    """What a verifier lets pass beyond the exact text.

    Args:
        case: `exact` or `insensitive` (hex digits in either case).
        separator: Splits a header that may hold several signatures; empty when it holds one.
        canonical_base64: Whether Base64 with stray bits or missing padding is refused.
        freshness_header: Header with the signing time in seconds, or empty.
        tolerance_s: Largest accepted distance of that time from the receiver's clock.
        max_signatures: Most signatures looked at in one header.
    """

    case: str = "exact"
    separator: str = ""
    canonical_base64: bool = True
    freshness_header: str = ""
    tolerance_s: int = 300
    max_signatures: int = 16


@dataclass(frozen=True, slots=True)
class Carry:
    """Where the signature travels: a field beside the signed ones, or a header."""

    where: Where = "field"
    name: str = "signature"


BODY, NO_JOIN, ONE_ROUND = Source(), Join(), (Round(),)
EXACT, BESIDE = Accept(), Carry()


@dataclass(frozen=True)
class Recipe:
    """One point in the recipe space; see the module for the stages and the tables for the choices."""

    name: str
    source: Source = BODY
    body_text: BodyText = RAW
    parts: Literal["values", "pairs", "names-and-values", "text"] | tuple[PartRef, ...] = "values"
    pair: str = "="
    order: str = "as-sent"
    order_table: tuple[str, ...] = ()
    join: Join = NO_JOIN
    depth: int = 1
    beyond: str = "inner-values"
    scalars: str = "as-sent"
    scalar_texts: tuple[tuple[str, str], ...] = ()
    escaping: str = "none"
    excluded: tuple[str, ...] = ()
    included: tuple[str, ...] = ()
    drop: str = "none"
    edits: tuple[str, ...] = ()
    charset: str = "utf-8"
    rounds: tuple[Round, ...] = ONE_ROUND
    prefix: str = ""
    accept: Accept = EXACT
    carry: Carry = BESIDE
    evidence: Mapping[str, str] = field(default_factory=dict, compare=False, hash=False)

    # What the names stand for is looked up once a recipe, since verifying is a hot path.

    @cached_property
    def covers_fields(self) -> bool:
        """Whether fields are signed one by one, rather than whole texts."""
        return isinstance(self.parts, str) and self.parts != "text"

    @cached_property
    def style(self) -> ScalarStyle:
        """How values that are no strings are printed."""
        return scalar_style(self.scalars, self.scalar_texts)

    @cached_property
    def value_edits(self) -> tuple[Callable[[str], str], ...]:
        """What changes each value's text: edits first, then the escaping."""
        edits = [EDITS[name].run.change for name in self.edits if EDITS[name].run.level == "value"]
        return (*edits, ESCAPES[self.escaping].run) if self.escaping != "none" else tuple(edits)

    @cached_property
    def text_edits(self) -> tuple[Callable[[str], str], ...]:
        """What changes the joined text."""
        return tuple(EDITS[name].run.change for name in self.edits if EDITS[name].run.level == "text")

    def with_(self, **changes: Any) -> Recipe:
        """Give the neighbouring point with those choices changed."""
        return replace(self, **changes)


@dataclass(frozen=True, slots=True)
class Trace:
    """Each value on the way to a signature, in order.

    Args:
        scheme: The recipe's name.
        fields: What was signed: (name, text) pairs for schemes over fields; one row a part otherwise.
        canonical: The exact bytes which the signature covers.
        keys: One row a round: role and form of its key, with a fingerprint salted per run.
        digests: The raw digest of each round.
        signature: The text as it travels.
    """

    scheme: str
    fields: tuple[tuple[str, str], ...]
    canonical: bytes
    keys: tuple[str, ...]
    digests: tuple[bytes, ...]
    signature: str

    @property
    def digest(self) -> bytes:
        """The raw digest of the last round."""
        return self.digests[-1]


class CannotSign(UsageError):
    """The message lacks something which the recipe must sign."""


@lru_cache(256)
def scalar_style(preset: str, texts: tuple[tuple[str, str], ...]) -> ScalarStyle:
    """Give a preset with some of its texts replaced."""
    style = SCALARS[preset].run
    changed: dict[str, Any] = dict(texts)
    return replace(style, **changed) if changed else style


def select(recipe: Recipe, fields: Sequence[tuple[str, Any]]) -> Sequence[tuple[str, Any]]:
    """Leave out what is excluded and put the rest in the recipe's order."""
    if recipe.included:
        fields = [row for row in fields if row[0] in recipe.included]
    if len(recipe.excluded) == 1:
        one = recipe.excluded[0]
        fields = [row for row in fields if row[0] != one]
    elif recipe.excluded:
        fields = [row for row in fields if row[0] not in recipe.excluded]
    if recipe.drop != "none":
        fields = [row for row in fields if not dropped(row[1], recipe.drop)]
    if recipe.order_table or recipe.order != "as-sent":
        fields = ordered(recipe, fields)
    return fields


def dropped(value: Any, rule: str) -> bool:
    """Say whether a drop rule leaves a value out: `null`, `empty`, `php-empty` or `empty-containers`."""
    if rule == "null":
        return value is None
    if rule == "empty-containers":
        return type(value) in (Pairs, list) and not value
    empty = value is None or value == "" or (type(value) in (Pairs, list) and not value)
    if rule == "php-empty":
        return empty or value is False or value == "0"
    return empty


def ordered(recipe: Recipe, fields: Sequence[tuple[str, Any]]) -> list[tuple[str, Any]]:
    """Put fields in the recipe's order, nested objects too where the order is a data structure's."""
    order = table_order(recipe.order_table) if recipe.order_table else ORDERS[recipe.order].run
    rows = [fields[at] for at in order([name for name, _ in fields])]
    if recipe.order in DEEP and not recipe.order_table:
        return [(name, _reordered(value, recipe)) for name, value in rows]
    return rows


def _reordered(value: Any, recipe: Recipe) -> Any:
    if type(value) is Pairs:
        return Pairs(ordered(recipe, value))
    if type(value) is list:
        return [_reordered(item, recipe) for item in value]
    return value


def print_values(
    recipe: Recipe, fields: Sequence[tuple[str, Any]], names: list[str] | None = None
) -> list[str]:
    """Give the texts of all values, nested ones as the recipe's nesting says; `names` is filled alongside."""
    texts: list[str] = []
    _print(recipe, fields, recipe.style, recipe.depth, names, texts)
    for change in recipe.value_edits:
        texts = [change(text) for text in texts]
    return texts


def _print(
    recipe: Recipe,
    fields: Sequence[tuple[str, Any]],
    style: ScalarStyle,
    depth: int,
    names: list[str] | None,
    texts: list[str],
) -> None:
    number, null = style.number, style.null
    for name, value in fields:
        kind = type(value)
        if kind is str:
            text = value
        elif value is None:
            text = null
        elif kind is Number:
            text = number(value)
        elif kind is Pairs or kind is list:
            inner = value if kind is Pairs else [(name, item) for item in value]
            one = None if depth > 0 else BEYOND[recipe.beyond].run(value, style)
            if one is None:
                if depth > 0 or recipe.beyond == "inner-values":
                    _print(recipe, inner, style, depth - 1, names, texts)
                continue
            text = one
        else:
            text = scalar_text(value, style)
        texts.append(text)
        if names is not None:
            names.append(name)


def join_text(recipe: Recipe, names: Sequence[str], texts: Sequence[str]) -> str:
    """Join the pieces into one text and apply the edits of the whole text.

    `names` is looked at only where the recipe signs names too.
    """
    if recipe.parts == "pairs":
        texts = [f"{name}{recipe.pair}{text}" for name, text in zip(names, texts, strict=True)]
    elif recipe.parts == "names-and-values":
        texts = [piece for row in zip(names, texts, strict=True) for piece in row]
    join = recipe.join
    if join.after:
        text = (join.after.join(texts) + join.after if texts else "") + join.end
    else:
        text = join.between.join(texts) + join.end
    for change in recipe.text_edits:
        text = change(text)
    return text


def signed_texts(recipe: Recipe, taken: Taken, names: list[str] | None = None) -> list[str]:
    """Give the texts which the recipe signs; `names`, if given, is filled with their names.

    Raises:
        UnreadableBody: when the body is not what the recipe reads.
        CannotSign: when a part or the signed object is not there.
    """
    if not recipe.covers_fields:
        return _part_texts(recipe, taken, names)
    fields = taken.fields
    if type(fields) is not Pairs:
        raise CannotSign(
            f"{recipe.name}: there is no object to sign at {recipe.source}",
            where="the message",
            hint=f"give the whole message as it travels, with its object at {recipe.source}",
        )
    return print_values(recipe, select(recipe, fields), names)


def _part_texts(recipe: Recipe, taken: Taken, names: list[str] | None) -> list[str]:
    refs = (PartRef("body"),) if isinstance(recipe.parts, str) else recipe.parts
    texts = []
    for ref in refs:
        value = part_text(ref, taken, recipe.body_text)
        if value is MISSING:
            raise CannotSign(
                f"{recipe.name}: the message has no {ref}",
                where="the message",
                hint=f"add the {ref}; it is signed",
            )
        texts.append(value if type(value) is str else _part_scalar(value, recipe.style))
        if names is not None:
            names.append(str(ref))
    for change in recipe.value_edits:
        texts = [change(text) for text in texts]
    return texts


def _part_scalar(value: Any, style: ScalarStyle) -> str:
    if type(value) in (Pairs, list):
        return BEYOND["json-text"].run(value, style) or ""
    return scalar_text(value, style)


def encode(recipe: Recipe, text: str) -> bytes:
    """Give the canonical string: the text's bytes."""
    return bytes_of_text(text) if recipe.charset == "utf-8" else CHARSETS[recipe.charset].run(text)


def canonical(recipe: Recipe, taken: Taken) -> bytes:
    """Give the exact bytes which the signature covers; raises as `signed_texts`."""
    names: list[str] = []
    texts = signed_texts(recipe, taken, None if recipe.parts == "values" else names)
    return encode(recipe, join_text(recipe, names, texts))


def key_bytes(use: KeyUse, key: Key | None, taken: Taken) -> SecretBytes:
    """Give one round's key: the role's key in its form, or a field's value."""
    if use.field:
        value = part_text(PartRef("field", use.field), taken, RAW)
        if value is MISSING or type(value) in (Pairs, list):
            raise CannotSign(
                f"the field {use.field!r}, whose value is a key, is missing",
                where="the message",
                hint="add it",
            )
        return SecretBytes(
            bytes_of_text(value if type(value) is str else scalar_text(value, SCALARS["as-sent"].run))
        )
    assert key is not None
    return key.material(use.form)


def digests(recipe: Recipe, text: bytes, round_keys: Sequence[bytes]) -> list[bytes]:
    """Give the raw digest of each round; each round hashes the written digest of the one before."""
    made: list[bytes] = []
    for step, key in zip(recipe.rounds, round_keys, strict=True):
        made.append(step.run(key, text))
        if len(made) < len(recipe.rounds):
            text = step.written(made[-1]).encode("latin-1")
    return made


def write(recipe: Recipe, digest: bytes) -> str:
    """Give the signature's text on the wire."""
    return recipe.prefix + recipe.rounds[-1].written(digest)


def explain(recipe: Recipe, message: Message, keys: Keys) -> Trace:
    """Give each value on the way to the signature, in order.

    Raises:
        CannotSign: when the message lacks something that must be signed, or cannot be read.
        KeyMaterialError: when a key is missing or does not have the form the recipe wants.
    """
    try:
        taken = take(recipe.source, message)
        names: list[str] = []
        texts = signed_texts(recipe, taken, names)
    except UnreadableBody as error:
        raise CannotSign(
            f"{recipe.name}: {error}", where="the message's body", hint="give the body exactly as it travels"
        ) from None
    text = encode(recipe, join_text(recipe, names, texts))
    chosen = [None if step.key.field else keys.need(step.key.role)[0] for step in recipe.rounds]
    used = [key_bytes(step.key, key, taken) for step, key in zip(recipe.rounds, chosen, strict=True)]
    made = digests(recipe, text, used)
    shown = tuple(
        f"the field {step.key.field}" if key is None else f"{key.role} ({step.key.form}) #{key.fingerprint}"
        for step, key in zip(recipe.rounds, chosen, strict=True)
    )
    rows = tuple(zip(names, texts, strict=True))
    return Trace(recipe.name, rows, text, shown, tuple(made), write(recipe, made[-1]))


def sign(recipe: Recipe, message: Message, keys: Keys) -> str:
    """Give the signature's text; signing is a view of explaining, so both show the same bytes."""
    return explain(recipe, message, keys).signature
