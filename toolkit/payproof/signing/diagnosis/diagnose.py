"""`diagnose`: verify, and if that fails, say why and prove it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from payproof.errors import KeyMaterialError
from payproof.model import Message
from payproof.signing.carry import carried
from payproof.signing.diagnosis.answer import Cause, Diagnosis, Explanation, cause_of
from payproof.signing.diagnosis.context import Context
from payproof.signing.diagnosis.fields_branch import fields_stages
from payproof.signing.diagnosis.option import Stage, attempt
from payproof.signing.diagnosis.parts_branch import parts_stages
from payproof.signing.diagnosis.plans import Plans
from payproof.signing.diagnosis.search import MOST_MISTAKES, WORK, Hit, Tally, enough_bits, search
from payproof.signing.diagnosis.target import Reading, Target, read_target, shape
from payproof.signing.diagnosis.times import scan_times
from payproof.signing.fields import MISSING, UnreadableBody
from payproof.signing.keys import Keys
from payproof.signing.recipe import Recipe
from payproof.signing.signer import explain
from payproof.signing.source import take
from payproof.signing.stages import CannotSign, canonical
from payproof.signing.verdict import Verdict, verify

MOST_ANSWERS = 4
NO_CONTEXT = Context()


def diagnose(
    recipe: Recipe,
    message: Message,
    keys: Keys,
    *,
    context: Context = NO_CONTEXT,
    earlier: Sequence[Message] = (),
    now_s: float | None = None,
    most_mistakes: int = MOST_MISTAKES,
    work: float = WORK,
) -> Diagnosis:
    """Say why a message's signature does not verify; a cause is named only if it reproduces the signature.

    Args:
        recipe: The scheme's point.
        message: What came over the wire, raw.
        keys: Every key the merchant holds, by role; also those of another environment (`sandbox.ROLE`).
        context: What the spec knows of documented orders and SDKs.
        earlier: Other deliveries whose id and time may have been signed instead.
        now_s: The receiver's clock, for the verdict's freshness; None leaves it out.
        most_mistakes, work: Bounds of the search, in mistakes at once and in units of work.

    Raises nothing for any message; a missing or malformed key is part of the answer.
    """
    verdict = _verdict(recipe, message, keys, now_s)
    received = _received(recipe, message)
    expected = attempt(lambda _: canonical(recipe, take(recipe.source, message)), None)
    plain = Diagnosis(recipe.name, verdict, expected=expected, received=received or "")
    if verdict.ok or not received:
        return replace(plain, not_tried=() if verdict.ok else ("anything: there is no signature to explain",))
    return _searched(plain, recipe, message, keys, context, earlier, most_mistakes, work)


def _verdict(recipe: Recipe, message: Message, keys: Keys, now_s: float | None) -> Verdict:
    try:
        return verify(recipe, message, keys, now_s=now_s)
    except KeyMaterialError as error:
        return Verdict(False, "mismatch", f"the signature could not be checked: {error.what}")


def _received(recipe: Recipe, message: Message) -> str | None:
    try:
        found = carried(recipe, take(recipe.source, message))
    except UnreadableBody:
        return None
    return None if found is MISSING or not isinstance(found, str) else found


def _searched(
    plain: Diagnosis,
    recipe: Recipe,
    message: Message,
    keys: Keys,
    context: Context,
    earlier: Sequence[Message],
    most: int,
    work: float,
) -> Diagnosis:
    target = read_target(recipe, plain.received)
    plans = Plans(recipe, keys, take(recipe.source, message), target.sizes)
    stages = _stages(recipe, message, keys, context, earlier)
    work = _affordable(message, work)
    hits, tally = search(stages, plans, target, most=min(most, 1), work=work)
    timed = [] if hits or earlier else _timed(recipe, message, plans, target, tally)
    if not hits and not timed and most > 1 and not tally.exhausted:
        hits, tally = search(stages, plans, target, least=2, most=most, work=work, tally=tally)
    proven = [hit for hit in hits if enough_bits(hit.reading, tally.hypotheses)]
    answers = [_explanation(hit, context, message) for hit in proven] or timed
    return replace(
        plain,
        explanations=tuple(_distinct(answers)[:MOST_ANSWERS]),
        shape=tuple(shape(recipe, plain.received)),
        tried=tally.by_dimension,
        hypotheses=tally.hypotheses,
        mistakes=tally.level,
        exhausted=tally.exhausted,
        not_tried=tuple(_not_tried(recipe, message, keys, plans, target, earlier)),
        right=_right(recipe, message, keys),
    )


def _stages(
    recipe: Recipe, message: Message, keys: Keys, context: Context, earlier: Sequence[Message]
) -> list[Stage]:
    if recipe.covers_fields:
        return fields_stages(recipe, message, keys, context.orders)
    return parts_stages(recipe, message, earlier)


def _affordable(message: Message, work: float) -> float:
    """Spend less on messages that cost much to parse and join, so that any input ends in seconds."""
    size = len(message.body) + len(message.target)
    return work if size < 8_000 else max(work * 8_000 / size, 40 * (1 + size / 1500))


def _timed(recipe: Recipe, message: Message, plans: Plans, target: Target, tally: Tally) -> list[Explanation]:
    right = plans.by_mistakes[0]
    found = scan_times(recipe, message, right[0] if right else None, target)
    if isinstance(found, int):
        tally.hypotheses += found
        if found:
            tally.by_dimension["timing"] = tally.by_dimension.get("timing", 0) + found
        return []
    step, reading, text = found
    causes = (cause_of(step), *_output(reading))
    return [Explanation(causes, text, bits=8 * len(reading.digest))]


def _explanation(hit: Hit, context: Context, message: Message) -> Explanation:
    causes = (*(cause_of(step) for step in hit.steps), *_output(hit.reading))
    names: tuple[str, ...] = ()
    if not hit.plan.steps:
        names = tuple(row.name for row in context.profiles if _signs(row.recipe, message) == hit.canonical)
    return Explanation(causes, hit.canonical, names, 8 * len(hit.reading.digest))


def _signs(recipe: Recipe, message: Message) -> bytes | None:
    text: bytes | None = attempt(lambda _: canonical(recipe, take(recipe.source, message)), None)
    return text


def _output(reading: Reading) -> list[Cause]:
    if not reading.choice:
        return []
    return [Cause("output", reading.choice, reading.says, "write the signature as the scheme says")]


def _distinct(answers: Sequence[Explanation]) -> list[Explanation]:
    """Merge explanations with the same causes; keep the order."""
    seen: dict[tuple[tuple[str, str, str], ...], Explanation] = {}
    for answer in answers:
        key = tuple((cause.dimension, cause.choice, cause.says) for cause in answer.causes)
        seen.setdefault(key, answer)
    return list(seen.values())


def _not_tried(
    recipe: Recipe, message: Message, keys: Keys, plans: Plans, target: Target, earlier: Sequence[Message]
) -> list[str]:
    reasons = list(plans.not_tried)
    if not target.sizes:
        reasons.append("any digest: the received text decodes to no known hash's length")
    if len(keys) < 2:
        reasons.append("a key of another role or environment: only one key was given; give all keys you hold")
    if recipe.accept.freshness_header and not earlier:
        reasons.append("the id of an earlier delivery: give that delivery's headers with --earlier FILE")
    if not message.body and message.method not in ("GET", "HEAD", ""):
        reasons.append("anything about the body: it is empty; give the raw body as it travelled")
    return reasons


def _right(recipe: Recipe, message: Message, keys: Keys) -> str:
    """Give the right signature, for test keys only: a log must not become a forgery oracle."""
    if not keys.test:
        return ""
    try:
        return explain(recipe, message, keys).signature
    except (CannotSign, KeyMaterialError):
        return ""
