"""Refusals that the documents promise, each with status and error code, and limits over several requests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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
        yield from _split(signer, operation, entry)


def _set(signer: Signer, draft: Draft, changes: Mapping[str, Any]) -> Draft:
    for address, form in changes.items():
        if isinstance(form, Mapping) and "clock" in form:
            clock = schema_at(draft, address).get("x-clock", {})
            draft = draft.put(address, clock_text(clock, signer.subject.now_s, shift_s=float(form["clock"])))
        else:
            draft = draft.put(address, signer.subject.value(form))
    return draft


def _split(signer: Signer, operation: Operation, entry: Mapping[str, Any]) -> Iterator[Case]:
    """Break a limit in two accepted-looking steps: 60 % of the whole, twice, on an id nobody else uses."""
    for address, form in (entry.get("set") or {}).items():
        if not (isinstance(form, Mapping) and "plus" in form):
            continue
        role = str(form["plus"][0]).partition(".")[0]
        key = str(form["plus"][0]).partition(".")[2]
        for place, used in (operation.testbed.get("accepted") or {}).items():
            if isinstance(used, str) and used.startswith(f"{role}."):
                try:
                    name, record = signer.subject.draws.untouched(used)
                    part = (Decimal(str(record[key])) * 6 / 10).quantize(Decimal("0.01"))
                except (UnknownRole, KeyError):
                    continue
                draft = first(signer.subject, operation, fresh=False).put(place, name).put(address, str(part))
                message = signer.sign(signer.unsigned(draft))
                why = f"{address} of two requests together goes beyond {form['plus'][0]}"
                case = _case(
                    signer, draft, f"{entry['name']}-in-two-steps", _expected(why), {"address": address}
                )
                yield _after(case, message)


def _expected(why: str) -> Expectation:
    # Documents state the limit for one request; that it holds over all of them is inferred.
    return Expectation("refused", why, SPLIT_RULE, "inferred")


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
