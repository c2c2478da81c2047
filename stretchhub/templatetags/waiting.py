"""How the lines of Today look: an icon for each kind, and where an empty page leads."""

from typing import Any

from django import template

register = template.Library()

ICONS = {
    "brief_submitted": "document-magnifying-glass",
    "brief_changes": "pencil-square",
    "brief_endorsed": "hand-raised",
    "sponsor_asked": "hand-raised",
    "hand_over_asked": "hand-raised",
    "sponsors.check_in_due": "chat-bubble-left-right",
    "sponsors.check_in_to_acknowledge": "envelope-open",
    "charter_to_write": "pencil-square",
    "charter_to_acknowledge": "document-check",
    "check_in_due": "chat-bubble-left-right",
    "answer_to_acknowledge": "envelope-open",
    "milestone_overdue": "flag",
    "milestone_soon": "flag",
    "scope_change": "arrows-right-left",
    "evidence_missing": "camera",
    "evidence_asked": "camera",
    "learning_due": "book-open",
    "intake_revisit": "chat-bubble-left-right",
    "decision_look_back": "arrow-path",
    "setback_again": "arrow-trending-up",
    "hours_to_answer": "clock",
    "hours_refused": "hand-thumb-down",
    "sponsors.changed": "eye",
    "feedback_asked": "chat-bubble-left-ellipsis",
    "feedback_given": "arrow-uturn-left",
    "feedback_published": "lock-open",
    "sponsors.ask": "hand-raised",
    "sponsors.attention": "exclamation-triangle",
    "sponsors.introduce": "user-plus",
    "sponsors.follow_up": "envelope",
}


@register.filter
def waiting_icon(kind: str) -> str:
    """The icon of a kind of waiting."""
    if kind.startswith("review"):
        return "scale"
    return ICONS.get(kind, "bell-alert")


@register.filter
def leads_to(nav: Any, url: str) -> bool:
    """Whether the rail has an entry with this address, so that the person has what it shows."""
    return any(entry.url == url for entry in nav)
