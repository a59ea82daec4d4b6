"""Signing schemes, profiles and switches name things that exist."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from payproof.files.limits import escape
from payproof.model import Finding, Severity
from payproof.rules import Example, rule
from payproof.spec.lint.subject import Subject
from payproof.spec.validate import status_key


@rule(
    id="spec-signing-broken",
    severity=Severity.ERROR,
    summary="Something names a signing scheme or a status that the document does not have.",
    fix="name a scheme of components/x-signing-schemes, and statuses under responses",
    example=Example(input={"x-signing": {"request": {"scheme": "shop.requets"}}}),
    area="lint",
)
def broken_signing(subject: Subject) -> Iterator[Finding]:
    """Find signing that points nowhere."""
    spec = subject.spec
    for name, profile in spec.profiles.items():
        if str(profile.get("scheme")) not in spec.schemes:
            spot = f"/components/x-signing-profiles/{escape(name)}"
            yield subject.at(broken_signing, spot, f"there is no scheme {profile.get('scheme')!r}")
    for one in spec.every_operation():
        spot = f"{one.pointer}/x-signing"
        for part, row in one.signing.items():
            if not isinstance(row, Mapping) or part.startswith("x-"):
                continue
            if str(row.get("scheme")) not in spec.schemes:
                yield subject.at(broken_signing, spot, f"{part}: there is no scheme {row.get('scheme')!r}")
            statuses = row.get("statuses")
            for status in statuses if isinstance(statuses, list) else ():
                if not str(status).isdigit() or status_key(one, int(status)) is None:
                    yield subject.at(broken_signing, spot, f"{part}: status {status} is not documented here")


@rule(
    id="spec-switch-broken",
    severity=Severity.ERROR,
    summary="Something names a switch, a setting or a scheme that the document does not have.",
    fix="name a switch and settings of x-switches",
    example=Example(input={"x-when": {"refund-boddy": ["json"]}}),
    area="lint",
)
def broken_switch(subject: Subject) -> Iterator[Finding]:
    """Find conditions and overrides that point nowhere."""
    spec = subject.spec
    for name, switch in spec.switches.items():
        for setting, row in switch.settings.items():
            recipe = row.get("recipe")
            for scheme in recipe if isinstance(recipe, Mapping) else ():
                if scheme not in spec.schemes:
                    spot = f"/x-switches/{escape(name)}/settings/{escape(setting)}"
                    yield subject.at(broken_switch, spot, f"there is no scheme {scheme!r}")
    for node in subject.written():
        for key in ("x-when", "x-switch"):
            for text in _unknown(spec.switches, node.value.get(key)):
                yield subject.finding(broken_switch, node, text, key=key)
    for number, (cycle, row) in enumerate(_transitions(spec.life_cycles)):
        for text in _unknown(spec.switches, row.get("switch")):
            yield subject.at(broken_switch, f"/x-life-cycles/{escape(cycle)}", f"{text} (row {number + 1})")


def _transitions(cycles: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for name, table in cycles.items():
        rows = table.get("transitions")
        yield from ((name, row) for row in rows if isinstance(row, Mapping)) if isinstance(rows, list) else ()


def _unknown(switches: Mapping[str, Any], stated: Any) -> Iterator[str]:
    for name, settings in stated.items() if isinstance(stated, Mapping) else ():
        if name not in switches:
            yield f"there is no switch {name!r}"
            continue
        for one in settings if isinstance(settings, list) else [settings]:
            text = str(one).lower() if isinstance(one, bool) else str(one)
            if text not in switches[name].settings:
                yield f"the switch {name!r} has no setting {text!r}"
