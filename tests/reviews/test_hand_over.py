"""The review of a sponsor while somebody else takes over: taken back, its words kept private, asked anew in time."""

from datetime import timedelta

import pytest

from assignments.models import Assignment
from assignments.refusals import Refused
from reviews.actions.hand_over import follow_sponsor
from reviews.actions.panel import Named, add_raters
from reviews.actions.review import save_draft, submit
from reviews.actions.sharing import share_result
from reviews.models import Relation, Review, ReviewStatus
from reviews.result import results_of, those_asked
from reviews.verifying import latest_panel
from reviews.waiting import waiting_for
from stretchhub.audit.models import AuditEntry
from stretchhub.env import today
from stretchhub.notices import delivery, kinds
from stretchhub.notices.models import Notice
from tests.factories import AssignmentFactory, ReviewCycleFactory, ReviewFactory, UserFactory
from tests.reviews.panel import answers, start

pytestmark = pytest.mark.django_db
WORDS = "Between me and my draft."


def letters(kind):
    """Of this kind what is still due: to whom, and the subject."""
    found = []
    for notice in Notice.objects.filter(kind=kind).order_by("pk"):
        words = delivery.letter(notice, kinds.load_things([notice])[notice.pk], kinds.get(kind))
        if words is not None:
            found.append((notice.recipient, words.subject))
    return found


def take_over(assignment, sponsor):
    """What a hand-over does before the reviews follow."""
    Assignment.objects.filter(pk=assignment.pk).update(sponsor=sponsor)
    assignment.refresh_from_db()
    follow_sponsor(assignment, by=sponsor)


def hand_in(review):
    review = Review.objects.get(pk=review.pk)
    return submit(review, by=review.rater, edit=review.edit, answers=answers(review), summary="Seen it.")


@pytest.fixture
def panel(db):
    """A panel whose sponsor has begun to write."""
    panel = start()
    review = panel[Relation.SPONSOR]
    save_draft(review, by=review.rater, edit=review.edit, answers=answers(review, note=WORDS), summary=WORDS)
    return panel


@pytest.fixture
def assignment(panel):
    return Assignment.objects.get()


def test_the_one_who_takes_over_is_asked_and_the_one_before_is_told(panel, assignment):
    before, new = panel[Relation.SPONSOR], UserFactory()

    take_over(assignment, new)

    before.refresh_from_db()
    assert before.status == ReviewStatus.WITHDRAWN
    asked = Review.objects.get(rater=new)
    assert (asked.relation, asked.status, asked.asked_by) == (Relation.SPONSOR, ReviewStatus.DRAFT, assignment.mentor)
    assert asked.due_on == before.due_on
    assert [line.kind for line in waiting_for(new)] == ["reviews.to_write"]
    assert waiting_for(before.rater) == []
    title = assignment.title
    assert letters("reviews.withdrawn") == [(before.rater, f"Your review of “{title}” is not asked for any more")]
    assert before.rater not in [person for person, _subject in letters("reviews.asked")]
    assert new in [person for person, _subject in letters("reviews.asked")]
    assert AuditEntry.objects.filter(verb="review.withdrawn", actor=new).count() == 1


def test_what_the_one_before_typed_is_read_by_nobody(panel, assignment, sign_in):
    before, new = panel[Relation.SPONSOR], UserFactory()
    take_over(assignment, new)
    for review in [*Review.objects.asked()]:
        hand_in(review)

    assert {review.status for review in Review.objects.asked()} == {ReviewStatus.FINAL}
    assert WORDS not in str(results_of(assignment))
    assert Review.objects.get(rater=new).scores.exclude(note=WORDS).count() == 4
    people = (before.rater, new, assignment.mentee, assignment.mentor)
    for person in people:
        assert sign_in(person).get(f"/reviews/{before.code}/").status_code == 404
        assert WORDS not in sign_in(person).get("/reviews/").content.decode()
    page = sign_in(assignment.mentor).get(f"/assignments/{assignment.code}/reviews/").content.decode()
    assert WORDS not in page and before.rater.name not in page and new.name in page


def test_reviews_become_final_without_the_one_that_was_taken_back(panel, assignment):
    new = UserFactory()
    for relation in (Relation.SELF, Relation.MENTOR, Relation.COLLEAGUE):
        hand_in(panel[relation])

    take_over(assignment, new)
    assert not Review.objects.final().exists()
    hand_in(Review.objects.get(rater=new))

    assert Review.objects.final().count() == 4
    assert len(those_asked(assignment)) == len(latest_panel(assignment)) == 4


def test_who_comes_new_to_it_has_a_week_at_least(panel, assignment):
    Review.objects.update(due_on=today() + timedelta(days=1))
    new = UserFactory()

    take_over(assignment, new)

    assert Review.objects.get(rater=new).due_on == today() + timedelta(days=7)


def test_a_review_that_was_handed_in_stays_and_nobody_is_asked_in_its_place(panel, assignment):
    hand_in(panel[Relation.SPONSOR])
    new = UserFactory()

    take_over(assignment, new)

    assert panel[Relation.SPONSOR].rater in [review.rater for review in those_asked(assignment)]
    assert not Review.objects.filter(rater=new).exists()
    assert letters("reviews.withdrawn") == []


def test_the_colleague_who_takes_over_is_not_asked_twice(panel, assignment):
    colleague = panel[Relation.COLLEAGUE].rater
    add_raters(
        assignment, by=assignment.mentor, people=[Named("expert", UserFactory())], due_on=today() + timedelta(days=9)
    )
    for relation in (Relation.SELF, Relation.MENTOR):
        hand_in(panel[relation])

    take_over(assignment, colleague)
    assert [review.relation for review in those_asked(assignment)] == ["self", "mentor", "colleague", "expert"]
    hand_in(Review.objects.get(relation="expert"))
    assert not Review.objects.final().exists()
    hand_in(panel[Relation.COLLEAGUE])

    assert Review.objects.final().count() == 4


def test_where_the_colleague_who_takes_over_was_the_last_but_one_the_reviews_are_final(panel, assignment):
    add_raters(
        assignment, by=assignment.mentor, people=[Named("expert", UserFactory())], due_on=today() + timedelta(days=9)
    )
    for review in Review.objects.asked().exclude(relation=Relation.SPONSOR):
        hand_in(review)

    take_over(assignment, panel[Relation.COLLEAGUE].rater)

    assert Review.objects.final().count() == 4
    assert [subject for _person, subject in letters("reviews.final")] == [
        f"The reviews of “{assignment.title}” can be read"
    ] * 2


def test_where_too_few_have_seen_the_work_without_the_sponsor_one_more_is_wanted(panel, assignment):
    for relation in (Relation.SELF, Relation.MENTOR, Relation.COLLEAGUE):
        hand_in(panel[relation])

    take_over(assignment, panel[Relation.COLLEAGUE].rater)

    assert not Review.objects.final().exists()
    line = next(line for line in waiting_for(assignment.mentor) if line.kind == "reviews.one_more")
    assert line.reason == (
        "2 people besides the mentee reviewed or will; 1 more is needed before the reviews can become final."
    )


def test_who_takes_over_once_more_goes_on_with_what_they_had_typed(panel, assignment):
    first, second = panel[Relation.SPONSOR].rater, UserFactory()
    take_over(assignment, second)

    take_over(assignment, first)

    review = Review.objects.asked().get(rater=first)
    assert (review.pk, review.status, review.summary) == (panel[Relation.SPONSOR].pk, ReviewStatus.DRAFT, WORDS)
    assert letters("reviews.withdrawn") == [(second, f"Your review of “{assignment.title}” is not asked for any more")]
    assert first in [person for person, _subject in letters("reviews.asked")]
    assert Notice.objects.filter(kind="reviews.asked", recipient=first).count() == 2


def test_a_draft_that_is_saved_after_the_hand_over_is_refused(panel, assignment):
    read = Review.objects.get(pk=panel[Relation.SPONSOR].pk)
    take_over(assignment, UserFactory())

    with pytest.raises(Refused, match="not asked for any more"):
        save_draft(read, by=read.rater, edit=read.edit, answers={}, summary="Late.")


def test_without_reviews_nothing_is_asked():
    follow_sponsor(AssignmentFactory(), by=UserFactory())

    assert not Review.objects.exists()


def test_a_result_that_was_shared_is_shared_anew_with_whoever_takes_over(assignment):
    cycle, new = ReviewCycleFactory(), UserFactory()
    for relation, rater in (("self", assignment.mentee), ("mentor", assignment.mentor)):
        ReviewFactory(cycle=cycle, assignment=assignment, relation=relation, rater=rater, final=True)
    share_result(assignment, cycle, by=assignment.mentee)
    final = Review.objects.filter(cycle=cycle)
    assert set(final.visible_to(assignment.sponsor)) == set(final)

    take_over(assignment, new)

    assert not final.visible_to(new).exists()
    assert AuditEntry.objects.get(verb="result.unshared").actor == new
    share_result(assignment, cycle, by=assignment.mentee)
    assert set(final.visible_to(new)) == set(final)
