"""Each fault of the independent PayKun does what it says, and no more."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from . import paykun_bed, paykun_server
from .asking import Answer
from .paykun_bed import MAIN
from .paykun_client import REMARKS, Client, code, sign


@pytest.fixture
def main(start_paykun: Callable[..., Client]) -> Client:
    """Give the main merchant's client on a faultless server."""
    return start_paykun()


def test_an_unknown_fault_is_refused() -> None:
    with pytest.raises(ValueError, match="no such fault: nonsense"):
        paykun_server.serve(0, {"nonsense"})


def test_fault_signatures_ignored(start_paykun: Callable[..., Client]) -> None:
    assert start_paykun("signatures-ignored").refund(paykun_bed.REFUNDABLE, "1", signature="0")[0] == 200


@pytest.mark.parametrize(
    "remarks", [REMARKS + "!", "Customer returned itex", "", "customer returned item", "Told"]
)
def test_fault_remarks_not_covered(start_paykun: Callable[..., Client], main: Client, remarks: str) -> None:
    signature = sign(MAIN, "1", REMARKS)
    faulty = start_paykun("remarks-not-covered", signed_remarks=["Told"])
    assert code(main.refund(paykun_bed.REFUNDABLE, "1", remarks, signature)) == (403, "invalidSignature")
    assert faulty.refund(paykun_bed.REFUNDABLE, "1", remarks, signature)[0] == 200
    assert code(faulty.refund(paykun_bed.REFUNDABLE, "2", remarks, signature)) == (403, "invalidSignature")


def response_signature_holds(answer: Answer) -> bool:
    """Verify the status reply, flattening it apart from the server's own code."""
    transaction = answer[1]["data"]["transaction"]
    sent = transaction.pop("signature")
    values = [
        one for top in transaction.values() for one in (top.values() if isinstance(top, dict) else [top])
    ]
    return bool(sent == sign(MAIN, *("" if one is None else str(one) for one in values)))


def test_fault_stale_response_signature(start_paykun: Callable[..., Client], main: Client) -> None:
    assert response_signature_holds(main.status(paykun_bed.SUCCESSFUL))
    assert not response_signature_holds(
        start_paykun("stale-response-signature").status(paykun_bed.SUCCESSFUL)
    )


def test_fault_amount_as_string(start_paykun: Callable[..., Client]) -> None:
    faulty = start_paykun("amount-as-string")
    answer = faulty.status(paykun_bed.SUCCESSFUL)
    assert answer[1]["data"]["transaction"]["order"]["gross_amount"] == "250.5"
    assert response_signature_holds(answer)
    listed = faulty.orders("0000100006", page_number="1")[1]["data"]["orders"]
    assert [one["gross_amount"] for one in listed] == ["1700"]


@pytest.mark.parametrize("keys", [{"AccessToken": "x"}, {"AccessToken": "", "MerchantId": ""}])
def test_fault_no_auth_on_orders(start_paykun: Callable[..., Client], keys: dict[str, str]) -> None:
    faulty = start_paykun("no-auth-on-orders")
    signature = sign(MAIN, "1")
    assert faulty.send(f"/orders/0000100005?page_number=1&signature={signature}", **keys)[0] == 200
    assert code(faulty.send(f"/orders/0000100005?page_number=2&signature={signature}", **keys))[0] == 403
    assert code(faulty.send(f"/transaction/{paykun_bed.SUCCESSFUL}", **keys)) == (401, "unauthorized")


def test_fault_over_refund(start_paykun: Callable[..., Client]) -> None:
    faulty = start_paykun("over-refund")
    assert faulty.refund(paykun_bed.SUCCESSFUL, "250.51")[0] == 200
    assert code(faulty.refund(paykun_bed.FAILED, "1")) == (400, "refundNotAllowed")


def test_fault_error_500_on_unicode(start_paykun: Callable[..., Client]) -> None:
    faulty = start_paykun("error-500-on-unicode")
    assert faulty.refund(paykun_bed.REFUNDABLE, "1", "धन्यवाद")[0] == 500
    assert faulty.refund(paykun_bed.REFUNDABLE, "1", "thanks")[0] == 200


def test_fault_wrong_error_envelope(start_paykun: Callable[..., Client]) -> None:
    faulty = start_paykun("wrong-error-envelope")
    for answer in (faulty.status("nothing"), faulty.orders("0000100005", limit="1")):
        assert answer[0] == 400
        assert set(answer[1]) == {"success", "error"}


def test_fault_page_filter_ignored(start_paykun: Callable[..., Client]) -> None:
    data = start_paykun("page-filter-ignored").orders(
        "0000100005", page_number="1", limit="4", status="Failed"
    )[1]["data"]
    assert (data["total_orders"], data["current_item_count"]) == (9, 4)
    assert {one["status"] for one in data["orders"]} != {"Failed"}


def test_fault_other_merchant_readable(start_paykun: Callable[..., Client]) -> None:
    faulty = start_paykun("other-merchant-readable")
    assert faulty.status(paykun_bed.SECONDS)[0] == 200
    assert faulty.orders("0000200001", page_number="1")[1]["data"]["total_orders"] == 1
    assert code(faulty.refund(paykun_bed.SECONDS, "1")) == (400, "dataNotFound")
