"""Fifteen minutes with the sponsor: planned by the charter, written down by one, acknowledged by another."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse

from assignments.actions.assignment import close, pause, raise_revision, resume
from assignments.cadence import sponsor_days, sponsor_interval
from assignments.messages.invitation import series_for
from assignments.models import Assignment, Charter
from assignments.refusals import Refused
from sponsors import rhythm
from sponsors.actions import check_in as actions
from sponsors.actions import dashboard, hand_over
from sponsors.models import CheckInPlan, DashboardSnapshot, SponsorCheckIn
from sponsors.reminders import plan as remind
from sponsors.tasks import plan_check_ins
from sponsors.waiting import waiting_for
from stretchhub.audit.models import AuditEntry
from stretchhub.env import now, today
from stretchhub.notices import kinds
from stretchhub.notices.delivery import letter
from stretchhub.notices.models import Notice
from stretchhub.people.actions.person import deactivate
from stretchhub.people.models import User
from tests.factories import AssignmentFactory, CharterFactory, UserFactory

from .conftest import next_wednesday, sponsored

pytestmark = pytest.mark.django_db
FACTS = {"result": "Six of ten claims.", "decision": "A printer by Friday.", "risk": "", "heard": "The south asks."}


def planned(assignment) -> list[date]:
    return list(SponsorCheckIn.objects.planned().filter(assignment=assignment).values_list("due_on", flat=True))


def days_of(assignment) -> list[date]:
    """What the charter's rhythm asks for from today on."""
    charter = Charter.objects.get(assignment=assignment)
    days = sponsor_days(charter.sponsor_rhythm, assignment.starts_on, assignment.ends_on, "12345")
    return [day for day in days if day >= today(assignment.mentee.zone)]


def due(assignment, offset=0, **more) -> SponsorCheckIn:
    more.setdefault("sponsor", assignment.sponsor)
    return SponsorCheckIn.objects.create(assignment=assignment, due_on=today() + timedelta(days=offset), **more)


def written(assignment, by, offset=-1) -> SponsorCheckIn:
    check_in = due(assignment, offset)
    actions.write_down(check_in, by=by, held_on=check_in.due_on, **FACTS)
    return check_in


def told(kind: str) -> set[str]:
    return set(Notice.objects.filter(kind=kind).values_list("recipient__email", flat=True))


# --- planning ------------------------------------------------------------------------------------


def test_active_work_is_planned_from_today_to_its_end(running, sponsor):
    plan_check_ins()

    assert planned(running) == days_of(running) != []
    assert set(SponsorCheckIn.objects.values_list("sponsor", flat=True)) == {sponsor.pk}


def test_planning_again_changes_nothing(running):
    plan_check_ins()
    before = list(SponsorCheckIn.objects.values_list("pk", "due_on"))

    assert plan_check_ins() == 0
    CheckInPlan.objects.all().delete()
    assert plan_check_ins() == 1
    assert list(SponsorCheckIn.objects.values_list("pk", "due_on")) == before


def test_the_sponsors_page_names_the_next_talk_without_a_change_to_acknowledge(running, sponsor, mentee, sign_in):
    dashboard.rebuild_behind()
    revision = Assignment.objects.get().revision
    plan_check_ins()
    dashboard.rebuild_behind()
    first, second = planned(running)[:2]
    [card] = DashboardSnapshot.objects.get(sponsor=sponsor).content["cards"]
    assert card["next_talk"] == first.isoformat()

    actions.write_down(SponsorCheckIn.objects.get(due_on=first), by=mentee, held_on=today(), **FACTS)
    dashboard.rebuild_behind()

    [card] = DashboardSnapshot.objects.get(sponsor=sponsor).content["cards"]
    assert (card["next_talk"], Assignment.objects.get().revision) == (second.isoformat(), revision)


def test_nothing_to_plan_takes_one_query(running, django_assert_num_queries):
    actions.plan_behind()

    with django_assert_num_queries(1):
        assert actions.plan_behind() == 0


def test_work_that_has_not_begun_is_not_planned(db):
    chartering = AssignmentFactory(chartering=True)
    CharterFactory(assignment=chartering)

    plan_check_ins()

    assert planned(chartering) == []


def test_another_rhythm_plans_what_lies_ahead_anew_and_keeps_what_has_passed(running):
    passed = due(running, -3)
    plan_check_ins()
    Charter.objects.update(sponsor_rhythm="weekly")
    raise_revision(running)

    plan_check_ins()

    assert planned(running) == [passed.due_on, *days_of(running)]


def test_todays_stays_when_the_rhythm_changes(running):
    due(running, 0)
    Charter.objects.update(sponsor_rhythm="monthly")

    plan_check_ins()

    assert planned(running)[0] == today()


def test_a_pause_takes_back_what_lies_ahead_and_going_on_plans_it_anew(running, mentor, clock):
    plan_check_ins()
    pause(running, by=mentor, reason="A release.")
    plan_check_ins()
    assert planned(running) == []

    clock(days=10)
    resume(running, by=mentor)
    plan_check_ins()

    running.refresh_from_db()
    wanted = sponsor_days("two_then_monthly", running.resumed_on, running.ends_on, "12345")
    assert planned(running) == wanted != []


def test_an_end_takes_back_what_lies_ahead(running, mentor):
    plan_check_ins()

    close(running, by=mentor, ending="stopped", reason="Enough was learned.")
    plan_check_ins()

    assert planned(running) == []


def test_what_was_written_down_early_is_not_planned_again(running, mentee):
    plan_check_ins()
    first = SponsorCheckIn.objects.first()
    actions.write_down(first, by=mentee, held_on=today(), **FACTS)
    raise_revision(running)

    plan_check_ins()

    assert SponsorCheckIn.objects.filter(due_on=first.due_on).count() == 1


def test_with_a_new_sponsor_the_days_are_counted_from_the_new_kickoff(running, mentor, sponsor, backup):
    overdue = due(running, -2)
    plan_check_ins()
    kickoff = today() + timedelta(days=5)
    asked = hand_over.ask_to_take_over(
        running, by=mentor, sponsor=backup, reason="time", note="So it is.", kickoff_on=kickoff
    )

    hand_over.accept(asked, by=backup)

    assert planned(running) == sponsor_days("two_then_monthly", kickoff, running.ends_on, "12345")
    files = series_for(Assignment.objects.get(pk=running.pk), backup.pk)
    assert [day for _name, series in files for day in series.days] == planned(running)
    assert set(SponsorCheckIn.objects.planned().values_list("sponsor", flat=True)) == {backup.pk}
    overdue.refresh_from_db()
    assert overdue.cancelled_at is not None


def test_with_a_sponsor_who_has_left_nothing_is_planned(running, sponsor, administrator):
    plan_check_ins()

    deactivate(sponsor, by=administrator)
    assert planned(running) == []
    raise_revision(running)
    plan_check_ins()
    assert planned(running) == []


def test_planning_many_takes_them_all(mentor, sponsor, monkeypatch):
    monkeypatch.setattr(actions, "BATCH", 2)
    every = [sponsored(mentor, UserFactory(), sponsor, title=f"Work {n}") for n in range(3)]

    assert actions.plan_behind() == 3
    assert all(planned(each) for each in every)


# --- writing down and acknowledging --------------------------------------------------------------


@pytest.mark.parametrize("who", ["mentee", "mentor", "sponsor"])
def test_each_of_the_three_may_write_it_down_and_the_other_two_are_told(running, who):
    by = getattr(running, who)

    check_in = written(running, by)

    assert (check_in.recorded_by, check_in.result, check_in.heard) == (by, "Six of ten claims.", "The south asks.")
    assert told("sponsors.check_in_written") == {
        getattr(running, part).email for part in ("mentee", "mentor", "sponsor") if part != who
    }
    entry = AuditEntry.objects.get(verb="sponsor_check_in.written")
    assert entry.fields == ["decision", "heard", "held_on", "result"]


def test_of_two_who_write_it_down_the_first_is_kept(running, mentee, sponsor):
    check_in = written(running, mentee)

    with pytest.raises(Refused, match="written down meanwhile"):
        actions.write_down(check_in, by=sponsor, held_on=today(), **FACTS | {"result": "Mine."})
    assert SponsorCheckIn.objects.get().result == "Six of ten claims."


def test_nobody_acknowledges_what_they_wrote_not_even_past_the_rule(running, mentee):
    check_in = written(running, mentee)

    with pytest.raises(PermissionDenied):
        actions.acknowledge(check_in, by=mentee)
    with pytest.raises(IntegrityError), transaction.atomic():
        SponsorCheckIn.objects.update(acknowledged_by=mentee)


def test_another_acknowledges_and_the_writer_is_told_once(running, mentee, sponsor, mentor):
    check_in = written(running, mentee)

    actions.acknowledge(check_in, by=sponsor)
    actions.acknowledge(check_in, by=mentor)

    assert SponsorCheckIn.objects.get().acknowledged_by == sponsor
    assert told("sponsors.check_in_acknowledged") == {"mina@example.org"}


def test_what_is_not_written_down_cannot_be_acknowledged(running, sponsor):
    with pytest.raises(PermissionDenied):
        actions.acknowledge(due(running), by=sponsor)


def test_nobody_else_writes_and_nothing_is_written_of_what_does_not_run(running, stranger, mentee):
    check_in = due(running)
    with pytest.raises(PermissionDenied):
        actions.write_down(check_in, by=stranger, held_on=today(), **FACTS)
    Assignment.objects.update(status="paused", paused_on=today())
    check_in.assignment.refresh_from_db()
    with pytest.raises(PermissionDenied):
        actions.write_down(check_in, by=mentee, held_on=today(), **FACTS)


def test_a_new_sponsor_does_not_read_what_was_said_before_nor_the_old_one_any_more(running, mentee, sponsor, backup):
    check_in = written(running, mentee)
    assert list(SponsorCheckIn.objects.visible_to(sponsor)) == [check_in]

    Assignment.objects.update(sponsor=backup)

    assert not SponsorCheckIn.objects.visible_to(sponsor).exists()
    assert not SponsorCheckIn.objects.visible_to(backup).exists()
    assert list(SponsorCheckIn.objects.visible_to(mentee)) == [check_in]


# --- Today and reminders -------------------------------------------------------------------------


def test_today_brings_the_newest_that_is_due_to_mentee_and_sponsor(running, mentee, mentor, sponsor):
    due(running, -14)
    newest = due(running, 0)
    due(running, 14)

    for person, other in ((mentee, "Ruth"), (sponsor, "Mina")):
        [line] = waiting_for(person)
        assert (line.title, line.due_on) == (f"Fifteen minutes with {other}", newest.due_on)
        assert line.url == f"/sponsor-check-ins/{newest.code}/"
    assert waiting_for(mentor) == []


@pytest.mark.parametrize(("writer", "reader"), [("mentee", "sponsor"), ("sponsor", "mentee"), ("mentor", "mentee")])
def test_today_asks_one_other_to_acknowledge(running, writer, reader):
    check_in = written(running, getattr(running, writer))

    lines = {part: waiting_for(getattr(running, part)) for part in ("mentee", "mentor", "sponsor")}

    assert [part for part, found in lines.items() if found] == [reader]
    [line] = lines[reader]
    assert line.post_url == f"/sponsor-check-ins/{check_in.code}/acknowledge/"
    assert line.reason == "Shorten the claims backlog: “Six of ten claims.”"


def test_each_gets_one_reminder_at_nine_in_their_own_zone(running, mentee, sponsor, mentor):
    User.objects.filter(pk=sponsor.pk).update(time_zone="America/New_York")
    day = next_wednesday()
    check_in = SponsorCheckIn.objects.create(assignment=running, sponsor=sponsor, due_on=day)
    morning = datetime(day.year, day.month, day.day, 9, tzinfo=mentee.zone)

    assert sum(remind(morning - timedelta(minutes=1)).values()) == 0
    assert sum(remind(morning).values()) == 1
    assert sum(remind(morning + timedelta(hours=1)).values()) == 0
    assert sum(remind(morning + timedelta(hours=12)).values()) == 1
    notices = Notice.objects.filter(kind="sponsors.check_in_due", object_id=check_in.pk).order_by("due_at")
    assert [notice.recipient for notice in notices] == [mentee, sponsor]
    there = datetime(day.year, day.month, day.day, 9, tzinfo=ZoneInfo("America/New_York"))
    assert [notice.due_at for notice in notices] == [morning, there]


def test_after_an_outage_only_the_newest_is_sent(running):
    wednesday = next_wednesday()
    for late in (16, 2):
        due(running, (wednesday - today()).days - late)

    counts = remind(datetime(wednesday.year, wednesday.month, wednesday.day, 18, tzinfo=UTC))

    assert counts == {"queued": 2, "stale": 2}


def test_a_reminder_is_not_sent_of_what_was_written_down_or_taken_back_meanwhile(running, mentee):
    check_in = due(running)
    kind = kinds.get("sponsors.check_in_due")
    notice = Notice(recipient=mentee)

    assert kind.still_due(notice, kind.load([check_in.pk])[check_in.pk])
    said = letter(notice, kind.load([check_in.pk])[check_in.pk], kind)
    assert "Your check-in with Ruth Adeyemi is due." in said.paragraphs[0]
    SponsorCheckIn.objects.update(cancelled_at=now())
    assert not kind.still_due(notice, kind.load([check_in.pk])[check_in.pk])


def test_the_mails_about_what_was_said_hold_none_of_it(running, mentee, sponsor, backup):
    check_in = written(running, mentee)
    actions.acknowledge(check_in, by=sponsor)
    for name, person in (("written", sponsor), ("acknowledged", mentee)):
        kind = kinds.get(f"sponsors.check_in_{name}")
        said = kind.render(Notice(recipient=person), kind.load([check_in.pk])[check_in.pk])
        assert not any(words in "".join(said.paragraphs) for words in FACTS.values() if words)
    kind = kinds.get("sponsors.check_in_acknowledged")
    assert kind.still_due(Notice(recipient=mentee), kind.load([check_in.pk])[check_in.pk])
    Assignment.objects.update(sponsor=backup)
    assert not kind.still_due(Notice(recipient=sponsor), kind.load([check_in.pk])[check_in.pk])


# --- the contact ---------------------------------------------------------------------------------


def contact_of(assignment) -> rhythm.Ratio | None:
    rows = list(SponsorCheckIn.objects.filter(assignment=assignment))
    return rhythm.contact(Assignment.objects.select_related("charter").get(pk=assignment.pk), rows, today())


def test_the_contact_is_the_days_since_the_last_talk_for_each_agreed_one(running, mentee):
    assert contact_of(running).value is None
    written(running, mentee, offset=-21)

    assert contact_of(running).value == 1.5
    written(running, mentee, offset=-7)
    assert contact_of(running).value == 0.5


def test_after_six_weeks_of_two_then_monthly_a_month_is_agreed():
    begun = date(2026, 9, 1)

    assert sponsor_interval("two_then_monthly", begun, date(2026, 10, 13)) == 14
    assert sponsor_interval("two_then_monthly", begun, date(2026, 10, 14)) == 30
    assert sponsor_interval("weekly", begun, date(2026, 10, 14)) == 7


def test_what_does_not_run_has_no_contact_to_keep(running):
    Assignment.objects.update(status="paused", paused_on=today())

    assert contact_of(running) is None


# --- the pages -----------------------------------------------------------------------------------


def url(check_in) -> str:
    return reverse("sponsors:check-in", args=[check_in.code])


def test_the_page_takes_the_four_lines(running, mentee, sign_in):
    check_in = due(running)
    browser = sign_in(mentee)

    answer = browser.post(url(check_in), {"held_on": today(), "result": "Six of ten claims.", "risk": "Rain."})

    assert answer["Location"] == url(check_in)
    page = browser.get(url(check_in)).content.decode()
    assert "Six of ten claims." in page and "Rain." in page
    assert "Acknowledge</button>" not in page and "Another of you acknowledges it." in page


def test_the_page_says_what_is_missing_and_loses_nothing(running, mentee, sign_in):
    words = {"held_on": today() + timedelta(days=2), "risk": "Typed with care."}

    page = sign_in(mentee).post(url(due(running)), words)

    assert page.status_code == 422
    for said in ("Typed with care.", "This day is still to come.", "Say where it stands against the plan"):
        assert said in page.content.decode()


def test_a_day_before_the_beginning_is_refused(running, mentee, sign_in):
    words = {"held_on": running.starts_on - timedelta(days=1), "result": "Six."}

    assert b"The work began later." in sign_in(mentee).post(url(due(running)), words).content


def test_who_comes_second_reads_the_first_and_keeps_what_they_typed(running, mentee, sponsor, sign_in, monkeypatch):
    check_in = due(running)
    # The other writes between the look at the page and the keeping.
    monkeypatch.setattr("sponsors.views.check_in.can_record_check_in", lambda *who: True)
    actions.write_down(check_in, by=mentee, held_on=today(), **FACTS)
    monkeypatch.setattr("sponsors.actions.check_in.can_record_check_in", lambda *who: True)

    page = sign_in(sponsor).post(url(check_in), {"held_on": today(), "result": "My own words."})

    assert page.status_code == 409
    assert "Six of ten claims." in page.content.decode() and "My own words." in page.content.decode()


def test_acknowledging_leads_back_to_where_it_was_pressed(running, mentee, sponsor, mentor, sign_in):
    check_in = written(running, mentee)
    address = reverse("sponsors:check-in-acknowledge", args=[check_in.code])

    assert sign_in(sponsor).post(address, {"from": "today"})["Location"] == "/"
    assert sign_in(mentor).post(address)["Location"] == url(check_in)
    assert "Ruth Adeyemi acknowledged it" in sign_in(mentor).get(url(check_in)).content.decode()


def test_the_decision_of_last_time_is_asked_after(running, mentee, sign_in):
    written(running, mentee, offset=-14)

    assert b"A printer by Friday." in sign_in(mentee).get(url(due(running))).content


def test_one_that_was_taken_back_says_so(running, mentee, sign_in):
    page = sign_in(mentee).get(url(due(running, cancelled_at=now())))

    assert b"and taken back." in page.content and b"<textarea" not in page.content


def test_the_panel_shows_what_is_due_what_comes_and_whether_the_rhythm_holds(running, mentee, sign_in):
    written(running, mentee, offset=-21)
    due(running, -14)
    due(running, -1)
    due(running, 13)
    due(running, 27)

    page = sign_in(mentee).get(reverse("sponsors:check-ins", args=[running.code])).content.decode()

    assert "21 days ago; every 14 days was agreed." in page
    for words in ("Out of rhythm", "Write it down", "2 are planned until the end.", "Missed", "Six of ten claims."):
        assert words in page


def test_the_panel_in_rhythm_and_empty(running, mentee, sign_in):
    address = reverse("sponsors:check-ins", args=[running.code])
    assert b"planned within a minute" in sign_in(mentee).get(address).content

    written(running, mentee)

    assert b"so it is in rhythm" in sign_in(mentee).get(address).content


def test_the_pages_take_a_fixed_number_of_queries(running, mentee, sponsor, sign_in, count_queries):
    browser = sign_in(mentee)
    one = written(running, mentee, offset=-30)
    panel = reverse("sponsors:check-ins", args=[running.code])
    browser.get(panel)
    few = count_queries(browser, panel), count_queries(browser, url(one))
    for offset in (-20, -10):
        written(running, mentee, offset=offset)

    assert (count_queries(browser, panel), count_queries(browser, url(one))) == few
    assert max(few) <= 10
