"""Answering that a pipeline stands still: look, wait for a day, let it rest, or go on."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from stretchhub.audit.trail import record
from stretchhub.env import now, today
from stretchhub.people.models import User
from stretchhub.people.rules import require

from ..idle import idle, rests
from ..models import IdleAnswer, IdleChoice, Mentorship
from ..refusals import Refused
from ..rules import can_answer_idle

# So many keys are named in one statement.
AT_ONCE = 500


@transaction.atomic
def answer_idle(mentorship: Mentorship, *, by: User, choice: str, until_on: date | None = None) -> IdleAnswer:
    """Keep the mentee's answer; whoever would have been told later is told only of what still stands then."""
    require(can_answer_idle(by, mentorship))
    # Held so that two answers at once do not both count as the newest.
    Mentorship.objects.select_for_update().get(pk=mentorship.pk)
    resting = rests(mentorship)
    if resting and choice != IdleChoice.RESUME:
        raise Refused(_("Development rests now. Let it go on first."))
    if not resting and choice == IdleChoice.RESUME:
        raise Refused(_("Development goes on already."))
    if choice == IdleChoice.LATER and (until_on is None or until_on <= today(mentorship.mentee.zone)):
        raise Refused(_("Choose a day after today."))
    kept = IdleAnswer.objects.create(
        mentorship=mentorship,
        choice=choice,
        until_on=until_on if choice == IdleChoice.LATER else None,
        said_at=now(),
    )
    find_idle(Mentorship.objects.filter(pk=mentorship.pk))
    record(by, "pipeline.idle_answered", kept, fields=["choice", "until_on"])
    return kept


@transaction.atomic
def find_idle(rows: QuerySet[Mentorship] | None = None) -> int:
    """Note of each pipeline from when on it stands still, where that has changed; how many there were.

    Reminders are planned by it, and asked again before they are sent.
    """
    rows = Mentorship.objects.all() if rows is None else rows
    days = {each.mentorship: each.due_on for each in idle(rows)}
    known = dict.fromkeys(days) | dict(rows.filter(idle_on__isnull=False).values_list("pk", "idle_on"))
    moved: defaultdict[date | None, list[int]] = defaultdict(list)
    for key, noted in known.items():
        if days.get(key) != noted:
            moved[days.get(key)].append(key)
    for day, keys in moved.items():
        for start in range(0, len(keys), AT_ONCE):
            Mentorship.objects.filter(pk__in=keys[start : start + AT_ONCE]).update(idle_on=day)
    return sum(len(keys) for keys in moved.values())
