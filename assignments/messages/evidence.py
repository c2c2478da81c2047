"""What is told when evidence is logged or shared."""

from __future__ import annotations

from collections.abc import Collection

from django.urls import reverse
from django.utils.translation import gettext as _

from assignments.models import Evidence
from stretchhub.notices.kinds import Kind, Letter
from stretchhub.notices.models import Notice
from stretchhub.notices.outbox import queue
from stretchhub.notices.topics import Topic

LOGGED = "assignments.evidence_logged"
SHARED = "assignments.evidence_shared"


def logged(evidence: Evidence) -> None:
    """Tell the mentor."""
    queue(LOGGED, evidence, recipient=evidence.assignment.mentor)


def shared(evidence: Evidence) -> None:
    """Tell the sponsor, the first time it is shared."""
    if evidence.assignment.sponsor is not None:
        queue(SHARED, evidence, recipient=evidence.assignment.sponsor)


def load(ids: Collection[int]) -> dict[int, Evidence]:
    return Evidence.objects.select_related("assignment", "logged_by").in_bulk(ids)


def _letter(evidence: Evidence, subject: str, why: str) -> Letter:
    return Letter(
        subject=subject % {"who": evidence.logged_by.name, "title": evidence.title},
        paragraphs=(
            _("It belongs to %(assignment)s.") % {"assignment": evidence.assignment.title},
            _("What was learned: %(learned)s") % {"learned": evidence.learned},
        ),
        action=_("See the evidence"),
        path=reverse("assignments:evidence", args=[evidence.code]),
        why=why,
    )


def _logged(notice: Notice, evidence: Evidence) -> Letter:
    return _letter(evidence, _("%(who)s logged evidence: %(title)s"), _("you are the mentor of this assignment"))


def _shared(notice: Notice, evidence: Evidence) -> Letter:
    return _letter(evidence, _("%(who)s shared evidence: %(title)s"), _("you sponsor this assignment"))


KINDS = (
    Kind(LOGGED, load, lambda notice, evidence: True, _logged, topic=Topic.EVIDENCE),
    Kind(SHARED, load, lambda notice, evidence: evidence.shared_with_sponsor, _shared, topic=Topic.EVIDENCE),
)
