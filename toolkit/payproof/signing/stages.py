"""The stages from a message to its signature; `recipe` tells what they are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from payproof.errors import UsageError
from payproof.signing.bodytext import RAW
from payproof.signing.charsets import CHARSETS
from payproof.signing.fields import MISSING, Number, Pairs, as_pairs, bytes_of_text
from payproof.signing.keys import Key, SecretBytes
from payproof.signing.nesting import BEYOND, scalar_text
from payproof.signing.orders import DEEP, ORDERS, table_order
from payproof.signing.recipe import KeyUse, Recipe
from payproof.signing.scalars import SCALARS, ScalarStyle
from payproof.signing.source import PartRef, Taken, part_text


class CannotSign(UsageError):
    """The message lacks something which the recipe must sign."""


class CannotRead(CannotSign):
    """The message's body is not of the form that the recipe reads."""

    exit_code = 3


def select(recipe: Recipe, fields: Iterable[tuple[str, Any]]) -> Iterable[tuple[str, Any]]:
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
        fields = ordered(recipe, list(fields))
    return fields


def _select_unrepeated(recipe: Recipe, fields: dict[str, Any]) -> Iterable[tuple[str, Any]]:
    if not recipe.walks_plainly:
        return select(recipe, as_pairs(fields))
    kept = fields.copy()
    for name in recipe.excluded:
        kept.pop(name, None)
    return kept.items()


def dropped(value: Any, rule: str) -> bool:
    """Say whether a drop rule leaves a value out: a choice of `dimensions.DROPS`."""
    if rule == "null":
        return value is None
    if rule == "empty-containers":
        return type(value) in (Pairs, list) and not value
    if rule == "blank":
        return value is None or value == ""
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
    recipe: Recipe,
    fields: Iterable[tuple[str, Any]],
    names: list[str] | None = None,
    *,
    style: ScalarStyle | None = None,
) -> list[str]:
    """Give the texts of all values, nested ones as the recipe's nesting says; `names` is filled alongside."""
    texts: list[str] = []
    _print(recipe, fields, style or recipe.style, recipe.depth, names, texts)
    for change in recipe.value_edits:
        texts = [change(text) for text in texts]
    return texts


def _print(
    recipe: Recipe,
    fields: Iterable[tuple[str, Any]],
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
        elif kind is dict and depth > 0:
            _print(recipe, value.items(), style, depth - 1, names, texts)
            continue
        elif kind is dict or kind is Pairs or kind is list:
            beyond = None if depth > 0 else BEYOND[recipe.beyond].run(value, style)
            if beyond is None:
                if depth > 0 or recipe.beyond == "inner-values":
                    _print(recipe, _inner(name, value), style, depth - 1, names, texts)
                continue
            text = beyond
        else:
            text = scalar_text(value, style)
        texts.append(text)
        if names is not None:
            names.append(name)


def _inner(name: str, value: Any) -> Iterable[tuple[str, Any]]:
    if type(value) is dict:
        return value.items()
    return value if type(value) is Pairs else [(name, item) for item in value]


def pieces_of(recipe: Recipe, names: Sequence[str], texts: Sequence[str]) -> Sequence[str]:
    """Give what is joined: the texts, or names with them where the recipe signs names too."""
    if recipe.parts == "pairs":
        return [f"{name}{recipe.pair}{text}" for name, text in zip(names, texts, strict=True)]
    if recipe.parts == "names-and-values":
        return [piece for row in zip(names, texts, strict=True) for piece in row]
    return texts


def join_text(recipe: Recipe, pieces: Sequence[str]) -> str:
    """Join the pieces into one text and apply the edits of the whole text."""
    join = recipe.join
    if join.after:
        text = (join.after.join(pieces) + join.after if pieces else "") + join.end
    else:
        text = join.between.join(pieces) + join.end
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
    if type(fields) is dict:
        return print_values(recipe, _select_unrepeated(recipe, fields), names)
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
    return encode(recipe, join_text(recipe, pieces_of(recipe, names, texts)))


def key_bytes(use: KeyUse, key: Key | None, taken: Taken) -> SecretBytes:
    """Give one round's key: the role's key in its form, or a field's value."""
    if use.field:
        value = part_text(PartRef("field", use.field), taken, RAW)
        if value is MISSING or type(value) in (Pairs, dict, list):
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
