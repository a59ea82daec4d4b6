"""Make corpus.json: signatures that wrong programs in four languages computed, labelled with what is wrong.

    python benchmarks/diagnosis/build_corpus.py [--check] [-o FILE]

For each scheme a pool of seeded messages is signed by each program with no mistake, with each mistake
alone and with each pair of mistakes. Those tables decide what may become a case: a double is taken only if no
single mistake of any program gives the same signature, a triple only if no single and no double does. Labels
that give the same bytes are recorded with the case. `--check` builds and compares with the committed file.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import itertools
import json
import random
import re
import shutil
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from messages import MARK, Template, pool  # noqa: E402
from vocabulary import VOCABULARY  # noqa: E402

SEED = 20261121
POOL_SIZE = 16
SINGLES, DOUBLES, TRIPLES = 222, 112, 78
ENVELOPE_SINGLES, ENVELOPE_DOUBLES = 38, 8

PROGRAMS = {
    "python": [sys.executable, str(HERE / "programs/python/signer.py")],
    "node": ["node", str(HERE / "programs/node/signer.mjs")],
    "java": ["java", "-Dfile.encoding=UTF-8", str(HERE / "programs/java/Signer.java")],
    "php": ["php", str(HERE / "programs/php/signer.php")],
}

# Mistakes that the documents or the official SDKs lead to; each stands in the corpus for certain.
CERTAIN = [
    ("paykun.request", "rounds/sha256", "python"),
    ("paykun.request", "rounds/sha256", "php"),
    ("paykun.response", "rounds/sha256", "java"),
    ("paykun.webhook", "rounds/sha256", "node"),
    ("paykun.request", "key/other-role=access_token", "node"),
    ("paykun.response", "key/other-role=access_token", "php"),
    ("paykun.webhook", "key/other-role=access_token", "java"),
    ("paykun.request", "key/hex-decoded", "java"),
    ("paykun.request", "order/java-hashmap", "java"),
    ("paykun.request", "order/sorted", "php"),
    ("paykun.request", "order/js-integer-first", "node"),
    ("paykun.request", "order/documented-table", "node"),
    ("paykun.request", "scalars/javascript", "node"),
    ("paykun.request", "scalars/python", "python"),
    ("paykun.request", "nesting/object-object", "node"),
    ("paykun.request", "nesting/php-array", "php"),
    ("paykun.request", "excluded/php-empty-dropped", "php"),
    ("paykun.request", "rounds/key-and-text-swapped", "php"),
    ("paykun.request", "source/path-id-added=first", "python"),
    ("paykun.request", "parts/whole-body-text", "node"),
    ("paykun.webhook", "source/wrong-pointer=/data/transaction", "node"),
    ("paykun.response", "source/wrong-pointer=/data", "python"),
    ("paykun.mobile", "rounds/single-round-outer", "java"),
    ("plural.webhook", "key/base64-text", "node"),
    ("plural.webhook", "key/base64-text", "php"),
    ("plural.webhook", "key/base64-decoded", "node"),
    ("plural.webhook", "key/other-role=client_secret", "python"),
    ("plural.webhook", "key/prefix-stripped-base64-decoded", "python"),
    ("plural.webhook", "body-text/reserialised-compact", "node"),
    ("plural.webhook", "body-text/json-dumps-default", "python"),
    ("plural.webhook", "body-text/json-encode-default", "php"),
    ("plural.webhook", "timing/timestamp-of-earlier-delivery", "php"),
    ("plural.webhook", "timing/timestamp-of-earlier-delivery", "java"),
    ("plural.webhook", "timing/id-of-earlier-delivery", "python"),
    ("plural.webhook", "timing/timestamp-in-ms", "node"),
    ("plural.callback", "key/as-text", "python"),
    ("plural.callback", "escaping/percent-plus", "php"),
    ("plural.callback", "order/as-sent", "java"),
    ("plural.v2-xverify", "key/as-text", "node"),
    ("plural.v2-xverify", "body-text/base64-76-columns", "python"),
    ("plural.v2-xverify", "body-text/base64-76-columns", "java"),
    ("plural.v2-xverify", "output/hex-lower", "node"),
    ("plural.v2-xverify-webhook", "body-text/json-encode-default", "php"),
    ("plural.v2-kv", "key/as-text", "php"),
    ("plural.v2-kv", "order/as-sent", "java"),
    ("plural.v2-kv", "order/case-insensitive", "php"),
    ("plural.v2-kv", "escaping/percent=sdk", "python"),
]

# Mistakes that were learnt later. Their cases follow the others, which stay what they were.
LATER = [
    ("paykun.request", "scalars/number-in-text", "node"),
    ("paykun.mobile", "scalars/number-in-text", "python"),
    ("paykun.mobile", "scalars/number-in-text", "php"),
    ("paykun.mobile", "scalars/number-in-text-two-decimals", "php"),
    ("plural.v2-kv", "scalars/number-in-text", "java"),
    ("plural.v2-kv", "scalars/number-in-text-two-decimals", "node"),
    ("paykun.request", "scalars/falsy-blank", "node"),
    ("paykun.webhook", "scalars/falsy-blank", "python"),
    ("plural.webhook", "body-text/parsed-body-printed", "node"),
    ("plural.webhook", "body-text/parsed-body-printed", "python"),
    ("plural.webhook", "body-text/parsed-body-printed", "php"),
    ("plural.webhook", "body-text/parsed-body-printed", "java"),
    ("plural.webhook", "body-text/bytes-printed", "python"),
    ("plural.webhook", "body-text/bytes-printed", "node"),
    ("plural.webhook", "body-text/body-not-read", "node"),
    ("plural.webhook", "body-text/body-not-read", "python"),
    ("plural.webhook", "body-text/body-not-read", "php"),
    ("plural.webhook", "body-text/body-not-parsed", "node"),
    ("plural.webhook", "body-text/written-as-string", "node"),
    ("plural.webhook", "body-text/written-as-string", "php"),
    ("plural.webhook", "body-text/pretty-with-empty-arrays", "php"),
    ("plural.callback", "excluded/fields-left-out=error_", "php"),
    ("plural.callback", "excluded/fields-left-out=error_", "java"),
    ("paykun.response", "key/trailing-cr", "python"),
    ("plural.webhook", "key/trailing-cr", "php"),
    ("plural.webhook", "key/byte-order-mark", "java"),
    ("paykun.request", "key/byte-order-mark", "node"),
    ("paykun.webhook", "output/inner-zeros-lost", "java"),
    ("plural.v2-xverify", "output/inner-zeros-lost", "java"),
]

Set = tuple[str, ...]
Row = dict[Set, dict[str, str]]
"""For each set of mistakes, the signature by language."""

KEYS = (
    "other-environment trailing-newline leading-space trailing-space quoted lower-cased upper-cased empty"
    " base64-decoded base64-text"
)
FORM_VALUES = (
    "escaping/percent escaping/percent-plus escaping/html escaping/json escaping/not-decoded"
    " escaping/percent=keep-slash escaping/percent=encode-uri"
    " excluded/signature-included excluded/empty-dropped excluded/php-empty-dropped"
    " text-edits/trimmed text-edits/last-char-cut text-edits/last-two-cut text-edits/trailing-newline"
    " text-edits/crlf-to-lf"
)
CHARSET = "charset/latin-1 charset/utf-16 charset/nfd charset/bom charset/ascii-replace charset/utf-8-twice"
HASHES = "rounds/sha1 rounds/md5 rounds/plain-hash rounds/key-first-hash rounds/key-last-hash"
HEX_OUTPUT = (
    "output/base64 output/base64url output/base64-unpadded output/hex-text-in-base64 output/hex-of-hex"
)
REWRITES = (
    "body-text/reserialised-compact body-text/reserialised-spaced body-text/reserialised-sorted"
    " body-text/reserialised-java-hashmap body-text/sorted-and-spaced body-text/slashes-escaped"
    " body-text/ascii-escaped body-text/json-dumps-default body-text/json-encode-default"
    " body-text/html-escaped"
    " body-text/pretty-printed=2 body-text/pretty-printed=4 body-text/empty-object-as-array"
    " body-text/empty-values-dropped body-text/numbers-reprinted"
)
PAYKUN = (
    FORM_VALUES
    + " "
    + CHARSET
    + " "
    + HASHES
    + " rounds/sha256 rounds/key-and-text-swapped "
    + HEX_OUTPUT
    + " output/hex-upper output/leading-zeros-lost key/hex-decoded"
    " order/sorted order/reversed order/case-insensitive order/java-hashmap order/js-integer-first"
    " order/locale-compare excluded/null-dropped"
    " scalars/javascript scalars/python scalars/java scalars/json-text scalars/null-as-text"
    " scalars/bool-as-text"
    " scalars/bool-as-digits scalars/whole-as-float scalars/two-decimals scalars/two-decimals-grouped"
    " nesting/php-array nesting/object-object nesting/comma-joined nesting/json-text nesting/skipped"
    " nesting/python-repr nesting/java-map-text"
    " join/no-end join/no-trailing-separator join/between-only join/other-separator=, join/other-separator=&"
    " join/other-separator=~ join/none parts/whole-body-text body-text/reserialised-spaced"
    " body-text/reserialised-sorted body-text/slashes-escaped body-text/ascii-escaped"
    " body-text/json-dumps-default"
    " body-text/json-encode-default"
)
PLURAL_HEX = (
    "key/as-text rounds/sha512 rounds/key-and-text-swapped output/leading-zeros-lost "
    + HASHES
    + " "
    + HEX_OUTPUT
)
BASE64_TEXT = (
    REWRITES + " body-text/base64-of-body body-text/base64-76-columns body-text/base64-url"
    " body-text/json-instead-of-base64 body-text/raw-body text-edits/last-char-cut"
    " text-edits/trailing-newline"
    " charset/utf-16 charset/bom"
)
MISTAKES = {
    "paykun.request": PAYKUN
    + " key/other-role=access_token key/other-role=merchant_id order/documented-table parts/pairs"
    " parts/keys-included"
    " source/body-instead-of-query source/query-instead-of-body source/query-and-body"
    " source/path-id-added=first"
    " source/path-id-added=last excluded/extra-field-included=MerchantId",
    "paykun.response": PAYKUN
    + " key/other-role=access_token key/other-role=merchant_id order/sorted-deep source/wrong-pointer=/data"
    " source/wrong-pointer=/data/transaction/order source/wrong-pointer=/transaction source/envelope",
    "paykun.webhook": PAYKUN + " key/other-role=access_token key/other-role=merchant_id order/sorted-deep"
    " source/wrong-pointer=/transaction/order source/wrong-pointer=/transaction/customer"
    " source/wrong-pointer=/data/transaction",
    "paykun.mobile": FORM_VALUES
    + " "
    + CHARSET
    + " "
    + HEX_OUTPUT
    + " rounds/sha512 rounds/sha1 rounds/md5 rounds/single-round-inner rounds/single-round-outer"
    " rounds/rounds-swapped rounds/inner-raw-digest output/hex-upper output/leading-zeros-lost"
    " key/hex-decoded"
    " key/other-role=encryption_key key/other-role=merchant_id order/sorted order/reversed"
    " order/case-insensitive"
    " order/java-hashmap order/js-integer-first join/other-separator=| join/other-separator=, parts/pairs"
    " parts/keys-included parts/whole-body-text scalars/whole-as-float scalars/two-decimals"
    " timing/timestamp-in-seconds",
    "plural.webhook": REWRITES
    + " "
    + CHARSET
    + " "
    + HASHES
    + " body-text/base64-of-body rounds/sha512 rounds/key-and-text-swapped source/wrong-pointer=/data"
    " parts/id-left-out parts/timestamp-left-out parts/body-only order/parts-swapped join/other-separator=:"
    " join/other-separator=| join/none text-edits/trimmed text-edits/last-char-cut"
    " text-edits/trailing-newline"
    " text-edits/crlf-to-lf key/other-role=client_secret key/other-role=callback_secret key/hex-decoded"
    " key/prefix-stripped key/prefix-stripped-base64-decoded output/hex output/hex-upper output/base64url"
    " output/base64-unpadded output/hex-text-in-base64 output/prefix-missing output/prefix-equals"
    " timing/timestamp-in-ms timing/timestamp-of-earlier-delivery timing/id-of-earlier-delivery",
    "plural.callback": FORM_VALUES
    + " "
    + CHARSET
    + " "
    + PLURAL_HEX
    + " order/as-sent order/reversed order/case-insensitive order/locale-compare order/java-hashmap"
    " order/sorted-by-value join/other-separator=| join/none join/trailing-separator"
    " join/other-pair-separator=:"
    " parts/values parts/keys-included source/query-and-body source/body-instead-of-query"
    " source/query-instead-of-body key/other-role=client_secret key/other-role=v2_secret",
    "plural.v2-xverify": BASE64_TEXT
    + " "
    + PLURAL_HEX
    + " source/envelope key/other-role=callback_secret key/other-role=client_secret",
    "plural.v2-xverify-webhook": BASE64_TEXT
    + " "
    + PLURAL_HEX
    + " source/wrong-pointer=/merchant_response key/other-role=callback_secret key/other-role=client_secret",
    "plural.v2-kv": FORM_VALUES
    + " "
    + CHARSET
    + " "
    + PLURAL_HEX
    + " escaping/percent=sdk excluded/signature-type-included"
    " order/as-sent order/reversed order/case-insensitive order/locale-compare order/java-hashmap"
    " order/sorted-by-value order/js-integer-first join/other-separator=| join/none join/trailing-separator"
    " join/other-pair-separator=: parts/values parts/keys-included source/query-and-body"
    " key/other-role=callback_secret key/other-role=client_secret",
}
ENVELOPE = [name for name in VOCABULARY if name.startswith("envelope/")]
ENVELOPE_PAIRS = [
    ("envelope/mac-over-value-only", "envelope/not-php-serialised"),
    ("envelope/aes-key-hex-decoded", "envelope/terminator-kept"),
    ("envelope/mac-upper-case", "envelope/zero-padding"),
    ("envelope/mac-sha512", "envelope/iv-hex"),
    ("envelope/aes-key-hex-decoded", "envelope/mac-key-hex-decoded"),
    ("envelope/base64-url-wrapped", "envelope/mac-base64"),
    ("envelope/mac-value-before-iv", "envelope/not-php-serialised"),
    ("envelope/value-hex", "envelope/mac-over-raw-bytes"),
    ("envelope/not-base64-wrapped", "envelope/mac-over-value-only"),
]


def label(name: str) -> str:
    return name.partition("=")[0]


def dimension(name: str) -> str:
    return name.partition("/")[0]


def cause(name: str) -> dict[str, str]:
    head, _, value = name.partition("=")
    found = dict(zip(("dimension", "choice"), head.split("/", 1), strict=True))
    return found | ({"value": value} if value else {})


def sentence(name: str) -> str:
    """Say a mistake in words, its value in place."""
    value = name.partition("=")[2]
    return re.sub(r"\(value[^)]*\)", f"({value})" if value else "", VOCABULARY[label(name)]).strip()


def sort_key(name: str) -> tuple[int, str]:
    return list(VOCABULARY).index(label(name)), name


def compatible(names: Sequence[str]) -> bool:
    """Say whether mistakes of a set can be told apart in what they do to a message."""
    labels = {label(name) for name in names}
    dims = {dimension(name) for name in names}
    if len(dims) < len(names):
        return False
    # Where a field is added by hand, its place in a sorted or keyed text is not defined.
    if labels & {"source/path-id-added", "excluded/extra-field-included"} and dims & {"order", "parts"}:
        return False
    if "parts/whole-body-text" in labels and dims & {
        "order",
        "excluded",
        "nesting",
        "scalars",
        "escaping",
        "join",
    }:
        return False
    # Which pairs remain, and in which order, after a wrong pointer is a matter of its own.
    return not (
        labels & {"source/wrong-pointer", "source/envelope"}
        and dims & {"order", "nesting", "parts", "excluded"}
    )


def job(template: Template, sets: Iterable[Set]) -> dict[str, Any]:
    return {
        "scheme": template.scheme,
        "message": template.fill(""),
        "keys": template.keys,
        "mistakes": [list(names) for names in sets],
        "earlier": template.earlier,
    } | (template.inputs or {})


def run(language: str, jobs: list[dict[str, Any]]) -> dict[str, Any]:
    """Let the program of a language sign; it gives its version and, per job, the signatures."""
    text = json.dumps({"jobs": jobs}, ensure_ascii=False)
    done = subprocess.run(PROGRAMS[language], input=text.encode(), capture_output=True, check=True)
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def sign_all(work: list[tuple[Template, list[Set]]]) -> list[Row]:
    jobs = [job(template, sets) for template, sets in work]
    with ThreadPoolExecutor(len(PROGRAMS)) as threads:
        answers = dict(
            zip(PROGRAMS, threads.map(lambda language: run(language, jobs), PROGRAMS), strict=True)
        )
    rows: list[Row] = [{names: {} for names in sets} for _, sets in work]
    for language, answer in answers.items():
        for row, (_, sets), signatures in zip(rows, work, answer["results"], strict=True):
            for names, signature in zip(sets, signatures, strict=True):
                if signature is not None:
                    row[names][language] = signature
    return rows


class Bench:
    """All messages of a scheme with what each program makes of them."""

    def __init__(self, template: Template, row: Row) -> None:
        self.template, self.row = template, row
        right = set(row[()].values())
        if len(right) != 1 or len(row[()]) != len(PROGRAMS):
            raise SystemExit(f"{template.scheme}: the programs disagree on the right signature: {row[()]}")
        self.right = right.pop()
        self.by_signature: dict[str, set[Set]] = defaultdict(set)
        for names, found in row.items():
            for signature in found.values():
                self.by_signature[signature].add(names)

    def equals(self, names: Set, signature: str) -> list[Set] | None:
        """Give the sets of the same size with the same bytes, or None if fewer mistakes give them too."""
        others = self.by_signature[signature]
        if any(len(other) < len(names) for other in others):
            return None
        mine = {label(name) for name in names}
        alternatives = [
            other for other in others if len(other) == len(names) and {label(name) for name in other} != mine
        ]
        return sorted(alternatives, key=lambda other: [sort_key(name) for name in other])


def scheme_names(template: Template) -> list[str]:
    names = MISTAKES[template.scheme].split()
    names += [f"key/{form}" for form in KEYS.split()]
    names += [f"excluded/field-left-out={name}" for name in template.names]
    if template.scheme.startswith(
        "plural.v2-"
    ):  # the return URL's signature is compared without regard to case
        names.append("output/hex-lower")
    kept = list(dict.fromkeys(names))
    if template.nested:
        kept = [name for name in kept if name not in ("parts/pairs", "parts/keys-included")]
    # Each of the two belongs to one kind of request; a query that is not there cannot be signed by mistake.
    other = "source/query-instead-of-body" if template.method == "GET" else "source/body-instead-of-query"
    kept = [name for name in kept if name != other]
    if "?" not in template.target:
        kept = [
            name for name in kept if name not in ("source/query-instead-of-body", "source/query-and-body")
        ]
    if not template.compact:
        kept = [name for name in kept if label(name) != "parts/whole-body-text"]
    return kept


def benches() -> list[Bench]:
    templates = [template for scheme in MISTAKES for template in pool(scheme, SEED, POOL_SIZE)]
    singles = sign_all([(t, [(), *((name,) for name in scheme_names(t))]) for t in templates])
    work: list[tuple[Template, list[Set]]] = []
    for template, row in zip(templates, singles, strict=True):
        names = scheme_names(template)
        pairs = [pair for pair in itertools.combinations(names, 2) if compatible(pair)]
        # A pair is of interest only if each half can be made at all.
        pairs = [pair for pair in pairs if all(row[(name,)] for name in pair)]
        work.append((template, [tuple(sorted(pair, key=sort_key)) for pair in pairs]))
    doubles = sign_all(work)
    return [Bench(t, one | two) for t, one, two in zip(templates, singles, doubles, strict=True)]


class Picker:
    """Chooses cases so that languages, messages and labels are used evenly."""

    def __init__(self) -> None:
        self.languages: Counter[str] = Counter()
        self.messages: Counter[int] = Counter()
        self.labels: Counter[str] = Counter()
        self.cases: list[dict[str, Any]] = []
        self.seen: set[tuple[int, str]] = set()
        self.counts: Counter[str] = Counter()

    def add(self, bench: Bench, names: Set, language: str, signature: str, alternatives: list[Set]) -> None:
        kind = ("", "single", "double", "triple")[len(names)]
        self.languages[language] += 1
        self.messages[id(bench)] += 1
        self.seen.add((id(bench), signature))
        self.labels.update(label(name) for name in names)
        self.counts[kind] += 1
        case: dict[str, Any] = {
            "id": f"{kind}-{self.counts[kind]:03d}",
            "scheme": bench.template.scheme,
            "language": language,
            "kind": kind,
            "causes": [cause(name) for name in names],
            "received": signature,
            "message": bench.template.fill(signature),
            "keys": bench.template.keys,
            "note": "; ".join(sentence(name) for name in names),
        }
        if bench.template.earlier:
            case["earlier"] = bench.template.earlier
        if bench.template.inputs:
            case["inputs"] = bench.template.inputs
        if alternatives:
            case["expected_equal"] = [[cause(name) for name in other] for other in alternatives]
        self.cases.append(case)


def pick_singles(all_benches: list[Bench], picker: Picker, rng: random.Random) -> None:
    options: dict[tuple[str, str], list[tuple[Bench, str, str, list[Set], Set]]] = defaultdict(list)
    for bench in all_benches:
        for names, found in bench.row.items():
            if len(names) != 1:
                continue
            for language, signature in found.items():
                alternatives = bench.equals(names, signature)
                if alternatives is not None:
                    word = "excluded/field-left-out" if "field-left-out" in names[0] else names[0]
                    options[(bench.template.scheme, word)].append(
                        (bench, language, signature, alternatives, names)
                    )
    keys = list(options)
    rng.shuffle(keys)
    by_label: Counter[str] = Counter()
    by_area: Counter[tuple[str, str]] = Counter()
    done: set[tuple[str, str]] = set()
    for scheme, name, spoken in CERTAIN:
        bench, language, signature, alternatives, names = min(
            (
                option
                for option in options[(scheme, name)]
                if option[1] == spoken and (id(option[0]), option[2]) not in picker.seen
            ),
            key=lambda option: (len(option[3]), picker.messages[id(option[0])]),
        )
        done.add((scheme, name))
        by_label[label(name)] += 1
        by_area[(scheme, dimension(name))] += 1
        picker.add(bench, names, language, signature, alternatives)
    # Then each label and each dimension of each scheme once, then twice, then what is left.
    for least_label, least_area in ((1, 1), (2, 2), (99, 99)):
        for key in sorted(keys, key=lambda pair: by_label[label(pair[1])]):
            area = (key[0], dimension(key[1]))
            if key in done or picker.counts["single"] >= SINGLES:
                continue
            if by_label[label(key[1])] >= least_label and by_area[area] >= least_area:
                continue
            fresh = [option for option in options[key] if (id(option[0]), option[2]) not in picker.seen]
            if not fresh:
                continue
            bench, language, signature, alternatives, names = min(
                fresh,
                key=lambda option: (
                    len(option[3]),
                    picker.languages[option[1]],
                    picker.messages[id(option[0])],
                ),
            )
            done.add(key)
            by_label[label(key[1])] += 1
            by_area[area] += 1
            picker.add(bench, names, language, signature, alternatives)


def pick_doubles(all_benches: list[Bench], picker: Picker, rng: random.Random) -> None:
    by_scheme: dict[str, list[Bench]] = defaultdict(list)
    for bench in all_benches:
        by_scheme[bench.template.scheme].append(bench)
    taken: set[tuple[str, ...]] = set()
    for scheme in itertools.islice(itertools.cycle(by_scheme), DOUBLES):
        best: tuple[Any, ...] | None = None
        for _ in range(60):
            bench = rng.choice(by_scheme[scheme])
            names = rng.choice([names for names in bench.row if len(names) == 2])
            if not bench.row[names]:
                continue
            language = min(bench.row[names], key=lambda name: picker.languages[name])
            signature = bench.row[names][language]
            alternatives = bench.equals(names, signature)
            if alternatives is None or (id(bench), signature) in picker.seen:
                continue
            if (scheme, *map(label, names)) in taken:
                continue
            score = (
                len(alternatives) > 3,
                sum(picker.labels[label(name)] for name in names),
                picker.languages[language],
            )
            if best is None or score < best[0]:
                best = (score, bench, names, language, signature, alternatives)
        if best is None:
            raise SystemExit(f"no double found for {scheme}")
        taken.add((scheme, *map(label, best[2])))
        picker.add(*best[1:])


def triple_candidates(all_benches: list[Bench], rng: random.Random) -> Iterator[tuple[Bench, Set]]:
    by_scheme: dict[str, list[Bench]] = defaultdict(list)
    for bench in all_benches:
        by_scheme[bench.template.scheme].append(bench)
    for scheme in itertools.cycle(by_scheme):
        bench = rng.choice(by_scheme[scheme])
        effective = [
            n[0] for n, found in bench.row.items() if len(n) == 1 and set(found.values()) - {bench.right}
        ]
        dims = sorted({dimension(name) for name in effective})
        if len(dims) < 3:
            continue
        chosen = [rng.choice([n for n in effective if dimension(n) == dim]) for dim in rng.sample(dims, 3)]
        names = tuple(sorted(chosen, key=sort_key))
        if compatible(names):
            yield bench, names


def pick_triples(all_benches: list[Bench], picker: Picker, rng: random.Random) -> None:
    # Sign more candidates than are needed, each with the sets that differ from it in one mistake.
    work: list[tuple[Template, list[Set]]] = []
    owners: list[tuple[Bench, Set]] = list(itertools.islice(triple_candidates(all_benches, rng), 5 * TRIPLES))
    for bench, names in owners:
        near: dict[Set, None] = {names: None}
        for index in range(3):
            rest = [name for at, name in enumerate(names) if at != index]
            for other in scheme_names(bench.template):
                swapped = tuple(sorted([*rest, other], key=sort_key))
                if compatible(swapped):
                    near[swapped] = None
        work.append((bench.template, list(near)))
    schemes = list(MISTAKES)
    quota = {
        scheme: TRIPLES // len(schemes) + (at < TRIPLES % len(schemes)) for at, scheme in enumerate(schemes)
    }
    taken: set[tuple[str, ...]] = set()
    for (bench, names), row in zip(owners, sign_all(work), strict=True):
        scheme = bench.template.scheme
        if not row[names] or quota[scheme] == 0 or (scheme, *map(label, names)) in taken:
            continue
        language = min(row[names], key=lambda name: picker.languages[name])
        signature = row[names][language]
        if bench.by_signature.get(signature) or (id(bench), signature) in picker.seen:
            continue  # one or two mistakes do the same
        mine = {label(name) for name in names}
        alternatives = [
            other
            for other, found in row.items()
            if signature in found.values() and {label(name) for name in other} != mine
        ]
        taken.add((scheme, *map(label, names)))
        quota[scheme] -= 1
        picker.add(bench, names, language, signature, alternatives)
    if any(quota.values()):
        raise SystemExit(f"too few triples: {quota}")


def pick_later(all_benches: list[Bench], picker: Picker) -> None:
    sets: dict[str, list[Set]] = defaultdict(list)
    for scheme, name, _ in LATER:
        sets[scheme].append((name,))
    hosts = [bench for bench in all_benches if bench.template.scheme in sets]
    rows = sign_all([(bench.template, sets[bench.template.scheme]) for bench in hosts])
    for scheme, name, language in LATER:
        found = [
            (bench, row[(name,)][language])
            for bench, row in zip(hosts, rows, strict=True)
            if bench.template.scheme == scheme and language in row[(name,)]
        ]
        # What one of the other mistakes gives too, or no mistake at all, proves nothing of this one.
        fresh = [
            one
            for one in found
            if one[1] not in one[0].by_signature
            and one[1].upper() != one[0].right.upper()
            and (id(one[0]), one[1]) not in picker.seen
        ]
        if not fresh:
            raise SystemExit(f"no message of {scheme} shows {name} in {language}")
        bench, signature = min(fresh, key=lambda one: picker.messages[id(one[0])])
        picker.add(bench, (name,), language, signature, [])
    for bench, row in zip(hosts, rows, strict=True):
        for names, signatures in row.items():
            for signature in signatures.values():
                bench.by_signature[signature].add(names)


def unwrap(text: str) -> Any:
    """The JSON inside a checkout request, whatever its spacing, or the text if there is none."""
    try:
        return json.loads(base64.b64decode(text))
    except ValueError:
        return text


def pick_envelopes(picker: Picker) -> list[Template]:
    templates = pool("paykun.checkout", SEED, POOL_SIZE)
    sets: list[Set] = [(), *((name,) for name in ENVELOPE), *ENVELOPE_PAIRS]
    rows = sign_all([(template, sets) for template in templates])
    wanted: list[Set] = [(name,) for name in ENVELOPE]
    wanted += wanted[: ENVELOPE_SINGLES - len(wanted)]
    wanted += ENVELOPE_PAIRS[:ENVELOPE_DOUBLES]
    seen: set[tuple[Set, str]] = set()
    for at, names in enumerate(wanted):
        for shift in range(len(templates)):
            template, row = templates[(at + shift) % len(templates)], rows[(at + shift) % len(templates)]
            languages = [
                language
                for language, text in row[names].items()
                if text != row[()].get(language) and (names, language) not in seen
            ]
            if languages:
                break
        else:
            raise SystemExit(f"no message shows {names}")
        language = min(languages, key=lambda name: picker.languages[name])
        text = row[names][language]
        same = [
            other
            for other in sets
            if len(other) == len(names)
            and other != names
            and any(unwrap(found) == unwrap(text) for found in row[other].values())
        ]
        seen.add((names, language))
        bench = Bench.__new__(Bench)
        bench.template = template
        picker.add(bench, names, language, text, same)
    return templates


def digits(scheme: str) -> int:
    return 128 if scheme in ("paykun.request", "paykun.response", "paykun.webhook") else 64


def like_a_signature(scheme: str, raw: bytes) -> str:
    """Write bytes as a signature of this scheme is written."""
    if scheme == "plural.webhook":
        return "v1," + base64.b64encode(raw[:32]).decode()
    text = (raw * 2)[: digits(scheme) // 2].hex()
    return text.upper() if scheme.startswith("plural.") else text


def unexplained(
    all_benches: list[Bench], envelopes: list[Template], rng: random.Random
) -> Iterator[dict[str, Any]]:
    """Signatures that no mistake of the vocabulary explains."""
    by_scheme: dict[str, list[Bench]] = defaultdict(list)
    for bench in all_benches:
        by_scheme[bench.template.scheme].append(bench)
    number = 0

    def case(template: Template, received: str, note: str, language: str = "none") -> dict[str, Any]:
        nonlocal number
        number += 1
        if any(
            bench.template.fill("") == template.fill("") and received in bench.by_signature
            for bench in all_benches
        ):
            raise SystemExit(f"{template.scheme}: '{note}' is explained after all")
        found = {
            "id": f"unexplained-{number:03d}",
            "scheme": template.scheme,
            "language": language,
            "kind": "unexplained",
            "causes": [],
            "received": received,
            "message": template.fill(received),
            "keys": template.keys,
            "note": note,
        }
        return found | ({"earlier": template.earlier} if template.earlier else {})

    def pick(scheme: str) -> Bench:
        return rng.choice(by_scheme[scheme])

    languages = itertools.cycle(PROGRAMS)
    strangers: list[tuple[Bench, Template, str, str]] = []
    for scheme in by_scheme:
        for _ in range(3):
            yield case(pick(scheme).template, like_a_signature(scheme, rng.randbytes(64)), "random digest")
        for _ in range(2):  # the right recipe under a key that the merchant does not hold
            bench = pick(scheme)
            strange = {role: text_like(rng, text) for role, text in bench.template.keys.items()}
            other = Template(**{**bench.template.__dict__, "keys": strange})
            strangers.append(
                (bench, other, next(languages), "signed with a key that the merchant does not hold")
            )
        bench = pick(scheme)
        strangers.append(
            (bench, tampered(bench.template, rng), next(languages), "a value was changed after signing")
        )
        bench = pick(scheme)
        strangers.append(
            (bench, tampered(bench.template, rng), next(languages), "a value was changed after signing")
        )
        bench, other_bench = rng.sample(by_scheme[scheme], 2)
        yield case(bench.template, other_bench.right, "signature of another message under another key")
        right = bench.right.removeprefix("v1,")
        short = right[:8] if scheme != "plural.webhook" else "v1," + right[:6]
        yield case(bench.template, short, "the right signature, cut to too few digits to prove anything")
        wrong = rng.choice(
            [s for names, found in bench.row.items() if len(names) == 1 for s in found.values()]
        )
        wrong = wrong.removeprefix("v1,").removeprefix("v1=")
        yield case(
            pick(scheme).template, wrong[:6], "a wrong signature of another message, cut to a few digits"
        )
        text = bench.template.fill("")["body_base64"].encode() + bench.template.target.encode()
        key = next(iter(bench.template.keys.values())).encode()
        strange_hash = (
            hashlib.sha3_512(key + text).digest() if number % 2 else hashlib.blake2b(text, key=key).digest()
        )
        yield case(
            bench.template, like_a_signature(scheme, strange_hash), "a hash function outside the vocabulary"
        )
    rows = sign_all([(other, [()]) for _, other, _, _ in strangers])
    for (bench, _, language, note), row in zip(strangers, rows, strict=True):
        yield case(bench.template, row[()][language], note, language)
    junk = {
        "paykun.request": "undefined",
        "paykun.response": "[object Object]",
        "paykun.webhook": "0" * 128,
        "paykun.mobile": "550e8400-e29b-41d4-a716-446655440000",
        "plural.webhook": "v1," + base64.b64encode(b"not a digest").decode(),
        "plural.callback": hashlib.sha256(b"abc").hexdigest(),  # the documents' placeholder
        "plural.v2-xverify": "eyJhbGciOiJIUzI1NiJ9.e30.XXXX",
        "plural.v2-xverify-webhook": "{signature}",
        "plural.v2-kv": "D41D8CD98F00B204E9800998ECF8427E",
    }
    for scheme, text in junk.items():
        yield case(pick(scheme).template, text, "a placeholder or another value in the signature's place")
    yield case(pick("plural.callback").template, "", "an empty signature")
    for at, template in enumerate(envelopes[:6]):
        text = run("python", [job(template, [()])])["results"][0][0]
        record = json.loads(base64.b64decode(text))
        secret = "".join(rng.choice("0123456789ABCDEF") for _ in range(32))
        if at % 2:
            record["mac"] = rng.randbytes(32).hex()
            note = "a random mac"
        else:
            stranger = Template(**{**template.__dict__, "keys": template.keys | {"encryption_key": secret}})
            record = json.loads(base64.b64decode(run("python", [job(stranger, [()])])["results"][0][0]))
            note = "encrypted under a key that the merchant does not hold"
        packed = base64.b64encode(json.dumps(record, separators=(",", ":")).encode()).decode()
        yield case(template, packed, note, "python") | {"inputs": template.inputs}


def text_like(rng: random.Random, text: str) -> str:
    """Another text of the same shape: hexadecimal stays hexadecimal."""
    if all(c in "0123456789abcdefABCDEF" for c in text):
        digits_now = rng.randbytes(len(text)).hex()[: len(text)]
        return digits_now.upper() if text.isupper() else digits_now
    prefix = "whsec_" if text.startswith("whsec_") else ""
    return prefix + base64.b64encode(rng.randbytes(24)).decode()


def tampered(template: Template, rng: random.Random) -> Template:
    """The message as it was when it was signed: a signed value differs from what arrived."""
    changed = dict(template.__dict__)
    fresh = f"{rng.randrange(16**6):06x}"
    where = "body" if template.body else "target"
    text: str = changed[where]
    if template.scheme == "plural.v2-xverify":
        outer = json.loads(text)
        inner = base64.b64decode(outer["request"]).decode().replace("txn_", f"txn_{fresh}", 1)
        text = text.replace(outer["request"], base64.b64encode(inner.encode()).decode())
    else:
        for anchor in ("v1-", "txn_", "%40example.com", "@example.com", "refund_amount=", '"refund_amount":'):
            if anchor in text and MARK not in anchor:
                replacement = fresh + anchor if "example" in anchor else anchor + fresh
                if anchor == '"refund_amount":':
                    text = text.replace('"refund_amount":"', f'"refund_amount":"{int(fresh, 16)}')
                    text = text.replace('"refund_amount": "', f'"refund_amount": "{int(fresh, 16)}')
                else:
                    text = text.replace(anchor, replacement, 1)
                break
        else:
            raise SystemExit(f"nothing to change in {text}")
    changed[where] = text
    return Template(**changed)


def build() -> list[dict[str, Any]]:
    rng = random.Random(SEED)
    picker = Picker()
    all_benches = benches()
    pick_singles(all_benches, picker, rng)
    pick_doubles(all_benches, picker, rng)
    pick_triples(all_benches, picker, rng)
    envelopes = pick_envelopes(picker)
    pick_later(all_benches, picker)
    cases = picker.cases + list(unexplained(all_benches, envelopes, rng))
    order = ("single", "double", "triple", "unexplained")
    return sorted(cases, key=lambda case: (order.index(case["kind"]), case["id"]))


def write(cases: list[dict[str, Any]]) -> str:
    lines = [json.dumps(case, ensure_ascii=False, separators=(",", ":")) for case in cases]
    return "[\n" + ",\n".join(lines) + "\n]\n"


def summary(cases: list[dict[str, Any]]) -> str:
    explained = [case for case in cases if case["kind"] != "unexplained"]
    tables = {
        "kind": Counter(case["kind"] for case in cases),
        "scheme": Counter(case["scheme"] for case in explained),
        "language": Counter(case["language"] for case in explained),
        "dimension": Counter(item["dimension"] for case in explained for item in case["causes"]),
    }
    return "\n".join(f"{name}: {dict(sorted(table.items()))}" for name, table in tables.items())


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("-o", "--output", type=Path, default=HERE / "corpus.json")
    parser.add_argument("--check", action="store_true", help="build and compare; write nothing")
    options = parser.parse_args()
    missing = [command[0] for command in PROGRAMS.values() if shutil.which(command[0]) is None]
    if missing:
        print(f"these languages are not installed: {', '.join(missing)}", file=sys.stderr)
        return 2
    cases = build()
    text = write(cases)
    print("; ".join(run(language, [])["language"] for language in PROGRAMS), file=sys.stderr)
    print(summary(cases), file=sys.stderr)
    if options.check:
        same = options.output.read_text("utf-8") == text
        print(
            "same as the committed corpus" if same else "differs from the committed corpus", file=sys.stderr
        )
        return 0 if same else 1
    options.output.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
