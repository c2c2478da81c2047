"""Level anchors of another scale, laid on 1–5."""

import re
from datetime import date

import pytest
from django.urls import reverse

from assignments.imports import level_anchors
from assignments.imports.level_anchors import Anchors, level_of
from assignments.models import Competency, LevelDescriptor
from stretchhub.env import today
from tests.assignments.frameworks import bring, counts, problems, table, typed, workbook
from tests.factories import CompetencyFactory, FrameworkFactory

pytestmark = pytest.mark.django_db

HEADER = ("Element ID", "Element Name", "Scale ID", "Scale Name", "Anchor Value", "Anchor Description")
COLUMNS = {"code": 0, "scale": 2, "value": 4, "text": 5}


@pytest.fixture
def framework():
    framework = FrameworkFactory(name="O*NET", version="30", changes="Shortened.")
    CompetencyFactory(framework=framework, key="1.A.1", name="Oral comprehension")
    return framework


def anchor(value, text, code="1.A.1", scale="LV"):
    return (code, "Oral comprehension", scale, "Level", value, text)


def anchors(framework, *rows, sha256="a" * 64, day=date(2026, 3, 4)):
    return Anchors(table(workbook(HEADER, *rows)), COLUMNS, framework, sha256=sha256, brought_on=day)


@pytest.mark.parametrize(
    ("value", "level"), [(0, 1), (0.8, 1), (1, 2), (2, 2), (3, 3), (3.5, 3), (4, 3), (5, 4), (6, 4), (6.2, 5), (7, 5)]
)
def test_a_value_of_nought_to_seven_is_laid_on_one_to_five(value, level):
    assert level_of(value) == level == round(1 + 4 * value / 7)


def test_anchors_become_level_descriptors_with_their_value_in_the_source(framework, hr):
    rows = (anchor(2, "Understand a commercial"), anchor(1, "Hear a bell"), anchor(6, "Understand a lecture"))

    report = level_anchors.save(anchors(framework, *rows), by=hr)

    assert counts(report)[:1] == (2,)
    levels = LevelDescriptor.objects.filter(competency__framework=framework)
    assert list(levels.values_list("level", "text", "source_value")) == [
        (2, "Hear a bell\nUnderstand a commercial", "1, 2 of 0–7"),
        (4, "Understand a lecture", "6 of 0–7"),
    ]
    framework.refresh_from_db()
    sentence = "Level anchors on a scale of 0–7 were laid on 1–5 by round(1 + 4·v/7)."
    source = f"Level anchors from a file with SHA-256 {'a' * 64}, brought in on 2026-03-04."
    assert framework.changes == f"Shortened. {sentence} {source}"


def test_a_newer_file_of_anchors_takes_the_place_of_the_earlier_one(framework, hr):
    rule = "Level anchors on a scale of 0–7 were laid on 1–5 by round(1 + 4·v/7)."
    framework.changes = f"Shortened. {rule} Two are left out."
    framework.save()

    for number in range(5):
        newer = anchors(framework, anchor(6, f"No. {number}"), sha256=f"{number}" * 64, day=date(2026, 5, 1 + number))
        assert level_anchors.save(newer, by=hr).saved

    framework.refresh_from_db()
    source = f"Level anchors from a file with SHA-256 {'4' * 64}, brought in on 2026-05-05."
    assert framework.changes == f"Shortened. Two are left out. {rule} {source}"


def test_where_there_is_no_room_to_say_where_levels_are_from_nothing_is_saved(framework, hr):
    framework.changes = "x" * 400
    framework.save()

    report = level_anchors.save(anchors(framework, anchor(6, "Understand a lecture")), by=hr, skip_errors=True)

    assert not report.saved
    words = "What was changed in this framework leaves no room to say where the levels are from. Shorten it."
    assert problems(report) == [(0, "", words)]
    assert not LevelDescriptor.objects.filter(competency__framework=framework).exists()
    framework.refresh_from_db()
    assert framework.changes == "x" * 400


def test_the_same_anchors_again_change_nothing(framework, hr):
    rows = (anchor(2, "Understand a commercial"), anchor(6, "Understand a lecture"))
    level_anchors.save(anchors(framework, *rows), by=hr)

    report = level_anchors.look(anchors(framework, *rows), by=hr)
    newer = level_anchors.look(anchors(framework, anchor(2, "Understand a talk")), by=hr)

    assert counts(report) == (0, 0, 0, 0, 2, 0)
    assert newer.changes[0].fields == (("level_2", "Understand a commercial", "Understand a talk"),)


@pytest.mark.parametrize(
    ("row", "column", "message"),
    [
        (
            anchor(2, "x", code="9.Z"),
            "Element ID",
            "There is no “9.Z” in this framework. Choose the framework it belongs to, or leave the row out.",
        ),
        (anchor(8, "x"), "Anchor Value", "“8” is not a number from 0 to 7."),
        (anchor("many", "x"), "Anchor Value", "“many” is not a number from 0 to 7."),
        (anchor(2, ""), "Anchor Description", "It is empty. Say what the level looks like, or leave the row out."),
        (
            anchor(2, "x", scale="IM"),
            "Scale ID",
            "It is on the scale “IM”, the rows above on “LV”. Leave the row out.",
        ),
    ],
)
def test_a_wrong_anchor_is_named_with_what_to_do(framework, hr, row, column, message):
    report = level_anchors.look(anchors(framework, anchor(4, "Understand instructions"), row), by=hr)

    assert problems(report) == [(3, column, message)]
    assert not level_anchors.save(anchors(framework, anchor(4, "x"), row), by=hr).saved
    assert level_anchors.save(anchors(framework, anchor(4, "x"), row), by=hr, skip_errors=True).saved


def test_the_page_recognises_anchors_and_where_they_belong(framework, hr, sign_in):
    client = sign_in(hr)
    url = bring(client, workbook(HEADER, anchor(4, "Understand instructions")), "anchors.xlsx")

    page = client.get(url).content.decode()
    said = typed(page)

    assert (said["kind"], said["into"]) == ("anchors", str(framework.pk))
    assert "Level anchors on a scale of 0–7 were laid on 1–5 by round(1 + 4·v/7)." in page
    assert client.post(url, said | {"do": "save"}).url == reverse("assignments:framework", args=[framework.code])
    assert Competency.objects.get(key="1.A.1").level_descriptors.get().level == 3
    framework.refresh_from_db()
    sha256 = re.search(r"SHA-256 ([0-9a-f]{64}), brought in on (\S+)\.", framework.changes)
    assert sha256 is not None
    assert sha256[1] in page
    assert sha256[2] == today(hr.zone).isoformat()


def test_without_a_framework_the_page_asks_for_it(hr, sign_in):
    client = sign_in(hr)
    url = bring(client, workbook(HEADER, anchor(4, "Understand instructions")), "anchors.xlsx")
    page = client.get(url).content.decode()

    answer = client.post(url, typed(page) | {"do": "save", "into": ""})

    assert answer.status_code == 422
    assert "Choose the framework whose levels the file describes." in answer.content.decode()
