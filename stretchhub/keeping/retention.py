"""How long what is kept, and letting go of what is beyond it: in batches, each a transaction of its own.

A batch is found anew each time and locked, so a run that was stopped is gone on with, of two at once neither counts
what the other took, and a second run finds nothing. After a restore of an older backup the next run takes it again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import models, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from assignments.models import LearningItem, Measurement
from stretchhub.audit.trail import record
from stretchhub.env import now
from stretchhub.notices.models import Notice
from stretchhub.notices.models.notice import UNSETTLED
from stretchhub.notices.models.notice import State as Sent
from stretchhub.people.models import MailedCode, MailLink, Submission

from . import old_trail, old_work
from .erasing import delete_rows
from .models import LetGo

BATCH = 500
MONTH = timedelta(days=365.25 / 12)
# A run ends by itself before the worker's patience does, in the middle of no batch.
LASTS = timedelta(minutes=25)
GOING = (Sent.QUEUED, Sent.SENDING)


@dataclass(frozen=True)
class Rule:
    """One class of data: what is beyond its time at a moment, and how a batch of it goes.

    `span` is how long it is kept after its end, nothing where it is kept for good; `setting` is where that is said.
    `over` are the rows that ended before a moment; `go` takes those with these keys and says how many it took, of
    what, with `rows` first among them.
    """

    name: str
    what: Any
    why: Any
    after: Any
    span: Callable[[], timedelta | None]
    over: Callable[[datetime], models.QuerySet]
    go: Callable[[Sequence[Any]], Counter[str]]
    setting: str = ""
    batch: int = BATCH

    def beyond(self, moment: datetime) -> models.QuerySet | None:
        """What is kept for too long now; None where it is kept for good."""
        span = self.span()
        return self.over(moment - span) if span is not None else None


def _days(name: str) -> Callable[[], timedelta | None]:
    return lambda: timedelta(days=getattr(settings, name)) if getattr(settings, name) > 0 else None


def _months(name: str) -> Callable[[], timedelta | None]:
    return lambda: MONTH * getattr(settings, name) if getattr(settings, name) > 0 else None


def _rows_of(model: type[models.Model]) -> Callable[[Sequence[Any]], Counter[str]]:
    return lambda keys: Counter(rows=delete_rows(model, list(keys)))


def _old_links(cut: datetime) -> models.QuerySet:
    return MailLink.objects.filter(Q(expires_at__lt=cut) | Q(revoked_at__lt=cut)).order_by("pk")


def _let_links_go(keys: Sequence[int]) -> Counter[str]:
    delete_rows(MailedCode, list(MailedCode.objects.filter(link__in=keys).values_list("pk", flat=True)))
    return Counter(rows=delete_rows(MailLink, list(keys)))


def _old_messages(cut: datetime) -> models.QuerySet:
    """Nothing that still goes out, and a digest only once all that went out in it is as old."""
    young = Q(state__in=GOING) | Q(created_at__gte=cut) | Q(due_at__gte=cut)
    within = Notice.objects.filter(young, digest=OuterRef("pk"))
    return Notice.objects.exclude(young).filter(~Exists(within)).order_by("pk")


def _let_messages_go(keys: Sequence[int]) -> Counter[str]:
    """With what went out in them; of those that never did, or nobody knows, the number is written down."""
    every = Notice.objects.filter(Q(pk__in=keys) | Q(digest__in=keys)).order_by("pk")
    unsettled = every.filter(state__in=UNSETTLED).count()
    found = list(every.values_list("pk", "digest_id"))
    gone = delete_rows(Notice, [pk for pk, digest in found if digest is not None])
    gone += delete_rows(Notice, [pk for pk, digest in found if digest is None])
    return Counter(rows=gone, unsettled=unsettled)


RULES = (
    Rule(
        "work",
        _("Evidence with its files, check-ins and their agenda, of work that ended"),
        _("Reviews rest on it, and letters and records after them."),
        _("Words and files go; that something was there, and when, stays."),
        _months("KEEP_WORK_MONTHS"),
        old_work.over,
        old_work.go,
        "KEEP_WORK_MONTHS",
        batch=25,
    ),
    Rule(
        "learning",
        _("Learning that was dropped"),
        _("A slip can be looked at again."),
        _("It is deleted."),
        _days("KEEP_REMOVED_DAYS"),
        lambda cut: LearningItem.objects.filter(dropped_at__lt=cut).order_by("pk"),
        _rows_of(LearningItem),
        "KEEP_REMOVED_DAYS",
    ),
    Rule(
        "measurements",
        _("Measurements that were taken back"),
        _("A slip can be looked at again."),
        _("They are deleted."),
        _days("KEEP_REMOVED_DAYS"),
        lambda cut: Measurement.objects.filter(taken_back_at__lt=cut).order_by("pk"),
        _rows_of(Measurement),
        "KEEP_REMOVED_DAYS",
    ),
    Rule(
        "messages",
        _("What was sent to whom"),
        _("It proves what was sent, and shows what was not."),
        _("It is deleted, and people no longer find it under what they were told."),
        _days("KEEP_MESSAGES_DAYS"),
        _old_messages,
        _let_messages_go,
        "KEEP_MESSAGES_DAYS",
    ),
    Rule(
        "links",
        _("Mailed links, after they end"),
        _("It can be said what an old mail opened."),
        _("They are deleted."),
        _days("KEEP_LINKS_DAYS"),
        _old_links,
        _let_links_go,
        "KEEP_LINKS_DAYS",
    ),
    Rule(
        "sessions",
        _("Sign-ins"),
        _("Nothing needs them."),
        _("They are deleted."),
        timedelta,
        lambda cut: Session.objects.filter(expire_date__lt=cut).order_by("pk"),
        _rows_of(Session),
    ),
    Rule(
        "submissions",
        _("Keys of forms that were sent"),
        _("A form that is sent twice has the effect of one."),
        _("They are deleted."),
        # A form that somebody left open longer than that asks them to sign in anew.
        lambda: timedelta(seconds=settings.SESSION_COOKIE_AGE),
        lambda cut: Submission.objects.filter(created_at__lt=cut).order_by("pk"),
        _rows_of(Submission),
    ),
    Rule(
        "audit",
        _("Audit trail"),
        _("It shows who did what, and that nothing was done unseen."),
        _("The oldest entries are deleted once they are verified; the hash they ended with stays."),
        _months("KEEP_AUDIT_MONTHS"),
        old_trail.over,
        old_trail.go,
        "KEEP_AUDIT_MONTHS",
    ),
)


def let_go(moment: datetime) -> dict[str, int]:
    """Let go of all that is beyond its time, for at most 25 minutes; of each class how much it was."""
    until = monotonic() + LASTS.total_seconds()
    return {rule.name: _let_go(rule, moment, until) for rule in RULES}


def _let_go(rule: Rule, moment: datetime, until: float) -> int:
    gone = 0
    while monotonic() < until:
        if not (rows := _let_batch_go(rule, moment)):
            LetGo.objects.update_or_create(pk=rule.name, defaults={"done_at": now()})
            break
        gone += rows
    return gone


@transaction.atomic
def _let_batch_go(rule: Rule, moment: datetime) -> int:
    """Some of it, with the entry in the trail and the count that say so."""
    found = rule.beyond(moment)
    keys = list(found.select_for_update().values_list("pk", flat=True)[: rule.batch]) if found is not None else []
    done = rule.go(keys) if keys else Counter[str]()
    if done["rows"]:
        record(None, "retention.done", facts={"class": rule.name, **{k: n for k, n in done.items() if n}})
        row, _new = LetGo.objects.get_or_create(pk=rule.name)
        LetGo.objects.filter(pk=row.pk).update(number=F("number") + done["rows"], went_at=now())
    return done["rows"]
