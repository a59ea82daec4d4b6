from tests.lifecycle.tables import ORDER, REFUND

from payproof.lifecycle import read
from payproof.lifecycle.draw import draw


def test_a_small_table_is_drawn_in_full() -> None:
    assert draw(REFUND, "text") == (
        "shop.refund (all rows of the table)\n"
        "A refund is an order of its own.\n"
        "\n"
        "(new) --> PENDING\n"
        "\n"
        "PENDING\n"
        "    --> PROCESSED  on acquirer-accepts  (inferred)\n"
        "    --> FAILED  on acquirer-refuses  (inferred)\n"
        "\n"
        "PROCESSED [final]\n"
        "\n"
        "FAILED [final]\n"
        "\n"
        "--> available today\n"
    )


def test_planned_and_open_rows_have_arrows_of_their_own() -> None:
    drawn = draw(ORDER, "text")
    assert "    - -> CANCELLED  on cancelOrder  (documented)" in drawn
    assert "    ..> ATTEMPTED  on attempt-fails if failed_attempt = ATTEMPTED  (documented)" in drawn


def test_states_out_of_reach_are_named() -> None:
    drawn = draw(ORDER, "text", facts={"pre_auth": False}, show="current")
    assert "not reached here: AUTHORIZED, CANCELLED" in drawn


def test_a_terminal_gets_no_control_characters_from_a_document() -> None:
    cycle = read("x", {"initial": "A\x1b[31m", "states": {"A\x1b[31m": {"summary": "a\nb\x07"}}})
    drawn = draw(cycle, "text")
    assert all(char.isprintable() or char == "\n" for char in drawn)
    assert len(drawn.splitlines()) == 8
