"""The way to somebody who might sponsor: the words, who introduces, that they went out, and what came back."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import DateTimeField, F, Q, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from assignments.actions.sponsor_request import ask_sponsor
from assignments.models import BriefStatus, BriefVersion, Option, RequestStatus, SponsorRequest
from assignments.refusals import Refused, Stale
from stretchhub.audit.trail import record
from stretchhub.env import now
from stretchhub.people.models import User
from stretchhub.people.rules import require

from ..messages import introduction as messages
from ..models import Introduction, IntroductionState, SponsorCandidate
from ..models.introduction import ANSWERED, BEFORE_REPLY
from ..outreach import MOST_WORDS, count_words
from ..rules import can_find_sponsors, can_make_introduction, can_reply_to_introduction, can_send_introduction

FIRST = (IntroductionState.DRAFTED, IntroductionState.INTRO_ASKED)


@transaction.atomic
def save_message(candidate: SponsorCandidate, *, by: User, version: int, message: str) -> Introduction:
    """Keep the words, unless somebody else has since `version` (0: nobody had written) or they went out."""
    require(can_find_sponsors(by, candidate.option))
    refuse_too_long(message)
    if version == 0:
        return _first_message(candidate, by=by, message=message)
    same = Introduction.objects.filter(candidate=candidate, version=version)
    introduction = _of(candidate)
    if introduction.message == message:
        return introduction
    _refuse_sent(introduction)
    if not same.update(message=message, version=F("version") + 1):
        raise Stale(_("The message was changed by somebody else while you were writing."))
    record(by, "introduction.written", introduction, fields=["message"])
    return _of(candidate)


def _first_message(candidate: SponsorCandidate, *, by: User, message: str) -> Introduction:
    try:
        with transaction.atomic():
            introduction = Introduction.objects.create(
                candidate=candidate, message=message, drafted_by=by, drafted_at=now()
            )
    except IntegrityError:
        there = _of(candidate)
        if there.message == message:
            return there
        raise Stale(_("The message was begun by somebody else while you were writing.")) from None
    record(by, "introduction.written", introduction, fields=["message"])
    return _of(candidate)


def refuse_too_long(message: str) -> None:
    count = count_words(message)
    if count > MOST_WORDS:
        words = {"n": count, "most": MOST_WORDS, "over": count - MOST_WORDS}
        raise Refused(_("%(n)s words; at most %(most)s are read. Leave out %(over)s.") % words)


def _of(candidate: SponsorCandidate) -> Introduction:
    return Introduction.objects.select_related(
        "candidate__person",
        "candidate__option__mentorship__mentee",
        "candidate__option__mentorship__mentor",
        "candidate__option__brief",
        "introducer",
        "request",
    ).get(candidate=candidate)


def _refuse_sent(introduction: Introduction) -> None:
    if introduction.sent_at:
        raise Refused(_("The message has gone out; what was sent stays as it is."))


@transaction.atomic
def ask_introducer(introduction: Introduction, *, by: User, introducer: User) -> None:
    """Ask somebody who knows this person to bring the two together."""
    require(can_send_introduction(by, introduction))
    _refuse_introducer(introduction, introducer)
    moved = _move(introduction, [IntroductionState.DRAFTED], state=IntroductionState.INTRO_ASKED, introducer=introducer,
                  asked_at=now())  # fmt: skip
    if not moved:
        raise Stale(_("This has gone on meanwhile: “%(state)s”.") % {"state": introduction.shown_state})
    record(by, "introduction.asked", introduction, fields=["introducer", "state"])
    messages.asked(introduction)


@transaction.atomic
def hand_on(introduction: Introduction, *, by: User, introducer: User) -> None:
    """Whoever was asked names somebody who knows this person better."""
    require(can_make_introduction(by, introduction))
    _refuse_introducer(introduction, introducer)
    mine = Introduction.objects.to_be_made_by(by).filter(pk=introduction.pk)
    if not mine.update(introducer=introducer, asked_at=now()):
        raise Stale(_("This introduction is not yours to make any more."))
    introduction.refresh_from_db()
    record(by, "introduction.handed_on", introduction, fields=["introducer"])
    messages.asked(introduction)


def _refuse_introducer(introduction: Introduction, introducer: User) -> None:
    candidate = introduction.candidate
    if introducer.pk == candidate.option.mentorship.mentee_id:
        raise Refused(_("Nobody can introduce themselves here. Choose somebody else."))
    if introducer.pk == candidate.person_id:
        raise Refused(_("This is who you want to reach. Choose somebody who knows them."))
    if not introducer.is_active:
        raise Refused(_("This person is no longer active. Choose somebody else."))
    _refuse_gone(candidate)


def _refuse_gone(candidate: SponsorCandidate) -> None:
    if not candidate.person.is_active:
        raise Refused(_("%(name)s is no longer active. Look for somebody else.") % {"name": candidate.person.name})


@transaction.atomic
def made(introduction: Introduction, *, by: User) -> None:
    """Whoever was asked has introduced the two. Twice is as once."""
    require(can_make_introduction(by, introduction))
    if _move(introduction, [IntroductionState.INTRO_ASKED], state=IntroductionState.INTRODUCED, introduced_at=now()):
        record(by, "introduction.made", introduction, fields=["state"])
        messages.made(introduction)


@transaction.atomic
def reached(introduction: Introduction, *, by: User) -> None:
    """The mentee has written or talked to this person without StretchHub. Twice is as once."""
    require(can_send_introduction(by, introduction))
    if _move(introduction, FIRST, state=IntroductionState.INTRODUCED, introduced_at=now()):
        record(by, "introduction.reached", introduction, fields=["state"])


@transaction.atomic
def send(introduction: Introduction, *, by: User) -> None:
    """Send the words from here. With an endorsed brief this is the formal question, and the brief comes by link."""
    require(can_send_introduction(by, introduction))
    words = introduction.sent_words
    if introduction.request is None:
        refuse_too_long(words)
    if not words.strip():
        raise Refused(_("Write a few words first."))
    candidate = introduction.candidate
    _refuse_gone(candidate)
    version = endorsed(candidate.option)
    if version is None:
        _refuse_sent(introduction)
    asked = introduction.request
    if asked is not None and asked.status != RequestStatus.WITHDRAWN:
        raise Refused(_("%(name)s has been asked already.") % {"name": candidate.person.name})
    # The words that go out are those that this person has seen.
    still = Q(version=introduction.version, request=asked)
    state = IntroductionState.INTRODUCED if introduction.state in FIRST else introduction.state
    first = introduction.introduced_at or now()
    fields = {"state": state, "introduced_at": first, "sent_at": now(), "version": F("version") + 1}
    fields |= {"followed_up_at": None, "left_alone_at": None}
    if not Introduction.objects.filter(still, pk=introduction.pk, state=introduction.state).update(**fields):
        raise Stale(_("This has changed since you opened it. Read it again, then send."))
    if version is not None:
        request = ask_sponsor(version, by=by, sponsor=candidate.person, message=words)
        Introduction.objects.filter(pk=introduction.pk).update(request=request)
    introduction.refresh_from_db()
    record(by, "introduction.sent", introduction, fields=["sent_at", "state"])
    if version is None:
        messages.sent(introduction)


def endorsed(option: Option) -> BriefVersion | None:
    """The newest version of the option's brief, if the mentor stands behind it and no sponsor has decided."""
    newest = BriefVersion.objects.filter(brief__option=option).order_by("-number").first()
    return newest if newest is not None and newest.status == BriefStatus.ENDORSED else None


@transaction.atomic
def reply(introduction: Introduction, *, by: User, words: str) -> None:
    """Whoever was written to answers here; the mentee is told, once."""
    require(can_reply_to_introduction(by, introduction))
    if not words.strip():
        raise Refused(_("Write a few words: a no helps as well."))
    unheard = Introduction.objects.filter(pk=introduction.pk, replied_at__isnull=True)
    state = IntroductionState.REPLIED if introduction.state in BEFORE_REPLY else introduction.state
    if not unheard.update(state=state, replied_at=now(), reply=words.strip()):
        raise Stale(_("You have answered already; the mentee has your words."))
    introduction.refresh_from_db()
    record(by, "introduction.replied", introduction, fields=["reply", "state"])
    messages.replied(introduction)


@transaction.atomic
def heard(introduction: Introduction, *, by: User) -> None:
    """Mentee or mentor note that an answer came another way. Twice is as once."""
    require(can_find_sponsors(by, introduction.candidate.option))
    before = [IntroductionState.INTRO_ASKED, IntroductionState.INTRODUCED]
    if _move(introduction, before, state=IntroductionState.REPLIED, replied_at=now()):
        record(by, "introduction.replied", introduction, fields=["state"])


@transaction.atomic
def set_kickoff(introduction: Introduction, *, by: User, on: date) -> None:
    """The day on which they sit together; it may be moved."""
    require(can_find_sponsors(by, introduction.candidate.option))
    before = [IntroductionState.INTRODUCED, IntroductionState.REPLIED, IntroductionState.KICKOFF]
    replied = introduction.answered_at or now()
    if not _move(introduction, before, state=IntroductionState.KICKOFF, kickoff_on=on, replied_at=replied):
        raise Refused(_("First somebody has to be introduced."))
    record(by, "introduction.kickoff_set", introduction, fields=["kickoff_on", "state"])


@transaction.atomic
def follow_up(introduction: Introduction, *, by: User) -> None:
    """Ask once more, by mail; never a third time."""
    require(can_send_introduction(by, introduction))
    _refuse_gone(introduction.candidate)
    # Where the first words went another way, these are the ones that went out from here.
    moment = now()
    gone_out = {"followed_up_at": moment, "sent_at": Coalesce("sent_at", Value(moment, output_field=DateTimeField()))}
    if not Introduction.objects.unanswered().filter(pk=introduction.pk).update(**gone_out):
        raise Stale(_("There is nothing to follow up any more."))
    introduction.refresh_from_db()
    record(by, "introduction.followed_up", introduction, fields=["followed_up_at"])
    messages.followed_up(introduction)


@transaction.atomic
def leave(introduction: Introduction, *, by: User) -> None:
    """Let it rest: no answer is one too. Twice is as once."""
    require(can_send_introduction(by, introduction))
    if Introduction.objects.unanswered().filter(pk=introduction.pk).update(left_alone_at=now()):
        record(by, "introduction.left_alone", introduction, fields=["left_alone_at"])


def join_requests() -> int:
    """Who was asked formally on the brief's own page has been reached; how many. Twice is as once."""
    elsewhere = list(Introduction.objects.asked_elsewhere())
    requests = SponsorRequest.objects.select_related("asked_by").in_bulk([each.asked_pk for each in elsewhere])
    return sum(_join(each, requests[each.asked_pk]) for each in elsewhere)


@transaction.atomic
def _join(introduction: Introduction, request: SponsorRequest) -> bool:
    state = IntroductionState.INTRODUCED if introduction.state in FIRST else introduction.state
    first = introduction.introduced_at or request.asked_at
    fields = {"request": request, "state": state, "introduced_at": first, "sent_at": request.asked_at}
    fields |= {"followed_up_at": None, "left_alone_at": None, "version": F("version") + 1}
    as_read = {"version": introduction.version, "state": introduction.state, "request": introduction.request_id}
    if not Introduction.objects.filter(pk=introduction.pk, **as_read).update(**fields):
        return False
    record(request.asked_by, "introduction.sent", introduction, fields=["request", "sent_at", "state"])
    return True


def follow_replies() -> int:
    """Write down what requests were answered meanwhile; how many. Found from rows, so nothing is lost."""
    answered = Introduction.objects.filter(state__in=BEFORE_REPLY, request__status__in=ANSWERED)
    return sum(_follow(each) for each in answered.select_related("request"))


def _follow(introduction: Introduction) -> bool:
    return _move(introduction, BEFORE_REPLY, state=IntroductionState.REPLIED, replied_at=introduction.answered_at)


def _move(introduction: Introduction, before: Any, **fields: Any) -> bool:
    """Only from where it may come; whether it moved."""
    moved = Introduction.objects.filter(pk=introduction.pk, state__in=list(before)).update(**fields)
    introduction.refresh_from_db()
    return bool(moved)
