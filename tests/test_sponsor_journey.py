"""The sponsor's two minutes on a phone: the mail from the SMTP server, its link, the digits, the answer."""

import re

import pytest
from playwright.sync_api import expect

from sponsors.models import Ask, AskState, DashboardAcknowledgement
from stretchhub.people.models import User
from tests.factories import PASSWORD, AssignmentFactory, EvidenceFactory, MentorshipFactory, OptionFactory, UserFactory
from tests.visitor import Visitor

pytestmark = [pytest.mark.real, pytest.mark.timeout(300)]

TITLE = "Shorten the claims backlog"
QUESTION = "May the pilot run a second week?"


@pytest.fixture
def work(live_site, worker):
    mentee = UserFactory(full_name="Mina Okafor", email="mina@example.org", password=PASSWORD)
    sponsor = UserFactory(full_name="Ruth Adeyemi", email="ruth@example.org")
    option = OptionFactory(mentorship=MentorshipFactory(mentee=mentee), title=TITLE, stage="active")
    made = AssignmentFactory(option=option, sponsor=sponsor)
    EvidenceFactory(assignment=made, title="The shared demo", shared_with_sponsor=True)
    EvidenceFactory(assignment=made, title="A private note")
    return made


def text_of(message) -> str:
    return message.get_body(("plain",)).get_content()


def test_a_sponsor_without_a_password_answers_from_the_mail(work, new_page, smtp_sink):
    mentee = Visitor(new_page(390), work.mentee).sign_in()
    mentee.go(f"/assignments/{work.code}/").follow("Ask for one thing")
    mentee.page.get_by_label("The one thing, as a question").fill(QUESTION)
    mentee.page.get_by_label("Needed by").fill(str(work.ends_on))
    mentee.press("Ask", exact=True)

    mail = smtp_sink.wait_for(lambda each: each["To"] == "ruth@example.org" and QUESTION in each["Subject"])
    link = re.search(r"/m/\S+", text_of(mail)).group()
    phone = Visitor(new_page(390), work.sponsor)
    phone.go(link)
    expect(phone.page.get_by_text(TITLE)).to_have_count(0)
    phone.press("Mail me the digits")

    mail = smtp_sink.wait_for(lambda each: "is your StretchHub code" in each["Subject"])
    phone.page.get_by_label("The six digits").fill(mail["Subject"][:6])
    phone.press("Open", exact=True)
    expect(phone.page.get_by_role("heading", name=QUESTION)).to_be_visible()
    expect(phone.page.get_by_text("The shared demo")).to_be_visible()
    expect(phone.page.get_by_text("A private note")).to_have_count(0)
    assert not phone.page.evaluate("document.documentElement.scrollWidth > innerWidth")
    phone.press("Accept")
    expect(phone.page.get_by_text("Accepted.")).to_be_visible()

    assert Ask.objects.get().state == AskState.ACCEPTED
    assert Ask.objects.get().answered_by == User.objects.get(email="ruth@example.org")
    smtp_sink.wait_for(lambda each: each["To"] == "mina@example.org" and each["Subject"].startswith("Yes from Ruth"))
    acknowledge(phone)
    phone.press("I am done")
    expect(phone.page.get_by_text(TITLE)).to_have_count(0)


def acknowledge(phone: Visitor) -> None:
    """Once the card shows the answer, say that it was read."""
    for _each in range(120):
        phone.page.reload()
        if phone.page.get_by_text("Asked and answered").count():
            break
        phone.page.wait_for_timeout(500)
    else:
        pytest.fail("The card does not show the answer after a minute.")
    phone.press(f"Acknowledge: {TITLE}")
    expect(phone.page.get_by_text("Nothing has changed since.")).to_be_visible()
    assert DashboardAcknowledgement.objects.count() == 1
