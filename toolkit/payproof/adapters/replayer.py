"""A recording as a server: what was recorded is answered, what was not is explained."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

from payproof.cassettes.replay import Miss, Replay
from payproof.model import Message

_OURS = frozenset({"content-length", "transfer-encoding", "connection", "content-encoding", "keep-alive"})
#: Not a status that gateways give, so that no test takes a gap in a recording for an answer.
NOT_RECORDED = 501


def replay_handler(replay: Replay, complain: Callable[[str], None]) -> Callable[[Message], Message]:
    """Give a handler that answers from a recording; a miss is answered with 501 and told to `complain`."""

    def handle(message: Message) -> Message:
        found = replay.play(message)
        if isinstance(found, Miss):
            complain(str(found))
            return _missed(found)
        response = found.interaction.response
        assert response is not None
        kept = tuple(pair for pair in response.headers if pair[0].lower() not in _OURS)
        at = (("X-Payproof-Recorded-At", str(int(found.at_s))),) if found.at_s else ()
        return replace(response, headers=(*kept, *at))

    return handle


def _missed(miss: Miss) -> Message:
    body = {"payproof": miss.why, "nearest": miss.nearest, "differences": list(miss.differences)}
    headers = (("Content-Type", "application/json"), ("X-Payproof-Invented", "not recorded"))
    return Message(status=NOT_RECORDED, headers=headers, body=json.dumps(body).encode())
