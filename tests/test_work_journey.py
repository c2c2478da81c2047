"""A fortnight of one assignment, day by day, by the mentee on a phone, the mentor at a desk and the sponsor."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from time import monotonic, sleep
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from assignments import reminders
from assignments.actions import kickoff
from assignments.models import Assignment, CheckIn, CheckInAnswer, Decision, Reflection, ScopeChange, Setback, Status
from sponsors import reminders as talk_reminders
from sponsors.actions import check_in as talks
from stretchhub.env import now, today
from stretchhub.notices.models import Notice, State, TopicDelivery
from stretchhub.people.models import User
from stretchhub.templatetags.words import day as day_words
from stretchhub.today import waiting_for
from tests.factories import PASSWORD, AssignmentFactory, CharterFactory, MentorshipFactory, UserFactory
from tests.mails import everything_in, link_in, text_of
from tests.visitor import Visitor

pytestmark = [pytest.mark.real, pytest.mark.timeout(900)]

TITLE = "Shorten the claims backlog"
SECRET = "canary-of-a-reflection"
PRIVATE = "canary-of-a-check-in"
DECISION = "We sort by hand for one more week."


class Days:
    """The days of the fortnight, from a Monday on; the one clock stands where the test puts it."""

    def __init__(self, clock: Callable[..., None]) -> None:
        ahead = (7 - today("Europe/London").weekday()) % 7 or 7
        self.first = today("Europe/London") + timedelta(days=ahead)
        self._clock = clock

    def __getitem__(self, number: int) -> date:
        return self.first + timedelta(days=number)

    def begin(self, number: int, hour: int = 9, minute: int = 1) -> None:
        """It is this hour of that day."""
        wanted = datetime.combine(self[number], time(hour, minute), ZoneInfo("Europe/London"))
        self._clock(to=wanted)


@pytest.fixture
def people(live_site, worker) -> dict[str, User]:
    names = {
        "mentor": "Tom Berg",
        "mentee": "Mina Okafor",
        "sponsor": "Ruth Adeyemi",
        "colleague": "Iris Lang",
    }
    return {
        part: UserFactory(full_name=name, email=f"{part}@example.org", password=PASSWORD, time_zone="Europe/London")
        for part, name in names.items()
    }


@pytest.fixture
def days(clock) -> Days:
    return Days(clock)


@pytest.fixture
def work(people, days, smtp_sink) -> Assignment:
    """Work that all three have agreed to and that begins on the Monday; their mails of it are read."""
    days.begin(0)
    mentorship = MentorshipFactory(mentor=people["mentor"], mentee=people["mentee"])
    made = AssignmentFactory(
        chartering=True, option__mentorship=mentorship, option__title=TITLE, sponsor=people["sponsor"]
    )
    charter = CharterFactory(
        assignment=made, acknowledged=True, agreed=True, escalate_to=people["sponsor"],
        starts_on=days[0], ends_on=days[84], review_on=days[85], rhythm="weekly",
    )  # fmt: skip
    # Theirs is a mail of its own, on Mondays, with a journey of its own.
    TopicDelivery.objects.create(user=people["sponsor"], topic="sponsor_digest", delivery="off")
    assert kickoff.begin_if_ready(made, charter, by=people["mentee"])
    made.refresh_from_db()
    settle(smtp_sink)
    smtp_sink.messages.clear()
    return made


def settle(smtp_sink) -> None:
    """What has changed is planned for, and all that is due by now has been written and has gone out."""
    talks.plan_behind()
    reminders.plan(now())
    talk_reminders.plan(now())
    waiting = Notice.objects.filter(state__in=[State.QUEUED, State.SENDING], due_at__lte=now())
    until(lambda: not waiting.exists(), "mails are still waiting")


def until(seen: Callable[[], object], words: str, seconds: float = 60) -> None:
    deadline = monotonic() + seconds
    while not seen():
        assert monotonic() < deadline, f"After {seconds} s {words}."
        sleep(0.1)


def mail_to(smtp_sink, person: User, words: str):
    """The mail to this person whose subject holds these words, as soon as it is there."""
    return smtp_sink.wait_for(lambda mail: person.email in mail["X-Envelope-To"] and words in mail["Subject"], 60)


def unfold(visitor: Visitor, name: str) -> None:
    visitor.page.locator(f"details:has([name='{name}']) > summary").click()


def is_gone(visitor: Visitor, title: str) -> None:
    """The list of Today has been drawn anew without this line."""
    expect(visitor.page.locator("[data-line]", has_text=title)).to_have_count(0)


def in_place(visitor: Visitor, title: str, action: str):
    """Open the form of a line below it; the box it stands in."""
    line = visitor.page.locator("[data-line]", has_text=title)
    line.locator("a[data-opens]").click()
    box = line.locator(".line-answer")
    expect(box.get_by_role("button", name=action, exact=True)).to_be_visible()
    return box


def is_told(visitor: Visitor, words: str) -> None:
    """The page's status says so, without another page having been opened."""
    expect(visitor.page.locator("#messages[role=status]")).to_contain_text(words)
    assert visitor.page.url.rstrip("/").count("/") == 2


def titles(visitor: Visitor) -> list[str]:
    return [words.strip() for words in visitor.page.locator("[data-line] .line-title").all_inner_texts()]


def test_a_fortnight_from_both_sides(work, days, people, new_page, smtp_sink):
    mentee = Visitor(new_page(390), people["mentee"]).sign_in()
    mentor = Visitor(new_page(1280), people["mentor"]).sign_in()
    sponsor = Visitor(new_page(390), people["sponsor"]).sign_in()

    plan_from_a_template(work, days, mentee)
    evidence_and_a_reflection(work, days, mentee, smtp_sink)
    decide_and_ask_for_more_room(work, days, mentee, sponsor, smtp_sink)
    a_setback_and_a_question(work, days, mentee, people, smtp_sink)
    check_in(work, days, mentee, mentor, smtp_sink)
    one_mail_a_day(work, days, mentee, mentor, smtp_sink)
    look_back(work, mentee, smtp_sink)
    finish_in_one_press(work, days, mentee)
    rest_and_go_on(work, days, mentor, smtp_sink)
    nothing_private_has_left(work, mentor, sponsor, smtp_sink)
    the_whole_ledger(smtp_sink, work, days)


def plan_from_a_template(work: Assignment, days: Days, mentee: Visitor) -> None:
    mentee.go(f"/assignments/{work.code}/plan/").follow("Begin from a plan")
    expect(mentee.page.locator("[name='form-0-due_on'], [name$='0-due_on']").first).not_to_have_value("")
    mentee.press("Add these steps").sees("0 of")
    dues = list(work.milestones.values_list("due_on", flat=True))
    assert len(dues) >= 4
    assert dues == sorted(dues)
    assert days[0] < dues[0] < dues[-1] < days[84]


def evidence_and_a_reflection(work: Assignment, days: Days, mentee: Visitor, smtp_sink) -> None:
    days.begin(1, 10)
    mentee.go(f"/assignments/{work.code}/evidence/log/")
    mentee.fill(title="A day of sorting by hand", text="Forty claims.", learned="Ask first.").press("Log evidence")
    mail_to(smtp_sink, work.mentor, "A day of sorting by hand")
    mentee.go(f"/assignments/{work.code}/reflections/add/").fill(worked=f"{SECRET}: I said no.").press("Keep it")
    until(Reflection.objects.exists, "the reflection is not kept")
    assert Reflection.objects.get().worked.startswith(SECRET)


def decide_and_ask_for_more_room(work: Assignment, days: Days, mentee: Visitor, sponsor: Visitor, smtp_sink) -> None:
    """A decision that comes back in a week; a change of scope that the sponsor decides on Today."""
    days.begin(2, 10)
    mentee.go(f"/assignments/{work.code}/decisions/add/")
    unfold(mentee, "review_on")
    mentee.fill(decision=DECISION, decided_by="Mentee", reason="Two days are too few to see it.", review_on=days[9])
    mentee.press("Log decision").sees(DECISION)
    assert Decision.objects.get().review_on == days[9]
    mentee.go(f"/assignments/{work.code}/scope/").fill(
        kind="Something comes on", title="The west region too", hours="12", why="They asked.", comes_off="The report"
    )
    mentee.press("Write it down and ask")
    mail_to(smtp_sink, work.sponsor, "Decide: The west region too")

    sponsor.go("/")
    box = in_place(sponsor, "The west region too", "Decide")
    # What is missing is said in place, and nothing typed is lost.
    box.get_by_label("No, as agreed before").check()
    box.get_by_role("button", name="Decide", exact=True).click()
    expect(box).to_contain_text("Say why not, so that they can do better.")
    sponsor.look()
    box.get_by_label("I agree").check()
    box.get_by_role("button", name="Decide", exact=True).click()
    is_gone(sponsor, "The west region too")
    assert ScopeChange.objects.get().state == "approved"
    assert sponsor.page.url.rstrip("/").count("/") == 2
    mail_to(smtp_sink, work.mentee, "Agreed: The west region too")


def a_setback_and_a_question(work: Assignment, days: Days, mentee: Visitor, people: dict[str, User], smtp_sink) -> None:
    days.begin(3, 10)
    mentee.go(f"/assignments/{work.code}/setbacks/add/").fill(
        title="The export came late", assumed="It comes daily.", happened="It comes weekly.", did="Asked for it.",
        shared_with_sponsor=True,
    )  # fmt: skip
    mentee.press("Keep it").sees("The export came late")
    mail_to(smtp_sink, work.sponsor, "shares a setback")
    assert Setback.objects.get().ask_again_on == days[33]
    mentee.go(f"/assignments/{work.code}/feedback/ask/").fill(about="The first week", people__0__who="Iris Lang")
    mentee.fill(people__0__group="Peer", closes_on=days[20]).press("Ask them")
    mail_to(smtp_sink, people["colleague"], "asks for your feedback")


def check_in(work: Assignment, days: Days, mentee: Visitor, mentor: Visitor, smtp_sink) -> None:
    """The reminder comes on its day and leads straight to the form; the two differ, and each reads the other."""
    days.begin(7, 8, 30)
    settle(smtp_sink)
    assert not [mail for mail in smtp_sink.messages if "check-in for" in mail["Subject"]]
    days.begin(7)
    asked = CheckIn.objects.get(due_on=days[7])
    mails = {
        each: mail_to(smtp_sink, each, f"{day_words(days[7])}: check-in for") for each in (work.mentee, work.mentor)
    }
    assert {link_in(mail) for mail in mails.values()} == {f"/check-ins/{asked.code}/"}
    mentee.go(link_in(mails[work.mentee]))
    mentee.fill(moved=f"{PRIVATE} Forty claims are sorted.", load="4", hours="6", next_try="Ask north.")
    mentee.fill(decision_missing="Who may close the old queue?").press("Send my side")
    mail_to(smtp_sink, work.mentor, "answered the check-in")

    mentor.go("/")
    box = in_place(mentor, "Check in with Mina", "Send my side")
    box.locator("[name=moved]").fill(f"{PRIVATE} She has begun.")
    box.locator("label.pick", has_text="2").click()
    box.locator("[name=next_try]").fill("Listen longer.")
    box.get_by_role("button", name="Send my side", exact=True).click()
    is_told(mentor, "Answered. The other side is told.")
    mail_to(smtp_sink, work.mentee, "answered the check-in")

    mentee.go("/").follow("Read what Tom wrote for the check-in")
    mentee.sees("You see these differently.").sees("Mina misses a decision that Tom did not name.")
    mentee.press("Acknowledge", exact=True)
    mail_to(smtp_sink, work.mentor, "read your check-in")
    answers = {answer.by: answer.acknowledged_by for answer in CheckInAnswer.objects.all()}
    assert answers == {work.mentee: None, work.mentor: work.mentee}


def one_mail_a_day(work: Assignment, days: Days, mentee: Visitor, mentor: Visitor, smtp_sink) -> None:
    """The mentor gets everything in one mail: its lines are those of Today."""
    days.begin(8, 10)
    mentor.go("/notices/preferences/").fill(topic_evidence="In one mail a day", topic_check_ins="In one mail a day")
    mentor.press("Save", exact=True)
    until(TopicDelivery.objects.filter(user=work.mentor, delivery="daily").exists, "the choice is not kept")
    for title in ("Two more days", "And a third"):
        mentee.go(f"/assignments/{work.code}/evidence/log/")
        mentee.fill(title=title, text="Eighty claims.", learned="Ask twice.").press("Log evidence").sees(title)
    settle(smtp_sink)
    assert not [mail for mail in smtp_sink.to(work.mentor.email) if "Two more days" in mail["Subject"]]

    days.begin(9)
    digest = mail_to(smtp_sink, work.mentor, "things for you")
    assert digest["Subject"].startswith(day_words(days[9]))
    lines = waiting_for(work.mentor)
    mentor.go("/")
    assert titles(mentor) == [line.title for line in lines] != []
    listed = re.findall(r"^\* (.*)$", text_of(digest).replace("\r", ""), re.MULTILINE)
    said = [words.partition(": ")[2] if line.due_on else words for words, line in zip(listed, lines, strict=False)]
    assert said == [line.title for line in lines]
    assert len([words for words in listed if "Two more days" in words]) == 1
    assert "List-Unsubscribe" in digest

    mentor.press(re.compile("^Acknowledge"))
    is_gone(mentor, "Read what Mina wrote")
    is_told(mentor, "knows that you read it.")
    mail_to(smtp_sink, work.mentee, "read your check-in")


def look_back(work: Assignment, mentee: Visitor, smtp_sink) -> None:
    """The decision comes back on its day, by mail too; what came of it is written below its line."""
    mail_to(smtp_sink, work.mentee, "what came of the decision?")
    mentee.go("/")
    before = titles(mentee)
    box = in_place(mentee, "Say what came of", "Save")
    box.locator("[name=happened]").fill("It held for the week.")
    box.get_by_role("button", name="Save", exact=True).click()
    is_told(mentee, "It stands beside the decision now.")
    assert titles(mentee) == [title for title in before if "Say what came of" not in title]
    focused = mentee.page.evaluate("document.activeElement.matches('[data-line-focus], #today-title')")
    assert focused
    assert Decision.objects.get().happened == "It held for the week."


def finish_in_one_press(work: Assignment, days: Days, mentee: Visitor) -> None:
    """A milestone that is due: put off until tomorrow, and then done by one press."""
    first = work.milestones.order_by("due_on")[0]
    mentee.go("/")
    line = mentee.page.locator("[data-line]", has_text=first.title)
    line.locator("summary").click()
    line.get_by_role("button", name="Tomorrow").click()
    is_told(mentee, "comes back on")
    expect(line).to_have_count(0)
    days.begin(10, 8)
    mentee.go("/")
    line.get_by_role("button", name=re.compile("^Mark as done")).click()
    is_told(mentee, "is done.")
    first.refresh_from_db()
    assert first.done_at is not None


def rest_and_go_on(work: Assignment, days: Days, mentor: Visitor, smtp_sink) -> None:
    """While it rests nothing is asked; afterwards a full period passes before the next check-in."""
    days.begin(10, 10)
    mentor.go(f"/assignments/{work.code}/pause/").fill(reason="The release needs everybody.")
    mentor.press("Pause", exact=True)
    mail_to(smtp_sink, work.mentee, "is paused")
    # The clock jumps over days in which the minute's sweep would have taken back what the pause cancels.
    settle(smtp_sink)
    days.begin(14)
    settle(smtp_sink)
    assert not [mail for mail in smtp_sink.messages if f"{day_words(days[14])}: check-in" in mail["Subject"]]
    mentor.go(f"/assignments/{work.code}/").press("Resume", exact=True)
    mail_to(smtp_sink, work.mentee, "goes on")
    work.refresh_from_db()
    assert (work.status, work.ends_on) == (Status.ACTIVE, days[88])
    ahead = CheckIn.objects.filter(assignment=work, cancelled_at__isnull=True, due_on__gt=days[14])
    assert ahead.order_by("due_on")[0].due_on == days[21]


def nothing_private_has_left(work: Assignment, mentor: Visitor, sponsor: Visitor, smtp_sink) -> None:
    """The reflection is its author's alone; what the two wrote for a check-in is theirs."""
    pages = ("", "plan/", "log/", "evidence/", "check-ins/", "feedback/", "story/")
    for visitor, hidden in ((mentor, [SECRET]), (sponsor, [SECRET, PRIVATE])):
        for page in ("/", *(f"/assignments/{work.code}/{page}" for page in pages)):
            visitor.go(page)
            assert [word for word in hidden if word in visitor.page.content()] == [], page
    for mail in smtp_sink.messages:
        assert SECRET.encode() not in everything_in(mail)
        assert PRIVATE.encode() not in everything_in(mail) or work.sponsor.email not in mail["X-Envelope-To"]


def the_whole_ledger(smtp_sink, work: Assignment, days: Days) -> None:
    """Every mail of the fortnight once, and none that is not expected."""
    settle(smtp_sink)
    sent = Counter((mail["X-Envelope-To"].partition("@")[0], str(mail["Subject"])) for mail in smtp_sink.messages)
    check_in, done = day_words(days[7]), work.milestones.order_by("due_on")[0].title
    calendar = [f"No more days in your calendar: {TITLE}", f"New days for your calendar: {TITLE}"]
    expected = {
        "mentee": [
            "Agreed: The west region too",
            f"{check_in}: check-in for {TITLE}",
            f"Tom Berg answered the check-in for {TITLE}",
            f"Tom Berg read your check-in of {check_in}",
            f"{day_words(days[9])}: what came of the decision?",
            f"{TITLE} is paused",
            f"{TITLE} goes on",
            *calendar,
        ],
        "mentor": [
            "Mina Okafor logged evidence: A day of sorting by hand",
            "Agreed: The west region too",
            f"{check_in}: check-in for {TITLE}",
            f"Mina Okafor answered the check-in for {TITLE}",
            f"Mina Okafor read your check-in of {check_in}",
            f"{day_words(days[9])}: 3 things for you",
            f"Done: {done}",
            *calendar,
        ],
        "sponsor": [
            "Decide: The west region too",
            "Mina Okafor shares a setback and what came of it",
            f"{TITLE} is paused",
            f"{TITLE} goes on",
            *calendar,
        ],
        "colleague": [f"{day_words(days[20])}: Mina Okafor asks for your feedback"],
    }
    assert sent == Counter((person, subject) for person, subjects in expected.items() for subject in subjects)
