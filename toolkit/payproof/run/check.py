"""The conformance run: cases in, interactions judged, one result out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from payproof.checks import Check, Context
from payproof.checks.money import money_adds_up
from payproof.checks.sequences import judge_sequence
from payproof.checks.signature import one_hash
from payproof.checks.webhooks import judge_webhook
from payproof.conformance.case import Case
from payproof.conformance.generated import Workshop
from payproof.conformance.plan import cases
from payproof.conformance.scenarios import Scenario, scenarios
from payproof.conformance.signer import Signer
from payproof.conformance.subject import MAIN, Subject, UnknownRole
from payproof.conformance.workbench import Workbench
from payproof.errors import NothingCheckedError, UsageError
from payproof.model import Expectation, Interaction, Location, Message
from payproof.report.result import Result
from payproof.run.answer_recipes import answer_recipes
from payproof.run.asking import Asker, masking
from payproof.run.calibrate import calibrate
from payproof.run.expiry import Expiry
from payproof.run.finishing import Finishing
from payproof.run.ledger import Ledger
from payproof.run.outside import told
from payproof.run.runner_rules import RUNNER_ERROR
from payproof.run.settings import Generator, Settings
from payproof.run.target import Target
from payproof.run.walks import Walker
from payproof.spec import Operation

#: Told of each case as it is sent: the operation, the kind, how many so far.
Progress = Callable[[str, str, int], None]


@dataclass(slots=True)
class Runner:
    """One run over one target; `run` gives its result.

    Args:
        subject: What is promised, and whose keys and ids are used.
        target: What is checked.
        settings: What the run is asked to do.
        generate: Thinks up requests; None leaves the generated kind out.
        progress: Told of each case.
        stopwatch: Gives seconds for measuring, from any zero.
        version: Of payproof, for the report.
        invariants: Checks of the gateway's own.
    """

    subject: Subject
    target: Target
    settings: Settings
    generate: Generator | None = None
    progress: Progress = lambda operation, kind, number: None
    stopwatch: Callable[[], float] = lambda: 0.0
    version: str = ""
    invariants: Sequence[Check] = ()
    signer: Signer = field(init=False)
    workbench: Workbench = field(init=False)
    context: Context = field(init=False)
    ledger: Ledger = field(default_factory=Ledger)
    asker: Asker = field(init=False)
    _walker: Walker | None = None

    def __post_init__(self) -> None:
        self.signer = Signer(self.subject)
        self.asker = Asker(self.target, self.ledger.tally, self.ledger.groups.add)
        self.asker.mask = masking(self.subject.testbed)
        self.workbench = Workbench(
            self.signer, self._prepare, lambda one: self.context.outcome(one) == "success"
        )
        self.subject.equip(self.workbench)
        keys = self.subject.keys()
        secrets = {role: row[0].text for role, row in keys.items() if role != "merchant_id"}
        self.context = Context(
            self.subject.spec,
            keys,
            answer_recipes(self.signer),
            secrets,
            roles=self.subject.testbed.roles,
            more=(*self.invariants, money_adds_up(self.workbench.cycles)),
        )

    def run(self) -> Result:
        """Send every case, judge every answer, and give the result.

        Raises:
            NothingCheckedError: Nothing ever answered, or no case has the name asked for.
            UsageError: An operation asked for is not one of the spec's.
        """
        start = self.stopwatch()
        operations = self._operations()
        for operation in operations:
            self._calibrate(operation)
            for case in self._cases(operation):
                self.send(case)
        for operation in operations:
            for scenario in scenarios(self.signer, operation):
                if not self.settings.case or self.settings.case.startswith(f"{scenario.name}/"):
                    self._play(scenario)
        self._walk({operation.id for operation in operations})
        if self.generate is not None and not self.settings.case:
            self._generated(self.generate, {operation.id for operation in operations})
        self._expire([operation for operation in operations if operation.id not in self.asker.forbidden])
        if self.settings.case and not self.ledger.tally.total().run:
            raise NothingCheckedError(
                f"no case is named {self.settings.case!r}",
                where="--case",
                hint="copy the name from a report of the same version, switches and test bed",
            )
        self._judge_reach(operations)
        self._judge_afterwards()
        return self._result(operations, self.stopwatch() - start)

    def _operations(self) -> list[Operation]:
        known = self.subject.spec.operations
        for name in self.settings.only:
            if name not in known:
                raise UsageError(
                    f"the spec has no operation {name!r}", where="--only", hint=f"known: {', '.join(known)}"
                )
        # A case's name begins with its operation, so no other one is asked for anything.
        of_case = [self.settings.case.partition("/")[0]] if self.settings.case else []
        wanted = of_case or self.settings.only or served(known)
        return [one for name, one in known.items() if name in wanted]

    def _cases(self, operation: Operation) -> Iterator[Case]:
        def missing(kind: str, why: str) -> None:
            self.ledger.tally.skip(operation.id, kind, why)

        for case in cases(self.signer, operation, missing):
            if self.settings.case in ("", case.name):
                yield case

    def _prepare(self, operation: Operation, message: Message) -> Interaction | None:
        """Send what a case needs to have happened; a step of a walk is a case of its own."""
        if self._walker is not None:
            return self._walker.prepared(operation, message)
        expect = Expectation("open", "it brings about what another case needs")
        name = f"{operation.id}/calibration"
        case = Case(name, operation.id, "example", message, expect, operation.is_write)
        return self._ask(case, message)

    def _walk(self, wanted: set[str]) -> None:
        """Take the walks of the life cycles, and judge the webhooks that come meanwhile."""
        self._walker = Walker(
            bench=self.workbench,
            context=self.context,
            target=self.target,
            send=self.send,
            found=self.ledger.groups.add,
            skip=self.ledger.tally.skip,
            wanted=frozenset(wanted - self.asker.forbidden),
            only=self.settings.case,
            cycle=self.settings.cycle,
        )
        self.ledger.learned += self._walker.run()
        self._walker = None

    def _expire(self, operations: list[Operation]) -> None:
        """Move the target's clock to the end of a token; last, since nothing is as before then."""
        skip = self.ledger.tally.skip
        Expiry(self.workbench, self.target, self.send, skip, self.settings.case).run(operations)

    def _calibrate(self, operation: Operation) -> None:
        def attempt(which: Operation, message: Message) -> bool:
            expect = Expectation("open", "which reading of the signature the gateway follows")
            case = Case(f"{which.id}/calibration", which.id, "example", message, expect, which.is_write)
            interaction = self._ask(case, message)
            if interaction is not None:
                self.workbench.note(interaction)
            return interaction is not None and self.context.outcome(interaction) == "success"

        try:
            learned = calibrate(self.signer, operation, attempt)
        except UnknownRole as error:
            self.ledger.tally.skip(operation.id, "example", error.what)
            return
        self.ledger.learned += learned

    def _ask(self, case: Case, message: Message) -> Interaction | None:
        interaction = self.asker.ask(case, message)
        if interaction is not None:
            self.context.remember(interaction)
        return interaction

    def send(self, case: Case) -> Interaction | None:
        """Send one case and judge its answer; None when nothing was sent."""
        former: list[Message | None] = []
        for message in case.before:
            before = self._ask(case, message)
            former.append(before.response if before is not None else None)
            if before is None or self.context.outcome(before) != "success":
                why = "a request that must come first was not accepted"
                self.ledger.tally.skip(case.operation, case.kind, why)
                return None
        interaction = self._ask(case, case.message)
        if former and interaction is not None:
            interaction = replace(interaction, tags={**interaction.tags, "before": former})
        self.progress(case.operation, case.kind, self.asker.sent)
        if interaction is not None:
            self.workbench.note(interaction)
            if self.ledger.enter(self.context, case, interaction):
                self.asker.patience.accepted(case.message, write=case.write)
        return interaction

    def _play(self, scenario: Scenario) -> None:
        """Send a scenario's cases, each chosen by the answers before it, and judge them together."""
        seen: list[Interaction] = []
        answer: Interaction | None = None
        try:
            case = next(scenario.steps)
            while True:
                answer = self.send(case)
                if answer is not None:
                    seen.append(answer)
                case = scenario.steps.send(answer)
        except StopIteration:
            pass
        except UnknownRole as error:
            self.ledger.tally.skip(scenario.operation, "scenario", error.what)
        for finding, shown_by in judge_sequence(self.context, scenario.kind, seen):
            self.ledger.groups.add(finding, shown_by)

    def _generated(self, generate: Generator, wanted: set[str]) -> None:
        workshop = Workshop(self.signer, wanted)

        def send(message: Message) -> Message | None:
            case = workshop.make(message)
            if case is None:
                return None
            interaction = self.send(case)
            response = interaction.response if interaction is not None else None
            workshop.learn(response)
            return response

        def complain(where: str, what: str) -> None:
            self.ledger.groups.add(RUNNER_ERROR.finding(Location(source=where), what))

        generate(send=send, complain=complain, budget=self.settings.budget, seed=self.subject.seed)

    def _judge_reach(self, operations: Iterable[Operation]) -> None:
        self.asker.must_have_heard()
        if not self.settings.case:
            self.ledger.judge_reach(operations, self.asker.forbidden)

    def _judge_afterwards(self) -> None:
        """Judge what shows only at the end: the hash that answers share, and the webhooks sent meanwhile."""
        signed = [self.subject.spec.operations[name] for name in self.ledger.reached]
        readings = [(self.signer.reading(one), self.signer.readings(one).all) for one in signed]
        accepted = {one.recipe.rounds[-1].digest for one, _ in readings if one is not None}
        open_ = {
            other.recipe.rounds[-1].digest for one, all_ in readings if one is not None for other in all_
        }
        for finding in one_hash(self.context, accepted, open_):
            self.ledger.groups.add(finding)
        if self.settings.case or self.settings.only:
            return
        for interaction in told(self.target, self.subject.testbed, MAIN):
            for finding in judge_webhook(self.context, interaction):
                self.ledger.groups.add(finding, interaction)

    def _result(self, operations: list[Operation], elapsed_s: float) -> Result:
        finish = Finishing(self.subject, self.target, self.settings).finding
        return Result(
            gateway=self.subject.spec.name,
            target=self.target.name,
            seed=self.subject.seed,
            budget=self.settings.budget.name,
            switches=self.subject.settings,
            learned=[*self.ledger.learned, *sorted(self.ledger.beyond)],
            findings=[finish(group) for group in self.ledger.groups.result()],
            tally=self.ledger.tally,
            operations=[operation.id for operation in operations],
            reached=frozenset(self.ledger.reached),
            elapsed_s=elapsed_s,
            fail_on=self.settings.fail_on,
            version=self.version,
        )


def served(operations: Mapping[str, Operation]) -> list[str]:
    """Name the operations that a merchant's server calls; a browser's or a mobile SDK's are not checked."""
    return [name for name, one in operations.items() if not one.raw.get("x-target")]
