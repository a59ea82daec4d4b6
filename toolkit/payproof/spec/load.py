"""A spec from its folder, file or bytes."""

from __future__ import annotations

import os
import re
from pathlib import Path

from payproof.errors import SpecError
from payproof.files.limits import Limits
from payproof.spec.document import Spec
from payproof.spec.sources import Sources

_NAMES = ("openapi.yaml", "openapi.yml", "openapi.json")
_DIALECTS = ("https://spec.openapis.org/oas/3.1/dialect/base", "https://json-schema.org/draft/2020-12/schema")


def load(path: Path, *, limits: Limits | None = None, cache: Path | None = None) -> Spec:
    """Give the spec of a folder, or of one file.

    Args:
        path: A folder with openapi.yaml (or .yml, .json) in it, or the document itself.
        limits: How much each file may ask for.
        cache: A folder of the user's own in which parsed YAML is kept, which saves most of a cold start.

    Raises:
        SpecError: with file, line and remedy: not readable, no OpenAPI 3.1. References and operations are
            read when they are first used, and raise it then.
    """
    path = Path(path)
    # Not Path.is_dir: it raises for a name that is too long.
    if os.path.isdir(path):
        path = next((path / name for name in _NAMES if (path / name).is_file()), path / _NAMES[0])
    name = path.parent.name if path.name in _NAMES and path.parent.name else path.stem
    return _checked(Spec(name, Sources(path, limits or Limits(), cache)))


def loads(data: bytes, name: str = "spec.yaml", *, limits: Limits | None = None) -> Spec:
    """Give the spec that bytes hold; it can refer to no other file.

    Args:
        data: YAML, or JSON where the name says so.
        name: What messages call it.
        limits: How much it may ask for.

    Raises:
        SpecError: likewise.
    """
    path = Path(name)
    return _checked(Spec(path.stem, Sources(path, limits or Limits(), given=data)))


def _checked(spec: Spec) -> Spec:
    document = spec.document
    if not re.fullmatch(r"3\.1(\.\d+)?", str(document.get("openapi", ""))):
        raise SpecError(
            "this is no OpenAPI 3.1 document",
            where=spec.where("/openapi"),
            hint="begin it with openapi: 3.1.0",
        )
    if document.get("jsonSchemaDialect", _DIALECTS[0]) not in _DIALECTS:
        raise SpecError(
            "this JSON Schema dialect is not supported",
            where=spec.where("/jsonSchemaDialect"),
            hint=f"use {_DIALECTS[0]}",
        )
    return spec
