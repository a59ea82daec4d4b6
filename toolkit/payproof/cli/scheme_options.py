"""What `sign`, `verify`, `explain`, `encrypt` and `decrypt` share: the scheme, its keys, the message."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from payproof.errors import UsageError
from payproof.model import Header

if TYPE_CHECKING:
    from payproof.cli.messages import Given
    from payproof.signing.envelope import Envelope
    from payproof.signing.keys import Keys
    from payproof.signing.recipe import Recipe
    from payproof.spec import Spec
    from payproof.spec.testbed import Testbed

F = TypeVar("F", bound=Callable[..., Any])
_PACKAGE = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class SchemeOptions:
    """Which point of the recipe space, and whose keys."""

    scheme: str
    switches: tuple[str, ...]
    profile: str
    source: str
    testbed: str
    test_keys: bool
    merchant: str

    @property
    def gateway(self) -> str:
        """The gateway's name: what stands before the scheme's dot."""
        return self.scheme.partition(".")[0]


@dataclass(frozen=True, slots=True)
class MessageOptions:
    """Where the message is, and what completes it."""

    file: str
    headers: tuple[str, ...]
    method: str
    target: str
    entry: int


def scheme_options(function: F) -> F:
    """Add SCHEME and the options that say which point of it and whose keys; they come as `chosen`."""
    options = [
        click.argument("scheme"),
        click.option(
            "--switch", "switches", multiple=True, metavar="NAME=SETTING", help="Settle an open choice."
        ),
        click.option("--profile", default="", metavar="NAME", help="Sign as an official SDK really does."),
        click.option(
            "--source", default="", metavar="PLACE", help="body, query, form, return-url or /json/pointer."
        ),
        click.option("--testbed", default="", metavar="FILE", help="Take keys from this test bed."),
        click.option("--test-keys", is_flag=True, help="Take the published keys of the shipped test bed."),
        click.option("--merchant", default="main", show_default=True, help="Which merchant of the test bed."),
    ]
    return _collected(function, options, "chosen", SchemeOptions)


def message_options(function: F) -> F:
    """Add FILE and the options that complete a message; they come as `given`."""
    options = [
        click.argument("file", default="-"),
        click.option(
            "--header", "headers", multiple=True, metavar="'NAME: VALUE'", help="Add or replace a header."
        ),
        click.option("--method", default="", help="Method of the request, where FILE does not say it."),
        click.option("--target", default="", help="Path and query, or URL, where FILE does not say it."),
        click.option(
            "--entry", default=0, metavar="N", type=click.IntRange(0), help="Entry of a HAR file, from 1."
        ),
    ]
    return _collected(function, options, "given", MessageOptions)


def _collected(function: F, options: list[Callable[[Any], Any]], name: str, record: Any) -> F:
    from functools import wraps

    fields = record.__dataclass_fields__

    @wraps(function)
    def call(**values: Any) -> Any:
        made = record(**{field: values.pop(field) for field in fields})
        return function(**{name: made}, **values)

    for option in reversed(options):
        call = option(call)
    return call  # type: ignore[return-value]


def load_spec(gateway: str) -> Spec:
    """Give a gateway's spec, quickly: this project's own folder first, parsed YAML from the user's cache."""
    from payproof.spec.load import load

    return load(openapi_folder(gateway), cache=cache_folder())


def openapi_folder(gateway: str) -> Path:
    """Give the folder of a gateway's documents; raises UsageError when there is no such gateway."""
    if not re.fullmatch(r"[a-z0-9_-]{1,64}", gateway):
        raise UsageError(
            "this is no signing scheme's name",
            where="SCHEME",
            hint="write GATEWAY.USE, such as paykun.request",
        )
    checkout = _PACKAGE.parent.parent / "openapi"
    own = (
        checkout
        if _PACKAGE.parent.name == "toolkit" and checkout.is_dir()
        else _PACKAGE / "_data" / "openapi"
    )
    if (own / gateway / "openapi.yaml").is_file():
        return own / gateway
    from payproof.gateway import load

    return load(gateway).openapi


def cache_folder() -> Path | None:
    """Give the user's cache folder, None where there is no home."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    if not os.path.isabs(base):
        home = os.path.expanduser("~")
        if home == "~":
            return None
        base = os.path.join(home, ".cache")
    return Path(base) / "payproof"


def choose(options: SchemeOptions, spec: Spec) -> Recipe | Envelope:
    """Give the recipe or envelope; raises UsageError for what the spec does not know."""
    from payproof.cli.options import known_switches, read_switches
    from payproof.signing.scheme import load_scheme, switch_overrides

    chosen = read_switches(options.switches)
    known_switches(chosen, spec.switches if chosen else {})
    overrides = switch_overrides(spec.switches, chosen, options.scheme)
    overrides.update(_profile(options, spec.profiles))
    _known_source(options.source)
    source: Any = {"body": options.source} if options.source.startswith("/") else options.source or None
    return load_scheme(spec.schemes, options.scheme, overrides=overrides, source=source)


def _known_source(source: str) -> None:
    from typing import get_args

    from payproof.signing.source import Place

    if source and not source.startswith("/") and source not in get_args(Place):
        hint = f"known: {', '.join(get_args(Place))}, and /json/pointer within the body"
        raise UsageError(f"there is no place {source[:40]!r} to sign", where="--source", hint=hint)


def choose_recipe(options: SchemeOptions, spec: Spec) -> Recipe:
    """Give the recipe; raises UsageError where the scheme is an envelope."""
    from payproof.signing.recipe import Recipe

    found = choose(options, spec)
    if not isinstance(found, Recipe):
        raise UsageError(
            f"{options.scheme} encrypts; it does not sign",
            where="SCHEME",
            hint="use payproof encrypt or decrypt",
        )
    return found


def choose_envelope(options: SchemeOptions, spec: Spec) -> Envelope:
    """Give the envelope; raises UsageError where the scheme signs."""
    from payproof.signing.envelope import Envelope

    found = choose(options, spec)
    if not isinstance(found, Envelope):
        raise UsageError(
            f"{options.scheme} signs; it does not encrypt", where="SCHEME", hint="use payproof sign or verify"
        )
    return found


def _profile(options: SchemeOptions, profiles: Mapping[str, Mapping[str, Any]]) -> Mapping[str, Any]:
    if not options.profile:
        return {}
    mine = {name: row for name, row in profiles.items() if row.get("scheme") == options.scheme}
    if options.profile not in mine:
        raise UsageError(
            f"{options.scheme} has no profile {options.profile!r}",
            where="--profile",
            hint="known: " + (", ".join(mine) or "none"),
        )
    changes: Mapping[str, Any] = mine[options.profile].get("changes") or {}
    return changes


def read_given(options: MessageOptions, recipe: Recipe, scheme: str) -> Given:
    """Give the message to work on; raises UnreadableInput or UsageError."""
    from payproof.cli.messages import Wanted, read_bytes, read_message

    where = "standard input" if options.file == "-" else options.file
    wanted = Wanted(
        response=scheme.endswith(".response"),
        in_query=recipe.source.place in ("query", "return-url"),
        entry=options.entry,
        headers=tuple(_header(text) for text in options.headers),
        method=options.method.upper(),
        target=options.target,
    )
    return read_message(read_bytes(options.file), wanted, where=where)


def _header(text: str) -> Header:
    name, mark, value = text.partition(":")
    if not mark or not name.strip():
        raise UsageError(f"{text!r} is no header", where="--header", hint="write 'Name: value'")
    return name.strip(), value.strip()


def keys_for(options: SchemeOptions, roles: Iterable[str]) -> Keys:
    """Give the keys of some roles, from the environment, a test bed or a prompt.

    Published keys are never mixed with others: `--test-keys` looks nowhere else, and keys count as test
    keys only when all of them are from a test bed that says so.
    """
    from payproof.signing.keys import Keys

    testbed = _testbed(options)
    own = testbed.merchants[options.merchant] if testbed else {}
    if options.test_keys:
        return Keys.of({role: own[role] for role in roles if role in own}, test=True)
    found: dict[str, str] = {}
    from payproof.adapters.secrets import find_key

    ask = _prompt(options.gateway) if sys.stdin.isatty() else None
    for role in roles:
        text = find_key(options.gateway, role, environ=os.environ, testbed=own, ask=ask)
        if text is not None:
            found[role] = text
    test = (
        testbed is not None
        and testbed.test_keys
        and all(own.get(role) == text for role, text in found.items())
    )
    return Keys.of(found, test=test)


def _prompt(gateway: str) -> Callable[[str], str]:
    return lambda role: str(click.prompt(f"{gateway} {role}", hide_input=True, err=True))


def _testbed(options: SchemeOptions) -> Testbed | None:
    if not options.testbed and not options.test_keys:
        return None
    from payproof.spec.testbed import load_testbed

    if options.testbed and options.test_keys:
        raise UsageError(
            "--testbed and --test-keys are both given", where="command line", hint="leave one of them out"
        )
    path = Path(options.testbed) if options.testbed else openapi_folder(options.gateway) / "testbed.yaml"
    testbed = load_testbed(path)
    if options.test_keys and not testbed.test_keys:
        raise UsageError("the test bed does not hold test keys", where=str(path), hint="use --testbed")
    if options.merchant not in testbed.merchants:
        raise UsageError(
            f"the test bed has no merchant {options.merchant!r}",
            where="--merchant",
            hint="known: " + ", ".join(testbed.merchants),
        )
    return testbed


def roles_of(recipe: Recipe) -> list[str]:
    """Give the key roles which a recipe uses."""
    return [step.key.role for step in recipe.rounds if step.key.role]
