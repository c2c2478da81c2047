"""What people are told about calibrations and amended levels; no message holds a rating."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from assignments.models import Assignment, Mentorship
from stretchhub.notices import kinds, outbox
from stretchhub.notices.kinds import Kind, Letter
from stretchhub.notices.models import Notice
from stretchhub.notices.topics import Topic
from stretchhub.people.models import Role, User
from stretchhub.templatetags.words import day

from .calibration_rules import has_part
from .models import READABLE, CalibrationSession, Review, ReviewStatus, SessionStatus

WANTED, INVITED, AMENDED = "reviews.calibration_wanted", "reviews.calibration", "reviews.amended"


def wanted(own: Review) -> None:
    """Tell the calibrators who have no part in an assignment that its reviews wait for them."""
    calibrators = User.objects.with_role(Role.CALIBRATOR).exclude(pk__in=people_of([own.assignment]))
    outbox.queue_many(outbox.draft(WANTED, own, recipient=person) for person in calibrators)


def people_of(assignments: Iterable[Assignment]) -> set[int]:
    """Everybody who has a part in these assignments, as the rule of a calibration has it."""
    ids = {assignment.pk for assignment in assignments}
    parties = Assignment.objects.filter(pk__in=ids).values_list("mentee_id", "mentor_id", "sponsor_id")
    raters = Review.objects.filter(assignment__in=ids).values_list("rater_id", flat=True)
    mentors = Mentorship.objects.filter(mentee__in=[row[0] for row in parties]).values_list("mentor_id", flat=True)
    return {each for row in parties for each in row if each} | {each for each in (*raters, *mentors) if each}


def invited(session: CalibrationSession, people: Iterable[User]) -> None:
    """Tell the facilitator and those who are asked when a session is held; once for each day it is set to."""
    outbox.queue_many(outbox.draft(INVITED, session, recipient=person, local_date=session.held_on) for person in people)


def amended(review: Review) -> None:
    """Tell mentee and mentor that a level was changed after it was final."""
    for person in (review.assignment.mentee, review.assignment.mentor):
        outbox.queue(AMENDED, review, recipient=person, revision=review.version)


def _load_reviews(ids: Collection[int]) -> Mapping[int, Review]:
    return Review.objects.select_related("assignment__mentee", "assignment__mentor", "cycle").in_bulk(ids)


def _load_sessions(ids: Collection[int]) -> Mapping[int, CalibrationSession]:
    return CalibrationSession.objects.select_related("facilitator", "cycle").in_bulk(ids)


def _still_wanted(notice: Notice, own: Review) -> bool:
    """Whoever calibrates no more, or has a part in it by now, is told of it no more."""
    person = notice.recipient
    waits = own.status == ReviewStatus.CALIBRATING
    return waits and person is not None and person.is_calibrator and not has_part(person, [own.assignment_id])


def _wanted_letter(notice: Notice, own: Review) -> Letter:
    words = {"title": own.assignment.title, "cycle": own.cycle.name}
    return Letter(
        subject=_("The reviews of “%(title)s” wait for a calibration") % words,
        paragraphs=(
            _("All reviews of “%(title)s” are in. In %(cycle)s they are talked over where levels lie apart.") % words,
            _("Plan a session, or put them on the agenda of one that is planned. Mentee and mentor wait for it."),
        ),
        action=_("See what waits"),
        path=reverse("reviews:calibrations"),
        why=_("you may calibrate and have no part in this assignment"),
    )


def _still_asked(notice: Notice, session: CalibrationSession) -> bool:
    if session.status == SessionStatus.LOCKED:
        return False
    asked = Q(facilitator=notice.recipient_id) | Q(attendance__person=notice.recipient_id)
    return CalibrationSession.objects.filter(asked, pk=session.pk).exists()


def _invited_letter(notice: Notice, session: CalibrationSession) -> Letter:
    words = {"day": day(session.held_on), "name": session.name, "facilitator": session.facilitator.name}
    return Letter(
        subject=_("%(day)s: calibration “%(name)s”") % words,
        paragraphs=(
            _("On %(day)s ratings that lie apart are talked over; %(facilitator)s leads the conversation.") % words,
            _("Bring what you saw: the evidence comes first, then the levels. Whoever was farthest away speaks first."),
            _("Nobody has to agree. A level changes only with a reason, and what it was stays on record."),
        ),
        action=_("Open the session"),
        path=reverse("reviews:calibration", args=[session.code]),
        why=_("you lead this session, or reviewed work that is on its agenda"),
    )


def _amended_letter(notice: Notice, review: Review) -> Letter:
    words = {"title": review.assignment.title}
    return Letter(
        subject=_("A level in the reviews of “%(title)s” was amended") % words,
        paragraphs=(
            _("A calibrator changed a level after the reviews of “%(title)s” were final.") % words,
            _("What it was, what it is now, and why stand beside each other."),
        ),
        action=_("Read the reviews"),
        path=reverse("reviews:for-assignment", args=[review.assignment.code]),
        why=_("this assignment is yours, as mentee or as mentor"),
    )


KINDS = (
    Kind(
        WANTED,
        _load_reviews,
        _still_wanted,
        _wanted_letter,
        topic=Topic.REVIEWS,
        each=2,
    ),
    Kind(
        INVITED,
        _load_sessions,
        _still_asked,
        _invited_letter,
        topic=Topic.REVIEWS,
        waiting="reviews.calibration",
        each=1,
    ),
    Kind(
        AMENDED, _load_reviews, lambda notice, review: review.status in READABLE, _amended_letter, topic=Topic.REVIEWS
    ),
)


def register_all() -> None:
    for kind in KINDS:
        kinds.register(kind)
