"""The attacks of the receiver suite: each gives one verdict."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from payproof.conformance.deliveries import Delivery, nodes, put
from payproof.errors import ToolkitError
from payproof.lifecycle import BEFORE, read_all
from payproof.model import Message
from payproof.run.receiver import NO_EFFECTS, Seen, Suite, Verdict
from payproof.signing import attach, received_signature, sign
from payproof.signing.fields import UnreadableBody

Forged = Iterator[tuple[str, Message, Any]]
HUGE_BYTES = 8 * 1024 * 1024
_MOST_TAMPERED = 8


def valid_accepted(suite: Suite) -> Verdict:
    """Honest deliveries are taken, and acted on."""
    made = suite.make()
    seen = suite.hand("an honest delivery", made.message, made.data)
    if not seen.taken:
        return suite.verdict("valid-accepted", "broken", f"an honest delivery was answered with {seen.shown}")
    if seen.acted is False:
        return suite.verdict(
            "valid-accepted", "broken", "an honest delivery was taken and nothing came of it"
        )
    return suite.verdict("valid-accepted", "held", seen.shown)


def tampered(suite: Suite) -> Verdict:
    """What was changed after signing is refused."""

    def forged() -> Forged:
        assert suite.recipe is not None
        count = 0
        for pointer, _ in list(nodes(suite.make().data)):
            made = suite.make()
            message = _with_body_value(made, pointer)
            if message is None or suite.genuine(message):
                continue
            count += 1
            yield f"{pointer} changed after signing", message, made.data
            if count >= _MOST_TAMPERED:
                break
        parts = suite.recipe.parts
        for part in () if isinstance(parts, str) else parts:
            if part.kind == "header":
                made = suite.make()
                text = made.message.header(part.name) or ""
                other = str(int(text) + 1) if text.isdigit() else text + "x"
                yield (
                    f"{part.name} changed after signing",
                    made.message.with_header(part.name, other),
                    made.data,
                )

    return _signed(suite, "tampered-content-refused", forged)


def _with_body_value(made: Delivery, pointer: str) -> Message | None:
    """Give the delivery with one value of its body changed and everything else left as it was."""
    try:
        data = json.loads(made.message.body)
    except ValueError:
        return None
    old = dict(nodes(data)).get(pointer)
    if isinstance(old, dict | list) or old is None:
        return None
    new: Any = not old if isinstance(old, bool) else old + 1 if isinstance(old, int | float) else f"{old}1"
    body = json.dumps(put(data, pointer, new), ensure_ascii=False, separators=(",", ":")).encode()
    return replace(made.message, body=body)


def other_key(suite: Suite) -> Verdict:
    """Signatures of another key are refused."""

    def forged() -> Forged:
        for name in suite.deliveries.testbed.merchants:
            if name not in ("main", suite.previous):
                made = suite.make(merchant=name)
                if not suite.genuine(made.message):
                    yield f"signed with the keys of {name}", made.message, made.data

    return _signed(suite, "other-key-refused", forged)


def missing(suite: Suite) -> Verdict:
    """Deliveries without a signature are refused."""

    def forged() -> Forged:
        made = suite.make()
        yield "without a signature", _stripped(suite, made), made.data

    return _signed(suite, "missing-signature-refused", forged)


def _stripped(suite: Suite, made: Delivery) -> Message:
    recipe = suite.recipe
    assert recipe is not None
    if recipe.carry.where == "header":
        return made.message.with_header(recipe.carry.name, None)
    ending = f"{recipe.source.pointer}/{recipe.carry.name}"
    data = json.loads(made.message.body)
    inside = put(data, ending, None)
    parent = inside
    for step in recipe.source.pointer.split("/")[1:]:
        parent = parent[step]
    parent.pop(recipe.carry.name, None)
    return replace(made.message, body=json.dumps(inside, ensure_ascii=False, separators=(",", ":")).encode())


def _resigned(suite: Suite, made: Delivery, change: Callable[[str], str]) -> Message:
    assert suite.recipe is not None
    text = received_signature(suite.recipe, made.message) or ""
    return attach(suite.recipe, made.message, change(text))


def empty(suite: Suite) -> Verdict:
    """An empty signature is refused."""
    return _changed(suite, "empty-signature-refused", ("an empty signature", lambda text: ""))


def truncated(suite: Suite) -> Verdict:
    """A part of the right signature is refused."""
    return _changed(
        suite,
        "truncated-signature-refused",
        ("the last character cut", lambda text: text[:-1]),
        ("the second half cut", lambda text: text[: len(text) // 2]),
        ("all but eight characters cut", lambda text: text[: _prefix(suite) + 8]),
    )


def near(suite: Suite) -> Verdict:
    """A signature that differs at its end is refused."""

    def other_end(text: str) -> str:
        at = len(text.rstrip("=")) - 8
        return text[:at] + ("0" if text[at] != "0" else "1") + text[at + 1 :]

    return _changed(
        suite,
        "near-signature-refused",
        ("eighth last character changed", other_end),
        ("four characters added", lambda text: text + "0000"),
    )


def wrong_prefix(suite: Suite) -> Verdict:
    """A signature of another version is refused."""
    prefix = suite.recipe.prefix if suite.recipe else ""
    if not prefix:
        return suite.verdict("wrong-prefix-refused", "not applicable", "the scheme has no prefix")
    return _changed(
        suite,
        "wrong-prefix-refused",
        ("no prefix", lambda text: text.removeprefix(prefix)),
        ("the prefix v0,", lambda text: "v0," + text.removeprefix(prefix)),
    )


def _prefix(suite: Suite) -> int:
    return len(suite.recipe.prefix) if suite.recipe else 0


def _changed(suite: Suite, id_: str, *changes: tuple[str, Callable[[str], str]]) -> Verdict:
    def forged() -> Forged:
        for what, change in changes:
            made = suite.make()
            yield what, _resigned(suite, made, change), made.data

    return _signed(suite, id_, forged)


def _signed(suite: Suite, id_: str, forged: Callable[[], Forged]) -> Verdict:
    if suite.recipe is None:
        return suite.verdict(id_, "not applicable", "these webhooks are not signed")
    return suite.refusal(id_, forged())


def stale(suite: Suite) -> Verdict:
    """An old delivery is refused."""
    return _timed(suite, "stale-refused", -1)


def future(suite: Suite) -> Verdict:
    """A delivery from the future is refused."""
    return _timed(suite, "future-refused", 1)


def _timed(suite: Suite, id_: str, sign_: int) -> Verdict:
    accept = suite.recipe.accept if suite.recipe else None
    if accept is None or not accept.freshness_header:
        return suite.verdict(id_, "not applicable", "the scheme has no time")

    def forged() -> Forged:
        for beyond_s in (accept.tolerance_s + 600, 86_400 * 30):
            made = suite.make(at_s=suite.deliveries.now_s + sign_ * beyond_s)
            yield f"signed {beyond_s} s {'ahead' if sign_ > 0 else 'ago'}", made.message, made.data

    return suite.refusal(id_, forged())


def no_trace(suite: Suite) -> Verdict:
    """Nothing came of what was to be refused."""
    if suite.effects is None:
        return suite.verdict("refusals-leave-no-trace", "not observable", NO_EFFECTS)
    acted = [one.what for one in suite.refused if one.acted]
    if acted:
        return suite.verdict("refusals-leave-no-trace", "broken", f"something was done on: {acted[0]}")
    return suite.verdict("refusals-leave-no-trace", "held", f"{len(suite.refused)} refusals")


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
        both = _resigned(suite, made, lambda text: wrong + recipe.accept.separator + text)
        return _taken_quietly(
            suite, id_, suite.hand("two signatures, the second one right,", both, made.data)
        )
    if suite.previous:
        return suite.verdict(id_, "held", "both keys")
    how = "let the receiver take two keys, put the other one into the test bed and name it as `previous`"
    return suite.verdict(id_, "not observable", how)


def _survived(suite: Suite, id_: str, *bodies: tuple[str, bytes]) -> Verdict:
    for what, body in bodies:
        seen = suite.hand(what, _about(suite, body))
        if seen.crashed:
            return suite.verdict(id_, "broken", f"{what}: {seen.shown}")
        if seen.acted:
            return suite.verdict(id_, "broken", f"{what}: something was done")
    return suite.verdict(id_, "held", f"{len(bodies)} tried")


def _about(suite: Suite, body: bytes) -> Message:
    """Give a delivery of those bytes, correctly signed where the scheme can sign them."""
    try:
        return suite.deliveries.make(suite.webhook.id, data={}, body=body).message
    except (ToolkitError, UnreadableBody, ValueError, RecursionError):
        return replace(suite.make().message, body=body)


def bad_utf8(suite: Suite) -> Verdict:
    """A body that is no UTF-8 is answered."""
    body = suite.make().message.body
    at = body.index(b'"', 2) + 1
    return _survived(
        suite,
        "bad-utf8-survived",
        ("bytes that are no UTF-8", b"\xff\xfe\x00\x80"),
        ("JSON with a byte that is no UTF-8", body[:at] + b"\xc3\x28" + body[at:]),
    )


def broken_json(suite: Suite) -> Verdict:
    """A body that is no JSON is answered."""
    body = suite.make().message.body
    return _survived(
        suite,
        "broken-json-survived",
        ("half a JSON object", body[: len(body) // 2]),
        ("an empty body", b""),
        ("words", b"hello"),
    )


def odd_json(suite: Suite) -> Verdict:
    """JSON of another form is answered."""
    names = list(suite.fresh())
    bodies = [b"[]", b"null", b'"text"', b"12", b"{}"]
    values: tuple[Any, ...] = (None, "x", [])
    bodies += [json.dumps({name: value}).encode() for name in names for value in values]
    return _survived(suite, "odd-json-survived", *((f"the body {one.decode()}", one) for one in bodies))


def deep_json(suite: Suite) -> Verdict:
    """Deeply nested JSON is answered."""
    deep = b"[" * 100_000 + b"]" * 100_000
    return _survived(suite, "deep-json-survived", ("an array nested 100,000 deep", deep))


def huge(suite: Suite) -> Verdict:
    """A huge body is answered."""
    body = b'{"padding": "' + b"x" * HUGE_BYTES + b'"}'
    return _survived(suite, "huge-survived", (f"a body of {HUGE_BYTES // 1024**2} MiB", body))


ATTACKS: dict[str, Callable[[Suite], Verdict]] = {
    "tampered-content-refused": tampered,
    "other-key-refused": other_key,
    "missing-signature-refused": missing,
    "empty-signature-refused": empty,
    "truncated-signature-refused": truncated,
    "near-signature-refused": near,
    "wrong-prefix-refused": wrong_prefix,
    "stale-refused": stale,
    "future-refused": future,
    "duplicate-handled-once": duplicate,
    "late-event-survived": late,
    "unknown-event-survived": unknown,
    "new-field-survived": new_field,
    "other-spelling-accepted": spelling,
    "rotated-keys-accepted": rotated,
    "bad-utf8-survived": bad_utf8,
    "broken-json-survived": broken_json,
    "odd-json-survived": odd_json,
    "deep-json-survived": deep_json,
    "huge-survived": huge,
}
