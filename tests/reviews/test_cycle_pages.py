from datetime import timedelta

import pytest

from reviews.models import Relation, ReviewCycle, Rubric
from stretchhub.audit.models import AuditEntry
from stretchhub.env import today
from tests.factories import ReviewCycleFactory, ReviewFactory
from tests.reviews.calibrations import apart
from tests.reviews.exports import ask
from tests.reviews.test_exporting import final_review, rated

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(hr, sign_in):
    return sign_in(hr)


def test_hr_adds_a_cycle(client, hr):
    rubric = Rubric.objects.get(name="StretchHub rubric")

    answer = client.post(
        "/cycles/add/",
        {
            "name": "Second half 2026",
            "code": "2026-H2",
            "opens_on": "2026-07-01",
            "closes_on": "2026-12-31",
            "rubric": rubric.pk,
        },
    )

    assert answer["Location"] == "/cycles/2026-h2/"
    cycle = ReviewCycle.objects.get()
    assert (cycle.code, cycle.rubric, cycle.name) == ("2026-h2", rubric, "Second half 2026")
    assert AuditEntry.objects.filter(verb="cycle.added", actor=hr).count() == 1


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"closes_on": "2026-06-30"}, b"A cycle cannot close before it opens."),
        ({"code": "add"}, b"This word cannot be a code."),
        ({"code": "2026 h2"}, b"letters, numbers, underscores or hyphens"),
    ],
)
def test_a_wrong_cycle_is_said_beside_its_field(client, changed, words):
    data = {"name": "Second half", "code": "x", "opens_on": "2026-07-01", "closes_on": "2026-12-31"}

    answer = client.post("/cycles/add/", data | {"rubric": Rubric.objects.get().pk} | changed)

    assert answer.status_code == 422
    assert words in answer.content
    assert not ReviewCycle.objects.exists()


@pytest.mark.parametrize("theirs", ["2026-h2", "2026-H2"])
def test_a_code_that_another_cycle_has_is_said_and_what_was_typed_stays(client, theirs):
    rubric = ReviewCycleFactory(code=theirs).rubric
    data = {"name": "Once more", "code": "2026-h2", "opens_on": "2026-07-01", "closes_on": "2026-12-31"}

    answer = client.post("/cycles/add/", data | {"rubric": rubric.pk})

    assert answer.status_code == 422
    assert b"Another cycle has this code. Choose another." in answer.content
    assert b"Once more" in answer.content
    assert ReviewCycle.objects.count() == 1


def test_a_cycle_shows_who_is_late_by_name_and_no_rating_before_final(client):
    cycle = ReviewCycleFactory()
    late = ReviewFactory(cycle=cycle, due_on=today() - timedelta(days=3), relation=Relation.MENTOR, summary="SECRET")
    type(late).objects.filter(pk=late.pk).update(rater=late.assignment.mentor)
    rated(late, note="SECRET draft", level=2)
    handed_in = ReviewFactory(cycle=cycle, submitted=True, summary="SECRET")
    rated(handed_in, note="SECRET words")

    page = client.get(f"/cycles/{cycle.code}/").content.decode()

    assert late.assignment.mentor.name in page
    assert late.assignment.mentee.name in page
    assert "3 days late" in page
    assert "SECRET" not in page


@pytest.mark.parametrize("path", ["", "add/", "{code}/"])
def test_cycles_are_for_hr(path, administrator, mentor, sign_in):
    cycle = ReviewCycleFactory()

    for person in (administrator, mentor):
        assert sign_in(person).get("/cycles/" + path.format(code=cycle.code)).status_code == 403


def test_the_pages_take_the_same_queries_for_one_and_for_three(client, hr, count_queries):
    cycle = ReviewCycleFactory()
    pages = ["/cycles/", f"/cycles/{cycle.code}/", "/cycles/add/"]

    def add(number):
        for _each in range(number):
            ReviewCycleFactory()
            ReviewFactory(cycle=cycle, due_on=today() - timedelta(days=1))
            ReviewFactory(cycle=cycle)
            rated(final_review(cycle))
            ask(hr, cycle=cycle.code)
        return [count_queries(client, page) for page in pages]

    one = add(1)
    assert add(2) == one
    assert max(one) <= 12


def test_hr_sees_that_reviews_which_are_all_in_wait_for_a_calibration(client):
    """Else “handed in” would look as if somebody were still missing."""
    panel = apart()
    cycle, other = panel["self"].cycle, ReviewCycleFactory()

    page = client.get(f"/cycles/{cycle.code}/").content.decode()

    assert "The reviews of 1 assignment are all in and wait for a calibration." in page
    assert 'href="/calibrations/">See what waits' in page
    assert "wait for a calibration" not in client.get(f"/cycles/{other.code}/").content.decode()
