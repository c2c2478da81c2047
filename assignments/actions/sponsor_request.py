"""Asking somebody to sponsor, and their answer."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from stretchhub.audit.trail import record
from stretchhub.env import now
from stretchhub.people.models import User
from stretchhub.people.rules import require

from .. import messages
from ..models import Assignment, BriefStatus, BriefVersion, RequestStatus, SponsorRequest, Stage
from ..refusals import Refused, Stale
from ..rules import can_answer_request, can_ask_sponsor, can_withdraw_request
from .assignment import begin_chartering
from .option import shift


@transaction.atomic
def ask_sponsor(version: BriefVersion, *, by: User, sponsor: User, message: str) -> SponsorRequest:
    """Send this version of the brief to somebody; the option moves to “Seeking sponsor”."""
    require(can_ask_sponsor(by, version))
    if version.status != BriefStatus.ENDORSED:
        raise Refused(_("Your mentor endorses the brief first; then you can ask a sponsor."))
    _refuse_wrong_person(version, sponsor)
    option = version.brief.option
    if Assignment.objects.filter(option=option).exists():
        raise Refused(_("This work has a sponsor, who reads the new version too. Nobody else needs to be asked."))
    if option.stage not in (Stage.BRIEFED, Stage.SEEKING_SPONSOR):
        raise Refused(
            _("The option is in “%(stage)s”. Move it to “Briefed” first.") % {"stage": option.get_stage_display()}
        )
    try:
        with transaction.atomic():
            request = SponsorRequest.objects.create(
                version=version, sponsor=sponsor, message=message, asked_by=by, asked_at=now()
            )
    except IntegrityError:
        raise Refused(_("Somebody has been asked already. Wait for the answer or withdraw the request.")) from None
    # Written also where it stands there already: a card that is just being moved back is then stale.
    here = option.stage
    shift(option, Stage.SEEKING_SPONSOR, version=option.version)
    if here == Stage.BRIEFED:
        record(by, "option.moved", option, fields=["stage"])
    record(by, "sponsor_request.asked", request, fields=["sponsor", "message"])
    messages.sponsor_request.asked(request)
    return request


@transaction.atomic
def withdraw(request: SponsorRequest, *, by: User) -> None:
    """Take the question back before it is answered; the option is “Briefed” again."""
    require(can_withdraw_request(by, request))
    _refuse_hand_over(request)
    _answer(request, RequestStatus.WITHDRAWN)
    record(by, "sponsor_request.withdrawn", request, fields=["status"])
    _back_to_briefed(request, by=by)


@transaction.atomic
def accept(request: SponsorRequest, *, by: User) -> Assignment:
    """Say yes to this version of the brief; the charter of the assignment can now be written."""
    require(can_answer_request(by, request))
    _refuse_hand_over(request)
    _answer(request, RequestStatus.ACCEPTED, answered_at=now())
    _decide(request.version, BriefStatus.SPONSOR_ACCEPTED, by=by, reason="")
    record(by, "sponsor_request.accepted", request, fields=["status"])
    assignment = begin_chartering(request, by=by)
    messages.sponsor_request.answered(request)
    return assignment


@transaction.atomic
def decline(request: SponsorRequest, *, by: User, reason: str) -> None:
    """Say no with a reason; the option goes back to “Briefed”, where a new version can start."""
    require(can_answer_request(by, request))
    _refuse_hand_over(request)
    if not reason.strip():
        raise Refused(_("Say why in a sentence: it helps to find the right sponsor."))
    _answer(request, RequestStatus.DECLINED, answered_at=now(), reason=reason.strip())
    _decide(request.version, BriefStatus.SPONSOR_DECLINED, by=by, reason=reason.strip())
    record(by, "sponsor_request.declined", request, fields=["status", "reason"])
    _back_to_briefed(request, by=by)
    messages.sponsor_request.answered(request)


@transaction.atomic
def let_go(request: SponsorRequest) -> None:
    """Whoever was asked has left: nobody goes on waiting for their answer, and the mentee asks somebody else."""
    _answer(request, RequestStatus.WITHDRAWN)
    record(None, "sponsor_request.withdrawn", request, fields=["status"])
    _back_to_briefed(request, by=None)
    messages.sponsor_request.let_go(request)


def _refuse_wrong_person(version: BriefVersion, sponsor: User) -> None:
    mentorship = version.brief.option.mentorship
    if sponsor.pk == mentorship.mentee_id:
        raise Refused(_("Nobody can sponsor themselves. Choose somebody else."))
    if sponsor.pk == mentorship.mentor_id:
        raise Refused(_("Your mentor stands behind you already. Ask somebody who owns the problem."))
    if not sponsor.is_active:
        raise Refused(_("This person is no longer active. Choose somebody else."))


def _refuse_hand_over(request: SponsorRequest) -> None:
    """Taking over work that runs is answered by `hand_over`; nothing begins anew there."""
    if request.assignment_id is not None:
        raise Refused(_("This asks you to take over work that is under way. Open the hand-over to answer."))


def _answer(request: SponsorRequest, status: str, **fields) -> None:
    open_still = SponsorRequest.objects.filter(pk=request.pk, status=RequestStatus.ASKED)
    answered = open_still.update(status=status, **fields)
    request.refresh_from_db()
    if not answered:
        raise Stale(
            _("This request has been answered meanwhile: “%(status)s”.") % {"status": request.get_status_display()}
        )


def _decide(version: BriefVersion, status: str, *, by: User, reason: str) -> None:
    """What the sponsor said is pinned to the version they read."""
    endorsed = BriefVersion.objects.filter(pk=version.pk, status=BriefStatus.ENDORSED)
    decision = {"decided_at": now(), "decided_by": by, "decision_reason": reason}
    changed = endorsed.update(status=status, edit=F("edit") + 1, **decision)
    version.refresh_from_db()
    if not changed:
        raise Stale(_("The brief has changed since you opened it. Load the page again."))


def _back_to_briefed(request: SponsorRequest, *, by: User | None) -> None:
    option = request.version.brief.option
    if option.stage == Stage.SEEKING_SPONSOR:
        shift(option, Stage.BRIEFED, version=option.version)
        record(by, "option.moved", option, fields=["stage"])
