"""A lesson after its closing: offered to everybody here, and taken back, by whoever learned it."""

from __future__ import annotations

from django.db import transaction

from assignments.actions.revision import raise_revision
from stretchhub.audit.trail import record
from stretchhub.people.models import User
from stretchhub.people.rules import require

from ..models import Lesson, LessonAudience
from ..rules import can_close_with_care


@transaction.atomic
def take_back_lesson(lesson: Lesson, *, by: User) -> None:
    """From now on its owner alone reads it; those who read it before have read it."""
    require(can_close_with_care(by, lesson.closing.assignment))
    offered = Lesson.objects.offered().filter(pk=lesson.pk)
    _moved(lesson, offered.update(audience=LessonAudience.PRIVATE, named=False), by, "closing.lesson_taken_back")


@transaction.atomic
def offer_lesson(lesson: Lesson, *, by: User) -> None:
    """Offer it to everybody here, without a name."""
    require(can_close_with_care(by, lesson.closing.assignment))
    kept = Lesson.objects.filter(pk=lesson.pk).exclude(audience=LessonAudience.TEAM)
    _moved(lesson, kept.update(audience=LessonAudience.TEAM), by, "closing.lesson_offered")


def _moved(lesson: Lesson, changed: int, by: User, verb: str) -> None:
    """A second press finds it done. The trail names the closing, so that nobody finds out whose a lesson is."""
    if changed:
        record(by, verb, lesson.closing, fields=["lessons"])
        raise_revision(lesson.closing.assignment)
    lesson.refresh_from_db()
