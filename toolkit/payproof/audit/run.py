"""The pieces of an archive audited by several processes, with a state from which a later run goes on."""

from __future__ import annotations

import json
import multiprocessing
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from payproof.audit.partial import Partial
from payproof.audit.places import count_entries
from payproof.audit.plan import Piece
from payproof.audit.spool import Spool, judged
from payproof.audit.work import Auditor
from payproof.errors import UnreadableInput
from payproof.files import read_json, write_atomic
from payproof.files.limits import Limits
from payproof.lifecycle import read_all
from payproof.signing import Keys
from payproof.spec import load

VERSION = 1
#: Told of each finished piece: bytes done, bytes in all, records so far.
Progress = Callable[[int, int, int], None]


@dataclass(frozen=True, slots=True)
class Job:
    """What every process needs to know; all of it can be sent to another one.

    Args:
        spec: The spec's file.
        keys: By role; None uses the verdicts that recordings kept.
        switches: Settings that are known.
        spool: Folder for the observations; None leaves the life cycles out.
    """

    spec: Path
    keys: Mapping[str, str] | None = field(default=None, repr=False)
    switches: Mapping[str, str] = field(default_factory=dict)
    spool: Path | None = None


_WORKER: dict[str, Any] = {}


def _start(job: Job) -> None:
    spec = load(job.spec)
    _WORKER["job"], _WORKER["spec"] = job, spec
    _WORKER["cycles"] = read_all(spec.life_cycles, where=str(spec.path)) if job.spool else {}
    keys = Keys.of(dict(job.keys)) if job.keys is not None else None
    _WORKER["auditor"] = Auditor(spec, keys, job.switches)


def _work(task: tuple[Piece, str]) -> tuple[Piece, str, Partial]:
    piece, attempt = task
    job, spec, auditor = _WORKER["job"], _WORKER["spec"], _WORKER["auditor"]
    spool = Spool(job.spool, _WORKER["cycles"], spec.webhooks.keys(), attempt) if job.spool else None
    auditor.sink = spool
    made = auditor.piece(piece)
    if spool is not None:
        spool.flush()
    return piece, attempt, made


def audit(
    job: Job,
    pieces: Sequence[Piece],
    *,
    run_id: str,
    processes: int = 1,
    state: Path | None = None,
    progress: Progress = lambda done, total, records: None,
) -> Partial:
    """Give what an archive comes to.

    Args:
        job: What is promised, and with which keys.
        pieces: From `plan.pieces`.
        run_id: Differs from that of every run before; names what this run sets down.
        processes: How many work at once.
        state: A file from which a run that was cut short goes on; its observations stand beside it.
        progress: Told of each finished piece.

    Raises:
        UnreadableInput: A file, or the state, cannot be read.
    """
    whole, done = _resumed(state)
    with _folder(state) as folder:
        known = Job(job.spec, job.keys, job.switches, folder if job.spool is not None else None)
        left = [(one, f"{run_id}.{number}") for number, one in enumerate(pieces) if one.name not in done]
        total = sum(map(_size, pieces))
        bytes_done = total - sum(_size(one) for one, _ in left)
        for piece, attempt, part in _spread(known, left, processes):
            whole.merge(part)
            done[piece.name] = attempt
            bytes_done += _size(piece)
            if state is not None:
                _keep(state, whole, done)
            progress(bytes_done, total, whole.counts["records"])
        if known.spool is not None:
            _life_cycles(known, whole, set(done.values()))
    count_entries(whole, pieces)
    return whole


def _spread(job: Job, tasks: list[tuple[Piece, str]], processes: int) -> Iterator[tuple[Piece, str, Partial]]:
    if processes <= 1 or len(tasks) <= 1:
        _start(job)
        yield from map(_work, tasks)
        return
    # Started afresh, so that nothing of the parent (threads, locks) is copied half-way.
    context = multiprocessing.get_context("spawn")
    with context.Pool(min(processes, len(tasks)), _start, (job,)) as pool:
        yield from pool.imap_unordered(_work, tasks)


def _life_cycles(job: Job, whole: Partial, attempts: set[str]) -> None:
    assert job.spool is not None
    spec = load(job.spec)
    cycles = read_all(spec.life_cycles, where=str(spec.path))
    for objects, findings in judged(job.spool, cycles, attempts, job.switches):
        whole.counts["objects"] += objects
        for one in findings:
            whole.add([one], one.location.source)


def _size(piece: Piece) -> int:
    return piece.end - piece.start if piece.end else piece.size


@contextmanager
def _folder(state: Path | None) -> Iterator[Path]:
    if state is not None:
        folder = state.with_name(f"{state.name}.observations")
        folder.mkdir(mode=0o700, exist_ok=True)
        yield folder
        shutil.rmtree(folder, ignore_errors=True)
        return
    with tempfile.TemporaryDirectory(prefix="payproof-audit-") as name:
        yield Path(name)


def _resumed(state: Path | None) -> tuple[Partial, dict[str, str]]:
    if state is None or not state.exists():
        return Partial(), {}
    data = read_json(state, Limits(size=1 << 28)).data
    if not isinstance(data, dict) or data.get("payproof-audit") != VERSION or data.get("finished"):
        hint = "name another file, or remove this one to begin anew"
        raise UnreadableInput("this is no state of an unfinished audit", where=str(state), hint=hint)
    try:
        return Partial.from_data(data["partial"]), dict(data["done"])
    except (KeyError, TypeError, ValueError):
        raise UnreadableInput(
            "this state is damaged", where=str(state), hint="remove it to begin anew"
        ) from None


def _keep(state: Path, whole: Partial, done: Mapping[str, str]) -> None:
    data = {"payproof-audit": VERSION, "done": dict(done), "partial": whole.as_data()}
    write_atomic(state, json.dumps(data).encode(), private=True)
