"""What the mentee issues about their own growth: what is offered, what is left, and that nothing private ever is."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from assignments.models import BriefStatus, EvidenceVerification
from assignments.refusals import Refused, Stale
from reviews import case_study, growth_record
from reviews.actions import own as actions
from reviews.letter_facts import final_cycle
from reviews.models import DocumentKind, IssuedDocument, OwnDraft, ReviewNarrative
from reviews.own_records import Record
from reviews.own_sources import looked_through, words_of
from reviews.own_text import Fact, Part, Source, look_through, people_of
from stretchhub.audit.models import AuditEntry
from tests.factories import (
    AssignmentFactory,
    BriefFactory,
    BriefVersionFactory,
    CompetencyLevelFactory,
    DecisionFactory,
    EvidenceFactory,
    FeedbackRequestFactory,
    FeedbackRoundFactory,
    ReflectionFactory,
    SetbackFactory,
    UserFactory,
)
from tests.reviews.letters import reviewed

pytestmark = pytest.mark.django_db
CASE, OUTLINE, RECORD = DocumentKind.CASE_STUDY, DocumentKind.OUTLINE, DocumentKind.RECORD
WORDS = {
    "situation": "The depot of Acme waited.\n\nRuth Adeyemi owned it.",
    "decision": "We stopped the sheet.",
    "next": "A customer in the room.",
}


def told(looked):
    return "\n".join([looked.text.title, *(f"{s.title} {' '.join(s.facts)} {s.words}" for s in looked.text.sections)])


def write(assignment, kind=CASE, words=WORDS, edit=0):
    return actions.write_own(assignment, kind, by=assignment.mentee, edit=edit, words=words)


def choose(assignment, kind=CASE, *, edit, stays=(), names=(), more=()):
    return actions.choose(
        kind,
        by=assignment.mentee,
        edit=edit,
        stays=dict(stays),
        names=dict(names),
        more=list(more),
        assignment=assignment,
    )


def key_of(looked, words):
    return next(
        each.passage.key for choices in looked.choices.values() for each in choices if words in each.passage.text
    )


# Looking through.


def test_a_passage_is_known_by_what_it_says():
    source = Source("T", (Part("a", "A", (Fact("One."),), "Two.\n\nThree."),))
    first = look_through(source, None, ())
    key = key_of(first, "Two.")

    again = look_through(source, OwnDraft(stays={key: False}), ())
    other = look_through(Source("T", (Part("a", "A", (), "Two, changed."),)), OwnDraft(stays={key: False}), ())

    assert [each.words for each in again.text.sections] == ["Three."]
    assert again.text.left_out == {"passages": 1, "names": 0}
    assert [each.words for each in other.text.sections] == ["Two, changed."]
    assert len({first.seal, again.seal, other.seal}) == 3


def test_what_was_not_shared_stays_out_until_it_is_let_in():
    source = Source("T", (Part("a", "A", (Fact("Open."), Fact("Kept.", shared=False))),))
    looked = look_through(source, None, ())

    assert looked.text.sections[0].facts == ("Open.",)
    let_in = look_through(source, OwnDraft(stays={key_of(looked, "Kept."): True}), ())
    assert let_in.text.sections[0].facts == ("Open.", "Kept.")


def test_a_part_of_which_nothing_is_left_is_not_in_it():
    source = Source("T", (Part("a", "A", (Fact("Kept.", shared=False),)), Part("b", "B")))

    assert look_through(source, None, ()).text.sections == ()


def test_names_are_replaced_in_titles_too(mentee, mentor, sponsor):
    assignment = reviewed(
        AssignmentFactory(
            option__mentorship__mentee=mentee,
            option__mentorship__mentor=mentor,
            sponsor=sponsor,
            title="Help Ruth at Acme",
        )
    )
    draft = write(assignment)
    choose(assignment, edit=draft.edit, more=[("acme", "a customer")])

    looked = looked_through(CASE, mentee, assignment)

    assert looked.text.title == "Growth case study: Help my sponsor at a customer"
    assert looked.text.work["title"] == "Help my sponsor at a customer"
    assert "The depot of a customer waited.\n\nmy sponsor owned it." in told(looked)
    for name in ("Ruth", "Adeyemi", "Acme", "Tom", "Berg"):
        assert name not in told(looked)


def test_a_name_may_stay(mentee, mentor, sponsor):
    assignment = reviewed(
        AssignmentFactory(option__mentorship__mentee=mentee, option__mentorship__mentor=mentor, sponsor=sponsor)
    )
    draft = write(assignment)

    choose(assignment, edit=draft.edit, names={"Ruth Adeyemi": ""})

    assert "Ruth Adeyemi owned it." in told(looked_through(CASE, mentee, assignment))


def test_everybody_who_had_a_part_is_known_by_name_but_never_the_mentee():
    assignment = reviewed()
    assignment.mentee.manager = UserFactory(full_name="Manda Chief")
    FeedbackRequestFactory(
        round__assignment=assignment, giver=None, giver_name="Ola Outside", giver_email="o@x.example"
    )

    found = {name.forms[0]: name.put for name in people_of(assignment.mentee, [assignment])}

    assert found[assignment.mentor.full_name] == "my mentor"
    assert found[assignment.sponsor.full_name] == "my sponsor"
    assert found["Manda Chief"] == "my manager"
    assert found["Ola Outside"] == "somebody who saw the work"
    assert "a colleague" in found.values()
    assert assignment.mentee.full_name not in found


# The case study.


def test_nothing_private_is_ever_offered():
    assignment = reviewed()
    secrets = [
        ReflectionFactory(assignment=assignment, by=assignment.mentee, worked="Reflected alone.").worked,
        FeedbackRequestFactory(
            round=FeedbackRoundFactory(assignment=assignment, confidential=True), changed_because="Said in confidence.",
            state="submitted", settled_at=assignment.created_at,
        ).changed_because,
    ]  # fmt: skip
    SetbackFactory(assignment=assignment, by=assignment.mentor, title="Somebody else's card")

    offered = f"{case_study.case_facts(Record(assignment))} {case_study.first_words(Record(assignment))} "
    offered += (
        f"{case_study.turning_points(Record(assignment))} {told(looked_through(RECORD, assignment.mentee, None))}"
    )

    for secret in [*secrets, "Somebody else's card"]:
        assert secret not in offered


def test_it_begins_with_what_the_mentee_wrote_elsewhere():
    assignment = reviewed()
    version = BriefVersionFactory(
        brief=BriefFactory(option=assignment.option), number=1, status=BriefStatus.SPONSOR_ACCEPTED,
        written_by=assignment.mentee,
    )  # fmt: skip
    cycle = final_cycle(assignment)
    ReviewNarrative.objects.create(
        assignment=assignment, cycle=cycle, before="Little.", ready="More.", differently="Ask."
    )

    words = words_of(CASE, Record(assignment), None)

    assert words == {"situation": version.problem, "before": "Little.", "differently": "Ask.", "next": "More."}
    kept = write(assignment)
    assert words_of(CASE, Record(assignment), kept) == WORDS


def test_records_can_be_taken_in_as_turning_points():
    assignment = reviewed()
    decision = DecisionFactory(assignment=assignment, decision="Stop the sheet", reason="Nobody used it.", happened="")
    setback = SetbackFactory(assignment=assignment, by=assignment.mentee, title="The sheet was ignored")
    FeedbackRequestFactory(
        round=FeedbackRoundFactory(assignment=assignment), state="submitted", settled_at=assignment.created_at,
        changed_because="I ask the late shift first. " * 10,
    )  # fmt: skip

    found = case_study.turning_points(Record(assignment))

    assert [(each.code, each.words) for each in found["decision"]] == [
        (str(decision.code), "Stop the sheet\n\nNobody used it.")
    ]
    assert [each.title for each in found["setback"]] == [setback.title]
    assert setback.happened in found["setback"][0].words
    assert found["feedback"][0].title.endswith("…")
    assert len(found["feedback"][0].title) == 80


def test_levels_before_and_after_stand_beside_each_other():
    assignment = reviewed()
    row = assignment.option.contributions.model
    first, second, third = (
        CompetencyLevelFactory(
            person=assignment.mentee, level=2, provenance="self_declared", dated_on=assignment.starts_on
        )
        for _ in range(3)
    )
    row.objects.create(option=assignment.option, competency=first.competency)
    row.objects.create(option=assignment.option, competency=CompetencyLevelFactory().competency)
    after = assignment.ends_on
    for level in (first, second):
        CompetencyLevelFactory(
            person=assignment.mentee,
            competency=level.competency,
            level=3,
            provenance="verified",
            assignment=assignment,
            dated_on=after,
        )
    new = CompetencyLevelFactory(
        person=assignment.mentee, level=3, provenance="verified", assignment=assignment, dated_on=after
    )
    day = case_study.day

    facts = case_study.case_facts(Record(assignment))

    assert [each.text for each in facts["before"]] == [
        f"{first.competency.name}: level 2 of 5, self-declared, {day(assignment.starts_on.isoformat())}."
    ]
    verified = f"of 5, verified by review on {day(after.isoformat())}"
    assert [each.text for each in facts["levels"]][:3] == [
        f"{first.competency.name}: from level 2 to 3 {verified}.",
        f"{second.competency.name}: from level 2 to 3 {verified}.",
        f"{new.competency.name}: level 3 {verified}; no level before.",
    ]
    assert third.competency.name not in str(facts)


def test_evidence_that_reviews_rest_on_is_offered_and_marked_where_it_was_not_shared():
    assignment = reviewed()
    cited = EvidenceFactory(assignment=assignment, title="Cited and kept")
    EvidenceFactory(assignment=assignment, title="Neither")
    cited.scores.add(assignment.reviews.first().scores.first())

    facts = {each.text.split("”")[0]: each.shared for each in case_study.case_facts(Record(assignment))["results"]}

    assert facts == {"Evidence: “The bay list": True, "Evidence: “Cited and kept": False}


def test_work_that_never_began_has_no_levels_before():
    assignment = AssignmentFactory(chartering=True)

    facts = case_study.case_facts(Record(assignment))

    assert facts["before"] == facts["levels"] == ()


# The outline.


def test_the_slides_are_made_out_of_the_case_study_and_are_eight_at_most():
    assignment = reviewed()
    write(assignment, words=WORDS | {"setback": "It failed. Then more.", "reuse": "- a list\n- a test"})

    points = words_of(OUTLINE, Record(assignment), None)

    assert len(points) == len(case_study.slide_titles()) == 8
    assert points["turning"] == "We stopped the sheet.\nIt failed."
    assert points["situation"].splitlines()[:2] == ["The depot of Acme waited.", "Ruth Adeyemi owned it."]
    assert all(len(each.splitlines()) <= 4 for each in points.values())
    assert all(len(line) <= 160 for each in points.values() for line in each.splitlines())


def test_what_is_left_out_of_the_case_study_does_not_come_back_on_a_slide():
    assignment = reviewed()
    draft = write(assignment)
    looked = looked_through(CASE, assignment.mentee, assignment)
    stays = {key_of(looked, "We stopped the sheet."): False}
    choose(assignment, edit=draft.edit, stays=stays, more=[("Acme", "a customer")])

    points = words_of(OUTLINE, Record(assignment), None)

    assert points["turning"] == ""
    assert points["situation"].splitlines()[0] == "The depot of a customer waited."
    assert "We stopped the sheet." not in told(looked_through(OUTLINE, assignment.mentee, assignment))


def test_what_the_case_study_says_otherwise_is_said_otherwise_in_the_titles_of_the_slides():
    assignment = reviewed(AssignmentFactory(title="The depot of Acme"))
    draft = write(assignment)
    choose(assignment, edit=draft.edit, more=[("Acme", "a customer")])

    before = looked_through(OUTLINE, assignment.mentee, assignment)
    kept = write(assignment, OUTLINE, {"next": "More of it."})
    after = looked_through(OUTLINE, assignment.mentee, assignment)

    assert before.text.title == after.text.title == "Presentation outline: The depot of a customer"
    assert after.text.work["title"] == "The depot of a customer"
    assert (kept.edit, kept.more) == (1, [["Acme", "a customer"]])


def test_slides_that_were_kept_go_their_own_way():
    assignment = reviewed(AssignmentFactory(title="The depot of Acme"))
    write(assignment, OUTLINE, {"next": "More of it."})
    draft = write(assignment)
    choose(assignment, edit=draft.edit, more=[("Acme", "a customer")])

    looked = looked_through(OUTLINE, assignment.mentee, assignment)

    assert looked.text.title == "Presentation outline: The depot of Acme"


def test_a_long_point_ends_at_a_word():
    assert case_study._first_sentence("word " * 60) == "word " * 30 + "word…"


def test_a_line_is_a_point():
    assignment = reviewed()
    write(assignment, OUTLINE, {"situation": "- One\n\n  - Two \n-\nThree"})

    (section,) = looked_through(OUTLINE, assignment.mentee, assignment).text.sections

    assert (section.title, section.facts) == ("Where we were", ("One", "Two", "Three"))


# The record.


def test_a_record_lists_every_assignment_that_began_with_what_it_rests_on(mentor):
    assignment = reviewed()
    mentee = assignment.mentee
    AssignmentFactory(option__mentorship=assignment.option.mentorship, chartering=True, title="Never began")
    for _ in range(2):
        EvidenceVerification.objects.create(
            evidence=assignment.evidence.get(), by=UserFactory(), source="peer", verdict="confirmed"
        )
    EvidenceFactory(assignment=assignment)
    verified = CompetencyLevelFactory(
        person=mentee, level=3, provenance="verified", assignment=assignment, dated_on=assignment.ends_on
    )
    said = CompetencyLevelFactory(person=mentee, level=4, provenance="self_declared", dated_on=assignment.starts_on)
    CompetencyLevelFactory(
        person=mentee, competency=said.competency, level=2, provenance="mentor_rated",
        dated_on=assignment.starts_on - timedelta(days=9),
    )  # fmt: skip
    day = growth_record.day

    source = growth_record.record_source(mentee, growth_record.assignments_of(mentee))

    work, otherwise = source.parts
    people = f"Mentor: {assignment.mentor.name}. Sponsor: {assignment.sponsor.name}."
    assert [each.text for each in work.facts] == [
        f"From {day(assignment.starts_on.isoformat())} to {day(assignment.ends_on.isoformat())}.",
        "My part: owner.",
        people,
        "Where it stands: in review.",
        f"{verified.competency.name}: level 3 of 5, verified by review on {day(assignment.ends_on.isoformat())}.",
        "1 of 2 pieces of evidence confirmed by somebody else.",
    ]
    assert [each.text for each in otherwise.facts] == [
        f"{said.competency.name}: level 4 of 5, self-declared, {day(assignment.starts_on.isoformat())}."
    ]


def test_how_work_ended_is_told():
    assignment = AssignmentFactory(closed=True, starts_on=AssignmentFactory().starts_on)

    (work,) = growth_record.record_source(assignment.mentee, growth_record.assignments_of(assignment.mentee)).parts

    assert "How it ended: delivered." in [each.text for each in work.facts]


def test_in_a_record_people_are_their_parts_until_they_are_named():
    assignment = reviewed()

    assert "Mentor: my mentor. Sponsor: my sponsor." in told(looked_through(RECORD, assignment.mentee, None))


# Keeping and issuing.


def test_nobody_but_the_mentee_writes_and_only_when_the_work_is_done():
    assignment, running = reviewed(), AssignmentFactory()

    for by, work in ((assignment.mentor, assignment), (assignment.sponsor, assignment), (running.mentee, running)):
        with pytest.raises(PermissionDenied):
            actions.write_own(work, CASE, by=by, edit=0, words=WORDS)
        with pytest.raises(PermissionDenied):
            actions.choose(CASE, by=by, edit=0, stays={}, names={}, more=[], assignment=work)
        with pytest.raises(PermissionDenied):
            actions.issue_own(CASE, by=by, seal="", assignment=work)


def test_a_stale_save_changes_nothing():
    assignment = reviewed()
    write(assignment)

    with pytest.raises(Stale):
        write(assignment, words={"next": "Other."})
    assert OwnDraft.objects.get().words == WORDS


def test_exactly_what_was_seen_is_issued():
    assignment = reviewed()
    draft = write(assignment)
    seen = looked_through(CASE, assignment.mentee, assignment)
    choose(assignment, edit=draft.edit, stays={key_of(seen, "We stopped the sheet."): False})

    with pytest.raises(Stale):
        actions.issue_own(CASE, by=assignment.mentee, seal=seen.seal, assignment=assignment)
    seen = looked_through(CASE, assignment.mentee, assignment)
    document = actions.issue_own(CASE, by=assignment.mentee, seal=seen.seal, assignment=assignment)

    assert "We stopped the sheet." not in document.content
    assert {"what": "passages", "count": 1} in document.told["left_out"]
    assert document.cycle == final_cycle(assignment)
    assert AuditEntry.objects.get(verb="document.issued").facts == {"kind": "case_study"}


def test_nothing_is_issued_that_says_nothing():
    mentee = UserFactory()
    seal = looked_through(RECORD, mentee, None).seal

    with pytest.raises(Refused):
        actions.issue_own(RECORD, by=mentee, seal=seal)


def test_a_new_record_takes_the_place_of_the_last():
    assignment = reviewed()
    mentee = assignment.mentee
    first = actions.issue_own(RECORD, by=mentee, seal=looked_through(RECORD, mentee, None).seal)
    actions.choose(RECORD, by=mentee, edit=0, stays={}, names={assignment.mentor.full_name: ""}, more=[])

    second = actions.issue_own(RECORD, by=mentee, seal=looked_through(RECORD, mentee, None).seal)

    assert (second.version, second.supersedes, second.cycle) == (2, first, None)
    assert [each.standing for each in IssuedDocument.objects.order_by("version")] == ["replaced", "valid"]
    assert assignment.mentor.name in second.content
    assert assignment.mentor.name not in first.content


def test_nobody_reads_the_record_of_somebody_else(hr):
    assignment = reviewed()
    mentee = assignment.mentee
    actions.issue_own(RECORD, by=mentee, seal=looked_through(RECORD, mentee, None).seal)

    for reader in (assignment.mentor, assignment.sponsor, hr):
        assert not IssuedDocument.objects.visible_to(reader).exists()
    assert IssuedDocument.objects.visible_to(mentee).count() == 1
