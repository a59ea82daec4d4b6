"""What a run must know about the system under test: who is who there, and with which keys."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

from payproof.errors import SpecError, UnreadableInput
from payproof.files import Limits, Parsed, read_json, read_yaml
from payproof.files.limits import escape

VERSION = 1
_KEYS = ("x-testbed", "gateway", "test_keys", "merchants", "roles", "switches", "events", "state")


class Masked(Mapping[str, str]):
    """Texts by name that neither repr, str nor a traceback with locals shows; reading one gives it.

    Args:
        texts: By name.
    """

    __slots__ = ("_texts",)

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = dict(texts)

    def __getitem__(self, name: str) -> str:
        return self._texts[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)

    def __len__(self) -> int:
        return len(self._texts)

    def __repr__(self) -> str:
        return "{" + ", ".join(f"{name!r}: '***'" for name in self._texts) + "}"


@dataclass(frozen=True, slots=True)
class Testbed:
    """One system under test.

    Args:
        gateway: The name of the gateway that it is.
        merchants: By name, such as `main`: key texts by role.
        roles: By name, such as `refundable-transaction`: texts by key, such as `transaction_id`.
        switches: Settings by switch, where this system's are known.
        events: How outside events can be brought about, by name.
        state: What the sandbox alone holds at its start.
        test_keys: Whether every key is worthless outside this system, so that it may be used in explanations.
        source: The file, for messages.
    """

    __test__ = False  # for pytest, which takes the name for a test class

    gateway: str
    merchants: Mapping[str, Masked]
    roles: Mapping[str, Masked]
    switches: Mapping[str, str] = field(default_factory=dict)
    events: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    state: Mapping[str, Any] = field(default_factory=dict, repr=False)
    test_keys: bool = False
    source: str = ""


def load_testbed(path: Path | bytes, *, gateway: str = "", limits: Limits | None = None) -> Testbed:
    """Give the test bed that a YAML or JSON file describes.

    Args:
        path: The file, or the bytes of one.
        gateway: The gateway it must be for; any when empty.
        limits: How much the file may ask for.

    Raises:
        SpecError: with file and line: not readable, an unknown key, a wrong value, another gateway.
    """
    limits = limits or Limits()
    reader = read_json if isinstance(path, Path) and path.suffix.lower() == ".json" else read_yaml
    try:
        parsed = reader(path, limits)
    except UnreadableInput as error:
        raise SpecError(error.what, where=error.where, hint=error.hint) from None
    return _Reader(parsed).read(gateway)


class _Reader:
    """Checks one test bed's data; says where and what, never a value."""

    def __init__(self, parsed: Parsed) -> None:
        self._parsed = parsed

    def read(self, gateway: str) -> Testbed:
        data = self._mapping(self._parsed.data, "")
        self._known(data, _KEYS, "")
        if data.get("x-testbed") != VERSION:
            self._refuse("/x-testbed", "this is no test bed of version 1", "begin it with x-testbed: 1")
        name = data.get("gateway")
        if not isinstance(name, str) or not name:
            self._refuse("/gateway", "the gateway's name is missing", "add gateway: NAME")
        if gateway and name != gateway:
            self._refuse(
                "/gateway", f"this test bed is for {name[:40]!r}, not {gateway!r}", "use the right one"
            )
        test_keys = data.get("test_keys", False)
        if not isinstance(test_keys, bool):
            self._refuse("/test_keys", "test_keys is neither true nor false", "write true or false")
        return Testbed(
            gateway=name,
            merchants=self._records(data, "merchants"),
            roles=self._records(data, "roles"),
            switches=self._texts(data.get("switches"), "/switches"),
            events={key: self._event(row, key) for key, row in self._table(data, "events").items()},
            state=self._table(data, "state"),
            test_keys=test_keys,
            source=self._parsed.source,
        )

    def _records(self, data: Mapping[str, Any], key: str) -> dict[str, Masked]:
        rows = self._table(data, key)
        return {name: Masked(self._texts(row, f"/{key}/{escape(name)}")) for name, row in rows.items()}

    def _texts(self, row: Any, pointer: str) -> dict[str, str]:
        found = {}
        for name, value in self._mapping({} if row is None else row, pointer).items():
            spot = f"{pointer}/{escape(name)}"
            if isinstance(value, bool | float) or not isinstance(value, str | int):
                # 250.50 would arrive as 250.5, and the difference decides whether a signature fits.
                self._refuse(spot, "this value is no text", "write it in quotes, as it is sent")
            found[name] = str(value)
        return found

    def _event(self, row: Any, name: str) -> dict[str, Any]:
        pointer = f"/events/{escape(name)}"
        if isinstance(row, str):
            return {"how": row}
        return dict(self._mapping(row, pointer))

    def _table(self, data: Mapping[str, Any], key: str) -> dict[str, Any]:
        row = data.get(key)
        return self._mapping({} if row is None else row, f"/{key}")

    def _mapping(self, value: Any, pointer: str) -> dict[str, Any]:
        if not isinstance(value, dict):
            self._refuse(pointer, f"{pointer or 'a test bed'} is no mapping", "write names and values")
        return value

    def _known(self, data: Mapping[str, Any], known: Iterable[str], pointer: str) -> None:
        for name in data:
            if name not in known:
                near = difflib.get_close_matches(name, known, n=1)
                hint = f"did you mean {near[0]}?" if near else f"use {', '.join(known)}"
                self._refuse(f"{pointer}/{escape(name)}", f"the key {name[:40]!r} is not known", hint)

    def _refuse(self, pointer: str, what: str, hint: str) -> NoReturn:
        line = self._parsed.line_of(pointer)
        raise SpecError(what, where=f"{self._parsed.source}:{line}", hint=hint)
