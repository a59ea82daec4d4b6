"""For users of plain `st run`: requests get credentials, ids and signatures, and answers get our checks.

Named as `hooks` in schemathesis.toml, or in the variable SCHEMATHESIS_HOOKS:

    PAYPROOF_GATEWAY=paykun st run openapi/paykun/openapi.yaml --url http://127.0.0.1:8400/v1

`PAYPROOF_GATEWAY` names the gateway, `PAYPROOF_TESTBED` a test bed in place of its own; keys may come from
`PAYPROOF_<GATEWAY>_<ROLE>` as everywhere. A request is signed over the bytes that go out: the last to touch
it is an `auth` callable of requests, which sees what was serialised.

This module registers hooks and a check when it is imported, as schemathesis wants it; nothing of payproof
imports it.
"""

from __future__ import annotations

import os
import time
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import schemathesis
from schemathesis.core.failures import Failure

from payproof.adapters.http_client import HttpTarget
from payproof.adapters.live_guard import LiveGuard
from payproof.adapters.secrets import from_environment
from payproof.checks import judge
from payproof.conformance.case import Case
from payproof.conformance.generated import Workshop
from payproof.conformance.subject import MAIN, Subject
from payproof.errors import UsageError
from payproof.model import Finding, Interaction, Message, Severity
from payproof.report.printable import printable
from payproof.run.check import Runner
from payproof.run.settings import Settings
from payproof.spec.testbed import Masked, Testbed, load_testbed

#: Under these names the case, and who made it, travel with the request.
_CASE, _DESK = "_payproof_case", "_payproof_desk"


class Desk:
    """What hooks and check share: who signs, and what is promised.

    Args:
        name: The gateway's.
        testbed: Whose keys and ids are used; the gateway's own when None.
        environment: The process's.
        base_url: Where tokens are fetched and the objects made that a request is about.
    """

    def __init__(self, name: str, testbed: Path | None, environment: dict[str, str], base_url: str) -> None:
        from payproof import gateway

        chosen = gateway.load(name)
        bed = chosen.testbed if testbed is None else load_testbed(testbed)
        bed = _keyed(name, bed, environment)
        subject = Subject(chosen.spec, bed, dict(bed.switches), time.time(), 0)
        checks = getattr(chosen.invariants, "CHECKS", ())
        guard = LiveGuard.of([server.url for server in chosen.spec.servers], allowed=(), writes=False)
        runner = Runner(subject, HttpTarget(base_url, guard), Settings(), invariants=checks)
        self.context, self.workshop = runner.context, Workshop(runner.signer)

    def prepare(self, request: Any, base_path: str) -> Any:
        """Give a request of requests' with ids, credentials and signature in place."""
        url = urlsplit(request.url)
        path = url.path.removeprefix(base_path)
        body = request.body.encode() if isinstance(request.body, str) else request.body
        if body is not None and not isinstance(body, bytes):
            return request
        headers = tuple((str(name), _text(value)) for name, value in request.headers.items())
        target = path + (f"?{url.query}" if url.query else "")
        case = self.workshop.make(Message(request.method, target, headers, body or b""))
        if case is None:
            return request
        path, _, query = case.message.target.partition("?")
        request.url = urlunsplit((url.scheme, url.netloc, base_path + path, query, ""))
        for name, value in case.message.headers:
            request.headers[name] = value
        if body is not None:
            request.body = case.message.body
            request.headers["Content-Length"] = str(len(case.message.body))
        setattr(request, _CASE, case)
        setattr(request, _DESK, self)
        return request

    def findings(self, case: Case, request: Any, answer: Message, elapsed_s: float) -> list[Finding]:
        """Give what our checks hold against an answer."""
        self.workshop.learn(answer)
        url = urlsplit(request.url)
        sent = Message(
            case.message.method,
            url.path + (f"?{url.query}" if url.query else ""),
            case.message.headers,
            case.message.body,
        )
        interaction = Interaction(
            sent,
            answer,
            operation=case.operation,
            started_s=time.time(),
            elapsed_s=elapsed_s,
            source=case.name,
            expect=case.expect,
            kind=case.kind,
            tags=case.tags,
        )
        return judge(self.context, interaction)


def _keyed(name: str, testbed: Testbed, environment: dict[str, str]) -> Testbed:
    from dataclasses import replace

    main = dict(testbed.merchants.get(MAIN, {}))
    keys = from_environment(name, main, environment)
    if keys == main:
        return testbed
    return replace(testbed, merchants={**testbed.merchants, MAIN: Masked(keys)}, test_keys=False)


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value


@cache
def desk(base_url: str) -> Desk:
    """Give the desk of the gateway that the environment names, for a server.

    Raises:
        UsageError: None is named.
    """
    from payproof import gateway

    name = os.environ.get("PAYPROOF_GATEWAY", "")
    if not name:
        raise UsageError(
            "nothing says which gateway this is",
            where="environment variable PAYPROOF_GATEWAY",
            hint=f"set it to {' or '.join(gateway.names())}",
        )
    given = os.environ.get("PAYPROOF_TESTBED")
    return Desk(name, Path(given) if given else None, dict(os.environ), base_url)


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: dict[str, Any]) -> None:
    """Have the request signed when it is complete."""
    base_url = kwargs.get("base_url") or case.operation.base_url or ""
    base_path = urlsplit(base_url).path.rstrip("/")
    kwargs["auth"] = lambda request: desk(base_url).prepare(request, base_path)


@schemathesis.check
def payproof_contract(ctx: Any, response: Any, case: Any) -> None:
    """Fail when one of payproof's checks finds an error in the answer."""
    made, at = getattr(response.request, _CASE, None), getattr(response.request, _DESK, None)
    if made is None or at is None:
        return
    headers = tuple((name, value) for name, values in response.headers.items() for value in values)
    answer = Message(headers=headers, body=response.content or b"", status=response.status_code)
    found = at.findings(made, response.request, answer, response.elapsed)
    worst = [one for one in found if one.severity is Severity.ERROR]
    if worst:
        raise Failure(
            operation=case.operation.label,
            title=f"payproof: {', '.join(sorted({one.rule for one in worst}))}",
            message="\n".join(f"{one.rule} at {one.location}: {printable(one.message)}" for one in worst),
        )
