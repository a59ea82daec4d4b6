"""What `payproof check` checks: the sandbox, a URL, an application, a command it starts, or recordings."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

import click

from payproof.cli.inputs import Input
from payproof.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from payproof.gateway import Gateway
    from payproof.report.result import Result
    from payproof.run.target import Target
    from payproof.spec.testbed import Testbed

F = TypeVar("F", bound="Callable[..., Any]")


@dataclass(frozen=True, slots=True)
class Aim:
    """Which of the targets is meant; the sandbox when none is named.

    Args:
        url: Base URL of a gateway, base path included.
        app: `module:name` of an ASGI or WSGI application.
        command: A command that serves the gateway on the port in `{port}` or `$PORT`.
        cassettes: File or folder of recordings.
        base_path: Path before each operation's own, of an application or a command; None for the spec's.
    """

    url: str | None = None
    app: str | None = None
    command: str | None = None
    cassettes: Path | None = None
    base_path: str | None = None

    @property
    def options(self) -> list[tuple[str, str]]:
        """The options that name the target, with their values."""
        rows = (
            ("--url", self.url),
            ("--app", self.app),
            ("--command", self.command),
            ("--cassettes", self.cassettes),
            ("--base-path", self.base_path),
        )
        return [(name, str(value)) for name, value in rows if value is not None]

    @property
    def is_sandbox(self) -> bool:
        """Whether no other target is named."""
        return not self.options

    def check(self, testbed: Path | None, only_sandbox: Sequence[str], only_sent: Sequence[str]) -> None:
        """Raise UsageError for options that do not go together.

        Args:
            testbed: The test bed given, if any.
            only_sandbox, only_sent: Options given that the sandbox alone knows, or that need requests.
        """
        named = [name for name, _ in self.options if name != "--base-path"]
        if len(named) > 1:
            raise UsageError("more than one target is named", where=", ".join(named), hint="name one of them")
        if self.base_path is not None and named not in (["--app"], ["--command"]):
            raise UsageError(
                "no application and no command is checked", where="--base-path", hint="it belongs into --url"
            )
        if self.url and testbed is None:
            raise UsageError(
                "nothing says whose keys and ids to use at that URL",
                where="--url",
                hint="add --testbed FILE; `payproof spec testbed GATEWAY` prints a form to fill in",
            )
        if named and only_sandbox:
            raise UsageError(
                "only the sandbox can be given a defect", where=only_sandbox[0], hint=f"leave out {named[0]}"
            )
        if self.cassettes and only_sent:
            raise UsageError(
                "recordings are judged as they are: nothing is sent",
                where=only_sent[0],
                hint=f"leave out {only_sent[0]}",
            )


def aim_options(function: F) -> F:
    """Add `--url`, `--app`, `--command`, `--cassettes` and `--base-path`."""
    options = (
        click.option("--url", help="Base URL of the gateway, base path included; the sandbox when left out."),
        click.option(
            "--app", metavar="MODULE:APP", help="An ASGI or WSGI application, called in this process."
        ),
        click.option(
            "--command",
            metavar="CMD",
            help="A command that serves the gateway on the port in {port} or $PORT; started and stopped.",
        ),
        click.option(
            "--cassettes",
            metavar="PATH",
            type=Input(),
            help="Recordings, judged as they are: a file or a folder.",
        ),
        click.option(
            "--base-path",
            metavar="PATH",
            help="With --app and --command: what stands before each path; the spec's when left out.",
        ),
    )
    for option in reversed(options):
        function = option(function)
    return function


@contextmanager
def opened(
    aim: Aim,
    chosen: Gateway,
    *,
    sandbox: Callable[[], Any],
    allow_live: Sequence[str],
    allow_writes: bool,
) -> Iterator[Target]:
    """Give the target, ready to be sent to; what was started for it is stopped at the end.

    Args:
        sandbox: Makes the simulator.
        allow_live, allow_writes: What may be sent to real hosts.
    """
    base_path = aim.base_path if aim.base_path is not None else _base_path(chosen)
    if aim.app is not None:
        from payproof.adapters.app_target import app_target

        with app_target(aim.app, str(Path.cwd()), base_path) as target:
            yield target
        return
    if aim.url is None and aim.command is None:
        from payproof.run.target import SandboxTarget

        yield SandboxTarget(sandbox(), base_path, time.time, time.perf_counter)
        return
    from payproof.adapters.http_client import HttpTarget
    from payproof.adapters.live_guard import LiveGuard

    urls = [server.url for server in chosen.spec.servers]
    guard = LiveGuard.of(urls, allowed=allow_live, writes=allow_writes)
    with _served(aim, base_path) as url, HttpTarget(url, guard) as http:
        yield http


@contextmanager
def _served(aim: Aim, base_path: str) -> Iterator[str]:
    if aim.command is None:
        assert aim.url is not None
        yield aim.url
        return
    from payproof.adapters.command_target import running

    with running(aim.command) as origin:
        yield f"{origin}{base_path}"


def recorded(path: Path, chosen: Gateway, testbed: Testbed, fixed: Mapping[str, str]) -> Result:
    """Give the result of judging recordings.

    Raises:
        UnreadableInput: A recording cannot be read; file and line are named.
        NothingCheckedError: None of them is the gateway's.
    """
    from payproof.cassettes.read import read_all
    from payproof.run.recorded import judge_recorded

    return judge_recorded(chosen.spec, testbed, fixed, read_all([path]))


def _base_path(chosen: Gateway) -> str:
    return urlsplit(chosen.spec.servers[0].url).path.rstrip("/") if chosen.spec.servers else ""
