"""A choice is a row which a machine can run and a person can read; a dimension is a table of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from payproof.errors import SpecError

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Choice(Generic[T]):
    """One named way to do one step of a recipe.

    Args:
        name: Kebab-case name, as the spec writes it.
        run: What does it.
        says: One clause for people that fits after "the signature was made with ...".
        habit: Who does it this way, when it is a language's or library's habit.
    """

    name: str
    run: T
    says: str
    habit: str = ""


class Table(Mapping[str, Choice[T]]):
    """The choices of one dimension by name, in the order of how likely a mistake they are."""

    def __init__(self, dimension: str, *rows: Choice[T]) -> None:
        self.dimension = dimension
        self._rows = {row.name: row for row in rows}
        if len(self._rows) != len(rows):
            raise ValueError(f"a choice of {dimension} stands twice")

    def __getitem__(self, name: str) -> Choice[T]:
        return self._rows[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def pick(self, name: object, *, where: str) -> Choice[T]:
        """Give the row of that name; raises SpecError that lists the names there are."""
        if isinstance(name, str) and name in self._rows:
            return self._rows[name]
        import difflib

        near = difflib.get_close_matches(str(name), self._rows, n=1)
        hint = f"did you mean {near[0]!r}? " if near else ""
        raise SpecError(
            f"{self.dimension} has no choice {name!r}",
            where=where,
            hint=f"{hint}known: {', '.join(self._rows)}",
        )
