"""What a new charter begins with: the accepted brief, the option and its goal, so that nothing is written twice."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _

from assignments.models import Assignment, BriefStatus, BriefVersion, Programme
from stretchhub.env import today

WEEKS = 12


def first_words(assignment: Assignment) -> dict[str, Any]:
    """A draft to change; people are given by their codes, as the form chooses them."""
    version = (
        BriefVersion.objects.filter(brief__option=assignment.option_id, status=BriefStatus.SPONSOR_ACCEPTED)
        .prefetch_related("stakeholders")
        .order_by("-number")
        .first()
    )
    sponsor = assignment.sponsor or assignment.mentor
    drafted: dict[str, Any] = {
        "outcome": assignment.outcome,
        "approver": str(sponsor.code),
        "escalate_to": str(sponsor.code),
    }
    # The programme's rhythms, or what the model begins with where nobody has set any.
    programme = Programme.objects.first() or Programme()
    drafted |= {"rhythm": programme.rhythm, "sponsor_rhythm": programme.sponsor_rhythm}
    drafted |= _of_the_option(assignment)
    if version is not None:
        drafted |= {name: value for name, value in _of_the_brief(version).items() if value}
    # A day that has gone by meanwhile is chosen anew.
    drafted["review_on"] = max(drafted["review_on"], drafted["ends_on"])
    drafted["sponsor_sees"] = _sponsor_sees(assignment.mentee.first_name)
    drafted["raters"] = drafted.get("raters") or ", ".join(
        [assignment.mentee.name, assignment.mentor.name, sponsor.name]
    )
    return drafted


def _of_the_option(assignment: Assignment) -> dict[str, Any]:
    option, day = assignment.option, today(assignment.mentee.zone)
    start = max(option.starts_on or day, day)
    end = option.ends_on if option.ends_on and option.ends_on > start else start + timedelta(weeks=WEEKS)
    return {
        "learning_goal": option.goal.success if option.goal else "",
        "hours_per_week": option.hours_per_week,
        "starts_on": start,
        "ends_on": end,
        "review_on": end,
    }


def _of_the_brief(version: BriefVersion) -> dict[str, Any]:
    """What the sponsor said yes to."""
    return {
        "learning_goal": version.learning_goal,
        "out_of_scope": version.boundaries,
        "stop_rule": version.stop_rule,
        "resources": version.dependencies,
        "contributors": ", ".join(each.name for each in version.stakeholders.all()),
        "hours_per_week": version.hours_per_week,
        "cover": version.cover,
        "raters": version.raters,
        "review_on": version.review_on,
    }


def _sponsor_sees(name: str) -> str:
    return _(
        "Outcomes with their range, milestones, status with its reasons, decisions needed, risks, changes of scope,"
        " and the evidence that %(name)s shares. Never reflections, notes of check-ins, or how full the week is."
    ) % {"name": name}
