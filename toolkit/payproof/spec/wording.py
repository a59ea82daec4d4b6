"""Problems out of a validator's refusals, in words that show no secret."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from payproof.files.limits import escape
from payproof.model import EVIDENCE
from payproof.spec.coerce import properties
from payproof.spec.compiled import Compiled, Pair
from payproof.spec.marks import Path, behind, claim_of, evidence_of, is_secret_name, secrets, trail
from payproof.spec.problem import Problem

_SHOWN = 80
_MASK = "***"
_LONGEST = 400


def problems(
    compiled: Compiled, value: Any, *, place: str = "", around: tuple[Any, ...] = (), quick: bool = False
) -> list[Problem]:
    """Give what a schema has against a value; empty when nothing.

    Args:
        compiled: The schema.
        value: The value.
        place: Where a parameter stands, such as `query/limit`; empty for a body.
        around: The parts of the document around the schema, outermost first, for their evidence.
        quick: Leave the wording out, for bodies so large that jsonschema would take long.
    """
    if compiled.is_valid(value):
        return []
    hidden = secrets(compiled.spec, compiled.schema, value)
    if is_secret_name((place,)):
        hidden[()] = value
    hard_ok = compiled.hard.is_valid(value)
    speaker = _Speaker(compiled, place, around, hidden)
    found: list[Problem] = (
        [] if hard_ok else [one for one, _ in speaker.words(compiled.hard, value, quick=quick)]
    )
    if compiled.soft is not None:
        # Every refusal of the stricter schema alone is soft; beside hard ones only what is marked so.
        noted = speaker.words(compiled.soft, value, quick=quick)
        found += [replace(one, soft=True) for one, mild in noted if hard_ok or mild]
    return _surest(found if quick else _null_for_absent(speaker, compiled, value, place, found))


def _null_for_absent(
    speaker: _Speaker, compiled: Compiled, value: Any, place: str, found: list[Problem]
) -> Iterator[Problem]:
    """Give the problems, those of a null that stands for an absent optional member as inferred ones.

    Documents that leave a member optional seldom say whether null may tell its absence.
    """
    nulls = {one.pointer for one in found if one.actual == "null" and one.evidence == "documented"}
    bare = _without(value, nulls, place) if nulls else None
    told = speaker.words(compiled.hard, bare, quick=False) if nulls and not compiled.is_valid(bare) else ()
    # What is wrong without it too: it is required, or no member that could be left out.
    asked = {one.pointer for one, _ in told if one.evidence == "documented"}
    for one in found:
        yield replace(one, evidence="inferred") if one.pointer in nulls - asked else one


def _without(value: Any, pointers: set[str], place: str) -> Any:
    """Give a copy without the members of objects at the pointers."""
    if isinstance(value, dict):
        inner = ((name, item, f"{place}/{escape(name)}") for name, item in value.items())
        return {name: _without(item, pointers, at) for name, item, at in inner if at not in pointers}
    if isinstance(value, list):
        return [_without(item, pointers, f"{place}/{at}") for at, item in enumerate(value)]
    return value


def _surest(found: Iterable[Problem]) -> list[Problem]:
    """Give each problem once: where two claims say the same, that of the better evidence."""
    kept: dict[tuple[str, str, str], Problem] = {}
    for one in found:
        key = (one.pointer, one.keyword, one.message)
        if key not in kept or _doubt(one) < _doubt(kept[key]):
            kept[key] = one
    return list(kept.values())


def _doubt(problem: Problem) -> tuple[bool, int]:
    known: tuple[str, ...] = EVIDENCE
    return problem.soft, known.index(problem.evidence) if problem.evidence in known else len(known)


class _Speaker:
    """Words the errors of one schema about one value."""

    def __init__(
        self, compiled: Compiled, place: str, around: tuple[Any, ...], hidden: dict[Path, Any]
    ) -> None:
        self._compiled, self._place, self._around, self._hidden = compiled, place, around, hidden
        forms = {form for secret in hidden.values() for form in _forms(secret)}
        self._secret_texts = sorted(forms, key=len, reverse=True)

    def words(self, pair: Pair, value: Any, *, quick: bool) -> Iterator[tuple[Problem, bool]]:
        """Give each problem, and whether the limit it breaks is marked as a soft one."""
        errors = [] if quick else pair.errors(value)
        for error in errors:
            leaf = _leaf(error)
            where = tuple(leaf.absolute_schema_path)
            node = self._owner(where, str(leaf.validator))
            for one in self._of(leaf, where, node):
                yield one, _is_mild(node, str(leaf.validator))
        for path, rule in [] if errors else pair.places(value):
            # The two libraries disagree, or nobody wants words: what and where is said all the same.
            keyword = next((step for step in reversed(rule) if isinstance(step, str)), "schema")
            yield self._made(path, rule, keyword, f"the value does not keep {keyword!r}"), False

    def _owner(self, where: Path, keyword: str) -> Mapping[str, Any]:
        """Give the spec's own schema that states a keyword, softly or not; behind a reference if need be."""
        node = list(trail(self._compiled.spec, self._compiled.schema, where[:-1]))[-1]
        if (
            isinstance(node, Mapping)
            and "$ref" in node
            and keyword not in node
            and not _is_mild(node, keyword)
        ):
            node = behind(self._compiled.spec, node["$ref"])
        return node if isinstance(node, Mapping) else {}

    def _of(self, leaf: Any, where: Path, node: Mapping[str, Any]) -> Iterator[Problem]:
        path, keyword = tuple(leaf.absolute_path), str(leaf.validator)
        extra = _extra(leaf, node)
        for name in extra:
            word = "undocumented-field" if _is_mild(node, keyword) else keyword
            text = f"the field {name[:_SHOWN]!r} is not documented"
            yield self._made((*path, name), where, word, text, actual=leaf.instance[name])
        if extra:
            return
        missing = _missing(leaf)
        if missing is not None:
            yield self._made((*path, missing), where, keyword, leaf.message, expected=missing)
            return
        expected = _expected(keyword, leaf.validator_value)
        yield self._made(
            path, where, keyword, self._text(leaf, path), expected=expected, actual=leaf.instance
        )

    def _text(self, leaf: Any, path: Path) -> str:
        """Word an error: the value cut short, a secret one not shown at all."""
        text, shown = str(leaf.message), repr(leaf.instance)
        if text.startswith(shown):
            text = self._subject(leaf.instance, path) + text[len(shown) :]
        elif self._is_hidden(path):
            text = f"the secret value does not keep {leaf.validator!r}"
        for form in self._secret_texts:
            text = text.replace(form, _MASK)
        return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."

    def _subject(self, instance: Any, path: Path) -> str:
        if self._is_hidden(path):
            return "the secret value"
        if isinstance(instance, dict | list):
            return "the object" if isinstance(instance, dict) else "the list"
        shown = repr(instance)
        return shown if len(shown) <= _SHOWN else f"{shown[:_SHOWN]}..."

    def _is_hidden(self, path: Path) -> bool:
        return is_secret_name(path) or any(path[:length] in self._hidden for length in range(len(path) + 1))

    def _made(
        self, path: Path, where: Path, keyword: str, text: str, *, expected: str = "", actual: Any = ...
    ) -> Problem:
        spec = self._compiled.spec
        nodes = list(trail(spec, self._compiled.schema, where))
        broken = str(where[-1]) if where else ""
        owner = self._owner(where, broken)
        # What a soft limit rests on says nothing of the hard ones beside it.
        soft = owner.get("x-soft") if _is_mild(owner, broken) else None
        beyond = {} if broken == "type" else owner.get("x-beyond") or {}
        evidence, source = evidence_of((*self._around, *nodes, owner, soft))
        shown = "" if actual is ... else _masked(actual) if self._is_hidden(path) else brief(actual)
        return Problem(
            pointer=self._place + "".join(f"/{escape(step)}" for step in path),
            keyword=keyword,
            message=text,
            expected=expected,
            actual=shown,
            evidence=evidence,
            claim=claim_of(spec, source),
            schema_pointer=self._compiled.pointer + "".join(f"/{escape(step)}" for step in where),
            enforced=str(beyond.get("x-evidence", "")) if isinstance(beyond, dict) else "",
        )


def _masked(secret: Any) -> str:
    """Give no more of a secret than whether it is a container where a text is wanted."""
    return f"{{{_MASK}}}" if isinstance(secret, dict) else f"[{_MASK}]" if isinstance(secret, list) else _MASK


def _forms(secret: Any) -> Iterator[str]:
    """Give the texts under which a secret may stand in a message; single characters would mask everything."""
    waiting = [secret]
    while waiting:
        one = waiting.pop()
        waiting += one.values() if isinstance(one, dict) else one if isinstance(one, list) else ()
        yield from (form for form in (repr(one), str(one)) if len(form) > 2)


def brief(value: Any) -> str:
    """Give a value in a few words: a scalar as JSON, cut short; of a container only how much it holds."""
    if isinstance(value, dict):
        return f"{{{len(value)} members}}"
    if isinstance(value, list):
        return f"[{len(value)} items]"
    text = json.dumps(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."


def _leaf(error: Any) -> Any:
    from jsonschema.exceptions import best_match

    return best_match(iter([error]))


def _is_mild(node: Mapping[str, Any], keyword: str) -> bool:
    limits = node.get("x-soft")
    closed = keyword == "unevaluatedProperties" and "x-closed" in node
    return closed or (isinstance(limits, Mapping) and keyword in limits)


def _extra(leaf: Any, node: Mapping[str, Any]) -> list[str]:
    """Give the members that a closed object has too many."""
    if leaf.validator_value is not False or not isinstance(leaf.instance, dict):
        return []
    if leaf.validator == "additionalProperties":
        named, patterns = leaf.schema.get("properties") or (), leaf.schema.get("patternProperties") or ()
        keys = (key for key in leaf.instance if key not in named)
        return [key for key in keys if not any(re.search(pattern, key) for pattern in patterns)]
    if leaf.validator == "unevaluatedProperties":
        known = dict(properties(node))
        return [key for key in leaf.instance if key not in known]
    return []


def _missing(leaf: Any) -> str | None:
    """Give the name of the member that a required or dependentRequired misses."""
    names: list[Any] = []
    if leaf.validator == "required":
        names = list(leaf.validator_value)
    elif leaf.validator == "dependentRequired":
        names = [name for row in leaf.validator_value.values() for name in row]
    absent = (name for name in names if name not in leaf.instance and leaf.message.startswith(repr(name)))
    return next(absent, None)


def _expected(keyword: str, stated: Any) -> str:
    if keyword == "type":
        return stated if isinstance(stated, str) else " or ".join(map(str, stated))
    if keyword == "enum":
        return ", ".join(json.dumps(one) for one in stated)[:400]
    return "" if isinstance(stated, dict | list) else json.dumps(stated)[:400]
