"""Finding a sponsor: the list between mentee and mentor, its order, its flags, and the way into the ranking."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from assignments.assessing import method_now
from assignments.models import OptionGoal, SponsorOutlook
from assignments.refusals import Refused, Stale
from assignments.weighing import said_of
from sponsors.actions.candidate import add_candidate, edit_candidate, set_aside, take_back, use_in_ranking
from sponsors.finding import finding
from sponsors.models import SponsorCandidate
from stretchhub.audit.models import AuditEntry
from stretchhub.env import now, today
from tests.factories import (
    AssignmentFactory,
    GoalFactory,
    MentorshipFactory,
    OptionFactory,
    SponsorCandidateFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def option(mentee, mentor):
    return OptionFactory(mentorship=MentorshipFactory(mentor=mentor, mentee=mentee), title="Shorten the backlog")


def url(name, thing):
    return reverse(f"sponsors:{name}", args=[thing.code])


def text_of(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def rows_of(option):
    return finding(option, today(), method_now()).rows


def typed(**changed):
    words = {"owns": "5", "influences": "4", "develops": "4", "reach": "3", "capacity": "2", "priority": "Fewer calls"}
    return {**words, **changed}


def test_the_worked_pair_stands_in_order_with_its_arithmetic_and_is_a_close_call(option, mentee, sign_in):
    ruth = UserFactory(full_name="Ruth Adeyemi")
    SponsorCandidateFactory(
        option=option, person=ruth, owns=3, influences=5, develops=3, reach=5, capacity=4, priority=""
    )
    SponsorCandidateFactory(option=option, person__full_name="Vera Lund")

    page = text_of(sign_in(mentee).get(url("candidates", option)))

    assert page.index("Vera Lund") < page.index("Ruth Adeyemi")
    assert "Owns the problem 5 · Theirs to solve: 30 × (5 − 1) ÷ 4 30" in page
    assert "30 + 18.75 + 15 + 5 + 3.75 72.5" in page
    assert "15 + 25 + 10 + 10 + 11.25 71.25" in page
    assert "A close call: 1.25 points apart. Look at the criteria and choose." in page


def test_what_is_not_judged_is_a_range_or_not_assessed_and_never_a_number(option, mentee, sign_in):
    SponsorCandidateFactory(option=option, person__full_name="Half Known", influences=None, capacity=None)
    SponsorCandidateFactory(option=option, person__full_name="Un Known", blank=True)

    page = text_of(sign_in(mentee).get(url("candidates", option)))

    assert "50 up to 90" in page
    assert "Not judged yet; it may add up to 25." in page
    assert "Not assessed" in page
    assert "Nobody has judged this person yet, so there is no number." in page


def test_flags_come_from_what_is_known_and_are_said_in_words(option, mentee, sign_in):
    mentee.manager = boss = UserFactory(full_name="Bo Ss")
    mentee.save()
    for _each in range(3):
        AssignmentFactory(sponsor=boss)
    AssignmentFactory(sponsor=boss, closed=True)
    SponsorCandidateFactory(
        option=option,
        person=boss,
        conflict="Sells the old tool.",
        same_network=True,
        last_contact_on=today() - timedelta(days=91),
    )

    (row,) = rows_of(option)

    assert row.flags == (
        "Line manager, who also rates performance",
        "Conflict of interest: Sells the old tool.",
        "Sponsors 3 assignments already",
        "No contact for 91 days",
        "Known only through the usual network",
    )
    assert row.score == "72.5"
    assert "Sponsors 3 assignments already" in text_of(sign_in(mentee).get(url("candidates", option)))


def test_this_options_own_assignment_does_not_count_as_another(option):
    candidate = SponsorCandidateFactory(option=option)
    AssignmentFactory(option=option, sponsor=candidate.person)

    assert finding(option, today(), method_now()).rows[0].candidate.sponsoring == 0


def test_whoever_left_is_flagged_and_cannot_be_added(option, mentee):
    gone = UserFactory(is_active=False, deactivated_at=now())
    SponsorCandidateFactory(option=option, person=gone)

    assert rows_of(option)[0].flags == ("No longer active here, so cannot be asked",)
    with pytest.raises(Refused, match="no longer active"):
        add_candidate(option, by=mentee, person=gone, words={})


def test_a_person_is_searched_chosen_and_judged(option, mentee, sign_in):
    vera = UserFactory(full_name="Vera Lund", job_title="Director of care")
    client = sign_in(mentee)

    found = client.get(url("candidate-add", option), {"q": "care direct"}, headers={"HX-Request": "true"})
    answer = client.post(url("candidate-add", option), typed(person=str(vera.code)))

    assert "Vera Lund" in text_of(found)
    assert answer["Location"] == url("candidates", option)
    candidate = SponsorCandidate.objects.get()
    assert (candidate.person, candidate.owns, candidate.capacity, candidate.rated_by) == (vera, 5, 2, mentee)
    entry = AuditEntry.objects.get(verb="sponsor_candidate.added")
    assert "priority" in entry.fields
    assert "Fewer calls" not in str(entry.fields)


def test_searching_without_script_keeps_what_was_typed(option, mentee, sign_in):
    UserFactory(full_name="Vera Lund")

    page = sign_in(mentee).post(url("candidate-add", option), typed(q="vera", find="1"))

    assert page.status_code == 200
    assert "Vera Lund" in text_of(page)
    assert b'value="Fewer calls"' in page.content
    assert not SponsorCandidate.objects.exists()


def test_without_a_person_the_form_comes_back_with_what_was_typed(option, mentee, sign_in):
    page = sign_in(mentee).post(url("candidate-add", option), typed(last_contact_on="2099-01-01"))

    assert page.status_code == 422
    assert "Search for a person and choose one from the list." in text_of(page)
    assert "Give a day that has been, or leave it empty." in text_of(page)
    assert b'value="Fewer calls"' in page.content


def test_mentee_and_mentor_are_no_sponsors(option, mentee, mentor):
    for person in (mentee, mentor):
        with pytest.raises(Refused, match="stand behind it already"):
            add_candidate(option, by=mentee, person=person, words={})


def test_somebody_stands_on_the_list_once(option, mentee, sign_in):
    vera = SponsorCandidateFactory(option=option, person__full_name="Vera Lund").person

    page = sign_in(mentee).post(url("candidate-add", option), typed(person=str(vera.code), owns="1"))

    assert page.status_code == 409
    assert "Vera Lund is on the list already. Change the judgement there." in text_of(page)
    assert SponsorCandidate.objects.get().owns == 5


def test_whoever_was_set_aside_comes_back_when_added_again(option, mentee):
    candidate = SponsorCandidateFactory(option=option)
    set_aside(candidate, by=mentee)

    again = add_candidate(option, by=mentee, person=candidate.person, words={"owns": 2})

    assert (again.pk, again.owns, again.set_aside_at) == (candidate.pk, 2, None)


def test_setting_aside_can_be_undone_and_twice_is_as_once(option, mentee, sign_in):
    candidate = SponsorCandidateFactory(option=option, person__full_name="Vera Lund")
    client = sign_in(mentee)

    for _twice in range(2):
        client.post(url("candidate-set-aside", candidate))
    page = text_of(client.get(url("candidates", option)))
    for _twice in range(2):
        client.post(url("candidate-set-aside", candidate), {"back": "1"})

    assert re.search(r"Set aside .*Vera Lund since", page)
    assert len(rows_of(option)) == 1
    verbs = AuditEntry.objects.filter(verb__startswith="sponsor_candidate").values_list("verb", flat=True)
    assert sorted(verbs) == ["sponsor_candidate.set_aside", "sponsor_candidate.taken_back"]


def test_a_judgement_is_changed(option, mentor, sign_in):
    candidate = SponsorCandidateFactory(option=option)

    shown = sign_in(mentor).get(url("candidate-edit", candidate))
    sign_in(mentor).post(url("candidate-edit", candidate), typed(version="1", owns="", note="Ask in May."))

    assert b'name="version" value="1"' in shown.content
    candidate.refresh_from_db()
    assert (candidate.owns, candidate.note, candidate.version, candidate.rated_by) == (None, "Ask in May.", 2, mentor)
    assert AuditEntry.objects.get(verb="sponsor_candidate.edited").fields == ["note", "owns", "priority"]


def test_a_judgement_that_cannot_be_comes_back_with_what_was_typed(option, mentor, sign_in):
    candidate = SponsorCandidateFactory(option=option)

    page = sign_in(mentor).post(url("candidate-edit", candidate), typed(version="1", owns="6"))

    assert page.status_code == 422
    assert b'value="Fewer calls"' in page.content
    candidate.refresh_from_db()
    assert (candidate.owns, candidate.version) == (5, 1)


def test_whoever_saves_second_sees_both_and_loses_nothing(option, mentee, mentor, sign_in):
    candidate = SponsorCandidateFactory(option=option, priority="Calmer mornings")
    edit_candidate(candidate, by=mentor, version=1, words={"owns": 2, "same_network": True})

    page = sign_in(mentee).post(url("candidate-edit", candidate), typed(version="1", priority="Fewer calls"))

    assert page.status_code == 409
    assert "Owns the problem 2 · Touches what they do 5 · Theirs to solve" in text_of(page)
    assert "Their priority Calmer mornings Fewer calls" in text_of(page)
    assert "Known only through the usual network Yes No" in text_of(page)
    assert b'name="version" value="2"' in page.content
    with pytest.raises(Stale):
        edit_candidate(candidate, by=mentee, version=1, words={"owns": 1})


def test_the_ranking_takes_over_the_judgement_and_keeps_the_goals(option, mentee, sign_in):
    goal = GoalFactory(mentorship=option.mentorship)
    OptionGoal.objects.create(option=option, goal=goal, fit=3)
    candidate = SponsorCandidateFactory(option=option, person__full_name="Vera Lund")
    client = sign_in(mentee)

    page = client.get(url("candidate-rank", candidate))
    answer = client.post(url("candidate-rank", candidate), {"mark": said_of(option).mark, "engaged": "2"})

    assert "counts on nobody for this one yet" in text_of(page)
    assert answer["Location"] == url("candidates", option)
    outlook = SponsorOutlook.objects.get(option=option)
    assert (outlook.state, outlook.name) == ("found", "Vera Lund")
    assert (outlook.owns, outlook.influences, outlook.develops, outlook.engaged) == (5, 4, 4, 2)
    assert OptionGoal.objects.get().fit == 3
    again = client.get(url("candidate-rank", candidate))
    assert "counts on Vera Lund already" in text_of(again)
    assert b'value="2" selected' in again.content


def test_the_ranking_is_not_overwritten_when_somebody_has_said_otherwise_since(option, mentee, sign_in):
    candidate = SponsorCandidateFactory(option=option)
    mark = said_of(option).mark
    other = SponsorCandidateFactory(option=option, person__full_name="Ole Dahl")
    use_in_ranking(other, by=mentee, mark=mark, engaged=3)

    page = sign_in(mentee).post(url("candidate-rank", candidate), {"mark": mark, "engaged": "5"})

    assert page.status_code == 409
    assert "This was changed by somebody else while you were choosing." in text_of(page)
    assert "The ranking counts on Ole Dahl for this option now." in text_of(page)
    assert SponsorOutlook.objects.get().name == "Ole Dahl"


def test_the_ranking_needs_what_it_asks(option, mentee, sign_in):
    whole = SponsorCandidateFactory(option=option)
    half = SponsorCandidateFactory(option=option, develops=None)

    unsaid = sign_in(mentee).post(url("candidate-rank", whole), {"mark": said_of(option).mark})
    page = sign_in(mentee).get(url("candidate-rank", half))

    assert unsaid.status_code == 422
    assert "Choose one of the five; a rough guess is fine." in text_of(unsaid)
    assert "The ranking needs all three. Judge them first." in text_of(page)
    with pytest.raises(Refused, match="Judge them first"):
        use_in_ranking(half, by=mentee, mark=said_of(option).mark, engaged=3)
    assert not SponsorOutlook.objects.exists()


def test_nobody_else_judges_and_after_the_end_nobody(option, mentee, stranger, sponsor):
    candidate = SponsorCandidateFactory(option=option, person=sponsor)
    for person in (stranger, sponsor):
        with pytest.raises(PermissionDenied):
            edit_candidate(candidate, by=person, version=1, words={"owns": 1})
        with pytest.raises(PermissionDenied):
            set_aside(candidate, by=person)
        with pytest.raises(PermissionDenied):
            take_back(candidate, by=person)
        with pytest.raises(PermissionDenied):
            add_candidate(option, by=person, person=person, words={})
        with pytest.raises(PermissionDenied):
            use_in_ranking(candidate, by=person, mark="", engaged=1)
    option.mentorship.ended_on = today()
    option.mentorship.save()
    candidate.refresh_from_db()
    with pytest.raises(PermissionDenied):
        edit_candidate(candidate, by=mentee, version=1, words={"owns": 1})


def test_after_the_end_the_list_is_read_and_not_changed(option, mentee, sign_in):
    SponsorCandidateFactory(option=option, person__full_name="Vera Lund")
    option.mentorship.ended_on = today()
    option.mentorship.save()

    page = sign_in(mentee).get(url("candidates", option))

    assert b"Vera Lund" in page.content
    assert b"Set aside" not in page.content
    assert b"Add person" not in page.content


def test_an_empty_list_says_what_belongs_here_and_offers_the_first_step(option, mentee, sign_in):
    page = sign_in(mentee).get(url("candidates", option))

    assert b"Nobody in view yet" in page.content
    assert url("candidate-add", option).encode() in page.content


def test_the_option_shows_the_first_three_by_address(option, mentee, sign_in):
    people = [SponsorCandidateFactory(option=option, person__full_name=f"Number {n}", owns=n) for n in (5, 4, 3, 2)]
    client = sign_in(mentee)

    panel = client.get(url("for-option", option), headers={"HX-Request": "true"})

    assert f'hx-get="{url("for-option", option)}"' in client.get(f"/options/{option.code}/").content.decode()
    assert [one.person.full_name in text_of(panel) for one in people] == [True, True, True, False]
    assert b"<html" not in panel.content


def test_the_pages_take_a_fixed_number_of_queries(option, mentee, sign_in, count_queries):
    client = sign_in(mentee)
    counts = []
    for number in (1, 2):
        for _each in range(number):
            SponsorCandidateFactory(option=option)
        counts.append([count_queries(client, url(name, option)) for name in ("candidates", "for-option")])

    assert counts[0] == counts[1]
    assert max(counts[0]) <= 12
