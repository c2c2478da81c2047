"""Plans to begin from, one for each kind of stretch work; their days are shares of the way from start to end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from .models import Kind


@dataclass(frozen=True)
class TemplateStep:
    """One step: its words, its share (0 to 1) of the way from start to end, and its weight (1 to 5)."""

    title: Any
    definition_of_progress: Any
    share: float
    weight: int


@dataclass(frozen=True)
class PlanTemplate:
    key: str
    title: Any
    note: Any
    steps: tuple[TemplateStep, ...]


GENERAL = PlanTemplate(
    "general",
    _("Learn, try, widen, hand over"),
    _("Fits most work: a small try early, so that stopping is cheap."),
    (
        TemplateStep(
            _("Understand the problem"), _("Three people who have it agree with a one-page description."), 0.12, 1
        ),
        TemplateStep(
            _("First small try"), _("Somebody outside has used it once, and what happened is written down."), 0.3, 2
        ),
        TemplateStep(
            _("Decide on what the try showed"), _("A decision is in the log: go on, change or stop."), 0.38, 1
        ),
        TemplateStep(_("Widen it"), _("It runs for everybody it is meant for, with the measure taken."), 0.75, 4),
        TemplateStep(_("Hand it over"), _("Somebody else runs it without asking you."), 0.95, 2),
    ),
)
TEMPLATES: dict[str, PlanTemplate] = {
    each.key: each
    for each in (
        GENERAL,
        PlanTemplate(
            Kind.TECHNICAL,
            _("From sketch to running system"),
            _("For technical work: the riskiest part first."),
            (
                TemplateStep(
                    _("Riskiest part sketched"), _("A reviewer has seen it work once, however roughly."), 0.2, 2
                ),
                TemplateStep(_("Design agreed"), _("Those who will run it have said yes to two pages."), 0.3, 1),
                TemplateStep(_("First user on it"), _("One real user did one real task with it."), 0.55, 4),
                TemplateStep(
                    _("Measured under load"), _("The figures of the brief are taken and written down."), 0.8, 3
                ),
                TemplateStep(_("Run by the team"), _("The team has handled one fault without you."), 0.95, 2),
            ),
        ),
        PlanTemplate(
            Kind.STRATEGIC,
            _("From question to decision"),
            _("For strategic work: it ends with a decision, not with a paper."),
            (
                TemplateStep(_("Question agreed"), _("Whoever decides has said: yes, that is the question."), 0.12, 1),
                TemplateStep(
                    _("Facts gathered"), _("Each claim names its source or is marked an assumption."), 0.35, 2
                ),
                TemplateStep(
                    _("Options compared"), _("Three options with cost, gain and what speaks against each."), 0.6, 3
                ),
                TemplateStep(
                    _("Decision made"), _("It is in the decision log, with the day to look back at it."), 0.8, 4
                ),
                TemplateStep(_("First step taken"), _("Somebody has begun to act on it."), 0.95, 2),
            ),
        ),
        PlanTemplate(
            Kind.CROSS_FUNCTIONAL,
            _("From one team to several"),
            _("For work between teams: one joint result early."),
            (
                TemplateStep(_("Every team has a name"), _("Each team named one person and what it needs."), 0.12, 1),
                TemplateStep(_("One joint result"), _("Two teams have finished one small thing together."), 0.35, 3),
                TemplateStep(
                    _("Shared way of working"), _("One page says who does what; all teams said yes."), 0.55, 2
                ),
                TemplateStep(_("All teams on it"), _("Each team has done one round the new way."), 0.8, 4),
                TemplateStep(_("It goes on without you"), _("The next round was called by somebody else."), 0.95, 2),
            ),
        ),
        PlanTemplate(
            Kind.OWNERSHIP,
            _("From the first day to the result"),
            _("For end-to-end ownership: you answer for the number at the end."),
            (
                TemplateStep(_("Baseline taken"), _("Today’s figure, with its date and how it was counted."), 0.1, 2),
                TemplateStep(_("Plan agreed"), _("Sponsor and team have read it and said what is missing."), 0.2, 1),
                TemplateStep(_("Halfway figure"), _("The same count shows whether it moves."), 0.5, 3),
                TemplateStep(_("Result"), _("The figure at the end, with its range."), 0.85, 5),
                TemplateStep(_("What the next one should know"), _("Two pages that somebody has used."), 0.97, 1),
            ),
        ),
        PlanTemplate(
            Kind.AMBIGUITY,
            _("From fog to a first answer"),
            _("For unclear work: short loops, each ending in a decision."),
            (
                TemplateStep(
                    _("What we do not know"), _("A list of five questions, ordered by what depends on them."), 0.1, 1
                ),
                TemplateStep(_("First loop"), _("One question answered by a test, and what it changed."), 0.3, 2),
                TemplateStep(_("Second loop"), _("The next question answered, or dropped with a reason."), 0.5, 2),
                TemplateStep(_("A direction"), _("One sentence that sponsor and mentor repeat the same way."), 0.65, 4),
                TemplateStep(
                    _("First result in that direction"), _("Something that somebody outside can use."), 0.9, 3
                ),
            ),
        ),
        PlanTemplate(
            Kind.STAKEHOLDERS,
            _("From listening to agreement"),
            _("For work with people who want different things."),
            (
                TemplateStep(_("Everybody heard"), _("Each of them has read your summary and corrected it."), 0.2, 2),
                TemplateStep(_("Interests on one page"), _("What each wants, and where they meet."), 0.35, 1),
                TemplateStep(
                    _("A proposal in the room"), _("All were there, and the minutes say what was left open."), 0.55, 3
                ),
                TemplateStep(_("Agreement"), _("Those who decide have said yes in writing."), 0.8, 5),
                TemplateStep(_("It holds"), _("Four weeks on nobody has gone back on it."), 0.97, 2),
            ),
        ),
    )
}


def template_for(kind: str) -> PlanTemplate:
    """The plan for a kind of option; the general one where there is none."""
    return TEMPLATES.get(kind, GENERAL)
