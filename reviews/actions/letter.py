"""The letter of a mentor: wanted, written, approved by the mentee and signed, in this order and no other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assignments.models import Assignment, Evidence
from assignments.refusals import Refused, Stale
from stretchhub.audit.trail import record
from stretchhub.env import now
from stretchhub.people.models import User
from stretchhub.people.rules import require

from .. import letter_messages as messages
from ..letter_facts import facts_of, final_cycle
from ..letter_rules import can_answer_letter, can_begin_letter, can_want_letter, can_write_letter
from ..letter_text import text_of
from ..models import LETTER_NEXT, DocumentKind, IssuedDocument, Letter, LetterPart, LetterState
from .document import freeze

MEANWHILE = gettext_lazy("The letter was changed in another window while you were here. Read it again.")


@dataclass(frozen=True)
class Written:
    """What a mentor writes: words by part, and what shows the two things that were seen."""

    words: Mapping[str, str]
    first_evidence: Evidence | None = None
    second_evidence: Evidence | None = None
    contact: str = ""


@transaction.atomic
def want_letter(assignment: Assignment, *, by: User) -> Letter:
    """The mentee asks the mentor for a letter; asked twice it is one letter and one message."""
    require(can_want_letter(by, assignment))
    letter = _begun(assignment, assignment.mentor)
    if Letter.objects.filter(pk=letter.pk, wanted_at__isnull=True).update(wanted_at=now()):
        record(by, "letter.wanted", letter, fields=["wanted_at"])
        messages.wanted(letter)
    letter.refresh_from_db()
    return letter


@transaction.atomic
def begin_letter(assignment: Assignment, *, by: User) -> Letter:
    """The one that the mentor is writing, begun where there is none."""
    require(can_begin_letter(by, assignment))
    return _begun(assignment, by)


def _begun(assignment: Assignment, author: User) -> Letter:
    Assignment.objects.select_for_update().get(pk=assignment.pk)
    letter = Letter.objects.open().filter(assignment=assignment, author=author).first()
    if letter is not None:
        return letter
    cycle = final_cycle(assignment)
    if cycle is None:
        raise Refused(_("A letter tells what the reviews say, so it is written once they are final."))
    last = Letter.objects.filter(assignment=assignment, author=author).order_by("-pk").first()
    # A letter that takes the place of another begins with its words.
    words = {"words": last.words, "contact": last.contact} if last else {"contact": author.email}
    letter = Letter.objects.create(assignment=assignment, author=author, cycle=cycle, written_at=now(), **words)
    record(author, "letter.begun", letter, fields=["state"])
    return letter


@transaction.atomic
def write_letter(letter: Letter, *, by: User, edit: int, written: Written) -> Letter:
    """Keep what was written; whatever was approved before has to be approved again."""
    require(can_write_letter(by, letter))
    for evidence in (written.first_evidence, written.second_evidence):
        if evidence is not None and (evidence.assignment_id != letter.assignment_id or not evidence.shared_at_review):
            raise ValidationError(_("Choose evidence that the mentee shares at review."))
    words = {part: text for part, text in written.words.items() if part in LetterPart.values and text.strip()}
    _move(
        letter,
        edit,
        LetterState.DRAFT,
        words=words,
        contact=written.contact,
        first_evidence=written.first_evidence,
        second_evidence=written.second_evidence,
        written_at=now(),
    )
    record(by, "letter.written", letter, fields=["contact", "first_evidence", "second_evidence", "words"])
    return letter


@transaction.atomic
def ask_to_approve(letter: Letter, *, by: User, edit: int) -> Letter:
    """Show it to the mentee with what the records say now; that is what they approve."""
    require(can_write_letter(by, letter))
    missing = [part.label for part in (LetterPart.FIRST, LetterPart.READY) if not letter.words.get(part)]
    if missing:
        raise ValidationError(
            _("Write this before you ask: %(parts)s.") % {"parts": ", ".join(f"“{each}”" for each in missing)}
        )
    _move(letter, edit, LetterState.ASKED, facts=facts_of(letter), remarks={}, asked_at=now(), answered_at=None)
    record(by, "letter.asked", letter, fields=["facts", "state"])
    messages.asked(letter)
    return letter


@transaction.atomic
def approve(letter: Letter, *, by: User, edit: int) -> Letter:
    """The mentee has read exactly this edit, and the facts in it are right."""
    require(can_answer_letter(by, letter))
    _move(letter, edit, LetterState.APPROVED, remarks={}, answered_at=now())
    record(by, "letter.approved", letter, fields=["state"])
    messages.answered(letter)
    return letter


@transaction.atomic
def ask_for_changes(letter: Letter, *, by: User, edit: int, remarks: Mapping[str, str]) -> Letter:
    """Part by part what should be otherwise."""
    require(can_answer_letter(by, letter))
    said = {part: text for part, text in remarks.items() if part in LetterPart.values and text.strip()}
    if not said:
        raise ValidationError(_("Say beside the part what should be otherwise."))
    _move(letter, edit, LetterState.CHANGES, remarks=said, answered_at=now())
    record(by, "letter.changes_asked", letter, fields=["remarks", "state"])
    messages.answered(letter)
    return letter


@transaction.atomic
def sign(letter: Letter, *, by: User, edit: int) -> IssuedDocument:
    """Freeze what the mentee approved; where the records say something else by now, it is approved anew."""
    require(can_write_letter(by, letter))
    letter.refresh_from_db()
    if letter.state != LetterState.APPROVED or letter.edit != edit:
        raise Stale(MEANWHILE)
    if facts_of(letter) != letter.facts:
        raise Refused(_("The records have changed since the mentee approved the facts. Ask again, then sign."))
    document = freeze(
        DocumentKind.LETTER,
        person=letter.assignment.mentee,
        by=by,
        text=text_of(letter),
        assignment=letter.assignment,
        cycle=letter.cycle,
    )
    _move(letter, edit, LetterState.SIGNED, document=document)
    record(by, "letter.signed", letter, fields=["document", "state"])
    messages.signed(letter)
    return document


def _move(letter: Letter, edit: int, state: LetterState, **changes: object) -> None:
    """By one conditional update: from a state that leads there, and from the edit that was read."""
    before = [one for one, after in LETTER_NEXT.items() if state in after]
    same = Letter.objects.filter(pk=letter.pk, edit=edit, state__in=before)
    if not same.update(state=state, edit=F("edit") + 1, **changes):
        raise Stale(MEANWHILE)
    letter.refresh_from_db()
