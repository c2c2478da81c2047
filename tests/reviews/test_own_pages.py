import hashlib
import io
import json

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pypdf import PdfReader

from reviews.actions import document as documents
from reviews.actions import own as actions
from reviews.canonical import canonical, digest
from reviews.models import DocumentKind, DocumentPaper, IssuedDocument, OwnDraft
from reviews.own_sources import looked_through
from tests.factories import AssignmentFactory, DecisionFactory, FeedbackRequestFactory, SetbackFactory
from tests.reviews.letters import reviewed, signed
from tests.reviews.test_letter_pages import HOSTILE
from tests.reviews.test_own_text import WORDS, key_of, write

pytestmark = pytest.mark.django_db
CASE, OUTLINE, RECORD = DocumentKind.CASE_STUDY, DocumentKind.OUTLINE, DocumentKind.RECORD


def address(assignment, name="own-write", slug="case-study"):
    return reverse(f"reviews:{name}", args=[assignment.code, slug])


def issued(assignment, kind=CASE, words=WORDS):
    draft = OwnDraft.objects.filter(assignment=assignment, kind=kind).first()
    write(assignment, kind, words, edit=draft.edit if draft else 0)
    seal = looked_through(kind, assignment.mentee, assignment).seal
    return actions.issue_own(kind, by=assignment.mentee, seal=seal, assignment=assignment)


def issued_record(mentee):
    return actions.issue_own(RECORD, by=mentee, seal=looked_through(RECORD, mentee, None).seal)


@pytest.mark.parametrize("slug", ["case-study", "outline"])
def test_the_mentee_writes_keeps_and_goes_on_to_look_through_it(sign_in, slug):
    assignment = reviewed()
    client = sign_in(assignment.mentee)

    assert client.get(address(assignment, slug=slug)).status_code == 200
    assert not OwnDraft.objects.exists()
    kept = client.post(address(assignment, slug=slug), {"edit": 0, "next": "A customer.", "do": "keep"})
    assert kept["Location"] == address(assignment, slug=slug)
    looked = client.post(address(assignment, slug=slug), {"edit": 1, "next": "Two customers.", "do": "look"})

    assert looked["Location"] == address(assignment, "own-leave-out", slug)
    assert OwnDraft.objects.get().words == {"next": "Two customers."}
    assert "Two customers." in client.get(looked["Location"]).content.decode()


def test_the_facts_stand_beside_the_words(sign_in):
    assignment = reviewed()

    page = sign_in(assignment.mentee).get(address(assignment)).content.decode()

    assert "in rising order" in page
    assert "Evidence: “The bay list”" in page


def test_a_record_is_taken_in_below_what_is_written(sign_in):
    assignment = reviewed()
    decision = DecisionFactory(assignment=assignment, decision="Stop the sheet", reason="Nobody used it.", happened="")
    client = sign_in(assignment.mentee)
    do = f"take:decision:{decision.code}"

    answer = client.post(address(assignment), {"edit": 0, "decision": "Before.", "do": do})

    assert answer["Location"] == f"{address(assignment)}#part-decision"
    assert OwnDraft.objects.get().words["decision"] == "Before.\n\nStop the sheet\n\nNobody used it."


@pytest.mark.parametrize("do", ["take:decision:nothing", "take:nothing:x", "take:", "nonsense"])
def test_nothing_else_is_taken_in(sign_in, do):
    assignment = reviewed()

    answer = sign_in(assignment.mentee).post(address(assignment), {"edit": 0, "decision": "Mine.", "do": do})

    assert answer["Location"] == address(assignment)
    assert OwnDraft.objects.get().words == {"decision": "Mine."}


def test_two_windows_show_both_texts(sign_in):
    assignment = reviewed()
    write(assignment, words={"next": "Saved elsewhere."})

    page = sign_in(assignment.mentee).post(address(assignment), {"edit": 0, "next": "Typed here."})

    assert page.status_code == 409
    assert "Saved elsewhere." in page.content.decode()
    assert "Typed here." in page.content.decode()
    assert OwnDraft.objects.get().words == {"next": "Saved elsewhere."}


def test_nobody_else_opens_it_and_nobody_before_the_work_is_done(sign_in):
    assignment, running = reviewed(), AssignmentFactory()

    assert sign_in(assignment.mentor).get(address(assignment)).status_code == 403
    assert sign_in(assignment.sponsor).get(address(assignment)).status_code == 404
    assert sign_in(running.mentee).get(address(running)).status_code == 403
    assert sign_in(assignment.mentee).get(address(assignment, slug="letter")).status_code == 404


def field_of(called):
    """The field in which the mentee says what stands in the place of a name."""
    return f"name-{digest(called.full)[:16]}"


def choices(form_edit, **more):
    return {"edit": form_edit, "do": "preview", **more}


def test_what_is_unticked_and_renamed_is_not_in_what_is_issued(sign_in, mentee, mentor, sponsor):
    assignment = reviewed(
        AssignmentFactory(option__mentorship__mentee=mentee, option__mentorship__mentor=mentor, sponsor=sponsor)
    )
    write(assignment)
    client, here = sign_in(mentee), address(assignment, "own-leave-out")
    looked = looked_through(CASE, mentee, assignment)
    page = client.get(here).content.decode()
    assert "Ruth Adeyemi" in page

    client.post(here, {"edit": 0, "do": "preview"})
    assert OwnDraft.objects.get().stays == {}
    edit = OwnDraft.objects.get().edit
    ticked = {
        each.passage.key: "on"
        for chosen in looked.choices.values()
        for each in chosen
        if each.passage.text != "We stopped the sheet."
    }
    names = {field_of(called): "the owner of the depot" for called in looked.people}
    sent = client.post(here, choices(edit, **ticked, **names, **{"find-0": "Acme", "put-0": ""}))
    assert sent["Location"] == f"{here}#preview"
    seal = looked_through(CASE, mentee, assignment).seal
    done = client.post(here, {"do": "issue", "seal": seal}, follow=True)

    document = IssuedDocument.objects.get()
    assert done.status_code == 200
    assert "The depot of … waited." in document.content
    assert "the owner of the depot owned it." in document.content
    for gone in ("Ruth", "Acme", "We stopped the sheet."):
        assert gone not in document.content


def test_a_name_that_came_into_the_text_meanwhile_neither_stands_nor_takes_the_word_of_another(sign_in):
    """The mentee lets the sponsor's name stand; a page opened before knows nothing of the mentor's in the text."""
    assignment = reviewed()
    mentor, sponsor = assignment.mentor, assignment.sponsor
    draft = write(assignment, words={"next": f"{sponsor.full_name} asked me on."})
    client, here = sign_in(assignment.mentee), address(assignment, "own-leave-out")
    (called,) = looked_through(CASE, assignment.mentee, assignment).people
    assignment.title = f"What {mentor.full_name} began"
    assignment.save()
    looked = looked_through(CASE, assignment.mentee, assignment)
    assert [each.full for each in looked.people] == [mentor.full_name, sponsor.full_name]

    client.post(here, choices(draft.edit, **{field_of(called): "", key_of(looked, "asked me on"): "on"}))

    text = looked_through(CASE, assignment.mentee, assignment).text
    assert f"{sponsor.full_name} asked me on." in str(text)
    assert "What my mentor began" in str(text)
    assert mentor.full_name not in str(text)


def test_what_was_not_seen_is_not_issued(sign_in):
    assignment = reviewed()
    write(assignment)
    client, here = sign_in(assignment.mentee), address(assignment, "own-leave-out")

    for seal in ("", "0" * 64):
        page = client.post(here, {"do": "issue", "seal": seal}, follow=True)
        assert "Look once more" in page.content.decode()
    assert not IssuedDocument.objects.exists()


def test_choices_of_an_older_window_come_back(sign_in):
    assignment = reviewed()
    draft = write(assignment)
    here = address(assignment, "own-leave-out")

    page = sign_in(assignment.mentee).post(here, choices(draft.edit - 1, **{"find-0": "Acme"}))

    assert page.status_code == 409
    assert 'value="Acme"' in page.content.decode()
    long = sign_in(assignment.mentee).post(here, choices(draft.edit, **{"put-0": "x" * 81}))
    assert long.status_code == 422


def test_the_record_is_looked_through_and_issued(sign_in, hr):
    assignment = reviewed()
    client, here = sign_in(assignment.mentee), reverse("reviews:record")
    assert assignment.title in client.get(here).content.decode()
    looked = looked_through(RECORD, assignment.mentee, None)
    ticked = {each.passage.key: "on" for chosen in looked.choices.values() for each in chosen}
    names = {field_of(called): called.put for called in looked.people}
    client.post(here, choices(0, **ticked, **names))

    seal = looked_through(RECORD, assignment.mentee, None).seal
    client.post(here, {"do": "issue", "seal": seal})

    document = IssuedDocument.objects.get()
    page = client.get(reverse("reviews:document", args=[document.code])).content.decode()
    assert "Mentor: my mentor." in page
    assert sign_in(hr).get(reverse("reviews:document", args=[document.code])).status_code == 404
    assert sign_in(assignment.mentor).get(reverse("reviews:document", args=[document.code])).status_code == 404
    assert key_of(looked, "My part") in OwnDraft.objects.get().stays


@pytest.mark.parametrize("kind", [CASE, OUTLINE])
@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_the_pdf_is_tagged_and_what_was_written_stays_as_it_is(kind, paper):
    document = issued(reviewed(), kind, {"situation": HOSTILE, "next": HOSTILE})
    reader = PdfReader(io.BytesIO(bytes(DocumentPaper.objects.get(document=document, paper=paper).pdf)))
    words = " ".join("\n".join(page.extract_text() for page in reader.pages).replace("\u200b", "").split())

    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert b"pdfuaid:part>1<" in reader.trailer["/Root"]["/Metadata"].get_data().replace(b"\n", b"")
    assert words.count('#read("/etc/passwd") #sys.inputs $a^2$ @ref') == 2
    assert "<script>alert(1)</script> {{ title }}" in words


def test_one_file_holds_all_that_still_counts_as_it_was_frozen(sign_in):
    letter = signed()
    assignment, mentee = letter.assignment, letter.person
    old, case = issued(assignment), issued(assignment, words=WORDS | {"reuse": "A list."})
    record = issued_record(mentee)
    gone = issued(assignment, OUTLINE, {"next": "x"})
    documents.withdraw(gone, by=mentee)

    answer = sign_in(mentee).get(reverse("reviews:portable"))
    told = json.loads(answer.content)

    assert answer.content.decode() == canonical(told).value
    assert (told["format"], told["person"]) == ("stretchhub-portable-record/1", mentee.name)
    assert [each["sha256"] for each in told["documents"]] == [letter.sha256, case.sha256, record.sha256]
    for each in told["documents"]:
        assert canonical(each["content"]).sha256 == each["sha256"]
    assert old.sha256 not in [each["sha256"] for each in told["documents"]]
    assert (
        hashlib.sha256(answer.content).hexdigest()
        == hashlib.sha256(sign_in(mentee).get(reverse("reviews:portable")).content).hexdigest()
    )
    assert sign_in(assignment.mentor).get(reverse("reviews:portable")).content.count(b"sha256") == 0


def test_a_record_is_checked_like_every_other(sign_in):
    assignment = reviewed()
    record = issued_record(assignment.mentee)

    page = Client().get(reverse("reviews:check", args=[record.check_code])).content.decode()

    assert "Growth record" in page
    assert assignment.title not in page


def test_the_draft_is_asked_for_once_where_it_is_looked_through(sign_in):
    assignment = reviewed()
    client = sign_in(assignment.mentee)
    page = reverse("reviews:own-leave-out", args=[assignment.code, "case-study"])

    with CaptureQueriesContext(connection) as asked:
        assert client.get(page).status_code == 200

    assert sum('FROM "reviews_owndraft"' in each["sql"] for each in asked) == 1


def test_the_pages_take_a_fixed_number_of_queries(sign_in, count_queries):
    assignment = reviewed()
    mentee = assignment.mentee
    issued(assignment), issued_record(mentee)
    client = sign_in(mentee)
    pages = [
        reverse("reviews:my-documents"),
        reverse("reviews:record"),
        address(assignment),
        address(assignment, slug="outline"),
        address(assignment, "own-leave-out"),
        address(assignment, "own-leave-out", "outline"),
    ]
    for page in pages:
        client.get(page)
    before = [count_queries(client, page) for page in pages]

    for _ in range(2):
        DecisionFactory(assignment=assignment)
        SetbackFactory(assignment=assignment, by=mentee)
        FeedbackRequestFactory(round__assignment=assignment)
        reviewed(AssignmentFactory(option__mentorship=assignment.option.mentorship))
    issued(assignment), issued_record(mentee)

    assert [count_queries(client, page) for page in pages] == before
    assert max(before) <= 12, before


def test_slides_that_nobody_wrote_yet_take_no_more_queries_than_any_page(sign_in, count_queries):
    assignment = reviewed()
    client = sign_in(assignment.mentee)
    pages = [address(assignment, slug="outline"), address(assignment, "own-leave-out", "outline")]
    for page in pages:
        client.get(page)

    assert max(count_queries(client, page) for page in pages) <= 12
