"""A case that convinces and a sponsor who stays, by the people themselves, through pages and mails alone."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from assignments.models import Assignment, Brief, CheckIn, DashboardChange, Evidence, Intake, Option, Status
from assignments.reminders import moment
from sponsors.models import Ask, AskState, SponsorCandidate, SponsorCheckIn, Stakeholder
from stretchhub.audit.models import AuditEntry
from stretchhub.env import now, today
from stretchhub.notices.models import Notice
from stretchhub.people.models import MailedCode, MailLink, Role, User
from stretchhub.templatetags.words import day
from tests.factories import (
    PASSWORD,
    AssignmentFactory,
    BriefOutcomeFactory,
    BriefVersionFactory,
    CharterFactory,
    CompetencyFactory,
    MentorshipFactory,
    SponsorRequestFactory,
    UserFactory,
)
from tests.mails import calendars_in, days_in, everything_in, link_in, text_of
from tests.visitor import Visitor, on_screens

pytestmark = [pytest.mark.real, pytest.mark.timeout(900)]

TITLE = "Shorten the claims backlog"
UNBACKED = "Assumption: not backed yet"
QUESTION = "May the pilot run a second week?"

# The brief as it is typed, section by section; its outcome and its claims have pages of their own.
SECTIONS = {
    "problem": {"problem": "Forty claimants a week wait more than three weeks."},
    "why": {
        "strength": "I have planned this queue for four years.",
        "gap": "I have never moved a team that does not report to me.",
        "learning_goal": "Win two teams that do not report to me.",
        "why_it_matters": "Two teams would plan together for the first time.",
    },
    "steps": {"first_step": "Sort one day’s queue by hand and count what moves.", "next_steps": "Then both teams."},
    "people": {"people__0__name": "Team leads north and south", "people__0__interest": "No extra typing"},
    "risks": {
        "risks__0__risk": "The queue export comes late",
        "risks__0__trigger": "No file by Tuesday",
        "risks__0__mitigation": "Start with last month’s file",
    },
    "dependencies": {"dependencies": "Read access to the queue."},
    "time": {"hours_per_week": "4", "cover": "Iris takes the Monday list."},
    "boundaries": {
        "boundaries": "Staffing stays as it is.",
        "stop_rule": "We stop if complaints rise two weeks running.",
    },
    "judging": {
        "judged_by": "Days to a decision.",
        "raters": "Mina, Tom, Ruth.",
        "review_on": today() + timedelta(days=95),
    },
    "decision": {"decision_asked": "Four hours a week until the end.", "decide_by": today() + timedelta(days=10)},
}

OUTCOME = {
    "metric": "Days to a decision",
    "unit": "days",
    "baseline": "21",
    "baseline_n": "120",
    "target": "14",
    "due_on": today() + timedelta(days=90),
    "counter_metric": "Complaints a week",
    "estimate": "Lowest, highest, then most likely",
    "high": "19",
    "low": "12",
    "likely": "15",
    "attribution": "Before and after, with other causes listed",
    "other_causes": "Fewer claims in winter\nThe new form",
}

CHARTER = {
    "in_scope": "The queue of the north region.",
    "out_of_scope": "Staffing.",
    "stop_rule": "We stop if complaints rise two weeks running.",
    "decision_rights": "Mina decides on the method, Ruth on the budget.",
    "contributors": "Team leads north and south",
    "informed": "The phone line",
    "rights_form": "RACI",
    "escalate_to": "Tom Berg",
    "escalate_after_days": "3",
    "escalation": "By phone, with a proposal.",
    "hours_per_week": "4",
    "cover": "Iris takes the Monday list.",
    "resources": "Read access, nothing else.",
    "rhythm": "Every week",
    "sponsor_rhythm": "Every two weeks for six weeks, then every month",
    "raters": "Mina, Tom, Ruth and Iris.",
    "starts_on": today(),
    "ends_on": today() + timedelta(days=84),
    "review_on": today() + timedelta(days=85),
}


class Outsider(Visitor):
    """Whoever must never meet what is private: each page they come to is kept, with all that is hidden in it."""

    def __init__(self, *args, **options) -> None:
        super().__init__(*args, **options)
        self.read: list[tuple[str, bytes]] = []

    def look(self) -> None:
        super().look()
        self.keep()

    def keep(self) -> None:
        self.read.append((self.page.url, self.page.content().encode()))


class Secrets:
    """One word for each private field, that nobody but mentee and mentor may read."""

    def __init__(self) -> None:
        self.words: dict[str, str] = {}

    def about(self, field: str) -> str:
        return f"Between us: {self.words.setdefault(field, f'canary-{len(self.words)}-{field}')}."

    def found_in(self, text: bytes) -> list[str]:
        return [word for word in self.words.values() if word.encode() in text]


@pytest.fixture
def secrets() -> Secrets:
    return Secrets()


@pytest.fixture
def people(live_site, worker) -> dict[str, User]:
    """Everybody of the three journeys; the mentee has a line manager in the directory."""
    names = {
        "mentor": ("Tom Berg", "Head of planning"),
        "mentee": ("Mina Okafor", "Claims analyst"),
        "sponsor": ("Ruth Adeyemi", "Director of claims"),
        "other": ("Vera Lund", "Director of sales"),
        "manager": ("Ola Brandt", "Head of the north region"),
    }
    made = {
        part: UserFactory(
            full_name=name,
            email=f"{part}@example.org",
            job_title=job,
            password=PASSWORD,
            time_zone="Europe/London",
        )
        for part, (name, job) in names.items()
    }
    made["hr"] = UserFactory(
        full_name="Hana Ito",
        email="hr@example.org",
        password=PASSWORD,
        time_zone="Europe/London",
        roles=[Role.HR],
    )
    User.objects.filter(pk=made["mentee"].pk).update(manager=made["manager"])
    CompetencyFactory(name="Influence across teams")
    return made


def about(action: str, thing: str) -> re.Pattern[str]:
    """A button or link whose words go on, for those who do not see where it stands, with what it is about."""
    return re.compile(rf"^{re.escape(action)}\s*: {re.escape(thing)}")


def assignment() -> Assignment:
    return Assignment.objects.get()


def mail_to(smtp_sink, person: User, words: str):
    """The mail to this person whose subject holds these words, as soon as it is there."""
    return smtp_sink.wait_for(lambda mail: person.email in mail["X-Envelope-To"] and words in mail["Subject"], 60)


def until(seen: Callable[[], object], visitor: Visitor) -> None:
    """Wait for what a worker does in a moment."""
    for _try in range(600):
        if seen():
            return
        visitor.page.wait_for_timeout(100)
    raise AssertionError("It did not come about within a minute.")


def come_by_mail(visitor: Visitor, address: str) -> Visitor:
    """Follow the link of a mail; who is not signed in does so, and is where the link leads."""
    visitor.go(address)
    visitor.page.locator("input[name=login]").fill(visitor.user.email)
    visitor.page.locator("input[name=password]").fill(PASSWORD)
    visitor.press("Sign in", exact=True)
    assert visitor.page.url.endswith(address)
    return visitor


# --- From a blank page to work that has begun -----------------------------------------------------


@on_screens
def test_a_case_goes_from_a_blank_page_to_work_with_a_sponsor(screens, people, new_page, smtp_sink, clock, secrets):
    whole = not screens.swapped
    mentor, mentee = (Visitor(new_page(screens.of(part)), people[part]).sign_in() for part in ("mentor", "mentee"))
    sponsor, manager = (Outsider(new_page(screens.of(part)), people[part]) for part in ("sponsor", "manager"))

    think(mentor, mentee, secrets)
    write_a_brief(mentee)
    hand_it_in(mentor, mentee)
    find_a_sponsor(mentee, people, secrets, grid=whole)
    reach_out(mentee, people["sponsor"])
    accept_from_the_mail(sponsor, smtp_sink)
    write_a_charter(mentee)
    ask_the_line_manager(mentee, manager, smtp_sink, secrets)
    acknowledge_by_all_three(mentee, mentor, sponsor)
    read_the_invitations(smtp_sink, people, mentee)
    if whole:
        work_in_private(mentor, mentee, sponsor, smtp_sink, clock, secrets)
    nothing_private_has_left(sponsor, manager, smtp_sink, people, secrets)


def think(mentor: Visitor, mentee: Visitor, secrets: Secrets) -> None:
    """The pages of this are looked at in another journey; here they hold what stays between the two."""
    mentee.looks = mentor.looks = False
    mentor.go("/mentees/start/").choose_person(mentee.user).press("Offer mentorship")
    mentee.go("/").follow("Read and answer").press("Yes, let us begin")
    mentee.go("/growth/").follow("Begin the first conversation").press("Begin the first conversation")
    mentee.fill(next_role=secrets.about("intake")).press("Save and next")
    mentee.go("/growth/").follow("Add goal").fill(
        title=f"Lead beyond my team. {secrets.about('goal')}",
        success=secrets.about("success"),
        targets__0__competency="Influence across teams",
        targets__0__level_now="2",
        targets__0__level_wanted="4",
    )
    mentee.press("Save goal").sees("Lead beyond my team")
    mentee.go("/pipeline/").follow("Add option").fill(
        title=TITLE,
        kind="Cross-functional",
        domain="Claims, north region",
        audience="Other teams",
        role="Owner",
        goal=f"Lead beyond my team. {secrets.about('goal')}",
        why=secrets.about("why"),
        starts_on=today(),
        ends_on=today() + timedelta(days=84),
        hours_per_week="4",
        contributions__0__competency="Influence across teams",
    )
    mentee.press("Save option").sees(TITLE)
    assert secrets.words["intake"] in str(Intake.objects.get().answers.get().words)
    assert secrets.found_in(Option.objects.get().why.encode()) == [secrets.words["why"]]
    mentee.looks = mentor.looks = True


def write_a_brief(mentee: Visitor) -> None:
    """Section by section, each saving itself; then a range for the outcome and what two claims rest on."""
    mentee.go(f"/options/{Option.objects.get().code}/").press("Write brief")
    for section, fields in SECTIONS.items():
        mentee.fill(**fields)
        saved = mentee.page.locator(f"#section-{section} [data-autosave-state]")
        expect(saved).to_contain_text("by Mina")
    mentee.page.reload()
    for name, words in {**SECTIONS["why"], **SECTIONS["risks"]}.items():
        expect(mentee.page.locator(f"main [name='{name.replace('__', '-')}']")).to_have_value(str(words))
    mentee.follow(about("Back a claim", "The problem")).fill(
        words="Claims that name both teams wait longest",
        backing="Pilot data",
        before_n="40",
        before_hits="12",
        after_n="38",
        after_hits="22",
    )
    mentee.press("Add claim").sees("Backed: pilot data").fill(
        words="Both teams want one queue", section="The problem and who feels it", backing="An assumption"
    )
    mentee.press("Add claim").sees(UNBACKED).follow("Back to the brief").follow("Add an outcome").fill(**OUTCOME)
    mentee.press("Add outcome").sees("Expected:").sees("Every section is there.")


def hand_it_in(mentor: Visitor, mentee: Visitor) -> None:
    """Changes asked of one section, settled, endorsed."""
    mentee.press("Hand in to the mentor").sees("Waits for Tom Berg’s judgement.")
    mentor.go("/").follow(TITLE).sees("Forty claimants a week").sees(UNBACKED)
    mentor.page.locator("#section-problem summary", has_text="Ask for a change here").click()
    mentor.fill(changes__problem="Say since when.").press("Ask for changes")
    mentee.go("/").follow(TITLE).press("Start new version").sees("Say since when.")
    mentee.fill(problem="Forty claimants a week wait more than three weeks, since March.")
    expect(mentee.page.locator("#section-problem [data-autosave-state]")).to_contain_text("by Mina")
    mentee.press("Settled", exact=True).sees("settled by Mina")
    mentee.press("Hand in to the mentor").sees("Waits for Tom Berg’s judgement.")
    mentor.go("/").follow(TITLE).sees("since March").press("Endorse", exact=True)


def find_a_sponsor(mentee: Visitor, people: dict[str, User], secrets: Secrets, *, grid: bool) -> None:
    mentee.go("/").follow(TITLE).follow("Compare possible sponsors")
    for person, level in ((people["sponsor"], "5"), (people["other"], "2")):
        mentee.follow("Add person").choose_person(person)
        for criterion in ("owns", "influences", "develops", "reach", "capacity"):
            mentee.page.locator(f"select[name={criterion}]").select_option(level)
        mentee.fill(
            priority="Decisions within two weeks",
            last_contact_on=today() - timedelta(days=7),
            conflict=secrets.about("conflict"),
            note=secrets.about("candidate"),
        )
        mentee.press("Add person").sees(person.full_name)
    expect(mentee.page.locator("h2.rank-title")).to_contain_text(["Ruth Adeyemi", "Vera Lund"])
    assert secrets.words["candidate"] in SponsorCandidate.objects.get(person=people["sponsor"]).note
    if grid:
        mentee.follow("Stakeholder grid").follow("Place somebody").choose_person(people["sponsor"])
        for question, level in (("power", "5"), ("interest", "4")):
            mentee.page.locator(f"select[name={question}]").select_option(level)
        mentee.fill(note=secrets.about("grid")).press("Place on the grid").sees("Ruth Adeyemi")
        assert secrets.words["grid"] in Stakeholder.objects.get().note


def reach_out(mentee: Visitor, sponsor: User) -> None:
    mentee.go(f"/options/{Option.objects.get().code}/sponsors/").follow(about("Reach out", sponsor.full_name))
    message = mentee.page.locator("textarea[name=message]")
    draft = message.input_value()
    assert "Decisions within two weeks" in draft
    assert len(draft.split()) <= 130
    message.fill(draft.replace("Hello Ruth,", "Dear Ruth,"))
    mentee.press("Send with the brief").sees("Now it is their turn.")


def accept_from_the_mail(sponsor: Visitor, smtp_sink) -> None:
    mail = mail_to(smtp_sink, sponsor.user, "Would you sponsor")
    assert "Dear Ruth," in text_of(mail)
    come_by_mail(sponsor, link_in(mail)).sees("since March").sees(UNBACKED).press("Accept", exact=True)
    assert assignment().status == Status.CHARTERING


def write_a_charter(mentee: Visitor) -> None:
    mentee.go(f"/assignments/{assignment().code}/charter/edit/")
    for name, words in {"outcome": "21", "learning_goal": "Win two teams", "sponsor_sees": "milestones"}.items():
        expect(mentee.page.locator(f"main [name={name}]")).to_have_value(re.compile(words))
    mentee.fill(**CHARTER).press("Save the charter").sees("Before it begins")
    assert assignment().status == Status.CHARTERING


def ask_the_line_manager(mentee: Visitor, manager: Visitor, smtp_sink, secrets: Secrets) -> None:
    """Signed out, on the one page of the link: not yet, then yes to fewer hours."""
    first = mail_to(smtp_sink, manager.user, "4 hours a week for Mina Okafor")
    manager.go(link_in(first)).sees("Iris takes the Monday list.").page.get_by_text("Not yet, or no").click()
    manager.fill(reason=secrets.about("not_yet")).press("Not yet", exact=True).sees("You said “not yet”")
    mail_to(smtp_sink, mentee.user, "Ola Brandt says “not yet”")
    charter = f"/assignments/{assignment().code}/charter/"
    mentee.go(charter).sees(secrets.words["not_yet"])
    mentee.follow("Change", exact=True).fill(hours_per_week="3", cover="Iris takes Monday and Friday.")
    mentee.press("Save and ask all three")

    second = mail_to(smtp_sink, manager.user, "3 hours a week for Mina Okafor")
    assert link_in(second) != link_in(first)
    manager.go(link_in(first))
    expect(manager.page.get_by_role("button", name="I agree")).to_have_count(0)
    manager.go(link_in(second)).sees("Iris takes Monday and Friday.").press("I agree").sees("You agreed on")
    assert assignment().status == Status.CHARTERING
    # The link opens this one form, and leads nowhere else.
    manager.go(charter)
    expect(manager.page.locator("input[name=password]")).to_be_visible()


def acknowledge_by_all_three(*parties: Visitor) -> None:
    code = assignment().code
    for visitor in parties:
        assert assignment().status == Status.CHARTERING
        visitor.go(f"/assignments/{code}/charter/").press("Acknowledge", exact=True)
    assert assignment().status == Status.ACTIVE


def read_the_invitations(smtp_sink, people: dict[str, User], mentee: Visitor) -> None:
    """What is in the calendars is what is planned, for each the days that are theirs."""
    until(lambda: SponsorCheckIn.objects.exists(), mentee)
    check_ins = list(CheckIn.objects.order_by("due_on").values_list("due_on", flat=True))
    talks = list(SponsorCheckIn.objects.order_by("due_on").values_list("due_on", flat=True))
    assert len(check_ins) >= 11
    assert len(talks) == 4
    files = {
        part: calendars_in(mail_to(smtp_sink, people[part], "For your calendar"))
        for part in ("mentee", "mentor", "sponsor")
    }
    shared = ["sponsor-monthly.ics", "sponsor.ics"]
    assert {part: sorted(found) for part, found in files.items()} == {
        "mentee": ["check-ins.ics", *shared],
        "mentor": ["check-ins.ics"],
        "sponsor": shared,
    }
    for part in ("mentee", "mentor"):
        assert days_in(files[part]["check-ins.ics"]) == check_ins
    for part in ("mentee", "sponsor"):
        assert days_in(*(files[part][name] for name in shared)) == talks
    for part, found in files.items():
        for calendar in found.values():
            assert calendar["METHOD"] == "REQUEST"
            for event in calendar.walk("VEVENT"):
                assert str(event["ATTENDEE"]) == f"mailto:{people[part].email}"
                assert event["DTSTAMP"].dt.utcoffset() == timedelta(0)
                assert event["DTSTART"].params["TZID"] == "Europe/London"
                assert TITLE in event["SUMMARY"]
                assert "DESCRIPTION" not in event


def work_in_private(mentor: Visitor, mentee: Visitor, sponsor: Visitor, smtp_sink, clock, secrets: Secrets) -> None:
    """A piece of evidence that is shared and one that is not, and a check-in between the two."""
    code = assignment().code
    mentee.looks = mentor.looks = False
    for title, words, shared in [
        ("The first week", "Ask first.", True),
        ("A bad day", secrets.about("evidence"), False),
    ]:
        mentee.go(f"/assignments/{code}/evidence/log/").fill(title=title, text=words, learned=words, changed=words)
        if shared:
            mentee.fill(shared_with_sponsor=True)
        mentee.press("Log evidence", exact=True)
    assert Evidence.objects.filter(shared_with_sponsor=False, text=secrets.about("evidence")).count() == 1
    mail_to(smtp_sink, sponsor.user, "The first week")

    check_in = CheckIn.objects.order_by("due_on")[0]
    clock(seconds=(moment(check_in.due_on, mentee.user) - now()).total_seconds() + 60)
    for visitor in (mentee, mentor):
        visitor.go(link_in(mail_to(smtp_sink, visitor.user, "check-in for")))
        visitor.fill(
            moved=secrets.about("moved"),
            avoided=secrets.about("avoided"),
            load="3",
            next_try=secrets.about("next"),
        )
        visitor.press("Send my side")
    mail_to(smtp_sink, mentee.user, "answered the check-in")


def nothing_private_has_left(
    sponsor: Outsider, manager: Outsider, smtp_sink, people: dict[str, User], secrets: Secrets
) -> None:
    """Neither mails nor files nor pages hold a private word; who was only thought of was never written to."""
    work, brief = assignment(), Brief.objects.get()
    sponsor.go("/").go("/sponsoring/")
    expect(sponsor.page.locator("main")).to_contain_text("Days to a decision")
    sponsor.keep()
    for page in ("", "charter/", "evidence/", "sponsor-check-ins/", "measurements/", "asks/"):
        sponsor.go(f"/assignments/{work.code}/{page}")
    sponsor.go(f"/briefs/{brief.code}/")
    pdf = sponsor.page.request.get(f"/briefs/{brief.code}/pdf/").body()
    sponsor.read.append(
        ("the PDF", "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).encode())
    )

    assert smtp_sink.to(people["other"].email) == []
    for visitor, known in ((sponsor, b"since March"), (manager, b"Iris takes Monday and Friday.")):
        assert any(known in page for _address, page in visitor.read)
        assert [(address, secrets.found_in(page)) for address, page in visitor.read if secrets.found_in(page)] == []
        mails = [(str(mail["Subject"]), everything_in(mail)) for mail in smtp_sink.to(visitor.user.email)]
        assert len(mails) >= 2
        assert [(subject, secrets.found_in(mail)) for subject, mail in mails if secrets.found_in(mail)] == []
    # The manager is told of hours and cover, and not of what the work is.
    for text in (*(page for _address, page in manager.read), *map(everything_in, smtp_sink.to(manager.user.email))):
        assert TITLE.encode() not in text


# --- The sponsor's two minutes --------------------------------------------------------------------


@pytest.fixture
def work(people) -> Assignment:
    """Work under way: an accepted brief with its outcome, a charter that all three have acknowledged."""
    mentorship = MentorshipFactory(mentor=people["mentor"], mentee=people["mentee"])
    made = AssignmentFactory(option__mentorship=mentorship, option__title=TITLE, sponsor=people["sponsor"])
    version = BriefVersionFactory(brief__option=made.option, number=1, status="sponsor_accepted", outcome=None)
    BriefOutcomeFactory(version=version, metric="Days to a decision")
    SponsorRequestFactory(version=version, sponsor=people["sponsor"], status="accepted", answered_at=now())
    CharterFactory(assignment=made, acknowledged=True, escalate_to=people["sponsor"])
    return made


def test_a_sponsor_reads_and_answers_by_the_link_of_a_mail(work, people, new_page, smtp_sink, clock):
    mentee, sponsor = Visitor(new_page(390), people["mentee"]).sign_in(), Visitor(new_page(390), people["sponsor"])

    measure_and_ask(mentee, work)
    link = link_in(mail_to(smtp_sink, sponsor.user, QUESTION))
    scan(sponsor, link)
    enter(sponsor, link, smtp_sink)
    until(lambda: measured_is_built(work), sponsor)
    sponsor.go(link).sees("Days to a decision").sees("n = 12").sees(day(today())).sees(QUESTION)
    sponsor.press(about("Accept", QUESTION)).is_told("Accepted.")
    assert (Ask.objects.get().state, Ask.objects.get().answered_by) == (AskState.ACCEPTED, sponsor.user)
    mail_to(smtp_sink, mentee.user, "Yes from Ruth Adeyemi")
    sponsor.go(link).press(f"Acknowledge: {TITLE}").sees("You acknowledged this")
    mail_to(smtp_sink, mentee.user, "Ruth Adeyemi has read how")
    reaches_nothing_else(sponsor, work)

    clock(hours=12, minutes=1)
    is_shut(sponsor, link)
    enter(sponsor, link, smtp_sink)
    hr = Visitor(new_page(), people["hr"]).sign_in()
    hr.go(f"/people/{sponsor.user.code}/").press("End these links")
    assert sponsor.page.goto(link).status == 404
    assert MailLink.objects.get().revoked_at is not None


def measure_and_ask(mentee: Visitor, work: Assignment) -> None:
    mentee.go(f"/assignments/{work.code}/measurements/").fill(value="16", n="12", low="14", high="18")
    mentee.press("Record measurement").sees("n = 12")
    mentee.go(f"/assignments/{work.code}/ask/").fill(
        question=QUESTION, why="Both teams wait for it.", needed_by=today() + timedelta(days=5)
    )
    mentee.press("Ask", exact=True).sees(QUESTION)


def scan(sponsor: Visitor, link: str) -> None:
    """A scanner of mails follows every link, often, and changes nothing."""
    before = kept()
    for _time in range(100):
        assert sponsor.page.request.get(link).status == 200
    assert kept() == before


def kept() -> tuple[object, ...]:
    """All that a visit by link could leave behind."""
    link = MailLink.objects.values().get()
    asks = list(Ask.objects.values())
    return link, asks, MailedCode.objects.count(), Notice.objects.count(), AuditEntry.objects.count()


def enter(sponsor: Visitor, link: str, smtp_sink) -> None:
    """The six digits come by a mail of their own, to the address that got the link."""
    smtp_sink.messages.clear()
    sponsor.go(link)
    assert TITLE not in sponsor.page.content()
    sponsor.press("Mail me the digits")
    mail = mail_to(smtp_sink, sponsor.user, "is your StretchHub code")
    sponsor.fill(code=mail["Subject"].split()[0]).press("Open", exact=True)
    expect(sponsor.page.locator("h1")).to_have_text("Sponsoring")


def measured_is_built(work: Assignment) -> bool:
    """The dashboard shows everything that has happened."""
    return not DashboardChange.objects.filter(sponsor=work.sponsor_id).exists()


def reaches_nothing_else(sponsor: Visitor, work: Assignment) -> None:
    for address in ("/", "/sponsoring/", f"/assignments/{work.code}/", f"/assignments/{work.code}/charter/"):
        sponsor.go(address)
        expect(sponsor.page.locator("input[name=password]")).to_be_visible()


def is_shut(sponsor: Visitor, link: str) -> None:
    sponsor.go(link)
    assert TITLE not in sponsor.page.content()
    expect(sponsor.page.get_by_role("button", name="Mail me the digits")).to_be_visible()


# --- Continuity -----------------------------------------------------------------------------------


def test_work_goes_on_with_another_sponsor_when_one_has_left(work, people, new_page, smtp_sink):
    mentor, mentee, hr, gone = (
        Visitor(new_page(), people[part]).sign_in() for part in ("mentor", "mentee", "hr", "sponsor")
    )
    at_the_door, backup = Visitor(new_page(390), people["sponsor"]), Visitor(new_page(), people["other"])
    measure_and_ask(mentee, work)
    link = link_in(mail_to(smtp_sink, people["sponsor"], QUESTION))
    enter(at_the_door, link, smtp_sink)
    gone.go("/sponsoring/").sees(QUESTION)

    hr.go(f"/people/{people['sponsor'].code}/").press("Deactivate").sees("Deactivated on")
    has_no_way_in(gone, at_the_door, link)
    hand_over(mentor, people["other"])
    take_over(backup, smtp_sink)
    acknowledge_the_charter_anew(work, mentor, mentee, backup)
    has_no_way_in(gone, at_the_door, link)
    backup.go("/sponsoring/").sees("Days to a decision").press(about("Accept", QUESTION)).is_told("Accepted.")
    mail_to(smtp_sink, mentee.user, "Yes from Vera Lund")
    assert "Vera Lund" in text_of(mail_to(smtp_sink, mentee.user, "is the new sponsor"))


def has_no_way_in(gone: Visitor, at_the_door: Visitor, link: str) -> None:
    """Neither the session from before nor the open door of the mailed link reaches anything."""
    gone.go("/sponsoring/")
    expect(gone.page.locator("input[name=password]")).to_be_visible()
    response = at_the_door.page.goto(link)
    assert response is not None
    assert response.status == 404
    assert TITLE not in at_the_door.page.content()


def hand_over(mentor: Visitor, backup: User) -> None:
    mentor.go("/").sees(f"Sponsor needs attention: “{TITLE}”").follow("Find another sponsor")
    expect(mentor.page.get_by_label("They have left the organisation")).to_be_checked()
    expect(mentor.page.locator("textarea[name=note]")).to_have_value(re.compile("Mina Okafor works on"))
    mentor.choose_person(backup).press("Ask to take over").sees("has not answered yet")
    assert assignment().status == Status.ACTIVE


def take_over(backup: Visitor, smtp_sink) -> None:
    mail = mail_to(smtp_sink, backup.user, "Would you take over as sponsor")
    come_by_mail(backup, link_in(mail)).sees("Mina Okafor works on").press("Take over")
    found = assignment()
    assert (found.sponsor, found.status) == (backup.user, Status.ACTIVE)
    assert (Ask.objects.get().addressee, Ask.objects.get().state) == (backup.user, AskState.OPEN)
    # The talks are planned anew from the new kickoff, and the calendars show the same days.
    talks = SponsorCheckIn.objects.planned().filter(sponsor=backup.user).order_by("due_on")
    invited = calendars_in(mail_to(smtp_sink, backup.user, "your calendar"))
    assert days_in(*invited.values()) == list(talks.values_list("due_on", flat=True)) != []


def acknowledge_the_charter_anew(work: Assignment, *parties: Visitor) -> None:
    for visitor in parties:
        visitor.go("/").follow(TITLE)
        visitor.go(f"/assignments/{work.code}/charter/").press("Acknowledge", exact=True)
        assert assignment().status == Status.ACTIVE
    charter = assignment().charter
    # One version for whom one turns to since the sponsor left, one for who decides since the new one said yes.
    assert (charter.version, charter.escalate_to, charter.approver) == (3, parties[0].user, parties[-1].user)
    assert charter.acknowledgements.filter(charter_version=3).count() == 3
