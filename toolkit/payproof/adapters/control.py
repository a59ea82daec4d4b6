"""The sandbox's control API: look into the gateway, move its clock, arm faults, let events happen.

It listens on loopback only, on a port of its own, and is off when the sandbox is bound anywhere else. Each
request needs `Authorization: Bearer TOKEN` and a `Host` that is this very address (a page in a browser that
re-points its own name at loopback sends another one); requests with an `Origin` are refused. Bodies and
answers are JSON objects; an error is `{"error": what, "where": ..., "hint": ...}` with status 400, 401, 403,
404, 405 or 413. Secrets are masked in everything it tells.

    GET  /state                        clock, seed, switches, defects, armed faults, the gateway's own counts
    POST /reset     {"seed": 7}        the testbed's state again; seed is optional
    POST /clock     {"advance_s": 60}  or {"set_s": 1760000000}: the clock only moves ahead
    GET  /log?last=100                 requests and events, oldest first; a refused signature comes with its
                                       canonical string, with &diagnose=1 (the newest five) also with the
                                       mistake that was made
    POST /faults    {"kind": "status", "operation": "...", "times": 2, "status": 503}
                                       kinds: status, stall (seconds), hang, truncate (keep), reset, garbage;
                                       "before": true strikes before the gateway acts
                    {"webhooks": {"twice": 1, "late": 1, "drop": 1}}   faults of the next notices
    DELETE /faults                     disarm all
    POST /settle    {"event": "...", ...facts}   an outside event, such as a bank's late answer
    GET  /webhooks                     each notice with its attempts
    PUT  /switches  {"name": "setting"}
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qs

from payproof.errors import ToolkitError, UsageError
from payproof.model import Header, Message
from payproof.simulator.engine import Simulator
from payproof.simulator.faults import Fault

Route = Callable[["ControlApi", Mapping[str, Any], Mapping[str, list[str]]], Mapping[str, Any]]


class ControlApi:
    """Answers control requests about one simulator.

    Args:
        simulator: What is controlled.
        clock: Gives seconds since the epoch.
        token: What `Authorization` must carry.
    """

    def __init__(self, simulator: Simulator, clock: Callable[[], float], token: str) -> None:
        self.simulator, self._clock = simulator, clock
        self._token = f"Bearer {token}".encode()
        #: The authorities that `Host` may name; the server sets it once the port is known.
        self.hosts: frozenset[str] = frozenset()

    def handle(self, message: Message) -> Message:
        """Give the reply to any request; never raises."""
        try:
            return self._handle(message)
        except ToolkitError as error:
            return _refusal(400, error.what, error.where, error.hint)
        except Exception as error:  # a control client must learn of a bug, not lose its connection
            return _refusal(500, f"{type(error).__name__} in the sandbox", "control API", "report it")

    def _handle(self, message: Message) -> Message:
        refused = self._barred(message)
        if refused is not None:
            return refused
        path, _, query = message.target.partition("?")
        methods = _ROUTES.get(path.rstrip("/") or "/")
        if methods is None:
            return _reply(
                404, {"error": "no such path", "where": "path", "hint": f"one of {', '.join(_ROUTES)}"}
            )
        route = methods.get(message.method)
        if route is None:
            allowed = ", ".join(methods)
            return _refusal(405, "no such method here", "method", f"use {allowed}", ("Allow", allowed))
        self.simulator.tick(self._clock())
        return _reply(200, route(self, _body(message), parse_qs(query)))

    def _barred(self, message: Message) -> Message | None:
        host = (message.header("host") or "").lower()
        named = {name.replace("127.0.0.1", "localhost") for name in self.hosts}
        if len(message.header_values("host")) != 1 or host not in self.hosts | named:
            hint = "call the address that was printed at the start"
            return _refusal(403, "this Host is not the control API's", "header Host", hint)
        if message.header("origin") is not None:
            hint = "call it from a program"
            return _refusal(403, "no browser page may use the control API", "header Origin", hint)
        given = (message.header("authorization") or "").encode("utf-8", "replace")
        if not hmac.compare_digest(given, self._token):
            hint = "send Bearer and the token that was given at the start"
            return _refusal(401, "the token is missing or wrong", "header Authorization", hint)
        return None

    def state(self, body: Mapping[str, Any], query: Mapping[str, list[str]]) -> Mapping[str, Any]:
        """Give the whole state."""
        return self.simulator.snapshot()

    def reset(self, body: Mapping[str, Any], query: Mapping[str, list[str]]) -> Mapping[str, Any]:
        """Go back to the start."""
        seed = body.get("seed")
        if seed is not None and type(seed) is not int:
            raise UsageError("the seed does not fit", where="seed", hint="give a whole number")
        self.simulator.reset(seed)
        return {"seed": self.simulator.world.seed, "now_s": self.simulator.world.now_s}

    def clock(self, body: Mapping[str, Any], query: Mapping[str, list[str]]) -> Mapping[str, Any]:
        """Move the clock."""
        name = "advance_s" if "advance_s" in body else "set_s"
        value = body.get(name)
        if isinstance(value, bool) or not isinstance(value, int | float):
            hint = 'give {"advance_s": seconds} or {"set_s": epoch seconds}'
            raise UsageError("nothing says where to move the clock", where=name, hint=hint)
        move = self.simulator.advance if name == "advance_s" else self.simulator.set_clock
        return {"now_s": move(float(value))}

    def log(self, body: Mapping[str, Any], query: Mapping[str, list[str]]) -> Mapping[str, Any]:
        """Give the newest entries."""
        asked = query.get("last", ["100"])[-1]
        if not (asked.isascii() and asked.isdigit() and len(asked) < 7):
            raise UsageError("last does not fit", where="last", hint="give a whole number")
        diagnosed = query.get("diagnose", ["0"])[-1] == "1"
        return {"entries": self.simulator.log.shown(last=int(asked), diagnosed=diagnosed)}

    def arm(self, body: Mapping[str, Any], query: Mapping[str, list[str]]) -> Mapping[str, Any]:
        """Arm a fault."""
        if "webhooks" in body:
            return self._arm_webhooks(body["webhooks"])
        self.simulator.faults.arm(Fault.read(body, self.simulator.spec.operations))
        return {"armed": len(self.simulator.faults.armed)}

    def _arm_webhooks(self, counts: Any) -> Mapping[str, Any]:
        outbox = self.simulator.world.outbox
        known = isinstance(counts, dict) and set(counts) <= {"twice", "late", "drop"}
        if not known or any(type(count) is not int or count < 0 for count in counts.values()):
            hint = 'give counts of "twice", "late" or "drop"'
            raise UsageError("the webhook fault does not fit", where="webhooks", hint=hint)
        for name, count in counts.items():
            setattr(outbox, name, count)
        return {"webhooks": {"twice": outbox.twice, "late": outbox.late, "drop": outbox.drop}}

    def disarm(self, body: Mapping[str, Any], query: Mapping[str, list[str]]) -> Mapping[str, Any]:
        """Disarm every fault."""
        self.simulator.faults.clear()
        return {"armed": 0}

    def settle(self, body: Mapping[str, Any], query: Mapping[str, list[str]]) -> Mapping[str, Any]:
        """Let an outside event happen."""
        event = body.get("event")
        if not isinstance(event, str):
            raise UsageError("no event is named", where="event", hint='give {"event": "...", ...}')
        facts = {name: value for name, value in body.items() if name != "event"}
        return {"happened": self.simulator.settle(event, facts)}

    def webhooks(self, body: Mapping[str, Any], query: Mapping[str, list[str]]) -> Mapping[str, Any]:
        """Give the notices with their attempts."""
        rows = list(self.simulator.world.outbox.notices.values())[-500:]
        return {
            "notices": [
                {
                    "id": row.id,
                    "event": row.event,
                    "merchant": row.merchant,
                    "object": row.object_id,
                    "made_s": row.made_s,
                    "standing": row.standing,
                    "attempts": [dict(attempt) for attempt in row.attempts],
                }
                for row in rows
            ]
        }

    def switches(self, body: Mapping[str, Any], query: Mapping[str, list[str]]) -> Mapping[str, Any]:
        """Set switches."""
        if any(not isinstance(setting, str) for setting in body.values()):
            raise UsageError("a setting is no text", where="switches", hint='give {"switch": "setting"}')
        return {"switches": dict(self.simulator.switch(body))}


_ROUTES: Mapping[str, Mapping[str, Route]] = {
    "/state": {"GET": ControlApi.state},
    "/reset": {"POST": ControlApi.reset},
    "/clock": {"POST": ControlApi.clock},
    "/log": {"GET": ControlApi.log},
    "/faults": {"POST": ControlApi.arm, "DELETE": ControlApi.disarm},
    "/settle": {"POST": ControlApi.settle},
    "/webhooks": {"GET": ControlApi.webhooks},
    "/switches": {"PUT": ControlApi.switches},
}


def _body(message: Message) -> Mapping[str, Any]:
    if not message.body:
        return {}
    try:
        found = json.loads(message.body)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise UsageError("the body is no JSON object", where="body", hint="send a JSON object")
    return found


def _refusal(status: int, what: str, where: str, hint: str, *headers: Header) -> Message:
    return _reply(status, {"error": what, "where": where, "hint": hint}, *headers)


def _reply(status: int, data: Mapping[str, Any], *headers: Header) -> Message:
    return Message(
        status=status,
        headers=(("Content-Type", "application/json"), ("Cache-Control", "no-store"), *headers),
        body=json.dumps(data).encode(),
    )
