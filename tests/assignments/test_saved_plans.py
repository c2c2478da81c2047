"""A plan of one's own: saved by name, changed, used again, offered and published; private until then."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from assignments.actions import milestone as milestones
from assignments.actions import saved_plan as actions
from assignments.models import Assignment, Milestone, SavedPlan
from assignments.refusals import Refused, Stale
from assignments.saved_steps import MOST_STEPS, SavedStep
from stretchhub.audit.models import AuditEntry
from stretchhub.env import now, today
from tests.factories import AssignmentFactory, MentorshipFactory, MilestoneFactory, SavedPlanFactory, UserFactory

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 11, 30)
STEPS = [SavedStep("Pilot", "Ten claims.", 5, 2), SavedStep("Widen it", "All claims.", 15, 3, (0,))]


@pytest.fixture
def assignment(mentee, mentor, sponsor):
    mentee.working_days = "12345"
    mentee.save()
    return AssignmentFactory(
        option__mentorship=MentorshipFactory(mentee=mentee, mentor=mentor), sponsor=sponsor, starts_on=MONDAY
    )


@pytest.fixture
def planned(assignment):
    """Three steps on a Friday, a Monday and a Friday, each after the one before, and one that was taken out."""
    steps = [
        MilestoneFactory(assignment=assignment, title=title, due_on=MONDAY + timedelta(days=days), weight=weight)
        for title, days, weight in (("One", 4, 1), ("Two", 7, 3), ("Three", 11, 5))
    ]
    steps[1].after.set([steps[0]])
    steps[2].after.set([steps[1]])
    MilestoneFactory(assignment=assignment, title="Taken out", removed_at=now())
    return steps


def rows(*steps, **words):
    """What a browser sends for these rows; `words` of the form itself."""
    sent = {"name": "Pilot first", "note": "", "step-TOTAL_FORMS": str(len(steps)), "step-INITIAL_FORMS": "0"} | words
    usual = {"chosen": "on", "title": "", "definition_of_progress": "Words.", "days": "1", "weight": "1", "after": ""}
    for number, step in enumerate(steps):
        sent |= {f"step-{number}-{name}": value for name, value in (usual | step).items() if value is not None}
    return sent


def kept(**words):
    return SavedPlan.objects.get(**words).list_of_steps


def test_the_plan_of_an_assignment_is_offered_as_working_days(assignment, planned, sign_in, mentee):
    page = sign_in(mentee).get(f"/assignments/{assignment.code}/plan/save/")

    first = [form.initial for form in page.context["steps"] if form.initial]
    assert [(row["title"], row["days"], row["weight"], row["after"]) for row in first] == [
        ("One", 4, 1, ""),
        ("Two", 5, 3, "1"),
        ("Three", 9, 5, "2"),
    ]
    words = page.content.decode()
    assert "Only you will read it" in words
    assert "Take out names and figures" in words


@pytest.mark.parametrize("part", ["mentee", "mentor"])
def test_mentee_and_mentor_save_it_each_for_themselves(assignment, planned, sign_in, mentee, mentor, part):
    by = {"mentee": mentee, "mentor": mentor}[part]
    sent = rows({"title": "One", "days": "4"}, {"title": "Two", "days": "5", "after": "1", "weight": "3"})

    sign_in(by).post(f"/assignments/{assignment.code}/plan/save/", sent | {"note": "For pilots."})

    plan = SavedPlan.objects.get()
    assert (plan.name, plan.note, plan.made_by, plan.for_everybody, plan.offered_at) == (
        "Pilot first",
        "For pilots.",
        by,
        False,
        None,
    )
    assert plan.list_of_steps == [SavedStep("One", "Words.", 4), SavedStep("Two", "Words.", 5, 3, (0,))]
    entry = AuditEntry.objects.get(verb="plan.saved")
    assert (entry.actor, sorted(entry.fields)) == (by, ["name", "note", "steps"])
    for other in {mentee, mentor} - {by}:
        assert sign_in(other).get(f"/plans/{plan.code}/").status_code == 404
        assert "Pilot first" not in sign_in(other).get("/plans/").content.decode()


def test_a_step_that_is_left_out_leaves_no_gap(sign_in, mentee):
    sent = rows(
        {"title": "One"},
        {"title": "Two", "days": "2", "after": "1", "chosen": None},
        {"title": "Three", "days": "3", "after": "2"},
        {"title": "", "definition_of_progress": "", "days": ""},
    )
    sign_in(mentee).post("/plans/new/", sent)

    assert [(step.title, step.after) for step in kept()] == [("One", ()), ("Three", (0,))]


@pytest.mark.parametrize(
    ("step", "words"),
    [
        ({"after": "1"}, "A step cannot come after itself."),
        ({"after": "7"}, "There is no step of this number."),
        ({"after": "3"}, "There is no step of this number."),
        ({"after": "123"}, "There is no step of this number."),
        ({"after": "two"}, "Write numbers of steps with commas between them"),
        ({"after": "2"}, "Two steps would wait for each other."),
        ({"title": ""}, "Name the step in a few words."),
        ({"definition_of_progress": ""}, "Say what somebody else could see"),
        ({"days": ""}, "Say how many working days after the start"),
        ({"days": "1000"}, "999"),
        ({"chosen": None}, "Keep at least one step."),
    ],
)
def test_what_cannot_be_is_said_and_nothing_typed_is_lost(sign_in, mentee, step, words):
    others = [] if "chosen" in step else [{"title": "Two", "days": "2", "after": "1"}, {"definition_of_progress": ""}]
    answer = sign_in(mentee).post("/plans/new/", rows({"title": "One", **step}, *others, note="Typed words"))

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert "Typed words" in answer.content.decode()
    assert not SavedPlan.objects.exists()


def test_a_plan_holds_so_many_steps(assignment, sign_in, mentee):
    for number in range(MOST_STEPS + 2):
        MilestoneFactory(assignment=assignment, due_on=MONDAY + timedelta(days=number))
    page = sign_in(mentee).get(f"/assignments/{assignment.code}/plan/save/")
    assert "2 later milestones are not listed" in page.content.decode()
    answer = sign_in(mentee).post("/plans/new/", rows(*({"title": f"{n}"} for n in range(MOST_STEPS + 1))))

    assert answer.status_code == 422
    assert "A plan holds 24 steps at most." in answer.content.decode()


def test_two_of_ones_own_have_different_names_and_others_may_have_the_same(mentee, mentor):
    actions.save(by=mentee, name="Pilot", note="", steps=STEPS)
    actions.save(by=mentor, name="Pilot", note="", steps=STEPS)

    with pytest.raises(Refused, match="a plan of this name already"):
        actions.save(by=mentee, name="PILOT", note="", steps=STEPS)
    assert SavedPlan.objects.count() == 2


def test_a_saved_plan_gives_days_counted_from_the_start_that_is_asked_for(assignment, sign_in, mentee):
    plan = SavedPlanFactory(made_by=mentee)
    client, url = sign_in(mentee), f"/assignments/{assignment.code}/plan/propose/?plan={plan.code}"

    page = client.get(f"{url}&start=2027-01-02")
    assert [form.initial["due_on"] for form in page.context["steps"]] == [date(2027, 1, 11), date(2027, 1, 25)]
    for start in ("", "yesterday", "2027-13-01", "1066-01-01"):
        assert client.get(f"{url}&start={start}").context["choice"].start == max(MONDAY, today(mentee.zone))
    words = client.get(url).content.decode()
    assert f"Steps that you add are read by {mentee.name}" in words
    assert "come after the work ends" not in words
    late = client.get(f"{url}&start={assignment.ends_on}").content.decode()
    assert "come after the work ends" in late


def test_its_steps_are_added_with_what_each_comes_after(assignment, sign_in, mentee):
    plan = SavedPlanFactory(
        made_by=mentee,
        steps=[
            {"title": t, "definition_of_progress": "W.", "days": d, "weight": 1, "after": after}
            for t, d, after in (("A", 1, []), ("B", 2, [0]), ("C", 3, [0]), ("D", 4, [1, 2]))
        ],
    )
    client, url = sign_in(mentee), f"/assignments/{assignment.code}/plan/propose/?plan={plan.code}"
    form = client.get(url).context["steps"]
    sent = {"keep_order": "1", "step-TOTAL_FORMS": "4", "step-INITIAL_FORMS": "4"}
    for number, row in enumerate(form):
        words = {name: row.initial[name] for name in ("title", "definition_of_progress", "due_on", "weight", "after")}
        sent |= {f"step-{number}-{name}": value for name, value in words.items()}
        sent |= {f"step-{number}-chosen": "on"} if number != 1 else {}

    client.post(url, sent)

    waits = {m.title: sorted(a.title for a in m.after.all()) for m in Milestone.objects.all()}
    assert waits == {"A": [], "C": ["A"], "D": ["A", "C"]}


def test_added_steps_that_would_wait_for_each_other_are_refused(assignment, mentee):
    words = {"definition_of_progress": "W.", "due_on": MONDAY, "weight": 1}
    with pytest.raises(Refused, match="wait for each other"):
        milestones.add_many(
            assignment, by=mentee, rows=[{"title": "A", "after": (1,), **words}, {"title": "B", "after": (0,), **words}]
        )
    assert not Milestone.objects.exists()


def test_nobody_begins_from_a_plan_that_is_somebody_elses(assignment, sign_in, mentor):
    plan = SavedPlanFactory(name="Not yours", offered_at=now())

    page = sign_in(mentor).get(f"/assignments/{assignment.code}/plan/propose/?plan={plan.code}")

    assert page.context["choice"].saved is None
    assert "Not yours" not in page.content.decode()


def test_a_form_that_outlives_its_plan_is_still_taken(assignment, sign_in, mentee):
    words = {"step-0-title": "A", "step-0-definition_of_progress": "W.", "step-0-due_on": "2026-12-01"}
    sent = words | {"step-0-chosen": "on", "step-0-weight": "1", "step-0-after": "", "keep_order": "1"}
    gone = "11111111-1111-1111-1111-111111111111"

    sign_in(mentee).post(
        f"/assignments/{assignment.code}/plan/propose/?plan={gone}",
        sent | {"step-TOTAL_FORMS": "1", "step-INITIAL_FORMS": "1"},
    )

    assert [milestone.title for milestone in Milestone.objects.all()] == ["A"]


# --- changed and removed ------------------------------------------------------------------------


def test_it_is_changed_by_its_maker(sign_in, mentee):
    plan = SavedPlanFactory(made_by=mentee, name="Before")

    sign_in(mentee).post(f"/plans/{plan.code}/edit/", rows({"title": "Only"}, name="After", version="1"))

    plan.refresh_from_db()
    assert (plan.name, [step.title for step in plan.list_of_steps], plan.version) == ("After", ["Only"], 2)
    assert AuditEntry.objects.get(verb="plan.changed").fields == ["name", "steps"]


def test_saved_in_two_windows_both_texts_come_back(sign_in, mentee):
    plan = SavedPlanFactory(made_by=mentee)
    client = sign_in(mentee)
    client.post(f"/plans/{plan.code}/edit/", rows({"title": "First window"}, name="One", version="1"))
    answer = client.post(f"/plans/{plan.code}/edit/", rows({"title": "Second window"}, name="Two", version="1"))

    assert answer.status_code == 409
    words = answer.content.decode()
    assert "First window" in words
    assert "Second window" in words
    assert 'name="version" value="2"' in words
    plan.refresh_from_db()
    assert plan.name == "One"


def test_it_asks_before_it_is_gone_and_what_was_begun_from_it_stays(sign_in, mentee):
    plan = SavedPlanFactory(made_by=mentee)
    client = sign_in(mentee)

    assert "gone for good" in client.get(f"/plans/{plan.code}/remove/").content.decode()
    assert SavedPlan.objects.exists()
    assert client.post(f"/plans/{plan.code}/remove/")["Location"] == "/plans/"
    assert not SavedPlan.objects.exists()
    assert AuditEntry.objects.filter(verb="plan.removed").count() == 1


# --- for everybody ------------------------------------------------------------------------------


def test_an_offered_plan_is_read_by_the_office_and_published_as_a_copy(sign_in, mentee, administrator, hr):
    plan = SavedPlanFactory(made_by=mentee, name="Pilot")
    client, office = sign_in(mentee), sign_in(administrator)
    assert office.get(f"/plans/{plan.code}/").status_code == 404

    client.post(f"/plans/{plan.code}/offer/")
    page = office.get(f"/plans/{plan.code}/").content.decode()
    assert f"{mentee.name} offers it to everybody" in page
    office.post(f"/plans/{plan.code}/publish/", {"version": "1"})

    copy = SavedPlan.objects.get(for_everybody=True)
    assert (copy.name, copy.steps, copy.made_by) == ("Pilot", plan.steps, administrator)
    public = sign_in(UserFactory()).get(f"/plans/{copy.code}/").content.decode()
    assert mentee.name not in public
    # The maker's own is theirs alone again, whatever becomes of the copy.
    assert office.get(f"/plans/{plan.code}/").status_code == 404
    sign_in(hr).post(f"/plans/{copy.code}/remove/")
    assert list(SavedPlan.objects.all()) == [plan]


def test_what_was_changed_since_it_was_read_is_not_published(mentee, administrator):
    plan = SavedPlanFactory(made_by=mentee, offered_at=now())
    actions.change(plan, by=mentee, seen=1, name="Other words", note="", steps=STEPS)

    with pytest.raises(Refused, match="has changed since you read it"):
        actions.publish(plan, by=administrator, seen=1)
    actions.publish(plan, by=administrator, seen=2)
    with pytest.raises(PermissionDenied):
        actions.publish(plan, by=administrator, seen=2)
    assert SavedPlan.objects.filter(for_everybody=True).count() == 1


def test_the_office_publishes_its_own_without_offering_it_and_no_name_twice(administrator, hr):
    plan = SavedPlanFactory(made_by=hr, name="Pilot")
    actions.publish(plan, by=hr, seen=1)

    with pytest.raises(PermissionDenied):
        actions.publish(plan, by=administrator, seen=1)
    with pytest.raises(Refused, match="a plan of this name already"):
        actions.save(by=administrator, name="pilot", note="", steps=STEPS, for_everybody=True)


def test_the_office_writes_one_for_everybody(sign_in, hr, mentee):
    sign_in(hr).post("/plans/new/", rows({"title": "One"}, for_everybody="on"))

    assert SavedPlan.objects.get().for_everybody
    assert "Pilot first" in sign_in(mentee).get("/plans/").content.decode()


def test_nobody_else_writes_one_for_everybody(sign_in, mentee):
    sign_in(mentee).post("/plans/new/", rows({"title": "One"}, for_everybody="on"))

    assert not SavedPlan.objects.get().for_everybody
    with pytest.raises(PermissionDenied):
        actions.save(by=mentee, name="All", note="", steps=STEPS, for_everybody=True)


def test_an_offer_is_taken_back_by_its_maker_or_not_taken_by_the_office(sign_in, mentee, administrator):
    plan = SavedPlanFactory(made_by=mentee)
    for by in (mentee, administrator):
        actions.offer(plan, by=mentee)
        with pytest.raises(Refused, match="offered already"):
            actions.offer(plan, by=mentee)
        plan.refresh_from_db()
        sign_in(by).post(f"/plans/{plan.code}/offer/", {"undo": "1"})
        plan.refresh_from_db()
        assert plan.offered_at is None
    with pytest.raises(Refused, match="not offered"):
        actions.take_back(plan, by=mentee)


def test_whoever_has_no_part_in_the_work_cannot_save_its_plan(assignment, sponsor, hr):
    for by in (sponsor, hr, UserFactory()):
        with pytest.raises(PermissionDenied):
            actions.save(by=by, name="Mine", note="", steps=STEPS, assignment=assignment)


def test_a_stale_change_is_refused(mentee):
    plan = SavedPlanFactory(made_by=mentee)
    with pytest.raises(Stale):
        actions.change(plan, by=mentee, seen=7, name="N", note="", steps=STEPS)


@pytest.mark.parametrize("wrong", [{"name": ""}, {"for_everybody": True, "offered_at": now()}])
def test_the_database_keeps_no_plan_without_a_name_and_none_of_everybody_on_offer(wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        SavedPlanFactory(**wrong)


def test_closed_work_can_still_be_learnt_from(assignment, planned, sign_in, mentee):
    Assignment.objects.update(status="closed", ending="delivered", ending_reason="Done.", closed_at=now())

    assert sign_in(mentee).get(f"/assignments/{assignment.code}/plan/save/").status_code == 200


@pytest.mark.parametrize(
    "page", ["/plans/", "/plans/{plan}/", "/assignments/{work}/plan/propose/", "/assignments/{work}/plan/save/"]
)
def test_the_pages_take_as_many_queries_with_three_as_with_one(assignment, sign_in, mentee, count_queries, page):
    def more(number):
        plan = SavedPlanFactory(made_by=mentee)
        SavedPlanFactory(for_everybody=True)
        MilestoneFactory(assignment=assignment, due_on=MONDAY + timedelta(days=number))
        return plan

    browser = sign_in(mentee)
    url = page.format(plan=more(1).code, work=assignment.code)
    one = count_queries(browser, url)
    more(2)
    more(3)

    assert count_queries(browser, url) == one <= 12
