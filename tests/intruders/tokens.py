"""Every kind of mailed token, living."""

from __future__ import annotations

from collections.abc import Callable

from assignments import feedback_links
from reviews import review_links
from reviews.models import Relation
from stretchhub.notices import stopping
from stretchhub.people import feeds, links
from stretchhub.people.actions import calendar_feed
from stretchhub.people.models import Purpose, User
from tests.factories import (
    AssignmentFactory,
    FeedbackRequestFactory,
    FeedbackRoundFactory,
    ManagerAgreementFactory,
    ReviewFactory,
)

# The addresses that a mailed token stands in, by what the token is for.
DOORS = {
    "sponsor": "sponsors:door",
    "hours": "assignments:manager-agreement",
    "feedback": "assignments:feedback-give",
    "review": "reviews:give",
    "stop": "notices:stop",
    "calendar": "calendar-feed",
}


# What finds the thing behind each.
FINDERS: dict[str, Callable[[str], object]] = {
    "sponsor": lambda token: links.find(token, Purpose.SPONSOR_DASHBOARD),
    "hours": lambda token: links.find(token, Purpose.MANAGER_AGREEMENT),
    "feedback": feedback_links.find,
    "review": review_links.find,
    "stop": stopping.find,
    "calendar": feeds.owner_of,
}


def living(sponsor: User, mentee: User) -> dict[str, str]:
    """A living token of each kind."""
    agreement = ManagerAgreementFactory()
    hours = links.issue(Purpose.MANAGER_AGREEMENT, agreement.manager, about=agreement.pk)
    asked = FeedbackRequestFactory(round=FeedbackRoundFactory(assignment=AssignmentFactory()), outsider=True)
    rated = ReviewFactory(assignment=AssignmentFactory(reviewing=True), outsider=True, relation=Relation.END_USER)
    return {
        "sponsor": links.token_of(links.issue(Purpose.SPONSOR_DASHBOARD, sponsor)),
        "hours": links.token_of(hours),
        "feedback": feedback_links.token_of(asked),
        "review": review_links.token_of(rated),
        "stop": stopping.token_of(mentee, "check_ins"),
        "calendar": calendar_feed.make(mentee),
    }
