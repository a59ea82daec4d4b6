"""Schemes, keys, and Hypothesis strategies for messages that a scheme can sign."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote_plus

from hypothesis import strategies as st
from tests.signing.schemes import SCHEMES

from payproof.model import Message
from payproof.signing import Keys, Recipe, load_scheme

KEYS = Keys.of(
    {
        "encryption_key": "0123456789ABCDEF0123456789ABCDEF",
        "access_token": "FEDCBA9876543210FEDCBA9876543210",
        "webhook_secret": "abc1234",
        "callback_secret": "00112233445566778899aabbccddeeff",
        "v2_secret": "ffeeddccbbaa99887766554433221100",
    },
    test=True,
)
OTHER = Keys.of({role: row[0].text[::-1] for role, row in KEYS.items()})
NOW_S = 1_700_000_000
RECIPES = {name: load_scheme(SCHEMES, name) for name in SCHEMES if SCHEMES[name]["kind"] == "signature"}
RECIPES["paykun.request query"] = load_scheme(SCHEMES, "paykun.request", source="query")


def _objects(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    names = st.text(max_size=6).filter(lambda name: name not in ("signature", "timestamp"))
    return st.dictionaries(names, inner, max_size=4)


scalars = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
)
values = st.recursive(scalars, lambda inner: st.lists(inner, max_size=3) | _objects(inner), max_leaves=8)


def recipe_named(name: str) -> Recipe:
    found = RECIPES[name]
    assert isinstance(found, Recipe)
    return found


@st.composite
def messages(draw: st.DrawFn) -> tuple[Recipe, Message]:
    """Draw a scheme and a message which it can sign."""
    name = draw(st.sampled_from(sorted(RECIPES)))
    recipe = recipe_named(name)
    inside = draw(_objects(values))
    escaped = draw(st.booleans())
    if recipe.source.place in ("query", "return-url", "form"):
        return recipe, form_message(recipe, draw(_objects(st.text())))
    if name == "paykun.mobile":
        inside["timestamp"] = draw(st.text(min_size=1))
    if name == "plural.v2-xverify":
        inside = {"request": draw(st.text()), **inside}
    body: Any = inside
    for part in reversed(recipe.source.pointer.split("/")[1:]):
        body = {"status": True, part: body}
    text = json.dumps(body, ensure_ascii=escaped, indent=draw(st.sampled_from([None, 2])))
    headers = [("Content-Type", "application/json")]
    if name == "plural.webhook":
        headers += [("webhook-id", draw(st.text(max_size=9))), ("Webhook-Timestamp", str(NOW_S))]
    return recipe, Message("POST", "/x", tuple(headers), text.encode("utf-8", "surrogatepass"))


def form_message(recipe: Recipe, fields: dict[str, str]) -> Message:
    text = "&".join(f"{quote_plus(name)}={quote_plus(value)}" for name, value in fields.items() if name)
    if recipe.source.place == "form":
        return Message("POST", "/x", (("content-type", "application/x-www-form-urlencoded"),), text.encode())
    return Message("GET", f"/x?{text}")
