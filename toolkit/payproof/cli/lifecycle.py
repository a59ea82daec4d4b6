"""`payproof lifecycle`: draw a gateway's life cycles, and judge what was observed against them."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import click

from payproof.cli.exit_codes import ExitCode
from payproof.cli.options import write_report
from payproof.errors import NothingCheckedError, UnreadableInput, UsageError
from payproof.lifecycle.draw.picture import Show
from payproof.lifecycle.table import Availability

if TYPE_CHECKING:
    from payproof.lifecycle import Judgement, LifeCycle

gateway_argument = click.argument("gateway")
switch_option = click.option(
    "--switch",
    "switches",
    multiple=True,
    metavar="NAME=SETTING",
    help="Settle a contradiction of the documents.",
)
output_option = click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write there instead of standard output.",
)


@click.group()
def lifecycle() -> None:
    """Draw life cycles, and judge observed statuses against them."""


@lifecycle.command()
@gateway_argument
@click.argument("name", required=False)
@click.option(
    "--format", "format_", type=click.Choice(["mermaid", "svg", "text"]), default="text", show_default=True
)
@click.option("--when", multiple=True, metavar="FACT=VALUE", help="Leave out what this fact excludes.")
@click.option(
    "--availability",
    type=click.Choice(get_args(Show)),
    default="all",
    show_default=True,
    help="What happens today; what is planned too; all, other switch settings included.",
)
@switch_option
@click.option("--defaults", is_flag=True, help="Settle every other switch as the document does by default.")
@output_option
def show(
    gateway: str,
    name: str | None,
    format_: str,
    when: Sequence[str],
    availability: Show,
    switches: Sequence[str],
    defaults: bool,
    output: Path | None,
) -> ExitCode:
    """Draw the life cycle NAME of GATEWAY, or all of them.

    GATEWAY is a gateway's name or the path of an OpenAPI document that has x-life-cycles.
    """
    from payproof.lifecycle.draw import draw

    known = _Tables.load(gateway)
    chosen = [known.cycle(name)] if name else list(known.cycles.values())
    if format_ == "svg" and len(chosen) > 1:
        raise UsageError(
            "an SVG file holds one life cycle", where="NAME", hint=f"name one of {', '.join(known.cycles)}"
        )
    facts = _pairs(when, "--when", [fact for cycle in chosen for fact in cycle.facts])
    settings = {**(known.defaults if defaults else {}), **_settings(switches, known)}
    drawings = [
        draw(cycle, format_, facts=_facts(facts, cycle), switches=settings, show=availability)  # type: ignore[arg-type]
        for cycle in chosen
    ]
    write_report("\n".join(drawings), output)
    return ExitCode.CLEAN


@lifecycle.command()
@gateway_argument
@click.argument("file")
@click.option("--life-cycle", "name", metavar="NAME", help="Judge by this life cycle only.")
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option(
    "--availability",
    type=click.Choice(["current", "planned"]),
    default="current",
    show_default=True,
    help="`planned` accepts the steps that the documents only announce.",
)
@click.option(
    "--fail-on", type=click.Choice(["note", "warning", "error", "never"]), default="error", show_default=True
)
@switch_option
@output_option
def check(
    gateway: str,
    file: str,
    name: str | None,
    format_: str,
    availability: Availability,
    fail_on: str,
    switches: Sequence[str],
    output: Path | None,
) -> ExitCode:
    """Judge the statuses in FILE (NDJSON, `-` for standard input) against the life cycles of GATEWAY.

    A line is a webhook or an object as the gateway sends it, or such a body with its headers
    ({"headers": ..., "body": ...}), or an observation in plain words: {"id": "o1", "status": "PENDING",
    "at": "2026-01-01T10:00:00Z", "source": "webhook", "delivery": "msg_1"}; further keys are facts such as
    "pre_auth", "money", "operation" and "life_cycle" (the first of the gateway when left out).
    """
    from payproof.cli.judgements import as_json, as_text
    from payproof.lifecycle import judge, read_ndjson

    known = _Tables.load(gateway)
    only = known.cycle(name).name if name else None
    skipped: list[str] = []
    observed = list(read_ndjson(_lines(file), known.cycles, name=file, only=only, skipped=skipped))
    if not observed:
        hint = "give one JSON object a line, with an id and a status; see --help"
        raise NothingCheckedError("no line shows a status of an object", where=file, hint=hint)
    settings, available = known.settle(_settings(switches, known), availability)
    judged = judge(known.cycles, observed, switches=settings, availability=available)
    write_report((as_json if format_ == "json" else as_text)(judged, skipped), output)
    return _exit_code(judged, fail_on)


@dataclass(frozen=True)
class _Tables:
    """A gateway's life cycles, and its switches: settings, defaults, and what chooses the availability."""

    cycles: Mapping[str, LifeCycle]
    switches: Mapping[str, Sequence[str]]
    defaults: Mapping[str, str]
    available: Mapping[str, Mapping[str, Availability]]

    @classmethod
    def load(cls, gateway: str) -> _Tables:
        """Read them from a document's path, or by the gateway's name."""
        from payproof.lifecycle import read_all

        if gateway.endswith((".yaml", ".yml", ".json")):
            from payproof.spec import load as load_spec

            spec = load_spec(Path(gateway))
        else:
            from payproof.gateway import load as load_gateway

            spec = load_gateway(gateway).spec
        cycles = read_all(spec.life_cycles, where=f"{spec.path}#/x-life-cycles")
        if not cycles:
            raise UsageError(
                f"{gateway} has no life cycles", where="GATEWAY", hint="add x-life-cycles to its document"
            )
        settings = {name: list(switch.settings) for name, switch in spec.switches.items()}
        available = {
            name: {key: one["availability"] for key, one in switch.settings.items() if "availability" in one}
            for name, switch in spec.switches.items()
        }
        defaults = {name: switch.default for name, switch in spec.switches.items()}
        return cls(cycles, settings, defaults, {name: some for name, some in available.items() if some})

    def settle(
        self, settings: Mapping[str, str], availability: Availability
    ) -> tuple[dict[str, str], Availability]:
        """Make `--availability` and a switch that chooses it agree; the switch wins where it is given."""
        settled = dict(settings)
        for name, table in self.available.items():
            if name in settled:
                availability = table.get(settled[name], availability)
            elif availability in table.values():
                settled[name] = next(key for key, value in table.items() if value == availability)
        return settled, availability

    def cycle(self, name: str) -> LifeCycle:
        """Give one life cycle by its name, or by its part after the gateway's name."""
        matches = [cycle for key, cycle in self.cycles.items() if name in (key, key.partition(".")[2])]
        if not matches:
            raise UsageError(
                f"there is no life cycle {name!r}", where="NAME", hint=f"there are {', '.join(self.cycles)}"
            )
        return matches[0]


def _settings(given: Sequence[str], known: _Tables) -> dict[str, str]:
    settings = {
        key: str(value) for key, value in _pairs(given, "--switch", list(known.switches), raw=True).items()
    }
    for name, value in settings.items():
        if value not in known.switches[name]:
            hint = f"its settings are {', '.join(known.switches[name])}"
            raise UsageError(f"switch {name} has no setting {value!r}", where="--switch", hint=hint)
    return settings


def _pairs(given: Sequence[str], option: str, known: Sequence[str], *, raw: bool = False) -> dict[str, Any]:
    pairs: dict[str, Any] = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals or name not in known:
            hint = f"write NAME=VALUE; the names are {', '.join(dict.fromkeys(known)) or 'none'}"
            raise UsageError(f"{text!r} does not fit", where=option, hint=hint)
        pairs[name] = value if raw else {"true": True, "false": False}.get(value.lower(), value)
    return pairs


def _facts(facts: Mapping[str, Any], cycle: LifeCycle) -> dict[str, Any]:
    """Give the facts of one life cycle; a value that no row knows would draw an empty picture."""
    mine = {name: value for name, value in facts.items() if name in cycle.facts}
    for name, value in mine.items():
        if value not in cycle.facts[name].values:
            hint = f"its values are {', '.join(str(one).lower() for one in cycle.facts[name].values)}"
            raise UsageError(f"{name} is never {value!r}", where="--when", hint=hint)
    return mine


def _lines(file: str) -> Iterator[bytes]:
    try:
        if file == "-":
            yield from sys.stdin.buffer
            return
        with Path(file).open("rb") as lines:
            yield from lines
    except OSError as error:
        raise UnreadableInput(
            f"cannot read it: {error.strerror}",
            where=file,
            hint="give an NDJSON file, or - for standard input",
        ) from None


def _exit_code(judged: Sequence[Judgement], fail_on: str) -> ExitCode:
    from payproof.model import Severity, worst

    found = worst(finding for one in judged for finding in one.findings)
    failed = fail_on != "never" and found is not None and found >= Severity.of(fail_on)
    return ExitCode.FINDINGS if failed else ExitCode.CLEAN
