"""A whole panel of reviews, for tests: the three and those who are named."""

from datetime import timedelta

from reviews.actions.panel import Named, start_reviews
from reviews.actions.review import Answer
from reviews.models import Criterion, Relation, Review
from stretchhub.env import today
from tests.factories import AssignmentFactory, ReviewCycleFactory, UserFactory

LONG = "In front of both teams the plan was changed on the spot and everybody could see why it was the better one. " * 2


def start(assignment=None, colleague=None, cycle=None, others=()):
    """Four reviews asked for by the mentor, by relation; `others` (Named, each of another relation) besides."""
    assignment = assignment or AssignmentFactory()
    reviews = start_reviews(
        assignment,
        by=assignment.mentor,
        cycle=cycle or ReviewCycleFactory(),
        people=[Named(Relation.COLLEAGUE, colleague or UserFactory()), *others],
        due_on=today() + timedelta(days=14),
    )
    return {review.relation: review for review in reviews}


def answers(review: Review, level: int | None = 3, note: str = LONG, evidence=()) -> dict[int, Answer]:
    """The same answer to each criterion; None is not observed."""
    criteria = Criterion.objects.filter(rubric=review.cycle.rubric_id)
    return {
        criterion.pk: Answer(level=level, not_observed=level is None, note=note, evidence=evidence)
        for criterion in criteria
    }


ORDER = (Relation.SELF, Relation.MENTOR, Relation.SPONSOR, Relation.COLLEAGUE)
