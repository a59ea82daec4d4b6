"""A group of findings made ready for reports: shown again in every way, and without secrets."""

from __future__ import annotations

from dataclasses import dataclass

from payproof.conformance.subject import Subject
from payproof.model import Finding
from payproof.run import reproduce
from payproof.run.grouping import Group, finished
from payproof.run.settings import Settings
from payproof.run.target import Target

#: Stands over a request that shows nothing without those before it.
_ONE_OF = "# one of several requests: the command sends them all, in order\n"


@dataclass(frozen=True, slots=True)
class Finishing:
    """Knows what a finding needs to be seen again.

    Args:
        subject: Whose credentials are named in place of their texts.
        target: Where commands send to.
        settings: Holds the command line of the run.
    """

    subject: Subject
    target: Target
    settings: Settings

    def finding(self, group: Group) -> Finding:
        """Give the one finding of a group."""
        again = curl = ""
        scripts = {}
        if group.interaction is not None:
            operation = self.subject.spec.operations.get(group.interaction.operation)
            if operation is None:
                return finished(group, reproduce=self.settings.command, curl="", mask=self._mask())
            rows = self.subject.credentials(operation)
            names = {address.partition("/")[2]: value for address, _, value in rows}
            again = reproduce.command(self.settings.command, group.interaction)
            if self.target.origin:
                curl = reproduce.curl(group.interaction.request, self.target.origin, names)
                scripts["python"] = reproduce.python(group.interaction.request, self.target.origin, names)
            if curl and group.interaction.kind in ("walk", "scenario"):
                curl, scripts = _ONE_OF + curl, {name: _ONE_OF + text for name, text in scripts.items()}
            if again:
                scripts["pytest"] = reproduce.pytest_file(again, group.finding)
        if curl and self.settings.serve:
            curl = f"{self.settings.serve} &\n{curl}"
        return finished(group, reproduce=again, curl=curl, mask=self._mask(), scripts=scripts)

    def _mask(self) -> dict[str, str]:
        """Give what stands in reports for each key of a real test bed."""
        if self.subject.testbed.test_keys:
            return {}
        rows = self.subject.testbed.merchants.items()
        return {
            text: f"<{merchant} {role}>"
            for merchant, keys in rows
            for role, text in keys.items()
            if len(text) >= 4
        }
