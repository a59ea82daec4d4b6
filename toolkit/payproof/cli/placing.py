"""The message, and which part of it is signed: the scheme's own, the one chosen, or that of its operation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from payproof.cli.scheme_options import MessageOptions, SchemeOptions

if TYPE_CHECKING:
    from payproof.cli.messages import Given
    from payproof.model import Message
    from payproof.signing.recipe import Recipe
    from payproof.spec import Spec


@dataclass(frozen=True, slots=True)
class Placed:
    """A message, and the recipe that fits it.

    Args:
        chosen: The options, the source of the message's operation in them.
        taken: The message, and how it was written.
    """

    spec: Spec
    chosen: SchemeOptions
    recipe: Recipe
    taken: Given


def read_placed(chosen: SchemeOptions, given: MessageOptions) -> Placed:
    """Read a message and give its recipe as its operation applies it.

    Raises:
        UnreadableInput: the message cannot be read.
        UsageError: the options do not fit.
    """
    from payproof.cli.scheme_options import choose_recipe, load_spec, read_given

    spec = load_spec(chosen.gateway)
    recipe = choose_recipe(chosen, spec)
    taken = read_given(given, recipe, chosen.scheme)
    better = placed(chosen, spec, taken.message)
    return Placed(spec, better, recipe if better is chosen else choose_recipe(better, spec), taken)


def placed(chosen: SchemeOptions, spec: Spec, message: Message) -> SchemeOptions:
    """Give the options with the source that the message's operation signs, unless one was chosen.

    A message that matches no operation and has neither body nor chosen source is read by its query.
    """
    if chosen.source:
        return chosen
    from payproof.spec import match

    found = match(spec, message) if message.method and message.target.startswith(("/", "http")) else None
    rule = ((found.operation.signing or {}).get("request") or {}) if found else {}
    source = rule.get("source") if rule.get("scheme") == chosen.scheme else None
    if isinstance(source, Mapping):
        source = source.get("body") or next((name for name, is_on in source.items() if is_on == ""), None)
    if source is None and message.method in ("GET", "HEAD") and "?" in message.target and not message.body:
        base = spec.schemes.get(chosen.scheme, {}).get("source")
        source = "query" if base == "body" else None
    return replace(chosen, source=source) if isinstance(source, str) else chosen
