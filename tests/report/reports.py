"""Results for the tests of the formats."""

from __future__ import annotations

from payproof.lifecycle import read_all
from payproof.model import Finding, Location, Severity
from payproof.report.result import Lived, Result, Tally

#: What each format could act on: tags, entities, terminal codes, workflow commands, quotes, XML's and
#: Markdown's own marks, controls, a lone surrogate, line separators, bidirectional overrides, links.
HOSTILE = (
    "<script>alert(1)</script><img src=x onerror=alert(2)> &lt;b&gt; \x1b[31mred\x1b]0;t\x07 \r\n::error::x\n"
    "::set-output name=a::b %0A::warning::y ##[error]z '\" ]]> <!-- --> <![CDATA[ `tick` ```fence``` |pipe| "
    "\x00\x01\x08\x0b\x7f\x85\ud800\ufffe\u2028\u2029\u202e\u2066 {0} {{1}} [a](http://evil.invalid/) "
    "javascript:alert(3) </style></title></textarea> @someone #1 https://evil.invalid/ ${x} $(id) `id`"
)
#: Characters that no format may hold as they are.
FORBIDDEN = "\x00\x01\x07\x08\x0b\x0c\r\x1b\x7f\x85\u2028\u2029\u202e\u2066\ufffe\ud800"
CYCLES = {
    "demo.order": {
        "summary": "An order.",
        "initial": "CREATED",
        "states": {"CREATED": {"summary": "new"}, "DONE": {"summary": "over", "final": True}},
        "transitions": [
            {"from": None, "to": "CREATED", "trigger": "createOrder", "x-evidence": "documented"},
            {"from": "CREATED", "to": "DONE", "trigger": "refundTransaction", "x-evidence": "documented"},
        ],
    }
}


def finding(text: str = "it is wrong", severity: Severity = Severity.ERROR, number: int = 0) -> Finding:
    """Give a finding whose every text is `text`."""
    return Finding(
        "response-schema",
        severity,
        Location("refundTransaction", "response", f"/data/{text}/{number}x", text),
        text,
        hint=text,
        expected=text,
        actual=text,
        claim=text,
        case=text,
        reproduce=text,
        details={"curl": text, "cases": [text, "b"], text: text},
        count=3,
    )


def result(*findings: Finding, **changed: object) -> Result:
    """Give a run with these findings."""
    tally = Tally()
    tally.of("refundTransaction", "signature").run = 7
    tally.of("refundTransaction", "signature").failed = 2
    tally.of("refundTransaction", "example").run = 1
    tally.of("refundTransaction", "example").accepted = 1
    tally.skip("getTransaction", "auth", "no second merchant")
    given: dict[str, object] = {
        "gateway": "paykun",
        "target": "sandbox",
        "seed": 3,
        "budget": "quick",
        "switches": {"request-scalars": "php"},
        "learned": ["it signs booleans as JavaScript does"],
        "findings": findings,
        "tally": tally,
        "operations": ["refundTransaction", "getTransaction"],
        "reached": frozenset({"refundTransaction"}),
        "elapsed_s": 1.25,
        "version": "0.1.0",
        "started_s": 1_790_000_000.0,
        "document": "openapi/paykun/openapi.yaml",
        "lines": {"refundTransaction": 120},
        **changed,
    }
    return Result(**given)  # type: ignore[arg-type]


def lived() -> list[Lived]:
    """Give one life cycle of which the first half was seen."""
    cycle = read_all(CYCLES)["demo.order"]
    return [Lived(cycle, frozenset({"CREATED"}), frozenset({("", "CREATED", "createOrder")}))]


def hostile(text: str = HOSTILE) -> Result:
    """Give a run in which every text from outside is hostile, those of the baseline too."""
    accepted = Finding("response-schema", Severity.ERROR, Location(text), text, details={"accepted": text})
    return result(
        finding(text),
        finding(text, Severity.NOTE, 1),
        target=text,
        budget=text,
        switches={text: text},
        learned=[text],
        operations=["refundTransaction", text],
        accepted=[accepted],
        outdated=[text],
        lived=lived(),
    )
