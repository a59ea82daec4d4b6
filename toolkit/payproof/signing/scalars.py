"""How each language prints a value when it joins it into a text.

No gateway documents how a boolean, a null or a float is printed into the canonical string; the
language of the signer decides. Numbers are given as their JSON text (`Number`), since `11.0` and
`11` are different texts and only some languages print them alike.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from math import isinf

from payproof.signing.choices import Choice, Table
from payproof.signing.remembered import remembered


@dataclass(frozen=True, slots=True)
class ScalarStyle:
    """The texts of the values that are not strings, in one language.

    Args:
        null, true, false, missing: Their texts.
        number: Turns a number's JSON text into the language's own.
    """

    null: str
    true: str
    false: str
    missing: str
    number: Callable[[str], str]


_INT64 = range(-(2**63), 2**63)


def _is_integer(lexeme: str) -> bool:
    return lexeme.lstrip("-").isdigit()


def _as_float(lexeme: str) -> float:
    return float(lexeme)


def _significant(value: float, digits: int | None) -> tuple[str, int]:
    """Give the decimal digits without trailing zeros, and the exponent of the first one."""
    from decimal import Decimal  # costs a cold start two milliseconds; most messages hold no float

    text = repr(value) if digits is None else f"{value:.{digits - 1}e}"
    sign, figures, exponent = Decimal(text).normalize().as_tuple()
    del sign
    plain = "".join(map(str, figures)) or "0"
    assert isinstance(exponent, int)
    return plain, exponent + len(plain) - 1


def _positional(figures: str, exponent: int) -> str:
    if exponent < 0:
        return "0." + "0" * (-exponent - 1) + figures
    if len(figures) <= exponent + 1:
        return figures + "0" * (exponent + 1 - len(figures))
    return f"{figures[: exponent + 1]}.{figures[exponent + 1 :]}"


def _php_float(value: float, precision: int | None) -> str:
    """Print as PHP's string conversion does with that `precision` setting; None is -1, the shortest."""
    if value != value:
        return "NAN"
    if isinf(value):
        return "INF" if value > 0 else "-INF"
    sign = "-" if str(value).startswith("-") else ""
    if value == 0:
        return sign + "0"
    figures, exponent = _significant(abs(value), precision)
    if exponent < -4 or exponent >= (17 if precision is None else precision):
        rest = figures[1:] or "0"
        return f"{sign}{figures[0]}.{rest}E{'-' if exponent < 0 else '+'}{abs(exponent)}"
    return sign + _positional(figures, exponent)


#: At most thirteen digits, none of them superfluous, and no need of an exponent: most amounts.
SHORT_DECIMAL = re.compile(r"-?(?:0|[1-9][0-9]{0,8})\.[0-9]{0,3}[1-9]", re.ASCII)


def _php(precision: int | None) -> Callable[[str], str]:
    @remembered
    def number(lexeme: str) -> str:
        if _is_integer(lexeme) and (len(lexeme) < 19 or int(lexeme[:40]) in _INT64):
            return "0" if lexeme == "-0" else str(lexeme)
        if precision != 17 and SHORT_DECIMAL.fullmatch(lexeme):
            return str(lexeme)
        return _php_float(_as_float(lexeme), precision)

    return number


@remembered
def javascript_number(lexeme: str) -> str:
    """Print as JavaScript's `String(JSON.parse(lexeme))`: every number is a double."""
    value = _as_float(lexeme)
    if isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    if value == 0:
        return "0"
    sign = "-" if value < 0 else ""
    figures, exponent = _significant(abs(value), None)
    if -7 < exponent < 21:
        return sign + _positional(figures, exponent)
    point = f".{figures[1:]}" if len(figures) > 1 else ""
    return f"{sign}{figures[0]}{point}e{'-' if exponent < 0 else '+'}{abs(exponent)}"


@remembered
def python_number(lexeme: str) -> str:
    """Print as Python's `str(json.loads(lexeme))`."""
    if _is_integer(lexeme):
        return "0" if lexeme == "-0" else str(lexeme)
    return repr(_as_float(lexeme))


@remembered
def python_float(lexeme: str) -> str:
    """Print as Python's `str(float(lexeme))`."""
    return repr(_as_float(lexeme))


def _java_double(value: float) -> str:
    if isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    sign = "-" if str(value).startswith("-") else ""
    if value == 0:
        return sign + "0.0"
    figures, exponent = _significant(abs(value), None)
    if -4 < exponent < 7:
        plain = _positional(figures, exponent)
        return sign + (plain if "." in plain else plain + ".0")
    return f"{sign}{figures[0]}.{figures[1:] or '0'}E{exponent}"


@remembered
def java_number(lexeme: str) -> str:
    """Print as Java prints an integer type or a `Double`, by whether the text has a fraction or exponent."""
    if _is_integer(lexeme):
        return "0" if lexeme == "-0" else str(lexeme)
    return _java_double(_as_float(lexeme))


@remembered
def java_double(lexeme: str) -> str:
    """Print as Java's `Double.toString`, as parsers do that read every number as a double."""
    return _java_double(_as_float(lexeme))


@remembered
def go_number(lexeme: str) -> str:
    """Print as Go's `fmt.Sprint` of a `float64`, which untyped JSON decoding makes of every number."""
    value = _as_float(lexeme)
    if isinf(value):
        return "+Inf" if value > 0 else "-Inf"
    sign = "-" if str(value).startswith("-") else ""
    if value == 0:
        return sign + "0"
    figures, exponent = _significant(abs(value), None)
    # strconv's 'g' with the shortest precision decides by six digits, however many are printed.
    if -5 < exponent < 6:
        return sign + _positional(figures, exponent)
    point = f".{figures[1:]}" if len(figures) > 1 else ""
    return f"{sign}{figures[0]}{point}e{'-' if exponent < 0 else '+'}{abs(exponent):02d}"


def two_decimals(lexeme: str) -> str:
    """Print with two decimals, as `number_format` and `toFixed(2)` habits do."""
    # Beyond a double's range, a few characters of exponent would ask for gigabytes of digits.
    value = float(lexeme)
    if isinf(value):
        return str(lexeme)
    if value == 0:
        # A decimal takes no exponent as far below a double's range as a lexeme may write it.
        return "-0.00" if str(lexeme).startswith("-") else "0.00"
    from decimal import Decimal

    return f"{Decimal(lexeme):.2f}"


def _lexeme(lexeme: str) -> str:
    return str(lexeme)


def _zero_empty(number: Callable[[str], str]) -> Callable[[str], str]:
    return lambda lexeme: number(lexeme) if _as_float(lexeme) else ""


SCALARS = Table(
    "scalars",
    Choice("php", ScalarStyle("", "1", "", "", _php(14)), "values printed as PHP prints them", "PHP"),
    Choice(
        "javascript",
        ScalarStyle("null", "true", "false", "undefined", javascript_number),
        "values printed as JavaScript prints them",
        "JavaScript",
    ),
    Choice(
        "python",
        ScalarStyle("None", "True", "False", "None", python_number),
        "values printed as Python's str() prints them",
        "Python",
    ),
    Choice(
        "java",
        ScalarStyle("null", "true", "false", "null", java_number),
        "values printed as Java's String.valueOf prints them",
        "Java",
    ),
    Choice(
        "go",
        ScalarStyle("<nil>", "true", "false", "<nil>", go_number),
        "values printed as Go's fmt prints them",
        "Go",
    ),
    Choice(
        "as-sent",
        ScalarStyle("null", "true", "false", "", _lexeme),
        "values printed with the very text they have in the JSON",
    ),
    Choice(
        "as-sent-null-empty",
        ScalarStyle("", "true", "false", "", _lexeme),
        "values printed with the text they have in the JSON, null as nothing",
    ),
    Choice(
        "javascript-null-empty",
        ScalarStyle("", "true", "false", "", javascript_number),
        "values printed as JavaScript prints them, null and undefined as nothing",
        "JavaScript with `value ?? ''`",
    ),
    Choice(
        "python-null-empty",
        ScalarStyle("", "True", "False", "", python_number),
        "values printed as Python's str() prints them, None as nothing",
        "Python with `'' if value is None else value`",
    ),
    Choice(
        "java-double",
        ScalarStyle("null", "true", "false", "null", java_double),
        "values printed as Java prints them after every number became a double",
        "Java with Gson and untyped maps",
    ),
    Choice(
        "python-float",
        ScalarStyle("None", "True", "False", "None", python_float),
        "values printed as Python's str() prints them after every number became a float",
        "Python with parse_int=float",
    ),
    Choice(
        "two-decimals",
        ScalarStyle("", "1", "", "", two_decimals),
        "numbers printed with two decimals",
        "number_format and toFixed(2)",
    ),
    Choice(
        "digit-booleans",
        ScalarStyle("", "1", "0", "", _lexeme),
        "true and false printed as 1 and 0",
        "SQL and form encoders",
    ),
    Choice(
        "php17",
        ScalarStyle("", "1", "", "", _php(17)),
        "values printed as PHP prints them with precision = 17",
        "PHP with precision = 17",
    ),
    Choice(
        "php-shortest",
        ScalarStyle("", "1", "", "", _php(None)),
        "values printed as PHP prints them with precision = -1",
        "PHP with precision = -1",
    ),
    Choice(
        "javascript-falsy-empty",
        ScalarStyle("", "true", "", "", _zero_empty(javascript_number)),
        "values printed as JavaScript prints them, but null, false and 0 as nothing",
        "JavaScript with `value || ''`",
    ),
    Choice(
        "python-falsy-empty",
        ScalarStyle("", "True", "", "", _zero_empty(python_number)),
        "values printed as Python's str() prints them, but None, False and 0 as nothing",
        "Python with `value or ''`",
    ),
)
