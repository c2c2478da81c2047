"""What a level must rest on before a review can be handed in."""

from __future__ import annotations

from dataclasses import dataclass

NOTE_WORDS = 30
# The lowest and the two highest levels say more, so they rest on more.
STRONG_CLAIMS = (1, 4, 5)


@dataclass(frozen=True)
class Verdict:
    """`value` is True when the level rests on enough; else `reason` names what is missing."""

    value: bool
    reason: str
    words_missing: int = 0


def words_in(note: str) -> int:
    return len(note.split())


def judge(*, level: int | None, not_observed: bool, note: str, linked: int, available: int) -> Verdict:
    """Whether one criterion may be handed in.

    A level needs one linked piece of evidence; 1, 4 and 5 need two, or one and a note of thirty
    words. A rater who is shown no evidence at all says in thirty words what they saw instead.
    """
    if level is None:
        return Verdict(not_observed, "" if not_observed else "no_level")
    missing = max(0, NOTE_WORDS - words_in(note))
    if available == 0:
        return Verdict(missing == 0, "note_instead" if missing else "", missing)
    if linked == 0:
        return Verdict(False, "no_evidence")
    if level in STRONG_CLAIMS and linked == 1 and missing:
        return Verdict(False, "second_or_note" if available > 1 else "note_beside", missing)
    return Verdict(True, "")
