"""The one thing needed of a sponsor now: put, answered, passed on, taken back, put again."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from assignments.actions.assignment import raise_revision
from assignments.models import Assignment, Status
from assignments.refusals import Refused, Stale
from stretchhub.audit.trail import record
from stretchhub.env import now
from stretchhub.people.models import User
from stretchhub.people.rules import require

from .. import messages
from ..models import Ask, AskState
from ..models.ask import NEXT
from ..rules import can_answer_ask, can_put_ask, can_withdraw_ask


@transaction.atomic
def put(assignment: Assignment, *, by: User, kind: str, question: str, why: str, needed_by: date) -> Ask:
    """Ask the sponsor for one thing; of each assignment one ask at a time waits."""
    require(can_put_ask(by, assignment))
    sponsor = assignment.sponsor
    if sponsor is None or not sponsor.is_active:
        raise Refused(_("Nobody sponsors this work just now. Find a new sponsor first."))
    _hold(assignment, sponsor)
    moment = now()
    asked = {"asked_by": by, "asked_at": moment, "put_at": moment}
    words = {"kind": kind, "question": question, "why": why, "needed_by": needed_by}
    try:
        with transaction.atomic():
            ask = Ask.objects.create(assignment=assignment, addressee=sponsor, **words, **asked)
    except IntegrityError:
        raise Refused(_("Something is asked already. Wait for the answer, or take that back first.")) from None
    record(by, "ask.put", ask, fields=list(words))
    messages.ask.put(ask)
    raise_revision(assignment)
    return ask


def _hold(assignment: Assignment, sponsor: User) -> None:
    """Nobody takes over between the question and whom it is put to."""
    held = Assignment.objects.filter(pk=assignment.pk, sponsor=sponsor).exclude(status=Status.CLOSED)
    if not held.update(revision=F("revision")):
        raise Stale(_("This work has moved on meanwhile. Look at who sponsors it now, then ask."))


@transaction.atomic
def accept(ask: Ask, *, by: User) -> None:
    """Say yes: it will be done."""
    require(can_answer_ask(by, ask))
    _answer(ask, AskState.ACCEPTED, by=by)
    record(by, "ask.accepted", ask, fields=["state"])
    messages.ask.answered(ask)


@transaction.atomic
def delegate(ask: Ask, *, by: User, to: User, reason: str = "") -> None:
    """Name who answers instead; they are told, and so are mentee and mentor."""
    require(can_answer_ask(by, ask))
    if to.pk in (by.pk, ask.asked_by_id, ask.assignment.mentee_id):
        raise Refused(_("Name somebody else: neither yourself nor the one who asks."))
    if not to.is_active:
        raise Refused(_("This person is no longer active. Name somebody else."))
    anew = {"times_put": 1, "put_at": now(), "attention_at": None}
    _answer(ask, AskState.DELEGATED, by=by, delegated_to=to, reason=reason.strip(), **anew)
    record(by, "ask.delegated", ask, fields=["delegated_to", "reason", "state"])
    messages.ask.answered(ask)
    messages.ask.passed_on(ask)


@transaction.atomic
def decline(ask: Ask, *, by: User, reason: str) -> None:
    """Say no, with the reason that mentee and mentor need to go on."""
    require(can_answer_ask(by, ask))
    if not reason.strip():
        raise Refused(_("Say why not in a sentence, so that they can go another way."))
    _answer(ask, AskState.DECLINED, by=by, reason=reason.strip())
    record(by, "ask.declined", ask, fields=["reason", "state"])
    messages.ask.answered(ask)


@transaction.atomic
def withdraw(ask: Ask, *, by: User) -> None:
    """Take it back; whoever was to answer need not any more."""
    require(can_withdraw_ask(by, ask))
    _move(ask, AskState.WITHDRAWN, Q())
    record(by, "ask.withdrawn", ask, fields=["state"])
    messages.ask.withdrawn(ask)
    raise_revision(ask.assignment)


@transaction.atomic
def readdress(ask: Ask, *, to: User, by: User | None = None) -> None:
    """Put what waits anew, to somebody else: after a hand-over, or where whoever was asked is gone."""
    moment = now()
    waiting = Ask.objects.waiting().filter(pk=ask.pk)
    anew: dict[str, Any] = {"times_put": 1, "put_at": moment, "attention_at": None, "answered_at": None}
    anew |= {"answered_by": None, "delegated_to": None, "reason": "", "state": AskState.OPEN}
    try:
        with transaction.atomic():
            moved = waiting.update(addressee=to, **anew)
    except IntegrityError:
        # Another is open meanwhile; what was passed on before it is taken back.
        waiting.update(state=AskState.WITHDRAWN)
        return
    if moved:
        ask.refresh_from_db()
        record(by, "ask.readdressed", ask, fields=["addressee"])
        messages.ask.put(ask)
        raise_revision(ask.assignment)


@transaction.atomic
def put_again(ask: Ask) -> bool:
    """Remind whoever has not answered; only where it stands as it was read."""
    moment = now()
    if not _unanswered(ask).update(times_put=ask.times_put + 1, put_at=moment):
        return False
    ask.refresh_from_db()
    record(None, "ask.put_again", ask, fields=["times_put"])
    if ask.state == AskState.DELEGATED:
        messages.ask.passed_on(ask)
    else:
        messages.ask.put(ask)
    return True


@transaction.atomic
def tell_mentor(ask: Ask) -> bool:
    """After three times nobody is asked any more; the mentor is told who does not answer."""
    if not _unanswered(ask).update(attention_at=now()):
        return False
    ask.refresh_from_db()
    record(None, "ask.unanswered", ask, fields=["attention_at"])
    messages.ask.attention(ask)
    return True


def end_with_assignments() -> int:
    """What is asked of work that has ended waits for nobody any more."""
    return Ask.objects.waiting().filter(assignment__status=Status.CLOSED).update(state=AskState.WITHDRAWN)


def _unanswered(ask: Ask):
    """The row, while it stands as it was read: of two who look at once only one does something."""
    as_read = Ask.objects.waiting().filter(pk=ask.pk, state=ask.state, delegated_to=ask.delegated_to_id)
    return as_read.filter(times_put=ask.times_put, put_at=ask.put_at, attention_at__isnull=True)


def _answer(ask: Ask, state: str, *, by: User, **fields: Any) -> None:
    """An open one is answered by whom it is put to now, one passed on by whom it was passed on to."""
    theirs = Q(state=AskState.OPEN, addressee=by) | Q(state=AskState.DELEGATED, delegated_to=by)
    moment: datetime = now()
    _move(ask, state, theirs, answered_by=by, answered_at=moment, **fields)
    raise_revision(ask.assignment)


def _move(ask: Ask, state: str, where: Q, **fields: Any) -> None:
    """Change the state if the table allows it and nobody was faster."""
    came_from = [here for here, followers in NEXT.items() if state in followers]
    waiting = Ask.objects.filter(where, pk=ask.pk, state__in=came_from).exclude(assignment__status=Status.CLOSED)
    moved = waiting.update(state=state, **fields)
    ask.refresh_from_db()
    if moved:
        return
    if ask.assignment.status == Status.CLOSED:
        raise Stale(_("This work has ended; nothing needs an answer any more."))
    if ask.waits:
        raise Stale(_("This waits for somebody else now; your answer is not asked for any more."))
    raise Stale(_("This has been answered meanwhile: “%(state)s”.") % {"state": ask.get_state_display()})
