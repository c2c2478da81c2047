"""A topic of the conversation saves itself in a browser: typing, offline for a while, beside somebody else."""

import pytest
from playwright.sync_api import expect

from assignments.models import IntakeAnswer
from stretchhub.people.models import User
from tests.factories import PASSWORD, IntakeAnswerFactory, IntakeFactory, MentorshipFactory, UserFactory
from tests.visitor import Visitor

pytestmark = pytest.mark.real


def person(name: str) -> User:
    return UserFactory(full_name=name, email=f"{name.split()[0].lower()}@example.org", password=PASSWORD)


def test_words_save_themselves_and_none_are_lost(live_site, new_page):
    mentorship = MentorshipFactory(mentee=person("Mina Okafor"), mentor=person("Tom Berg"))
    intake = IntakeFactory(mentorship=mentorship)
    address = f"/intakes/{intake.code}/gaps/"
    mina, tom = (Visitor(new_page(width), user).sign_in().go(address) for width, user in _two(mentorship))
    hers, his = (visitor.page.get_by_label("Gaps", exact=True) for visitor in (mina, tom))

    hers.fill("I have never held a budget.")
    expect(_state(mina)).to_contain_text("by Mina")
    mina.page.evaluate("() => { window.online = window.fetch; window.fetch = () => Promise.reject(new TypeError()); }")
    hers.fill("I have never held a budget, nor chaired a board.")
    expect(_state(mina)).to_contain_text("No connection.")
    mina.page.evaluate("() => { window.fetch = window.online; }")
    expect(_state(mina)).to_contain_text("by Mina")
    assert _words() == "I have never held a budget, nor chaired a board."

    his.fill("Budgets.")
    expect(_state(tom)).to_contain_text("somebody else wrote here too")
    expect(tom.page.get_by_role("alert")).to_contain_text("nor chaired a board")
    assert his.input_value() == "Budgets."
    assert _words() == "I have never held a budget, nor chaired a board."
    his.fill("Budgets, boards.")
    tom.page.get_by_role("button", name="Save what is in the form").click()
    expect(_state(tom)).to_contain_text("by Tom")
    assert _words() == "Budgets, boards."

    # Whoever leaves at once takes nothing away.
    his.fill("Budgets, boards and people.")
    tom.follow("Success").sees("How would you know it was worth it?")
    tom.go(address)
    expect(his).to_have_value("Budgets, boards and people.")


def test_after_a_conflict_neither_a_reload_nor_leaving_overwrites_the_others_words(live_site, new_page):
    intake = IntakeFactory(mentorship=MentorshipFactory(mentee=person("Mina Okafor"), mentor=person("Tom Berg")))
    address = f"/intakes/{intake.code}/gaps/"
    tom = Visitor(new_page(1280), intake.mentorship.mentor, looks=False).sign_in().go(address)
    his = tom.page.get_by_label("Gaps", exact=True)
    IntakeAnswerFactory(intake=intake, topic="gaps", words={"gaps": "Mina’s words"}, saved_by=intake.mentorship.mentee)

    his.fill("Budgets.")
    expect(_state(tom)).to_contain_text("somebody else wrote here too")
    his.fill("Budgets, boards.")
    tom.page.once("dialog", lambda asked: asked.accept())
    tom.page.reload()
    expect(_state(tom)).to_contain_text("somebody else wrote here too")
    expect(tom.page.get_by_role("alert")).to_contain_text("Mina’s words")
    expect(his).to_have_value("Budgets, boards.")
    assert _words() == "Mina’s words"
    tom.page.get_by_role("button", name="Save what is in the form").click()
    expect(_state(tom)).to_contain_text("by Tom")
    assert _words() == "Budgets, boards."


@pytest.mark.parametrize(("typed", "why"), [("Budgets.", "Both texts are here"), ("x" * 4001, "at most 4000")])
def test_words_that_came_back_unsaved_are_not_taken_for_saved(live_site, new_page, typed, why):
    intake = IntakeFactory(mentorship=MentorshipFactory(mentor=person("Tom Berg")))
    address = f"/intakes/{intake.code}/gaps/"
    tom = Visitor(new_page(1280), intake.mentorship.mentor, looks=False).sign_in().go(address)
    his, warned = tom.page.get_by_label("Gaps", exact=True), []
    tom.page.on("dialog", lambda asked: (warned.append(asked.type), asked.accept()))
    if len(typed) < 4000:
        IntakeAnswerFactory(
            intake=intake, topic="gaps", words={"gaps": "Mina’s words"}, saved_by=intake.mentorship.mentee
        )
    before = _words() if IntakeAnswer.objects.exists() else ""

    his.evaluate("(field, words) => { field.value = words; }", typed)  # nothing is typed: only the button sends it
    tom.press("Save and next").sees(why)
    tom.go(address)

    assert warned == ["beforeunload"]
    expect(his).to_have_value(typed)
    expect(_state(tom)).to_contain_text("Not saved")
    assert (_words() if IntakeAnswer.objects.exists() else "") == before


def _two(mentorship):
    return [(1280, mentorship.mentee), (390, mentorship.mentor)]


def _state(visitor: Visitor):
    return visitor.page.locator("[data-autosave-state]")


def _words() -> str:
    return IntakeAnswer.objects.get().words["gaps"]
