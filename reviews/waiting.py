"""What waits for raters and those who ask them: reviews, people to name, calibrations, letters."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.db.models import (
    BooleanField,
    CharField,
    DateField,
    DateTimeField,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Value,
)
from django.utils.translation import gettext as _

from assignments.models import Status
from stretchhub.compiled import compiled
from stretchhub.env import now, today
from stretchhub.linking import link
from stretchhub.people.models.person import name_of
from stretchhub.templatetags.words import day
from stretchhub.waiting import Waiting

from .closing_waiting import closing_line, closing_rows
from .launching import waiting_to_start
from .letter_waiting import letter_line
from .minimum import minimum
from .models import NAMED, CalibrationSession, Letter, Relation, Review, ReviewNarrative, ReviewStatus
from .verdicts import lacking_sentence

OPEN = (ReviewStatus.DRAFT, ReviewStatus.SUBMITTED)
NO_WORDS = Value("", output_field=CharField())
NO_NUMBER = Value(None, output_field=IntegerField())
NO_MOMENT = Value(None, output_field=DateTimeField())
# Every column of the union in its order, and what stands there where a kind of line has no such thing.
NOTHING = {
    "stands_at": NO_WORDS,
    "part": NO_WORDS,
    "titled": NO_WORDS,
    "work": F("code"),
    "panel": NO_NUMBER,
    "in_cycle": NO_WORDS,
    "led_by": NO_NUMBER,
    "whose": NO_WORDS,
    "called": NO_WORDS,
    "rates": NO_NUMBER,
    "full": NO_WORDS,
    "preferred": NO_WORDS,
    "outsider": NO_WORDS,
    "asker": NO_NUMBER,
    "since": NO_MOMENT,
    "until": NO_MOMENT,
    "unseen": Value(False, output_field=BooleanField()),
    "told": Value(True, output_field=BooleanField()),
    "why": NO_WORDS,
}
Row = dict[str, Any]


def waiting_for(user) -> list[Waiting]:
    """What waits of reviews, panels, calibrations, closings and letters; one query."""
    rows, me = _rows(user, today(user.zone), now()), user.pk
    reviews = [row for row in rows if row["what"] == "review"]
    mine = [row for row in reviews if row["rates"] == me and row["stands_at"] == ReviewStatus.DRAFT]
    begin = [row for row in rows if row["what"] == "begin"]
    talks = [_to_calibrate(row, user) for row in rows if row["what"] == "session"]
    to_close = [closing_line(row) for row in rows if row["what"] == "closing"]
    letters = [letter_line(row) for row in rows if row["what"] == "letter"]
    untold = [row for row in reviews if row["rates"] == me and _is_untold(row)]
    return [
        *map(_to_write, mine),
        *map(_to_tell, untold),
        *_to_name(user, reviews),
        *map(_to_start, begin),
        *talks,
        *to_close,
        *letters,
    ]


@compiled
def _rows(user, on: date, at: datetime) -> QuerySet:
    others = (_to_begin(user, on), _sessions(user), _closings(user, on, at), _letters(user))
    return _reviews(user).union(*others, all=True).order_by("due", "number")


def _lines(found: QuerySet, what: str, due: str, **said: str) -> QuerySet:
    """These as one part of the union: what is `said` by a lookup, and nothing in every other column."""
    known = {name: F(lookup) for name, lookup in said.items()}
    return found.order_by().values(what=Value(what), number=F("pk"), thing=F("code"), due=F(due), **(NOTHING | known))


def _reviews(user) -> QuerySet:
    """Those to hand in, and whole panels of work that this person looks after."""
    to_write = Q(rater=user, status=ReviewStatus.DRAFT)
    looked_after = Q(assignment__mentee=user) | Q(assignment__mentor=user) | Q(asked_by=user)
    panels = looked_after & Q(assignment__status=Status.REVIEWING) & ~Q(status=ReviewStatus.WITHDRAWN)
    told = ReviewNarrative.objects.filter(assignment=OuterRef("assignment"), cycle=OuterRef("cycle"))
    return _lines(
        Review.objects.filter(to_write | panels).annotate(is_told=Exists(told)),
        "review",
        "due_on",
        stands_at="status",
        part="relation",
        titled="assignment__title",
        work="assignment__code",
        panel="cycle_id",
        led_by="assignment__mentor_id",
        whose="assignment__mentee__full_name",
        called="assignment__mentee__preferred_name",
        rates="rater_id",
        full="rater__full_name",
        preferred="rater__preferred_name",
        outsider="rater_name",
        asker="asked_by_id",
        since="asked_at",
        until="settled_at",
        unseen="no_contact",
        why="decline_reason",
        told="is_told",
    )


def _to_begin(user, on: date) -> QuerySet:
    """Running work whose review date comes near."""
    return _lines(waiting_to_start(user, on), "begin", "review_on", titled="title", in_cycle="cycle_name")


def _sessions(user) -> QuerySet:
    """The calibrations that this person leads or is asked to, until they are locked."""
    asking = CalibrationSession.objects.asking(user)
    return _lines(asking, "session", "held_on", stands_at="status", titled="name", asker="facilitator_id")


def _closings(user, on: date, at: datetime) -> QuerySet:
    """Work that is to be closed with care, or looked at again."""
    rows = closing_rows(user, on, at)
    return _lines(rows, "closing", "closing__not_now_until", stands_at="stands", titled="title")


def _letters(user) -> QuerySet:
    """Those to write, to change, to sign or to approve; no letter has a day."""
    return _lines(
        Letter.objects.asking(user).annotate(no_day=Value(None, output_field=DateField())),
        "letter",
        due="no_day",
        stands_at="state",
        titled="assignment__title",
        work="assignment__code",
        led_by="author_id",
        whose="assignment__mentee__full_name",
        called="assignment__mentee__preferred_name",
        full="author__full_name",
        preferred="author__preferred_name",
    )


def _to_calibrate(row: Row, user) -> Waiting:
    return Waiting(
        kind="reviews.calibration",
        title=_("Calibration on %(day)s: %(name)s") % {"day": day(row["due"]), "name": row["titled"]},
        reason=_("You lead the conversation about ratings that lie apart.")
        if row["asker"] == user.pk
        else _("Ratings that lie apart are talked over. Bring what you saw."),
        url=link("reviews:calibration", row["thing"]),
        action=_("Open"),
        due_on=row["due"],
    )


def _to_write(row: Row) -> Waiting:
    return Waiting(
        kind="reviews.to_write",
        title=_("Review “%(title)s”") % {"title": row["titled"]},
        reason=_reason(row),
        url=link("reviews:review", row["thing"]),
        action=_("Review"),
        due_on=row["due"],
    )


def _is_untold(row: Row) -> bool:
    """The mentee has handed in, nothing is final yet, and there is no narrative, which the packet would not have."""
    waits = row["stands_at"] in (ReviewStatus.SUBMITTED, ReviewStatus.CALIBRATING)
    return row["part"] == Relation.SELF and waits and not row["told"]


def _to_tell(row: Row) -> Waiting:
    return Waiting(
        kind="reviews.to_tell",
        title=_("Tell “%(title)s” in your own words") % {"title": row["titled"]},
        reason=_("HR reads it in the packet beside the ratings. Once these are final it cannot be added."),
        url=link("reviews:narrative", row["work"]),
        action=_("Write"),
    )


def _reason(row: Row) -> str:
    words = {"mentee": name_of(row["whose"], row["called"])}
    if row["part"] == Relation.SELF:
        return _("Your own view stands beside the others’; it is never averaged in.")
    if row["part"] in NAMED:
        return _("%(mentee)s’s work is being reviewed and you saw it.") % words
    return _("Nobody sees a rating of %(mentee)s’s work before all are in.") % words


def _to_name(user, reviews: list[Row]) -> Iterator[Waiting]:
    """Where somebody said no and nobody was named since, and where all are in but one more is needed."""
    panels: defaultdict[tuple[object, int], list[Row]] = defaultdict(list)
    for row in reviews:
        panels[row["work"], row["panel"]].append(row)
    for panel in panels.values():
        asked = [row for row in panel if row["stands_at"] != ReviewStatus.DECLINED]
        if any(row["stands_at"] not in OPEN for row in asked):
            continue
        lacking, all_in = minimum(row["part"] for row in asked), all(row["stands_at"] != "draft" for row in asked)
        if panel[0]["led_by"] == user.pk and all_in and not lacking.value:
            yield _line(panel[0], "reviews.one_more", _("One more review is needed"), lacking_sentence(lacking))
        elif said_no := _said_no(user, panel):
            words = {"name": _name(said_no), "title": said_no["titled"]}
            title = _("%(name)s does not review “%(title)s”") % words
            yield _line(said_no, "reviews.declined", title, _said(said_no))


def _said_no(user, panel: list[Row]) -> Row | None:
    """The last one that this person asked and who said no, unless somebody was asked since."""
    latest = max(row["since"] for row in panel)
    mine = [row for row in panel if row["stands_at"] == ReviewStatus.DECLINED and row["asker"] == user.pk]
    return max((row for row in mine if latest < row["until"]), key=lambda row: row["until"], default=None)


def _name(row: Row) -> str:
    return name_of(row["full"], row["preferred"]) if row["rates"] else row["outsider"]


def _said(row: Row) -> str:
    words = _("Has not seen enough to judge.") if row["unseen"] else _("Would rather not.")
    return f"{words} “{row['why']}”" if row["why"] else words


def _line(row: Row, kind: str, title: str, reason: str) -> Waiting:
    return Waiting(
        kind=kind,
        title=title,
        reason=reason,
        url=link("reviews:raters", row["work"]),
        action=_("Name somebody"),
    )


def _to_start(row: Row) -> Waiting:
    words = {"title": row["titled"], "cycle": row["in_cycle"]}
    return Waiting(
        kind="reviews.to_start",
        title=_("Ask for reviews of “%(title)s”") % words,
        reason=_("Its review date lies in “%(cycle)s”, and nobody has been asked yet.") % words,
        url=link("reviews:start", row["work"]),
        action=_("Ask for reviews"),
        due_on=row["due"],
    )
