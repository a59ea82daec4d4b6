"""A diagnosis for people, and as data for programs (`diagnosis.schema.json` describes it)."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from typing import Any

from payproof.report.marked import compare, first_difference, visible
from payproof.report.mask import Mask, mask_for
from payproof.report.printable import printable
from payproof.signing.diagnosis.answer import Cause, Diagnosis, Explanation
from payproof.signing.fields import bytes_of_text, text_of_bytes
from payproof.signing.keys import Keys

WIDTH = 100
_NUMBERS = ("no", "one", "two", "three", "four", "five", "six")
_LONGEST = 4000


def render(diagnosis: Diagnosis, keys: Keys) -> str:
    """Give the diagnosis as text that ends in a newline; keys show as their role unless all are test keys."""
    mask = mask_for(keys)
    lines = [f"{diagnosis.scheme}: {_verdict(diagnosis, mask)}", ""]
    if diagnosis.explanations:
        lines += _explained(diagnosis, mask)
    elif not diagnosis.verdict.ok:
        lines += _unexplained(diagnosis, mask)
    if diagnosis.documented and not diagnosis.verdict.ok:
        lines += _wrapped(f"Documented in: {diagnosis.documented}")
    if diagnosis.right and not diagnosis.verdict.ok:
        lines += ["Right signature (shown because the keys are test keys):", f"  {diagnosis.right}"]
    return "\n".join(lines).rstrip("\n") + "\n"


def _verdict(diagnosis: Diagnosis, mask: Mask) -> str:
    verdict = diagnosis.verdict
    if verdict.ok or verdict.reason in ("stale", "future"):
        return printable(verdict.message)
    if not diagnosis.received:
        return f"there is nothing to explain: {printable(mask(verdict.message))}"
    what = "encrypted request is not as documented" if _sealed(diagnosis) else "signature does not verify"
    more = "" if verdict.reason == "mismatch" else f" ({printable(mask(verdict.message))})"
    return f"the {what}{more}"


def _sealed(diagnosis: Diagnosis) -> bool:
    return "envelope" in diagnosis.tried or diagnosis.verdict.reason == "opens-with-flaws"


def _subject(diagnosis: Diagnosis) -> str:
    return "The encrypted request" if _sealed(diagnosis) else "The signature"


# -- what reproduces it


def _explained(diagnosis: Diagnosis, mask: Mask) -> Iterator[str]:
    first, *others = diagnosis.explanations
    count = len(first.causes)
    if not count:
        yield "The signature is the right one for this message and key; it is refused for the reason above."
        yield ""
        return
    if _sealed(diagnosis):
        yield "Why, from the outermost layer inwards:" if count > 1 else "Why:"
    else:
        proof = f"proven: it gives all {first.bits} bits of the signature received"
        if count > 1:
            number = _NUMBERS[count] if count < len(_NUMBERS) else str(count)
            yield f"Why ({proof}): {number} mistakes, which give it only together."
        else:
            yield f"Why ({proof}):"
    yield ""
    for at, cause in enumerate(first.causes, 1):
        yield from _cause(cause, _subject(diagnosis), mask, f"{at}. " if count > 1 else "")
    for known in first.profiles:
        yield from _wrapped(f"{known.name} computes exactly this: {known.summary}", "  ")
    if first.profiles:
        yield ""
    yield from _bytes(diagnosis, first, mask)
    if others:
        yield from _others(others, mask)
        yield ""


def _cause(cause: Cause, subject: str, mask: Mask, number: str) -> Iterator[str]:
    inside = " " * (2 + len(number))
    yield from _wrapped(f"{subject} was made with {_clean(cause.says, mask)}.", f"  {number}", inside)
    if cause.change:
        yield from _wrapped(f"Change: {_clean(cause.change, mask)}.", inside)
    if cause.habit:
        yield from _wrapped(f"Usual origin: {cause.habit}.", inside)
    others = [other for other in cause.alternatives if cause.choice not in other.choice]
    if others:
        rows = "; or ".join(_alternative(other, mask) for other in others[:4])
        more = len(others) - 4
        rest = f"; and {more} more" if more > 0 else ""
        yield from _wrapped(f"The same bytes for this message, so just as possible: {rows}{rest}.", inside)
    yield ""


def _alternative(cause: Cause, mask: Mask) -> str:
    return _clean(cause.says, mask) + (f" ({cause.habit})" if cause.habit else "")


def _bytes(diagnosis: Diagnosis, first: Explanation, mask: Mask) -> Iterator[str]:
    if _sealed(diagnosis):
        if first.actual:
            yield f"It decrypts to ({_size(first.actual)}):"
            yield from ("  " + visible(first.actual, mask), "")
        return
    if diagnosis.expected is None:
        yield f"What was signed ({_size(first.actual)}); the message does not allow the right text:"
        yield from ("  " + visible(first.actual, mask), "")
        return
    if diagnosis.expected == first.actual:
        yield f"The text that was signed is right ({_size(first.actual)}); look at the key and the hashing:"
        yield from ("  " + visible(first.actual, mask), "")
        return
    yield from _difference(diagnosis.expected, first.actual, mask)


def _difference(expected: bytes, actual: bytes, mask: Mask) -> Iterator[str]:
    found = compare(expected, actual, mask, width=WIDTH - 14)
    yield f"The text to sign has {_size(expected)}, the text that was signed {_size(actual)}."
    yield f"  right   {found.expected}"
    yield f"  signed  {found.actual}"
    if found.column is not None:
        words = f"byte {(found.at or 0) + 1}: {found.says}"
        before = " " * (10 + found.column)
        fits = len(before) + len(words) < WIDTH
        yield from (f"{before}^ {words}",) if fits else (f"{before}^", f"  {words}")
    else:
        yield f"  byte {(found.at or 0) + 1}: they differ where a key stands, which is not shown"
    yield ""


def _others(others: Sequence[Explanation], mask: Mask) -> Iterator[str]:
    yield "As many mistakes that give it too, less likely ones:"
    for row in others:
        yield from _wrapped("; ".join(_clean(cause.says, mask) for cause in row.causes), "  - ", "    ")


# -- what nothing reproduces


def _unexplained(diagnosis: Diagnosis, mask: Mask) -> Iterator[str]:
    if not diagnosis.received:
        yield from _listed("Not tried:", diagnosis.not_tried, mask)
        return
    if _sealed(diagnosis):
        yield "No cause is proven, so none is named."
    else:
        yield "Nothing that was tried reproduces it, so no cause is named."
    yield ""
    yield from _listed("What it shows by itself:", diagnosis.shape, mask)
    yield from _tried(diagnosis)
    yield from _listed("Not tried, for lack of input:", diagnosis.not_tried, mask)
    if not _sealed(diagnosis):
        if diagnosis.expected is not None:
            yield f"The text to sign, by the scheme and this message ({_size(diagnosis.expected)}):"
            yield from ("  " + visible(diagnosis.expected, mask), "")
        yield from _wrapped(
            "Next: log the exact bytes that the signer hashes, and compare them with this text. If they are "
            "the same, it is the key: compare its length and its first two letters with the dashboard's."
        )
        yield ""


def _tried(diagnosis: Diagnosis) -> Iterator[str]:
    if not diagnosis.hypotheses:
        return
    if _sealed(diagnosis):
        yield f"Tried: {diagnosis.hypotheses} ways to make its mac and its value."
        yield ""
        return
    most = _NUMBERS[min(diagnosis.mistakes, 5)]
    end = f"up to {most} mistakes at once" if diagnosis.mistakes else "no mistakes through to the end"
    if diagnosis.exhausted:
        end += ", some of the next number too: the message is large, so the search was cut short"
    yield from _wrapped(f"Tried: {diagnosis.hypotheses:,} ways to sign this message, {end}.")
    if diagnosis.tried:
        rows = ", ".join(f"{name} {count:,}" for name, count in sorted(diagnosis.tried.items()))
        yield from _wrapped(f"By dimension: {rows}.", "  ")
    yield ""


def _listed(title: str, rows: Sequence[str], mask: Mask) -> Iterator[str]:
    if rows:
        yield title
        for row in rows:
            yield from _wrapped(_clean(row, mask), "  - ", "    ")
        yield ""


def _clean(text: str, mask: Mask) -> str:
    return printable(mask(text))


def _size(data: bytes) -> str:
    return f"{len(data):,} byte" + ("" if len(data) == 1 else "s")


def _wrapped(text: str, first: str = "", rest: str | None = None) -> list[str]:
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=first,
        subsequent_indent=first if rest is None else rest,
        break_on_hyphens=False,
        break_long_words=False,
    )


# -- for programs


def to_data(diagnosis: Diagnosis, keys: Keys) -> dict[str, Any]:
    """Give the diagnosis as data for JSON, keys masked and long texts cut."""
    mask = mask_for(keys)

    def show(text: str) -> str:
        return _shortened(mask(text[: 2 * _LONGEST]))

    return {
        "version": 1,
        "scheme": diagnosis.scheme,
        "valid": diagnosis.verdict.ok,
        "reason": diagnosis.verdict.reason,
        "message": show(diagnosis.verdict.message),
        "received": show(diagnosis.received),
        "documented": diagnosis.documented,
        "expected_canonical": None if diagnosis.expected is None else show(text_of_bytes(diagnosis.expected)),
        "explanations": [_explanation_data(diagnosis, row, show) for row in diagnosis.explanations],
        "shape": [show(fact) for fact in diagnosis.shape],
        "tried": dict(sorted(diagnosis.tried.items())),
        "hypotheses": diagnosis.hypotheses,
        "mistakes_at_once": diagnosis.mistakes,
        "budget_exhausted": diagnosis.exhausted,
        "not_tried": [show(reason) for reason in diagnosis.not_tried],
        "right_signature": diagnosis.right or None,
    }


def _shortened(text: str) -> str:
    """Give a text that JSON can carry everywhere: no lone surrogates, at most 4,000 characters."""
    text = text if len(text) <= _LONGEST else text[: _LONGEST - 3] + "..."
    return bytes_of_text(text).decode("utf-8", "backslashreplace")


def _explanation_data(diagnosis: Diagnosis, row: Explanation, show: Mask) -> dict[str, Any]:
    differs = None if diagnosis.expected is None else first_difference(diagnosis.expected, row.actual)
    return {
        "causes": [
            {
                **_cause_data(cause, show),
                "alternatives": [_cause_data(other, show) for other in cause.alternatives],
            }
            for cause in row.causes
        ],
        "actual_canonical": show(text_of_bytes(row.actual)),
        "first_difference_byte": differs,
        "profiles": [{"name": known.name, "summary": known.summary} for known in row.profiles],
        "matching_bits": row.bits,
    }


def _cause_data(cause: Cause, show: Mask) -> dict[str, Any]:
    return {
        "dimension": cause.dimension,
        "choice": cause.choice,
        "says": show(cause.says),
        "change": show(cause.change),
        "habit": cause.habit,
    }
