"""Who thinks with whom about what to try next, and the goals they wrote down."""

from __future__ import annotations

from assignments.models import Goal, GoalCompetency, Mentorship

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


def add_goals(cohort: Cohort, mentorship: Mentorship, story: Story) -> dict[str, Goal]:
    """The goals of a mentorship with the level now and wanted, by the key the story gives them."""
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
            status=told.get("status", "open"),
            created_by=by,
            created_at=at,
        )
        levels = {cohort.competencies[tag]: pair for tag, pair in told["levels"].items()}
        GoalCompetency.objects.bulk_create(
            GoalCompetency(goal=goal, competency=competency, level_now=now, level_wanted=wanted)
            for competency, (now, wanted) in levels.items()
        )
        cohort.remember(by, "goal.added", goal, at, ["competencies", "horizon", "success", "title"])
        goals[told["key"]] = goal
    return goals
