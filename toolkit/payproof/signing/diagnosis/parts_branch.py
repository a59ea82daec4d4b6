"""The stages of recipes that sign whole texts: headers, a field, the body."""

from __future__ import annotations

from collections.abc import Sequence

from payproof.model import Message
from payproof.signing.diagnosis.body_stages import body_edit_stage, body_text_stage, member_stage
from payproof.signing.diagnosis.option import Stage
from payproof.signing.diagnosis.pieces_stages import choose_stage, join_stage, order_stage, time_stage
from payproof.signing.diagnosis.text_stages import charset_stage, text_stage
from payproof.signing.recipe import Recipe
from payproof.signing.source import PartRef, take


def parts_stages(recipe: Recipe, message: Message, earlier: Sequence[Message] = ()) -> list[Stage]:
    """Give the stages from a message to canonical bytes, for a recipe over whole texts."""
    refs = (PartRef("body"),) if isinstance(recipe.parts, str) else recipe.parts
    body = next((ref for ref in refs if ref.kind in ("body", "field")), PartRef("body"))
    taken = take(recipe.source, message)
    return [
        member_stage(recipe, body, taken),
        body_text_stage(recipe, body),
        body_edit_stage(),
        choose_stage(refs, body, taken),
        time_stage(recipe, earlier),
        order_stage(),
        join_stage(recipe),
        text_stage(recipe),
        charset_stage(recipe),
    ]
