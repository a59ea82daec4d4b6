"""What is shown to be clean at a glance is what is found clean on close inspection, and nothing else."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from payproof import gateway
from payproof.audit import Partial
from payproof.audit.clean import Clean
from payproof.audit.plan import Piece
from payproof.audit.work import Auditor
from payproof.cassettes.journal_lines import entry_line, entry_of
from payproof.cassettes.read import read_all
from payproof.files.quick_json import quick_json
from payproof.model import Interaction
from payproof.signing import Keys, Recipe, scheme_for, sign_message
from payproof.spec import match
from payproof.spec.plain_routes import plain_finder

CODECS = [quick_json(), quick_json(extra=False)]
GATEWAYS = {name: gateway.load(name) for name in ("paykun", "plural")}
KEYS = {name: Keys.of(dict(one.testbed.merchants["main"])) for name, one in GATEWAYS.items()}
RECORDED = {name: list(read_all([Path("cassettes") / name])) for name in GATEWAYS}
SPEC = GATEWAYS["paykun"].spec
RECIPE = scheme_for(SPEC, SPEC.operations["getTransaction"], "response", {})
REPLIES = [one for one in RECORDED["paykun"] if one.operation == "getTransaction" and one.response]
SIGNED = next(
    one for one in REPLIES if one.provenance == "sandbox" and one.response and one.response.status == 200
)


class Judge:
    """The same auditor, with and without its shortcut."""

    def __init__(self, name: str, keys: Keys | None) -> None:
        self.told: list[Interaction] = []
        self.quick = Auditor(GATEWAYS[name].spec, keys, sink=self.told.append)
        self.close = Auditor(GATEWAYS[name].spec, keys, sink=self.told.append)
        self.close._clean.take = lambda line: None  # type: ignore[method-assign]

    def both(self, line: bytes, folder: Path) -> Partial:
        """Give what a line comes to, which is the same by either way and with every codec."""
        self.told.clear()
        path = folder / "a.ndjson"
        path.write_bytes(line)
        piece = Piece(str(path), 0, len(line))
        wanted = self.close.piece(piece)
        told = list(self.told)
        for codec in CODECS:
            self.told.clear()
            self.quick._clean = Clean(self.quick.spec, self.quick._clean._keys, {}, codec)
            assert self.quick.piece(piece).as_data() == wanted.as_data(), (codec.name, line)
            assert self.told == told, codec.name
        return wanted


JUDGES = {
    (name, keys): Judge(name, KEYS[name] if keys else None) for name in GATEWAYS for keys in (True, False)
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("lines")


@pytest.mark.parametrize("name", list(GATEWAYS))
@pytest.mark.parametrize("keys", [True, False])
def test_every_recorded_entry_is_judged_alike(name: str, keys: bool, folder: Path) -> None:
    for one in RECORDED[name]:
        JUDGES[name, keys].both(entry_line(one), folder)


@pytest.mark.parametrize("codec", CODECS, ids=lambda codec: str(codec.name))
def test_honest_status_replies_need_no_second_look(codec: Any) -> None:
    clean = Clean(SPEC, KEYS["paykun"], {}, codec)

    taken = [clean.take(entry_line(one)) for one in REPLIES if "violates" not in one.tags]

    signed = [one for one in taken if one is not None]
    assert len(signed) >= 3
    made = Partial()
    clean.count(made)
    assert made.counts == {"records": len(signed), "valid": len(signed), "verified": made.counts["verified"]}
    assert made.counts["verified"] >= 3


def variant(change: Any) -> bytes:
    """Give the line of a signed reply whose transaction was changed, and signed again."""
    assert SIGNED.response is not None
    assert isinstance(RECIPE, Recipe)
    tree = json.loads(SIGNED.response.body)
    change(tree["data"]["transaction"])
    escaped = "\\ud800" in json.dumps(tree)
    body = json.dumps(tree, separators=(",", ":"), ensure_ascii=escaped).encode()
    signed = sign_message(RECIPE, replace(SIGNED.response, body=body), KEYS["paykun"])
    return entry_line(replace(SIGNED, response=signed))


SCALARS = st.one_of(
    *(
        st.none(),
        st.booleans(),
        st.integers(-(2**70), 2**70),
        st.floats(allow_nan=False, allow_infinity=False),
    ),
    *(st.floats(0, 1e6).map(lambda one: round(one, 2)), st.text(), st.sampled_from(["", "\\/", "a|b", "é"])),
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3)
)


@settings(max_examples=60, deadline=None)
@given(name=st.sampled_from(["custom_field_1", "status", "order", "new", "signature"]), value=VALUES)
@example(name="new", value={})
@example(name="new", value=[[], {"a": []}])
@example(name="custom_field_1", value="\ud800")
@example(name="new", value=-0.0)
@example(name="new", value=1e16)
def test_a_signed_reply_with_any_value_is_judged_alike(folder: Path, name: str, value: Any) -> None:
    line = variant(lambda transaction: transaction.__setitem__(name, value))

    JUDGES["paykun", True].both(line, folder)


def test_any_amount_prints_alike(folder: Path) -> None:
    amounts = [0, -0.0, 1, 11.5, 0.1, 0.0001, 0.00001, 123456789.1234, 1e15, 1e17, 2**53, 2**63, 0.1 + 0.2]
    for amount in amounts:
        line = variant(lambda transaction, put=amount: transaction["order"].__setitem__("gross_amount", put))
        JUDGES["paykun", True].both(line, folder)


PIECES = st.sampled_from(
    [
        *(b'"', b"{", b"}", b"[", b"]", b",", b":", b"\\", b"/", b"0", b"1.0", b"1e5", b"null", b"NaN", b" "),
        *(
            b'\\"a\\":1,',
            b"Success",
            b"\xff",
            b"\\u0041",
            b"tags",
            b"base64",
            b"getTransaction",
            b"paymentUpdate",
        ),
    ]
)


@settings(max_examples=150, deadline=None)
@given(
    at=st.floats(0, 1), cut=st.integers(0, 12), put=st.lists(PIECES, max_size=2), which=st.integers(0, 10**6)
)
def test_a_mutated_line_is_judged_alike(
    folder: Path, at: float, cut: int, put: list[bytes], which: int
) -> None:
    name = "plural" if which % 3 == 0 else "paykun"
    rows = RECORDED[name] if name == "plural" else REPLIES
    line = entry_line(rows[which % len(rows)])
    place = int(at * (len(line) - 1))
    mutated = line[:place] + b"".join(put) + line[place + cut :].rstrip(b"\n") + b"\n"

    JUDGES[name, which % 2 == 0].both(mutated, folder)


def entry(**changes: Any) -> bytes:
    data = entry_of(SIGNED)
    for path, value in changes.items():
        *way, last = path.split("__")
        holder = data
        for step in way:
            holder = holder[step]
        holder[last] = value
    return json.dumps(data).encode() + b"\n"


BODY = entry_of(SIGNED)["response"]["body"]
ODD: list[dict[str, Any]] = [
    {"operation": 5},
    {"operation": ["getTransaction"]},
    {"operation": "paymentUpdate"},
    {"tags": {}},
    {"payproof-cassette": 1},
    {"verdicts": 5},
    {"verdicts": {"response": {"reason": "no-key"}}},
    {"verdicts": {"response": "mismatch"}},
    {"request": None},
    {"request__method": "get"},
    {"request__method": "POST"},
    {"request__uri": "/v1/merchant/transaction/a%20b"},
    {"request__uri": "/nowhere"},
    {"request__headers": {}},
    {"request__headers": [["a"]]},
    {"request__headers": ["ab"]},
    {"request__headers": [["a", {}]]},
    {"request__body": None},
    {"response": None},
    {"response__status": "200"},
    {"response__status": True},
    {"response__status": 404},
    {"response__status": 299},
    {"response__headers": []},
    {"response__headers": [["X-Payproof-Invented", "x"], ["content-type", "application/json"]]},
    {"response__headers": [["Content-Encoding", "gzip"], ["content-type", "application/json"]]},
    {"response__headers": [["content-type", "text/html"], ["content-type", "application/json"]]},
    {"response__headers": [["CONTENT-TYPE", "application/json; charset=utf-8"]]},
    {"response__headers": [["content-type", 5]]},
    {"response__headers": [["content-type", "application/json"], ["x", {}]]},
    {"response__headers": [["content-type", "application/json"], [5, "x"]]},
    {"response__body": ""},
    {"response__body": "[" * 900 + "]" * 900},
    {"response__body": " " + BODY},
    {"response__body": BODY.replace('"status":true', '"status":true,"status":true', 1)},
    {"response__body": BODY.replace("Success", "S\\u0075ccess")},
    {"response__body": BODY.replace("Success", "Suc\\/cess")},
    {"response__body": BODY.replace(":11,", ":11.0,")},
    {"deep": json.loads("[" * 500 + "]" * 500)},
]


@pytest.mark.parametrize("changes", ODD, ids=lambda one: ",".join(one)[:40])
def test_an_odd_entry_is_judged_alike(changes: dict[str, Any], folder: Path) -> None:
    for keys in (True, False):
        JUDGES["paykun", keys].both(entry(**changes), folder)


def test_a_forged_value_is_never_taken_for_clean(folder: Path) -> None:
    made = JUDGES["paykun", True].both(entry(response__body=BODY.replace("Success", "Succes5")), folder)

    assert made.counts["signature-wrong"] == 1


@settings(max_examples=100, deadline=None)
@given(
    base=st.sampled_from(
        ["", "http://127.0.0.1:8400", "https://api.paykun.com", "https://a.example/x", "//a"]
    ),
    path=st.sampled_from(["", "/v1", "/v2"]),
    steps=st.lists(
        st.sampled_from(["merchant", "transaction", "1", "orders", "refund", "", "%41", "a b"]), max_size=6
    ),
    method=st.sampled_from(["GET", "POST", "get"]),
    rest=st.sampled_from(["", "/", "?a=1", "#x", "\n"]),
)
def test_a_plain_target_is_matched_alike(
    base: str, path: str, steps: list[str], method: str, rest: str
) -> None:
    from payproof.model import Message

    target = base + path + "".join(f"/{step}" for step in steps) + rest
    found = plain_finder(SPEC)(method, target)

    if found is not None:
        wanted = match(SPEC, Message(method, target))
        assert wanted is not None
        assert wanted.operation is found
