"""May this person do this to that letter or document? Asked by every action; a no is a 403."""

from __future__ import annotations

from assignments.models import Assignment
from stretchhub.people.models import User

from .models import DocumentKind, IssuedDocument, Letter, LetterState


def can_want_letter(user: User, assignment: Assignment) -> bool:
    """The mentee asks for one; whether the reviews are final is a matter of the reviews."""
    return user.is_active and user.pk == assignment.mentee_id


def can_begin_letter(user: User, assignment: Assignment) -> bool:
    return user.is_active and user.pk == assignment.mentor_id


def can_write_letter(user: User, letter: Letter) -> bool:
    """Its author, until it is signed."""
    return user.is_active and user.pk == letter.author_id and letter.state != LetterState.SIGNED


def can_answer_letter(user: User, letter: Letter) -> bool:
    """The mentee alone says whether the facts are right, and only while they are asked."""
    return user.is_active and user.pk == letter.assignment.mentee_id and letter.state == LetterState.ASKED


def can_issue(user: User, kind: str, person: User) -> bool:
    """What the mentee writes the mentee issues; a letter comes from its author by being signed."""
    return user.is_active and kind != DocumentKind.LETTER and user.pk == person.pk


def can_withdraw(user: User, document: IssuedDocument) -> bool:
    """Whoever it tells of, and whoever issued it."""
    return user.is_active and user.pk in (document.person_id, document.by_id)
