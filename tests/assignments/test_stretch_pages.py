"""How far an option reaches: said by the two, shown with its arithmetic, and read by nobody else."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse

from assignments.actions.stretch import Demand, save_profile
from assignments.models import DemonstratedLevel, Mentorship, OptionCompetency, StretchDemand, StretchProfile
from assignments.refusals import Refused, Stale
from stretchhub.audit.models import AuditEntry
from stretchhub.env import today
from tests.factories import AssignmentFactory, CompetencyFactory, OptionFactory
from tests.rival import looked_before

pytestmark = pytest.mark.django_db

DEMANDED = [4, 3, 2, 1, 3, 3, 2, 5, 2, 2]
SHOWN = [2, 2, 2, 2, 2, 2, 1, 2, 2, 2]
SUPPORT = {"feedback": 4, "access": 4, "peers": 3, "resources": 3, "safety": 3}


@pytest.fixture
def option(mentorship):
    return OptionFactory(mentorship=mentorship)


def demands(levels=DEMANDED, **persons):
    return [
        Demand(i, level, "It is all new." if level > 3 else "", persons.get(f"person_{i}", ""))
        for i, level in enumerate(levels, start=1)
    ]


def show(person, levels=SHOWN, **more):
    more = {"provenance": "mentor_rated", "dated_on": today(), **more}
    DemonstratedLevel.objects.bulk_create(
        DemonstratedLevel(
            person=person, component=i, level=level, recorded_by=person, reason="Seen." if level > 3 else "", **more
        )
        for i, level in enumerate(levels, start=1)
        if level
    )


def save(option, by, version=0, levels=DEMANDED, support=SUPPORT, **more):
    return save_profile(option, by=by, version=version, support=support, demands=demands(levels), **more)


def typed(version=0, levels=DEMANDED, **changed):
    data = {f"demand_{i}": str(level) for i, level in enumerate(levels, start=1)}
    data |= {f"reason_{i}": "It is all new." for i, level in enumerate(levels, start=1) if level > 3}
    return data | {name: str(level) for name, level in SUPPORT.items()} | {"version": str(version)} | changed


def stretch_url(option):
    return reverse("assignments:stretch", args=[option.code])


def page_of(client, option):
    return client.get(reverse("assignments:option", args=[option.code])).content.decode()


def test_the_option_shows_the_zone_with_its_arithmetic(option, mentee, sign_in):
    show(mentee)
    save(option, mentee)

    page = page_of(sign_in(mentee), option)

    assert (
        "Load 10 = 2+1+1+1+1+4; support 3.4 → ceiling 8.8; Overstretch. One lever: “Influence without authority” 5 → 4."
        in page
    )
    assert "“Influence without authority” is a leap: name who supports Mina with it." in page
    assert "2 → 5 · 4 points, a leap" in page
    assert "These are design defaults, not findings." in page


def test_the_levers_are_the_single_steps_that_move_the_zone(option, mentor, mentee, sign_in):
    show(mentee)
    save(option, mentor)

    page = page_of(sign_in(mentor), option)

    assert "Less of “Influence without authority”: 5 → 4" in page
    assert "then Stretch, upper edge: 8 of 8.8" in page


def test_a_named_person_settles_a_leap(option, mentee, sign_in):
    show(mentee)
    save_profile(option, by=mentee, version=0, support=SUPPORT, demands=demands(person_8="Ruth, weekly"))

    page = page_of(sign_in(mentee), option)

    assert "is a leap: name who supports" not in page
    assert "Ruth, weekly" in page


def test_little_feedback_asks_for_more_before_starting(option, mentee, sign_in):
    show(mentee)
    save(option, mentee, levels=[4, 3, 2, 1, 3, 3, 2, 4, 2, 2], support=dict.fromkeys(SUPPORT, 2) | {"feedback": 1})

    assert "Add feedback before starting: it is rare for a load of 8." in page_of(sign_in(mentee), option)


def test_what_nobody_knows_makes_it_provisional(option, mentee, sign_in):
    show(mentee, [0, *SHOWN[1:]])
    save(option, mentee, levels=[4, 3, 2, 1, 3, 3, 2, 4, 2, 2])

    page = page_of(sign_in(mentee), option)

    assert "Provisional: load 6–10; support 3.4 → ceiling 8.8; Stretch or Overstretch." in page
    assert "not said → 4 · 0–4 points" in page
    assert "c-open" in page


def test_too_much_unknown_is_not_assessed_and_leads_to_saying_it(option, mentee, mentorship, sign_in):
    save(option, mentee)

    page = page_of(sign_in(mentee), option)

    assert "Not assessed" in page
    assert "and at most 3 may stay open" in page
    assert reverse("assignments:demonstrated", args=[mentorship.code]) in page


def test_what_is_missing_is_said(option, mentee, sign_in):
    save_profile(option, by=mentee, version=0, support={}, demands=[Demand(1, 2)])

    assert "Not said yet: 9 of 10 demands and 5 of 5 kinds of support." in page_of(sign_in(mentee), option)


def test_an_option_nobody_has_thought_about_offers_the_first_step(option, mentee, sign_in):
    page = page_of(sign_in(mentee), option)

    assert "Not assessed yet" in page
    assert stretch_url(option) in page


@pytest.mark.parametrize("state", ["reviewing", "closed"])
def test_from_the_review_on_nothing_of_it_changes(mentorship, mentee, mentor, sign_in, state):
    option = AssignmentFactory(option__mentorship=mentorship, **{state: True}).option
    StretchProfile.objects.create(option=option, saved_by=mentor, feedback=2, confidence=4)
    client = sign_in(mentee)

    pages = client.get(stretch_url(option)), client.post(stretch_url(option), typed(1, confidence="1"))

    assert [page.status_code for page in pages] == [409, 409]
    assert "What it demanded stays as it was said before" in pages[1].content.decode()
    saved = StretchProfile.objects.get()
    assert (saved.version, saved.feedback, saved.confidence, saved.demands.count()) == (1, 2, 4, 0)
    page = page_of(client, option)
    assert "Not said yet: 10 of 10 demands" in page
    assert stretch_url(option) not in page
    with pytest.raises(Refused):
        save(option, mentor, 1)


@pytest.mark.parametrize("state", [{}, {"paused": True}, {"chartering": True}])
def test_until_the_review_it_is_changed(mentorship, mentee, sign_in, state):
    option = AssignmentFactory(option__mentorship=mentorship, **state).option
    save(option, mentee)

    page = page_of(sign_in(mentee), option)

    assert stretch_url(option) in page


@pytest.mark.parametrize("who", ["mentee", "mentor"])
def test_both_may_save_it(request, option, sign_in, who):
    user = request.getfixturevalue(who)

    response = sign_in(user).post(stretch_url(option), typed(person_8="Ruth", confidence="2"))

    saved = StretchProfile.objects.get()
    assert response.url == reverse("assignments:option", args=[option.code]) + "#stretch"
    assert [demand.level for demand in saved.demands.all()] == DEMANDED
    assert (saved.feedback, saved.safety, saved.saved_by, saved.version) == (4, 3, user, 1)
    # Nobody has said what was shown: the highest demand would be a leap.
    assert saved.demands.get(component=8).support_person == "Ruth"
    assert saved.confidence == (2 if who == "mentee" else None)


def test_the_mentor_reads_how_sure_the_mentee_feels_and_cannot_change_it(option, mentor, mentee, sign_in):
    show(mentee)
    save(option, mentee, confidence=2)
    client = sign_in(mentor)

    page = client.get(stretch_url(option)).content.decode()
    client.post(stretch_url(option), typed(version=1, confidence="5", safety="4"))

    assert "Mina feels 2 of 5 sure about it." in page
    assert 'name="confidence"' not in page
    saved = StretchProfile.objects.get()
    assert (saved.confidence, saved.safety, saved.version) == (2, 4, 2)
    assert "Mina does not feel sure (2 of 5)." in page_of(client, option)


def test_the_trail_names_fields_and_never_how_sure_somebody_is(option, mentee):
    saved = save(option, mentee, confidence=1)

    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.object_id) == ("stretch.saved", saved.pk)
    assert set(entry.fields) == {*SUPPORT, "confidence", "demands"}


def test_it_may_be_saved_half_filled_and_nothing_is_made_up(option, mentee, sign_in):
    sign_in(mentee).post(stretch_url(option), {"demand_2": "3", "feedback": "2", "version": "0"})

    saved = StretchProfile.objects.get()
    assert list(saved.demands.values_list("component", "level")) == [(2, 3)]
    assert (saved.feedback, saved.access, saved.confidence) == (2, None, None)


def test_a_high_demand_asks_why_and_keeps_what_was_typed(option, mentee, sign_in):
    response = sign_in(mentee).post(stretch_url(option), typed(reason_8=""))

    page = response.content.decode()
    assert response.status_code == 422
    assert "Say in a line why it is so high." in page
    assert 'href="#id_reason_8"' in page
    assert 'value="It is all new."' in page
    assert not StretchProfile.objects.exists()


@pytest.mark.parametrize("level", ["0", "6", "x", "²"])
def test_a_level_off_the_scale_is_refused(option, mentee, sign_in, level):
    response = sign_in(mentee).post(stretch_url(option), typed(demand_2=level))

    assert response.status_code == 422
    assert "Choose a level from 1 to 5." in response.content.decode()


def test_lines_are_kept_at_a_level_that_does_not_ask_for_them(option, mentee, sign_in):
    sign_in(mentee).post(stretch_url(option), typed(reason_2="Not so much after all.", person_2="Ruth"))

    demand = StretchDemand.objects.get(component=2)
    assert (demand.level, demand.reason, demand.support_person) == (3, "Not so much after all.", "Ruth")


def test_whoever_supports_stays_when_it_is_no_leap_any_more(option, mentee, sign_in):
    client = sign_in(mentee)
    client.post(stretch_url(option), typed(person_8="Ruth"))
    show(mentee, [5] * 10)

    page = client.get(stretch_url(option)).content.decode()
    client.post(stretch_url(option), typed(version=1, person_8="Ruth", feedback="5"))

    assert 'value="Ruth"' in page
    assert StretchProfile.objects.get().feedback == 5
    assert StretchDemand.objects.get(component=8).support_person == "Ruth"


@pytest.mark.parametrize("line", ["reason_2", "person_2"])
def test_lines_without_a_level_ask_for_one_and_stay(option, mentee, sign_in, line):
    response = sign_in(mentee).post(stretch_url(option), typed(demand_2="", **{line: "Ruth knows why"}))

    page = response.content.decode()
    assert response.status_code == 422
    assert "Choose a level for what you wrote, or clear the line." in page
    assert 'value="Ruth knows why"' in page


def test_who_is_slower_to_begin_a_profile_is_told_and_the_other_stays(option, mentee, mentor):
    save(option, mentee)

    with (
        looked_before(StretchProfile.objects, "filter", StretchProfile.objects.none()),
        pytest.raises(Stale, match="The other of you has begun the stretch profile meanwhile"),
    ):
        save(option, mentor, levels=[5] * 10)

    profile = StretchProfile.objects.get()
    assert (profile.version, profile.saved_by) == (1, mentee)
    assert list(profile.demands.order_by("component").values_list("level", flat=True)) == DEMANDED
    assert list(AuditEntry.objects.values_list("verb", "actor")) == [("stretch.saved", mentee.pk)]


def test_a_stale_save_answers_409_with_both_texts(option, mentee, mentor, sign_in):
    save(option, mentor)
    save(option, mentor, version=1, levels=[1, *DEMANDED[1:]])

    response = sign_in(mentee).post(stretch_url(option), typed(version=1, reason_1="The mentee’s why."))

    page = response.content.decode()
    assert response.status_code == 409
    assert "Both texts are here" in page
    assert "The mentee’s why." in page
    assert 'name="version" value="2"' in page
    assert StretchDemand.objects.get(component=1).level == 1


def test_two_first_saves_do_not_overwrite_each_other(option, mentee, mentor):
    save(option, mentor)

    with pytest.raises(Stale):
        save(option, mentee, levels=[1] * 10)


def test_saving_the_same_again_changes_nothing(option, mentee):
    save(option, mentee)

    save(option, mentee, version=1)

    assert StretchProfile.objects.get().version == 1
    assert AuditEntry.objects.count() == 1


@pytest.mark.parametrize("who", ["stranger", "hr", "administrator", "sponsor"])
def test_nobody_else_reads_or_saves_it(request, option, sign_in, who):
    user = request.getfixturevalue(who)

    with pytest.raises(PermissionDenied):
        save(option, user)
    assert sign_in(user).get(stretch_url(option)).status_code == 404
    assert sign_in(user).post(stretch_url(option), typed()).status_code == 404
    assert not StretchProfile.objects.exists()


def test_the_manager_of_the_mentee_does_not_see_it(option, mentee, stranger, sign_in):
    mentee.manager = stranger
    mentee.save()

    assert sign_in(stranger).get(stretch_url(option)).status_code == 404


def test_after_the_mentorship_the_mentor_no_longer_sees_what_is_shown(option, mentee, mentor, sign_in):
    show(mentee)
    save(option, mentee)
    Mentorship.objects.update(ended_on=today())

    assert "How far it reaches" not in page_of(sign_in(mentor), option)
    assert "How far it reaches" in page_of(sign_in(mentee), option)
    assert sign_in(mentor).get(stretch_url(option)).status_code == 403


def test_the_week_is_reckoned_where_the_hours_are_known(mentee, mentorship, sign_in):
    Mentorship.objects.update(base_hours=38, contracted_hours=40)
    option = OptionFactory(mentorship=mentorship, hours_per_week=10)

    page = page_of(sign_in(mentee), option)

    assert "Too full: 38 + 10 − 0 = 48 hours a week, 120 % of the 40 agreed." in page
    assert "It takes more than 20 % of the week" in page


def test_unknown_hours_are_named_and_not_made_up(option, mentee, sign_in):
    page = page_of(sign_in(mentee), option)

    assert "Not reckoned: nobody has said the hours the present work takes" in page


def fill(option, rows):
    for _each in range(rows):
        OptionCompetency.objects.create(option=option, competency=CompetencyFactory())


def test_the_option_page_asks_as_often_with_everything_said(mentorship, mentee, sign_in, count_queries):
    bare, full = OptionFactory(mentorship=mentorship), OptionFactory(mentorship=mentorship)
    show(mentee)
    show(mentee, provenance="self_declared")
    for option, rows, levels in ((bare, 1, [2]), (full, 3, DEMANDED)):
        fill(option, rows)
        save(option, mentee, levels=levels)
    client = sign_in(mentee)
    page_of(client, bare)

    few, many = (count_queries(client, reverse("assignments:option", args=[each.code])) for each in (bare, full))

    assert few == many
    assert many <= 12


def test_the_stretch_page_asks_as_often_with_everything_said(mentorship, mentee, sign_in, count_queries):
    bare, full = OptionFactory(mentorship=mentorship), OptionFactory(mentorship=mentorship)
    save(bare, mentee, levels=[2])
    save(full, mentee)
    show(mentee)
    client = sign_in(mentee)
    client.get(stretch_url(bare))

    assert count_queries(client, stretch_url(bare)) == count_queries(client, stretch_url(full)) <= 12


def test_the_database_refuses_a_high_demand_without_a_reason(option, mentee):
    saved = save(option, mentee, levels=[])

    with pytest.raises(IntegrityError), transaction.atomic():
        StretchDemand.objects.create(profile=saved, component=1, level=4)
