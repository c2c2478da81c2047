"""Somebody has not answered for a while: who may help is told, kindly, and never the sponsor."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from assignments.models import Assignment, CheckIn, Milestone, Status
from stretchhub.notices.kinds import Kind, Letter
from stretchhub.notices.models import Notice
from stretchhub.notices.topics import Topic
from stretchhub.templatetags.words import day

from . import check_in, milestone

CHECK_IN = "assignments.check_in_silent"
MILESTONE = "assignments.milestone_late"


def _is_mentor(notice: Notice, assignment: Assignment) -> bool:
    return notice.recipient_id == assignment.mentor_id


def _still_told(notice: Notice, thing: Any) -> bool:
    """The mentor, or whom the programme names now, as long as that is not the sponsor."""
    named = notice.recipient_id == thing.told and notice.recipient_id != thing.assignment.sponsor_id
    return _is_mentor(notice, thing.assignment) or named


def _names(assignment: Assignment) -> dict[str, str]:
    return {
        "mentee": assignment.mentee.name,
        "first": assignment.mentee.first_name,
        "mentor": assignment.mentor.name,
        "title": assignment.title,
    }


def _check_in_waits(notice: Notice, asked: CheckIn) -> bool:
    """Nobody answered meanwhile: for the mentor the mentee, for the programme neither of the two."""
    assignment = asked.assignment
    answered_by = {answer.by_id for answer in asked.answers.all()}
    goes_on = assignment.status == Status.ACTIVE and asked.cancelled_at is None and _still_told(notice, asked)
    silent = assignment.mentee_id not in answered_by
    return goes_on and silent and (_is_mentor(notice, assignment) or assignment.mentor_id not in answered_by)


def _check_in_letter(notice: Notice, asked: CheckIn) -> Letter:
    words = {"day": day(asked.due_on), **_names(asked.assignment)}
    if _is_mentor(notice, asked.assignment):
        return Letter(
            subject=_("%(day)s: %(first)s may need a hand with the check-in") % words,
            paragraphs=(
                _("%(mentee)s has not answered the check-in for “%(title)s” yet. There are many good reasons.") % words,
                _("A short word often helps more than a reminder: ask what is in the way."),
            ),
            action=_("Open the check-in"),
            path=reverse("assignments:check-in", args=[asked.code]),
            why=_("you are the mentor, and two working days have passed; there is only this one message"),
        )
    return _to_the_programme(_("%(day)s: a pair may need a hand with “%(title)s”") % words, words, asked.assignment)


def _milestone_waits(notice: Notice, late: Milestone) -> bool:
    goes_on = late.done_at is None and late.assignment.status == Status.ACTIVE
    return goes_on and _still_told(notice, late) and f":{late.due_on.isoformat()}:" in notice.key


def _milestone_letter(notice: Notice, late: Milestone) -> Letter:
    words = {"day": day(late.due_on), "milestone": late.title, **_names(late.assignment)}
    if _is_mentor(notice, late.assignment):
        return Letter(
            subject=_("%(day)s: %(first)s may need a hand with “%(milestone)s”") % words,
            paragraphs=(
                _("The milestone of “%(title)s” is still open. That happens, and a day that can hold is a good answer.")
                % words,
                _("Ask %(first)s what is in the way: time, a decision, or something that is bigger than it looked.")
                % words,
            ),
            action=_("Open the assignment"),
            path=reverse("assignments:detail", args=[late.assignment.code]),
            why=_("you are the mentor, and two working days have passed; there is only this one message"),
        )
    return _to_the_programme(_("%(day)s: a pair may need a hand with “%(title)s”") % words, words, late.assignment)


def _to_the_programme(subject: str, words: dict[str, str], assignment: Assignment) -> Letter:
    return Letter(
        subject=subject,
        paragraphs=(
            _("Something in the work of %(mentee)s and %(mentor)s has waited for some working days.") % words,
            _("Nothing is wrong yet. A friendly question to one of the two is all that this asks for."),
        ),
        action=_("See whom to ask"),
        path=reverse("people:person", args=[assignment.mentee.code]),
        why=_("the programme names you for this; neither the sponsor nor anybody else was told"),
    )


KINDS = (
    Kind(CHECK_IN, check_in.load_check_ins, _check_in_waits, _check_in_letter, topic=Topic.CHECK_INS, queries=2),
    Kind(MILESTONE, milestone.load, _milestone_waits, _milestone_letter, topic=Topic.PLAN),
)
