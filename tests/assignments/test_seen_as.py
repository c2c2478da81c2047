"""What sponsor and HR see, for mentee and mentor: asked of the same querysets, and equal to their own pages."""

import re

import pytest
from django.urls import reverse

from assignments.models import Decision, Evidence, Milestone, ScopeChange, Setback
from assignments.seen_as import as_sponsor
from tests.factories import (
    AssignmentFactory,
    CharterFactory,
    DecisionFactory,
    EvidenceFactory,
    FeedbackRequestFactory,
    FeedbackRoundFactory,
    MilestoneFactory,
    OptionFactory,
    ReflectionFactory,
    ScopeChangeFactory,
    SetbackFactory,
)

pytestmark = pytest.mark.django_db

THINGS = re.compile(r"/(decisions|setbacks|evidence|scope-changes)/([0-9a-f-]{36})/\"")
PAGES = ("detail", "plan", "log", "story", "evidence-list")


@pytest.fixture
def assignment(mentorship, sponsor):
    assignment = AssignmentFactory(option=OptionFactory(mentorship=mentorship, stage="active"), sponsor=sponsor)
    CharterFactory(assignment=assignment, acknowledged=True)
    for shared in (True, False):
        SetbackFactory(assignment=assignment, shared_with_sponsor=shared)
        EvidenceFactory(assignment=assignment, shared_with_sponsor=shared, shared_at_review=not shared)
        ReflectionFactory(assignment=assignment, worked="A private thought.", shared_with_mentor=shared)
    DecisionFactory(assignment=assignment)
    MilestoneFactory(assignment=assignment)
    ScopeChangeFactory(assignment=assignment)
    return assignment


def body(client, name, *args):
    return client.get(reverse(f"assignments:{name}", args=args)).content.decode()


def test_it_is_what_the_sponsor_s_own_questions_answer(assignment, sponsor):
    seen = as_sponsor(assignment)

    for model, things in (
        (Milestone, seen.milestones),
        (ScopeChange, seen.scope),
        (Decision, seen.decisions),
        (Setback, seen.setbacks),
        (Evidence, seen.evidence),
    ):
        assert set(things) == set(model.objects.visible_to(sponsor).filter(assignment=assignment))
        assert len(things) == 1


@pytest.mark.parametrize("who", ["mentee", "mentor"])
def test_it_leads_to_exactly_what_the_sponsor_s_own_pages_lead_to(request, assignment, sponsor, who, sign_in):
    client = sign_in(sponsor)
    theirs = set(THINGS.findall("".join(body(client, name, assignment.code) for name in PAGES)))

    page = body(sign_in(request.getfixturevalue(who)), "seen-as", assignment.code, "sponsor")

    assert set(THINGS.findall(page)) == theirs
    assert {kind for kind, _code in theirs} >= {"decisions", "setbacks", "evidence"}
    assert "A private thought." not in page


def test_what_is_taken_back_is_gone_from_it_at_once(assignment, mentee, sign_in):
    client, setback = sign_in(mentee), Setback.objects.get(shared_with_sponsor=True)
    assert setback.title in body(client, "seen-as", assignment.code, "sponsor")

    client.post(reverse("assignments:setback-share", args=[setback.code]), {"shared": "0"})

    assert setback.title not in body(client, "seen-as", assignment.code, "sponsor")


def test_hr_s_part_is_hr_s_own_page_and_what_is_shared_for_the_review(assignment, mentee, hr, sign_in):
    """The record is one template: only its links to people's own pages are left out, which mentees cannot open."""
    own = body(sign_in(hr), "record", assignment.code).replace("Growth over time", "")
    page = body(sign_in(mentee), "seen-as", assignment.code, "hr")

    def plain(html):
        panels = html.split('aria-labelledby="parts-title"')[1].split('aria-labelledby="at-review-title"')[0]
        return " ".join(re.sub(r"<[^>]+>", " ", panels.split("</section>\n  </div>")[0]).split())

    shown, theirs = plain(page), plain(own)
    assert shown[: len(theirs) // 2] == theirs[: len(theirs) // 2]
    assert Evidence.objects.get(shared_at_review=True).title in page
    assert Evidence.objects.get(shared_at_review=False).title not in page
    assert Decision.objects.get().decision not in page
    assert "A private thought." not in page


def test_without_a_sponsor_it_says_so_and_another_eye_does_not_exist(mentee, mentor, sign_in):
    alone = AssignmentFactory(mentee=mentee, mentor=mentor, sponsor=None, chartering=True)
    client = sign_in(mentee)

    assert "Nobody sponsors this work just now." in body(client, "seen-as", alone.code, "sponsor")
    assert client.get(reverse("assignments:seen-as", args=[alone.code, "mentor"])).status_code == 404


@pytest.mark.parametrize("who", ["sponsor", "hr"])
def test_it_asks_as_much_for_one_of_each_as_for_two(assignment, mentee, who, sign_in, count_queries):
    client, url = sign_in(mentee), reverse("assignments:seen-as", args=[assignment.code, who])
    client.get(url)
    one = count_queries(client, url)
    DecisionFactory(assignment=assignment)
    EvidenceFactory(assignment=assignment, shared_with_sponsor=True, shared_at_review=True)

    assert count_queries(client, url) == one
    assert one <= 12


def shared_feedback(assignment, **more):
    asked = FeedbackRoundFactory(assignment=assignment)
    return FeedbackRequestFactory(round=asked, says="You asked before you built.", shared_with_sponsor=True, **more)


def words_of(page):
    return [re.sub(r"<[^>]+>|\s+", " ", part).split() for part in re.findall(r"<dl.*?</dl>", page, re.S)]


@pytest.mark.parametrize("who", ["mentee", "mentor"])
def test_named_feedback_is_there_word_for_word_as_the_sponsor_reads_it(request, assignment, sponsor, who, sign_in):
    shared_feedback(assignment, changed_because="I draw first.")
    FeedbackRequestFactory(round=FeedbackRoundFactory(assignment=assignment), says="Between us.")
    hidden = FeedbackRoundFactory(assignment=assignment, confidential=True)
    FeedbackRequestFactory(round=hidden, says="In confidence.")
    theirs = body(sign_in(sponsor), "feedback", assignment.code)
    client = sign_in(request.getfixturevalue(who))

    page = body(client, "seen-as", assignment.code, "feedback")

    assert words_of(page) == words_of(theirs)
    assert len(words_of(page)) == 1
    assert "You asked before you built." in page
    assert "I draw first." in page
    assert "Between us." not in page + theirs
    assert "In confidence." not in page + theirs
    assert f'hx-get="/assignments/{assignment.code}/seen-as/feedback/"' in body(
        client, "seen-as", assignment.code, "sponsor"
    )


def test_feedback_taken_back_or_of_another_sponsor_is_gone_from_it(assignment, mentee, stranger, sign_in):
    client, given = sign_in(mentee), shared_feedback(assignment)
    client.post(reverse("assignments:feedback-share", args=[given.code]), {"shared": "0"})
    assert "You asked before you built." not in body(client, "seen-as", assignment.code, "feedback")

    shared_feedback(assignment)
    assert "You asked before you built." in body(client, "seen-as", assignment.code, "feedback")
    type(assignment).objects.filter(pk=assignment.pk).update(sponsor=None, status="chartering", activated_at=None)
    assert "Nothing." in body(client, "seen-as", assignment.code, "feedback")


def test_the_feedback_asks_as_much_for_one_as_for_three(assignment, mentee, sign_in, count_queries):
    client, url = sign_in(mentee), reverse("assignments:seen-as", args=[assignment.code, "feedback"])
    shared_feedback(assignment)
    client.get(url)
    one = count_queries(client, url)
    for _more in range(2):
        shared_feedback(assignment)

    assert count_queries(client, url) == one <= 12
