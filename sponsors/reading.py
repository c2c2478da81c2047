"""A stored dashboard in words: the reader's language and zone come in only here."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from assignments.models import Assignment, Attribution, Direction, Status
from assignments.status import ByHand, Judgement, Reason
from assignments.status_words import Standing, reason_sentence, standing

from .asked import Question
from .decided_words import ScopeWords, change_since, decision_words, scope_words
from .models import AskState, DashboardSnapshot

STALE_AFTER = timedelta(hours=26)
# From so many assignments on a table of them all stands on top.
PORTFOLIO_FROM = 4
# Fewer cases than this show a direction at most.
FEW_CASES = 10


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
    later_steps: list[dict[str, Any]]
    weight_done: int
    weight_total: int
    risks: list[dict[str, Any]]
    answers: list[dict[str, Any]]
    scope: ScopeWords | None
    decisions: list[dict[str, Any]]
    next_talk: date | None
    charter_version: int
    charter_changed_at: datetime | None
    evidence: list[dict[str, Any]]
    evidence_more: int
    changes: list[tuple[str, date | None]]
    acknowledged_at: datetime | None
    up_to_date: bool
    charter_url: str
    asks: list[Question] = field(default_factory=list)

    @property
    def needs(self) -> list[str]:
        """What is wanted of the sponsor here, in short, for the table of all."""
        wanted = [each.kind_word for each in self.asks]
        wanted += [_("Change of scope to decide") for _change in self.to_decide]
        return [*wanted, *([_("Charter to acknowledge")] if self.charter_url else [])]

    @property
    def to_decide(self) -> list[dict[str, Any]]:
        """The changes of scope that wait for the sponsor."""
        return self.scope.mine if self.scope else []

    @property
    def more_reasons(self) -> tuple[str, ...]:
        """Those that the sentence does not name."""
        return self.standing.reasons[2:]


def parts_of(
    snapshot: DashboardSnapshot | None,
    still_shared: Collection[str] | None = None,
    asks: Sequence[Question] = (),
) -> list[Part]:
    """The assignments of a dashboard: what asks for something first, then the running, then the closed.

    Where `still_shared` is given, evidence that is not among these codes is left out.
    """
    cards = [_without_open(card, asks) for card in (snapshot.content.get("cards", []) if snapshot else [])]
    parts = [_part(card if still_shared is None else _without(card, still_shared), asks) for card in cards]
    return sorted(parts, key=_pressing)


def _without_open(card: dict[str, Any], asks: Sequence[Question]) -> dict[str, Any]:
    """What is asked stands in its own frame; among the changes it would only be said twice."""
    asked = {ask.words for ask in asks}
    return card | {"changes": [each for each in card["changes"] if each["code"] != "ask" or each["words"] not in asked]}


def _pressing(part: Part) -> tuple:
    first = min((ask.needed_by for ask in part.asks if ask.needed_by), default=date.max)
    return (not part.asks, first, not part.to_decide, not part.charter_url, not part.running, part.up_to_date)


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


def _part(card: dict[str, Any], asks: Sequence[Question]) -> Part:
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
        outcomes=[_outcome(outcome) for outcome in card["outcomes"]],
        next_step=step and _dated(step, "due_on"),
        later_steps=[_dated(each, "due_on") for each in card.get("later_steps", [])],
        weight_done=card["weight_done"],
        weight_total=card["weight_total"],
        risks=card.get("risks", []),
        answers=[_answer(each) for each in card.get("answers", [])],
        scope=scope_words(card),
        decisions=decision_words(card),
        next_talk=_day(card.get("next_talk")),
        charter_version=card.get("charter_version", 0),
        charter_changed_at=_moment(card.get("charter_changed_at")),
        evidence=[_evidence(each) for each in card["evidence"]],
        evidence_more=card["evidence_more"],
        changes=[(_change(each), _day(each["day"])) for each in card["changes"]],
        acknowledged_at=_moment(card["acknowledged_at"]),
        up_to_date=card["acknowledged_revision"] >= card["revision"],
        charter_url=charter,
        asks=[ask for ask in asks if str(ask.assignment) == card["code"]],
    )


def _standing(card: dict[str, Any]) -> Standing:
    """The status as the sponsor reads it: the same rule, said to somebody outside the check-ins."""
    assignment = Assignment(status=card["status"], ending=card["ending"], pause_reason=card["pause_reason"])
    reasons = tuple(Reason(*reason) for reason in card["reasons"])
    judged = Judgement(card["judgement"], (), reasons, _by_hand(card))
    said = standing(assignment, judged)
    if judged.by_hand or not any(reason.code == "check_in" for reason in reasons):
        return replace(said, reasons=tuple(_reason(reason) for reason in reasons)) if said.reasons else said
    words = {reason_sentence(reason): _reason(reason) for reason in reasons}
    sentence = said.sentence
    for theirs, ours in words.items():
        sentence = sentence.replace(theirs, ours)
    return Standing(said.word, said.mark, sentence, tuple(_reason(reason) for reason in reasons))


def _by_hand(card: dict[str, Any]) -> ByHand | None:
    """What somebody set, as long as it holds: a dashboard that was built before its end says no more than that."""
    stored = card.get("by_hand")
    until = _day(stored[2]) if stored else None
    return ByHand(card["judgement"], stored[0], stored[1], until) if stored and until else None


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
    return (
        change_since(change["code"]) % words
        or {
            "ends_on": _("The end has moved"),
            "charter": _("The charter was changed"),
            "measured": _("Measured: %(words)s"),
            "ask": _("Asked of you: %(words)s"),
            "done": _("Done: %(words)s"),
            "added": _("New milestone: %(words)s"),
            "moved": _("Moved: %(words)s"),
            "evidence": _("Shared with you: %(words)s"),
        }[change["code"]]
        % words
    )


def _outcome(outcome: dict[str, Any]) -> dict[str, Any]:
    """A measure with its words: how far, how sure, of how many cases, and what else may have moved it."""
    actual = outcome.get("actual")
    made = _dated(outcome, "due_on") | {"measured_on": _day(outcome.get("measured_on"))}
    made |= {"says": _standing_words(outcome), "cases": "", "because": "", "keeps": False}
    made["keeps"] = outcome.get("direction") == Direction.MAINTAIN
    if actual is not None:
        made |= {"cases": _cases(outcome.get("n")), "because": _because(outcome)}
    return made


def _standing_words(outcome: dict[str, Any]) -> str:
    share = outcome.get("progress")
    percent = {"n": round(100 * share) if share is not None else 0}
    return {
        "on_the_way": _("%(n)s %% of the way"),
        "reached": _("target reached"),
        "moved_away": _("moved away from the target"),
        "not_moved": _("where it began"),
        "kept": _("kept"),
        "not_kept": _("not kept"),
    }.get(outcome.get("standing", ""), "") % percent


def _cases(n: int | None) -> str:
    if n is None:
        return _("number of cases not given")
    few = _("n = %(n)s, too few to tell more than a direction")
    return (few if n < FEW_CASES else _("n = %(n)s")) % {"n": n}


def _because(outcome: dict[str, Any]) -> str:
    """The work contributed to it; that it caused it can only a comparison show."""
    causes = outcome.get("other_causes") or []
    if outcome.get("attribution") == Attribution.COMPARISON:
        said = _("Compared with a group that goes on as before.")
    else:
        said = _("The work contributed to this.")
    if not causes:
        return said
    return _("%(said)s Other causes: %(causes)s.") % {"said": said, "causes": "; ".join(causes)}


ANSWER_ICONS = {AskState.DECLINED: "x-mark", AskState.DELEGATED: "arrow-uturn-right", AskState.ACCEPTED: "check"}


def _answer(answer: dict[str, Any]) -> dict[str, Any]:
    state = AskState(answer["state"])
    return _dated(answer, "day") | {"word": state.label, "icon": ANSWER_ICONS[state]}


def _dated(each: dict[str, Any], name: str) -> dict[str, Any]:
    return each | {name: _day(each[name])}


def _evidence(each: dict[str, Any]) -> dict[str, Any]:
    return each | {
        "happened_on": _day(each["happened_on"]),
        "url": reverse("assignments:evidence", args=[each["code"]]),
    }


def _moment(value: str | None) -> datetime | None:
    return parse_datetime(value) if value else None


def _day(value: str | None) -> date | None:
    return parse_date(value) if value else None
