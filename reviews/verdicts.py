"""The evidence rule and agreement in words, made where they are shown."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .evidence_rule import Verdict
from .minimum import Minimum
from .scoring import CLOSE, DISCUSS, Agreement, gap_is_worth_a_word
from .verifying import Verifying


def words_for(verdict: Verdict) -> str:
    """What is missing before a level can be handed in, and what to do."""
    words = ngettext("%(n)s more word", "%(n)s more words", verdict.words_missing) % {"n": verdict.words_missing}
    return {
        "no_level": _("Choose a level, or “Not observed”."),
        "no_evidence": _("Link the evidence that this level rests on."),
        "second_or_note": _("Levels 1, 4 and 5 rest on two pieces of evidence. Link a second one, or write %(more)s.")
        % {"more": words},
        "note_beside": _("Only one piece of evidence is shared with you, so say what you saw: %(more)s.")
        % {"more": words},
        "note_instead": _("No evidence is shared with you, so say what you saw in 30 words: %(more)s.")
        % {"more": words},
    }.get(verdict.reason, "")


def lacking_sentence(found: Minimum) -> str:
    """Why reviews cannot become final yet, and whom to name."""
    if found.value:
        return ""
    if found.reason == "not_mentor":
        return _("At least one person who is neither mentee nor mentor must have seen the work. Name somebody.")
    seen = ngettext("%(n)s person besides the mentee", "%(n)s people besides the mentee", found.observers)
    need = ngettext("%(n)s more is needed", "%(n)s more are needed", found.missing)
    words = {"seen": seen % {"n": found.observers}, "need": need % {"n": found.missing}}
    return _("%(seen)s reviewed or will; %(need)s before the reviews can become final.") % words


def agreement_word(found: Agreement) -> str:
    return {
        "aligned": _("Aligned"),
        "close": _("Close"),
        "discuss": _("Discuss"),
        None: _("Too few to compare"),
    }[found.value]


def agreement_sentence(found: Agreement) -> str:
    """Why that word, in one sentence."""
    low, high = (found.ratings[0], found.ratings[-1]) if found.ratings else (None, None)
    said = spread_sentence(found.value, low, high)
    return _("%(said)s Ask each what they saw.") % {"said": said} if found.value == DISCUSS else said


def spread_sentence(word: str | None, low: int | None, high: int | None) -> str:
    """How the observers’ levels lie, from the lowest to the highest."""
    if word is None:
        return _("Fewer than two observers gave a level.")
    if low == high:
        return _("All observers chose the same level.")
    words = {"low": low, "high": high}
    if word == CLOSE:
        return _("Observers are one level apart: %(low)s to %(high)s.") % words
    return _("Observers range from %(low)s to %(high)s.") % words


def self_sentence(gap: float | None) -> str:
    """How the own rating stands beside, where it is a level or more away."""
    if gap is None or not gap_is_worth_a_word(gap):
        return ""
    if gap > 0:
        return _("The own rating is higher than the observers’.")
    return _("The own rating is lower than the observers’.")


def why_not_verified(found: Verifying | None) -> str:
    """Why no level can be verified by the reviews of an assignment; without one, because of a competency."""
    if found is None:
        return _("A level can be verified only for what the evidence of this assignment is tagged with.")
    numbers = {"median": _plain(found.median), "needed": _plain(found.needed)}
    return {
        "none": _("This assignment has not been reviewed."),
        "open": _("Levels can be verified once all reviews are in."),
        "withdrawn": _("This assignment was withdrawn, so nothing of it is verified."),
        "unseen": _("The observers did not see enough of the work to give a level, so nothing is verified by it."),
        "low": _("The median of the observers’ levels is %(median)s; from %(needed)s on, levels can be verified.")
        % numbers,
        "untagged": _("No evidence from before the reviews is tagged with a competency."),
    }[found.reason]


def why_verified(found: Verifying) -> str:
    """What verifying rests on, in one sentence."""
    return _("The median of the observers’ levels is %(median)s, and levels can be verified from %(needed)s on.") % {
        "median": _plain(found.median),
        "needed": _plain(found.needed),
    }


def _plain(number: float | None) -> str:
    return "–" if number is None else f"{number:g}"
