"""`payproof drift`: what changed, how bad it is, who moved, and what to do."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from payproof.cli.exit_codes import ExitCode
from payproof.cli.options import report_options, wants_colour, write_report
from payproof.cli.whose import spec_or_recordings, whose
from payproof.errors import UsageError
from payproof.model import Finding, Severity

if TYPE_CHECKING:
    from payproof.drift import Side
    from payproof.drift.shape import Verifier
    from payproof.spec import Spec

_PATH = click.Path(path_type=Path)
_FILE = click.Path(dir_okay=False, path_type=Path)
_UNITS_S = {"h": 3600, "d": 86_400, "w": 604_800}


@dataclass(slots=True)
class Compared:
    """What was compared, and what came of it.

    Args:
        spec: The document that a proposal would change.
        promised: Its side, and the last observed one.
        interactions: By path, how many were read.
    """

    spec: Spec
    promised: Side
    observed: Side
    findings: list[Finding]
    interactions: dict[str, int]


@click.command()
@click.argument("promised", type=_PATH, callback=spec_or_recordings)
@click.argument("observed", type=_PATH, callback=spec_or_recordings)
@click.argument("live", required=False, type=_PATH, callback=spec_or_recordings)
@click.option("--gateway", metavar="NAME|SPEC", help="Whose recordings, when no side is a spec.")
@click.option("--testbed", type=_FILE, help="Keys (YAML or JSON) to verify signatures with.")
@click.option("--baseline", type=_FILE, help="Accepted findings, with reason and expiry; told since when.")
@click.option("--accept", "reason", metavar="REASON", help="Accept all findings into --baseline.")
@click.option("--expires", metavar="YYYY-MM-DD", default="", help="With --accept: the last day it holds.")
@click.option("--propose", type=_FILE, help="Write an OpenAPI Overlay that makes the findings vanish.")
@click.option("--since", metavar="DAY|24h|7d", help="Leave out what was recorded earlier.")
@click.option("--summary", is_flag=True, help="Print a short Markdown summary for a CI step.")
@report_options
def drift(
    promised: Path,
    observed: Path,
    live: Path | None,
    gateway: str | None,
    testbed: Path | None,
    baseline: Path | None,
    reason: str | None,
    expires: str,
    propose: Path | None,
    since: str | None,
    summary: bool,
    form: str,
    output: Path | None,
    fail_on: str,
    verbose: bool,
) -> ExitCode:
    """Say how OBSERVED departs from PROMISED and, with LIVE, who moved.

    Each side is a spec (a gateway's name, a file or a folder) or recordings (vcrpy, HAR, NDJSON; file or
    folder). With three sides PROMISED is the spec, OBSERVED the older recording, LIVE the newer one. Requests
    in recordings are the integration's own; what the gateway sends is compared.
    """
    if reason is not None and baseline is None:
        raise UsageError(
            "nothing says where to accept the findings", where="--accept", hint="add --baseline FILE"
        )
    if expires and reason is None:
        raise UsageError("nothing is accepted in this run", where="--expires", hint="add --accept REASON")
    made = compared([promised, observed, *([live] if live else [])], gateway, testbed, _moment(since))
    accepted: list[Finding] = []
    if baseline is not None:
        made.findings, accepted = _against(made.findings, baseline, reason, expires)
    if propose is not None:
        _propose(made, propose)
    level = Severity.of(fail_on)
    failed = any(one.severity >= level for one in made.findings)
    if summary:
        text = _summary(made, accepted)
    elif form == "text":
        text = _text(made, accepted, colour=output is None and wants_colour(sys.stdout), verbose=verbose)
    else:
        text = _rendered(form, made, level)
    write_report(text, output)
    return ExitCode.FINDINGS if failed else ExitCode.CLEAN


def compared(paths: Sequence[Path], gateway: str | None, testbed: Path | None, since_s: float) -> Compared:
    """Give the comparison of two or three sides.

    Raises:
        UsageError: Three sides that are not spec, recording, recording; or no side tells whose they are.
    """
    from payproof.drift import attribute, between, side_of
    from payproof.drift.inputs import is_spec, load_spec, shape_of

    specs = [load_spec(path) if is_spec(path) else None for path in paths]
    if len(paths) == 3 and [one is not None for one in specs] != [True, False, False]:
        hint = "give the spec, the older recording, the newer recording"
        raise UsageError("three sides are a spec and two recordings", where="PROMISED", hint=hint)
    ground = next((one for one in specs if one is not None), None) or _spec_of(gateway, paths)
    verifier = _verifier(ground, testbed)
    sides: list[Side] = []
    counts: dict[str, int] = {}
    for index, (path, spec) in enumerate(zip(paths, specs, strict=True)):
        if spec is not None:
            sides.append(side_of(spec, str(path)))
        else:
            shape = shape_of(ground, path, verifier=verifier, since_s=since_s if index else 0.0)
            sides.append(shape.side(str(path)))
            counts[str(path)] = shape.n
    promise = side_of(ground)
    if len(sides) == 3:
        found = attribute(*sides)
    elif not sides[0].stated and sides[1].stated:
        # Recordings against a newer spec: the document is the promise, whichever way round they are given.
        found = between(None, sides[1], sides[0])
    else:
        found = between(promise, sides[0], sides[1])
    seen = next((one for one in reversed(sides) if not one.stated), sides[-1])
    return Compared(ground, promise, seen, found, counts)


def _spec_of(gateway: str | None, paths: Sequence[Path]) -> Spec:
    from payproof import gateway as gateways
    from payproof.spec import load

    if gateway is not None:
        return load(Path(gateway)) if os.path.exists(gateway) else gateways.load(gateway).spec
    return gateways.load(whose(paths)).spec


def _verifier(spec: Spec, testbed: Path | None) -> Verifier | None:
    if testbed is None:
        return None
    from payproof.drift.verifying import verifier_of
    from payproof.signing import Keys
    from payproof.spec.testbed import load_testbed

    bed = load_testbed(testbed)
    return verifier_of(spec, Keys.of(dict(bed.merchants.get("main", {})), test=bed.test_keys), bed.switches)


def _moment(since: str | None) -> float:
    if since is None:
        return 0.0
    if since[:-1].isdigit() and since[-1:] in _UNITS_S and len(since) < 8:
        return time.time() - int(since[:-1]) * _UNITS_S[since[-1]]
    try:
        moment = datetime.fromisoformat(since)
    except ValueError:
        hint = "write a day such as 2026-11-20, or an age such as 24h or 7d"
        raise UsageError(f"{since!r} is no moment", where="--since", hint=hint) from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _against(
    findings: list[Finding], path: Path, reason: str | None, expires: str
) -> tuple[list[Finding], list[Finding]]:
    from payproof.drift import Baseline, read_baseline

    today = datetime.fromtimestamp(time.time(), UTC).date().isoformat()
    # Without --accept the name is that of a file that somebody wrote: a mistyped one must not begin another.
    known = Baseline() if reason is not None and not os.path.exists(path) else read_baseline(path)
    if reason is not None:
        known.accept(findings, _reason(reason), _day(expires), today)
    counted, accepted = known.split(findings, today)
    known.write(path)
    return counted, accepted


def _reason(text: str) -> str:
    if not text.strip():
        raise UsageError("the reason is empty", where="--accept", hint="say why the findings are accepted")
    return text.strip()


def _day(text: str) -> str:
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC).date().isoformat() if text else ""
    except ValueError:
        raise UsageError(f"{text!r} is no day", where="--expires", hint="write YYYY-MM-DD") from None


def _propose(made: Compared, path: Path) -> None:
    from payproof.drift import propose
    from payproof.files import write_data

    proposal = propose(made.spec, made.promised, made.observed, made.findings)
    write_data(path, proposal.overlay)
    for one in proposal.left:
        click.echo(f"no proposal for {one.rule} at {one.location}: decide it by hand", err=True)


def _text(made: Compared, accepted: Sequence[Finding], *, colour: bool, verbose: bool) -> str:
    from payproof.cli.findings_text import counted, findings_text

    lines = list(findings_text(made.findings, colour=colour, verbose=verbose))
    aside = f"; {len(accepted)} accepted" if accepted else ""
    read = ", ".join(f"{number} interactions in {path}" for path, number in made.interactions.items())
    return "\n".join([*lines, f"drift: {counted(made.findings)}{aside}{'; ' + read if read else ''}"]) + "\n"


def _summary(made: Compared, accepted: Sequence[Finding]) -> str:
    from payproof.cli.findings_text import counted
    from payproof.report.printable import printable

    def cell(text: str) -> str:
        return printable(text, limit=120).replace("|", "\\|").replace("<", "&lt;").replace("`", "'")

    rows = ["| severity | rule | where | evidence | who moved |", "|---|---|---|---|---|"]
    for one in made.findings[:20]:
        words = [
            one.severity.label,
            one.rule,
            str(one.location),
            str(one.details.get("strength", one.evidence)),
        ]
        rows.append("| " + " | ".join(map(cell, [*words, str(one.details.get("party", ""))])) + " |")
    more = [f"and {len(made.findings) - 20} more"] if len(made.findings) > 20 else []
    aside = [f"{len(accepted)} accepted"] if accepted else []
    table = rows if made.findings else []
    return "\n".join([f"### Drift: {counted(made.findings)}", "", *table, *more, *aside]) + "\n"


def _rendered(form: str, made: Compared, level: Severity) -> str:
    from payproof import __version__
    from payproof.report import render
    from payproof.report.result import Result, Tally

    tally = Tally()
    for name, facts in made.observed.operations.items():
        bodies = [*facts.replies.values(), *([facts.request] if facts.request else [])]
        tally.of(name, "observed").run = sum(one.seen for one in bodies)
    result = Result(
        gateway=made.spec.name,
        target=made.observed.name,
        seed=0,
        budget="",
        switches={},
        learned=[],
        findings=made.findings,
        tally=tally,
        operations=list(made.observed.operations),
        reached=frozenset(made.observed.operations),
        elapsed_s=0.0,
        fail_on=level,
        version=__version__,
    )
    return render(form, result)
