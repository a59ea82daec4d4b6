"""One hostile finding in every format: each is parsed back, and what came from outside is data in it."""

from __future__ import annotations

import html.parser
import json
import re
from xml.etree import ElementTree

import pytest
from tests.report.reports import FORBIDDEN, HOSTILE, hostile, result

from payproof.report import FORMATS, render
from payproof.report.markdown import code


@pytest.mark.parametrize("form", sorted(FORMATS))
@pytest.mark.parametrize("verbose", [False, True])
def test_no_format_holds_a_character_that_acts(form: str, verbose: bool) -> None:
    text = render(form, hostile(), verbose=verbose)
    assert [f"{ord(one):x}" for one in FORBIDDEN if one in text] == []
    text.encode("utf-8")


@pytest.mark.parametrize("form", sorted(set(FORMATS) - {"github"}))
def test_no_line_is_a_workflow_command(form: str) -> None:
    lines = render(form, hostile(), verbose=True).splitlines()
    assert [line for line in lines if line.lstrip().startswith("::")] == []


def test_github_lines_are_our_own_commands_only() -> None:
    *commands, last = render("github", hostile()).removesuffix("\n").split("\n")
    heads = [re.match(r"::(error|warning|notice) ([^:]*)::", line) for line in commands]
    assert [one[1] if one else None for one in heads] == ["error", "notice", "notice"]
    assert {name.split("=")[0] for one in heads if one for name in one[2].split(",")} == {
        "file",
        "line",
        "title",
    }
    assert last.startswith("payproof: ")
    assert "##[" not in "".join(commands) + last
    # What the runner decodes are line breaks of ours: a percent sign from outside comes back as one.
    assert "%250A::warning::y" in commands[0]
    assert not any(line.startswith("::") for one in commands for line in one.split("%0A")[1:])


def test_junit_comes_back_as_text() -> None:
    root = ElementTree.fromstring(render("junit", hostile()))
    assert {one.tag for one in root.iter()} <= {
        *("testsuites", "testsuite", "properties", "property", "testcase"),
        *("failure", "skipped", "system-out", "system-err"),
    }
    failure = next(root.iter("failure"))
    assert "<script>alert(1)</script>" in failure.get("message", "")
    assert "]]>" in (failure.text or "")


def test_json_and_ndjson_and_sarif_come_back_as_strings() -> None:
    assert json.loads(render("json", hostile()))["findings"][0]["message"] == HOSTILE
    lines = render("ndjson", hostile()).splitlines()
    assert [json.loads(line)["type"] for line in lines] == [
        "run",
        "operation",
        "operation",
        "finding",
        "finding",
    ]
    message = json.loads(render("sarif", hostile()))["runs"][0]["results"][0]["message"]["text"]
    assert "{{0}}" in message
    assert "](" not in message
    assert not re.search(r"(?<!\{)\{\d+\}(?!\})", message.replace("{{", "").replace("}}", ""))


class Page(html.parser.HTMLParser):
    """Collects what acts on a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.addresses: set[str] = set()
        self.scripts = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.scripts += tag == "script"
        for name, value in attrs:
            self.attributes.add(name)
            if name in ("href", "src", "action", "data", "xlink:href"):
                self.addresses.add(value or "")


def page(text: str) -> Page:
    made = Page()
    made.feed(text)
    made.close()
    return made


def test_html_has_the_same_tags_and_attributes_as_with_harmless_findings() -> None:
    bad, good = page(render("html", hostile())), page(render("html", hostile("harmless")))
    assert bad.tags == good.tags
    assert bad.attributes == good.attributes
    assert bad.addresses == good.addresses == {"#findings", "data:,"}
    assert bad.scripts == 1
    assert not any(name.startswith("on") for name in bad.attributes)


def test_markdown_shows_every_outside_text_as_code() -> None:
    markdown_it = pytest.importorskip("markdown_it")
    parser = markdown_it.MarkdownIt("gfm-like", {"linkify": False, "html": True})
    kinds = set()
    for token in parser.parse(render("markdown", hostile(), verbose=True)):
        kinds.add(token.type)
        for child in token.children or ():
            kinds.add(child.type)
            if child.type == "text":
                assert "script" not in child.content
                assert "evil" not in child.content
    assert not kinds & {"html_inline", "html_block", "link_open", "image", "s_open"}
    assert {"code_inline", "fence", "table_open"} <= kinds


def test_the_table_of_markdown_keeps_its_columns() -> None:
    text = render("markdown", hostile())
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert {len(re.findall(r"(?<!\\)\|", row)) for row in rows} == {7}


@pytest.mark.parametrize("text", ["`", "``a`", "a ` b `` c", " x ", "|", "```"])
def test_a_code_span_is_closed_by_its_own_fence_only(text: str) -> None:
    span = code(text)
    fence = re.match("`+", span)
    assert fence
    inner = span[len(fence[0]) : -len(fence[0])]
    assert span.endswith(fence[0])
    assert fence[0] not in re.findall("`+", inner)
    assert inner in (text, f" {text} ")


def test_a_harmless_run_says_nothing_of_findings() -> None:
    assert "response-schema" not in render("markdown", result())
