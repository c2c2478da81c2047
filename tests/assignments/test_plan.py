from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from assignments.actions import milestone as actions
from assignments.models import Assignment, Kind, Milestone, PlanEdit, ScopeChange
from assignments.plan_templates import GENERAL, TEMPLATES, template_for
from assignments.planning import goes_round
from assignments.refusals import Refused
from stretchhub.audit.models import AuditEntry
from stretchhub.env import today
from tests.factories import (
    AssignmentFactory,
    CharterFactory,
    MentorshipFactory,
    MilestoneFactory,
    ScopeBaselineFactory,
    ScopeChangeFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def assignment(mentee, mentor, sponsor):
    mentee.working_days = "1234567"
    mentee.save()
    mentorship = MentorshipFactory(mentee=mentee, mentor=mentor)
    assignment = AssignmentFactory(option__mentorship=mentorship, sponsor=sponsor)
    CharterFactory(assignment=assignment, acknowledged=True)
    ScopeBaselineFactory(assignment=assignment)
    return assignment


@pytest.fixture
def three(assignment):
    """Three steps in a row, ten days apart, each after the one before."""
    steps = [
        MilestoneFactory(assignment=assignment, title=title, due_on=today() + timedelta(days=days))
        for title, days in (("One", 10), ("Two", 20), ("Three", 30))
    ]
    steps[1].after.set([steps[0]])
    steps[2].after.set([steps[1]])
    return steps


def days_of(*milestones):
    fresh = Milestone.with_removed.in_bulk([milestone.pk for milestone in milestones])
    return [(fresh[milestone.pk].due_on - today()).days for milestone in milestones]


def typed(milestone, **changes):
    return {
        "title": milestone.title,
        "definition_of_progress": milestone.definition_of_progress,
        "due_on": milestone.due_on.isoformat(),
        "weight": str(milestone.weight),
        "after": [str(each.pk) for each in milestone.after.all()],
        "seen": str(milestone.version),
    } | changes


def moved(milestone, days, **changes):
    return typed(milestone, due_on=(milestone.due_on + timedelta(days=days)).isoformat(), **changes)


def test_moving_a_step_alone_leaves_the_others(three, sign_in, mentee):
    sign_in(mentee).post(f"/milestones/{three[0].code}/edit/", moved(three[0], 3, follow="only"))

    assert days_of(*three) == [13, 20, 30]


def test_moving_a_step_moves_what_depends_on_it_where_that_is_wanted(assignment, three, sign_in, mentee):
    other = MilestoneFactory(assignment=assignment, due_on=today() + timedelta(days=25))

    sign_in(mentee).post(f"/milestones/{three[0].code}/edit/", moved(three[0], 3, follow="followers"))

    assert days_of(*three, other) == [13, 23, 33, 25]


def test_moving_a_step_moves_everything_later_where_that_is_wanted(assignment, three, sign_in, mentee):
    early = MilestoneFactory(assignment=assignment, due_on=today() + timedelta(days=5))
    other = MilestoneFactory(assignment=assignment, due_on=today() + timedelta(days=25))
    done = MilestoneFactory(assignment=assignment, due_on=today() + timedelta(days=40))
    actions.finish(done, by=mentee)

    sign_in(mentee).post(f"/milestones/{three[0].code}/edit/", moved(three[0], 4, follow="later"))

    assert days_of(*three, early, other, done) == [14, 24, 34, 5, 29, 40]
    assert PlanEdit.objects.filter(what="moved").count() == 4


def test_what_follows_lands_on_a_working_day(three, mentee):
    mentee.working_days = "12345"
    mentee.save()
    for milestone in three:
        milestone.refresh_from_db()

    actions.change(three[0], by=mentee, due_on=three[0].due_on + timedelta(days=5), follow="followers")

    for milestone in Milestone.objects.exclude(pk=three[0].pk):
        assert milestone.due_on.isoweekday() <= 5


def test_the_form_offers_only_what_there_is_to_move(three, sign_in, mentee):
    page = sign_in(mentee).get(f"/milestones/{three[0].code}/edit/").content.decode()
    last = sign_in(mentee).get(f"/milestones/{three[2].code}/edit/").content.decode()

    assert "Move the 2 that depend on it too" in page
    assert "due later too" not in page
    assert "If its day moves" not in last


def test_steps_that_would_wait_for_each_other_are_refused_and_nothing_is_lost(three, sign_in, mentee):
    response = sign_in(mentee).post(
        f"/milestones/{three[0].code}/edit/", typed(three[0], title="One and a half", after=[str(three[2].pk)])
    )

    assert response.status_code == 409
    assert "Two steps would wait for each other." in response.content.decode()
    assert "One and a half" in response.content.decode()
    assert not goes_round({m.pk: {a.pk for a in m.after.all()} for m in Milestone.objects.all()})


def test_a_step_that_is_to_wait_for_another_one_is_changed_and_the_plan_is_not(three, mentee):
    changed = actions.change(three[2], by=mentee, after=[three[0]])

    assert (changed.version, list(changed.after.all())) == (2, [three[0]])
    assert AuditEntry.objects.get(verb="milestone.changed").fields == ["after"]
    assert not PlanEdit.objects.exists()


def test_nothing_moves_with_a_step_that_is_done(three, mentee):
    others = {step.pk for step in three[1:]}
    assert actions.followers_of(three[0]) == (others, others)

    actions.finish(three[0], by=mentee)

    assert actions.followers_of(three[0]) == (frozenset(), frozenset())


def test_a_step_of_another_assignment_cannot_be_waited_for(three, sign_in, mentee):
    foreign = MilestoneFactory()

    response = sign_in(mentee).post(f"/milestones/{three[0].code}/edit/", typed(three[0], after=[str(foreign.pk)]))

    assert response.status_code == 422
    assert three[0].after.count() == 0


def test_taking_a_step_out_keeps_it_on_record_and_it_can_be_put_back(assignment, three, sign_in, mentee):
    client = sign_in(mentee)
    before = Assignment.objects.get().revision

    client.post(f"/milestones/{three[1].code}/take-out/")
    assert [m.title for m in Milestone.objects.all()] == ["One", "Three"]
    assert "1 milestone was taken out" in client.get(f"/assignments/{assignment.code}/plan/").content.decode()
    assert PlanEdit.objects.get().what == "removed"

    client.post(f"/milestones/{three[1].code}/put-back/")
    assert [m.title for m in Milestone.objects.all()] == ["One", "Two", "Three"]
    assert PlanEdit.objects.count() == 0
    assert Assignment.objects.get().revision == before + 2
    assert [e.verb for e in AuditEntry.objects.filter(verb__startswith="milestone.").order_by("pk")] == [
        "milestone.removed",
        "milestone.restored",
    ]


def test_what_is_done_cannot_be_taken_out_nor_anything_twice(three, mentee):
    actions.finish(three[0], by=mentee)
    actions.take_out(three[1], by=mentee)

    for milestone in three[:2]:
        with pytest.raises(Refused):
            actions.take_out(milestone, by=mentee)
    with pytest.raises(Refused):
        actions.put_back(three[2], by=mentee)


def test_the_sponsor_reads_the_plan_and_changes_nothing(assignment, three, sign_in, sponsor):
    page = sign_in(sponsor).get(f"/assignments/{assignment.code}/plan/").content.decode()

    assert "Three" in page
    assert "Take out" not in page
    with pytest.raises(PermissionDenied):
        actions.take_out(three[0], by=sponsor)


def test_a_late_step_says_since_when(assignment, sign_in, mentee):
    MilestoneFactory(assignment=assignment, title="Pilot", due_on=today() - timedelta(days=9))

    page = " ".join(sign_in(mentee).get(f"/assignments/{assignment.code}/plan/").content.decode().split())

    assert "Late since" in page
    assert "9 days late" in page


def test_a_step_says_what_it_comes_after_and_when_that_does_not_fit(assignment, three, sign_in, mentee):
    Milestone.objects.filter(pk=three[2].pk).update(due_on=today() + timedelta(days=15))

    page = sign_in(mentee).get(f"/assignments/{assignment.code}/plan/").content.decode()

    assert "after One" in page
    assert page.count("It is due before something it comes after.") == 1


def test_a_step_says_its_day_at_kickoff_where_that_was_another(assignment, three, sign_in, mentee):
    baseline = assignment.baseline
    baseline.items = [{"code": str(m.code), "title": m.title, "due_on": str(m.due_on), "weight": 1} for m in three]
    baseline.save()
    actions.change(three[0], by=mentee, due_on=three[0].due_on + timedelta(days=2))

    page = sign_in(mentee).get(f"/assignments/{assignment.code}/plan/").content.decode()

    assert page.count("at kickoff</span>") == 1


def test_a_reason_given_with_a_changed_day_is_a_change_of_scope(three, sign_in, mentee, sponsor):
    sign_in(mentee).post(
        f"/milestones/{three[0].code}/edit/", moved(three[0], 3, why="The auditors asked.", hours="6", comes_off="")
    )

    change = ScopeChange.objects.get()
    assert (change.kind, change.title, change.hours, change.milestone) == ("changed", "One", 6, three[0])
    assert PlanEdit.objects.get().change == change


def test_hours_without_a_reason_are_asked_about(three, sign_in, mentee):
    response = sign_in(mentee).post(f"/milestones/{three[0].code}/edit/", moved(three[0], 3, hours="6"))

    assert response.status_code == 422
    assert "Say why it becomes more or less work." in response.content.decode()
    assert days_of(*three) == [10, 20, 30]


def test_a_new_step_with_hours_comes_on_and_without_them_is_only_a_change(assignment, sign_in, mentee):
    words = {"title": "South too", "definition_of_progress": "Ten claims.", "due_on": str(today()), "weight": "1"}
    client = sign_in(mentee)
    client.post(f"/assignments/{assignment.code}/milestones/add/", words | {"why": "Same queue.", "hours": "12"})
    client.post(f"/assignments/{assignment.code}/milestones/add/", words | {"why": "Same queue.", "title": "East too"})

    assert {c.title: (c.kind, c.hours) for c in ScopeChange.objects.all()} == {
        "South too": ("added", 12),
        "East too": ("changed", 0),
    }


def test_before_the_kickoff_no_change_of_the_plan_needs_a_reason(mentee, sign_in):
    assignment = AssignmentFactory(chartering=True, option__mentorship=MentorshipFactory(mentee=mentee))
    milestone = actions.add(
        assignment, by=mentee, title="Pilot", definition_of_progress="Ten claims.", due_on=today(), weight=1
    )
    actions.change(milestone, by=mentee, due_on=today() + timedelta(days=2))

    page = sign_in(mentee).get(f"/milestones/{milestone.code}/edit/").content.decode()

    assert "Why the plan changes" not in page
    assert PlanEdit.objects.count() == 0


def test_every_kind_of_option_has_a_plan_and_each_plan_can_be_taken(assignment, sign_in, mentee):
    assert set(TEMPLATES) == {"general", *Kind.values}
    assert template_for("unheard of") is GENERAL
    for template in TEMPLATES.values():
        shares = [step.share for step in template.steps]
        assert shares == sorted(shares)
        assert all(0 < share <= 1 and 1 <= step.weight <= 5 for share, step in zip(shares, template.steps, strict=True))


def test_a_proposed_plan_has_its_days_between_today_and_the_end(assignment, sign_in, mentee):
    page = sign_in(mentee).get(f"/assignments/{assignment.code}/plan/propose/?plan=general")

    days = [form.initial["due_on"] for form in page.context["steps"]]
    # From today, as the start has passed, to the end in sixty days.
    assert [(day - today()).days for day in days] == [7, 18, 23, 45, 57]


def proposal(**changes):
    rows = {
        "step-TOTAL_FORMS": "2",
        "step-INITIAL_FORMS": "2",
        "step-0-chosen": "on",
        "step-0-title": "Listen",
        "step-0-definition_of_progress": "All heard.",
        "step-0-due_on": (today() + timedelta(days=9)).isoformat(),
        "step-0-weight": "2",
        "step-1-chosen": "on",
        "step-1-title": "Agree",
        "step-1-definition_of_progress": "A yes in writing.",
        "step-1-due_on": (today() + timedelta(days=4)).isoformat(),
        "step-1-weight": "5",
    } | changes
    return {name: value for name, value in rows.items() if value is not None}


def test_the_steps_that_were_chosen_are_added_in_the_order_of_their_days(assignment, sign_in, mentee):
    response = sign_in(mentee).post(f"/assignments/{assignment.code}/plan/propose/", proposal())

    assert response["Location"] == f"/assignments/{assignment.code}/plan/"
    agree, listen = Milestone.objects.order_by("due_on")
    assert (agree.title, agree.weight, listen.title) == ("Agree", 5, "Listen")
    assert list(listen.after.all()) == [agree]


def test_a_step_that_was_not_chosen_may_be_empty(assignment, sign_in, mentee):
    left_out = proposal(**{"step-1-chosen": None, "step-1-title": ""})

    sign_in(mentee).post(f"/assignments/{assignment.code}/plan/propose/", left_out)

    assert [m.title for m in Milestone.objects.all()] == ["Listen"]


def test_a_chosen_step_without_words_says_what_is_missing_and_keeps_the_rest(assignment, sign_in, mentee):
    response = sign_in(mentee).post(
        f"/assignments/{assignment.code}/plan/propose/", proposal(**{"step-1-title": "", "step-1-due_on": ""})
    )

    assert response.status_code == 422
    text = response.content.decode()
    assert "Name the step in a few words." in text
    assert "Choose a day you believe in" in text
    assert "All heard." in text
    assert Milestone.objects.count() == 0


def test_nothing_chosen_is_said_so(assignment, sign_in, mentee):
    none = proposal(**{"step-0-chosen": None, "step-1-chosen": None})

    response = sign_in(mentee).post(f"/assignments/{assignment.code}/plan/propose/", none)

    assert response.status_code == 422
    assert "Choose at least one step." in response.content.decode()


@pytest.mark.parametrize("part", ["mentee", "sponsor"])
def test_the_plan_takes_as_many_queries_for_three_of_everything_as_for_one(
    assignment, sign_in, count_queries, part, request
):
    client = sign_in(getattr(assignment, part))
    url = f"/assignments/{assignment.code}/plan/"

    def grow():
        milestone = MilestoneFactory(assignment=assignment)
        milestone.after.set([MilestoneFactory(assignment=assignment)])
        actions.take_out(MilestoneFactory(assignment=assignment), by=assignment.mentee)
        actions.change(milestone, by=assignment.mentee, due_on=milestone.due_on + timedelta(days=1))
        ScopeChangeFactory(assignment=assignment)

    grow()
    client.get(url)
    one = count_queries(client, url)
    grow()
    grow()

    assert count_queries(client, url) == one <= 12
