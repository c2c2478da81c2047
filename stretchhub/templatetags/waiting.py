"""How the lines of Today look, and where an empty page leads."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import template
from django.template import Context
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from stretchhub.markup import filled_in, format_html, format_html_join
from stretchhub.waiting import Waiting

from .look import icon
from .words import due

register = template.Library()

ICONS = {
    "brief_submitted": "document-magnifying-glass",
    "brief_changes": "pencil-square",
    "brief_endorsed": "hand-raised",
    "mentorship_offered": "user-plus",
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
    "feedback_outside": "user-plus",
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


# --- the lines ------------------------------------------------------------------------------------
# Formatted here: in a loop of many small nodes and filters a template takes ten times as long.

LINE = """<li class="line{first}{late}" data-line>{icon}
  <div class="line-words">
    <p class="line-title"><a href="{url}" data-line-focus>{title}</a></p>{reason}</div>
  <div class="line-side">{due}
    {answer}
    <details class="menu" data-menu>
      <summary class="btn btn-small btn-link">{clock}{later_word}<span class="visually-hidden">: {title}</span></summary>
      <div class="menu-panel later-panel">
        <form method="post" action="{put_off}" data-in-place>{token}<input type="hidden" name="subject" value="{subject}">{later}</form>
        <form class="later-day" method="post" action="{put_off}" data-in-place>{token}<input type="hidden" name="subject" value="{subject}"><label class="form-label" for="later-{number}">{day_word}</label><div class="later-pick"><input class="form-control" type="date" id="later-{number}" name="until" min="{earliest}" max="{latest}" required><button class="btn btn-small" type="submit">{put_off_word}</button></div></form>
      </div>
    </details></div>{answered}
</li>
"""  # noqa: E501  each element stands on a line of its own, as the page has it
DUE = '<span class="line-due nowrap">{} <span class="muted">· {}</span></span>'
REASON = '\n      <p class="line-reason">{}</p>\n    '
ANSWERED = '\n  <div class="line-answer" id="today-answer-{}" hidden></div>'
PRESS = """<form method="post" action="{post_url}" data-in-place>{token}<input type="hidden" name="from" value="today"><button class="btn btn-small{primary}" type="submit">{action}<span class="visually-hidden">: {title}</span></button></form>"""  # noqa: E501
LINK = """<a class="btn btn-small{primary}" href="{url}"{opens}>{action}<span class="visually-hidden">: {title}</span></a>"""  # noqa: E501
LATER = '<button type="submit" name="until" value="{}">{} <span class="muted">{}</span></button>'


@register.simple_tag(takes_context=True)
def waiting_lines(
    context: Context, lines: Iterable[Waiting], here: date, later: Iterable[Any], earliest: str, latest: str
) -> SafeString:
    """Each line: answered by one press, by a form that opens below it, or on its page; or put off.

    here (the reader's day), later (list of today.Later), earliest and latest (ISO dates) are the same for all.
    """
    token = format_html('<input type="hidden" name="csrfmiddlewaretoken" value="{}">', context.get("csrf_token", ""))
    form = filled_in(
        LINE,
        token=token,
        put_off=reverse("today-put-off"),
        clock=icon("clock", 16),
        later_word=_("Later"),
        day_word=_("Until a day"),
        put_off_word=_("Put off"),
        later=format_html_join("", LATER, ((each.value, each.word, each.day) for each in later)),
        earliest=earliest,
        latest=latest,
    )
    language = get_language()
    drawn = [_line(line, number, form, token, here, language) for number, line in enumerate(lines, 1)]
    return SafeString("".join(drawn))


def _line(line: Waiting, number: int, form: str, token: SafeString, here: date, language: str | None) -> SafeString:
    title, late = format_html("{}", line.title), line.due_on is not None and line.due_on < here
    return format_html(
        form,
        first=" line-first" if number == 1 else "",
        late=" line-late" if late else "",
        icon=icon(waiting_icon(line.kind)),
        url=line.url,
        title=title,
        reason=format_html(REASON, line.reason) if line.reason else "",
        due=format_html(DUE, *due(line.due_on, here, language)) if line.due_on else "",
        answer=_answer(line, number, title, token),
        subject=line.subject,
        number=number,
        answered=format_html(ANSWERED, number) if line.in_place else "",
    )


def _answer(line: Waiting, number: int, title: SafeString, token: SafeString) -> SafeString:
    """The one action; that of the most pressing line has the filled button."""
    primary = " btn-primary" if number == 1 else ""
    said = {"primary": primary, "action": line.action, "title": title}
    if line.post_url:
        return format_html(PRESS, post_url=line.post_url, token=token, **said)
    opens = format_html(' data-opens="today-answer-{}"', number) if line.in_place else ""
    return format_html(LINK, url=line.url, opens=opens, **said)
