"""The giver on a phone: the mail's link, a draft through a lost connection, the answer, and the word back."""

import pytest
from playwright.sync_api import expect

from assignments.models import FeedbackAnswer, FeedbackRequest
from tests.factories import PASSWORD, AssignmentFactory, EvidenceFactory, MentorshipFactory, OptionFactory, UserFactory
from tests.mails import link_in
from tests.visitor import KeyboardVisitor, Visitor

pytestmark = [pytest.mark.real, pytest.mark.timeout(300)]


@pytest.fixture
def work(live_site, worker):
    mentee = UserFactory(full_name="Mina Okafor", email="mina@example.org", password=PASSWORD)
    UserFactory(full_name="Sam Stone", email="sam@example.org", password=PASSWORD)
    option = OptionFactory(mentorship=MentorshipFactory(mentee=mentee), title="Halve the backlog", stage="active")
    made = AssignmentFactory(option=option)
    EvidenceFactory(assignment=made, title="The pilot board")
    return made


def test_an_outsider_answers_on_a_phone_and_hears_what_changed(work, new_page, smtp_sink):
    mentee = Visitor(new_page(390), work.mentee).sign_in()
    mentee.go(f"/assignments/{work.code}/feedback/").follow("Ask for feedback")
    mentee.fill(about="The pilot with your team", people__0__who="Sam")
    expect(mentee.page.locator("#id_people-0-who_names option[value='Sam Stone, Analyst']")).to_be_attached()
    mentee.fill(people__0__who="Sam Stone, Analyst", people__1__who="Ola Berg")
    mentee.fill(people__1__email="ola@customer.example", people__1__group="End user")
    mentee.page.get_by_label("The pilot board").check()
    # Another row comes by itself when the last one is begun.
    mentee.fill(people__2__who="x", people__3__who="")
    mentee.fill(people__2__who="")
    mentee.press("Ask them").is_told("2 people get a link by mail.")

    mail = smtp_sink.wait_for(lambda each: each["To"] == "ola@customer.example")
    link = link_in(mail)
    phone = Visitor(new_page(390), work.mentee).go(link)
    phone.sees("Feedback for Mina Okafor").sees("By name: Mina Okafor and the mentor")
    first = phone.page.locator("textarea[name=words_1]")
    first.fill("You asked the drivers")
    expect(phone.page.locator("[data-autosave-state]")).to_contain_text("Not sent yet.")

    phone.page.context.set_offline(True)
    first.fill("You asked the drivers before you drew anything.")
    expect(phone.page.locator("[data-autosave-state]")).to_contain_text("No connection.")
    phone.page.context.set_offline(False)
    expect(phone.page.locator("[data-autosave-state]")).to_contain_text("Not sent yet.")
    assert FeedbackRequest.objects.get(giver=None).draft["words"] == {
        "words_1": "You asked the drivers before you drew anything."
    }
    assert not FeedbackAnswer.objects.exists()

    # Another day, another browser: the draft is there, by the same link.
    later = Visitor(new_page(390), work.mentee).go(link)
    expect(later.page.locator("textarea[name=words_1]")).to_have_value(
        "You asked the drivers before you drew anything."
    )
    later.page.get_by_label("It is as it says").check()
    assert later.lowest("main button, main .feedback-pick, main .person-choice, main summary") >= 44
    later.press("Send", exact=True).sees("Thank you")
    later.go(link).sees("Nothing more is asked of you here.")

    smtp_sink.wait_for(lambda each: each["Subject"] == "Ola Berg gave you feedback")
    mentee.go("/").follow("Read and close").sees("You asked the drivers before you drew anything.")
    mentee.fill(changed_because="I ask first in every project now.").press("Save and tell them")
    mentee.is_told("Saved. Ola Berg is told.")
    mail = smtp_sink.wait_for(lambda each: each["To"] == "ola@customer.example" and "changed" in each["Subject"])
    Visitor(new_page(390), work.mentee).go(link_in(mail)).sees("I ask first in every project now.")


def test_a_colleague_answers_from_today_by_keyboard_alone(work, new_page):
    asked = FeedbackRequest.objects.create(
        round=work.feedback_rounds.create(
            asked_by=work.mentee, about="The pilot", closes_on=work.ends_on, keep_until=work.ends_on
        ),
        giver=UserFactory(full_name="Iris Lund", email="iris@example.org", password=PASSWORD),
        group="peer",
    )
    for position, (text, form) in enumerate([("How clear was it?", "scale"), ("What helped?", "words")], start=1):
        asked.round.questions.create(position=position, text=text, form=form)
    iris = KeyboardVisitor(new_page(1280), asked.giver, looks=False).sign_in()
    iris.sees("Give Mina Okafor feedback").follow("Answer")
    iris.choose("level_1", "4").fill(words_2="You listened.")
    iris.press("Send", exact=True).sees("Nothing waits for you")
    iris.go(f"/feedback/asked/{asked.code}/").sees("Thank you").sees("You listened.")
    assert list(FeedbackAnswer.objects.order_by("question__position").values_list("level", "words")) == [
        (4, ""),
        (None, "You listened."),
    ]
