import io
import json
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest
import yaml
from tests.lifecycle.tables import raw

from payproof.cli.main import main
from payproof.lifecycle.rulebook import PLANNED_STEP

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def shop(tmp_path: Path) -> str:
    """A document that has little more than life cycles."""
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Shop", "version": "1"},
        "paths": {},
        "x-life-cycles": raw(),
        "x-switches": {
            "failed_attempt": {
                "summary": "What a failed attempt leaves.",
                "settings": {
                    "ATTEMPTED": {"summary": "the new status"},
                    "PENDING": {"summary": "nothing new"},
                },
                "default": "PENDING",
            },
            "flow": {
                "summary": "Whether planned rows happen.",
                "settings": {
                    "now": {"summary": "no", "availability": "current"},
                    "later": {"summary": "yes", "availability": "planned"},
                },
                "default": "now",
            },
        },
    }
    path = tmp_path / "shop" / "openapi.yaml"
    path.parent.mkdir()
    path.write_text(yaml.safe_dump(document, sort_keys=False), "utf-8")
    return str(path)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def call(*argv: str) -> tuple[int, str, str]:
        code = main(["lifecycle", *argv])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return call


def observed(folder: Path, *records: object) -> str:
    path = folder / "seen.ndjson"
    path.write_text("".join(json.dumps(record) + "\n" for record in records), "utf-8")
    return str(path)


def saw(status: str, at: int, **more: object) -> dict[str, object]:
    return {"id": "o1", "status": status, "at": 1_700_000_000 + at, **more}


def test_show_draws_every_life_cycle_as_text(run: Run, shop: str) -> None:
    code, out, err = run("show", shop)
    assert (code, err) == (0, "")
    assert "shop.order (all rows of the table)" in out
    assert "shop.refund (all rows of the table)" in out


def test_show_draws_one_by_the_short_form_of_its_name(run: Run, shop: str) -> None:
    _, out, _ = run("show", shop, "refund")
    assert out.startswith("shop.refund (")
    assert "shop.order" not in out


def test_show_leaves_out_what_a_fact_excludes(run: Run, shop: str) -> None:
    _, out, _ = run("show", shop, "shop.order", "--when", "pre_auth=false", "--availability", "current")
    assert "not reached here: AUTHORIZED, CANCELLED" in out


def test_show_settles_a_switch(run: Run, shop: str) -> None:
    _, out, _ = run(
        "show",
        shop,
        "order",
        "--switch",
        "failed_attempt=PENDING",
        "--availability",
        "current",
        "--format",
        "mermaid",
    )
    assert "ATTEMPTED" not in out


def test_show_settles_every_switch_at_its_default_when_asked(run: Run, shop: str) -> None:
    assert "ATTEMPTED" in run("show", shop, "order", "--availability", "current")[1].split("not reached")[0]
    _, out, _ = run("show", shop, "order", "--availability", "current", "--defaults")
    assert "not reached here: ATTEMPTED" in out


def test_show_writes_an_svg_file(run: Run, shop: str, tmp_path: Path) -> None:
    target = tmp_path / "order.svg"
    code, out, _ = run("show", shop, "order", "--format", "svg", "-o", str(target))
    assert (code, out) == (0, "")
    assert ElementTree.parse(target).getroot().tag.endswith("svg")


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (("--format", "svg"), "one life cycle"),
        (("parcel",), "no life cycle 'parcel'"),
        (("order", "--when", "colour=red"), "pre_auth"),
        (("order", "--when", "pre_auth=maybe"), "its values are"),
        (("order", "--when", "pre_auth"), "NAME=VALUE"),
        (("order", "--switch", "colour=red"), "failed_attempt"),
        (("order", "--switch", "failed_attempt=LOST"), "its settings are"),
    ],
)
def test_show_refuses_what_does_not_fit_and_says_what_would(
    run: Run, shop: str, argv: tuple[str, ...], words: str
) -> None:
    code, out, err = run("show", shop, *argv)
    assert (code, out) == (2, "")
    assert words in err


def test_check_is_clean_for_an_honest_sequence(run: Run, shop: str, tmp_path: Path) -> None:
    file = observed(tmp_path, saw("CREATED", 1), saw("PENDING", 2), saw("PROCESSED", 3))
    code, out, _ = run("check", shop, file)
    assert code == 0
    assert out == (
        "o1  shop.order  kept  CREATED -> PENDING -> PROCESSED\n1 object: 1 kept; 3 observations\n"
    )


def test_check_finds_a_status_that_goes_back(run: Run, shop: str, tmp_path: Path) -> None:
    file = observed(tmp_path, saw("PENDING", 1), saw("CREATED", 2))
    code, out, _ = run("check", shop, file)
    assert code == 1
    assert "error  life-cycle-status-backwards: the status went from PENDING back to CREATED" in out
    assert f"{file}:2" in out


def test_check_gives_the_same_as_json(run: Run, shop: str, tmp_path: Path) -> None:
    file = observed(tmp_path, saw("PENDING", 1), saw("CREATED", 2), {"x": 1})
    code, out, _ = run("check", shop, file, "--format", "json")
    answer = json.loads(out)
    assert code == 1
    assert [(one["id"], one["verdict"]) for one in answer["objects"]] == [("o1", "broken")]
    assert [finding["rule"] for finding in answer["objects"][0]["findings"]] == [
        "life-cycle-status-backwards"
    ]
    assert answer["skipped"] == [f"{file}:3"]


def test_check_reads_standard_input(run: Run, shop: str, monkeypatch: pytest.MonkeyPatch) -> None:
    line = json.dumps(saw("PENDING", 1)).encode()
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(line)))
    code, out, _ = run("check", shop, "-")
    assert (code, out.splitlines()[0]) == (0, "o1  shop.order  kept  PENDING")


def test_check_judges_by_the_named_life_cycle(run: Run, shop: str, tmp_path: Path) -> None:
    file = observed(tmp_path, saw("PENDING", 1), saw("PROCESSED", 2))
    _, out, _ = run("check", shop, file, "--life-cycle", "refund")
    assert "o1  shop.refund  kept  PENDING -> PROCESSED (final)" in out


def test_check_accepts_planned_steps_when_asked(run: Run, shop: str, tmp_path: Path) -> None:
    file = observed(tmp_path, saw("CREATED", 1, pre_auth=False), saw("CANCELLED", 2))
    assert run("check", shop, file)[0] == 1
    assert run("check", shop, file, "--availability", "planned")[0] == 0


def test_a_switch_may_choose_the_availability(run: Run, shop: str, tmp_path: Path) -> None:
    file = observed(tmp_path, saw("CREATED", 1, pre_auth=False), saw("CANCELLED", 2))
    assert run("check", shop, file, "--switch", "flow=later")[0] == 0
    assert run("check", shop, file, "--switch", "flow=now")[0] == 1


def test_check_fails_at_the_severity_it_is_told(run: Run, shop: str, tmp_path: Path) -> None:
    file = observed(tmp_path, saw("CREATED", 1), saw("PROCESSED", 2))
    assert run("check", shop, file)[0] == 0
    assert run("check", shop, file, "--fail-on", "note")[0] == 1


def test_check_never_fails_when_told_so(run: Run, shop: str, tmp_path: Path) -> None:
    file = observed(tmp_path, saw("PENDING", 1), saw("CREATED", 2))
    assert run("check", shop, file, "--fail-on", "never")[0] == 0


def test_a_torn_line_is_unreadable_input(run: Run, shop: str, tmp_path: Path) -> None:
    (tmp_path / "torn").write_text('{"id"', "utf-8")
    code, _, err = run("check", shop, str(tmp_path / "torn"))
    assert code == 3
    assert f"{tmp_path / 'torn'}:1" in err


def test_a_missing_file_is_unreadable_input(run: Run, shop: str, tmp_path: Path) -> None:
    assert run("check", shop, str(tmp_path / "missing"))[0] == 3


def test_a_file_without_observations_checked_nothing(run: Run, shop: str, tmp_path: Path) -> None:
    code, _, err = run("check", shop, observed(tmp_path, {"x": 1}))
    assert code == 2
    assert "no line shows a status" in err


def test_a_terminal_gets_no_control_characters_from_a_file(run: Run, shop: str, tmp_path: Path) -> None:
    file = observed(tmp_path, {"id": "\x1b[31mo1", "status": "\x07BAD\n::error::"})
    _, out, _ = run("check", shop, file)
    assert "\x1b" not in out
    assert "\x07" not in out
    assert not [line for line in out.splitlines() if line.startswith("::")]


def test_the_example_of_a_planned_step_gives_one(run: Run, tmp_path: Path) -> None:
    assert "CREATED, then CANCELLED without pre-authorisation" in PLANNED_STEP.example.input
    assert "checkout-cancel is settled as stays-pending" in PLANNED_STEP.example.input
    rows = ({"id": "o", "status": status, "pre_auth": False} for status in ("CREATED", "CANCELLED"))
    settled = ("--switch", "checkout-cancel=stays-pending", "--format", "json")
    code, out, _ = run("check", "plural", observed(tmp_path, *rows), *settled)
    (judged,) = json.loads(out)["objects"]
    assert (code, [one["rule"] for one in judged["findings"]]) == (1, [PLANNED_STEP.id])
