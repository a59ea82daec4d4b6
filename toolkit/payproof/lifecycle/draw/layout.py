"""Places for a layered drawing, top to bottom, in which no two boxes can overlap.

States stand in even layers by their longest distance from the start. Every edge gets a box for its label
in an odd layer between its ends, and a thin place in each other layer that it passes, so that lines and
labels have room of their own. Within a layer, order is chosen to save crossings (barycentre sweeps), and
horizontal places are the nearest to their neighbours that keep the order and the distances (pooling of
adjacent violators). An edge that leads back is laid out the other way round and drawn with its arrow at
the upper end; an edge from a state to itself stands beside the state.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations, pairwise
from statistics import fmean

from payproof.lifecycle.draw.picture import Edge

GAP_X, GAP_Y = 26.0, 48.0
_PORT = 20.0  # how far apart lines meet a state at least
_SWEEPS, _SETTLING = 24, 300


@dataclass(slots=True, eq=False)
class Box:
    """One thing with a place: a state, an edge's label, or a thin place where an edge passes."""

    name: str
    width: float
    height: float
    layer: int
    state: bool = False
    edge: Edge | None = None
    x: float = 0.0
    y: float = 0.0
    up: list[Box] = field(default_factory=list)
    down: list[Box] = field(default_factory=list)
    beside: Box | None = None


@dataclass(frozen=True, slots=True)
class Route:
    """An edge with the boxes it runs through, from top to bottom; `back` when it points upwards."""

    edge: Edge
    boxes: tuple[Box, ...]
    back: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """All boxes with their centres, all routes, and the size of the whole."""

    states: dict[str, Box]
    routes: tuple[Route, ...]
    loops: tuple[Route, ...]
    layers: tuple[tuple[Box, ...], ...]
    bands: tuple[tuple[float, float], ...]
    width: float
    height: float


Size = Callable[[str], tuple[float, float]]


def lay_out(
    names: Sequence[str], edges: Sequence[Edge], size: Size, label: Callable[[Edge], tuple[float, float]]
) -> Layout:
    """Give a place to every state and label.

    Args:
        names: The states, the start first.
        size: Width and height of a state's box; many lines make it wider.
        label: Width and height of an edge's label.
    """
    back = _back_edges(names, edges)
    straight = [edge for edge in edges if edge.source != edge.target]
    ranks = _ranks(names, straight, back)
    states = {name: Box(name, *size(name), layer=2 * ranks[name], state=True) for name in names}
    layers: list[list[Box]] = [[] for _ in range(2 * max(ranks.values(), default=0) + 1)]
    for box in states.values():
        layers[box.layer].append(box)
    routes = tuple(_route(edge, states, layers, label(edge), id(edge) in back) for edge in straight)
    for box in states.values():
        box.width = max(box.width, _PORT * max(len(box.up), len(box.down)) + 24.0)
    _order(layers)
    loops = tuple(_loop(edge, states, layers, label(edge)) for edge in edges if edge.source == edge.target)
    width = _place_across(layers)
    bands, height = _place_down(layers)
    return Layout(states, routes, loops, tuple(map(tuple, layers)), bands, width, height)


def _back_edges(names: Sequence[str], edges: Sequence[Edge]) -> set[int]:
    """Give the edges that close a circle, found by a walk in depth from the start."""
    ways = {name: [edge for edge in edges if edge.source == name != edge.target] for name in names}
    open_, done, back = set[str](), set[str](), set[int]()

    def visit(name: str) -> None:
        open_.add(name)
        for edge in ways[name]:
            if edge.target in open_:
                back.add(id(edge))
            elif edge.target not in done:
                visit(edge.target)
        open_.discard(name)
        done.add(name)

    for name in names:
        if name not in done:
            visit(name)
    return back


def _ranks(names: Sequence[str], edges: Sequence[Edge], back: set[int]) -> dict[str, int]:
    """Give each state its longest distance from a state that nothing leads to."""
    down = [_ends(edge, id(edge) in back) for edge in edges]
    ranks = dict.fromkeys(names, 0)
    for _ in names:
        for upper, lower in down:
            ranks[lower] = max(ranks[lower], ranks[upper] + 1)
    return ranks


def _ends(edge: Edge, back: bool) -> tuple[str, str]:
    return (edge.target, edge.source) if back else (edge.source, edge.target)


def _route(
    edge: Edge, states: dict[str, Box], layers: list[list[Box]], size: tuple[float, float], back: bool
) -> Route:
    """Put an edge's label into the emptiest layer between its ends, and thin places into the others."""
    upper, lower = (states[name] for name in _ends(edge, back))
    between = range(upper.layer + 1, lower.layer)
    home = min(
        (layer for layer in between if layer % 2), key=lambda layer: sum(box.width for box in layers[layer])
    )
    boxes = [upper]
    for layer in between:
        box = Box("", *(size if layer == home and edge.labels else (10.0, 10.0)), layer=layer)
        box.edge = edge if layer == home and edge.labels else None
        layers[layer].append(box)
        boxes.append(box)
    boxes.append(lower)
    for above, below in pairwise(boxes):
        above.down.append(below)
        below.up.append(above)
    return Route(edge, tuple(boxes), back)


def _loop(edge: Edge, states: dict[str, Box], layers: list[list[Box]], size: tuple[float, float]) -> Route:
    state = states[edge.source]
    box = Box("", *size, layer=state.layer, edge=edge, beside=state)
    layers[state.layer].insert(layers[state.layer].index(state) + 1, box)
    return Route(edge, (state, box))


def _order(layers: list[list[Box]]) -> None:
    """Sort each layer by its neighbours' middle, then swap neighbours; keep the order that crosses least."""
    best, fewest = [list(layer) for layer in layers], _crossings(layers)
    for sweep in range(_SWEEPS):
        downwards = sweep % 2 == 0
        for layer in layers if downwards else reversed(layers):
            _sort(layer, layers, downwards)
        _swap(layers, 1)
        crossings = _crossings(layers)
        if crossings < fewest:
            best, fewest = [list(layer) for layer in layers], crossings
    for layer, order in zip(layers, best, strict=True):
        layer[:] = order
    _swap(layers, 2)


def _sort(layer: list[Box], layers: list[list[Box]], downwards: bool) -> None:
    place = {id(box): number for each in layers for number, box in enumerate(each)}

    def middle(box: Box) -> float:
        near = box.up if downwards else box.down
        return fmean(place[id(other)] for other in near) if near else place[id(box)]

    layer.sort(key=middle)


def _swap(layers: list[list[Box]], together: int) -> None:
    """Swap neighbours, `together` pairs at once, where that saves a crossing."""
    fewest = _crossings(layers)
    spots = [(layer, index) for layer in layers for index in range(len(layer) - 1)]
    for move in combinations(spots, together):
        if fewest == 0:
            return
        _exchange(move)
        crossings = _crossings(layers)
        if crossings < fewest:
            fewest = crossings
        else:
            _exchange(move[::-1])


def _exchange(move: Sequence[tuple[list[Box], int]]) -> None:
    for layer, index in move:
        layer[index], layer[index + 1] = layer[index + 1], layer[index]


def _crossings(layers: list[list[Box]]) -> int:
    count = 0
    for upper, lower in pairwise(layers):
        place = {id(box): number for number, box in enumerate(lower)}
        ends = [(number, place[id(below)]) for number, box in enumerate(upper) for below in box.down]
        count += sum(
            (a < c and b > d) or (a > c and b < d)
            for index, (a, b) in enumerate(ends)
            for c, d in ends[index + 1 :]
        )
    return count


def _place_across(layers: list[list[Box]]) -> float:
    """Give every box its horizontal centre; returns the width of the whole."""
    for layer in layers:
        _settle(layer, [(0.0, 1.0)] * len(layer))
    # Each turn is an exact step towards least squared distances between neighbours, so this cannot drift.
    for sweep in range(_SETTLING):
        for layer in layers if sweep % 2 == 0 else reversed(layers):
            _settle(layer, [_wish(box) for box in layer])
    left = min(box.x - box.width / 2 for layer in layers for box in layer)
    for layer in layers:
        for box in layer:
            box.x = round(box.x - left, 1)
    return max(box.x + box.width / 2 for layer in layers for box in layer)


def _wish(box: Box) -> tuple[float, float]:
    """Give the middle of the neighbours, and how hard they pull: hardest within a long edge."""
    if box.beside is not None:
        return box.beside.x + (box.beside.width + box.width) / 2 + GAP_X, 0.01
    near = [*box.up, *box.down]
    pull = [1.0 if box.state or other.state else 8.0 for other in near]
    return (fmean([other.x for other in near], pull), sum(pull)) if near else (box.x, 0.01)


def _settle(layer: list[Box], wishes: list[tuple[float, float]]) -> None:
    """Give the places nearest to the weighted wishes that keep the order and the distances."""
    offsets = [0.0]
    for left, right in pairwise(layer):
        offsets.append(offsets[-1] + (left.width + right.width) / 2 + GAP_X)
    blocks: list[tuple[float, float, int]] = []  # weighted sum of wishes, weight, number of boxes
    for (wish, weight), offset in zip(wishes, offsets, strict=False):
        total, count = (wish - offset) * weight, 1
        while blocks and blocks[-1][0] / blocks[-1][1] >= total / weight:
            before = blocks.pop()
            total, weight, count = total + before[0], weight + before[1], count + before[2]
        blocks.append((total, weight, count))
    places = (total / weight for total, weight, count in blocks for _ in range(count))
    for box, place, offset in zip(layer, places, offsets, strict=False):
        box.x = place + offset


def _place_down(layers: list[list[Box]]) -> tuple[tuple[tuple[float, float], ...], float]:
    """Give every box its vertical centre; returns each layer's top and bottom, and the height."""
    bands = tuple(_bands(layers))
    for layer, (top, bottom) in zip(layers, bands, strict=True):
        for box in layer:
            box.y = (top + bottom) / 2
    return bands, bands[-1][1] if bands else 0.0


def _bands(layers: list[list[Box]]) -> Iterator[tuple[float, float]]:
    top = 0.0
    for layer in layers:
        bottom = top + max((box.height for box in layer), default=0.0)
        yield top, bottom
        top = bottom + GAP_Y
