"""JSON written again is what each language's encoder writes."""

from __future__ import annotations

import base64
import json

import pytest
from tests.signing.asking import ask
from tests.signing.samples import documents

from payproof.signing.bodytext import BodyText, JsonStyle, body_bytes, write_json
from payproof.signing.dimension_body import JSON_TEXTS
from payproof.signing.fields import UnreadableBody, parse_json


@pytest.mark.parametrize("language", ["php", "node"])
def test_each_style_is_the_language_s_own(language: str) -> None:
    asked = documents()
    answers = ask(language, [("json", text) for text in asked])
    assert [write_json(parse_json(text), JSON_TEXTS[language]) for text in asked] == answers


def test_go_s_style_is_its_encoder_s() -> None:
    # Encoders before Go 1.22 write \b and \f as \u0008 and \u000c: texts without them are asked.
    asked = documents(wide=False)
    answers = ask("go", [("json", text) for text in asked])
    assert [write_json(parse_json(text), JSON_TEXTS["go"]) for text in asked] == answers


def test_python_s_style_is_that_of_json_dumps() -> None:
    asked = documents()
    ours = [write_json(parse_json(text), JSON_TEXTS["python"]) for text in asked]
    assert ours == [json.dumps(json.loads(text)) for text in asked]


@pytest.mark.parametrize("indent", [2, 4])
def test_indented_styles_are_those_of_json_dumps(indent: int) -> None:
    asked = documents()
    style = JsonStyle(separators=f"indent-{indent}")
    ours = [write_json(parse_json(text), style) for text in asked]
    assert ours == [json.dumps(json.loads(text), indent=indent, ensure_ascii=False) for text in asked]


def test_number_texts_and_repeated_keys_survive_writing_again() -> None:
    text = '{"a":10.50,"a":1E2,"b":-0}'
    assert write_json(parse_json(text), JsonStyle()) == text


def test_base64_of_the_raw_body_is_that_of_the_standard_library() -> None:
    raw = bytes(range(256))
    assert body_bytes(raw, BodyText(base64="plain")) == base64.b64encode(raw)
    assert body_bytes(raw, BodyText(base64="lines")) == base64.encodebytes(raw)
    assert body_bytes(raw, BodyText(base64="url")) == base64.urlsafe_b64encode(raw)


def test_a_body_that_must_be_parsed_and_is_not_json_is_unreadable() -> None:
    with pytest.raises(UnreadableBody):
        body_bytes(b"{", BodyText(JsonStyle()))
