"""Icons and small marks. They stand in loops, so they are formatted here and not by includes."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import heroicons
from django import template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from stretchhub.markup import format_html

register = template.Library()

# The states that come up on many pages: tone and icon by name, so that they look alike everywhere.
MARKS: dict[str, tuple[str, str]] = {
    "on_track": ("growth", "check-circle"),
    "done": ("growth", "check-circle"),
    "endorsed": ("growth", "hand-thumb-up"),
    "acknowledged": ("growth", "check"),
    "verified": ("growth", "check-badge"),
    "kept": ("growth", "check"),
    "active": ("accent", "bolt"),
    "running": ("accent", "arrow-path"),
    "submitted": ("info", "paper-airplane"),
    "waiting": ("info", "clock"),
    "planned": ("info", "calendar"),
    "reviewing": ("info", "scale"),
    "watch": ("caution", "eye"),
    "due": ("caution", "clock"),
    "changes": ("caution", "pencil-square"),
    "attention": ("alarm", "exclamation-triangle"),
    "late": ("alarm", "exclamation-triangle"),
    "missed": ("alarm", "x-circle"),
    "failed": ("alarm", "x-circle"),
    "declined": ("alarm", "x-circle"),
    "paused": ("muted", "pause-circle"),
    "parked": ("muted", "pause-circle"),
    "draft": ("muted", "pencil"),
    "too_few": ("muted", "minus"),
    "closed": ("muted", "archive-box"),
    "locked": ("muted", "lock-closed"),
    "familiar": ("info", "minus"),
    "stretch": ("growth", "arrow-trending-up"),
    "overstretch": ("alarm", "chevron-double-up"),
}

AUDIENCES: dict[str, tuple[Any, str]] = {
    "only_me": (gettext_lazy("Only me"), "lock-closed"),
    "mentor_and_me": (gettext_lazy("Mentor and me"), "users"),
    "mentor": (gettext_lazy("Mentor"), "user"),
    "sponsor": (gettext_lazy("Sponsor"), "user-group"),
    "hr_at_review": (gettext_lazy("HR at review"), "building-office"),
}
AVATAR_TONES = 6


@lru_cache(maxsize=512)
def svg(name: str, size: int) -> str:
    """The drawing of an icon, kept so that a loop does not draw it anew."""
    if not name:
        return ""
    style = "micro" if size <= 16 else "outline"
    return heroicons._render_icon(style, name, size, {"focusable": "false"})


@register.simple_tag
def icon(name: str, size: int = 20) -> SafeString:
    """A heroicon for the eye alone; the word beside it carries the meaning."""
    return mark_safe(svg(str(name), int(size)))  # noqa: S308  drawn by the icon package, no user text


@register.simple_tag
def badge(word: object, mark: str = "", tone: str = "", icon: str = "") -> SafeString:
    """A state as icon and word; `mark` names one of MARKS, `tone` and `icon` set it by hand."""
    known_tone, known_icon = MARKS.get(mark, ("", ""))
    tone, icon = tone or known_tone or "muted", icon or known_icon
    if not icon:
        return format_html('<span class="badge badge-plain badge-{}">{}</span>', tone, word)
    return format_html('<span class="badge badge-{}">{}{}</span>', tone, mark_safe(svg(icon, 16)), word)  # noqa: S308


@register.simple_tag
def chip(word: object, icon: str = "", private: bool = False) -> SafeString:
    """A quiet label with an optional icon; a private one has a dashed edge."""
    kind = "chip chip-private" if private else "chip"
    return format_html('<span class="{}">{}{}</span>', kind, mark_safe(svg(icon, 16)) if icon else "", word)  # noqa: S308


@register.simple_tag
def visibility(audiences: str | Iterable[str]) -> SafeString:
    """Who can read a thing, always as words: one audience by name, or several."""
    names = [audiences] if isinstance(audiences, str) else list(audiences)
    known = [AUDIENCES.get(str(name), (name, "eye")) for name in names] or [AUDIENCES["only_me"]]
    private = [str(name) for name in names] in ([], ["only_me"])
    words = " · ".join(str(word) for word, _icon in known)
    picture = known[0][1] if len(known) == 1 else "eye"
    return format_html(
        '<span class="{}">{}<span class="visually-hidden">{} </span>{}</span>',
        "chip chip-private" if private else "chip",
        mark_safe(svg(picture, 16)),  # noqa: S308
        _("Visible to:"),
        words,
    )


@register.simple_tag
def avatar(user: Any, size: str = "") -> SafeString:
    """A person's initials on a tone of their own; the name stands beside it."""
    tone = (getattr(user, "pk", None) or 0) % AVATAR_TONES
    large = " avatar-large" if size == "large" else ""
    return format_html('<span class="avatar avatar-{}{}" aria-hidden="true">{}</span>', tone, large, user.initials)


@register.simple_tag
def who(user: Any, note: object = "") -> SafeString:
    """A person as initials and name, with a quiet note under it such as their job."""
    under = format_html('<span class="person-note">{}</span>', note) if note else ""
    return format_html(
        '<span class="person">{}<span class="person-name">{}{}</span></span>', avatar(user), user.name, under
    )
