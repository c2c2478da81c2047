"""Changing evidence, and somebody else's word on it."""

import re

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from assignments.actions import evidence as actions
from assignments.models import Assignment, Evidence, EvidenceFile, EvidenceVerification
from assignments.refusals import Refused
from stretchhub.audit.models import AuditEntry
from stretchhub.env import today
from stretchhub.notices.delivery import deliver
from stretchhub.notices.models import Notice
from tests.factories import (
    AssignmentFactory,
    BriefOutcomeFactory,
    CompetencyFactory,
    EvidenceAskFactory,
    EvidenceFactory,
    EvidenceVerificationFactory,
    MeasurementFactory,
    MentorshipFactory,
    StagedFileFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def assignment(mentee, mentor, sponsor):
    mentorship = MentorshipFactory(mentee=mentee, mentor=mentor)
    return AssignmentFactory(option__mentorship=mentorship, sponsor=sponsor)


@pytest.fixture
def evidence(assignment):
    return EvidenceFactory(assignment=assignment, title="Demo", learned="Show the old way first.")


def posted(evidence, **changes):
    return {
        "version": str(evidence.version),
        "title": evidence.title,
        "text": evidence.text,
        "learned": evidence.learned,
        "happened_on": evidence.happened_on.isoformat(),
    } | changes


def edit(client, evidence, **changes):
    return client.post(f"/evidence/{evidence.code}/edit/", posted(evidence, **changes))


def test_its_author_writes_it_anew(evidence, sign_in):
    competency = CompetencyFactory()
    evidence.assignment.option.contributions.create(competency=competency)

    response = edit(sign_in(evidence.logged_by), evidence, title="Second demo", competencies=[competency.pk])

    evidence.refresh_from_db()
    assert response["Location"] == f"/evidence/{evidence.code}/"
    assert (evidence.title, evidence.version, list(evidence.competencies.all())) == ("Second demo", 2, [competency])
    assert evidence.edited_at is not None
    assert "Second demo" not in str(AuditEntry.objects.get(verb="evidence.changed").fields)
    assert Assignment.objects.get().revision == 1


def test_a_stale_save_shows_both_texts_and_loses_nothing(evidence, sign_in):
    client = sign_in(evidence.logged_by)
    edit(client, evidence, title="From the phone")

    page = edit(client, evidence, title="From the desk")

    text = page.content.decode()
    assert page.status_code == 409
    assert "From the phone" in text
    assert 'value="From the desk"' in text
    assert 'name="version" value="2"' in text
    assert Evidence.objects.get().title == "From the phone"


def test_errors_keep_what_was_typed(evidence, sign_in):
    page = edit(sign_in(evidence.logged_by), evidence, title="", text="New words")

    assert page.status_code == 422
    assert "New words" in page.content.decode()
    assert Evidence.objects.get().text != "New words"


def test_files_are_added_and_taken_out(evidence, sign_in, django_capture_on_commit_callbacks):
    old = EvidenceFile.objects.create(
        evidence=evidence, file=ContentFile(b"old", "n"), name="old.txt", size=3, content_type="text/plain", sha256="0"
    )
    new = StagedFileFactory(assignment=evidence.assignment, name="new.txt", about=str(evidence.code))

    with django_capture_on_commit_callbacks(execute=True):
        edit(sign_in(evidence.logged_by), evidence, without=[str(old.code)], staged=[str(new.code)])

    assert [file.name for file in evidence.files.all()] == ["new.txt"]
    assert not default_storage.exists(old.file.name)


def test_another_pieces_file_cannot_be_taken_out(evidence, sign_in):
    other = EvidenceFactory(assignment=evidence.assignment)
    kept = EvidenceFile.objects.create(
        evidence=other, file=ContentFile(b"x", "n"), name="x.txt", size=1, content_type="text/plain", sha256="0"
    )

    assert edit(sign_in(evidence.logged_by), evidence, without=[str(kept.code)]).status_code == 422
    assert EvidenceFile.objects.filter(pk=kept.pk).exists()


def test_a_piece_that_is_only_a_file_keeps_one(assignment, sign_in):
    evidence = EvidenceFactory(assignment=assignment, text="")
    kept = EvidenceFile.objects.create(
        evidence=evidence, file=ContentFile(b"x", "n"), name="x.txt", size=1, content_type="text/plain", sha256="0"
    )

    assert edit(sign_in(assignment.mentee), evidence, without=[str(kept.code)]).status_code == 422
    assert edit(sign_in(assignment.mentee), evidence).status_code == 302


def test_a_challenge_that_is_not_offered_any_more_stays(evidence, sign_in):
    evidence.components.create(component=3)

    edit(sign_in(evidence.logged_by), evidence)

    assert [each.component for each in evidence.components.all()] == [3]


def test_a_change_of_what_is_shared_moves_the_dashboard_and_another_does_not(evidence, sign_in):
    client = sign_in(evidence.logged_by)

    edit(client, evidence, title="My own demo")
    assert Assignment.objects.get().revision == 1
    actions.share(evidence, by=evidence.logged_by, audience="sponsor", shared=True)
    evidence.refresh_from_db()
    edit(client, evidence, title="Shown demo")

    assert Notice.objects.get(kind="assignments.evidence_shared").recipient == evidence.assignment.sponsor
    assert Assignment.objects.get().revision == 3


@pytest.mark.parametrize(("audience", "field"), actions.AUDIENCES.items())
def test_a_page_opened_before_something_was_narrowed_does_not_widen_it_again(evidence, sign_in, audience, field):
    client = sign_in(evidence.logged_by)
    Evidence.objects.update(**{field: True})
    page = client.get(f"/evidence/{evidence.code}/edit/").content.decode()
    actions.share(evidence, by=evidence.logged_by, audience=audience, shared=False)

    response = edit(client, evidence, title="Demo, twice", **{field: "on"})

    assert field not in page
    assert response.status_code == 302
    assert getattr(Evidence.objects.get(title="Demo, twice"), field) is False


def test_nobody_confirms_what_they_have_not_read(evidence, sign_in):
    client = sign_in(evidence.assignment.mentor)
    seen = version_on(client, evidence)
    edit(sign_in(evidence.logged_by), evidence, title="Quite another claim")

    response = say(client, evidence, words="I was there.", version=seen)
    page = response.content.decode()

    assert response.status_code == 409
    assert not EvidenceVerification.objects.exists()
    assert "changed after you opened it" in page and "Quite another claim" in page and "I was there." in page
    assert say(client, evidence, words="I was there.", version=version_on(client, evidence)).status_code == 302
    assert EvidenceVerification.objects.get().evidence_version == 2


def version_on(client, evidence) -> str:
    page = client.get(f"/evidence/{evidence.code}/").content.decode()
    return re.search(r'name="version" value="(\d+)"', page)[1]


@pytest.mark.parametrize("who", ["mentor", "sponsor"])
def test_nobody_else_writes_in_it(evidence, who, sign_in):
    Evidence.objects.update(shared_with_sponsor=True)

    assert edit(sign_in(getattr(evidence.assignment, who)), evidence).status_code == 403


def test_it_stands_as_the_reviews_read_it_once_the_work_is_closed(mentee, sign_in):
    evidence = EvidenceFactory(assignment=AssignmentFactory(closed=True, option__mentorship__mentee=mentee))

    assert edit(sign_in(mentee), evidence).status_code == 403


def test_files_that_wait_to_be_logged_are_not_offered_to_another_piece(evidence, sign_in):
    waiting = StagedFileFactory(assignment=evidence.assignment)
    client = sign_in(evidence.logged_by)

    refused = edit(client, evidence, staged=[str(waiting.code)])

    assert refused.status_code == 422
    assert str(waiting.code) not in client.get(f"/evidence/{evidence.code}/edit/").content.decode()


# --- somebody else's word ------------------------------------------------------------------------


def say(client, evidence, verdict="confirmed", words="", **more):
    return client.post(f"/evidence/{evidence.code}/verify/", {"verdict": verdict, "words": words, **more})


def test_the_mentor_says_so_and_the_author_is_told(evidence, sign_in, mailoutbox):
    say(sign_in(evidence.assignment.mentor), evidence, words="I was in the room.")
    deliver()

    said = EvidenceVerification.objects.get()
    assert (said.by, said.source, said.verdict) == (evidence.assignment.mentor, "mentor", "confirmed")
    assert mailoutbox[0].to == [evidence.logged_by.email]
    assert mailoutbox[0].subject == "Tom Berg confirms your evidence: Demo"
    assert "I was in the room." in mailoutbox[0].body
    assert AuditEntry.objects.get(verb="evidence.verified").fields == ["verdict", "words"]
    assert Assignment.objects.get().revision == 1
    page = sign_in(evidence.logged_by).get(f"/evidence/{evidence.code}/").content.decode()
    assert "I was in the room." in page
    assert "It is as it says" in page


@pytest.mark.parametrize(
    ("verdict", "subject"),
    [
        ("partly", "Tom Berg confirms your evidence in part: Demo"),
        ("not_seen", "Tom Berg has not seen enough to judge: Demo"),
    ],
)
def test_a_word_that_is_no_full_yes_says_so(evidence, sign_in, mailoutbox, verdict, subject):
    say(sign_in(evidence.assignment.mentor), evidence, verdict)
    deliver()

    assert [mail.subject for mail in mailoutbox] == [subject]


def test_the_sponsor_says_so_of_what_is_shared_alone(evidence, sign_in):
    client = sign_in(evidence.assignment.sponsor)
    assert say(client, evidence).status_code == 404
    Evidence.objects.update(shared_with_sponsor=True)

    assert say(client, evidence).status_code == 302
    assert EvidenceVerification.objects.get().source == "peer"
    assert Assignment.objects.get().revision == 2


def test_nobody_verifies_what_they_logged(evidence, sign_in):
    assert say(sign_in(evidence.logged_by), evidence).status_code == 403
    with pytest.raises(PermissionDenied):
        actions.verify(evidence, by=evidence.logged_by, verdict="confirmed")


def test_one_word_a_person_and_another_after_a_change(evidence, sign_in):
    client = sign_in(evidence.assignment.mentor)
    say(client, evidence, "partly")
    assert say(client, evidence).status_code == 409
    edit(sign_in(evidence.logged_by), evidence, title="Demo, twice")

    page = client.get(f"/evidence/{evidence.code}/").content.decode()
    say(client, evidence)

    assert "Said before the last change." in page
    said = EvidenceVerification.objects.get()
    assert (said.verdict, said.evidence_version) == ("confirmed", 2)
    assert Notice.objects.filter(kind="assignments.evidence_verified").count() == 2


def test_a_form_without_a_verdict_says_what_to_do(evidence, sign_in):
    page = sign_in(evidence.assignment.mentor).post(f"/evidence/{evidence.code}/verify/", {"words": "Well"})

    assert page.status_code == 422
    assert "Choose one of the three." in page.content.decode()
    assert "Well" in page.content.decode()


def test_a_change_after_a_word_is_announced_before_it_is_made(evidence, sign_in):
    EvidenceVerificationFactory(evidence=evidence)

    page = sign_in(evidence.logged_by).get(f"/evidence/{evidence.code}/edit/").content.decode()

    assert "After your change their word stays, marked as being from before" in page


def test_the_mentors_word_settles_what_was_asked_of_them(evidence):
    competency = CompetencyFactory()
    evidence.competencies.add(competency)
    asked = EvidenceAskFactory(assignment=evidence.assignment, competency=competency)
    other = EvidenceAskFactory(assignment=evidence.assignment)

    actions.verify(evidence, by=evidence.assignment.mentor, verdict="confirmed")

    asked.refresh_from_db()
    other.refresh_from_db()
    assert asked.settled_at is not None
    assert other.settled_at is None


def test_the_second_of_two_words_at_once_is_refused(evidence):
    actions.verify(evidence, by=evidence.assignment.mentor, verdict="confirmed")

    with pytest.raises(Refused, match="You have said what you think of it already."):
        actions.verify(evidence, by=evidence.assignment.mentor, verdict="partly")


@pytest.mark.parametrize("page", ["", "edit/"])
def test_the_pages_take_as_many_queries_with_three_words_as_with_one(evidence, page, sign_in, count_queries, sponsor):
    client = sign_in(evidence.logged_by)
    EvidenceVerificationFactory(evidence=evidence)
    client.get(f"/evidence/{evidence.code}/{page}")
    before = count_queries(client, f"/evidence/{evidence.code}/{page}")
    for person in (sponsor, UserFactory()):
        EvidenceVerificationFactory(evidence=evidence, by=person, source="peer")
    evidence.competencies.add(CompetencyFactory(), CompetencyFactory())
    evidence.components.create(component=2)

    after = count_queries(client, f"/evidence/{evidence.code}/{page}")

    assert after == before <= 12


def test_evidence_is_tied_to_a_metric_that_the_sponsor_agreed_to(assignment, sign_in):
    outcome = MeasurementFactory(assignment=assignment).outcome
    foreign = BriefOutcomeFactory()
    words = {"title": "Demo", "text": "x", "learned": "y", "happened_on": today().isoformat()}
    client = sign_in(assignment.mentee)

    refused = client.post(f"/assignments/{assignment.code}/evidence/log/", words | {"outcome": foreign.pk})
    client.post(f"/assignments/{assignment.code}/evidence/log/", words | {"outcome": outcome.pk})

    assert refused.status_code == 422
    assert Evidence.objects.get().outcome == outcome
