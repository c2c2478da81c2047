"""Evidence by phone: a file whose sending is cut in the middle, and a session that is over before the form is sent."""

import hashlib
import os
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from assignments.models import Evidence, StagedFile
from stretchhub.people.models import Draft
from tests.assignments.line import Line
from tests.factories import (
    PASSWORD,
    AssignmentFactory,
    CompetencyFactory,
    MentorshipFactory,
    MilestoneFactory,
    UserFactory,
)
from tests.servers import PATIENCE
from tests.visitor import Visitor

pytestmark = pytest.mark.real
SLOW = {"latency": 0, "downloadThroughput": -1, "uploadThroughput": 200_000}
KEPT = "() => Object.keys(sessionStorage).filter((key) => key.startsWith('autosave:')).length"
# How long somebody needs for a letter and for a tap on a phone.
LETTER_SECONDS, TAP_SECONDS = 0.3, 1.5


@pytest.fixture
def assignment(live_site):
    mentee = UserFactory(full_name="Mina Okafor", email="mina@example.org", password=PASSWORD)
    mentorship = MentorshipFactory(mentee=mentee, mentor=UserFactory(full_name="Tom Berg"))
    return AssignmentFactory(option__mentorship=mentorship, sponsor=UserFactory())


@pytest.fixture
def phone(browser: Browser, live_site: str) -> Iterator[Page]:
    """A page on a phone whose connection may be cut and whose session may end, which its console then says."""
    context = browser.new_context(
        base_url=live_site, viewport={"width": 390, "height": 844}, reduced_motion="reduce", has_touch=True
    )
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(_words(said)) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    assert [words for words in complaints if "net::ERR_" not in words and not _signed_out(words)] == []


def _words(said: ConsoleMessage) -> str:
    return f"{said.text} {urlsplit(said.location['url']).path}"


def _signed_out(words: str) -> bool:
    """What was sent after the session had ended was not saved."""
    return "(Forbidden) /assignments/" in words and words.endswith("/evidence/log/")


def paper(name: str, size: int) -> dict:
    return {"name": name, "mimeType": "application/pdf", "buffer": b"%PDF-1.7\n" + os.urandom(size)}


def test_nothing_is_lost_by_a_cut_connection_or_an_expired_session(assignment, phone):
    address = f"/assignments/{assignment.code}/evidence/log/"
    visitor = Visitor(phone, assignment.mentee).sign_in().go(address)
    state, uploads = phone.locator("[data-autosave-state]"), phone.locator("[data-upload-list]")
    phone.locator("[name=title]").fill("Demo to the regional leads")
    expect(state).to_contain_text("Draft kept")

    # The connection goes while the file is on its way.
    line = phone.context.new_cdp_session(phone)
    line.send("Network.enable")
    line.send("Network.emulateNetworkConditions", {"offline": False, **SLOW})
    phone.locator("#id_files").set_input_files([paper("plan.pdf", 400_000), paper("minutes.pdf", 2_000)])
    expect(uploads).to_contain_text("is being sent")
    phone.wait_for_function("() => document.querySelector('[data-upload-list] progress').value > 0.1")
    line.send("Network.emulateNetworkConditions", {"offline": True, **SLOW})
    expect(uploads).to_contain_text("No connection. It goes on as soon as it is back.")
    phone.locator("[name=learned]").fill("Show the old way first.")
    expect(state).to_contain_text("No connection.")
    # Whether or not it had arrived before its answer was lost, it is sent again and stays one.
    assert StagedFile.objects.count() <= 1

    line.send("Network.emulateNetworkConditions", {"offline": False, **SLOW, "uploadThroughput": -1})
    expect(uploads.get_by_role("checkbox", name="plan.pdf")).to_be_checked()
    expect(uploads.get_by_role("checkbox", name="minutes.pdf")).to_be_checked()
    expect(phone.locator("form[data-autosave]")).not_to_have_attribute("data-autosave-dirty", "")
    assert StagedFile.objects.count() == 2
    assert Draft.objects.get().content["learned"] == "Show the old way first."
    visitor.look()

    # The session is over before the last words.
    Session.objects.all().delete()
    phone.locator("[name=changed]").fill("Two regions joined the pilot.")
    expect(state).to_contain_text("you were signed out")
    phone.locator("#id_files").set_input_files([paper("late.pdf", 2_000)])
    expect(uploads).to_contain_text("You were signed out.")
    phone.get_by_role("button", name="Log evidence").click()
    visitor.sees("You are signed out").sees("Two regions joined the pilot.").look()
    phone.get_by_role("link", name="Sign in").click()
    phone.locator("input[name=login]").fill("mina@example.org")
    phone.locator("input[name=password]").fill(PASSWORD)
    phone.get_by_role("button", name="Sign in", exact=True).click()

    expect(phone.locator("[name=title]")).to_have_value("Demo to the regional leads")
    expect(phone.locator("[name=learned]")).to_have_value("Show the old way first.")
    expect(phone.locator("[name=changed]")).to_have_value("Two regions joined the pilot.")
    expect(phone.locator("[data-upload-list]").get_by_role("checkbox", name="plan.pdf")).to_be_checked()
    phone.get_by_role("button", name="Log evidence").click()
    expect(phone.get_by_role("heading", name="Demo to the regional leads")).to_be_visible()
    visitor.sees("Files")

    evidence = Evidence.objects.get()
    assert (evidence.title, evidence.changed) == ("Demo to the regional leads", "Two regions joined the pilot.")
    assert sorted(file.name for file in evidence.files.all()) == ["minutes.pdf", "plan.pdf"]
    assert not Draft.objects.exists()
    phone.goto(address)
    expect(phone.locator("[name=title]")).to_have_value("")


def test_a_file_cut_off_in_its_middle_is_sent_again_whole(assignment, browser, live_site):
    """The line itself breaks, between the phone and the site, when a part of the file is over."""
    with Line(int(live_site.rpartition(":")[2])) as line:
        context = browser.new_context(base_url=line.url, viewport={"width": 390, "height": 844})
        page = context.new_page()
        visitor = Visitor(page, assignment.mentee, looks=False).sign_in()
        visitor.go(f"/assignments/{assignment.code}/evidence/log/")
        page.locator("[name=title]").fill("Demo")
        line.cut_after(150_000)
        sent = paper("plan.pdf", 3_000_000)
        page.locator("#id_files").set_input_files([sent])
        expect(page.locator("[data-upload-list]")).to_contain_text("No connection.")
        assert line.cuts >= 1
        assert not StagedFile.objects.exists()

        line.mend()
        page.evaluate("() => window.dispatchEvent(new Event('online'))")
        expect(page.locator("[data-upload-list]").get_by_role("checkbox", name="plan.pdf")).to_be_checked()

        kept = StagedFile.objects.get()
        assert kept.sha256 == hashlib.sha256(sent["buffer"]).hexdigest()
        context.close()


def test_a_form_sent_too_early_waits_for_its_files(assignment, phone):
    visitor = Visitor(phone, assignment.mentee, looks=False).sign_in()
    visitor.go(f"/assignments/{assignment.code}/evidence/log/")
    line = phone.context.new_cdp_session(phone)
    line.send("Network.enable")
    line.send("Network.emulateNetworkConditions", {"offline": False, **SLOW})
    phone.locator("#id_files").set_input_files([paper("plan.pdf", 300_000)])
    visitor.fill(title="Demo", learned="Ask first.")

    phone.get_by_role("button", name="Log evidence").click()

    expect(phone.locator("[data-upload-hold]")).to_contain_text("Files are still on their way.")
    visitor.sees("plan.pdf").sees("What was learned")
    assert [file.name for file in Evidence.objects.get().files.all()] == ["plan.pdf"]


def test_files_are_refused_taken_out_and_offered_again_in_place(assignment, new_page):
    page = new_page(390)
    visitor = Visitor(page, assignment.mentee).sign_in()
    visitor.go(f"/assignments/{assignment.code}/evidence/log/")
    uploads = page.locator("[data-upload-list]")

    page.locator("#id_files").set_input_files([{"name": "logo.svg", "mimeType": "image/svg+xml", "buffer": b"<svg/>"}])
    expect(uploads).to_contain_text("“logo.svg” is not a kind we take.")
    visitor.look()
    page.get_by_role("button", name="Take out: logo.svg").click()
    expect(uploads.locator("li")).to_have_count(0)
    page.locator("#id_files").set_input_files([paper("plan.pdf", 2_000), paper("minutes.pdf", 2_000)])
    expect(uploads.get_by_role("checkbox", name="minutes.pdf")).to_be_checked()
    uploads.get_by_role("checkbox", name="plan.pdf").uncheck()
    visitor.fill(title="Demo", learned="Ask first.").press("Log evidence").sees("minutes.pdf")

    assert [file.name for file in Evidence.objects.get().files.all()] == ["minutes.pdf"]


def test_a_competency_and_a_kind_survive_a_reload_by_the_draft_alone(assignment, new_page):
    assignment.option.contributions.create(competency=CompetencyFactory(name="Influence"))
    page = new_page(390)
    visitor = Visitor(page, assignment.mentee, looks=False).sign_in()
    visitor.go(f"/assignments/{assignment.code}/evidence/log/")

    page.get_by_label("Demo").check()
    page.get_by_label("Influence").check()
    expect(page.locator("[data-autosave-state]")).to_contain_text("Draft kept")
    page.evaluate("() => window.sessionStorage.clear()")
    page.goto(page.url)

    expect(page.get_by_label("Demo")).to_be_checked()
    expect(page.get_by_label("Influence")).to_be_checked()


def test_without_script_the_plain_form_sends_the_files_and_keeps_a_draft(assignment, new_page):
    page = new_page(390, javascript=False)
    visitor = Visitor(page, assignment.mentee, looks=False).sign_in()
    visitor.go(f"/assignments/{assignment.code}/evidence/log/")

    page.locator("#id_files").set_input_files([paper("plan.pdf", 2_000)])
    page.locator("[name=title]").fill("Demo")
    page.get_by_role("button", name="Keep as a draft").click()
    expect(page.get_by_role("checkbox", name="plan.pdf")).to_be_checked()
    page.get_by_role("button", name="Log evidence").click()
    expect(page.get_by_text("Not saved yet")).to_be_visible()
    page.locator("[name=learned]").fill("Ask first.")
    page.get_by_role("button", name="Log evidence").click()
    visitor.sees("plan.pdf")

    assert [file.name for file in Evidence.objects.get().files.all()] == ["plan.pdf"]


def test_a_file_and_a_sentence_are_logged_on_a_phone_within_a_minute(assignment, new_page):
    """What the machine needs, and on top what a person needs for each letter and each tap."""
    MilestoneFactory(assignment=assignment)
    page = new_page(390)
    visitor = Visitor(page, assignment.mentee, looks=False).sign_in().go(f"/assignments/{assignment.code}/")
    words = ("Demo to the regional leads", "Show the old way first, then let them try the new one.")
    began = time.perf_counter()

    page.get_by_role("link", name="Log evidence").first.click()
    page.locator("[name=title]").fill(words[0])
    page.locator("#id_files").set_input_files([paper("plan.pdf", 5_000_000)])
    page.locator("[name=learned]").fill(words[1])
    page.get_by_role("button", name="Log evidence").click()
    visitor.sees("plan.pdf")

    machine = time.perf_counter() - began
    person = sum(map(len, words)) * LETTER_SECONDS + 7 * TAP_SECONDS
    print(f"log evidence with a file of 5 MB: {machine:.1f} s of the machine, {person:.0f} s of a person")
    assert machine + person < 60


def test_words_that_were_never_sent_do_not_outlive_their_persons_signing_out(assignment, new_page):
    """Not in the page they were typed in, nor in another that was open."""
    mina = Visitor(new_page(1280), assignment.mentee, looks=False).sign_in()
    other = mina.page.context.new_page()
    for page in (other, mina.page):
        page.goto(f"/assignments/{assignment.code}/decisions/add/")
        page.route("**/decisions/add/", lambda route: route.abort("internetdisconnected"))
        page.locator("[name=decision]").fill("Only typed.")
        expect(page.locator("[data-autosave-state]")).to_contain_text("No connection.")
        assert page.evaluate(KEPT) == 1

    mina.page.on("dialog", lambda dialog: dialog.accept())
    mina.page.get_by_role("button", name="Sign out").first.click()

    expect(mina.page.locator("input[name=password]")).to_be_visible()
    assert mina.page.evaluate(KEPT) == 0
    assert other.evaluate(KEPT) == 0


def test_words_that_could_not_be_saved_before_they_were_sent_are_forgotten_once_they_arrived(assignment, new_page):
    mina = Visitor(new_page(1280), assignment.mentee, looks=False).sign_in()
    mina.go(f"/assignments/{assignment.code}/decisions/add/")

    def lost(route):
        by_itself = "x-autosave" in route.request.headers
        return route.abort("internetdisconnected") if by_itself else route.fallback()

    mina.page.route("**/decisions/add/", lost)
    mina.fill(decision="We sort by hand.", decided_by="Tom", reason="The tool is late.")
    expect(mina.page.locator("[data-autosave-state]")).to_contain_text("No connection.")
    mina.press("Log decision").sees("We sort by hand.")

    assert mina.page.evaluate(KEPT) == 0
