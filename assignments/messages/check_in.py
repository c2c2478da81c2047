"""Reminders of check-ins, and what the two tell each other through them."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import OuterRef, Prefetch, Subquery
from django.utils.translation import gettext as _

from assignments.models import CheckIn, CheckInAnswer, Programme, Status
from stretchhub.env import today
from stretchhub.linking import link
from stretchhub.notices.kinds import Kind, Letter
from stretchhub.notices.models import Notice
from stretchhub.notices.outbox import queue
from stretchhub.notices.topics import Topic
from stretchhub.templatetags.words import day

DUE = "assignments.check_in_due"
ANSWERED = "assignments.check_in_answered"
ACKNOWLEDGED = "assignments.check_in_acknowledged"

# Thousands are reminded of in a morning, so that only what stands in the mail is read.
PEOPLE = ("assignment__mentee", "assignment__mentor")
ASKED = (
    "code",
    "due_on",
    "cancelled_at",
    "assignment__title",
    "assignment__status",
    "assignment__sponsor",
    *(f"{person}__{name}" for person in PEOPLE for name in ("code", "full_name", "preferred_name")),
)


def answered(answer: CheckInAnswer) -> None:
    """Tell the other side."""
    assignment = answer.check_in.assignment
    other = assignment.mentor if answer.by_id == assignment.mentee_id else assignment.mentee
    queue(ANSWERED, answer, recipient=other)


def acknowledged(answer: CheckInAnswer) -> None:
    """Tell the writer that it was read."""
    queue(ACKNOWLEDGED, answer, recipient=answer.by)


def load_check_ins(ids: Collection[int]) -> dict[int, CheckIn]:
    """With the answers; in their row the day of the next one, and whom the programme names now."""
    later = CheckIn.objects.filter(
        assignment=OuterRef("assignment"), cancelled_at__isnull=True, due_on__gt=OuterRef("due_on")
    )
    next_on = Subquery(later.order_by("due_on").values("due_on")[:1])
    check_ins = CheckIn.objects.annotate(next_on=next_on, told=Programme.objects.as_told())
    answers = Prefetch("answers", CheckInAnswer.objects.only("check_in", "by"))
    return check_ins.select_related(*PEOPLE).only(*ASKED).prefetch_related(answers).in_bulk(ids)


def load_answers(ids: Collection[int]) -> dict[int, CheckInAnswer]:
    related = ("by", "acknowledged_by", "check_in__assignment")
    return CheckInAnswer.objects.select_related(*related).in_bulk(ids)


def _path(check_in: CheckIn) -> str:
    return link("assignments:check-in", check_in.code)


def _still_due(notice: Notice, check_in: CheckIn) -> bool:
    """The work goes on, the slot stands, no newer one is due, and this person has not answered meanwhile."""
    next_on = check_in.next_on  # type: ignore[attr-defined]
    if next_on is not None and next_on <= today(notice.recipient.zone):
        return False
    answered_by = {answer.by_id for answer in check_in.answers.all()}
    return (
        check_in.assignment.status == Status.ACTIVE
        and check_in.cancelled_at is None
        and notice.recipient_id in (check_in.assignment.mentee_id, check_in.assignment.mentor_id)
        and notice.recipient_id not in answered_by
    )


def _due(notice: Notice, check_in: CheckIn) -> Letter:
    assignment = check_in.assignment
    mine = notice.recipient_id == assignment.mentee_id
    other = assignment.mentor if mine else assignment.mentee
    return Letter(
        subject=_("%(day)s: check-in for %(title)s") % {"day": day(check_in.due_on), "title": assignment.title},
        paragraphs=(
            _("Your check-in with %(other)s is due. It takes about five minutes.") % {"other": other.name},
            _("You both answer the same short questions; only the two of you read them."),
        ),
        action=_("Answer the check-in"),
        path=_path(check_in),
        why=_("the charter of this assignment asks for a check-in on this rhythm; you get one reminder for each"),
    )


def _answered(notice: Notice, answer: CheckInAnswer) -> Letter:
    words = {"who": answer.by.name, "title": answer.check_in.assignment.title}
    return Letter(
        subject=_("%(who)s answered the check-in for %(title)s") % words,
        paragraphs=(_("Read it and acknowledge it, so that %(who)s knows it was seen.") % words,),
        action=_("Read the check-in"),
        path=_path(answer.check_in),
        why=_("you are the other side of this check-in"),
    )


def _acknowledged(notice: Notice, answer: CheckInAnswer) -> Letter:
    who = answer.acknowledged_by.name if answer.acknowledged_by else ""
    return Letter(
        subject=_("%(who)s read your check-in of %(day)s") % {"who": who, "day": day(answer.check_in.due_on)},
        paragraphs=(_("It belongs to %(title)s.") % {"title": answer.check_in.assignment.title},),
        action=_("Open the check-in"),
        path=_path(answer.check_in),
        why=_("you answered this check-in"),
    )


KINDS = (
    Kind(DUE, load_check_ins, _still_due, _due, topic=Topic.CHECK_INS, waiting="check_in_due", queries=2),
    Kind(
        ANSWERED, load_answers, lambda notice, answer: answer.acknowledged_at is None, _answered, topic=Topic.CHECK_INS
    ),
    Kind(
        ACKNOWLEDGED,
        load_answers,
        lambda notice, answer: answer.acknowledged_at is not None,
        _acknowledged,
        topic=Topic.CHECK_INS,
    ),
)
