"""How much a recording may ask for before it is refused."""

from __future__ import annotations

from dataclasses import dataclass

from payproof.files.yaml_stream import StreamLimits


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on one file of recordings; none of them is met by honest traffic.

    Args:
        total: Most bytes of the file, after decompression.
        item: Most bytes of one entry, or of one line.
        body: Most bytes of one body after its content encoding is undone.
        depth: Deepest nesting within one entry.
        nodes: Most values of one entry, each alias counted as all that it stands for; of one JSON body.
        headers: Most headers of one message.
        parts: Most parameters and segments of one target.
    """

    total: int = 16 * 1024**3
    item: int = 16 * 1024**2
    body: int = 16 * 1024**2
    depth: int = 64
    nodes: int = 100_000
    headers: int = 1_000
    parts: int = 10_000

    @property
    def stream(self) -> StreamLimits:
        """The same, as the YAML reader wants it."""
        return StreamLimits(self.item, self.depth, self.nodes)


DEFAULT = Limits()
