"""What is shown of a final result: levels of two observers at least, changes with their reason, what is shared."""

import pytest
from django.core.exceptions import PermissionDenied

from assignments.refusals import Refused
from reviews.actions.sharing import share_result, unshare_result
from reviews.models import Closing, Relation, Review, Score, ScoreChange, SharedResult
from reviews.result import results_of
from stretchhub.audit.models import AuditEntry
from stretchhub.env import now
from stretchhub.notices.models import Notice
from tests.factories import EvidenceFactory
from tests.reviews.panel import LONG, ORDER, start
from tests.reviews.test_review_actions import hand_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def final():
    """A final panel by relation; the mentor's note is recognised."""
    panel = start()
    for relation in ORDER:
        hand_in(panel[relation], note=f"FROM {relation} {LONG}")
    return panel


@pytest.fixture
def assignment(final):
    return final[Relation.SELF].assignment


@pytest.fixture
def cycle(final):
    return final[Relation.SELF].cycle


def page(sign_in, person, assignment):
    return sign_in(person).get(f"/assignments/{assignment.code}/reviews/").content.decode()


def unseen(final, *relations):
    """These observers did not see learning after all."""
    found = Score.objects.filter(criterion__key="learning", review__in=[final[each] for each in relations])
    found.update(level=None, not_observed=True)


def test_the_level_of_one_observer_alone_is_shown_to_nobody_but_them(final, assignment, sign_in, hr):
    unseen(final, Relation.SPONSOR, Relation.COLLEAGUE)

    learning = results_of(assignment)[0].criteria[0]

    assert (learning.thin, learning.agreement.ratings, learning.agreement.self_level) == (True, (), 3)
    assert [(each.level, each.note[:9]) for each in learning.ratings][:2] == [(3, "FROM self"), (None, "")]
    mentor = final[Relation.MENTOR]
    for person in (assignment.mentee, hr):
        one = sign_in(person).get(f"/reviews/{mentor.code}/").content.decode()
        assert one.count("FROM mentor") == 3 and "A level is shown once two observers have given one" in one
    assert sign_in(mentor.rater).get(f"/reviews/{mentor.code}/").content.decode().count("FROM mentor") == 4


def test_with_two_observers_the_levels_are_shown(final, assignment):
    unseen(final, Relation.COLLEAGUE)

    learning = results_of(assignment)[0].criteria[0]

    assert (learning.thin, learning.agreement.ratings) == (False, (3, 3))


def test_a_changed_level_says_what_it_was_and_why_but_not_to_the_sponsor(final, assignment, cycle, sign_in, hr):
    score = Score.objects.get(review=final[Relation.SPONSOR], criterion__key="learning")
    ScoreChange.objects.create(
        score=score, kind="calibration", before=2, after=3, reason="The second page shows it.", changed_by=hr
    )
    said = "was 2, calibrated to 3: The second page shows it."
    share_result(assignment, cycle, by=assignment.mentee)

    for person in (assignment.mentee, assignment.mentor, hr):
        assert said in page(sign_in, person, assignment)
    assert said not in page(sign_in, assignment.sponsor, assignment)
    own = sign_in(assignment.sponsor).get(f"/reviews/{final[Relation.SPONSOR].code}/").content.decode()
    assert said in own


def test_the_sponsor_reads_the_result_only_while_it_is_shared(final, assignment, cycle, sign_in):
    mentor = f"/reviews/{final[Relation.MENTOR].code}/"
    before = page(sign_in, assignment.sponsor, assignment)
    revision = assignment.revision
    share_result(assignment, cycle, by=assignment.mentee)
    share_result(assignment, cycle, by=assignment.mentee)
    shared = page(sign_in, assignment.sponsor, assignment)
    assert sign_in(assignment.sponsor).get(mentor).status_code == 200
    unshare_result(assignment, cycle, by=assignment.mentee)
    unshare_result(assignment, cycle, by=assignment.mentee)
    after = page(sign_in, assignment.sponsor, assignment)

    assert "FROM mentor" in shared
    assert "FROM mentor" not in before and "FROM mentor" not in after
    assert sign_in(assignment.sponsor).get(mentor).status_code == 404
    assignment.refresh_from_db()
    assert assignment.revision >= revision + 2
    assert [AuditEntry.objects.filter(verb=f"result.{verb}").count() for verb in ("shared", "unshared")] == [1, 1]
    assert Notice.objects.get(kind="reviews.shared").recipient == assignment.sponsor


def test_the_sponsor_is_named_only_evidence_that_is_shared_with_them(sign_in):
    panel = start()
    assignment = panel[Relation.SELF].assignment
    pieces = [
        EvidenceFactory(assignment=assignment, title="For the review", shared_at_review=True),
        EvidenceFactory(assignment=assignment, title="For the sponsor", shared_with_sponsor=True),
    ]
    for relation in ORDER:
        hand_in(panel[relation], evidence=[each.pk for each in pieces])
    share_result(assignment, panel[Relation.SELF].cycle, by=assignment.mentee)

    words = page(sign_in, assignment.sponsor, assignment)

    assert "For the sponsor" in words and "For the review" not in words
    assert "1 piece of evidence that is not shared with you" in words


def test_the_mentee_alone_shares_and_only_what_is_final(final, assignment, cycle):
    for person in (assignment.mentor, assignment.sponsor):
        with pytest.raises(PermissionDenied):
            share_result(assignment, cycle, by=person)
    other = start()[Relation.SELF]
    with pytest.raises(Refused, match="Nothing is final"):
        share_result(other.assignment, other.cycle, by=other.rater)
    assert not SharedResult.objects.exists()


def test_the_button_shares_and_takes_back(final, assignment, cycle, sign_in):
    client, url = sign_in(assignment.mentee), f"/assignments/{assignment.code}/reviews/{cycle.code}/share/"

    client.post(url, {"shared": "1"})
    assert SharedResult.objects.get().shared_by == assignment.mentee
    client.post(url, {"shared": "0"})
    assert not SharedResult.objects.exists()


def test_another_sponsor_reads_nothing_of_it(final, assignment, cycle, sign_in):
    share_result(assignment, cycle, by=assignment.mentee)
    other = start()[Relation.SPONSOR].rater
    assert set(Review.objects.visible_to(other)) == {Review.objects.get(rater=other)}


def test_only_the_mentee_is_led_to_a_closing_that_is_not_finished(final, assignment, sign_in):
    """The others would find an empty page there."""

    def led(person):
        return f"/assignments/{assignment.code}/closing/" in page(sign_in, person, assignment)

    assert (led(assignment.mentee), led(assignment.mentor), led(assignment.sponsor)) == (True, False, False)
    Closing.objects.create(assignment=assignment, finished_at=now())
    assert (led(assignment.mentee), led(assignment.mentor), led(assignment.sponsor)) == (True, True, True)


def test_a_sponsor_with_whom_nothing_is_shared_is_told_how_that_comes(final, assignment, cycle, sign_in):
    words = f"once {assignment.mentee.name} shares the result with you"
    assert words in page(sign_in, assignment.sponsor, assignment)

    share_result(assignment, cycle, by=assignment.mentee)

    assert words not in page(sign_in, assignment.sponsor, assignment)
