"""OpenAPI Overlay 1.0: the difference of two documents as an overlay, and an overlay applied.

Source: OpenAPI Overlay Specification 1.0.0, "Action Object"; targets are JSONPath queries (RFC 9535) of
names, indices and wildcards, which is all that a difference needs.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from payproof.errors import UnreadableInput

_STEP = re.compile(
    r"""\.(?P<name>[A-Za-z_][\w-]*)|\[(?P<quoted>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")\]|\[(?P<index>\d{1,9})\]|(?P<all>\.\*|\[\*\])"""
)


def overlay_of(before: Any, after: Any, title: str, notes: list[str] | None = None) -> dict[str, Any]:
    """Give the overlay that makes one document out of another.

    Args:
        before, after: The documents.
        title: What the overlay is called.
        notes: Why, one sentence each; they go into its description.
    """
    actions = list(_actions("$", before, after))
    info: dict[str, Any] = {"title": title, "version": "1"}
    if notes:
        info["x-reasons"] = list(notes)
    return {"overlay": "1.0.0", "info": info, "actions": actions}


def _actions(path: str, before: dict[Any, Any], after: dict[Any, Any]) -> Iterator[dict[str, Any]]:
    update: dict[str, Any] = {}
    for key in [*before, *(name for name in after if name not in before)]:
        spot = f"{path}[{_quoted(key)}]"
        old, new = before.get(key), after.get(key)
        if key not in after:
            yield {"target": spot, "remove": True}
        elif key not in before:
            update[key] = new
        elif isinstance(old, dict) and isinstance(new, dict):
            if list(old) != [one for one in new if one in old] and set(old) <= set(new):
                # An update appends new names at the end: another order needs the object written anew.
                yield {"target": spot, "remove": True}
                update[key] = new
            else:
                yield from _actions(spot, old, new)
        elif not _same(old, new):
            # An update appends to a list, so a changed value is taken away first.
            yield {"target": spot, "remove": True}
            update[key] = new
    if update:
        yield {"target": path, "update": update}


def _same(one: Any, two: Any) -> bool:
    return json.dumps(one) == json.dumps(two)


def _quoted(key: Any) -> str:
    return "'" + str(key).replace("\\", "\\\\").replace("'", "\\'") + "'"


def apply(overlay: Any, document: Any) -> Any:
    """Give a document with an overlay's actions carried out in order; both arguments stay as they are.

    Raises:
        UnreadableInput: when it is no overlay of version 1.0, or a target is none of those understood.
    """
    if not isinstance(overlay, Mapping) or not str(overlay.get("overlay", "")).startswith("1.0"):
        raise UnreadableInput(
            "this is no Overlay 1.0 document", where="overlay", hint="begin it with overlay: 1.0.0"
        )
    made = copy.deepcopy(document)
    for number, action in enumerate(overlay.get("actions") or ()):
        if not isinstance(action, Mapping) or not isinstance(action.get("target"), str):
            raise UnreadableInput(
                "this action has no target", where=f"actions/{number}", hint="name a JSONPath"
            )
        steps = _steps(action["target"], number)
        if action.get("remove") is True:
            _remove(made, steps)
        elif "update" in action:
            for place in _places(made, steps):
                _update(place, copy.deepcopy(action["update"]))
    return made


def _steps(target: str, number: int) -> list[str | int | None]:
    steps: list[str | int | None] = []
    at = 1
    while at < len(target):
        match = _STEP.match(target, at)
        if match is None or not target.startswith("$"):
            hint = "use names, indices and wildcards only, such as $.paths['/payments'].get"
            raise UnreadableInput(
                f"the target {target[:80]!r} is not understood", where=f"actions/{number}", hint=hint
            )
        if match["quoted"]:
            steps.append(re.sub(r"\\(.)", r"\1", match["quoted"][1:-1]))
        else:
            steps.append(match["name"] or (int(match["index"]) if match["index"] else None))
        at = match.end()
    return steps


def _places(root: Any, steps: list[str | int | None]) -> list[Any]:
    found = [root]
    for step in steps:
        found = [inner for place in found for _, inner in _children(place, step)]
    return found


def _children(place: Any, step: str | int | None) -> list[tuple[Any, Any]]:
    rows = (
        list(place.items())
        if isinstance(place, dict)
        else list(enumerate(place))
        if isinstance(place, list)
        else []
    )
    return [(key, inner) for key, inner in rows if step is None or key == step or str(key) == step]


def _remove(root: Any, steps: list[str | int | None]) -> None:
    for place in _places(root, steps[:-1]) if steps else ():
        for key, _ in reversed(_children(place, steps[-1])):
            del place[key]


def _update(place: Any, value: Any) -> None:
    if isinstance(place, list):
        place.append(value)
    elif isinstance(place, dict) and isinstance(value, Mapping):
        for key, inner in value.items():
            if isinstance(place.get(key), dict) and isinstance(inner, Mapping):
                _update(place[key], inner)
            elif isinstance(place.get(key), list) and isinstance(inner, list):
                place[key] = [*place[key], *inner]
            else:
                place[key] = inner
