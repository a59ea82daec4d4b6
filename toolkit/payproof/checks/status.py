"""Is the answer one that a working gateway gives: any answer at all, no failure of the server's own?"""

from __future__ import annotations

from collections.abc import Iterator

from payproof.checks.context import Context, place
from payproof.model import EVIDENCE, Evidence, Finding, Interaction, Severity
from payproof.rules import Example, rule
from payproof.spec import Operation

_CAUSES = {
    "timeout": "it did not answer in time",
    "reset": "the connection was closed before an answer came",
    "refused": "the connection was refused",
    "tls": "TLS did not begin",
    "crashed": "the application let an exception out",
    "truncated": "the answer broke off",
    "garbage": "what came is not HTTP",
    "too-large": "the answer is larger than any client would read",
}


@rule(
    id="no-answer",
    severity=Severity.ERROR,
    summary="A request got no complete answer.",
    fix="answer every request completely, an error included; look at the server's log at that moment",
    example=Example(input={"failure": "reset"}),
)
def answered(context: Context, interaction: Interaction) -> Iterator[Finding]:
    """Find requests which were sent and not answered."""
    if interaction.response is None and interaction.failure:
        cause = _CAUSES.get(interaction.failure, interaction.failure)
        cause += f": {interaction.tags['why']}" if interaction.tags.get("why") else ""
        yield answered.rule.finding(  # type: ignore[attr-defined]
            place(interaction, "response", interaction.failure),
            f"no complete answer: {cause} ({_about(interaction)})",
            actual=interaction.failure,
        )


@rule(
    id="server-error",
    severity=Severity.ERROR,
    summary="An answer's status says that the server itself failed.",
    fix="answer what cannot be processed with a documented error; 5xx is documented for nothing",
    example=Example(input={"request": "remarks with Unicode", "status": 500}),
)
def no_server_error(context: Context, interaction: Interaction) -> Iterator[Finding]:
    """Find statuses from 500 on which the documents do not promise."""
    response, operation = interaction.response, context.operation(interaction)
    if response is None or response.status < 500:
        return
    if operation is not None and str(response.status) in operation.responses:
        return
    yield no_server_error.rule.finding(  # type: ignore[attr-defined]
        place(interaction, "response", "status"),
        f"status {response.status} ({_about(interaction)})",
        expected="a documented status",
        actual=str(response.status),
    )


@rule(
    id="undocumented-success",
    severity=Severity.ERROR,
    summary="A success has a status which the documents do not name.",
    fix="send the documented status, or document this one",
    example=Example(input={"documented": 200, "status": 201}),
)
def success_is_documented(context: Context, interaction: Interaction) -> Iterator[Finding]:
    """Find 2xx and 3xx statuses without a place in the documents; other undocumented ones are no fault.

    Documents seldom list every refusal, so an undocumented 4xx alone accuses nobody.
    """
    response, operation = interaction.response, context.operation(interaction)
    if response is None or operation is None or not 200 <= response.status < 400:
        return
    known = operation.responses
    if not {str(response.status), f"{response.status // 100}XX", "default"} & set(known):
        named = _evidence(operation)
        yield success_is_documented.rule.finding(  # type: ignore[attr-defined]
            place(interaction, "response", "status"),
            f"status {response.status} is not documented here",
            # Where documents name the success, another breaks their word; a redirect may be the host's.
            severity=Severity.ERROR if response.status < 300 and named == "documented" else Severity.WARNING,
            expected=", ".join(known),
            actual=str(response.status),
            evidence=named,
        )


@rule(
    id="answered-late",
    severity=Severity.NOTE,
    summary="An answer took longer than its operation declares.",
    fix="nothing is proved by one answer: measure again near the gateway before asking its owner",
    example=Example(input={"x-answers-within-s": 5, "elapsed_s": 7.2}),
)
def answered_in_time(context: Context, interaction: Interaction) -> Iterator[Finding]:
    """Compare the time an answer took with the operation's declared limit; without one nothing is too slow.

    A note whatever the limit's evidence: the time is that of the network and of this machine too.
    """
    operation = context.operation(interaction)
    limit_s = operation.raw.get("x-answers-within-s") if operation is not None else None
    if limit_s is None or interaction.response is None or interaction.elapsed_s <= limit_s:
        return
    yield answered_in_time.rule.finding(  # type: ignore[attr-defined]
        place(interaction, "response", "time"),
        f"it took longer than the {limit_s} s that are declared",
        expected=f"at most {limit_s} s",
        actual=f"{interaction.elapsed_s:.1f} s",
    )


def _evidence(operation: Operation) -> Evidence:
    """Say how sure the number of the operation's successes is, by the surest; a guess where there is none."""
    rows = [row for status, row in operation.responses.items() if status[:1] == "2"]
    found = {row.get("x-evidence", "documented") for row in rows}
    return next((one for one in EVIDENCE if one in found), "inferred")


def _about(interaction: Interaction) -> str:
    return (
        interaction.expect.why if interaction.expect and interaction.expect.why else "a request of this run"
    )
