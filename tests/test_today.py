"""Today: what waits, answered in place or put off; the daily mail lists the same."""

from datetime import timedelta

import pytest

from assignments.models import CheckInAnswer
from stretchhub.audit.models import AuditEntry
from stretchhub.env import today
from stretchhub.notices.models import Snooze
from stretchhub.templatetags.words import day
from stretchhub.today import LONGEST, lines_for, waiting_for
from tests.factories import AssignmentFactory, CheckInAnswerFactory, CheckInFactory, MilestoneFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def assignment(mentee, mentor, sponsor):
    return AssignmentFactory(
        option__mentorship__mentee=mentee, option__mentorship__mentor=mentor, sponsor=sponsor, starts_on=today()
    )


@pytest.fixture
def milestone(assignment):
    return MilestoneFactory(assignment=assignment, title="Show a first draft", due_on=today() + timedelta(days=2))


def the_line(user):
    (line,) = waiting_for(user)
    return line


def put_off(client, line, until):
    return client.post("/today/later/", {"subject": line.subject, "until": str(until)}, follow=True)


def test_a_line_that_is_put_off_comes_back_on_its_day(milestone, mentee, sign_in, clock):
    line, until = the_line(mentee), today() + timedelta(days=2)

    page = put_off(sign_in(mentee), line, until).content.decode()

    assert "You are up to date, Mina." in page
    assert f"comes back on {day(until)}." in page
    assert f"Comes back on {day(until)}." in page
    assert waiting_for(mentee) == []
    clock(days=2)
    assert [each.subject for each in waiting_for(mentee)] == [line.subject]


def test_it_stays_put_off_when_its_day_passes(milestone, mentee, sign_in, clock):
    put_off(sign_in(mentee), the_line(mentee), today() + timedelta(days=5))

    clock(days=4)
    assert waiting_for(mentee) == []
    clock(days=5)
    assert [line.kind for line in waiting_for(mentee)] == ["milestone_overdue"]


def test_what_is_put_off_can_be_taken_up_again(milestone, mentee, sign_in):
    client, line = sign_in(mentee), the_line(mentee)
    put_off(client, line, today() + timedelta(days=9))
    assert [(each.line, each.until_on) for each in lines_for(mentee).put_off] == [(line, today() + timedelta(days=9))]

    page = client.post("/today/again/", {"subject": line.subject}, follow=True).content.decode()

    assert "“Finish “Show a first draft”” waits for you again." in page
    assert waiting_for(mentee) == [line]
    assert list(AuditEntry.objects.order_by("pk").values_list("verb", flat=True))[-2:] == [
        "snooze.made",
        "snooze.ended",
    ]


def test_the_last_choice_counts(milestone, mentee, sign_in):
    client, line = sign_in(mentee), the_line(mentee)

    for days in (9, 3):
        put_off(client, line, today() + timedelta(days=days))
        Snooze.objects.get(user=mentee, subject=line.subject)
        if days == 9:
            client.post("/today/again/", {"subject": line.subject})

    assert Snooze.objects.get().until_on == today() + timedelta(days=3)


# Days by their distance from today: a run may begin before midnight and come here after it.
@pytest.mark.parametrize("until", ["", "soon", "2026-02-30", timedelta(0), LONGEST + timedelta(days=1)])
def test_only_a_day_ahead_will_do(milestone, mentee, sign_in, until):
    until = today() + until if isinstance(until, timedelta) else until
    page = put_off(sign_in(mentee), the_line(mentee), until).content.decode()

    assert "Choose a day from tomorrow on, within three months." in page
    assert not Snooze.objects.exists()


@pytest.mark.parametrize("address", ["/today/later/", "/today/again/"])
def test_nobody_puts_off_the_line_of_somebody_else(milestone, mentee, mentor, sign_in, address):
    line = the_line(mentee)

    page = sign_in(mentor).post(
        address, {"subject": line.subject, "until": str(today() + timedelta(days=2))}, follow=True
    )

    assert "That no longer waits for you." in page.content.decode()
    assert not Snooze.objects.exists()


def test_one_thing_put_off_leaves_others_of_its_kind(assignment, milestone, mentee, sign_in):
    other = MilestoneFactory(assignment=assignment, title="Second", due_on=today() + timedelta(days=3))
    first, second = waiting_for(mentee)

    put_off(sign_in(mentee), first, today() + timedelta(days=1))

    assert waiting_for(mentee) == [second]
    assert str(other.code) in second.subject


def test_putting_off_costs_today_no_query(milestone, mentee, sign_in, count_queries):
    client, line = sign_in(mentee), the_line(mentee)
    before = count_queries(client, "/")

    put_off(client, line, today() + timedelta(days=1))

    assert count_queries(client, "/") == before


def test_without_script_each_line_is_a_plain_link_or_form(assignment, milestone, mentee, mentor, sign_in):
    check_in = CheckInFactory(assignment=assignment, due_on=today())
    CheckInAnswerFactory(check_in=check_in, by=mentor)

    page = sign_in(mentee).get("/").content.decode()

    assert f'href="/check-ins/{check_in.code}/" data-opens="today-answer-' in page
    assert f'action="/milestones/{milestone.code}/done/" data-in-place' in page
    answer = CheckInAnswer.objects.get()
    assert f'action="/check-ins/answers/{answer.code}/acknowledge/" data-in-place' in page


def test_the_form_that_opens_in_place_is_on_the_page_of_the_line(assignment, mentee, sign_in):
    CheckInFactory(assignment=assignment, due_on=today())
    line = next(line for line in waiting_for(mentee) if line.kind == "check_in_due")

    assert line.in_place
    assert "data-answer" in sign_in(mentee).get(line.url).content.decode()


def test_however_much_waits_the_page_takes_as_many_queries(assignment, mentee, mentor, sponsor, sign_in, count_queries):
    def more(work):
        MilestoneFactory(assignment=work, due_on=today())
        check_in = CheckInFactory(assignment=work, due_on=today())
        CheckInAnswerFactory(check_in=check_in, by=mentor)

    def queries():
        return [count_queries(sign_in(person), "/") for person in (mentee, mentor, sponsor)]

    more(assignment)
    first = queries()
    for _ in range(2):
        more(AssignmentFactory(option__mentorship=assignment.option.mentorship, sponsor=sponsor, starts_on=today()))

    assert queries() == first
    assert max(first) <= 8
