"""The chosen values behind every number: read by everybody, set by administrators, each time a version."""

import re
from dataclasses import fields

import pytest
from django.urls import reverse

from assignments.actions import method as actions
from assignments.actions.method import set_method
from assignments.assessing import method_now
from assignments.method import ASCENDING, DEFAULT, Method
from assignments.method_words import GROUPS, VALUES
from assignments.models import MethodSettings
from assignments.refusals import Refused, Stale
from stretchhub.audit.models import AuditEntry
from stretchhub.people.models import Role
from tests.factories import UserFactory
from tests.rival import looked_before

pytestmark = pytest.mark.django_db


def url():
    return reverse("assignments:method")


def text_of(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def typed(version=1, reason="Talked over with the mentors.", **changed):
    return {**DEFAULT.values(), "version": str(version), "reason": reason, **changed}


def test_every_value_of_the_method_has_a_label_and_a_group():
    named = [value.name for group in GROUPS for value in group.values]

    assert sorted(named) == sorted(each.name for each in fields(Method) if each.name != "version")
    assert len({str(value.label) for value in VALUES.values()}) == len(named)


def test_everybody_reads_the_values_and_only_administrators_see_the_form(mentee, administrator, sign_in):
    mine, theirs = (sign_in(person).get(url()) for person in (mentee, administrator))

    assert "These values are chosen by design; they are not findings." in text_of(mine)
    assert "A close call below so many points 5 5 0 to 100" in text_of(mine)
    assert (b'name="close_call"' in mine.content, b'name="close_call"' in theirs.content) == (False, True)


def test_what_differs_from_the_shipped_is_kept_as_the_next_version(administrator, mentee, sign_in):
    answer = sign_in(administrator).post(url(), typed(close_call="3", hours_amber="44.5"))

    assert answer["Location"] == url()
    saved = MethodSettings.objects.get()
    assert (saved.version, saved.values, saved.set_by) == (2, {"close_call": 3.0, "hours_amber": 44.5}, administrator)
    held = method_now()
    assert (held.version, held.close_call, held.hours_amber, held.gap_leap) == (2, 3, 44.5, 4)
    entry = AuditEntry.objects.get(verb="method.set")
    assert entry.fields == ["close_call", "hours_amber"]
    words = text_of(sign_in(mentee).get(url()))
    assert "Version 2. These values" in words
    assert "Version 2: Talked over with the mentors. Tight above so many hours: 45 → 44.5 A close call" in words
    assert "Adam Novak" in words


def test_going_back_to_the_shipped_values_is_a_version_too(administrator):
    set_method(by=administrator, version=1, values={"close_call": 3}, reason="Try.")
    set_method(by=administrator, version=2, values={"close_call": 5}, reason="Back.")

    assert MethodSettings.objects.get(version=3).values == {}
    assert method_now() == Method(version=3)


def test_nobody_else_sets_a_value(hr, sign_in):
    assert sign_in(hr).post(url(), typed(close_call="3")).status_code == 403
    assert not MethodSettings.objects.exists()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"close_call": "101"}, "From 0 to 100."),
        ({"close_call": "nan"}, "A number is needed here."),
        ({"gap_one": "1.5"}, "A whole number is needed here."),
        ({"gap_one": ""}, "Give a number; the shipped one is 1."),
        ({"gap_two": "5"}, "Not above “Points for a leap of three steps or more”, which is 4."),
        ({"target_bold": "0.3"}, "The three shares aimed at add up to 1.1; let them make 1."),
        ({"sponsor_owns": "31"}, "The five weights add up to 101; let them make 100."),
        ({"reason": ""}, "Say why, so that everybody can follow it."),
    ],
)
def test_values_that_cannot_be_are_answered_with_what_was_typed(administrator, sign_in, changed, said):
    page = sign_in(administrator).post(url(), typed(**changed))

    assert page.status_code == 422
    assert said in text_of(page)
    assert all(f'value="{value}"' in page.content.decode() for name, value in changed.items() if value)
    assert not MethodSettings.objects.exists()


@pytest.mark.parametrize(("smaller", "larger"), ASCENDING)
def test_no_value_overtakes_the_one_it_must_stay_below(administrator, sign_in, smaller, larger):
    top = VALUES[smaller].high
    page = sign_in(administrator).post(url(), typed(**{smaller: f"{top:g}", larger: f"{VALUES[larger].low:g}"}))

    assert page.status_code == 422
    assert "Not above" in text_of(page)


def test_nothing_changed_is_no_version(administrator, sign_in):
    page = sign_in(administrator).post(url(), typed())

    assert page.status_code == 409
    assert "Nothing differs from the values that hold already." in text_of(page)
    assert not MethodSettings.objects.exists()


def test_who_is_slower_to_set_the_values_is_told_and_the_others_hold(administrator):
    before, slower = method_now(), UserFactory(roles=[Role.ADMINISTRATOR])
    set_method(by=administrator, version=1, values={"close_call": 3}, reason="Try.")

    with (
        looked_before(actions, "method_now", before),
        pytest.raises(Stale, match="Another version was saved while you were writing"),
    ):
        set_method(by=slower, version=1, values={"close_call": 4}, reason="Try more.")

    saved = MethodSettings.objects.get()
    assert (saved.version, saved.values, saved.reason, saved.set_by) == (2, {"close_call": 3}, "Try.", administrator)
    assert [entry.actor for entry in AuditEntry.objects.filter(verb="method.set")] == [administrator]


def test_whoever_saves_second_sees_both(administrator, sign_in):
    set_method(by=administrator, version=1, values={"close_call": 3}, reason="Try.")

    page = sign_in(administrator).post(url(), typed(version=1, close_call="4"))

    assert page.status_code == 409
    assert "A close call below so many points 3 4" in text_of(page)
    assert 'name="version" value="2"' in page.content.decode()
    with pytest.raises(Stale):
        set_method(by=administrator, version=1, values={"close_call": 4}, reason="Try.")
    with pytest.raises(Refused):
        set_method(by=administrator, version=2, values={"close_call": 3}, reason="Again.")


def test_values_that_do_not_go_together_never_reach_the_database(administrator):
    with pytest.raises(ValueError, match="gap_two is above gap_leap"):
        set_method(by=administrator, version=1, values={"gap_two": 5}, reason="Try.")
    with pytest.raises(ValueError, match="unknown"):
        set_method(by=administrator, version=1, values={"wishes": 5}, reason="Try.")


def test_a_version_that_holds_a_value_nothing_is_made_from_any_more_still_holds(administrator, mentee, sign_in):
    held = {"share_low": 0.15, "stale_months": 12}
    MethodSettings.objects.create(version=2, values=held, reason="Sooner.", set_by=administrator)

    page = sign_in(mentee).get(url())

    assert (page.status_code, method_now()) == (200, Method(version=2, stale_months=12))


def test_the_page_takes_the_same_queries_for_one_version_and_three(administrator, sign_in, count_queries):
    client = sign_in(administrator)
    counts = []
    for version, close in enumerate((4, 3, 2), start=1):
        set_method(by=administrator, version=version, values={"close_call": close}, reason="Try.")
        client.get(url())
        counts.append(count_queries(client, url()))

    assert counts[0] == counts[2]
