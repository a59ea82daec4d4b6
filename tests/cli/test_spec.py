"""`payproof spec show` and `payproof spec lint`."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from payproof.cli.main import main
from payproof.spec.testbed import load_testbed

ROOT = Path(__file__).resolve().parents[2]


def test_without_a_gateway_the_gateways_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["spec", "show"]) == 0
    assert capsys.readouterr().out.split() == ["paykun", "plural"]


def test_the_overview_names_operations_schemes_and_switches_with_their_default(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["spec", "show", "paykun"]) == 0
    shown = capsys.readouterr().out
    assert "refundTransaction      POST /merchant/transaction/{transaction_id}/refund" in shown
    assert "paykun.request" in shown
    assert "php* | javascript" in shown


def test_a_part_is_shown_as_the_document_has_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["spec", "show", "plural", "plural.webhook", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["carry"] == {"header": "webhook-signature"}


def test_an_unknown_part_is_a_usage_error_that_names_near_ones(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["spec", "show", "plural", "plural.webhok"]) == 2
    assert "plural.webhook" in capsys.readouterr().err


@pytest.mark.parametrize("gateway", ["paykun", "plural"])
def test_the_shipped_documents_have_nothing_to_mend(gateway: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["spec", "lint", gateway]) == 0
    assert capsys.readouterr().out == f"{gateway}: nothing to mend\n"


def test_a_broken_document_is_found_with_its_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "openapi" / "broken"
    shutil.copytree(ROOT / "openapi" / "paykun", folder)
    document = folder / "openapi.yaml"
    text = document.read_text(encoding="utf-8").replace("digest: hmac-sha512", "digest: hmac-sha513", 1)
    document.write_text(text, encoding="utf-8")
    testbed = folder / "testbed.yaml"
    testbed.write_text(
        testbed.read_text(encoding="utf-8").replace("gateway: paykun", "gateway: broken"), encoding="utf-8"
    )
    assert main(["spec", "lint", "broken", "--root", str(tmp_path)]) == 1
    shown = capsys.readouterr().out
    assert "hmac-sha513" in shown
    assert "openapi.yaml:" in shown


def test_the_test_bed_it_prints_is_one_that_check_takes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["spec", "testbed", "paykun"]) == 0
    printed = capsys.readouterr().out
    form = tmp_path / "mine.yaml"
    assert main(["spec", "testbed", "paykun", "-o", str(form)]) == 0
    assert form.read_text() == printed
    assert load_testbed(form).gateway == "paykun"
    assert capsys.readouterr().out == ""
