"""From an empty database to Tidewell Logistics in one go."""

from __future__ import annotations

import random
import tomllib
from collections.abc import Iterator
from pathlib import Path

from django.db import transaction

from assignments.models import Option
from stretchhub import env
from stretchhub.audit.trail import record_many
from stretchhub.notices.models import Notice

from .calendar import Calendar
from .calibrating import add_calibrations
from .cases import add_cases
from .closings import add_closings
from .cohort import Cohort, Story
from .dashboards import build_dashboards
from .equity import add_equity
from .finding import add_finding
from .insights import add_agreement, add_insights
from .keeping import add_keeping
from .letters import add_letters
from .mail import leave_doubts
from .mentorships import add_goals, add_offers, start_mentorship
from .packets import add_packets
from .people import add_people
from .pipeline import add_brief, add_option
from .plans import add_plans
from .pool import add_pool
from .reference import look_up
from .reminders import add_reminders
from .reviews import add_reviews
from .sponsoring import plan_days
from .stretching import add_experiments, add_rankings, add_stretch, take_reviews, weigh
from .thinking import add_hours, add_intakes, add_learning, add_levels, add_shown
from .work import add_assignment

STORIES = Path(__file__).with_name("stories")


@transaction.atomic
def build(seed: int) -> Cohort:
    """Write the whole cohort, dated back from today; the same seed on the same day gives the same rows."""
    rng = random.Random(seed)  # noqa: S311 (repeatable on purpose, guards nothing)
    cohort = Cohort(rng=rng, calendar=Calendar(rng, env.today()))
    add_people(cohort)
    look_up(cohort)
    add_pool(cohort)
    for story in stories():
        tell(cohort, story)
    add_calibrations(cohort)
    add_packets(cohort)
    add_letters(cohort)
    plan_days(cohort)
    add_reminders(cohort)
    add_equity(cohort)
    add_insights(cohort)
    add_cases(cohort)
    add_agreement(cohort)
    add_plans(cohort)
    add_closings(cohort)
    add_offers(cohort)
    add_keeping(cohort)
    record_many(sorted(cohort.trail, key=lambda entry: entry.at))
    Notice.objects.bulk_create(leave_doubts(cohort), batch_size=500)
    build_dashboards()
    return cohort


def stories() -> Iterator[Story]:
    """One story for each mentorship, in the order of the files' names."""
    for file in sorted(STORIES.glob("*.toml")):
        yield tomllib.loads(file.read_text(encoding="utf-8"))


def tell(cohort: Cohort, story: Story) -> None:
    """One mentorship: what the two said first, the goals, and then option after option."""
    mentorship = start_mentorship(cohort, story)
    add_hours(cohort, mentorship, story)
    goals = add_goals(cohort, mentorship, story, add_intakes(cohort, mentorship, story))
    add_levels(cohort, mentorship, story, goals.values())
    add_shown(cohort, mentorship, story)
    add_learning(cohort, mentorship, story, goals)
    for told in story.get("option", []):
        option = add_option(cohort, mentorship, goals, told)
        add_stretch(cohort, option, told)
        weigh(cohort, option, goals, told)
        add_experiments(cohort, option, told)
        _tell_option(cohort, option, told)
        add_finding(cohort, option, told)
    add_rankings(cohort, mentorship, story)


def _tell_option(cohort: Cohort, option: Option, told: Story) -> None:
    request = add_brief(cohort, option, told)
    if request is None or "work" not in told:
        return
    assignment = add_assignment(cohort, request, told["work"])
    if "review" in told["work"]:
        add_reviews(cohort, assignment, told["work"]["review"])
        take_reviews(cohort, assignment, told["work"]["review"])
