"""Archives judged in one pass: form, signature and life cycle of every recorded interaction, on all cores.

A file is cut into pieces; each piece gives a `Partial`, and partials merge in any order to the same result.
So the same code can run in one process, in several, or on several machines.
"""

from payproof.audit.partial import Partial
from payproof.audit.plan import Piece, pieces
from payproof.audit.work import Auditor

__all__ = ["Auditor", "Partial", "Piece", "pieces"]
