"""Who reviews: asking for reviews, more raters while they are open, taking one back, and saying no."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from assignments.actions.assignment import begin_review
from assignments.models import Assignment
from assignments.refusals import Refused
from stretchhub.addresses import mailbox_of
from stretchhub.audit.trail import record
from stretchhub.env import now, today
from stretchhub.people.models import User
from stretchhub.people.rules import require

from .. import rater_messages as messages
from ..models import NAMED, NOT_ASKED, Relation, Review, ReviewCycle, ReviewStatus
from ..observers import minimum_of
from ..rules import can_change_panel, can_decline, can_go_on_without, can_start_reviews, can_take_back
from .asking import ask, lock_panel
from .review import finish_panel

MOST_A_PANEL = 12
MOST_A_DAY = 40
OPEN = (ReviewStatus.DRAFT, ReviewStatus.SUBMITTED)


@dataclass(frozen=True)
class Named:
    """Somebody to ask besides mentee, mentor and sponsor: with an account, or by name and address."""

    relation: str
    rater: User | None = None
    name: str = ""
    email: str = ""

    @property
    def key(self) -> Any:
        """The same for one person, whichever name of their own mailbox was typed."""
        return self.rater.pk if self.rater else mailbox_of(self.email)


@transaction.atomic
def start_reviews(
    assignment: Assignment, *, by: User, cycle: ReviewCycle, people: Sequence[Named], due_on: date
) -> list[Review]:
    """Ask mentee, mentor, sponsor and those who are named for their reviews; the assignment is in review."""
    require(can_start_reviews(by, assignment))
    if cycle.closes_on < today():
        raise ValidationError({"cycle": _("This cycle is closed. Choose one that is open.")})
    if Review.objects.filter(cycle=cycle, assignment=assignment).exists():
        raise ValidationError({"cycle": _("This assignment has been reviewed in this cycle. Choose another.")})
    _refuse_past(due_on)
    if not people:
        raise ValidationError({"people": _("Name at least one person besides mentee, mentor and sponsor.")})
    _refuse_wrong(people, assignment, (), by)
    begin_review(assignment, by=by)
    assert assignment.sponsor is not None  # a constraint: what runs has a sponsor
    parts = {
        Relation.SELF: assignment.mentee,
        Relation.MENTOR: assignment.mentor,
        Relation.SPONSOR: assignment.sponsor,
    }
    asked = [ask(assignment, cycle, part, by=by, due_on=due_on, rater=rater) for part, rater in parts.items()]
    return asked + _ask_each(people, assignment, cycle, by, due_on)


@transaction.atomic
def add_raters(assignment: Assignment, *, by: User, people: Sequence[Named], due_on: date) -> list[Review]:
    """Ask more people while the reviews are open."""
    require(can_change_panel(by, assignment))
    cycle = open_cycle(assignment)
    panel = lock_panel(cycle.pk, assignment.pk) if cycle else []
    if cycle is None or any(review.status not in (*OPEN, *NOT_ASKED) for review in panel):
        raise Refused(_("These reviews are not open any more, so nobody can be added."))
    _refuse_past(due_on)
    if not people:
        raise ValidationError({"people": _("Name at least one person to ask.")})
    _refuse_wrong(people, assignment, panel, by)
    return _ask_each(people, assignment, cycle, by, due_on)


def open_cycle(assignment: Assignment) -> ReviewCycle | None:
    """The cycle in which reviews of this assignment are being written."""
    written = Review.objects.filter(assignment=assignment, status__in=OPEN)
    newest = written.select_related("cycle").order_by("-cycle__opens_on", "-cycle_id").first()
    return newest.cycle if newest else None


@transaction.atomic
def take_back(review: Review, *, by: User, reason: str = "") -> None:
    """Ask somebody no more; what they typed is read by nobody, and an outsider's link ends at once.

    Mentor and sponsor only once they are late, with a reason, and while enough others have seen the work.
    """
    require(can_take_back(by, review) and review.relation != Relation.SELF)
    panel = lock_panel(review.cycle_id, review.assignment_id)
    if review.relation not in NAMED:
        _refuse_early(review, panel, by, reason)
    if not _settle(review, ReviewStatus.WITHDRAWN, decline_reason=reason, taken_back_by=by):
        raise Refused(_("They have handed it in meanwhile, so there is nothing to take back."))
    record(by, "review.withdrawn", review, fields=["decline_reason", "status"])
    messages.withdrawn(review)
    finish_panel(review, by=by)


@transaction.atomic
def go_on_without(review: Review, *, by: User, reason: str = "") -> None:
    """The mentee has left: their own view counts as handed in with nothing in it, and what they typed is gone."""
    require(can_go_on_without(by, review) and can_change_panel(by, review.assignment))
    if not reason:
        raise ValidationError({"reason": _("Say why the reviews go on without the mentee’s own view.")})
    lock_panel(review.cycle_id, review.assignment_id)
    said = {"submitted_at": now(), "summary": "", "decline_reason": reason, "taken_back_by": by}
    if not _settle(review, ReviewStatus.SUBMITTED, **said):
        raise Refused(_("It has been handed in meanwhile, so the reviews go on with it."))
    review.scores.all().delete()
    record(by, "review.gone_on_without", review, fields=["decline_reason", "scores", "status", "summary"])
    finish_panel(review, by=by)


@transaction.atomic
def decline(review: Review, *, by: User | None, no_contact: bool, reason: str = "") -> None:
    """Say no, or that one has not seen enough to judge; what was typed is gone, and whoever asked is told."""
    require(can_decline(by, review))
    lock_panel(review.cycle_id, review.assignment_id)
    if not _settle(review, ReviewStatus.DECLINED, decline_reason=reason, no_contact=no_contact, summary=""):
        raise Refused(_("This was answered already, or it is not asked for any more."))
    review.scores.all().delete()
    record(review.rater, "review.declined", review, fields=["decline_reason", "no_contact", "status"])
    messages.declined(review)
    finish_panel(review, by=review.rater)


def _settle(review: Review, status: str, **said: Any) -> bool:
    waiting = Review.objects.filter(pk=review.pk, status=ReviewStatus.DRAFT)
    settled = waiting.update(status=status, settled_at=now(), edit=F("edit") + 1, **said)
    review.refresh_from_db()
    return settled == 1


def _refuse_early(review: Review, panel: Collection[Review], by: User, reason: str) -> None:
    if review.due_on >= today(by.zone):
        raise Refused(_("This review is not late yet. It can be taken back once its day has passed."))
    if not reason:
        raise ValidationError({"reason": _("Say why the reviews become final without this one.")})
    if not minimum_of(each for each in panel if each.pk != review.pk).value:
        raise Refused(
            _("Without this review fewer than three people besides the mentee are asked. Name somebody else first.")
        )


def _refuse_past(due_on: date) -> None:
    if due_on < today():
        raise ValidationError({"due_on": _("This day has passed. Choose today or a later day.")})


def _refuse_wrong(people: Sequence[Named], assignment: Assignment, panel: Collection[Review], by: User) -> None:
    """Nobody twice, none of the three, nobody who has left, and not more than can be read."""
    asked = {
        review.rater_id or mailbox_of(review.rater_email): review
        for review in panel
        if review.status != ReviewStatus.WITHDRAWN
    }
    for each in people:
        words = _wrong(each, assignment, asked.get(each.key))
        if words:
            raise ValidationError({"people": words})
    if len({each.key for each in people}) < len(people):
        raise ValidationError({"people": _("Somebody is named twice.")})
    if _has_account([each.email for each in people if each.rater is None]):
        raise ValidationError({"people": _("One of these addresses belongs to somebody here. Choose them by name.")})
    named = [review for review in asked.values() if review.relation in NAMED]
    if len(named) + len(people) > MOST_A_PANEL:
        raise ValidationError({"people": _("At most %(most)s people are named.") % {"most": MOST_A_PANEL}})
    lately = Review.objects.filter(asked_by=by, relation__in=NAMED, asked_at__gt=now() - timedelta(days=1)).count()
    if lately + len(people) > MOST_A_DAY:
        raise ValidationError({"people": _("You have asked many people today. Ask the others tomorrow.")})


def _has_account(emails: Iterable[str]) -> bool:
    """Whether one of these addresses is that of somebody here, or another name of their mailbox."""
    found = Q(pk__in=[])
    for name, _at, host in (mailbox_of(email).partition("@") for email in emails):
        found |= Q(lower=f"{name}@{host}") | Q(lower__startswith=f"{name}+", lower__endswith=f"@{host}")
    return User.objects.annotate(lower=Lower("email")).filter(found).exists()


def _wrong(each: Named, assignment: Assignment, before: Review | None) -> str:
    words = {"name": each.rater.name if each.rater else each.name}
    if each.rater and assignment.part_of(each.rater):
        return _("%(name)s is asked in any case. Choose somebody who is not mentee, mentor or sponsor.") % words
    if each.rater and not each.rater.is_active:
        return _("%(name)s is no longer active. Choose somebody else.") % words
    if before and before.status == ReviewStatus.DECLINED:
        return _("%(name)s was asked and said no. Choose somebody else.") % words
    return _("%(name)s is asked already.") % words if before else ""


def _ask_each(
    people: Sequence[Named], assignment: Assignment, cycle: ReviewCycle, by: User, due_on: date
) -> list[Review]:
    return [
        ask(
            assignment,
            cycle,
            each.relation,
            by=by,
            due_on=due_on,
            rater=each.rater,
            name=each.name,
            email=each.email,
        )
        for each in people
    ]
