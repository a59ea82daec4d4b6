"""The quickest JSON at hand: orjson where the extra `fast` is installed, else the standard library.

Wrapped to what a proof needs: the value of a text, and the compact text of a value.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple


class QuickJson(NamedTuple):
    """A reader and the writer that fits it.

    Args:
        name: Of the library.
        loads: Text to value; a name that stands twice keeps its last value, integers may become floats;
            raises ValueError or RecursionError.
        dumps: Value to compact UTF-8 text, nothing escaped that need not be; raises ValueError or TypeError.
    """

    name: str
    loads: Callable[[bytes | str], Any]
    dumps: Callable[[Any], bytes]

    def holds_all_of(self, value: Any, text: bytes) -> bool:
        """Say whether a value read from a text holds everything in it: names once, numbers as printed.

        Written again it is then the very same text, `\\/` for a plain slash apart. False proves nothing.
        """
        written = self.dumps(value)
        # After a doubled backslash a slash is no escaped one; who sends both is looked at the slow way.
        return written == text or (
            b"\\/" in text and b"\\\\" not in text and written == text.replace(b"\\/", b"/")
        )


@cache
def quick_json(*, extra: bool = True) -> QuickJson:
    """Give the quickest reader and writer.

    Args:
        extra: Whether orjson may be used.
    """
    try:
        if not extra:
            raise ImportError
        import orjson
    except ImportError:
        return _standard()
    return QuickJson("orjson", orjson.loads, orjson.dumps)


def _standard() -> QuickJson:
    decode = json.JSONDecoder(parse_constant=_refuse).decode
    encode = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode

    def loads(text: bytes | str) -> Any:
        return decode(text if isinstance(text, str) else text.decode())

    return QuickJson("json", loads, lambda value: encode(value).encode())


def _refuse(text: str) -> Any:
    raise ValueError(f"{text} is not JSON")
