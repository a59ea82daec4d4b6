"""What a message has that its operation does not allow."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One disagreement between a message and the spec; no text of it shows a secret value.

    Args:
        pointer: JSON pointer into the body, the missing or superfluous member included; or `query/NAME`,
            `header/NAME`, `path/NAME`, `cookie/NAME`; or `status`, or `path` for the whole path.
        keyword: The JSON Schema keyword that fails, or one of `undocumented-status`, `undocumented-path`,
            `undocumented-parameter`, `undocumented-content-type`, `undocumented-field`, `unreadable-body`,
            `missing-body`.
        message: One sentence.
        expected, actual: The two sides, short.
        soft: The limit is one that documents contradict (`x-soft`, `x-closed`), or nothing promises it.
        evidence: How sure the claim is: that of the nearest `x-evidence` around it.
        claim: Where the claim comes from, likewise.
        schema_pointer: The keyword in the resolved document.
        enforced: How sure it is that a gateway refuses what breaks the claim; as sure as it when empty.
    """

    pointer: str
    keyword: str
    message: str
    expected: str = ""
    actual: str = ""
    soft: bool = False
    evidence: str = "documented"
    claim: str = ""
    schema_pointer: str = ""
    enforced: str = ""
