"""Values that languages print differently; seeded, so every run asks the same."""

from __future__ import annotations

import json
import random
from typing import Any

_EDGES = (
    "0 -0 -0.0 0.0 1 -1 11 11.0 0.22 250.5 250.50 1e15 1E15 1e14 123456789012345678 1234567890123456789 "
    "9223372036854775807 9223372036854775808 -9223372036854775808 -9223372036854775809 12345678901234567890 "
    "1e400 -1e400 1e-400 5e-324 1.7976931348623157e308 0.30000000000000004 0.1 1e-4 1e-5 1e-6 1e-7 "
    "1.5e-7 1e20 1e21 "
    "1e22 123456789012345680000 0.00001234 0.000123 1234567.8 12345678.9 999999.9 1000000 1000000.0 "
    "1e6 1e7 9999999.0 10000000.0 0.001 0.0001 0.00099 1E-3 4.35 0.1e1 10e-1 1e+2 99999999999999 "
    "999999999999999 99999999999999.9 0.99999999999999999 123456789.12345678 1e16 1e17 1e18 1.10 -5.50 0e5 "
    "-0e5 9007199254740993 9007199254740993.0 3.0e-5"
)


def lexemes(count: int = 1500) -> list[str]:
    """Give JSON number texts: the edges first, then drawn ones."""
    rng = random.Random(20261120)
    drawn = []
    for _ in range(count):
        match rng.randrange(4):
            case 0:
                size = 10 ** rng.randint(1, 25)
                drawn.append(str(rng.randint(-size, size)))
            case 1:
                drawn.append(f"{rng.uniform(-1, 1) * 10 ** rng.randint(-9, 22):.{rng.randint(1, 12)}f}")
            case 2:
                drawn.append(repr(rng.uniform(-1, 1) * 10 ** rng.randint(-30, 30)))
            case _:
                tail = f"{rng.choice('eE')}{rng.choice(['', '+', '-'])}{rng.randint(0, 330)}"
                drawn.append(f"{rng.randint(-999, 999)}.{rng.randint(0, 10 ** rng.randint(1, 18))}{tail}")
    return [*_EDGES.split(), *drawn]


def texts(count: int = 300) -> list[str]:
    """Give texts of what escapes have to do with: every ASCII character, reserved signs, wide letters."""
    rng = random.Random(7)
    letters = [chr(code) for code in range(1, 128)] + list("éßñधन्य€😀\u00a0\u2028\u200d\ufeff\u0301")
    drawn = ["".join(rng.choice(letters) for _ in range(rng.randint(0, 12))) for _ in range(count)]
    return ["", " ", "~", "a b+c", "/:=*", "%41", *letters, *drawn]


def name_lists(count: int = 300) -> list[list[str]]:
    """Give lists of distinct names: alike, integer-like, of both cases, beyond the basic plane, many."""
    rng = random.Random(11)
    parts = [
        "a",
        "B",
        "b",
        "_",
        "10",
        "2",
        "007",
        "-1",
        "Aa",
        "BB",
        "é",
        "ſ",
        "\uffff",
        "😀",
        "amount",
        "order_id",
    ]
    lists = [["Aa", "BB", "C#"], [str(n) for n in (10, 9, 2, 1)], [f"field_{n}" for n in range(60)]]
    for _ in range(count):
        size = rng.choice([2, 5, 12, 13, 24, 25, 49])
        names = ["".join(rng.choice(parts) for _ in range(rng.randint(1, 4))) for _ in range(size)]
        lists.append(list(dict.fromkeys(names)))
    return lists


def documents(count: int = 200, *, wide: bool = True) -> list[str]:
    """Give JSON texts with small numbers, nested values, and names of every kind.

    Args:
        wide: Whether control characters are among the texts.
    """
    rng = random.Random(13)
    alphabet = "abz/<>&'\"\\é€😀\u2028 0" + ("\b\f\n\t\x01\x7f" if wide else "\n\t\x01")

    def text() -> str:
        return "".join(rng.choice(alphabet) for _ in range(rng.randint(0, 6)))

    def value(depth: int) -> Any:
        match rng.randrange(8 if depth else 6):
            case 0:
                return None
            case 1:
                return rng.choice([True, False])
            case 2:
                return rng.randint(-1000, 10**12)
            case 3:
                return rng.choice([0.5, 10.25, -3.75])
            case 4 | 5:
                return text()
            case 6:
                return [value(depth - 1) for _ in range(rng.randint(0, 3))]
            case _:
                return {text() or "k": value(depth - 1) for _ in range(rng.randint(0, 4))}

    return [
        json.dumps({"k": value(3), "10": value(2), "2": value(1)}, ensure_ascii=bool(rng.randrange(2)))
        for _ in range(count)
    ]
