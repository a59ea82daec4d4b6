"""The last stages of every recipe: edits of the whole text, and its way into bytes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from payproof.signing.charsets import CHARSETS
from payproof.signing.diagnosis.option import COMMON, PLAUSIBLE, Option, Stage, ranked, same
from payproof.signing.edits import EDITS
from payproof.signing.recipe import Recipe

_USUAL_EDITS = {"cut-last-1", "cut-last-2", "trailing-newline", "crlf-to-lf", "trim-text", "nfd"}
_UNICODE = {"nfc", "nfd", "nfkc"}


def text_stage(recipe: Recipe) -> Stage:
    """Give the stage that edits the joined text."""

    def base(text: Any) -> Any:
        for change in recipe.text_edits:
            text = change(text)
        return text

    def edit(change: Callable[[str], str]) -> Callable[[Any], Any]:
        return (lambda text: change(base(text))) if recipe.text_edits else change

    table = [
        Option(
            "charset" if name in _UNICODE else "text-edits",
            name,
            row.says,
            edit(row.run.change),
            COMMON if name in _USUAL_EDITS else PLAUSIBLE,
            row.habit,
            "sign the text as it is, to its last character",
        )
        for name, row in EDITS.items()
        if row.run.level == "text" and name not in recipe.edits
    ]
    table = ranked(table)
    plain = [option for option in table if option.choice not in _UNICODE]
    return Stage(
        "text-edits", base if recipe.text_edits else same, lambda text: plain if text.isascii() else table
    )


def charset_stage(recipe: Recipe) -> Stage:
    """Give the stage that encodes the text."""
    table = [
        Option(
            "charset", name, f"the text in {row.says}", row.run, COMMON, row.habit, "encode the text in UTF-8"
        )
        for name, row in CHARSETS.items()
        if name != recipe.charset
    ]
    table = ranked(table)
    plain = [option for option in table if CHARSETS[option.choice].run("a") != b"a"]
    return Stage("charset", CHARSETS[recipe.charset].run, lambda text: plain if text.isascii() else table)
