"""A brief written in a browser: several sections save themselves, two people see each other, nothing typed is lost."""

import pytest
from playwright.sync_api import expect

from assignments.models import BriefStatus, BriefVersion, Section
from stretchhub.people.models import User
from tests.factories import (
    PASSWORD,
    BriefFactory,
    BriefRemarkFactory,
    BriefVersionFactory,
    MentorshipFactory,
    OptionFactory,
    UserFactory,
)
from tests.visitor import KeyboardVisitor, Visitor

pytestmark = [pytest.mark.real, pytest.mark.timeout(300)]


def person(name: str) -> User:
    return UserFactory(full_name=name, email=f"{name.split()[0].lower()}@example.org", password=PASSWORD)


@pytest.fixture
def version(live_site) -> BriefVersion:
    mentorship = MentorshipFactory(mentee=person("Mina Okafor"), mentor=person("Tom Berg"))
    option = OptionFactory(mentorship=mentorship, title="Cut the queue", stage="exploring")
    return BriefVersionFactory(brief=BriefFactory(option=option), number=1)


def two(new_page, version) -> tuple[Visitor, Visitor]:
    mentorship = version.brief.option.mentorship
    address = f"/briefs/{version.brief.code}/"
    return tuple(
        Visitor(new_page(width), user).sign_in().go(address)
        for width, user in ((1280, mentorship.mentee), (390, mentorship.mentor))
    )


def field(visitor: Visitor, name: str):
    return visitor.page.locator(f"main [name='{name}']")


def state(visitor: Visitor, section: str):
    return visitor.page.locator(f"#section-{section} [data-autosave-state]")


def now(version: BriefVersion) -> BriefVersion:
    return BriefVersion.objects.get(pk=version.pk)


def test_two_write_at_once_see_each_other_and_lose_nothing(new_page, version):
    mina, tom = two(new_page, version)

    # In different sections both are saved, and each sees where the other one is.
    field(mina, "strength").fill("I know the queue.")
    field(tom, "dependencies").fill("The export, and two leads.")
    expect(state(mina, "why")).to_contain_text("by Mina")
    expect(state(tom, "dependencies")).to_contain_text("by Tom")
    mina.page.reload()
    field(mina, "strength").focus()
    expect(mina.page.locator("[data-margin=dependencies]")).to_contain_text("Tom is writing here")
    expect(field(mina, "dependencies")).to_have_value("The export, and two leads.")

    # What the other one saves arrives where I have nothing unsaved, and my place is kept.
    field(tom, "problem").fill("Fifty claimants wait.")
    expect(state(tom, "problem")).to_contain_text("by Tom")
    expect(field(mina, "problem")).to_have_value("Fifty claimants wait.")
    expect(field(mina, "strength")).to_be_focused()

    # In the same section both texts are shown and nobody is overwritten.
    mina.page.evaluate("() => { window.online = window.fetch; window.fetch = () => Promise.reject(new TypeError()); }")
    field(mina, "problem").fill("Sixty claimants wait.")
    expect(state(mina, "problem")).to_contain_text("No connection.")
    field(tom, "problem").fill("Forty claimants wait.")
    expect(state(tom, "problem")).to_contain_text("by Tom")
    mina.page.evaluate("() => { window.fetch = window.online; }")
    expect(state(mina, "problem")).to_contain_text("somebody else wrote here too")
    expect(mina.page.get_by_role("alert")).to_contain_text("Forty claimants wait.")
    expect(field(mina, "problem")).to_have_value("Sixty claimants wait.")
    assert now(version).problem == "Forty claimants wait."
    mina.page.get_by_role("button", name="Save what is in the form").click()
    expect(state(mina, "problem")).to_contain_text("by Mina")
    assert now(version).problem == "Sixty claimants wait."
    assert now(version).strength == "I know the queue."


def test_handing_in_takes_the_last_words_along(new_page, version):
    mina, tom = two(new_page, version)

    field(mina, "cover").fill("Iris takes Mondays and Fridays.")
    mina.page.get_by_role("button", name="Hand in to the mentor").click()
    expect(mina.page.get_by_text("Waits for Tom Berg’s judgement.")).to_be_visible()

    assert (now(version).status, now(version).cover) == (BriefStatus.SUBMITTED, "Iris takes Mondays and Fridays.")
    expect(tom.page.get_by_role("alert")).to_contain_text("not written on any more")


def test_rows_grow_while_they_are_filled_and_come_back_after_a_lost_connection(new_page, version):
    mina, _tom = two(new_page, version)
    mina.page.evaluate("() => { window.fetch = () => Promise.reject(new TypeError()); }")

    for number, name in enumerate(["Ruth", "Iris", "Ola"], 1):
        field(mina, f"people-{number}-name").fill(name)
    expect(state(mina, "people")).to_contain_text("No connection.")
    mina.page.once("dialog", lambda asked: asked.accept())
    mina.page.reload()

    expect(field(mina, "people-3-name")).to_have_value("Ola")
    expect(state(mina, "people")).to_contain_text("by Mina")
    assert list(version.stakeholders.values_list("name", flat=True)) == ["Claims team leads", "Ruth", "Iris", "Ola"]


def test_by_keyboard_alone_a_remark_is_settled_and_the_page_read(new_page, version):
    BriefVersion.objects.update(status="changes_requested", decision_reason="Nearly.")
    BriefRemarkFactory(version=version, section=Section.PEOPLE, words="Who approves?")
    mina = KeyboardVisitor(new_page(), version.brief.option.mentorship.mentee, looks=False).sign_in()
    mina.go(f"/briefs/{version.brief.code}/").press("Start new version").sees("Who approves?")

    mina.press("Settled").sees("settled by Mina")
    mina.follow("Read as a page").follow("Compare versions").sees("Both have the same words.")


def test_it_prints_on_one_sheet(new_page, version):
    mina, _tom = two(new_page, version)
    mina.go(f"/briefs/{version.brief.code}/?read")

    for paper in ("A4", "Letter"):
        assert mina.page.pdf(format=paper).count(b"/Type /Page\n") == 1
