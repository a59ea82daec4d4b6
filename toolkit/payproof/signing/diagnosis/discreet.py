"""A fault of the search tells where it happened, and shows no locals: texts that hold keys are among them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from traceback import extract_tb
from typing import TypeVar

from payproof.errors import ToolkitError

T = TypeVar("T")


class SearchFault(RuntimeError):
    """A fault of payproof's own search; its message names the place and shows no value."""


def discreetly(run: Callable[[], T]) -> T:
    """Run the search; a fault comes out anew, without the frames it came through.

    Raises:
        ToolkitError: what the caller can mend, as it is.
        SearchFault: for every other exception.
    """
    try:
        return run()
    except ToolkitError:
        raise
    except Exception as error:
        last = extract_tb(error.__traceback__)[-1]
        fault = SearchFault(f"{type(error).__name__} at {Path(last.filename).name}:{last.lineno}")
    # Raised here, where the exception's own name is gone from the frame.
    raise fault from None
