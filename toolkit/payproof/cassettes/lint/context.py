"""What lint rules know beside the entry in front of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from payproof.cassettes.keys import KeyMaker
from payproof.model import Interaction, Location
from payproof.signing import Keys
from payproof.spec import Match, Operation, Spec, match


@dataclass(frozen=True, slots=True)
class Age:
    """How old a recording of live traffic may be.

    Args:
        warn_days: From this age on it is a warning.
        fail_days: From this age on it is an error.
    """

    warn_days: float = 90
    fail_days: float = 365


@dataclass
class LintContext:
    """What one lint run judges by.

    Args:
        spec: The gateway's document.
        test_keys: The test bed's keys by role; what is signed in a recording is signed with them.
        now_s: The caller's clock, in seconds since the epoch.
        age: The policy for live recordings.
        secrets: Real keys by role, if the caller has them; they are looked for in every encoding.
        used: Entries that tests played, as `file:entry` without folders; None when nobody counted.
        switches: Settings of the spec's switches.
    """

    spec: Spec
    test_keys: Mapping[str, str] = field(repr=False)
    now_s: float = 0.0
    age: Age = field(default_factory=Age)
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    used: frozenset[str] | None = None
    switches: Mapping[str, str] = field(default_factory=dict)
    seen: dict[object, str] = field(default_factory=dict, repr=False)
    maker: KeyMaker = field(init=False, repr=False)
    keys: Keys = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.maker = KeyMaker(self.spec, switches=self.switches)
        self.keys = Keys.of(dict(self.test_keys), test=True)

    def operation(self, interaction: Interaction) -> tuple[Operation | None, bool]:
        """Give an entry's operation, and whether it is a webhook."""
        if interaction.operation in self.spec.webhooks:
            return self.spec.webhooks[interaction.operation], True
        found = self.match(interaction)
        return (found.operation if found is not None else None), False

    def match(self, interaction: Interaction) -> Match | None:
        """Give what the request's target says."""
        return match(self.spec, interaction.request)


def at(interaction: Interaction, part: str = "", pointer: str = "") -> Location:
    """Give the place of a finding about an entry."""
    return Location(interaction.operation, part, pointer, interaction.source)


def short_source(source: str) -> str:
    """Give `file:entry` without folders, by which uses are counted."""
    return source.replace("\\", "/").rpartition("/")[2]
