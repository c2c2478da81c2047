from datetime import timedelta

import pytest

from assignments.overview import cards_for
from stretchhub.env import now, today
from stretchhub.templatetags.words import when
from tests.factories import (
    AssignmentFactory,
    CharterFactory,
    CheckInAnswerFactory,
    CheckInFactory,
    EvidenceFactory,
    MentorshipFactory,
    MilestoneFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def mentorship(mentee, mentor):
    return MentorshipFactory(mentee=mentee, mentor=mentor)


def test_each_sees_the_other_on_the_card(mentorship):
    AssignmentFactory(option__mentorship=mentorship)

    [mine], [mentored] = cards_for(mentorship.mentee), cards_for(mentorship.mentor)

    assert (mine.person.pk, mine.person_part) == (mentorship.mentor.pk, "Mentor")
    assert (mentored.person.pk, mentored.person_part) == (mentorship.mentee.pk, "Mentee")
    assert (mine.person.name, mine.person.initials) == (mentorship.mentor.name, mentorship.mentor.initials)
    assert mine.log_url == f"{mine.url}evidence/log/"
    assert mentored.log_url == ""


def test_what_is_over_has_no_card(mentorship):
    AssignmentFactory(closed=True, option__mentorship=mentorship)

    assert cards_for(mentorship.mentee) == []


def test_a_sponsor_reads_the_dashboard_instead(mentorship, sponsor):
    AssignmentFactory(option__mentorship=mentorship, sponsor=sponsor)

    assert cards_for(sponsor) == []


def test_what_needs_somebody_most_comes_first(mentorship):
    calm = AssignmentFactory(option__mentorship=mentorship, starts_on=today())
    late = AssignmentFactory(option__mentorship=mentorship, starts_on=today())
    MilestoneFactory(assignment=calm, due_on=today() + timedelta(days=5))
    MilestoneFactory(assignment=late, due_on=today() - timedelta(days=20))
    AssignmentFactory(chartering=True, option__mentorship=mentorship)

    marks = [card.standing.mark for card in cards_for(mentorship.mentor)]

    assert marks == ["attention", "waiting", "on_track"]


def test_the_next_milestone_is_the_first_that_is_open(mentorship):
    assignment = AssignmentFactory(option__mentorship=mentorship)
    MilestoneFactory(
        assignment=assignment, due_on=today() - timedelta(days=9), done_at=now(), done_by=mentorship.mentee
    )
    following = MilestoneFactory(assignment=assignment, due_on=today() + timedelta(days=3))
    MilestoneFactory(assignment=assignment, due_on=today() + timedelta(days=30))

    [card] = cards_for(mentorship.mentee)

    assert (card.next_milestone.title, card.next_milestone.due_on) == (following.title, following.due_on)


def test_the_strip_marks_the_days_around_today(mentorship):
    assignment = AssignmentFactory(option__mentorship=mentorship)
    MilestoneFactory(assignment=assignment, due_on=today() - timedelta(days=2), title="Pilot")
    MilestoneFactory(assignment=assignment, due_on=today() + timedelta(days=4), title="Report")
    MilestoneFactory(
        assignment=assignment,
        due_on=today() - timedelta(days=8),
        title="Map",
        done_at=now(),
        done_by=mentorship.mentee,
    )
    EvidenceFactory(assignment=assignment, happened_on=today() - timedelta(days=4))
    kept = CheckInFactory(assignment=assignment, due_on=today() - timedelta(days=5))
    CheckInAnswerFactory(check_in=kept, by=mentorship.mentee)
    CheckInAnswerFactory(check_in=kept, by=mentorship.mentor)
    CheckInFactory(assignment=assignment, due_on=today() - timedelta(days=1))
    CheckInFactory(assignment=assignment, due_on=today() + timedelta(days=2))

    [card] = cards_for(mentorship.mentee)

    tones = {number - 9: day.tone for number, day in enumerate(card.days) if day.tone}
    assert len(card.days) == 14
    assert tones == {-8: "growth", -5: "growth", -4: "info", -2: "alarm", -1: "caution", 2: "accent", 4: "accent"}
    assert [day.today for day in card.days].index(True) == 9
    assert card.days[7].words.endswith("milestone due: Pilot")
    assert card.days[9].words.startswith("today, ")
    assert sum(day.off for day in card.days) == 4


def test_the_cards_take_as_many_queries_for_three_as_for_one(mentorship, django_assert_num_queries):
    for number in (1, 2):
        for _ in range(number):
            assignment = AssignmentFactory(option__mentorship=mentorship)
            CharterFactory(assignment=assignment)
            MilestoneFactory(assignment=assignment)
            EvidenceFactory(assignment=assignment)
        with django_assert_num_queries(2):
            cards_for(mentorship.mentor)


def test_a_card_says_what_the_work_is_how_it_stands_and_what_falls_on_which_day(mentorship, sign_in):
    assignment = AssignmentFactory(option__mentorship=mentorship, title="Queues <& more>")
    due = MilestoneFactory(assignment=assignment, due_on=today() + timedelta(days=3), title="Report <1>")
    [card] = cards_for(mentorship.mentee)

    page = " ".join(sign_in(mentorship.mentee).get("/assignments/").text.split())

    address = f"/assignments/{assignment.code}/"
    assert f'<h3 class="card-title"><a href="{address}">Queues &lt;&amp; more&gt;</a></h3>' in page
    assert f'{mentorship.mentor.name} <span class="muted">· Mentor</span>' in page
    assert f'Report &lt;1&gt; <span class="work-when muted">{when(due.due_on)} · in 3 days</span>' in page
    assert page.count(' today" title="today, ') + page.count(' today mark-accent" title="today, ') == 1
    words = f"{card.days[12].words.partition(':')[0]}: milestone due: Report &lt;1&gt;"
    assert f'mark-accent" title="{words}">' in page
    assert f'<span class="visually-hidden">{words}</span>' in page
    assert page.count('<svg width="12" height="12"') == len(card.days) - 1
