"""Keys given as canaries appear in no answer of any format, in no traceback, nor under --showlocals."""

from __future__ import annotations

import base64
import json
import traceback

import pytest
from tests.signing.diagnosis.wrong import asked, mac, refund

from payproof.model import Message
from payproof.report.diagnosis import render, to_data
from payproof.signing import Keys
from payproof.signing.diagnosis import diagnose as module
from payproof.signing.diagnosis.answer import Diagnosis, summary

pytest_plugins = ["pytester"]
KEY, TOKEN = "CANARY-7f3a9c51-ENCRYPTION", "CANARY-b20e88d4-ACCESS-TOKEN"
KEYS = Keys.of({"encryption_key": KEY, "access_token": TOKEN, "sandbox.access_token": TOKEN[::-1]})
TEXT = "10.50|Late|#"


def told(found: Diagnosis) -> str:
    return "\n".join([render(found, KEYS), json.dumps(to_data(found, KEYS)), summary(found), repr(found)])


def pieces() -> list[str]:
    return [text[at : at + 8] for text in (KEY, TOKEN, TOKEN[::-1]) for at in range(len(text) - 7)]


@pytest.mark.parametrize(
    "signed",
    [
        f"10.50|Late|{TOKEN}|#",
        f"{KEY}|10.50|Late|#",
        f"10.50|Late|{TOKEN}"[:-1],
        f"{TOKEN}|10.50|Late",
    ],
)
def test_a_key_that_was_signed_as_a_field_shows_as_its_role(signed: str) -> None:
    found = asked(refund(mac(signed, KEY)), keys=KEYS)
    shown = told(found)
    assert not [piece for piece in pieces() if piece in shown]
    if found.proven:
        assert "_token" in shown or "encryption_key" in shown


@pytest.mark.parametrize("received", [TOKEN, base64.b64encode(KEY.encode()).decode(), KEY.encode().hex()])
def test_a_key_in_the_signatures_place_does_not_show(received: str) -> None:
    shown = told(asked(refund(received), keys=KEYS, most_mistakes=1))
    assert KEY not in shown
    assert TOKEN not in shown
    assert received not in shown


def test_a_key_in_the_message_shows_neither_whole_nor_encoded() -> None:
    body = {"token": TOKEN, "upper": TOKEN.upper(), "b64": base64.b64encode(f"x{TOKEN}y".encode()).decode()}
    shown = told(asked(refund("0" * 128, body), keys=KEYS, most_mistakes=1))
    assert not [piece for piece in pieces() if piece in shown or piece.upper() in shown]
    assert base64.b64encode(f"x{TOKEN}y".encode()).decode()[4:-4] not in shown


def test_the_right_signature_does_not_show_without_test_keys() -> None:
    assert mac(TEXT, KEY) not in told(asked(refund(mac(TEXT, TOKEN)), keys=KEYS))


def test_a_fault_of_the_search_shows_no_key_in_its_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: object, **more: object) -> object:
        held = f"{KEY} {TOKEN}"
        raise ValueError(held)

    monkeypatch.setattr(module, "search", broken)
    with pytest.raises(RuntimeError) as caught:
        asked(refund("0" * 128), keys=KEYS)
    text = "".join(traceback.TracebackException.from_exception(caught.value, capture_locals=True).format())
    assert "CANARY" not in text
    assert "ValueError at" in str(caught.value)


def test_neither_a_failing_test_nor_a_fault_shows_a_key_under_showlocals(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CANARY_KEY", KEY)
    monkeypatch.setenv("CANARY_TOKEN", TOKEN)
    pytester.makepyfile(
        """
        import os
        from payproof.cli.scheme_options import load_spec
        from payproof.model import Message
        from payproof.signing import Keys, diagnose, load_scheme
        from payproof.signing.diagnosis.search import _Split

        env = os.environ
        keys = Keys.of({"encryption_key": env["CANARY_KEY"], "access_token": env["CANARY_TOKEN"]})
        recipe = load_scheme(load_spec("paykun").schemes, "paykun.request")
        message = Message("POST", "/", (), b'{"a": "1", "signature": "%s"}' % (b"0" * 128))

        def test_a_cause_is_found():
            found = diagnose(recipe, message, keys, most_mistakes=2)
            assert found.proven

        def test_the_search_breaks(monkeypatch):
            monkeypatch.setattr(_Split, "_leaf", lambda self, path, rank, text: 1 / 0)
            diagnose(recipe, message, keys)
        """
    )
    done = pytester.runpytest_subprocess("--showlocals", "-vv", "--tb=long", "-p", "no:cacheprovider")
    done.assert_outcomes(failed=2)
    shown = done.stdout.str() + done.stderr.str()
    assert "ZeroDivisionError at" in shown
    assert not [piece for piece in pieces()[:40] if piece in shown]


def test_test_keys_are_shown_as_they_are() -> None:
    keys = Keys.of({"encryption_key": KEY, "access_token": TOKEN}, test=True)
    message = Message("POST", "/", (), f'{{"a": "{TOKEN}", "signature": "{mac("x", TOKEN)}"}}'.encode())
    assert TOKEN in render(asked(message, keys=keys, most_mistakes=1), keys)
