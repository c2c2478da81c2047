"""Text that people wrote, made safe to show: light Markdown in, a short list of tags out."""

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

TAGS = {"p", "br", "strong", "em", "s", "ul", "ol", "li", "blockquote", "code", "pre", "a", "h3", "h4"}
ATTRIBUTES = {"a": {"href"}, "ol": {"start"}}
SCHEMES = {"http", "https", "mailto"}

# The zero preset knows no raw HTML at all, and images are not among the rules switched on.
_markdown = MarkdownIt("zero", {"breaks": True, "html": False}).enable(
    ["emphasis", "strikethrough", "link", "autolink", "list", "blockquote", "backticks", "fence", "newline", "escape"]
)


def to_html(written: str) -> SafeString:
    """Paragraphs, lists, emphasis and links; anything else comes out as the letters typed."""
    html = _markdown.render(written)
    clean = nh3.clean(
        html, tags=TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES, link_rel="nofollow noopener noreferrer"
    )
    return mark_safe(clean)  # noqa: S308  cleaned to the list above in the line before


def first_line(written: str, limit: int = 120) -> str:
    """The first line a reader sees, cut at a word, for cards and subjects."""
    line = next((part.strip() for part in written.splitlines() if part.strip()), "")
    if len(line) <= limit:
        return line
    return line[:limit].rsplit(" ", 1)[0].rstrip(",;:–-") + "…"
