"""Experiments: written down before the try, and again after it."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.urls import reverse

from assignments.actions.experiment import add_experiment, edit_experiment
from assignments.models import Experiment
from assignments.notebook import leaves_of
from assignments.refusals import Stale
from stretchhub.audit.models import AuditEntry
from stretchhub.env import today
from tests.factories import ExperimentFactory, OptionFactory

pytestmark = pytest.mark.django_db

TRY = {"hypothesis": "Leads would come.", "smallest_try": "Ask two of them.", "try_by": None}
TRIED = TRY | {"result": "One came.", "learning": "Ask earlier.", "next_try": "Ask on Monday."}


@pytest.fixture
def option(mentorship):
    return OptionFactory(mentorship=mentorship)


def test_an_experiment_is_added_once_by_a_form_sent_twice(option, mentee, sign_in):
    client, url = sign_in(mentee), reverse("assignments:experiment-add", args=[option.code])
    data = {"hypothesis": "Leads would come.", "smallest_try": "Ask two.", "try_by": "2027-02-01", "submit_key": "k"}

    answers = [client.post(url, data) for _again in range(2)]

    experiment = Experiment.objects.get()
    assert [answer.url for answer in answers] == [
        reverse("assignments:option", args=[option.code]) + "#experiments"
    ] * 2
    assert (experiment.hypothesis, str(experiment.try_by), experiment.tried_on) == (
        "Leads would come.",
        "2027-02-01",
        None,
    )
    assert (experiment.created_by, experiment.version) == (mentee, 1)
    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.actor_id, entry.fields) == (
        "experiment.added",
        mentee.pk,
        ["hypothesis", "smallest_try", "try_by"],
    )


def test_a_new_page_asks_only_for_the_try(option, mentor, sign_in):
    page = sign_in(mentor).get(reverse("assignments:experiment-add", args=[option.code])).content.decode()

    assert 'name="hypothesis"' in page
    assert 'name="result"' not in page


def test_an_empty_form_says_what_to_write_and_keeps_the_rest(option, mentee, sign_in):
    url = reverse("assignments:experiment-add", args=[option.code])

    response = sign_in(mentee).post(url, {"hypothesis": "", "smallest_try": "Ask two of them."})

    page = response.content.decode()
    assert response.status_code == 422
    assert "Write what you believe and want to find out." in page
    assert "Ask two of them." in page
    assert not Experiment.objects.exists()


def test_what_came_of_it_is_written_on_the_same_page(option, mentee, sign_in):
    experiment = ExperimentFactory(option=option)
    url = reverse("assignments:experiment-edit", args=[experiment.code])
    data = TRIED | {"try_by": "", "tried_on": str(today()), "version": "1"}

    response = sign_in(mentee).post(url, data)

    experiment.refresh_from_db()
    assert response.status_code == 302
    assert (experiment.tried_on, experiment.result, experiment.learning, experiment.next_try, experiment.version) == (
        today(),
        "One came.",
        "Ask earlier.",
        "Ask on Monday.",
        2,
    )


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"result": ""}, "Say what happened, or leave the day you tried it empty."),
        ({"learning": ""}, "Say what you learned, or leave the day you tried it empty."),
        ({"tried_on": "2098-01-01"}, "This day is still to come. Leave it empty until you have tried."),
        ({"tried_on": ""}, "Say on which day you tried it."),
    ],
)
def test_a_try_without_its_words_is_not_saved(option, mentee, sign_in, changed, words):
    experiment = ExperimentFactory(option=option)
    url = reverse("assignments:experiment-edit", args=[experiment.code])

    response = sign_in(mentee).post(url, TRIED | {"try_by": "", "tried_on": "2026-01-05", "version": "1"} | changed)

    assert response.status_code == 422
    assert words in response.content.decode()
    assert 'name="version" value="1"' in response.content.decode()
    assert Experiment.objects.get().version == 1


def test_the_database_refuses_a_try_without_a_result(option):
    with pytest.raises(IntegrityError):
        ExperimentFactory(option=option, tried_on=today())


def test_a_stale_save_answers_409_with_both_texts(option, mentee, mentor, sign_in):
    experiment = ExperimentFactory(option=option)
    edit_experiment(experiment, by=mentor, version=1, words=TRY | {"hypothesis": "The mentor’s words."})
    url = reverse("assignments:experiment-edit", args=[experiment.code])
    data = {"hypothesis": "The mentee’s words.", "smallest_try": "Ask two.", "version": "1"}

    response = sign_in(mentee).post(url, data)

    page = response.content.decode()
    assert response.status_code == 409
    assert "The mentor’s words." in page
    assert page.count("The mentee’s words.") == 2
    assert sign_in(mentee).post(url, data | {"version": "2"}).status_code == 302


def test_an_action_with_an_old_version_changes_nothing(option, mentee):
    experiment = ExperimentFactory(option=option, version=2)

    with pytest.raises(Stale):
        edit_experiment(experiment, by=mentee, version=1, words=TRY)

    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize("who", ["stranger", "hr", "administrator", "sponsor"])
def test_only_the_two_write_in_the_notebook(request, option, who):
    person, experiment = request.getfixturevalue(who), ExperimentFactory(option=option)

    with pytest.raises(PermissionDenied):
        add_experiment(option, by=person, words=TRY)
    with pytest.raises(PermissionDenied):
        edit_experiment(experiment, by=person, version=1, words=TRY)


def test_a_mentorship_that_has_ended_closes_the_notebook(option, mentee, sign_in):
    option.mentorship.ended_on = today()
    option.mentorship.save()

    assert sign_in(mentee).get(reverse("assignments:experiment-add", args=[option.code])).status_code == 403


def test_the_notebook_reads_open_tries_by_their_day_then_the_latest_tried(option):
    said = {"result": "It held.", "learning": "Ask early."}
    soon, later = today() + timedelta(days=3), today() + timedelta(days=9)
    first = ExperimentFactory(option=option, tried_on=today() - timedelta(days=20), **said)
    second = ExperimentFactory(option=option)
    third = ExperimentFactory(option=option, try_by=later)
    fourth = ExperimentFactory(option=option, try_by=soon)
    fifth = ExperimentFactory(option=option, tried_on=today() - timedelta(days=2), **said)
    sixth = ExperimentFactory(option=option, try_by=today() - timedelta(days=1))

    leaves = leaves_of(option, today())

    assert [leaf.experiment for leaf in leaves] == [sixth, fourth, third, second, fifth, first]
    assert [leaf.number for leaf in leaves] == [6, 4, 3, 2, 5, 1]
    assert [leaf.is_open for leaf in leaves] == [True, True, True, True, False, False]
    assert [leaf.is_late for leaf in leaves] == [True, False, False, False, False, False]
