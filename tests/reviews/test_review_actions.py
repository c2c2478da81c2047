from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from assignments.models import Assignment, Status
from assignments.refusals import Refused, Stale
from reviews.actions.panel import Named, start_reviews
from reviews.actions.review import Answer, save_draft, submit
from reviews.models import Relation, Review, ReviewStatus, Rubric, Score
from reviews.waiting import waiting_for
from stretchhub.audit.models import AuditEntry
from stretchhub.env import today
from stretchhub.notices import delivery, kinds
from stretchhub.notices.models import Notice
from tests.factories import AssignmentFactory, EvidenceFactory, ReviewCycleFactory, SetbackFactory, UserFactory
from tests.reviews.panel import LONG, ORDER, answers, start

pytestmark = pytest.mark.django_db


def hand_in(review, level=3, evidence=(), note=LONG):
    review.refresh_from_db()
    return submit(
        review, by=review.rater, edit=review.edit, answers=answers(review, level, note, evidence), summary="Seen it."
    )


def test_the_shipped_rubric_has_four_criteria_with_five_anchors():
    rubric = Rubric.objects.get(name="StretchHub rubric", version=1)

    criteria = list(rubric.criteria.prefetch_related("levels"))

    assert [criterion.key for criterion in criteria] == ["learning", "adaptability", "influence", "impact"]
    names = ["Not yet evident", "Emerging", "Established", "Strong", "Role-modelling"]
    assert [[level.name for level in criterion.levels.all()] for criterion in criteria] == [names] * 4
    assert all(len(level.anchor) > 60 for criterion in criteria for level in criterion.levels.all())


def test_starting_asks_four_people_and_the_assignment_is_in_review():
    assignment, colleague = AssignmentFactory(), UserFactory()

    reviews = start(assignment, colleague)

    assignment.refresh_from_db()
    assert assignment.status == Status.REVIEWING
    raters = [assignment.mentee, assignment.mentor, assignment.sponsor, colleague]
    assert [reviews[relation].rater for relation in ORDER] == raters
    assert {notice.recipient for notice in Notice.objects.filter(kind="reviews.asked")} == set(raters)
    assert AuditEntry.objects.filter(verb="review.asked", actor=assignment.mentor).count() == 4
    assert [line.due_on for line in waiting_for(colleague)] == [today() + timedelta(days=14)]


def test_the_letter_begins_with_the_due_day():
    review = start()[Relation.SPONSOR]
    notice = Notice.objects.get(kind="reviews.asked", recipient=review.rater)

    letter = delivery.letter(notice, kinds.load_things([notice])[notice.pk], kinds.get("reviews.asked"))

    day = review.due_on
    assert letter.subject.startswith(f"{day:%a} {day.day} {day:%b}")
    assert letter.path == f"/reviews/{review.code}/"


def test_only_mentee_or_mentor_start_and_only_while_it_is_active():
    assignment = AssignmentFactory()
    asked = {"cycle": ReviewCycleFactory(), "people": [Named("colleague", UserFactory())], "due_on": today()}

    for person in (assignment.sponsor, UserFactory()):
        with pytest.raises(PermissionDenied):
            start_reviews(assignment, by=person, **asked)
    for paused in (AssignmentFactory(paused=True), AssignmentFactory(chartering=True)):
        with pytest.raises(PermissionDenied):
            start_reviews(paused, by=paused.mentor, **asked)
    assert not Review.objects.exists()


@pytest.mark.parametrize("part", ["mentee", "mentor", "sponsor"])
def test_the_colleague_is_none_of_the_three(part):
    assignment = AssignmentFactory()

    with pytest.raises(ValidationError) as error:
        start(assignment, getattr(assignment, part))

    assert list(error.value.message_dict) == ["people"]
    assert Assignment.objects.get(pk=assignment.pk).status == Status.ACTIVE


def test_a_day_that_has_passed_and_a_closed_cycle_are_refused():
    assignment = AssignmentFactory()
    closed = ReviewCycleFactory(opens_on=today() - timedelta(days=9), closes_on=today() - timedelta(days=1))

    with pytest.raises(ValidationError) as error:
        start(assignment, cycle=closed)
    assert list(error.value.message_dict) == ["cycle"]
    with pytest.raises(ValidationError) as error:
        start_reviews(
            assignment,
            by=assignment.mentor,
            cycle=ReviewCycleFactory(),
            people=[Named("colleague", UserFactory())],
            due_on=today() - timedelta(days=1),
        )
    assert list(error.value.message_dict) == ["due_on"]


def test_a_draft_is_kept_and_a_stale_page_overwrites_nothing():
    review = start()[Relation.MENTOR]
    save_draft(review, by=review.rater, edit=1, answers=answers(review, 2), summary="First")

    with pytest.raises(Stale):
        save_draft(Review.objects.get(pk=review.pk), by=review.rater, edit=1, answers={}, summary="Second")

    review.refresh_from_db()
    assert (review.summary, review.edit, review.status) == ("First", 2, ReviewStatus.DRAFT)
    assert list(review.scores.values_list("level", flat=True)) == [2, 2, 2, 2]


def test_only_the_rater_writes():
    review = start()[Relation.MENTOR]

    for person in (review.assignment.mentee, review.assignment.sponsor):
        with pytest.raises(PermissionDenied):
            save_draft(review, by=person, edit=1, answers={}, summary="")


def test_evidence_this_rater_is_not_shown_cannot_be_linked():
    assignment = AssignmentFactory()
    private = EvidenceFactory(assignment=assignment)
    with_sponsor = EvidenceFactory(assignment=assignment, shared_with_sponsor=True)
    at_review = EvidenceFactory(assignment=assignment, shared_at_review=True)
    foreign = EvidenceFactory(shared_at_review=True, shared_with_sponsor=True)
    everything = [each.pk for each in (private, with_sponsor, at_review, foreign)]
    shown = {
        Relation.SELF: {private, with_sponsor, at_review},
        Relation.MENTOR: {private, with_sponsor, at_review},
        Relation.SPONSOR: {with_sponsor},
        Relation.COLLEAGUE: {at_review},
    }

    for relation, review in start(assignment).items():
        save_draft(review, by=review.rater, edit=1, answers=answers(review, 3, evidence=everything), summary="")
        assert {set(score.evidence.all()) == shown[relation] for score in review.scores.all()} == {True}


def test_handing_in_needs_evidence_and_says_so_for_each_criterion():
    assignment = AssignmentFactory()
    evidence = EvidenceFactory(assignment=assignment)
    EvidenceFactory(assignment=assignment)
    review = start(assignment)[Relation.MENTOR]

    with pytest.raises(ValidationError) as error:
        hand_in(review, 3)
    assert list(error.value.message_dict) == ["learning", "adaptability", "influence", "impact"]
    assert error.value.message_dict["impact"] == ["Link the evidence that this level rests on."]
    with pytest.raises(ValidationError) as error:
        hand_in(review, 5, [evidence.pk], note="Impressive.")
    assert "29 more words" in error.value.message_dict["impact"][0]

    review.refresh_from_db()
    assert review.status == ReviewStatus.DRAFT
    assert hand_in(review, 3, [evidence.pk], note="").status == ReviewStatus.SUBMITTED


def test_a_review_handed_in_is_locked():
    review = start()[Relation.COLLEAGUE]
    hand_in(review)

    with pytest.raises(PermissionDenied):
        save_draft(review, by=review.rater, edit=review.edit, answers={}, summary="Later thoughts")
    stale = Review.objects.get(pk=review.pk)
    stale.status = ReviewStatus.DRAFT
    with pytest.raises(Refused):
        save_draft(stale, by=review.rater, edit=review.edit, answers={}, summary="Later thoughts")

    assert Review.objects.get(pk=review.pk).summary == "Seen it."
    assert Score.objects.filter(review=review, level=3).count() == 4


def test_with_the_last_one_in_all_become_final_and_mentee_and_mentor_are_told():
    reviews = start()
    assignment = reviews[Relation.SELF].assignment
    for relation in ORDER[:3]:
        hand_in(reviews[relation])
    assert set(Review.objects.values_list("status", flat=True)) == {"submitted", "draft"}
    assert not Notice.objects.filter(kind="reviews.final").exists()

    hand_in(reviews[Relation.COLLEAGUE], level=None, note="")

    assert set(Review.objects.values_list("status", flat=True)) == {"final"}
    assert Review.objects.filter(final_at__isnull=True).count() == 0
    told = Notice.objects.filter(kind="reviews.final")
    assert {notice.recipient for notice in told} == {assignment.mentee, assignment.mentor}
    assert AuditEntry.objects.filter(verb="review.finalised").count() == 4


def test_nobody_sees_anothers_review_before_all_are_final():
    reviews = start()
    assignment = reviews[Relation.SELF].assignment
    for relation in ORDER[:3]:
        hand_in(reviews[relation])

    for review in reviews.values():
        assert list(Review.objects.visible_to(review.rater)) == [review]

    hand_in(reviews[Relation.COLLEAGUE])
    assert Review.objects.visible_to(assignment.mentee).count() == 4
    assert Review.objects.visible_to(assignment.mentor).count() == 4
    assert list(Review.objects.visible_to(assignment.sponsor)) == [reviews[Relation.SPONSOR]]
    assert list(Review.objects.visible_to(reviews[Relation.COLLEAGUE].rater)) == [reviews[Relation.COLLEAGUE]]


# --- adaptability rests on setbacks, too --------------------------------------------------------


def with_setbacks(review, *setbacks, note="", **more):
    """Every criterion not observed but adaptability, at level 3."""
    said = answers(review, None, "")
    criterion = review.cycle.rubric.criteria.get(key="adaptability")
    return said | {criterion.pk: Answer(level=3, note=note, setbacks=[each.pk for each in setbacks], **more)}


def test_a_setback_counts_as_evidence_for_adaptability():
    review = start()[Relation.MENTOR]
    EvidenceFactory(assignment=review.assignment)
    setback = SetbackFactory(assignment=review.assignment)

    with pytest.raises(ValidationError):
        submit(review, by=review.rater, edit=review.edit, answers=with_setbacks(review), summary="")
    review.refresh_from_db()
    submit(review, by=review.rater, edit=review.edit, answers=with_setbacks(review, setback), summary="")

    score = Score.objects.get(review=review, criterion__key="adaptability")
    assert list(score.setbacks.all()) == [setback]
    assert review.status == ReviewStatus.SUBMITTED


@pytest.mark.parametrize(
    ("relation", "shared", "kept"),
    [
        (Relation.SELF, False, True),
        (Relation.MENTOR, False, True),
        (Relation.SPONSOR, False, False),
        (Relation.SPONSOR, True, True),
        (Relation.COLLEAGUE, True, False),
    ],
)
def test_a_rater_rests_a_level_only_on_setbacks_they_may_read(relation, shared, kept):
    review = start()[relation]
    setback = SetbackFactory(assignment=review.assignment, shared_with_sponsor=shared)

    save_draft(review, by=review.rater, edit=review.edit, answers=with_setbacks(review, setback), summary="")

    score = Score.objects.get(review=review, criterion__key="adaptability")
    assert list(score.setbacks.all()) == [setback] * kept


def test_the_form_offers_setbacks_for_adaptability_alone_and_keeps_the_choice(sign_in):
    review = start()[Relation.MENTOR]
    setback = SetbackFactory(assignment=review.assignment, title="Nobody came")
    client, url = sign_in(review.rater), f"/reviews/{review.code}/"
    steps = ("learning", "adaptability", "influence", "impact")

    pages = [client.get(f"{url}?step={step}").content.decode() for step in steps]
    client.post(f"{url}?step=adaptability", {"version": review.edit, "setbacks": str(setback.pk)})

    assert [page.count("Nobody came") for page in pages] == [0, 1, 0, 0]
    assert f'value="{setback.pk}" checked' in client.get(f"{url}?step=adaptability").content.decode()
