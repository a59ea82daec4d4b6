"""A recipe over a decoded body, made ready for many messages: a right signature is known at a glance.

Nothing here says that a signature is wrong. The caller has shown that the value holds all of the body
(`files.quick_json`), so what is printed here is what `stages` prints; whoever gets False asks `verify`.
A recipe that needs more than its fields, in the order sent, is not made ready.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterable
from typing import Any

from payproof.errors import ToolkitError
from payproof.signing.digests import bind
from payproof.signing.fields import pointer_names
from payproof.signing.keys import Keys
from payproof.signing.recipe import Recipe
from payproof.signing.scalars import SHORT_DECIMAL

#: Presets that print an integer of at most `PLAIN_INTEGER` with the very digits it has.
PLAIN_INTEGERS = frozenset(
    {
        *("php", "php17", "php-shortest", "javascript", "javascript-null-empty", "python"),
        *("python-null-empty", "java", "as-sent", "as-sent-null-empty", "digit-booleans"),
    }
)
PLAIN_INTEGER = 2**53
#: Presets that print a number in the form of `SHORT_DECIMAL` with the very text it has.
PLAIN_DECIMALS = PLAIN_INTEGERS - {"php17", "java"}

Proof = Callable[[Any], bool]
"""Takes a body's value; True is proof that its signature is right, False and ValueError prove nothing."""


def proof_of(recipe: Recipe, keys: Keys, float_text: Callable[[float], str]) -> Proof | None:
    """Give what recognises right signatures, None where this recipe or these keys do not allow it.

    Args:
        recipe: The scheme's point.
        keys: Keys by role.
        float_text: Gives the text that a float had in the body.
    """
    if not _is_plain(recipe):
        return None
    try:
        step = recipe.rounds[0]
        hashes = [bind(step.digest, key.material(step.key.form)) for key in keys.need(step.key.role)]
    except ToolkitError:
        return None
    path, name, text_of, prefix = (
        pointer_names(recipe.source.pointer),
        recipe.carry.name,
        _canonical(recipe, float_text),
        recipe.prefix,
    )

    def proof(value: Any) -> bool:
        for part in path:
            if type(value) is not dict:
                return False
            value = value.get(part)
        received = value.get(name) if type(value) is dict else None
        if type(received) is not str or not received.isascii():
            return False
        text = text_of(value)
        fits = False
        for digest in hashes:
            fits |= hmac.compare_digest(prefix + step.written(digest(text)), received)
        return fits

    return proof


def _is_plain(recipe: Recipe) -> bool:
    """Say whether a recipe prints fields one by one and hashes them once with a key of a role."""
    return (
        recipe.parts == "values"
        and recipe.walks_plainly
        and (recipe.source.place, recipe.source.path_id, recipe.carry.where) == ("body", "no", "field")
        and (recipe.edits, recipe.escaping, recipe.charset) == ((), "none", "utf-8")
        and len(recipe.rounds) == 1
        and not recipe.rounds[0].key.field
        and not recipe.accept.separator
        and not recipe.accept.freshness_header
    )


def _canonical(recipe: Recipe, float_text: Callable[[float], str]) -> Callable[[dict[str, Any]], bytes]:
    style, excluded = recipe.style, recipe.excluded
    number, null, true, false = style.number, style.null, style.true, style.false
    after, end = recipe.join.after, recipe.join.end
    glue = after or recipe.join.between
    plain = PLAIN_INTEGER if recipe.scalars in PLAIN_INTEGERS else 0
    decimals, short = recipe.scalars in PLAIN_DECIMALS, SHORT_DECIMAL.fullmatch

    def joined(values: Iterable[Any]) -> str:
        return glue.join([one if type(one) is str else null if one is None else other(one) for one in values])

    def other(value: Any) -> str:
        kind = type(value)
        if kind is dict and value:
            return joined(value.values())
        if kind is int:
            return str(value) if -plain < value < plain else number(str(value))
        if kind is float:
            text = repr(value)
            return text if decimals and short(text) else number(float_text(value))
        if kind is bool:
            return true if value else false
        if not value:
            # An empty container adds no value, not even an empty one, to those around it.
            raise ValueError
        return joined(value)

    def text_of(fields: dict[str, Any]) -> bytes:
        if excluded:
            fields = fields.copy()
            for name in excluded:
                fields.pop(name, None)
        if not fields:
            return end.encode()
        return (joined(fields.values()) + after + end).encode()

    return text_of
