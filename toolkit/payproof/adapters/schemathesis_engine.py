"""Generated requests from schemathesis: beside its own hooks, the only module that imports it.

Theory of operation. The engine (`schemathesis.engine`, semi-private, so pinned and held by a contract test)
thinks up requests and would send them to an application in its own process. That application is a small WSGI
function of ours: it hands every request, as serialised bytes, to the run, which gives it credentials, signs
it over exactly those bytes, sends it by its own guarded client and judges the answer. So nothing is
registered globally, schemathesis opens no socket, its capability probes are skipped, and no stock check runs:
several of them would accuse honest gateways (see docs), and all of them read case data that signing has
changed.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from payproof.adapters.steady_values import steady
from payproof.adapters.thread_deaths import deaths_in
from payproof.errors import UsageError
from payproof.model import Message
from payproof.run.settings import Budget, Complain, Send

_BOUNDARY = re.compile(r"(-+WerkzeugFormPart_[\d.]+)")
#: What the test client adds for itself; its case ids differ from run to run.
_NOT_OURS = ("HTTP_HOST", "HTTP_CONNECTION", "HTTP_X_SCHEMATHESIS", "HTTP_USER_AGENT")


def available() -> bool:
    """Say whether schemathesis is installed."""
    from importlib.util import find_spec

    return find_spec("schemathesis") is not None


class SchemathesisGenerator:
    """Thinks up requests for the operations of one document.

    Args:
        document: The OpenAPI document, references resolved as far as they are finite.
        only: Operation ids to generate for; all when empty.

    Raises:
        UsageError: schemathesis is not installed.
    """

    def __init__(self, document: Mapping[str, Any], only: Iterable[str] = ()) -> None:
        if not available():
            raise UsageError(
                "the generated phases need schemathesis, which is not installed",
                where="check",
                hint="pip install 'payproof[conformance]', or add --no-generated",
            )
        self._document, self._only = document, frozenset(only)

    def __call__(self, *, send: Send, complain: Complain, budget: Budget, seed: int) -> None:
        """Send requests until the budget is used up; every error of the engine's own goes to `complain`.

        Raises:
            KeyboardInterrupt: The user interrupted; the engine itself swallows that.
        """
        from schemathesis.engine import from_schema

        schema = self._schema(budget, seed)
        schema.app = _application(send)
        # Closing the events ends the engine's threads, also when this one was interrupted.
        with deaths_in("schemathesis") as deaths, steady(), closing(_told(from_schema(schema))) as told:
            for where, what in told:
                complain(where, what)
        for error in deaths:
            complain("schemathesis", f"a thread of the generator ended early: {_worded(error)}")

    def _schema(self, budget: Budget, seed: int) -> Any:
        import schemathesis

        # Without the other operations there is hardly a link to follow, which the engine calls an error.
        chains = 0 if self._only else budget.chains
        config = _config(replace(budget, chains=chains), seed)
        made = schemathesis.openapi.from_dict(plain(self._document), config=config)
        return made.include(operation_id=sorted(self._only)) if self._only else made


def _told(engine: Any) -> Generator[tuple[str, str], None, None]:
    """Run the engine, and give where and how it went wrong."""
    from schemathesis.engine import events

    with closing(iter(engine.execute())) as happening:
        for event in happening:
            if isinstance(event, events.Interrupted):
                raise KeyboardInterrupt
            if isinstance(event, events.NonFatalError):
                yield f"schemathesis {event.label}", _worded(event.value)
            elif isinstance(event, events.FatalError):
                yield "schemathesis", _worded(event.exception)
            elif isinstance(event, events.EngineFinished) and event.stop_reason.value != "completed":
                yield "schemathesis", f"the run ended early: {event.stop_reason.value}"


def _config(budget: Budget, seed: int) -> Any:
    import schemathesis

    generation = {
        "database": "none",
        "max-examples": budget.examples,
        "with-security-parameters": False,
        "no-shrink": True,
    }
    return schemathesis.Config.from_dict(
        {
            "seed": seed,
            "cache": {"enabled": False},
            "checks": {"enabled": False},
            "generation": generation,
            "phases": {
                "examples": {"enabled": True},
                # Answers to methods which no document names are nobody's promise.
                "coverage": {"enabled": budget.combinations, "unexpected-methods": []},
                "fuzzing": {"enabled": True},
                "stateful": {
                    "enabled": budget.chains > 0,
                    "generation": {**generation, "max-examples": max(1, budget.chains)},
                },
            },
        }
    )


def plain(document: Mapping[str, Any]) -> dict[str, Any]:
    """Give a copy of the document without servers, security and `x-` notes: what generation needs."""
    kept = _without_notes(copy.deepcopy(dict(document)))
    for name in ("servers", "security", "webhooks"):
        kept.pop(name, None)
    assert isinstance(kept, dict)
    return kept


#: Members whose value is data of the document's own, kept as it is.
_DATA = frozenset({"example", "default", "const", "enum", "value"})
#: Members whose own members are named by the document, not by OpenAPI.
_NAMED = frozenset({"properties", "patternProperties", "headers", "schemas", "examples", "dependentSchemas"})
_LEFT_OUT = frozenset({"security", "servers"})


def _without_notes(value: Any, *, named: bool = False) -> Any:
    """Drop `x-` notes, security and servers; `named` says that the members' names are the document's own."""
    if isinstance(value, list):
        return [_without_notes(item) for item in value]
    if not isinstance(value, dict):
        return value
    if named:
        # An example that breaks its own documents would be sent as a valid one.
        return {name: _without_notes(item) for name, item in value.items() if not _violates(item)}
    return {
        name: item if name in _DATA else _without_notes(item, named=name in _NAMED)
        for name, item in value.items()
        if not str(name).startswith("x-") and name not in _LEFT_OUT
    }


def _violates(item: Any) -> bool:
    return isinstance(item, dict) and "x-violates" in item


def _application(send: Send) -> Callable[..., Iterable[bytes]]:
    def application(environ: Mapping[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        answer = send(request_of(environ))
        if answer is None:
            start("599 no answer", [("Content-Type", "text/plain")])
            return [b""]
        start(f"{answer.status} answered", list(_wsgi_headers(answer)))
        return [answer.body]

    return application


def request_of(environ: Mapping[str, Any]) -> Message:
    """Give the request that a WSGI environment holds, target and body as they were serialised."""
    raw = str(environ.get("REQUEST_URI") or quote(str(environ["PATH_INFO"]).encode("latin-1")))
    if environ.get("QUERY_STRING") and "?" not in raw:
        raw += f"?{environ['QUERY_STRING']}"
    headers = [
        (name[5:].replace("_", "-").title(), str(value))
        for name, value in environ.items()
        if name.startswith("HTTP_") and not name.startswith(_NOT_OURS)
    ]
    if environ.get("CONTENT_TYPE"):
        headers.append(("Content-Type", str(environ["CONTENT_TYPE"])))
    length = int(environ.get("CONTENT_LENGTH") or 0)
    body = environ["wsgi.input"].read(length) if length else b""
    message = Message(str(environ["REQUEST_METHOD"]), raw, tuple(headers), body)
    boundary = _BOUNDARY.search(message.header("Content-Type") or "")
    return message if boundary is None else _with_boundary(message, boundary[1])


def _with_boundary(message: Message, drawn: str) -> Message:
    """Replace a boundary that was drawn from the clock, so that the same seed sends the same bytes."""
    steady = "payproof-boundary"
    kind = (message.header("Content-Type") or "").replace(drawn, steady)
    made = message.with_header("Content-Type", kind)
    return replace(made, body=message.body.replace(drawn.encode(), steady.encode()))


def _wsgi_headers(answer: Message) -> Iterator[tuple[str, str]]:
    for name, value in answer.headers:
        # Hop-by-hop headers are not an application's to send.
        if name.lower() not in ("connection", "transfer-encoding", "keep-alive", "content-length"):
            yield name, value
    yield "Content-Length", str(len(answer.body))


def _worded(error: BaseException) -> str:
    return f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else 'no message'}"
