"""The teapot's own code for the sandbox."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from payproof.errors import UsageError
from payproof.lifecycle import advance, read_all
from payproof.simulator.protocol import Answer, Behaviours, Call, Refusal, Standard
from payproof.simulator.store import World
from payproof.spec import Spec

_STATUS = {"unauthenticated": 401, "signature": 401, "unknown-path": 404, "wrong-method": 405}


def create(spec: Spec) -> Behaviours:
    """Give the teapot's behaviours."""
    return Teapot(spec)


class Teapot(Standard):
    """Brews, shows and pours."""

    def prepare(self, world: World) -> None:
        """Begin with an empty shelf."""

    def answer(self, call: Call) -> Answer:
        """Do the operation."""
        pots = call.world.table("pots")
        if call.operation.id == "brewPot":
            key = f"pot-{call.world.next_number():04d}"
            pots[key] = {"pot_id": key, **_taken(call.fields), "status": "HOT"}
            return Answer(201, dict(pots[key]))
        found = pots.get(call.path["pot_id"])
        if found is None:
            return Answer(404, {"code": "NO_SUCH_POT"})
        if call.operation.id == "pourPot":
            moved = advance(read_all(self.spec.life_cycles)["teapot.pot"], found["status"], "pourPot")
            if not moved and call.enforces("pour-once"):
                return Answer(409, {"code": "ALREADY_EMPTY"})
            found["status"] = "EMPTY"
            call.world.outbox.post("POT_EMPTY", "main", dict(found), now_s=call.world.now_s)
        return Answer(200, dict(found))

    def refuse(self, refusal: Refusal, world: World) -> Answer:
        """Word a refusal."""
        return Answer(refusal.status or _STATUS.get(refusal.kind, 400), {"code": refusal.kind})

    def happen(self, name: str, facts: Mapping[str, Any], world: World) -> str:
        """Know no outside events."""
        raise UsageError("nothing happens to teapots", where=f"event {name}", hint="pour one")


def _taken(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {"reference": fields.get("reference"), "price": fields.get("price")}
