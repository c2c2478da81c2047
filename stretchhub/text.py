"""Text that people wrote, made safe to show: light Markdown in, a short list of tags or of blocks out."""

import re
from collections.abc import Iterator
from typing import Any

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

TAGS = {"p", "br", "strong", "em", "s", "ul", "ol", "li", "blockquote", "code", "pre", "a", "h3", "h4"}
ATTRIBUTES = {"a": {"href"}, "ol": {"start"}}
SCHEMES = {"http", "https", "mailto"}

# The zero preset knows no raw HTML at all, and images are not among the rules switched on.
_markdown = MarkdownIt("zero", {"breaks": True, "html": False}).enable(
    ["emphasis", "strikethrough", "link", "autolink", "list", "blockquote", "backticks", "fence", "newline", "escape"]
)
# One line of letters, digits and such signs as mean nothing to Markdown or to HTML there: a paragraph as it stands.
_PLAIN = re.compile(r"[^\W\d_](?:[^\W_]|[ .,;:!?'’‘“”()/%–—…-])*")


def to_html(written: str) -> SafeString:
    """Paragraphs, lists, emphasis and links; anything else comes out as the letters typed."""
    if _PLAIN.fullmatch(written):
        return mark_safe(f"<p>{written.rstrip(' ')}</p>\n")  # noqa: S308  of these letters none is markup
    html = _markdown.render(written)
    clean = nh3.clean(
        html, tags=TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES, link_rel="nofollow noopener noreferrer"
    )
    return mark_safe(clean)  # noqa: S308  cleaned to the list above in the line before


def to_blocks(written: str) -> list[dict[str, Any]]:
    """The same paragraphs, lists, emphasis and links as plain data, for whatever is not HTML."""
    if _PLAIN.fullmatch(written):
        return [{"kind": "paragraph", "spans": [{"text": written.rstrip(" "), "marks": []}]}]
    return [_block(node) for node in SyntaxTreeNode(_markdown.parse(written)).children]


def _block(node: SyntaxTreeNode) -> dict[str, Any]:
    if node.type in ("bullet_list", "ordered_list"):
        items = [[_block(each) for each in item.children] for item in node.children]
        return {"kind": node.type, "items": items, "start": int(node.attrs.get("start", 1))}
    if node.type == "blockquote":
        return {"kind": "quote", "items": [[_block(each) for each in node.children]]}
    if node.type == "fence":
        lines = node.content.rstrip("\n").split("\n")
        return {"kind": "code", "spans": _lines({"text": line, "marks": ["code"]} for line in lines)}
    return {"kind": "paragraph", "spans": [span for child in node.children for span in _spans(child, [])]}


def _lines(spans: Iterator[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each on a line of its own."""
    return [each for span in spans for each in ({"text": "\n"}, span)][1:]


def _spans(node: SyntaxTreeNode, marks: list[str]) -> Iterator[dict[str, Any]]:
    """Pieces of text with their marks: strong, em, s, code, or the address of a link."""
    if node.type == "text":
        if node.content:
            yield {"text": node.content, "marks": marks}
    elif node.type == "code_inline":
        yield {"text": node.content, "marks": [*marks, "code"]}
    elif node.type in ("softbreak", "hardbreak"):
        yield {"text": "\n"}
    elif node.type == "link":
        for child in node.children:
            yield from ({**span, "link": str(node.attrs["href"])} for span in _spans(child, marks))
    else:
        inside = marks if node.type == "inline" else [*marks, node.type]
        for child in node.children:
            yield from _spans(child, inside)


def first_line(written: str, limit: int = 120) -> str:
    """The first line a reader sees, cut at a word, for cards and subjects."""
    line = next((part.strip() for part in written.splitlines() if part.strip()), "")
    if len(line) <= limit:
        return line
    return line[:limit].rsplit(" ", 1)[0].rstrip(",;:–-") + "…"
