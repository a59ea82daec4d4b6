"""The fenced blocks of the project's pages, and what of them is run how."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGES = (
    "README.md",
    "CONTRIBUTING.md",
    "docs/plugin.md",
    "docs/webhooks.md",
    "docs/conformance.md",
    "docs/signing.md",
    "docs/cassettes.md",
)
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
#: A block that begins so is a file of the page's project, not a script.
_FILE = re.compile(r"# ([\w.]+\.(?:py|ini|toml))\n")


def blocks(language: str) -> Iterator[tuple[str, str]]:
    """Give (page, text) of each block in that language."""
    for page in PAGES:
        for found in _BLOCK.finditer((ROOT / page).read_text(encoding="utf-8")):
            if found[1] == language:
                yield page, found[2]


def scripts() -> Iterator[tuple[str, str]]:
    """Give (page, text) of each Python block that stands alone."""
    return ((page, text) for page, text in blocks("python") if not _FILE.match(text))


def files(page: str) -> dict[str, str]:
    """Give the files by name that a page shows, for its pytest runs."""
    rows = [text for language in ("python", "ini", "toml") for at, text in blocks(language) if at == page]
    return {found[1]: text for text in rows if (found := _FILE.match(text))}


def commands() -> Iterator[tuple[str, str, int, list[str]]]:
    """Give (page, command, exit code, lines of output) of each command shown."""
    for page, text in blocks("console"):
        for piece in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
            line, *output = piece.rstrip().split("\n")
            command, _, note = line.partition("  # exit ")
            shown = [row.strip() for row in output if row.strip() and row.strip() != "..."]
            yield page, command, int(note or 0), shown


def squeezed(text: str) -> str:
    """Give a text with every run of white space as one space."""
    return " ".join(text.split())
