"""Several people at once, on a real server."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection

from assignments.refusals import Refused
from reviews.actions.calibration import lock_session
from reviews.actions.calibration_level import change_level, keep
from reviews.actions.export_writing import claim
from reviews.actions.practice_case import retire_case
from reviews.actions.review import save_draft, submit
from reviews.models import (
    CalibrationItem,
    CalibrationSession,
    Export,
    Review,
    ReviewStatus,
    Score,
    ScoreChange,
    Vignette,
)
from stretchhub.audit.models import AuditEntry
from stretchhub.people.models import Role
from tests.factories import HRFactory, UserFactory
from tests.reviews.calibrations import apart, running, score_of
from tests.reviews.exports import ask
from tests.reviews.panel import ORDER, answers, start

pytestmark = [pytest.mark.real, pytest.mark.django_db(transaction=True)]


def at_once(count, work):
    """Run `work(number)` in so many threads that begin together; their answers."""
    barrier = Barrier(count)

    def run(number):
        barrier.wait()
        try:
            return work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


def test_four_raters_who_submit_at_once_finish_the_panel():
    reviews = start()

    def hand_in(number):
        review = Review.objects.select_related("cycle", "assignment").get(pk=reviews[ORDER[number]].pk)
        submit(review, by=review.rater, edit=1, answers=answers(review), summary="Seen it.")

    at_once(4, hand_in)

    assert set(Review.objects.values_list("status", flat=True)) == {ReviewStatus.FINAL}
    assert AuditEntry.objects.filter(verb="review.finalised").count() == 4


def test_of_ten_saves_of_one_draft_exactly_one_wins():
    review = next(iter(start().values()))

    def save(number):
        found = Review.objects.select_related("cycle", "assignment").get(pk=review.pk)
        try:
            save_draft(found, by=found.rater, edit=1, answers=answers(found, note=f"from {number}"), summary="")
        except Refused:
            return 0
        return 1

    assert sum(at_once(10, save)) == 1
    review.refresh_from_db()
    assert review.edit == 2
    assert review.scores.values("note").distinct().count() == 1
    assert AuditEntry.objects.filter(verb="review.saved").count() == 1


def test_of_seven_cases_two_who_retire_at_once_leave_six():
    hr = HRFactory()
    Vignette.objects.all().delete()
    Vignette.objects.bulk_create(
        Vignette(key=f"case-{number}", criterion_key="impact", text="…", gold=3, status="published")
        for number in range(7)
    )

    def retire(number):
        try:
            retire_case(Vignette.objects.get(key=f"case-{number}"), by=hr)
        except Refused:
            return 0
        return 1

    assert sum(at_once(2, retire)) == 1
    assert Vignette.objects.published().count() == 6
    assert AuditEntry.objects.filter(verb="vignette.retired").count() == 1


def test_an_export_is_claimed_by_one_worker_only():
    ask(HRFactory())

    claimed = at_once(6, lambda number: claim())

    assert sum(export is not None for export in claimed) == 1


def test_of_twenty_exports_asked_for_at_once_ten_are_too_many(settings):
    hr = HRFactory()

    def one(number):
        try:
            return ask(hr)
        except Refused:
            return None

    assert sum(export is not None for export in at_once(20, one)) == settings.EXPORTS_A_DAY == 10
    assert Export.objects.filter(requested_by=hr).count() == 10


def test_of_fifty_changes_of_one_level_exactly_one_wins():
    panel = apart()
    calibrator = UserFactory(roles=[Role.CALIBRATOR])
    item = running(panel, facilitator=calibrator).items.get()
    score = score_of(panel["mentor"], "influence")

    def change(number):
        found = CalibrationItem.objects.select_related("session", "assignment").get(pk=item.pk)
        mine = Score.objects.select_related("review__assignment").get(pk=score.pk)
        try:
            change_level(found, by=calibrator, score=mine, shown=4, level=number % 3 + 1, reason=f"Reason {number}.")
        except Refused:
            return 0
        return 1

    assert sum(at_once(50, change)) == 1
    (change,) = ScoreChange.objects.all()
    assert Score.objects.get(pk=score.pk).level == change.after
    assert AuditEntry.objects.filter(verb="score.calibrated").count() == 1


def test_of_twenty_who_lock_a_session_one_makes_its_reviews_final():
    panel = apart()
    calibrator = UserFactory(roles=[Role.CALIBRATOR])
    session = running(panel, facilitator=calibrator)
    keep(session.items.get(), by=calibrator, note="")

    def end(number):
        try:
            lock_session(CalibrationSession.objects.get(pk=session.pk), by=calibrator)
        except (Refused, PermissionDenied):
            return 0
        return 1

    assert sum(at_once(20, end)) == 1
    assert AuditEntry.objects.filter(verb="review.finalised").count() == 4
