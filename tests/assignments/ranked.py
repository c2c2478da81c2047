"""A mentorship with goals and options of which everything is known, after the worked example."""

import re
from datetime import date
from decimal import Decimal

from django.urls import reverse

from assignments.models import (
    DemonstratedLevel,
    GoalCompetency,
    OptionCompetency,
    OptionGoal,
    SponsorOutlook,
    StretchDemand,
    StretchProfile,
)
from stretchhub.env import now
from tests.factories import (
    BriefFactory,
    BriefVersionFactory,
    CompetencyFactory,
    GoalFactory,
    MentorshipFactory,
    OptionFactory,
    SponsorRequestFactory,
    UserFactory,
)

TODAY = date(2026, 11, 2)
DEMANDED = [4, 3, 2, 1, 3, 3, 2, 4, 2, 2]
SHOWN = [2, 2, 2, 2, 2, 2, 1, 2, 2, 2]
SUPPORT = {"feedback": 4, "access": 4, "peers": 3, "resources": 3, "safety": 3}


def running(mentor, mentee):
    """A mentorship whose hours are known."""
    return MentorshipFactory(mentor=mentor, mentee=mentee, contracted_hours=Decimal("37.5"), base_hours=Decimal("36.5"))


def two_goals(mentorship):
    """The goals and competencies of the worked example: weights 5 and 3."""
    first = GoalFactory(mentorship=mentorship, title="Lead beyond my team", weight=5)
    second = GoalFactory(mentorship=mentorship, title="Tell it with data", weight=3)
    for name, weight, wanted, level in [
        ("Influence", 5, 4, 2),
        ("Data story", 3, 4, 3),
        ("Strategy", 4, 3, 2),
        ("Delivery", 2, 3, 3),
    ]:
        GoalCompetency.objects.create(
            goal=first, competency=CompetencyFactory(name=name), weight=weight, level_wanted=wanted, level_now=level
        )
    return first, second


def competency(goal, name):
    return goal.targets.get(competency__name=name).competency


def whole(mentorship, goals, title="Lead the handover", hours="4"):
    """An option of which everything is known, as X of the worked example: q 8 ÷ 8.8, util 1.08."""
    option = OptionFactory(mentorship=mentorship, title=title, hours_per_week=Decimal(hours))
    for goal, fit in zip(goals, (3, 2), strict=True):
        OptionGoal.objects.create(option=option, goal=goal, fit=fit)
    for name, contribution in (("Influence", "primary"), ("Strategy", "secondary")):
        OptionCompetency.objects.create(option=option, competency=competency(goals[0], name), contribution=contribution)
    assess(option)
    SponsorOutlook.objects.create(
        option=option, state="found", name="Vera Lund", owns=4, influences=4, develops=3, engaged=4
    )
    return option


def assess(option):
    person = option.mentorship.mentee
    if not DemonstratedLevel.objects.filter(person=person).exists():
        DemonstratedLevel.objects.bulk_create(
            DemonstratedLevel(
                person=person, component=i, level=level, provenance="mentor_rated", dated_on=TODAY, recorded_by=person
            )
            for i, level in enumerate(SHOWN, start=1)
        )
    profile = StretchProfile.objects.create(option=option, saved_by=person, **SUPPORT)
    StretchDemand.objects.bulk_create(
        StretchDemand(profile=profile, component=i, level=level, reason="New." if level > 3 else "")
        for i, level in enumerate(DEMANDED, start=1)
    )


def accept(option, **person):
    """Somebody accepts to sponsor an option: the one in view of `whole`, or this person."""
    version = BriefVersionFactory(brief=BriefFactory(option=option))
    return SponsorRequestFactory(
        version=version,
        sponsor=UserFactory(**{"full_name": "Vera Lund", **person}),
        asked_by=option.mentorship.mentee,
        status="accepted",
        answered_at=now(),
    )


def address(name, thing):
    return reverse(f"assignments:{name}", args=[thing.code])


def text_of(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())
