"""The orders list: filters, pages and counts.

Source: PayKun API reference, "Get Order Details" (documented). The format of the dates, the default of
`limit` and what an empty result looks like are unknown.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import cycle, islice

from payproof.gateways.paykun.records import IST, Transaction
from payproof.gateways.paykun.wording import FieldError, label, not_found, success
from payproof.simulator.protocol import Answer, Call
from payproof.simulator.reading import whole

DEFAULT_LIMIT = 10
MOST_PER_PAGE = 100
# No document names the format, so the usual ones are read unless the switch filter-dates says otherwise.
_TIMES = ("", " %H:%M:%S", " %H:%M", " %I:%M:%S %p")
_DAYS = {
    "iso": ("%Y-%m-%d",),
    "day-first": ("%d-%m-%Y",),
    "any": ("%Y-%m-%d", "%d-%m-%Y", "%d/%m/%Y", "%Y/%m/%d"),
}


def orders(call: Call, found: Sequence[Transaction]) -> Answer:
    """Answer one page of an order's transactions.

    Args:
        call: With the query's filters.
        found: Every transaction of the order, oldest first.
    """
    page = whole(call.query.get("page_number"), 1)
    limit = whole(call.query.get("limit"), DEFAULT_LIMIT)
    if page < 1:
        raise FieldError("page_number", "Please provide valid page number")
    if not 1 <= limit <= MOST_PER_PAGE and call.enforces("page-limit"):
        raise FieldError("limit", "Please provide valid limit")
    if not found and call.world.setting("unknown-order", "data-not-found") == "data-not-found":
        return not_found(invented="no document shows an unknown order")
    limit = min(max(limit, 1), 10_000)
    fitting = [one for one in found if _fits(call, one)]
    if fitting and limit > MOST_PER_PAGE:
        # A planted defect leads here; an order has too few transactions to show it.
        fitting = list(islice(cycle(fitting), limit))
    last = max(1, -(-len(fitting) // limit))
    rows = fitting[(page - 1) * limit : page * limit]
    return success(
        "Record retrieved successfully",
        {
            "total_orders": len(fitting),
            "is_last": page >= last,
            "current_item_count": len(rows),
            "current_page": page,
            "last_page": last,
            "orders": [one.row() for one in rows],
        },
        steady=True,
    )


def _fits(call: Call, one: Transaction) -> bool:
    query = call.query
    if query.get("status") and query["status"] != one.status and call.enforces("filter-status"):
        return False
    email = query.get("customer_email", "")
    if email and email.lower() != one.email.lower() and call.enforces("filter-email"):
        return False
    at = datetime.fromtimestamp(one.at_s, UTC)
    start, end = moment(call, "start_date"), moment(call, "end_date", last=True)
    if not call.enforces("filter-dates"):
        return True
    return (start is None or at >= start) and (end is None or at < end)


def moment(call: Call, name: str, *, last: bool = False) -> datetime | None:
    """Give a date filter as a moment, None when it is not set; an end date without a time counts in whole.

    Raises:
        FieldError: when the text is no date of a format that is taken.
    """
    text = call.query.get(name, "").strip()
    if not text:
        return None
    for day in _DAYS[call.world.setting("filter-dates", "any")]:
        for time in _TIMES:
            try:
                at = datetime.strptime(text, day + time).replace(tzinfo=zone(call))
                return at + (timedelta(seconds=1) if time else timedelta(days=1)) if last else at
            except (ValueError, OverflowError):
                continue
    raise FieldError(name, f"Please provide valid {label(name)}")


def zone(call: Call) -> tzinfo:
    """Give the zone of dates that name none; the switch date-zone decides."""
    return UTC if call.world.setting("date-zone", "ist") == "utc" else IST
