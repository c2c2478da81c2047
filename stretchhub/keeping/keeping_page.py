"""How long what is kept, as the page tells it: the rules that this package runs, and what others see to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import IntegerField, QuerySet, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assignments.models import FeedbackRound
from reviews.models import Export, ExportStatus
from stretchhub.people.models import Draft, User

from .models import ErasureRequest, LetGo, State
from .retention import RULES, Rule

# As beat has it, in UTC.
NIGHTLY = (3, 50)
# So long after it should have looked something is wrong with the worker.
LATE = timedelta(hours=26)


class Counted(Subquery):
    """How many rows these are."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS counted)"
    output_field = IntegerField()

    def __init__(self, found: QuerySet) -> None:
        super().__init__(found.order_by().values("pk"))


@dataclass(frozen=True)
class Line:
    """One class of data: how long it is kept and why, what happens then, how much the next run takes (none where
    nothing ever goes), and how much went so far."""

    what: Any
    kept: str
    why: Any
    after: Any
    beyond: int | None
    gone: int | None = None
    setting: str = ""


@dataclass(frozen=True)
class Keeping:
    lines: tuple[Line, ...]
    next_at: datetime
    looked_at: datetime | None
    late: bool
    to_decide: int

    @property
    def classes(self) -> int:
        """Of how many classes the next run takes something."""
        return sum(1 for line in self.lines if line.beyond)


def keeping(moment: datetime, reader: User) -> Keeping:
    """Counts what a run would take now, in one query, and takes nothing."""
    asked = {"to_decide": ErasureRequest.objects.filter(state=State.ASKED)}
    numbers = _numbers(reader, {**asked, **beyond(moment), **_elsewhere(moment)})
    done = LetGo.objects.in_bulk()
    looked_at = min((each.done_at for each in done.values() if each.done_at), default=None)
    lines = (*(_line(rule, numbers, done.get(rule.name)) for rule in RULES), *_lines_elsewhere(numbers))
    late = looked_at is not None and looked_at < moment - LATE
    return Keeping(lines, _next(moment), looked_at, late, numbers["to_decide"])


def beyond(moment: datetime) -> dict[str, QuerySet]:
    """What a run would take now, by the name of its rule; without what is kept for good."""
    found = {rule.name: rule.beyond(moment) for rule in RULES}
    return {name: rows for name, rows in found.items() if rows is not None}


def _numbers(reader: User, found: Mapping[str, QuerySet]) -> dict[str, int]:
    """Of each of these how many, asked beside one row that is there."""
    counted = User.objects.filter(pk=reader.pk).values_list(*(Counted(rows) for rows in found.values()))
    return dict(zip(found, counted.get(), strict=True))


def _line(rule: Rule, numbers: Mapping[str, int], done: LetGo | None) -> Line:
    gone = done.number if done else 0
    return Line(rule.what, _kept(rule), rule.why, rule.after, numbers.get(rule.name), gone, rule.setting)


def _kept(rule: Rule) -> str:
    span = rule.span()
    if span is None:
        return _("for good")
    if rule.setting.endswith("_MONTHS"):
        months = getattr(settings, rule.setting)
        return ngettext("%(n)s month", "%(n)s months", months) % {"n": months}
    return _so_many_days(span.days)


def _so_many_days(days: int) -> str:
    return ngettext("%(n)s day", "%(n)s days", days) % {"n": days} if days else _("until they end")


def _elsewhere(moment: datetime) -> dict[str, QuerySet]:
    """What has a time and a run of its own."""
    drafts = Draft.objects.filter(saved_at__lt=moment - timedelta(days=settings.DRAFT_DAYS))
    return {
        "feedback": FeedbackRound.objects.filter(keep_until__lt=moment.date(), purged_at__isnull=True),
        "drafts": drafts if settings.DRAFT_DAYS > 0 else drafts.none(),
        "files": Export.objects.filter(status=ExportStatus.COMPLETE, expires_at__lte=moment),
        "packets": ErasureRequest.objects.filter(state=State.DONE, packets_kept_until__lt=moment.date()),
    }


def _lines_elsewhere(numbers: Mapping[str, int]) -> tuple[Line, ...]:
    return (
        Line(
            _("Answers to feedback"),
            _("until the day their givers were told"),
            _("It was promised to whoever gave them; 12 months unless the mentee chose another time."),
            _("Answers are deleted; confidential numbers that were shown stay."),
            numbers["feedback"],
        ),
        Line(
            _("Drafts that were never sent"),
            _so_many_days(settings.DRAFT_DAYS) if settings.DRAFT_DAYS > 0 else _("for good"),
            _("Somebody may go on with them."),
            _("They are deleted."),
            numbers["drafts"] if settings.DRAFT_DAYS > 0 else None,
            setting="DRAFT_DAYS",
        ),
        Line(
            _("Files of exports and archives"),
            _("24 hours"),
            _("They are there to be fetched once."),
            _("They are deleted within minutes; who asked for what, and when, stays."),
            numbers["files"],
        ),
        Line(
            _("Packets of people who were erased"),
            _("until the day that was named"),
            _("A rule was named that wants them kept."),
            _("They are deleted."),
            numbers["packets"],
        ),
        Line(
            _("Frozen packets, letters, ratings and statistics"),
            _("for good"),
            _("They prove what was decided. Erasing a person takes that person’s own."),
            _("They stay."),
            None,
        ),
        Line(
            _("Failed sign-ins"),
            _("minutes"),
            _("They only slow down whoever tries again."),
            _("They are never written to the database."),
            None,
        ),
        Line(
            _("Backups"),
            _("35 days"),
            _("So long a backup may still be needed, and so long somebody who was erased is in it."),
            _("Whoever runs this system deletes them; nothing here can."),
            None,
        ),
    )


def _next(moment: datetime) -> datetime:
    hour, minute = NIGHTLY
    tonight = moment.replace(hour=hour, minute=minute, second=0, microsecond=0)
    return tonight if tonight > moment else tonight + timedelta(days=1)
