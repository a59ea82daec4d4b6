"""A recorder between an integration and one gateway: forward, judge, redact, write, answer.

It listens on loopback only and knows one upstream, which it was started with: no request can name another
(absolute targets and CONNECT are refused), no redirect is followed, no proxy comes from the environment, and
TLS is verified. An exchange that cannot be made safe to write is forwarded and not written.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from payproof.adapters.live_guard import SAFE_METHODS, LiveHostError, host_of
from payproof.cassettes.encodings import plain_body
from payproof.cassettes.redaction.redact import Redactor
from payproof.errors import ToolkitError
from payproof.model import Interaction, Message
from payproof.run.target import Reply
from payproof.spec import Spec, match

#: Headers of one connection, not of the message (RFC 9110, section 7.6.1), and those that are written anew.
_HOP = frozenset(
    {
        *("connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection", "te"),
        *("trailer", "transfer-encoding", "upgrade", "expect", "host", "content-length", "accept-encoding"),
    }
)
_LARGEST = 16 * 1024 * 1024
MARK = "X-Payproof-Recorder"


class Upstream(Protocol):
    """The one gateway; see `adapters.http_client.HttpTarget`."""

    origin: str

    def send(self, message: Message, *, write: bool) -> Reply:
        """Send a request."""


class Recorder:
    """Handles one request after the other; see the module.

    Args:
        upstream: The gateway, by its origin.
        base_path: Prefix of every path that is forwarded, as in the gateway's base URL.
        spec: Its document.
        redactor: Makes an exchange safe to write.
        append: Writes it; when this returns it is on the disk.
        provenance: `live` or `sandbox`.
        complain: Gets one line for each exchange that was not written.
    """

    def __init__(
        self,
        upstream: Upstream,
        base_path: str,
        spec: Spec,
        redactor: Redactor,
        append: Callable[[Interaction], None],
        *,
        provenance: str,
        complain: Callable[[str], None],
    ) -> None:
        self._upstream, self._base_path, self._spec = upstream, base_path.rstrip("/"), spec
        self._redactor, self._append, self._complain = redactor, append, complain
        self._provenance = provenance
        self._tokens = frozenset(_token_operations(spec))
        self.written = self.left_out = 0

    def handle(self, message: Message) -> Message:
        """Give the upstream's answer, or one of our own that is marked as such; never raises."""
        path = message.target.partition("?")[0]
        if not message.target.startswith("/") or ".." in path.split("/"):
            return _own(400, "only paths of the one upstream are forwarded")
        if self._base_path and not path.startswith(self._base_path + "/") and path != self._base_path:
            return _own(404, f"the upstream's base path is {self._base_path}")
        try:
            reply = self._upstream.send(_forwarded(message), write=self._writes(message))
        except LiveHostError as error:
            return _own(403, error.what)
        if reply.failure == "not-allowed":
            return _own(403, "writes to this host are not allowed; see --allow-writes")
        answer = plain_body(reply.response, _LARGEST) if reply.response is not None else None
        try:
            self._write(reply, answer)
        except ToolkitError as error:
            self.left_out += 1
            self._complain(
                f"not written: {message.method} request {self.written + self.left_out}: {error.what}"
            )
        if answer is None:
            return _own(502, f"the upstream gave no complete answer ({reply.why or reply.failure})")
        return replace(answer, headers=_kept(answer))

    def _writes(self, message: Message) -> bool:
        found = match(self._spec, message)
        # Fetching a token moves nothing, though it is a POST.
        return message.method not in SAFE_METHODS and not (found and found.operation.id in self._tokens)

    def _write(self, reply: Reply, answer: Message | None) -> None:
        sent = replace(reply.request, target=self._upstream.origin + reply.request.target)
        interaction = Interaction(
            sent,
            answer,
            started_s=reply.started_s,
            elapsed_s=reply.elapsed_s,
            provenance=self._provenance,
            failure=reply.failure,
            tags={"host": host_of(self._upstream.origin)},
        )
        self._append(self._redactor.redact(interaction))
        self.written += 1


def _forwarded(message: Message) -> Message:
    # Plain bodies are asked for, since what is signed and described is the text.
    return replace(message, headers=(*_kept(message), ("Accept-Encoding", "identity")))


def _kept(message: Message) -> tuple[tuple[str, str], ...]:
    named = {
        word.strip().lower() for value in message.header_values("connection") for word in value.split(",")
    }
    return tuple(pair for pair in message.headers if pair[0].lower() not in _HOP | named)


def _own(status: int, why: str) -> Message:
    headers = (("Content-Type", "text/plain; charset=utf-8"), (MARK, "not from the upstream"))
    return Message(status=status, headers=headers, body=f"payproof recorder: {why}\n".encode())


def _token_operations(spec: Spec) -> list[str]:
    rows = spec.rows("/components/securitySchemes").values()
    tokens = [row["x-token"] for row in rows if isinstance(row.get("x-token"), dict)]
    return [str(token.get("operation", "")) for token in tokens]
