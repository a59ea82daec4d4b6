"""What tests that run pytest within this process share.

pytester forgets every module that such a run imported. A library whose classes were imported twice no longer
knows its own instances, so what is tested elsewhere in this process is imported before.
"""

from __future__ import annotations

from contextlib import suppress

# The oldest pytest that the plugin runs under is too old for it.
with suppress(ImportError):
    import schemathesis.engine  # noqa: F401
    from schemathesis.specs.openapi import negative, stateful  # noqa: F401
