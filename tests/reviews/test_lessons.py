"""A lesson that was offered is taken back by whoever offered it, and can be offered again."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from reviews.actions.lesson import offer_lesson, take_back_lesson
from reviews.models import Lesson
from stretchhub.audit.models import AuditEntry
from tests.factories import AssignmentFactory, ClosingFactory, LessonFactory

pytestmark = pytest.mark.django_db

LISTED = reverse("reviews:lessons")


@pytest.fixture
def lesson():
    closing = ClosingFactory(assignment=AssignmentFactory(closed=True))
    return LessonFactory(closing=closing, text="Ask the sceptics first.", audience="team", named=True)


def at(lesson, what):
    return reverse(f"reviews:lesson-{what}", args=[lesson.closing.assignment.code, lesson.position])


def words(response):
    return " ".join(response.content.decode().split())


def trail():
    found = AuditEntry.objects.filter(verb__startswith="closing.lesson")
    return list(found.order_by("pk").values_list("verb", "object_type", "fields"))


def test_taken_back_it_is_its_owners_alone_and_no_name_stands_beside_it(lesson, stranger):
    assignment = lesson.closing.assignment
    before = assignment.revision

    take_back_lesson(lesson, by=assignment.mentee)

    assert (lesson.audience, lesson.named, lesson.text) == ("private", False, "Ask the sceptics first.")
    assert list(Lesson.objects.visible_to(assignment.mentee)) == [lesson]
    for other in (assignment.mentor, assignment.sponsor, stranger):
        assert not Lesson.objects.visible_to(other).exists()
    assert trail() == [("closing.lesson_taken_back", "reviews.closing", ["lessons"])]
    assignment.refresh_from_db()
    assert assignment.revision == before + 1


def test_it_can_be_offered_again_without_a_name(lesson, stranger):
    owner = lesson.closing.assignment.mentee
    take_back_lesson(lesson, by=owner)

    offer_lesson(lesson, by=owner)

    assert (lesson.audience, lesson.named) == ("team", False)
    assert list(Lesson.objects.visible_to(stranger)) == [lesson]
    assert [verb for verb, _kind, _fields in trail()] == ["closing.lesson_taken_back", "closing.lesson_offered"]


def test_one_for_the_mentor_can_be_offered_later_but_is_not_taken_back(lesson):
    assignment = lesson.closing.assignment
    shown = LessonFactory(closing=lesson.closing, position=2, text="For us two.", audience="mentor")

    take_back_lesson(shown, by=assignment.mentee)
    assert (shown.audience, trail()) == ("mentor", [])
    offer_lesson(shown, by=assignment.mentee)

    assert shown.audience == "team"


def test_a_second_press_leaves_no_second_trace(lesson):
    owner = lesson.closing.assignment.mentee
    for _press in range(2):
        take_back_lesson(lesson, by=owner)
    for _press in range(2):
        offer_lesson(lesson, by=owner)

    assert len(trail()) == 2


def test_nobody_else_takes_it_back_or_offers_it(lesson, stranger, hr):
    assignment = lesson.closing.assignment
    for other in (assignment.mentor, assignment.sponsor, stranger, hr):
        for act in (take_back_lesson, offer_lesson):
            with pytest.raises(PermissionDenied):
                act(lesson, by=other)


def test_its_owner_takes_it_back_from_the_list_and_from_the_closing(lesson, sign_in, stranger):
    assignment = lesson.closing.assignment
    client, other = sign_in(assignment.mentee), sign_in(stranger)
    assert "Take my lesson back" in words(client.get(LISTED))
    assert "Take my lesson back" not in words(other.get(LISTED))
    assert "Take back" in words(client.get(reverse("reviews:closing", args=[assignment.code])))

    page = words(client.post(at(lesson, "take-back"), follow=True))

    assert "Taken back: only you read it now." in page
    assert "Only me" in page
    assert "Ask the sceptics first." not in words(other.get(LISTED))
    assert "Offered to everybody here, without your name." in words(client.post(at(lesson, "offer"), follow=True))
    assert "Ask the sceptics first." in words(other.get(LISTED))


def test_the_mentor_reads_it_without_any_button(lesson, sign_in):
    assignment = lesson.closing.assignment

    page = words(sign_in(assignment.mentor).get(reverse("reviews:closing", args=[assignment.code])))

    assert "Ask the sceptics first." in page
    assert "Take back" not in page


@pytest.mark.parametrize("place", ["3", "0", "one"])
def test_a_place_without_a_lesson_is_not_there(lesson, sign_in, place):
    address = reverse("reviews:lesson-take-back", args=[lesson.closing.assignment.code, place])

    assert sign_in(lesson.closing.assignment.mentee).post(address).status_code == 404
