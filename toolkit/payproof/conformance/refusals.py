"""Refusals that the documents promise, each with status and error code, and limits over several requests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from payproof.conformance.case import Case, refused
from payproof.conformance.documented import clock_text, first
from payproof.conformance.draft import Draft
from payproof.conformance.schemas import schema_at
from payproof.conformance.signer import Signer
from payproof.conformance.subject import UnknownRole
from payproof.model import Expectation
from payproof.spec import Operation

RULE, SPLIT_RULE = "documented-refusal-missing", "limit-not-cumulative"


def refusals(signer: Signer, operation: Operation) -> Iterator[Case]:
    """Give the documented refusals of one operation; one whose role the test bed lacks is left out."""
    for entry in operation.testbed.get("refused") or ():
        try:
            draft = _set(signer, first(signer.subject, operation), entry.get("set") or {})
        except UnknownRole:
            continue
        statuses = tuple(int(status) for status in entry.get("statuses") or ())
        why = str(entry.get("summary") or entry["name"]).replace("-", " ")
        evidence = entry.get("x-evidence", "documented")
        expect = refused(why, RULE, evidence=evidence, statuses=statuses, code=entry.get("code"))
        tags = {"envelope": entry["envelope"]} if entry.get("envelope") else {}
        yield _case(signer, draft, str(entry["name"]), expect, tags)
        yield from _at_the_limit(signer, operation, entry, expect)


def _set(signer: Signer, draft: Draft, changes: Mapping[str, Any]) -> Draft:
    for address, form in changes.items():
        if isinstance(form, Mapping) and "clock" in form:
            clock = schema_at(draft, address).get("x-clock", {})
            draft = draft.put(address, clock_text(clock, signer.subject.now_s, shift_s=float(form["clock"])))
        else:
            draft = draft.put(address, signer.subject.value(form))
    return draft


def _at_the_limit(
    signer: Signer, operation: Operation, entry: Mapping[str, Any], expect: Expectation
) -> Iterator[Case]:
    """Try a limit on ids that nobody else uses: the whole of it, a cent more, and 60 % of it twice."""
    for address, form in (entry.get("set") or {}).items():
        if not (isinstance(form, Mapping) and "plus" in form):
            continue
        role, _, key = str(form["plus"][0]).partition(".")
        for place, used in (operation.testbed.get("accepted") or {}).items():
            if isinstance(used, str) and used.startswith(f"{role}."):
                yield from _limited(signer, operation, entry, expect, _Limit(address, place, used, key))


@dataclass(frozen=True, slots=True)
class _Limit:
    """The member that is limited, and where the id stands, its form in the test bed, and the limit's name."""

    address: str
    place: str
    used: str
    key: str


def _limited(
    signer: Signer, operation: Operation, entry: Mapping[str, Any], expect: Expectation, limit: _Limit
) -> Iterator[Case]:
    name, whole = entry["name"], f"{limit.address} is all that there is"
    beyond = f"{limit.address} of two requests together goes beyond {limit.key}"
    for what, share, more, wanted in (
        # Documents state the limit for one request; that it holds over all of them is inferred.
        ("in-two-steps", "0.6", "0", Expectation("refused", beyond, SPLIT_RULE, "inferred")),
        ("by-a-cent", "1", "0.01", expect),
        ("not-yet", "1", "0", Expectation("accepted", whole, "accepted-request-refused", "inferred")),
    ):
        try:
            draft = _drawn(signer, operation, limit, Decimal(share), Decimal(more))
        except (UnknownRole, KeyError):
            return
        case = _case(signer, draft, f"{name}-{what}", wanted, {"address": limit.address})
        yield _after(case, case.message) if what == "in-two-steps" else case


def _drawn(signer: Signer, operation: Operation, limit: _Limit, share: Decimal, more: Decimal) -> Draft:
    """Give a request for a share of the limit of an id which no other case gets."""
    name, record = signer.subject.draws.untouched(limit.used)
    amount = (Decimal(str(record[limit.key])) * share + more).quantize(Decimal("0.01"))
    draft = first(signer.subject, operation, fresh=False)
    return draft.put(limit.place, name).put(limit.address, str(amount))


def _after(case: Case, message: Any) -> Case:
    return Case(
        case.name, case.operation, case.kind, case.message, case.expect, case.write, case.tags, (message,)
    )


def _case(signer: Signer, draft: Draft, what: str, expect: Expectation, tags: Mapping[str, Any]) -> Case:
    operation = draft.operation
    return Case(
        name=f"{operation.id}/directed/{what}",
        operation=operation.id,
        kind="directed",
        message=signer.sign(signer.unsigned(draft)),
        expect=expect,
        write=operation.is_write,
        tags=tags,
    )
