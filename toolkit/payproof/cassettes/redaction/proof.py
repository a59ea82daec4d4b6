"""The places of an entry where a value can stand, for proving that none of somebody's stands in any.

What the entry says about itself, the host that was asked, names of headers and names that look like a
program's are not searched: a value may equal one of them by chance, and would have the entry refused.
"""

from __future__ import annotations

from collections.abc import Iterator

from payproof.cassettes.redaction.json_spans import NotJson, leaves
from payproof.cassettes.redaction.vocabulary import is_word
from payproof.model import Interaction, Message
from payproof.signing.fields import text_of_bytes

_FORM = "application/x-www-form-urlencoded"
#: Between two values; no folded line ends with it, so that nothing is found across two of them.
_BETWEEN = b"\0"


def searched(interaction: Interaction) -> bytes:
    """Give all values of an entry, one behind the other."""
    return _BETWEEN.join(text.encode("utf-8", "surrogatepass") for text in _values(interaction))


def _values(interaction: Interaction) -> Iterator[str]:
    yield interaction.failure
    for message in (interaction.request, interaction.response):
        if message is not None:
            yield from _target(message.target)
            yield from (value for name, value in message.headers if name.lower() != "host")
            yield from _body(message)
    for name in ("note", "name"):
        yield str(interaction.tags.get(name, ""))
    for place in interaction.tags.get("redacted") or ():
        yield from _unlike_names(str(place).split("/"))


def _target(target: str) -> Iterator[str]:
    path, _, query = target.partition("?")
    if "://" in path:
        host, _, path = path.partition("://")[2].partition("/")
        yield host.rpartition("@")[0]
    yield path
    yield from _pairs(query)


def _pairs(text: str) -> Iterator[str]:
    for piece in text.split("&"):
        name, _, value = piece.partition("=")
        yield value
        yield from _unlike_names([name])


def _body(message: Message) -> Iterator[str]:
    text = text_of_bytes(message.body)
    if message.media_type == _FORM and text[:1] not in ("{", "["):
        yield from _pairs(text)
        return
    try:
        found = leaves(text)
    except NotJson:
        yield text
        return
    yield from (leaf.value for leaf in found if leaf.kind != "key" or not is_word(leaf.value))


def _unlike_names(names: list[str]) -> Iterator[str]:
    yield from (name for name in names if not is_word(name))
