"""Two at once: what the slower of the two hears, and that what stands afterwards is there once."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from assignments.actions.goal import settle_goal
from assignments.models import Goal, GoalStatus, Option
from assignments.refusals import Refused
from reviews.actions import closing, equity, export, export_writing
from reviews.actions.cycle import add_cycle
from reviews.actions.panel import start_reviews
from reviews.actions.review import finish_panel
from reviews.models import (
    Division,
    EquityReport,
    Export,
    ExportStatus,
    Review,
    ReviewCycle,
    ReviewStatus,
    Rubric,
)
from stretchhub.audit.models import AuditEntry
from stretchhub.env import now, today
from stretchhub.notices.models import Notice
from stretchhub.people.models import Role
from tests.factories import AssignmentFactory, ReviewFactory, UserFactory
from tests.reviews.panel import start
from tests.reviews.test_closing import assignment, gap, mentorship, offer  # noqa: F401
from tests.reviews.test_export_actions import asked, cycle  # noqa: F401
from tests.reviews.test_panel import OLA, hand_in
from tests.rival import first

pytestmark = pytest.mark.django_db


@pytest.fixture
def analyst(db):
    return UserFactory(roles=[Role.EQUITY_ANALYST])


def entries(verb):
    return AuditEntry.objects.filter(verb=verb).count()


def test_of_two_cycles_with_one_code_the_second_is_told_to_choose_another(hr):
    def add(name):
        rubric = Rubric.objects.get(name="StretchHub rubric")
        span = {"opens_on": today(), "closes_on": today() + timedelta(days=90)}
        return add_cycle(by=hr, code="2026-h2", name=name, rubric=rubric, **span)

    add("First")

    with pytest.raises(ValidationError) as refused:
        add("Second")

    assert refused.value.message_dict == {"code": ["Another cycle has this code. Choose another."]}
    assert list(ReviewCycle.objects.values_list("name", flat=True)) == ["First"]
    assert entries("cycle.added") == 1


def test_of_two_reports_of_a_quarter_at_once_one_is_kept(analyst, monkeypatch):
    first(monkeypatch, equity, "content_of", lambda: equity.take_report(by=analyst))

    with pytest.raises(Refused, match="is there already"):
        equity.take_report(by=analyst)

    assert EquityReport.objects.count() == entries("equity_report.taken") == 1


def test_two_divisions_never_have_one_name(analyst):
    def add(name):
        return equity.add_division(by=analyst, name=name, purpose="To see who is asked.", groups=["A", "B"])

    age, place = add("Age"), add("Place")

    with pytest.raises(ValidationError) as added:
        add("Age")
    with pytest.raises(ValidationError) as changed:
        equity.edit_division(
            place, by=analyst, edit=place.edit, name="Age", purpose=place.purpose, groups=place.groups, is_active=True
        )

    told = {"name": ["Another division has this name. Choose another."]}
    assert added.value.message_dict == changed.value.message_dict == told
    assert set(Division.objects.filter(pk__in=[age.pk, place.pk]).values_list("name", "edit")) == {
        ("Age", age.edit),
        ("Place", place.edit),
    }
    assert (entries("division.added"), entries("division.changed")) == (2, 0)


def test_an_assignment_is_reviewed_once_in_a_cycle():
    before = ReviewFactory(assignment=AssignmentFactory())
    work = before.assignment

    with pytest.raises(ValidationError) as refused:
        start_reviews(work, by=work.mentor, cycle=before.cycle, people=[OLA], due_on=today())

    assert refused.value.message_dict == {"cycle": ["This assignment has been reviewed in this cycle. Choose another."]}
    assert list(Review.objects.filter(assignment=work)) == [before]


def test_reviews_that_are_final_are_not_finished_once_more():
    panel = start(others=[OLA])
    for review in Review.objects.filter(assignment=panel["self"].assignment):
        hand_in(review)
    standing = list(Review.objects.order_by("pk").values("pk", "status", "edit", "submitted_at"))
    assert {each["status"] for each in standing} == {ReviewStatus.FINAL}
    told, written = Notice.objects.count(), AuditEntry.objects.count()

    finish_panel(panel["self"], by=None)

    assert list(Review.objects.order_by("pk").values("pk", "status", "edit", "submitted_at")) == standing
    assert (Notice.objects.count(), AuditEntry.objects.count()) == (told, written)


def test_a_goal_that_is_settled_meanwhile_makes_no_idea(assignment, mentee, gap, monkeypatch):  # noqa: F811
    ahead_of = closing.ahead_of

    def ahead(work):
        found = ahead_of(work)
        for goal in Goal.objects.filter(mentorship=work.option.mentorship):
            settle_goal(goal, by=mentee, status=GoalStatus.REACHED)
        return found

    monkeypatch.setattr(closing, "ahead_of", ahead)

    with pytest.raises(Refused, match="No open goal asks for this any more"):
        closing.add_next(assignment, by=mentee, key=f"gap:{gap.pk}")

    assert list(Option.objects.values_list("pk", flat=True)) == [assignment.option_id]


def test_of_two_workers_each_export_is_expired_by_one(cycle, hr, monkeypatch):  # noqa: F811
    exports = [asked(cycle, hr) for _number in range(2)]
    export_writing.write_waiting()
    Export.objects.update(expires_at=now())
    by_the_other = first(monkeypatch, export, "record", export.expire)

    assert export.expire() == 1

    assert by_the_other == [1]
    assert set(Export.objects.values_list("status", flat=True)) == {ExportStatus.EXPIRED}
    assert entries("export.expired") == len(exports)
