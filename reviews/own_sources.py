"""Which text a draft makes: of a case study, of the slides made out of it, or of a record over all work."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import override

from assignments.models import Assignment
from stretchhub.people.models import User

from .case_study import case_source, first_words, outline_source, points_of
from .growth_record import assignments_of, record_source
from .models import DocumentKind, OwnDraft
from .own_text import Looked, look_through, own_name, people_of

OF_WORK = (DocumentKind.CASE_STUDY, DocumentKind.OUTLINE)


def draft_of(kind: str, person: User, assignment: Assignment | None) -> OwnDraft | None:
    """The one that was kept; slides that nobody kept yet begin with what the case study says otherwise."""
    kept = OwnDraft.objects.filter(person=person, kind=kind, assignment=assignment).first()
    if kept is not None or kind != DocumentKind.OUTLINE:
        return kept
    told = draft_of(DocumentKind.CASE_STUDY, person, assignment)
    if told is None:
        return None
    return OwnDraft(person=person, kind=kind, assignment=assignment, names=told.names, more=told.more, edit=0)


def words_of(kind: str, assignment: Assignment, draft: OwnDraft | None) -> dict[str, str]:
    """What was kept; before anything was, what the mentee wrote elsewhere, or the points of the case study."""
    if draft is not None and draft.words:
        return draft.words
    if kind == DocumentKind.CASE_STUDY:
        return first_words(assignment)
    return points_of(looked_through(DocumentKind.CASE_STUDY, assignment.mentee, assignment).text.sections)


def looked_through(kind: str, person: User, assignment: Assignment | None) -> Looked:
    """What would leave now, by the choices that were kept."""
    return looked_through_by(draft_of(kind, person, assignment), kind, person, assignment)


def looked_through_by(draft: OwnDraft | None, kind: str, person: User, assignment: Assignment | None) -> Looked:
    """The same by a draft that is at hand."""
    work = [assignment] if assignment else assignments_of(person)
    if assignment is None:
        source = record_source(person, work)
    else:
        words = words_of(kind, assignment, draft)
        source = (case_source if kind == DocumentKind.CASE_STUDY else outline_source)(assignment, words)
    with override(settings.LANGUAGE_CODE):
        return look_through(source, draft, people_of(person, work), [own_name(person)])
