"""Issuing a document and taking it back; what was issued is never changed."""

from __future__ import annotations

import hashlib

from django.db import transaction
from django.utils.translation import gettext as _

from assignments.models import Assignment
from assignments.refusals import Refused
from stretchhub.audit.trail import record
from stretchhub.documents import Paper
from stretchhub.env import now
from stretchhub.people.models import User
from stretchhub.people.rules import require

from ..check_codes import fresh
from ..document_content import Text, fill
from ..document_words import pdf_of
from ..letter_rules import can_issue, can_withdraw
from ..models import DocumentPaper, DocumentWithdrawal, IssuedDocument, ReviewCycle


@transaction.atomic
def issue(
    kind: str, *, by: User, text: Text, assignment: Assignment | None = None, cycle: ReviewCycle | None = None
) -> IssuedDocument:
    """Freeze what the mentee has looked through; a later one takes the place of an earlier one."""
    person = assignment.mentee if assignment else by
    require(can_issue(by, kind, person))
    return freeze(kind, person=person, by=by, text=text, assignment=assignment, cycle=cycle)


@transaction.atomic
def freeze(
    kind: str,
    *,
    person: User,
    by: User,
    text: Text,
    assignment: Assignment | None,
    cycle: ReviewCycle | None,
) -> IssuedDocument:
    """Write the document and its papers; whoever calls this has asked whether they may."""
    # Held, so that two at once do not become the same version.
    User.objects.select_for_update().get(pk=person.pk)
    mine = IssuedDocument.objects.filter(kind=kind, person=person, by=by, assignment=assignment)
    last = mine.order_by("-version").first()
    document = IssuedDocument(
        check_code=fresh(),
        kind=kind,
        person=person,
        assignment=assignment,
        cycle=cycle,
        by=by,
        version=last.version + 1 if last else 1,
        issued_at=now(),
        supersedes=last,
    )
    fill(document, text)
    document.save()
    print_papers(document)
    record(by, "document.issued", document, fields=["content", "version"], facts={"kind": kind})
    return document


def print_papers(document: IssuedDocument) -> None:
    """On both papers, kept as they were made: whatever makes them later may make other bytes."""
    for paper in Paper:
        made = pdf_of(document, paper)
        DocumentPaper.objects.create(
            document=document, paper=paper.value, pdf=made, sha256=hashlib.sha256(made).hexdigest()
        )


@transaction.atomic
def withdraw(document: IssuedDocument, *, by: User) -> DocumentWithdrawal:
    """Take it back for good: from the next request on its code tells no more than that."""
    require(can_withdraw(by, document))
    User.objects.select_for_update().get(pk=document.person_id)
    if DocumentWithdrawal.objects.filter(document=document).exists():
        raise Refused(_("It was withdrawn already."))
    withdrawal = DocumentWithdrawal.objects.create(document=document, by=by, at=now())
    record(by, "document.withdrawn", document, fields=["withdrawal"], facts={"kind": document.kind})
    return withdrawal
