"""One stretch assignment from a goal to an HR export, by the people themselves, on real servers."""

import csv
import io
import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from assignments.models import Assignment, CheckIn, EvidenceFile, MentorshipOffer, Option, Stage, Status
from assignments.reminders import moment
from reviews.models import Review, ReviewStatus
from stretchhub.env import now, today
from stretchhub.notices.models import Notice, State
from stretchhub.people.models import Role, User
from tests.factories import (
    PASSWORD,
    AssignmentFactory,
    CompetencyFactory,
    OptionFactory,
    ReviewCycleFactory,
    RubricFactory,
    UserFactory,
)
from tests.visitor import Visitor, on_screens

pytestmark = [pytest.mark.real, pytest.mark.timeout(900)]

TITLE = "Shorten the claims backlog"
NOTE = (
    "Asked both sceptical team leads to break the plan, changed the order of the steps because of what they said, "
    "and wrote down before and after figures that anybody can check in the shared folder."
)

# What the brief says besides its problem and its outcome, section by section.
CASE = {
    "strength": "I have planned this queue for four years.",
    "gap": "I have never moved a team that does not report to me.",
    "why_it_matters": "Two teams would plan together for the first time.",
    "first_step": "Sort one day’s queue by hand and count what moves.",
    "people__0__name": "Team leads north and south",
    "people__0__interest": "No extra typing",
    "risks__0__risk": "The queue export comes late",
    "risks__0__mitigation": "Start with last month’s file",
    "dependencies": "Read access to the queue.",
    "hours_per_week": "4",
    "cover": "Iris takes the Monday list.",
    "stop_rule": "We stop if complaints rise two weeks running.",
    "judged_by": "Days to a decision, and the rubric of the second half.",
    "review_on": today() + timedelta(days=95),
    "decision_asked": "Four hours a week until the end of the pilot.",
}


@pytest.fixture
def cast(live_site, worker) -> dict[str, User]:
    """Five people with passwords, a framework, and an open review cycle."""
    people = {
        part: UserFactory(full_name=name, email=f"{part}@example.org", job_title=job, password=PASSWORD)
        for part, name, job in [
            ("mentor", "Tom Berg", "Head of planning"),
            ("mentee", "Mina Okafor", "Claims analyst"),
            ("sponsor", "Ruth Adeyemi", "Director of claims"),
            ("colleague", "Iris Vale", "Team lead north"),
        ]
    }
    people["manager"] = UserFactory(full_name="Vera Lind", email="manager@example.org")
    people["mentee"].manager = people["manager"]
    people["mentee"].save()
    people["hr"] = UserFactory(full_name="Hana Ito", email="hr@example.org", password=PASSWORD, roles=[Role.HR])
    CompetencyFactory(name="Influence across teams")
    CompetencyFactory(name="Telling with numbers")
    ReviewCycleFactory(code="2026-h2", name="Second half", rubric=RubricFactory())
    return people


@pytest.fixture
def visitors(screens, cast, new_page) -> dict[str, Visitor]:
    """Everybody at a browser of their own, signed in by themselves."""
    # The line manager never signs in: what is asked of them comes by mail.
    return {
        part: browser if part == "manager" else browser.sign_in()
        for part, user in cast.items()
        for browser in [Visitor(new_page(screens.of(part)), user)]
    }


@on_screens
def test_a_stretch_assignment_goes_from_a_goal_to_an_export(visitors, smtp_sink, clock, tmp_path):
    mentor, mentee, sponsor = visitors["mentor"], visitors["mentee"], visitors["sponsor"]
    write_a_goal(mentor, mentee)
    fill_the_pipeline(mentee)
    win_a_sponsor(mentor, mentee, sponsor)
    agree_on_a_charter(mentor, mentee, sponsor, visitors["manager"], smtp_sink)
    work(mentee, tmp_path)
    check_in(mentor, mentee, smtp_sink, clock)
    read_the_dashboard(sponsor)
    review(visitors)
    export(visitors["hr"])


def write_a_goal(mentor: Visitor, mentee: Visitor) -> None:
    mentor.go("/mentees/start/").choose_person(mentee.user)
    mentor.fill(purpose="Towards a lead role.").press("Offer mentorship").sees("once they say yes")
    mentee.go("/").follow("Read and answer").sees("Towards a lead role.").press("Yes, let us begin")
    mentor.go("/mentees/").follow(mentee.user.name).follow("Add goal").fill(
        title="Lead work beyond my own team",
        success="Two teams use what I built, and say so.",
        horizon="Within half a year",
        targets__0__competency="Influence across teams",
        targets__0__level_now="2",
        targets__0__level_wanted="4",
    )
    mentor.press("Save goal").sees("Lead work beyond my own team")
    mentee.go("/growth/").sees("Lead work beyond my own team")


def fill_the_pipeline(mentee: Visitor) -> None:
    for title, kind in [(TITLE, "Cross-functional"), ("Rewrite the intake form", "Technical")]:
        mentee.go("/pipeline/").follow("Add option").fill(
            title=title,
            kind=kind,
            domain="Claims, north region",
            audience="Other teams",
            role="Owner",
            goal="Lead work beyond my own team",
            why="I would need agreement from two teams that do not report to me.",
            starts_on=today(),
            ends_on=today() + timedelta(days=90),
            hours_per_week="4",
            contributions__0__competency="Influence across teams",
            success_criteria="Decisions take 14 days instead of 21.",
        )
        mentee.press("Save option").sees(title)
    mentee.go("/pipeline/")
    card = mentee.page.locator("[data-card]", has_text=TITLE)
    card.get_by_text("Move to…").click()
    mentee.press("Exploring")
    exploring = mentee.page.locator("[data-stage=exploring]")
    expect(exploring.get_by_role("link", name=TITLE)).to_be_visible()


def win_a_sponsor(mentor: Visitor, mentee: Visitor, sponsor: Visitor) -> None:
    mentee.go("/pipeline/").follow(TITLE, exact=True).press("Write brief").follow("Add an outcome").fill(
        metric="Days to a decision",
        baseline="21",
        target="14",
        unit="days",
        due_on=today() + timedelta(days=90),
    )
    mentee.press("Add outcome").fill(problem="Forty claimants a week wait more than three weeks, since March.", **CASE)
    mentee.press("Hand in to the mentor")
    expect(mentee.page.get_by_text("Waits for Tom Berg’s judgement.")).to_be_visible()
    mentor.go("/").follow(TITLE).press("Endorse", exact=True)
    mentee.go("/").follow(TITLE).choose_person(sponsor.user)
    mentee.press("Send request")
    sponsor.go("/").follow(TITLE).sees("Forty claimants a week").press("Accept", exact=True)


def agree_on_a_charter(mentor: Visitor, mentee: Visitor, sponsor: Visitor, manager: Visitor, smtp_sink) -> None:
    assignment = Assignment.objects.get()
    page = f"/assignments/{assignment.code}/charter/"
    mentee.go(f"{page}edit/").fill(
        learning_goal="Move a team that does not report to me.",
        in_scope="The queue of the north region.",
        out_of_scope="Staffing.",
        decision_rights="Mina decides on the method, Ruth on the budget.",
        escalation="By phone, with a proposal.",
        hours_per_week="4",
        rhythm="Every week",
        starts_on=today(),
        ends_on=today() + timedelta(days=84),
        review_on=today() + timedelta(days=85),
    )
    # What the sponsor said yes to is in the charter already.
    expect(mentee.page.locator("[name=cover]")).to_have_value("Iris takes the Monday list.")
    expect(mentee.page.locator("[name=approver]:checked")).to_have_value(str(sponsor.user.code))
    mentee.press("Save the charter").sees("Vera Lind, the line manager, has not answered yet")
    for visitor in (mentee, mentor, sponsor):
        visitor.go(page).press("Acknowledge", exact=True)
    assert Assignment.objects.get().status == Status.CHARTERING
    mentee.go(page).sees("something else is still missing")
    agree_to_the_hours(manager, smtp_sink)
    assert Assignment.objects.get().status == Status.ACTIVE
    assert CheckIn.objects.count() > 8
    invited = smtp_sink.wait_for(
        lambda mail: sponsor.user.email in mail["To"] and any(mail.iter_attachments()), seconds=60
    )
    assert {part.get_content_type() for part in invited.iter_attachments()} == {"text/calendar"}


def agree_to_the_hours(manager: Visitor, smtp_sink) -> None:
    """By the link in the mail, without an account: first not yet, then yes."""
    mail = smtp_sink.wait_for(lambda mail: manager.user.email in mail["To"], seconds=60)
    words = mail.get_body(("plain",)).get_content()
    assert TITLE not in mail.as_string()
    link = re.search(r"http://localhost:\d+(/m/\S+/hours/)", words)[1]
    manager.go(link).sees("4 hours a week for Mina Okafor")
    assert TITLE not in manager.page.content()
    manager.page.get_by_text("Not yet, or no").click()
    manager.press("Not yet", exact=True).sees("Say in a sentence why, so that they can change it.")
    manager.fill(reason="After the audit.").press("Not yet", exact=True).sees("You said “not yet” on")
    assert Assignment.objects.get().status == Status.CHARTERING
    manager.press("I agree").sees("Nothing more is asked of you here.")


def work(mentee: Visitor, folder) -> None:
    assignment = Assignment.objects.get()
    mentee.go(f"/assignments/{assignment.code}/milestones/add/").fill(
        title="Pilot with two teams",
        definition_of_progress="Both teams have decided ten claims the new way.",
        due_on=today() + timedelta(days=30),
    )
    mentee.press("Add milestone", exact=True).sees("Pilot with two teams")
    figures = folder / "before-after.csv"
    figures.write_text("week,days\n1,21\n2,16\n")
    for title, link in [("First week of the pilot", ""), ("Notes of the retrospective", "https://example.org/notes")]:
        mentee.go(f"/assignments/{assignment.code}/evidence/log/").fill(
            title=title,
            text="Ten claims decided in 16 days.",
            link=link,
            learned="Ask the loudest critic first.",
            changed="Two teams now share one queue.",
            milestone="Pilot with two teams",
            competencies="Influence across teams",
            shared_with_sponsor=True,
            shared_at_review=True,
        )
        mentee.page.locator("input[name=files]").set_input_files(figures)
        # The form goes once its file is there, which may be after the press.
        mentee.press("Log evidence", exact=True).is_told("Logged. Your mentor is told.")
    with mentee.page.expect_download() as download:
        mentee.page.get_by_role("link", name="before-after.csv").first.click()
    assert download.value.path().read_text() == "week,days\n1,21\n2,16\n"


def check_in(mentor: Visitor, mentee: Visitor, smtp_sink, clock) -> None:
    first = CheckIn.objects.order_by("due_on").first()
    clock(seconds=(moment(first.due_on, mentee.user) - now()).total_seconds() + 60)

    for visitor in (mentee, mentor):
        mail = smtp_sink.wait_for(
            lambda mail, to=visitor.user.email: (
                to in mail["To"] and f"check-ins/{first.code}" in mail.get_body(("plain",)).get_content()
            )
        )
        address = re.search(r"http://localhost:\d+(/check-ins/\S+)", mail.get_body(("plain",)).get_content())[1]
        visitor.go(address).sees("A reminder was sent to you").fill(
            moved="Both team leads agreed to a pilot; the invitation shows it.",
            avoided="The budget.",
            load="3",
            next_try="Ask the loudest critic first.",
        )
        visitor.press("Send my side")
    for visitor in (mentee, mentor):
        visitor.go(f"/check-ins/{first.code}/").press("Acknowledge", exact=True)
        visitor.sees("Acknowledged")
    sent = Notice.objects.filter(kind="assignments.check_in_due", object_id=first.pk)
    assert [notice.state for notice in sent] == [State.SENT, State.SENT]
    reminders = [mail for mail in smtp_sink.messages if f"check-ins/{first.code}" in mail.as_string()]
    assert len([mail for mail in reminders if mail["To"] == mentee.user.email and "waits" not in mail["Subject"]]) >= 1


def read_the_dashboard(sponsor: Visitor) -> None:
    sponsor.go("/sponsoring/").sees("As of")
    expect(sponsor.page.locator("main")).to_contain_text("First week of the pilot")
    expect(sponsor.page.locator("main")).not_to_contain_text("The budget.")
    sponsor.press("Acknowledge:").sees("You acknowledged this")


def review(visitors: dict[str, Visitor]) -> None:
    assignment = Assignment.objects.get()
    mentor = visitors["mentor"]
    mentor.go(f"/assignments/{assignment.code}/reviews/start/").fill(people__0__who="Iris Vale, Team lead north")
    mentor.fill(due_on=today() + timedelta(days=20)).press("Ask for reviews")
    for part, level in [("mentee", "5"), ("mentor", "4"), ("sponsor", "3"), ("colleague", "3")]:
        rate(visitors[part], level)
    assert set(Review.objects.values_list("status", flat=True)) == {ReviewStatus.FINAL}
    for part in ("mentee", "mentor"):
        visitors[part].go(f"/assignments/{assignment.code}/reviews/").sees("What the reviews say")
        visitors[part].sees("Iris Vale")


def rate(visitor: Visitor, level: str) -> None:
    own = Review.objects.get(rater=visitor.user)
    visitor.go("/").follow(TITLE)
    assert visitor.page.url.endswith(f"/reviews/{own.code}/")
    for step in ("Next: Adaptability", "Next: Influence", "Next: Impact", "Look over"):
        # The last criterion was not seen.
        seen = level if step != "Look over" else "0"
        visitor.page.locator(f"[data-levels] label:has(input[data-key='{seen}'])").click()
        for box in visitor.page.locator("fieldset.linked").get_by_role("checkbox").all():
            box.check()
        visitor.page.locator("main textarea[name=note]").fill(NOTE)
        visitor.page.locator(".rating-actions").get_by_role("button", name=step).click()
        visitor.page.wait_for_load_state("load")
        visitor.look()
    visitor.page.get_by_label("For each level").check()
    visitor.press("Hand in", exact=True)
    visitor.sees("Handed in on")


def export(hr: Visitor) -> None:
    hr.go("/cycles/2026-h2/").follow("Export reviews").sees("Review cycle")
    hr.go("/exports/new/?cycle=2026-h2&tables=ratings").sees("16 rows")
    hr.fill(format="CSV", purpose="Year-end talks").press("Write the file")
    expect(hr.page.get_by_role("link", name="Download")).to_be_visible()
    hr.look()
    with hr.page.expect_download() as download:
        hr.page.get_by_role("link", name="Download").click()
    rows = list(csv.DictReader(io.StringIO(download.value.path().read_text(encoding="utf-8-sig"))))
    assert len(rows) == 16
    assert {(row["relation"], row["level"]) for row in rows} == {
        ("self", "5"), ("self", ""), ("mentor", "4"), ("mentor", ""),
        ("sponsor", "3"), ("sponsor", ""), ("colleague", "3"), ("colleague", ""),
    }  # fmt: skip
    assert hr.go("/audit/").sees("export")


def test_reading_submitting_and_uploading_work_without_javascript(cast, new_page, tmp_path):
    mentee, mentor = cast["mentee"], cast["mentor"]
    assignment = AssignmentFactory(option__mentorship__mentee=mentee, option__mentorship__mentor=mentor)
    option = OptionFactory(mentorship=assignment.option.mentorship)
    photo = tmp_path / "notes.txt"
    photo.write_text("Ten claims in 16 days.\n")
    visitor = Visitor(new_page(390, javascript=False), mentee, looks=False).sign_in()

    visitor.go(f"/assignments/{assignment.code}/").follow("Log evidence").fill(
        title="First week of the pilot", learned="Ask the loudest critic first."
    )
    visitor.page.locator("input[name=files]").set_input_files(photo)
    visitor.press("Log evidence", exact=True)
    card = visitor.go("/pipeline/").page.locator("[data-card]", has_text=option.title)
    card.get_by_role("link", name="Move to…").click()
    visitor.press("Move to Exploring").sees("moved to Exploring")
    visitor.go("/mentees/start/").page.locator("input[name=q]").fill("Iris")
    visitor.press("Find").page.get_by_label("Iris Vale").check()
    visitor.press("Offer mentorship")

    assert [file.name for file in EvidenceFile.objects.all()] == ["notes.txt"]
    assert Option.objects.get(pk=option.pk).stage == Stage.EXPLORING
    assert MentorshipOffer.objects.filter(mentor=mentee, mentee=cast["colleague"]).count() == 1
