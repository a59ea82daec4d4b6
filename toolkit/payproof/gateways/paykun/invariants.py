"""PayKun's money rules: what its amounts must satisfy among themselves, beyond what a schema says.

Source: PayKun API reference, the sample of "Get Transaction Status" (documented): 11 rupees, a fee of 0.22, a
tax of 0.04. That amounts have two decimals and that the fee is less than the amount is inferred from it; the
rates of 2 % and 18 % differ by payment mode in practice, so they are held against nobody.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from payproof.checks.asked import data_of, number, value_at, values_at
from payproof.checks.context import Context, place
from payproof.model import Finding, Interaction, Severity
from payproof.rules import Example, Rule, register

_ORDER = "/data/transaction/order"
_AMOUNTS = (f"{_ORDER}/gross_amount", f"{_ORDER}/gateway_fee", f"{_ORDER}/tax", "/data/orders/*/gross_amount")

_DECIMALS = register(
    Rule(
        "amount-below-a-paisa",
        Severity.WARNING,
        "An amount in rupees has more than two decimals.",
        fix="round every amount to whole paise before it is sent and signed",
        example=Example(input={"gateway_fee": 0.221}),
        rests_on="inferred",
    )
)
_FEE = register(
    Rule(
        "fee-above-the-amount",
        Severity.WARNING,
        "The fee with its tax is more than the payment, or the tax more than the fee.",
        fix="compute the fee from the amount and the tax from the fee, in the same unit",
        example=Example(input={"gross_amount": 11, "gateway_fee": 22}),
        rests_on="inferred",
    )
)


def whole_paise(context: Context, interaction: Interaction) -> Iterator[Finding]:
    """Find amounts that no rupees and paise can pay."""
    if context.outcome(interaction) != "success":
        return
    data = data_of(interaction.response)
    for pointer in _AMOUNTS:
        for at, value in values_at(data, pointer):
            amount = number(value)
            if amount is not None and amount != amount.quantize(Decimal("0.01")):
                spot = place(interaction, "response", at)
                yield _DECIMALS.finding(spot, f"{amount} has a part of a paisa", actual=str(value))


def fee_below_amount(context: Context, interaction: Interaction) -> Iterator[Finding]:
    """Find fees and taxes that do not fit beneath what they are taken from."""
    if context.outcome(interaction) != "success":
        return
    order: Any = value_at(data_of(interaction.response), _ORDER)
    gross, fee, tax = (number(value_at(order, name)) for name in ("/gross_amount", "/gateway_fee", "/tax"))
    if gross is None or fee is None or tax is None or (fee + tax <= gross and tax <= fee):
        return
    message = f"a fee of {fee} and a tax of {tax} were taken from {gross}"
    yield _FEE.finding(place(interaction, "response", f"{_ORDER}/gateway_fee"), message)


CHECKS = (whole_paise, fee_below_amount)
