"""The snippet of a shape in one language."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from payproof.errors import UsageError
from payproof.signing.recipe import Recipe
from payproof.signing.snippets.languages import go, java, node, php, python
from payproof.signing.snippets.shape import Shape, shape_of

LANGUAGES: dict[str, Callable[[Shape], str]] = {
    "python": python,
    "node": node,
    "php": php,
    "java": java,
    "go": go,
}
RAN = Path(__file__).with_name("ran.json")
"""Which snippets were run against the vectors, by language; the tests hold it to what they run."""


def snippet(recipe: Recipe, language: str) -> str:
    """Give code that signs as the recipe does.

    Raises:
        UsageError: for a scheme that is no short code, and for a scheme and language that were never run.
    """
    shape = shape_of(recipe)
    if recipe.name not in ran().get(language, ()):
        raise UsageError(
            f"the snippet for {recipe.name} in {language} was never run against the vectors",
            where="--lang",
            hint="run it in tests/signing/snippets first, then add it to ran.json",
        )
    return LANGUAGES[language](shape)


def ran() -> dict[str, list[str]]:
    """Give the schemes whose snippets were run, by language."""
    held: dict[str, list[str]] = json.loads(RAN.read_text(encoding="utf-8"))
    return held
