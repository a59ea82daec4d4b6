"""What the spec says of a simulator's settings: its switches, and which answers to a webhook count."""

from __future__ import annotations

from collections.abc import Mapping

from payproof.errors import UsageError
from payproof.spec import Operation, Spec


def settings_of(spec: Spec, wanted: Mapping[str, str]) -> dict[str, str]:
    """Give a setting for every switch of the spec, its default where none is wanted.

    Raises:
        UsageError: for a switch or a setting that the spec does not have.
    """
    known = spec.switches
    for name, setting in wanted.items():
        if name not in known:
            what, hint = f"{spec.name} has no switch {str(name)[:60]!r}", ", ".join(known)
            raise UsageError(what, where="switch", hint=f"known: {hint or 'none'}")
        if setting not in known[name].settings:
            what, hint = (
                f"the switch {name} has no setting {str(setting)[:60]!r}",
                ", ".join(known[name].settings),
            )
            raise UsageError(what, where=f"switch {name}", hint=f"known: {hint}")
    return {name: wanted.get(name, switch.default) for name, switch in known.items()}


def accepted(webhook: Operation, status: int) -> bool:
    """Say whether a gateway takes a receiver's status as accepted: a 2xx one that the webhook documents."""
    documented = {text.upper() for text in webhook.responses if text[:1] == "2"}
    return 200 <= status < 300 and (not documented or "2XX" in documented or str(status) in documented)
