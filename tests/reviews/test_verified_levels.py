"""After final reviews the mentor verifies levels, resting on the observers and on tagged evidence."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from assignments.actions.competency_level import verify_level
from assignments.assessing import standings
from assignments.models import CompetencyLevel
from assignments.refusals import Refused
from reviews.actions.verify import Verdict, verify_levels
from reviews.models import Relation, Score
from reviews.observers import observer_median
from reviews.verifying import latest_panel, verifying
from stretchhub.audit.models import AuditEntry
from stretchhub.env import now, today
from tests.factories import (
    AssignmentFactory,
    CompetencyFactory,
    CompetencyLevelFactory,
    EvidenceFactory,
    FrameworkFactory,
    MentorshipFactory,
    ReviewCycleFactory,
    ReviewFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

OBSERVERS = {Relation.MENTOR: 3, Relation.SPONSOR: 4, Relation.COLLEAGUE: 3}


@pytest.fixture
def assignment(mentor, mentee, sponsor):
    mentorship = MentorshipFactory(mentor=mentor, mentee=mentee)
    return AssignmentFactory(option__mentorship=mentorship, sponsor=sponsor, closed=True)


@pytest.fixture
def competency(assignment):
    """Shown by one piece of evidence."""
    found = CompetencyFactory(name="Hosting retrospectives")
    EvidenceFactory(assignment=assignment, logged_at=now() - timedelta(days=3)).competencies.add(found)
    return found


def review(assignment, levels=OBSERVERS, cycle=None, own=5, **given):
    """A panel that is final: each observer's level on the first criterion, and the mentee's own."""
    cycle = cycle or ReviewCycleFactory()
    raters = {Relation.MENTOR: assignment.mentor, Relation.SPONSOR: assignment.sponsor}
    for relation, level in {Relation.SELF: own, **levels}.items():
        rater = {"rater": raters[relation]} if relation in raters else {}
        if relation == Relation.COLLEAGUE:
            rater = {"rater": UserFactory()}
        made = ReviewFactory(
            cycle=cycle, assignment=assignment, relation=relation, **rater, **({"final": True} | given)
        )
        Score.objects.create(
            review=made, criterion=cycle.rubric.criteria.first(), level=level, not_observed=level is None
        )


def url_of(assignment):
    return reverse("reviews:verify-levels", args=[assignment.code])


def posted(competency, level="3", note=""):
    return {f"level_{competency.pk}": level, f"note_{competency.pk}": note}


def test_the_median_is_of_the_observers_alone(assignment, stranger):
    review(assignment, {Relation.MENTOR: 2, Relation.SPONSOR: 3, Relation.COLLEAGUE: None}, own=5)

    assert observer_median(latest_panel(assignment)) == 2.5
    assert observer_median([]) is None


def test_verify_levels_names_the_assignment_and_counts_before_what_was_said(assignment, competency, mentor, mentee):
    review(assignment, {Relation.MENTOR: 3, Relation.SPONSOR: 4})
    CompetencyLevelFactory(person=mentee, competency=competency, level=2)

    written = verify_levels(assignment, by=mentor, levels={competency.pk: Verdict(3, "The retrospective in May.")})

    level = CompetencyLevel.objects.get(provenance="verified")
    assert written == [level]
    assert (level.person, level.level, level.assignment, level.recorded_by) == (mentee, 3, assignment, mentor)
    assert (level.note, level.dated_on) == ("The retrospective in May.", today(mentee.zone))
    assert standings(mentee.pk, today())[competency.pk].value == 3
    entry = AuditEntry.objects.get(verb="competency_level.verified")
    assert entry.fields == ["assignment", "competency", "dated_on", "level", "note", "provenance"]


def test_the_same_level_is_written_once_and_a_wrong_one_put_right_by_a_newer(assignment, competency, mentor):
    review(assignment, {Relation.MENTOR: 3, Relation.SPONSOR: 4})

    verify_levels(assignment, by=mentor, levels={competency.pk: Verdict(4, "The May one.")})
    assert verify_levels(assignment, by=mentor, levels={competency.pk: Verdict(4, "The May one.")}) == []
    verify_levels(assignment, by=mentor, levels={competency.pk: Verdict(3)})

    assert list(CompetencyLevel.objects.values_list("level", flat=True)) == [4, 3]
    assert standings(assignment.mentee_id, today())[competency.pk].value == 3


@pytest.mark.parametrize("who", ["mentee", "sponsor", "stranger", "hr", "administrator"])
def test_only_the_mentor_verifies(request, assignment, competency, who):
    review(assignment, {Relation.MENTOR: 3})
    user = request.getfixturevalue(who)

    with pytest.raises(PermissionDenied):
        verify_levels(assignment, by=user, levels={competency.pk: Verdict(3)})
    with pytest.raises(PermissionDenied):
        verify_level(assignment, by=user, competency=competency, level=3)


def test_nothing_is_verified_before_all_reviews_are_final(assignment, competency, mentor, sign_in):
    review(assignment, {Relation.MENTOR: 4}, final=False, submitted=True)

    with pytest.raises(Refused, match="once all reviews are in"):
        verify_levels(assignment, by=mentor, levels={competency.pk: Verdict(3)})
    client = sign_in(mentor)
    assert "once all reviews are in" in client.get(url_of(assignment)).content.decode()
    assert client.post(url_of(assignment), posted(competency)).status_code == 409
    assert not CompetencyLevel.objects.exists()


@pytest.mark.parametrize(
    ("levels", "reason"),
    [({Relation.MENTOR: 2, Relation.SPONSOR: 3}, "low"), ({Relation.MENTOR: None}, "unseen"), ({}, "unseen")],
)
def test_observers_who_saw_too_little_verify_nothing(assignment, competency, mentor, levels, reason):
    review(assignment, levels)

    assert verifying(assignment, mentor).reason == reason
    with pytest.raises(Refused):
        verify_levels(assignment, by=mentor, levels={competency.pk: Verdict(2)})


def test_an_assignment_without_reviews_verifies_nothing(assignment, competency, mentor):
    assert verifying(assignment, mentor).reason == "none"


def test_only_evidence_from_before_the_reviews_counts(assignment, mentor):
    review(assignment, {Relation.MENTOR: 4})
    late = CompetencyFactory()
    EvidenceFactory(assignment=assignment, logged_at=now() + timedelta(minutes=5)).competencies.add(late)

    assert verifying(assignment, mentor).reason == "untagged"
    with pytest.raises(Refused):
        verify_levels(assignment, by=mentor, levels={late.pk: Verdict(3)})


def test_a_competency_that_no_evidence_shows_is_refused(assignment, competency, mentor, sign_in):
    review(assignment, {Relation.MENTOR: 4})
    foreign = CompetencyFactory()

    with pytest.raises(Refused):
        verify_levels(assignment, by=mentor, levels={foreign.pk: Verdict(3)})
    with pytest.raises(Refused, match="No evidence"):
        verify_level(assignment, by=mentor, competency=foreign, level=3)
    assert sign_in(mentor).post(url_of(assignment), posted(foreign)).status_code == 422
    assert not CompetencyLevel.objects.exists()


def test_work_that_still_runs_or_was_withdrawn_verifies_nothing(assignment, competency, mentor):
    assignment.ending = "withdrawn"
    assignment.save()
    review(assignment, {Relation.MENTOR: 4})

    assert verifying(assignment, mentor).reason == "withdrawn"
    with pytest.raises(Refused, match="carried out and reviewed"):
        verify_level(assignment, by=mentor, competency=competency, level=3)


def test_the_newest_cycle_decides(assignment, competency, mentor):
    review(assignment, {Relation.MENTOR: 2}, ReviewCycleFactory(opens_on=today() - timedelta(days=200)))
    assert verifying(assignment, mentor).reason == "low"
    review(assignment, {Relation.MENTOR: 4})

    assert verifying(assignment, mentor).reason == ""


def test_the_mentor_verifies_on_the_page_that_the_result_leads_to(assignment, competency, mentor, mentee, sign_in):
    review(assignment, {Relation.MENTOR: 3, Relation.SPONSOR: 4})
    client, url = sign_in(mentor), url_of(assignment)
    result = reverse("reviews:for-assignment", args=[assignment.code])

    assert url in client.get(result).content.decode()
    assert url not in sign_in(mentee).get(result).content.decode()
    page = client.get(url).content.decode()
    assert "Hosting retrospectives" in page
    assert "levels is 3.5, and levels can be verified from 3 on" in page
    assert client.post(url, posted(competency, level="0")).status_code == 422
    assert client.post(url, posted(competency, level="9")).status_code == 422
    without = client.post(url, posted(competency, level="4"))
    assert without.status_code == 422
    assert "Levels 4 and 5 say what shows it" in without.content.decode()
    saved = client.post(url, posted(competency, level="4", note="The May one."))
    assert saved["Location"] == result
    levels = reverse("assignments:levels", args=[assignment.option.mentorship.code])
    assert "verified by the review of" in sign_in(mentee).get(levels).content.decode()


def test_the_page_says_whose_words_the_levels_are_and_what_was_changed_in_them(assignment, mentor, sign_in):
    framework = FrameworkFactory(
        name="Theirs",
        version="2",
        credit="By them.",
        licence="CC BY 4.0",
        licence_holder="The makers",
        changes="Shortened.",
    )
    for _n in range(2):
        shown = EvidenceFactory(assignment=assignment, logged_at=now() - timedelta(days=3))
        shown.competencies.add(CompetencyFactory(framework=framework))
    review(assignment)

    page = sign_in(mentor).get(url_of(assignment)).content.decode()

    credit = "Theirs 2</a>: By them. Licence: CC BY 4.0. Held by The makers. Changed here: Shortened."
    assert page.count(credit) == 1


def test_the_page_takes_the_same_queries_for_one_and_three(assignment, competency, mentor, sign_in, count_queries):
    review(assignment, {Relation.MENTOR: 3})
    client, url = sign_in(mentor), url_of(assignment)

    def grow():
        more = CompetencyFactory()
        EvidenceFactory(assignment=assignment, logged_at=now() - timedelta(days=1)).competencies.add(more)
        CompetencyLevelFactory(person=assignment.mentee, competency=more)

    grow()
    one = count_queries(client, url)
    grow()
    grow()

    assert count_queries(client, url) == one
