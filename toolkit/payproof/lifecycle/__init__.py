"""Life cycles as tables: advance one step, walk all of them, judge what was observed, draw."""

from payproof.lifecycle.advance import Moved, Refused, advance
from payproof.lifecycle.judge import Judgement, attempt, judge
from payproof.lifecycle.observe import Observation, from_interactions, observations, read_ndjson
from payproof.lifecycle.reader import read, read_all
from payproof.lifecycle.steps import best_evidence
from payproof.lifecycle.table import BEFORE, LifeCycle, State, Transition
from payproof.lifecycle.view import View
from payproof.lifecycle.walk import Cover, Forbidden, Walk, cover, forbidden, walks

__all__ = [
    "BEFORE",
    "Cover",
    "Forbidden",
    "Judgement",
    "LifeCycle",
    "Moved",
    "Observation",
    "Refused",
    "State",
    "Transition",
    "View",
    "Walk",
    "advance",
    "attempt",
    "best_evidence",
    "cover",
    "forbidden",
    "from_interactions",
    "judge",
    "observations",
    "read",
    "read_all",
    "read_ndjson",
    "walks",
]
