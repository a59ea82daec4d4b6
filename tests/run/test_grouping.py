"""One cause, one finding."""

from __future__ import annotations

from payproof.model import Finding, Interaction, Location, Message, Severity
from payproof.run.grouping import Groups, finished


def finding(rule: str, pointer: str = "", operation: str = "refund", message: str = "m") -> Finding:
    return Finding(rule, Severity.ERROR, Location(operation, "request", pointer), message)


def interaction(name: str, body: bytes = b"", kind: str = "directed") -> Interaction:
    return Interaction(Message("POST", "/", body=body), None, source=name, kind=kind)


def rules(groups: Groups) -> list[tuple[str, str]]:
    return [(one.finding.rule, one.finding.location.operation) for one in groups.result()]


def test_the_smallest_request_of_a_cause_is_kept_and_the_rest_counted() -> None:
    groups = Groups()
    groups.add(finding("server-error", message="long"), interaction("a", b"xxxx"))
    groups.add(finding("server-error", message="short"), interaction("b", b"x"))
    groups.add(finding("server-error", message="longer"), interaction("c", b"xxxxx"))
    (group,) = groups.result()
    assert (group.finding.message, group.count, group.cases) == ("short", 3, ["a", "b", "c"])


def test_a_directed_case_explains_better_than_a_smaller_generated_one() -> None:
    groups = Groups()
    groups.add(finding("server-error", message="generated"), interaction("g", b"", "generated"))
    groups.add(finding("server-error", message="directed"), interaction("d", b"xxxx"))
    assert groups.result()[0].finding.message == "directed"


def test_an_ignored_signature_takes_in_what_follows_from_it_at_that_operation() -> None:
    groups = Groups()
    groups.add(finding("request-signature-covers-too-little", "body/remarks"))
    groups.add(finding("request-signature-compared-loosely"))
    groups.add(finding("request-signature-not-checked"))
    groups.add(finding("request-signature-covers-too-little", "query/limit", "orders"))
    assert rules(groups) == [
        ("request-signature-covers-too-little", "orders"),
        ("request-signature-not-checked", "refund"),
    ]


def test_missing_credentials_of_one_operation_are_one_cause() -> None:
    groups = Groups()
    groups.add(finding("credentials-not-checked", "AccessToken"))
    groups.add(finding("credentials-not-checked", "MerchantId"))
    groups.add(finding("credentials-not-checked", "AccessToken", "orders"))
    assert [(one.finding.location.operation, one.count) for one in groups.result()] == [
        ("orders", 1),
        ("refund", 2),
    ]


def test_places_in_a_list_are_one_place() -> None:
    groups = Groups()
    groups.add(finding("response-schema", "/data/orders/0/amount"))
    groups.add(finding("response-schema", "/data/orders/7/amount"))
    assert len(groups.result()) == 1


def test_the_worst_come_first() -> None:
    groups = Groups()
    groups.add(Finding("z-note", Severity.NOTE, Location("a"), "m"))
    groups.add(Finding("a-error", Severity.ERROR, Location("b"), "m"))
    assert [one.finding.rule for one in groups.result()] == ["a-error", "z-note"]


def test_secrets_are_masked_in_everything_that_is_shown() -> None:
    groups = Groups()
    bare = Finding("r", Severity.ERROR, Location("o"), "key K3Y!", expected="K3Y!", actual="K3Y!")
    groups.add(bare, interaction("a"))
    shown = finished(groups.result()[0], reproduce="x K3Y!", curl="curl K3Y!", mask={"K3Y!": "<key>"})
    assert "K3Y!" not in repr(shown)
    assert shown.details["curl"] == "curl <key>"


def test_an_answer_about_somebody_else_follows_from_credentials_that_nobody_checks() -> None:
    groups = Groups()
    groups.add(finding("answer-not-as-asked", "/merchant_id"))
    groups.add(finding("credentials-not-checked"))
    groups.add(finding("answer-not-as-asked", "/merchant_id", "orders"))
    assert rules(groups) == [("answer-not-as-asked", "orders"), ("credentials-not-checked", "refund")]
