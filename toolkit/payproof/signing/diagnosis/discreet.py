"""A fault of the search tells where it happened, and shows no locals: texts that hold keys are among them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from payproof.errors import ToolkitError


class SearchFault(RuntimeError):
    """A fault of payproof's own search; its message names the place and shows no value."""


@contextmanager
def no_secrets_in_tracebacks() -> Iterator[None]:
    """Let errors the caller can mend pass; give any other one anew, without the frames it came through."""
    try:
        yield
    except ToolkitError:
        raise
    except Exception as error:
        frame = error.__traceback__
        while frame is not None and frame.tb_next is not None:
            frame = frame.tb_next
        place = f"{Path(frame.tb_frame.f_code.co_filename).name}:{frame.tb_lineno}" if frame else "?"
        fault = SearchFault(f"{type(error).__name__} at {place}")
    else:
        return
    raise fault from None
