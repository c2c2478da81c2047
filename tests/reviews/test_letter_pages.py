import hashlib
import io
import json

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from reviews import check_codes, portable
from reviews.actions import document as documents
from reviews.actions import letter as actions
from reviews.document_words import pdf_of
from reviews.forms.checking import MOST_BYTES
from reviews.models import DocumentPaper, IssuedDocument, Letter, LetterState, SharedResult
from stretchhub.documents import Paper
from stretchhub.env import now
from tests.factories import AssignmentFactory
from tests.reviews.letters import WORDS, approved, asked, reviewed, signed, written
from tests.test_documents import kinds

pytestmark = pytest.mark.django_db

HOSTILE = (
    '#read("/etc/passwd") #sys.inputs $a^2$ @ref // comment <script>alert(1)</script> {{ title }} Page {n} of {of} אבג'
)


@pytest.fixture(autouse=True)
def no_limit_yet():
    cache.clear()


def typed(letter, **more):
    first = letter.first_evidence_id or ""
    return {"edit": letter.edit, "first_evidence": first, "contact": letter.contact, **letter.words, **more}


# Writing and approving.


def test_the_mentor_begins_a_letter_and_finds_the_facts_in_it(sign_in):
    assignment = reviewed()
    client = sign_in(assignment.mentor)
    address = reverse("reviews:letter", args=[assignment.code])

    assert client.get(address).status_code == 200
    assert not Letter.objects.exists()
    page = client.post(address, {"do": "begin"}, follow=True).content.decode()

    assert f"mentor of {assignment.mentee.name} since" in page
    assert "in rising order" in page
    assert "The bay list" in page
    assert Letter.objects.get().words == {}


def test_where_a_letter_counts_both_are_told_so_and_a_newer_one_is_offered(sign_in):
    document = signed()
    here = reverse("reviews:documents", args=[document.assignment.code])
    mentee, mentor = sign_in(document.person), sign_in(document.by)

    pages = [client.get(here).content.decode() for client in (mentee, mentor)]
    documents.withdraw(document, by=document.person)
    after = [client.get(here).content.decode() for client in (mentee, mentor)]

    assert ["Ask for a newer letter" in pages[0], "Write a newer letter" in pages[1]] == [True, True]
    assert ["The letter above counts" in page for page in (*pages, *after)] == [True, True, False, False]
    assert ["Ask for a letter" in after[0], "Write a letter" in after[1]] == [True, True]


def test_the_title_of_a_part_stands_above_what_the_records_say(sign_in):
    letter = written()

    page = sign_in(letter.author).get(reverse("reviews:letter", args=[letter.assignment.code])).content.decode()

    part = page.partition('id="part-rubric"')[2].partition("</section>")[0]
    order = [part.index(words) for words in ('<h2 class="letter-title"', "From the records", "<textarea")]
    assert order == sorted(order)


def test_before_the_reviews_are_final_there_is_nothing_to_begin(sign_in):
    assignment = AssignmentFactory(reviewing=True)
    client = sign_in(assignment.mentor)

    page = client.post(reverse("reviews:letter", args=[assignment.code]), {"do": "begin"}, follow=True)

    assert "written once they are final" in page.content.decode()
    assert not Letter.objects.exists()


def test_a_letter_is_kept_and_then_asked_about(sign_in):
    letter = written()
    client = sign_in(letter.author)
    address = reverse("reviews:letter", args=[letter.assignment.code])

    client.post(address, typed(letter, hard="The first week.", do="keep"))
    letter.refresh_from_db()
    assert (letter.words["hard"], letter.state) == ("The first week.", LetterState.DRAFT)

    client.post(address, typed(letter, do="ask"))
    letter.refresh_from_db()
    assert letter.state == LetterState.ASKED
    assert letter.facts["first"]


def test_what_is_missing_is_said_and_what_was_typed_is_kept(sign_in):
    letter = written()
    client = sign_in(letter.author)

    page = client.post(
        reverse("reviews:letter", args=[letter.assignment.code]), typed(letter, ready="", do="ask"), follow=True
    )

    assert "Write this before you ask" in page.content.decode()
    letter.refresh_from_db()
    assert (letter.state, "ready" in letter.words) == (LetterState.DRAFT, False)


def test_two_windows_show_both_texts(sign_in):
    letter = written()
    client = sign_in(letter.author)

    page = client.post(
        reverse("reviews:letter", args=[letter.assignment.code]),
        typed(letter, edit=letter.edit - 1, first="Typed in the old window."),
    )

    assert page.status_code == 409
    assert WORDS["first"] in page.content.decode()
    assert "Typed in the old window." in page.content.decode()
    assert f'name="edit" value="{letter.edit}"' in page.content.decode()


def test_words_for_a_letter_that_was_signed_meanwhile_are_shown_again(sign_in):
    document = signed()
    client = sign_in(document.by)

    page = client.post(reverse("reviews:letter", args=[document.assignment.code]), {"edit": 3, "first": "Too late."})

    assert page.status_code == 409
    assert "Too late." in page.content.decode()
    assert Letter.objects.count() == 1


def test_the_mentee_reads_no_first_attempt(sign_in):
    letter = written()
    client = sign_in(letter.assignment.mentee)

    page = client.get(reverse("reviews:letter", args=[letter.assignment.code]), follow=True)

    assert page.redirect_chain
    assert WORDS["first"] not in page.content.decode()
    assert client.post(reverse("reviews:letter-answer", args=[letter.assignment.code])).status_code == 404


def test_the_mentee_approves_what_they_have_read(sign_in):
    letter = asked()
    client = sign_in(letter.assignment.mentee)

    page = client.get(reverse("reviews:letter", args=[letter.assignment.code])).content.decode()
    assert WORDS["first"] in page
    assert letter.facts["rubric"][1] in page
    answer = {"edit": letter.edit, "do": "approve"}
    client.post(reverse("reviews:letter-answer", args=[letter.assignment.code]), answer)

    letter.refresh_from_db()
    assert letter.state == LetterState.APPROVED
    assert "You approved this." in client.get(reverse("reviews:letter", args=[letter.assignment.code])).content.decode()


def test_changes_want_words_and_the_mentor_finds_them_beside_the_part(sign_in):
    letter = asked()
    client, address = sign_in(letter.assignment.mentee), reverse("reviews:letter-answer", args=[letter.assignment.code])

    empty = client.post(address, {"edit": letter.edit, "do": "changes"})
    assert empty.status_code == 422
    assert "Say beside the part" in empty.content.decode()
    long = client.post(address, {"edit": letter.edit, "do": "changes", "first": "x" * 1001})
    assert long.status_code == 422
    client.post(address, {"edit": letter.edit, "do": "changes", "first": "It was three shifts."})

    page = sign_in(letter.author).get(reverse("reviews:letter", args=[letter.assignment.code])).content.decode()
    assert "It was three shifts." in page


def test_an_answer_to_an_older_text_comes_back_with_the_new_one(sign_in):
    letter = asked()
    old = letter.edit
    actions.write_letter(letter, by=letter.author, edit=old, written=actions.Written(words=WORDS | {"hard": "New."}))
    actions.ask_to_approve(letter, by=letter.author, edit=letter.edit)

    page = sign_in(letter.assignment.mentee).post(
        reverse("reviews:letter-answer", args=[letter.assignment.code]),
        {"edit": old, "do": "approve", "who": "Still typed."},
    )

    assert page.status_code == 409
    assert "New." in page.content.decode()
    assert "Still typed." in page.content.decode()
    assert Letter.objects.get().state == LetterState.ASKED


def test_the_mentee_asks_for_a_letter_from_the_page(sign_in):
    assignment = reviewed()
    client = sign_in(assignment.mentee)

    page = client.get(reverse("reviews:documents", args=[assignment.code])).content.decode()
    assert "Ask for a letter" in page
    client.post(reverse("reviews:letter-want", args=[assignment.code]))

    assert Letter.objects.get().wanted_at is not None


def test_asking_before_the_reviews_are_final_says_when(sign_in):
    assignment = AssignmentFactory(reviewing=True)
    page = sign_in(assignment.mentee).post(reverse("reviews:letter-want", args=[assignment.code]), follow=True)

    assert "written once they are final" in page.content.decode()


def test_the_mentor_signs_what_was_approved(sign_in):
    letter = approved()
    client = sign_in(letter.author)

    page = client.post(
        reverse("reviews:letter-sign", args=[letter.assignment.code]), {"edit": letter.edit}, follow=True
    )

    document = IssuedDocument.objects.get()
    assert page.redirect_chain[-1][0] == reverse("reviews:document", args=[document.code])
    assert WORDS["first"] in page.content.decode()


@pytest.mark.parametrize("edit", ["", "x", "1", "99999999999"])
def test_nothing_else_is_signed(sign_in, edit):
    letter = approved()

    sign_in(letter.author).post(reverse("reviews:letter-sign", args=[letter.assignment.code]), {"edit": edit})

    assert not IssuedDocument.objects.exists()


# What was signed.


def test_mentee_mentor_and_hr_read_the_signed_letter_and_the_sponsor_only_while_shared(sign_in, hr):
    document = signed()
    assignment = document.assignment
    address = reverse("reviews:document", args=[document.code])

    for reader in (assignment.mentee, assignment.mentor, hr):
        assert WORDS["first"] in sign_in(reader).get(address).content.decode()
    sponsor = sign_in(assignment.sponsor)
    assert sponsor.get(address).status_code == 404
    shared = SharedResult.objects.create(
        assignment=assignment, cycle=document.cycle, shared_by=assignment.mentee, shared_at=now()
    )
    assert WORDS["first"] in sponsor.get(address).content.decode()
    shared.delete()
    assert sponsor.get(address).status_code == 404


def test_what_was_withdrawn_is_read_by_its_two_alone(sign_in, hr):
    document = signed()
    address = reverse("reviews:document", args=[document.code])
    mentee = sign_in(document.person)

    page = mentee.post(reverse("reviews:document-withdraw", args=[document.code]), follow=True)

    assert "Withdrawn by" in page.content.decode()
    assert sign_in(document.by).get(address).status_code == 200
    assert sign_in(hr).get(address).status_code == 404
    assert mentee.post(reverse("reviews:document-withdraw", args=[document.code]), follow=True).status_code == 200


def test_an_older_letter_leads_to_the_newest(sign_in):
    first = signed()
    second = signed(first.assignment)

    page = sign_in(first.person).get(reverse("reviews:document", args=[first.code])).content.decode()

    assert "Version 2 has taken its place." in page
    assert reverse("reviews:document", args=[second.code]) in page
    of_both = sign_in(first.person).get(reverse("reviews:documents", args=[first.assignment.code])).content.decode()
    assert "1 that no longer counts" in of_both


def test_a_text_that_was_changed_behind_its_back_is_seen(sign_in):
    document = signed()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE reviews_issueddocument SET content = %s WHERE id = %s",
            [document.content.replace("drew", "drank"), document.pk],
        )

    page = sign_in(document.person).get(reverse("reviews:document", args=[document.code])).content.decode()
    assert "no longer the one that was issued" in page


def test_the_files_are_what_was_issued_byte_by_byte(sign_in):
    document = signed()
    client = sign_in(document.person)

    text = client.get(reverse("reviews:document-json", args=[document.code]))
    papers = {
        paper: client.get(reverse("reviews:document-pdf", args=[document.code]), {"paper": paper})
        for paper in ("a4", "letter")
    }

    assert hashlib.sha256(text.content).hexdigest() == document.sha256
    assert json.loads(text.content)["check"] == document.check_code
    for paper, answer in papers.items():
        assert hashlib.sha256(answer.content).hexdigest() == DocumentPaper.objects.get(paper=paper).sha256
        assert answer["Content-Disposition"].startswith("attachment")
        assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    # A sign that PostgreSQL cannot hold is another paper like any other.
    for paper in ("a5", "", "a4\x00", "letterhead"):
        answer = client.get(reverse("reviews:document-pdf", args=[document.code]), {"paper": paper})
        assert answer.status_code == 404


@pytest.mark.parametrize(("paper", "width"), [("a4", 595.276), ("letter", 612)])
def test_the_pdf_is_tagged_and_what_anybody_wrote_stays_as_it_is(paper, width):
    document = signed(hard=HOSTILE)
    reader = PdfReader(io.BytesIO(bytes(DocumentPaper.objects.get(paper=paper).pdf)))
    words = " ".join("\n".join(page.extract_text() for page in reader.pages).replace("\u200b", "").split())
    root = reader.trailer["/Root"]

    assert root["/MarkInfo"]["/Marked"]
    assert b"pdfuaid:part>1<" in root["/Metadata"].get_data().replace(b"\n", b"")
    assert float(reader.pages[0].mediabox.width) == pytest.approx(width, abs=0.01)
    assert kinds(reader).index("/H1") < kinds(reader).index("/H2")
    assert '#read("/etc/passwd") #sys.inputs $a^2$ @ref // comment <script>alert(1)</script> {{ title }}' in words
    assert "Page {n} of {of}" in words
    assert check_codes.spelled(document.check_code) in words
    assert document.sha256 in words.replace(" ", "")


def test_nobody_signs_an_empty_page():
    document = signed(limits="I saw it from afar.")
    hard = next(each for each in document.told["sections"] if each["key"] == "hard")

    ends = []
    for lines in range(20, 44):
        hard["words"] = "\n\n".join(["One line."] * lines)
        pages = [page.extract_text() for page in PdfReader(io.BytesIO(pdf_of(document, Paper.A4))).pages]
        (end,) = [page for page in pages if "had approved what stands in it" in " ".join(page.split())]
        ends.append((len(pages), "I saw it from afar." in end))

    assert {pages for pages, _whole in ends} == {1, 2}
    assert all(whole for _pages, whole in ends)


def test_made_again_the_pdf_has_the_same_bytes():
    document = signed()

    assert pdf_of(document, Paper.A4) == bytes(DocumentPaper.objects.get(paper="a4").pdf)


# Checking by anybody who has the code.


def check(document, client=None, **post):
    client, address = client or Client(), reverse("reviews:check", args=[document.check_code])
    return client.post(address, post) if post else client.get(address)


def test_anybody_with_the_code_learns_that_it_counts_and_nothing_in_it(client):
    document = signed(hard="A word of the letter.")

    page = check(document).content.decode()

    for told in ("This document is valid", "Mentor letter", document.person.name, document.by.name, document.sha256):
        assert told in page
    assert '<meta name="robots" content="noindex">' in page
    for kept in ("A word of the letter.", document.assignment.title, document.person.email, str(document.code)):
        assert kept not in page


def test_every_way_of_writing_the_code_leads_to_it(client):
    document = signed()
    spelled = check_codes.spelled(document.check_code).lower()

    answer = client.get(reverse("reviews:check-ask"), {"code": f" {spelled} "})

    assert answer["Location"] == reverse("reviews:check", args=[document.check_code])
    assert client.get(reverse("reviews:check-ask")).status_code == 200


@pytest.mark.parametrize("code", ["unknown", "0" * 20, "UUUUU-UUUUU-UUUUU-UUUUU", "1" * 500])
def test_a_code_that_was_never_issued_is_always_the_same_plain_page(client, code):
    signed()
    answers = {client.get(reverse("reviews:check", args=[each])).content for each in (code, "Z" * 20)}

    assert client.get(reverse("reviews:check", args=[code])).status_code == 404
    assert len(answers) == 1
    assert b"<form" not in answers.pop()


def test_a_replaced_letter_says_so_and_a_withdrawn_one_nothing_else():
    first = signed()
    signed(first.assignment)

    replaced = check(first).content.decode()
    assert "A newer one has taken its place" in replaced
    documents.withdraw(first, by=first.person)
    withdrawn = check(first).content.decode()

    assert "This document was withdrawn" in withdrawn
    for kept in (first.person.name, first.by.name, first.sha256, "Mentor letter"):
        assert kept not in withdrawn
    assert "<form" not in withdrawn
    assert "This document was withdrawn" in check(first, sha256=first.sha256).content.decode()


def upload(content):
    return SimpleUploadedFile("x.pdf", content, content_type="application/pdf")


def test_a_file_is_compared_byte_by_byte():
    document = signed()
    pdf = bytes(DocumentPaper.objects.get(paper="letter").pdf)

    assert "byte by byte" in check(document, file=upload(pdf)).content.decode()
    assert "sign by sign" in check(document, file=upload(document.content.encode())).content.decode()
    changed = check(document, file=upload(pdf[:-1] + b"x")).content.decode()
    assert "Not the same." in changed
    assert hashlib.sha256(pdf[:-1] + b"x").hexdigest() in changed
    assert "Not the same." in check(document, file=upload(b"")).content.decode()


def test_a_number_is_compared_as_it_is_pasted():
    document = signed()

    assert (
        "The same."
        in check(document, sha256=f" {document.sha256.upper()[:32]} {document.sha256[32:]}").content.decode()
    )
    assert "Not the same." in check(document, sha256="0" * 64).content.decode()


def test_a_collection_is_looked_through():
    document, other = signed(), signed()
    whole = portable.collected("Mina", [(document.content, document.sha256), (other.content, other.sha256)])

    assert "This collection holds the document" in check(document, file=upload(whole.encode())).content.decode()
    changed = whole.replace("drew", "drank").encode()
    assert "Not the same." in check(document, file=upload(changed)).content.decode()


@pytest.mark.parametrize(
    ("post", "told"),
    [
        ({"sha256": ""}, "Choose the file, or paste its SHA-256."),
        ({"sha256": "g" * 64}, "A SHA-256 has 64 signs"),
        ({"sha256": "١" * 64}, "A SHA-256 has 64 signs"),
    ],
)
def test_what_cannot_be_compared_is_asked_for_again(post, told):
    answer = check(signed(), **post)

    assert answer.status_code == 422
    assert told in answer.content.decode()


def test_a_file_larger_than_any_of_ours_is_not_read():
    answer = check(signed(), file=upload(b"x" * (MOST_BYTES + 1)))

    assert answer.status_code == 422
    assert "too large" in answer.content.decode()


def test_whoever_tries_many_codes_has_to_wait(settings, client):
    settings.ACCOUNT_RATE_LIMITS = {"check_document": "3/m/ip"}
    document = signed()

    answers = [check(document, client).status_code for _ in range(4)]

    assert answers == [200, 200, 200, 429]
    assert client.get(reverse("reviews:check-ask")).status_code == 429


def test_comparing_wants_the_token_of_the_page():
    strict = Client(enforce_csrf_checks=True)

    assert check(signed(), strict, sha256="0" * 64).status_code == 403


def test_the_pages_take_a_fixed_number_of_queries(sign_in, count_queries):
    document = signed()
    client = sign_in(document.person)
    pages = [
        reverse("reviews:documents", args=[document.assignment.code]),
        reverse("reviews:document", args=[document.code]),
    ]
    for page in pages:
        client.get(page)
    before = [count_queries(client, page) for page in pages]

    for _ in range(2):
        signed(document.assignment)

    assert [count_queries(client, page) for page in pages] == before
    assert max(before) <= 12
