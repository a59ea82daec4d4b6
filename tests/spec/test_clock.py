"""Moments come out as PHP and ISO 8601 print them."""

from __future__ import annotations

import pytest

from payproof.errors import SpecError
from payproof.spec.clock import clock_value, iso_8601, php_date

#: 2030-01-01 13:05:09.25 UTC, a Tuesday.
AT_S = 1_893_503_109.25


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("d-m-Y H:i:s", "01-01-2030 13:05:09"),
        ("j.n.y G:i", "1.1.30 13:05"),
        ("D, d M Y", "Tue, 01 Jan 2030"),
        ("l F N", "Tuesday January 2"),
        ("h:i A g a", "01:05 PM 1 pm"),
        ("U", "1893503109"),
        ("H:i:s.v u", "13:05:09.250 250000"),
        ("c", "2030-01-01T13:05:09+00:00"),
        ("O P", "+0000 +00:00"),
        (r"\Y\e\s: Y\\", "Yes: 2030\\"),
    ],
)
def test_each_letter_prints_as_php_does(pattern: str, text: str) -> None:
    assert php_date(pattern, AT_S) == text


def test_a_zone_shifts_the_day() -> None:
    assert php_date("d-m-Y H:i:s P", 1_893_527_940, zone="+05:30") == "02-01-2030 01:29:00 +05:30"
    assert php_date("d-m-Y H:i", 0, zone="-0130") == "31-12-1969 22:30"


def test_iso_8601_ends_in_z_or_an_offset() -> None:
    assert iso_8601(AT_S) == "2030-01-01T13:05:09Z"
    assert iso_8601(AT_S, zone="+05:30") == "2030-01-01T18:35:09+05:30"


def test_midnight_is_twelve_on_a_clock_of_twelve_hours() -> None:
    assert php_date("g h A", 0) == "12 12 AM"


def test_a_rule_counts_from_now() -> None:
    rule = {"offset_s": 604_800, "format": "d-m-Y H:i:s", "zone": "+05:30", "x-evidence": "unknown"}
    assert clock_value(rule, 0) == "08-01-1970 05:30:00"
    assert clock_value({}, 60) == "1970-01-01T00:01:00Z"


BROKEN: list[dict[str, object]] = [
    {"format": "Q"}, {"zone": "IST"}, {"zone": "+25:00"}, {"zone": "+05:75"},
    {"offset_s": "x"}, {"offset_s": 1e18}, {"offset_s": True}, {"offset_s": float("nan")},
]  # fmt: skip


@pytest.mark.parametrize("rule", BROKEN)
def test_a_rule_that_cannot_be_followed_is_refused(rule: dict[str, object]) -> None:
    with pytest.raises(SpecError):
        clock_value(rule, 0)
