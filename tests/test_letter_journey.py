"""A letter from its draft to somebody who checks it without an account; and the records that a mentee takes along."""

import hashlib
import io
import json

import pytest
from django.urls import reverse
from playwright.sync_api import expect
from pypdf import PdfReader

from assignments.models import Assignment
from reviews.check_codes import spelled
from reviews.models import DocumentKind, IssuedDocument, Letter, LetterState
from stretchhub.env import today
from tests.factories import (
    PASSWORD,
    AssignmentFactory,
    BriefVersionFactory,
    MeasurementFactory,
    MentorshipFactory,
    OptionFactory,
    UserFactory,
)
from tests.mails import everything_in, link_in
from tests.reviews.letters import reviewed
from tests.test_documents import kinds, words
from tests.visitor import Visitor, on_screens

pytestmark = [pytest.mark.real, pytest.mark.timeout(900)]

TITLE = "Shorten the claims backlog at Acme"
SAW = "She asked both shifts before she drew anything, and changed the plan in front of them."
READY = "A change that three teams have to carry, with a word once a week."
HARD = "In the third week the pilot stopped. She told both leads the same day."
TOO_MUCH = "She had been ill before."
PLEASE = "Please leave out that I was ill."
SITUATION = "Acme waited three weeks for every claim."
KEPT_BACK = "Level 1 is how I felt in the first week."
SECRET = "The night shift and I did not speak for a week."


@pytest.fixture
def work(live_site, worker) -> Assignment:
    """Work whose reviews are final, with a measured outcome and one piece of evidence that is shared."""

    def person(part: str, name: str):
        return UserFactory(full_name=name, email=f"{part}@example.org", password=PASSWORD)

    mentorship = MentorshipFactory(mentee=person("mentee", "Mina Okafor"), mentor=person("mentor", "Tom Berg"))
    option = OptionFactory(mentorship=mentorship, title=TITLE, stage="active")
    made = AssignmentFactory(option=option, sponsor=person("sponsor", "Ruth Adeyemi"))
    version = BriefVersionFactory(brief__option=option, status="sponsor_accepted")
    MeasurementFactory(assignment=made, outcome=version.outcomes.get(), value=16, low=15, high=17, n=120)
    return reviewed(made)


@on_screens
def test_a_letter_is_drafted_approved_signed_fetched_and_checked(work, new_page, smtp_sink, screens):
    mentee, mentor = (
        Visitor(new_page(screens.of(part)), getattr(work, part)).sign_in() for part in ("mentee", "mentor")
    )
    stranger = Visitor(new_page(screens.of("stranger")), work.sponsor)

    draft(mentee, mentor, work, smtp_sink)
    send_one_part_back(mentee, mentor, work, smtp_sink)
    approve_and_sign(mentee, mentor, work, smtp_sink)
    letter = fetch_letter(mentee, smtp_sink)
    check(stranger, letter)
    case = issue_case_study(mentee, work)
    record = issue_record(mentee, work)
    take_all(mentee, stranger, [letter, case, record])


def mail_to(visitor: Visitor, smtp_sink, subject: str):
    """The mail comes by the worker, however busy it is; nothing of the letter stands in it."""
    mail = smtp_sink.wait_for(lambda each: each["To"] == visitor.user.email and subject in each["Subject"], 90)
    assert not [text for text in (SAW, HARD, TOO_MUCH) if text.encode() in everything_in(mail)]
    return mail


def draft(mentee: Visitor, mentor: Visitor, work: Assignment, smtp_sink) -> None:
    """The mentee asks; what the records say is filled in, and the mentor adds what they saw."""
    mentee.go(reverse("reviews:documents", args=[work.code])).press("Ask for a letter")
    mentee.is_told("Tom Berg is asked for a letter.")
    mentor.go(link_in(mail_to(mentor, smtp_sink, "Mina Okafor asks you for a letter")))
    mentor.sees("in rising order; given by: Colleague, Mentor, Sponsor.")
    mentor.sees("Cycle time of a claim: started at 21, aimed at 14 days;")
    mentor.fill(first=SAW, hard=f"{HARD} {TOO_MUCH}", first_evidence="The bay list").press("Keep it and ask Mina")
    mentor.is_told("Write this before you ask:")
    mentor.fill(ready=READY).press("Keep it and ask Mina").is_told("Mina is asked whether the facts are right.")
    letter = Letter.objects.get()
    assert (letter.state, letter.words) == (
        LetterState.ASKED,
        {"first": SAW, "hard": f"{HARD} {TOO_MUCH}", "ready": READY},
    )


def send_one_part_back(mentee: Visitor, mentor: Visitor, work: Assignment, smtp_sink) -> None:
    """Part by part: one should be otherwise, and the mentor finds it beside that part and nowhere else."""
    mentee.go(link_in(mail_to(mentee, smtp_sink, "Are the facts in your letter right?"))).sees(SAW).sees(TOO_MUCH)
    parts = mentee.page.locator("article.document-sheet > section")
    expect(parts).to_have_count(7)
    hard = parts.filter(has_text="What was hard, and how it was handled")
    hard.locator("summary").click()
    hard.locator("textarea").fill(PLEASE)
    mentee.press("Ask for these changes").is_told("Your mentor reads what should be otherwise.")
    assert Letter.objects.get().remarks == {"hard": PLEASE}

    mentor.go(link_in(mail_to(mentor, smtp_sink, "asks for changes in the letter")))
    mentor.sees("Mina says beside the parts what should be otherwise.")
    expect(mentor.page.locator(".letter-remark")).to_have_count(1)
    expect(mentor.page.locator("#part-hard .letter-remark")).to_contain_text(PLEASE)
    expect(mentor.page.get_by_role("button", name="Sign the letter")).to_have_count(0)
    smtp_sink.messages.clear()
    mentor.fill(hard=HARD).press("Keep it and ask Mina").is_told("Mina is asked whether the facts are right.")


def approve_and_sign(mentee: Visitor, mentor: Visitor, work: Assignment, smtp_sink) -> None:
    mentee.go(link_in(mail_to(mentee, smtp_sink, "Are the facts in your letter right?"))).sees(HARD)
    expect(mentee.page.get_by_text(TOO_MUCH)).to_have_count(0)
    mentee.press("Approve it as it stands").is_told("Approved. You are told when it is signed.")
    mentor.go(link_in(mail_to(mentor, smtp_sink, "Mina Okafor approved the letter")))
    mentor.press("Sign the letter").is_told("Signed. It is frozen, and can be checked by its code.")
    assert Letter.objects.get().state == LetterState.SIGNED


def saved(visitor: Visitor, name: str) -> bytes:
    with visitor.page.expect_download() as download:
        visitor.page.get_by_role("link", name=name, exact=True).click()
    return download.value.path().read_bytes()


def fetch(visitor: Visitor, document: IssuedDocument, title: str) -> str:
    """Both files are those that were issued; the PDF is tagged and says its title and code. What stands in it."""
    text, pdf = saved(visitor, "JSON"), saved(visitor, "PDF")
    assert (text.decode(), hashlib.sha256(text).hexdigest()) == (document.content, document.sha256)
    assert hashlib.sha256(pdf).hexdigest() == document.papers.get(paper="a4").sha256
    reader = PdfReader(io.BytesIO(pdf))
    root = reader.trailer["/Root"]
    assert (root["/MarkInfo"]["/Marked"], root["/Lang"], reader.metadata.title) == (True, "en-GB", title)
    assert {"/H1", "/H2", "/P"} <= set(kinds(reader))
    said = words(reader)
    assert spelled(document.check_code) in said and document.sha256 in said.replace(" ", "")
    return said


def fetch_letter(mentee: Visitor, smtp_sink) -> IssuedDocument:
    """The words that were approved stand in the PDF and in the JSON, and what was taken out in neither."""
    mentee.go(link_in(mail_to(mentee, smtp_sink, "Tom Berg signed your letter"))).sees("Frozen as it stands here.")
    letter = IssuedDocument.objects.get(kind=DocumentKind.LETTER)
    said = fetch(mentee, letter, "Mentor letter: Letter for Mina Okafor")
    approved = [SAW, HARD, READY, "Signed by Tom Berg on", "Evidence: “The bay list”", "contributed to it"]
    approved.append("Cycle time of a claim: started at 21, aimed at 14 days;")
    assert [each for each in approved if each not in said] == []
    told = json.loads(letter.content)
    assert [each["words"] for each in told["sections"] if each["words"]] == [SAW, HARD, READY]
    facts = Letter.objects.get().facts
    assert {each["key"]: each["facts"] for each in told["sections"] if each["facts"]} == facts
    for line in (line for lines in facts.values() for line in lines):
        assert line in said
    for gone in (TOO_MUCH, "been ill", PLEASE):
        assert gone not in said and gone not in letter.content
    return letter


def type_code(stranger: Visitor, code: str) -> Visitor:
    stranger.go("/verify/").page.get_by_label("Code").fill(code)
    return stranger.press("Check it")


def compare(stranger: Visitor, name: str, content: bytes) -> Visitor:
    stranger.page.get_by_label("The file you were given").set_input_files(
        {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    )
    return stranger.press("Compare", exact=True)


def check(stranger: Visitor, letter: IssuedDocument) -> None:
    """By its code and without an account: what it is and that it counts, and not a word of what stands in it."""
    type_code(stranger, "0" * 20).sees("four groups of five letters and digits")
    type_code(stranger, spelled(letter.check_code).lower()).is_told("This document is valid")
    facts = stranger.page.locator("dl.check-facts > div").evaluate_all(
        "all => all.map(each => [...each.children].map(e => e.innerText.trim()))"
    )
    assert facts == [
        ["Kind of document", "Mentor letter"],
        ["For", "Mina Okafor"],
        ["Issued by", "Tom Berg"],
        ["Issued on", f"{today().day} {today():%b %Y}"],
        ["State", "Valid"],
        ["Code", spelled(letter.check_code)],
        ["SHA-256 of the JSON", letter.sha256],
    ]
    expect(stranger.page.get_by_text(SAW)).to_have_count(0)
    pdf = bytes(letter.papers.get(paper="a4").pdf)
    compare(stranger, "letter.pdf", pdf).sees("It is a PDF that was issued, byte by byte.")
    compare(stranger, "letter.pdf", pdf.replace(b"%PDF", b"%pDF", 1)).sees("Not the same.")
    compare(stranger, "letter.json", letter.content.encode()).sees("It is the JSON that was issued, sign by sign.")
    for address in (f"/documents/{letter.code}/", f"/documents/{letter.code}/pdf/"):
        assert "/accounts/login/" in stranger.page.request.get(address).url


def issue_case_study(mentee: Visitor, work: Assignment) -> IssuedDocument:
    """A passage that is unticked stays here, names become parts, other words are put otherwise; bands stand there."""
    mentee.go(reverse("reviews:own-write", args=[work.code, "case-study"]))
    mentee.fill(situation=SITUATION, levels=KEPT_BACK, setback=f"{SECRET}\n\nThen Tom Berg sat down with us.")
    mentee.press("Keep it and look").is_told("Before it leaves")
    mentee.page.get_by_role("checkbox", name=SECRET).uncheck()
    mentee.page.get_by_role("checkbox", name=KEPT_BACK).uncheck()
    mentee.fill(**{"find-0": "Acme", "put-0": "a customer"}).press("Keep it and see what leaves")
    mentee.sees("Then my mentor sat down with us.").press("Issue it")
    mentee.is_told("Issued. It is frozen, and can be checked by its code.")
    case = IssuedDocument.objects.get(kind=DocumentKind.CASE_STUDY)
    said = fetch(mentee, case, "Growth case study: Growth case study: Shorten the claims backlog at a customer")
    day = f"{today().day} {today():%b %Y}"
    for each in (
        "a customer waited three weeks for every claim.",
        "Then my mentor sat down with us.",
        f"Learning: 3.0 is the mean of 3 observers on {day}; it may lie from 2.2 to 3.8.",
        "2 passages were left out.",
    ):
        assert each in said
    for gone in (SECRET, KEPT_BACK, "Acme", "Tom", "Berg", "Ruth", "Adeyemi"):
        assert gone not in said and gone not in case.content
    return case


def issue_record(mentee: Visitor, work: Assignment) -> IssuedDocument:
    mentee.go(reverse("reviews:my-documents")).follow("Look through it and issue it")
    mentee.fill(**{"find-0": "Acme", "put-0": "a customer"}).press("Keep it and see what leaves")
    mentee.sees("Mentor: my mentor. Sponsor: my sponsor.").press("Issue it")
    mentee.is_told("Issued. It is frozen, and can be checked by its code.")
    record = IssuedDocument.objects.get(kind=DocumentKind.RECORD)
    said = fetch(mentee, record, "Growth record: Growth record of Mina Okafor")
    assert "Shorten the claims backlog at a customer" in said
    for gone in ("Acme", "Tom", "Berg", "Ruth", "Adeyemi"):
        assert gone not in said and gone not in record.content
    return record


def take_all(mentee: Visitor, stranger: Visitor, issued: list[IssuedDocument]) -> None:
    """One file holds what still counts, each word for word; whoever is given it can check each by its code."""
    mentee.go(reverse("reviews:my-documents"))
    content = saved(mentee, "All in one file (JSON)")
    told = json.loads(content)
    assert (told["format"], told["person"]) == ("stretchhub-portable-record/1", "Mina Okafor")
    held = {each["sha256"]: each["content"] for each in told["documents"]}
    assert held == {each.sha256: json.loads(each.content) for each in issued}
    for each in issued:
        stranger.go(f"/verify/{each.check_code}/")
        compare(stranger, "all.json", content).sees("This collection holds the document as it was issued.")
    compare(stranger, "all.json", content.replace(b"my mentor", b"Tom Berg")).sees("Not the same.")
