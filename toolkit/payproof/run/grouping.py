"""One cause, one finding: equal fingerprints become one, and a broad cause takes in its narrow signs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from payproof.model import Finding, Interaction, Location

#: Where the key is found at an operation, the others there say nothing new.
TAKES_IN = {
    "request-signature-not-checked": (
        "request-signature-covers-too-little",
        "request-signature-compared-loosely",
    ),
    # Who may ask as anybody is answered about somebody else.
    "credentials-not-checked": ("answer-not-as-asked",),
    "other-merchant-readable": ("answer-not-as-asked",),
    # What one request may take too much of, two may as well.
    "documented-refusal-missing": ("limit-not-cumulative",),
    # A wrong total shows on every page and over all of them.
    "list-count-wrong": ("list-pages-disagree",),
    # A filter that is ignored keeps too much; what it drops follows from that.
    "filter-ignored": ("filter-drops-records",),
}
#: Rules with one cause for each operation, whichever value showed it.
BY_OPERATION = frozenset({"credentials-not-checked"})
MAX_CASES = 8


@dataclass(slots=True)
class Group:
    """The findings of one cause.

    Args:
        finding: The one with the smallest request.
        interaction: The interaction that showed it.
        cases: Names of the first cases that showed it.
        count: How many did.
    """

    finding: Finding
    interaction: Interaction | None
    cases: list[str] = field(default_factory=list)
    pointers: list[str] = field(default_factory=list)
    count: int = 0

    def add(self, finding: Finding, interaction: Interaction | None) -> None:
        """Count one more, and keep the smaller request."""
        self.count += 1
        if interaction is not None and interaction.source not in self.cases:
            self.cases.append(interaction.source)
        if finding.location.pointer and finding.location.pointer not in self.pointers:
            self.pointers.append(finding.location.pointer)
        if self.interaction is None or interaction is None:
            return
        if _weight(interaction) < _weight(self.interaction):
            self.finding, self.interaction = finding, interaction


def _weight(interaction: Interaction) -> tuple[int, int]:
    # Directed cases have names and change one thing; a generated one explains less, however small.
    request = interaction.request
    return (interaction.kind == "generated", len(request.body) + len(request.target))


class Groups:
    """Collects findings while a run goes on."""

    def __init__(self) -> None:
        self._groups: dict[str, Group] = {}

    def add(self, finding: Finding, interaction: Interaction | None = None) -> None:
        """Take in one finding."""
        key = finding.fingerprint
        if finding.rule in BY_OPERATION:
            bare = replace(finding.location, pointer="")
            key = replace(finding, location=bare).fingerprint
        group = self._groups.setdefault(key, Group(finding, interaction))
        group.add(finding, interaction)

    def result(self) -> list[Group]:
        """Give the groups, worst first, those left out which a broader cause takes in."""
        rules = {(group.finding.rule, group.finding.location.operation) for group in self._groups.values()}
        kept = [group for group in self._groups.values() if not _taken_in(group.finding, rules)]
        return sorted(kept, key=lambda group: _order(group.finding))


def _taken_in(finding: Finding, rules: Iterable[tuple[str, str]]) -> bool:
    operation = finding.location.operation
    return any(finding.rule in narrow and (broad, operation) in rules for broad, narrow in TAKES_IN.items())


def _order(finding: Finding) -> tuple[int, str, str, str]:
    location: Location = finding.location
    return (-finding.severity, location.operation, finding.rule, location.pointer)


def finished(
    group: Group,
    *,
    reproduce: str,
    curl: str,
    mask: Mapping[str, str],
    scripts: Mapping[str, str] | None = None,
) -> Finding:
    """Give the group's finding as the report shows it, with every secret replaced by its role.

    Args:
        group: The findings of one cause.
        reproduce, curl: How to see it again; empty when there is no request.
        scripts: Further ways to see it again, by name, such as `python` and `pytest`.
        mask: Secret texts to the words that stand for them.
    """
    details = {**group.finding.details}
    if curl:
        details["curl"] = curl
    details.update(scripts or {})
    if len(group.cases) > 1:
        more = len(group.cases) - MAX_CASES
        details["cases"] = [*group.cases[:MAX_CASES], *([f"and {more} more"] if more > 0 else [])]
    if len(group.pointers) > 1:
        details["places"] = group.pointers

    def masked(text: str) -> str:
        for secret, word in mask.items():
            text = text.replace(secret, word)
        return text

    case = group.interaction.source if group.interaction is not None else group.finding.case
    return replace(
        group.finding,
        message=masked(group.finding.message),
        expected=masked(group.finding.expected),
        actual=masked(group.finding.actual),
        case=case,
        count=group.count,
        reproduce=masked(reproduce),
        details={name: masked(one) if isinstance(one, str) else one for name, one in details.items()},
    )
