"""What stands in each table of an export, which rows belong to it, and what never does."""

from datetime import timedelta
from decimal import Decimal

import pytest

from assignments.actions import feedback
from assignments.models import BriefStatus
from reviews.exporting import TABLES, Scope, chosen_tables, counts
from reviews.exporting.credits import credit_of
from reviews.models import Relation, Score, ScoreChange
from stretchhub.env import now, today
from tests.factories import (
    AssignmentFactory,
    BriefFactory,
    BriefVersionFactory,
    CheckInAnswerFactory,
    CheckInFactory,
    CompetencyFactory,
    EvidenceFactory,
    EvidenceVerificationFactory,
    FeedbackRequestFactory,
    FeedbackRoundFactory,
    HRFactory,
    MeasurementFactory,
    ReviewCycleFactory,
    ReviewFactory,
    UserFactory,
)
from tests.reviews.test_exporting import final_review, rated

pytestmark = pytest.mark.django_db


def rows(name, **filter):
    """The rows of a table by header, and that as many were counted beforehand."""
    table, scope = TABLES[name], Scope(**{"day": today().isoformat()} | filter)
    names = [column.name for column in table.own]
    found = [dict(zip(names, row, strict=True)) for row in table.rows(scope, table.keys(scope))]
    assert counts(scope, [table]) == {name: len(found)}
    return found


def titles(**filter):
    return {row["assignment_title"] for row in rows("assignments", **filter)}


def test_assignments_are_narrowed_by_every_filter():
    boss = UserFactory()
    north = UserFactory(department="Operations/North", manager=boss)
    gone = UserFactory(department="Operations-Other", is_active=False, deactivated_at=now())
    a = AssignmentFactory(title="A", option__mentorship__mentee=north)
    b = AssignmentFactory(title="B", option__mentorship__mentee=gone, closed=True, starts_on=today() - timedelta(90))
    AssignmentFactory(title="C", chartering=True, sponsor=None, option__mentorship__mentee__department="Sales")
    cycle = ReviewCycleFactory()
    rated(final_review(cycle, assignment=b))
    ReviewFactory(cycle=cycle, assignment=a)

    assert titles() == {"A", "B", "C"}
    assert titles(department="Operations") == {"A"}
    assert titles(manager=str(boss.code)) == {"A"}
    assert titles(mentor=str(b.mentor.code)) == {"B"}
    assert titles(sponsor=str(a.sponsor.code)) == {"A"}
    assert titles(state="chartering") == {"C"}
    assert titles(active="no") == {"B"}
    assert titles(active="yes") == {"A", "C"}
    assert titles(signed_off="yes") == {"B"}
    assert titles(signed_off="no") == {"A", "C"}
    assert titles(cycle=cycle.code) == {"A", "B"}
    assert titles(cycle=cycle.code, signed_off="no") == {"A"}
    assert titles(until=(today() - timedelta(60)).isoformat()) == {"B"}
    assert titles(since=today().isoformat()) == {"A", "B"}
    assert titles(since=(today() + timedelta(1)).isoformat()) == {"A"}


def test_other_tables_follow_the_same_filter():
    kept = AssignmentFactory(title="Kept")
    for assignment in (kept, AssignmentFactory(title="Left out")):
        EvidenceFactory(assignment=assignment)
        CheckInFactory(assignment=assignment)
        rated(final_review(ReviewCycleFactory(), assignment=assignment))

    for name, number in (("evidence", 1), ("check_ins", 1), ("ratings", 4)):
        found = rows(name, mentor=str(kept.mentor.code))
        assert [row["assignment_title"] for row in found] == ["Kept"] * number


def test_what_was_handed_in_stays_beside_the_level_that_counts():
    review = final_review(ReviewCycleFactory())
    rated(review)
    first, second, third, _fourth = Score.objects.filter(review=review).order_by("pk")
    for score, before, after in ((first, 3, 4), (first, 4, 5), (second, None, 2), (third, 3, None)):
        ScoreChange.objects.create(score=score, kind="calibration", before=before, after=after, reason="Seen together.",
                                   changed_by=review.assignment.mentor)  # fmt: skip
        Score.objects.filter(pk=score.pk).update(level=after, not_observed=after is None)

    found = [(row["level"], row["level_submitted"], row["not_observed"]) for row in rows("ratings")]

    assert found == [(5, 3, False), (2, None, False), (None, 3, True), (3, 3, False)]


def test_one_observers_word_alone_is_told_in_no_file():
    """As on the page of the result and in the packet: not the level, nor what it was, nor the words beside it."""
    cycle, assignment = ReviewCycleFactory(), AssignmentFactory()
    panel = {"self": assignment.mentee, "mentor": assignment.mentor, "sponsor": assignment.sponsor}
    reviews = {part: final_review(cycle, assignment=assignment, relation=part, rater=panel[part]) for part in panel}
    for part, review in reviews.items():
        rated(review, note=f"By {part}.", level=4)
    alone = Score.objects.filter(review=reviews["sponsor"]).order_by("pk").first()
    Score.objects.filter(pk=alone.pk).update(level=None, not_observed=True)
    mine = Score.objects.get(review=reviews["mentor"], criterion=alone.criterion)
    ScoreChange.objects.create(
        score=mine, kind="calibration", before=3, after=4, reason="Seen.", changed_by=HRFactory()
    )
    other = final_review(ReviewCycleFactory(), assignment=assignment, relation="mentor", rater=assignment.mentor)
    rated(other, note="In another cycle.", level=2)

    told = ("kept_back", "level", "level_submitted", "level_name", "note", "not_observed")
    found = rows("ratings", cycle=cycle.code)

    at_it = {
        each["relation"]: [each[name] for name in told] for each in found if each["criterion"] == alone.criterion.key
    }
    assert at_it == {
        "self": [False, 4, 4, "Strong", "By self.", False],
        "mentor": [True, None, None, None, "", False],
        "sponsor": [True, None, None, None, "", True],
    }
    assert [each["level"] for each in found if each["criterion"] != alone.criterion.key] == [4] * 9
    assert {each["note"] for each in rows("ratings", cycle=other.cycle.code)} == {""}


def test_odd_people_break_nothing():
    cycle = ReviewCycleFactory()
    gone = UserFactory(full_name="=Gone", employee_id=None, department="", is_active=False, deactivated_at=now())
    assignment = AssignmentFactory(option__mentorship__mentee=gone, chartering=True, sponsor=None)
    rated(final_review(cycle, assignment=assignment))
    outsider = {"rater": None, "rater_name": "Ola Berg", "rater_email": "ola@example.com", "link": assignment.code}
    rated(final_review(cycle, assignment=assignment, relation=Relation.END_USER, **outsider))

    found = rows("ratings")

    assert {row["mentee_name"] for row in found} == {"=Gone"}
    assert {(row["rater_email"], row["rater_name"], row["rater_active"]) for row in found} == {
        (gone.email, "=Gone", False), ("ola@example.com", "Ola Berg", None),
    }  # fmt: skip
    [row] = rows("assignments")
    assert (row["sponsor_email"], row["starts_on"], row["hours_per_week"], row["mentee_active"]) == (
        None, None, None, False,
    )  # fmt: skip


def test_evidence_says_what_it_is_only_where_a_final_review_rests_on_it_and_it_was_shared():
    cycle = ReviewCycleFactory()
    competency = CompetencyFactory(name="Influence", framework__credit="By O*NET.", framework__licence="CC BY 4.0")
    assignment = AssignmentFactory(reviewing=True)
    shown, unshared, unlinked, early = (
        EvidenceFactory(assignment=assignment, title=title, shared_at_review=title != "Unshared")
        for title in ("Shown", "Unshared", "Unlinked", "Early")
    )
    shown.competencies.add(competency)
    EvidenceVerificationFactory(evidence=shown)
    rated(final_review(cycle, assignment=assignment), evidence=[shown, unshared])
    rated(
        ReviewFactory(cycle=cycle, assignment=assignment, relation="mentor", rater=assignment.mentor), evidence=[early]
    )

    found = {str(row["evidence_code"]): row for row in rows("evidence")}

    row = found[str(shown.code)]
    assert (row["readable"], row["title"], row["competencies"], row["confirmed_by"]) == (True, "Shown", "Influence", 1)
    assert row["framework_credit"] == credit_of(competency.framework)
    assert "(CC BY 4.0): By O*NET." in row["framework_credit"]
    for piece in (unshared, unlinked, early):
        row = found[str(piece.code)]
        secret = ("kind", "title", "happened_on", "competencies", "framework_credit", "confirmed_by")
        assert (row["readable"], {row[name] for name in secret}) == (False, {None})


def test_check_ins_are_kept_missed_or_open_and_say_no_word():
    assignment = AssignmentFactory()
    for days, sides in ((30, 2), (20, 1), (10, 0), (-5, 0)):
        check_in = CheckInFactory(assignment=assignment, due_on=today() - timedelta(days))
        for by in (assignment.mentee, assignment.mentor)[:sides]:
            CheckInAnswerFactory(check_in=check_in, by=by)
    CheckInFactory(assignment=assignment, due_on=today() - timedelta(1), cancelled_at=now())

    found = rows("check_ins")

    assert [row["state"] for row in found] == ["kept", "missed", "open"]
    assert set(found[0]) == {
        "assignment_code", "assignment_title", "mentee_employee_id", "mentee_email", "mentee_name",
        "mentee_department", "mentor_email", "due_on", "state",
    }  # fmt: skip
    [row] = rows("assignments")
    assert row["check_ins_kept"] == 1


def test_what_was_measured_comes_with_the_final_reviews_and_not_before():
    assignment = AssignmentFactory(reviewing=True)
    brief = BriefFactory(option=assignment.option)
    version = BriefVersionFactory(brief=brief, number=1, status=BriefStatus.SPONSOR_ACCEPTED, decided_at=now())
    outcome = version.outcomes.get()
    for days, value, back in ((9, "18", None), (3, "15.5", None), (1, "1", now())):
        MeasurementFactory(assignment=assignment, outcome=outcome, value=Decimal(value),
                           measured_on=today() - timedelta(days), taken_back_at=back)  # fmt: skip

    [before] = rows("metrics")
    rated(final_review(ReviewCycleFactory(), assignment=assignment))
    [after] = rows("metrics")

    assert (before["signed_off"], before["actual"], before["actual_on"]) == (False, None, None)
    assert before["target"] == outcome.target
    assert (after["signed_off"], after["actual"], after["actual_on"]) == (True, Decimal("15.5"), today() - timedelta(3))


def published(level, people=3, **fields):
    """A confidential round that came out at its close, in which so many gave this level."""
    round = FeedbackRoundFactory(confidential=True, **fields)
    for _each in range(people):
        FeedbackRequestFactory(round=round, says="CONFIDENTIAL words", says__level=level)
    feedback.close(round, by=round.assignment.mentee)
    round.refresh_from_db()
    return round


def test_confidential_feedback_comes_in_cells_of_three_and_never_to_whoever_gave_some():
    published(4)
    published(2, people=2)
    giver = HRFactory()
    FeedbackRequestFactory(round=FeedbackRoundFactory(confidential=True), giver=giver)

    found = rows("feedback")

    assert [(row["given"], row["people"], row["level"], row["words"], row["giver_email"]) for row in found] == [
        ("confidential", 3, 4.0, None, None)
    ]
    assert "CONFIDENTIAL" not in str(found)
    own = published(5)
    own.requests.filter(pk=own.requests.first().pk).update(giver=giver)
    assert len(rows("feedback")) == 2
    assert len(rows("feedback", reader=giver.pk)) == 1


def test_feedback_by_name_comes_with_the_final_reviews_and_only_where_the_mentee_shows_it():
    """Its givers were told: mentee and mentor read it, and the mentee may show it to HR at the review."""
    assignment = AssignmentFactory(reviewing=True)
    round = FeedbackRoundFactory(assignment=assignment)
    shown = FeedbackRequestFactory(round=round, outsider=True, says="You asked first.", says__level=4)
    FeedbackRequestFactory(round=round, says="NOT SHOWN to HR.", says__level=2)
    FeedbackRequestFactory(round=FeedbackRoundFactory(assignment=assignment), says="NOT SHOWN either.")
    feedback.show_at_review(shown, by=assignment.mentee, shown=True)

    assert rows("feedback") == []
    rated(final_review(ReviewCycleFactory(), assignment=assignment))

    found = [(row["given"], row["group"], row["level"], row["words"], row["giver_name"]) for row in rows("feedback")]
    assert found == [
        ("named", "end_user", None, "You asked first.", "Ola Berg"),
        ("named", "end_user", 4, "", "Ola Berg"),
    ]
    feedback.show_at_review(shown, by=assignment.mentee, shown=False)
    assert rows("feedback") == []


def test_tables_come_in_the_order_of_a_workbook():
    assert [table.name for table in chosen_tables(["feedback", "ratings"])] == ["ratings", "feedback"]
    assert list(TABLES) == ["assignments", "ratings", "evidence", "check_ins", "metrics", "feedback"]
