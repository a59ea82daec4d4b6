"""What a generator thought up, made into a case: matched, given credentials and ids, signed as it is sent.

A generated request is signed again only when it carries a well-formed signature; one that was left out or
broken on purpose stays so. Ids that nobody made would all end at "not found", so most of them are replaced by
the test bed's; what the request then deserves is judged from its final bytes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Container
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote

from payproof.conformance.case import Case
from payproof.conformance.judge import judge
from payproof.conformance.schemas import body_schema, properties, schema_of
from payproof.conformance.signer import Signer
from payproof.conformance.subject import UnknownRole
from payproof.errors import ToolkitError
from payproof.model import Message
from payproof.signing import received_signature, sign_message
from payproof.signing.fields import UnreadableBody
from payproof.spec import Match, Operation, match

#: Every fourth id stays as generated.
_KEEP_EVERY = 4
_MAX_SEEN = 5_000


@dataclass(slots=True)
class Workshop:
    """Makes generated requests into cases.

    Args:
        signer: Signs them.
        wanted: Operation ids to make cases for; all of the spec's when None.
        seen: Texts that answers held, so ids among them lead somewhere; kept by `learn`.
    """

    signer: Signer
    wanted: Container[str] | None = None
    seen: set[str] = field(default_factory=set)
    _made: int = 0

    def make(self, message: Message) -> Case | None:
        """Give the case, or None when the request belongs to no operation that is wanted."""
        found = match(self.signer.subject.spec, message, base_paths=("",))
        if found is None or found.operation.id not in self.signer.subject.spec.operations:
            return None
        operation = found.operation
        # Signing takes keys, which nobody need have for what is not asked for.
        if self.wanted is not None and operation.id not in self.wanted:
            return None
        self._made += 1
        ready = self._signed(operation, self._with_credentials(operation, self._with_ids(found, message)))
        return Case(
            name=f"{operation.id}/generated/{self._made}",
            operation=operation.id,
            kind="generated",
            message=ready,
            expect=judge(self.signer, operation, ready),
            write=operation.is_write,
        )

    def learn(self, response: Message | None) -> None:
        """Remember the texts of a success, such as ids to follow."""
        if response is None or len(self.seen) > _MAX_SEEN or not 200 <= response.status < 300:
            return
        try:
            waiting = [json.loads(response.body)]
        except (ValueError, RecursionError):
            return
        while waiting:
            value = waiting.pop()
            if isinstance(value, str):
                self.seen.add(value)
            elif isinstance(value, (dict, list)):
                waiting += list(value.values()) if isinstance(value, dict) else value

    def _with_ids(self, found: Match, message: Message) -> Message:
        path, mark, query = message.target.partition("?")
        for name, value in found.path_params.items():
            if value in self.seen or self._made % _KEEP_EVERY == 0:
                continue
            try:
                wanted = self._id(found.operation, f"path/{name}")
            except UnknownRole:
                continue
            path = path if wanted is None else _filled(found, name, wanted)
        return replace(message, target=path + mark + query)

    def _id(self, operation: Operation, address: str) -> str | None:
        """Give an id that leads somewhere: the test bed's, or that of an object made for it."""
        subject, form = self.signer.subject, (operation.testbed.get("accepted") or {}).get(address)
        if form is not None:
            return str(subject.value(form, fresh=True))
        needed = subject.workbench.needs(operation) if subject.workbench is not None else {}
        return str(needed[address]) if address in needed else None

    def _with_credentials(self, operation: Operation, message: Message) -> Message:
        for address, _, value in self.signer.subject.credentials(operation):
            where, _, name = address.partition("/")
            if where == "header" and message.header(name) is None:
                message = message.with_header(name, value)
        return message

    def _signed(self, operation: Operation, message: Message) -> Message:
        reading = self.signer.reading(operation)
        if reading is None:
            return message
        try:
            received = received_signature(reading.recipe, message)
            if received is None or not _well_formed(operation, reading.recipe.carry.name, received):
                return message
            return sign_message(reading.recipe, message, self.signer.subject.keys())
        except (ToolkitError, UnreadableBody, ValueError, UnicodeError):
            return message


def _filled(found: Match, name: str, value: str) -> str:
    path: str = found.operation.path
    for one, text in {**found.path_params, name: value}.items():
        path = path.replace("{" + one + "}", quote(text, safe="", errors="surrogatepass"))
    return path


def _well_formed(operation: Operation, name: str, text: str) -> bool:
    pattern = _signature_schema(operation, name).get("pattern")
    return bool(text) if pattern is None else re.search(pattern, text) is not None


def _signature_schema(operation: Operation, name: str) -> Any:
    for one in operation.parameters:
        if one.name == name:
            return schema_of(one)
    for media_type in (operation.request_body or {}).get("content", {}):
        found = properties(body_schema(operation, media_type)).get(name)
        if found is not None:
            return found
    return {}
