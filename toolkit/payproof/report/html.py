"""The report as one HTML page that needs nothing else: it opens from a file, offline, with or without script.

Theory of operation. Every text from outside passes through `html_parts.text`, which escapes it; nothing of it
stands in a tag's name, a style, a script or an address. Should that fail once, the page's own policy still
forbids what it does not name: no address may be loaded from, and only the style sheets and the one script
whose hashes stand in the policy are obeyed.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from payproof.model import Severity
from payproof.report.html_findings import filters, finding_list
from payproof.report.html_lives import lives
from payproof.report.html_parts import rows, text
from payproof.report.lines import facts, headline, worth_knowing
from payproof.report.result import Count, Result


def render(result: Result, *, colour: bool = False, verbose: bool = False) -> str:
    """Give the page; the arguments change nothing, since details can be opened on it."""
    body = "\n".join(_body(result))
    styles = [_asset("report.css"), *re.findall(r"<style>(.*?)</style>", body, re.DOTALL)]
    script = _asset("report.js")
    policy = "; ".join(
        [
            "default-src 'none'",
            f"style-src {' '.join(dict.fromkeys(map(_hash, styles)))}",
            f"script-src {_hash(script)}",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
        ]
    )
    head = [
        "<!DOCTYPE html>",
        '<html lang="en">',
        "<head>",
        '<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
        '<meta name="referrer" content="no-referrer">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="color-scheme" content="light dark">',
        '<link rel="icon" href="data:,">',
        f"<title>{text(headline(result))}</title>",
        f"<style>{styles[0]}</style>",
        "</head>",
    ]
    return "\n".join([*head, body, f"<script>{script}</script>", "</html>", ""])


@cache
def _asset(name: str) -> str:
    return Path(__file__).with_name("assets").joinpath(name).read_text("utf-8")


def _hash(content: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}'"


def _body(result: Result) -> Iterator[str]:
    yield "<body>"
    yield '<a class="skip" href="#findings">Skip to the findings</a>'
    yield from _header(result)
    yield "<main>"
    yield from _coverage(result)
    yield f'<section aria-labelledby="findings"><h2 id="findings">Findings ({len(result.findings)})</h2>'
    yield from filters(result)
    yield from finding_list(result)
    yield "</section>"
    yield from _baseline(result)
    yield from lives(result)
    yield from _learned(result)
    yield "</main>"
    yield "<footer><p>Made by payproof. This page loads nothing and sends nothing.</p></footer>"
    yield "</body>"


def _header(result: Result) -> Iterator[str]:
    verdict = "failed" if result.failed else "passed"
    yield f'<header><p class="verdict {verdict}">{verdict}</p>'
    yield f"<h1>{text(result.gateway)} <small>at {text(result.target)}</small></h1>"
    yield '<ul class="cards">'
    whole = result.tally.total()
    cards = [
        *((*_counted(result.found(one), one.label), one.label) for one in reversed(Severity)),
        (*_counted(whole.run, "case"), ""),
        (f"{len(result.reached)}/{len(result.operations)}", "operations reached", ""),
        (f"{result.elapsed_s:.1f} s", "taken", ""),
    ]
    if result.accepted:
        cards.insert(3, (str(len(result.accepted)), "accepted", ""))
    for number, label, mark in cards:
        yield f'<li class="{mark}"><strong>{text(number)}</strong> {text(label)}</li>'
    yield "</ul>"
    yield "<details><summary>How this run was made</summary>"
    yield from rows(facts(result))
    yield "</details></header>"


def _counted(number: int, label: str) -> tuple[str, str]:
    return str(number), label if number == 1 else f"{label}s"


def _coverage(result: Result) -> Iterator[str]:
    """A row for each operation, a column for each kind of case; colour repeats what the words say."""
    kinds = result.kinds()
    if not kinds:
        return
    yield '<section aria-labelledby="coverage"><h2 id="coverage">Coverage of the contract</h2>'
    yield '<div class="scroll" role="region" aria-labelledby="coverage" tabindex="0"><table>'
    yield "<caption>Cases by kind; reached: an accepted, correctly signed request got through.</caption>"
    yield '<thead><tr><th scope="col">operation</th>'
    yield from (f'<th scope="col">{text(one)}</th>' for one in (*kinds, "total", "accepted", "reached"))
    yield "</tr></thead><tbody>"
    for name in result.operations:
        yield f'<tr><th scope="row">{text(name)}</th>'
        yield from (_cell(result.tally.total(operation=name, kind=kind)) for kind in kinds)
        whole = result.tally.total(operation=name)
        yield f"{_cell(whole)}<td>{whole.accepted}</td>{_reached(name in result.reached)}</tr>"
    yield '</tbody><tfoot><tr><th scope="row">all</th>'
    yield from (_cell(result.tally.total(kind=kind)) for kind in kinds)
    whole = result.tally.total()
    yield f"{_cell(whole)}<td>{whole.accepted}</td><td>{len(result.reached)}/{len(result.operations)}</td>"
    yield "</tr></tfoot></table></div></section>"


def _cell(count: Count) -> str:
    if not count.run:
        return f'<td class="none">{f"{count.skipped} not sent" if count.skipped else "-"}</td>'
    failed = f' <span class="failed">({count.failed} failed)</span>' if count.failed else ""
    return f'<td class="{"bad" if count.failed else "good"}">{count.run}{failed}</td>'


def _reached(reached: bool) -> str:
    return '<td class="good">yes</td>' if reached else '<td class="bad">no</td>'


def _baseline(result: Result) -> Iterator[str]:
    if not result.accepted and not result.outdated:
        return
    yield '<section aria-labelledby="baseline"><h2 id="baseline">Baseline</h2><ul>'
    for one in result.accepted:
        why = text(str(one.details.get("accepted", "")))
        yield f"<li>accepted: <code>{text(one.rule)}</code> at {text(str(one.location))}, because {why}</li>"
    yield from (f"<li>{text(sentence)}</li>" for sentence in result.outdated)
    yield "</ul></section>"


def _learned(result: Result) -> Iterator[str]:
    if notes := worth_knowing(result):
        yield '<section aria-labelledby="learned"><h2 id="learned">Worth knowing</h2><ul>'
        yield from (f"<li>{text(note)}</li>" for note in notes)
        yield "</ul></section>"
