"""Building the figures: a running quarter each night, one that is over once; and that nothing can be subtracted."""

import json
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from assignments.models import Assignment
from reviews.actions.equity import releases_in
from stretchhub.audit.models import AuditEntry
from stretchhub.env import today
from stretchhub.insights.actions import figures as actions
from stretchhub.insights.models import QuarterFigures, Standing
from stretchhub.insights.tasks import build_figures
from stretchhub.insights.windows import quarter_before, quarter_of
from tests.factories import AskFactory, AssignmentFactory, BriefClaimFactory, MilestoneFactory, SetbackFactory
from tests.insights.finished import finish, noon, window

pytestmark = pytest.mark.django_db


def late_work(count: int, setbacks: int = 0) -> list[Assignment]:
    """So many people with a milestone that was three days late in the quarter before; some wrote down a setback."""
    works = [AssignmentFactory() for _each in range(count)]
    due_on = window().until - timedelta(days=20)
    for number, work in enumerate(works):
        done_at = noon(due_on + timedelta(days=3))
        MilestoneFactory(assignment=work, due_on=due_on, done_at=done_at, done_by=work.mentee)
        if number < setbacks:
            SetbackFactory(assignment=work, happened_on=due_on)
    return works


def test_a_night_builds_the_standing_the_running_quarter_and_settles_the_one_before():
    late_work(2)

    assert build_figures() is True

    running, settled = QuarterFigures.objects.order_by("-quarter")
    assert (running.quarter, running.settled) == (quarter_of(today()).name, False)
    assert (settled.quarter, settled.settled) == (quarter_before(today()).name, True)
    assert settled.content["late"]["milestones"]["parts"] == [2, 2, 0]
    assert settled.content["late"]["milestones"]["days"] == 3
    assert settled.content["reasons"] == {"late": 2, "codes": {}, "nothing": 2}
    assert Standing.objects.get().as_of is not None
    assert AuditEntry.objects.get(verb="quarter_figures.settled").object_id == settled.pk


def test_a_running_quarter_holds_nothing_of_what_hr_does_not_read_one_by_one(clock):
    actions.build()

    running = QuarterFigures.objects.get(settled=False)

    assert set(running.content) == {"late", "reasons"}
    assert set(running.content["late"]) == {"milestones", "check_ins", "reviews"}
    clock(minutes=2)
    before = running.as_of
    actions.build()
    running.refresh_from_db()
    assert running.as_of > before
    assert QuarterFigures.objects.count() == 2


def test_a_quarter_that_is_over_stays_as_it_is(clock):
    actions.build()
    kept = QuarterFigures.objects.get(settled=True).content
    late_work(1)
    clock(minutes=2)

    actions.build()

    assert QuarterFigures.objects.get(settled=True).content == kept
    assert actions.settle(window()) is None


def test_what_was_counted_while_it_ran_gives_way_when_it_is_over():
    actions.build_running(window(), today())

    settled = actions.settle(window())

    assert [each.settled for each in QuarterFigures.objects.all()] == [True]
    assert set(settled.content) == {"late", "reasons", "guarded", "finished", "supports"}


def test_a_setback_is_never_told_of_one_person_nor_found_by_taking_numbers_apart():
    """Eleven people were late, one of them wrote down a setback: no number in the figures is different for it."""
    late_work(11)
    without = actions.settled_content(window())
    SetbackFactory(assignment=Assignment.objects.first(), happened_on=window().until - timedelta(days=20))

    told = actions.settled_content(window())

    assert told["late"] == without["late"]
    assert told["reasons"] == without["reasons"] == {"late": 11, "codes": {}, "nothing": 11}
    assert told["guarded"]["setback"]["value"] is None
    assert told["guarded"]["setback"]["days"] is None
    assert (told["guarded"]["setback"]["low"], told["guarded"]["setback"]["high"]) == (0, 2)
    assert told["supports"] == without["supports"]


def test_from_three_of_ten_people_on_a_private_kind_is_counted():
    late_work(11, setbacks=4)

    told = actions.settled_content(window())["guarded"]

    assert (told["setback"]["value"], told["setback"]["parts"]) == (4, (11,))
    assert told["asks"]["reason"]["code"] == "too_few_people"


def test_asks_of_ten_people_are_counted_with_their_days():
    due_on = window().until - timedelta(days=20)
    for number, work in enumerate(late_work(11)):
        answered = noon(due_on + timedelta(days=6 if number < 4 else -1))
        AskFactory(assignment=work, needed_by=due_on, state="accepted", answered_by=work.sponsor, answered_at=answered)

    told = actions.settled_content(window())["guarded"]["asks"]

    assert (told["value"], told["days"]) == (4, 6)


def test_supports_are_kept_as_releases_and_the_next_quarter_cannot_be_subtracted_from_the_last():
    works = [finish(reached=number < 12) for number in range(24)]
    for work in works[::2]:
        BriefClaimFactory(version=work.option.brief.versions.get(), counted=True)
    earlier = QuarterFigures(content=json.loads(json.dumps(actions.settled_content(window()))))
    before = releases_in(earlier.content, "supports")["pilot"]
    assert [(row.group, row.value, row.eligible) for row in before.value] == [("with", 6, 12), ("without", 6, 12)]
    assert earlier.content["finished"] == 24

    # One more is finished: whether it reached its target must not follow from the difference.
    finish()
    after = releases_in(actions.settled_content(window(), [earlier]), "supports")["pilot"]

    assert [(row.group, row.value, row.eligible, row.as_before) for row in after.value] == [
        ("with", 6, 12, True),
        ("without", 6, 12, True),
    ]


def test_only_hr_asks_for_the_figures(hr, mentor, administrator):
    for person in (mentor, administrator):
        with pytest.raises(PermissionDenied):
            actions.ask_for_figures(by=person)
    actions.ask_for_figures(by=hr)


def test_asking_wakes_the_builder_after_the_commit(hr, monkeypatch):
    woken = []
    monkeypatch.setattr(actions, "wake", woken.append)

    actions.ask_for_figures(by=hr)

    assert woken == [build_figures.name]


def test_of_two_who_settle_at_once_the_second_finds_it_done(monkeypatch):
    def meanwhile(window, earlier):
        QuarterFigures.objects.create(quarter=window.name, since=window.since, until=window.until, settled=True)
        return {}

    monkeypatch.setattr(actions, "settled_content", meanwhile)

    assert actions.settle(window()) is None
    assert QuarterFigures.objects.get().content == {}
    assert not AuditEntry.objects.exists()
