"""Every vector comes out of the engine with every intermediate value, and so does its verdict."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from tests.signing.vectors import VECTORS, Case, canonical_of, keys_of, message_of, vector_files, vectors

from payproof.signing import Envelope, Recipe, explain, load_scheme, open_envelope, seal, verify
from payproof.signing.fields import parse_form
from payproof.signing.verdict import REASONS

SIGNATURES = [pytest.param(scheme, case, id=f"{scheme}-{case['id']}") for scheme, case in vectors()]
SIGNABLE = [row for row in SIGNATURES if "signature" in row.values[1]]  # type: ignore[operator]
ENVELOPES = [pytest.param(scheme, case, id=case["id"]) for scheme, case in vectors(envelopes=True)]
SCHEMES = {scheme for scheme, _ in vectors()}


def recipe_of(schemes: Mapping[str, Any], scheme: str, case: Case) -> Recipe:
    recipe = load_scheme(schemes, scheme, overrides=case.get("recipe"))
    assert isinstance(recipe, Recipe)
    return recipe


@pytest.mark.parametrize(("scheme", "case"), SIGNABLE)
def test_every_step_towards_the_signature_is_the_vectors(
    schemes: Mapping[str, Any], scheme: str, case: Case
) -> None:
    trace = explain(recipe_of(schemes, scheme, case), message_of(case), keys_of(case))
    assert trace.canonical == canonical_of(case)
    assert [digest.hex() for digest in trace.digests] == case["digests"]
    assert trace.signature == case["signature"]
    if "fields" in case:
        assert [list(row) for row in trace.fields] == case["fields"]


@pytest.mark.parametrize(("scheme", "case"), SIGNATURES)
def test_every_verdict_is_the_vectors(schemes: Mapping[str, Any], scheme: str, case: Case) -> None:
    recipe = recipe_of(schemes, scheme, case)
    verdict = verify(recipe, message_of(case), keys_of(case), now_s=case.get("now_s"))
    assert (verdict.ok, verdict.reason) == (case["result"] != "invalid", case["reason"])
    assert verdict.message.startswith(REASONS[verdict.reason])


@pytest.mark.parametrize(("scheme", "case"), ENVELOPES)
def test_every_envelope_opens_or_breaks_at_the_layer_that_is_broken(scheme: str, case: Case) -> None:
    envelope = envelope_of(scheme, case)
    body = parse_form(message_of(case).body)
    sent = dict(body)[envelope.form_field]
    assert sent == case["encrypted_request"]
    opened = open_envelope(envelope, sent, keys_of(case))
    assert (opened.layer or "valid", opened.ok) == (case["reason"], case["result"] == "valid")
    if opened.ok:
        assert opened.plaintext == case["plaintext"].encode()


@pytest.mark.parametrize(("scheme", "case"), [row for row in ENVELOPES if "plaintext" in row.values[1]])  # type: ignore[operator]
def test_every_layer_of_a_sealed_envelope_is_the_vectors(scheme: str, case: Case) -> None:
    fields = [tuple(row) for row in case["fields"]] if "fields" in case else case["plaintext"].encode()
    sealed = seal(envelope_of(scheme, case), fields, keys_of(case), iv=bytes(range(16)))
    assert (sealed.plaintext, sealed.serialised) == (case["plaintext"].encode(), case["serialised"].encode())
    assert (sealed.iv, sealed.value, sealed.mac) == (case["iv"], case["value"], case["mac"])
    assert sealed.text == case["encrypted_request"]


def envelope_of(scheme: str, case: Case) -> Envelope:
    from tests.signing.schemes import SCHEMES as OURS

    envelope = load_scheme(OURS, scheme, overrides=case.get("recipe"))
    assert isinstance(envelope, Envelope)
    return envelope


@pytest.mark.parametrize("path", vector_files(), ids=lambda path: f"{path.parent.name}.{path.stem}")
def test_the_files_have_the_form_which_their_schema_describes(path: Path) -> None:
    schema = json.loads((VECTORS / "schema.json").read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    assert [error.json_path for error in validator.iter_errors(json.loads(path.read_text("utf-8")))] == []


def test_the_files_are_what_the_independent_generator_writes() -> None:
    command = [sys.executable, "-I", "-B", "-c", _GENERATE, str(VECTORS)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


_GENERATE = """
import sys
sys.path.insert(0, sys.argv[1])
import generate
code = generate.main(["--check"])
strangers = [name for name in sys.modules if name.split(".")[0] in ("payproof", "cryptography")]
sys.exit(code or bool(strangers))
"""


def test_each_scheme_has_every_way_of_tampering() -> None:
    reasons: defaultdict[str, Counter[str]] = defaultdict(Counter)
    flags: defaultdict[str, set[str]] = defaultdict(set)
    for scheme, case in vectors():
        reasons[scheme][case["reason"]] += 1
        flags[scheme] |= set(case["flags"])
    everywhere = {"valid", "mismatch", "missing-signature", "empty-signature", "malformed-signature"}
    assert {scheme for scheme in SCHEMES if everywhere - set(reasons[scheme])} == set()
    assert set().union(*reasons.values()) == set(REASONS)
    assert {"ModifiedValue", "WrongKey", "LookAlike"} <= set.intersection(
        *(flags[scheme] for scheme in SCHEMES - {"plural.v2-xverify-webhook"})
    )
