"""What the receiver suite asks for, in words: one row for each property of a webhook receiver."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Property:
    """One promise that a receiver should keep.

    Args:
        id: Kebab-case.
        says: What holds when it is kept.
        fix: What to do when it is broken.
    """

    id: str
    says: str
    fix: str


ROWS = (
    Property(
        "valid-accepted",
        "a correctly signed delivery is taken",
        "verify the signature over the raw bytes as received, with the right key, and answer 2xx",
    ),
    Property(
        "tampered-content-refused",
        "a delivery whose signed content was changed is refused",
        "compute the signature over everything the scheme covers, and compare before reading anything",
    ),
    Property(
        "other-key-refused", "a delivery signed with another key is refused", "compare with your own key's"
    ),
    Property("missing-signature-refused", "a delivery without a signature is refused", "ask for a signature"),
    Property("empty-signature-refused", "an empty signature is refused", "treat empty like missing"),
    Property(
        "truncated-signature-refused",
        "a part of the right signature is refused",
        "compare whole signatures with hmac.compare_digest; no startswith, no `in`",
    ),
    Property(
        "near-signature-refused",
        "a signature that differs at its end is refused",
        "compare whole signatures with hmac.compare_digest",
    ),
    Property(
        "wrong-prefix-refused",
        "a signature of another version is refused",
        "take the documented prefix only",
    ),
    Property("stale-refused", "an old delivery is refused", "compare the signing time with your clock"),
    Property("future-refused", "a delivery from the future is refused", "bound the time on both sides"),
    Property(
        "refusals-leave-no-trace",
        "what is refused has no side effect",
        "verify before anything is written, queued or sent",
    ),
    Property(
        "duplicate-handled-once",
        "the same delivery twice is taken twice and acted on once",
        "remember what was handled (delivery id, or object and status) in the same transaction",
    ),
    Property(
        "late-event-survived",
        "an older event that arrives late is taken and undoes nothing",
        "compare with the state you know, or ask the gateway for the present one",
    ),
    Property(
        "newer-event-acted-on",
        "a newer event of an object already heard of is acted on",
        "know repeats by the delivery's id, or by object and status, never by the object alone",
    ),
    Property(
        "unknown-event-survived",
        "an event or status that nobody documents is taken and ignored",
        "have a default branch that answers 2xx and logs",
    ),
    Property(
        "new-field-survived", "a field that nobody documents does no harm", "ignore what you do not know"
    ),
    Property(
        "other-spelling-accepted",
        "the same content in another JSON spelling, correctly signed, is taken",
        "verify over the bytes received, or the values as they stand there; never write the JSON again",
    ),
    Property(
        "rotated-keys-accepted",
        "while keys are changed, deliveries signed with either are taken",
        "look at every signature in the header, and try every key in force",
    ),
    Property(
        "bad-utf8-survived", "a body that is no UTF-8 is answered without a crash", "catch UnicodeDecodeError"
    ),
    Property(
        "broken-json-survived", "a body that is no JSON is answered without a crash", "catch ValueError"
    ),
    Property(
        "odd-json-survived",
        "JSON of another form is answered without a crash",
        "check types before you index",
    ),
    Property(
        "deep-json-survived", "deeply nested JSON is answered without a crash", "catch RecursionError too"
    ),
    Property("huge-survived", "a huge body is answered without a crash", "limit the size you read"),
)
BY_ID = {row.id: row for row in ROWS}
