"""Each check finds its one fault, and nothing in an honest answer."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any

import pytest

from payproof.checks import judge
from payproof.checks.context import Context
from payproof.model import Expectation, Interaction, Message, Severity
from payproof.signing import Keys, load_scheme, sign_message

KEYS = Keys.of({"encryption_key": "0123456789ABCDEF" * 2, "access_token": "TOKENTOKEN"}, test=True)
SCHEME = load_scheme(
    {
        "toy.response": {
            "source": {"body": "/data"},
            "parts": "values",
            "join": {"after": "|", "end": "#"},
            "exclude": {"names": ["signature"]},
            "digest": "hmac-sha512",
            "key": {"role": "encryption_key"},
            "carry": {"field": "signature"},
        }
    },
    "toy.response",
)
OPERATION = SimpleNamespace(
    id="get",
    responses={"200": {"content": {"application/json": {}}}, "400": {}},
    signing={"response": {"scheme": "toy.response", "statuses": ["200"]}},
    raw={"x-answers-within-s": 5},
    parameters=(),
    request_body=None,
)


@dataclass
class Problem:
    """What the spec has against an answer."""

    pointer: str = ""
    keyword: str = "type"
    message: str = "is not what is documented"
    expected: str = ""
    actual: str = ""
    soft: bool = False
    evidence: str = "documented"
    claim: str = ""


@dataclass
class Known(Context):
    """A context whose problems the test gives."""

    given: list[Problem] = field(default_factory=list)

    def operation(self, interaction: Interaction) -> Any:
        return OPERATION

    def problems(self, interaction: Interaction) -> Any:
        return self.given if interaction.response is not None else []


def context(*problems: Problem) -> Known:
    spec: Any = None
    secrets = {"access_token": "TOKENTOKEN"}
    return Known(spec, KEYS, {"get": [SCHEME]}, secrets, given=list(problems))  # type: ignore[list-item]


def signed(data: Mapping[str, Any]) -> Message:
    body = json.dumps({"status": True, "data": data}).encode()
    bare = Message(status=200, headers=(("Content-Type", "application/json"),), body=body)
    return sign_message(SCHEME, bare, KEYS)  # type: ignore[arg-type]


HONEST = signed({"amount": 11})


def answer(response: Message | None, expect: Expectation | None = None, **more: Any) -> Interaction:
    return Interaction(Message("GET", "/"), response, operation="get", expect=expect, **more)


def found(made: Context, interaction: Interaction) -> list[tuple[str, Severity]]:
    return [(finding.rule, finding.severity) for finding in judge(made, interaction)]


def plain(status: int, body: bytes = b"{}") -> Message:
    return Message(status=status, headers=(("Content-Type", "application/json"),), body=body)


ACCEPTED = Expectation("accepted", "it is documented", "accepted-request-refused")
REFUSED = Expectation(
    "refused", "no such id", "documented-refusal-missing", statuses=(400,), code="dataNotFound"
)
NOT_FOUND = json.dumps({"errors": {"errorCode": "dataNotFound"}}).encode()


def test_an_honest_answer_gives_nothing() -> None:
    assert found(context(), answer(HONEST, ACCEPTED)) == []


def test_an_honest_refusal_gives_nothing() -> None:
    assert found(context(), answer(plain(400, NOT_FOUND), REFUSED, tags={"envelope": "object"})) == []


@pytest.mark.parametrize("failure", ["timeout", "reset", "truncated", "garbage", "too-large", "refused"])
def test_no_complete_answer_is_found(failure: str) -> None:
    assert found(context(), answer(None, failure=failure)) == [("no-answer", Severity.ERROR)]


def test_a_server_error_is_found_once_whatever_was_expected() -> None:
    for expect in (ACCEPTED, REFUSED, None):
        assert found(context(), answer(plain(500), expect)) == [("server-error", Severity.ERROR)]


def test_a_documented_server_error_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(OPERATION, "responses", {"503": {}})
    assert found(context(), answer(plain(503))) == []


def test_an_undocumented_refusal_accuses_nobody() -> None:
    made = context(Problem(keyword="undocumented-status"))
    assert found(made, answer(plain(403))) == []


def test_an_undocumented_success_is_an_error_and_a_redirect_a_warning() -> None:
    made = context(Problem(keyword="undocumented-status"))
    assert found(made, answer(plain(201))) == [("undocumented-success", Severity.ERROR)]
    assert found(made, answer(plain(302))) == [("undocumented-success", Severity.WARNING)]


@pytest.mark.parametrize(
    ("problem", "rule", "severity"),
    [
        (Problem("/data/amount"), "response-schema", Severity.ERROR),
        (Problem("/data/amount", evidence="inferred"), "response-schema", Severity.WARNING),
        (Problem("/data/amount", evidence="unknown"), "response-schema", Severity.NOTE),
        (Problem("/data/amount", soft=True), "response-soft-limit", Severity.NOTE),
        (Problem(keyword="undocumented-content-type"), "response-content-type", Severity.ERROR),
    ],
)
def test_a_departure_is_as_bad_as_its_claim_is_sure(problem: Problem, rule: str, severity: Severity) -> None:
    assert (rule, severity) in found(context(problem), answer(HONEST))


@pytest.mark.parametrize(
    "problem",
    [Problem("/status", "const"), Problem("/data", "required"), Problem("", "unreadable-body")],
)
def test_a_200_that_denies_success_is_no_success(problem: Problem) -> None:
    assert context(problem).outcome(answer(HONEST)) == "refused"


@pytest.mark.parametrize("problem", [Problem("/data/amount"), Problem("/data/amount", "required")])
def test_a_success_with_a_flaw_is_still_a_success(problem: Problem) -> None:
    assert context(problem).outcome(answer(HONEST)) == "success"


def test_a_value_changed_after_signing_is_found() -> None:
    stale = Message(status=200, headers=HONEST.headers, body=HONEST.body.replace(b"11", b"12"))
    assert found(context(), answer(stale)) == [("response-signature-wrong", Severity.ERROR)]


def test_an_unsigned_answer_is_found() -> None:
    bare = plain(200, b'{"status": true, "data": {"amount": 11}}')
    assert found(context(), answer(bare)) == [("response-signature-missing", Severity.ERROR)]


def test_a_refused_documented_request_is_found() -> None:
    assert found(context(), answer(plain(400), ACCEPTED)) == [("accepted-request-refused", Severity.ERROR)]


@pytest.mark.parametrize(
    "rule",
    [
        "request-signature-not-checked",
        "request-signature-covers-too-little",
        "request-signature-compared-loosely",
        "credentials-not-checked",
        "invalid-request-accepted",
        "unreadable-request-accepted",
        "documented-refusal-missing",
    ],
)
def test_a_success_that_should_be_none_names_its_rule(rule: str) -> None:
    expect = Expectation("refused", "it is wrong", rule)
    assert found(context(), answer(HONEST, expect)) == [(rule, Severity.ERROR)]


def test_what_rests_on_less_than_its_rule_is_a_warning() -> None:
    expect = Expectation("refused", "it breaks a limit", "invalid-request-accepted", "inferred")
    assert found(context(), answer(HONEST, expect)) == [("invalid-request-accepted", Severity.WARNING)]


def test_what_no_honest_gateway_does_is_still_a_warning_where_no_document_says_so() -> None:
    expect = Expectation("refused", "it is another's", "other-merchant-readable", "inferred")
    assert found(context(), answer(HONEST, expect)) == [("other-merchant-readable", Severity.WARNING)]


def test_what_is_open_passes_either_way() -> None:
    expect = Expectation("open", "nobody knows")
    assert found(context(), answer(HONEST, expect)) == found(context(), answer(plain(400), expect)) == []


@pytest.mark.parametrize(
    ("response", "tags", "rules"),
    [
        (plain(404, NOT_FOUND), {}, ["refusal-status"]),
        (plain(400, b'{"errors": {"errorCode": "other"}}'), {}, ["refusal-code"]),
        (plain(400, b"dataNotFound"), {}, ["refusal-code"]),
        (
            plain(400, b'{"errors": [{"errorCode": "dataNotFound"}]}'),
            {"envelope": "object"},
            ["refusal-envelope"],
        ),
        (plain(400, NOT_FOUND), {"envelope": "array"}, ["refusal-envelope"]),
        (plain(404, b"{}"), {}, ["refusal-status", "refusal-code"]),
    ],
)
def test_a_refusal_is_compared_with_its_documents(
    response: Message, tags: Mapping[str, Any], rules: list[str]
) -> None:
    assert [rule for rule, _ in found(context(), answer(response, REFUSED, tags=tags))] == rules


def test_a_key_in_an_answer_is_found_and_not_repeated() -> None:
    (finding,) = judge(context(), answer(plain(400, b'{"m": "no TOKENTOKEN here"}')))
    assert finding.rule == "secret-in-response"
    assert "TOKENTOKEN" not in repr(finding)


@pytest.mark.parametrize(
    "body",
    [
        b"Traceback (most recent call last):\n",
        b"x\n   at com.shop.Pay.refund(Pay.java:10)",
        b"#0 /var/www/index.php(12): run()",
        b"SQLSTATE[42S02]: Base table",
    ],
)
def test_internals_in_an_answer_are_found(body: bytes) -> None:
    assert found(context(), answer(plain(400, body))) == [("internals-in-response", Severity.WARNING)]


def test_a_web_page_where_data_is_expected_is_found() -> None:
    assert found(context(), answer(plain(403, b"\n<!DOCTYPE html><p>no"))) == [
        ("html-in-response", Severity.WARNING)
    ]


@pytest.mark.parametrize(("elapsed_s", "rules"), [(5.0, []), (5.1, [("answered-late", Severity.NOTE)])])
def test_an_answer_later_than_its_operation_declares_is_a_note(
    elapsed_s: float, rules: list[tuple[str, Severity]]
) -> None:
    assert found(context(), replace(answer(HONEST), elapsed_s=elapsed_s)) == rules


def test_no_answer_is_too_slow_where_nothing_is_declared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(OPERATION, "raw", {})
    assert found(context(), replace(answer(HONEST), elapsed_s=1e6)) == []
