"""What a sponsor is asked, and what mentee and mentor hear back."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from stretchhub.notices.kinds import Kind, Letter
from stretchhub.notices.models import Notice
from stretchhub.notices.outbox import draft, queue, queue_many

from ..models import RequestStatus, SponsorRequest

ASKED = "assignments.sponsor_asked"
ACCEPTED = "assignments.sponsor_accepted"
DECLINED = "assignments.sponsor_declined"
LEFT = "assignments.sponsor_left"

ANSWERED = {RequestStatus.ACCEPTED: ACCEPTED, RequestStatus.DECLINED: DECLINED}


def asked(request: SponsorRequest) -> None:
    """Put the question to the sponsor."""
    queue(ASKED, request, recipient=request.sponsor)


def answered(request: SponsorRequest) -> None:
    """Tell mentee and mentor what the sponsor said."""
    mentorship = request.version.brief.option.mentorship
    kind = ANSWERED[RequestStatus(request.status)]
    queue_many([draft(kind, request, recipient=person) for person in (mentorship.mentee, mentorship.mentor)])


def let_go(request: SponsorRequest) -> None:
    """Tell mentee and mentor that nobody answers any more."""
    mentorship = request.version.brief.option.mentorship
    queue_many([draft(LEFT, request, recipient=person) for person in (mentorship.mentee, mentorship.mentor)])


def _load(ids) -> dict[int, SponsorRequest]:
    return SponsorRequest.objects.select_related(
        "sponsor",
        "asked_by",
        "version__brief__option__mentorship__mentor",
        "version__brief__option__mentorship__mentee",
    ).in_bulk(ids)


def _while_in(status: str):
    return lambda notice, request: request.status == status


def _names(request: SponsorRequest) -> dict[str, str]:
    option = request.version.brief.option
    return {
        "title": option.title,
        "mentee": option.mentorship.mentee.name,
        "sponsor": request.sponsor.name,
    }


def _render_asked(notice: Notice, request: SponsorRequest) -> Letter:
    names = _names(request)
    return Letter(
        subject=_("Would you sponsor “%(title)s”?") % names,
        paragraphs=(
            _("%(mentee)s asks you to sponsor “%(title)s”.") % names,
            *(part for part in request.message.split("\n\n") if part.strip()),
        ),
        action=_("Read the brief and answer"),
        path=reverse("assignments:sponsor-request", args=[request.code]),
        why=_("you were asked to be the sponsor"),
        reply_to=request.asked_by.email,
    )


def _render_accepted(notice: Notice, request: SponsorRequest) -> Letter:
    names = _names(request)
    return Letter(
        subject=_("%(sponsor)s sponsors “%(title)s”") % names,
        paragraphs=(
            _("%(sponsor)s has accepted the brief for “%(title)s”.") % names,
            _("Next: write the charter together. The assignment is active once all three have acknowledged it."),
        ),
        action=_("See the request"),
        path=reverse("assignments:sponsor-request", args=[request.code]),
        why=_("you are the mentee or the mentor"),
    )


def _render_declined(notice: Notice, request: SponsorRequest) -> Letter:
    names = _names(request)
    return Letter(
        subject=_("%(sponsor)s does not sponsor “%(title)s”") % names,
        paragraphs=(
            _("%(sponsor)s has declined the brief for “%(title)s”:") % names,
            request.reason,
            _("You can start a new version and ask somebody else."),
        ),
        action=_("See the request"),
        path=reverse("assignments:sponsor-request", args=[request.code]),
        why=_("you are the mentee or the mentor"),
    )


def _render_left(notice: Notice, request: SponsorRequest) -> Letter:
    names = _names(request)
    return Letter(
        subject=_("%(sponsor)s cannot answer about “%(title)s” any more") % names,
        paragraphs=(
            _("%(sponsor)s was asked to sponsor “%(title)s” and is no longer in the directory.") % names,
            _("The request is taken back and the option is “Briefed” again. The same brief can go to somebody else."),
        ),
        action=_("Open the brief"),
        path=reverse("assignments:brief", args=[request.version.brief.code]),
        why=_("you are the mentee or the mentor"),
    )


KINDS = (
    Kind(ASKED, load=_load, still_due=_while_in(RequestStatus.ASKED), render=_render_asked),
    Kind(ACCEPTED, load=_load, still_due=_while_in(RequestStatus.ACCEPTED), render=_render_accepted),
    Kind(DECLINED, load=_load, still_due=_while_in(RequestStatus.DECLINED), render=_render_declined),
    Kind(LEFT, load=_load, still_due=_while_in(RequestStatus.WITHDRAWN), render=_render_left),
)
