"""What `payproof cassette record` does."""

from __future__ import annotations

import os
import subprocess
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from payproof.cli.cassette_parts import gateway_of, keys_for_tests, real_keys, wait_forever
from payproof.errors import UsageError

if TYPE_CHECKING:
    import ssl


def run(
    around: list[str] | None,
    *,
    name: str,
    url: str,
    output: Path,
    port: int,
    allow_live: tuple[str, ...],
    allow_writes: bool,
    ca: Path | None,
    base_url_env: str,
    switches: dict[str, str],
    roots: tuple[Path, ...],
) -> int:
    """Record until the command ends, or for ever; give the command's exit code."""
    from payproof.adapters.http_client import HttpTarget
    from payproof.adapters.live_guard import LiveGuard, host_of
    from payproof.adapters.loopback import serve_loopback
    from payproof.adapters.recorder import Recorder
    from payproof.cassettes.journal import Journal
    from payproof.cassettes.redaction.redact import Policy, Redactor
    from payproof.report.printable import printable_lines

    if output.suffix not in (".ndjson", ".jsonl"):
        raise UsageError(
            "a recording is a journal",
            where="-o",
            hint="name it .ndjson; `cassette recover` makes YAML of it",
        )
    chosen = gateway_of(name, roots)
    guard = LiveGuard.of(
        [server.url for server in chosen.spec.servers], allowed=allow_live, writes=allow_writes
    )
    live = guard.is_live(host_of(url))
    # A sandbox of ours is asked with the test bed's keys, and those are then the real ones.
    keys = real_keys(chosen) or (None if live else keys_for_tests(chosen))
    policy = Policy(chosen.spec, keys_for_tests(chosen), os.urandom(32), keys, "personal", switches)
    path = urlsplit(url).path.rstrip("/")
    origin = url.rstrip("/").removesuffix(path) if path else url.rstrip("/")
    facts = {"gateway": chosen.name, "spec": chosen.spec.version, "host": host_of(url), "redacted": True}
    with ExitStack() as stack:
        upstream = stack.enter_context(HttpTarget(origin, guard, tls=_tls(ca)))
        journal = stack.enter_context(Journal(output, facts))
        recorder = Recorder(
            upstream,
            path,
            chosen.spec,
            Redactor(policy),
            journal.append,
            provenance="live" if live else "sandbox",
            complain=lambda text: click.echo(printable_lines(text), err=True),
        )
        here = stack.enter_context(serve_loopback(recorder.handle, port))
        click.echo(f"{chosen.name}: recording {url} at {here}{path}", err=True)
        try:
            if around:
                return _command(around, base_url_env, here + path)
            wait_forever()
        finally:
            left = f", {recorder.left_out} not written" if recorder.left_out else ""
            click.echo(f"{recorder.written} entries in {output}{left}", err=True)
    return 0


def _tls(ca: Path | None) -> ssl.SSLContext | None:
    """Give how certificates are verified; they always are."""
    if ca is None:
        return None
    import ssl

    try:
        return ssl.create_default_context(cafile=str(ca))
    except (ssl.SSLError, OSError):
        raise UsageError(
            "this is no certificate",
            where=f"--ca {ca}",
            hint="name a PEM file with the authority's certificate",
        ) from None


def _command(words: list[str], variable: str, base_url: str) -> int:
    from payproof.adapters.termination import heeding

    try:
        process = subprocess.Popen(words, env={**os.environ, variable: base_url})
    except OSError as error:
        raise UsageError(
            f"the command cannot be started ({error.strerror})", where="--around", hint="check its name"
        ) from None
    # The command is ended by what would end us; the journal is then closed as after any end of it.
    with process, heeding(process.send_signal):
        try:
            code = process.wait()
        except BaseException:
            # A terminal's Ctrl-C reaches the command too, which may be about to end.
            with suppress(subprocess.TimeoutExpired):
                process.wait(0.25)
            process.kill()
            raise
    return code if code >= 0 else 128 - code
