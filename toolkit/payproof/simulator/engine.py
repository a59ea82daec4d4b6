"""A simulated gateway: a pure function of state, message and time, with no socket, clock or chance.

Theory of operation. `handle` takes one request through stages: what is due happens first, the gate reads
and judges the request, an armed fault may strike, the gateway's behaviours answer, the answer is written
and signed. Planted defects get a hook at each stage. Any bytes get an answer in the gateway's style; a bug
of the simulator itself answers 500 with `X-Payproof-Bug` and is logged with its traceback.

Three headers tell a reader more than the gateway would: `X-Payproof-Invented` says why no document
describes a reply, `X-Payproof-Reason` why a request was turned away, `X-Payproof-Bug` blames us.
"""

from __future__ import annotations

import traceback
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from payproof.model import Header, Message
from payproof.simulator.catalogue import chosen
from payproof.simulator.defects import Defect, Planted
from payproof.simulator.faults import Fault, Faults, spoil
from payproof.simulator.gate import Gate, Turned
from payproof.simulator.log import Log
from payproof.simulator.merchants import Doorkeeper, merchants_of
from payproof.simulator.protocol import Answer, Behaviours, Call, Outcome, Refusal
from payproof.simulator.settings import accepted, settings_of
from payproof.simulator.store import World
from payproof.simulator.timeline import Timeline
from payproof.simulator.webhooks import Delivery, Standing
from payproof.simulator.writing import Writer, unsigned
from payproof.spec import Spec
from payproof.spec.testbed import Testbed

REASON, BUG = "X-Payproof-Reason", "X-Payproof-Bug"
_MOST_KEPT = 2048


class Simulator:
    """One gateway with its state. Not thread-safe: whoever serves it calls it from one thread at a time.

    Args:
        spec: What is documented.
        behaviours: The gateway's own code.
        testbed: Merchants, ids and seed state.
        switches: Settings by switch; the testbed's, then the spec's defaults fill the rest.
        defects: Names of planted defects, or rows made by hand.
        seed: Of every id that is made up.

    Raises:
        UsageError: for a switch, setting or defect that does not exist.
    """

    def __init__(
        self,
        spec: Spec,
        behaviours: Behaviours,
        testbed: Testbed,
        *,
        switches: Mapping[str, str] | None = None,
        defects: Iterable[str | Defect] = (),
        seed: int = 0,
    ) -> None:
        self.spec, self.testbed, self.behaviours = spec, testbed, behaviours
        self.merchants = merchants_of(testbed)
        self.planted = Planted(chosen(defects, spec))
        self.faults = Faults()
        doorkeeper = Doorkeeper(spec, self.merchants, behaviours)
        self.log = Log(self.merchants.values(), doorkeeper.secret_headers)
        self._gate = Gate(spec, doorkeeper, behaviours, self.planted)
        self._writer = Writer(spec, self._gate, behaviours, self.planted, self.merchants)
        self._timeline = Timeline(behaviours, self.log)
        self._switches = settings_of(spec, {**testbed.switches, **(switches or {})})
        self._kept: dict[Message, tuple[Message, Call]] = {}
        self._kept_version = -1
        self.world = World(testbed, self._switches, seed)
        self.world.skips = self.planted.skips

    def handle(self, message: Message, now_s: float) -> Outcome:
        """Give what the gateway does on a request, whatever its bytes; never raises.

        Args:
            message: The request as it came.
            now_s: The caller's clock in seconds; the gateway's own may have been moved ahead of it.
        """
        try:
            self.tick(now_s)
            kept = self._kept_reply(message)
            return kept if kept is not None else self._handle(message)
        except Exception as error:  # any input gets an answer; the bug is ours and is said to be
            return self._bug(message, error)

    def _kept_reply(self, message: Message) -> Message | None:
        # A reply that depends on request and state alone is made once for each state.
        if self._kept_version != self.world.version:
            self._kept.clear()
            self._kept_version = self.world.version
            return None
        found = self._kept.get(message)
        if found is None or self.faults.armed:
            return None
        reply, call = found
        self.log.served(self.world.now_s, message, reply, call.operation.id, call.merchant)
        return reply

    def _handle(self, message: Message) -> Outcome:
        taken = self.planted.request(message)
        if isinstance(taken, Answer):
            reply = self._writer.reply(taken, None)
            self.log.add(self.world.now_s, message, reply, reason=taken.reason)
            return reply
        try:
            call = self._gate.admit(taken, self.world)
        except Turned as turned:
            return self._turned(message, turned)
        fault = self.faults.strike(call.operation.id)
        if fault is not None and (fault.kind == "status" or fault.before):
            return self._struck(message, call, fault)
        answer = self.planted.answer(call, self.behaviours.answer(call))
        reply = self._writer.reply(answer, call.operation, call)
        if fault is None and answer.steady:
            self._keep(message, reply, call)
        return self._out(message, reply, call, answer, fault)

    def _keep(self, message: Message, reply: Message, call: Call) -> None:
        if message.body or self.planted or self._kept_version != self.world.version:
            return
        if len(self._kept) >= _MOST_KEPT:
            self._kept.clear()
        self._kept[message] = (reply, call)

    def _out(
        self, message: Message, reply: Message, call: Call, answer: Answer, fault: Fault | None
    ) -> Outcome:
        outcome = self._spoiled(reply, fault)
        self.log.add(
            self.world.now_s,
            message,
            outcome,
            operation=call.operation.id,
            reason=f"fault-{fault.kind}" if fault else answer.reason,
            merchant=call.merchant,
            invented=answer.invented,
        )
        return outcome

    def _spoiled(self, reply: Message, fault: Fault | None) -> Outcome:
        if fault is None or fault.kind == "status":
            return reply
        return spoil(fault, reply, self.world.draw, self.world.next_number())

    def _struck(self, message: Message, call: Call, fault: Fault) -> Outcome:
        refusal = Refusal("fault", f"fault-{fault.kind}", "an armed fault", status=fault.status)
        answer = self.behaviours.refuse(refusal, self.world)
        return self._out(message, self._writer.reply(answer, call.operation), call, answer, fault)

    def _turned(self, message: Message, turned: Turned) -> Outcome:
        operation, refusal = turned.operation, turned.refusal
        fault = self.faults.strike(operation.id if operation else "")
        if fault is not None and fault.kind == "status":
            refusal = Refusal("fault", "fault-status", "an armed fault", status=fault.status)
        answer = self.behaviours.refuse(refusal, self.world)
        if operation is not None:
            call = Call(operation, message, {}, {}, {}, turned.merchant, self.world, self.planted.skips)
            answer = self.planted.answer(call, answer)
        headers: list[Header] = [*answer.headers, (REASON, refusal.reason)]
        headers += [("Allow", ", ".join(turned.allow))] if turned.allow else []
        reply = self._writer.reply(replace(answer, headers=tuple(headers)), operation)
        outcome = self._spoiled(reply, fault)
        self.log.add(
            self.world.now_s,
            message,
            outcome,
            operation=operation.id if operation else "",
            reason=refusal.reason,
            message=refusal.message,
            merchant=turned.merchant,
            recipe=turned.recipe,
            invented=answer.invented,
        )
        return outcome

    def _bug(self, message: Message, error: Exception) -> Message:
        trace = "".join(traceback.format_exception(error))
        refusal = Refusal("bug", "bug", f"{type(error).__name__} in the simulator")
        try:
            reply = unsigned(self.behaviours.refuse(refusal, self.world))
        except Exception:  # the wording itself may be what is broken
            reply = Message(status=500)
        reply = replace(reply, status=500).with_header(BUG, type(error).__name__)
        self.log.add(self.world.now_s, message, reply, reason="bug", message=refusal.message, trace=trace)
        return reply

    def tick(self, now_s: float) -> None:
        """Let everything happen that is due at the caller's time in seconds."""
        self._timeline.tick(self.world, now_s)

    def advance(self, seconds: float) -> float:
        """Move the gateway's clock ahead; gives its new time. Raises UsageError for a step back."""
        return self._timeline.advance(self.world, seconds)

    def set_clock(self, at_s: float) -> float:
        """Move the gateway's clock ahead to a time in seconds since the epoch; gives the new time."""
        return self._timeline.advance(self.world, at_s - self.world.now_s)

    def settle(self, event: str, facts: Mapping[str, Any]) -> str:
        """Let an outside event happen now, such as a bank's late answer; gives a sentence on what it did.

        Raises:
            UsageError: when the gateway has no such event, or it cannot happen in this state.
        """
        return self._timeline.settle(self.world, event, facts)

    def next_s(self) -> float | None:
        """Give the caller's time at which something falls due by itself, or None."""
        return self._timeline.next_s(self.world)

    def due(self, now_s: float) -> list[Delivery]:
        """Give the webhook attempts that are due, signed; report each to `delivered`."""
        self.tick(now_s)
        made = []
        for notice, at_s in self.world.outbox.take(self.world.now_s):
            try:
                message = self._writer.webhook(notice, self.world)
            except Exception as error:  # one event that cannot be written must not hold back the others
                trace = "".join(traceback.format_exception(error))
                self.log.event(self.world.now_s, "bug", f"webhook {notice.event}", trace)
                self.world.outbox.settle(notice.id, ok=False, outcome="not written", now_s=self.world.now_s)
                continue
            made.append(
                Delivery(notice.id, notice.event, notice.url, len(notice.attempts) + 1, at_s, message)
            )
        return made

    def delivered(self, delivery_id: str, *, status: int = 0, failure: str = "") -> Standing:
        """Say what the receiver answered; gives what becomes of the event.

        Args:
            delivery_id: Of the `Delivery`.
            status: HTTP status of the receiver's answer, 0 when there was none.
            failure: Why there was none.

        Raises:
            KeyError: for an id that no delivery had.
        """
        event = self.world.outbox.notices[delivery_id].event
        ok = accepted(self.spec.webhooks[event], status)
        outcome = str(status) if status else failure or "no answer"
        standing = self.world.outbox.settle(delivery_id, ok=ok, outcome=outcome, now_s=self.world.now_s)
        self.log.event(self.world.now_s, f"webhook-{standing}", f"{event} {delivery_id}: {outcome}")
        return standing

    def reset(self, seed: int | None = None) -> None:
        """Go back to the testbed's state, with another seed if given; clock, faults and log start anew."""
        self.world = World(self.testbed, self._switches, self.world.seed if seed is None else seed)
        self.world.skips = self.planted.skips
        self._kept.clear()
        self._kept_version = -1
        self.faults.clear()
        self.log.clear()
        self._timeline.restart()
        self.tick(self._timeline.heard_s)

    def switch(self, settings: Mapping[str, str]) -> Mapping[str, str]:
        """Set switches of the spec; gives all settings in force.

        Raises:
            UsageError: for a switch or a setting that the spec does not have.
        """
        self._switches = settings_of(self.spec, {**self._switches, **settings})
        self.world.switches = dict(self._switches)
        self._gate.forget_recipes()
        self.world.changed()
        return dict(self._switches)

    def snapshot(self) -> dict[str, Any]:
        """Give the state for people and control clients, without secrets."""
        self.tick(self._timeline.heard_s)
        standings = [notice.standing for notice in self.world.outbox.notices.values()]
        armed = [
            {"kind": one.kind, "operation": one.operation, "times": one.times} for one in self.faults.armed
        ]
        return {
            "gateway": self.spec.name,
            "now_s": self.world.now_s,
            "seed": self.world.seed,
            "switches": dict(self._switches),
            "defects": [row.name for row in self.planted.active],
            "faults": armed,
            "due": len(self.world.jobs),
            "webhooks": {word: standings.count(word) for word in sorted(set(standings))},
            "state": dict(self.behaviours.describe(self.world)),
        }
