"""Where several mentorships stand, read for all of them in a fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .intake_words import said
from .levels import Standing
from .models import (
    Assignment,
    BriefStatus,
    Goal,
    GoalCompetency,
    Intake,
    IntakeAnswer,
    Mentorship,
    Option,
    Status,
    Topic,
)
from .option_rows import with_brief_status
from .pipeline import Step, strip_of
from .standing_words import standing_words

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
class Shared:
    """What two people share, as it was read: the ground of their picture."""

    mentorship: Mentorship
    goals: list[Goal]
    options: list[Any]
    assignments: list[Assignment]
    intake: Intake | None


@dataclass(frozen=True)
class Picture:
    """One mentorship at a glance."""

    mentorship: Mentorship
    goals: tuple[Goal, ...]
    strip: tuple[Step, ...]
    options: tuple[Option, ...]
    assignments: tuple[Assignment, ...]
    intake: Intake | None
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
    def aspirations(self) -> tuple[tuple[str, str], ...]:
        """Where the mentee wants to go, label by label, in the words of the newest conversation."""
        answers = self.intake.answers.all() if self.intake else ()
        return tuple((label, text) for answer in answers for label, text in said(answer.words) if text)


def pictures_of(mentorships: Sequence[Mentorship], user: Any) -> list[Picture]:
    """A picture of each, by a fixed number of queries whatever their number."""
    goals = _by_mentorship(goals_with_levels(Goal.objects.filter(mentorship__in=mentorships)))
    options = _by_mentorship(
        with_brief_status(Option.objects.filter(mentorship__in=mentorships)).select_related("brief")
    )
    assignments = defaultdict(list)
    running = Assignment.objects.filter(option__mentorship__in=mentorships).select_related("sponsor", "option")
    for assignment in running:
        assignments[assignment.option.mentorship_id].append(assignment)
    intakes = _newest_intakes(mentorships)
    return [
        _picture(
            Shared(
                mentorship,
                goals[mentorship.pk],
                options[mentorship.pk],
                assignments[mentorship.pk],
                intakes.get(mentorship.pk),
            ),
            user,
        )
        for mentorship in mentorships
    ]


def _newest_intakes(mentorships: Sequence[Mentorship]) -> dict[int, Intake]:
    """The newest conversation of each, with what was said about aspirations."""
    aspirations = IntakeAnswer.objects.filter(topic=Topic.ASPIRATIONS)
    intakes = Intake.objects.filter(mentorship__in=mentorships).prefetch_related(Prefetch("answers", aspirations))
    return {intake.mentorship_id: intake for intake in intakes.order_by("number")}


def goals_with_levels(goals):
    """The goals with the levels they ask for, so that a page can draw them."""
    targets = GoalCompetency.objects.select_related("competency").order_by("pk")
    return goals.prefetch_related(Prefetch("targets", queryset=targets)).order_by("-created_at", "-pk")


def level_rows(goal: Goal, levels: Mapping[int, Standing]) -> list[tuple[str, int, int, str]]:
    """What the chart of levels draws for a goal: the level that counts now, or the one it was written with."""
    return [_level_row(target, levels.get(target.competency_id)) for target in goal.targets.all()]


def _level_row(target: GoalCompetency, standing: Standing | None) -> tuple[str, int, int, str]:
    now = standing.value if standing and standing.value is not None else target.level_now
    return target.competency.name, now, target.level_wanted, standing_words(standing)


def _by_mentorship(rows: Iterable[Any]) -> defaultdict[int, list[Any]]:
    found: defaultdict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.mentorship_id].append(row)
    return found


def _picture(shared: Shared, user: Any) -> Picture:
    return Picture(
        mentorship=shared.mentorship,
        goals=tuple(shared.goals),
        strip=strip_of(shared.options),
        options=tuple(shared.options),
        assignments=tuple(shared.assignments),
        intake=shared.intake,
        need=_need(shared, user.pk == shared.mentorship.mentor_id),
    )


def _need(shared: Shared, is_mentor: bool) -> Need:
    """The most pressing thing first; there is always one good next step."""
    for finder in (_of_briefs, _of_goals, _of_assignments, _of_requests, _of_conversation):
        if need := finder(shared, is_mentor):
            return need
    return _of_pipeline(shared)


def _of_briefs(shared: Shared, is_mentor: bool) -> Need | None:
    options = shared.options
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


def _of_goals(shared: Shared, is_mentor: bool) -> Need | None:
    """Goals come out of a conversation: where there was none yet, that is what is missing."""
    if any(goal.status == "open" for goal in shared.goals):
        return None
    if shared.intake is None:
        return _of_conversation(shared, is_mentor)
    if shared.intake.kept_at is None:
        url = reverse("assignments:intake", args=[shared.intake.code])
        return Need(_("A conversation is open; goals come out of it."), url, _("Go on with the conversation"), MISSES)
    url = reverse("assignments:goal-add", args=[shared.mentorship.code]) + f"?intake={shared.intake.code}"
    return Need(_("No open goal: write one together."), url, _("Add goal"), MISSES)


def _of_assignments(shared: Shared, is_mentor: bool) -> Need | None:
    words = {
        Status.CHARTERING: _("Agrees the charter of “%(title)s”."),
        Status.REVIEWING: _("“%(title)s” is in review."),
        Status.PAUSED: _("“%(title)s” is paused."),
        Status.ACTIVE: _("Works on “%(title)s”."),
    }
    for status, sentence in words.items():
        for assignment in shared.assignments:
            if assignment.status == status:
                url = reverse("assignments:detail", args=[assignment.code])
                return Need(sentence % {"title": assignment.title}, url, _("Open"))
    return None


def _of_requests(shared: Shared, is_mentor: bool) -> Need | None:
    asked = next((option for option in shared.options if option.asked_name), None)
    if asked is None:
        return None
    words = _("%(name)s was asked to sponsor “%(title)s”.") % {"name": asked.asked_name, "title": asked.title}
    return Need(words, _board_url(shared.mentorship), _("Open pipeline"))


def _of_conversation(shared: Shared, is_mentor: bool) -> Need | None:
    if shared.intake is not None:
        return None
    url = reverse("assignments:intakes", args=[shared.mentorship.code])
    words = _("No conversation yet about where it should go.")
    return Need(words, url, _("Begin the first conversation"), MISSES)


def _of_pipeline(shared: Shared) -> Need:
    live = [option for option in shared.options if option.is_open]
    if not live:
        url = reverse("assignments:option-add", args=[shared.mentorship.code])
        return Need(_("No option in the pipeline yet."), url, _("Add option"), MISSES)
    step = next((option.next_step for option in live if option.next_step), "")
    count = ngettext("%(n)s open option", "%(n)s open options", len(live)) % {"n": len(live)}
    words = _("%(count)s; next: %(step)s") % {"count": count, "step": step} if step else f"{count}."
    return Need(words, _board_url(shared.mentorship), _("Open pipeline"))


def _brief_url(option: Option) -> str:
    return reverse("assignments:brief", args=[option.brief.code])


def _board_url(mentorship: Mentorship) -> str:
    return reverse("assignments:board", args=[mentorship.code])
