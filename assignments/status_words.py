"""A judgement as people read it: one word with its mark, one sentence, and each reason."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from stretchhub.templatetags.words import day as day_words

from .models import Assignment, Status
from .status import ATTENTION, OFF_TRACK, ON_TRACK, ByHand, Judgement, Reason


@dataclass(frozen=True)
class Standing:
    """`mark` names the look of the badge; `reasons` are whole sentences, the weightiest first."""

    word: str
    mark: str
    sentence: str
    reasons: tuple[str, ...] = ()
    by_hand: bool = False


def standing(assignment: Assignment, judgement: Judgement) -> Standing:
    """How this assignment stands, in one sentence about the work."""
    if assignment.status != Status.ACTIVE:
        return _still(assignment)
    reasons = tuple(reason_sentence(reason) for reason in judgement.reasons)
    word, mark = _words(get_language())[judgement.value]
    if judgement.by_hand:
        return Standing(word, mark, by_hand_sentence(judgement.by_hand), reasons, by_hand=True)
    return Standing(word, mark, _sentence(judgement.value, reasons), reasons)


@lru_cache(maxsize=16)
def _words(language: str | None) -> dict[str | None, tuple[str, str]]:
    """Each judgement as its word and its mark."""
    return {
        ON_TRACK: (_("On track"), "on_track"),
        ATTENTION: (_("Needs attention"), "watch"),
        OFF_TRACK: (_("Off track"), "attention"),
        None: (_("Just begun"), "active"),
    }


def by_hand_sentence(by_hand: ByHand) -> str:
    """Who says so, until when, and why."""
    words = {"by": by_hand.by, "until": day_words(by_hand.until), "reason": by_hand.reason}
    return _("Set by %(by)s until %(until)s: “%(reason)s”") % words


def _sentence(value: str | None, reasons: tuple[str, ...]) -> str:
    if value is None:
        return _("It has just begun; there is nothing to judge yet.")
    if not reasons:
        return _("Everything that was planned until today is where it should be.")
    if value == ON_TRACK:
        return _("On the whole it is where it should be; watch one thing: %(reason)s.") % {"reason": reasons[0]}
    listed = reasons[0] if len(reasons) == 1 else _("%(first)s and %(second)s") % _first_two(reasons)
    return _("Because %(reasons)s.") % {"reasons": listed}


def _first_two(reasons: tuple[str, ...]) -> dict[str, str]:
    return {"first": reasons[0], "second": reasons[1]}


def reason_sentence(reason: Reason) -> str:
    """Why, without a full stop, to follow “because”."""
    days = round(reason.figure)
    if reason.code == "milestone":
        if reason.count > 1:
            return _("%(n)s milestones are late, the oldest by %(days)s days") % {"n": reason.count, "days": days}
        return ngettext("a milestone is %(n)s day late", "a milestone is %(n)s days late", days) % {"n": days}
    if reason.code == "schedule":
        return _("%(n)s %% of what was due by today is done") % {"n": round(reason.figure * 100)}
    if reason.code == "check_in":
        return _("the last check-in was %(n)s times the agreed interval ago") % {"n": f"{reason.figure:.1f}"}
    if reason.code == "evidence":
        return ngettext("no evidence for %(n)s day", "no evidence for %(n)s days", days) % {"n": days}
    if reason.code == "scope" and round(reason.figure * 100) <= 0:
        return _("a change of scope waits for a decision")
    if reason.code == "scope":
        return _("scope has grown by %(n)s %%") % {"n": round(reason.figure * 100)}
    if reason.code == "sponsor":
        return _("the last contact with the sponsor was %(n)s times the agreed interval ago") % {
            "n": f"{reason.figure:.1f}"
        }
    return _("there is a capacity concern")


def _still(assignment: Assignment) -> Standing:
    if assignment.status == Status.CHARTERING:
        return Standing(_("Chartering"), "waiting", _("It begins when all three have acknowledged the charter."))
    if assignment.status == Status.PAUSED:
        return Standing(_("Paused"), "paused", assignment.pause_reason or _("All clocks stand still."))
    if assignment.status == Status.REVIEWING:
        return Standing(_("In review"), "reviewing", _("The work is done; now all who saw it look back at it."))
    return Standing(_("Closed"), "closed", str(assignment.get_ending_display()))
