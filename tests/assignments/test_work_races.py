"""The work itself, done by several at once on a real server: one of them wins, the others are told, nothing twice."""

from collections import Counter
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from assignments.actions import check_in, evidence, feedback_giving, feedback_round, scope, status
from assignments.actions.feedback_giving import Said
from assignments.models import (
    CheckIn,
    CheckInAnswer,
    Evidence,
    EvidenceVerification,
    FeedbackAnswer,
    FeedbackRequest,
    FeedbackRound,
    ScopeChange,
    StatusOverride,
)
from assignments.refusals import Refused
from stretchhub.audit.models import AuditEntry
from stretchhub.env import now, today
from stretchhub.notices.models import Notice
from tests.factories import (
    AssignmentFactory,
    CharterFactory,
    CheckInAnswerFactory,
    CheckInFactory,
    EvidenceFactory,
    FeedbackRequestFactory,
    ScopeChangeFactory,
)
from tests.reviews.test_races import at_once

pytestmark = [pytest.mark.real, pytest.mark.django_db(transaction=True)]

MANY = 8


@pytest.fixture
def assignment(db):
    return CharterFactory(assignment=AssignmentFactory(), acknowledged=True).assignment


def all_at_once(act) -> Counter:
    """How many of eight succeeded, and how many were refused with words."""

    def one(number: int) -> str:
        try:
            act(number)
        except (Refused, PermissionDenied):  # who comes after it was decided may not decide any more
            return "refused"
        return "done"

    return Counter(at_once(MANY, one))


def fresh(model: Any, row: Any, *related: str) -> Any:
    """As each request loads it for itself."""
    return model.objects.select_related(*related).get(pk=row.pk)


def test_an_answer_is_acknowledged_once_and_told_once(assignment):
    answer = CheckInAnswerFactory(check_in=CheckInFactory(assignment=assignment), by=assignment.mentee)

    found = all_at_once(
        lambda n: check_in.acknowledge(fresh(CheckInAnswer, answer, "check_in__assignment"), by=assignment.mentor)
    )

    assert found == {"done": MANY}
    assert AuditEntry.objects.filter(verb="check_in.acknowledged").count() == 1
    assert Notice.objects.filter(kind="assignments.check_in_acknowledged").count() == 1


def test_one_side_answers_a_check_in_once_and_the_first_words_stay(assignment):
    due = CheckInFactory(assignment=assignment)

    found = all_at_once(
        lambda n: check_in.answer(
            fresh(CheckIn, due, "assignment"), by=assignment.mentee, moved=f"Words {n}", next_try="Ask."
        )
    )

    assert found == {"done": 1, "refused": MANY - 1}
    assert CheckInAnswer.objects.count() == 1
    assert Notice.objects.filter(kind="assignments.check_in_answered").count() == 1


def test_a_change_of_scope_is_decided_once(assignment):
    change = ScopeChangeFactory(assignment=assignment, asked_by=assignment.mentee)
    people = ("assignment__charter__approver", "assignment__sponsor", "assignment__mentor", "assignment__mentee")

    def decide(number: int) -> None:
        found = fresh(ScopeChange, change, *people)
        if number % 2:
            scope.approve(found, by=assignment.sponsor, reason=f"Yes {number}")
        else:
            scope.decline(found, by=assignment.sponsor, reason=f"No {number}")

    found = all_at_once(decide)

    assert found["done"] == 1
    decided = AuditEntry.objects.filter(verb__in=["scope.approved", "scope.declined"])
    assert [entry.verb.split(".")[1] for entry in decided] == [ScopeChange.objects.get().state]
    assert Notice.objects.filter(kind="assignments.scope_decided").count() == 2


def test_evidence_is_verified_once_a_person(assignment):
    piece = EvidenceFactory(assignment=assignment)

    found = all_at_once(
        lambda n: evidence.verify(
            fresh(Evidence, piece, "assignment", "logged_by"), by=assignment.mentor, verdict="confirmed", seen=1
        )
    )

    assert found == {"done": 1, "refused": MANY - 1}
    assert EvidenceVerification.objects.count() == 1
    assert Notice.objects.filter(kind="assignments.evidence_verified").count() == 1


def test_what_is_verified_is_what_was_read_even_while_it_is_changed():
    for _round in range(6):
        made = CharterFactory(assignment=AssignmentFactory()).assignment
        piece = EvidenceFactory(assignment=made, title="As it was read")

        def act(number: int, piece=piece, made=made) -> str:
            found = fresh(Evidence, piece, "assignment", "logged_by")
            try:
                if number:
                    evidence.change_evidence(found, by=made.mentee, version=1, words={"title": "Another claim"})
                else:
                    evidence.verify(found, by=made.mentor, verdict="confirmed", seen=1)
            except Refused:
                return "refused"
            return "done"

        verified, changed = at_once(2, act)

        assert changed == "done" and Evidence.objects.get(pk=piece.pk).version == 2
        said = EvidenceVerification.objects.filter(evidence=piece).values_list("evidence_version", flat=True)
        assert list(said) == ([1] if verified == "done" else [])


def test_of_many_who_save_one_piece_of_evidence_one_wins(assignment):
    piece = EvidenceFactory(assignment=assignment)

    found = all_at_once(
        lambda n: evidence.change_evidence(
            fresh(Evidence, piece, "assignment"), by=assignment.mentee, version=1, words={"title": f"Title {n}"}
        )
    )

    assert found == {"done": 1, "refused": MANY - 1}
    assert AuditEntry.objects.filter(verb="evidence.changed").count() == 1


def test_feedback_is_given_once(assignment):
    asked = FeedbackRequestFactory(round__assignment=assignment, outsider=True)
    question = asked.round.questions.first()

    found = all_at_once(
        lambda n: feedback_giving.give(
            fresh(FeedbackRequest, asked, "round__assignment__mentee"), by=None, answers=[Said(question, f"Words {n}")]
        )
    )

    assert found == {"done": 1, "refused": MANY - 1}
    assert FeedbackAnswer.objects.count() == 1
    assert Notice.objects.filter(kind="assignments.feedback_answered").count() == 1


def test_an_answer_in_confidence_is_in_the_close_or_refused():
    """None is taken and left out: whoever was told that it is sent is counted when the round is shown."""
    for _round in range(6):
        first = FeedbackRequestFactory(round__confidential=True, outsider=True, vouched_at=now())
        others = [FeedbackRequestFactory(round=first.round, outsider=True, vouched_at=now()) for _n in range(2)]
        question = first.round.questions.first()
        for each in others:
            feedback_giving.give(fresh(FeedbackRequest, each), by=None, answers=[Said(question, "x")])

        def act(number: int, first=first, question=question) -> str:
            try:
                if number:
                    feedback_round.end(fresh(FeedbackRound, first.round, "assignment__mentee"))
                else:
                    feedback_giving.give(
                        fresh(FeedbackRequest, first, "round__assignment__mentee"),
                        by=None,
                        answers=[Said(question, "y")],
                    )
            except Refused:
                return "refused"
            return "done"

        given, closed = at_once(2, act)

        assert closed == "done"
        shown = FeedbackRequest.objects.filter(round=first.round, publication=1).count()
        assert shown == (3 if given == "done" else 0)


def test_of_those_who_set_the_status_at_once_one_stands(assignment):
    found = all_at_once(
        lambda n: status.set_status(
            assignment,
            by=(assignment.mentee, assignment.mentor)[n % 2],
            value="on_track",
            reason=f"Reason {n}",
            expires_on=today(),
        )
    )

    assert found["done"] >= 1
    assert StatusOverride.objects.filter(ended_at__isnull=True).count() == 1
    assert AuditEntry.objects.filter(verb="status.set").count() == found["done"] == StatusOverride.objects.count()
