"""An interaction as it may be written: nobody's data, nobody's keys, and the same verdicts.

Theory of operation. Before anything changes, the signatures are judged under the real keys. Then each value
is replaced by what its mark asks for: marks come from the spec, from the names of fields, and, where neither
knows a field and the recording is of live traffic, from not being known. What was replaced is remembered and
looked for in every other text of the recording. This is done twice, so that a value which turns out to be
personal in the response is gone from the request too. Then the messages are signed again with test keys, at
the same point; what was invalid is made invalid again. At last the values of the result are searched for each
one that was replaced, in every encoding, and an interaction that still holds one is refused. Words that the
spec itself names are no secrets, wherever they come up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from payproof.cassettes.redaction.messages import Context, MessageRedactor
from payproof.cassettes.redaction.points import Judged, judge, points, signed_again
from payproof.cassettes.redaction.proof import searched
from payproof.cassettes.redaction.pseudonyms import Pseudonyms
from payproof.cassettes.redaction.texts import Known, Texts
from payproof.cassettes.redaction.values import Values
from payproof.cassettes.redaction.vocabulary import words
from payproof.errors import ToolkitError
from payproof.model import Interaction, Message
from payproof.signing import Keys
from payproof.spec import Operation, Spec, match

Unknown = Literal["personal", "text"]


class CannotRedact(ToolkitError):
    """An interaction cannot be made safe to write."""


@dataclass(frozen=True)
class Policy:
    """How a recording is redacted.

    Args:
        spec: The gateway's document; None when there is none, and then every field is unknown.
        test_keys: By role; they take the place of the real keys and sign anew.
        keys: The real keys by role; None marks signatures as unverifiable.
        secret: Random bytes of this recording alone, for stand-ins; never written.
        unknown: Whether fields that nothing describes are personal, or free text.
        switches: Settings of the spec's switches.
    """

    spec: Spec | None
    test_keys: Mapping[str, str] = field(repr=False)
    secret: bytes = field(repr=False)
    keys: Mapping[str, str] | None = field(default=None, repr=False)
    unknown: Unknown = "personal"
    switches: Mapping[str, str] = field(default_factory=dict)


class Redactor:
    """Redacts the interactions of one recording, so that equal values have equal stand-ins in all of them."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._pseudonyms = Pseudonyms(policy.secret)
        real = dict(policy.keys or {})
        for role, text in real.items():
            stand_in = policy.test_keys.get(role) or self._pseudonyms.shaped(text)
            self._pseudonyms.fixed(text, stand_in)
        ours = set(policy.test_keys.values())
        self._known = Known((text for text in real.values() if text not in ours), words(policy.spec))
        self._real = Keys.of(real) if policy.keys is not None else None
        self._test = Keys.of(dict(policy.test_keys), test=True)
        texts = Texts(self._pseudonyms, self._known)
        strict = policy.unknown == "personal"
        values = Values(texts, self._pseudonyms, self._known, policy.test_keys, self._real, strict=strict)
        self._messages = MessageRedactor(
            policy.spec, texts, values, self._pseudonyms, self._known, self._test, self._real
        )

    def redact(self, interaction: Interaction) -> Interaction:
        """Give the interaction as it may be written; `tags` gain verdicts and the places that were changed.

        Raises:
            CannotRedact: when something that must not be written would be, or an envelope cannot be opened.
        """
        operation, webhook = self._operation(interaction)
        found = {part: self._points(operation, part, webhook) for part in ("request", "response")}
        judged = {
            part: judge(found[part], message, self._real)
            for part, message in (("request", interaction.request), ("response", interaction.response))
            if message is not None
        }
        for _ in (1, 2):
            context = Context(operation, found["request"], [])
            request = self._messages.request(interaction.request, context)
            response = (
                self._messages.response(interaction.response, context) if interaction.response else None
            )
        request = self._signed(judged.get("request"), found["request"], request)
        if response is not None:
            response = self._signed(judged.get("response"), found["response"], response)
        verdicts = {part: one.facts() for part, one in judged.items() if one is not None}
        if context.envelope is not None:
            verdicts["request"] = context.envelope
        tags = {
            **self._tags(interaction),
            "redacted": sorted({_sound(place) for place in context.changed}),
            "verdicts": verdicts,
        }
        if self._policy.spec is not None:
            tags.setdefault("spec", self._policy.spec.version)
        made = replace(
            interaction,
            request=_measured(request),
            response=_measured(response) if response is not None else None,
            operation=operation.id if operation is not None else interaction.operation,
            tags=tags,
        )
        self._prove(made)
        return made

    def _operation(self, interaction: Interaction) -> tuple[Operation | None, bool]:
        spec = self._policy.spec
        if spec is None:
            return None, False
        if interaction.operation in spec.webhooks:
            return spec.webhooks[interaction.operation], True
        found = match(spec, interaction.request)
        return (found.operation if found is not None else None), False

    def _points(self, operation: Operation | None, part: str, webhook: bool) -> Any:
        if operation is None or self._policy.spec is None:
            return []
        named = "webhook" if webhook and part == "request" else part
        return list(points(self._policy.spec, operation, named, self._policy.switches))

    def _signed(self, judged: Judged | None, found: Any, message: Message) -> Message:
        if judged is None:
            return message
        return signed_again(
            judged, found, message, self._test, lambda text: self._pseudonyms.of("shape", text)
        )

    def _tags(self, interaction: Interaction) -> dict[str, Any]:
        return {
            name: self._messages.text(value) if isinstance(value, str) and name in ("note", "name") else value
            for name, value in interaction.tags.items()
        }

    def _prove(self, made: Interaction) -> None:
        left = [one for one in self._known.hidden_in(searched(made)) if not self._pseudonyms.gave(one)]
        if left:
            raise CannotRedact(
                f"{len(left)} value(s) that must not be written would still be in the entry",
                where=made.operation or made.request.method,
                hint="mark the field that holds them in the spec with x-secret or x-personal",
            )


def _sound(place: str) -> str:
    """Give a place in letters that every file can hold: names of fields may be no UTF-8."""
    return place.encode("utf-8", "backslashreplace").decode()


def _measured(message: Message) -> Message:
    if message.header("content-length") is None:
        return message
    length = str(len(message.body))
    headers = tuple(
        (name, length if name.lower() == "content-length" else value) for name, value in message.headers
    )
    return replace(message, headers=headers)
