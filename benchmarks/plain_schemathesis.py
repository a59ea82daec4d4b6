"""What plain schemathesis finds in a sandbox: its stock checks and generation, credentials given, no signing.

It gets the same document without `x-` notes (they are not its language) and without examples that break the
document, and the merchant's credentials as headers, as `st run -H` would. Each request goes to the sandbox in
this process. It explores until the time is over, which is processor time, so that other work on the machine
costs it nothing. Some stock checks accuse honest gateways here, so a failure
counts only when the honest sandbox does not show the same one (operation, check and title).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from payproof import gateway
from payproof.adapters.schemathesis_engine import plain, request_of
from payproof.conformance.subject import Subject
from payproof.gateway import Gateway
from payproof.model import Message
from payproof.simulator.defects import Defect

#: Operation, check, title of the failure.
Failure = tuple[str, str, str]
#: Far more than the time allows, so that time is what ends a run.
_EXAMPLES = 100_000


def explore(name: str, defects: Iterable[str | Defect], seconds: float, seed: int) -> set[Failure]:
    """Give the failures that schemathesis reports on the sandbox within that time.

    Args:
        name: Of the gateway.
        defects: Planted in the sandbox; none for the honest one.
        seconds: Of this process, after which no further scenario is waited for.
        seed: Of the generation.
    """
    from schemathesis.engine import events, from_schema

    chosen = gateway.load(name)
    simulator = chosen.simulator(defects=list(defects))
    end = time.process_time() + seconds
    found: set[Failure] = set()

    def handle(message: Message) -> Message | None:
        answer = simulator.handle(message, time.time()) if time.process_time() < end else Message(status=599)
        return answer if isinstance(answer, Message) else None

    stream = from_schema(_schema(chosen, _application(chosen, handle), seed)).execute()
    for event in stream:
        if isinstance(event, events.ScenarioFinished) and time.process_time() < end:
            found.update(_failures(event.label or "", event.recorder))
        if time.process_time() >= end:
            stream.stop()
            break
    return found


def _failures(label: str, recorder: Any) -> Iterator[Failure]:
    for case_id, rows in recorder.checks.items():
        for row in rows:
            if row.failure_info is not None:
                node = recorder.cases.get(case_id)
                where = node.value.operation.label if node is not None else label
                yield where, row.name, row.failure_info.failure.title


def _schema(chosen: Gateway, application: Any, seed: int) -> Any:
    import schemathesis

    config = schemathesis.Config.from_dict(
        {
            "seed": seed,
            "cache": {"enabled": False},
            "generation": {"database": "none", "max-examples": _EXAMPLES, "no-shrink": True},
        }
    )
    document = plain(chosen.spec.resolved)
    served = [name for name, one in chosen.spec.operations.items() if not one.raw.get("x-target")]
    made = schemathesis.openapi.from_dict(document, config=config).include(operation_id=sorted(served))
    made.app = application
    return made


def _application(
    chosen: Gateway, handle: Callable[[Message], Message | None]
) -> Callable[..., Iterable[bytes]]:
    subject = Subject(chosen.spec, chosen.testbed, {}, time.time(), 0)
    headers = {
        address.partition("/")[2]: value
        for one in chosen.spec.operations.values()
        for address, _, value in subject.credentials(one)
        if address.startswith("header/")
    }
    base = chosen.spec.servers[0].url.partition("://")[2].partition("/")[2].rstrip("/")
    prefix = f"/{base}" if base else ""

    def application(environ: Mapping[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        message = request_of(environ)
        for name, value in headers.items():
            if message.header(name) is None:
                message = message.with_header(name, value)
        answer = handle(Message(message.method, prefix + message.target, message.headers, message.body))
        if answer is None:
            start("599 no answer", [("Content-Type", "text/plain")])
            return [b""]
        start(f"{answer.status} answered", list(answer.headers))
        return [answer.body]

    return application
