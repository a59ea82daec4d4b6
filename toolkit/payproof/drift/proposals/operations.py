"""Operations, their statuses and media types."""

from __future__ import annotations

from typing import Any

from payproof.drift.proposals.work import Work, schema_of


def responses(work: Work) -> bool:
    """Document a status that was seen."""
    if not work.finding.rule.endswith("status-added"):
        return False
    status = work.finding.location.part.removeprefix("response ")
    operation = work.editor.operation(work.finding.location.operation)
    reply: dict[str, Any] = {"description": "Observed; not documented."}
    if work.new is not None:
        reply["content"] = {"application/json": {"schema": schema_of(work.new)}}
    work.editor.own(operation, "responses")[status] = reply
    return True


def content(work: Work) -> bool:
    """Document a media type that was seen."""
    media = str(work.finding.details.get("fact", ""))
    if not work.finding.rule.endswith("media-type-added") or not media:
        return False
    part = work.editor.part(work.finding.location)
    # What was observed of it may be anything; what a document says of it is taken over.
    schema = schema_of(work.new) if work.new is not None and work.new.stated else {}
    part.setdefault("content", {})[media] = {"schema": schema}
    return True


def paths(work: Work) -> bool:
    """Document an operation that was seen."""
    if work.finding.rule != "operation-undocumented":
        return False
    method, _, path = str(work.finding.details.get("fact", "")).partition(" ")
    row: dict[str, Any] = {
        "operationId": f"{method.lower()} {path}",
        "responses": {"200": {"description": "Observed."}},
    }
    if "{id}" in path:
        row["parameters"] = [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}]
    work.editor.document.setdefault("paths", {}).setdefault(path, {})[method.lower()] = row
    return True
