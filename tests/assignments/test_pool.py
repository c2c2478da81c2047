"""The shared pool: offered by anybody, found, taken as a copy by those it fits, closed with a reason."""

import re
import uuid
from datetime import timedelta
from decimal import Decimal
from urllib.parse import quote

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse

from assignments.actions.opportunity import (
    close_opportunity,
    edit_opportunity,
    offer_opportunity,
    take_opportunity,
)
from assignments.models import CompetencyLevel, MethodSettings, Opportunity, OpportunityCompetency, Option
from assignments.refusals import Refused, Stale
from stretchhub.audit.models import AuditEntry
from stretchhub.env import now, today
from stretchhub.people.models import User
from tests.factories import (
    CompetencyFactory,
    GoalFactory,
    MentorshipFactory,
    OpportunityFactory,
    OptionFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

POOL = "/pool/"
WORDS = {
    "title": "Run the supplier forum",
    "kind": "stakeholders",
    "domain": "Purchasing",
    "audience": "partners",
    "role": "owner",
    "why": "Twelve suppliers and no agenda.",
    "starts_on": None,
    "ends_on": None,
    "hours_per_week": Decimal("4.0"),
    "success_criteria": "They come again.",
}


def typed(competency=None, **changed):
    data = {name: "" if value is None else str(value) for name, value in WORDS.items()}
    data |= {"contributions-TOTAL_FORMS": "5", "contributions-INITIAL_FORMS": "0"}
    data |= {f"contributions-{n}-contribution": "primary" for n in range(5)}
    if competency:
        data |= {"contributions-0-competency": competency.name, "contributions-0-contribution": "secondary"}
    return data | changed


def titles(client, address=POOL):
    return [line["title"] for line in client.get(address).context["lines"]]


def url(name, opportunity):
    return reverse(f"assignments:{name}", args=[opportunity.code])


# --- offering, changing, closing ---


def test_anybody_offers_work_and_everybody_finds_it(stranger, mentee, sign_in):
    competency = CompetencyFactory(name="Hosting forums")

    response = sign_in(stranger).post(reverse("assignments:opportunity-offer"), typed(competency, submit_key="k"))

    opportunity = Opportunity.objects.get()
    assert response.url == url("opportunity", opportunity)
    assert {name: getattr(opportunity, name) for name in WORDS} == WORDS
    assert (opportunity.offered_by, opportunity.version, opportunity.key) == (stranger, 1, "")
    row = OpportunityCompetency.objects.get()
    assert (row.competency, row.contribution) == (competency, "secondary")
    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.actor_id, "competencies" in entry.fields) == (
        "opportunity.offered",
        stranger.pk,
        True,
    )
    assert titles(sign_in(mentee), f"{POOL}?q=HOSTING+suppliers") == ["Run the supplier forum"]


def test_what_is_wrong_says_what_to_do_and_keeps_what_was_typed(stranger, sign_in):
    data = typed(why="", starts_on="2027-03-01", ends_on="2027-02-01", hours_per_week="seventy")

    response = sign_in(stranger).post(reverse("assignments:opportunity-offer"), data)

    page = response.content.decode()
    assert response.status_code == 422
    assert "Say what the work is and whom it would stretch." in page
    assert "The end cannot be before the start. Move one of the two days." in page
    assert "Write the hours a week as a number, for example 4 or 2.5." in page
    assert "Run the supplier forum" in page
    assert not Opportunity.objects.exists()


def test_an_edit_changes_what_a_search_finds(stranger, sign_in):
    opportunity = offer_opportunity(by=stranger, words=WORDS, contributions=[])
    client = sign_in(stranger)

    response = client.post(url("opportunity-edit", opportunity), typed(title="Host the forum", version="1"))

    opportunity.refresh_from_db()
    assert response.status_code == 302
    assert (opportunity.title, opportunity.version) == ("Host the forum", 2)
    assert (titles(client, f"{POOL}?q=host"), titles(client, f"{POOL}?q=run")) == (["Host the forum"], [])


def test_a_stale_edit_answers_409_with_both_texts(stranger, sign_in):
    opportunity = offer_opportunity(by=stranger, words=WORDS, contributions=[])
    edit_opportunity(opportunity, by=stranger, version=1, words=WORDS | {"why": "Saved first."}, contributions=[])

    response = sign_in(stranger).post(url("opportunity-edit", opportunity), typed(why="Typed later.", version="1"))

    page = response.content.decode()
    assert response.status_code == 409
    assert "Saved first." in page
    assert page.count("Typed later.") == 2
    assert 'name="version" value="2"' in page
    with pytest.raises(Stale):
        edit_opportunity(opportunity, by=stranger, version=1, words=WORDS, contributions=[])


def test_a_closed_one_cannot_be_changed_any_more(stranger, sign_in):
    opportunity = OpportunityFactory(offered_by=stranger)
    close_opportunity(opportunity, by=stranger, reason="Somebody does it.")

    with pytest.raises(Refused, match="closed"):
        edit_opportunity(opportunity, by=stranger, version=2, words=WORDS, contributions=[])
    for answer in (
        sign_in(stranger).get(url("opportunity-edit", opportunity)),
        sign_in(stranger).post(url("opportunity-edit", opportunity), typed(version="2")),
    ):
        assert answer.status_code == 409
        assert "Offer it anew instead." in answer.content.decode()
    assert WORDS["title"] in answer.content.decode()
    again = sign_in(stranger).post(url("opportunity-close", opportunity), {"reason": "Nobody has the time."})
    assert (again.status_code, "Nobody has the time." in again.content.decode()) == (409, True)


@pytest.mark.parametrize("who", ["mentee", "mentor", "hr", "administrator"])
def test_only_whoever_offered_it_changes_it(request, sign_in, who):
    opportunity, person = OpportunityFactory(), request.getfixturevalue(who)

    assert sign_in(person).get(url("opportunity-edit", opportunity)).status_code == 403
    with pytest.raises(PermissionDenied):
        edit_opportunity(opportunity, by=person, version=1, words=WORDS, contributions=[])


@pytest.mark.parametrize("who", ["stranger", "hr", "administrator"])
def test_whoever_offered_it_and_the_office_close_it_with_a_reason(request, stranger, sign_in, who):
    opportunity, person = OpportunityFactory(offered_by=stranger), request.getfixturevalue(who)

    response = sign_in(person).post(url("opportunity-close", opportunity), {"reason": " Budget moved. "})

    opportunity.refresh_from_db()
    assert response.status_code == 302
    assert (opportunity.closed_reason, opportunity.is_closed) == ("Budget moved.", True)
    assert AuditEntry.objects.get().verb == "opportunity.closed"
    assert titles(sign_in(person)) == []


def test_closing_without_a_reason_asks_for_it(stranger, sign_in):
    opportunity = OpportunityFactory(offered_by=stranger)

    response = sign_in(stranger).post(url("opportunity-close", opportunity), {"reason": " "})

    assert response.status_code == 422
    assert "Say in a few words why it is closed." in response.content.decode()
    with pytest.raises(Refused, match="why"):
        close_opportunity(opportunity, by=stranger, reason=" ")
    assert not Opportunity.objects.get().is_closed


@pytest.mark.parametrize("who", ["mentee", "mentor"])
def test_nobody_else_closes_it(request, sign_in, who):
    opportunity, person = OpportunityFactory(), request.getfixturevalue(who)

    assert sign_in(person).post(url("opportunity-close", opportunity), {"reason": "No."}).status_code == 403
    with pytest.raises(PermissionDenied):
        close_opportunity(opportunity, by=person, reason="No.")


def test_closing_twice_is_refused(stranger):
    opportunity = OpportunityFactory(offered_by=stranger)
    close_opportunity(opportunity, by=stranger, reason="Done.")

    with pytest.raises(Refused, match="already"):
        close_opportunity(opportunity, by=stranger, reason="Done.")


def test_a_closed_one_is_there_for_its_offerer_and_takers_and_for_nobody_else(
    mentorship, mentee, stranger, hr, sign_in
):
    opportunity = OpportunityFactory(offered_by=stranger, title="Shadow the board")
    take_opportunity(opportunity, by=mentee, mentorship=mentorship)
    close_opportunity(opportunity, by=stranger, reason="The board is full.")
    missing = reverse("assignments:opportunity", args=[uuid.uuid4()])

    for person in (stranger, mentee, mentorship.mentor):
        page = sign_in(person).get(url("opportunity", opportunity))
        assert "The board is full." in page.content.decode()
    for person in (hr, UserFactory()):
        answer, nothing = sign_in(person).get(url("opportunity", opportunity)), sign_in(person).get(missing)
        assert (answer.status_code, answer.content) == (404, nothing.content)
    assert titles(sign_in(mentee)) == []
    assert titles(sign_in(stranger), f"{POOL}?mine=1") == ["Shadow the board"]


# --- finding ---


def test_every_filter_narrows_the_list_and_nonsense_is_left_out(mentee, sign_in):
    fits = OpportunityFactory(kind="technical", audience="customers", role="advisor", title="Fits")
    OpportunityFactory(kind="strategic", title="Other kind")
    OpportunityFactory(kind="technical", audience="team", title="Other audience")
    competency = CompetencyFactory(name="Data storytelling")
    OpportunityCompetency.objects.create(opportunity=fits, competency=competency)
    client = sign_in(mentee)

    suggested = quote(f"{competency.name} ({competency.framework})")
    for narrowed in (
        "kind=technical&audience=customers",
        "role=advisor",
        "competency=STORY",
        f"competency={suggested}",
        "q=fits",
    ):
        assert titles(client, f"{POOL}?{narrowed}") == ["Fits"], narrowed
    assert len(titles(client, f"{POOL}?kind=nonsense&audience=%00&role=x&gaps=y&after=z&q=%00")) == 3
    assert titles(client, f"{POOL}?q=%25") == []
    assert titles(client, f"{POOL}?competency=unheard") == []


def test_fits_my_gaps_finds_what_an_open_goal_asks_for_above_the_level_now(mentorship, mentee, mentor, sign_in):
    wanted, had, elsewhere = CompetencyFactory(), CompetencyFactory(), CompetencyFactory()
    goal = GoalFactory(mentorship=mentorship)
    goal.targets.create(competency=wanted, level_now=2, level_wanted=4)
    goal.targets.create(competency=had, level_now=4, level_wanted=4)
    for name, competency in (("Gap", wanted), ("Had", had), ("Elsewhere", elsewhere)):
        OpportunityCompetency.objects.create(opportunity=OpportunityFactory(title=name), competency=competency)

    for person in (mentee, mentor):
        assert titles(sign_in(person), f"{POOL}?gaps={mentorship.code}") == ["Gap"]
    page = sign_in(mentee).get(POOL).content.decode()
    assert "Fits my gaps" in page
    assert "Fits the gaps of Mina Okafor" in sign_in(mentor).get(POOL).content.decode()


def test_gaps_are_those_of_the_mentees_own_day_whoever_asks(mentorship, mentee, mentor, sign_in):
    User.objects.filter(pk=mentee.pk).update(time_zone="Pacific/Kiritimati")
    User.objects.filter(pk=mentor.pk).update(time_zone="Pacific/Pago_Pago")
    competency = CompetencyFactory()
    GoalFactory(mentorship=mentorship).targets.create(competency=competency, level_now=2, level_wanted=4)
    OpportunityCompetency.objects.create(opportunity=OpportunityFactory(title="Gap"), competency=competency)
    said(mentee, competency, 4, today("Pacific/Kiritimati"))

    assert titles(sign_in(mentor), f"{POOL}?gaps={mentorship.code}") == []


def test_gaps_follow_the_method_that_holds_now(mentorship, mentee, administrator, sign_in):
    competency = CompetencyFactory()
    GoalFactory(mentorship=mentorship).targets.create(competency=competency, level_now=2, level_wanted=4)
    OpportunityCompetency.objects.create(opportunity=OpportunityFactory(title="Gap"), competency=competency)
    said(mentee, competency, 2, today() - timedelta(days=100), "mentor_rated")
    said(mentee, competency, 4, today() - timedelta(days=10))
    client = sign_in(mentee)
    before = titles(client, f"{POOL}?gaps={mentorship.code}")

    MethodSettings.objects.create(version=2, values={"stale_months": 2}, reason="Sooner.", set_by=administrator)

    assert (before, titles(client, f"{POOL}?gaps={mentorship.code}")) == (["Gap"], [])


def said(person, competency, level, day, provenance="self_declared"):
    CompetencyLevel.objects.create(
        person=person, competency=competency, level=level, provenance=provenance, dated_on=day, recorded_by=person
    )


def test_another_pipelines_gaps_are_not_looked_into(mentorship, stranger, sign_in):
    competency = CompetencyFactory()
    goal = GoalFactory(mentorship=mentorship)
    goal.targets.create(competency=competency, level_now=2, level_wanted=4)
    OpportunityCompetency.objects.create(opportunity=OpportunityFactory(), competency=competency)
    OpportunityFactory()

    assert len(titles(sign_in(stranger), f"{POOL}?gaps={mentorship.code}")) == 2


def test_the_list_goes_on_by_key_and_keeps_the_search(mentee, sign_in):
    for n in range(27):
        OpportunityFactory(kind="technical", title=f"Number {n}", offered_at=now() + timedelta(seconds=n))
    client = sign_in(mentee)

    first = client.get(f"{POOL}?kind=technical&q=number")
    key = first.context["page"].next_key
    second = titles(client, f"{POOL}?{first.context['search'].keep}after={key}")

    assert [line["title"] for line in first.context["lines"]] == [f"Number {n}" for n in range(26, 1, -1)]
    assert second == ["Number 1", "Number 0"]
    assert f"kind=technical&amp;after={key}" in first.content.decode()


def test_the_empty_pool_says_what_belongs_there(stranger, sign_in):
    client = sign_in(stranger)

    assert "Nothing on offer yet" in client.get(POOL).content.decode()
    assert "Nothing found" in client.get(f"{POOL}?q=claims").content.decode()
    assert "You have offered nothing yet" in client.get(f"{POOL}?mine=1").content.decode()


# --- taking ---


def test_a_mentee_takes_a_copy_with_all_its_words(mentorship, mentee, stranger, sign_in):
    competency = CompetencyFactory()
    opportunity = offer_opportunity(
        by=stranger, words=WORDS, contributions=[{"competency": competency, "contribution": "secondary"}]
    )

    response = sign_in(mentee).post(url("opportunity-take", opportunity), {"submit_key": "k"})

    option = Option.objects.get()
    assert response.url == reverse("assignments:option", args=[option.code])
    assert {name: getattr(option, name) for name in WORDS} == WORDS
    assert (option.origin, option.stage, option.mentorship, option.created_by, option.goal) == (
        opportunity,
        "idea",
        mentorship,
        mentee,
        None,
    )
    assert [(row.competency, row.contribution) for row in option.contributions.all()] == [(competency, "secondary")]
    entry = AuditEntry.objects.get(verb="option.taken")
    assert (entry.actor_id, "origin" in entry.fields) == (mentee.pk, True)


def test_where_it_came_from_stays_on_the_option(mentorship, mentee, stranger, sign_in):
    option = take_opportunity(OpportunityFactory(offered_by=stranger), by=mentee, mentorship=mentorship)

    for name in ("option", "option-edit"):
        page = sign_in(mentee).get(reverse(f"assignments:{name}", args=[option.code])).content.decode()
        assert url("opportunity", option.origin) in page, name
        assert "ffered by Sam Stone" in page, name


def test_a_mentor_with_several_mentees_says_into_whose_pipeline(mentorship, mentor, sign_in):
    second = MentorshipFactory(mentor=mentor, mentee=UserFactory(full_name="Zoe Amari"))
    opportunity, client = OpportunityFactory(), sign_in(mentor)

    page = client.get(url("opportunity", opportunity)).content.decode()
    unsaid = client.post(url("opportunity-take", opportunity))
    foreign = client.post(url("opportunity-take", opportunity), {"mentorship": MentorshipFactory().code})
    said = client.post(url("opportunity-take", opportunity), {"mentorship": second.code})

    assert "Pipeline of Mina Okafor" in page
    assert "Pipeline of Zoe Amari" in page
    assert (unsaid.status_code, foreign.status_code, said.status_code) == (422, 422, 302)
    assert "Choose into which pipeline it goes." in unsaid.content.decode()
    assert Option.objects.get().mentorship == second
    assert "In the pipeline of Zoe Amari" in client.get(POOL).content.decode()


def test_a_pipeline_takes_it_once(mentorship, mentee, mentor, sign_in):
    opportunity = OpportunityFactory()
    take_opportunity(opportunity, by=mentee, mentorship=mentorship)

    with pytest.raises(Refused, match="already"):
        take_opportunity(opportunity, by=mentor, mentorship=mentorship)
    assert sign_in(mentor).post(url("opportunity-take", opportunity)).status_code == 409
    with pytest.raises(IntegrityError), transaction.atomic():
        OptionFactory(mentorship=mentorship, origin=opportunity)
    assert Option.objects.count() == 1


def test_what_was_closed_meanwhile_is_not_taken(mentorship, mentee, stranger):
    opportunity = OpportunityFactory(offered_by=stranger)
    close_opportunity(Opportunity.objects.get(), by=stranger, reason="Gone.")

    with pytest.raises(Refused, match="closed"):
        take_opportunity(opportunity, by=mentee, mentorship=mentorship)


def test_only_the_two_put_something_into_their_pipeline(mentorship, stranger, hr, sign_in):
    opportunity = OpportunityFactory()

    for person in (stranger, hr):
        with pytest.raises(PermissionDenied):
            take_opportunity(opportunity, by=person, mentorship=mentorship)
        assert sign_in(person).post(url("opportunity-take", opportunity)).status_code == 403
    mentorship.ended_on = today()
    mentorship.save()
    assert sign_in(mentorship.mentee).post(url("opportunity-take", opportunity)).status_code == 403


def test_nobody_else_sees_who_took_it_nor_how_many(mentorship, mentee, stranger, hr, sign_in):
    opportunity = OpportunityFactory(offered_by=stranger)
    other = MentorshipFactory()
    readers = [sign_in(person) for person in (stranger, hr, other.mentee, other.mentor)]

    def seen():
        return [
            re.sub(r'value="[^"]*"', "", client.get(address).content.decode().split('id="main"')[1])
            for client in readers
            for address in (POOL, url("opportunity", opportunity))
        ]

    before = seen()
    take_opportunity(opportunity, by=mentee, mentorship=mentorship)

    assert seen() == before
    assert "In your pipeline" in sign_in(mentee).get(POOL).content.decode()
    assert "Taken already" in sign_in(mentee).get(url("opportunity", opportunity)).content.decode()


def test_formula_text_stays_text_on_the_page(stranger, sign_in):
    offer_opportunity(by=stranger, words=WORDS | {"title": "=2+3", "why": "<b>@SUM</b>"}, contributions=[])

    page = sign_in(stranger).get(f"{POOL}?q=%3D2%2B3").content.decode()

    assert ">=2+3</a>" in page
    assert "<b>@SUM" not in page


# --- the number of queries ---


def fill(number, competencies):
    """So many opportunities, each with two competencies, written at once."""
    offerers = [UserFactory() for _n in range(3)]
    made = Opportunity.objects.bulk_create(
        Opportunity(
            title=f"Opportunity {n}",
            kind=("technical", "strategic", "ambiguity")[n % 3],
            domain=f"Domain {n % 40}",
            audience="peers",
            why="Work that waits. " * 12,
            offered_by=offerers[n % 3],
            offered_at=now() + timedelta(seconds=n),
            search=f"opportunity {n}\ndomain {n % 40}\n" + "work that waits. " * 12 + ("needle" if n == 7 else ""),
        )
        for n in range(number)
    )
    OpportunityCompetency.objects.bulk_create(
        OpportunityCompetency(opportunity=each, competency=competencies[(n + k) % len(competencies)])
        for n, each in enumerate(made)
        for k in range(2)
    )


def test_the_list_takes_the_same_few_queries_at_1_at_3_and_at_5000(mentorship, mentee, sign_in, count_queries):
    competencies = [CompetencyFactory() for _n in range(6)]
    goal = GoalFactory(mentorship=mentorship)
    for competency in competencies[:3]:
        goal.targets.create(competency=competency, level_now=1, level_wanted=4)
    client = sign_in(mentee)
    addresses = [POOL, f"{POOL}?q=work&kind=technical&gaps={mentorship.code}&competency=competency"]
    client.get(POOL)

    fill(3, competencies)
    Option.objects.create(
        mentorship=mentorship, origin=Opportunity.objects.first(), created_by=mentee, title="Copy", kind="technical"
    )
    few = [count_queries(client, address) for address in addresses]
    fill(4_997, competencies)
    many = [count_queries(client, address) for address in addresses]

    assert many == few
    assert max(many) <= 12, many
    assert titles(client, f"{POOL}?q=needle") == ["Opportunity 7"]


def test_the_page_of_one_takes_the_same_queries_for_one_and_three(mentorship, mentee, sign_in, count_queries):
    opportunity, client = OpportunityFactory(), sign_in(mentee)
    client.get(POOL)

    def grow():
        OpportunityCompetency.objects.create(opportunity=opportunity, competency=CompetencyFactory())
        taken = MentorshipFactory(mentee=mentee)
        OptionFactory(mentorship=taken, origin=opportunity)

    grow()
    one = count_queries(client, url("opportunity", opportunity))
    grow()
    grow()

    assert count_queries(client, url("opportunity", opportunity)) == one <= 12


# --- the way there ---


def current(page):
    """Where the rail says one is."""
    return set(re.findall(r'<a class="rail-link" href="([^"]*)" aria-current="page"', page))


def test_whoever_has_a_pipeline_comes_through_it_and_others_by_the_rail(mentorship, mentee, stranger, sign_in):
    url = reverse("assignments:opportunity-offer")

    paired, alone = (sign_in(person).get(url).content.decode() for person in (mentee, stranger))

    assert current(paired) == {"/pipeline/"}
    assert current(alone) == {"/pool/"}
    assert "Shared pool</a>" in sign_in(mentee).get(POOL).content.decode()
