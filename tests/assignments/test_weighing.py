"""Saying how an option serves the goals, who might sponsor it, and what hours there are."""

import re
from decimal import Decimal

import pytest

from assignments import ranking_words
from assignments.actions.weighing import set_hours, weigh_option
from assignments.models import OptionGoal, SponsorOutlook, Stage
from assignments.ranking_of import read
from assignments.refusals import Refused, Stale
from assignments.weighing import BLANK, said_of
from stretchhub.audit.models import AuditEntry
from tests.assignments.ranked import TODAY, accept, address, running, text_of, two_goals, whole
from tests.factories import GoalFactory, OptionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def mentorship(mentor, mentee):
    return running(mentor, mentee)


@pytest.fixture
def goals(mentorship):
    return two_goals(mentorship)


# --- weighing an option -------------------------------------------------------------------------

RATED = {"name": "Vera Lund", "owns": "4", "influences": "4", "develops": "3", "engaged": "4"}


def said(option, goals, fits=("3", ""), **outlook):
    sent = {f"goal-{goal.code}": fit for goal, fit in zip(goals, fits, strict=True)}
    return {"mark": said_of(option).mark, "state": "unknown", **sent, **outlook}


def test_weighing_saves_what_is_said_and_tells_what_comes_of_it(mentorship, goals, mentee, sign_in):
    option = OptionFactory(mentorship=mentorship)
    client = sign_in(mentee)

    answer = client.post(address("option-weigh", option), said(option, goals, ("3", ""), state="found", **RATED))

    assert answer["Location"] == address("option-weigh", option)
    assert said_of(option).fits == {goals[0].pk: 3}
    outlook = SponsorOutlook.objects.get(option=option)
    assert (outlook.state, outlook.name, outlook.owns, outlook.engaged) == ("found", "Vera Lund", 4, 4)
    page = text_of(client.get(answer["Location"]))
    assert "Saved. The score is 23.9 now (0 before), and may come to 65.2." in page
    assert AuditEntry.objects.get(verb="option.weighed").fields == ["fits", "sponsor_outlook"]


def test_what_is_taken_back_is_unknown_again(mentorship, goals, mentor, sign_in):
    option = whole(mentorship, goals)

    sign_in(mentor).post(address("option-weigh", option), said(option, goals, ("", "0"), state="none", **RATED))

    assert said_of(option).fits == {goals[1].pk: 0}
    assert said_of(option).outlook == {**BLANK, "state": "none"}


def test_a_sponsor_in_view_needs_a_name_and_all_four(mentorship, goals, mentee, sign_in):
    option = OptionFactory(mentorship=mentorship)
    sent = said(option, goals, state="found", **{**RATED, "name": "", "owns": ""})

    page = sign_in(mentee).post(address("option-weigh", option), sent)

    assert page.status_code == 422
    assert "Say who it is" in text_of(page)
    assert "Choose one of the five" in text_of(page)
    assert re.search(r'value="3"[^>]*checked', page.content.decode())
    assert not SponsorOutlook.objects.exists()
    assert not OptionGoal.objects.exists()


def test_foreign_goals_are_refused(mentorship, goals, mentee, sign_in):
    option, foreign = OptionFactory(mentorship=mentorship), GoalFactory()
    sent = {**said(option, goals), f"goal-{foreign.code}": "3"}

    page = sign_in(mentee).post(address("option-weigh", option), sent)

    assert page.status_code == 422
    assert "One of the goals is not open in this mentorship" in text_of(page)
    assert not OptionGoal.objects.exists()
    with pytest.raises(Refused):
        weigh_option(option, by=mentee, mark=said_of(option).mark, fits={foreign.pk: 3}, outlook=BLANK)


def test_whoever_weighs_second_sees_both(mentorship, goals, mentee, mentor, sign_in):
    option = OptionFactory(mentorship=mentorship)
    sent = said(option, goals, ("1", ""))
    weigh_option(option, by=mentor, mark=said_of(option).mark, fits={goals[0].pk: 3}, outlook=BLANK)

    page = sign_in(mentee).post(address("option-weigh", option), sent)

    assert page.status_code == 409
    assert "changed by somebody else" in text_of(page)
    assert "Lead beyond my team Serves it directly Touches it" in text_of(page)
    assert said_of(option).fits == {goals[0].pk: 3}


def test_an_option_that_runs_can_be_weighed_but_has_no_place(mentorship, goals, mentee, sign_in):
    option = OptionFactory(mentorship=mentorship, stage=Stage.ACTIVE)

    page = sign_in(mentee).post(address("option-weigh", option), said(option, goals), follow=True)

    assert "Saved." in text_of(page)
    assert "so it is not ranked now" in text_of(page)


def test_weighing_takes_the_same_queries_for_one_and_three_of_everything(mentorship, mentee, sign_in, count_queries):
    option = OptionFactory(mentorship=mentorship)
    client, url = sign_in(mentee), address("option-weigh", option)
    counts = []
    for more in (1, 2):
        goals = GoalFactory.create_batch(more, mentorship=mentorship)
        OptionGoal.objects.bulk_create(OptionGoal(option=option, goal=goal, fit=1) for goal in goals)
        for other in OptionFactory.create_batch(more, mentorship=mentorship):
            accept(other)
        client.get(url)
        counts.append(count_queries(client, url))

    assert counts[0] == counts[1] <= 12


def test_only_the_line_of_this_option_is_written_out(mentorship, goals, mentee, sign_in, monkeypatch):
    OptionFactory.create_batch(4, mentorship=mentorship)
    option = whole(mentorship, goals)
    drawn = []
    write = ranking_words._row
    monkeypatch.setattr(ranking_words, "_row", lambda *given: drawn.append(given) or write(*given))

    page = sign_in(mentee).get(address("option-weigh", option))

    assert (len(drawn), page.context["row"].title) == (1, option.title)


# --- working hours ------------------------------------------------------------------------------


def test_hours_are_saved_and_say_how_full_the_week_would_be(mentorship, mentee, sign_in):
    option = OptionFactory(mentorship=mentorship, hours_per_week=4)
    sent = {"contracted_hours": "40", "base_hours": "38", "seen_contracted": "37.5", "seen_base": "36.5"}

    answer = sign_in(mentee).post(address("working-hours", mentorship), sent)

    assert answer["Location"] == address("ranking", mentorship)
    mentorship.refresh_from_db()
    assert read(mentorship, TODAY).loads[str(option.code)].value == 1.05
    assert AuditEntry.objects.get(verb="mentorship.hours_set").fields == ["base_hours", "contracted_hours"]


def test_hours_may_stay_unknown(mentorship, mentor, sign_in):
    sent = {"contracted_hours": "", "base_hours": "", "seen_contracted": "37.5", "seen_base": "36.5"}

    sign_in(mentor).post(address("working-hours", mentorship), sent)

    mentorship.refresh_from_db()
    assert (mentorship.contracted_hours, mentorship.base_hours) == (None, None)


@pytest.mark.parametrize("hours", ["0", "99", "many", "38.55"])
def test_hours_that_cannot_be_are_answered_with_what_was_typed(mentorship, mentee, sign_in, hours):
    sent = {"contracted_hours": hours, "base_hours": "38", "seen_contracted": "37.5", "seen_base": "36.5"}

    page = sign_in(mentee).post(address("working-hours", mentorship), sent)

    assert page.status_code == 422
    assert f'value="{hours}"' in page.content.decode()
    mentorship.refresh_from_db()
    assert mentorship.contracted_hours == Decimal("37.5")


@pytest.mark.parametrize("seen", ["40", "nan", "x", "1e999999", ""])
def test_whoever_says_the_hours_second_sees_both(mentorship, mentee, sign_in, seen):
    sent = {"contracted_hours": "39", "base_hours": "38", "seen_contracted": seen, "seen_base": "36.5"}

    page = sign_in(mentee).post(address("working-hours", mentorship), sent)

    assert page.status_code == 409
    assert "Hours a week in the contract 37.5 39" in text_of(page)
    mentorship.refresh_from_db()
    assert mentorship.contracted_hours == Decimal("37.5")


def test_hours_do_not_overwrite_each_other(mentorship, mentee, mentor):
    seen = (mentorship.contracted_hours, mentorship.base_hours)
    set_hours(mentorship, by=mentor, seen=seen, contracted=Decimal(40), base=Decimal(38))

    with pytest.raises(Stale):
        set_hours(mentorship, by=mentee, seen=seen, contracted=Decimal(30), base=None)
