"""The form keeps itself, and its files come before it."""

import json
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile

from assignments.actions import evidence_file as actions
from assignments.models import Evidence, StagedFile
from assignments.refusals import Refused
from stretchhub.env import now, today
from stretchhub.people.models import Draft
from tests.factories import AssignmentFactory, CompetencyFactory, EvidenceFactory, MentorshipFactory, StagedFileFactory

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n" + b"1" * 40


@pytest.fixture
def assignment(mentee, mentor, sponsor):
    mentorship = MentorshipFactory(mentee=mentee, mentor=mentor)
    return AssignmentFactory(option__mentorship=mentorship, sponsor=sponsor)


def address(assignment, tail="log"):
    return f"/assignments/{assignment.code}/evidence/{tail}/"


def autosave(client, assignment, **words):
    return client.post(address(assignment), {"version": "0", **words}, headers={"X-Autosave": "1"})


def send(client, assignment, **words):
    full = {"title": "Demo", "learned": "Ask first.", "text": "It ran.", "happened_on": today().isoformat()}
    return client.post(address(assignment), full | words)


def upload(client, assignment, name="report.pdf", content=PDF, key="k"):
    return client.post(address(assignment, "files"), {"key": key, "file": SimpleUploadedFile(name, content)})


def test_an_autosave_keeps_the_words_and_they_are_there_after_signing_in_again(assignment, sign_in):
    competency = CompetencyFactory()
    assignment.option.contributions.create(competency=competency)
    answer = autosave(
        sign_in(assignment.mentee),
        assignment,
        title="Half a thought",
        kind="demo",
        learned="That",
        competencies=[competency.pk],
        shared_with_sponsor="on",
    )

    page = sign_in(assignment.mentee).get(address(assignment))

    assert answer.json()["version"] == 1
    assert answer.json()["words"].startswith("Draft kept ")
    text = page.content.decode()
    assert 'value="Half a thought"' in text
    assert "This is your draft, kept" in text
    assert 'name="version" value="1"' in text
    assert 'name="kind" value="demo" checked' in text
    assert f'name="competencies" value="{competency.pk}" checked' in text
    assert 'name="shared_with_sponsor" checked' in text
    assert not Evidence.objects.exists()


def test_two_pages_of_the_form_show_both_texts_and_overwrite_nothing(assignment, sign_in):
    client = sign_in(assignment.mentee)
    autosave(client, assignment, title="From the phone")

    answer = autosave(client, assignment, title="From the desk")

    assert answer.status_code == 409
    assert answer.json()["version"] == 1
    assert "From the phone" in answer.json()["both"]
    assert "From the desk" in answer.json()["both"]
    assert Draft.objects.get().content["title"] == "From the phone"


def test_a_draft_goes_when_it_is_logged_and_an_autosave_that_comes_after_is_too_late(assignment, sign_in):
    client = sign_in(assignment.mentee)
    autosave(client, assignment, title="Demo", submit_key="one")

    send(client, assignment, submit_key="one")
    late = autosave(client, assignment, title="Demo", submit_key="one", version="1")

    assert late.status_code == 422
    assert not Draft.objects.exists()
    assert Evidence.objects.count() == 1


def test_a_draft_can_be_kept_by_its_button_with_its_files(assignment, sign_in):
    client = sign_in(assignment.mentee)
    autosave(client, assignment, title="Older")

    response = client.post(
        address(assignment),
        {"title": "Newer", "keep_draft": "1", "version": "1", "files": [SimpleUploadedFile("a.pdf", PDF)]},
    )
    page = client.get(address(assignment)).content.decode()

    assert response["Location"] == address(assignment)
    assert 'value="Newer"' in page
    assert f'name="staged" value="{StagedFile.objects.get().code}" checked' in page
    assert not Evidence.objects.exists()


def test_the_button_of_an_older_page_writes_over_no_newer_draft(assignment, sign_in):
    client = sign_in(assignment.mentee)
    autosave(client, assignment, title="Newer, and much longer")

    older = client.post(address(assignment), {"title": "Older", "keep_draft": "1", "version": "0"})
    page = older.content.decode()
    again = client.post(address(assignment), {"title": "Both of them", "keep_draft": "1", "version": "1"})

    assert older.status_code == 409
    assert "Newer, and much longer" in page and 'value="Older"' in page
    assert 'name="version" value="1"' in page
    assert again.status_code == 302
    assert Draft.objects.get().content == {"title": "Both of them"}


def test_a_draft_can_be_thrown_away_with_its_files(assignment, sign_in, django_capture_on_commit_callbacks):
    client = sign_in(assignment.mentee)
    upload(client, assignment)
    kept = StagedFile.objects.get()
    autosave(client, assignment, title="Nothing worth", staged=str(kept.code))

    with django_capture_on_commit_callbacks(execute=True):
        client.post(address(assignment), {"throw_away": "1"})

    assert not Draft.objects.exists()
    assert not StagedFile.objects.exists()
    assert not default_storage.exists(kept.file.name)


def test_what_no_database_can_keep_is_left_out_of_a_draft(assignment, sign_in):
    autosave(sign_in(assignment.mentee), assignment, title="a\x00b", text="x" * 30_000, unknown="field")

    assert Draft.objects.get().content == {"title": "ab", "text": "x" * 20_000}


def test_only_whoever_logs_keeps_drafts(assignment, sign_in):
    assert autosave(sign_in(assignment.mentor), assignment, title="x").status_code == 403


def test_a_file_is_kept_as_soon_as_it_is_chosen_and_attached_when_the_form_is_sent(assignment, sign_in):
    client = sign_in(assignment.mentee)

    answer = upload(client, assignment)
    kept = StagedFile.objects.get()
    stored = kept.file.name
    send(client, assignment, text="", staged=[str(kept.code)])

    assert (answer.status_code, answer.json()) == (201, {"code": str(kept.code), "name": "report.pdf", "size": 49})
    file = Evidence.objects.get().files.get()
    assert (file.name, file.file.name, file.sha256) == ("report.pdf", stored, kept.sha256)
    assert not StagedFile.objects.exists()
    assert file.file.read() == PDF


def test_a_file_whose_answer_was_lost_stays_one(assignment, sign_in):
    client = sign_in(assignment.mentee)

    first, second = upload(client, assignment), upload(client, assignment)

    assert first.json()["code"] == second.json()["code"]
    assert StagedFile.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("logo.svg", b"<svg/>", "“logo.svg” is not a kind we take."),
        ("a.pdf", b"not a pdf", "does not hold what its name says"),
        ("a.txt", b"", "“a.txt” is empty."),
    ],
)
def test_a_file_that_is_not_taken_says_why(assignment, sign_in, name, content, words):
    answer = upload(sign_in(assignment.mentee), assignment, name, content)

    assert answer.status_code == 422
    assert words in answer.json()["words"]
    assert not StagedFile.objects.exists()


def test_nothing_is_no_file(assignment, sign_in):
    assert sign_in(assignment.mentee).post(address(assignment, "files")).status_code == 422


def test_a_file_sent_twice_at_once_is_kept_once(assignment, monkeypatch):
    """The other one was not there yet when this one looked, and is when it writes."""
    there = StagedFileFactory(assignment=assignment, key="k")
    looked = actions.StagedFile.objects.filter
    monkeypatch.setattr(
        actions.StagedFile.objects, "filter", lambda **by: looked(**by) if "key" not in by else looked(pk=0)
    )
    sent = SimpleUploadedFile("b.pdf", PDF)

    kept = actions.stage(
        assignment, by=assignment.mentee, upload=actions.Attachment(sent, "b.pdf", "application/pdf"), key="k"
    )

    assert kept == there
    assert StagedFile.objects.count() == 1


def test_ten_files_are_the_most_however_they_come(assignment, sign_in):
    client = sign_in(assignment.mentee)
    waiting = [str(StagedFileFactory(assignment=assignment).code) for _each in range(11)]

    one_too_many = send(client, assignment, staged=waiting)
    together = send(client, assignment, staged=waiting[:10], files=[SimpleUploadedFile("a.pdf", PDF)])

    assert (one_too_many.status_code, together.status_code) == (422, 422)
    assert "Choose at most 10 files." in one_too_many.content.decode()
    assert "Choose at most 10 files." in together.content.decode()
    assert send(client, assignment, staged=waiting[:10]).status_code == 302


def test_a_file_sent_again_by_a_double_click_is_not_left_behind(assignment, sign_in):
    client = sign_in(assignment.mentee)

    for _click in range(2):
        send(client, assignment, submit_key="once", files=[SimpleUploadedFile("a.pdf", PDF)])

    assert Evidence.objects.get().files.count() == 1
    assert not StagedFile.objects.exists()


def test_another_persons_file_cannot_be_attached(assignment, sign_in):
    foreign = StagedFileFactory()

    response = send(sign_in(assignment.mentee), assignment, staged=[str(foreign.code)])

    assert response.status_code == 422
    assert "A file is not here any more. Choose it again." in response.content.decode()
    assert StagedFile.objects.get() == foreign


def test_a_file_that_two_pages_send_belongs_to_the_first(assignment):
    staged = StagedFileFactory(assignment=assignment)
    first, second = EvidenceFactory(assignment=assignment), EvidenceFactory(assignment=assignment)
    actions.attach(first, [staged])

    with pytest.raises(Refused, match="“notes.txt” is not here any more."):
        actions.attach(second, [staged])

    assert (first.files.count(), second.files.count()) == (1, 0)


def test_a_file_is_swept_away_after_a_day_and_the_draft_names_it(
    assignment, sign_in, clock, django_capture_on_commit_callbacks
):
    client = sign_in(assignment.mentee)
    upload(client, assignment, "photo.pdf")
    kept = StagedFile.objects.get()
    autosave(client, assignment, title="Demo", staged=[str(kept.code)], unsent="video.mp4")
    clock(hours=23)
    assert actions.sweep(now()) == 0
    clock(hours=25)

    with django_capture_on_commit_callbacks(execute=True):
        swept = [actions.sweep(now()), actions.sweep(now())]
    page = client.get(address(assignment)).content.decode()

    assert swept == [1, 0]
    assert not default_storage.exists(kept.file.name)
    assert 'data-upload-missing="photo.pdf"' in page
    assert 'data-upload-missing="video.mp4"' in page


def test_a_file_that_was_unticked_stays_unticked(assignment, sign_in):
    client = sign_in(assignment.mentee)
    upload(client, assignment)
    autosave(client, assignment, title="Demo")

    page = client.get(address(assignment)).content.decode()

    assert f'name="staged" value="{StagedFile.objects.get().code}"><' in page


def test_there_is_an_end_to_what_waits_and_to_what_is_kept(assignment, monkeypatch, sign_in):
    client = sign_in(assignment.mentee)
    monkeypatch.setattr(actions, "MOST_BYTES", 60)
    assert upload(client, assignment, key="a").status_code == 201
    full = upload(client, assignment, key="b")
    monkeypatch.setattr(actions, "MOST_STAGED", 1)
    many = upload(client, assignment, key="c")

    assert (full.status_code, many.status_code) == (422, 422)
    assert full.json()["words"].startswith("This assignment holds 1 GB of files already.")
    assert many.json()["words"].startswith("Many files wait here already.")


def test_a_form_opened_for_a_gap_has_the_competency_and_the_kind(assignment, sign_in):
    competency = CompetencyFactory(name="Conflict")
    client = sign_in(assignment.mentee)

    page = client.get(address(assignment), {"competency": competency.code, "kind": "file"})
    odd = client.get(address(assignment), {"competency": "no-code", "kind": "no-kind"})

    assert f'value="{competency.pk}" checked' in page.content.decode()
    assert 'name="kind" value="file" checked' in page.content.decode()
    assert 'name="kind" value="text" checked' in odd.content.decode()


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ({"kind": "report"}, "report"),
        ({}, "text"),
        ({"text": "", "link": "example.org"}, "link"),
        ({"text": "", "files": "pdf"}, "file"),
    ],
)
def test_words_that_come_with_a_file_or_link_alone_are_what_they_come_with(assignment, sign_in, words, kind):
    if "files" in words:
        words = words | {"files": [SimpleUploadedFile("a.pdf", PDF)]}

    send(sign_in(assignment.mentee), assignment, **words)

    assert Evidence.objects.get().kind == kind


def test_an_autosave_answers_in_json_that_a_browser_can_read(assignment, sign_in):
    answer = autosave(sign_in(assignment.mentee), assignment, title="x")

    assert answer["Content-Type"] == "application/json"
    assert set(json.loads(answer.content)) == {"version", "words"}


def test_a_day_is_a_day(assignment):
    assert timedelta(hours=24) == actions.KEPT
