"""The hashing end of the search: keys, their forms, digests and rounds, each with its mistakes.

Key bytes are made once each; keys that come to the same bytes are one plan with alternatives.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from payproof.errors import KeyMaterialError
from payproof.signing.diagnosis.option import COMMON, PLAUSIBLE, RARE, Option, Step
from payproof.signing.digests import DIGESTS, SIZES, bind, digest_size
from payproof.signing.key_forms import FORMS
from payproof.signing.keys import Keys, SecretBytes
from payproof.signing.outputs import OUTPUTS
from payproof.signing.recipe import Recipe, Round
from payproof.signing.source import Taken
from payproof.signing.stages import CannotSign, key_bytes

Hash = Callable[[bytes], bytes]


@dataclass(frozen=True, slots=True)
class Plan:
    """One way to hash a canonical string, and the mistakes it takes.

    Args:
        run: Gives the digest of a text.
        steps: The departures, none for the right plan.
        rank: Sum of their ranks.
        keyless: Whether no key, or an empty one, takes part.
    """

    run: Hash
    steps: tuple[Step, ...]
    rank: int
    keyless: bool = False


RoundRow = tuple[tuple[Option, ...], Callable[[Sequence[bytes]], Hash], int]
"""Departures in digest and rounds, each of its own; what builds the hash from the keys; their rank."""


@dataclass(frozen=True, slots=True)
class _KeyRow:
    material: SecretBytes
    step: Step
    rank: int


class Plans:
    """Every plan for a recipe, keys and the digest sizes that the received text allows."""

    def __init__(self, recipe: Recipe, keys: Keys, taken: Taken, sizes: frozenset[int]) -> None:
        self.recipe, self.keys, self.taken = recipe, keys, taken
        self.sizes = sizes
        self.not_tried: list[str] = []
        self._main = max(at for at, step in enumerate(recipe.rounds) if step.key.role or at == 0)
        self._own = self._own_keys()
        self._rows = self._key_rows()
        self._rounds = list(self._round_rows())
        self.by_mistakes: tuple[list[Plan], list[Plan], list[Plan]] = (
            self._right(),
            self._singles(),
            self._doubles(),
        )

    def _own_keys(self) -> list[SecretBytes] | None:
        made = []
        for step in self.recipe.rounds:
            try:
                key = None if step.key.field else self.keys.need(step.key.role)[0]
                made.append(key_bytes(step.key, key, self.taken))
            except KeyMaterialError as error:
                self.not_tried.append(f"the scheme's own key ({error.what})")
                return None
            except CannotSign as error:
                self.not_tried.append(error.what)
                return None
        return made

    def _key_rows(self) -> list[_KeyRow]:
        use = self.recipe.rounds[self._main].key
        right = self._own[self._main] if self._own else None
        found: dict[bytes, _KeyRow] = {}
        if right != b"":
            found[b""] = _KeyRow(SecretBytes(b""), tuple(_empty_keys(use.form)), COMMON)
        for role, form, option in _key_options(self.keys, use.role, use.form):
            for key in self.keys.get(role, ()):
                try:
                    material = key.material(form)
                except KeyMaterialError:
                    continue
                if material == right or (form not in ("text", use.form) and material == key.material("text")):
                    continue  # Trimming what has no white space is no mistake.
                known = found.get(material)
                step = (*known.step, option) if known else (option,)
                found[bytes(material)] = _KeyRow(material, step, known.rank if known else option.rank)
        return sorted(found.values(), key=lambda row: row.rank)

    def _round_rows(self) -> Iterator[RoundRow]:
        rounds = self.recipe.rounds
        for name in DIGESTS:
            if name != rounds[-1].digest and digest_size(name) in self.sizes:
                rank = COMMON if name in _LIKELY else PLAUSIBLE if "sha3" not in name else RARE
                says, change = DIGESTS[name].says, f"use {DIGESTS[rounds[-1].digest].says}"
                steps = [Round(name, step.key, step.text) for step in rounds]
                option = Option("rounds", name, says, _nothing, rank, "", change)
                yield (option,), _builder(steps, range(len(rounds))), rank
        if len(rounds) == 2:
            yield from _two_round_rows(rounds)
            if rounds[0].key.field and self._own and len(self._own[0]) > 10:
                yield from self._seconds_rows(rounds)

    def _seconds_rows(self, rounds: Sequence[Round]) -> Iterator[RoundRow]:
        """Key the first round with the field's time in seconds where it is sent in milliseconds."""
        name = rounds[0].key.field
        says = f"the {name} in seconds as the key of the first round"
        change = f"key the first round with the {name} exactly as it is sent"
        option = Option("timing", "timestamp-in-seconds", says, _nothing, COMMON, "time()", change)

        def seconds(whole: Callable[[Sequence[bytes]], Hash]) -> Callable[[Sequence[bytes]], Hash]:
            return lambda keys: whole([keys[0][:-3], *keys[1:]])

        yield (option,), seconds(_builder(rounds, [0, 1])), COMMON
        for steps, build, rank in _two_round_rows(rounds):
            yield (*steps, option), seconds(build), rank + COMMON

    def _right(self) -> list[Plan]:
        if self._own is None or digest_size(self.recipe.rounds[-1].digest) not in self.sizes:
            return []
        return [Plan(_builder(self.recipe.rounds, range(len(self._own)))(self._own), (), 0)]

    def _with_key(self, row: _KeyRow) -> list[SecretBytes]:
        own = list(self._own) if self._own else [row.material] * len(self.recipe.rounds)
        own[self._main] = row.material
        return own

    def _singles(self) -> list[Plan]:
        plans = []
        if digest_size(self.recipe.rounds[-1].digest) in self.sizes:
            base = _builder(self.recipe.rounds, range(len(self.recipe.rounds)))
            plans = [
                Plan(base(self._with_key(row)), (row.step,), row.rank, not row.material) for row in self._rows
            ]
        if self._own is not None:
            plans += [
                Plan(build(self._own), ((options[0],),), rank, options[0].choice in SIZES)
                for options, build, rank in self._rounds
                if len(options) == 1
            ]
        return sorted(plans, key=lambda plan: plan.rank)

    def _doubles(self) -> list[Plan]:
        plans = [
            Plan(build(self._with_key(row)), ((options[0],), row.step), rank + row.rank, not row.material)
            for options, build, rank in self._rounds
            if options[0].choice not in SIZES and len(options) == 1
            for row in self._rows
        ]
        if self._own is not None:
            plans += [
                Plan(build(self._own), tuple((option,) for option in options), rank)
                for options, build, rank in self._rounds
                if len(options) == 2
            ]
        return sorted(plans, key=lambda plan: plan.rank)


_LIKELY = {
    f"{kind}{name}{where}"
    for name in ("sha512", "sha256", "sha1", "md5")
    for kind, where in (("hmac-", ""), ("", ""), ("", "-key-first"), ("", "-key-last"), ("hmac-", "-swapped"))
}


def _empty_keys(form: str) -> Iterator[Option]:
    """Give what leaves a signer with no key at all, without any error."""
    change = "make sure the key is set, and is what the gateway gave"
    yield Option("key", "empty", "an empty key", _nothing, COMMON, "a variable that was not set", change)
    if form == "hex":
        # hex2bin gives false and Buffer.from an empty buffer for what is not hex.
        for name in _UNHEXABLE:
            says = f"{FORMS[name].says}, which leaves nothing when hex-decoded leniently"
            yield Option("key", name, says, _nothing, COMMON, "PHP's hex2bin and Node's Buffer.from", change)


def _nothing(value: object) -> object:
    return value


def _builder(steps: Sequence[Round], order: Sequence[int]) -> Callable[[Sequence[bytes]], Hash]:
    """Give what binds key bytes (by round) into one function from text to digest."""

    def build(keys: Sequence[bytes]) -> Hash:
        hashes = [bind(step.digest, keys[place]) for step, place in zip(steps, order, strict=True)]
        if len(hashes) == 1:
            return hashes[0]

        def chained(text: bytes) -> bytes:
            digest = b""
            for step, run in zip(steps, hashes, strict=True):
                digest = run(text)
                text = OUTPUTS[step.text].run.encode(digest).encode("latin-1")
            return digest

        return chained

    return build


def _two_round_rows(rounds: Sequence[Round]) -> Iterator[RoundRow]:
    def option(choice: str, says: str) -> tuple[Option, ...]:
        return (Option("rounds", choice, says, _nothing, COMMON, "", "hash twice, as the scheme says"),)

    first, second = rounds
    yield option("single-round-inner", "the first round only"), _builder([first], [0]), COMMON
    yield (
        option("single-round-outer", "the second round only, over the text"),
        _builder([second], [1]),
        COMMON,
    )
    yield option("rounds-swapped", "the keys of the two rounds swapped"), _builder(rounds, [1, 0]), COMMON
    raw = [Round(first.digest, first.key, "raw"), second]
    says = "the first round's bytes in place of their hex text"
    yield option("inner-raw-digest", says), _builder(raw, [0, 1]), COMMON
    for text in ("hex-upper", "base64"):
        steps = [Round(first.digest, first.key, text), second]
        says = f"the first round's digest in {OUTPUTS[text].says}"
        yield option(f"inner-{text}", says), _builder(steps, [0, 1]), PLAUSIBLE


_UNHEXABLE = (
    *("quoted", "prefix-stripped", "leading-space", "leading-bom"),
    *("trailing-newline", "trailing-crlf", "trailing-cr", "trailing-space"),
)
_UNTRIMMED = (
    "compare the key given here with the gateway's: this one has white space at an end, the signer's had not"
)
_LIKELY_FORMS = (
    "text hex base64 base64-text trailing-newline leading-space trailing-space quoted lower-case upper-case"
    " prefix-stripped prefix-stripped-base64 trimmed"
)
_FORM_RANKS = dict.fromkeys(_LIKELY_FORMS.split(), COMMON)


def _key_options(keys: Keys, role: str, form: str) -> Iterator[tuple[str, str, Option]]:
    """Give (role, form, option) for every key the merchant holds, the scheme's own role first."""
    word = role.replace("_", " ")
    advice = f"use the text of the {word} as it stands"
    if form != "text":
        advice = FORMS[form].says.replace("the key", f"use the {word},", 1)
    for name, row in FORMS.items():
        if name not in (form, "empty"):
            rank = _FORM_RANKS.get(name, PLAUSIBLE)
            change = _UNTRIMMED if name == "trimmed" else advice
            yield role, name, Option("key", name, row.says, _nothing, rank, row.habit, change)
    for other in keys:
        if other == role:
            continue
        same = other.rpartition(".")[2] == role
        kind, word = ("other-environment", "of another environment") if same else ("other-role", "")
        says = f"the {other.replace('_', ' ')} as the key" + (f", {word}" if word else "")
        yield other, form, Option("key", kind, says, _nothing, COMMON, "", advice)
        for name, row in FORMS.items():
            if name not in (form, "empty"):
                more = f"{says}: {row.says}"
                rank = RARE if name != "text" else PLAUSIBLE
                yield other, name, Option("key", f"{kind}+{name}", more, _nothing, rank, row.habit, advice)
