"""`payproof snippet`: code on standard output, and a refusal where none was run."""

from __future__ import annotations

import pytest

from payproof.cli.main import main


def test_code_for_a_scheme_is_printed_and_runs(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["snippet", "paykun.request", "--lang", "python"]) == 0
    names: dict[str, object] = {}
    exec(compile(capfd.readouterr().out, "snippet", "exec"), names)
    sign = names["sign"]
    assert callable(sign)
    fields = [("refund_amount", "10.50"), ("remarks", "Customer returned item"), ("signature", "x")]
    assert str(sign(fields, "0123456789ABCDEF" * 2)).startswith("45386a508143c1010da341a4bf493d61")


@pytest.mark.parametrize(
    "arguments",
    [
        ("paykun.mobile", "--lang", "go"),
        ("paykun.checkout", "--lang", "go"),
        ("paykun.request", "--lang", "cobol"),
    ],
)
def test_what_has_no_snippet_is_refused(
    arguments: tuple[str, ...], capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(["snippet", *arguments]) == 2
    assert capfd.readouterr().out == ""
