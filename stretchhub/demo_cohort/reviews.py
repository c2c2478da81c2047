"""Reviews asked for, begun, handed in and final."""

from __future__ import annotations

from datetime import datetime

from assignments.models import Assignment, Evidence
from reviews.models import NAMED, Review, ReviewNarrative, Score, SharedResult
from stretchhub.people.models import User

from .cohort import Cohort, Story


def add_reviews(cohort: Cohort, assignment: Assignment, told: Story) -> None:
    """All reviews of one assignment; they are final together, once every rater who did not say no has handed in."""
    asked_at = cohort.moment(told["asked"], 9, assignment.mentor)
    asked = [rating for rating in told["rating"] if "declined" not in rating]
    evidence = list(Evidence.objects.filter(assignment=assignment).order_by("happened_on", "id"))
    reviews = []
    for rating in told["rating"]:
        review = _ask(cohort, assignment, told, rating, asked_at)
        _add_scores(cohort, review, rating.get("scores", {}), evidence)
        if review.submitted_at:
            cohort.remember(review.rater, "review.submitted", review, review.submitted_at, ["status"])
        cohort.remember(assignment.mentor, "review.asked", review, asked_at, ["due_on", "rater", "relation"])
        if "declined" in rating:
            cohort.remember(review.rater, "review.declined", review, review.settled_at, ["decline_reason", "status"])
            cohort.tell(assignment.mentor, "reviews.declined", review, review.settled_at)
        else:
            if review.rater:
                cohort.tell(review.rater, "reviews.asked", review, asked_at)
            reviews.append(review)
    cohort.remember(assignment.mentor, "assignment.reviewing", assignment, asked_at, ["status"])
    if "narrative" in told:
        kept_at = cohort.moment(told["narrated"], 20, assignment.mentee)
        ReviewNarrative.objects.create(
            assignment=assignment, cycle=reviews[0].cycle, saved_at=kept_at, **told["narrative"]
        )
    if all("submitted" in rating for rating in asked):
        _finish(cohort, reviews, told)
        cohort.finals.append((reviews[0], told))


def _ask(cohort: Cohort, assignment: Assignment, told: Story, rating: Story, asked_at: datetime) -> Review:
    rater = _rater(cohort, assignment, rating)
    declined = "declined" in rating
    mentor = assignment.mentor
    return Review.objects.create(
        code=cohort.code(),
        cycle=cohort.cycles[told["cycle"]],
        assignment=assignment,
        rater=rater,
        rater_name="" if rater else rating["name"],
        rater_email="" if rater else rating["email"],
        link=None if rater else cohort.code(),
        relation=rating["who"],
        status="declined" if declined else "submitted" if "submitted" in rating else "draft",
        summary=rating.get("summary", ""),
        asked_by=mentor,
        asked_at=asked_at,
        due_on=cohort.calendar.day(told["due"]),
        submitted_at=cohort.moment(rating["submitted"], 11, rater or mentor) if "submitted" in rating else None,
        settled_at=cohort.moment(rating["declined"], 15, rater or mentor) if declined else None,
        no_contact=rating.get("no_contact", False),
        decline_reason=rating.get("reason", ""),
    )


def _rater(cohort: Cohort, assignment: Assignment, rating: Story) -> User | None:
    """One of the three, somebody who is named, or nobody here: an outsider."""
    who = rating["who"]
    if who in NAMED:
        return cohort.people[rating["by"]] if "by" in rating else None
    return assignment.mentee if who == "self" else getattr(assignment, who)


def _add_scores(cohort: Cohort, review: Review, told: dict[str, list], evidence: list[Evidence]) -> None:
    """A score is level (0 for not observed), what was seen, and which pieces of evidence show it."""
    for key, (level, note, *shown) in told.items():
        score = Score.objects.create(
            review=review,
            criterion=cohort.criteria[key],
            level=level or None,
            not_observed=level == 0,
            note=note,
        )
        cited = [evidence[place - 1] for place in shown]
        score.evidence.set(cited)
        _show(review, cited)


def _show(review: Review, cited: list[Evidence]) -> None:
    """What a sponsor or somebody named cites, the mentee has shared with them before."""
    shared = dict.fromkeys(NAMED, "shared_at_review")
    field = (shared | {"sponsor": "shared_with_sponsor"}).get(review.relation)
    if field:
        Evidence.objects.filter(pk__in=[each.pk for each in cited]).update(**{field: True})


def _finish(cohort: Cohort, reviews: list[Review], told: Story) -> None:
    own, assignment = reviews[0], reviews[0].assignment
    last = max(review.submitted_at for review in reviews if review.submitted_at)
    if "calibrated" in told:
        last = cohort.moment(told["calibrated"], 15, cohort.people["hr"])
    for review in reviews:
        review.status, review.final_at = "final", last
        cohort.remember(review.rater, "review.finalised", review, last, ["status"])
    Review.objects.bulk_update(reviews, ["final_at", "status"])
    for person in (assignment.mentee, assignment.mentor):
        cohort.tell(person, "reviews.final", own, last)
    if "shared" in told:
        at = cohort.moment(told["shared"], 12, assignment.mentee)
        SharedResult.objects.create(assignment=assignment, cycle=own.cycle, shared_by=assignment.mentee, shared_at=at)
        cohort.remember(assignment.mentee, "result.shared", own, at, ["shared_with_sponsor"])
        cohort.tell(assignment.sponsor, "reviews.shared", own, at)
