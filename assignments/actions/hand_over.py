"""Somebody else takes over as sponsor of work that is under way: asked, answered, and theirs from then on."""

from __future__ import annotations

from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from stretchhub.audit.trail import record
from stretchhub.env import now
from stretchhub.people.models import User
from stretchhub.people.rules import require

from .. import messages
from ..models import Assignment, Charter, RequestStatus, SponsorRequest, Status
from ..refusals import Refused, Stale
from ..rules import can_answer_request, can_hand_over
from . import invitation
from .assignment import raise_revision


@transaction.atomic
def ask_to_take_over(assignment: Assignment, *, by: User, sponsor: User, note: str) -> SponsorRequest:
    """Ask somebody to take over, on the version that was accepted; the sponsor stays until they say yes."""
    require(can_hand_over(by, assignment))
    _refuse_wrong_person(assignment, sponsor)
    accepted = accepted_request(assignment)
    if accepted is None:
        raise Refused(_("No sponsor has said yes to a brief here, so there is nothing to hand over."))
    try:
        with transaction.atomic():
            request = SponsorRequest.objects.create(
                version=accepted.version,
                sponsor=sponsor,
                assignment=assignment,
                hand_over=note,
                asked_by=by,
                asked_at=now(),
            )
    except IntegrityError:
        raise Refused(_("Somebody is asked already. Wait for the answer or withdraw the question.")) from None
    record(by, "sponsor_request.asked", request, fields=["hand_over", "sponsor"])
    return request


@transaction.atomic
def withdraw(request: SponsorRequest, *, by: User | None) -> None:
    """Take the question back; `by` is nobody when the one who was asked has left."""
    if by is not None:
        require(can_hand_over(by, _assignment(request)))
    _answer(request, RequestStatus.WITHDRAWN)
    record(by, "sponsor_request.withdrawn", request, fields=["status"])


@transaction.atomic
def decline(request: SponsorRequest, *, by: User, reason: str) -> None:
    """Say no with a reason; what runs goes on as it is."""
    require(can_answer_request(by, request))
    if not reason.strip():
        raise Refused(_("Say why in a sentence: it helps to find the right sponsor."))
    _answer(request, RequestStatus.DECLINED, answered_at=now(), reason=reason.strip())
    record(by, "sponsor_request.declined", request, fields=["status", "reason"])


@transaction.atomic
def take_over(request: SponsorRequest, *, by: User, kickoff_on: date) -> Assignment:
    """Say yes: from now on `by` is the sponsor, and all three acknowledge the charter anew.

    Talks with them are counted from the new kickoff.

    The work does not stop meanwhile, and whoever was sponsor sees nothing of it any more.
    """
    require(can_answer_request(by, request))
    assignment = _assignment(request)
    _refuse_wrong_person(assignment, by)
    before = assignment.sponsor
    # The accepted request makes room first: one version has one sponsor.
    held = SponsorRequest.objects.filter(version=request.version_id, status=RequestStatus.ACCEPTED)
    held.update(status=RequestStatus.HANDED_OVER)
    _answer(request, RequestStatus.ACCEPTED, answered_at=now())
    rows = Assignment.objects.filter(pk=assignment.pk, sponsor=before).exclude(status=Status.CLOSED)
    if not rows.update(sponsor=by, kickoff_on=kickoff_on):
        raise Stale(_("This assignment has moved on meanwhile. Look at where it stands now."))
    assignment.refresh_from_db()
    record(by, "sponsor_request.accepted", request, fields=["status"])
    record(by, "assignment.handed_over", assignment, fields=["kickoff_on", "sponsor"])
    _agree_anew(assignment, before, by)
    _invite_anew(assignment, before)
    raise_revision(assignment)
    return assignment


def accepted_request(assignment: Assignment) -> SponsorRequest | None:
    """What the sponsor said yes to."""
    accepted = SponsorRequest.objects.filter(version__brief__option=assignment.option_id, status=RequestStatus.ACCEPTED)
    return accepted.select_related("version").order_by("-answered_at").first()


def _assignment(request: SponsorRequest) -> Assignment:
    people = ("mentee", "mentor", "sponsor")
    return Assignment.objects.select_related(*people).get(hand_overs=request)


def _refuse_wrong_person(assignment: Assignment, sponsor: User) -> None:
    if assignment.status == Status.CLOSED:
        raise Refused(_("This assignment is closed. Nothing is left to hand over."))
    if sponsor.pk == assignment.mentee_id:
        raise Refused(_("Nobody can sponsor themselves. Choose somebody else."))
    if sponsor.pk == assignment.mentor_id:
        raise Refused(_("The mentor stands behind the work already. Choose somebody who owns the problem."))
    if sponsor.pk == assignment.sponsor_id:
        raise Refused(_("%(name)s is the sponsor already. Choose somebody else.") % {"name": sponsor.name})
    if not sponsor.is_active:
        raise Refused(_("This person is no longer active. Choose somebody else."))


def _answer(request: SponsorRequest, status: str, **fields) -> None:
    waiting = SponsorRequest.objects.filter(pk=request.pk, status=RequestStatus.ASKED)
    answered = waiting.update(status=status, **fields)
    request.refresh_from_db()
    if not answered:
        raise Stale(
            _("This request has been answered meanwhile: “%(status)s”.") % {"status": request.get_status_display()}
        )


def _invite_anew(assignment: Assignment, before: User | None) -> None:
    """The days leave the calendar of the one before and come into that of the new sponsor; a pause took them back."""
    if before is not None and assignment.status != Status.PAUSED:
        invitation.withdraw_from(assignment, before)
    if assignment.status == Status.ACTIVE:
        invitation.send(assignment)


def _agree_anew(assignment: Assignment, before: User | None, after: User) -> None:
    """The charter names the new sponsor where it named the old one, and asks everybody again."""
    charter = Charter.objects.filter(assignment=assignment).first()
    if charter is None or before is None:
        return
    named = {name: after for name in ("approver", "escalate_to") if getattr(charter, f"{name}_id") == before.pk}
    Charter.objects.filter(pk=charter.pk).update(version=F("version") + 1, updated_at=now(), **named)
    charter.refresh_from_db()
    record(after, "charter.changed", charter, fields=[*named, "version"])
    charter.assignment = assignment
    messages.charter.asked(charter, by=before)
