"""The stages of recipes that sign fields, each with the mistakes that are made at it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from payproof.model import Message
from payproof.signing.diagnosis.early_escapes import early_escape_stage
from payproof.signing.diagnosis.excluded_stage import excluded_stage
from payproof.signing.diagnosis.join_stage import join_stage, parts_stage
from payproof.signing.diagnosis.option import Stage
from payproof.signing.diagnosis.order_stage import order_stage
from payproof.signing.diagnosis.print_stages import edit_stage, escape_stage, nesting_stage, scalars_stage
from payproof.signing.diagnosis.source_stage import source_stage
from payproof.signing.diagnosis.text_stages import charset_stage, text_stage
from payproof.signing.keys import Keys
from payproof.signing.recipe import Recipe


def fields_stages(
    recipe: Recipe, message: Message, keys: Keys, tables: Iterable[Sequence[str]] = ()
) -> list[Stage]:
    """Give the stages from a message to canonical bytes, for a recipe over fields.

    Args:
        keys: Their texts are tried as extra fields (the merchant id, say), never shown.
        tables: Documented orders of field names to try.
    """
    return [
        source_stage(recipe, message),
        excluded_stage(recipe, message, keys),
        order_stage(recipe, list(tables)),
        early_escape_stage(recipe),
        scalars_stage(recipe),
        nesting_stage(recipe),
        edit_stage(recipe),
        escape_stage(recipe),
        parts_stage(recipe),
        join_stage(recipe),
        text_stage(recipe),
        charset_stage(recipe),
    ]
