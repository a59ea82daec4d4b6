"""The readings of a signature that are still open, and which of them a signature would satisfy.

Theory of operation. Where the documents leave open how a value is printed or which order counts, several
recipes are all honest readings. A gateway may follow any of them, so a tampered request is only sure to be
wrong when its signature fits none (design, idea 3): not under any setting of a switch that nobody fixed, not
under any profile of what official SDKs compute, and not for a gateway that signs the documented fields alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import islice, product
from typing import Any, cast

from payproof.errors import ToolkitError
from payproof.model import Message
from payproof.signing import Keys, Recipe, load_scheme, received_signature, scheme_for, sign
from payproof.signing.fields import UnreadableBody
from payproof.spec import Operation, Spec

#: Enough for four open switches of three settings; more would be a spec that settles nothing.
MAX_READINGS = 81


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read the documents: a recipe, and the settings or the profile that lead to it."""

    name: str
    recipe: Recipe
    settings: Mapping[str, str]


@dataclass(frozen=True)
class Readings:
    """The readings of one signed part.

    Args:
        spec, operation, part: What is signed: `request`, `response` or `webhook`.
        fixed: Switch settings that are not open.
    """

    spec: Spec
    operation: Operation
    part: str
    fixed: Mapping[str, str]

    @cached_property
    def rule(self) -> Mapping[str, Any]:
        """What `x-signing` says of the part; empty when it is unsigned."""
        found = (self.operation.signing or {}).get("request" if self.part == "webhook" else self.part)
        return found if isinstance(found, Mapping) and "scheme" in found else {}

    @cached_property
    def default(self) -> Reading | None:
        """The reading of the fixed and default settings; None when the part is unsigned."""
        return next(iter(self.switched), None)

    @cached_property
    def switched(self) -> list[Reading]:
        """Every reading which the switches leave open, the default first."""
        if not self.rule:
            return []
        found: dict[Recipe, Reading] = {}
        for settings in islice(self._combinations(), MAX_READINGS):
            recipe = scheme_for(self.spec, self.operation, self.part, {**self.fixed, **settings})
            if isinstance(recipe, Recipe):
                name = (
                    ", ".join(f"{switch}={setting}" for switch, setting in settings.items()) or "documented"
                )
                found.setdefault(recipe, Reading(name, recipe, settings))
        return list(found.values())

    @cached_property
    def all(self) -> list[Reading]:
        """Every open reading: the switches' and the profiles'."""
        found = {reading.recipe: reading for reading in self.switched}
        for name, profile in self.spec.profiles.items():
            if self.rule and profile.get("scheme") == self.rule["scheme"]:
                recipe = self._profiled(profile)
                if recipe is not None:
                    found.setdefault(recipe, Reading(name, recipe, {}))
        return list(found.values())

    def _combinations(self) -> Iterator[dict[str, str]]:
        """Give the settings of every open switch that changes the scheme, the defaults first."""
        scheme = self.rule["scheme"]
        open_ = {
            name: [switch.default, *(other for other in switch.settings if other != switch.default)]
            for name, switch in self.spec.switches.items()
            if name not in self.fixed
            and any(scheme in ((one or {}).get("recipe") or {}) for one in switch.settings.values())
        }
        for chosen in product(*open_.values()):
            yield dict(zip(open_, chosen, strict=True))

    def _profiled(self, profile: Mapping[str, Any]) -> Recipe | None:
        try:
            made = load_scheme(
                self.spec.schemes,
                self.rule["scheme"],
                overrides=profile.get("changes") or {},
                source=self.rule.get("source"),
                carry=self.rule.get("carry"),
            )
        except ToolkitError:
            return None
        return made if isinstance(made, Recipe) else None

    def fitting(self, message: Message, keys: Keys, *also: Message) -> list[str]:
        """Name the readings under which the message's signature is right, or could pass for it.

        Args:
            message: A signed message, tampered with or not.
            keys: The keys in force.
            also: The message as laxer gateways may see it, such as without undocumented fields.
        """
        received = self._received(message)
        if not received:
            return []
        return [
            reading.name
            for reading in self.all
            if any(_signature(reading.recipe, one, keys) == received for one in (message, *also))
        ]

    def _received(self, message: Message) -> str | None:
        try:
            return received_signature(cast("Reading", self.default).recipe, message)
        except UnreadableBody:
            return None


def _signature(recipe: Recipe, message: Message, keys: Keys) -> str | None:
    try:
        return sign(recipe, message, keys)
    except (ToolkitError, UnreadableBody):
        return None
