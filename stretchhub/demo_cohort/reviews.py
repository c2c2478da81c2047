"""Reviews asked for, begun, handed in and final."""

from __future__ import annotations

from assignments.models import Assignment, Evidence
from reviews.models import Review, Score
from stretchhub.people.models import User

from .cohort import Cohort, Story


def add_reviews(cohort: Cohort, assignment: Assignment, told: Story) -> None:
    """All reviews of one assignment; they are final together, once every rater has handed in."""
    asked_at = cohort.moment(told["asked"], 9, assignment.mentor)
    handed_in = [rating["submitted"] for rating in told["rating"] if "submitted" in rating]
    final = len(handed_in) == len(told["rating"])
    evidence = list(Evidence.objects.filter(assignment=assignment).order_by("happened_on", "id"))
    reviews = []
    for rating in told["rating"]:
        rater = _rater(cohort, assignment, rating)
        review = Review.objects.create(
            code=cohort.code(),
            cycle=cohort.cycles[told["cycle"]],
            assignment=assignment,
            rater=rater,
            relation=rating["who"],
            status="submitted" if "submitted" in rating else "draft",
            summary=rating.get("summary", ""),
            asked_by=assignment.mentor,
            asked_at=asked_at,
            due_on=cohort.calendar.day(told["due"]),
            submitted_at=cohort.moment(rating["submitted"], 11, rater) if "submitted" in rating else None,
        )
        _add_scores(cohort, review, rating.get("scores", {}), evidence)
        if review.submitted_at:
            cohort.remember(rater, "review.submitted", review, review.submitted_at, ["status"])
        cohort.remember(assignment.mentor, "review.asked", review, asked_at, ["due_on", "rater", "relation"])
        cohort.tell(rater, "reviews.asked", review, asked_at)
        reviews.append(review)
    cohort.remember(assignment.mentor, "assignment.reviewing", assignment, asked_at, ["status"])
    if final:
        _finish(cohort, reviews)


def _rater(cohort: Cohort, assignment: Assignment, rating: Story) -> User:
    who = rating["who"]
    if who == "colleague":
        return cohort.people[rating["by"]]
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
    """What a sponsor or a colleague cites, the mentee has shared with them before."""
    field = {"sponsor": "shared_with_sponsor", "colleague": "shared_at_review"}.get(review.relation)
    if field:
        Evidence.objects.filter(pk__in=[each.pk for each in cited]).update(**{field: True})


def _finish(cohort: Cohort, reviews: list[Review]) -> None:
    last = max(review.submitted_at for review in reviews if review.submitted_at)
    for review in reviews:
        review.status, review.final_at = "final", last
        cohort.remember(review.rater, "review.finalised", review, last, ["status"])
    Review.objects.bulk_update(reviews, ["final_at", "status"])
    own, assignment = reviews[0], reviews[0].assignment
    for person in (assignment.mentee, assignment.mentor):
        cohort.tell(person, "reviews.final", own, last)
