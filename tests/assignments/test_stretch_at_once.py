"""Stretch on a real server: two at once, and the form without script."""

import pytest
from django.urls import reverse

from assignments.actions.stretch import Demand, save_profile, take_in_review
from assignments.models import DemonstratedLevel, EvidenceComponent, Option, StretchProfile
from assignments.refusals import Stale
from stretchhub.audit.models import AuditEntry
from stretchhub.env import today
from tests.factories import PASSWORD, AssignmentFactory, EvidenceFactory, OptionFactory, UserFactory
from tests.reviews.test_races import at_once
from tests.visitor import Visitor

pytestmark = [pytest.mark.real, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("version", [0, 1])
def test_of_ten_saves_of_one_profile_exactly_one_wins(version):
    option = OptionFactory()
    pair = [option.mentorship.mentee, option.mentorship.mentor] * 5
    if version:
        save_profile(option, by=pair[0], version=0, support={}, demands=[Demand(10, 3)])
    before = AuditEntry.objects.count()

    def save(number):
        found = Option.objects.select_related("mentorship__mentee", "mentorship__mentor").get(pk=option.pk)
        try:
            demands = [Demand(number + 1, 2)]
            save_profile(found, by=pair[number], version=version, support={"feedback": 3}, demands=demands)
        except Stale:
            return 0
        return 1

    assert sum(at_once(10, save)) == 1
    assert StretchProfile.objects.get().demands.count() == 1
    assert AuditEntry.objects.count() == before + 1


def test_an_assignment_taken_in_twice_at_once_verifies_a_component_once():
    assignment = AssignmentFactory()
    mentee, mentor = assignment.mentee, assignment.mentor
    save_profile(assignment.option, by=mentee, version=0, support={}, demands=[Demand(6, 3)])
    DemonstratedLevel.objects.create(
        person=mentee, component=6, level=1, provenance="self_declared", dated_on=today(), recorded_by=mentee
    )
    EvidenceComponent.objects.create(evidence=EvidenceFactory(assignment=assignment), component=6)

    at_once(4, lambda number: take_in_review(assignment, by=mentor, observer_median=4.0))

    assert [row.level for row in DemonstratedLevel.objects.filter(provenance="verified")] == [2]


def test_a_high_level_asks_for_its_lines_without_script(new_page):
    mentee = UserFactory(password=PASSWORD)
    option = OptionFactory(mentorship__mentee=mentee)
    visitor = Visitor(new_page(390, javascript=False), mentee, looks=False).sign_in()
    page = visitor.go(reverse("assignments:stretch", args=[option.code])).page
    why, who = page.locator("#id_reason_8"), page.locator("#id_person_8")
    assert not why.is_visible() and not who.is_visible()

    page.locator("#id_demand_8_4").check()
    assert why.is_visible() and who.is_visible()
    page.locator("#id_demand_8_3").check()
    assert not why.is_visible()
    page.locator("#id_demand_8_5").check()
    why.fill("Nobody there reports to me.")
    who.fill("Ruth")
    page.locator("#id_demand_8_1").check()
    assert why.is_visible() and who.is_visible()  # what was written there is not put out of sight
    page.locator("#id_demand_8_5").check()
    visitor.press("Save stretch")

    demand = StretchProfile.objects.get().demands.get()
    assert (demand.level, demand.reason, demand.support_person) == (5, "Nobody there reports to me.", "Ruth")


def test_figures_choose_a_level_by_keyboard(new_page):
    mentee = UserFactory(password=PASSWORD)
    option = OptionFactory(mentorship__mentee=mentee)
    visitor = Visitor(new_page(), mentee, looks=False).sign_in()
    page = visitor.go(reverse("assignments:stretch", args=[option.code])).page

    page.locator("#id_demand_1_0").focus()
    page.keyboard.press("4")

    assert page.locator("#id_demand_1_4").is_checked()
    page.keyboard.press("Tab")
    page.keyboard.type("All of it is new.")
    assert page.locator("#id_reason_1").input_value() == "All of it is new."
