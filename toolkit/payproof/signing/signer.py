"""Explaining and signing: what one recipe makes of one message."""

from __future__ import annotations

from dataclasses import dataclass

from payproof.model import Message
from payproof.signing.fields import UnreadableBody
from payproof.signing.keys import Keys
from payproof.signing.recipe import Recipe
from payproof.signing.source import take
from payproof.signing.stages import (
    CannotRead,
    digests,
    encode,
    join_text,
    key_bytes,
    pieces_of,
    signed_texts,
    write,
)


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


def explain(recipe: Recipe, message: Message, keys: Keys) -> Trace:
    """Give each value on the way to the signature, in order.

    Raises:
        CannotSign: when the message lacks something that must be signed; CannotRead when its body
            cannot be read.
        KeyMaterialError: when a key is missing or does not have the form the recipe wants.
    """
    try:
        taken = take(recipe.source, message)
        names: list[str] = []
        texts = signed_texts(recipe, taken, names)
    except (UnreadableBody, RecursionError) as error:
        why = str(error) if isinstance(error, UnreadableBody) else "the body is nested too deeply"
        raise CannotRead(
            f"{recipe.name}: {why}", where="the message's body", hint="give the body exactly as it travels"
        ) from None
    text = encode(recipe, join_text(recipe, pieces_of(recipe, names, texts)))
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
