"""What is known of raters’ severity stands beside the mean of an item, for calibrators and HR alone."""

import re

import pytest
from django.urls import reverse

from reviews.actions.calibration_level import change_level
from reviews.calibration_severity import mean_beside
from reviews.calibration_words import severity_sentences
from reviews.models import AgreementReading, CalibrationItem, RaterSeverity, Review
from stretchhub.env import now
from stretchhub.people.models import Role
from tests.factories import UserFactory
from tests.reviews.calibrations import apart, rate, running, score_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def calibrator():
    return UserFactory(full_name="Ines Costa", roles=[Role.CALIBRATOR])


@pytest.fixture
def reading():
    return AgreementReading.objects.create(all_cycles=True, as_of=now(), built_from="", content={})


def item_of(panel, calibrator):
    session = running(panel, facilitator=calibrator)
    return CalibrationItem.objects.select_related("session").get(session=session)


def known(reading, panel, **values):
    """By relation how mild somebody is."""
    for relation, value in values.items():
        review = panel[relation]
        RaterSeverity.objects.create(
            reading=reading, name=review.name, rater=review.rater, email=review.rater_email,
            value=value, raw=value * 2, ratings=5, mentees=5,
        )  # fmt: skip


def text(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_the_mean_stands_beside_the_one_with_severities_taken_off(reading, calibrator):
    panel = apart()
    known(reading, panel, mentor=0.3, sponsor=-0.001, colleague=-0.6)

    beside = mean_beside(item_of(panel, calibrator))

    assert beside.found.raw == 3
    assert beside.found.value == pytest.approx(3 - (0.3 - 0.001 - 0.6) / 3)
    mentor, sponsor = panel["mentor"].name, panel["sponsor"].name
    assert severity_sentences(beside) == [
        "The mean of 3 observers is 3.00.",
        "Milder (+) or stricter (−) than those who rated the same, over all final reviews: "
        f"{mentor} +0.30, {sponsor} 0.00, Cleo Park −0.60.",
        "With that taken off: 3.00 − (+0.30 0.00 −0.60) / 3 = 3.10.",
    ]


def test_where_nothing_is_known_of_one_rater_nothing_is_taken_off(reading, calibrator):
    panel = apart()
    known(reading, panel, mentor=0.3, sponsor=0.1)

    beside = mean_beside(item_of(panel, calibrator))

    assert (beside.found.value, beside.found.reason.code) == (None, "unknown_raters")
    assert severity_sentences(beside)[2:] == [
        "Nothing can be said of Cleo Park: too little work is shared with others. So nothing is taken off."
    ]


def test_before_anything_was_worked_out_nothing_is_known(calibrator):
    beside = mean_beside(item_of(apart(), calibrator))

    assert len(severity_sentences(beside)) == 2
    assert " and Cleo Park: too little work" in severity_sentences(beside)[1]


def test_it_stays_within_the_scale_and_says_so(reading, calibrator):
    panel = rate({relation: {"influence": 5} for relation in ("mentor", "sponsor")} | {"colleague": {"influence": 3}})
    known(reading, panel, mentor=-2, sponsor=-2, colleague=-2)

    beside = mean_beside(item_of(panel, calibrator))

    assert beside.found.value == 5
    assert severity_sentences(beside)[-1] == "It is kept within the levels from 1 to 5."


def test_a_mean_at_the_end_of_the_scale_is_not_said_to_be_kept_there(reading, calibrator):
    panel = rate({relation: {"influence": 5} for relation in ("mentor", "sponsor", "colleague")}, pieces=1)
    known(reading, panel, mentor=0, sponsor=0, colleague=0)

    beside = mean_beside(item_of(panel, calibrator))

    assert beside.found.value == 5
    assert severity_sentences(beside)[-1] == "With that taken off: 5.00 − (0.00 0.00 0.00) / 3 = 5.00."


def test_a_changed_level_counts_as_it_is_now_and_one_not_observed_does_not(reading, calibrator):
    panel = rate({"mentor": {"influence": 4}, "sponsor": {"influence": None}, "colleague": {"influence": 2}})
    item = item_of(panel, calibrator)
    known(reading, panel, mentor=0.5, colleague=0.1)
    change_level(item, by=calibrator, score=score_of(panel["mentor"], "influence"), shown=4, level=3, reason="Seen.")

    found = mean_beside(item).found

    assert (found.raw, found.value) == (2.5, pytest.approx(2.2))


def test_one_observer_alone_is_told_as_one(reading, calibrator):
    panel = apart()
    item = item_of(panel, calibrator)
    for relation in ("sponsor", "colleague"):
        score_of(panel[relation], "influence").delete()

    assert severity_sentences(mean_beside(item))[0] == "The level of 1 observer is 4.00."


def test_an_outsider_is_known_by_the_address_and_another_cycles_reading_counts_for_nothing(reading, calibrator):
    panel = apart()
    item = item_of(panel, calibrator)
    Review.objects.filter(pk=panel["colleague"].pk).update(
        rater=None, rater_name="Otto Berg", rater_email="otto@example.org", link=panel["colleague"].code
    )
    panel["colleague"].refresh_from_db()
    other = AgreementReading.objects.create(cycle=item.session.cycle, as_of=now(), built_from="", content={})
    known(reading, panel, mentor=0.3, sponsor=0.3, colleague=-0.3)
    known(other, panel, mentor=9, sponsor=9, colleague=9)

    beside = mean_beside(item)

    assert beside.found.value == pytest.approx(3 - 0.1)
    assert "Otto Berg −0.30" in severity_sentences(beside)[1]


def test_without_any_level_there_is_no_mean(calibrator):
    panel = apart()
    item = item_of(panel, calibrator)
    for relation in ("mentor", "sponsor", "colleague"):
        score_of(panel[relation], "influence").delete()

    assert mean_beside(item) is None


def test_calibrators_and_hr_read_it_from_the_item_and_a_rater_who_is_there_does_not(
    reading, calibrator, hr, sign_in, count_queries
):
    panel = apart()
    item = item_of(panel, calibrator)
    known(reading, panel, mentor=0.3, sponsor=0.0, colleague=-0.6)
    page = reverse("reviews:calibration-item", args=[item.code])
    address = reverse("reviews:calibration-severity", args=[item.code])

    for who in (calibrator, hr):
        client = sign_in(who)
        assert f'hx-get="{address}"' in client.get(page).content.decode()
        assert "With that taken off: 3.00 − (+0.30 0.00 −0.60) / 3 = 3.10." in text(client.get(address))
        assert count_queries(client, address) <= 12
        assert count_queries(client, page) <= 12
    rater = sign_in(panel["mentor"].rater)
    assert address not in rater.get(page).content.decode()
    assert rater.get(address).status_code == 403


def test_an_item_without_a_level_says_so(calibrator, sign_in):
    panel = apart()
    item = item_of(panel, calibrator)
    for relation in ("mentor", "sponsor", "colleague"):
        score_of(panel[relation], "influence").delete()

    page = sign_in(calibrator).get(reverse("reviews:calibration-severity", args=[item.code]))

    assert "No observer gave a level." in text(page)
