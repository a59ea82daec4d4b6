"""The HTML page: what it says, that it is accessible, and that nothing on it can reach out."""

from __future__ import annotations

import base64
import hashlib
import html
import html.parser
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from tests.report.reports import finding, hostile, lived, result

from payproof.model import Severity
from payproof.report import render
from payproof.report.html_lives import marked

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
EVIL = "http://evil.invalid/x.png"
QUIET = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    *("--host-resolver-rules=MAP * ~NOTFOUND", "--enable-logging=stderr"),
)


def policy(page: str) -> dict[str, list[str]]:
    found = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    assert found
    rows = (row.split() for row in html.unescape(found[1]).split(";"))
    return {name: values for name, *values in rows}


def hashed(content: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}'"


def test_the_policy_allows_our_own_style_and_script_and_nothing_else() -> None:
    page = render("html", result(finding(), lived=lived()))
    allowed = policy(page)
    assert allowed["default-src"] == ["'none'"]
    assert allowed["script-src"] == [hashed(one) for one in re.findall(r"<script>(.*?)</script>", page, re.S)]
    styles = [hashed(one) for one in re.findall(r"<style>(.*?)</style>", page, re.S)]
    assert sorted(set(styles)) == sorted(allowed["style-src"])
    assert allowed["img-src"] == ["data:"]
    assert " style=" not in page


def test_the_page_says_what_ran_and_what_was_found() -> None:
    page = render("html", result(finding("the total is wrong")))
    assert '<p class="verdict failed">failed</p>' in page
    assert '<th scope="row">refundTransaction</th>' in page
    assert '<td class="bad">7 <span class="failed">(2 failed)</span></td>' in page
    assert "the total is wrong" in page
    assert 'id="finding-' in page


def test_few_findings_stand_open_and_many_are_closed() -> None:
    few, many = (render("html", result(*(finding(number=n) for n in range(count)))) for count in (2, 200))
    assert few.count('<details class="error" open>') == 2
    assert many.count('<details class="error">') == 200


def test_what_a_baseline_accepts_is_named_with_its_reason() -> None:
    from dataclasses import replace

    one = replace(finding(), details={"accepted": "the gateway mends it in March"})
    page = render("html", result(accepted=[one], outdated=["not found any more: x"]))
    assert "because the gateway mends it in March" in page
    assert "not found any more: x" in page
    assert '<p class="verdict passed">passed</p>' in page


def test_a_state_that_was_seen_is_marked_in_the_drawing() -> None:
    page = render("html", result(lived=lived()))
    assert '<g class="seen"><title>CREATED' in page
    assert "<g><title>DONE" in page
    assert "1 of 2 states were seen," in page


def test_marking_changes_no_other_state() -> None:
    drawing = "<g><title>DONE: over</title></g><g><title>DONE_TWICE</title></g>"
    assert marked(drawing, frozenset({"DONE"})) == drawing.replace(
        "<g><title>DONE:", '<g class="seen"><title>DONE:'
    )


class Outline(html.parser.HTMLParser):
    """Collects ids, references to them, labels and headings."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.references: set[str] = set()
        self.headings: list[int] = []
        self.unnamed: list[str] = []
        self._inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.ids += [given["id"]] if "id" in given else []
        self.references |= set(given.get("aria-labelledby", "").split())
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag in ("input", "select") and "label" not in self._inside and "aria-label" not in given:
            self.unnamed.append(tag)
        if tag not in ("input", "meta", "link"):
            self._inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while self._inside and self._inside.pop() != tag:
            pass


def test_ids_are_unique_controls_are_named_and_headings_skip_no_level() -> None:
    findings = [finding(number=n) for n in range(3)] + [finding(severity=Severity.NOTE, number=9)]
    outline = Outline()
    outline.feed(render("html", result(*findings, lived=lived())))
    assert sorted(outline.ids) == sorted(set(outline.ids))
    assert outline.references <= set(outline.ids)
    assert outline.unnamed == []
    assert outline.headings[0] == 1
    assert all(
        after - before <= 1 for before, after in zip(outline.headings, outline.headings[1:], strict=False)
    )


def opened(page: str, folder: Path) -> tuple[str, list[str], set[str]]:
    """Give the page as it stands after its script ran, the console's lines, and the addresses asked for."""
    assert CHROMIUM
    path, log = folder / "page.html", folder / "net.json"
    path.write_text(page, "utf-8")
    ran = subprocess.run(
        [
            CHROMIUM,
            *QUIET,
            f"--user-data-dir={folder / 'profile'}",
            f"--log-net-log={log}",
            "--dump-dom",
            path.as_uri(),
        ],
        capture_output=True,
        timeout=60,
        check=True,
    )
    console = [line for line in ran.stderr.decode("utf-8", "replace").splitlines() if "CONSOLE" in line]
    # Chromium's own errands have no origin; what a page asks for has one.
    rows = re.findall(r'"initiator":"([^"]*)".*?"url":"([^"]*)"', log.read_text("utf-8", "replace"))
    asked = {
        url for origin, url in rows if origin != "not an origin" and not url.startswith(("file:", "data:"))
    }
    return ran.stdout.decode("utf-8", "replace"), console, asked


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here")
def test_a_browser_complains_of_nothing_and_asks_nobody(tmp_path: Path) -> None:
    page, console, asked = opened(render("html", hostile()), tmp_path)
    assert console == []
    assert asked == set()
    assert "2 of 2 findings shown" in page


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here")
def test_the_policy_stops_what_would_slip_through(tmp_path: Path) -> None:
    page = render("html", result(finding()))
    bad = f"<main><script>document.title='owned'</script><img src='{EVIL}' onerror='document.title=1'>"
    shown, console, asked = opened(page.replace("<main>", bad), tmp_path)
    assert len(console) >= 2
    assert asked == set()
    assert "<title>owned" not in shown


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here")
def test_without_the_policy_it_would_slip_through(tmp_path: Path) -> None:
    _, console, asked = opened(f"<img src='{EVIL}'><script>console.error('x')</script>", tmp_path)
    assert console != []
    assert asked == {EVIL}


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here")
def test_the_search_leaves_only_what_fits(tmp_path: Path) -> None:
    findings = [finding(f"word{n} here", Severity.ERROR if n % 2 else Severity.NOTE, n) for n in range(20)]
    page = render("html", result(*findings))
    asking = (
        "const q = document.getElementById('query'); q.value = 'WORD7 here';"
        "q.dispatchEvent(new Event('input', {bubbles: true}));"
    )
    free = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", page)
    shown, console, _ = opened(free.replace("</html>", f"<script>{asking}</script></html>"), tmp_path)
    assert console == []
    assert "1 of 20 findings shown" in shown
    assert len(re.findall(r'<li id="finding-[0-9a-f]{16}"[^>]* hidden=""', shown)) == 19


def test_the_script_and_style_hold_no_address() -> None:
    page = render("html", result(finding(), lived=lived()))
    outside = set(re.findall(r"https?://[^\s\"'<)]+", page)) - {"http://www.w3.org/2000/svg"}
    assert outside == set()
    assert "@import" not in page
