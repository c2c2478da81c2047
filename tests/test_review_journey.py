"""A review cycle from its launch to its export, with five raters of whom one is outside, in a browser."""

import csv
import hashlib
import io
import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from reviews.models import Export, Review, ReviewCycle, ReviewStatus, SharedResult
from stretchhub.env import today
from stretchhub.people.models import Role
from tests.factories import (
    PASSWORD,
    AssignmentFactory,
    CharterFactory,
    EvidenceFactory,
    MentorshipFactory,
    OptionFactory,
    UserFactory,
)
from tests.mails import link_in
from tests.visitor import Visitor

pytestmark = [pytest.mark.real, pytest.mark.timeout(600)]
NOTE = (
    "She asked both leads what would make it worth their while, wrote down their answers in front of them, and came "
    "back within a week with a smaller plan that both of them agreed to and kept."
)
TITLE = "Halve the claims backlog"
# Whose rows the export has, and what each of them gave.
RATERS = {
    "Mina Okafor": "self",
    "Tom Reyes": "mentor",
    "Lena Brandt": "sponsor",
    "Iris Vale": "colleague",
    "Ola Berg": "end_user",
}
LEVELS = {"learning": "3", "adaptability": "3", "influence": "3", "impact": ""}


@pytest.fixture
def people(live_site, worker):
    named = [("mentee", "Mina Okafor"), ("mentor", "Tom Reyes"), ("sponsor", "Lena Brandt"), ("colleague", "Iris Vale")]
    made = {
        part: UserFactory(full_name=name, email=f"{part}@example.org", job_title="Analyst", password=PASSWORD)
        for part, name in named
    }
    made["hr"] = UserFactory(full_name="Hana Ito", email="hr@example.org", roles=[Role.HR], password=PASSWORD)
    return made


@pytest.fixture
def work(people):
    mentorship = MentorshipFactory(mentee=people["mentee"], mentor=people["mentor"])
    option = OptionFactory(mentorship=mentorship, title=TITLE, stage="active")
    made = AssignmentFactory(option=option, sponsor=people["sponsor"], title=TITLE)
    CharterFactory(assignment=made, acknowledged=True, review_on=today() + timedelta(days=9))
    shared = {"shared_at_review": True, "shared_with_sponsor": True}
    for title in ("The pilot board", "Weekly counts"):
        EvidenceFactory(assignment=made, title=title, **shared)
    return made


def test_a_cycle_goes_from_launch_to_export_with_five_raters_of_whom_one_is_outside(people, work, new_page, smtp_sink):
    visitors = {part: Visitor(new_page(), person).sign_in() for part, person in people.items()}
    launch(visitors["hr"])
    smtp_sink.wait_for(lambda mail: mail["To"] == "mentor@example.org" and "can be asked for" in mail["Subject"])
    smtp_sink.wait_for(lambda mail: mail["To"] == "mentee@example.org" and "can be asked for" in mail["Subject"])

    ask(visitors["mentor"])
    mail = smtp_sink.wait_for(lambda each: each["To"] == "ola@customer.example")
    review_on_a_phone(Visitor(new_page(390), people["mentee"]), link_in(mail))
    for part in ("mentee", "mentor", "sponsor"):
        rate(visitors[part])
        visitors["mentee"].go(f"/assignments/{work.code}/reviews/").sees("Who reviews")
        expect(visitors["mentee"].page.get_by_text("Established")).to_have_count(0)
    rate(visitors["colleague"])

    assert set(Review.objects.values_list("status", flat=True)) == {ReviewStatus.FINAL}
    assert Review.objects.count() == 5
    smtp_sink.wait_for(lambda each: each["To"] == "mentee@example.org" and "can be read" in each["Subject"])
    read_and_share(visitors, work)
    export(visitors["hr"], work)


def launch(hr: Visitor) -> None:
    hr.go("/cycles/add/").fill(
        name="Second half", code="half", opens_on=today(), closes_on=today() + timedelta(days=60)
    )
    hr.page.locator("main form button[type=submit]").last.click()
    hr.page.wait_for_load_state("load")
    hr.sees("Not started").sees("Mina Okafor")
    assert ReviewCycle.objects.get().code == "half"


def ask(mentor: Visitor) -> None:
    mentor.go("/").follow("Ask for reviews")
    mentor.fill(people__0__who="Iris Vale, Analyst", people__1__who="Ola Berg", people__1__email="ola@customer.example")
    mentor.fill(people__1__group="End user", due_on=today() + timedelta(days=9))
    mentor.press("Ask for reviews").is_told("5 people are asked for their reviews.")
    mentor.sees("Ola Berg")


def review_on_a_phone(phone: Visitor, link: str) -> None:
    """By the mail’s link, without signing in; the draft saves itself and is there in another browser."""
    phone.go(link).sees("Review for Mina Okafor").sees("By name: Mina Okafor, the mentor Tom Reyes and HR read it")
    phone.page.locator("main textarea[name=note]").fill("Half a thought")
    expect(phone.page.locator("[data-autosave-state]")).to_contain_text("Not handed in yet.")
    assert phone.lowest("main .rating-step, main .level, main .evidence-choice, main .btn, main summary") >= 44
    phone.go(link)
    expect(phone.page.locator("main textarea[name=note]")).to_have_value("Half a thought")
    fill_in(phone)
    phone.press("Hand in", exact=True).sees("Thank you")
    phone.go(link).sees("Nothing more is asked of you here.")


def rate(visitor: Visitor) -> None:
    visitor.go("/").follow(re.compile(f"Review “{TITLE}”|Review$"))
    fill_in(visitor)
    visitor.press("Hand in", exact=True).sees("Handed in on")


def fill_in(visitor: Visitor) -> None:
    """Step by step: a level by its key, all evidence, a note; the last criterion was not seen."""
    page = visitor.page
    for step in ("Next: Adaptability", "Next: Influence", "Next: Impact", "Look over"):
        page.locator("[data-levels] input").first.focus()
        page.keyboard.press("3" if step != "Look over" else "0")
        if step != "Look over":
            for box in page.locator("input[name=evidence]").all():
                box.check()
        page.locator("main textarea[name=note]").fill(NOTE)
        page.locator(".rating-actions").get_by_role("button", name=step).click()
        page.wait_for_load_state("load")
        visitor.look()
    visitor.fill(words="It holds without her.")
    page.get_by_label("For each level").check()


def read_and_share(visitors: dict[str, Visitor], work) -> None:
    address = f"/assignments/{work.code}/reviews/"
    for part in ("mentor", "hr"):
        visitors[part].go(address).sees("What the reviews say").sees("Ola Berg").sees("Established")
    sponsor = visitors["sponsor"].go(address).sees("Who reviews")
    expect(sponsor.page.get_by_text("Established")).to_have_count(0)
    mentee = visitors["mentee"].go(address).press("Share with the sponsor")
    mentee.is_told("Your sponsor can read what the reviews say.")
    assert SharedResult.objects.get().shared_by == work.mentee
    sponsor.go(address).sees("Mina Okafor shares this with you.").sees("Established")
    mentee.press("Take it back from the sponsor").is_told("Your sponsor cannot read it any more.")
    sponsor.go(address)
    expect(sponsor.page.get_by_text("Established")).to_have_count(0)


def export(hr: Visitor, work) -> None:
    """The file that HR fetches holds these twenty ratings and no other row."""
    hr.go("/cycles/half/").follow("Export reviews").sees("Review cycle")
    for table in ("Assignments", "Evidence", "Check-ins", "Metrics", "Feedback"):
        hr.page.get_by_role("checkbox", name=table).uncheck()
    hr.sees("20 rows").fill(format="CSV", purpose="Year-end talks").press("Write the file")
    expect(hr.page.get_by_role("link", name="Download")).to_be_visible()
    hr.look()
    with hr.page.expect_download() as download:
        hr.page.get_by_role("link", name="Download").click()
    content = download.value.path().read_bytes()
    rows = list(csv.DictReader(io.StringIO(content.decode(), newline="")))
    found = [(row["rater_name"], row["relation"], row["criterion"], row["level"], row["not_observed"]) for row in rows]
    assert sorted(found) == sorted(
        (name, relation, criterion, level, "true" if not level else "false")
        for name, relation in RATERS.items()
        for criterion, level in LEVELS.items()
    )
    exported = Export.objects.get()
    assert {(row["cycle_code"], row["assignment_code"], row["mentee_name"], row["export_id"]) for row in rows} == {
        ("half", str(work.code), "Mina Okafor", str(exported.code))
    }
    assert {row["note"] for row in rows} == {NOTE}
    assert {row["rater_email"] for row in rows if row["rater_active"] == ""} == {"ola@customer.example"}
    assert (exported.counts, exported.sha256) == ({"ratings": 20}, hashlib.sha256(content).hexdigest())
