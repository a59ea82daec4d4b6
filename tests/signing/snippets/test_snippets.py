"""Each snippet gives the vectors' signatures in its own language; what was never run is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.signing.diagnosis.wrong import recipe, spec
from tests.signing.snippets.harness import missing, refusals, run
from tests.signing.vectors import keys_of, message_of, vectors

from payproof.errors import ToolkitError, UsageError
from payproof.signing import Recipe, explain, load_scheme
from payproof.signing.fields import bytes_of_text
from payproof.signing.snippets.shape import Shape, shape_of
from payproof.signing.snippets.write import LANGUAGES, ran, snippet


def schemes() -> dict[str, Recipe]:
    found = {}
    for gateway in ("paykun", "plural"):
        for name in spec(gateway).schemes:
            point = load_scheme(spec(gateway).schemes, name)
            if isinstance(point, Recipe):
                found[name] = point
    return found


def shapes() -> dict[str, Shape]:
    found = {}
    for name, point in schemes().items():
        try:
            found[name] = shape_of(point)
        except UsageError:
            continue
    return found


def rows(scheme: str, shape: Shape) -> tuple[list[list[bytes]], list[str]]:
    """Give what a snippet is fed for each vector, and the signature it must give."""
    fed, expected = [], []
    for name, case in vectors():
        if name != scheme or case["result"] != "valid" or "recipe" in case:
            continue
        keys = keys_of(case)
        try:
            trace = explain(recipe(scheme), message_of(case), keys)
        except ToolkitError:
            continue
        fields = [(bytes_of_text(one), bytes_of_text(text)) for one, text in trace.fields]
        if shape.parts:
            row = [text for _, text in fields]
        else:
            if any(_odd(part) for pair in fields for part in pair):
                continue
            # What is sorted is fed in another order, and what is not signed is fed too.
            given = (fields[::-1] if shape.is_sorted else fields) + [
                (one.encode(), b"x") for one in shape.excluded
            ]
            row = [part for pair in given for part in pair]
        fed.append([str.__str__(keys[_role(scheme)][0].text).encode(), *row])
        expected.append(trace.signature)
        assert trace.signature == case.get("signature", trace.signature)
    return fed, expected


def _role(scheme: str) -> str:
    return recipe(scheme).rounds[0].key.role


def _odd(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return True
    return False


PAIRS = [(language, name) for language in LANGUAGES for name in shapes()]
#: Whose compiler takes a second or more for each; of these, one scheme is run each time.
COMPILED = {"java", "go"}
EACH_TIME = {"paykun.request"}
ROWS = [
    pytest.param(language, name, marks=pytest.mark.slow)
    if language in COMPILED and name not in EACH_TIME
    else (language, name)
    for language, name in PAIRS
]


@pytest.mark.parametrize(("language", "scheme"), ROWS)
def test_a_snippet_gives_the_vectors_signatures(language: str, scheme: str, tmp_path: Path) -> None:
    shape = shapes()[scheme]
    fed, expected = rows(scheme, shape)
    if not fed:
        assert scheme not in ran().get(language, [])
        pytest.skip(f"{scheme} has no vectors that are texts throughout")
    if missing(language):
        pytest.skip(f"{language} is not installed here")
    code = LANGUAGES[language](shape)
    assert run(language, code, shape, fed, tmp_path) == expected
    assert scheme in ran()[language]
    assert snippet(recipe(scheme), language) == code


def one_scheme(*, hex_key: bool) -> str:
    return next(name for name, one in shapes().items() if one.hex_key is hex_key and not one.parts)


#: Pasted by mistake: another value, hexadecimal of odd length, with a line end, nothing at all.
UNFIT = {
    True: [b"not-hex-at-all", b"0123456789abcdef0", b"00112233\n", b"zz" * 16, b""],
    False: [b""],
}


@pytest.mark.parametrize(
    ("language", "hex_key"),
    [
        pytest.param(language, hex_key, marks=pytest.mark.slow if language in COMPILED else ())
        for language in LANGUAGES
        for hex_key in UNFIT
    ],
)
def test_a_key_that_signs_nothing_safely_is_refused(language: str, hex_key: bool, tmp_path: Path) -> None:
    if missing(language):
        pytest.skip(f"{language} is not installed here")
    shape = shapes()[one_scheme(hex_key=hex_key)]
    fed = [[key, b"a", b"1"] for key in UNFIT[hex_key]]
    said = refusals(language, LANGUAGES[language](shape), shape, fed, tmp_path)
    assert all(said), "signed with a key that anybody knows"
    assert "key is" in said[-1]


def test_the_record_names_nothing_that_no_test_runs() -> None:
    assert {(language, name) for language, names in ran().items() for name in names} <= set(PAIRS)


def test_a_pair_that_was_never_run_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from payproof.signing.snippets import write

    (tmp_path / "ran.json").write_text(json.dumps({"python": ["paykun.request"]}))
    monkeypatch.setattr(write, "RAN", tmp_path / "ran.json")
    assert "def sign" in snippet(recipe("paykun.request"), "python")
    with pytest.raises(UsageError, match="was never run"):
        snippet(recipe("paykun.request"), "go")


@pytest.mark.parametrize("scheme", ["paykun.mobile", "plural.v2-xverify-webhook"])
def test_a_scheme_that_is_no_short_code_is_refused(scheme: str) -> None:
    with pytest.raises(UsageError, match="does more than a short one can say"):
        snippet(recipe(scheme), "python")
