"""Telling the mentor that the sponsor has left."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from django.urls import reverse
from django.utils.translation import gettext as _

from assignments.models import Assignment
from stretchhub.notices.kinds import Kind, Letter
from stretchhub.notices.models import Notice
from stretchhub.notices.outbox import queue

from ..attention import needing, whose

NEEDED = "sponsors.needs_attention"


def needed(assignment: Assignment) -> None:
    """Ask whoever looks after the work to find another sponsor, once for each time it comes to that."""
    queue(NEEDED, assignment, recipient=whose(assignment), revision=assignment.revision)


def _load(ids: Collection[int]) -> Mapping[int, Assignment]:
    """Work that needs no other sponsor any more is not among them."""
    return needing().in_bulk(ids)


def _letter(notice: Notice, assignment: Assignment) -> Letter:
    words = {"sponsor": assignment.sponsor.name, "title": assignment.title, "mentee": assignment.mentee.name}
    return Letter(
        subject=_("Sponsor needs attention: “%(title)s”") % words,
        paragraphs=(
            _("%(sponsor)s has left. The work goes on, and what was asked of them waits for somebody who is here.")
            % words,
            _("One page helps you to ask somebody else: why, whom, what they should know, and a new kickoff."),
        ),
        action=_("Look for a new sponsor"),
        path=reverse("sponsors:continuity", args=[assignment.code]),
        why=_("you look after this assignment"),
    )


KINDS = (Kind(NEEDED, _load, lambda notice, assignment: True, _letter),)
