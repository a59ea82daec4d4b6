"""The signature matrix: every way to tamper with a signed request that generated tests do not find.

Theory of operation. Each case starts from a documented request, signed correctly, and changes one thing: the
signature itself, the key or hash that made it, or a value after signing. It is expected to be refused only
when its signature fits none of the open readings (see `readings`); otherwise the case is sent all the same
and its outcome left open. A server that ignores signatures passes every schema, so nothing else catches it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from payproof.conformance.case import Case, refused
from payproof.conformance.documented import example_of, first
from payproof.conformance.draft import ABSENT, Absent, Draft
from payproof.conformance.judge import judge_form
from payproof.conformance.readings import Reading
from payproof.conformance.schemas import body_schema, properties, schema_at, schema_of
from payproof.conformance.signer import Signer
from payproof.conformance.subject import MAIN, SECOND, UnknownRole
from payproof.conformance.values import others
from payproof.model import Expectation, Message
from payproof.signing import Keys, Recipe, attach, received_signature, sign
from payproof.spec import Operation

#: The signature is not looked at / covers less than documented / is compared too loosely.
IGNORED, NOT_COVERED, LOOSE = (
    "request-signature-not-checked",
    "request-signature-covers-too-little",
    "request-signature-compared-loosely",
)
_HASHES = ("hmac-sha512", "hmac-sha256", "hmac-sha1", "hmac-md5", "sha512")


@dataclass(frozen=True, slots=True)
class Tampered:
    """One tampered request.

    Args:
        what: Name of the case's last part.
        why: What is wrong with it, one clause.
        message: The request as sent.
        rule: What its acceptance breaks.
        address: The value that was changed, if one was.
        lax: The request as a gateway sees it that looks at documented fields alone.
    """

    what: str
    why: str
    message: Message
    rule: str
    address: str = ""
    lax: tuple[Message, ...] = ()


def matrix(signer: Signer, operation: Operation) -> Iterator[Case]:
    """Give the signature cases of one operation, none when its requests are unsigned."""
    readings = signer.readings(operation)
    reading = signer.reading(operation)
    if reading is None:
        return
    for make in (_signatures, _made_otherwise, _changed, _moved):
        yield from (_case(signer, operation, one) for one in make(signer, operation, reading))
    assert readings.rule


def _case(signer: Signer, operation: Operation, tampered: Tampered) -> Case:
    tags = {"address": tampered.address} if tampered.address else {}
    return Case(
        name=f"{operation.id}/signature/{tampered.what}",
        operation=operation.id,
        kind="signature",
        message=tampered.message,
        expect=_expect(signer, operation, tampered),
        write=operation.is_write,
        tags=tags,
    )


def _expect(signer: Signer, operation: Operation, tampered: Tampered) -> Expectation:
    readings = signer.readings(operation)
    if tampered.what == "missing" and readings.rule.get("required", True) is not True:
        why = "whether a signature must be there is not documented"
        return Expectation("open", why, tampered.rule, "unknown")
    if tampered.what == "upper-case" and not _case_is_documented(readings.default):
        return Expectation("open", "whether letter case counts is not documented", tampered.rule, "unknown")
    fitting = readings.fitting(tampered.message, signer.subject.keys(MAIN), *tampered.lax)
    if fitting:
        return Expectation("open", f"right under: {'; '.join(fitting)}", tampered.rule, "unknown")
    evidence = readings.rule.get("x-evidence", "documented")
    return refused(tampered.why, tampered.rule, evidence=evidence)


def _case_is_documented(reading: Reading | None) -> bool:
    return reading is not None and reading.recipe.evidence.get("accept") == "documented"


def _signatures(signer: Signer, operation: Operation, reading: Reading) -> Iterator[Tampered]:
    """Change the signature's text."""
    draft = signer.unsigned(first(signer.subject, operation))
    message = signer.sign(draft)
    recipe = reading.recipe
    right = received_signature(recipe, message) or ""
    half = len(right) // 2
    yield Tampered("missing", "it carries no signature", draft.message(), IGNORED)
    rows = (
        ("empty", "its signature is empty", "", IGNORED),
        ("zeros", "its signature is made up", "0" * len(right), IGNORED),
        ("one-digit-changed", "one character of its signature is wrong", _bumped(right), IGNORED),
        ("truncated", "its signature lacks its last character", right[:-1], LOOSE),
        ("half", "its signature lacks its second half", right[:half], LOOSE),
        ("one-longer", "its signature has a character too many", right + "0", LOOSE),
        ("upper-case", "its signature is in upper case", right.upper(), LOOSE),
    )
    for what, why, text, rule in rows:
        if text != right:
            yield Tampered(what, why, attach(recipe, message, text), rule)


def _bumped(signature: str) -> str:
    return ("1" if signature[:1] == "0" else "0") + signature[1:]


def _made_otherwise(signer: Signer, operation: Operation, reading: Reading) -> Iterator[Tampered]:
    """Sign with another key or hash, or take the signature of another request."""
    draft = signer.unsigned(first(signer.subject, operation))
    recipe, subject = reading.recipe, signer.subject
    roles = {step.key.role for step in recipe.rounds if step.key.role}
    for role in sorted(roles):
        for what, why, text in _other_keys(signer, role):
            keys = Keys.of({**_texts(subject.keys(MAIN)), role: text}, test=subject.testbed.test_keys)
            yield Tampered(what, why, signer.sign(draft, keys=keys), IGNORED)
    for name in _HASHES:
        if name != recipe.rounds[-1].digest:
            made = replace(recipe, rounds=(*recipe.rounds[:-1], replace(recipe.rounds[-1], digest=name)))
            message = signer.sign(draft, reading=replace(reading, recipe=made))
            yield Tampered(f"hash-{name}", f"its signature was made with {name}", message, IGNORED)
    another = _another(signer, draft)
    if another is not None:
        text = sign(recipe, another.message(), subject.keys(MAIN))
        message = attach(recipe, draft.message(), text)
        yield Tampered("of-another-request", "its signature is that of another request", message, NOT_COVERED)


def _texts(keys: Keys) -> dict[str, str]:
    return {role: row[0].text for role, row in keys.items()}


def _other_keys(signer: Signer, role: str) -> Iterator[tuple[str, str, str]]:
    right = signer.subject.keys(MAIN).need(role)[0].text
    seed = f"{signer.subject.seed} {role}".encode()
    made_up = hashlib.sha512(seed).hexdigest().upper()[: max(16, min(len(right), 128))]
    yield "other-key", "its signature was made with a made-up key", made_up
    yield "empty-key", "its signature was made with an empty key", ""
    try:
        second = signer.subject.keys(SECOND).need(role)[0].text
        yield "other-merchants-key", "its signature was made with another merchant's key", second
    except UnknownRole:
        pass
    for other, row in signer.subject.keys(MAIN).items():
        if other != role and row[0].text != right:
            yield f"key-{other}", f"its signature was made with the {other}", row[0].text


def _another(signer: Signer, draft: Draft) -> Draft | None:
    """Give a request with another value, so that its signature is another one."""
    for address in draft.addresses():
        changed = _other_value(signer, draft, address)
        if changed is not None:
            return changed
    return None


def _other_value(signer: Signer, draft: Draft, address: str) -> Draft | None:
    """Give the draft with another value there, a valid one where there is one."""
    candidates = [draft.put(address, one) for one in others(draft.get(address), schema_at(draft, address))]
    valid = (one for one in candidates if judge_form(signer, draft.operation, signer.sign(one)) is None)
    return next(valid, candidates[0] if candidates else None)


def _changed(signer: Signer, operation: Operation, reading: Reading) -> Iterator[Tampered]:
    """Change, drop and add values after signing, one at a time."""
    base = signer.unsigned(first(signer.subject, operation))
    for address in list(base.addresses()):
        draft = signer.unsigned(first(signer.subject, operation))
        changed = _other_value(signer, draft, address)
        if changed is not None:
            why = f"{address} was changed after signing"
            yield _with_old_signature(
                signer, reading, draft, changed, f"changed-{_slug(address)}", why, address
            )
        why = f"{address} was left out after signing"
        dropped = draft.put(address, ABSENT)
        yield _with_old_signature(signer, reading, draft, dropped, f"dropped-{_slug(address)}", why, address)
    yield from _added(signer, operation, reading)


def _with_old_signature(
    signer: Signer, reading: Reading, before: Draft, after: Draft, what: str, why: str, address: str = ""
) -> Tampered:
    text = sign(reading.recipe, before.message(), signer.subject.keys(MAIN))
    return Tampered(what, why, attach(reading.recipe, after.message(), text), NOT_COVERED, address)


def _slug(address: str) -> str:
    return address.partition("/")[2].replace("/", "-")


def _added(signer: Signer, operation: Operation, reading: Reading) -> Iterator[Tampered]:
    draft = signer.unsigned(first(signer.subject, operation))
    place = "query" if isinstance(draft.body, Absent) else "body"
    for address, value in _optional(draft, operation):
        if isinstance(draft.get(address), Absent) and address != signer.signature_address(operation):
            why = f"{address} was added after signing"
            added = draft.put(address, value)
            yield _with_old_signature(signer, reading, draft, added, f"added-{_slug(address)}", why, address)
    stray = draft.put(f"{place}/payproof_extra", "1")
    one = _with_old_signature(signer, reading, draft, stray, "extra-field", "an unsigned field was added")
    # The documents name the fields to sign; a gateway that signs those alone never sees this one.
    text = sign(reading.recipe, draft.message(), signer.subject.keys(MAIN))
    yield replace(one, lax=(attach(reading.recipe, draft.message(), text),))


def _optional(draft: Draft, operation: Operation) -> Iterator[tuple[str, Any]]:
    for one in operation.parameters:
        if one.where == "query" and not one.required:
            yield f"query/{one.name}", one.raw.get("example", example_of(schema_of(one)))
    if not isinstance(draft.body, (Absent, bytes)):
        for name, schema in properties(body_schema(operation, draft.media_type)).items():
            yield f"body/{name}", example_of(schema)


def _moved(signer: Signer, operation: Operation, reading: Reading) -> Iterator[Tampered]:
    """Reorder fields, and swap two values."""
    draft = signer.unsigned(first(signer.subject, operation))
    turned = _reversed(draft)
    if turned is not None:
        why = "its fields were reordered after signing"
        yield _with_old_signature(signer, reading, draft, turned, "reordered", why)
    addresses = list(draft.addresses())
    for left, right in pairwise(addresses):
        mine, other = draft.get(left), draft.get(right)
        if type(mine) is type(other) and mine != other:
            swapped = draft.put(left, other).put(right, mine)
            why = f"the values of {left} and {right} were swapped after signing"
            yield _with_old_signature(signer, reading, draft, swapped, f"swapped-{_slug(left)}", why, left)
            break


def _reversed(draft: Draft) -> Draft | None:
    if isinstance(draft.body, dict) and len(draft.body) > 1:
        return replace(draft, body=dict(reversed(draft.body.items())))
    if len(draft.query) > 1:
        return replace(draft, query=tuple(reversed(draft.query)))
    return None


def is_covered(recipe: Recipe, name: str) -> bool:
    """Say whether a field of that name is signed under the recipe."""
    return name not in recipe.excluded and (not recipe.included or name in recipe.included)
