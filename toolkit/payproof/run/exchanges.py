"""Exchanges that somebody else's code had with a gateway, judged: requests, replies, life cycles."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from payproof.checks.client import Client, judge_request
from payproof.checks.context import Context, place
from payproof.checks.schema import response_form
from payproof.checks.signature import response_is_signed
from payproof.checks.status import success_is_documented
from payproof.conformance.readings import Readings
from payproof.lifecycle import from_interactions, read_all
from payproof.lifecycle import judge as judge_life
from payproof.model import Finding, Interaction, Message, Severity
from payproof.rules import Example, Rule, register
from payproof.signing import Keys, Recipe
from payproof.spec import Operation, Spec, match
from payproof.spec.testbed import Testbed

#: Header by which a sandbox says that an armed fault or planted defect made the reply what it is.
SPOILED = "X-Payproof-Fault"
UNDOCUMENTED = register(
    Rule(
        "response-undocumented-field",
        Severity.NOTE,
        "An answer holds a field which the documents do not name.",
        fix="do not rely on it; where it is mocked, mock what is documented",
        example=Example(input='{"status": true, "data": {}, "paid": true}'),
        rests_on="inferred",
    )
)
REPEATED = register(
    Rule(
        "write-repeated-blindly",
        Severity.WARNING,
        "A write got no answer, and was sent again without asking what had become of it.",
        fix="ask for the object's state first: the lost answer may have been a success",
        example=Example(input="a refund that timed out, sent again at once"),
        rests_on="inferred",
    )
)
#: Explains a wrong signature: see `checks.client.Why`.
Diagnose = Callable[[Recipe, Interaction, Keys, Operation], tuple[str, str]]


@dataclass(slots=True)
class Exchanges:
    """Judges the exchanges of one gateway.

    Args:
        spec: What is promised.
        testbed: Whose keys are known.
        fixed: Switch settings that are not open.
        diagnose: Whether wrong signatures are explained, which costs up to a second each.
    """

    spec: Spec
    testbed: Testbed
    fixed: Mapping[str, str] = field(default_factory=dict)
    diagnose: bool = True
    _client: Client = field(init=False)
    _replies: dict[str, Sequence[Recipe]] = field(init=False)

    def __post_init__(self) -> None:
        self._client = Client(self.spec, self._keys, self._readings("request"), self._why)
        self._replies = self._readings("response")

    def _readings(self, part: str) -> dict[str, Sequence[Recipe]]:
        found: dict[str, Sequence[Recipe]] = {}
        for name, operation in self.spec.operations.items():
            recipes = [one.recipe for one in Readings(self.spec, operation, part, self.fixed).switched]
            if recipes:
                found[name] = recipes
        return found

    def named(self, interaction: Interaction) -> Interaction:
        """Give the interaction with its operation named, when the spec has it."""
        found = match(self.spec, interaction.request)
        return replace(interaction, operation=found.operation.id if found else "")

    def judge(self, interactions: Sequence[Interaction]) -> list[Finding]:
        """Give every finding, in the order of the exchanges; those about objects come last."""
        named = [one if one.operation else self.named(one) for one in interactions]
        found = [finding for one in named for finding in self._one(one)]
        return [*found, *_repeated(self.spec, named), *self._lives(named)]

    def _one(self, interaction: Interaction) -> Iterator[Finding]:
        if interaction.operation in self.spec.webhooks:
            return
        yield from judge_request(self._client, interaction)
        operation = self.spec.operations.get(interaction.operation)
        if operation is None or interaction.response is None or interaction.response.header(SPOILED):
            return
        keys = self._keys(operation, interaction)
        context = Context(self.spec, keys or Keys({}), self._replies if keys else {})
        for check in (success_is_documented, response_form, response_is_signed):
            yield from check(context, interaction)
        for problem in context.problems(interaction):
            if problem.keyword == "undocumented-field":
                yield UNDOCUMENTED.finding(place(interaction, "response", problem.pointer), problem.message)

    def _lives(self, interactions: Sequence[Interaction]) -> Iterator[Finding]:
        cycles = read_all(self.spec.life_cycles)
        seen = from_interactions(interactions, cycles, webhooks=self.spec.webhooks)
        for judgement in judge_life(cycles, seen, switches=self.fixed):
            yield from (finding for finding in judgement.findings if finding.severity > Severity.NOTE)

    def _keys(self, operation: Operation, interaction: Interaction) -> Keys | None:
        """Give the keys of the merchant whom the request's credentials name."""
        schemes = self.spec.document.get("components", {}).get("securitySchemes", {})
        named = [
            (scheme.get("x-key"), interaction.request.header(str(scheme.get("name"))))
            for name in dict.fromkeys(name for row in operation.security for name in row)
            for scheme in [schemes.get(name, {})]
            if scheme.get("type") == "apiKey" and scheme.get("x-key")
        ]
        given = [(role, text) for role, text in named if text]
        for texts in self.testbed.merchants.values():
            if not given or any(texts.get(role) == text for role, text in given):
                return Keys.of(texts, test=self.testbed.test_keys)
        return None

    def _why(
        self, operation: Operation, recipe: Recipe, interaction: Interaction, keys: Keys
    ) -> tuple[str, str]:
        if not self.diagnose:
            return "", ""
        from payproof.signing.diagnosis.context import context_for
        from payproof.signing.diagnosis.diagnose import diagnose

        rule = operation.signing.get("request") or {}
        known = context_for(self.spec, recipe.name, source=rule.get("source"), carry=rule.get("carry"))
        told = diagnose(recipe, interaction.request, keys, context=known)
        if not told.explanations:
            return "", ""
        causes = told.explanations[0].causes
        clause = ", and ".join(cause.says for cause in causes) or "it fits another point of the scheme"
        return clause, "; ".join(cause.change for cause in causes if cause.change)


def _repeated(spec: Spec, interactions: Sequence[Interaction]) -> Iterator[Finding]:
    """Find a write that followed its own unanswered twin with nothing asked in between."""
    lost: Interaction | None = None
    for one in interactions:
        operation = spec.operations.get(one.operation)
        if lost is not None and _same(lost.request, one.request):
            message = f"{one.operation} was sent again after {lost.failure or 'no usable answer'}"
            yield REPEATED.finding(place(one, "request", "repeated"), message)
        unanswered = one.response is None or one.response.status >= 500
        lost = one if operation is not None and operation.is_write and unanswered else None


def _same(one: Message, other: Message) -> bool:
    # Bodies that nobody saw may well differ.
    known = not (one.unread or other.unread)
    return known and (one.method, one.target, one.body) == (other.method, other.target, other.body)
