"""What is told when evidence is logged or shared."""

from __future__ import annotations

from collections.abc import Collection

from django.urls import reverse
from django.utils.translation import gettext as _

from assignments.models import Evidence, EvidenceAsk, EvidenceVerification, Verdict
from stretchhub.notices.kinds import Kind, Letter
from stretchhub.notices.models import Notice
from stretchhub.notices.outbox import draft, queue, queue_many
from stretchhub.notices.topics import Topic

LOGGED = "assignments.evidence_logged"
SHARED = "assignments.evidence_shared"
VERIFIED = "assignments.evidence_verified"
ASKED = "assignments.evidence_asked"


def logged(evidence: Evidence) -> None:
    """Tell the mentor, and the sponsor where it is shared from the start."""
    told = [draft(LOGGED, evidence, recipient=evidence.assignment.mentor)]
    if evidence.shared_with_sponsor and evidence.assignment.sponsor is not None:
        told.append(draft(SHARED, evidence, recipient=evidence.assignment.sponsor))
    queue_many(told)


def shared(evidence: Evidence) -> None:
    """Tell the sponsor, the first time it is shared."""
    if evidence.assignment.sponsor is not None:
        queue(SHARED, evidence, recipient=evidence.assignment.sponsor)


def verified(verification: EvidenceVerification) -> None:
    """Tell the author what somebody else said of it; once for each version of the evidence."""
    queue(
        VERIFIED,
        verification,
        recipient=verification.evidence.logged_by,
        revision=verification.evidence_version,
    )


def asked(ask: EvidenceAsk) -> None:
    queue(ASKED, ask, recipient=ask.asked_of)


def load(ids: Collection[int]) -> dict[int, Evidence]:
    return Evidence.objects.select_related("assignment", "logged_by").in_bulk(ids)


def load_verifications(ids: Collection[int]) -> dict[int, EvidenceVerification]:
    return EvidenceVerification.objects.select_related("evidence__assignment", "by").in_bulk(ids)


def load_asks(ids: Collection[int]) -> dict[int, EvidenceAsk]:
    return EvidenceAsk.objects.select_related("assignment", "competency", "asked_by").in_bulk(ids)


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


def _verified(notice: Notice, said: EvidenceVerification) -> Letter:
    words = {"who": said.by.name, "title": said.evidence.title}  # type: ignore[union-attr]
    return Letter(
        subject=_SAID[Verdict(said.verdict)]() % words,
        paragraphs=(
            _("It belongs to %(assignment)s.") % {"assignment": said.evidence.assignment.title},
            *([_("In their words: %(words)s") % {"words": said.words}] if said.words else []),
        ),
        action=_("See the evidence"),
        path=reverse("assignments:evidence", args=[said.evidence.code]),
        why=_("you logged this evidence"),
    )


_SAID = {
    Verdict.CONFIRMED: lambda: _("%(who)s confirms your evidence: %(title)s"),
    Verdict.PARTLY: lambda: _("%(who)s confirms your evidence in part: %(title)s"),
    Verdict.NOT_SEEN: lambda: _("%(who)s has not seen enough to judge: %(title)s"),
}


def _asked(notice: Notice, ask: EvidenceAsk) -> Letter:
    words = {"who": ask.asked_by.name, "competency": ask.competency.name, "source": ask.get_source_display()}
    return Letter(
        subject=_("%(who)s asks you for evidence of “%(competency)s”") % words,
        paragraphs=(
            _("It belongs to %(assignment)s.") % {"assignment": ask.assignment.title},
            _("Nothing is there yet from this source: %(source)s.") % words,
        ),
        action=_("See what is missing"),
        path=reverse("assignments:evidence-ask", args=[ask.code]),
        why=_("you were asked for it"),
    )


def _still_mentor(notice: Notice, evidence: Evidence) -> bool:
    return notice.recipient_id == evidence.assignment.mentor_id


def _still_shared(notice: Notice, evidence: Evidence) -> bool:
    """With whoever sponsors the work now: one who handed over learns no more of it."""
    return evidence.shared_with_sponsor and notice.recipient_id == evidence.assignment.sponsor_id


KINDS = (
    Kind(LOGGED, load, _still_mentor, _logged, topic=Topic.EVIDENCE),
    Kind(SHARED, load, _still_shared, _shared, topic=Topic.EVIDENCE),
    Kind(VERIFIED, load_verifications, lambda notice, said: True, _verified, topic=Topic.EVIDENCE),
    Kind(ASKED, load_asks, lambda notice, ask: ask.settled_at is None, _asked, topic=Topic.EVIDENCE),
)
