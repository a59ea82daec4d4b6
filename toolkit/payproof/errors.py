"""Errors which the caller can mend; everything else that goes wrong is a finding or a crash."""


class ToolkitError(Exception):
    """The caller can mend this; `hint` says how.

    Args:
        what: What happened, without a full stop and without any secret.
        where: The file and line, option, environment variable or field.
        hint: What to do about it.
    """

    exit_code = 2

    def __init__(self, what: str, *, where: str, hint: str) -> None:
        super().__init__(what)
        self.what, self.where, self.hint = what, where, hint

    def __str__(self) -> str:
        return f"{self.what}\n  at:  {self.where}\n  try: {self.hint}"


class UsageError(ToolkitError):
    """The command, option, setting or argument does not fit."""


class NothingCheckedError(ToolkitError):
    """The run could not judge anything, such as when the host never answered."""


class UnreadableInput(ToolkitError):
    """A file, or standard input, cannot be read as what it should be."""

    exit_code = 3


class SpecError(UnreadableInput):
    """An OpenAPI document, or its `x-` vocabulary, does not hold together."""


class KeyMaterialError(ToolkitError):
    """A key is missing or does not decode; the message never shows any of it."""
