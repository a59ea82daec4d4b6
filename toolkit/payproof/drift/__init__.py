"""What the gateway does against what it promises: shapes, their comparison, who moved, and what to do.

    spec side ----.
                   compare -> Findings -> attribute -> baseline -> report, proposal
    fold of   ----'
    interactions

`severity.md` beside this file defines how bad a change is; `rules/` has one function for each kind of change.
"""

from payproof.drift.attribution import attribute, between
from payproof.drift.baseline import Baseline, read_baseline
from payproof.drift.blend import blended
from payproof.drift.compare import compare
from payproof.drift.from_spec import side_of
from payproof.drift.overlay import apply, overlay_of
from payproof.drift.propose import overlaid, propose
from payproof.drift.shape import Shape, fold
from payproof.drift.sides import Side

__all__ = [
    "Baseline",
    "Shape",
    "Side",
    "apply",
    "attribute",
    "between",
    "blended",
    "compare",
    "fold",
    "overlaid",
    "overlay_of",
    "propose",
    "read_baseline",
    "side_of",
]
