"""`diagnose`: verify, and if that fails, say why and prove it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from payproof.errors import KeyMaterialError
from payproof.model import Message
from payproof.signing.carry import carried
from payproof.signing.diagnosis.answer import Cause, Diagnosis, Explanation, Known, cause_of
from payproof.signing.diagnosis.context import NO_CONTEXT, Context
from payproof.signing.diagnosis.discreet import discreetly
from payproof.signing.diagnosis.fields_branch import fields_stages
from payproof.signing.diagnosis.option import Stage, attempt
from payproof.signing.diagnosis.parts_branch import parts_stages
from payproof.signing.diagnosis.plans import Plans
from payproof.signing.diagnosis.readings import Reading
from payproof.signing.diagnosis.search import MOST_MISTAKES, WORK, Hit, Tally, enough_bits, search
from payproof.signing.diagnosis.target import Target, read_target, shape
from payproof.signing.diagnosis.times import scan_times
from payproof.signing.fields import MISSING, UnreadableBody
from payproof.signing.keys import Keys
from payproof.signing.recipe import Recipe
from payproof.signing.signer import explain
from payproof.signing.source import take
from payproof.signing.stages import CannotSign, canonical
from payproof.signing.verdict import Verdict, verify

MOST_ANSWERS = 4
MOST_PARTS = 300_000
"""Messages with more are verified and not searched: the dozen readings that come first take seconds."""


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
    if not verdict.ok and _parts(message) > MOST_PARTS:
        too_large = f"anything: the message has more than {MOST_PARTS:,} parts; give a smaller one"
        return Diagnosis(recipe.name, verdict, received=received or "", not_tried=(too_large,))
    expected = attempt(lambda _: canonical(recipe, take(recipe.source, message)), None)
    plain = Diagnosis(
        recipe.name,
        verdict,
        expected=expected,
        received=received or "",
        right=_right(recipe, message, keys),
        documented=context.documented,
    )
    if verdict.ok or verdict.reason in ("stale", "future"):
        return plain
    if not received:
        return replace(plain, not_tried=(_nothing_received(recipe, message),))
    return discreetly(lambda: _searched(plain, recipe, message, keys, context, earlier, most_mistakes, work))


def _parts(message: Message) -> int:
    """Give about how many values a message holds: each way to sign it reads and prints all of them."""
    return message.body.count(b",") + message.body.count(b"&") + message.target.count("&")


def _nothing_received(recipe: Recipe, message: Message) -> str:
    where = f"{recipe.carry.where} {recipe.carry.name}"
    if _bodiless(message):
        return f"anything: the body is empty, so the {where} was not seen; {_GIVE_BODY}"
    return (
        f"anything: there is no signature in the {where}; give the whole message, or the signature beside it"
    )


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
    found = [] if hits or not most else list(_by_sdk(context, message, keys, target, tally))
    timed = found if hits or found or earlier else _timed(recipe, message, plans, target, tally)
    if not hits and not timed and most > 1 and not tally.exhausted:
        hits, tally = search(stages, plans, target, least=2, most=most, work=work, tally=tally)
    proven = [hit for hit in hits if enough_bits(hit.reading, tally.hypotheses)]
    answers = [_explanation(hit) for hit in proven] or timed
    if proven:
        profiled = _profiled(answers, proven, context, message, keys)
        answers = [replace(row, profiles=known) for row, known in profiled]
    return replace(
        plain,
        explanations=tuple(_distinct(answers)[:MOST_ANSWERS]),
        shape=tuple(shape(recipe, plain.received)),
        tried=tally.by_dimension,
        hypotheses=tally.hypotheses,
        mistakes=tally.level,
        exhausted=tally.exhausted,
        not_tried=tuple(_not_tried(recipe, message, keys, plans, target, earlier)),
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
    return work if size < 8_000 else max(work * (8_000 / size) ** 1.5, 40 * (1 + size / 1500))


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
    return [Explanation(causes, text, bits=reading.bits)]


def _explanation(hit: Hit) -> Explanation:
    causes = (*(cause_of(step) for step in hit.steps), *_output(hit.reading))
    return Explanation(causes, hit.canonical, bits=hit.reading.bits)


def _profiled(
    answers: Sequence[Explanation], hits: Sequence[Hit], context: Context, message: Message, keys: Keys
) -> Iterator[tuple[Explanation, tuple[Known, ...]]]:
    """Name the SDKs whose own point has the text and the digest of a hit, and the very text received."""
    points = [(row, _computed(row.recipe, message, keys)) for row in context.profiles]
    written = [(row, point) for row, point in points if point and _writes(row.recipe, message, keys)]
    for answer, hit in zip(answers, hits, strict=True):
        found = (hit.canonical, hit.digest)
        yield answer, tuple(Known(row.name, row.summary) for row, point in written if point == found)


def _by_sdk(
    context: Context, message: Message, keys: Keys, target: Target, tally: Tally
) -> Iterator[Explanation]:
    """Try what SDKs compute: points that may lie further off than a single choice."""
    for row in context.profiles:
        point = _computed(row.recipe, message, keys)
        tally.hypotheses += 1
        reading = target.match(point[1]) if point else None
        if not point or not reading or not enough_bits(reading, tally.hypotheses):
            continue
        if _writes(row.recipe, message, keys):
            says = f"what {row.name} computes by itself: {row.summary.rstrip('.')}"
            change = "sign as the scheme says, not as that code does"
            cause = Cause("+".join(row.changes), row.name, says, change)
            yield Explanation((cause,), point[0], (Known(row.name, row.summary),), reading.bits)


def _writes(recipe: Recipe, message: Message, keys: Keys) -> bool:
    """Say whether a point gives the received text too, not its digest alone in another form."""
    return _verdict(recipe, message, keys, None).ok


def _computed(recipe: Recipe, message: Message, keys: Keys) -> tuple[bytes, bytes] | None:
    try:
        trace = explain(recipe, message, keys)
    except (CannotSign, UnreadableBody, KeyMaterialError):
        return None
    return trace.canonical, trace.digests[-1]


def _output(reading: Reading) -> list[Cause]:
    if not reading.choice:
        return []
    return [Cause("output", reading.choice, reading.says, reading.change, reading.habit)]


def _distinct(answers: Sequence[Explanation]) -> list[Explanation]:
    """Make explanations that give the same bytes one answer with its alternatives; keep the order."""
    kept: list[Explanation] = []
    for answer in answers:
        for at, known in enumerate(kept):
            merged = _merged(known, answer)
            if merged is not None:
                kept[at] = merged
                break
        else:
            kept.append(answer)
    return kept


def _merged(known: Explanation, other: Explanation) -> Explanation | None:
    """Give both as one where at most one cause is another, and the bytes are the same."""
    if known.actual != other.actual or len(known.causes) != len(other.causes):
        return None
    rest = list(other.causes)
    lone = [cause for cause in known.causes if not _take(rest, cause)]
    if len(lone) > 1:
        return None
    profiles = tuple(dict.fromkeys((*known.profiles, *other.profiles)))
    if not lone:
        return replace(known, profiles=profiles)
    more = tuple(row for row in (rest[0], *rest[0].alternatives) if row not in lone[0].alternatives)
    fuller = replace(lone[0], alternatives=(*lone[0].alternatives, *more))
    causes = tuple(fuller if cause is lone[0] else cause for cause in known.causes)
    return replace(known, causes=causes, profiles=profiles)


def _take(rows: list[Cause], wanted: Cause) -> bool:
    for at, row in enumerate(rows):
        if (row.dimension, row.choice, row.says) == (wanted.dimension, wanted.choice, wanted.says):
            del rows[at]
            return True
    return False


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
    if _bodiless(message):
        reasons.append(f"anything about the body: it is empty; {_GIVE_BODY}")
    return reasons


_GIVE_BODY = "give the raw body as it travelled, in a file of its own (curl -v does not print what it sends)"


def _bodiless(message: Message) -> bool:
    return not message.body and message.method not in ("GET", "HEAD", "")


def _right(recipe: Recipe, message: Message, keys: Keys) -> str:
    """Give the right signature, for test keys only: a log must not become a forgery oracle."""
    if not keys.test:
        return ""
    try:
        return explain(recipe, message, keys).signature
    except (CannotSign, UnreadableBody, KeyMaterialError):
        return ""
