"""Does a list agree with its own counts and pages, and with the filters that the request set?

`x-list` on the object that holds a list says where its items and counts stand and which parameters choose.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from payproof.checks.asked import MISSING, Asked, data_of, like, number, value_at
from payproof.checks.context import Context, place
from payproof.model import Finding, Interaction, Severity
from payproof.rules import Example, Rule, register, rule

_PAGE = register(
    Rule(
        "list-page-wrong",
        Severity.ERROR,
        "A list's page number, last page or end mark disagrees with the request or with its own counts.",
        fix="count pages from the total and the limit, and send the page that was asked for",
        example=Example(input={"page_number": 1, "current_page": 0}),
    )
)
_FILTER = register(
    Rule(
        "filter-ignored",
        Severity.ERROR,
        "A list holds records which the request's filter leaves out.",
        fix="apply every documented filter, or refuse a value that cannot be used",
        example=Example(input={"status": "Success", "orders": [{"status": "Failed"}]}),
    )
)


@rule(
    id="list-count-wrong",
    severity=Severity.ERROR,
    summary="A list's counts disagree with its records.",
    fix="count the records that are sent, and those on all pages, filters applied",
    example=Example(input={"current_item_count": 2, "orders": ["one"]}),
)
def list_agrees(context: Context, interaction: Interaction) -> Iterator[Finding]:
    """Hold each annotated list of a success against its counts, its pages and the request."""
    operation = context.operation(interaction)
    if operation is None or interaction.response is None or context.outcome(interaction) != "success":
        return
    for pointer, note, schema in context.notes(operation, interaction.response.status, "x-list"):
        holder = value_at(data_of(interaction.response), pointer)
        most = _most(schema, note["items"])
        read = ListRead(pointer, note, holder, Asked(operation, interaction.request), most)
        if isinstance(read.items, list):
            promised = schema.get("x-evidence") or "documented"
            for row, at, message, expected, actual in _problems(read):
                spot = place(interaction, "response", pointer + at)
                # Filters are promised by their parameters; how sure counts and pages are, the note says.
                evidence = promised if row is _FILTER else note.get("x-evidence") or promised
                yield row.finding(
                    spot, message, evidence=evidence, expected=str(expected), actual=str(actual)
                )


class ListRead:
    """One list as an answer shows it; numbers that are absent or no numbers are None."""

    def __init__(
        self, pointer: str, note: Mapping[str, Any], holder: Any, asked: Asked, most: int | None = None
    ) -> None:
        self.pointer, self.note, self.holder, self.asked = pointer, note, holder, asked
        self.most = most
        self.items = value_at(holder, note["items"])

    def shown(self, name: str) -> Decimal | None:
        """Give the count that the note names."""
        return number(value_at(self.holder, self.note[name])) if name in self.note else None

    def wanted(self, name: str) -> int | None:
        """Give the whole positive number that the request asked for."""
        given = number(self.asked.get(self.note[name])) if name in self.note else None
        return int(given) if given is not None and given >= 1 and given == int(given) else None

    def limit(self) -> int | None:
        """Give how many records a page was to hold; beyond what is documented, nobody knows which it is."""
        wanted = self.wanted("limit-by")
        return None if wanted is not None and self.most is not None and wanted > self.most else wanted


def _most(schema: Mapping[str, Any], items: str) -> int | None:
    """Give the most records that a page may hold, where the schema of a list beside the note has it."""
    named = (schema.get("properties") or {}).get(items.removeprefix("/"))
    most = named.get("maxItems") if isinstance(named, Mapping) else None
    return most if isinstance(most, int) else None


_Problem = tuple[Rule, str, str, Any, Any]


def _problems(read: ListRead) -> Iterator[_Problem]:
    yield from _counts(read)
    yield from _pages(read)
    yield from _filters(read)


def _counts(read: ListRead) -> Iterator[_Problem]:
    row: Rule = list_agrees.rule  # type: ignore[attr-defined]
    here, count, total = len(read.items), read.shown("count"), read.shown("total")
    limit, page, wanted = read.limit(), read.shown("page"), read.wanted("page-by")
    if count is not None and count != here:
        yield row, read.note["count"], "the count of this page is not that of its records", here, count
    if limit is not None and here > limit:
        yield row, read.note["items"], "more records came than were asked for", f"at most {limit}", here
    if total is None:
        return
    # Pages before this one are full; where another page came than was asked for, nobody knows which it is.
    sure = limit is not None and wanted is not None and here > 0 and page in (None, wanted)
    before = (limit or 0) * ((wanted or 1) - 1) if sure else 0
    if total < before + here:
        message = "the total is less than the records on the pages so far"
        yield row, read.note["total"], message, f"at least {before + here}", total
    if sure and page is not None and page == read.shown("pages") and total > before + here:
        message = "the total is more than the records up to the last page"
        yield row, read.note["total"], message, before + here, total


def _pages(read: ListRead) -> Iterator[_Problem]:
    page, pages, total = read.shown("page"), read.shown("pages"), read.shown("total")
    wanted, limit = read.wanted("page-by"), read.limit()
    # Beyond the last page a gateway may show another one.
    if page is not None and wanted is not None and page != wanted and (pages is None or wanted <= pages):
        yield _PAGE, read.note["page"], "another page came than was asked for", wanted, page
    follows = -(-int(total) // limit) if total and limit else None
    if pages is not None and follows is not None and pages != follows:
        message = f"the last page does not follow from {total} records, {limit} a page"
        yield _PAGE, read.note["pages"], message, follows, pages
    if pages is not None and wanted is not None and read.items and wanted <= pages:
        last = value_at(read.holder, read.note.get("last", ""))
        if isinstance(last, bool) and last != (wanted == pages):
            message = f"page {wanted} of {pages} is marked as {'' if last else 'not '}the last"
            yield _PAGE, read.note["last"], message, wanted == pages, last


def _filters(read: ListRead) -> Iterator[_Problem]:
    for address, pointer in (read.note.get("filters") or {}).items():
        wanted = read.asked.get(address)
        if wanted is MISSING or not str(wanted).strip():
            continue
        for number_, item in enumerate(read.items):
            value = value_at(item, pointer)
            if value is not MISSING and not like(value, wanted):
                at = f"{read.note['items']}/{number_}{pointer}"
                yield _FILTER, at, f"a record does not have the {address} asked for", wanted, value
                break
