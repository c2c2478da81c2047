"""Who thinks with whom about what to try next, and the goals they wrote down."""

from __future__ import annotations

from collections.abc import Sequence

from assignments.models import Goal, GoalCompetency, Intake, Mentorship

from .cohort import Cohort, Story


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
    cohort.remember(mentor, "mentorship.started", mentorship, at, ["mentee", "purpose", "started_on"])
    cohort.tell(mentee, "assignments.mentorship_started", mentorship, at)
    return mentorship


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
