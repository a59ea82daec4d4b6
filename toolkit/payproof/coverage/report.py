"""Contract coverage as text, JSON and HTML."""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from payproof.coverage.facts import KINDS, Fact

_MOST_SHOWN = 12
_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Contract coverage</title>
<style>body{{font:15px/1.5 sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}}
table{{border-collapse:collapse}}td,th{{padding:.2rem .8rem;text-align:left;border-bottom:1px solid #ddd}}
.no{{background:#fdd}}.yes{{background:#dfd}}</style><h1>Contract coverage</h1>
{body}</html>
"""


@dataclass(frozen=True, slots=True)
class Covered:
    """One gateway's coverage.

    Args:
        gateway: Its name.
        facts: All there are.
        seen: Those exercised; others than `facts` do not count.
    """

    gateway: str
    facts: Sequence[Fact]
    seen: frozenset[Fact]

    def of(self, kind: str) -> tuple[int, int]:
        """Give how many facts of a kind were exercised, and how many there are."""
        mine = [fact for fact in self.facts if fact.kind == kind]
        return sum(fact in self.seen for fact in mine), len(mine)

    @property
    def percent(self) -> float:
        """The share of facts that were exercised; 100 for a contract without any."""
        return 100 * sum(fact in self.seen for fact in self.facts) / len(self.facts) if self.facts else 100.0

    @property
    def missing(self) -> list[Fact]:
        """Facts that were not exercised."""
        return [fact for fact in self.facts if fact not in self.seen]


def as_text(rows: Iterable[Covered]) -> list[str]:
    """Give lines: a table for each gateway, then what was not exercised."""
    return [line for one in rows for line in _text(one)]


def _text(one: Covered) -> Iterator[str]:
    yield f"{one.gateway}: {one.percent:.0f} % of the contract exercised"
    for kind in KINDS:
        done, whole = one.of(kind)
        if not whole:
            continue
        names = [fact.name for fact in one.missing if fact.kind == kind]
        more = f", and {len(names) - _MOST_SHOWN} more" if len(names) > _MOST_SHOWN else ""
        shown = f"   not: {', '.join(names[:_MOST_SHOWN])}{more}" if names else ""
        yield f"  {kind:<17}{done:>4} of {whole:<4}{shown}"


def as_data(rows: Iterable[Covered]) -> dict[str, Any]:
    """Give plain data for JSON."""
    return {"version": 1, "gateways": {one.gateway: _data(one) for one in rows}}


def _data(one: Covered) -> Mapping[str, Any]:
    kinds = {}
    for kind in KINDS:
        mine = [fact for fact in one.facts if fact.kind == kind]
        kinds[kind] = {
            "exercised": [fact.name for fact in mine if fact in one.seen],
            "missing": [fact.name for fact in mine if fact not in one.seen],
        }
    return {"percent": round(one.percent, 2), "kinds": kinds}


def as_html(rows: Iterable[Covered]) -> str:
    """Give a page that needs nothing else."""
    return _PAGE.format(body="\n".join(_html(one) for one in rows))


def _html(one: Covered) -> str:
    lines = [f"<h2>{html.escape(one.gateway)}: {one.percent:.0f} %</h2><table>"]
    lines.append("<tr><th>kind</th><th>what</th><th>exercised</th></tr>")
    for fact in one.facts:
        word = "yes" if fact in one.seen else "no"
        cells = f"<td>{html.escape(fact.kind)}</td><td>{html.escape(fact.name)}</td><td>{word}</td>"
        lines.append(f'<tr class="{word}">{cells}</tr>')
    return "\n".join([*lines, "</table>"])
