"""The sponsor leaves, and the work goes on: in a browser, from the deactivation to the new sponsor's page."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from assignments.models import Assignment
from sponsors.models import Ask, HandOver
from stretchhub.env import today
from stretchhub.people.models import Role
from tests.factories import PASSWORD, AskFactory, UserFactory
from tests.visitor import Visitor

from .conftest import sponsored

pytestmark = [pytest.mark.real, pytest.mark.timeout(300)]


def person(name: str, **more):
    first = name.split()[0].lower()
    return UserFactory(full_name=name, email=f"{first}@example.org", password=PASSWORD, **more)


def test_the_work_goes_on_when_the_sponsor_is_deactivated(live_site, new_page):
    office = person("Adam Novak", roles=[Role.ADMINISTRATOR])
    mentee, mentor, sponsor = person("Mina Okafor"), person("Tom Berg"), person("Ruth Adeyemi")
    backup = person("Vera Lund", job_title="Head of operations")
    running = sponsored(mentor, mentee, sponsor)
    AskFactory(assignment=running)
    ruth = Visitor(new_page(1280), sponsor).sign_in()

    adam = Visitor(new_page(1280), office).sign_in()
    adam.go(f"/people/{sponsor.code}/").press("Deactivate")
    ruth.go("/sponsoring/")
    expect(ruth.page).to_have_url(re.compile("/accounts/login/"))

    tom = Visitor(new_page(390), mentor).sign_in()
    tom.sees("Sponsor needs attention: “Shorten the claims backlog”")
    tom.go(f"/assignments/{running.code}/continuity/").is_told("Ruth Adeyemi has left.")
    expect(tom.page.get_by_label("They have left the organisation")).to_be_checked()
    tom.page.locator("#id_q").press_sequentially("vera")
    tom.page.locator(".person-choice", has_text="Vera Lund").click()
    tom.page.locator("#id_kickoff_on").fill((today() + timedelta(days=3)).isoformat())
    tom.look()
    tom.press("Ask to take over")
    tom.is_told("Vera Lund was asked on")

    vera = Visitor(new_page(390), backup).sign_in()
    vera.sees("Decide whether to take over as sponsor of “Shorten the claims backlog”")
    vera.go(f"/hand-overs/{HandOver.objects.get().request.code}/").sees("Mina Okafor works on")
    vera.look()
    vera.press("Take over")
    vera.is_told("you are the sponsor now")
    vera.go("/sponsoring/").sees("May the pilot run a second week?")

    assert Assignment.objects.get().sponsor == backup
    assert Ask.objects.get().addressee == backup
