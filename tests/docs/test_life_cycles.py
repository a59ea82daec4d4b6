from pathlib import Path

import pytest
import yaml
from tests.lifecycle.tables import raw

from payproof.docs.life_cycles import main, pages, stale

ROOT = Path(__file__).parents[2]


@pytest.fixture
def openapi(tmp_path: Path) -> Path:
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
            }
        },
    }
    path = tmp_path / "openapi" / "shop" / "openapi.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(yaml.safe_dump(document, sort_keys=False), "utf-8")
    return tmp_path / "openapi"


def test_a_gateway_gets_a_page_and_each_yes_or_no_fact_two_drawings(openapi: Path) -> None:
    assert sorted(pages(openapi)) == [
        "shop.md",
        "shop.order.pre-auth-false.svg",
        "shop.order.pre-auth-true.svg",
        "shop.refund.svg",
    ]


def test_a_page_shows_every_row_and_links_every_drawing(openapi: Path) -> None:
    page = pages(openapi)["shop.md"]
    assert "| 10 | PENDING | CANCELLED | cancelOrder |  | planned | documented |" in page
    assert all(f"({name})" in page for name in pages(openapi) if name.endswith(".svg"))


def test_a_fresh_folder_is_written_and_then_clean(openapi: Path, tmp_path: Path) -> None:
    places = ["--openapi", str(openapi), "--out", str(tmp_path / "out")]
    assert main([*places, "--check"]) == 1
    assert main(places) == 0
    assert main([*places, "--check"]) == 0


def test_a_changed_a_missing_and_a_left_over_file_are_each_named(openapi: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    main(["--openapi", str(openapi), "--out", str(out)])
    (out / "shop.md").write_text("old", "utf-8")
    (out / "shop.refund.svg").unlink()
    (out / "gone.svg").write_text("", "utf-8")
    assert stale(pages(openapi), out) == ["gone.svg", "shop.md", "shop.refund.svg"]
    assert main(["--openapi", str(openapi), "--out", str(out)]) == 0
    assert stale(pages(openapi), out) == []


def test_the_pages_of_this_project_are_fresh() -> None:
    assert stale(pages(ROOT / "openapi"), ROOT / "docs" / "life-cycles") == []
