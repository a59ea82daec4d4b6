"""`payproof check`: one command from a gateway's name to a verdict."""

from __future__ import annotations

import os
import shlex
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from payproof.cli.check_target import Aim, aim_options, opened, recorded
from payproof.cli.exit_codes import ExitCode
from payproof.cli.inputs import Input
from payproof.cli.options import (
    BaselineOptions,
    baseline_options,
    known_switches,
    report_options,
    switches,
    wants_colour,
    write_report,
    write_step_summary,
)
from payproof.errors import UsageError
from payproof.model import Severity

if TYPE_CHECKING:
    from payproof.gateway import Gateway
    from payproof.report.result import Result
    from payproof.run.settings import Generator, Settings
    from payproof.spec import Operation
    from payproof.spec.testbed import Testbed


@dataclass(frozen=True, slots=True)
class Asked:
    """The command line, read.

    Args:
        gateway: Name of the gateway.
        aim: What is checked.
        testbed: Whose keys and ids are used; the gateway's own when left out.
        seed, budget, only, case: What is run.
        switches: Settings that the user fixed.
        defects: Defects that the sandbox shall have.
        generated: Whether schemathesis takes part.
        allow_live, allow_writes: What may be sent to real hosts.
    """

    gateway: str
    aim: Aim
    testbed: Path | None
    seed: int
    budget: str
    switches: dict[str, str]
    defects: tuple[str, ...]
    generated: bool
    only: tuple[str, ...]
    case: str
    allow_live: tuple[str, ...]
    allow_writes: bool

    @property
    def serve(self) -> str:
        """The command that serves the sandbox as it was checked; empty for another target."""
        if not self.aim.is_sandbox:
            return ""
        words = ["payproof", "sandbox", self.gateway, "--port", "8400", "--seed", str(self.seed)]
        for name, setting in sorted(self.switches.items()):
            words += ["--switch", f"{name}={setting}"]
        for name in self.defects:
            words += ["--defect", name]
        return shlex.join(words)

    @property
    def command(self) -> str:
        """The command line that asks for the same again, without `--only` and `--case`."""
        words = ["payproof", "check", self.gateway, "--seed", str(self.seed)]
        for name, value in self.aim.options:
            words += [name, value]
        words += ["--testbed", str(self.testbed)] if self.testbed else []
        words += ["--budget", self.budget] if self.budget != "default" else []
        for name, setting in sorted(self.switches.items()):
            words += ["--switch", f"{name}={setting}"]
        for name in self.defects:
            words += ["--defect", name]
        for name in self.allow_live:
            words += ["--allow-live", name]
        words += ["--allow-writes"] if self.allow_writes else []
        return shlex.join(words)


@click.command()
@click.argument("gateway")
@aim_options
@click.option(
    "--testbed",
    type=Input(dir_okay=False),
    help="Whose keys and ids to use (YAML or JSON); needed with --url.",
)
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Repeats a run.")
@click.option(
    "--budget",
    default="default",
    show_default=True,
    metavar="quick|default|thorough|N",
    help="How much is generated; N requests for each operation.",
)
@switches
@click.option("--defect", "defects", multiple=True, metavar="NAME", help="Give the sandbox a defect.")
@click.option("--no-generated", "generated", flag_value=False, default=True, help="Leave schemathesis out.")
@click.option("--only", multiple=True, metavar="OPERATION", help="Check this operation; may be repeated.")
@click.option("--case", default="", metavar="NAME", help="Run this one case of a former report.")
@click.option("--allow-live", multiple=True, metavar="HOST", help="Allow reads at this real gateway's host.")
@click.option("--allow-writes", is_flag=True, help="Allow writes there too: they move real money.")
@baseline_options
@report_options
def check(
    form: str, output: Path | None, fail_on: str, verbose: bool, baseline: BaselineOptions, **asked: Any
) -> ExitCode:
    """Check that GATEWAY keeps its documents' promises: schemas, statuses, signatures, authentication,
    limits.

    The sandbox of that gateway is checked, in this process, unless another target is named. Keys come from
    the test bed, or from PAYPROOF_<GATEWAY>_<ROLE> and ..._FILE; never from the command line.
    """
    from payproof.report import render

    aim = Aim(**{name: asked.pop(name) for name in Aim.__slots__})
    wanted = Asked(aim=aim, **asked)
    result = _judged(run(wanted, Severity.of(fail_on)), wanted, baseline)
    if form == "github":
        write_step_summary(render("markdown", result))
    colour = output is None and wants_colour(sys.stdout)
    write_report(render(form, result, colour=colour, verbose=verbose), output)
    return ExitCode.FINDINGS if result.failed else ExitCode.CLEAN


def _judged(result: Result, asked: Asked, baseline: BaselineOptions) -> Result:
    """Give the result with what a baseline accepts set aside; write the baseline that is asked for."""
    from payproof.drift.baseline import read_baseline
    from payproof.run.accepting import accepted, written

    if baseline.known is None and baseline.write is None:
        return result
    today = time.strftime("%Y-%m-%d", time.gmtime())
    whole = not asked.only and not asked.case and asked.generated
    if baseline.known is not None:
        result = accepted(result, read_baseline(baseline.known), today, whole=whole)
    if baseline.write is not None:
        number = written(baseline.write, result, baseline.reason, baseline.expires, today)
        click.echo(f"{number} accepted in {baseline.write}", err=True)
        result = accepted(result, read_baseline(baseline.write), today, whole=False)
    return result


def run(asked: Asked, fail_on: Severity) -> Result:
    """Give the result of the run that the command line asks for."""
    from payproof import __version__, gateway
    from payproof.cli.progress import Progress
    from payproof.conformance.subject import Subject
    from payproof.run.check import Runner
    from payproof.run.witness import witness

    _consistent(asked)
    chosen = gateway.load(asked.gateway)
    known_switches(asked.switches, chosen.spec.switches)
    testbed = _testbed(asked, chosen)
    # The sandbox does what it is told; another system's settings are known only where somebody says so.
    fixed = {**testbed.switches, **asked.switches}
    progress = Progress(sys.stderr, time.monotonic)
    started_s = time.time()
    document, lines = _places(chosen)
    if asked.aim.cassettes is not None:
        judged = recorded(asked.aim.cassettes, chosen, testbed, fixed)
        return replace(
            judged,
            started_s=started_s,
            document=document,
            lines=lines,
            fail_on=fail_on,
            version=__version__,
        )

    def sandbox() -> Any:
        return chosen.simulator(
            testbed=testbed, switches=asked.switches, defects=asked.defects, seed=asked.seed
        )

    with opened(
        asked.aim,
        chosen,
        sandbox=sandbox,
        allow_live=asked.allow_live,
        allow_writes=asked.allow_writes,
    ) as target:
        seen = witness(target)
        runner = Runner(
            subject=Subject(chosen.spec, testbed, fixed, started_s, asked.seed),
            target=seen,
            settings=_settings(asked, fail_on),
            generate=_generator(asked, chosen),
            progress=progress,
            stopwatch=time.monotonic,
            version=__version__,
            invariants=getattr(chosen.invariants, "CHECKS", ()),
        )
        try:
            result = runner.run()
        finally:
            progress.clear()
    lived = seen.lived(chosen.spec, fixed)
    return replace(result, started_s=started_s, document=document, lines=lines, lived=lived)


def _places(chosen: Gateway) -> tuple[str, dict[str, int]]:
    """Give where a reader finds the spec, and the line of each operation and webhook in it."""
    path = chosen.spec.path.resolve()
    here = path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else None
    # An installed spec stands in no repository of the reader's; its name in this one says which it is.
    shown = here.as_posix() if here else f"openapi/{chosen.name}/{path.name}"
    lines = {
        name: chosen.spec.line_of(_pointer(one))
        for table in (chosen.spec.operations, chosen.spec.webhooks)
        for name, one in table.items()
    }
    return shown, lines


def _pointer(operation: Operation) -> str:
    if operation.kind == "webhook":
        return f"/webhooks/{operation.id}"
    path = operation.path.replace("~", "~0").replace("/", "~1")
    return f"/paths/{path}/{operation.method.lower()}"


def _consistent(asked: Asked) -> None:
    only_sandbox = ["--defect"] if asked.defects else []
    sent = {"--case": asked.case, "--only": asked.only, "--allow-live": asked.allow_live}
    asked.aim.check(asked.testbed, only_sandbox, [name for name, given in sent.items() if given])


def _settings(asked: Asked, fail_on: Severity) -> Settings:
    from payproof.run.settings import Settings, read_budget

    return Settings(read_budget(asked.budget), asked.only, asked.case, fail_on, asked.command, asked.serve)


def _generator(asked: Asked, chosen: Gateway) -> Generator | None:
    if not asked.generated or asked.case:
        return None
    from payproof.adapters.schemathesis_engine import SchemathesisGenerator

    return SchemathesisGenerator(chosen.spec.resolved, asked.only)


def _testbed(asked: Asked, chosen: Gateway) -> Testbed:
    from payproof.adapters.secrets import from_environment
    from payproof.conformance.subject import MAIN
    from payproof.spec.testbed import Masked, load_testbed

    if asked.testbed is None:
        return chosen.testbed
    given = load_testbed(asked.testbed)
    if given.gateway != asked.gateway:
        raise UsageError(
            f"the test bed is for {given.gateway!r}",
            where=str(asked.testbed),
            hint=f"give one for {asked.gateway}",
        )
    main = dict(given.merchants.get(MAIN, {}))
    keys = from_environment(asked.gateway, main, os.environ)
    if keys == main:
        return given
    # Keys from elsewhere are not the test bed's, so they are not known to be test keys.
    return replace(given, merchants={**given.merchants, MAIN: Masked(keys)}, test_keys=False)
