"""Tokens after their end: asked for only where the target's clock can be moved, else told as not reached.

Nobody waits an hour for a run. The sandbox moves its clock; of any other gateway the run says that it did not
see a token end, which is neither pass nor fail.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from payproof.conformance.case import Case, refused
from payproof.conformance.documented import first
from payproof.conformance.subject import MAIN, UnknownRole
from payproof.conformance.things import json_of, values_at
from payproof.conformance.workbench import Workbench
from payproof.model import Interaction
from payproof.run.outside import Clockwork
from payproof.spec import Operation

RULE = "credentials-not-checked"
#: Servers may take a token a little longer, since clocks differ.
LEEWAY_S = 600.0
WHAT, KIND = "expired-token", "auth"


@dataclass(slots=True)
class Expiry:
    """Sends what a run knows with a token that has ended.

    Args:
        bench: Fetches the token and makes what the requests need.
        target: What is checked.
        send: Sends and judges one case.
        skip: Told of what was not tried: operation, kind, why.
        only: Name of the one case to send; all when empty.
    """

    bench: Workbench
    target: object
    send: Callable[[Case], Interaction | None]
    skip: Callable[[str, str, str], None]
    only: str = ""

    def run(self, operations: list[Operation]) -> None:
        """Try each operation that asks for a token, one scheme after the other."""
        for scheme, rule in self._schemes():
            mine = [one for one in operations if self._wanted(one, scheme)]
            if not mine:
                continue
            if not isinstance(self.target, Clockwork):
                self.skip(mine[0].id, KIND, "this target's clock cannot be moved to a token's end")
                continue
            try:
                self._try(scheme, rule, mine)
            except UnknownRole as error:
                self.skip(mine[0].id, KIND, error.what)

    def _schemes(self) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """Give the schemes whose tokens come from an operation, and say when they end."""
        spec = self.bench.signer.subject.spec
        for name, scheme in (spec.document.get("components", {}).get("securitySchemes") or {}).items():
            if (scheme.get("x-token") or {}).get("expires"):
                yield str(name), scheme

    def _wanted(self, operation: Operation, scheme: str) -> bool:
        asks = any(scheme in row for row in operation.security)
        return asks and self.only in ("", f"{operation.id}/{KIND}/{WHAT}")

    def _try(self, scheme: str, rule: Mapping[str, Any], operations: list[Operation]) -> None:
        """Fetch a token, build each request with it, let it end, and send them."""
        assert isinstance(self.target, Clockwork)
        token, left_s = self._token(rule["x-token"])
        cases = [self._case(one, token, rule) for one in operations]
        self.target.later(left_s + LEEWAY_S)
        self.bench.forget_tokens()
        for case in cases:
            self.send(case)

    def _token(self, rule: Mapping[str, Any]) -> tuple[str, float]:
        """Give a token and the seconds until it ends; raises UnknownRole when the answer lacks either."""
        operation = self.bench.signer.subject.spec.operations[str(rule["operation"])]
        answer = self.bench.ask(operation, self.bench.fresh(operation, merchant=MAIN))
        found = values_at(json_of(answer), [str(rule["pointer"])]) if answer else []
        ends = values_at(json_of(answer), [str(one) for one in rule["expires"]]) if answer else []
        left_s = _left_s(ends[0], answer.started_s) if ends and answer else None
        if not found or left_s is None:
            what = "no token with an end is given out"
            raise UnknownRole(what, where=operation.id, hint="check the client's keys")
        return str(found[0]), left_s

    def _case(self, operation: Operation, token: str, rule: Mapping[str, Any]) -> Case:
        signer = self.bench.signer
        draft = first(signer.subject, operation).put("header/Authorization", f"Bearer {token}")
        evidence = rule.get("x-evidence", "documented")
        return Case(
            name=f"{operation.id}/{KIND}/{WHAT}",
            operation=operation.id,
            kind=KIND,
            message=signer.sign(signer.unsigned(draft)),
            expect=refused("its token has expired", RULE, evidence=evidence),
            write=operation.is_write,
            tags={"address": "Authorization"},
        )


def _left_s(end: Any, now_s: float) -> float | None:
    """Give the seconds until an end that is written as seconds or as a time; None when it is neither."""
    if isinstance(end, int | float) and not isinstance(end, bool):
        return float(end)
    try:
        moment = datetime.fromisoformat(str(end))
    except ValueError:
        return None
    return moment.timestamp() - now_s if moment.tzinfo else None
