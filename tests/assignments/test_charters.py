from datetime import timedelta
from itertools import pairwise

import pytest
from django.core.exceptions import PermissionDenied

from assignments.actions import charter as actions
from assignments.actions import kickoff
from assignments.models import Assignment, Charter, CheckIn, ManagerAgreement, Stage, Status
from assignments.refusals import Stale
from stretchhub.audit.models import AuditEntry
from stretchhub.env import today
from stretchhub.notices.models import Notice
from stretchhub.people.models import User
from tests.factories import (
    AssignmentFactory,
    CharterAcknowledgementFactory,
    CharterFactory,
    CheckInAnswerFactory,
    CheckInFactory,
    MentorshipFactory,
    UserFactory,
)
from tests.rival import looked_before

pytestmark = pytest.mark.django_db


@pytest.fixture
def assignment(mentee, mentor, sponsor):
    """Somebody who works every day, so that the days counted here do not depend on the weekday."""
    mentee.working_days = "1234567"
    mentee.save()
    mentorship = MentorshipFactory(mentee=mentee, mentor=mentor)
    return AssignmentFactory(chartering=True, option__mentorship=mentorship, sponsor=sponsor)


def words(assignment, **changes):
    day = today()
    return {
        "outcome": "Days to a decision from 21 to 14.",
        "learning_goal": "Win over people who do not report to me.",
        "in_scope": "The claims queue of the north region.",
        "out_of_scope": "Staffing.",
        "stop_rule": "If neither team has decided ten claims by week six.",
        "rights_form": "daci",
        "approver": assignment.sponsor,
        "contributors": "Both team leads.",
        "informed": "Customer care.",
        "decision_rights": "Mina decides on the method; Ruth on the budget.",
        "escalate_to": assignment.sponsor,
        "escalate_after_days": 3,
        "escalation": "To Ruth, after three days.",
        "resources": "Read access to the queue.",
        "hours_per_week": 4,
        "cover": "Iris takes the Tuesday desk.",
        "rhythm": "weekly",
        "sponsor_rhythm": "two_then_monthly",
        "starts_on": day,
        "ends_on": day + timedelta(days=70),
        "sponsor_sees": "Outcomes, milestones and what is shared.",
        "raters": "Mentee, mentor, sponsor and a team lead.",
        "review_on": day + timedelta(days=77),
    } | changes


def posted(assignment, **changes):
    people = {name: person.code for name, person in words(assignment).items() if isinstance(person, User)}
    return {name: str(value) for name, value in (words(assignment) | people | changes).items()} | {"version": "0"}


def written(assignment, **changes):
    return actions.write(assignment, by=assignment.mentee, version=0, words=words(assignment, **changes))


def hours_are_agreed(charter):
    agreement = ManagerAgreement.objects.current().get(charter=charter)
    kickoff.answer_for_hours(agreement, by=agreement.manager, answer="agreed")


def everybody_acknowledges(charter):
    hours_are_agreed(charter)
    for person in (charter.assignment.mentee, charter.assignment.mentor, charter.assignment.sponsor):
        actions.acknowledge(charter, by=person)
    charter.assignment.refresh_from_db()


def test_writing_a_charter_asks_the_other_two(assignment):
    charter = written(assignment)

    assert charter.version == 1
    asked = Notice.objects.filter(kind="assignments.charter_asked")
    assert set(asked.values_list("recipient", flat=True)) == {assignment.mentor_id, assignment.sponsor_id}
    assert AuditEntry.objects.filter(verb="charter.written", actor=assignment.mentee).count() == 1


def test_who_is_slower_to_begin_the_charter_is_told_and_changes_nothing(assignment):
    written(assignment)
    asked = list(Notice.objects.values_list("kind", "recipient"))

    with (
        looked_before(Charter.objects, "filter", Charter.objects.none()),
        pytest.raises(Stale, match="The other of you has begun the charter meanwhile"),
    ):
        actions.write(assignment, by=assignment.mentor, version=0, words=words(assignment, outcome="Another one."))

    charter = Charter.objects.get()
    assert (charter.outcome, charter.version) == ("Days to a decision from 21 to 14.", 1)
    assert [entry.actor for entry in AuditEntry.objects.filter(verb="charter.written")] == [assignment.mentee]
    assert list(Notice.objects.values_list("kind", "recipient")) == asked


def test_the_third_acknowledgement_begins_the_work(assignment):
    charter = written(assignment)
    hours_are_agreed(charter)
    actions.acknowledge(charter, by=assignment.mentee)
    actions.acknowledge(charter, by=assignment.sponsor)
    assignment.refresh_from_db()
    assert assignment.status == Status.CHARTERING

    actions.acknowledge(charter, by=assignment.mentor)

    assignment.refresh_from_db()
    assignment.option.refresh_from_db()
    assert assignment.status == Status.ACTIVE
    assert (assignment.starts_on, assignment.ends_on) == (charter.starts_on, charter.ends_on)
    assert assignment.activated_at is not None
    assert assignment.option.stage == Stage.ACTIVE
    assert assignment.check_ins.count() == 10
    told = Notice.objects.filter(kind="assignments.assignment_active").values_list("recipient", flat=True)
    assert sorted(told) == sorted([assignment.mentee_id, assignment.mentor_id, assignment.sponsor_id])


def test_acknowledging_twice_counts_once(assignment):
    charter = written(assignment)

    actions.acknowledge(charter, by=assignment.mentee)
    actions.acknowledge(charter, by=assignment.mentee)

    assert charter.acknowledgements.count() == 1
    assert AuditEntry.objects.filter(verb="charter.acknowledged").count() == 1


def test_a_version_that_was_not_read_is_not_acknowledged(assignment):
    seen = written(assignment)
    old = Charter.objects.select_related("assignment").get(pk=seen.pk)
    actions.write(assignment, by=assignment.mentor, version=1, words=words(assignment, in_scope="Two regions."))

    with pytest.raises(Stale):
        actions.acknowledge(old, by=assignment.sponsor)

    assert old.acknowledgements.count() == 0


def test_a_change_asks_all_again_without_leaving_active(assignment):
    charter = written(assignment)
    everybody_acknowledges(charter)
    assignment.refresh_from_db()

    changed = actions.write(
        assignment, by=assignment.mentor, version=1, words=words(assignment, escalation="To Ruth, at once.")
    )

    assignment.refresh_from_db()
    assert changed.version == 2
    assert actions.agreed_parts(changed) == set()
    assert assignment.status == Status.ACTIVE


def test_saving_the_same_words_changes_nothing(assignment):
    written(assignment)

    again = actions.write(assignment, by=assignment.mentee, version=1, words=words(assignment))

    assert again.version == 1


def test_a_stale_save_is_refused(assignment):
    written(assignment)
    actions.write(assignment, by=assignment.mentor, version=1, words=words(assignment, escalation="To Ruth, at once."))

    with pytest.raises(Stale):
        actions.write(assignment, by=assignment.mentee, version=1, words=words(assignment, escalation="To nobody."))

    assert Charter.objects.get().escalation == "To Ruth, at once."


def test_a_new_rhythm_neither_doubles_nor_skips_a_check_in(assignment, clock):
    agreed = words(assignment)
    charter = actions.write(assignment, by=assignment.mentee, version=0, words=agreed)
    everybody_acknowledges(charter)
    assignment.refresh_from_db()
    clock(days=10)
    kept = assignment.check_ins.filter(due_on__lte=today()).latest("due_on")
    planned = dict(assignment.check_ins.values_list("due_on", "code"))

    actions.write(assignment, by=assignment.mentor, version=1, words=agreed | {"rhythm": "fortnightly"})

    open_days = list(
        CheckIn.objects.filter(assignment=assignment, cancelled_at__isnull=True).values_list("due_on", flat=True)
    )
    assert open_days == sorted(set(open_days))
    after = [day for day in open_days if day > kept.due_on]
    gaps = [(later - earlier).days for earlier, later in pairwise([kept.due_on, *after])]
    assert kept.due_on in open_days
    assert set(gaps) == {14}
    standing = CheckIn.objects.filter(assignment=assignment, cancelled_at__isnull=True)
    assert all(planned[row.due_on] == row.code for row in standing)


def test_a_check_in_answered_ahead_stays_when_the_rhythm_changes(assignment):
    charter = written(assignment)
    everybody_acknowledges(charter)
    assignment.refresh_from_db()
    ahead = assignment.check_ins.earliest("due_on")
    CheckInAnswerFactory(check_in=ahead)

    actions.write(assignment, by=assignment.mentor, version=1, words=words(assignment, rhythm="monthly"))

    ahead.refresh_from_db()
    assert ahead.cancelled_at is None
    following = assignment.check_ins.filter(cancelled_at__isnull=True, due_on__gt=ahead.due_on).earliest("due_on")
    assert 28 <= (following.due_on - ahead.due_on).days <= 34


def test_new_dates_move_the_assignment(assignment):
    charter = written(assignment)
    everybody_acknowledges(charter)
    assignment.refresh_from_db()
    longer = today() + timedelta(days=140)

    actions.write(assignment, by=assignment.mentee, version=1, words=words(assignment, ends_on=longer))

    assignment.refresh_from_db()
    assert assignment.ends_on == longer
    assert assignment.check_ins.filter(cancelled_at__isnull=True).count() == 20


def test_the_sponsor_does_not_write_the_charter(assignment):
    with pytest.raises(PermissionDenied):
        actions.write(assignment, by=assignment.sponsor, version=0, words=words(assignment))


def test_a_sponsor_who_is_the_mentor_speaks_for_both(mentee, mentor):
    mentorship = MentorshipFactory(mentee=mentee, mentor=mentor)
    assignment = AssignmentFactory(chartering=True, option__mentorship=mentorship, sponsor=mentor)
    charter = written(assignment)
    hours_are_agreed(charter)

    actions.acknowledge(charter, by=mentee)
    actions.acknowledge(charter, by=mentor)

    assignment.refresh_from_db()
    assert assignment.status == Status.ACTIVE


def test_a_charter_is_written_and_acknowledged_in_the_browser(assignment, sign_in):
    address = f"/assignments/{assignment.code}/charter/"

    response = sign_in(assignment.mentee).post(f"{address}edit/", posted(assignment))
    assert (response.status_code, response["Location"]) == (302, address)
    hours = f"/hours/{ManagerAgreement.objects.get().code}/"
    assert sign_in(assignment.mentor).post(hours, {"answer": "agreed"}).status_code == 302
    for person in (assignment.mentee, assignment.mentor, assignment.sponsor):
        response = sign_in(person).post(f"{address}acknowledge/", {"version": "1"})
        assert response.status_code == 302

    assert Assignment.objects.get().status == Status.ACTIVE
    page = sign_in(assignment.mentee).get(address).content.decode()
    assert "All three have acknowledged this version." in page


def test_errors_say_what_to_do_and_keep_what_was_typed(assignment, sign_in):
    address = f"/assignments/{assignment.code}/charter/edit/"
    wrong = posted(assignment, ends_on=today() - timedelta(days=1), out_of_scope="", hours_per_week="many")

    response = sign_in(assignment.mentee).post(address, wrong)

    page = response.content.decode()
    assert response.status_code == 422
    assert "Choose an end after the start." in page
    assert "Name at least one thing that does not belong to it." in page
    assert "Give the hours as a number, for example 4 or 4.5." in page
    assert "The claims queue of the north region." in page
    assert not Charter.objects.exists()


def test_finding_somebody_for_the_charter_brings_their_list_alone(assignment, sign_in, stranger):
    client, address = sign_in(assignment.mentee), f"/assignments/{assignment.code}/charter/edit/"

    for name in ("approver", "escalate_to"):
        words = {"find": name, f"{name}_q": "Sam"}
        part = client.get(address, words, headers={"HX-Request": "true"}).content.decode()
        assert f'name="{name}" value="{stranger.code}"' in part
        assert "Found people stand above those who take part." in part
        assert part.count("<fieldset") == 1


def test_hours_beyond_a_week_are_refused(assignment, sign_in):
    response = sign_in(assignment.mentee).post(
        f"/assignments/{assignment.code}/charter/edit/", posted(assignment, hours_per_week=90)
    )

    assert response.status_code == 422
    assert not Charter.objects.exists()


@pytest.mark.parametrize("name", ["approver", "escalate_to"])
def test_nobody_approves_their_own_work_or_turns_to_themselves(assignment, sign_in, name):
    address = f"/assignments/{assignment.code}/charter/edit/"

    answer = sign_in(assignment.mentee).post(address, posted(assignment, **{name: assignment.mentee.code}))

    assert answer.status_code == 422
    assert "The mentee" in answer.context["form"].errors[name][0]
    assert not Charter.objects.exists()


@pytest.mark.parametrize("script", [False, True], ids=["without-script", "as-it-is-typed"])
def test_somebody_else_is_found_to_approve_it_and_what_was_typed_stays(assignment, sign_in, script):
    UserFactory(full_name="Noor Haddad", job_title="Operations lead")
    address, client = f"/assignments/{assignment.code}/charter/edit/", sign_in(assignment.mentee)
    looking = {"find": "approver", "approver_q": "haddad"}

    if script:
        answer = client.get(address, looking, headers={"HX-Request": "true"})
    else:
        answer = client.post(address, posted(assignment, escalation="To Ruth, at once.") | looking)

    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Noor Haddad" in page and "Operations lead" in page
    assert ("To Ruth, at once." in page) is not script
    assert not Charter.objects.exists()


def test_a_stale_page_shows_both_texts(assignment, sign_in):
    written(assignment)
    actions.write(assignment, by=assignment.mentor, version=1, words=words(assignment, escalation="To Ruth, at once."))

    response = sign_in(assignment.mentee).post(
        f"/assignments/{assignment.code}/charter/edit/",
        posted(assignment, escalation="To Tom first.") | {"version": "1"},
    )

    page = response.content.decode()
    assert response.status_code == 409
    assert "To Ruth, at once." in page
    assert "To Tom first." in page
    assert 'name="version" value="2"' in page
    assert Charter.objects.get().escalation == "To Ruth, at once."


def test_an_old_page_cannot_acknowledge_the_new_version(assignment, sign_in):
    written(assignment)
    actions.write(assignment, by=assignment.mentor, version=1, words=words(assignment, escalation="To Ruth, at once."))

    response = sign_in(assignment.sponsor).post(
        f"/assignments/{assignment.code}/charter/acknowledge/", {"version": "1"}
    )

    assert response.status_code == 409
    assert "Read the new version, then acknowledge it." in response.content.decode()


def test_hr_reads_the_charter_and_nothing_else(assignment, hr, sign_in):
    written(assignment)
    client = sign_in(hr)

    page = client.get(f"/assignments/{assignment.code}/charter/")

    assert page.status_code == 200
    assert "The claims queue of the north region." in page.content.decode()
    assert f"/assignments/{assignment.code}/edit" not in page.content.decode()
    assert client.get(f"/assignments/{assignment.code}/").status_code == 404
    assert client.get(f"/assignments/{assignment.code}/charter/edit/").status_code == 404


def test_a_stranger_meets_nothing(assignment, stranger, sign_in):
    written(assignment)

    assert sign_in(stranger).get(f"/assignments/{assignment.code}/charter/").status_code == 404
    assert sign_in(stranger).post(f"/assignments/{assignment.code}/charter/acknowledge/").status_code == 404


def test_a_charter_not_yet_written_offers_the_first_step(assignment, sign_in):
    address = f"/assignments/{assignment.code}/charter/"

    assert "Write the charter" in sign_in(assignment.mentor).get(address).content.decode()
    assert "you are told when it is ready" in sign_in(assignment.sponsor).get(address).content.decode()


def test_the_charter_takes_as_many_queries_with_three_versions_as_with_one(assignment, sign_in, count_queries):
    written(assignment)
    client = sign_in(assignment.mentee)
    address = f"/assignments/{assignment.code}/charter/"
    client.get(address)
    before = count_queries(client, address)
    for version in (1, 2):
        actions.write(
            assignment, by=assignment.mentor, version=version, words=words(assignment, escalation=f"Version {version}")
        )
        actions.acknowledge(Charter.objects.select_related("assignment").get(), by=assignment.mentor)
        CheckInFactory(assignment=assignment, due_on=today() + timedelta(days=version))

    assert count_queries(client, address) == before


def test_the_request_to_acknowledge_falls_silent_once_settled(assignment):
    charter = CharterFactory(assignment=assignment)
    CharterAcknowledgementFactory(charter=charter, part="mentor")

    assert actions.agreed_parts(charter) == {"mentor"}


@pytest.mark.parametrize("version", [{}, {"version": ""}, {"version": "0"}, {"version": "9" * 5000}])
def test_only_the_version_that_was_read_is_acknowledged(assignment, sign_in, version):
    charter = CharterFactory(assignment=assignment)

    response = sign_in(assignment.sponsor).post(f"/assignments/{assignment.code}/charter/acknowledge/", version)

    assert response.status_code == 409
    assert charter.acknowledgements.count() == 0


def test_a_day_no_calendar_can_count_on_from_is_refused_with_words(assignment, sign_in):
    response = sign_in(assignment.mentee).post(
        f"/assignments/{assignment.code}/charter/edit/",
        posted(assignment, starts_on="9999-11-01", ends_on="9999-12-31", review_on="9999-12-31"),
    )

    assert response.status_code == 422
    assert response.content.decode().count("Choose a day between the years 2000 and 2099.") >= 3
