"""A signing recipe: one point in the space of choices.

Theory of operation. A recipe turns a message into a signature in stages, each a pure function of the
one before and of a few choices (`stages`):

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

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import Any, Literal

from payproof.signing.bodytext import RAW, BodyText
from payproof.signing.digests import DIGESTS, Digest
from payproof.signing.edits import EDITS
from payproof.signing.escapes import ESCAPES
from payproof.signing.outputs import OUTPUTS
from payproof.signing.scalars import SCALARS, ScalarStyle
from payproof.signing.source import PartRef, Source

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


@lru_cache(256)
def scalar_style(preset: str, texts: tuple[tuple[str, str], ...]) -> ScalarStyle:
    """Give a preset with some of its texts replaced."""
    style = SCALARS[preset].run
    changed: dict[str, Any] = dict(texts)
    return replace(style, **changed) if changed else style


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
    def walks_plainly(self) -> bool:
        """Whether values are taken one by one as they stand, so that nothing looks at whole objects."""
        in_order = self.order == "as-sent" and not self.order_table
        return in_order and self.drop == "none" and not self.included and self.beyond == "inner-values"

    @cached_property
    def single_headers(self) -> tuple[str, ...]:
        """The headers that must not stand twice: those which are signed, and the one with the signature."""
        own = (self.carry.name,) if self.carry.where == "header" else ()
        signed = () if isinstance(self.parts, str) else self.parts
        return (*own, *(part.name for part in signed if part.kind == "header"))

    @cached_property
    def compares_text(self) -> bool:
        """Whether a signature is compared letter by letter, rather than by what it decodes to."""
        decoded = not self.accept.canonical_base64 and self.rounds[-1].text.startswith("base64")
        return self.accept.case != "insensitive" and not decoded

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
