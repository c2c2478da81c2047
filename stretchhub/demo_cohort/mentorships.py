"""Who thinks with whom about what to try next, and the goals they wrote down."""

from __future__ import annotations

from collections.abc import Sequence

from assignments.messages.mentorship import OFFERED, STARTED
from assignments.models import Goal, GoalCompetency, Intake, Mentorship, MentorshipOffer

from .cohort import Cohort, Story

# Who has offered whom to be their mentor, how many days ago, and what for; none has been answered.
OFFERS = (
    (
        "rao",
        "mentee",
        1,
        "You stand in front of key accounts soon. I have coached people into that room for ten years.",
    ),
    (
        "mentor",
        "reid",
        2,
        "You asked how a new rota lands with night planners. I have landed three, two of them badly.",
    ),
)


def start_mentorship(cohort: Cohort, story: Story) -> Mentorship:
    mentor, mentee = cohort.people[story["mentor"]], cohort.people[story["mentee"]]
    at = cohort.moment(story["started"], 9, mentor)
    ended = story.get("ended")
    mentorship = Mentorship.objects.create(
        code=cohort.code(),
        mentor=mentor,
        mentee=mentee,
        purpose=story["purpose"],
        started_on=cohort.calendar.day(story["started"]),
        ended_on=None if ended is None else cohort.calendar.day(ended),
        created_at=at,
    )
    cohort.remember(mentee, "mentorship.started", mentorship, at, ["mentor", "mentee", "purpose", "started_on"])
    cohort.tell(mentor, STARTED, mentorship, at)
    return mentorship


def add_offers(cohort: Cohort) -> None:
    """Two that wait for their mentee's answer."""
    for mentor_key, mentee_key, days_ago, purpose in OFFERS:
        mentor, mentee = cohort.people[mentor_key], cohort.people[mentee_key]
        at = cohort.moment(-days_ago, 14, mentor)
        offer = MentorshipOffer.objects.create(
            code=cohort.code(), mentor=mentor, mentee=mentee, purpose=purpose, offered_at=at
        )
        cohort.remember(mentor, "mentorship.offered", offer, at, ["mentor", "mentee", "purpose"])
        cohort.tell(mentee, OFFERED, offer, at)


def add_goals(cohort: Cohort, mentorship: Mentorship, story: Story, intakes: Sequence[Intake] = ()) -> dict[str, Goal]:
    """The goals by the key the story gives them; a level is the one now, the one wanted and maybe its weight."""
    goals = {}
    for told in story.get("goal", []):
        by = mentorship.mentee if told.get("by", "mentee") == "mentee" else mentorship.mentor
        at = cohort.moment(told["at"], 10, by)
        goal = Goal.objects.create(
            code=cohort.code(),
            mentorship=mentorship,
            title=told["title"],
            success=told["success"],
            horizon=told.get("horizon", "half_year"),
            weight=told.get("weight", 3),
            audiences=told.get("audiences", []),
            domains="\n".join(told.get("domains", [])),
            intake=intakes[told["intake"] - 1] if "intake" in told else None,
            status=told.get("status", "open"),
            created_by=by,
            created_at=at,
        )
        GoalCompetency.objects.bulk_create(
            GoalCompetency(
                goal=goal,
                competency=cohort.competencies[tag],
                level_now=now,
                level_wanted=wanted,
                weight=weight[0] if weight else 3,
            )
            for tag, (now, wanted, *weight) in told["levels"].items()
        )
        cohort.remember(by, "goal.added", goal, at, ["competencies", "horizon", "success", "title"])
        goals[told["key"]] = goal
    return goals
