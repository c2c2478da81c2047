"""Where several mentorships stand, read for all of them in a fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .models import Assignment, BriefStatus, Goal, GoalCompetency, Mentorship, Option, Status
from .pipeline import Step, strip_of, what_is_missing, with_brief_status

# How pressing a need is: somebody waits for this person; a piece is missing; nothing presses.
WAITS, MISSES, CALM = 0, 1, 2


@dataclass(frozen=True)
class Need:
    """What this mentorship needs next: in words, and where it is done."""

    words: str
    url: str
    action: str
    rank: int = CALM

    @property
    def pressing(self) -> bool:
        return self.rank < CALM


@dataclass(frozen=True)
class Picture:
    """One mentorship at a glance."""

    mentorship: Mentorship
    goals: tuple[Goal, ...]
    strip: tuple[Step, ...]
    options: tuple[Option, ...]
    assignments: tuple[Assignment, ...]
    need: Need

    @property
    def open_goals(self) -> tuple[Goal, ...]:
        return tuple(goal for goal in self.goals if goal.status == "open")

    @property
    def settled_goals(self) -> tuple[Goal, ...]:
        return tuple(goal for goal in self.goals if goal.status != "open")

    @property
    def running(self) -> tuple[Assignment, ...]:
        return tuple(item for item in self.assignments if item.status != Status.CLOSED)

    @property
    def missing(self) -> str:
        return what_is_missing(self.options)


def pictures_of(mentorships: Sequence[Mentorship], user: Any) -> list[Picture]:
    """A picture of each, by five queries whatever their number."""
    goals = _by_mentorship(goals_with_levels(Goal.objects.filter(mentorship__in=mentorships)))
    options = _by_mentorship(
        with_brief_status(Option.objects.filter(mentorship__in=mentorships)).select_related("brief")
    )
    assignments = defaultdict(list)
    running = Assignment.objects.filter(option__mentorship__in=mentorships).select_related("sponsor", "option")
    for assignment in running:
        assignments[assignment.option.mentorship_id].append(assignment)
    return [
        _picture(mentorship, goals[mentorship.pk], options[mentorship.pk], assignments[mentorship.pk], user)
        for mentorship in mentorships
    ]


def goals_with_levels(goals):
    """The goals with the levels they ask for, so that a page can draw them."""
    targets = GoalCompetency.objects.select_related("competency").order_by("pk")
    return goals.prefetch_related(Prefetch("targets", queryset=targets)).order_by("-created_at", "-pk")


def level_rows(goal: Goal) -> list[tuple[str, int, int]]:
    """What the chart of levels draws for a goal."""
    return [(target.competency.name, target.level_now, target.level_wanted) for target in goal.targets.all()]


def _by_mentorship(rows: Iterable[Any]) -> defaultdict[int, list[Any]]:
    found: defaultdict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.mentorship_id].append(row)
    return found


def _picture(
    mentorship: Mentorship,
    goals: list[Goal],
    options: list[Option],
    assignments: list[Assignment],
    user: Any,
) -> Picture:
    return Picture(
        mentorship=mentorship,
        goals=tuple(goals),
        strip=strip_of(options),
        options=tuple(options),
        assignments=tuple(assignments),
        need=_need(mentorship, goals, options, assignments, user),
    )


def _need(
    mentorship: Mentorship,
    goals: list[Goal],
    options: list[Option],
    assignments: list[Assignment],
    user: Any,
) -> Need:
    """The most pressing thing first; there is always one good next step."""
    is_mentor = user.pk == mentorship.mentor_id
    for finder in (_of_briefs, _of_goals, _of_assignments):
        if need := finder(mentorship, goals, options, assignments, is_mentor):
            return need
    return _of_pipeline(mentorship, options)


def _of_briefs(mentorship, goals, options, assignments, is_mentor: bool) -> Need | None:
    here = {option.brief_status: option for option in reversed(options) if option.brief_status and option.is_open}
    if option := here.get(BriefStatus.SUBMITTED):
        words = _("The brief for “%(title)s” waits for the mentor’s answer.")
        if is_mentor:
            words = _("The brief for “%(title)s” waits for your answer.")
        rank = WAITS if is_mentor else CALM
        return Need(words % {"title": option.title}, _brief_url(option), _("Read the brief"), rank)
    if option := here.get(BriefStatus.CHANGES_REQUESTED):
        words = _("The brief for “%(title)s” needs changes.") % {"title": option.title}
        return Need(words, _brief_url(option), _("Open the brief"), CALM if is_mentor else WAITS)
    if (option := here.get(BriefStatus.ENDORSED)) and not option.asked_name:
        words = _("The brief for “%(title)s” is endorsed and needs a sponsor.") % {"title": option.title}
        return Need(words, _brief_url(option), _("Open the brief"), CALM if is_mentor else WAITS)
    return None


def _of_goals(mentorship, goals, options, assignments, is_mentor: bool) -> Need | None:
    if any(goal.status == "open" for goal in goals):
        return None
    url = reverse("assignments:goal-add", args=[mentorship.code])
    return Need(_("No open goal: write one together."), url, _("Add goal"), MISSES)


def _of_assignments(mentorship, goals, options, assignments, is_mentor: bool) -> Need | None:
    words = {
        Status.CHARTERING: _("Agrees the charter of “%(title)s”."),
        Status.REVIEWING: _("“%(title)s” is in review."),
        Status.PAUSED: _("“%(title)s” is paused."),
        Status.ACTIVE: _("Works on “%(title)s”."),
    }
    for status, sentence in words.items():
        for assignment in assignments:
            if assignment.status == status:
                url = reverse("assignments:detail", args=[assignment.code])
                return Need(sentence % {"title": assignment.title}, url, _("Open"))
    return None


def _of_pipeline(mentorship: Mentorship, options: list[Any]) -> Need:
    board = reverse("assignments:board", args=[mentorship.code])
    asked = next((option for option in options if option.asked_name), None)
    if asked:
        words = _("%(name)s was asked to sponsor “%(title)s”.") % {"name": asked.asked_name, "title": asked.title}
        return Need(words, board, _("Open pipeline"))
    live = [option for option in options if option.is_open]
    if not live:
        url = reverse("assignments:option-add", args=[mentorship.code])
        return Need(_("No option in the pipeline yet."), url, _("Add option"), MISSES)
    step = next((option.next_step for option in live if option.next_step), "")
    count = ngettext("%(n)s open option", "%(n)s open options", len(live)) % {"n": len(live)}
    words = _("%(count)s; next: %(step)s") % {"count": count, "step": step} if step else f"{count}."
    return Need(words, board, _("Open pipeline"))


def _brief_url(option: Option) -> str:
    return reverse("assignments:brief", args=[option.brief.code])
