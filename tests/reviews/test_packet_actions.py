import json
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection

from assignments.refusals import Refused, Stale
from reviews.actions import packet as actions
from reviews.actions.calibration_level import amend
from reviews.actions.narrative import write_narrative
from reviews.actions.review import submit
from reviews.canonical import digest, figure, moment
from reviews.evidence import evidence_for
from reviews.models import (
    Criterion,
    Level,
    NeverChanges,
    PacketAddendum,
    PacketStatement,
    Relation,
    Review,
    ReviewNarrative,
    ReviewPacket,
    Score,
)
from stretchhub.audit.models import AuditEntry
from stretchhub.notices import delivery, kinds
from stretchhub.notices.models import Notice
from stretchhub.people.models import Role
from tests.factories import (
    AssignmentFactory,
    EvidenceFactory,
    ReviewCycleFactory,
    ReviewFactory,
    RubricFactory,
    UserFactory,
)
from tests.reviews.panel import ORDER, answers, start

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


def panel_final(assignment=None):
    """A whole panel handed in; what was frozen of it."""
    reviews = start(assignment)
    for relation in ORDER:
        review = reviews[relation]
        review.refresh_from_db()
        cited = evidence_for(review).values_list("pk", flat=True)
        submit(review, by=review.rater, edit=review.edit, answers=answers(review, evidence=cited), summary="Seen it.")
    return ReviewPacket.objects.get(assignment=reviews[Relation.SELF].assignment)


def small_case():
    """One criterion, one rater, everything else as small as it can be."""
    rubric = RubricFactory(name="Small")
    Level.objects.filter(criterion__rubric=rubric).exclude(criterion__key="learning").delete()
    Criterion.objects.filter(rubric=rubric).exclude(key="learning").delete()
    rubric.criteria.get().levels.exclude(value=4).delete()
    cycle = ReviewCycleFactory(code="2026-h2", name="Second half", rubric=rubric)
    assignment = AssignmentFactory(
        title="Halve the wait",
        reviewing=True,
        mentee=UserFactory(full_name="Ada Byron"),
    )
    type(assignment).objects.filter(pk=assignment.pk).update(starts_on=date(2026, 9, 1), ends_on=date(2026, 11, 20))
    assignment.refresh_from_db()
    review = ReviewFactory(
        cycle=cycle, assignment=assignment, rater=assignment.mentee, final=True, summary="Kept it up."
    )
    Review.objects.filter(pk=review.pk).update(asked_at=AT, submitted_at=AT, final_at=AT)
    Score.objects.create(review=review, criterion=rubric.criteria.get(), level=4, note="Tested <b>twice</b>.")
    return assignment, cycle


def test_the_exact_text_of_a_small_case(monkeypatch):
    monkeypatch.setattr("reviews.actions.packet.now", lambda: AT)
    assignment, cycle = small_case()

    packet = actions.freeze(assignment, cycle, by=assignment.mentee)

    assert packet.content == (
        '{"agreement":[{"criterion":"learning","high":null,"low":null,"median":null,"observers":0,"word":null}],'
        '"assignment":{"code":"' + str(assignment.code) + '","ending":null,"ends_on":"2026-11-20",'
        '"mentee":"Ada Byron","mentor":"' + assignment.mentor.name + '","milestones":[],'
        '"sponsor":"' + assignment.sponsor.name + '","starts_on":"2026-09-01","status":"reviewing",'
        '"title":"Halve the wait"},"code":"' + str(packet.code) + '","cycle":{"code":"2026-h2","name":"Second half"},'
        '"evidence":[],"feedback":[],"format":"stretchhub-review-packet/1","frozen_at":"2026-11-24T09:30:00Z",'
        '"left_out":[],"method":{"version":1},"narrative":null,"outcomes":[],"raters":[{"asked_at":'
        '"2026-11-24T09:30:00Z","final_at":"2026-11-24T09:30:00Z","name":"Ada Byron","number":1,"relation":"self",'
        '"submitted_at":"2026-11-24T09:30:00Z","summary":"Kept it up.","version":1}],"ratings":[{"changes":[],'
        '"criterion":"learning","evidence":[],"evidence_not_shared":0,"handed_in":4,"kept_back":false,"level":4,"not_observed":false,'
        '"note":"Tested <b>twice</b>.","rater":1,"setbacks":0}],"reason":"","rubric":{"code":"'
        + str(cycle.rubric.code)
        + '","criteria":[{"key":"learning","levels":[{"anchor":"Learning at 4.","name":"Strong","value":4}],'
        '"name":"Learning"}],"name":"Small","version":1},"supersedes":null,"version":1}'
    )


def test_the_last_rater_freezes_the_packet_and_its_hash_is_that_of_what_is_stored():
    packet = panel_final()

    again = ReviewPacket.objects.get(pk=packet.pk)
    assert again.sha256 == digest(again.content)
    assert again.is_intact
    assert (again.version, again.reason, again.supersedes) == (1, "", None)
    assert [rater["relation"] for rater in again.told["raters"]] == ["self", "mentor", "sponsor", "colleague"]
    assert AuditEntry.objects.filter(verb="packet.frozen", object_id=packet.pk).count() == 1


def test_mentee_and_mentor_are_told_that_it_is_there():
    packet = panel_final()

    notices = Notice.objects.filter(kind="reviews.packet").order_by("pk")
    assert [notice.recipient for notice in notices] == [packet.assignment.mentee, packet.assignment.mentor]
    letters = [delivery.letter(each, kinds.load_things([each])[each.pk], kinds.get(each.kind)) for each in notices]
    assert "You may add a statement" in letters[0].paragraphs[1]
    assert "goes beside it" in letters[1].paragraphs[1]
    assert letters[0].path == f"/packets/{packet.code}/"


def test_nothing_can_change_or_take_away_what_is_frozen_or_said():
    packet = panel_final()
    said = actions.state(packet, by=packet.assignment.mentee, number=0, text="I see it so.")
    more = actions.add(packet, by=packet.assignment.mentor, text="One more thing.")

    for thing in (packet, said, more):
        model = type(thing)
        for change in (
            thing.save,
            thing.delete,
            lambda model=model: model.objects.update(pk=1),
            lambda model=model: model.objects.all().delete(),
            lambda model=model, thing=thing: model.objects.bulk_update([thing], ["id"]),
        ):
            with pytest.raises(NeverChanges):
                change()
    assert ReviewPacket.objects.get().content == packet.content


def test_a_text_that_was_changed_behind_its_back_is_seen():
    packet = panel_final()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE reviews_reviewpacket SET content = %s WHERE id = %s", ["{}", packet.pk])

    assert not ReviewPacket.objects.get().is_intact


def test_an_amended_level_makes_a_second_version_with_the_reason_and_keeps_the_first():
    first = panel_final()
    calibrator = UserFactory(roles=[Role.CALIBRATOR])
    score = Score.objects.get(
        review__assignment=first.assignment, review__relation=Relation.MENTOR, criterion__key="learning"
    )

    amend(score, by=calibrator, shown=3, level=4, reason="The second test was overlooked.")

    second = ReviewPacket.objects.newest().get()
    assert (second.version, second.reason, second.supersedes) == (2, "The second test was overlooked.", first)
    assert second.told["supersedes"] == {"version": 1, "sha256": first.sha256}
    rating = next(each for each in second.told["ratings"] if each["criterion"] == "learning" and each["rater"] == 2)
    assert (rating["level"], rating["handed_in"]) == (4, 3)
    assert [(each["before"], each["after"], each["by"]) for each in rating["changes"]] == [(3, 4, calibrator.name)]
    assert ReviewPacket.objects.get(version=1).content == first.content


def test_a_new_version_wants_a_reason():
    packet = panel_final()

    with pytest.raises(ValidationError):
        actions.freeze(packet.assignment, packet.cycle, by=None, reason=" ")


def test_what_is_not_shared_is_counted_and_not_named():
    assignment = AssignmentFactory()
    EvidenceFactory(assignment=assignment, title="Kept between us")
    EvidenceFactory(assignment=assignment, title="For everybody", shared_at_review=True)
    reviews = start(assignment)
    for relation in ORDER:
        review = reviews[relation]
        review.refresh_from_db()
        cited = assignment.evidence.values_list("pk", flat=True)
        submit(review, by=review.rater, edit=review.edit, answers=answers(review, evidence=cited), summary="")

    told = ReviewPacket.objects.get().told

    assert [(each["label"], each["title"]) for each in told["evidence"]] == [("E1", "For everybody")]
    assert {"what": "evidence_not_shared", "count": 1} in told["left_out"]
    own = next(each for each in told["ratings"] if each["rater"] == 1)
    assert (own["evidence"], own["evidence_not_shared"]) == (["E1"], 1)
    assert "Kept between us" not in ReviewPacket.objects.get().content


def test_where_one_observer_alone_gave_a_level_no_observer_is_quoted():
    reviews = start()
    for relation in ORDER:
        review = reviews[relation]
        review.refresh_from_db()
        level = 3 if relation in (Relation.SELF, Relation.MENTOR) else None
        note = f"Said by {relation}. " * 12
        submit(review, by=review.rater, edit=review.edit, answers=answers(review, level, note), summary="")

    packet = ReviewPacket.objects.get()

    kept_back = [(each["rater"], each["level"], each["note"]) for each in packet.told["ratings"] if each["kept_back"]]
    assert kept_back == [(rater, None, "") for _criterion in range(4) for rater in (2, 3, 4)]
    assert {"what": "rating_kept_back", "count": 12} in packet.told["left_out"]
    assert "Said by mentor" not in packet.content
    assert "Said by self" in packet.content


def test_statements_are_numbered_and_all_are_kept():
    packet = panel_final()
    mentee = packet.assignment.mentee

    actions.state(packet, by=mentee, number=0, text="First.")
    actions.state(packet, by=mentee, number=1, text="Second.")

    assert list(PacketStatement.objects.values_list("number", "text")) == [(1, "First."), (2, "Second.")]
    with pytest.raises(Stale):
        actions.state(packet, by=mentee, number=1, text="From an old page.")
    with pytest.raises(ValidationError):
        actions.state(packet, by=mentee, number=2, text="  ")
    assert Notice.objects.filter(kind="reviews.packet_stated", recipient=packet.assignment.mentor).count() == 2


def test_only_the_mentee_states_and_only_mentee_mentor_and_hr_add():
    packet = panel_final()
    assignment, hr = packet.assignment, UserFactory(roles=[Role.HR])

    for person in (assignment.mentor, assignment.sponsor, hr):
        with pytest.raises(PermissionDenied):
            actions.state(packet, by=person, number=0, text="Mine.")
    for person in (assignment.sponsor, UserFactory()):
        with pytest.raises(PermissionDenied):
            actions.add(packet, by=person, text="Mine.")
    for person in (assignment.mentee, assignment.mentor, hr):
        actions.add(packet, by=person, text="Added.")
    assert list(PacketAddendum.objects.values_list("part", flat=True)) == ["mentee", "mentor", "hr"]
    with pytest.raises(ValidationError):
        actions.add(packet, by=hr, text=" ")


def test_letters_about_what_was_said_name_nothing_of_it():
    packet = panel_final()
    actions.state(packet, by=packet.assignment.mentee, number=0, text="Between us and HR.")
    actions.add(packet, by=packet.assignment.mentor, text="My addition.")

    for kind, person in (
        ("reviews.packet_stated", packet.assignment.mentor),
        ("reviews.packet_added", packet.assignment.mentee),
    ):
        notice = Notice.objects.get(kind=kind)
        letter = delivery.letter(notice, kinds.load_things([notice])[notice.pk], kinds.get(kind))
        assert notice.recipient == person
        assert letter.path == f"/packets/{packet.code}/"
        assert not {"Between us", "My addition"} & {words[:10] for words in letter.paragraphs}


def test_the_notice_of_a_version_that_was_superseded_is_not_sent_any_more():
    first = panel_final()
    actions.freeze(first.assignment, first.cycle, by=None, reason="Amended.")

    old, new = (
        Notice.objects.filter(kind="reviews.packet", object_id=each.pk).first()
        for each in ReviewPacket.objects.order_by("version")
    )
    assert delivery.letter(old, kinds.load_things([old])[old.pk], kinds.get(old.kind)) is None
    assert "version 2" in delivery.letter(new, kinds.load_things([new])[new.pk], kinds.get(new.kind)).paragraphs[0]


def words(**told):
    return (
        dict.fromkeys(("before", "did", "changed", "ready", "differently"), "") | {"shared_with_mentor": False} | told
    )


def test_the_narrative_is_saved_until_it_is_frozen_and_then_stands_in_the_packet():
    reviews = start()
    own = reviews[Relation.SELF]
    mentee = own.rater
    first = write_narrative(own.assignment, own.cycle, by=mentee, edit=0, words=words(changed="I ask first."))
    again = write_narrative(own.assignment, own.cycle, by=mentee, edit=first.edit, words=words(changed="I ask early."))
    assert ReviewNarrative.objects.get() == again
    with pytest.raises(Stale):
        write_narrative(own.assignment, own.cycle, by=mentee, edit=1, words=words(changed="An old page."))
    with pytest.raises(PermissionDenied):
        write_narrative(own.assignment, own.cycle, by=own.assignment.mentor, edit=2, words=words())
    for relation in ORDER:
        review = reviews[relation]
        review.refresh_from_db()
        submit(review, by=review.rater, edit=review.edit, answers=answers(review), summary="")

    assert ReviewPacket.objects.get().told["narrative"]["changed"] == "I ask early."
    with pytest.raises(Refused):
        write_narrative(own.assignment, own.cycle, by=mentee, edit=2, words=words(changed="Too late."))


def test_numbers_and_moments_are_written_one_way():
    assert [figure(each) for each in (Decimal("10.00"), Decimal("0.50"), 3.5, Decimal("100"), None)] == [
        "10", "0.5", "3.5", "100", None,
    ]  # fmt: skip
    assert moment(datetime(2026, 11, 24, 9, 30, 5, 999, tzinfo=UTC)) == "2026-11-24T09:30:05Z"
    assert moment(None) is None


def test_the_text_is_the_one_that_json_reads_back():
    packet = panel_final()

    assert json.loads(packet.content)["code"] == str(UUID(str(packet.code)))
