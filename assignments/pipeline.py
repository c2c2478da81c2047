"""The board of one mentorship, read as a whole in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _

from stretchhub.people.models import User

from .models import BriefStatus, BriefVersion, Kind, Mentorship, Option, RequestStatus, SponsorRequest, Stage
from .models.option import BOARD
from .outreach import number
from .rules import can_move_option

KIND_ICONS: dict[str, str] = {
    Kind.TECHNICAL: "wrench-screwdriver",
    Kind.STRATEGIC: "map",
    Kind.CROSS_FUNCTIONAL: "arrows-right-left",
    Kind.OWNERSHIP: "cube",
    Kind.AMBIGUITY: "question-mark-circle",
    Kind.STAKEHOLDERS: "users",
}
BRIEF_MARKS: dict[str, str] = {
    BriefStatus.DRAFT: "draft",
    BriefStatus.SUBMITTED: "submitted",
    BriefStatus.ENDORSED: "endorsed",
    BriefStatus.CHANGES_REQUESTED: "changes",
    BriefStatus.DECLINED: "declined",
    BriefStatus.SPONSOR_ACCEPTED: "endorsed",
    BriefStatus.SPONSOR_DECLINED: "declined",
}
PUT_ASIDE = (Stage.PARKED, Stage.DECLINED)


@dataclass(frozen=True)
class Choice:
    """A stage in a card's “Move to…”."""

    value: str
    label: str
    current: bool


@dataclass(frozen=True)
class Badge:
    word: str
    mark: str


@dataclass(frozen=True)
class Card:
    option: Option
    kind_icon: str
    badges: tuple[Badge, ...]
    stages: tuple[Choice, ...]
    hours: str
    goal: str


@dataclass(frozen=True)
class Column:
    stage: str
    label: str
    cards: tuple[Card, ...]


@dataclass(frozen=True)
class Step:
    """One piece of the pipeline strip: how many options stand in a stage."""

    stage: str
    label: str
    count: int


@dataclass(frozen=True)
class Board:
    mentorship: Mentorship
    columns: tuple[Column, ...]
    aside: tuple[Column, ...]
    may_move: bool
    missing: str

    @property
    def is_empty(self) -> bool:
        return not any(column.cards for column in (*self.columns, *self.aside))


def with_brief_status(options: QuerySet[Option]) -> QuerySet[Option]:
    """The options, each knowing where the latest version of its brief and its sponsor request stand."""
    versions = BriefVersion.objects.filter(brief__option=OuterRef("pk")).order_by("-number")
    asked = SponsorRequest.objects.filter(version__brief__option=OuterRef("pk"), status=RequestStatus.ASKED)
    return options.annotate(
        brief_status=Subquery(versions.values("status")[:1]),
        asked_name=Subquery(asked.values("sponsor__full_name")[:1]),
    )


def read_board(mentorship: Mentorship, user: User) -> Board:
    """The six columns and what was put aside, by one query whatever the number of cards."""
    options = list(
        with_brief_status(Option.objects.filter(mentorship=mentorship))
        .select_related("goal")
        .order_by("-stage_changed_at", "-pk")
    )
    may_move = can_move_option(user, Option(mentorship=mentorship))
    cards = [card_of(option) for option in options]
    return Board(
        mentorship=mentorship,
        columns=tuple(_column(stage, cards) for stage in BOARD),
        aside=tuple(column for stage in PUT_ASIDE if (column := _column(stage, cards)).cards),
        may_move=may_move,
        missing=what_is_missing(options),
    )


def card_of(option: Option) -> Card:
    """A card with its marks and the stages it may go to."""
    return Card(
        option=option,
        kind_icon=KIND_ICONS[option.kind],
        badges=_badges(option),
        stages=move_choices(option),
        hours=number(option.hours_per_week) if option.hours_per_week is not None else "",
        goal=option.goal.title if option.goal else "",
    )


def move_choices(option: Option) -> tuple[Choice, ...]:
    """The stage it is in and those it may go to by hand; nothing where it does not move."""
    following = option.next_stages()
    if not following:
        return ()
    return tuple(
        Choice(stage.value, str(stage.label), stage == option.stage)
        for stage in Stage
        if stage == option.stage or stage in following
    )


def strip_of(options: Iterable[Option]) -> tuple[Step, ...]:
    """How many options stand in each of the six stages."""
    counts = dict.fromkeys(BOARD, 0)
    for option in options:
        if option.stage in counts:
            counts[Stage(option.stage)] += 1
    return tuple(Step(stage.value, str(stage.label), count) for stage, count in counts.items())


def what_is_missing(options: Iterable[Option]) -> str:
    """One sentence about the thinnest place of the pipeline; nothing where there is none."""
    live = [option for option in options if option.is_open]
    if not live:
        return ""
    if len(live) == 1:
        return _("One open option is a single path. Add a second, of another kind.")
    kinds = {option.kind for option in live}
    if len(kinds) == 1:
        return _("All open options are of the same kind: %(kind)s. Another kind would stretch elsewhere.") % {
            "kind": live[0].get_kind_display().lower()
        }
    without_step = [option for option in live if not option.next_step]
    if without_step:
        return _("“%(option)s” has no next step yet.") % {"option": without_step[0].title}
    return ""


def _column(stage: Stage, cards: Iterable[Card]) -> Column:
    return Column(stage.value, str(stage.label), tuple(card for card in cards if card.option.stage == stage))


def _badges(option: Option) -> tuple[Badge, ...]:
    status, asked = getattr(option, "brief_status", None), getattr(option, "asked_name", None)
    if asked:
        return (Badge(_("Asked: %(name)s") % {"name": asked}, "waiting"),)
    if not status or option.stage in (Stage.ACTIVE, Stage.CLOSED):
        return ()
    words = {BriefStatus.DRAFT: _("Brief in draft"), BriefStatus.ENDORSED: _("Brief endorsed")}
    return (Badge(words.get(BriefStatus(status), str(BriefStatus(status).label)), BRIEF_MARKS[status]),)
