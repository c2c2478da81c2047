"""What is told about feedback: the question to whoever is asked, the answer, and what changed because of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import time
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from assignments import feedback_links
from assignments.cadence import slot_utc
from assignments.models import FeedbackRequest, FeedbackRound, FeedbackState
from stretchhub.env import now, today
from stretchhub.notices.kinds import Kind, Letter
from stretchhub.notices.models import Notice
from stretchhub.notices.outbox import draft, queue, queue_many
from stretchhub.notices.topics import Topic
from stretchhub.templatetags.words import day

MORNING = time(9)
ASKED = "assignments.feedback_asked"
REMINDED = "assignments.feedback_reminder"
ANSWERED = "assignments.feedback_answered"
CLOSED = "assignments.feedback_closed"
THANKED = "assignments.feedback_thanked"
SHARED = "assignments.feedback_shared"


def asked(requests: Iterable[FeedbackRequest], *, opening: int = 1) -> None:
    """Put the question to each by a mail of their own; once each time the round opens."""
    queue_many(draft(ASKED, request, recipient=request.addressee, revision=opening) for request in requests)


def remind(requests: Iterable[FeedbackRequest]) -> None:
    """Once each time the round was open, in the morning where they are."""
    queue_many(
        draft(
            REMINDED,
            request,
            recipient=request.addressee,
            revision=request.round.opening,
            due_at=max(now(), slot_utc(today(request.addressee.zone), MORNING, request.addressee.zone)),
        )
        for request in requests
    )


def answered(request: FeedbackRequest) -> None:
    """Tell the mentee that somebody has answered by name."""
    queue(ANSWERED, request, recipient=request.round.assignment.mentee)


def closed(round: FeedbackRound) -> None:
    queue(CLOSED, round, recipient=round.assignment.mentee, revision=round.opening)


def thanked(requests: Iterable[FeedbackRequest]) -> None:
    """Tell those who were asked what changed; other words are told anew."""
    queue_many(draft(THANKED, request, recipient=request.addressee, revision=_number(request)) for request in requests)


def shared(request: FeedbackRequest) -> None:
    """Tell the sponsor, the first time it is shared."""
    sponsor = request.round.assignment.sponsor
    if sponsor is not None:
        queue(SHARED, request, recipient=sponsor)


def _thanks(request: FeedbackRequest) -> tuple[str, Any]:
    """The words that close it, of the request or of its confidential round, and since when."""
    source: Any = request.round if request.round.confidential else request
    return source.changed_because, source.thanked_at


def _number(request: FeedbackRequest) -> int:
    """Which of the mentee's words it is: the second in which they were written."""
    at = _thanks(request)[1]
    return int(at.timestamp()) if at else 0


def load(ids: Collection[int]) -> dict[int, FeedbackRequest]:
    people = ("giver", "round__assignment__mentee", "round__assignment__mentor", "round__assignment__sponsor")
    return FeedbackRequest.objects.select_related(*people).in_bulk(ids)


def load_rounds(ids: Collection[int]) -> dict[int, FeedbackRound]:
    return FeedbackRound.objects.select_related("assignment__mentee").in_bulk(ids)


def _still_asked(notice: Notice, request: FeedbackRequest) -> bool:
    return request.state == FeedbackState.ASKED and request.round.closed_at is None


def _still_reminded(notice: Notice, request: FeedbackRequest) -> bool:
    return request.reminders_stopped_at is None and _still_asked(notice, request)


def _still_thanked(notice: Notice, request: FeedbackRequest) -> bool:
    words, _at = _thanks(request)
    told = request.round.confidential or request.state == FeedbackState.SUBMITTED
    return bool(words) and told and int(notice.key.split(":")[2]) == _number(request)


def _still_closed(notice: Notice, round: FeedbackRound) -> bool:
    return round.closed_at is not None and round.purged_at is None and round.opening == int(notice.key.split(":")[2])


def _names(request: FeedbackRequest) -> dict[str, str]:
    round = request.round
    return {
        "mentee": round.assignment.mentee.name,
        "about": round.about,
        "giver": request.name,
        "day": day(round.closes_on),
        "kept": day(round.keep_until),
        "mentor": round.assignment.mentor.name,
    }


def who_reads(request: FeedbackRequest) -> str:
    """Who will read what is answered, in one sentence; the same words in the mail and on the form."""
    names, round = _names(request), request.round
    if round.confidential:
        return (
            _(
                "Confidential: %(mentee)s, the mentor %(mentor)s and HR read answers of at least three people together,"
                " never yours alone, and words from five people on. Whoever has no account here counts only once"
                " %(mentor)s has confirmed who they are."
            )
            % names
        )
    if round.assignment.sponsor is not None:
        return _(
            "By name: %(mentee)s and the mentor %(mentor)s read it. %(mentee)s may pass it on to the sponsor,"
            " %(sponsor)s, and show it to HR at the review."
        ) % (names | {"sponsor": round.assignment.sponsor.name})
    return (
        _("By name: %(mentee)s and the mentor %(mentor)s read it. %(mentee)s may show it to HR at the review.") % names
    )


def _question(notice: Notice, request: FeedbackRequest) -> Letter:
    """Whoever is asked gets the link to the one form, without signing in."""
    names = _names(request)
    return _to_answer(request, (_("%(mentee)s asks for your feedback on: %(about)s") % names,))


def _to_answer(request: FeedbackRequest, first: tuple[str, ...]) -> Letter:
    names = _names(request)
    note = request.round.note.strip()
    return Letter(
        subject=_("%(day)s: %(mentee)s asks for your feedback") % names,
        paragraphs=(
            *first,
            *((note,) if note else ()),
            _("At most three questions, about three minutes, without an account. You can also say no."),
            who_reads(request),
            _("Open until %(day)s. Your answers are kept until %(kept)s.") % names,
        ),
        action=_("Answer"),
        path=feedback_links.path_of(request),
        why=_("%(mentee)s named you as somebody who has seen the work") % names,
        reply_to=request.round.assignment.mentee.email,
    )


def _reminder(notice: Notice, request: FeedbackRequest) -> Letter:
    names = _names(request)
    return _to_answer(
        request,
        (_("%(mentee)s would still be glad of your feedback on: %(about)s. This is the only reminder.") % names,),
    )


def _answered(notice: Notice, request: FeedbackRequest) -> Letter:
    names = _names(request)
    return Letter(
        subject=_("%(giver)s gave you feedback") % names,
        paragraphs=(
            _("It is about: %(about)s") % names,
            _("Read it, and close it with a sentence on what you change because of it; they are told."),
        ),
        action=_("Read the feedback"),
        path=reverse("assignments:feedback-round", args=[request.round.code]),
        why=_("you asked for it"),
    )


def _closed(notice: Notice, round: FeedbackRound) -> Letter:
    if not round.confidential:
        words = _("Whoever has not answered is asked no more. What was answered is on the page.")
    elif round.published_at is not None:
        words = _("The answers can be read now, in groups of at least three people.")
    else:
        words = _(
            "Fewer than three people answered who count, so nothing is shown. Open it again and ask more people. Those"
            " without an account here count once your mentor has confirmed who they are."
        )
    return Letter(
        subject=_("Your round of feedback is closed: %(about)s") % {"about": round.about},
        paragraphs=(words,),
        action=_("Open the round"),
        path=reverse("assignments:feedback-round", args=[round.code]),
        why=_("you asked for feedback"),
    )


def _thanked(notice: Notice, request: FeedbackRequest) -> Letter:
    names, (words, _at) = _names(request), _thanks(request)
    confidential = request.round.confidential
    return Letter(
        subject=_("What %(mentee)s changed because of your feedback") % names
        if not confidential
        else _("What %(mentee)s changed because of the feedback") % names,
        paragraphs=(
            _("You were asked for feedback on: %(about)s") % names,
            words,
            _("Thank you, if you answered: this goes to everybody who was asked, so that nobody is singled out.")
            if confidential
            else _("Thank you for it."),
        ),
        action=_("See your answer"),
        path=feedback_links.path_of(request),
        why=_("%(mentee)s asked you for feedback") % names,
    )


def _shared(notice: Notice, request: FeedbackRequest) -> Letter:
    names, assignment = _names(request), request.round.assignment
    return Letter(
        subject=_("%(mentee)s shared feedback with you") % names,
        paragraphs=(_("%(giver)s gave it, about: %(about)s") % names,),
        action=_("Read the feedback"),
        path=reverse("assignments:feedback", args=[assignment.code]),
        why=_("you sponsor this assignment"),
    )


def _still_shared(notice: Notice, request: FeedbackRequest) -> bool:
    """With whoever sponsors the work now: one who handed over learns no more of it."""
    return request.shared_with_sponsor and notice.recipient_id == request.round.assignment.sponsor_id


KINDS = (
    # The link in these opens a form without signing in, so they are mailed and not shown.
    Kind(
        ASKED,
        load,
        _still_asked,
        _question,
        on_page=False,
        topic=Topic.EVIDENCE,
        stop=feedback_links.stop_path_of,
        in_confidence=True,
    ),
    Kind(
        REMINDED,
        load,
        _still_reminded,
        _reminder,
        on_page=False,
        topic=Topic.EVIDENCE,
        stop=feedback_links.stop_path_of,
        in_confidence=True,
    ),
    Kind(THANKED, load, _still_thanked, _thanked, on_page=False, topic=Topic.EVIDENCE, in_confidence=True),
    Kind(
        ANSWERED,
        load,
        lambda notice, request: request.state == FeedbackState.SUBMITTED and request.round.purged_at is None,
        _answered,
        topic=Topic.EVIDENCE,
    ),
    Kind(CLOSED, load_rounds, _still_closed, _closed, topic=Topic.EVIDENCE),
    Kind(SHARED, load, _still_shared, _shared, topic=Topic.EVIDENCE),
)
