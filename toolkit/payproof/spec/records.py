"""The parts of a spec as records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Schema = Mapping[str, Any] | bool


@dataclass(frozen=True, slots=True)
class Server:
    """Where the API is served.

    Args:
        url: As written, variables replaced by their defaults.
        description: For people.
        environment: `x-environment`, such as `live` or `sandbox`; empty when the document does not say.
    """

    url: str
    description: str = ""
    environment: str = ""


@dataclass(frozen=True, slots=True)
class Switch:
    """A named contradiction or unknown of the documents.

    Args:
        name: Its key in `x-switches`.
        summary: One sentence.
        settings: By name: `summary`, evidence and what else a setting changes.
        default: The setting in force when nobody chose.
        evidence: How sure the default is.
        source: Where it comes from, as written.
    """

    name: str
    summary: str
    settings: Mapping[str, Mapping[str, Any]]
    default: str
    evidence: str = "unknown"
    source: Any = ""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of an operation.

    Args:
        name: As sent.
        where: `path`, `query`, `header` or `cookie`.
        required: Whether every request needs it.
        schema: What its value must be; `{}` when the document does not say.
        raw: The whole parameter, references resolved.
    """

    name: str
    where: str
    required: bool
    schema: Schema
    raw: Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class Operation:
    """One method and path, or one webhook; references resolved in all of it.

    Args:
        id: The operationId, or the webhook's name.
        method: Upper case.
        path: The template; empty for a webhook.
        summary: One sentence.
        parameters: Those of the path included.
        request_body: None when it has none.
        responses: By status key, such as `200`, `4XX` or `default`.
        security: The alternatives, each a mapping of scheme names; the document's own when it states none.
        signing: `x-signing`, empty when unsigned.
        testbed: `x-testbed`, empty when there is none.
        kind: `operation` or `webhook`.
        raw: Everything the document says.
        base_paths: Path prefixes of its servers, without a slash at their end.
        pointer: Where it stands in the document.
    """

    id: str
    method: str
    path: str
    summary: str = field(repr=False)
    parameters: tuple[Parameter, ...] = field(repr=False)
    request_body: Mapping[str, Any] | None = field(repr=False)
    responses: Mapping[str, Mapping[str, Any]] = field(repr=False)
    security: list[Any] = field(repr=False)
    signing: Mapping[str, Any] = field(repr=False)
    testbed: Mapping[str, Any] = field(repr=False)
    kind: Literal["operation", "webhook"]
    raw: Mapping[str, Any] = field(repr=False)
    base_paths: tuple[str, ...] = ("",)
    pointer: str = ""

    @property
    def is_write(self) -> bool:
        """Whether it may change something."""
        return self.method not in ("GET", "HEAD")
