"""The signature matrix: every way to tamper, judged no harder than the documents allow."""

from __future__ import annotations

from dataclasses import replace

import pytest

from payproof.conformance.access import access
from payproof.conformance.case import Case
from payproof.conformance.matrix import matrix
from payproof.conformance.plan import cases
from payproof.conformance.readings import Readings
from payproof.conformance.signer import Signer
from payproof.conformance.subject import Subject
from payproof.signing import Keys, scheme_for, verify


def made(signer: Signer, operation: str) -> dict[str, Case]:
    rows = matrix(signer, signer.subject.spec.operations[operation])
    return {case.name.rpartition("/")[2]: case for case in rows}


def outcomes(signer: Signer, operation: str) -> dict[str, str]:
    return {name: case.expect.outcome for name, case in made(signer, operation).items()}


def fixed(signer: Signer, **settings: str) -> Signer:
    names = {name.replace("_", "-"): setting for name, setting in settings.items()}
    return Signer(replace(signer.subject, fixed=names))


def test_an_unsigned_operation_has_no_matrix(signer: Signer) -> None:
    assert made(signer, "getTransaction") == {}


def test_every_way_to_tamper_with_a_refund_is_there(signer: Signer) -> None:
    assert outcomes(signer, "refundTransaction") == {
        **dict.fromkeys(
            [
                "missing",
                "empty",
                "zeros",
                "one-digit-changed",
                "truncated",
                "half",
                "one-longer",
                "other-key",
                "empty-key",
                "other-merchants-key",
                "key-merchant_id",
                "key-access_token",
                "hash-hmac-sha1",
                "hash-hmac-md5",
                "hash-sha512",
                "of-another-request",
                "changed-refund_amount",
                "changed-remarks",
                "dropped-refund_amount",
                "dropped-remarks",
                "swapped-refund_amount",
            ],
            "refused",
        ),
        # The page's pseudo-code names SHA-256; letter case, the order, and undocumented fields are open too.
        **dict.fromkeys(["hash-hmac-sha256", "upper-case", "reordered", "extra-field"], "open"),
    }


def test_a_fixed_switch_closes_what_it_left_open(signer: Signer) -> None:
    assert outcomes(fixed(signer, request_order="wire"), "refundTransaction")["reordered"] == "refused"
    assert outcomes(fixed(signer, request_order="documented"), "refundTransaction")["reordered"] == "open"


def test_a_signature_of_which_nobody_knows_whether_it_must_be_there_may_be_missing(signer: Signer) -> None:
    found = outcomes(signer, "listOrderTransactions")
    assert found["missing"] == "open"
    assert found["empty"] == "refused"
    assert found["added-status"] == "refused"


def test_no_refused_case_is_right_under_any_open_reading(signer: Signer) -> None:
    keys = signer.subject.keys()
    for name in ("listOrderTransactions", "refundTransaction", "createPaymentLink"):
        operation = signer.subject.spec.operations[name]
        for case in matrix(signer, operation):
            if case.expect.outcome == "refused":
                for reading in signer.readings(operation).all:
                    assert not verify(reading.recipe, case.message, keys), (case.name, reading.name)


def test_a_changed_boolean_is_caught_though_its_text_is_open(signer: Signer) -> None:
    assert outcomes(signer, "createPaymentLink")["changed-notify_by_email"] == "refused"


def test_swapping_equal_values_proves_nothing(signer: Signer) -> None:
    # Two empty neighbours change no byte of the canonical string, so they are never the pair that is swapped.
    case = next(
        case for name, case in made(signer, "createPaymentLink").items() if name.startswith("swapped")
    )
    assert case.expect.outcome == "refused"


def test_names_are_unique_and_the_same_in_every_run(signer: Signer) -> None:
    def names() -> list[str]:
        fresh = Signer(Subject(signer.subject.spec, signer.subject.testbed, {}, 1.8e9, 0))
        return [case.name for one in fresh.subject.spec.operations.values() for case in cases(fresh, one)]

    assert names() == names()
    served = [name for name in names() if not name.startswith(("openCheckout", "createMobileOrder"))]
    assert len(served) == len(set(served))


def test_readings_are_the_product_of_open_switches_and_the_profiles(signer: Signer) -> None:
    spec = signer.subject.spec
    operation = spec.operations["refundTransaction"]
    names = {reading.name for reading in Readings(spec, operation, "request", {}).all}
    assert "paykun-docs-pseudocode" in names
    assert "paykun-node" in names
    assert "request-scalars=javascript, percent-decoding=decoded, request-order=wire" in names
    everything = {name: switch.default for name, switch in spec.switches.items()}
    default = Readings(spec, operation, "request", everything).switched
    assert [reading.recipe for reading in default] == [scheme_for(spec, operation, "request")]


def test_every_credential_is_left_out_emptied_and_altered(signer: Signer) -> None:
    found = {
        case.name.rpartition("/")[2]: case
        for case in access(signer, signer.subject.spec.operations["refundTransaction"])
    }
    assert set(found) == {
        *(
            f"{what}-{role}"
            for what in ("missing", "empty", "wrong")
            for role in ("merchant_id", "access_token")
        ),
        *(
            "other-case-access_token",
            "none",
            "mixed-merchant_id",
            "mixed-access_token",
            "foreign-transaction_id",
        ),
    }
    assert found["other-case-access_token"].expect.outcome == "open"
    assert found["foreign-transaction_id"].expect.evidence == "inferred"
    recipe = signer.readings(signer.subject.spec.operations["refundTransaction"]).all[0].recipe
    keys: Keys = signer.subject.keys()
    assert all(verify(recipe, case.message, keys) for case in found.values()), "only the credential is wrong"


@pytest.mark.parametrize("name", ["listOrderTransactions", "refundTransaction", "createPaymentLink"])
def test_no_documented_refusal_misses_its_signature(signer: Signer, name: str) -> None:
    operation = signer.subject.spec.operations[name]
    recipe = signer.readings(operation).all[0].recipe
    for case in cases(signer, operation):
        if case.expect.rule == "documented-refusal-missing":
            assert verify(recipe, case.message, signer.subject.keys()), case.name
