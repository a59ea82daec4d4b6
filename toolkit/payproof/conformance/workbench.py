"""Objects of the gateway's, brought by requests into the state that a case needs; tokens; values nobody used.

Theory of operation. `x-testbed.needs` of an operation names a state of a life cycle, and `as` where the
object's own reply holds the values that go into the request. The way to that state is the shortest walk of
the table: its operations are sent, its outside events are brought about as the test bed says. An object is
used for as many cases as leave it alone; after an operation on it succeeded, the next case gets another.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from payproof.conformance.draft import Draft
from payproof.conformance.subject import MAIN, UnknownRole
from payproof.conformance.things import Stuck, Thing, json_of, values_at
from payproof.conformance.unique import Unique
from payproof.errors import ToolkitError
from payproof.lifecycle import BEFORE, LifeCycle, Transition, Walk, read_all, walks
from payproof.lifecycle.table import Availability
from payproof.model import Interaction, Message
from payproof.spec import Operation

if TYPE_CHECKING:
    from payproof.conformance.signer import Signer

#: Sends a request that prepares something; gives the interaction, or None when nothing was sent.
Send = Callable[[Operation, Message], Interaction | None]
#: Says whether an interaction met a documented success.
Succeeded = Callable[[Interaction], bool]
#: Values by address, for the operation that is named: what an outcome asks of earlier requests.
Ambient = Mapping[str, Mapping[str, Any]]
_READS = 6
_MOST_FAILURES = 2


@dataclass(slots=True)
class Workbench:
    """Makes and keeps what cases need.

    Args:
        signer: Builds and signs requests.
        send: Sends one.
        succeeded: Judges the answer.
    """

    signer: Signer
    send: Send
    succeeded: Succeeded
    unique: Unique = field(init=False)
    cycles: Mapping[str, LifeCycle] = field(init=False)
    _ready: dict[str, Thing] = field(default_factory=dict)
    _failures: dict[str, int] = field(default_factory=dict)
    _tokens: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        subject = self.signer.subject
        self.unique = Unique(subject.seed, subject.now_s)
        self.cycles = read_all(subject.spec.life_cycles)

    @property
    def availability(self) -> Availability:
        """Which rows count: what a setting in force says, else those of today."""
        subject = self.signer.subject
        for name, setting in subject.settings.items():
            found = (subject.spec.switches[name].settings.get(setting) or {}).get("availability")
            if found == "planned":
                return "planned"
        return "current"

    # -- tokens

    def token(self, scheme: Mapping[str, Any], merchant: str) -> str:
        """Give a merchant's bearer token; raises UnknownRole when none is given out."""
        if merchant not in self._tokens:
            rule = scheme.get("x-token") or {}
            operation = self.signer.subject.spec.operations.get(str(rule.get("operation")))
            if operation is None:
                what = "the spec does not say where tokens come from"
                raise UnknownRole(what, where="x-token", hint="add it")
            answer = self._sent(operation, self.fresh(operation, merchant=merchant))
            found = values_at(json_of(answer), [str(rule.get("pointer", ""))]) if answer else []
            if not found:
                what = "no token is given out"
                raise UnknownRole(what, where=operation.id, hint="check the client's keys")
            self._tokens[merchant] = str(found[0])
        return self._tokens[merchant]

    def forget_tokens(self) -> None:
        """Have new tokens fetched when they are next needed."""
        self._tokens.clear()

    # -- objects for single cases

    def needs(self, operation: Operation) -> dict[str, Any]:
        """Give values by address out of an object in the state that the operation needs; empty without needs.

        Raises:
            UnknownRole: when no object could be brought there.
        """
        need = operation.testbed.get("needs")
        if not need:
            return {}
        thing = self._ready.get(operation.id)
        if thing is None:
            thing = self._ready[operation.id] = self._made(operation, need)
        return self.values(operation, thing)

    def values(self, operation: Operation, thing: Thing) -> dict[str, Any]:
        """Give what an object puts into an operation's request, by address; missing values are left out."""
        places = (operation.testbed.get("needs") or {}).get("as") or {}
        found = {address: values_at(thing.body, [str(pointer)]) for address, pointer in places.items()}
        return {address: values[0] for address, values in found.items() if values}

    def note(self, interaction: Interaction) -> None:
        """Take notice of an answer: an object on which a write succeeded, or oddly failed, is used up."""
        operation = self.signer.subject.spec.operations.get(interaction.operation)
        hoped = interaction.expect is not None and interaction.expect.outcome == "accepted"
        if operation is not None and operation.is_write and (hoped or self.succeeded(interaction)):
            self._ready.pop(operation.id, None)

    def _made(self, operation: Operation, need: Mapping[str, Any]) -> Thing:
        if self._failures.get(operation.id, 0) >= _MOST_FAILURES:
            raise UnknownRole(
                f"no object could be brought to {need['state']}", where=operation.id, hint="see the walks"
            )
        try:
            return self.reach(str(need["life-cycle"]), str(need["state"]), need.get("when") or {})
        except UnknownRole:
            self._failures[operation.id] = self._failures.get(operation.id, 0) + 1
            raise

    # -- walks

    def reach(
        self, cycle: str, state: str, facts: Mapping[str, Any], ambient: Ambient | None = None
    ) -> Thing:
        """Give a new object of a life cycle in a state; raises UnknownRole when it does not get there."""
        table = self.cycles[cycle]
        ways = walks(table, facts, switches=self.signer.subject.settings, availability=self.availability)
        if state not in ways:
            raise UnknownRole(f"no walk leads to {state}", where=cycle, hint="see payproof lifecycle show")
        return self.walk(ways[state], table, ambient or {})

    def walk(self, walk: Walk, table: LifeCycle, ambient: Ambient | None = None) -> Thing:
        """Take a walk's steps with a new object; raises Stuck at the step that was not possible."""
        thing = Thing(table, walk)
        wanted = {**self.outcomes(walk), **(ambient or {})}
        for index, row in enumerate(walk.rows):
            if row.trigger in self.signer.subject.spec.operations:
                self._operate(thing, index, wanted)
            else:
                self._await(thing, index, wanted)
        if walk.rows and thing.status != walk.end:
            self._read_until(thing, walk.rows[-1], 1)
        return thing

    def outcomes(self, walk: Walk) -> dict[str, dict[str, Any]]:
        """Give what the walk's outside events ask of earlier requests, by operation; raises UnknownRole."""
        names = list(walk.outside(self.signer.subject.spec.operations))
        events = self.signer.subject.testbed.events
        joined = "+".join(name for name in names if events.get(name, {}).get("how") == "create")
        rows = [events[joined]] if joined in events else [events.get(name, {}) for name in names]
        asked: dict[str, dict[str, Any]] = {}
        for row in rows:
            for address, form in (row.get("set") or {}).items() if row.get("how") == "create" else ():
                mine = asked.setdefault(str(row.get("operation")), {})
                if mine.setdefault(address, form) != form:
                    raise UnknownRole(
                        f"the events {', '.join(names)} ask for different values of {address}",
                        where="test bed, events",
                        hint=f"add an event named {joined} with values that bring all of them about",
                    )
        return asked

    def _operate(self, thing: Thing, index: int, wanted: Ambient) -> None:
        row = thing.walk.rows[index]
        operation = self.signer.subject.spec.operations[row.trigger]
        if row.source == BEFORE and operation.testbed.get("needs"):
            thing.parent = self._parent(thing, operation, wanted)
        draft = self.draft(operation, thing, self._facts(thing.walk, index), wanted)
        if self._sent(operation, draft, thing) is None:
            raise Stuck(row, f"{operation.id} was refused in {row.source or 'the beginning'}", thing)

    def _parent(self, thing: Thing, operation: Operation, wanted: Ambient) -> Thing:
        need = operation.testbed["needs"]
        known = self.cycles[str(need["life-cycle"])].facts
        facts = {name: value for name, value in thing.walk.facts.items() if name in known}
        parent = self.reach(
            str(need["life-cycle"]), str(need["state"]), {**facts, **(need.get("when") or {})}, wanted
        )
        thing.interactions += parent.interactions
        return parent

    def _facts(self, walk: Walk, index: int) -> dict[str, Any]:
        """Give the facts for one operation: its own row's, and those of the events that follow from it."""
        facts = walk.step_facts(index)
        for later in range(index + 1, len(walk.rows)):
            if walk.rows[later].trigger in self.signer.subject.spec.operations:
                break
            facts = {**walk.step_facts(later), **facts}
        return facts

    def draft(
        self, operation: Operation, thing: Thing, facts: Mapping[str, Any], wanted: Ambient | None = None
    ) -> Draft:
        """Give an operation's request on an object, with what the facts and the outcome ask for."""
        source = thing if thing.body is not None else thing.parent
        values = self.values(operation, source) if source is not None else {}
        draft = self.fresh(operation, values)
        for entry in operation.testbed.get("facts") or ():
            if facts.get(entry["fact"]) == entry["is"]:
                for address, form in entry["set"].items():
                    draft = draft.put(address, self._value(form, thing))
        for address, form in (wanted or {}).get(operation.id, {}).items():
            draft = draft.put(address, self._value(form, thing))
        return draft

    def fresh(
        self, operation: Operation, values: Mapping[str, Any] | None = None, merchant: str = MAIN
    ) -> Draft:
        """Give the documented request with values of an object in place."""
        from payproof.conformance.documented import first

        return first(self.signer.subject, operation, values=values or {}, merchant=merchant)

    def _value(self, form: Any, thing: Thing) -> Any:
        if isinstance(form, Mapping) and "prefix" in form:
            return self.unique.text(str(form["prefix"]))
        if isinstance(form, Mapping) and "left" in form:
            return thing.left(str(form["left"]), self.cycles)
        value = self.signer.subject.value(form)
        return int(value) if isinstance(form, str) and str(value).isdigit() else value

    def _await(self, thing: Thing, index: int, wanted: Ambient) -> None:
        row = thing.walk.rows[index]
        if thing.status == row.target and row.source != row.target:
            # It came to pass before anybody looked.
            return
        event = self.signer.subject.testbed.events.get(row.trigger, {"how": "read"})
        if event.get("how") not in ("read", "create"):
            raise Stuck(
                row, f"{row.trigger} is brought about by {event.get('how')}, which needs the sandbox", thing
            )
        then = self.signer.subject.spec.operations.get(str(event.get("then", "")))
        if then is not None and (then.testbed.get("creates") or {}).get("life-cycle") != thing.cycle.name:
            self._sent(then, self.draft(then, thing, thing.walk.step_facts(index), wanted), thing)
        self._read_until(thing, row, int(event.get("reads", _READS)))

    def _read_until(self, thing: Thing, row: Transition, most: int) -> None:
        for _ in range(most):
            self.read(thing)
            if thing.status == row.target:
                return
        if thing.status != row.target:
            raise Stuck(
                row, f"{row.target} was not seen after {row.trigger}; the status is {thing.status}", thing
            )

    def read(self, thing: Thing) -> Interaction | None:
        """Read an object by the first operation that its own reply leads to; None when there is none."""
        for operation in self.readers(thing):
            draft = self.fresh(operation, self.values(operation, thing))
            return self._sent(operation, draft, thing)
        return None

    def readers(self, thing: Thing) -> list[Operation]:
        """Give the operations that read an object and move nothing."""
        known = self.signer.subject.spec.operations.values()
        return [
            one
            for one in known
            if not one.is_write
            and not one.raw.get("x-target")
            and (places := (one.testbed.get("needs") or {}).get("as"))
            and len(self.values(one, thing)) == len(places)
        ]

    def ask(self, operation: Operation, draft: Draft) -> Interaction | None:
        """Send a request about no object; give the interaction if it met success."""
        return self._sent(operation, draft)

    def _sent(self, operation: Operation, draft: Draft, thing: Thing | None = None) -> Interaction | None:
        """Send a request; give the interaction if it met success. The object learns of it in any case."""
        try:
            message = self.signer.sign(self.signer.unsigned(draft))
        except ToolkitError as error:
            raise UnknownRole(error.what, where=error.where, hint=error.hint) from None
        interaction = self.send(operation, message)
        if interaction is None:
            raise UnknownRole(f"{operation.id} was not sent", where="the target", hint="see what was allowed")
        good = self.succeeded(interaction)
        if thing is not None:
            thing.learn(operation, interaction, good)
        return interaction if good else None
