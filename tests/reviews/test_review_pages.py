import re
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse

from assignments.models import EvidenceFile
from reviews.models import Relation, Review, ReviewStatus, Score
from stretchhub.env import today
from stretchhub.people.models import Role
from tests.factories import AssignmentFactory, EvidenceFactory, ReviewCycleFactory, UserFactory
from tests.reviews.panel import LONG, ORDER, start
from tests.reviews.test_review_actions import hand_in

pytestmark = pytest.mark.django_db
KEYS = ("learning", "adaptability", "influence", "impact")


def typed(review, level="3", note=LONG, evidence=(), do="submit"):
    review.refresh_from_db()
    data = {"edit": review.edit, "summary": "Worth reading.", "do": do}
    for key in KEYS:
        data |= {f"level_{key}": level, f"note_{key}": note, f"evidence_{key}": [str(pk) for pk in evidence]}
    return data


def test_start_finds_a_colleague_by_name_and_asks_four_people(sign_in):
    assignment = AssignmentFactory()
    colleague = UserFactory(full_name="Noor Haddad")
    cycle = ReviewCycleFactory()
    client = sign_in(assignment.mentor)
    url = reverse("reviews:start", args=[assignment.code])

    found = client.post(url, {"find": "1", "q": "noor", "cycle": cycle.pk})
    assert found.status_code == 200
    assert str(colleague.code) in found.content.decode()
    answer = client.post(
        url, {"q": "noor", "person": colleague.code, "cycle": cycle.pk, "due_on": today() + timedelta(days=14)}
    )

    assert answer["Location"] == reverse("reviews:for-assignment", args=[assignment.code])
    assert Review.objects.filter(assignment=assignment).count() == 4


def test_start_without_a_colleague_keeps_what_was_typed(sign_in):
    assignment = AssignmentFactory()

    answer = sign_in(assignment.mentee).post(
        reverse("reviews:start", args=[assignment.code]),
        {"q": "", "cycle": ReviewCycleFactory().pk, "due_on": "2031-01-31"},
    )

    assert answer.status_code == 422
    assert b"choose one from the list" in answer.content
    assert b"2031-01-31" in answer.content


@pytest.mark.parametrize(("who", "status"), [("sponsor", 403), ("stranger", 404), ("hr", 404)])
def test_only_mentee_and_mentor_start(who, status, request, sign_in, sponsor):
    assignment = AssignmentFactory(sponsor=sponsor)
    person = request.getfixturevalue(who)

    assert sign_in(person).get(reverse("reviews:start", args=[assignment.code])).status_code == status


def test_the_form_shows_five_anchors_and_not_observed_for_each_criterion(sign_in):
    review = start()[Relation.SPONSOR]

    page = sign_in(review.rater).get(reverse("reviews:review", args=[review.code])).content.decode()

    assert len(re.findall(r'type="radio"', page)) == 4 * 6
    assert "Influence at 5." in page


def test_a_draft_is_saved_and_shown_again(sign_in):
    review = start()[Relation.MENTOR]
    client = sign_in(review.rater)
    url = reverse("reviews:review", args=[review.code])

    answer = client.post(url, typed(review, "4", "Words I typed", do="draft"))

    assert answer["Location"] == url
    page = client.get(url).content.decode()
    assert page.count("Words I typed") == 4
    assert len(re.findall(r'value="4"[^>]*checked', page)) == 4


def test_a_stale_page_answers_409_with_both_texts(sign_in):
    review = start()[Relation.MENTOR]
    client = sign_in(review.rater)
    url = reverse("reviews:review", args=[review.code])
    old = typed(review, "2", "Typed on the phone", do="draft")
    client.post(url, typed(review, "4", "Typed on the laptop", do="draft"))

    answer = client.post(url, old)

    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Typed on the phone" in page
    assert "Typed on the laptop" in page
    assert Score.objects.filter(review=review, note="Typed on the laptop").count() == 4
    edit = re.search(r'name="edit" value="(\d+)"', page).group(1)
    assert client.post(url, old | {"edit": edit}).status_code == 302
    assert Score.objects.filter(review=review, note="Typed on the phone").count() == 4


def test_handing_in_too_little_keeps_the_draft_and_says_what_is_missing(sign_in):
    review = start()[Relation.COLLEAGUE]
    client = sign_in(review.rater)

    answer = client.post(reverse("reviews:review", args=[review.code]), typed(review, "5", "Too short"))

    assert answer.status_code == 422
    assert b"No evidence is shared with you" in answer.content
    review.refresh_from_db()
    assert (review.status, review.scores.filter(note="Too short").count()) == (ReviewStatus.DRAFT, 4)
    edit = re.search(r'name="edit" value="(\d+)"', answer.content.decode()).group(1)
    assert int(edit) == review.edit


def test_handing_in_locks_and_the_page_is_read_only_from_then_on(sign_in):
    review = start()[Relation.COLLEAGUE]
    client = sign_in(review.rater)
    url = reverse("reviews:review", args=[review.code])

    assert client.post(url, typed(review)).status_code == 302

    page = client.get(url).content.decode()
    assert "locked" in page
    assert "<textarea" not in page
    assert client.post(url, typed(review, do="draft")).status_code == 403


def test_another_raters_review_is_not_there_before_all_are_in(sign_in):
    reviews = start()
    hand_in(reviews[Relation.MENTOR])

    url = reverse("reviews:review", args=[reviews[Relation.MENTOR].code])

    for relation in (Relation.SELF, Relation.SPONSOR, Relation.COLLEAGUE):
        assert sign_in(reviews[relation].rater).get(url).status_code == 404


def test_the_colleague_sees_the_shared_items_and_nothing_else(sign_in):
    assignment = AssignmentFactory(outcome="Claims in 14 days.")
    EvidenceFactory(assignment=assignment, title="HIDDEN item", shared_with_sponsor=True)
    item = EvidenceFactory(assignment=assignment, title="Shown item", shared_at_review=True)
    kept = EvidenceFile.objects.create(
        evidence=item, file=ContentFile(b"notes", "n"), name="notes.txt", size=5, content_type="text/plain", sha256="0"
    )
    review = start(assignment)[Relation.COLLEAGUE]
    client = sign_in(review.rater)

    page = client.get(reverse("reviews:review", args=[review.code])).content.decode()
    file = client.get(reverse("reviews:evidence-file", args=[review.code, kept.code]))

    assert "Shown item" in page
    assert "Claims in 14 days." in page
    assert "HIDDEN" not in page
    assert reverse("assignments:evidence", args=[item.code]) not in page
    assert (b"".join(file.streaming_content), file["Content-Disposition"]) == (
        b"notes",
        'attachment; filename="notes.txt"',
    )
    assert client.get(reverse("reviews:for-assignment", args=[assignment.code])).status_code == 404


def test_a_file_that_is_not_shared_with_the_rater_is_not_there(sign_in):
    assignment = AssignmentFactory()
    item = EvidenceFactory(assignment=assignment)
    kept = EvidenceFile.objects.create(
        evidence=item, file=ContentFile(b"notes", "n"), name="notes.txt", size=5, content_type="text/plain", sha256="0"
    )
    review = start(assignment)[Relation.COLLEAGUE]

    answer = sign_in(review.rater).get(reverse("reviews:evidence-file", args=[review.code, kept.code]))

    assert answer.status_code == 404


def finished(levels=(5, 4, 3, 4)):
    assignment = AssignmentFactory()
    reviews = start(assignment)
    for relation, level in zip(ORDER, levels, strict=True):
        hand_in(reviews[relation], level)
    return assignment


def test_the_result_stands_side_by_side_with_the_median_and_no_overall_number(sign_in, hr):
    assignment = finished()
    url = reverse("reviews:for-assignment", args=[assignment.code])

    for person in (assignment.mentee, assignment.mentor, hr):
        page = sign_in(person).get(url).content.decode()
        assert page.count("Observers are one level apart: 3 to 4.") == 4
        assert page.count("The own rating is higher than the observers’.") == 4
        assert assignment.sponsor.name in page


def test_the_sponsor_sees_who_reviewed_but_not_what_they_said(sign_in):
    assignment = finished()

    page = sign_in(assignment.sponsor).get(reverse("reviews:for-assignment", args=[assignment.code])).content.decode()

    assert "Who reviews" in page
    assert "Observers are" not in page
    assert "Established" not in page


def test_hr_does_not_see_who_reviews_before_it_is_final(sign_in, hr):
    assignment = AssignmentFactory()
    start(assignment)

    assert sign_in(hr).get(reverse("reviews:for-assignment", args=[assignment.code])).status_code == 404


def test_the_panel_on_the_assignments_page_is_the_part_alone(sign_in):
    assignment = AssignmentFactory()

    part = sign_in(assignment.mentor).get(
        reverse("reviews:for-assignment", args=[assignment.code]), HTTP_HX_REQUEST="true"
    )

    assert b"<html" not in part.content
    assert reverse("reviews:start", args=[assignment.code]) in part.content.decode()


def test_lists_and_pages_take_the_same_queries_for_one_and_for_three(sign_in, count_queries):
    rater = UserFactory()
    client = sign_in(rater)

    def add(number):
        for _each in range(number):
            assignment = AssignmentFactory()
            EvidenceFactory(assignment=assignment, shared_at_review=True)
            start(assignment, rater)

    add(1)
    one = count_queries(client, "/reviews/")
    add(2)
    assert count_queries(client, "/reviews/") == one <= 12


def test_the_form_takes_the_same_queries_for_one_piece_of_evidence_and_for_three(sign_in, count_queries):
    assignment = AssignmentFactory()
    EvidenceFactory(assignment=assignment)
    review = start(assignment)[Relation.MENTOR]
    client = sign_in(review.rater)
    url = reverse("reviews:review", args=[review.code])
    one = count_queries(client, url)
    for _each in range(2):
        EvidenceFactory(assignment=assignment)

    assert count_queries(client, url) == one <= 12


def test_the_result_takes_the_same_queries_for_one_cycle_and_for_three(sign_in, count_queries):
    assignment = finished()
    client = sign_in(assignment.mentor)
    url = reverse("reviews:for-assignment", args=[assignment.code])
    one = count_queries(client, url)
    for review in list(Review.objects.all()):
        scores = list(review.scores.all())
        for _each in range(2):
            review.pk, review.code = None, None
            review.cycle = ReviewCycleFactory(rubric=review.cycle.rubric)
            review._state.adding = True
            review.code = Review._meta.get_field("code").get_default()
            review.save()
            for score in scores:
                Score.objects.create(review=review, criterion=score.criterion, level=score.level)

    assert count_queries(client, url) == one <= 14


def test_hr_reads_only_the_evidence_that_was_shared_for_the_review(sign_in, hr):
    assignment = AssignmentFactory()
    private = EvidenceFactory(assignment=assignment, title="PRIVATE item")
    shared = EvidenceFactory(assignment=assignment, title="Shown item", shared_at_review=True)
    reviews = start(assignment)
    for relation in ORDER:
        hand_in(reviews[relation], 3, [private.pk, shared.pk])
    side_by_side = reverse("reviews:for-assignment", args=[assignment.code])
    one = reverse("reviews:review", args=[reviews[Relation.MENTOR].code])

    for url in (side_by_side, one):
        page = sign_in(hr).get(url).content.decode()
        assert "Shown item" in page
        assert "PRIVATE" not in page
        assert "PRIVATE item" in sign_in(assignment.mentor).get(url).content.decode()
    assert "1 piece of evidence that is not shared with HR" in sign_in(hr).get(side_by_side).content.decode()


def test_asking_again_leads_to_the_reviews_already_asked_for(sign_in):
    assignment = AssignmentFactory()
    start(assignment)

    answer = sign_in(assignment.mentor).get(reverse("reviews:start", args=[assignment.code]))

    assert answer["Location"] == reverse("reviews:for-assignment", args=[assignment.code])


def test_a_colleague_is_not_named_evidence_that_was_taken_back(sign_in):
    reviews = start()
    colleague = reviews[Relation.COLLEAGUE]
    kept, taken_back = (
        EvidenceFactory(assignment=colleague.assignment, title=title, shared_at_review=True)
        for title in ("Kept in view", "Taken back since")
    )
    hand_in(colleague, evidence=[kept.pk, taken_back.pk])
    taken_back.shared_at_review = False
    taken_back.save()

    page = sign_in(colleague.rater).get(f"/reviews/{colleague.code}/").content.decode()

    assert "Kept in view" in page
    assert "Taken back since" not in page


def test_hr_who_sponsors_is_not_named_evidence_that_was_not_shared_for_the_review(sign_in):
    assignment = AssignmentFactory(sponsor=UserFactory(roles=[Role.HR]))
    own = EvidenceFactory(assignment=assignment, title="Between mentee and mentor")
    reviews = start(assignment)
    for relation in ORDER:
        sees = relation in (Relation.SELF, Relation.MENTOR)
        hand_in(reviews[relation], evidence=[own.pk] if sees else ())

    url = f"/assignments/{assignment.code}/reviews/"

    assert "Between mentee and mentor" in sign_in(assignment.mentor).get(url).content.decode()
    page = sign_in(assignment.sponsor).get(url).content.decode()
    assert "Adaptability" in page
    assert "Between mentee and mentor" not in page
