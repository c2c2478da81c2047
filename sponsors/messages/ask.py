"""What a sponsor is asked, and what mentee and mentor hear of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from assignments.models import Status
from stretchhub.notices.kinds import Kind, Letter
from stretchhub.notices.models import Notice
from stretchhub.notices.outbox import queue
from stretchhub.templatetags.words import day

from .. import mailed
from ..attention import whose
from ..models import Ask, AskState

PUT = "sponsors.ask_put"
PASSED_ON = "sponsors.ask_passed_on"
ANSWERED = "sponsors.ask_answered"
WITHDRAWN = "sponsors.ask_withdrawn"
ATTENTION = "sponsors.ask_unanswered"


def _moment(ask: Ask) -> int:
    """Each time it is put is a message of its own, also where somebody else is asked the same anew."""
    return int(ask.put_at.timestamp())


def put(ask: Ask) -> None:
    """Put the question to whoever has to answer it."""
    mailed.prepare(ask.addressee)
    queue(PUT, ask, recipient=ask.addressee, revision=_moment(ask))


def passed_on(ask: Ask) -> None:
    """Put it to whom the sponsor named."""
    if ask.delegated_to is not None:
        mailed.prepare(ask.delegated_to)
        queue(PASSED_ON, ask, recipient=ask.delegated_to, revision=_moment(ask))


def answered(ask: Ask) -> None:
    """Tell mentee and mentor; a no after a delegation is another answer, with a message of its own."""
    revision = 1 if ask.state == AskState.DELEGATED else 2
    for person in (ask.assignment.mentee, ask.assignment.mentor):
        if person.pk != ask.answered_by_id:
            queue(ANSWERED, ask, recipient=person, revision=revision)


def withdrawn(ask: Ask) -> None:
    """Tell whoever was to answer that it is no longer needed."""
    queue(WITHDRAWN, ask, recipient=ask.delegated_to or ask.addressee)


def attention(ask: Ask) -> None:
    """Tell the mentor who does not answer; where that is the mentor, the mentee."""
    person = whose(ask.assignment)
    if person.pk == ask.waits_for.pk:
        person = ask.assignment.mentee
    queue(ATTENTION, ask, recipient=person, revision=_moment(ask))


def _load(ids: Collection[int]) -> Mapping[int, Ask]:
    people = ("assignment__mentee", "assignment__mentor", "addressee", "delegated_to", "answered_by", "asked_by")
    asks = Ask.objects.select_related(*people).in_bulk(ids)
    answering = {pk for ask in asks.values() for pk in (ask.addressee_id, ask.delegated_to_id) if pk}
    doors = mailed.paths(answering)
    for ask in asks.values():
        ask.doors = doors  # type: ignore[attr-defined]
    return asks


def _page(ask: Ask) -> str:
    return reverse("sponsors:ask", args=[ask.code])


def _door(notice: Notice, ask: Any) -> str:
    """The dashboard behind the mailed link, where the answer is given; else the page, signed in."""
    return ask.doors.get(notice.recipient_id) or _page(ask)


def _names(ask: Ask) -> dict[str, str]:
    return {
        "who": ask.asked_by.name,
        "title": ask.assignment.title,
        "day": day(ask.needed_by),
        "question": ask.question,
        "sponsor": ask.addressee.name,
        "first": ask.waits_for.first_name,
        "answerer": ask.answered_by.name if ask.answered_by else "",
        "delegate": ask.delegated_to.name if ask.delegated_to else "",
        "silent": ask.waits_for.name,
        "reason": ask.reason,
    }


def _put(notice: Notice, ask: Ask) -> Letter:
    words = _names(ask)
    return Letter(
        subject=_("%(day)s: %(question)s") % words,
        paragraphs=tuple(
            part
            for part in (
                _("%(who)s needs one thing of you for “%(title)s”, by %(day)s:") % words,
                ask.question,
                ask.why,
                _again() if ask.times_put > 1 else _("Accept it, pass it on, or say no with a reason."),
            )
            if part
        ),
        action=_("Answer"),
        path=_door(notice, ask),
        why=_("you stand behind this work and were asked"),
    )


def _again() -> str:
    return _("You have been asked before; a no with a reason helps as much as a yes.")


def _passed_on(notice: Notice, ask: Ask) -> Letter:
    words = _names(ask)
    return Letter(
        subject=_("%(day)s: %(question)s") % words,
        paragraphs=tuple(
            part
            for part in (
                _("%(sponsor)s names you to answer this for “%(title)s”, by %(day)s:") % words,
                ask.question,
                ask.why,
                ask.reason,
                _again() if ask.times_put > 1 else "",
            )
            if part
        ),
        action=_("Answer"),
        path=_door(notice, ask),
        why=_("a sponsor passed this on to you"),
    )


def _answered(notice: Notice, ask: Ask) -> Letter:
    words = _names(ask)
    subjects = {
        AskState.ACCEPTED: _("Yes from %(answerer)s: %(question)s"),
        AskState.DELEGATED: _("%(answerer)s passed on to %(delegate)s: %(question)s"),
        AskState.DECLINED: _("No from %(answerer)s: %(question)s"),
    }
    said = {
        AskState.ACCEPTED: _("%(answerer)s accepts what you asked for “%(title)s”."),
        AskState.DELEGATED: _("%(delegate)s answers instead, for “%(title)s”. They have been told."),
        AskState.DECLINED: _("%(answerer)s says no to what was asked for “%(title)s”."),
    }
    state = AskState(ask.state)
    return Letter(
        subject=subjects[state] % words,
        paragraphs=tuple(part for part in (said[state] % words, ask.reason) if part),
        action=_("See the answer"),
        path=_page(ask),
        why=_("this assignment is yours, as mentee or as mentor"),
    )


def _withdrawn(notice: Notice, ask: Ask) -> Letter:
    words = _names(ask)
    return Letter(
        subject=_("No longer needed: %(question)s") % words,
        paragraphs=(_("What was asked of you for “%(title)s” was taken back. There is nothing to do.") % words,),
        action=_("Open the page"),
        path=_page(ask),
        why=_("you were asked for it before"),
    )


def _attention(notice: Notice, ask: Ask) -> Letter:
    words = _names(ask)
    named = ask.state == AskState.DELEGATED
    subject = (
        _("No answer from %(silent)s, whom %(sponsor)s named")
        if named
        else _("Sponsor needs attention: no answer from %(silent)s")
    )
    todo = (
        _("Speak to %(first)s yourself, or take it back and ask %(sponsor)s anew.")
        if named
        else _("Speak to %(first)s yourself. If they cannot stay with “%(title)s”, hand it over to a new sponsor.")
    )
    return Letter(
        subject=subject % words,
        paragraphs=(_("“%(question)s” was put to %(silent)s three times and is not answered.") % words, todo % words),
        action=_("See what to do"),
        path=_page(ask),
        why=_("this assignment is yours, as mentee or as mentor"),
    )


def _goes_on(ask: Ask) -> bool:
    return ask.assignment.status not in (Status.CLOSED, Status.PAUSED)


def _still_put(notice: Notice, ask: Ask) -> bool:
    """It waits, for this person, and nothing newer was sent about it."""
    open_to = ask.state == AskState.OPEN and ask.addressee_id == notice.recipient_id
    return open_to and _goes_on(ask) and _is_newest(notice, ask)


def _is_newest(notice: Notice, ask: Ask) -> bool:
    return notice.key.split(":")[2] == str(_moment(ask))


def _still_passed_on(notice: Notice, ask: Ask) -> bool:
    passed_to = ask.state == AskState.DELEGATED and ask.delegated_to_id == notice.recipient_id
    return passed_to and _goes_on(ask) and _is_newest(notice, ask)


def _still_answered(notice: Notice, ask: Ask) -> bool:
    return ask.state in (AskState.ACCEPTED, AskState.DELEGATED, AskState.DECLINED)


KINDS = (
    Kind(PUT, _load, _still_put, _put, queries=2),
    Kind(PASSED_ON, _load, _still_passed_on, _passed_on, queries=2),
    Kind(ANSWERED, _load, _still_answered, _answered, queries=2),
    Kind(WITHDRAWN, _load, lambda notice, ask: ask.state == AskState.WITHDRAWN, _withdrawn, queries=2),
    Kind(ATTENTION, _load, lambda notice, ask: ask.waits and ask.attention_at is not None, _attention, queries=2),
)
