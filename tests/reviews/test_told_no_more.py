"""Whoever has left their office, or has a part by now, learns nothing more of reviews from earlier messages."""

import pytest

from reviews.actions import export as exports
from reviews.actions import export_writing as writing
from reviews.actions.panel import Named, add_raters, decline
from reviews.calibration_messages import wanted
from reviews.exporting import Scope
from reviews.models import Relation, Review
from stretchhub.env import now
from stretchhub.notices.models import Notice
from stretchhub.people.models import Role
from tests.factories import HRFactory, ReviewCycleFactory, UserFactory
from tests.reviews.panel import start
from tests.reviews.test_exporting import final_review, rated
from tests.reviews.test_panel import DUE, today

pytestmark = pytest.mark.django_db


def a_no(person):
    """HR named somebody, who said why not."""
    panel = start()
    [review] = add_raters(
        panel[Relation.SELF].assignment, by=person, people=[Named("expert", UserFactory())], due_on=today() + DUE
    )
    decline(review, by=review.rater, no_contact=False, reason="We have fallen out.")


def a_calibration(person):
    panel = start(cycle=ReviewCycleFactory(calibrates=True))
    Review.objects.update(status="calibrating", submitted_at=now())
    own = panel[Relation.SELF]
    own.refresh_from_db()
    wanted(own)


def an_export(person):
    rated(final_review(ReviewCycleFactory()))
    exports.request_export(by=person, tables=["ratings"], format="csv", purpose="A talk", scope=Scope())
    writing.write_waiting()


def lines(sign_in, person) -> list[str]:
    return [line.letter.subject for line in sign_in(person).get("/notices/").context["lines"]]


@pytest.mark.parametrize("tell", [a_no, a_calibration, an_export])
def test_without_the_role_the_page_tells_it_no_more(sign_in, tell):
    person = HRFactory()
    person.role_grants.create(role=Role.CALIBRATOR)
    tell(person)
    assert len(lines(sign_in, person)) == 1

    person.role_grants.all().delete()

    assert lines(sign_in, person) == []
    assert Notice.objects.filter(recipient=person).count() == 1


def test_a_calibrator_who_has_a_part_by_now_is_not_told_that_it_waits(sign_in):
    person = UserFactory(roles=[Role.CALIBRATOR])
    a_calibration(person)
    assert len(lines(sign_in, person)) == 1

    Review.objects.filter(relation=Relation.COLLEAGUE).update(rater=person)

    assert lines(sign_in, person) == []
