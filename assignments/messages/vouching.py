"""The mentor is asked whether they know who the outsiders of a confidential round are."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _

from assignments.models import FeedbackRequest, FeedbackRound
from stretchhub.notices.kinds import Kind, Letter
from stretchhub.notices.models import Notice
from stretchhub.notices.outbox import queue
from stretchhub.notices.topics import Topic

ASKED = "assignments.feedback_vouch"


def asked(round: FeedbackRound) -> None:
    """Ask the mentor whether they know who the outsiders of a confidential round are; anew when more are asked."""
    outside = FeedbackRequest.objects.filter(round=round, giver__isnull=True).count()
    queue(ASKED, round, recipient=round.assignment.mentor, revision=outside)


def load(ids: Collection[int]) -> dict[int, FeedbackRound]:
    """Those in which somebody from outside is asked of whom the mentor has said nothing yet."""
    unknown = FeedbackRequest.objects.unknown().filter(round=OuterRef("pk"))
    rounds = FeedbackRound.objects.filter(Exists(unknown), purged_at__isnull=True)
    return rounds.select_related("assignment__mentee").in_bulk(ids)


def _asked(notice: Notice, round: FeedbackRound) -> Letter:
    names = {"mentee": round.assignment.mentee.name, "about": round.about}
    return Letter(
        subject=_("Do you know whom %(mentee)s asks from outside?") % names,
        paragraphs=(
            _("%(mentee)s asks for confidential feedback on: %(about)s") % names,
            _(
                "Some of those who are asked have no account here. Their answers come out only where you confirm that"
                " you know who they are: else somebody could ask one person and several addresses of their own, and"
                " read who said what."
            ),
        ),
        action=_("See who is asked"),
        path=reverse("assignments:feedback-round", args=[round.code]),
        why=_("you are the mentor"),
    )


KINDS = (Kind(ASKED, load, lambda notice, round: True, _asked, topic=Topic.EVIDENCE),)
