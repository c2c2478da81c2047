"""What waits for raters, and for those who ask them: reviews to hand in, to ask for, and people to name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from assignments.models import Status
from stretchhub.waiting import Waiting

from .launching import waiting_to_start
from .models import NAMED, Relation, Review, ReviewStatus
from .observers import minimum_of
from .verdicts import lacking_sentence

OPEN = (ReviewStatus.DRAFT, ReviewStatus.SUBMITTED)


def waiting_for(user) -> list[Waiting]:
    """One line for each review to hand in, each panel that wants somebody, and each that can be begun; two queries."""
    to_write = Q(rater=user, status=ReviewStatus.DRAFT)
    looked_after = Q(assignment__mentee=user) | Q(assignment__mentor=user) | Q(asked_by=user)
    panels = looked_after & Q(assignment__status=Status.REVIEWING) & ~Q(status=ReviewStatus.WITHDRAWN)
    found = list(
        Review.objects.filter(to_write | panels)
        .select_related("assignment__mentee", "rater")
        .defer("summary")
        .order_by("due_on", "pk")
    )
    mine = [each for each in found if each.rater_id == user.pk and each.status == ReviewStatus.DRAFT]
    return [*map(_to_write, mine), *_to_name(user, found), *_to_start(user)]


def _to_write(review: Review) -> Waiting:
    return Waiting(
        kind="reviews.to_write",
        title=_("Review “%(title)s”") % {"title": review.assignment.title},
        reason=_reason(review),
        url=reverse("reviews:review", args=[review.code]),
        action=_("Review"),
        due_on=review.due_on,
        person=review.assignment.mentee,
    )


def _reason(review: Review) -> str:
    words = {"mentee": review.assignment.mentee.name}
    if review.relation == Relation.SELF:
        return _("Your own view stands beside the others’; it is never averaged in.")
    if review.relation in NAMED:
        return _("%(mentee)s’s work is being reviewed and you saw it.") % words
    return _("Nobody sees a rating of %(mentee)s’s work before all are in.") % words


def _to_name(user, found: list[Review]) -> Iterator[Waiting]:
    """Where somebody said no and nobody was named since, and where all are in but one more is needed."""
    panels: defaultdict[tuple[int, int], list[Review]] = defaultdict(list)
    for review in found:
        panels[review.assignment_id, review.cycle_id].append(review)
    for panel in panels.values():
        assignment, asked = panel[0].assignment, [each for each in panel if each.status != ReviewStatus.DECLINED]
        part = assignment.part_of(user)
        if any(each.status not in OPEN for each in asked):
            continue
        lacking = minimum_of(asked)
        if part == "mentor" and not lacking.value and all(each.status != ReviewStatus.DRAFT for each in asked):
            yield _line(panel, "reviews.one_more", _("One more review is needed"), lacking_sentence(lacking))
            continue
        latest = max(each.asked_at for each in panel)
        for each in panel:
            if each.status == ReviewStatus.DECLINED and each.asked_by_id == user.pk and latest < each.settled_at:
                title = _("%(name)s does not review “%(title)s”") % {"name": each.name, "title": assignment.title}
                yield _line(panel, "reviews.declined", title, _said(each))
                break


def _said(review: Review) -> str:
    words = _("Has not seen enough to judge.") if review.no_contact else _("Would rather not.")
    reason = review.decline_reason
    return f"{words} “{reason}”" if reason else words


def _line(panel: list[Review], kind: str, title: str, reason: str) -> Waiting:
    assignment = panel[0].assignment
    return Waiting(
        kind=kind,
        title=title,
        reason=reason,
        url=reverse("reviews:raters", args=[assignment.code]),
        action=_("Name somebody"),
        person=assignment.mentee,
    )


def _to_start(user) -> Iterator[Waiting]:
    for assignment in waiting_to_start(user).select_related("mentee").order_by("charter__review_on", "pk"):
        words = {"title": assignment.title, "cycle": assignment.cycle_name}
        yield Waiting(
            kind="reviews.to_start",
            title=_("Ask for reviews of “%(title)s”") % words,
            reason=_("Its review date lies in “%(cycle)s”, and nobody has been asked yet.") % words,
            url=reverse("reviews:start", args=[assignment.code]),
            action=_("Ask for reviews"),
            due_on=assignment.review_on,
            person=assignment.mentee,
        )
