"""What a sponsor is told on Monday: what needs them, what is different since the last digest, what comes next."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Min, OuterRef, QuerySet, Subquery

from assignments.cadence import next_working_day, slot_utc
from assignments.models import Assignment, RequestStatus, SponsorRequest, Status
from stretchhub.people.models import User

from . import mailed
from .cards import Dashboard
from .dashboard import build
from .models import Ask, DashboardAcknowledgement, DashboardSnapshot
from .reading import Part, parts_of

AT = time(8)


@dataclass(frozen=True)
class News:
    """One assignment in a digest; `is_new` where the sponsor was never told of it in one."""

    part: Part
    is_new: bool

    @property
    def changes(self) -> list[str]:
        """Without what is asked, which stands by itself."""
        return [words for words, _day in self.part.changes]

    @property
    def is_any(self) -> bool:
        return bool(self.is_new or self.part.changes or self.part.charter_url)


@dataclass(frozen=True)
class Digest:
    """Everything one digest says, and the facts from which the next one goes on."""

    snapshot: DashboardSnapshot
    asks: tuple[Ask, ...]
    requests: tuple[SponsorRequest, ...]
    news: tuple[News, ...]
    facts: dict[str, Any]
    # Where the living link of a mail leads; empty where there is none.
    door: str = ""

    @property
    def needs(self) -> int:
        """How many things wait for the sponsor themselves."""
        charters = sum(bool(each.part.charter_url) for each in self.news)
        scope = sum(len(each.part.to_decide) for each in self.news)
        return len(self.asks) + len(self.requests) + charters + scope

    @property
    def is_empty(self) -> bool:
        """Nothing waits and nothing is different: no digest."""
        return not (self.needs or any(each.is_any for each in self.news))


def slot(moment: datetime, person: User) -> tuple[date, datetime]:
    """This week's Monday where the person is, and eight o'clock there on it or on their next working day."""
    here = moment.astimezone(person.zone).date()
    monday = here - timedelta(days=here.weekday())
    return monday, slot_utc(next_working_day(monday, person.working_days), AT, person.zone)


def due_monday(snapshot: Any, moment: datetime) -> date | None:
    """The Monday whose digest has come due for one of `readers` and was not looked at yet."""
    monday, at = slot(moment, snapshot.sponsor)
    looked_at = snapshot.digested_at is not None and snapshot.digested_at >= at
    # Whoever became a sponsor after this week's hour is told of it next week.
    too_new = snapshot.since is not None and snapshot.since > at
    return None if at > moment or looked_at or too_new else monday


def readers() -> QuerySet[DashboardSnapshot]:
    """Sponsors who are here, whose work goes on, and since when they are sponsors."""
    said_yes = SponsorRequest.objects.filter(sponsor=OuterRef("sponsor"), status=RequestStatus.ACCEPTED)
    since = said_yes.order_by().values("sponsor").annotate(first=Min("answered_at")).values("first")
    open_work = Assignment.objects.exclude(status=Status.CLOSED).values("sponsor")
    snapshots = DashboardSnapshot.objects.filter(sponsor__is_active=True, sponsor__in=open_work)
    return snapshots.select_related("sponsor").annotate(since=Subquery(since)).order_by("sponsor_id")


def read(snapshots: Collection[DashboardSnapshot], *, against: str) -> dict[int, Digest]:
    """The digest of each, by snapshot, against the facts of the last one or of the one `before` it."""
    before = {each.sponsor_id: each.digested.get(against, {}) for each in snapshots}
    built = build(before, since=_as_said(before))
    asks = _by(Ask.objects.open().filter(addressee__in=before).select_related("assignment"), "addressee_id")
    asked = SponsorRequest.objects.filter(sponsor__in=before, status=RequestStatus.ASKED)
    requests = _by(asked.select_related("asked_by", "version__brief__option"), "sponsor_id")
    doors = mailed.paths(before)
    digests = (_digest(each, built[each.sponsor_id], before[each.sponsor_id], asks, requests) for each in snapshots)
    return {one.snapshot.pk: replace(one, door=doors.get(one.snapshot.sponsor_id, "")) for one in digests}


def _as_said(before: dict[int, dict[str, Any]]) -> dict[int, DashboardAcknowledgement]:
    """The facts of each assignment, in the form in which the dashboard compares with them."""
    return {
        int(pk): DashboardAcknowledgement(assignment_id=int(pk), sponsor_id=sponsor, revision=0, facts=known)
        for sponsor, facts in before.items()
        for pk, known in facts.items()
    }


def _by(rows: Iterable[Any], name: str) -> dict[int, tuple[Any, ...]]:
    groups: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        groups[getattr(row, name)].append(row)
    return {key: tuple(group) for key, group in groups.items()}


def _digest(snapshot: DashboardSnapshot, dashboard: Dashboard, known: dict[str, Any], asks, requests) -> Digest:
    content = dashboard.content()
    for card in content["cards"]:
        card["changes"] = [change for change in card["changes"] if change["code"] != "ask"]
    parts = {part.code: part for part in parts_of(DashboardSnapshot(content=content))}
    going_on = [card for card in content["cards"] if card["status"] != Status.CLOSED or str(card["pk"]) in known]
    return Digest(
        snapshot=snapshot,
        asks=asks.get(snapshot.sponsor_id, ()),
        requests=requests.get(snapshot.sponsor_id, ()),
        news=tuple(News(parts[card["code"]], str(card["pk"]) not in known) for card in going_on),
        facts={str(card["pk"]): card["facts"] for card in content["cards"]},
    )
