"""Starting a mentorship, and what the two of them see of it."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from assignments.actions.goal import add_goal
from assignments.actions.mentorship import (
    accept_offer,
    decline_offer,
    end_mentorship,
    offer_mentorship,
    withdraw_offer,
)
from assignments.mentoring import pictures_of
from assignments.models import CompetencyLevel, Mentorship, MentorshipOffer, OfferStatus, Stage, Status
from assignments.refusals import Refused
from assignments.views import mentorship as mentorship_views
from stretchhub.audit.models import AuditEntry
from stretchhub.env import now, today
from stretchhub.notices import kinds
from stretchhub.notices.models import Notice
from tests.factories import (
    AssignmentFactory,
    BriefFactory,
    BriefVersionFactory,
    CompetencyFactory,
    CompetencyLevelFactory,
    GoalFactory,
    IntakeAnswerFactory,
    IntakeFactory,
    MentorshipFactory,
    MentorshipOfferFactory,
    OptionFactory,
    SponsorRequestFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


def test_an_offer_asks_the_mentee_and_opens_nothing(mentor, mentee):
    offer = offer_mentorship(mentee, by=mentor, purpose="Data storytelling.")

    assert not Mentorship.objects.exists()
    assert (offer.mentor, offer.mentee, offer.status) == (mentor, mentee, OfferStatus.OPEN)
    assert [(n.kind, n.recipient) for n in Notice.objects.all()] == [("assignments.mentorship_offered", mentee)]
    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.actor, entry.fields) == ("mentorship.offered", mentor, ["mentee", "mentor", "purpose"])


def test_a_mentorship_begins_with_the_yes_of_the_mentee_and_the_mentor_is_told(mentor, mentee):
    offer = offer_mentorship(mentee, by=mentor, purpose="Data storytelling.")

    mentorship = accept_offer(offer, by=mentee)

    assert (mentorship.mentor, mentorship.mentee, mentorship.started_on) == (mentor, mentee, today(mentee.zone))
    assert mentorship.purpose == "Data storytelling."
    told = Notice.objects.get(kind="assignments.mentorship_started")
    assert told.recipient == mentor
    entry = AuditEntry.objects.get(verb="mentorship.started")
    assert (entry.actor, entry.fields) == (mentee, ["mentee", "mentor", "purpose", "started_on"])


def test_only_the_mentee_says_yes_or_no_and_only_who_offered_takes_it_back(mentor, mentee, stranger):
    offer = offer_mentorship(mentee, by=mentor)

    for answer in (accept_offer, decline_offer):
        for person in (mentor, stranger):
            with pytest.raises(PermissionDenied):
                answer(offer, by=person)
    for person in (mentee, stranger):
        with pytest.raises(PermissionDenied):
            withdraw_offer(offer, by=person)

    assert not Mentorship.objects.exists()


def test_a_stranger_reads_nothing_of_whom_they_offer_to_mentor_before_the_yes(mentor, mentee, stranger, sign_in):
    """What the mentee has shown is told to every mentor of theirs, so nobody becomes one by themselves."""
    mentorship = MentorshipFactory(mentor=mentor, mentee=mentee)
    CompetencyLevelFactory(person=mentee, recorded_by=mentor, note="Dates still surprise her.")

    sign_in(stranger).post(reverse("assignments:mentorship-start"), {"person": str(mentee.code)})

    offer = MentorshipOffer.objects.get()
    assert not CompetencyLevel.objects.visible_to(stranger).exists()
    for code in (mentorship.code, offer.code):
        for name in ("levels", "demonstrated", "mentorship", "level-add"):
            assert sign_in(stranger).get(reverse(f"assignments:{name}", args=[code])).status_code == 404
    sign_in(mentee).post(reverse("assignments:mentorship-offer", args=[offer.code]), {"answer": "accept"})
    theirs = Mentorship.objects.get(mentor=stranger)
    assert CompetencyLevel.objects.visible_to(stranger).exists()
    assert "Dates still surprise her." in sign_in(stranger).get(levels_of(theirs)).content.decode()

    sign_in(mentee).post(reverse("assignments:mentorship-end", args=[theirs.code]))

    assert not CompetencyLevel.objects.visible_to(stranger).exists()
    CompetencyLevelFactory(person=mentee, recorded_by=mentor, note="Moved a date herself.")
    assert "Moved a date herself." not in sign_in(stranger).get(levels_of(theirs)).content.decode()


def levels_of(mentorship: Mentorship) -> str:
    return reverse("assignments:levels", args=[mentorship.code])


def test_either_of_the_two_ends_it_and_the_other_is_told(mentor, mentee, stranger):
    for by, other in ((mentor, mentee), (mentee, mentor)):
        mentorship = MentorshipFactory(mentor=mentor, mentee=mentee)
        with pytest.raises(PermissionDenied):
            end_mentorship(mentorship, by=stranger)

        end_mentorship(mentorship, by=by)

        mentorship.refresh_from_db()
        assert mentorship.ended_on == today(by.zone)
        told = Notice.objects.get(kind="assignments.mentorship_ended", recipient=other)
        known = kinds.get(told.kind)
        loaded = known.load([mentorship.pk])[mentorship.pk]
        assert known.render(told, loaded).subject == f"{by.name} has ended your mentorship"
        with pytest.raises(Refused, match="ended already"):
            end_mentorship(mentorship, by=other)


def test_nobody_mentors_themselves(mentor):
    with pytest.raises(Refused, match="own mentor"):
        offer_mentorship(mentor, by=mentor)

    assert not MentorshipOffer.objects.exists()


def test_what_runs_or_waits_is_not_offered_twice(mentor, mentee):
    offer = offer_mentorship(mentee, by=mentor)
    with pytest.raises(Refused, match="Mina Okafor has not answered yet"):
        offer_mentorship(mentee, by=mentor)
    accept_offer(offer, by=mentee)

    with pytest.raises(Refused, match="already Mina Okafor’s mentor"):
        offer_mentorship(mentee, by=mentor)

    assert MentorshipOffer.objects.count() == Mentorship.objects.count() == 1


def test_after_a_no_it_is_not_offered_again_for_a_month(mentor, mentee, clock):
    decline_offer(offer_mentorship(mentee, by=mentor), by=mentee)

    assert [n.recipient for n in Notice.objects.filter(kind="assignments.mentorship_declined")] == [mentor]
    with pytest.raises(Refused, match="within the last month"):
        offer_mentorship(mentee, by=mentor)
    clock(days=31)
    assert offer_mentorship(mentee, by=mentor).status == OfferStatus.OPEN


def test_an_answered_offer_is_not_answered_again(mentor, mentee):
    offer = offer_mentorship(mentee, by=mentor)
    stale = MentorshipOffer.objects.get()
    withdraw_offer(offer, by=mentor)

    for answer in (accept_offer, decline_offer):
        with pytest.raises(Refused, match="does not wait for an answer any more"):
            answer(stale, by=mentee)

    assert not Mentorship.objects.exists()


def test_an_offer_waits_on_today_until_it_is_answered(mentor, mentee, sign_in):
    offer = offer_mentorship(mentee, by=mentor, purpose="Argue from data.")

    today_page = sign_in(mentee).get(reverse("today")).content.decode()
    assert "Tom Berg offers to be your mentor" in today_page
    page = sign_in(mentee).get(reverse("assignments:mentorship-offer", args=[offer.code])).content.decode()
    assert "Argue from data." in page
    assert "Yes, let us begin" in page
    decline_offer(offer, by=mentee)
    assert "offers to be your mentor" not in sign_in(mentee).get(reverse("today")).content.decode()


@pytest.mark.parametrize(
    ("who", "answer", "status", "leads_to", "said"),
    [
        ("mentee", "decline", OfferStatus.DECLINED, "today", "Your answer is on its way."),
        ("mentor", "withdraw", OfferStatus.WITHDRAWN, "assignments:mentorships", "The offer is withdrawn."),
    ],
)
def test_an_offer_is_declined_or_taken_back_on_its_page(
    mentor, mentee, sign_in, request, who, answer, status, leads_to, said
):
    offer = offer_mentorship(mentee, by=mentor)
    client = sign_in(request.getfixturevalue(who))

    response = client.post(reverse("assignments:mentorship-offer", args=[offer.code]), {"answer": answer})

    assert (response.status_code, response.url) == (302, reverse(leads_to))
    assert MentorshipOffer.objects.get().status == status
    assert said in client.get(response.url).content.decode()
    assert not Mentorship.objects.exists()


def test_an_ended_mentorship_can_be_begun_again(mentor, mentee):
    MentorshipFactory(mentor=mentor, mentee=mentee, ended_on=today())

    accept_offer(offer_mentorship(mentee, by=mentor), by=mentee)

    assert Mentorship.objects.running().count() == 1


def test_a_deactivated_person_offers_nothing_and_is_not_chosen(mentor, mentee):
    gone = UserFactory(is_active=False, deactivated_at=now())

    with pytest.raises(PermissionDenied):
        offer_mentorship(mentee, by=gone)
    with pytest.raises(Refused, match="no longer active"):
        offer_mentorship(gone, by=mentor)


def test_nothing_begins_with_somebody_who_has_left_meanwhile(mentor, mentee):
    offer = offer_mentorship(mentee, by=mentor)
    mentor.is_active, mentor.deactivated_at = False, now()
    mentor.save()

    with pytest.raises(Refused, match="no longer active, so nothing can begin"):
        accept_offer(offer, by=mentee)


def test_the_search_finds_active_people_by_name_title_and_department(mentor, sign_in):
    anna = UserFactory(full_name="Anna Lind", job_title="Actuary", department="Finance/Risk")
    UserFactory(full_name="Anna Gone", job_title="Actuary", is_active=False, deactivated_at=now())
    UserFactory(full_name="Bela Toth", job_title="Engineer", department="Technology")

    for words in ("anna", "actu", "risk", "anna finance"):
        page = sign_in(mentor).get(reverse("assignments:mentorship-start"), {"q": words}).content.decode()
        assert str(anna.code) in page, words
        assert page.count('name="person"') == 1, words


def test_the_search_leaves_out_oneself_and_those_one_mentors(mentor, mentee, sign_in):
    MentorshipFactory(mentor=mentor, mentee=mentee)

    page = sign_in(mentor).get(reverse("assignments:mentorship-start"), {"q": "example mina tom"}).content.decode()
    alone = sign_in(mentor).get(reverse("assignments:mentorship-start"), {"q": "Tom"}).content.decode()

    assert 'name="person"' not in page + alone


def test_a_search_that_finds_too_many_says_so(mentor, sign_in):
    for _n in range(21):
        UserFactory(department="Crowd")

    page = sign_in(mentor).get(reverse("assignments:mentorship-start"), {"q": "crowd"}).content.decode()

    assert page.count('name="person"') == 20
    assert "Only the first 20 are shown." in page


def test_finding_without_script_keeps_what_was_typed_and_starts_nothing(mentor, mentee, sign_in):
    typed = {"q": "Mina", "purpose": "Learn to argue from data.", "find": "1", "submit_key": "k"}
    response = sign_in(mentor).post(reverse("assignments:mentorship-start"), typed)

    page = response.content.decode()
    assert response.status_code == 200
    assert str(mentee.code) in page
    assert "Learn to argue from data." in page
    assert not Mentorship.objects.exists()


def test_typing_with_htmx_brings_the_list_alone(mentor, mentee, sign_in):
    url = reverse("assignments:mentorship-start")
    part = sign_in(mentor).get(url, {"q": "Mina"}, headers={"HX-Request": "true"}).content.decode()

    assert str(mentee.code) in part
    assert "<html" not in part


def test_start_from_the_page_leads_to_the_mentorship(mentor, mentee, sign_in):
    url = reverse("assignments:mentorship-start")
    response = sign_in(mentor).post(url, {"person": str(mentee.code), "purpose": "", "submit_key": "k"})

    assert MentorshipOffer.objects.get().mentee == mentee
    assert response.status_code == 302
    assert response.url == reverse("assignments:mentorships")
    assert "Waiting for an answer" in sign_in(mentor).get(response.url).content.decode()


@pytest.mark.parametrize("person", ["", "no-code", "00000000-0000-4000-8000-000000000000"])
def test_start_without_a_person_says_so_and_keeps_the_purpose(mentor, sign_in, person):
    url = reverse("assignments:mentorship-start")
    response = sign_in(mentor).post(url, {"person": person, "purpose": "Keep me."})

    assert response.status_code == 422
    assert "Keep me." in response.content.decode()
    assert not MentorshipOffer.objects.exists()


def test_a_double_click_offers_one_mentorship(mentor, mentee, sign_in):
    client, url = sign_in(mentor), reverse("assignments:mentorship-start")
    typed = {"person": str(mentee.code), "purpose": "", "submit_key": "same"}

    first, second = client.post(url, typed), client.post(url, typed)

    assert (first.status_code, second.status_code) == (302, 302)
    assert first.url == second.url
    assert MentorshipOffer.objects.count() == 1


@pytest.mark.parametrize("part", ["mentor", "mentee"])
def test_both_see_the_mentorship(mentor, mentee, sign_in, part):
    mentorship = MentorshipFactory(mentor=mentor, mentee=mentee)
    GoalFactory(mentorship=mentorship, title="Lead a room")
    viewer = {"mentor": mentor, "mentee": mentee}[part]

    page = sign_in(viewer).get(reverse("assignments:mentorship", args=[mentorship.code])).content.decode()

    assert "Lead a room" in page
    assert mentorship.other(viewer).name in page


@pytest.mark.parametrize("who", ["stranger", "hr", "administrator", "sponsor"])
def test_a_mentorship_is_not_there_for_anybody_else(request, sign_in, who):
    mentorship = AssignmentFactory(sponsor=request.getfixturevalue("sponsor")).option.mentorship
    viewer = request.getfixturevalue(who)

    assert sign_in(viewer).get(reverse("assignments:mentorship", args=[mentorship.code])).status_code == 404


def test_mentees_says_who_needs_what_the_pressing_first(mentor, sign_in):
    calm = MentorshipFactory(mentor=mentor, mentee=UserFactory(full_name="Ada Calm"))
    GoalFactory(mentorship=calm)
    AssignmentFactory(option__mentorship=calm, option__title="Shadow the board")
    waiting = MentorshipFactory(mentor=mentor, mentee=UserFactory(full_name="Zoe Waits"))
    option = OptionFactory(mentorship=waiting, title="Cut the queue", stage=Stage.BRIEFED)
    BriefVersionFactory(brief=BriefFactory(option=option), status="submitted")

    page = sign_in(mentor).get(reverse("assignments:mentorships")).content.decode()

    assert "The brief for “Cut the queue” waits for your answer." in page
    assert "Works on “Shadow the board”." in page
    assert page.index("Zoe Waits") < page.index("Ada Calm")


def test_empty_mentees_and_growth_offer_the_first_step(stranger, sign_in):
    client = sign_in(stranger)

    assert "No mentees yet" in client.get(reverse("assignments:mentorships")).content.decode()
    assert "No mentor yet" in client.get(reverse("assignments:growth")).content.decode()


def test_growth_shows_the_running_assignment_and_the_mentor(mentee, mentor, sign_in):
    mentorship = MentorshipFactory(mentor=mentor, mentee=mentee)
    AssignmentFactory(option__mentorship=mentorship, title="Shorten claims", status=Status.ACTIVE)

    page = sign_in(mentee).get(reverse("assignments:growth")).content.decode()

    assert "Shorten claims" in page
    assert mentor.name in page


def _fill(mentorship):
    IntakeAnswerFactory(intake=IntakeFactory(mentorship=mentorship, kept=True))
    goal = GoalFactory(mentorship=mentorship)
    option = OptionFactory(mentorship=mentorship, goal=goal, stage=Stage.BRIEFED)
    BriefVersionFactory(brief=BriefFactory(option=option), status="submitted")
    AssignmentFactory(option__mentorship=mentorship)


def test_mentees_takes_the_same_queries_for_one_and_three(mentor, sign_in, count_queries):
    client, url = sign_in(mentor), reverse("assignments:mentorships")
    _fill(MentorshipFactory(mentor=mentor))
    one = count_queries(client, url)

    for _n in range(2):
        _fill(MentorshipFactory(mentor=mentor))

    assert count_queries(client, url) == one


@pytest.mark.parametrize("page", ["growth", "mentorship", "pipeline"])
def test_pages_of_a_mentorship_take_the_same_queries_for_one_and_three(mentor, mentee, sign_in, count_queries, page):
    mentorship = MentorshipFactory(mentor=mentor, mentee=mentee)
    other = MentorshipFactory(mentee=mentee)
    client = sign_in(mentee)
    url = reverse(f"assignments:{page}", args=[mentorship.code] if page == "mentorship" else [])
    _fill(mentorship)
    _fill(other)
    one = count_queries(client, url)

    for _n in range(2):
        _fill(mentorship)

    assert count_queries(client, url) == one


@pytest.mark.parametrize(
    ("status", "mentors", "mentees"),
    [
        ("submitted", "waits for your answer", "waits for the mentor’s answer"),
        ("changes_requested", "needs changes", "needs changes"),
        ("endorsed", "is endorsed and needs a sponsor", "is endorsed and needs a sponsor"),
    ],
)
def test_what_a_brief_needs_presses_the_one_who_does_it(mentor, mentee, status, mentors, mentees):
    mentorship = MentorshipFactory(mentor=mentor, mentee=mentee)
    option = OptionFactory(mentorship=mentorship, stage=Stage.BRIEFED)
    BriefVersionFactory(brief=BriefFactory(option=option), status=status, refused=status == "changes_requested")

    mentor_needs, mentee_needs = (pictures_of([mentorship], user)[0].need for user in (mentor, mentee))

    assert mentors in mentor_needs.words
    assert mentees in mentee_needs.words
    assert (mentor_needs.pressing, mentee_needs.pressing) == (status == "submitted", status != "submitted")


def test_what_a_pipeline_needs_comes_when_nothing_else_does(mentor, mentee):
    mentorship = MentorshipFactory(mentor=mentor, mentee=mentee)

    def need():
        return pictures_of([mentorship], mentee)[0].need.words

    assert need() == "No conversation yet about where it should go."
    intake = IntakeFactory(mentorship=mentorship)
    assert need() == "A conversation is open; goals come out of it."
    intake.delete()
    IntakeFactory(mentorship=mentorship, kept=True)
    assert need() == "No open goal: write one together."
    GoalFactory(mentorship=mentorship)
    assert need() == "No option in the pipeline yet."
    OptionFactory(mentorship=mentorship)
    assert need() == "1 open option."
    OptionFactory(mentorship=mentorship, next_step="Call Ruth", kind="technical")
    assert need() == "2 open options; next: Call Ruth"
    asked = OptionFactory(mentorship=mentorship, stage=Stage.SEEKING_SPONSOR, title="Cut the queue")
    version = BriefVersionFactory(brief=BriefFactory(option=asked), status="endorsed")
    SponsorRequestFactory(version=version, sponsor=UserFactory(full_name="Ruth Adeyemi"))
    assert need() == "Ruth Adeyemi was asked to sponsor “Cut the queue”."


def test_the_first_conversation_is_offered_when_nothing_presses_more(mentor, mentee):
    mentorship = MentorshipFactory(mentor=mentor, mentee=mentee)
    GoalFactory(mentorship=mentorship)
    OptionFactory(mentorship=mentorship)

    def need():
        return pictures_of([mentorship], mentor)[0].need

    assert need().action == "Begin the first conversation"
    AssignmentFactory(option__mentorship=mentorship, title="Cut the queue")
    assert need().words == "Works on “Cut the queue”."


@pytest.mark.parametrize("part", ["mentor", "mentee"])
def test_aspirations_come_first_in_the_mentees_words(mentorship, sign_in, part):
    IntakeAnswerFactory(intake=IntakeFactory(mentorship=mentorship, kept=True), words={"next_role": "Lead a team"})
    GoalFactory(mentorship=mentorship, title="Chair the forum")
    viewer = getattr(mentorship, part)

    page = sign_in(viewer).get(reverse("assignments:mentorship", args=[mentorship.code])).content.decode()

    assert page.index("Lead a team") < page.index("Chair the forum")
    assert "In Mina’s words of" in page


def test_the_level_that_counts_now_stands_in_the_goals_of_growth(mentorship, mentee, mentor, sign_in):
    competency = CompetencyFactory()
    add_goal(
        mentorship,
        by=mentor,
        words={"title": "Lead a room", "success": "It decides."},
        targets=[{"competency": competency, "level_now": 2, "level_wanted": 4}],
    )

    page = sign_in(mentee).get(reverse("assignments:growth")).content.decode()

    assert '<span class="level-note">mentor-rated, ' in page


def test_settled_goals_stay_readable(mentor, mentee, sign_in):
    mentorship = MentorshipFactory(mentor=mentor, mentee=mentee)
    GoalFactory(mentorship=mentorship, title="Chaired the forum", status="reached")

    page = sign_in(mentee).get(reverse("assignments:growth")).content.decode()

    assert "1 earlier goal" in page
    assert "Chaired the forum" in page


def test_starting_what_runs_already_says_so_on_the_page(mentor, mentee, sign_in, monkeypatch):
    monkeypatch.setattr(mentorship_views, "offer_mentorship", _refuse)

    response = sign_in(mentor).post(reverse("assignments:mentorship-start"), {"person": str(mentee.code)})

    assert response.status_code == 422
    assert "You are already" in response.content.decode()


def _refuse(*args, **kwargs):
    """What somebody meets who starts the same mentorship in two windows at once."""
    raise Refused("You are already Mina Okafor’s mentor.")


def test_the_letter_asks_the_mentee_who_and_what_for(mentor, mentee):
    offer = MentorshipOfferFactory(mentor=mentor, mentee=mentee, purpose="Argue from data.")
    known = kinds.get("assignments.mentorship_offered")
    loaded = known.load([offer.pk])[offer.pk]

    letter = known.render(None, loaded)

    assert letter.subject == "Tom Berg offers to be your mentor"
    assert "Argue from data." in letter.paragraphs
    assert letter.path == reverse("assignments:mentorship-offer", args=[offer.code])
    assert known.still_due(None, loaded)
    loaded.status = OfferStatus.WITHDRAWN
    assert not known.still_due(None, loaded)


def test_a_search_for_what_no_database_can_keep_finds_nobody(sign_in, mentor):
    response = sign_in(mentor).get("/mentees/start/?q=%00")

    assert response.status_code == 200
    assert response.context["form"].found() == []


def test_a_key_that_no_database_can_keep_still_makes_a_double_click_one(sign_in, mentor, mentee):
    for _click in range(2):
        sent = {"q": "", "person": str(mentee.code), "submit_key": "a\x00b"}
        assert sign_in(mentor).post("/mentees/start/", sent).status_code == 302

    assert MentorshipOffer.objects.count() == 1
