"""PayKun's written rules: the signature, and what each operation asks of its fields.

A check gives a list of problems, each a field and a sentence, and never raises. Where the reference is
silent, this server chose; each such choice says `unknown` beside it.

Source: PayKun API reference; PayKun signature generation and verification.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

IST = timezone(timedelta(hours=5, minutes=30))

#: How a boolean in a signed request reads: "javascript" (true, false) or "php" (1, nothing). Evidence:
#: unknown; the one official SDK that signs is written in JavaScript, the documented sample in PHP.
BOOLEAN_TEXT = "javascript"

MAX_TEXT = 5000
MAX_NUMBER = 10**15
LINK_FIELDS_NEVER_ABSENT = (
    "customer_email",
    "customer_mono",
    "customer_fname",
    "customer_lname",
    "expiry_date",
    "receipt_no",
    "note",
)
DATE_FORMATS = ("%Y-%m-%d %H:%M:%S", "%d-%m-%Y %H:%M:%S")
DAY_FORMATS = ("%Y-%m-%d", "%d-%m-%Y")

Problem = tuple[str, str]


def canonical(fields: Mapping[str, Any], style: str) -> str:
    """Give the signed text: each value and a bar, in the order of `fields`, then a hash sign.

    `signature` itself is left out.

    Source: signature page. Evidence: documented; one level of nesting contributes its inner values.
    """
    values: list[Any] = []
    for name, value in fields.items():
        if name == "signature":
            continue
        if isinstance(value, dict):
            values.extend(value.values())
        elif isinstance(value, list):
            values.extend(value)
        else:
            values.append(value)
    return "".join(f"{scalar_text(value, style)}|" for value in values) + "#"


def signature(fields: Mapping[str, Any], encryption_key: str, style: str) -> str:
    """Give the lower-case HMAC-SHA512 of the signed text, keyed with the encryption key as text."""
    text = canonical(fields, style)
    return hmac.new(encryption_key.encode(), text.encode(), hashlib.sha512).hexdigest()


def scalar_text(value: object, style: str) -> str:
    """Write a value as PHP or JavaScript joins it to a string."""
    javascript = style == "javascript"
    if value is None:
        return "null" if javascript else ""
    if value is True:
        return "true" if javascript else "1"
    if value is False:
        return "false" if javascript else ""
    if isinstance(value, float):
        return _javascript_float(value) if javascript else _php_float(value)
    return str(value)


def _php_float(value: float) -> str:
    mantissa, _, exponent = f"{value:.14G}".partition("E")
    if not exponent:
        return mantissa
    return f"{mantissa if '.' in mantissa else mantissa + '.0'}E{int(exponent):+d}"


def _javascript_float(value: float) -> str:
    if value == 0:
        return "0"
    if 1e-6 <= abs(value) < 1e21:
        text = f"{Decimal(repr(value)):f}"
        return text.removesuffix(".0")
    mantissa, _, exponent = repr(value).partition("e")
    return f"{mantissa.removesuffix('.0')}e{int(exponent):+d}"


def shape_problems(fields: Mapping[str, Any]) -> list[Problem]:
    """Find what keeps the fields from being signed at all: too long, too large, nested twice."""
    found: list[Problem] = []
    for name, value in fields.items():
        inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else [value]
        shown = name[:50] or "body"
        if len(name) > 100 or len(fields) > 200 or len(inner) > 200:
            found.append((shown, "Too many fields or too long a name"))
        if any(isinstance(one, dict | list) for one in inner):
            found.append((shown, f"{shown} is nested too deep"))
        if any(isinstance(one, str) and len(one) > MAX_TEXT for one in inner):
            found.append((shown, f"{shown} is too long"))
        if any(isinstance(one, int | float) and abs(one) >= MAX_NUMBER for one in inner):
            found.append((shown, f"{shown} is too large"))
    return found[:20]


def refund_amount_paise(fields: Mapping[str, Any]) -> int | None:
    """Read `refund_amount`, a text of rupees with at most two decimals, more than nothing."""
    text = fields.get("refund_amount")
    if not isinstance(text, str) or not re.fullmatch(r"[0-9]{1,12}(\.[0-9]{1,2})?", text):
        return None
    return int(Decimal(text) * 100) or None


def refund_problems(fields: Mapping[str, Any]) -> list[Problem]:
    """Find what a refund request lacks.

    `remarks` may be blank but not absent, since the signature is said to be made of both. Evidence: inferred.
    """
    found: list[Problem] = []
    if fields.get("refund_amount") in (None, ""):
        found.append(("refund_amount", "Please provide refund amount"))
    elif refund_amount_paise(fields) is None:
        found.append(("refund_amount", "Refund amount should be a text holding a positive amount"))
    if not isinstance(fields.get("remarks"), str):
        found.append(("remarks", "Please provide remarks"))
    return found


def link_problems(fields: Mapping[str, Any], now: datetime) -> list[Problem]:
    """Find what a payment link request lacks."""
    found: list[Problem] = []

    def flag(name: str, *, required: bool = False) -> bool:
        value = fields.get(name)
        if not isinstance(value, bool) and (required or name in fields):
            found.append((name, f"{name} should be true or false"))
        return value is True

    amount = fields.get("amount")
    if isinstance(amount, bool) or not isinstance(amount, int | float) or amount <= 0:
        found.append(("amount", "Amount should be a positive number"))
    if fields.get("currency", "INR") != "INR":
        found.append(("currency", "International transactions are not activated, use INR"))
    if not _filled(fields.get("payment_for")):
        found.append(("payment_for", "Please provide product or service name"))
    for name in ("success_url", "failure_url"):
        url = fields.get(name, "")
        if not isinstance(url, str) or (url and not re.match(r"https?://[^\s/]+", url)):
            found.append((name, f"{name} should be a URL or blank"))
    for name in LINK_FIELDS_NEVER_ABSENT:
        if not isinstance(fields.get(name), str):
            found.append((name, f"Please provide {name}, blank if there is none"))

    for_one = flag("for_single_customer", required=True)
    for name in ("customer_email", "customer_mono", "customer_fname", "customer_lname"):
        if for_one and isinstance(fields.get(name), str) and not _filled(fields[name]):
            found.append((name, f"{name} is required for a single customer"))
    for name in ("notify_by_email", "notify_by_sms"):
        if flag(name) and not for_one:
            found.append((name, f"{name} can be true only for a single customer"))

    if flag("can_expire") and isinstance(fields.get("expiry_date"), str):
        expiry = _expiry(fields["expiry_date"])
        if expiry is None:
            found.append(("expiry_date", "Expiry date should look like 15-07-2020 18:30:00"))
        elif expiry <= now:
            found.append(("expiry_date", "Expiry date should be future date"))
    return found


def _filled(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _expiry(text: str) -> datetime | None:
    """Read `d-m-Y H:i:s` in Indian time (zone: inferred)."""
    if not re.fullmatch("[0-9]{2}-[0-9]{2}-[0-9]{4} [0-9]{2}:[0-9]{2}:[0-9]{2}", text):
        return None
    return _moment(text, ("%d-%m-%Y %H:%M:%S",))


@dataclass(frozen=True)
class OrdersQuery:
    """The orders query, read: a page, and filters that are None when not asked for."""

    page: int
    limit: int
    status: str | None
    email: str | None
    start: datetime | None
    end: datetime | None


def orders_query(params: Mapping[str, str]) -> tuple[OrdersQuery | None, list[Problem]]:
    """Read the orders query, or find what is wrong with it.

    A blank filter is no filter. Dates are Y-m-d or d-m-Y in Indian time, with or without H:i:s; an end day
    counts to its end. `limit` is 10 when left out. Evidence for all three: unknown.
    """
    found: list[Problem] = []
    page, limit = params.get("page_number", ""), params.get("limit", "10")
    if not page:
        found.append(("page_number", "Please provide page number"))
    elif not re.fullmatch("[1-9][0-9]{0,8}", page):
        found.append(("page_number", "Page number should be a positive integer"))
    if not re.fullmatch("[1-9][0-9]?|100", limit):
        found.append(("limit", "Limit should be an integer from 1 to 100"))
    moments: dict[str, datetime | None] = {}
    for name in ("start_date", "end_date"):
        text = params.get(name, "")
        moments[name] = _moment(text, DATE_FORMATS)
        if text and moments[name] is None:
            day = _moment(text, DAY_FORMATS)
            whole_day = timedelta(hours=23, minutes=59, seconds=59) if name == "end_date" else timedelta()
            moments[name] = day and day + whole_day
            if day is None:
                found.append((name, f"{name} should look like 2020-07-15 or 2020-07-15 18:30:00"))
    if found:
        return None, found
    status, email = params.get("status") or None, params.get("customer_email") or None
    return OrdersQuery(int(page), int(limit), status, email, moments["start_date"], moments["end_date"]), []


def _moment(text: str, formats: tuple[str, ...]) -> datetime | None:
    for form in formats:
        try:
            return datetime.strptime(text, form).replace(tzinfo=IST)
        except ValueError:
            continue
    return None


def signable_remarks(sent: str, known: set[str]) -> set[str]:
    """Guess what remarks a signature may have covered, for the fault `remarks-not-covered`.

    Who holds a digest cannot leave out one of its inputs. A gateway that ignores the value of `remarks` while
    it checks the amount is therefore imitated: by every remark seen before, and every text near the one sent.
    """
    guesses = {sent, "", *known, sent.strip(), sent.lower(), sent.upper(), sent.title(), sent[::-1]}
    if len(sent) > 200:
        return guesses
    printable = [chr(code) for code in range(32, 127)]
    for at in range(len(sent) + 1):
        head, tail = sent[:at], sent[at:]
        guesses |= {head, tail, head + tail[1:]}
        guesses |= {head + one + rest for one in printable for rest in (tail, tail[1:])}
    return guesses
