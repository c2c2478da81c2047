"""What stands in a packet beside its ratings, and how it is told."""

from datetime import date
from decimal import Decimal

import pytest

from reviews.actions.review import submit
from reviews.canonical import canonical
from reviews.models import Relation, ReviewPacket
from reviews.packet_ratings import agreements_of
from reviews.packet_words import parts_of
from tests.factories import (
    AssignmentFactory,
    BriefOutcomeFactory,
    BriefVersionFactory,
    EvidenceFactory,
    MeasurementFactory,
)
from tests.reviews.panel import ORDER, answers, start
from tests.reviews.test_packet_actions import panel_final

pytestmark = pytest.mark.django_db


def section(packet, key, **options):
    return next(part for part in parts_of(packet.told, **options) if part.key == key)


def measured(assignment, **values):
    version = BriefVersionFactory(brief__option=assignment.option, status="sponsor_accepted", outcome=None)
    outcome = BriefOutcomeFactory(
        version=version,
        due_on=date(2026, 10, 1),
        method="Counted each Monday",
        source="The claims system",
        counter_metric="Complaints a week",
        attribution="trend",
        other_causes="A quiet quarter\n\nOne new hire",
    )
    return MeasurementFactory(assignment=assignment, outcome=outcome, **values)


def test_an_outcome_is_told_with_its_way_its_claim_and_what_else_may_have_moved_it():
    assignment = AssignmentFactory()
    measured(assignment, value=Decimal("16"), low=Decimal("15"), high=Decimal("17.50"), measured_on=date(2026, 9, 20))

    packet = panel_final(assignment)

    (item,) = section(packet, "outcomes").groups[0].items
    assert item.title == "Cycle time of a claim"
    assert item.beside == "16 days on 20 Sep 2026, between 15 and 17.5, n = 12, an early result"
    assert item.lines == (
        "From 21 days to 14 days by 1 Oct 2026",
        "71 % of the way.",
        "This work contributed to it, against the trend.",
        "How it is measured: Counted each Monday",
        "Where the data come from: The claims system",
        "What must not get worse: Complaints a week",
        "Other plausible causes: A quiet quarter; One new hire",
    )
    assert packet.told["outcomes"][0]["progress"] == {"off": None, "reason": "on_the_way", "value": "0.7143"}


def test_what_was_to_be_kept_and_what_was_never_measured_say_so():
    assignment = AssignmentFactory()
    version = BriefVersionFactory(brief__option=assignment.option, status="sponsor_accepted", outcome=None)
    kept = BriefOutcomeFactory(
        version=version,
        metric="Complaints",
        unit="",
        direction="maintain",
        baseline=5,
        target=5,
        tolerance=1,
        due_on=None,
    )
    BriefOutcomeFactory(version=version, metric="Never looked at", due_on=date(2026, 10, 1))
    MeasurementFactory(assignment=assignment, outcome=kept, value=Decimal("7"), n=None, measured_on=date(2026, 9, 20))

    first, second = section(panel_final(assignment), "outcomes").groups[0].items

    assert (first.beside, first.lines) == (
        "7 on 20 Sep 2026",
        ("From 5 to 5", "Not kept: 2 off, beyond the ± 1 that were agreed."),
    )
    assert second.beside == "Not measured"
    assert second.lines == ("From 21 days to 14 days by 1 Oct 2026",)


def test_evidence_stands_there_with_its_words_and_a_hash_of_its_own():
    assignment = AssignmentFactory()
    EvidenceFactory(
        assignment=assignment,
        title="First week",
        kind="text",
        text="Ten claims in 16 days.",
        changed="Two teams share one queue.",
        learned="Between us.",
        link="https://example.org/notes",
        happened_on=date(2026, 9, 9),
        shared_at_review=True,
    )

    packet = panel_final(assignment)

    (piece,) = packet.told["evidence"]
    own = {name: value for name, value in piece.items() if name not in ("label", "sha256")}
    assert piece["sha256"] == canonical(own).sha256
    (item,) = section(packet, "evidence").groups[0].items
    assert (item.title, item.beside, item.words) == ("E1 First week", "Words · 9 Sep 2026", "Ten claims in 16 days.")
    assert item.lines == (
        "Changed: Two teams share one queue.",
        "https://example.org/notes",
        f"SHA-256 of this piece: {piece['sha256']}",
    )
    assert "Between us." not in packet.content


def test_each_criterion_says_how_its_levels_lie_and_draws_them():
    levels = {Relation.SELF: 5, Relation.MENTOR: 4, Relation.SPONSOR: 3, Relation.COLLEAGUE: 3}
    reviews = start()
    for relation in ORDER:
        review = reviews[relation]
        review.refresh_from_db()
        submit_at(review, levels[relation])

    packet = ReviewPacket.objects.get()

    group = section(packet, "ratings").groups[0]
    assert group.lead == (
        "The median of 3 observers is 3. Observers are one level apart: 3 to 4. "
        "The own rating is higher than the observers’."
    )
    assert [(level, own) for _name, level, own in group.marks] == [(5, True), (4, False), (3, False), (3, False)]
    assert packet.told["agreement"][0] == {
        "criterion": "learning", "high": 4, "low": 3, "median": "3", "observers": 3, "word": "close",
    }  # fmt: skip


def test_where_levels_lie_apart_the_frozen_packet_asks_nobody_to_talk_about_it():
    levels = {Relation.SELF: 3, Relation.MENTOR: 2, Relation.SPONSOR: 3, Relation.COLLEAGUE: 4}
    reviews = start()
    for relation in ORDER:
        review = reviews[relation]
        review.refresh_from_db()
        submit_at(review, levels[relation])

    group = section(ReviewPacket.objects.get(), "ratings").groups[0]

    assert group.lead == "The median of 3 observers is 3. Observers range from 2 to 4."


def submit_at(review, level):
    submit(review, by=review.rater, edit=review.edit, answers=answers(review, level), summary="")


def test_agreement_leaves_out_the_own_level_and_what_was_not_observed():
    ratings = [
        {"criterion": "impact", "rater": 1, "level": 5},
        {"criterion": "impact", "rater": 2, "level": 2},
        {"criterion": "impact", "rater": 3, "level": None},
        {"criterion": "impact", "rater": 4, "level": 4},
    ]

    assert agreements_of(ratings, own=1) == [
        {"criterion": "impact", "observers": 2, "median": "3", "low": 2, "high": 4, "word": "discuss"}
    ]


def test_where_nobody_gave_a_level_nothing_is_drawn_and_no_median_is_told():
    reviews = start()
    for relation in ORDER:
        review = reviews[relation]
        review.refresh_from_db()
        submit_at(review, 3 if relation in (Relation.SELF, Relation.MENTOR) else None)

    group = section(ReviewPacket.objects.get(), "ratings").groups[0]

    assert group.lead == "Fewer than two observers gave a level."
    assert [level for _name, level, _own in group.marks] == [3]


def test_the_sponsor_reads_no_feedback_and_no_evidence():
    keys = [part.key for part in parts_of(panel_final().told, whole=False)]

    assert keys == ["narrative", "ratings", "summaries", "outcomes", "milestones", "raters", "left-out"]
