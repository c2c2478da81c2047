"""Letters about what is final: wanted, written, approved and signed, or on their way."""

from __future__ import annotations

from datetime import datetime

from assignments.models import Assignment, Evidence
from reviews.actions.document import print_papers
from reviews.check_codes import LENGTH, LETTERS
from reviews.document_content import Text, fill
from reviews.letter_facts import facts_of
from reviews.letter_text import text_of
from reviews.models import DocumentKind, IssuedDocument, Letter, LetterState, OwnDraft, Review
from reviews.own_sources import looked_through

from .cohort import Cohort, Story


def add_letters(cohort: Cohort) -> None:
    for own, told in cohort.finals:
        if "letter" in told:
            _write(cohort, own, told["letter"])
        if "case_study" in told:
            _tell_case(cohort, own, told["case_study"])


def _write(cohort: Cohort, own: Review, told: Story) -> None:
    """As far as the story goes: an answer, a signature, or neither."""
    assignment = Assignment.objects.select_related("mentee", "mentor", "option__mentorship").get(pk=own.assignment_id)
    mentee, mentor = assignment.mentee, assignment.mentor
    evidence = list(Evidence.objects.filter(assignment=assignment).order_by("happened_on", "id"))
    shown = [evidence[place - 1] for place in told.get("shown", [])]
    letter = Letter.objects.create(
        code=cohort.code(),
        assignment=assignment,
        cycle=own.cycle,
        author=mentor,
        words=told["words"],
        first_evidence=next(iter(shown), None),
        second_evidence=next(iter(shown[1:]), None),
        contact=mentor.email,
        wanted_at=cohort.moment(told["wanted"], 9, mentee),
        written_at=cohort.moment(told["written"], 17, mentor),
    )
    cohort.remember(mentee, "letter.wanted", letter, letter.wanted_at, ["wanted_at"])
    cohort.tell(mentor, "reviews.letter_wanted", letter, letter.wanted_at)
    cohort.remember(mentor, "letter.written", letter, letter.written_at, ["words"])
    if "asked" in told:
        _ask(cohort, letter, told)


def _ask(cohort: Cohort, letter: Letter, told: Story) -> None:
    mentee, mentor = letter.assignment.mentee, letter.author
    letter.state, letter.facts = LetterState.ASKED, facts_of(letter)
    letter.asked_at = cohort.moment(told["asked"], 10, mentor)
    cohort.remember(mentor, "letter.asked", letter, letter.asked_at, ["facts", "state"])
    cohort.tell(mentee, "reviews.letter_asked", letter, letter.asked_at)
    if "approved" in told:
        letter.state, letter.answered_at = LetterState.APPROVED, cohort.moment(told["approved"], 20, mentee)
        cohort.remember(mentee, "letter.approved", letter, letter.answered_at, ["state"])
    letter.save()
    if "signed" in told:
        _sign(cohort, letter, cohort.moment(told["signed"], 12, mentor))


def _sign(cohort: Cohort, letter: Letter, at: datetime) -> None:
    letter.document = issue(cohort, DocumentKind.LETTER, letter.author, letter.assignment, letter, at, text_of(letter))
    letter.state = LetterState.SIGNED
    letter.save()
    cohort.remember(letter.author, "letter.signed", letter, at, ["document", "state"])
    cohort.tell(letter.assignment.mentee, "reviews.letter_signed", letter, at)


def _tell_case(cohort: Cohort, own: Review, told: Story) -> None:
    """A case study that was issued as its writer left it: what was not shared and every name is gone from it."""
    related = ("mentee__manager", "mentor", "sponsor", "option__mentorship")
    assignment = Assignment.objects.select_related(*related).get(pk=own.assignment_id)
    mentee, at = assignment.mentee, cohort.moment(told["issued"], 18, assignment.mentee)
    draft = OwnDraft.objects.create(
        code=cohort.code(),
        person=mentee,
        kind=DocumentKind.CASE_STUDY,
        assignment=assignment,
        words=told["words"],
        more=told.get("more", []),
        saved_at=at,
    )
    cohort.remember(mentee, "own_draft.saved", draft, at, ["more", "words"])
    text = looked_through(DocumentKind.CASE_STUDY, mentee, assignment).text
    issue(cohort, DocumentKind.CASE_STUDY, mentee, assignment, own, at, text)


def issue(cohort: Cohort, kind, by, assignment: Assignment, of, at: datetime, text: Text) -> IssuedDocument:
    """A document of back then, with its papers; `of` knows the cycle."""
    document = IssuedDocument(
        code=cohort.code(),
        check_code="".join(cohort.rng.choice(LETTERS) for _ in range(LENGTH)),
        kind=kind,
        person=assignment.mentee,
        assignment=assignment,
        cycle=of.cycle,
        by=by,
        issued_at=at,
    )
    fill(document, text)
    document.save()
    print_papers(document)
    cohort.remember(by, "document.issued", document, at, ["content", "version"])
    return document
