"""In which order the fields are signed: names in, their new order out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

from payproof.signing.choices import Choice, Table
from payproof.signing.fields import bytes_of_text

Ordering = Callable[[Sequence[str]], list[int]]


def _by(key: Callable[[str], object]) -> Ordering:
    def order(names: Sequence[str]) -> list[int]:
        return sorted(range(len(names)), key=lambda at: key(names[at]))  # type: ignore[arg-type,return-value]

    return order


def utf16_units(text: str) -> bytes:
    """Give the UTF-16 code units that JavaScript, Java and .NET compare by."""
    return text.encode("utf-16-be", "surrogatepass")


@lru_cache(512)
def java_hash(text: str) -> int:
    """Give Java's `String.hashCode` as an unsigned 32-bit number."""
    value = 0
    units = utf16_units(text)
    for at in range(0, len(units), 2):
        value = (31 * value + (units[at] << 8 | units[at + 1])) & 0xFFFFFFFF
    return value


def hashmap_order(names: Sequence[str], buckets: int = 16) -> list[int]:
    """Give the iteration order of a `java.util.HashMap` that was filled in the given order.

    Args:
        names: The keys.
        buckets: Size of its table at least: a map that once held more keys keeps its larger table.

    The table starts at 16 buckets and doubles past three quarters; within a bucket, insertion order
    stays (also through resizing, and in tree bins, which keep their `next` chain).
    """
    while len(set(names)) > buckets * 3 // 4:
        buckets *= 2

    def bucket(name: str) -> int:
        hashed = java_hash(name)
        return (hashed ^ hashed >> 16) & (buckets - 1)

    return sorted(range(len(names)), key=lambda at: bucket(names[at]))


def integers_first(names: Sequence[str]) -> list[int]:
    """Give the order of a JavaScript object's own keys: array indices ascending, then as inserted."""

    def rank(at: int) -> tuple[int, int]:
        name = names[at]
        index = name.isascii() and name.isdigit() and (name == "0" or name[0] != "0") and len(name) < 11
        return (0, int(name)) if index and int(name) < 2**32 - 1 else (1, at)

    return sorted(range(len(names)), key=rank)


def _as_sent(names: Sequence[str]) -> list[int]:
    return list(range(len(names)))


def table_order(table: Sequence[str]) -> Ordering:
    """Give the ordering by a documented list of names; what the list lacks follows as sent."""
    place = {name: at for at, name in enumerate(table)}

    def order(names: Sequence[str]) -> list[int]:
        return sorted(range(len(names)), key=lambda at: (place.get(names[at], len(place)), at))

    return order


ORDERS: Table[Ordering] = Table(
    "order",
    Choice("as-sent", _as_sent, "the fields in the order sent"),
    Choice("bytes", _by(bytes_of_text), "the fields sorted by name, byte by byte", "ksort and sort_keys"),
    Choice(
        "java-hashmap",
        lambda names: hashmap_order(names),
        "the fields in the iteration order of a Java HashMap",
        "Java HashMap",
    ),
    Choice(
        "js-integer-first",
        integers_first,
        "the fields as JavaScript objects keep them, integer-like names first",
        "JavaScript objects",
    ),
    Choice(
        "case-insensitive",
        _by(lambda name: name.lower()),
        "the fields sorted by name without regard to case",
        "culture-sensitive sorting, such as .NET's SortedList",
    ),
    Choice("reversed", lambda names: list(range(len(names)))[::-1], "the fields in reverse order"),
    Choice(
        "utf-16",
        _by(utf16_units),
        "the fields sorted by UTF-16 code units",
        "JavaScript's sort() and Java's TreeMap",
    ),
    Choice(
        "go-sorted",
        _by(bytes_of_text),
        "the fields sorted by name at every level",
        "Go maps through encoding/json",
    ),
)
DEEP = frozenset({"java-hashmap", "js-integer-first", "go-sorted"})
"""Orders that come from a data structure, so that nested objects have them too."""
