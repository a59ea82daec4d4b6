"""`payproof drift` and `payproof audit` on the command line: output, files written, exit codes."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from payproof.cassettes.journal_lines import entry_line, header_line
from payproof.cassettes.read import read_all
from payproof.cli.main import main
from payproof.drift import apply, overlaid, side_of
from payproof.files import Parsed, read_json, read_yaml
from payproof.spec import load

SPEC = "openapi/paykun"
HONEST = [one for one in read_all([Path("cassettes/paykun")]) if "violates" not in one.tags]


@pytest.fixture
def moved(tmp_path: Path) -> Path:
    """A recording in which amounts are text."""
    path = tmp_path / "live.ndjson"
    rows = []
    for one in HONEST:
        body = json.loads(one.response.body) if one.response and one.response.body[:1] == b"{" else {}
        transaction = (
            (body.get("data") or {}).get("transaction") if isinstance(body.get("data"), dict) else None
        )
        if transaction and one.response:
            transaction["order"]["gross_amount"] = str(transaction["order"]["gross_amount"])
            one = replace(one, response=replace(one.response, body=json.dumps(body).encode()))
        rows.append(one)
    path.write_bytes(header_line({"gateway": "paykun"}) + b"".join(map(entry_line, rows)))
    return path


@pytest.fixture
def honest(tmp_path: Path) -> Path:
    path = tmp_path / "honest.ndjson"
    path.write_bytes(header_line({"gateway": "paykun"}) + b"".join(map(entry_line, HONEST)))
    return path


def test_an_honest_recording_exits_with_0(honest: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["drift", SPEC, str(honest)]) == 0
    assert "0 errors, 0 warnings, 0 notes" in capsys.readouterr().out


def test_three_sides_name_the_gateway(honest: Path, moved: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["drift", SPEC, str(honest), str(moved)])

    shown = capsys.readouterr().out
    assert code == 1
    assert (
        "response-number-became-text at getTransaction response 200 /data/transaction/order/gross_amount"
        in shown
    )
    assert "the gateway moved" in shown


def test_two_recordings_are_compared_by_the_gateways_own_spec(honest: Path, moved: Path) -> None:
    assert main(["drift", str(honest), str(moved), "--gateway", "paykun"]) == 1
    assert main(["drift", str(honest), str(honest), "--gateway", SPEC]) == 0


def test_an_accepted_finding_fails_nobody_until_it_expires(honest: Path, moved: Path, tmp_path: Path) -> None:
    command = ["drift", SPEC, str(moved), "--baseline", str(tmp_path / "b.yaml")]

    assert main([*command, "--accept", "announced"]) == 0
    assert main(command) == 0
    assert main([*command, "--accept", "announced", "--expires", "2001-01-01"]) == 1


def test_a_mistyped_baseline_is_not_begun(
    honest: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "typo.yaml"
    assert main(["drift", SPEC, str(honest), "--baseline", str(path)]) == 3
    assert (f"at:  {path}" in capsys.readouterr().err, path.exists()) == (True, False)


def test_a_baseline_is_json_where_its_name_says_so(moved: Path, tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    command = ["drift", SPEC, str(moved), "--baseline", str(path)]
    assert main([*command, "--accept", "announced at ₹ \U0001f600"]) == 0
    assert json.loads(path.read_text(encoding="utf-8"))["payproof-baseline"] == 1
    assert main(command) == 0


def test_a_last_day_without_an_acceptance_is_refused(
    honest: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["drift", SPEC, str(honest), "--expires", "2099-12-31"]) == 2
    assert "at:  --expires" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["missing.ndjson", "x" * 100_000, "half/way"])
def test_a_side_that_cannot_be_read_exits_with_3(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["drift", "paykun", name]) == 3
    assert "at:  OBSERVED" in capsys.readouterr().err


@pytest.mark.parametrize(("name", "read"), [("overlay.yaml", read_yaml), ("overlay.json", read_json)])
def test_the_proposal_makes_the_findings_vanish(
    moved: Path, tmp_path: Path, name: str, read: Callable[[Path], Parsed]
) -> None:
    overlay = tmp_path / name
    main(["drift", SPEC, str(moved), "--propose", str(overlay)])
    spec = load(Path(SPEC))
    changed = overlaid(spec, apply(read(overlay).data, spec.document))

    order = side_of(changed).operations["getTransaction"].replies["200"].media["application/json"]
    amount = (
        order.members["data"].node.members["transaction"].node.members["order"].node.members["gross_amount"]
    )
    assert amount.node.types == {"string"}


def test_json_and_summary_are_offered(moved: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["drift", SPEC, str(moved), "--format", "json"])
    assert "response-number-became-text" in {
        one["rule"] for one in json.loads(capsys.readouterr().out)["findings"]
    }
    main(["drift", SPEC, str(moved), "--summary"])
    assert capsys.readouterr().out.startswith("### Drift: 1 error")


@pytest.mark.parametrize(
    ("more", "code"),
    [(["--accept", "x"], 2), (["--since", "never"], 2), (["--since", "1h"], 2), (["missing"], 2)],
)
def test_wrong_usage_and_empty_comparisons_exit_with_2(tmp_path: Path, more: list[str], code: int) -> None:
    path = tmp_path / "old.ndjson"
    old = [replace(one, started_s=1.0e9) for one in HONEST]
    path.write_bytes(header_line({"gateway": "paykun"}) + b"".join(map(entry_line, old)))

    assert main(["drift", str(path), str(path), "--gateway", "paykun", *more]) == code


def test_an_audit_says_what_became_of_every_record(
    honest: Path, moved: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["audit", "paykun", str(honest), "--jobs", "1"]) == 0
    assert f"audit: {len(HONEST)} records" in capsys.readouterr().out
    assert main(["audit", "paykun", str(moved), "--jobs", "1"]) == 1
    assert "recorded-response-schema" in capsys.readouterr().out
