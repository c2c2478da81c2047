"""The pages of outcomes, claims and the return: what they ask, what they refuse, and that nothing typed is lost."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from assignments.actions.brief_part import fingerprint
from assignments.models import BriefClaim, BriefOutcome, BriefReturn, BriefStatus, BriefVersion
from stretchhub.env import today
from tests.factories import (
    BriefClaimFactory,
    BriefFactory,
    BriefOutcomeFactory,
    BriefReturnFactory,
    BriefVersionFactory,
    ExperimentFactory,
    OptionFactory,
)

pytestmark = pytest.mark.django_db

OUTCOME = {"metric": "Cycle time", "unit": "days", "direction": "decrease", "baseline": "21", "target": "14"}
RANGE = {"estimate": "pert", "high": "19", "low": "12", "likely": "15"}
CLAIM = {"section": "problem", "words": "Claimants wait three weeks", "backing": "assumption"}
MONEY = {
    "currency": "gbp",
    "value_per_unit": "55",
    "times_a_year": "12",
    "share": "0.6",
    "confidence": "0.7",
    "agreed_by": "Ruth Adeyemi",
    "agreed": "on",
    "mentee_hours": "160",
    "mentee_rate": "55",
    "support_hours": "20",
    "support_rate": "80",
    "cash": "1500",
    "backfill": "0",
}
HOURS = {
    "metric": "Hours saved",
    "direction": "increase",
    "baseline": 0,
    "target": 70,
    "estimate": "pert",
    "low": 40,
    "likely": 70,
    "high": 130,
}


@pytest.fixture
def version(mentorship):
    return BriefVersionFactory(brief=BriefFactory(option=OptionFactory(mentorship=mentorship)), outcome=None)


@pytest.fixture
def client(sign_in, mentee):
    return sign_in(mentee)


def at(name, thing):
    return reverse(f"assignments:{name}", args=[thing.code])


def section(version, name="outcomes"):
    return at("brief", version.brief) + f"#section-{name}"


# --- outcomes -----------------------------------------------------------------------------------


def test_an_outcome_is_added_once_by_a_form_sent_twice(version, client):
    url, data = at("outcome-add", version.brief), OUTCOME | RANGE | {"submit_key": "k"}

    answers = [client.post(url, data) for _again in range(2)]

    assert [answer.url for answer in answers] == [section(version)] * 2
    outcome = BriefOutcome.objects.get()
    assert (outcome.high, outcome.low, outcome.likely, outcome.tolerance) == (19, 12, 15, None)
    assert "Between 13.4 and 17 days eight times in ten; 15.2 on average." in (
        client.get(at("brief", version.brief)).content.decode()
    )


def test_the_ends_of_a_range_are_asked_before_what_is_likely(version, client):
    page = client.get(at("outcome-add", version.brief)).content.decode()

    places = [page.index(f'name="{name}"') for name in ("high", "low", "likely")]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"metric": ""}, "Name the measure."),
        ({"baseline": ""}, "Give today’s value; if nobody knows it, finding out is the first step."),
        ({"target": "30"}, "Less is better, but the target is not below the baseline."),
        ({"direction": "increase"}, "More is better, but the target is not above the baseline."),
        ({"direction": "maintain"}, "Say how far it may move and still count as kept."),
        ({"direction": "maintain", "tolerance": "-1"}, "Give it without a sign: it counts both ways."),
        ({"baseline_on": "2098-01-01"}, "This day is still to come. A baseline was measured before."),
        ({"low": "12"}, "Say how the range was given, or leave its three numbers empty."),
        ({"estimate": "pert", "low": "12"}, "A range needs its high end, its low end and what is likely."),
        (RANGE | {"low": "19"}, "The low end lies below the high end."),
        (RANGE | {"likely": "20"}, "What is likely lies between the low and the high end."),
        (
            {"attribution": "before_after", "other_causes": "Summer.\nsummer"},
            "Name at least two other things that could move it, one a line.",
        ),
        ({"attribution": "comparison"}, "Name at least two other things that could move it, one a line."),
        ({"adds_up": "on", "unit": ""}, "Name the unit, so that it can be added up with others."),
    ],
)
def test_an_outcome_that_does_not_hold_together_comes_back_as_typed(version, client, changed, words):
    response = client.post(at("outcome-add", version.brief), OUTCOME | {"why": "Because they wait"} | changed)

    page = response.content.decode()
    assert response.status_code == 422
    assert words in page
    assert "Because they wait" in page
    assert not BriefOutcome.objects.exists()


@pytest.mark.parametrize(
    "changed",
    [
        {"direction": "maintain", "target": "21", "tolerance": "2"},
        {"direction": "increase", "target": "30"},
        {"attribution": "owner", "other_causes": "Summer\nA new form"},
        RANGE | {"estimate": "percentiles"},
    ],
)
def test_what_holds_together_is_saved(version, client, changed):
    assert client.post(at("outcome-add", version.brief), OUTCOME | changed).status_code == 302
    assert BriefOutcome.objects.count() == 1


def test_an_outcome_is_changed_and_a_stale_save_shows_both_texts(version, client, sign_in, mentor):
    outcome = BriefOutcomeFactory(version=version)
    url = at("outcome-edit", outcome)
    seen = fingerprint(BriefOutcome.objects.get())
    assert f'name="seen" value="{seen}"' in client.get(url).content.decode()
    assert sign_in(mentor).post(url, OUTCOME | {"metric": "The mentor’s words", "seen": seen}).url == section(version)

    response = client.post(url, OUTCOME | {"metric": "The mentee’s words", "direction": "decrease", "seen": seen})

    page = response.content.decode()
    assert response.status_code == 409
    assert "The mentor’s words" in page
    assert page.count("The mentee’s words") == 2
    assert BriefOutcome.objects.get().metric == "The mentor’s words"
    anew = fingerprint(BriefOutcome.objects.get())
    assert f'name="seen" value="{anew}"' in page
    assert client.post(url, OUTCOME | {"metric": "Both", "seen": anew}).status_code == 302


def test_errors_keep_what_the_page_had_seen(version, client):
    outcome = BriefOutcomeFactory(version=version)

    response = client.post(at("outcome-edit", outcome), OUTCOME | {"metric": "", "seen": "as it was"})

    assert response.status_code == 422
    assert 'name="seen" value="as it was"' in response.content.decode()


def seen_on(page: str) -> str:
    return re.search(r'name="seen" value="([^"]+)"', page)[1]


def test_removing_asks_first(version, client):
    outcome = BriefReturnFactory(outcome=BriefOutcomeFactory(version=version, **HOURS)).outcome
    url = at("outcome-remove", outcome)

    page = client.get(url).content.decode()

    assert "Remove this outcome?" in page
    assert "What it would be worth goes with it." in page
    assert BriefOutcome.objects.exists()
    assert client.post(url, {"seen": seen_on(page)}).url == section(version)
    assert not BriefOutcome.objects.exists()
    assert client.post(url).status_code == 404


@pytest.mark.parametrize(
    ("factory", "name", "words"), [(BriefOutcomeFactory, "outcome", "metric"), (BriefClaimFactory, "claim", "words")]
)
def test_what_somebody_changed_meanwhile_is_read_before_it_goes(version, client, factory, name, words):
    part = factory(version=version)
    url = at(f"{name}-remove", part)
    seen = seen_on(client.get(url).content.decode())
    type(part).objects.update(**{words: "What the mentor just wrote"})

    late = client.post(url, {"seen": seen})

    assert late.status_code == 409
    assert "Read it as it is now" in late.content.decode()
    assert getattr(type(part).objects.get(), words) == "What the mentor just wrote"


@pytest.mark.parametrize("status", ["submitted", "endorsed", "sponsor_accepted"])
def test_what_was_handed_in_is_not_changed_and_typed_words_come_back(version, client, status):
    outcome, claim = BriefOutcomeFactory(version=version), BriefClaimFactory(version=version)
    version.status = status
    version.save()

    for url, data in (
        (at("outcome-add", version.brief), OUTCOME),
        (at("outcome-edit", outcome), OUTCOME),
        (at("outcome-remove", outcome), {}),
        (at("brief-return", version.brief), MONEY),
        (at("brief-return-remove", version.brief), {}),
        (at("claims", version.brief), CLAIM),
        (at("claim-edit", claim), CLAIM),
        (at("claim-remove", claim), {}),
    ):
        response = client.post(url, data)
        assert (url, response.status_code) == (url, 409)
        assert "was handed in and is not changed any more." in response.content.decode()
    assert (BriefOutcome.objects.count(), BriefClaim.objects.count(), BriefReturn.objects.count()) == (1, 1, 0)


def test_an_earlier_versions_outcome_cannot_be_changed_through_the_next(version, client):
    old = BriefOutcomeFactory(version=version)
    version.status = BriefStatus.SPONSOR_DECLINED
    version.save()
    BriefVersionFactory(brief=version.brief, number=version.number + 1, outcome=None)

    assert client.post(at("outcome-edit", old), OUTCOME).status_code == 409


def test_the_other_writers_page_hears_of_a_new_outcome(version, client, sign_in, mentor):
    client.post(at("outcome-add", version.brief), OUTCOME)

    news = sign_in(mentor).post(at("brief-presence", version.brief), {"number": version.number}).json()

    assert "Cycle time" in news["sections"]["outcomes"]
    assert 'data-shown="1"' in news["sections"]["outcomes"]


# --- what it would be worth ---------------------------------------------------------------------


def test_a_return_is_said_and_its_arithmetic_shown(version, client):
    outcome = BriefOutcomeFactory(version=version, unit="hours a month", **HOURS)
    url = at("brief-return", version.brief)

    assert client.post(url, MONEY | {"outcome": outcome.pk}).url == section(version)

    assert BriefReturn.objects.get().currency == "GBP"
    page = client.get(at("brief", version.brief)).content.decode()
    assert "About £21,000 in the first year for about £12,000; a return of 25 % to 128 %." in page
    assert "Net benefit: £8,890." in page
    assert "Ruth Adeyemi" in page


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"agreed": ""}, "Ask the owner first. Without a yes, leave money out of the brief."),
        ({"agreed_by": ""}, "Name who owns the measure and agrees to the conversion."),
        ({"currency": "£££"}, "Write the three letters of the currency, such as GBP, EUR or USD."),
        ({"share": "1.5"}, "Ensure this value is less than or equal to 1."),
        ({"cash": "-5"}, "This cannot be below nought."),
        ({"outcome": ""}, "Choose the outcome."),
    ],
)
def test_a_return_without_the_owners_yes_or_with_wrong_numbers_is_refused(version, client, changed, words):
    outcome = BriefOutcomeFactory(version=version, **HOURS)

    response = client.post(at("brief-return", version.brief), MONEY | {"outcome": outcome.pk} | changed)

    assert response.status_code == 422
    assert words in response.content.decode()
    assert not BriefReturn.objects.exists()


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ({}, "Give it a range first: a return without one would pretend to know."),
        ({"direction": "maintain", "tolerance": 2}, "What is to stay as it is has no gain to convert."),
    ],
)
def test_only_an_outcome_with_a_range_has_a_gain_to_convert(version, client, kind, words):
    outcome = BriefOutcomeFactory(version=version, **kind)

    response = client.post(at("brief-return", version.brief), MONEY | {"outcome": outcome.pk})

    assert response.status_code == 422
    assert words in response.content.decode()


def test_outcomes_of_another_brief_cannot_be_converted(version, client):
    BriefOutcomeFactory(version=version, **HOURS)
    other = BriefOutcomeFactory(**HOURS)

    assert client.post(at("brief-return", version.brief), MONEY | {"outcome": other.pk}).status_code == 422


def test_a_return_is_changed_and_a_second_first_one_is_told_of_the_other(version, client, sign_in, mentor):
    outcome = BriefOutcomeFactory(version=version, **HOURS)
    url, data = at("brief-return", version.brief), MONEY | {"outcome": outcome.pk}
    assert "Leave money out" not in client.get(url).content.decode()
    sign_in(mentor).post(url, data | {"agreed_by": "The mentor’s name"})

    # This page was opened before there was one, so it has seen nothing.
    response = client.post(url, data | {"agreed_by": "The mentee’s name"})
    page = response.content.decode()

    assert response.status_code == 409
    assert "The mentor’s name" in page
    assert "The mentee’s name" in page
    seen = fingerprint(BriefReturn.objects.get())
    assert client.post(url, data | {"agreed_by": "Both", "seen": seen}).status_code == 302
    assert BriefReturn.objects.get().agreed_by == "Both"


def test_money_can_be_left_out_again(version, client):
    BriefReturnFactory(outcome=BriefOutcomeFactory(version=version, **HOURS))
    url = at("brief-return-remove", version.brief)

    assert "Leave money out of this brief?" in client.get(url).content.decode()
    assert client.post(url).url == section(version)

    assert (BriefReturn.objects.count(), BriefOutcome.objects.count()) == (0, 1)


def test_without_an_outcome_the_page_of_worth_offers_one(version, client):
    page = client.get(at("brief-return", version.brief)).content.decode()

    assert "No outcome yet" in page
    assert "<fieldset" not in page


# --- the ledger ---------------------------------------------------------------------------------


def test_a_claim_is_added_once_and_stands_in_the_margin(version, client):
    url = at("claims", version.brief)

    answers = [client.post(url, CLAIM | {"submit_key": "k"}) for _again in range(2)]

    assert [answer.url for answer in answers] == [url] * 2
    assert BriefClaim.objects.count() == 1
    page = client.get(at("brief", version.brief)).content.decode()
    assert "Claimants wait three weeks" in page
    assert "Assumption: not backed yet" in page


def test_the_form_begins_with_the_section_it_was_asked_from(version, client):
    page = client.get(at("claims", version.brief) + "?section=risks").content.decode()

    assert '<option value="risks" selected>' in page


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"words": ""}, "Write the claim as one sentence."),
        ({"backing": "pilot"}, "Give the pilot’s numbers, or choose an experiment that has a result."),
        ({"backing": "pilot", "after_n": "40"}, "This number is missing from the pilot."),
        ({"backing": "pilot", "before_n": "4", "after_n": "9", "after_hits": "1"}, "missing from the pilot."),
        ({"backing": "pilot", "after_n": "40", "after_hits": "41"}, "There cannot be more with it than there were"),
        ({"backing": "pilot", "after_n": "0", "after_hits": "0"}, "A side of a pilot has a case at least"),
        ({"backing": "pilot", "after_n": "9", "after_hits": "1", "after_mean": "2"}, "Give counts or means, not both."),
        ({"backing": "pilot", "after_n": "9", "after_mean": "2", "after_sd": "-1"}, "is never below nought."),
        ({"backing": "quote", "consent": "on"}, "Write down what they said, in their words."),
        (
            {"backing": "quote", "quote": "I wait."},
            "Until they agree, mark the claim as an assumption.",
        ),
    ],
)
def test_a_backing_that_does_not_back_comes_back_as_typed(version, client, changed, words):
    response = client.post(at("claims", version.brief), CLAIM | {"source": "Queue export of May"} | changed)

    page = response.content.decode()
    assert response.status_code == 422
    assert words in page
    assert "Queue export of May" in page
    assert not BriefClaim.objects.exists()


@pytest.mark.parametrize(
    ("backing", "shown"),
    [
        (
            {"before_n": "40", "before_hits": "12", "after_n": "38", "after_hits": "22"},
            "28 points more (95 % interval 6 to 46).",
        ),
        ({"after_n": "5", "after_hits": "2"}, "●●○○○"),
        ({"after_n": "28", "after_mean": "16", "after_sd": "5", "unit": "days"}, "mean 16 days (n = 28)"),
    ],
)
def test_pilot_data_are_shown_in_the_ledger_and_beside_the_section(version, client, backing, shown):
    client.post(at("claims", version.brief), CLAIM | {"backing": "pilot"} | backing)

    for url in (at("claims", version.brief), at("brief", version.brief)):
        assert shown in client.get(url).content.decode()


def test_a_claim_may_rest_on_an_experiment_of_its_own_option_only(version, client):
    tried = {"tried_on": today() - timedelta(2), "result": "Two of three came.", "learning": "Ask earlier."}
    own = ExperimentFactory(option=version.brief.option, **tried)
    other = ExperimentFactory(**tried)
    url, data = at("claims", version.brief), CLAIM | {"backing": "pilot"}

    assert client.post(url, data | {"experiment": other.pk}).status_code == 422
    assert client.post(url, data | {"experiment": own.pk}).status_code == 302
    assert "Two of three came." in client.get(url).content.decode()


def test_a_claim_is_changed_and_a_stale_save_shows_both_texts(version, client, sign_in, mentor):
    claim = BriefClaimFactory(version=version)
    url, seen = at("claim-edit", claim), fingerprint(BriefClaim.objects.get())
    sign_in(mentor).post(url, CLAIM | {"words": "The mentor’s words", "seen": seen})

    response = client.post(url, CLAIM | {"words": "The mentee’s words", "seen": seen})

    page = response.content.decode()
    assert response.status_code == 409
    assert "The mentor’s words" in page
    assert page.count("The mentee’s words") == 2


def test_removing_a_claim_asks_first(version, client):
    claim = BriefClaimFactory(version=version, said=True)
    url = at("claim-remove", claim)

    page = client.get(url).content.decode()

    assert "What backs it goes with it." in page
    assert client.post(url, {"seen": seen_on(page)}).url == at("claims", version.brief)
    assert not BriefClaim.objects.exists()


def test_the_ledger_of_what_was_handed_in_is_read_only(version, client):
    BriefClaimFactory(version=version, said=True)
    version.status = "submitted"
    version.save()

    page = client.get(at("claims", version.brief)).content.decode()

    assert "1 of 1 claim is backed." in page
    assert "I wait and hear nothing." in page
    assert not any(words in page for words in ("Add claim", "Change"))


def test_a_long_and_hostile_claim_stays_text(version, client):
    words = "<script>alert(1)</script> مرحبا 🙂 " + "a" * 250

    client.post(at("claims", version.brief), CLAIM | {"words": words})

    page = client.get(at("claims", version.brief)).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; مرحبا 🙂" in page


@pytest.mark.parametrize("name", ["claims", "outcome-add", "brief-return"])
def test_the_pages_take_the_same_queries_for_one_and_three(version, client, count_queries, name):
    def more(count):
        BriefClaimFactory.create_batch(count, version=version, counted=True)
        BriefOutcomeFactory.create_batch(count, version=version, **HOURS)

    url = at(name, version.brief)
    more(1)
    client.get(url)
    one = count_queries(client, url)
    more(2)

    assert count_queries(client, url) == one <= 12


def test_the_new_versions_page_shows_what_was_taken_over(version, client):
    BriefReturnFactory(outcome=BriefOutcomeFactory(version=version, **HOURS))
    BriefClaimFactory(version=version, counted=True)
    BriefVersion.objects.filter(pk=version.pk).update(status="sponsor_declined")

    client.post(at("brief-new-version", version.brief))

    page = client.get(at("brief", version.brief)).content.decode()
    for words in ("Hours saved", "About £21,000", "28 points more"):
        assert words in page
