"""What an answer holds: the two documented traps, alternatives, what was tried, and the right signature."""

from __future__ import annotations

import base64
from collections.abc import Callable

import pytest
from tests.signing.diagnosis.wrong import KEY, KEYS, PLURAL, SECRET, TOKEN, asked, first, hook, mac, refund

from payproof.model import Message
from payproof.signing import Keys
from payproof.signing.diagnosis.answer import summary

TEXT = "10.50|Late|#"
LIVE = Keys.of({"encryption_key": KEY, "access_token": TOKEN})


def test_paykuns_pseudo_code_is_named_where_sha_256_was_used() -> None:
    (answer,) = asked(refund(mac(TEXT, KEY, "sha256"))).explanations
    assert [cause.choice for cause in answer.causes] == ["hmac-sha256"]
    assert [known.name for known in answer.profiles] == ["paykun-docs-pseudocode"]


def test_plurals_base64_text_used_as_the_key_is_named() -> None:
    text = 'msg_1.1700000000.{"event_type": "PAID", "data": {"id": "1"}}'
    digest = bytes.fromhex(mac(text, base64.b64encode(SECRET.encode()), "sha256"))
    received = "v1," + base64.b64encode(digest).decode()
    (answer,) = asked(hook(received), "plural.webhook", PLURAL).explanations
    assert [cause.choice for cause in answer.causes] == ["base64-text"]
    assert [known.name for known in answer.profiles] == ["webhook-base64-text-as-key"]


def test_an_sdk_whose_point_lies_several_choices_off_is_named_at_once() -> None:
    # The Node.js SDK prints as JavaScript does and flattens nothing.
    received = mac("1|true|null|[object Object]|#")
    (answer,) = asked(refund(received, {"a": "1", "b": True, "c": None, "d": {"x": "2"}})).explanations
    assert [cause.choice for cause in answer.causes] == ["paykun-node"]


@pytest.mark.parametrize(
    "written",
    [lambda text: base64.b64encode(bytes.fromhex(text)).decode(), str.upper, lambda text: text[:64]],
)
def test_an_sdk_that_writes_the_digest_otherwise_is_not_said_to_compute_the_signature(
    written: Callable[[str], str],
) -> None:
    (answer,) = asked(refund(written(mac(TEXT)))).explanations
    assert ([cause.dimension for cause in answer.causes], answer.profiles) == (["output"], ())
    # Nor where its point lies several choices off.
    body = {"a": "1", "b": True, "c": None, "d": {"x": "2"}}
    found = asked(refund(written(mac("1|true|null|[object Object]|#")), body))
    assert all(cause.choice != "paykun-node" for row in found.explanations for cause in row.causes)
    assert not any(row.profiles for row in found.explanations)


def test_explanations_that_give_the_same_bytes_are_one_with_alternatives() -> None:
    found = asked(refund(mac(TEXT[:-1])))
    assert len(found.explanations) == 1
    assert first(found)[0] >= {"join/no-end", "text-edits/cut-last-1"}


def test_each_cause_says_what_to_change_and_where_it_is_documented() -> None:
    found = asked(refund(mac("10.50,Late,#", TOKEN)))
    assert all(cause.says and cause.change for cause in found.explanations[0].causes)
    assert "signature-generation-and-verification" in found.documented


@pytest.mark.parametrize(("keys", "shown"), [(KEYS, mac(TEXT)), (LIVE, "")])
def test_the_right_signature_is_given_under_test_keys_only(keys: Keys, shown: str) -> None:
    for received in (mac(TEXT, TOKEN), "0" * 128):
        assert asked(refund(received), keys=keys, most_mistakes=1).right == shown


def test_a_valid_message_needs_no_explanation() -> None:
    found = asked(refund(mac(TEXT)))
    assert (found.verdict.ok, found.explanations, found.not_tried) == (True, (), ())
    assert summary(found) == "the signature is right"


def test_a_stale_webhook_is_said_to_be_and_nothing_is_searched() -> None:
    digest = bytes.fromhex(
        mac('msg_1.1700000000.{"event_type": "PAID", "data": {"id": "1"}}', SECRET, "sha256")
    )
    message = hook("v1," + base64.b64encode(digest).decode())
    assert asked(message, "plural.webhook", PLURAL).verdict.ok
    late = asked(message, "plural.webhook", PLURAL, now_s=1700009999)
    assert (late.verdict.reason, late.hypotheses) == ("stale", 0)


def test_a_right_signature_over_a_repeated_key_has_no_mistake_but_is_refused() -> None:
    body = f'{{"a": "1", "a": "2", "signature": "{mac("1|2|#")}"}}'
    found = asked(Message("POST", "/", (), body.encode()))
    assert found.verdict.reason == "duplicate-keys"
    assert found.explanations[0].causes == ()
    assert summary(found).startswith("the signature itself is right")


def test_a_message_without_a_signature_has_nothing_to_explain() -> None:
    found = asked(Message("POST", "/", (), b'{"a": "1"}'))
    assert (found.proven, found.hypotheses) == (False, 0)
    assert "no signature in the field signature" in found.not_tried[0]


def test_an_empty_body_is_said_to_limit_what_can_be_found() -> None:
    found = asked(hook("v1," + "A" * 43 + "=", body=""), "plural.webhook", PLURAL, most_mistakes=1)
    assert any("give the raw body as it travelled" in reason for reason in found.not_tried)
    assert any("--earlier" in reason for reason in found.not_tried)


def test_a_request_whose_body_was_not_printed_is_said_to_lack_it() -> None:
    found = asked(Message("POST", "/", (), b""))
    assert "the body is empty" in found.not_tried[0]
    assert "curl -v does not print" in found.not_tried[0]


def test_what_cannot_be_a_digest_is_not_said_to_have_been_searched() -> None:
    found = asked(refund("zz"))
    assert (found.tried, found.mistakes) == ({}, 0)


def test_the_summary_holds_the_cause_and_the_change() -> None:
    found = summary(asked(refund(mac(TEXT, TOKEN))))
    assert found == (
        "the signature was made with the access token as the key. "
        "Change: use the text of the encryption key as it stands"
    )
    assert "no cause is named" in summary(asked(refund("0" * 128), most_mistakes=1))
