"""Deliveries that are genuine and unusual: repeated, late, unheard of, spelt otherwise, of a rotated key."""

from __future__ import annotations

import json
from typing import Any

from payproof.conformance.deliveries import nodes, put
from payproof.lifecycle import BEFORE, read_all
from payproof.run.receiver import NO_EFFECTS, Seen, Suite, Verdict
from payproof.run.receiver_forgeries import resigned
from payproof.signing import sign


def duplicate(suite: Suite) -> Verdict:
    """The same delivery twice is taken twice and acted on once."""
    id_ = "duplicate-handled-once"
    made = suite.make()
    suite.hand("first", made.message, made.data)
    again = [suite.hand("the same again", made.message)]
    recipe = suite.recipe
    if recipe is not None and recipe.accept.freshness_header:
        # A retry keeps its id and gets a new time and signature.
        kept = {
            name: text for name, text in made.headers.items() if name.lower() != recipe.carry.name.lower()
        }
        kept = {
            name: text
            for name, text in kept.items()
            if name.lower() != recipe.accept.freshness_header.lower()
        }
        at_s = suite.deliveries.now_s + 1
        retry = suite.deliveries.make(suite.webhook.id, data=made.data, headers=kept, at_s=at_s)
        again.append(suite.hand("the same again with a new time", retry.message))
    for one in again:
        if not one.taken:
            return suite.verdict(id_, "broken", f"{one.what}: {one.shown}, so the gateway sends it again")
        if one.acted:
            return suite.verdict(id_, "broken", f"{one.what}: acted on once more")
    if suite.effects is None:
        return suite.verdict(id_, "not observable", f"taken each time; {NO_EFFECTS}")
    return suite.verdict(id_, "held", f"{len(again)} repetitions")


def late(suite: Suite) -> Verdict:
    """An older event that arrives late is taken and undoes nothing."""
    id_ = "late-event-survived"
    pair = _older(suite)
    if pair is None:
        return suite.verdict(
            id_, "not applicable", "no two documented events of one object follow each other"
        )
    newer, older, event = pair
    suite.hand("newer", suite.deliveries.make(suite.webhook.id, data=newer).message, newer)
    seen = suite.hand("an older event", suite.deliveries.make(event, data=older).message)
    if not seen.taken:
        return suite.verdict(id_, "broken", f"an older event was answered with {seen.shown}")
    if seen.acted:
        return suite.verdict(id_, "broken", "an older event changed what the newer one had settled")
    if seen.acted is None:
        return suite.verdict(id_, "not observable", f"taken; {NO_EFFECTS}")
    return suite.verdict(id_, "held", seen.shown)


def newer(suite: Suite) -> Verdict:
    """A newer event of an object already heard of is taken and acted on."""
    id_ = "newer-event-acted-on"
    pair = _older(suite)
    if pair is None:
        why = "no two documented events of one object follow each other"
        return suite.verdict(id_, "not applicable", why)
    after, before, event = pair
    suite.hand("older", suite.deliveries.make(event, data=before).message, before)
    seen = suite.hand("a newer event", suite.deliveries.make(suite.webhook.id, data=after).message)
    if not seen.taken:
        return suite.verdict(id_, "broken", f"a newer event was answered with {seen.shown}")
    if seen.acted is None:
        return suite.verdict(id_, "not observable", f"taken; {NO_EFFECTS}")
    if not seen.acted:
        return suite.verdict(id_, "broken", "a newer event came to nothing, since its object was known")
    return suite.verdict(id_, "held", seen.shown)


def _older(suite: Suite) -> tuple[Any, Any, str] | None:
    """Give the bodies of a newer and an older event of one object, and the older one's webhook."""
    cycles, newer = read_all(suite.deliveries.spec.life_cycles), suite.fresh()
    now = next(iter(suite.deliveries.seen(suite.webhook.id, newer)), None)
    if now is None:
        return None
    known = suite.deliveries.webhook(suite.webhook.id)
    base = next(iter(suite.deliveries.seen(known.id, suite.deliveries.example(known))))
    before = [
        row.source
        for row in cycles[now.life_cycle].transitions
        if row.target == now.status and row.source not in ("", BEFORE, now.status)
    ]
    back = {row.target for row in cycles[now.life_cycle].transitions if row.source == now.status}
    states = [one for one in dict.fromkeys(before) if one not in back]
    for event in suite.deliveries.events():
        data = suite.deliveries.example(suite.deliveries.spec.webhooks[event])
        for one in suite.deliveries.seen(event, data):
            if one.life_cycle == now.life_cycle and one.status in states and one.subject == base.subject:
                return newer, _replaced(data, base.subject, now.subject), event
    if states and not now.event:
        # One event name for everything: the status in the body is what tells events apart.
        return newer, _replaced(newer, now.status, states[0]), suite.webhook.id
    return None


def _replaced(data: Any, old: str, new: str) -> Any:
    for pointer, value in list(nodes(data)):
        if value == old:
            data = put(data, pointer, new)
    return data


def unknown(suite: Suite) -> Verdict:
    """An event or status that nobody documents is taken and ignored."""
    id_ = "unknown-event-survived"
    data = suite.fresh()
    seen = next(iter(suite.deliveries.seen(suite.webhook.id, data)), None)
    word = (seen.event or seen.status) if seen else ""
    if not word:
        return suite.verdict(id_, "not applicable", "the body names no event and no status")
    strange = _replaced(data, word, "PAYPROOF_UNHEARD_OF")
    made = suite.deliveries.make(suite.webhook.id, data=strange)
    return _taken_quietly(suite, id_, suite.hand("an unknown event", made.message, strange))


def _taken_quietly(suite: Suite, id_: str, seen: Seen) -> Verdict:
    if not seen.taken:
        return suite.verdict(id_, "broken", f"{seen.what} was answered with {seen.shown}")
    if seen.acted and id_ == "unknown-event-survived":
        return suite.verdict(id_, "broken", f"{seen.what} was acted on as if it were known")
    return suite.verdict(id_, "held", seen.shown)


def new_field(suite: Suite) -> Verdict:
    """A field that nobody documents does no harm."""
    data = {**suite.fresh(), "payproof_new_field": {"since": "2027", "list": [1]}}
    made = suite.deliveries.make(suite.webhook.id, data=data)
    return _taken_quietly(suite, "new-field-survived", suite.hand("a new field", made.message, data))


def spelling(suite: Suite) -> Verdict:
    """The same content in another JSON spelling is taken."""
    data = suite.fresh()
    body = json.dumps(data, indent=2, ensure_ascii=True).replace("/", "\\/").encode()
    made = suite.deliveries.make(suite.webhook.id, data=data, body=body)
    seen = suite.hand("indented JSON with escapes, correctly signed,", made.message, data)
    return _taken_quietly(suite, "other-spelling-accepted", seen)


def rotated(suite: Suite) -> Verdict:
    """While keys are changed, deliveries signed with either are taken."""
    id_, recipe = "rotated-keys-accepted", suite.recipe
    if recipe is None:
        return suite.verdict(id_, "not applicable", "these webhooks are not signed")
    if suite.previous:
        made = suite.make(merchant=suite.previous)
        seen = suite.hand("a delivery signed with the other key in force", made.message, made.data)
        if not seen.taken:
            return _taken_quietly(suite, id_, seen)
    if recipe.accept.separator:
        made = suite.make()
        wrong = (
            recipe.prefix
            + sign(recipe, made.message, suite.deliveries.keys()).removeprefix(recipe.prefix).swapcase()
        )
        both = resigned(suite, made, lambda text: wrong + recipe.accept.separator + text)
        return _taken_quietly(
            suite, id_, suite.hand("two signatures, the second one right,", both, made.data)
        )
    if suite.previous:
        return suite.verdict(id_, "held", "both keys")
    how = "let the receiver take two keys, put the other one into the test bed and name it as `previous`"
    return suite.verdict(id_, "not observable", how)
