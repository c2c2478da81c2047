"""Which text a draft makes: of a case study, of the slides made out of it, or of a record over all work."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import override

from assignments.models import Assignment
from stretchhub.people.models import User

from .case_study import case_source, first_words, outline_source, points_of
from .growth_record import assignments_of, record_source
from .models import DocumentKind, OwnDraft
from .own_records import Record
from .own_text import Looked, look_through, own_name, people_in, people_of

OF_WORK = (DocumentKind.CASE_STUDY, DocumentKind.OUTLINE)


def draft_of(kind: str, person: User, assignment: Assignment | None) -> OwnDraft | None:
    """The one that was kept; slides that nobody kept yet begin with what the case study says otherwise."""
    kinds = OF_WORK if kind == DocumentKind.OUTLINE else (kind,)
    kept = {each.kind: each for each in OwnDraft.objects.filter(person=person, kind__in=kinds, assignment=assignment)}
    told = kept.get(DocumentKind.CASE_STUDY)
    if kind in kept or kind != DocumentKind.OUTLINE or told is None:
        return kept.get(kind)
    return OwnDraft(person=person, kind=kind, assignment=assignment, names=told.names, more=told.more, edit=0)


def words_of(kind: str, record: Record, draft: OwnDraft | None) -> dict[str, str]:
    """What was kept; before anything was, what the mentee wrote elsewhere, or the points of the case study."""
    if draft is not None and draft.words:
        return draft.words
    if kind == DocumentKind.CASE_STUDY:
        return first_words(record)
    case, mentee = DocumentKind.CASE_STUDY, record.assignment.mentee
    return points_of(looked_through_by(draft_of(case, mentee, record.assignment), case, mentee, record).text.sections)


def looked_through(kind: str, person: User, assignment: Assignment | None) -> Looked:
    """What would leave now, by the choices that were kept."""
    record = Record(assignment) if assignment else None
    return looked_through_by(draft_of(kind, person, assignment), kind, person, record)


def looked_through_by(draft: OwnDraft | None, kind: str, person: User, record: Record | None) -> Looked:
    """The same by a draft and records that are at hand; without these over all work."""
    if record is None:
        work = assignments_of(person)
        source = record_source(person, work)
    else:
        words = words_of(kind, record, draft)
        source = (case_source if kind == DocumentKind.CASE_STUDY else outline_source)(record, words)
    with override(settings.LANGUAGE_CODE):
        people = people_in(person, record) if record else people_of(person, work)
        return look_through(source, draft, people, [own_name(person)])
