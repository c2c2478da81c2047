"""The learning plan: planned together, done with what it changed, private to the two."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from assignments import reminders
from assignments.actions import learning as actions
from assignments.models import GoalCompetency, LearningItem, OptionCompetency
from assignments.refusals import Refused, Stale
from stretchhub.audit.models import AuditEntry
from stretchhub.env import now, today
from stretchhub.notices import kinds
from stretchhub.notices.models import Notice
from tests.factories import (
    CompetencyFactory,
    GoalFactory,
    LearningItemFactory,
    MentorshipFactory,
    OptionFactory,
)

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


def words(**changed):
    typed = {"kind": "reading", "title": "A chapter on objections", "link": "", "goal": None, "competency": None}
    return {**typed, "due_on": None, **changed}


def posted(**changed):
    typed = {"kind": "course", "title": "Facilitation in a day", "link": "", "goal": "", "competency": "", "due_on": ""}
    return typed | changed


def plan_url(mentorship):
    return reverse("assignments:learning", args=[mentorship.code])


def add_url(mentorship):
    return reverse("assignments:learning-add", args=[mentorship.code])


def test_add_learning_writes_the_trail(mentorship, mentor):
    item = actions.add_learning(mentorship, by=mentor, words=words())

    assert (item.title, item.version, item.created_by) == ("A chapter on objections", 1, mentor)
    entry = AuditEntry.objects.get()
    assert entry.verb == "learning.added"
    assert entry.fields == ["competency", "due_on", "goal", "kind", "link", "title"]


@pytest.mark.parametrize("who", ["stranger", "hr", "administrator", "sponsor"])
def test_only_the_two_keep_the_plan(request, mentorship, who, sign_in):
    user = request.getfixturevalue(who)
    item = LearningItemFactory(mentorship=mentorship)

    with pytest.raises(PermissionDenied):
        actions.add_learning(mentorship, by=user, words=words())
    with pytest.raises(PermissionDenied):
        actions.finish_learning(item, by=user, changed="It did.")
    assert sign_in(user).get(plan_url(mentorship)).status_code == 404
    assert sign_in(user).post(reverse("assignments:learning-drop", args=[item.code])).status_code == 404


def test_after_the_mentorship_has_ended_the_plan_is_read_and_not_written(mentor, mentee, sign_in):
    ended = MentorshipFactory(mentor=mentor, mentee=mentee, ended_on="2026-01-31")
    item = LearningItemFactory(mentorship=ended)
    client = sign_in(mentee)

    assert "Add to the plan" not in client.get(plan_url(ended)).content.decode()
    assert client.get(add_url(ended)).status_code == 403
    assert client.post(reverse("assignments:learning-drop", args=[item.code])).status_code == 403


def test_done_keeps_the_sentence_and_the_day_where_the_mentee_is(mentorship, mentee, mentor):
    mentee.time_zone = "Pacific/Kiritimati"
    mentee.save()
    item = LearningItemFactory(mentorship=mentorship)

    actions.finish_learning(item, by=mentor, changed="I ask first.")

    assert (item.done_on, item.changed, item.version) == (today("Pacific/Kiritimati"), "I ask first.", 2)
    assert AuditEntry.objects.get().verb == "learning.done"


def test_what_is_done_or_dropped_is_not_done_again(mentorship, mentee):
    done = LearningItemFactory(mentorship=mentorship, done=True, changed="First words.")
    dropped = LearningItemFactory(mentorship=mentorship, dropped=True)

    with pytest.raises(Refused, match="is done already"):
        actions.finish_learning(done, by=mentee, changed="Second words.")
    with pytest.raises(Refused, match="was dropped"):
        actions.finish_learning(dropped, by=mentee, changed="Words.")
    done.refresh_from_db()
    assert done.changed == "First words."


def test_done_and_dropped_can_be_taken_back(mentorship, mentee):
    item = LearningItemFactory(mentorship=mentorship)

    actions.finish_learning(item, by=mentee, changed="I ask first.")
    actions.reopen_learning(item, by=mentee)
    assert (item.done_on, item.changed) == (None, "I ask first.")
    actions.drop_learning(item, by=mentee)
    with pytest.raises(Refused, match="was dropped"):
        actions.drop_learning(item, by=mentee)
    actions.bring_back_learning(item, by=mentee)

    assert item in LearningItem.objects.open()
    assert list(AuditEntry.objects.order_by("id").values_list("verb", flat=True)) == [
        "learning.done",
        "learning.reopened",
        "learning.dropped",
        "learning.brought_back",
    ]


def test_what_is_open_has_nothing_to_take_back(mentorship, mentee):
    item = LearningItemFactory(mentorship=mentorship, title="A chapter on objections")

    for take_back in (actions.reopen_learning, actions.bring_back_learning):
        with pytest.raises(Refused, match="^“A chapter on objections” is open already.$"):
            take_back(item, by=mentee)

    assert LearningItem.objects.get().version == 1
    assert not AuditEntry.objects.exists()


def test_of_two_edits_of_the_same_version_one_wins(mentorship, mentee, mentor):
    item = LearningItemFactory(mentorship=mentorship)
    other = LearningItem.objects.get(pk=item.pk)

    actions.edit_learning(item, by=mentee, version=1, words=words(title="First"))
    with pytest.raises(Stale):
        actions.edit_learning(other, by=mentor, version=1, words=words(title="Second"))

    assert LearningItem.objects.get().title == "First"


def test_a_stale_save_shows_both_texts_and_the_next_one_wins(mentorship, mentee, mentor, sign_in):
    item = LearningItemFactory(mentorship=mentorship)
    actions.edit_learning(item, by=mentor, version=1, words=words(title="The mentor’s title"))
    url = reverse("assignments:learning-edit", args=[item.code])

    response = sign_in(mentee).post(url, posted(title="The mentee’s title", version="1"))

    page = response.content.decode()
    assert response.status_code == 409
    assert "The mentor’s title" in page
    assert page.count("The mentee’s title") == 2
    assert 'name="version" value="2"' in page
    assert sign_in(mentee).post(url, posted(title="The mentee’s title", version="2")).status_code == 302
    assert LearningItem.objects.get().title == "The mentee’s title"


def test_an_item_is_added_on_the_page_for_a_goal_and_a_competency(mentorship, mentee, sign_in):
    goal, competency = GoalFactory(mentorship=mentorship), CompetencyFactory(name="Hosting retrospectives")
    client = sign_in(mentee)
    wished = f"{add_url(mentorship)}?goal={goal.code}&competency={competency.code}"
    begun = client.get(wished)
    form = begun.context["form"]
    assert 'value="Hosting retrospectives"' in begun.content.decode()
    due = today() + timedelta(days=7)

    typed = posted(
        goal=form["goal"].value(), competency="hosting  retrospectives", due_on=str(due), link="example.org/course"
    )
    response = client.post(add_url(mentorship), typed)

    item = LearningItem.objects.get()
    assert response["Location"] == plan_url(mentorship)
    assert (item.goal, item.competency, item.due_on) == (goal, competency, due)
    assert item.link == "https://example.org/course"
    page = client.get(plan_url(mentorship)).content.decode()
    assert 'href="https://example.org/course" rel="noreferrer noopener"' in page
    assert "example.org</span>" in page


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", ""),
        ("kind", "binge"),
        ("link", "javascript:alert(1)"),
        ("link", "ftp://example.org/x"),
        ("due_on", "2020-01-01"),
        ("due_on", "9999-12-31"),
        ("goal", "00000000-0000-4000-8000-000000000000"),
        ("competency", "A competency nobody has heard of"),
    ],
)
def test_what_cannot_be_saved_comes_back_with_words(mentorship, mentee, sign_in, field, value):
    response = sign_in(mentee).post(add_url(mentorship), posted(**{field: value}))

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert not LearningItem.objects.exists()


def test_a_goal_of_somebody_else_is_refused(mentorship, mentee, sign_in):
    foreign = GoalFactory()

    response = sign_in(mentee).post(add_url(mentorship), posted(goal=str(foreign.code)))
    wished = sign_in(mentee).get(f"{add_url(mentorship)}?goal={foreign.code}&competency=nonsense")

    assert response.status_code == 422
    assert wished.status_code == 200
    assert foreign.title not in wished.content.decode()


def test_the_soonest_comes_first_and_a_late_one_says_so(mentorship, mentee, sign_in):
    LearningItemFactory(mentorship=mentorship, title="No day")
    LearningItemFactory(mentorship=mentorship, title="Later", due_on=today() + timedelta(days=5))
    LearningItemFactory(mentorship=mentorship, title="Late", due_on=today() - timedelta(days=9))

    response = sign_in(mentee).get(plan_url(mentorship))

    assert [line.item.title for line in response.context["plan"].open] == ["Late", "Later", "No day"]
    page = response.content.decode()
    assert "9 days late" in page
    assert "1 is late" in page


def test_marking_as_done_from_the_list_answers_with_the_plan_and_a_way_back(mentorship, mentee, sign_in):
    item = LearningItemFactory(mentorship=mentorship, title="The book")
    url, client = reverse("assignments:learning-done", args=[item.code]), sign_in(mentee)

    empty = client.post(url, {"changed": " "}, headers=HTMX)
    done = client.post(url, {"changed": "I ask\nfirst."}, headers=HTMX)

    assert empty.status_code == 422
    assert "Say in one sentence what it changed" in empty.content.decode()
    page = done.content.decode()
    assert done.status_code == 200
    assert page.lstrip().startswith('<div id="plan"')
    assert "I ask first." in page
    assert f'hx-post="{url}"' in page
    assert 'name="undo" value="1"' in page
    assert client.post(url, {"undo": "1"}, headers=HTMX).status_code == 200
    item.refresh_from_db()
    assert item.done_on is None


def test_without_script_its_own_page_asks_and_keeps_what_was_typed(mentorship, mentee, sign_in):
    item = LearningItemFactory(mentorship=mentorship)
    url, client = reverse("assignments:learning-done", args=[item.code]), sign_in(mentee)

    assert "What did it change?" in client.get(url).content.decode()
    too_long = client.post(url, {"changed": "x" * 501})
    assert too_long.status_code == 422
    assert "x" * 501 in too_long.content.decode()
    assert client.post(url, {"changed": "I ask first."})["Location"] == plan_url(mentorship)
    assert client.get(url).status_code == 409
    for headers in ({}, HTMX):
        for words_typed in ("Again.", f"Again {'x' * 500}"):
            again = client.post(url, {"changed": words_typed}, headers=headers)
            assert (again.status_code, words_typed in again.content.decode()) == (409, True)


def test_marking_as_done_on_today_goes_back_there(mentorship, mentee, sign_in):
    item = LearningItemFactory(mentorship=mentorship)
    url = reverse("assignments:learning-done", args=[item.code])

    assert sign_in(mentee).post(url, {"changed": "I ask first.", "from": "today"})["Location"] == "/"


def test_what_a_done_item_changed_can_be_put_in_better_words(mentorship, mentee, sign_in):
    item = LearningItemFactory(mentorship=mentorship, done=True)
    url = reverse("assignments:learning-edit", args=[item.code])
    client = sign_in(mentee)

    assert client.post(url, posted(version="1", changed="")).status_code == 422
    assert client.post(url, posted(version="1", changed="I ask twice.")).status_code == 302
    item.refresh_from_db()
    assert item.changed == "I ask twice."


def test_the_plan_can_be_read_for_one_goal(mentorship, mentee, sign_in):
    one, other = GoalFactory(mentorship=mentorship), GoalFactory(mentorship=mentorship)
    mine = LearningItemFactory(mentorship=mentorship, goal=one, title="For one")
    LearningItemFactory(mentorship=mentorship, goal=other, title="For the other")
    client = sign_in(mentee)

    page = client.get(f"{plan_url(mentorship)}?goal={one.code}").content.decode()
    url = reverse("assignments:learning-done", args=[mine.code])
    after = client.post(url, {"changed": "It did.", "goal": str(one.code)})

    assert "For one" in page
    assert "For the other" not in page
    assert after["Location"] == f"{plan_url(mentorship)}?goal={one.code}"
    assert client.get(f"{plan_url(mentorship)}?goal=nonsense").status_code == 200


def test_a_gap_that_nothing_works_on_is_offered(mentorship, mentee, sign_in):
    goal = GoalFactory(mentorship=mentorship)
    competencies = {name: CompetencyFactory(name=name) for name in ("Bare", "Planned", "Optioned", "Reached")}
    for name, competency in competencies.items():
        GoalCompetency.objects.create(
            goal=goal, competency=competency, level_now=4 if name == "Reached" else 2, level_wanted=4
        )
    LearningItemFactory(mentorship=mentorship, competency=competencies["Planned"])
    OptionCompetency.objects.create(option=OptionFactory(mentorship=mentorship), competency=competencies["Optioned"])

    response = sign_in(mentee).get(plan_url(mentorship))

    assert [gap.competency.name for gap in response.context["plan"].gaps] == ["Bare"]
    wished = f"{add_url(mentorship)}?goal={goal.code}&amp;competency={competencies['Bare'].code}"
    assert wished in response.content.decode()


def test_the_goal_shows_what_is_planned_for_it(mentorship, mentee, sign_in):
    goal = GoalFactory(mentorship=mentorship)
    GoalCompetency.objects.create(
        goal=goal, competency=CompetencyFactory(name="Facilitation"), level_now=1, level_wanted=3
    )
    LearningItemFactory(mentorship=mentorship, goal=goal, title="The book", due_on=today() + timedelta(days=3))
    LearningItemFactory(mentorship=mentorship, goal=goal, done=True)

    page = sign_in(mentee).get(reverse("assignments:goal", args=[goal.code])).content.decode()

    assert "The book" in page
    assert "1 done" in page
    assert "Add to learning plan" in page
    assert f"{add_url(mentorship)}?goal={goal.code}" in page


def test_the_plan_takes_the_same_queries_for_one_and_three(mentorship, mentee, sign_in, count_queries):
    client, url = sign_in(mentee), plan_url(mentorship)

    def grow():
        goal = GoalFactory(mentorship=mentorship)
        for _each in range(2):
            GoalCompetency.objects.create(goal=goal, competency=CompetencyFactory(), level_now=1, level_wanted=2)
        here = {"mentorship": mentorship, "goal": goal, "competency": CompetencyFactory()}
        LearningItemFactory(**here)
        LearningItemFactory(**here, done=True)
        LearningItemFactory(**here, dropped=True)

    grow()
    one = count_queries(client, url)
    grow()
    grow()

    assert count_queries(client, url) == one


# --- the reminder -------------------------------------------------------------------------------

MONDAY = date(2026, 11, 23)


def at(hour, day=MONDAY):
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def due(mentorship, day=MONDAY, **given):
    return LearningItemFactory(mentorship=mentorship, due_on=day, created_at=at(8, day - timedelta(days=9)), **given)


def reminded():
    return [(notice.recipient, notice.due_at) for notice in Notice.objects.order_by("id")]


def test_the_mentee_alone_is_reminded_at_nine_on_the_day(mentorship, mentee):
    due(mentorship)

    reminders.plan(at(8))
    assert reminded() == []
    reminders.plan(at(9))
    reminders.plan(at(20))

    assert reminded() == [(mentee, at(9))]


def test_on_a_day_off_the_reminder_waits_for_the_next_working_day(mentorship, mentee):
    due(mentorship, MONDAY - timedelta(days=1))

    reminders.plan(at(20, MONDAY - timedelta(days=1)))
    assert reminded() == []
    reminders.plan(at(9))

    assert reminded() == [(mentee, at(9))]


def test_what_is_done_dropped_over_or_written_too_late_reminds_nobody(mentorship):
    due(mentorship, done=True)
    due(mentorship, dropped=True)
    due(MentorshipFactory(ended_on="2026-11-01"))
    LearningItemFactory(mentorship=mentorship, due_on=MONDAY, created_at=at(15))

    reminders.plan(at(20))

    assert reminded() == []


def test_the_reminder_is_asked_again_before_it_is_sent(mentorship, mentee):
    item = due(mentorship, title="The book", goal=GoalFactory(mentorship=mentorship, title="Lead a room"))
    reminders.plan(at(9))
    notice = Notice.objects.get()
    kind = kinds.get(notice.kind)
    letter = kind.render(notice, item)

    assert letter.subject.startswith("Mon 23 Nov")
    assert "Lead a room" in letter.paragraphs[0]
    assert letter.path == reverse("assignments:learning-done", args=[item.code])
    assert kind.still_due(notice, kind.load([item.pk])[item.pk])
    LearningItem.objects.update(due_on=MONDAY + timedelta(days=3))
    assert not kind.still_due(notice, kind.load([item.pk])[item.pk])
    LearningItem.objects.update(due_on=MONDAY, dropped_at=now())
    assert not kind.still_due(notice, kind.load([item.pk])[item.pk])
