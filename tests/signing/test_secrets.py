"""A key shows nowhere: not in repr, str, errors, verdicts, traces, nor under pytest --showlocals."""

from __future__ import annotations

import copy
import pickle
import traceback
from pathlib import Path

import pytest
from tests.signing.schemes import SCHEMES

from payproof.errors import KeyMaterialError
from payproof.model import Message
from payproof.signing import Key, Keys, explain, load_scheme, open_envelope, seal, verify
from payproof.signing.key_forms import FORMS

pytest_plugins = ["pytester"]
CANARY = "CANARY-7f3a9c-KEY"
MESSAGE = Message("POST", "/", (), b'{"a":"b","signature":"0"}')
KEYS = Keys.of({"encryption_key": CANARY})


def shown(thing: object) -> str:
    return f"{thing!r} {thing} {thing:}" if not isinstance(thing, bytes | str) else f"{thing!r}"


def test_neither_keys_nor_what_they_hold_show_themselves() -> None:
    key = KEYS["encryption_key"][0]
    held = [
        KEYS,
        key,
        key.text,
        key.material(),
        key.material("base64-text"),
        vars(Keys),
        [key],
        {"k": key.text},
    ]
    assert CANARY not in " ".join(map(shown, held))
    assert shown(key.material("hex-text")) == "<secret bytes>" or "CANARY" not in shown(
        key.material("hex-text")
    )


@pytest.mark.parametrize("form", list(FORMS))
def test_no_form_of_a_key_shows_it_not_even_when_it_does_not_fit(form: str) -> None:
    key = Key(CANARY, role="encryption_key")
    try:
        made = repr(key.material(form))
    except KeyMaterialError as error:
        made = str(error) + "".join(traceback.format_exception(error))
    assert CANARY not in made


def test_verdicts_and_traces_hold_no_key() -> None:
    recipe = load_scheme(SCHEMES, "paykun.request")
    verdict, trace = verify(recipe, MESSAGE, KEYS), explain(recipe, MESSAGE, KEYS)  # type: ignore[arg-type]
    assert CANARY not in repr(verdict) + str(verdict) + repr(trace) + str(trace)


def test_envelopes_show_no_key_whether_they_open_or_not() -> None:
    envelope = load_scheme(SCHEMES, "paykun.checkout")
    sealed = seal(envelope, [("a", "b")], KEYS, iv=bytes(16))  # type: ignore[arg-type]
    opened = [open_envelope(envelope, text, KEYS) for text in (sealed.text, "x", sealed.text[:-4])]  # type: ignore[arg-type]
    assert CANARY not in repr([sealed, opened])
    assert opened[0].ok


def test_a_key_is_not_pickled_and_tells_only_its_fingerprint() -> None:
    key = Key(CANARY, role="encryption_key")
    with pytest.raises(TypeError, match="not written anywhere"):
        pickle.dumps(key)
    with pytest.raises(TypeError, match="not written anywhere"):
        copy.deepcopy(key)
    assert key == Key(CANARY, role="encryption_key") != Key(CANARY + "x", role="encryption_key")
    assert len(key.fingerprint) == 8


def test_a_text_that_holds_a_key_is_masked_unless_it_is_a_test_key() -> None:
    text = f"merchant 1 {CANARY} and {CANARY}"
    assert KEYS.mask(text) == "merchant 1 <encryption_key> and <encryption_key>"
    assert Keys.of({"encryption_key": CANARY}, test=True).mask(text) == text


def test_local_variables_of_a_failing_test_show_no_key(pytester: pytest.Pytester) -> None:
    pytester.makeconftest("")
    pytester.makepyfile(
        f"""
from payproof.model import Message
from payproof.signing import Keys, Key, explain, load_scheme, verify, sign_message
from payproof.signing.verdict import _compare
import sys
sys.path.insert(0, {str(Path(__file__).parents[2])!r})
from tests.signing.schemes import SCHEMES

def test_engine():
    keys = Keys.of({{"encryption_key": open("key.txt").read()}})
    key = keys["encryption_key"][0]
    material, text, row = key.material(), key.text, keys.need("encryption_key")
    recipe = load_scheme(SCHEMES, "paykun.request")
    signed = sign_message(recipe, Message("POST", "/", (), b'{{"a":"b"}}'), keys)
    verdict, trace = verify(recipe, signed, keys), explain(recipe, signed, keys)
    assert not verdict

def test_inside():
    keys = Keys.of({{"callback_secret": open("key.txt").read()}})
    recipe = load_scheme(SCHEMES, "plural.callback")
    explain(recipe, Message("GET", "/?a=1"), keys)
"""
    )
    (pytester.path / "key.txt").write_text(CANARY)
    done = pytester.runpytest_subprocess("--showlocals", "-vv", "--tb=long", "-p", "no:cacheprovider")
    done.assert_outcomes(failed=2)
    assert CANARY not in done.stdout.str() + done.stderr.str()
