"""The board of one mentorship, read as a whole in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from stretchhub.people.models import User
from stretchhub.templatetags.look import MARKS

from .assessing import think
from .balance import Glance, glance
from .board_filter import LONG, BoardFilter
from .models import BriefStatus, Kind, Mentorship, Option, Stage
from .models.option import BOARD, NEEDS_REASON
from .option_rows import options_of
from .outreach import number
from .portfolio_words import RISK_ICONS, Hint, Mark, MixWords, hints, mix_words, risk_badge, zone_badge
from .rules import can_move_option
from .stretch import ZONES, Stretch

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
# Everything that may stand on a card, drawn once on the page.
CARD_ICONS = frozenset(
    {
        *KIND_ICONS.values(),
        *(MARKS[mark][1] for mark in (*BRIEF_MARKS.values(), *ZONES, "waiting")),
        *RISK_ICONS.values(),
        *("clock", "flag", "question-mark-circle", "exclamation-triangle"),
    }
)
PUT_ASIDE = (Stage.PARKED, Stage.DECLINED)
NEWEST = 20  # cards with which a column that only grows begins


@dataclass(frozen=True)
class Choice:
    """A stage in “Move to…”."""

    value: str
    label: str
    current: bool


@dataclass(frozen=True)
class Badge:
    word: str
    mark: str


@dataclass(frozen=True)
class Card:
    """One option as the board shows it; `to` names the stages it may go to where they are not its column's."""

    option: Option
    kind: str
    kind_icon: str
    badges: tuple[Badge, ...]
    zone: Mark | None
    risk: Mark | None
    hours: str
    goal: str
    next_step: str
    to: str = ""


@dataclass(frozen=True)
class Column:
    """A stage with its cards; `left_out` are older ones that `rest` shows, `to` is where its cards may go."""

    stage: str
    label: str
    cards: tuple[Card, ...]
    count: int
    to: str
    left_out: int = 0
    rest: str = ""


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
    filter: BoardFilter
    goals: tuple[tuple[str, str], ...]
    shown: int
    total: int
    glance: Glance
    mix: MixWords
    hint: Hint | None

    @property
    def is_empty(self) -> bool:
        return not self.total

    def has(self, option: Option) -> bool:
        """Whether this option's card is among those shown."""
        return any(card.option.pk == option.pk for column in (*self.columns, *self.aside) for card in column.cards)


def read_board(mentorship: Mentorship, user: User, today: date, narrowed: BoardFilter = BoardFilter()) -> Board:  # noqa: B008
    """The six columns, what was put aside and the strip above them, whatever the number of cards."""
    options = options_of(mentorship)
    thinking = think(mentorship, today, options)
    strip = glance(thinking, today)
    kept = [option for option in options if narrowed.keeps(option, _stretch(option, thinking.stretches))]
    cards = [_card(option, thinking.stretches, strip) for option in kept]
    return Board(
        mentorship=mentorship,
        columns=tuple(_column(stage, cards, narrowed) for stage in BOARD),
        aside=tuple(column for stage in PUT_ASIDE if (column := _column(stage, cards, narrowed)).count),
        may_move=can_move_option(user, Option(mentorship=mentorship)),
        filter=narrowed,
        goals=_goals(options),
        shown=len(kept),
        total=len(options),
        glance=strip,
        mix=mix_words(strip.mix),
        hint=next(iter(hints(strip.missing[:1], mentorship, thinking.goals, strip.without_class)), None),
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


def _stretch(option: Option, found: Mapping[int, Stretch]) -> Stretch | None:
    """How far it reaches; what is over has no zone, as the levels have moved on since."""
    return None if option.stage in (Stage.CLOSED, Stage.DECLINED) else found[option.pk]


def _card(option: Option, found: Mapping[int, Stretch], strip: Glance) -> Card:
    stretch = _stretch(option, found)
    risk = strip.classes.get(option.pk)
    return Card(
        option=option,
        kind=str(Kind(option.kind).label),
        kind_icon=KIND_ICONS[option.kind],
        badges=_badges(option),
        zone=zone_badge(stretch) if stretch else None,
        risk=risk_badge(risk.value) if risk and risk.value else None,
        hours=number(option.hours_per_week) if option.hours_per_week is not None else "",
        goal=option.goal.title if option.goal else "",
        next_step=option.stage_reason if option.stage in NEEDS_REASON else option.next_step,
        to=option.left_stage if option.stage == Stage.PARKED else "",
    )


def _column(stage: Stage, cards: Iterable[Card], narrowed: BoardFilter) -> Column:
    here = [card for card in cards if card.option.stage == stage]
    shown = here[:NEWEST] if stage in LONG and narrowed.whole != stage else here
    to = () if stage == Stage.PARKED else Option(stage=stage).next_stages()
    return Column(
        stage=stage.value,
        label=str(stage.label),
        cards=tuple(shown),
        count=len(here),
        to=" ".join(to),
        left_out=len(here) - len(shown),
        rest=narrowed.showing(stage.value),
    )


def _goals(options: Iterable[Option]) -> tuple[tuple[str, str], ...]:
    """The goals that options serve, to choose from."""
    found = {str(option.goal.code): option.goal.title for option in options if option.goal}
    return tuple(sorted(found.items(), key=lambda each: (each[1], each[0])))


def _badges(option: Option) -> tuple[Badge, ...]:
    status, asked = getattr(option, "brief_status", None), getattr(option, "asked_name", None)
    if asked:
        return (Badge(_("Asked: %(name)s") % {"name": asked}, "waiting"),)
    if not status or option.stage in (Stage.ACTIVE, Stage.CLOSED):
        return ()
    words = {BriefStatus.DRAFT: _("Brief in draft"), BriefStatus.ENDORSED: _("Brief endorsed")}
    return (Badge(words.get(BriefStatus(status), str(BriefStatus(status).label)), BRIEF_MARKS[status]),)
