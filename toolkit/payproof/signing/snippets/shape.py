"""What a snippet needs to know of a recipe; a recipe that asks for more is refused."""

from __future__ import annotations

import re
from dataclasses import dataclass

from payproof.errors import UsageError
from payproof.signing.recipe import Recipe


@dataclass(frozen=True, slots=True)
class Shape:
    """A recipe in the terms of a snippet.

    Args:
        scheme: Its name.
        parts: Names of the texts that are joined; empty for a scheme over fields.
        pairs: What stands between name and value, None where values alone are signed.
        is_sorted: Whether fields are sorted by the bytes of their names.
        excluded: Fields that are not signed.
        after, between, end: How the pieces are joined.
        hash: `sha512` or `sha256`.
        hex_key: Whether the key's text is hex-decoded.
        text: `hex-lower`, `hex-upper` or `base64`.
        prefix: What stands before the digest's text.
    """

    scheme: str
    parts: tuple[str, ...]
    pairs: str | None
    is_sorted: bool
    excluded: tuple[str, ...]
    after: str
    between: str
    end: str
    hash: str
    hex_key: bool
    text: str
    prefix: str


_SIMPLE = {
    "escaping": "none",
    "charset": "utf-8",
    "edits": (),
    "included": (),
    "drop": "none",
    "order_table": (),
}


def shape_of(recipe: Recipe) -> Shape:
    """Give the shape of a recipe.

    Raises:
        UsageError: when a snippet would not say all that the recipe does.
    """
    (step, *more) = recipe.rounds
    fits = (
        not more
        and all(getattr(recipe, name) == value for name, value in _SIMPLE.items())
        and recipe.order in ("as-sent", "bytes")
        and step.digest in ("hmac-sha512", "hmac-sha256")
        and bool(step.key.role)
        and step.key.form in ("text", "hex")
        and step.text in ("hex-lower", "hex-upper", "base64")
        and (recipe.parts in ("values", "pairs") or _raw(recipe))
        and re.fullmatch(r"[a-z0-9_.-]{1,80}", recipe.name)
        and all(re.fullmatch(r"[a-z][a-z0-9_]{0,40}", name) for name in _names(recipe))
    )
    if not fits:
        raise UsageError(
            f"there is no snippet for {recipe.name}: its recipe does more than a short one can say",
            where="SCHEME",
            hint="payproof explain shows its steps; sign with payproof.signing",
        )
    return Shape(
        recipe.name,
        _names(recipe),
        recipe.pair if recipe.parts == "pairs" else None,
        recipe.order == "bytes",
        recipe.excluded,
        recipe.join.after,
        recipe.join.between,
        recipe.join.end,
        step.digest.removeprefix("hmac-"),
        step.key.form == "hex",
        step.text,
        recipe.prefix,
    )


def _raw(recipe: Recipe) -> bool:
    if not isinstance(recipe.parts, tuple):
        return False
    return recipe.body_text.style is None and recipe.body_text.base64 == "none"


def _names(recipe: Recipe) -> tuple[str, ...]:
    refs = recipe.parts if isinstance(recipe.parts, tuple) else ()
    return tuple((ref.name or ref.kind).replace("-", "_").lower() for ref in refs)
