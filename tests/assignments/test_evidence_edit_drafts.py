"""A change of what is logged keeps itself as a draft, as the form for new evidence does."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from assignments.models import Evidence, StagedFile
from stretchhub.env import now
from stretchhub.people.models import Draft
from stretchhub.people.tasks import forget_drafts
from tests.factories import AssignmentFactory, CompetencyFactory, EvidenceFactory, MentorshipFactory

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n" + b"1" * 40


@pytest.fixture
def evidence(mentee, mentor, sponsor):
    mentorship = MentorshipFactory(mentee=mentee, mentor=mentor)
    assignment = AssignmentFactory(option__mentorship=mentorship, sponsor=sponsor)
    return EvidenceFactory(assignment=assignment, title="Demo", text="It ran.", learned="Show the old way first.")


def address(evidence):
    return f"/evidence/{evidence.code}/edit/"


def words(evidence, **changes):
    return {
        "version": str(evidence.version),
        "draft": "0",
        "title": evidence.title,
        "text": evidence.text,
        "learned": evidence.learned,
        "happened_on": evidence.happened_on.isoformat(),
    } | changes


def autosave(client, evidence, **changes):
    return client.post(address(evidence), words(evidence, **changes), headers={"X-Autosave": "1"})


def test_the_words_are_there_after_signing_in_again_and_the_evidence_is_as_it_was(evidence, sign_in):
    competency = CompetencyFactory()
    evidence.assignment.option.contributions.create(competency=competency)

    answer = autosave(sign_in(evidence.logged_by), evidence, title="Demo, again", text="", competencies=[competency.pk])
    page = sign_in(evidence.logged_by).get(address(evidence)).text

    assert answer.json()["version"] == 1
    assert "This change is your draft, kept" in page
    assert 'value="Demo, again"' in page
    assert "It ran." not in page, "what was emptied stays empty"
    assert f'name="competencies" value="{competency.pk}" checked' in page
    assert 'name="draft" value="1"' in page
    evidence.refresh_from_db()
    assert (evidence.title, evidence.text, evidence.version) == ("Demo", "It ran.", 1)


def test_a_form_that_was_never_begun_shows_what_is_logged(evidence, sign_in):
    page = sign_in(evidence.logged_by).get(address(evidence)).text

    assert "This change is your draft" not in page
    assert 'name="draft" value="0"' in page
    assert 'name="version" value="1"' in page


def test_saving_ends_the_draft_and_an_autosave_that_comes_late_is_not_kept(evidence, sign_in):
    client = sign_in(evidence.logged_by)
    autosave(client, evidence, title="Half a", submit_key="k")

    assert client.post(address(evidence), words(evidence, title="Whole", submit_key="k")).status_code == 302
    late = autosave(client, evidence, title="Half a t", submit_key="k")

    assert Evidence.objects.get().title == "Whole"
    assert late.status_code == 422
    assert not Draft.objects.exists()


def test_a_draft_from_before_another_change_meets_both_texts_and_loses_nothing(evidence, sign_in):
    client = sign_in(evidence.logged_by)
    autosave(client, evidence, title="From the draft")
    Evidence.objects.filter(pk=evidence.pk).update(title="From elsewhere", version=2)

    page = client.get(address(evidence)).text
    assert 'value="From the draft"' in page
    assert 'name="version" value="1"' in page
    answer = client.post(address(evidence), words(evidence, title="From the draft", draft="1"))

    assert answer.status_code == 409
    assert "From elsewhere" in answer.text
    assert "From the draft" in answer.text
    assert Evidence.objects.get().title == "From elsewhere"
    assert Draft.objects.get().content["title"] == "From the draft"


def test_two_pages_of_one_change_see_each_other(evidence, sign_in):
    client = sign_in(evidence.logged_by)
    autosave(client, evidence, title="Here")

    answer = autosave(client, evidence, title="There")

    assert answer.status_code == 409
    assert "Here" in answer.json()["both"]
    assert f'href="{address(evidence)}"' in answer.json()["both"]
    assert Draft.objects.get().content["title"] == "Here"


def test_the_button_keeps_it_without_script_with_the_files_that_came(evidence, sign_in):
    client = sign_in(evidence.logged_by)
    sent = words(evidence, title="By hand", keep_draft="1", files=SimpleUploadedFile("report.pdf", PDF))

    assert client.post(address(evidence), sent).status_code == 302
    page = client.get(address(evidence)).text

    [file] = StagedFile.objects.all()
    assert 'value="By hand"' in page
    assert f'name="staged" value="{file.code}" checked' in page
    other = client.post(address(evidence), words(evidence, title="Of another page", keep_draft="1"))
    assert other.status_code == 409
    assert "By hand" in other.text


def test_a_draft_can_be_thrown_away_with_its_files(evidence, sign_in):
    client = sign_in(evidence.logged_by)
    client.post(address(evidence), words(evidence, keep_draft="1", files=SimpleUploadedFile("report.pdf", PDF)))

    assert client.post(address(evidence), {"throw_away": "1"}).status_code == 302
    assert not Draft.objects.exists()
    assert not StagedFile.objects.exists()


def test_files_to_be_taken_out_stay_ticked(evidence, sign_in):
    file = evidence.files.create(name="old.pdf", size=9, content_type="application/pdf", file="evidence/x")

    autosave(sign_in(evidence.logged_by), evidence, without=[str(file.code)])
    page = sign_in(evidence.logged_by).get(address(evidence)).text

    assert f'name="without" value="{file.code}" checked' in page


def test_nobody_else_keeps_or_reads_it(evidence, mentor, stranger, sign_in):
    autosave(sign_in(evidence.logged_by), evidence, title="SECRET words")

    assert autosave(sign_in(mentor), evidence, title="Mine").status_code == 403
    assert autosave(sign_in(stranger), evidence, title="Mine").status_code == 404
    assert "SECRET words" not in sign_in(mentor).get(f"/evidence/{evidence.code}/").text
    assert Draft.objects.count() == 1


def test_it_is_forgotten_with_age_like_every_draft(evidence, sign_in):
    autosave(sign_in(evidence.logged_by), evidence, title="Half a thought")
    Draft.objects.update(saved_at=now() - timedelta(days=91))

    assert forget_drafts() == 1


def test_with_a_draft_and_its_files_the_form_takes_as_many_queries_for_three_as_for_one(
    evidence, sign_in, count_queries
):
    client, counted = sign_in(evidence.logged_by), []
    for number in range(3):
        file = SimpleUploadedFile(f"report{number}.pdf", PDF + str(number).encode())
        staged = [str(each.code) for each in StagedFile.objects.all()]
        client.post(address(evidence), words(evidence, keep_draft="1", draft=str(number), files=file, staged=staged))
        counted.append(count_queries(client, address(evidence)))

    assert StagedFile.objects.count() == 3
    assert counted[0] == counted[2] <= 12
