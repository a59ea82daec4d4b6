"""What is wrong with a recording: stale, unsigned, unused, or holding what nobody may keep."""

from payproof.cassettes.lint.context import Age, LintContext
from payproof.cassettes.lint.run import lint

__all__ = ["Age", "LintContext", "lint"]
