"""Build cassettes/GATEWAY: every documented example, and every documented flow as the sandbox plays it.

    python tools/build_cassettes.py [--check] [GATEWAY ...]

The flows are those of openapi/GATEWAY/flows.arazzo.yaml, a file for each. Clock, seed and keys are fixed, so
that the files come out the same each time; `--check` compares and exits with 1 when a file is stale or is no
longer made. A gateway without a sandbox, or without flows, has documented examples only.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from payproof import gateway
from payproof.cassettes.build import documentation
from payproof.cassettes.journal import export_yaml
from payproof.cassettes.redaction.marks import Marks, body_schemas
from payproof.cassettes.redaction.points import judge, points
from payproof.conformance.documented import first
from payproof.conformance.signer import Signer
from payproof.conformance.subject import Subject
from payproof.files import read_yaml, write_atomic
from payproof.gateway import Gateway
from payproof.model import Interaction, Message
from payproof.signing import Envelope, scheme_for, seal
from payproof.signing.fields import UnreadableBody, at_pointer, parse_json
from payproof.spec import Operation

ROOT = Path(__file__).resolve().parents[1]
#: 2026-11-20T10:00:00Z; every recording begins then.
BEGIN_S = 1795168800.0
STEP_S = 1.0
MOST_TRIES = 30


def main() -> int:
    """Build or compare; give 1 when something is stale."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("gateways", nargs="*", metavar="GATEWAY")
    parser.add_argument("--check", action="store_true", help="write nothing, compare")
    asked = parser.parse_args()
    stale = 0
    for name in asked.gateways or gateway.names():
        made = dict(files(gateway.load(name)))
        for path in sorted({*(ROOT / "cassettes" / name).glob("flow-*.yaml")} - {*made}):
            print(f"no longer made: {path.relative_to(ROOT)}", file=sys.stderr)
            stale += 1
        for path, text in made.items():
            old = path.read_text("utf-8") if path.is_file() else None
            if asked.check and old != text:
                print(f"stale: {path.relative_to(ROOT)}", file=sys.stderr)
                stale += 1
            elif old != text:
                path.parent.mkdir(parents=True, exist_ok=True)
                write_atomic(path, text.encode())
                print(f"written: {path.relative_to(ROOT)}")
    return int(stale > 0)


def files(chosen: Gateway) -> Iterator[tuple[Path, str]]:
    """Give each file of one gateway with its content."""
    folder = ROOT / "cassettes" / chosen.name
    header = {"gateway": chosen.name, "spec": chosen.spec.version}
    rows = list(documentation(chosen.spec, chosen.testbed.merchants["main"]))
    yield folder / "documentation.yaml", export_yaml(rows, {**header, "provenance": "documentation"})
    flows = chosen.openapi / "flows.arazzo.yaml"
    if chosen.behaviours is not None and flows.is_file():
        for name, played in Flows(chosen, flows).play():
            file = re.sub("([a-z])([A-Z])", r"\1-\2", name).lower()
            yield folder / f"flow-{file}.yaml", export_yaml(played, {**header, "provenance": "sandbox"})


@dataclass
class Scope:
    """What one run of a workflow knows: inputs by name, and the outputs of its steps."""

    workflow: str
    inputs: dict[str, Any]
    steps: dict[str, dict[str, Any]] = field(default_factory=dict)
    response: Any = None
    status: int = 0


class Flows:
    """Plays the workflows of an Arazzo document against the sandbox.

    Only what such documents of ours use is understood: runtime expressions, outputs, retries, workflows as
    steps, and conditions on the status or a member of the body. A condition of another kind is not looked at.
    """

    def __init__(self, chosen: Gateway, path: Path) -> None:
        self._gateway = chosen
        self._document = read_yaml(path).data
        self._workflows = {row["workflowId"]: row for row in self._document["workflows"]}
        self._rows: list[Interaction] = []

    def play(
        self, switches: Mapping[str, str] | None = None, seed: int = 0
    ) -> Iterator[tuple[str, list[Interaction]]]:
        """Give name and interactions of each workflow which is nobody's step, each on a fresh sandbox.

        Args:
            switches: Settings beside those of the test bed.
            seed: Of the sandbox.
        """
        self._switches = {**self._gateway.testbed.switches, **(switches or {})}
        inner = {step.get("workflowId") for row in self._workflows.values() for step in row["steps"]}
        for name in self._workflows:
            if name not in inner:
                self._rows, self._now_s = [], BEGIN_S
                self._simulator = self._gateway.simulator(switches=self._switches, seed=seed)
                self._simulator.tick(self._now_s)
                self._subject = Subject(
                    self._gateway.spec, self._gateway.testbed, self._switches, self._now_s, seed
                )
                self._run(Scope(name, {}))
                yield name, self._rows

    def _run(self, scope: Scope) -> dict[str, Any]:
        workflow = self._workflows[scope.workflow]
        for name, row in (self._input_schema(workflow).get("properties") or {}).items():
            if name not in scope.inputs and "default" in row:
                scope.inputs[name] = row["default"]
        for step in workflow["steps"]:
            if "workflowId" in step:
                given = {
                    row["name"]: self._value(row["value"], scope) for row in step.get("parameters") or ()
                }
                outputs = self._run(Scope(step["workflowId"], given))
                scope.steps[step["stepId"]] = outputs
            else:
                self._step(step, scope)
        return {name: self._value(one, scope) for name, one in (workflow.get("outputs") or {}).items()}

    def _input_schema(self, workflow: Mapping[str, Any]) -> Mapping[str, Any]:
        found = workflow.get("inputs") or {}
        return (
            self._referred(found["$ref"].removeprefix("#/").replace("/", ".")) if "$ref" in found else found
        )

    def _referred(self, dotted: str) -> Any:
        value: Any = self._document
        for name in dotted.split("."):
            value = value[name]
        return value

    def _step(self, step: Mapping[str, Any], scope: Scope) -> None:
        operation = self._gateway.spec.operations[step["operationId"].rpartition(".")[2]]
        actions = [self._action(row) for row in step.get("onFailure") or ()]
        pace = next((float(row.get("retryAfter", 1)) for row in actions if row.get("type") == "retry"), 0.0)
        for tried in range(MOST_TRIES):
            self._exchange(operation, step, scope)
            if not pace or all(self._holds(row, scope) for row in step.get("successCriteria") or ()):
                break
            if tried and self._simulator.next_s() is None:
                # What is waited for is done by a person, so it never comes here.
                break
            self._now_s += pace
        outputs = step.get("outputs") or {}
        scope.steps[step["stepId"]] = {name: self._value(one, scope) for name, one in outputs.items()}

    def _action(self, row: Mapping[str, Any]) -> Mapping[str, Any]:
        if "reference" not in row:
            return row
        found: Mapping[str, Any] = self._referred(row["reference"].removeprefix("$"))
        return found

    def _exchange(self, operation: Operation, step: Mapping[str, Any], scope: Scope) -> None:
        draft = first(self._subject, operation, fresh=False)
        for row in step.get("parameters") or ():
            one = self._action(row)
            draft = draft.put(f"{one['in']}/{one['name']}", self._given(operation, one, scope))
        body = step.get("requestBody") or {}
        if body:
            given = self._value(body["payload"], scope)
            # A payload that is an input as a whole is the documented example, which the draft holds already.
            draft = draft if given is None else replace(draft, body=self._sealed(operation, given))
        request = Signer(self._subject).sign(draft) if _is_signed(operation) else draft.message()
        base = operation.base_paths[0] if operation.base_paths else ""
        sent = Message(request.method, base + request.target, request.headers, request.body)
        answer = self._simulator.handle(sent, self._now_s)
        assert isinstance(answer, Message)
        self._keep(operation, sent, answer, scope.workflow, step["stepId"])
        scope.status, scope.response = answer.status, _tree(answer.body)
        self._now_s += STEP_S
        self._webhooks(scope.workflow)

    def _sealed(self, operation: Operation, body: Any) -> Any:
        """Fill in a sealed order where the flow leaves it open: a plain value in each field that is due."""
        envelope = scheme_for(self._gateway.spec, operation, "request")
        if not isinstance(envelope, Envelope) or body.get(envelope.form_field):
            return body
        marks = Marks(self._gateway.spec)
        schemas = body_schemas(operation, 0, "")
        inner = marks.content(marks.member(schemas, envelope.form_field))
        held = marks.content(marks.member(inner, "value"))
        names = [name for schema in held for name in schema.get("required") or ()]
        keys = self._subject.keys()
        text = seal(envelope, [(name, _plain_value(name)) for name in names], keys, iv=bytes(range(16))).text
        return {**body, envelope.form_field: text}

    def _given(self, operation: Operation, row: Mapping[str, Any], scope: Scope) -> Any:
        found = self._value(row["value"], scope)
        if found is not None:
            return found
        # An input that nobody gave is the test bed's id for this place.
        address = f"{row['in']}/{row['name']}"
        made = self._subject.value(self._role(operation, address, scope.workflow), fresh=False)
        scope.inputs[str(row["value"]).removeprefix("$inputs.")] = made
        return made

    def _role(self, operation: Operation, address: str, workflow: str) -> Any:
        """Give which role an id comes from: that of the workflow's last operation which names one."""
        steps = self._workflows[workflow]["steps"]
        forms = [
            (
                self._gateway.spec.operations[step["operationId"].rpartition(".")[2]].testbed.get("accepted")
                or {}
            )
            for step in steps
            if "operationId" in step
        ]
        named = [form[address] for form in forms if address in form]
        wanted = f"{workflow.lower()}-transaction"
        if workflow == "failure" and "failed-transaction" in self._gateway.testbed.roles:
            wanted = "failed-transaction"
        if wanted in self._gateway.testbed.roles:
            return f"{wanted}.{address.rpartition('/')[2]}"
        return named[-1] if named else (operation.testbed.get("accepted") or {})[address]

    def _value(self, value: Any, scope: Scope) -> Any:
        if isinstance(value, Mapping):
            return {name: self._value(one, scope) for name, one in value.items()}
        if isinstance(value, list):
            return [self._value(one, scope) for one in value]
        if not isinstance(value, str):
            return value
        if value.startswith("$"):
            return self._expression(value, scope)
        pieces = value.split("{$")
        made = [pieces[0]]
        for piece in pieces[1:]:
            inside, _, after = piece.partition("}")
            made += [str(self._expression("$" + inside, scope)), after]
        return "".join(made)

    def _expression(self, text: str, scope: Scope) -> Any:
        if text == "$statusCode":
            return scope.status
        if text.startswith("$response.body"):
            found = at_pointer(scope.response, text.partition("#")[2])
            return found if isinstance(found, str) else None
        if text.startswith("$steps."):
            name, _, rest = text.removeprefix("$steps.").partition(".outputs.")
            return scope.steps[name][rest]
        name = text.removeprefix("$inputs.")
        if name not in scope.inputs:
            scope.inputs[name] = self._input(name, scope.workflow)
        return scope.inputs[name]

    def _input(self, name: str, workflow: str) -> Any:
        main = self._gateway.testbed.merchants["main"]
        return main.get(name, f"{workflow}-1" if name == "reference" else None)

    def _holds(self, row: Mapping[str, Any], scope: Scope) -> bool:
        condition = str(row.get("condition", ""))
        if "type" in row or "==" not in condition:
            return True
        return any(self._equal(one, scope) for one in condition.split("||"))

    def _equal(self, text: str, scope: Scope) -> bool:
        left, _, right = text.partition("==")
        return str(self._value(left.strip(), scope)) == right.strip().strip("'")

    # What is written

    def _webhooks(self, workflow: str) -> None:
        for delivery in self._simulator.due(self._now_s):
            self._simulator.delivered(delivery.id, status=200)
            if delivery.event in self._gateway.spec.webhooks:
                holder = self._gateway.spec.webhooks[delivery.event]
                self._keep(holder, delivery.message, Message(status=200), workflow, delivery.event)

    def _keep(self, operation: Operation, sent: Message, answer: Message, workflow: str, step: str) -> None:
        spec, keys, verdicts = self._gateway.spec, self._subject.keys(), {}
        webhook = operation.kind == "webhook"
        for part, message in (("request", sent), ("response", answer)):
            named = "webhook" if webhook and part == "request" else part
            judged = judge(list(points(spec, operation, named, self._switches)), message, keys)
            if (
                judged is not None
                and judged.reason != "missing-signature"
                and (part == "request" or answer.status < 300)
            ):
                verdicts[part] = judged.facts()
        origin = "https://merchant.example" if webhook else "http://127.0.0.1:8400"
        tags = {"spec": spec.version, "name": f"{workflow} / {step}", "verdicts": verdicts}
        request = Message(sent.method, origin + sent.target, sent.headers, sent.body)
        self._rows.append(
            Interaction(
                request,
                answer,
                operation=operation.id,
                started_s=self._now_s,
                provenance="sandbox",
                tags=tags,
            )
        )


def _plain_value(name: str) -> str:
    if name.endswith("_url"):
        return f"https://merchant.example/{name.removesuffix('_url')}"
    return "100" if name == "amount" else "1000000001"


def _is_signed(operation: Operation) -> bool:
    return "scheme" in (operation.signing.get("request") or {}) and operation.raw.get("x-target") != "browser"


def _tree(body: bytes) -> Any:
    try:
        return parse_json(body)
    except UnreadableBody:
        return None


if __name__ == "__main__":
    sys.exit(main())
