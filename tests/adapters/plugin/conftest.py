"""What tests that run pytest within this process share.

pytester forgets every module that such a run imported. A library whose classes were imported twice no longer
knows its own instances, so what is tested elsewhere in this process is imported before.
"""

from __future__ import annotations

import schemathesis.engine  # noqa: F401
from schemathesis.specs.openapi import negative, stateful  # noqa: F401
