"""What each chosen value of the method is called, in the groups in which it is read."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from django.utils.translation import gettext_lazy as _

from .method import ASCENDING as ASCENDING
from .method import DEFAULT, Method
from .method import SPONSOR_WEIGHTS as SPONSOR_WEIGHTS


@dataclass(frozen=True)
class Value:
    """One chosen value: its name in the method, its label, whether it is whole, its range and shipped default."""

    name: str
    label: Any
    whole: bool
    low: float
    high: float
    default: float


@dataclass(frozen=True)
class Group:
    key: str
    title: Any
    note: Any
    values: tuple[Value, ...]


WORDS: tuple[tuple[str, Any, Any, dict[str, Any]], ...] = (
    (
        "stretch",
        _("How far an option stretches"),
        _("Points for each step between what is demanded and what was shown; support raises the ceiling."),
        {
            "gap_one": _("Points for a gap of one step"),
            "gap_two": _("Points for a gap of two steps"),
            "gap_leap": _("Points for a leap of three steps or more"),
            "ceiling_base": _("Ceiling with the least support"),
            "ceiling_slope": _("How much one level of support raises the ceiling"),
            "familiar_below": _("Familiar with a load below"),
            "band_light": _("Light below this share of the ceiling"),
            "band_upper": _("Upper edge above this share of the ceiling"),
        },
    ),
    (
        "gates",
        _("What is asked beside the zone"),
        _("Gates are shown by themselves and never averaged away."),
        {
            "unknown_from_demand": _("A level not shown yet matters from a demand of"),
            "unknowns_max": _("Assessed with at most so many unknown levels"),
            "feedback_low": _("Feedback counts as seldom up to level"),
            "feedback_load": _("Ask for feedback first above a load of"),
            "confidence_low": _("Confidence counts as low up to level"),
            "stale_months": _("A level counts for so many months"),
            "flow_back_median": _("A review moves a level from an observers’ median of"),
        },
    ),
    (
        "hours",
        _("Hours a week"),
        _("Hours with the assignment in them, less what others take over, beside those contracted."),
        {
            "util_amber": _("Tight above this share of the contracted hours"),
            "util_red": _("Too full above this share of the contracted hours"),
            "hours_amber": _("Tight above so many hours"),
            "hours_red": _("Too full above so many hours"),
            "hours_stop": _("Not started from so many hours"),
            "share_high": _("Above this share it needs hours covered by others"),
        },
    ),
    (
        "scope",
        _("Scope since the kickoff"),
        _("Shares of what was agreed: of the hours for growth and churn, of the days for slip."),
        {
            "scope_growth_amber": _("Growth worth a look above"),
            "scope_growth_red": _("Growth that asks for a decision above"),
            "scope_churn_amber": _("Coming and going worth a look above"),
            "scope_churn_red": _("Coming and going that asks for a decision above"),
            "scope_slip_amber": _("Slip worth a look above"),
            "scope_slip_red": _("Slip that asks for a decision above"),
        },
    ),
    (
        "balance",
        _("Balance of a pipeline"),
        _("When an option counts as safe or bold, the mix aimed at, and when a figure is worth a remark."),
        {
            "bold_q": _("Bold above this share of the ceiling"),
            "bold_stakes": _("Bold from a demand in stakes of"),
            "bold_running_max": _("Bold options running at once, at most"),
            "safe_load": _("Safe up to a load of"),
            "safe_stakes": _("Safe up to a demand in stakes of"),
            "target_safe": _("Share of safe options aimed at"),
            "target_core": _("Share of core options aimed at"),
            "target_bold": _("Share of bold options aimed at"),
            "tvd_amber": _("Out of balance above a distance of"),
            "few_options": _("Counts instead of shares below so many options"),
            "breadth_amber": _("Breadth is narrow below"),
            "evenness_amber": _("Work is uneven below an evenness of"),
            "effective_amber": _("Reach is narrow below an effective number of"),
            "indicative_below": _("Only indicative below so many options"),
            "diversity_needs": _("Reach is reckoned from so many options"),
            "depth_level": _("Depth counts from a verified level of"),
            "half_life_months": _("Work counts half after so many months"),
            "next_challenge_days": _("Something follows within so many days of the end"),
        },
    ),
    (
        "ranking",
        _("Ranking of options"),
        _("The weights themselves are set by each mentor and mentee."),
        {
            "close_call": _("A close call below so many points"),
            "fit_full_from": _("Stretch fits in full from this share of the ceiling"),
            "fit_full_to": _("Stretch fits in full up to this share of the ceiling"),
            "fit_half_at": _("Stretch fits by half at this share of the ceiling"),
            "fit_none_at": _("Stretch does not fit from this share of the ceiling"),
            "workload_none_at": _("No room from this share of the contracted hours"),
            "workload_span": _("Full room so much below it"),
            "unconfirmed_factor": _("A sponsor who has not confirmed counts by"),
        },
    ),
    (
        "sponsors",
        _("Finding a sponsor"),
        _("Five judgements of 1 to 5, weighed together; the five weights make 100. Flags never change the score."),
        {
            "sponsor_owns": _("Weight of owning the problem"),
            "sponsor_influences": _("Weight of influencing the decision"),
            "sponsor_develops": _("Weight of valuing development"),
            "sponsor_reach": _("Weight of reach"),
            "sponsor_capacity": _("Weight of having capacity"),
            "sponsor_close_call": _("Two possible sponsors are a close call below so many points"),
            "sponsor_most": _("Sponsors much already from so many assignments"),
            "sponsor_contact_days": _("No contact for more than so many days"),
            "grid_high": _("Power or interest counts as high from"),
            "follow_up_days": _("A follow-up is suggested after so many working days"),
        },
    ),
)


def _values(labels: dict[str, Any]) -> tuple[Value, ...]:
    known = {each.name: each for each in fields(Method)}
    return tuple(
        Value(
            name=name,
            label=label,
            whole=known[name].type == "int",
            low=known[name].metadata["low"],
            high=known[name].metadata["high"],
            default=getattr(DEFAULT, name),
        )
        for name, label in labels.items()
    )


GROUPS = tuple(Group(key, title, note, _values(labels)) for key, title, note, labels in WORDS)
VALUES = {value.name: value for group in GROUPS for value in group.values}
