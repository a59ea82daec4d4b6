"""Write the vectors, or (`--check`) say whether the files are what the cases give.

Run from anywhere: `python tests/vectors/generate.py [--check]`. Nothing of payproof is imported.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import envelope_cases
import paykun_mobile_cases
import paykun_object_cases
import paykun_request_cases
import plural_pairs_cases
import plural_webhook_cases
import plural_xverify_cases
from shapes import Case

ROOT = Path(__file__).parent
SUITES: dict[str, Callable[[], Iterator[Case]]] = {
    "paykun.request": paykun_request_cases.request_cases,
    "paykun.response": paykun_object_cases.transaction_cases,
    "paykun.webhook": paykun_object_cases.webhook_cases,
    "paykun.mobile": paykun_mobile_cases.mobile_cases,
    "paykun.checkout": envelope_cases.envelope_cases,
    "plural.webhook": plural_webhook_cases.webhook_cases,
    "plural.callback": plural_pairs_cases.callback_cases,
    "plural.v2-xverify": plural_xverify_cases.xverify_cases,
    "plural.v2-xverify-webhook": plural_xverify_cases.xverify_webhook_cases,
    "plural.v2-kv": plural_pairs_cases.kv_cases,
    "plural.v2-kv-return": plural_pairs_cases.kv_return_cases,
}


def _expect(condition: bool, name: str) -> None:
    if not condition:
        raise SystemExit(f"{name} is not what its source publishes")


def check_published(cases: dict[str, Case]) -> None:
    """Stop when a case that a source publishes came out differently."""
    published = json.loads((ROOT / "published.json").read_text("utf-8"))
    for name, signature in published["signatures"].items():
        _expect(cases[name]["signature"] == signature, name)
    for name, text in published["encrypted_requests"].items():
        _expect(cases[name]["encrypted_request"] == text, name)
    for name, digest in published["encrypted_request_sha256"].items():
        _expect(hashlib.sha256(cases[name]["encrypted_request"].encode()).hexdigest() == digest, name)
    for name, length in published["encrypted_request_length"].items():
        _expect(len(cases[name]["encrypted_request"]) == length, name)
    for name, mac in published["mac"].items():
        _expect(cases[name]["mac"] == mac, name)
    for name, length in published["plaintext_length"].items():
        _expect(len(cases[name]["plaintext"]) == length, name)


def files() -> dict[Path, str]:
    """Give each vector file's text by its path."""
    made: dict[Path, str] = {}
    published: dict[str, Case] = {}
    for scheme, suite in SUITES.items():
        cases = list(suite())
        names = [case["id"] for case in cases]
        if len(set(names)) != len(names):
            raise SystemExit(f"{scheme}: an id stands twice")
        published |= {f"{scheme} {case['id']}": case for case in cases}
        text = json.dumps({"schema": 1, "scheme": scheme, "cases": cases}, indent=1)
        gateway, _, name = scheme.partition(".")
        made[ROOT / gateway / f"{name}.json"] = text + "\n"
    check_published(published)
    return made


def main(arguments: list[str]) -> int:
    """Write the files, or with `--check` give 1 when one is stale."""
    stale = []
    for path, text in files().items():
        if not path.exists() or path.read_text("utf-8") != text:
            stale.append(path)
            if "--check" not in arguments:
                path.parent.mkdir(exist_ok=True)
                path.write_text(text, "utf-8")
    for path in stale:
        print(("stale: " if "--check" in arguments else "written: ") + str(path.relative_to(ROOT)))
    return 1 if stale and "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
