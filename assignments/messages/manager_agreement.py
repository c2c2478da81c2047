"""Asking a line manager for hours and cover, and telling mentee and mentor what they said."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.template.defaultfilters import floatformat
from django.urls import reverse
from django.utils.translation import gettext as _

from assignments.models import Assignment, ManagerAgreement, ManagerAnswer, Status
from stretchhub.env import now
from stretchhub.notices.kinds import Kind, Letter
from stretchhub.notices.models import Notice
from stretchhub.notices.outbox import draft, queue, queue_many
from stretchhub.people import links
from stretchhub.people.models import Purpose
from stretchhub.templatetags.words import day

ASKED = "assignments.hours_asked"
ANSWERED = "assignments.hours_answered"


def asked(agreement: ManagerAgreement) -> None:
    """Put the question to the line manager."""
    queue(ASKED, agreement, recipient=agreement.manager)


def asked_again(agreement: ManagerAgreement) -> None:
    """Put it once more, after the address it went to turned out to be another."""
    queue(ASKED, agreement, recipient=agreement.manager, revision=int(now().timestamp()))


def answered(agreement: ManagerAgreement, assignment: Assignment, *, by: Any) -> None:
    """Tell mentee and mentor; an answer that is changed is told anew."""
    people = [person for person in (assignment.mentee, assignment.mentor) if person.pk != by.pk]
    number = _number(agreement)
    queue_many(draft(ANSWERED, agreement, recipient=person, revision=number) for person in people)


def _number(agreement: ManagerAgreement) -> int:
    """Which of somebody's answers it is: the second in which it was given."""
    return int(agreement.answered_at.timestamp()) if agreement.answered_at else 0


def load(ids: Collection[int]) -> dict[int, ManagerAgreement]:
    related = ("manager", "charter__assignment__mentee", "charter__assignment__mentor")
    return ManagerAgreement.objects.select_related(*related).in_bulk(ids)


def _still_asked(notice: Notice, agreement: ManagerAgreement) -> bool:
    closed = agreement.charter.assignment.status == Status.CLOSED
    return agreement.answer == ManagerAnswer.ASKED and agreement.manager_id == notice.recipient_id and not closed


def _still_said(notice: Notice, agreement: ManagerAgreement) -> bool:
    """What they said last; what was taken back meanwhile is not told of any more."""
    last = int(notice.key.split(":")[2]) == _number(agreement)
    return last and agreement.answer in (ManagerAnswer.AGREED, ManagerAnswer.NOT_YET, ManagerAnswer.DECLINED)


def _asked(notice: Notice, agreement: ManagerAgreement) -> Letter:
    """Hours, cover and days, and nothing of what the work is."""
    assignment = agreement.charter.assignment
    names = {
        "mentee": assignment.mentee.name,
        "mentor": assignment.mentor.name,
        "hours": floatformat(agreement.hours_per_week),
        "start": day(agreement.starts_on),
        "end": day(agreement.ends_on),
    }
    link = links.issue(Purpose.MANAGER_AGREEMENT, agreement.manager, about=agreement.pk)
    return Letter(
        subject=_("%(hours)s hours a week for %(mentee)s: do you agree?") % names,
        paragraphs=(
            _(
                "%(mentee)s would like to take on a stretch assignment, with %(mentor)s as mentor: %(hours)s hours"
                " a week, from %(start)s until %(end)s."
            )
            % names,
            _("Who covers meanwhile:"),
            agreement.cover,
            _("It begins only once you agree. You can also say “not yet” or no, with a reason."),
        ),
        action=_("Answer"),
        path=links.path_of(link),
        why=_("you are the line manager of %(mentee)s") % names,
    )


def _answered(notice: Notice, agreement: ManagerAgreement) -> Letter:
    assignment = agreement.charter.assignment
    names = {"who": agreement.manager.name, "title": assignment.title}
    subjects = {
        ManagerAnswer.AGREED: _("%(who)s agrees to the hours of %(title)s"),
        ManagerAnswer.NOT_YET: _("%(who)s says “not yet” to the hours of %(title)s"),
        ManagerAnswer.DECLINED: _("%(who)s says no to the hours of %(title)s"),
    }
    agreed = agreement.answer == ManagerAnswer.AGREED
    return Letter(
        subject=subjects[ManagerAnswer(agreement.answer)] % names,
        paragraphs=(
            _("Hours and cover are agreed to as the charter has them."),
            _("The page of the charter says whether anything else is missing."),
        )
        if agreed
        else (
            _("The reason:"),
            agreement.reason,
            _("Agree other hours, other days or another cover in the charter, and the question is put again."),
        ),
        action=_("Open the charter"),
        path=reverse("assignments:charter", args=[assignment.code]),
        why=_("you are the mentee or the mentor"),
    )


KINDS = (
    # The link in it opens a form without signing in, so it is mailed and not shown.
    Kind(ASKED, load, _still_asked, _asked, on_page=False, urgent=True),
    Kind(ANSWERED, load, _still_said, _answered),
)
