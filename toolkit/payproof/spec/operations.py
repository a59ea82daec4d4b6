"""The paths and webhooks of a resolved document as operations."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, NoReturn
from urllib.parse import urlsplit

from payproof.errors import SpecError
from payproof.files.limits import escape
from payproof.spec.records import Operation, Parameter, Server, Switch

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
Where = Callable[[str], str]
_VARIABLE = re.compile(r"\{([^{}]*)\}")
_PLACES = ("path", "query", "header", "cookie")


def servers_of(rows: Any) -> Iterator[Server]:
    """Give the servers of a `servers` list, variables replaced by their defaults."""
    for row in rows if isinstance(rows, list) else ():
        if isinstance(row, dict) and isinstance(row.get("url"), str):
            yield Server(_filled(row), str(row.get("description", "")), str(row.get("x-environment", "")))


def _filled(row: Mapping[str, Any]) -> str:
    variables = row.get("variables") or {}

    def default(match: re.Match[str]) -> str:
        known = variables.get(match[1]) if isinstance(variables, dict) else None
        return str(known.get("default", "")) if isinstance(known, dict) else ""

    return _VARIABLE.sub(default, row["url"])


def base_path(url: str) -> str:
    """Give the path of a server's URL without a slash at its end."""
    try:
        return urlsplit(url).path.rstrip("/")
    except ValueError:
        return ""


def switch_of(name: str, row: Mapping[str, Any], where: Where) -> Switch:
    """Give one row of `x-switches`; raises SpecError when its default is none of its settings."""
    settings, default = row.get("settings"), str(row.get("default", ""))
    if not isinstance(settings, dict) or default not in settings:
        raise SpecError(
            f"the default of the switch {name!r} is none of its settings",
            where=where(f"/x-switches/{escape(name)}"),
            hint="name a default that stands under settings",
        )
    rows = {key: one if isinstance(one, dict) else {"summary": str(one)} for key, one in settings.items()}
    evidence, source = str(row.get("x-evidence", "unknown")), row.get("x-source", "")
    return Switch(name, str(row.get("summary", "")), rows, default, evidence, source)


@dataclass(frozen=True, slots=True)
class Builder:
    """Makes operations of a document; each method raises SpecError for a part of the wrong kind.

    Args:
        document: The resolved document.
        where: Gives `file:line` of a pointer into it.
    """

    document: Mapping[str, Any]
    where: Where

    def operations(self) -> dict[str, Operation]:
        """Give every operation by its id."""
        found: dict[str, Operation] = {}
        for path, item in self._items("paths"):
            pointer = f"/paths/{escape(path)}"
            if not path.startswith("/"):
                self._refuse(pointer, "a path does not begin with /", "write it with a slash")
            for one in self._of_item(pointer, path, item, "operation"):
                if one.id in found:
                    self._refuse(one.pointer, f"the operationId {one.id!r} is used twice", "rename one")
                found[one.id] = one
        return found

    def webhooks(self) -> dict[str, Operation]:
        """Give every webhook by its name."""
        found: dict[str, Operation] = {}
        for name, item in self._items("webhooks"):
            for one in self._of_item(f"/webhooks/{escape(name)}", "", item, "webhook", name):
                found.setdefault(name, one)
        return found

    def _items(self, key: str) -> Iterator[tuple[str, dict[str, Any]]]:
        table = self.document.get(key) or {}
        if not isinstance(table, dict):
            self._refuse(f"/{key}", f"{key} is no mapping", "write names and values")
        for name, item in table.items():
            if not isinstance(item, dict):
                self._refuse(f"/{key}/{escape(name)}", "this is no mapping", "write methods below it")
            if not name.startswith("x-"):
                yield name, item

    def _of_item(
        self,
        pointer: str,
        path: str,
        item: dict[str, Any],
        kind: Literal["operation", "webhook"],
        name: str = "",
    ) -> Iterator[Operation]:
        for method in METHODS:
            if method not in item:
                continue
            spot, raw = f"{pointer}/{method}", item[method]
            if not isinstance(raw, dict):
                self._refuse(spot, "this operation is no mapping", "write one")
            servers = raw.get("servers") or item.get("servers") or self.document.get("servers")
            yield Operation(
                id=name or str(raw.get("operationId") or f"{method} {path}"),
                method=method.upper(),
                path=path,
                summary=str(raw.get("summary", "")),
                parameters=tuple(self._parameters(spot, [item.get("parameters"), raw.get("parameters")])),
                request_body=self._mapping(spot, raw, "requestBody") or None,
                responses=self._responses(spot, raw),
                security=self._security(raw),
                signing=self._mapping(spot, raw, "x-signing"),
                testbed=self._mapping(spot, raw, "x-testbed"),
                kind=kind,
                raw=raw,
                base_paths=tuple(dict.fromkeys(base_path(one.url) for one in servers_of(servers))) or ("",),
                pointer=spot,
            )

    def _security(self, raw: Mapping[str, Any]) -> list[Any]:
        stated = raw.get("security", self.document.get("security", []))
        return [row for row in stated if isinstance(row, dict)] if isinstance(stated, list) else []

    def _responses(self, pointer: str, raw: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
        rows = self._mapping(pointer, raw, "responses")
        stated = (status for status in rows if not status.startswith("x-"))
        return {status: self._mapping(f"{pointer}/responses", rows, status) for status in stated}

    def _mapping(self, pointer: str, holder: Mapping[str, Any], key: str) -> Mapping[str, Any]:
        found = holder.get(key)
        if found is not None and not isinstance(found, dict):
            self._refuse(f"{pointer}/{escape(key)}", f"{key} is no mapping", "write names and values")
        return found or {}

    def _parameters(self, pointer: str, lists: Iterable[Any]) -> Iterator[Parameter]:
        # The operation's own parameter takes the place of the path's with the same name and place.
        found: dict[tuple[str, str], Parameter] = {}
        for rows in lists:
            for row in rows if isinstance(rows, list) else ():
                one = self._parameter(pointer, row)
                found[one.where, one.name] = one
        yield from found.values()

    def _parameter(self, pointer: str, row: Any) -> Parameter:
        if not isinstance(row, dict) or row.get("in") not in _PLACES or not isinstance(row.get("name"), str):
            hint = f"use in: {', '.join(_PLACES)}"
            self._refuse(f"{pointer}/parameters", "a parameter needs a name and in", hint)
        schema = row.get("schema")
        if schema is None and isinstance(row.get("content"), dict):
            media = (one for one in row["content"].values() if isinstance(one, dict))
            schema = next((one.get("schema") for one in media), None)
        if not isinstance(schema, dict | bool):
            schema = {}
        return Parameter(
            row["name"], row["in"], row.get("required") is True or row["in"] == "path", schema, row
        )

    def _refuse(self, pointer: str, what: str, hint: str) -> NoReturn:
        raise SpecError(what, where=self.where(pointer), hint=hint)
