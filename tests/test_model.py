"""The name of a status is that of RFC 9110 under every Python."""

from __future__ import annotations

import pytest

from payproof.model import reason_phrase


@pytest.mark.parametrize(
    ("status", "name"),
    [(200, "OK"), (413, "Content Too Large"), (422, "Unprocessable Content"), (799, ""), (0, "")],
)
def test_the_name_of_a_status_is_that_of_the_standard(status: int, name: str) -> None:
    assert reason_phrase(status) == name
