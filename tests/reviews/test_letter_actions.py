import hashlib
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from assignments.models import BriefStatus, StretchDemand, StretchProfile
from assignments.models.stretch import Component
from assignments.refusals import Refused, Stale
from reviews import letter_facts
from reviews.actions import document as documents
from reviews.actions import letter as actions
from reviews.canonical import digest
from reviews.models import (
    DocumentPaper,
    DocumentWithdrawal,
    IssuedDocument,
    Letter,
    LetterPart,
    LetterState,
    NeverChanges,
    Relation,
    Score,
)
from reviews.own_records import Record
from stretchhub.audit.models import AuditEntry
from stretchhub.notices import delivery, kinds
from stretchhub.notices.models import Notice
from stretchhub.today import waiting_for
from tests.factories import (
    AssignmentFactory,
    BriefFactory,
    BriefOutcomeFactory,
    BriefVersionFactory,
    EvidenceFactory,
    MeasurementFactory,
    ReviewCycleFactory,
    UserFactory,
)
from tests.reviews.letters import WORDS, approved, asked, reviewed, signed, written

pytestmark = pytest.mark.django_db


def mails_of(kind):
    notices = Notice.objects.filter(kind=kind).order_by("pk")
    return [
        (each.recipient, delivery.letter(each, kinds.load_things([each])[each.pk], kinds.get(each.kind)))
        for each in notices
    ]


def test_there_is_no_letter_before_the_reviews_are_final():
    assignment = AssignmentFactory(reviewing=True)

    with pytest.raises(Refused):
        actions.begin_letter(assignment, by=assignment.mentor)
    with pytest.raises(Refused):
        actions.want_letter(assignment, by=assignment.mentee)
    assert not Letter.objects.exists()


def test_the_mentee_asks_for_a_letter_once_and_the_mentor_is_told_once():
    assignment = reviewed()

    first = actions.want_letter(assignment, by=assignment.mentee)
    again = actions.want_letter(assignment, by=assignment.mentee)

    assert first == again == Letter.objects.get()
    assert first.wanted_at is not None
    ((recipient, mail),) = mails_of("reviews.letter_wanted")
    assert recipient == assignment.mentor
    assert mail.subject == f"{assignment.mentee.name} asks you for a letter"
    assert [line.title for line in waiting_for(assignment.mentor) if line.kind == "reviews.letter_draft"] == [
        f"Write a letter for {assignment.mentee.name}"
    ]


@pytest.mark.parametrize("who", ["mentor", "sponsor", "stranger"])
def test_nobody_but_the_mentee_asks_for_one(who, stranger):
    assignment = reviewed()
    by = {"stranger": stranger}.get(who) or getattr(assignment, who)

    with pytest.raises(PermissionDenied):
        actions.want_letter(assignment, by=by)


@pytest.mark.parametrize("who", ["mentee", "sponsor"])
def test_nobody_but_the_mentor_begins_writes_asks_or_signs(who):
    letter = written()
    by = getattr(letter.assignment, who)

    with pytest.raises(PermissionDenied):
        actions.begin_letter(letter.assignment, by=by)
    with pytest.raises(PermissionDenied):
        actions.write_letter(letter, by=by, edit=letter.edit, written=actions.Written(words={}))
    with pytest.raises(PermissionDenied):
        actions.ask_to_approve(letter, by=by, edit=letter.edit)
    with pytest.raises(PermissionDenied):
        actions.sign(letter, by=by, edit=letter.edit)


def test_one_letter_is_written_at_a_time():
    letter = written()

    assert actions.begin_letter(letter.assignment, by=letter.author) == letter
    with pytest.raises(IntegrityError), transaction.atomic():
        Letter.objects.create(assignment=letter.assignment, author=letter.author, cycle=letter.cycle)


def test_a_stale_save_changes_nothing():
    letter = written()

    with pytest.raises(Stale):
        actions.write_letter(letter, by=letter.author, edit=letter.edit - 1, written=actions.Written(words={}))
    assert Letter.objects.get().words == WORDS


def test_evidence_that_is_not_shared_at_review_or_is_of_other_work_is_not_named():
    letter = written()
    private = EvidenceFactory(assignment=letter.assignment)
    foreign = EvidenceFactory(shared_at_review=True)

    for evidence in (private, foreign):
        with pytest.raises(ValidationError):
            actions.write_letter(
                letter,
                by=letter.author,
                edit=letter.edit,
                written=actions.Written(words=WORDS, second_evidence=evidence),
            )


def test_what_matters_most_is_written_before_the_mentee_is_asked():
    letter = written(first="", ready="")

    with pytest.raises(ValidationError, match="One thing I saw"):
        actions.ask_to_approve(letter, by=letter.author, edit=letter.edit)


def test_asking_shows_the_mentee_the_facts_and_tells_them():
    letter = asked()

    assert letter.state == LetterState.ASKED
    assert letter.facts["first"] == [
        f"Evidence: “The bay list”, {letter_facts.day(letter.first_evidence.happened_on.isoformat())}."
    ]
    ((recipient, mail),) = mails_of("reviews.letter_asked")
    assert recipient == letter.assignment.mentee
    assert "signed only after you have approved it" in mail.paragraphs[1]
    assert [line.kind for line in waiting_for(letter.assignment.mentee) if "letter" in line.kind] == [
        "reviews.letter_asked"
    ]
    assert [line.kind for line in waiting_for(letter.author) if "letter" in line.kind] == []


def test_only_the_mentee_answers_and_only_what_they_have_read():
    letter = asked()

    for by in (letter.author, letter.assignment.sponsor):
        with pytest.raises(PermissionDenied):
            actions.approve(letter, by=by, edit=letter.edit)
    with pytest.raises(Stale):
        actions.approve(letter, by=letter.assignment.mentee, edit=letter.edit - 1)
    assert Letter.objects.get().state == LetterState.ASKED


def test_what_should_be_otherwise_is_said_part_by_part():
    letter = asked()
    mentee = letter.assignment.mentee

    with pytest.raises(ValidationError):
        actions.ask_for_changes(letter, by=mentee, edit=letter.edit, remarks={"first": " ", "nonsense": "x"})
    actions.ask_for_changes(letter, by=mentee, edit=letter.edit, remarks={"first": "It was three shifts.", "who": ""})

    assert (letter.state, letter.remarks) == (LetterState.CHANGES, {"first": "It was three shifts."})
    ((recipient, mail),) = mails_of("reviews.letter_answered")
    assert recipient == letter.author
    assert mail.subject == f"{mentee.name} asks for changes in the letter"
    assert "three shifts" not in str(mail)
    assert [line.title for line in waiting_for(letter.author) if line.kind == "reviews.letter_changes"] == [
        f"Change the letter for {mentee.name}"
    ]


def test_nothing_is_signed_that_was_not_approved():
    for letter in (written(), asked()):
        with pytest.raises(Stale):
            actions.sign(letter, by=letter.author, edit=letter.edit)
    assert not IssuedDocument.objects.exists()


def test_a_change_after_the_approval_needs_a_new_one():
    letter = approved()
    read = letter.edit

    actions.write_letter(
        letter, by=letter.author, edit=letter.edit, written=actions.Written(words=WORDS | {"hard": "The first week."})
    )

    assert letter.state == LetterState.DRAFT
    with pytest.raises(Stale):
        actions.sign(letter, by=letter.author, edit=letter.edit)
    with pytest.raises(Stale):
        actions.sign(letter, by=letter.author, edit=read)
    again = actions.ask_to_approve(letter, by=letter.author, edit=letter.edit)
    actions.approve(again, by=letter.assignment.mentee, edit=again.edit)
    assert "The first week." in actions.sign(again, by=letter.author, edit=again.edit).content


def test_facts_that_have_changed_since_are_approved_anew():
    letter = approved()
    letter.first_evidence.shared_at_review = False
    letter.first_evidence.save()

    with pytest.raises(Refused, match="records have changed"):
        actions.sign(Letter.objects.get(), by=letter.author, edit=letter.edit)
    assert not IssuedDocument.objects.exists()


def test_signing_freezes_the_letter_with_its_papers_and_tells_the_mentee():
    document = signed()

    letter = Letter.objects.get()
    kept = IssuedDocument.objects.get()
    assert (letter.state, letter.document) == (LetterState.SIGNED, document)
    assert kept.sha256 == digest(kept.content)
    assert kept.is_intact
    assert (kept.person, kept.by, kept.version) == (letter.assignment.mentee, letter.author, 1)
    assert kept.told["format"] == "stretchhub-document/1"
    assert [each["key"] for each in kept.told["sections"]] == LetterPart.values
    assert kept.told["sections"][2]["words"] == WORDS["first"]
    for paper in DocumentPaper.objects.all():
        assert hashlib.sha256(bytes(paper.pdf)).hexdigest() == paper.sha256
    assert DocumentPaper.objects.count() == 2
    ((recipient, mail),) = mails_of("reviews.letter_signed")
    assert recipient == letter.assignment.mentee
    assert mail.path == f"/documents/{document.code}/"
    assert AuditEntry.objects.filter(verb="letter.signed").count() == 1
    assert AuditEntry.objects.get(verb="document.issued").facts == {"kind": "letter"}


def test_a_signed_letter_is_never_changed():
    letter = Letter.objects.get(document=signed())

    with pytest.raises(PermissionDenied):
        actions.write_letter(letter, by=letter.author, edit=letter.edit, written=actions.Written(words={}))
    for thing in (IssuedDocument.objects.get(), DocumentPaper.objects.first()):
        for change in (thing.save, thing.delete, lambda thing=thing: type(thing).objects.all().update(pk=1)):
            with pytest.raises(NeverChanges):
                change()


def test_a_new_letter_begins_with_the_words_of_the_last_and_takes_its_place():
    first = signed()
    assignment = first.assignment

    second = signed(assignment, hard="What I forgot.")

    assert (second.version, second.supersedes) == (2, first)
    assert second.told["replaces"] == {"version": 1, "sha256": first.sha256}
    assert [each.standing for each in IssuedDocument.objects.order_by("version")] == ["replaced", "valid"]
    begun = actions.begin_letter(assignment, by=assignment.mentor)
    assert begun.words["hard"] == "What I forgot."


@pytest.mark.parametrize("who", ["mentee", "mentor"])
def test_whose_it_is_and_who_signed_it_withdraw_it_once(who):
    document = signed()
    by = getattr(document.assignment, who)

    documents.withdraw(document, by=by)

    assert IssuedDocument.objects.get().standing == "withdrawn"
    with pytest.raises(Refused):
        documents.withdraw(IssuedDocument.objects.get(), by=by)
    assert DocumentWithdrawal.objects.count() == 1


def test_nobody_else_withdraws_it(hr):
    document = signed()

    for by in (document.assignment.sponsor, hr):
        with pytest.raises(PermissionDenied):
            documents.withdraw(document, by=by)


def test_a_letter_is_not_issued_past_its_signature():
    assignment = reviewed()

    with pytest.raises(PermissionDenied):
        documents.issue("letter", by=assignment.mentee, text=None, assignment=assignment)


# What the records say.


def test_who_the_mentor_is_and_since_when():
    letter = written()
    mentorship = letter.assignment.option.mentorship
    since = letter_facts.day(mentorship.started_on.isoformat())

    assert letter_facts.facts_of(letter)["who"] == [
        f"{', '.join(filter(None, (letter.author.name, letter.author.job_title)))}, "
        f"mentor of {letter.assignment.mentee.name} since {since}."
    ]
    mentorship.ended_on = mentorship.started_on
    assert f"from {since} to {since}." in letter_facts.facts_of(letter)["who"][0]
    mentorship.mentor_id = UserFactory().pk
    assert "in this assignment." in letter_facts.facts_of(letter)["who"][0]


def test_how_far_it_reached_is_told_by_the_profile_and_never_by_confidence():
    letter = written()
    profile = StretchProfile.objects.create(
        option=letter.assignment.option, feedback=4, access=4, peers=3, resources=3, safety=3, confidence=1,
        saved_by=letter.author,
    )  # fmt: skip
    shown = dict.fromkeys(Component, 2)
    for component in Component:
        asked_for = 4 if component == Component.INFLUENCE else 2
        StretchDemand.objects.create(
            profile=profile, component=component, level=asked_for, reason="It moves two teams."
        )
    letter.assignment.mentee.demonstrated_levels.bulk_create(
        letter.assignment.mentee.demonstrated_levels.model(
            person=letter.assignment.mentee, component=component, level=level, provenance="self_declared",
            dated_on=letter.assignment.starts_on, recorded_by=letter.author,
        )
        for component, level in shown.items()
    )  # fmt: skip

    told = letter_facts.facts_of(letter)["work"]

    assert told[1:] == [
        "How far it reached when it began: Stretch, light: 2 of 8.8.",
        "It asked for more than was shown before in: Influence without authority.",
    ]


def test_levels_are_told_in_rising_order_and_nobody_is_named_beside_one():
    letter = written()
    panel = {review.relation: review for review in letter.assignment.reviews.all()}
    for relation, level in ((Relation.MENTOR, 4), (Relation.SPONSOR, 2)):
        Score.objects.filter(review=panel[relation], criterion__key="learning").update(level=level)
    Score.objects.filter(review=panel[Relation.COLLEAGUE], criterion__key="influence").update(
        level=None, not_observed=True
    )
    for relation in (Relation.SPONSOR, Relation.COLLEAGUE):
        Score.objects.filter(review=panel[relation], criterion__key="impact").update(level=None, not_observed=True)

    told = letter_facts.facts_of(letter)["rubric"]

    assert told[0].endswith("in rising order; given by: Colleague, Mentor, Sponsor.")
    assert told[1] == "Learning: 2 Emerging, 3 Established, 4 Strong; own view: 3 Established."
    assert told[3] == "Influence: 3 Established, 3 Established; 1 did not observe it; own view: 3 Established."
    assert told[4] == "Impact: one observer alone gave a level, so none is told; own view: 3 Established."
    names = [review.name for review in panel.values() if review.relation != Relation.SELF]
    assert not any(name in line for name in names for line in told)


def test_a_criterion_that_nobody_else_saw_says_so():
    letter = written()
    Score.objects.filter(review__assignment=letter.assignment, criterion__key="impact").exclude(
        review__relation=Relation.SELF
    ).update(level=None, not_observed=True)

    assert letter_facts.facts_of(letter)["rubric"][4] == "Impact: nobody else observed it; own view: 3 Established."


def test_what_is_of_another_cycle_is_not_in_it():
    letter = written()

    assert list(letter_facts.rubric_facts(Record(letter.assignment), ReviewCycleFactory())) == []
    assert list(letter_facts.rubric_facts(Record(letter.assignment), None)) == []


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({}, "Wait: started at 12, aimed at 4 days; not measured."),
        (
            {"value": Decimal("5"), "low": Decimal("4.5"), "high": Decimal("6"), "n": 40},
            "Wait: started at 12, aimed at 4 days; came to 5 days (between 4.5 and 6, n = 40) on {day}. "
            "This work contributed to it, comparing before and after. Other plausible causes: A quiet August.",
        ),
    ],
)
def test_an_outcome_has_its_range_and_is_contributed_to(given, told):
    letter = written()
    outcome = agreed(letter, attribution="before_after", other_causes="A quiet August")
    if given:
        found = MeasurementFactory(assignment=letter.assignment, outcome=outcome, **given)
        told = told.format(day=letter_facts.day(found.measured_on.isoformat()))

    assert letter_facts.facts_of(letter)["outcome"] == [told]


def test_where_nobody_compared_it_no_more_is_claimed():
    letter = written()
    outcome = agreed(letter, attribution="")
    MeasurementFactory(assignment=letter.assignment, outcome=outcome, value=Decimal("5"), low=None, high=None, n=None)

    (told,) = letter_facts.facts_of(letter)["outcome"]

    assert told.endswith("This work contributed to it; it was not compared with anything.")


def agreed(letter, **more):
    version = BriefVersionFactory(
        brief=BriefFactory(option=letter.assignment.option),
        number=1,
        status=BriefStatus.SPONSOR_ACCEPTED,
        outcome=None,
    )
    return BriefOutcomeFactory(
        version=version, metric="Wait", unit="days", baseline=Decimal("12"), target=Decimal("4"), due_on=None, **more
    )
