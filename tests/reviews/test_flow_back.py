"""What a reviewed assignment has shown: one verified step where it was demanded, evidenced and seen."""

import pytest
from django.urls import reverse

from assignments.actions.stretch import take_in_review
from assignments.models import DemonstratedLevel, Evidence, EvidenceComponent, StretchDemand, StretchProfile
from reviews.actions.review import submit
from reviews.models import Relation
from stretchhub.audit.models import AuditEntry
from stretchhub.env import today
from tests.factories import AssignmentFactory, EvidenceFactory, MentorshipFactory, ReviewCycleFactory
from tests.reviews.panel import LONG, ORDER, answers, start

pytestmark = pytest.mark.django_db

INFLUENCE, STAKES, SCALE, PLACES = 8, 5, 6, 9


@pytest.fixture
def assignment(mentee, mentor, sponsor):
    """Influence 5 demanded and 2 shown, stakes 3 and 3, scale 3 and 2, places 4 and nothing said."""
    mentorship = MentorshipFactory(mentee=mentee, mentor=mentor)
    assignment = AssignmentFactory(option__mentorship=mentorship, sponsor=sponsor)
    profile = StretchProfile.objects.create(option=assignment.option, saved_by=mentee)
    for component, level in ((INFLUENCE, 5), (STAKES, 3), (SCALE, 3), (PLACES, 4)):
        StretchDemand.objects.create(profile=profile, component=component, level=level, reason="So it is.")
    for component, level in ((INFLUENCE, 2), (STAKES, 3), (SCALE, 2)):
        shown(mentee, component, level)
    return assignment


def shown(person, component, level):
    DemonstratedLevel.objects.create(
        person=person,
        component=component,
        level=level,
        provenance="self_declared",
        reason="Seen." if level > 3 else "",
        dated_on=today(),
        recorded_by=person,
    )


def evidence_of(assignment, *components):
    for component in components:
        EvidenceComponent.objects.create(
            evidence=EvidenceFactory(assignment=assignment, shared_with_sponsor=True, shared_at_review=True),
            component=component,
        )


def review(assignment, levels=None, cycle=None):
    """All four hand in; `levels` by relation, 3 where none is named."""
    reviews = start(assignment, cycle=cycle)
    evidence = list(Evidence.objects.filter(assignment=assignment).values_list("pk", flat=True))
    for relation in ORDER:
        each = reviews[relation]
        each.refresh_from_db()
        given = answers(each, (levels or {}).get(relation, 3), LONG, evidence)
        submit(each, by=each.rater, edit=each.edit, answers=given, summary="Seen it.")


def verified():
    rows = DemonstratedLevel.objects.filter(provenance="verified").order_by("component")
    return [(row.component, row.level) for row in rows]


def test_it_moves_one_step_where_demanded_evidenced_and_seen(assignment, mentee):
    evidence_of(assignment, INFLUENCE, STAKES, PLACES)

    review(assignment)

    assert verified() == [(INFLUENCE, 3)]
    row = DemonstratedLevel.objects.get(provenance="verified")
    assert (row.person, row.assignment, row.dated_on) == (mentee, assignment, today())
    entry = AuditEntry.objects.get(verb="level_shown.verified")
    assert (entry.object_id, "3" in str(entry.fields)) == (row.pk, False)


def test_without_evidence_for_it_nothing_moves(assignment):
    EvidenceFactory(assignment=assignment, shared_with_sponsor=True, shared_at_review=True)

    review(assignment)

    assert verified() == []


def test_where_the_others_saw_too_little_nothing_moves_whatever_the_mentee_says(assignment):
    evidence_of(assignment, INFLUENCE)

    review(assignment, {Relation.SELF: 5, Relation.MENTOR: 2, Relation.SPONSOR: 2, Relation.COLLEAGUE: 3})

    assert verified() == []


def test_what_was_not_observed_does_not_pull_the_middle_down(assignment):
    evidence_of(assignment, SCALE)

    review(assignment, {Relation.SELF: 1, Relation.SPONSOR: None, Relation.COLLEAGUE: None})

    assert verified() == [(SCALE, 3)]


def test_nothing_moves_before_the_last_review_is_in(assignment):
    evidence_of(assignment, INFLUENCE)
    each = start(assignment)[Relation.MENTOR]

    pieces = list(Evidence.objects.values_list("pk", flat=True))
    submit(each, by=each.rater, edit=1, answers=answers(each, 4, LONG, pieces), summary="Seen it.")

    assert verified() == []


def test_an_assignment_verifies_a_component_once(assignment, mentor):
    evidence_of(assignment, INFLUENCE)

    take_in_review(assignment, by=mentor, observer_median=3.0)
    take_in_review(assignment, by=mentor, observer_median=5.0)

    assert verified() == [(INFLUENCE, 3)]


@pytest.mark.parametrize("who", ["mentee", "mentor"])
def test_the_two_read_what_it_moved(request, assignment, sign_in, who):
    evidence_of(assignment, INFLUENCE)
    review(assignment)

    client = sign_in(request.getfixturevalue(who))
    page = client.get(reverse("reviews:for-assignment", args=[assignment.code])).content.decode()

    assert "Influence without authority: 2 → 3" in page


@pytest.mark.parametrize("who", ["sponsor", "hr"])
def test_nobody_else_reads_what_it_moved(request, assignment, sign_in, who):
    evidence_of(assignment, INFLUENCE)
    review(assignment)

    client = sign_in(request.getfixturevalue(who))
    page = client.get(reverse("reviews:for-assignment", args=[assignment.code])).content.decode()

    assert "Influence without authority" not in page


def test_a_later_cycle_starts_from_what_was_verified(assignment, mentor):
    evidence_of(assignment, INFLUENCE)
    review(assignment, cycle=ReviewCycleFactory())

    other = AssignmentFactory(option__mentorship=assignment.option.mentorship, sponsor=assignment.sponsor)
    profile = StretchProfile.objects.create(option=other.option, saved_by=mentor)
    StretchDemand.objects.create(profile=profile, component=INFLUENCE, level=4, reason="So it is.")
    evidence_of(other, INFLUENCE)
    take_in_review(other, by=mentor, observer_median=3.0)

    assert verified() == [(INFLUENCE, 3), (INFLUENCE, 4)]


def log(client, assignment, **changes):
    data = {"title": "Demo", "text": "Twelve came.", "learned": "Ask first.", "happened_on": today().isoformat()}
    return client.post(reverse("assignments:evidence-log", args=[assignment.code]), data | changes)


def test_evidence_can_name_the_challenges_that_reach_beyond_what_was_shown(assignment, mentee, sign_in):
    client = sign_in(mentee)
    page = client.get(reverse("assignments:evidence-log", args=[assignment.code])).content.decode()

    log(client, assignment, components=[INFLUENCE])

    assert "Which challenge does it show?" in page
    assert [name in page for name in ("Influence without authority", "Scope and scale", "High stakes")] == [
        True,
        True,
        False,
    ]
    assert [row.component for row in EvidenceComponent.objects.all()] == [INFLUENCE]


def test_a_challenge_the_work_does_not_demand_is_refused_and_the_choice_kept(assignment, mentee, sign_in):
    response = log(sign_in(mentee), assignment, components=[INFLUENCE, STAKES])

    assert response.status_code == 422
    assert f'value="{INFLUENCE}" checked' in response.content.decode()
    assert not EvidenceComponent.objects.exists()


def test_an_option_nobody_thought_about_asks_for_no_challenge(mentee, mentor, sponsor, sign_in):
    mentorship = MentorshipFactory(mentee=mentee, mentor=mentor)
    assignment = AssignmentFactory(option__mentorship=mentorship, sponsor=sponsor)

    page = sign_in(mentee).get(reverse("assignments:evidence-log", args=[assignment.code])).content.decode()

    assert "Which challenge does it show?" not in page


def test_the_sponsor_does_not_see_which_challenge_shared_evidence_shows(assignment, mentor, sponsor, sign_in):
    evidence_of(assignment, INFLUENCE)
    url = reverse("assignments:evidence", args=[Evidence.objects.get().code])

    assert "Influence without authority" in sign_in(mentor).get(url).content.decode()
    assert "Influence without authority" not in sign_in(sponsor).get(url).content.decode()
