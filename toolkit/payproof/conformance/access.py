"""Authentication: each credential missing, empty, wrong or another merchant's, and other merchants' data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from payproof.conformance.case import Case, refused
from payproof.conformance.documented import first
from payproof.conformance.draft import ABSENT, Draft
from payproof.conformance.signer import Signer
from payproof.conformance.subject import SECOND
from payproof.model import Evidence, Expectation
from payproof.spec import Operation

RULE = "credentials-not-checked"
FOREIGN = "other-merchant-readable"


def access(signer: Signer, operation: Operation) -> Iterator[Case]:
    """Give the authentication cases of one operation, none when it asks for no credential."""
    credentials = signer.subject.credentials(operation)
    if not credentials:
        return
    for address, role, value in credentials:
        name = address.partition("/")[2]
        for what, why, other in (
            ("missing", f"{name} is missing", ABSENT),
            ("empty", f"{name} is empty", ""),
            ("wrong", f"{name} is wrong", _wrong(value)),
            ("other-case", f"{name} is in the other letter case", value.swapcase()),
            *_schemes(name, value),
        ):
            if other != value:
                evidence: Evidence = "unknown" if what == "other-case" else "documented"
                draft = first(signer.subject, operation).put(address, other)
                expect = refused(why, RULE, evidence=evidence)
                yield _case(signer, draft, f"{what}-{role}", expect, name)
    yield from _none_and_mixed(signer, operation, credentials)
    yield from _foreign(signer, operation)


def _wrong(value: str) -> str:
    if not value:
        return "0"
    last = "1" if value[-1] == "0" else "0"
    return value[:-1] + last


def _schemes(name: str, value: str) -> Iterator[tuple[str, str, str]]:
    """Give a bearer token as nobody documents it: alone, and under the name of another scheme."""
    scheme, _, token = value.partition(" ")
    if scheme == "Bearer" and token:
        yield "no-scheme", f"{name} is the token without Bearer", token
        yield "other-scheme", f"{name} calls the token Basic", f"Basic {token}"


def _none_and_mixed(
    signer: Signer, operation: Operation, credentials: list[tuple[str, str, str]]
) -> Iterator[Case]:
    draft = first(signer.subject, operation)
    for address, _, _ in credentials:
        draft = draft.put(address, ABSENT)
    yield _case(signer, draft, "none", refused("it carries no credentials at all", RULE), "")
    if SECOND not in signer.subject.testbed.merchants or len(credentials) < 2:
        return
    theirs = {role: value for _, role, value in signer.subject.credentials(operation, SECOND)}
    for address, role, value in credentials:
        if theirs.get(role) not in (None, value):
            why = f"{address.partition('/')[2]} is another merchant's"
            mixed = first(signer.subject, operation).put(address, theirs[role])
            yield _case(signer, mixed, f"mixed-{role}", refused(why, RULE), address.partition("/")[2])


def _foreign(signer: Signer, operation: Operation) -> Iterator[Case]:
    """Ask for what belongs to another merchant, with credentials and signature of our own."""
    needed = ((operation.testbed.get("needs") or {}).get("as") or {}).items()
    ids = {
        address: f"needed.{address.rpartition('/')[2]}"
        for address, _ in needed
        if address.startswith("path/")
    }
    for address, form in {**(operation.testbed.get("accepted") or {}), **ids}.items():
        key = form.partition(".")[2] if isinstance(form, str) else ""
        for role, record in sorted(signer.subject.testbed.roles.items()):
            if key and role.startswith("second-merchant-") and key in record:
                draft = first(signer.subject, operation).put(address, str(record[key]))
                why = f"{address} belongs to another merchant"
                # Documents say what credentials are for, not what they keep apart: that is inferred.
                expect = Expectation("refused", why, FOREIGN, "inferred")
                made = _case(signer, draft, f"foreign-{key}", expect, address)
                # An empty list shows nothing of anybody; a reply that holds the id does, and every write.
                shown = {} if operation.is_write else {"shows": str(record[key])}
                yield replace(made, tags={**made.tags, **shown})


def _case(signer: Signer, draft: Draft, what: str, expect: Expectation, field: str) -> Case:
    operation = draft.operation
    return Case(
        name=f"{operation.id}/auth/{what}",
        operation=operation.id,
        kind="auth",
        message=signer.sign(signer.unsigned(draft)),
        expect=expect,
        write=operation.is_write,
        tags={"address": field} if field else {},
    )
