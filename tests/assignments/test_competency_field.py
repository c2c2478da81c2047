"""Naming a competency by typing it: exact, in any case, with its framework where two share a name."""

import pytest
from django import forms
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assignments.forms.competency import CompetencyField
from assignments.forms.goal import target_rows
from assignments.forms.rows import CompetencyNames
from assignments.models import Competency
from stretchhub.env import now
from tests.factories import CompetencyFactory, FrameworkFactory, GoalFactory

pytestmark = pytest.mark.django_db


class Form(forms.Form):
    competency = CompetencyField(required=False)


def clean(text: str):
    form = Form({"competency": text})
    return form.cleaned_data["competency"] if form.is_valid() else form.errors["competency"][0]


def test_the_name_is_found_whatever_its_case_and_spaces():
    competency = CompetencyFactory(name="Übersetzen (fachlich)")

    assert clean("  übersetzen   (FACHLICH) ") == competency


def test_nothing_typed_is_nothing_chosen():
    assert clean("") is None


def test_an_unknown_name_is_answered_with_the_nearest():
    assert clean("Faciltation") == "There is no competency “Faciltation”. Near it: Facilitation."
    assert clean("storytelling") == "There is no competency “storytelling”. Near it: Data storytelling."
    assert clean("qqqq") == "There is no competency “qqqq”. Type a few letters of its name and choose from the list."


def test_of_two_with_one_name_the_framework_tells_which():
    theirs = FrameworkFactory(name="Theirs", version="2")
    one, other = Competency.objects.get(name="Facilitation"), CompetencyFactory(name="Facilitation", framework=theirs)

    assert clean("facilitation (theirs 2)") == other
    assert clean("Facilitation (StretchHub starter framework 1)") == one
    assert clean("Facilitation") == (
        "Several competencies have this name. Write which one: Facilitation (StretchHub starter framework 1), "
        "Facilitation (Theirs 2)."
    )


def test_of_two_with_one_name_in_one_framework_the_key_tells_which():
    theirs = FrameworkFactory(name="Theirs", version="2")
    one = CompetencyFactory(name="Coaching", framework=theirs, key="a1")
    CompetencyFactory(name="Coaching", framework=theirs, key="a2")

    assert clean("Coaching (Theirs 2, a1)") == one
    assert "Coaching (Theirs 2, a2)" in clean("Coaching (Theirs 2)")


def test_a_retired_one_cannot_be_named_unless_it_was_chosen_before():
    gone = CompetencyFactory(name="Telegraphy", retired=True)

    assert clean("Telegraphy").startswith("There is no competency “Telegraphy”.")
    assert CompetencyNames([gone.pk]).find("telegraphy") == [gone]


@pytest.mark.parametrize("typed", ["\x00", "(" * 900 + ")", "x" * 5000, "%", "_", "a (b) (c)"])
def test_odd_words_are_only_unknown(typed):
    assert isinstance(clean(typed), str) or clean(typed) is None


def test_a_name_of_nothing_but_brackets_asks_the_database_little():
    own = CompetencyFactory(name="Facilitation (a) (b) (c) (d) (e) (f) (g)")

    with CaptureQueriesContext(connection) as queries:
        found = CompetencyNames().find("a" + " (b)" * 240)

    assert found == []
    assert queries[0]["sql"].count(" OR ") < 10
    assert clean(own.name) == own
    assert clean(f"{own.name} ({own.framework})") == own


def test_an_initial_primary_key_shows_the_name_that_means_it():
    theirs = FrameworkFactory(name="Theirs", version="2")
    plain, shared = CompetencyFactory(name="Plain"), CompetencyFactory(name="Facilitation", framework=theirs)

    assert 'value="Plain"' in str(Form(initial={"competency": str(plain.pk)})["competency"])
    assert 'value="Facilitation (Theirs 2)"' in str(Form(initial={"competency": shared.pk})["competency"])


def rows_of(goal, count, data=None):
    for _n in range(count):
        goal.targets.create(competency=CompetencyFactory(), level_now=1, level_wanted=2)
    return target_rows(goal, data)


@pytest.mark.parametrize("count", [1, 5])
def test_rows_are_drawn_and_read_with_the_same_queries(count):
    goal = GoalFactory()
    rows = rows_of(goal, count)
    with CaptureQueriesContext(connection) as drawn:
        html = "".join(str(row["competency"]) for row in rows.forms)
    data = {"targets-TOTAL_FORMS": "5", "targets-INITIAL_FORMS": str(count)}
    for n, target in enumerate(goal.targets.select_related("competency")):
        data |= {f"targets-{n}-competency": target.competency.name, f"targets-{n}-weight": "1"}
        data |= {f"targets-{n}-level_now": "1", f"targets-{n}-level_wanted": "2"}
    filled = target_rows(goal, data)
    with CaptureQueriesContext(connection) as read:
        assert filled.is_valid(), filled.errors

    assert html.count("hx-get") == 5
    assert (len(drawn), len(read)) == (2, 2)


def test_suggestions_begin_with_the_exact_name_and_the_framework_we_ship(stranger, sign_in):
    theirs = FrameworkFactory(name="Theirs", version="2", imported_at=now())
    for name in ("Data", "A data matter", "Data storytelling"):
        CompetencyFactory(name=name, framework=theirs)
    CompetencyFactory(name="Data, retired", framework=theirs, retired=True)

    answer = sign_in(stranger).get(reverse("assignments:competency-suggest"), {"targets-0-competency": "dat"})

    names = [line.split('"')[1] for line in answer.content.decode().split("<option ")[1:]]
    assert names == [
        "Data storytelling (StretchHub starter framework 1)",
        "Data",
        "Data storytelling (Theirs 2)",
        "A data matter",
    ]
    answer = sign_in(stranger).get(reverse("assignments:competency-suggest"), {"q": "data"})
    assert answer.content.decode().index('"Data"') < answer.content.decode().index('"Data storytelling (S')


def test_at_most_twenty_are_suggested(stranger, sign_in):
    for _n in range(30):
        CompetencyFactory()

    answer = sign_in(stranger).get(reverse("assignments:competency-suggest"), {"q": "competency"})

    assert answer.content.decode().count("<option ") == 20
