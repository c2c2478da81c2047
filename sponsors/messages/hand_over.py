"""What is said around a hand-over: to whoever is asked, to the two who asked, and to whoever hands over."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from django.urls import reverse
from django.utils.translation import gettext as _

from assignments.models import RequestStatus
from stretchhub.notices.kinds import Kind, Letter
from stretchhub.notices.models import Notice
from stretchhub.notices.outbox import draft, queue, queue_many
from stretchhub.templatetags.words import day

from ..models import HandOver

ASKED = "sponsors.hand_over_asked"
ACCEPTED = "sponsors.hand_over_accepted"
DECLINED = "sponsors.hand_over_declined"
LEFT = "sponsors.hand_over_left"
OVER = "sponsors.handed_over"


def asked(hand_over: HandOver) -> None:
    queue(ASKED, hand_over, recipient=hand_over.request.sponsor)


def accepted(hand_over: HandOver) -> None:
    """Tell the two who asked, and the one whose part ends."""
    _tell_the_two(ACCEPTED, hand_over)
    queue(OVER, hand_over, recipient=hand_over.outgoing)


def declined(hand_over: HandOver) -> None:
    _tell_the_two(DECLINED, hand_over)


def let_go(hand_over: HandOver) -> None:
    """Whoever was asked has left before they answered."""
    _tell_the_two(LEFT, hand_over)


def _tell_the_two(kind: str, hand_over: HandOver) -> None:
    assignment = hand_over.request.assignment
    queue_many([draft(kind, hand_over, recipient=person) for person in (assignment.mentee, assignment.mentor)])


def _load(ids: Collection[int]) -> Mapping[int, HandOver]:
    people = ("request__sponsor", "request__asked_by", "request__assignment__mentee", "request__assignment__mentor")
    return HandOver.objects.select_related("outgoing", *people).in_bulk(ids)


def _names(hand_over: HandOver) -> dict[str, str]:
    request = hand_over.request
    return {
        "title": request.assignment.title,
        "mentee": request.assignment.mentee.name,
        "sponsor": request.sponsor.name,
        "outgoing": hand_over.outgoing.name,
        "who": request.asked_by.name,
        "day": day(hand_over.kickoff_on),
    }


def _path(hand_over: HandOver) -> str:
    return reverse("sponsors:hand-over", args=[hand_over.request.code])


def _wizard(hand_over: HandOver) -> str:
    return reverse("sponsors:continuity", args=[hand_over.request.assignment.code])


def _while_in(status: str):
    return lambda notice, hand_over: hand_over.request.status == status


def _asked(notice: Notice, hand_over: HandOver) -> Letter:
    names = _names(hand_over)
    return Letter(
        subject=_("Would you take over as sponsor of “%(title)s”?") % names,
        paragraphs=(
            _("%(mentee)s’s work on “%(title)s” is under way and needs a new sponsor. %(who)s asks you.") % names,
            _("One page says how it stands and what would be yours. A new kickoff is proposed for %(day)s.") % names,
        ),
        action=_("Read the hand-over and answer"),
        path=_path(hand_over),
        why=_("you were asked to take over as sponsor"),
    )


def _accepted(notice: Notice, hand_over: HandOver) -> Letter:
    names = _names(hand_over)
    return Letter(
        subject=_("%(sponsor)s is the new sponsor of “%(title)s”") % names,
        paragraphs=(
            _("%(sponsor)s has said yes and takes over from %(outgoing)s.") % names,
            _("The work goes on. All three acknowledge the charter anew; the new kickoff is proposed for %(day)s.")
            % names,
        ),
        action=_("Open the charter"),
        path=reverse("assignments:charter", args=[hand_over.request.assignment.code]),
        why=_("you are the mentee or the mentor"),
    )


def _declined(notice: Notice, hand_over: HandOver) -> Letter:
    names = _names(hand_over)
    return Letter(
        subject=_("%(sponsor)s does not take over “%(title)s”") % names,
        paragraphs=(
            _("%(sponsor)s was asked to take over as sponsor and says no:") % names,
            hand_over.request.reason,
            _("The hand-over note is kept. You can ask somebody else with it."),
        ),
        action=_("Ask somebody else"),
        path=_wizard(hand_over),
        why=_("you are the mentee or the mentor"),
    )


def _left(notice: Notice, hand_over: HandOver) -> Letter:
    names = _names(hand_over)
    return Letter(
        subject=_("%(sponsor)s cannot take over “%(title)s” any more") % names,
        paragraphs=(
            _("%(sponsor)s was asked to take over as sponsor and is no longer in the directory.") % names,
            _("The question is taken back; the hand-over note is kept for whom you ask next."),
        ),
        action=_("Ask somebody else"),
        path=_wizard(hand_over),
        why=_("you are the mentee or the mentor"),
    )


def _over(notice: Notice, hand_over: HandOver) -> Letter:
    names = _names(hand_over)
    return Letter(
        subject=_("“%(title)s” has a new sponsor") % names,
        paragraphs=(
            _("%(sponsor)s has taken over as sponsor of “%(title)s”. Thank you for what you gave to it.") % names,
            _("Nothing waits for you there any more, and it is no longer on your page."),
        ),
        action=_("Open my sponsoring"),
        path=reverse("sponsors:dashboard"),
        why=_("you were the sponsor until now"),
    )


KINDS = (
    Kind(ASKED, _load, _while_in(RequestStatus.ASKED), _asked),
    Kind(ACCEPTED, _load, _while_in(RequestStatus.ACCEPTED), _accepted),
    Kind(DECLINED, _load, _while_in(RequestStatus.DECLINED), _declined),
    Kind(LEFT, _load, _while_in(RequestStatus.WITHDRAWN), _left),
    Kind(OVER, _load, lambda notice, hand_over: True, _over),
)
