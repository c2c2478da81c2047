"""The mentee reads the packet that HR reads; the sponsor reads what is shared, and only while it is."""

import hashlib

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from playwright.sync_api import expect

from assignments.models import Assignment, EvidenceFile
from reviews.actions.panel import Named, start_reviews
from reviews.actions.review import submit
from reviews.models import Relation, Review, ReviewCycle, ReviewPacket
from stretchhub.env import today
from stretchhub.people.models import Role
from tests.factories import (
    PASSWORD,
    AssignmentFactory,
    EvidenceFactory,
    MentorshipFactory,
    OptionFactory,
    ReviewCycleFactory,
    RubricFactory,
    UserFactory,
)
from tests.mails import link_in
from tests.reviews.panel import LONG, answers
from tests.visitor import Visitor, on_screens

pytestmark = [pytest.mark.real, pytest.mark.timeout(600)]

NARRATIVE = {
    "before": "I could plan my own queue, and nobody else’s.",
    "did": "I asked the two loudest critics to break the plan first.",
    "changed": "Two team leads now ring me before they move a shift.",
    "ready": "A change with a customer in the room.",
    "differently": "Count in the first week, not in the third.",
}
FIGURES = b"week,days\n1,21\n2,16\n"
FILED = "Filed in Mina’s personnel record."
STATEMENT = "I read Tom’s note on the third week, and he is right: I spoke too late. I now speak in the week I see it."


@pytest.fixture
def work(live_site, worker) -> Assignment:
    """An assignment with evidence for HR and evidence that stays between two, before its reviews are asked for."""

    def person(part: str, name: str, **more):
        return UserFactory(full_name=name, email=f"{part}@example.org", password=PASSWORD, **more)

    mentorship = MentorshipFactory(mentee=person("mentee", "Mina Okafor"), mentor=person("mentor", "Tom Berg"))
    option = OptionFactory(mentorship=mentorship, title="Shorten the claims backlog", stage="active")
    made = AssignmentFactory(option=option, sponsor=person("sponsor", "Ruth Adeyemi"))
    person("hr", "Hana Ito", roles=[Role.HR])
    shown = EvidenceFactory(
        assignment=made, title="Before and after", text="Ten claims in 16 days.", shared_at_review=True
    )
    kept = EvidenceFile(
        evidence=shown, name="days.csv", size=len(FIGURES), content_type="text/csv",
        sha256=hashlib.sha256(FIGURES).hexdigest(),
    )  # fmt: skip
    kept.file.save("days.csv", ContentFile(FIGURES), save=True)
    EvidenceFactory(assignment=made, title="The row with the late shift")
    ReviewCycleFactory(code="2026-h2", name="Second half", rubric=RubricFactory(name="Growth"))
    return made


@pytest.fixture
def visitors(screens, work, new_page) -> dict[str, Visitor]:
    people = {part: getattr(work, part) for part in ("mentee", "mentor", "sponsor")}
    people["hr"] = type(work.mentee).objects.get(email="hr@example.org")
    return {part: Visitor(new_page(screens.of(part)), user).sign_in() for part, user in people.items()}


@on_screens
def test_the_mentee_reads_the_packet_hr_reads_and_the_sponsor_what_is_shared(work, visitors, smtp_sink):
    mentee, mentor, sponsor, hr = (visitors[part] for part in ("mentee", "mentor", "sponsor", "hr"))
    ask_and_answer(work)
    write_the_narrative(mentee, work)
    hand_in_last(mentor, work)
    packet = ReviewPacket.objects.get()

    mail = smtp_sink.wait_for(lambda each: each["To"] == mentee.user.email and "review packet" in each["Subject"])
    mentee.go(link_in(mail)).sees("This is what HR reads, word for word.")
    hr.go("/cycles/2026-h2/").follow("Packets").follow("Mina Okafor").sees("The mentee reads exactly this.")
    same = both_read_the_same(mentee, hr, packet)
    for words in (*NARRATIVE.values(), "Before and after", "Ten claims in 16 days.", LONG.strip()):
        assert words in same
    assert "1 piece of evidence is not shared for review." in same
    assert "The row with the late shift" not in same
    with hr.page.expect_download() as download:
        hr.page.get_by_role("link", name="days.csv").click()
    assert download.value.path().read_bytes() == FIGURES

    add_to_it(mentee, hr, packet)
    share_it(mentee, sponsor, work, packet)


def ask_and_answer(work: Assignment) -> None:
    """The mentor asks three others; all but the mentor hand in."""
    named = [Named(Relation.COLLEAGUE, UserFactory(full_name="Iris Vale"))]
    cycle = ReviewCycle.objects.get(code="2026-h2")
    start_reviews(work, by=work.mentor, cycle=cycle, people=named, due_on=today())
    levels = {Relation.SELF: 4, Relation.SPONSOR: 3, Relation.COLLEAGUE: 3}
    shared = work.evidence.filter(shared_at_review=True).values_list("pk", flat=True)
    for review in Review.objects.filter(relation__in=levels).select_related("rater", "cycle"):
        said = answers(review, levels[Relation(review.relation)], LONG, evidence=shared)
        submit(review, by=review.rater, edit=review.edit, answers=said, summary=f"{review.name} saw it.")


def write_the_narrative(mentee: Visitor, work: Assignment) -> None:
    mentee.go(reverse("reviews:for-assignment", args=[work.code])).follow("Write your narrative")
    mentee.fill(**NARRATIVE).press("Keep it").is_told("Kept. It is frozen with the reviews, and HR reads it then.")


def hand_in_last(mentor: Visitor, work: Assignment) -> None:
    """The mentor reads no narrative that was not shown; the last level makes the reviews final."""
    mentor.go(reverse("reviews:narrative", args=[work.code])).sees("does not show it to you yet")
    assert not ReviewPacket.objects.exists()
    own = Review.objects.get(relation=Relation.MENTOR)
    mentor.go(reverse("reviews:review", args=[own.code]))
    for step in ("Next: Adaptability", "Next: Influence", "Next: Impact", "Look over"):
        mentor.page.locator("[data-levels] label:has(input[data-key='4'])").click()
        for box in mentor.page.locator("fieldset.linked").get_by_role("checkbox").all():
            box.check()
        mentor.page.locator("main textarea[name=note]").fill(LONG)
        mentor.page.locator(".rating-actions").get_by_role("button", name=step).click()
        mentor.page.wait_for_load_state("load")
    mentor.page.get_by_label("For each level").check()
    mentor.press("Hand in", exact=True).sees("Handed in on")


def both_read_the_same(mentee: Visitor, hr: Visitor, packet: ReviewPacket) -> str:
    """Word for word and byte for byte; what is returned is what both read."""
    read, known, files = [], [], []
    for each in (mentee, hr):
        article = each.page.locator("article.packet")
        read.append(article.inner_text())
        known.append(article.locator(".packet-hash code").inner_text())
        files.append([saved(each, name) for name in ("JSON", "PDF, A4")])
    assert read[0] == read[1]
    assert files[0] == files[1]
    text = files[0][0]
    assert known == [hashlib.sha256(text).hexdigest()] * 2
    assert text.decode() == packet.content
    return read[0]


def saved(visitor: Visitor, name: str) -> bytes:
    with visitor.page.expect_download() as download:
        visitor.page.get_by_role("link", name=name, exact=True).click()
    return download.value.path().read_bytes()


def add_to_it(mentee: Visitor, hr: Visitor, packet: ReviewPacket) -> None:
    """A statement and an addendum stand beside it, and nothing in it changes."""
    address = reverse("reviews:packet", args=[packet.code])
    mentee.go(address).press("Add my statement").sees("Write what HR should read beside the packet.")
    mentee.fill(text=STATEMENT).press("Add my statement").is_told("Your statement stands beside the packet now.")
    hr.go(address).sees(STATEMENT)
    hr.page.get_by_text("Add an addendum").click()
    hr.fill(more__text=FILED).press("Add it").is_told("Added. The packet itself is as it was.")
    mentee.go(address)
    assert FILED in both_read_the_same(mentee, hr, packet)


def share_it(mentee: Visitor, sponsor: Visitor, work: Assignment, packet: ReviewPacket) -> None:
    """The sponsor reads it while the mentee shares the result: without evidence, and without files of it."""
    result, address = reverse("reviews:for-assignment", args=[work.code]), reverse("reviews:packet", args=[packet.code])
    assert sponsor.page.request.get(address).status == 404
    sponsor.go(result)
    expect(sponsor.page.get_by_role("link", name="Review packet, Second half")).to_have_count(0)
    mentee.go(result).press("Share with the sponsor")

    sponsor.go(result).follow("Review packet, Second half").sees("The mentee shares this result with you.")
    shown = sponsor.page.locator("article.packet").inner_text()
    assert NARRATIVE["changed"] in shown
    assert STATEMENT in shown
    assert "Before and after" not in shown
    assert "days.csv" not in shown
    assert FILED not in shown
    for name in ("packet-json", "packet-pdf"):
        assert sponsor.page.request.get(reverse(f"reviews:{name}", args=[packet.code])).status == 403
    mentee.go(result).press("Take it back from the sponsor")
    assert sponsor.page.request.get(address).status == 404
