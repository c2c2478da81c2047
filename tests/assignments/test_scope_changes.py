from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from assignments.actions import charter as charters
from assignments.actions import kickoff
from assignments.actions import milestone as milestones
from assignments.actions import scope as actions
from assignments.models import (
    Assignment,
    Charter,
    Pause,
    PlanEdit,
    ScopeBaseline,
    ScopeChange,
    Status,
)
from assignments.objective import digest_of
from assignments.refusals import Refused
from assignments.rules import decider_of
from assignments.scope_words import change_words, percent, scope_sentence
from assignments.scoping import ScopeSignals, scope_of
from assignments.signals import read, signals_of
from stretchhub.audit.models import AuditEntry
from stretchhub.env import now, today
from stretchhub.notices.delivery import deliver
from stretchhub.notices.models import Notice
from tests.factories import (
    AssignmentFactory,
    CharterAcknowledgementFactory,
    CharterFactory,
    MentorshipFactory,
    MilestoneFactory,
    ScopeBaselineFactory,
    ScopeChangeFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def assignment(mentee, mentor, sponsor):
    assignment = AssignmentFactory(
        option__mentorship=MentorshipFactory(mentee=mentee, mentor=mentor),
        sponsor=sponsor,
        starts_on=today() - timedelta(days=60),
        ends_on=today() + timedelta(days=60),
    )
    CharterFactory(assignment=assignment, acknowledged=True)
    ScopeBaselineFactory(assignment=assignment)
    return assignment


def typed(**changes):
    return {
        "kind": "added",
        "title": "The south region too",
        "hours": "24",
        "why": "They have the same queue.",
        "comes_off": "The phone line.",
        "ends_on": "",
        "objective": "",
        "milestone": "",
    } | changes


def ask(assignment, **words):
    first = {"kind": "added", "title": "South", "hours": Decimal(24), "why": "Same queue.", "comes_off": "Nothing."}
    return actions.ask_change(assignment, by=words.pop("by", assignment.mentee), **first | words)


def test_what_is_agreed_is_kept_when_the_work_begins(mentee, mentor, sponsor):
    assignment = AssignmentFactory(
        chartering=True, option__mentorship=MentorshipFactory(mentee=mentee, mentor=mentor), sponsor=sponsor
    )
    charter = CharterFactory(
        assignment=assignment,
        acknowledged=True,
        agreed=True,
        starts_on=today(),
        ends_on=today() + timedelta(days=70),
        review_on=today() + timedelta(days=75),
    )
    milestone = MilestoneFactory(assignment=assignment, title="Pilot", weight=3)

    assert kickoff.begin_if_ready(assignment, charter, by=mentee)

    baseline = ScopeBaseline.objects.get()
    assert (baseline.hours, baseline.hours_per_week) == (Decimal("40.0"), Decimal("4.0"))
    assert (baseline.starts_on, baseline.ends_on) == (charter.starts_on, charter.ends_on)
    assert baseline.objective_digest == digest_of(charter.outcome)
    assert baseline.items == [
        {"code": str(milestone.code), "title": "Pilot", "due_on": milestone.due_on.isoformat(), "weight": 3}
    ]
    assert actions.take_baseline(assignment, charter) == baseline


def test_a_change_is_written_down_in_the_browser_and_the_approver_is_asked(assignment, sign_in, mentee, sponsor):
    response = sign_in(mentee).post(f"/assignments/{assignment.code}/scope/", typed())

    assert response["Location"] == f"/assignments/{assignment.code}/plan/"
    change = ScopeChange.objects.get()
    assert (change.kind, change.hours, change.state, change.asked_by) == ("added", Decimal(24), "proposed", mentee)
    assert Notice.objects.get(kind="assignments.scope_asked").recipient == sponsor
    assert AuditEntry.objects.get(verb="scope.asked").fields == ["comes_off", "hours", "kind", "title", "why"]
    assert Assignment.objects.get().revision == assignment.revision + 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"why": ""}, "Say why; whoever decides reads it first."),
        ({"kind": ""}, "Choose what kind of change it is."),
        ({"hours": ""}, "Give the hours, as well as you know them."),
        ({"hours": "-3"}, "What comes on is above zero."),
        ({"comes_off": ""}, "Say what comes off instead, or write “nothing”."),
        ({"kind": "moved"}, "Choose the new end."),
        ({"kind": "moved", "ends_on": "2001-01-01"}, "The end is after the start."),
        ({"kind": "objective"}, "Write the objective as it should be."),
    ],
)
def test_errors_say_what_to_do_and_nothing_typed_is_lost(assignment, sign_in, mentee, changes, words):
    response = sign_in(mentee).post(f"/assignments/{assignment.code}/scope/", typed(**changes))

    assert response.status_code == 422
    assert words in response.content.decode()
    assert "The south region too" in response.content.decode()
    assert ScopeChange.objects.count() == 0


def test_the_end_as_it_is_is_no_move(assignment, sign_in, mentee):
    response = sign_in(mentee).post(
        f"/assignments/{assignment.code}/scope/", typed(kind="moved", ends_on=str(assignment.ends_on))
    )

    assert "This is the end as it is." in response.content.decode()


def test_what_comes_off_is_counted_below_zero_however_it_is_typed(assignment, sign_in, mentee):
    for hours in ("8", "-8"):
        sign_in(mentee).post(f"/assignments/{assignment.code}/scope/", typed(kind="removed", hours=hours))

    assert [change.hours for change in ScopeChange.objects.all()] == [-8, -8]


def test_the_approver_agrees_and_the_two_are_told(assignment, sign_in, mentee, mentor, sponsor, mailoutbox):
    change = ask(assignment)
    deliver()

    sign_in(sponsor).post(f"/scope-changes/{change.code}/", {"decision": "approve", "reason": ""})
    deliver()

    change.refresh_from_db()
    assert (change.state, change.decided_by) == ("approved", sponsor)
    assert [(mail.to, mail.subject) for mail in mailoutbox] == [
        ([sponsor.email], "Decide: South"),
        ([mentee.email], "Agreed: South"),
        ([mentor.email], "Agreed: South"),
    ]
    assert AuditEntry.objects.get(verb="scope.approved").fields == ["state"]


def test_a_no_needs_a_reason_and_carries_it(assignment, sign_in, sponsor, mailoutbox):
    change = ask(assignment)
    client = sign_in(sponsor)

    refused = client.post(f"/scope-changes/{change.code}/", {"decision": "decline", "reason": " "})
    assert refused.status_code == 422
    assert "Say why not, so that they can do better." in refused.content.decode()

    client.post(f"/scope-changes/{change.code}/", {"decision": "decline", "reason": "Not this year."})
    deliver()
    change.refresh_from_db()
    assert (change.state, change.decision_reason) == ("declined", "Not this year.")
    assert [mail.subject for mail in mailoutbox] == ["Not agreed: South", "Not agreed: South"]
    assert "Not this year." in mailoutbox[0].body


def test_nobody_decides_what_they_asked_for(assignment, sponsor, mentor):
    assignment.charter.approver = mentor
    assignment.charter.save()
    change = ask(assignment, by=mentor)

    assert decider_of(change) == sponsor
    with pytest.raises(PermissionDenied):
        actions.approve(change, by=mentor)
    with pytest.raises(IntegrityError), transaction.atomic():
        ScopeChange.objects.filter(pk=change.pk).update(state="approved", decided_by=mentor, decided_at=now())


def people_of(assignment):
    return (assignment.mentee, assignment.mentor, assignment.sponsor)


@pytest.mark.parametrize("approver", ["mentee", "mentor", "sponsor", "outside"])
@pytest.mark.parametrize("asker", ["mentee", "mentor"])
@pytest.mark.parametrize("gone", ["", "approver", "sponsor"])
def test_who_decides_is_the_same_one_in_the_rule_and_in_the_question(assignment, approver, asker, gone):
    outside = UserFactory()
    person = outside if approver == "outside" else getattr(assignment, approver)
    Charter.objects.filter(assignment=assignment).update(approver=person)
    leaver = {"approver": person, "sponsor": assignment.sponsor, "": None}[gone]
    if leaver is not None and leaver not in (assignment.mentee, assignment.mentor):
        leaver.is_active, leaver.deactivated_at = False, now()
        leaver.save()
    change = ask(Assignment.objects.get(), by=getattr(assignment, asker))
    change = ScopeChange.objects.select_related("assignment__charter__approver", "assignment__sponsor").get()

    decider = decider_of(change)

    waiting = [p for p in (*people_of(assignment), outside) if ScopeChange.objects.waiting_for(p).exists()]
    assert waiting == ([decider] if decider else [])
    assert decider != change.asked_by


def test_an_approver_from_outside_reads_that_one_page_and_decides(assignment, sign_in):
    outside = UserFactory()
    Charter.objects.filter(assignment=assignment).update(approver=outside)
    assignment.refresh_from_db()
    change = ask(Assignment.objects.get())
    client = sign_in(outside)

    assert "Same queue." in client.get(f"/scope-changes/{change.code}/").content.decode()
    assert client.get(f"/assignments/{assignment.code}/plan/").status_code == 404
    client.post(f"/scope-changes/{change.code}/", {"decision": "approve", "reason": ""})
    change.refresh_from_db()
    assert change.state == "approved"


def test_a_decided_change_is_not_decided_again_nor_taken_back(assignment, sign_in, sponsor, mentee):
    change = ask(assignment)
    actions.approve(change, by=sponsor)

    late = sign_in(sponsor).post(f"/scope-changes/{change.code}/", {"decision": "decline", "reason": "No."})
    assert late.status_code == 409
    with pytest.raises(Refused):
        actions.withdraw(ScopeChange.objects.get(), by=mentee)
    assert ScopeChange.objects.get().state == "approved"


def test_whoever_asked_takes_it_back_and_nobody_else(assignment, sign_in, mentee, mentor):
    change = ask(assignment)

    assert sign_in(mentor).post(f"/scope-changes/{change.code}/withdraw/").status_code == 403
    sign_in(mentee).post(f"/scope-changes/{change.code}/withdraw/")

    assert ScopeChange.objects.get().state == "withdrawn"
    assert scope_of(assignment, today()).drift.value == 0


def test_a_moved_end_goes_into_the_charter_which_all_acknowledge_again(assignment, sponsor):
    end = assignment.ends_on + timedelta(days=12)
    change = ask(assignment, kind="moved", hours=Decimal(0), ends_on=end)

    actions.approve(change, by=sponsor)

    assignment = Assignment.objects.get()
    assert (assignment.ends_on, assignment.charter.ends_on, assignment.charter.version) == (end, end, 2)
    assert assignment.status == Status.ACTIVE
    found = scope_of(assignment, today())
    assert found.drift.part("slip").value == pytest.approx(0.1)


def test_another_objective_goes_into_the_charter_and_is_decided(assignment, sponsor):
    change = ask(assignment, kind="objective", hours=Decimal(0), objective="Decide claims in ten days.")
    actions.approve(change, by=sponsor)

    assignment = Assignment.objects.get()
    assert assignment.charter.outcome == "Decide claims in ten days."
    assert scope_of(assignment, today()).objective_changed is False


def test_an_objective_changed_in_the_charter_is_undecided_until_all_three_have_agreed(assignment):
    Charter.objects.update(outcome="Something else.", version=2)
    assert scope_of(Assignment.objects.get(), today()).objective_changed is True

    for part in ("mentee", "mentor", "sponsor"):
        assert scope_of(Assignment.objects.get(), today()).objective_changed is True
        CharterAcknowledgementFactory(
            charter=assignment.charter, charter_version=2, part=part, person=getattr(assignment, part)
        )
    assert scope_of(Assignment.objects.get(), today()).objective_changed is False


def test_the_same_words_with_other_spaces_are_the_same_objective(assignment):
    Charter.objects.update(outcome=assignment.charter.outcome.upper().replace(" ", "  \n"), version=2)

    assert scope_of(Assignment.objects.get(), today()).objective_changed is False


def test_growth_counts_what_stands_and_not_what_was_declined(assignment, sponsor, mentee):
    for kind, hours in (("added", 24), ("removed", -8), ("changed", 6), ("added", 100)):
        ask(assignment, kind=kind, hours=Decimal(hours), title=str(hours))
    actions.decline(ScopeChange.objects.get(title="100"), by=sponsor, reason="Too much.")
    Assignment.objects.update(ends_on=assignment.ends_on + timedelta(days=21))
    Pause.objects.create(assignment=assignment, from_on=today() - timedelta(days=9), until_on=today())

    found = scope_of(Assignment.objects.get(), today())

    assert [(name, round(measure.value, 4)) for name, measure in found.drift.parts] == [
        ("growth", 0.1375),
        ("churn", 0.2375),
        ("slip", 0.1),
    ]
    assert scope_sentence(found) == "Scope has grown 14 %. It may be right: decide."
    assert found.signals == ScopeSignals(0.1375, True, False)


def test_a_silent_edit_is_listed_after_a_week_and_explained_by_a_change(assignment, sign_in, mentee):
    milestone = MilestoneFactory(assignment=assignment, title="Pilot")
    milestones.change(milestone, by=mentee, due_on=milestone.due_on + timedelta(days=4))
    PlanEdit.objects.update(at=now() - timedelta(days=9))
    client = sign_in(mentee)

    page = client.get(f"/assignments/{assignment.code}/plan/").content.decode()
    assert "The plan was changed once without a word why:" in page
    assert scope_of(assignment, today()).signals.unapproved is True

    client.post(f"/assignments/{assignment.code}/scope/", typed(kind="changed", hours="3", explains="1"))
    assert PlanEdit.objects.get().change == ScopeChange.objects.get()
    page = client.get(f"/assignments/{assignment.code}/plan/").content.decode()
    assert "without a word why" not in page


def test_the_status_of_many_reads_of_the_scope_what_the_plan_says_of_each(assignment):
    others = [AssignmentFactory() for _number in range(3)]
    for other in others[:2]:
        CharterFactory(assignment=other)
        ScopeBaselineFactory(assignment=other)
    ask(assignment)
    ask(others[0], by=others[0].mentee, hours=Decimal(60))
    actions.approve(ScopeChange.objects.get(assignment=others[0]), by=others[0].sponsor)
    milestone = MilestoneFactory(assignment=others[1])
    milestones.change(milestone, by=others[1].mentee, weight=5)
    PlanEdit.objects.filter(milestone=milestone).update(at=now() - timedelta(days=30))
    everybody = list(Assignment.objects.select_related("mentee"))
    readings = read(everybody)

    judged = {each.pk: signals_of(each, readings[each.pk], today()) for each in everybody}
    found = {
        pk: ScopeSignals(one.scope_growth, one.scope_unapproved, one.objective_changed) for pk, one in judged.items()
    }

    assert found == {each.pk: scope_of(each, today()).signals for each in everybody}
    assert found[assignment.pk] == ScopeSignals(0.15, True, False)
    assert found[others[0].pk] == ScopeSignals(0.375, False, False)
    assert found[others[1].pk] == ScopeSignals(0, True, False)
    assert found[others[2].pk] == ScopeSignals(None, False, False)


def test_work_that_began_before_scopes_were_kept_says_so(assignment, sign_in, mentee):
    ScopeBaseline.objects.all().delete()

    assert sign_in(mentee).get(f"/assignments/{assignment.code}/scope/").status_code == 409
    page = sign_in(mentee).get(f"/assignments/{assignment.code}/plan/").content.decode()
    assert "What was agreed is kept when the assignment begins" in page


def test_sentences_say_what_matters_first(assignment):
    def said():
        return scope_sentence(scope_of(Assignment.objects.get(), today()))

    assert said() == "The scope is as it was agreed at kickoff."
    first = ScopeChangeFactory(assignment=assignment, hours=Decimal(8))
    assert said() == "Scope has grown 5 %, within what was agreed."
    ScopeChange.objects.filter(pk=first.pk).update(kind="removed", hours=-8)
    assert said() == "Scope has shrunk by 5 %."
    ScopeChange.objects.all().delete()
    Assignment.objects.update(ends_on=assignment.ends_on + timedelta(days=24))
    assert said() == "The end has moved by 20 % of the time agreed. It may be right: decide."
    Assignment.objects.update(ends_on=assignment.ends_on)
    ScopeChangeFactory(assignment=assignment, hours=Decimal(20))
    ScopeChangeFactory(assignment=assignment, kind="removed", hours=Decimal(-20))
    assert said().startswith("What came on and what went adds up to 25 % of the hours agreed.")
    Charter.objects.update(outcome="Something else.", version=2)
    assert said().startswith("The objective is another than agreed at kickoff")


def test_a_change_says_by_how_much():
    def words(**values):
        return change_words(ScopeChange(**values))

    assert words(kind="added", hours=Decimal("24.0")) == "+24 hours"
    assert words(kind="removed", hours=Decimal("-7.5")) == "−7.5 hours"
    assert words(kind="changed", hours=Decimal(0)) == "No more and no fewer hours"
    assert words(kind="moved") == "The end moves"
    assert words(kind="objective") == "The objective changes"
    assert (percent(0.1375), percent(-0.061)) == ("14 %", "−6 %")


def test_scope_changes_only_while_the_work_runs(assignment, mentee, sponsor):
    change = ask(assignment)
    Assignment.objects.update(status=Status.CLOSED, ending="withdrawn", closed_at=now())
    change = ScopeChange.objects.get()

    with pytest.raises(PermissionDenied):
        actions.approve(change, by=sponsor)
    with pytest.raises(PermissionDenied):
        ask(Assignment.objects.get(), by=mentee)
    assert not ScopeChange.objects.waiting_for(sponsor).exists()


def test_a_decision_in_the_charter_raises_its_version_once(assignment, sponsor):
    charters.follow_decision(assignment, by=sponsor, ends_on=assignment.ends_on + timedelta(days=1))

    assert Charter.objects.get().version == 2
    assert AuditEntry.objects.get(verb="charter.changed").fields == ["ends_on"]


def test_whoever_decides_finds_it_on_today_and_nobody_else(assignment, sign_in, mentee, mentor, sponsor):
    ask(assignment)

    assert "Decide about “South”" in sign_in(sponsor).get("/").content.decode()
    for person in (mentee, mentor):
        assert "Decide about “South”" not in sign_in(person).get("/").content.decode()
