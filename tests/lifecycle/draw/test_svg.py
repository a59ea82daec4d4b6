from itertools import combinations
from xml.etree import ElementTree

import pytest
from tests.lifecycle.tables import ORDER, REFUND

from payproof.lifecycle import LifeCycle, read
from payproof.lifecycle.draw import draw

NS = {"s": "http://www.w3.org/2000/svg"}
CASES = [
    pytest.param(ORDER, {}, "all", id="all"),
    pytest.param(ORDER, {"pre_auth": True}, "planned", id="pre-auth"),
    pytest.param(ORDER, {"pre_auth": False}, "current", id="direct"),
    pytest.param(REFUND, {}, "all", id="refund"),
]
Box = tuple[float, float, float, float]


def boxes(drawing: ElementTree.Element) -> list[Box]:
    """Give left, top, right and bottom of every state and label."""
    found = []
    for rect in drawing.iterfind(".//s:rect", NS):
        if rect.get("class", "").split()[0] in ("state", "back"):
            x, y, width, height = (float(rect.attrib[name]) for name in ("x", "y", "width", "height"))
            found.append((x, y, x + width, y + height))
    return found


def overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


@pytest.mark.parametrize(("cycle", "facts", "show"), CASES)
def test_no_two_states_or_labels_overlap(cycle: LifeCycle, facts: dict[str, bool], show: str) -> None:
    drawing = ElementTree.fromstring(draw(cycle, "svg", facts=facts, show=show))  # type: ignore[arg-type]
    placed = boxes(drawing)
    assert len(placed) >= 5
    assert [pair for pair in combinations(placed, 2) if overlap(*pair)] == []


@pytest.mark.parametrize(("cycle", "facts", "show"), CASES)
def test_everything_stands_inside_the_picture(cycle: LifeCycle, facts: dict[str, bool], show: str) -> None:
    drawing = ElementTree.fromstring(draw(cycle, "svg", facts=facts, show=show))  # type: ignore[arg-type]
    width = float(drawing.attrib["viewBox"].split()[2])
    shift = float(drawing.find("s:g", NS).attrib["transform"].split("(")[1].split()[0])  # type: ignore[union-attr]
    assert all(shift + box[0] >= 0 and shift + box[2] <= width for box in boxes(drawing))


def test_it_names_and_describes_itself_for_a_screen_reader() -> None:
    drawing = ElementTree.fromstring(draw(ORDER, "svg"))
    title, description = (drawing.find(f"s:{name}", NS) for name in ("title", "desc"))
    assert title is not None
    assert description is not None
    assert drawing.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"
    assert "PENDING to AUTHORIZED on payment-succeeds" in (description.text or "")


def test_planned_rows_are_dashed_and_final_states_have_a_second_border() -> None:
    drawing = ElementTree.fromstring(draw(ORDER, "svg", show="planned"))
    groups = [group for group in drawing.iterfind(".//s:g", NS) if group.find("s:title", NS) is not None]
    ringed = {group.findtext("s:text", "", NS) for group in groups if len(group.findall("s:rect", NS)) == 2}
    assert ringed == {state.name for state in ORDER.states.values() if state.final}
    planned = [path for path in drawing.iterfind("s:g/s:path", NS) if path.get("class") == "edge planned"]
    assert len(planned) == 2


def test_every_state_and_trigger_is_written() -> None:
    drawing = ElementTree.fromstring(draw(ORDER, "svg"))
    written = {text.text for text in drawing.iterfind(".//s:text", NS)}
    assert set(ORDER.states) | {row.trigger for row in ORDER.transitions} <= written


def test_it_needs_nothing_from_outside() -> None:
    drawn = draw(ORDER, "svg")
    assert drawn.count("http") == 1  # the namespace
    assert "<script" not in drawn


def test_text_from_a_document_cannot_become_markup() -> None:
    name = "</text><script>x</script>&\x07"
    cycle = read(name, {"initial": name, "states": {name: {"summary": '"><a href="x">'}}, "summary": "<b>"})
    drawing = ElementTree.fromstring(draw(cycle, "svg"))
    assert not [node for node in drawing.iter() if node.tag.rpartition("}")[2] in ("script", "a", "b")]


def test_the_same_table_gives_the_same_file() -> None:
    assert draw(ORDER, "svg") == draw(ORDER, "svg")
