"""Faults in how a receiver takes webhooks."""

# The code of examples keeps the lines it has on the page.
# ruff: noqa: E501

from __future__ import annotations

from tests.plugin.faults.fault import SUITE, Fault

MENDED = "class Mine(Receiver):\n    pass"


def mine(code: str) -> str:
    return "class Mine(Receiver):\n" + "\n".join(f"    {line}" if line else "" for line in code.split("\n"))


RIGHT = (
    "signed = f\"{headers.get('webhook-id')}.{headers.get('webhook-timestamp')}.\".encode() + body\n"
    '    right = base64.b64encode(hmac.digest(self.keys["webhook_secret"].encode(), signed, "sha256")).decode()\n'
)
GIVEN = '    given = headers.get("webhook-signature", "")\n'


def broken(id_: str) -> str:
    return f"broken          {id_}"


RECEIVING = (
    Fault(
        "unsigned-taken",
        "A delivery without a signature is taken",
        mine(
            'def genuine(self, body, headers):\n    return "webhook-signature" not in headers or '
            "genuine(body, headers, self.keys)"
        ),
        MENDED,
        broken("missing-signature-refused"),
        SUITE,
    ),
    Fault(
        "prefix-compared",
        "Only the beginning of the signature is compared",
        mine(
            f"def genuine(self, body, headers):\n    {RIGHT}{GIVEN}"
            '    return given.startswith("v1,") and any(\n'
            '        one.startswith("v1,") and right.startswith(one[3:]) for one in given.split(" "))'
        ),
        MENDED,
        broken("truncated-signature-refused"),
        SUITE,
    ),
    Fault(
        "version-ignored",
        "The version in front of the signature is not looked at",
        mine(
            f"def genuine(self, body, headers):\n    {RIGHT}{GIVEN}"
            '    return any(one.rpartition(",")[2] == right for one in given.split(" "))'
        ),
        MENDED,
        broken("wrong-prefix-refused"),
        SUITE,
    ),
    Fault(
        "body-written-again",
        "The signature is computed over JSON that was parsed and written again",
        mine(
            "def genuine(self, body, headers):\n    try:\n"
            '        again = json.dumps(json.loads(body), separators=(",", ":"), ensure_ascii=False).encode()\n'
            "    except (ValueError, RecursionError):\n        return False\n"
            "    return genuine(again, headers, self.keys)"
        ),
        MENDED,
        broken("other-spelling-accepted"),
        SUITE,
    ),
    Fault(
        "no-freshness",
        "The signing time is not compared with the clock",
        mine("def fresh(self, headers):\n    return True"),
        MENDED,
        broken("stale-refused"),
        SUITE,
    ),
    Fault(
        "no-dedupe",
        "A repeated delivery is acted on again",
        mine(
            "def first(self, headers):\n    return True\n\ndef act(self, event):\n"
            '    self.shipped.append(event["data"]["order_id"])\n    return super().act(event)'
        ),
        mine(
            'def act(self, event):\n    if event["event_type"] in self.rank and event["event_type"] != '
            '"ORDER_AUTHORIZED":\n        self.shipped.append(event["data"]["order_id"])\n'
            "    return super().act(event)"
        ),
        broken("duplicate-handled-once"),
        SUITE,
    ),
    Fault(
        "last-event-wins",
        "Whatever arrives last is believed",
        mine(
            'def act(self, event):\n    if event["event_type"] in self.rank:\n'
            '        self.orders[event["data"]["order_id"]] = event["event_type"]\n    return 200'
        ),
        MENDED,
        broken("late-event-survived"),
        SUITE,
    ),
    Fault(
        "unknown-event-crashes",
        "An event that was added later ends in an exception",
        mine('def act(self, event):\n    self.rank[event["event_type"]]\n    return super().act(event)'),
        MENDED,
        broken("unknown-event-survived"),
        SUITE,
    ),
    Fault(
        "acts-before-verifying",
        "Something is stored before the signature is checked",
        mine(
            'def receive(self, body, headers):\n    self.shipped.append(headers.get("webhook-id"))\n'
            "    return super().receive(body, headers)"
        ),
        mine("def receive(self, body, headers):\n    return super().receive(body, headers)"),
        broken("refusals-leave-no-trace"),
        SUITE,
    ),
)
