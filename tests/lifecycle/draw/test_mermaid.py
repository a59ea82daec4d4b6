import re

from tests.lifecycle.tables import ORDER, REFUND

from payproof.lifecycle import read
from payproof.lifecycle.draw import draw


def test_a_small_table_is_drawn_in_full() -> None:
    assert draw(REFUND, "mermaid") == (
        "---\n"
        "title: shop.refund (all rows of the table)\n"
        "---\n"
        "stateDiagram-v2\n"
        "    [*] --> PENDING\n"
        "    PENDING --> PROCESSED : acquirer-accepts\n"
        "    PENDING --> FAILED : acquirer-refuses\n"
        "    PROCESSED --> [*]\n"
        "    FAILED --> [*]\n"
        "    classDef final stroke-width:3px\n"
        "    class PROCESSED,FAILED final\n"
    )


def test_planned_rows_say_so() -> None:
    assert "CREATED --> CANCELLED : cancelOrder (planned)" in draw(ORDER, "mermaid")


def test_every_state_shown_is_in_the_drawing() -> None:
    drawn = draw(ORDER, "mermaid")
    assert all(re.search(rf"\b{state}\b", drawn) for state in ORDER.states)


def test_text_from_a_document_cannot_become_mermaid() -> None:
    rows = [{"from": "end", "to": 'B"; click', "trigger": 'a:\nclick B href "javascript:x" %%{init}%%'}]
    drawn = draw(
        read("x", {"initial": "end", "states": ["end", 'B"; click'], "transitions": rows}), "mermaid"
    )
    body = drawn.split("stateDiagram-v2\n")[1].splitlines()
    assert [
        line
        for line in body
        if not re.fullmatch(r'    (state "[\w ]+" as s\d+|(\[\*\]|s\d+) --> s\d+( : [^:"%{};]+)?)', line)
    ] == []
