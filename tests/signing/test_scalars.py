"""Numbers, booleans and null are printed as the languages themselves print them."""

from __future__ import annotations

import json

import pytest
from tests.signing.asking import ask
from tests.signing.samples import lexemes

from payproof.signing.nesting import scalar_text
from payproof.signing.scalars import SCALARS, java_double, two_decimals

NUMBERS = lexemes()


@pytest.mark.parametrize(
    ("preset", "language", "task"),
    [
        ("php", "php", "number"),
        ("php17", "php", "number-17"),
        ("php-shortest", "php", "number-shortest"),
        ("javascript", "node", "number"),
        ("go", "go", "number"),
    ],
)
def test_numbers_are_printed_as_the_language_prints_them(preset: str, language: str, task: str) -> None:
    answers = ask(language, [(task, lexeme) for lexeme in NUMBERS])
    # Go's decoder refuses what does not fit a float64; there is then nothing to print.
    pairs = [(lexeme, theirs) for lexeme, theirs in zip(NUMBERS, answers, strict=True) if theirs != "!"]
    ours = [(lexeme, SCALARS[preset].run.number(lexeme)) for lexeme, _ in pairs]
    assert ours == pairs


def test_python_numbers_are_those_of_json_loads() -> None:
    assert [SCALARS["python"].run.number(lexeme) for lexeme in NUMBERS] == [
        str(json.loads(lexeme)) for lexeme in NUMBERS
    ]


def test_java_doubles_are_those_of_double_tostring() -> None:
    plain = [text for text in NUMBERS if len(text.strip("-0.")) <= 12 and "e" not in text.lower()]
    version, *answers = ask("java", [("version", ""), *(("double", text) for text in (*plain, *NUMBERS))])
    assert [java_double(text) for text in plain] == answers[: len(plain)]
    if int(version) >= 19:
        # Before, Double.toString printed more digits than needed (JDK-4511638).
        assert [java_double(text) for text in NUMBERS] == answers[len(plain) :]


def test_java_longs_are_their_digits() -> None:
    whole = [text for text in NUMBERS if text.lstrip("-").isdigit() and len(text) < 19]
    assert [SCALARS["java"].run.number(text) for text in whole] == ask("java", [("long", t) for t in whole])


@pytest.mark.parametrize(
    ("preset", "null", "true", "false"),
    [
        ("php", "", "1", ""),
        ("javascript", "null", "true", "false"),
        ("python", "None", "True", "False"),
        ("java", "null", "true", "false"),
        ("go", "<nil>", "true", "false"),
        ("as-sent", "null", "true", "false"),
    ],
)
def test_null_and_booleans_have_the_language_s_words(preset: str, null: str, true: str, false: str) -> None:
    style = SCALARS[preset].run
    assert [scalar_text(value, style) for value in (None, True, False)] == [null, true, false]


@pytest.mark.parametrize("preset", list(SCALARS))
def test_no_number_text_is_too_long_or_too_large_to_print(preset: str) -> None:
    hostile = [
        "9" * 200_000,
        "0." + "1" * 200_000,
        "1e999999999",
        "-1e999999999",
        "1e-99999999999999999999",
        "-1e-99999999999999999999",
        "1e-999999999",
        "1" + "0" * 5000,
    ]
    printed = [SCALARS[preset].run.number(lexeme) for lexeme in hostile]
    assert max(map(len, printed)) <= 200_100


def test_long_number_texts_are_not_kept_in_memory() -> None:
    number = SCALARS["php"].run.number
    held = number.__self__  # type: ignore[attr-defined]
    number("1.5")
    before = len(held)
    for length in range(100, 200):
        number("1" * length)
    assert len(held) == before
    assert "1.5" in held


def test_the_store_of_number_texts_does_not_grow_without_end() -> None:
    number = SCALARS["javascript"].run.number
    for at in range(10_000):
        number(f"{at}.5")
    assert len(number.__self__) <= 4096  # type: ignore[attr-defined]


def test_two_decimals_round_half_even_and_leave_the_infinite_alone() -> None:
    assert [two_decimals(text) for text in ("10", "0.125", "1e400", "2.5e1")] == [
        "10.00",
        "0.12",
        "1e400",
        "25.00",
    ]
