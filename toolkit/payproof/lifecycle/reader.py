"""Read `x-life-cycles` of an OpenAPI document into tables; what contradicts itself is refused.

    plural.order:
      summary: ...                  one sentence
      initial: CREATED
      closed: documented            evidence that no further states exist
      x-evidence, x-source:         the default for everything inside
      amounts: minor                or decimal
      money: [refunded <= captured] what holds in every state; or {rule, x-evidence, x-source}
      facts: {pre_auth: {values: [true, false], fixed: true, summary}}
      triggers: {captureOrder: {summary, only: documented}}   `only`: evidence that it works in its rows alone
      states: {CREATED: {summary, final, money, x-evidence, x-source}}
      transitions: [{from, to, trigger, when, availability, switch, note, x-evidence, x-source}]
      observe: {id, status, at, event, delivery, parent, facts, money, where, each}   or a list of such shapes
      counts: {life-cycle: plural.order, as: refunded, in: [PROCESSED]}   what they add to a parent

`from: null` creates the object; `from` may be a list; a value in `when` or `switch` may be a list of choices.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

from payproof.errors import SpecError
from payproof.lifecycle.money import MoneyRule, parse_rule
from payproof.lifecycle.table import BEFORE, Count, Fact, LifeCycle, State, Transition, Trigger, words
from payproof.model import EVIDENCE, Evidence


def read_all(raw: Mapping[str, Mapping[str, Any]], *, where: str = "x-life-cycles") -> dict[str, LifeCycle]:
    """Give every life cycle of a document by name; raises SpecError for a table that contradicts itself."""
    cycles = {name: read(name, table, where=f"{where}/{name}") for name, table in raw.items()}
    for cycle in cycles.values():
        if cycle.counts and cycle.counts.life_cycle not in cycles:
            raise _broken(
                f"counts names {cycle.counts.life_cycle!r}, which is no life cycle here", cycle.where
            )
    return cycles


def read(name: str, raw: Mapping[str, Any], *, where: str = "x-life-cycles") -> LifeCycle:
    """Give the life cycle in one entry of `x-life-cycles`; raises SpecError saying which row is wrong."""
    if not isinstance(raw, Mapping):
        raise _broken("a life cycle must be a mapping", where)
    default = _evidence(raw, "unknown", where)
    states = _states(raw, default, where)
    rows = tuple(_rows(raw, default, where))
    _check_names(raw, states, rows, where)
    observe = raw.get("observe") or ()
    return LifeCycle(
        name=name,
        summary=str(raw.get("summary", "")),
        initial=str(raw["initial"]),
        states=states,
        transitions=rows,
        triggers={key: _trigger(key, value, where) for key, value in (raw.get("triggers") or {}).items()},
        facts=_facts(raw.get("facts") or {}, rows),
        closed=_word(raw.get("closed", "documented"), where),
        money=_money(raw.get("money"), default, where),
        observe=(observe,) if isinstance(observe, Mapping) else tuple(observe),
        counts=_count(raw.get("counts"), states, where),
        amounts=_one_of(raw.get("amounts", "minor"), ("minor", "decimal"), "amounts", where),
        where=where,
    )


def _states(raw: Mapping[str, Any], default: Evidence, where: str) -> dict[str, State]:
    given = raw.get("states")
    if not given or not isinstance(given, Mapping | Sequence) or isinstance(given, str):
        raise _broken("a life cycle needs `states`", where)
    final = set(_many(raw.get("final")))
    table = given if isinstance(given, Mapping) else {name: {} for name in given}
    states = {}
    for name, entry in table.items():
        spot = f"{where}/states/{name}"
        body = entry if isinstance(entry, Mapping) else {}
        evidence = _evidence(body, default, spot)
        states[str(name)] = State(
            name=str(name),
            summary=str(body.get("summary", "")),
            final=bool(body.get("final", name in final)),
            evidence=evidence,
            claim=_claim(body),
            money=_money(body.get("money"), evidence, spot),
        )
    if unknown := final - set(states):
        raise _broken(f"`final` names {sorted(unknown)[0]!r}, which is no state", where)
    return states


def _rows(raw: Mapping[str, Any], default: Evidence, where: str) -> Iterator[Transition]:
    for number, row in enumerate(raw.get("transitions") or (), start=1):
        spot = f"{where}/transitions/{number - 1}"
        if not isinstance(row, Mapping) or "to" not in row:
            raise _broken("a transition needs `to` and `trigger`", spot)
        for source in [BEFORE] if row.get("from") is None else _many(row["from"]):
            yield Transition(
                row=number,
                source=str(source),
                target=str(row["to"]),
                trigger=str(row.get("trigger", "unknown")),
                when={str(key): tuple(_many(value)) for key, value in (row.get("when") or {}).items()},
                availability=_one_of(
                    row.get("availability", "current"), ("current", "planned"), "availability", spot
                ),
                switch={
                    str(key): tuple(words(one) for one in _many(value))
                    for key, value in (row.get("switch") or {}).items()
                },
                evidence=_evidence(row, default, spot),
                claim=_claim(row),
                note=str(row.get("note", row.get("summary", ""))),
            )


def _check_names(
    raw: Mapping[str, Any], states: Mapping[str, State], rows: Sequence[Transition], where: str
) -> None:
    if str(raw.get("initial")) not in states:
        raise _broken(f"`initial` is {raw.get('initial')!r}, which is no state", where)
    for row in rows:
        for name in (row.source, row.target):
            if name != BEFORE and name not in states:
                raise _broken(
                    f"{row} names {name!r}, which is no state", f"{where}/transitions/{row.row - 1}"
                )
        if row.source != BEFORE and states[row.source].final and row.target != row.source:
            raise _broken(f"{row} leaves {row.source}, which is final", f"{where}/transitions/{row.row - 1}")


def _facts(raw: Mapping[str, Any], rows: Sequence[Transition]) -> dict[str, Fact]:
    """Give the declared facts, and those that conditions use without a declaration (taken as fixed)."""
    used: dict[str, list[Any]] = {}
    for row in rows:
        for name, some in row.when.items():
            used.setdefault(name, []).extend(value for value in some if value not in used.get(name, ()))
    facts = {}
    for name in dict.fromkeys([*raw, *used]):
        given = raw.get(name)
        entry: Mapping[str, Any] = given if isinstance(given, Mapping) else {}
        values = list(entry.get("values") or used.get(name) or ())
        if any(isinstance(value, bool) for value in values):
            values = [False, True]
        facts[name] = Fact(name, tuple(values), bool(entry.get("fixed", True)), str(entry.get("summary", "")))
    return facts


def _trigger(name: str, raw: Any, where: str) -> Trigger:
    body = raw if isinstance(raw, Mapping) else {"summary": raw}
    only = _word(body.get("only", "inferred"), f"{where}/triggers/{name}")
    return Trigger(name, str(body.get("summary", "")), only, _claim(body), "only" in body)


def _money(raw: Any, default: Evidence, where: str) -> tuple[MoneyRule, ...]:
    rules = []
    for one in _many(raw):
        body = one if isinstance(one, Mapping) else {"rule": one}
        rules.append(
            parse_rule(str(body.get("rule", "")), _evidence(body, default, where), _claim(body), where=where)
        )
    return tuple(rules)


def _count(raw: Any, states: Mapping[str, State], where: str) -> Count | None:
    if raw is None:
        return None
    spot = f"{where}/counts"
    if not isinstance(raw, Mapping) or not {"life-cycle", "as", "in"} <= set(raw):
        raise _broken("`counts` needs `life-cycle`, `as` and `in`", spot)
    counted = tuple(str(name) for name in _many(raw["in"]))
    if unknown := set(counted) - set(states):
        raise _broken(f"`counts` names {sorted(unknown)[0]!r}, which is no state", spot)
    return Count(str(raw["life-cycle"]), str(raw["as"]), counted)


def _many(value: Any) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, list | tuple) else [value]


def _claim(raw: Mapping[str, Any]) -> str:
    source = raw.get("x-source", "")
    if not isinstance(source, Mapping):
        return str(source)
    return ", ".join(str(source[key]) for key in ("document", "section", "read") if source.get(key))


def _evidence(raw: Mapping[str, Any], default: Evidence, where: str) -> Evidence:
    return _word(raw.get("x-evidence", default), where)


def _word(value: Any, where: str) -> Evidence:
    return cast(Evidence, _one_of(value, EVIDENCE, "evidence", where))


def _one_of(value: Any, choices: Sequence[str], what: str, where: str) -> Any:
    if value not in choices:
        raise _broken(f"{what} is {value!r}, which is none of {', '.join(choices)}", where)
    return value


def _broken(what: str, where: str) -> SpecError:
    return SpecError(what, where=where, hint="mend the table in the OpenAPI document's x-life-cycles")
