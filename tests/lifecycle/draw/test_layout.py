from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from payproof.lifecycle.draw.layout import GAP_X, lay_out
from payproof.lifecycle.draw.picture import Edge, Label

NAMES = ["", *"ABCDEFG"]
ends = st.tuples(
    st.sampled_from(NAMES[1:]), st.sampled_from(NAMES[1:]), st.sampled_from(["today", "planned"])
)


@given(st.lists(ends, unique=True, max_size=14), st.integers(1, 40))
def test_any_graph_gets_places_in_which_no_boxes_of_a_layer_come_near(
    drawn: list[tuple[str, str, str]], size: int
) -> None:
    edges = [Edge(*end, (Label("go", "", "unknown"),)) for end in drawn]  # type: ignore[arg-type]
    edges.append(Edge("", "A", "today", ()))
    layout = lay_out(NAMES, edges, lambda _: (3.0 * size, 10.0), lambda _: (5.0 * size, 12.0))
    assert len(layout.routes) + len(layout.loops) == len(edges)
    for layer, (top, bottom) in zip(layout.layers, layout.bands, strict=True):
        for left, right in pairwise(layer):
            assert right.x - left.x >= (left.width + right.width) / 2 + GAP_X - 0.2
        assert all(top <= box.y - box.height / 2 and box.y + box.height / 2 <= bottom for box in layer)
    assert all(upper[1] < lower[0] for upper, lower in pairwise(layout.bands))


def test_a_way_back_is_laid_out_downwards_and_marked() -> None:
    edges = [Edge("", "A", "today", ()), Edge("A", "B", "today", ()), Edge("B", "A", "today", ())]
    layout = lay_out(["", "A", "B"], edges, lambda _: (10.0, 10.0), lambda _: (10.0, 10.0))
    assert [route.back for route in layout.routes] == [False, False, True]
    assert layout.states["A"].y < layout.states["B"].y


def test_a_state_stands_below_everything_that_leads_to_it() -> None:
    edges = [
        Edge("", "A", "today", ()),
        Edge("A", "C", "today", ()),
        Edge("A", "B", "today", ()),
        Edge("B", "C", "today", ()),
    ]
    layout = lay_out(["", "A", "C", "B"], edges, lambda _: (10.0, 10.0), lambda _: (10.0, 10.0))
    assert layout.states["B"].y < layout.states["C"].y
