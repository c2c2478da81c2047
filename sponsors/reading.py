"""A stored dashboard in words: the reader's language and zone come in only here."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from assignments.models import Assignment, Status
from assignments.status import Judgement, Reason
from assignments.status_words import Standing, reason_sentence, standing

from .models import DashboardSnapshot

STALE_AFTER = timedelta(hours=26)


@dataclass(frozen=True)
class Part:
    """One assignment as the page shows it."""

    code: str
    url: str
    revision: int
    title: str
    outcome: str
    mentee: str
    mentor: str
    standing: Standing
    running: bool
    starts_on: date | None
    ends_on: date | None
    outcomes: list[dict[str, Any]]
    next_step: dict[str, Any] | None
    weight_done: int
    weight_total: int
    evidence: list[dict[str, Any]]
    evidence_more: int
    changes: list[tuple[str, date | None]]
    acknowledged_at: datetime | None
    up_to_date: bool
    charter_url: str

    @property
    def more_reasons(self) -> tuple[str, ...]:
        """Those that the sentence does not name."""
        return self.standing.reasons[2:]


def parts_of(snapshot: DashboardSnapshot | None, still_shared: Collection[str] | None = None) -> list[Part]:
    """The assignments of a dashboard: what asks for something first, then the running, then the closed.

    Where `still_shared` is given, evidence that is not among these codes is left out.
    """
    cards = snapshot.content.get("cards", []) if snapshot else []
    parts = [_part(card if still_shared is None else _without(card, still_shared)) for card in cards]
    return sorted(parts, key=lambda part: (not part.charter_url, not part.running, part.up_to_date))


def codes_of(snapshot: DashboardSnapshot) -> list[str]:
    """All evidence that a dashboard names."""
    return [each["code"] for card in snapshot.content.get("cards", []) for each in card["evidence"]]


def _without(card: dict[str, Any], still_shared: Collection[str]) -> dict[str, Any]:
    """The card with nothing of what the mentee has taken back since it was built."""
    kept = [each for each in card["evidence"] if each["code"] in still_shared]
    titles = {each["title"] for each in kept}
    changes = [each for each in card["changes"] if each["code"] != "evidence" or each["words"] in titles]
    return card | {"evidence": kept, "changes": changes}


def is_stale(snapshot: DashboardSnapshot, moment: datetime) -> bool:
    """Older than a day and a bit: the nightly build has not been."""
    return snapshot.as_of is None or moment - snapshot.as_of > STALE_AFTER


def _part(card: dict[str, Any]) -> Part:
    url = reverse("assignments:detail", args=[card["code"]])
    charter = reverse("assignments:charter", args=[card["code"]]) if card["charter_to_acknowledge"] else ""
    step = card["next_step"]
    return Part(
        code=card["code"],
        url=url,
        revision=card["revision"],
        title=card["title"],
        outcome=card["outcome"],
        mentee=card["mentee"],
        mentor=card["mentor"],
        standing=_standing(card),
        running=card["status"] != Status.CLOSED,
        starts_on=_day(card["starts_on"]),
        ends_on=_day(card["ends_on"]),
        outcomes=[outcome | {"due_on": _day(outcome["due_on"])} for outcome in card["outcomes"]],
        next_step=step and step | {"due_on": _day(step["due_on"])},
        weight_done=card["weight_done"],
        weight_total=card["weight_total"],
        evidence=[_evidence(each) for each in card["evidence"]],
        evidence_more=card["evidence_more"],
        changes=[(_change(each), _day(each["day"])) for each in card["changes"]],
        acknowledged_at=parse_datetime(card["acknowledged_at"]) if card["acknowledged_at"] else None,
        up_to_date=card["acknowledged_revision"] >= card["revision"],
        charter_url=charter,
    )


def _standing(card: dict[str, Any]) -> Standing:
    """The status as the sponsor reads it: the same rule, said to somebody outside the check-ins."""
    assignment = Assignment(status=card["status"], ending=card["ending"], pause_reason=card["pause_reason"])
    reasons = tuple(Reason(*reason) for reason in card["reasons"])
    if not any(reason.code == "check_in" for reason in reasons):
        return standing(assignment, Judgement(card["judgement"], (), reasons))
    said = standing(assignment, Judgement(card["judgement"], (), reasons))
    words = {reason_sentence(reason): _reason(reason) for reason in reasons}
    sentence = said.sentence
    for theirs, ours in words.items():
        sentence = sentence.replace(theirs, ours)
    return Standing(said.word, said.mark, sentence, tuple(_reason(reason) for reason in reasons))


def _reason(reason: Reason) -> str:
    if reason.code == "check_in":
        return _("the last check-in of mentee and mentor is %(n)s rhythms ago") % {"n": f"{reason.figure:.1f}"}
    return reason_sentence(reason)


def _change(change: dict[str, Any]) -> str:
    words = {"words": change["words"]}
    if change["code"] == "status":
        return _("Status: now “%(words)s”") % {"words": Status(change["words"]).label}
    if change["code"] == "judgement":
        judged = Judgement(change["words"])
        return _("Status: now “%(words)s”") % {"words": standing(Assignment(status=Status.ACTIVE), judged).word}
    return {
        "ends_on": _("The end has moved"),
        "charter": _("The charter was changed"),
        "done": _("Done: %(words)s"),
        "added": _("New milestone: %(words)s"),
        "moved": _("Moved: %(words)s"),
        "evidence": _("Shared with you: %(words)s"),
    }[change["code"]] % words


def _evidence(each: dict[str, Any]) -> dict[str, Any]:
    return each | {
        "happened_on": _day(each["happened_on"]),
        "url": reverse("assignments:evidence", args=[each["code"]]),
    }


def _day(value: str | None) -> date | None:
    return parse_date(value) if value else None
