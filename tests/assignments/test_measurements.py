"""What outcomes came to: recorded by mentee and mentor while the work runs, taken back, shown to the three parties."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.urls import reverse

from assignments.actions import measurement as actions
from assignments.models import Assignment, BriefStatus, Measurement
from assignments.refusals import Refused
from assignments.results import results
from stretchhub.audit.models import AuditEntry
from stretchhub.env import now, today
from tests.factories import (
    AssignmentFactory,
    BriefFactory,
    BriefOutcomeFactory,
    BriefVersionFactory,
    MeasurementFactory,
    OptionFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def assignment(mentorship, sponsor):
    return AssignmentFactory(option=OptionFactory(mentorship=mentorship), sponsor=sponsor)


@pytest.fixture
def version(assignment):
    brief = BriefFactory(option=assignment.option)
    return BriefVersionFactory(brief=brief, number=1, status=BriefStatus.SPONSOR_ACCEPTED, outcome=None)


@pytest.fixture
def outcome(version):
    return BriefOutcomeFactory(version=version)


def typed(outcome, **more):
    return {"outcome": outcome.pk, "value": "16", "n": "12", "measured_on": str(today()), "submit_key": "k"} | more


@pytest.fixture
def page(assignment):
    return reverse("assignments:measurements", args=[assignment.code])


def test_a_measurement_is_recorded_once_and_the_sponsors_dashboard_is_behind(
    assignment, outcome, mentee, page, sign_in
):
    before, client = assignment.revision, sign_in(mentee)

    answers = [client.post(page, typed(outcome, low="14", high="18", note="North queue")) for _again in range(2)]

    assert [answer.url for answer in answers] == [page, page]
    made = Measurement.objects.get()
    assert (made.value, made.low, made.high, made.n, made.measured_on, made.note, made.recorded_by) == (
        16,
        14,
        18,
        12,
        today(),
        "North queue",
        mentee,
    )
    assert Assignment.objects.get().revision == before + 1
    entry = AuditEntry.objects.get()
    assert (entry.verb, "North queue" in str(entry.fields)) == ("measurement.recorded", False)


@pytest.mark.parametrize("state", ["paused", "reviewing"])
def test_the_mentor_records_too_also_while_the_work_rests(mentorship, mentor, state):
    assignment = AssignmentFactory(option=OptionFactory(mentorship=mentorship), **{state: True})
    outcome = MeasurementFactory(assignment=assignment).outcome

    made = actions.record_measurement(assignment, by=mentor, outcome=outcome, value=15, measured_on=today())

    assert made.recorded_by == mentor


@pytest.mark.parametrize("state", ["chartering", "closed"])
def test_nothing_is_recorded_before_the_work_begins_or_after_it_ends(mentorship, mentee, sign_in, state):
    assignment = AssignmentFactory(option=OptionFactory(mentorship=mentorship), **{state: True})
    measurement = MeasurementFactory(assignment=assignment)
    url = reverse("assignments:measurements", args=[assignment.code])

    assert sign_in(mentee).post(url, typed(measurement.outcome)).status_code == 403
    with pytest.raises(PermissionDenied):
        actions.take_back(measurement, by=mentee)
    assert "Record a measurement" not in sign_in(mentee).get(url).content.decode()


def test_the_sponsor_reads_and_does_not_record(assignment, outcome, sponsor, page, sign_in):
    MeasurementFactory(assignment=assignment, outcome=outcome, note="North queue")

    words = sign_in(sponsor).get(page).content.decode()

    assert "North queue" in words
    assert "Record measurement" not in words
    assert sign_in(sponsor).post(page, typed(outcome)).status_code == 403


def test_only_outcomes_that_the_sponsor_agreed_to_are_measured(assignment, outcome, mentee, page, sign_in):
    other = BriefOutcomeFactory()

    response = sign_in(mentee).post(page, typed(other))

    assert response.status_code == 422
    with pytest.raises(Refused, match="not one that the sponsor agreed to"):
        actions.record_measurement(assignment, by=mentee, outcome=other, value=1, measured_on=today())
    assert not Measurement.objects.exists()


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"value": ""}, "Give the value that was measured."),
        ({"measured_on": "2098-01-01"}, "This day is still to come. Record the value when it was measured."),
        ({"measured_on": ""}, "Say on which day it was measured."),
        ({"n": "0"}, "A value of no cases tells nothing."),
        ({"low": "14"}, "A range has two ends: give both or neither."),
        ({"high": "18"}, "A range has two ends: give both or neither."),
        ({"low": "17", "high": "18"}, "The value lies between the two ends of its range."),
        ({"low": "12", "high": "15"}, "The value lies between the two ends of its range."),
    ],
)
def test_a_measurement_that_cannot_be_is_refused_with_what_was_typed(outcome, mentee, page, sign_in, changed, words):
    response = sign_in(mentee).post(page, typed(outcome, note="Keep me") | changed)

    shown = response.content.decode()
    assert response.status_code == 422
    assert words in shown
    assert "Keep me" in shown
    assert not Measurement.objects.exists()


def test_the_database_refuses_a_value_outside_its_range(assignment, outcome):
    with pytest.raises(IntegrityError):
        MeasurementFactory(assignment=assignment, outcome=outcome, value=20, low=10, high=15)


def test_what_is_taken_back_counts_no_more_until_it_is_put_back(assignment, outcome, mentee, sponsor, page, sign_in):
    first = MeasurementFactory(assignment=assignment, outcome=outcome, value=18, measured_on=today() - timedelta(9))
    wrong = MeasurementFactory(assignment=assignment, outcome=outcome, value=1)
    before, client = assignment.revision, sign_in(mentee)
    url = reverse("assignments:measurement-take-back", args=[wrong.code])

    client.post(url)

    (result,) = results(assignment)
    assert (result.latest, result.measurements, result.taken_back) == (first, (first,), (wrong,))
    assert "Put back" in client.get(page).content.decode()
    assert "Taken back" not in sign_in(sponsor).get(page).content.decode()
    assert client.post(url).status_code == 409
    client.post(url, {"undo": "1"})
    assert results(assignment)[0].latest == wrong
    assert client.post(url, {"undo": "1"}).status_code == 409
    assert Assignment.objects.get().revision == before + 2
    assert list(AuditEntry.objects.order_by("pk").values_list("verb", flat=True)) == [
        "measurement.taken_back",
        "measurement.put_back",
    ]


def test_an_early_value_says_of_how_many_cases_and_of_which_day(assignment, outcome):
    assert (results(assignment)[0].measured_words, results(assignment)[0].actual) == ("", None)
    early = MeasurementFactory(assignment=assignment, outcome=outcome, measured_on="2026-11-03", n=12)
    assert results(assignment)[0].measured_words.startswith("Early: n = 12, Tue 3 Nov")

    Measurement.objects.filter(pk=early.pk).update(n=None)

    assert results(assignment)[0].measured_words.startswith("Early: Tue 3 Nov")


def test_a_value_of_the_day_it_was_due_is_no_longer_early(assignment, version):
    outcome = BriefOutcomeFactory(version=version, due_on=today())
    made = MeasurementFactory(assignment=assignment, outcome=outcome, measured_on=today(), n=40)
    result = results(assignment)[0]
    assert (result.early, result.measured_words.split(",")[0]) == (False, "n = 40")

    Measurement.objects.filter(pk=made.pk).update(n=None)

    assert results(assignment)[0].measured_words.startswith("Measured on ")


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (16, "71 % of the way."),
        (12, "Target reached: 129 % of the way."),
        (23, "Moved away from the target, by 29 % of the way."),
        (21, "Still at its baseline: 0 % of the way."),
    ],
)
def test_progress_is_told_in_words(assignment, outcome, value, words):
    MeasurementFactory(assignment=assignment, outcome=outcome, value=value)

    assert results(assignment)[0].progress_words == words


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (10, "Kept: 1 off, within the ± 2 that were agreed."),
        (13, "Not kept: 4 off, beyond the ± 2 that were agreed."),
    ],
)
def test_what_is_to_be_kept_was_kept_or_not(assignment, version, value, words):
    kept = BriefOutcomeFactory(version=version, direction="maintain", baseline=9, target=9, tolerance=2)
    assert results(assignment)[0].progress_words == "Not measured yet."

    MeasurementFactory(assignment=assignment, outcome=kept, value=value)

    assert results(assignment)[0].progress_words == words


def test_baseline_and_target_alike_leave_no_way(assignment, version):
    level = BriefOutcomeFactory(version=version, baseline=9, target=9)
    MeasurementFactory(assignment=assignment, outcome=level)

    assert results(assignment)[0].progress_words == "Baseline and target are the same, so there is no way to go."


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (
            [22, 21, 23, 22, 21, 22, 15, 16, 14, 15, 16, 15],
            "above the median of 18.5",
        ),
        ([22, 15, 23, 16, 21, 15, 22, 14, 21, 15, 22, 15], ""),
        ([1, 9, 1, 1, 1, 1, 1, 1, 9, 9, 9, 9, 9, 5], "below the median of 3"),
    ],
)
def test_a_row_of_values_says_when_it_has_shifted(assignment, outcome, values, words):
    for place, value in enumerate(values):
        day = today() - timedelta(len(values) - place)
        MeasurementFactory(assignment=assignment, outcome=outcome, value=value, measured_on=day)

    said = f"6 values in a row {words}: it has shifted." if words else ""
    assert results(assignment)[0].shift_words == said


def test_the_drawing_has_the_estimate_until_something_is_measured(assignment, version):
    given = {"direction": "increase", "baseline": 0, "target": 70, "estimate": "pert"}
    outcome = BriefOutcomeFactory(version=version, low=40, likely=70, high=130, **given)
    result = results(assignment)[0]
    assert (result.low, result.high) == (53.8, 98.0)

    MeasurementFactory(assignment=assignment, outcome=outcome, value=60, low=50, high=66)

    result = results(assignment)[0]
    assert (result.low, result.high) == (50, 66)


def test_from_two_values_on_their_run_is_drawn_above_the_table(assignment, outcome, mentee, sponsor, page, sign_in):
    MeasurementFactory(assignment=assignment, outcome=outcome, value=16, measured_on=today() - timedelta(days=7))
    assert "run-chart" not in sign_in(mentee).get(page).content.decode()
    MeasurementFactory(assignment=assignment, outcome=outcome, value=14, low=12, high=15, measured_on=today())
    MeasurementFactory(assignment=assignment, outcome=outcome, value=99, taken_back_at=now())

    for person in (mentee, sponsor):
        drawn = sign_in(person).get(page).content.decode()
        figure = drawn[drawn.index("run-chart") : drawn.index('<table class="table table-cards')]
        assert "Day by day: 2 values from" in figure
        assert f"the latest 14 {outcome.unit}" in figure
        assert figure.count('class="run-range"') == 2
        assert figure.count("<circle") == 3
        assert "run-median" not in figure

    MeasurementFactory(assignment=assignment, outcome=outcome, value=15, measured_on=today() - timedelta(days=3))
    assert "Median 15" in sign_in(mentee).get(page).content.decode()


def test_of_two_accepted_versions_the_later_one_is_measured(assignment, version, outcome):
    later = BriefVersionFactory(brief=version.brief, number=2, status=BriefStatus.SPONSOR_ACCEPTED, outcome=None)
    anew = BriefOutcomeFactory(version=later)

    assert [result.outcome for result in results(assignment)] == [anew]


def test_the_assignment_shows_its_outcomes_to_all_three(assignment, outcome, mentee, mentor, sponsor, sign_in):
    MeasurementFactory(assignment=assignment, outcome=outcome)
    url = reverse("assignments:detail", args=[assignment.code])

    for person, action in (
        (mentee, "Record a measurement"),
        (mentor, "Record a measurement"),
        (sponsor, "See all values"),
    ):
        words = sign_in(person).get(url).content.decode()
        assert "71 % of the way." in words
        assert action in words


def test_without_an_agreed_outcome_the_page_says_why(assignment, mentee, page, sign_in):
    assert "No outcome was agreed" in sign_in(mentee).get(page).content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_takes_as_many_queries_for_three_as_for_one(
    assignment, version, mentee, page, sign_in, count_queries, count
):
    for outcome in BriefOutcomeFactory.create_batch(count, version=version):
        MeasurementFactory.create_batch(count, assignment=assignment, outcome=outcome)
    client = sign_in(mentee)
    client.get(page)

    assert count_queries(client, page) == 6
