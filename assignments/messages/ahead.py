"""What people hear some days before a day, because they asked for it."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from assignments.models import CheckIn, LearningItem, Milestone, Status
from stretchhub.env import today
from stretchhub.notices.kinds import Kind, Letter
from stretchhub.notices.models import Notice
from stretchhub.notices.topics import Topic
from stretchhub.templatetags.words import day, days_away

from . import learning, milestone
from .check_in import load_check_ins

CHECK_IN = "assignments.check_in_ahead"
MILESTONE = "assignments.milestone_ahead"
LEARNING = "assignments.learning_ahead"


def _ahead(notice: Notice, thing: CheckIn | Milestone | LearningItem) -> bool:
    """The day is the one that was planned for, and has not come yet."""
    due_on = thing.due_on
    return due_on is not None and f":{due_on.isoformat()}:" in notice.key and due_on > today(notice.recipient.zone)


def _check_in_stands(notice: Notice, check_in: CheckIn) -> bool:
    assignment = check_in.assignment
    answered = {answer.by_id for answer in check_in.answers.all()}
    return (
        _ahead(notice, check_in)
        and check_in.cancelled_at is None
        and assignment.status == Status.ACTIVE
        and notice.recipient_id in {assignment.mentee_id, assignment.mentor_id} - answered
    )


def _milestone_stands(notice: Notice, found: Milestone) -> bool:
    goes_on = found.assignment.status == Status.ACTIVE and notice.recipient_id == found.assignment.mentee_id
    return goes_on and found.done_at is None and found.removed_at is None and _ahead(notice, found)


def _learning_stands(notice: Notice, item: LearningItem) -> bool:
    is_open = item.done_on is None and item.dropped_at is None and item.mentorship.ended_on is None
    return is_open and _ahead(notice, item)


def _why() -> str:
    return _("you asked to be told so many days before; you can change that in your settings")


def _check_in(notice: Notice, check_in: CheckIn) -> Letter:
    assignment = check_in.assignment
    other = assignment.mentor if notice.recipient_id == assignment.mentee_id else assignment.mentee
    words = {"day": day(check_in.due_on), "when": days_away(check_in.due_on), "other": other.name}
    return Letter(
        subject=_("%(day)s: check-in for %(title)s is coming") % {**words, "title": assignment.title},
        paragraphs=(
            _("Your check-in with %(other)s is %(when)s, on %(day)s.") % words,
            _("You may answer it already; on the day itself you are reminded once more.") % words,
        ),
        action=_("Open the check-in"),
        path=reverse("assignments:check-in", args=[check_in.code]),
        why=_why(),
    )


def _milestone(notice: Notice, found: Milestone) -> Letter:
    words = {"day": day(found.due_on), "title": found.title, "work": found.assignment.title}
    return Letter(
        subject=_("%(day)s: %(title)s is due") % words,
        paragraphs=(
            _("The milestone belongs to %(work)s and is due %(when)s.") % {**words, "when": days_away(found.due_on)},
            found.definition_of_progress,
            _("If the day cannot hold, move it now and say why; that is fine."),
        ),
        action=_("Open the milestone"),
        path=reverse("assignments:milestone-edit", args=[found.code]),
        why=_why(),
    )


def _learning(notice: Notice, item: LearningItem) -> Letter:
    words = {"day": day(item.due_on), "title": item.title, "when": days_away(item.due_on)}
    return Letter(
        subject=_("%(day)s: “%(title)s” is coming") % words,
        paragraphs=(_("It is on your learning plan, and its day is %(when)s.") % words,),
        action=_("Open it"),
        path=reverse("assignments:learning-done", args=[item.code]),
        why=_why(),
    )


KINDS = (
    Kind(CHECK_IN, load_check_ins, _check_in_stands, _check_in, topic=Topic.CHECK_INS, queries=2),
    Kind(MILESTONE, milestone.load, _milestone_stands, _milestone, topic=Topic.PLAN),
    Kind(LEARNING, learning.load, _learning_stands, _learning, topic=Topic.PLAN),
)
