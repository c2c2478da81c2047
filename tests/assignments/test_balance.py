"""The balance of a pipeline: worked numbers from rows, what is missing with its first step, and the page."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse

from assignments.balance import current_end, domains_wanted, read_balance
from assignments.balance_words import balance_words
from assignments.method import DEFAULT
from assignments.models import (
    Assignment,
    CompetencyLevel,
    DemonstratedLevel,
    GoalCompetency,
    Option,
    OptionCompetency,
    Provenance,
    Stage,
    StretchDemand,
    StretchProfile,
)
from assignments.portfolio_words import prefill
from stretchhub.env import now, today
from tests.factories import (
    AssignmentFactory,
    CompetencyFactory,
    GoalFactory,
    MentorshipFactory,
    OptionFactory,
)

pytestmark = pytest.mark.django_db
SUPPORTS = ("feedback", "access", "peers", "resources", "safety")


def address(mentorship):
    return reverse("assignments:balance", args=[mentorship.code])


def words_of(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def option(mentorship, title, *, demand=0, stakes=1, develops=(), **more):
    """An option; with `demand`, one whose first so many components demand two steps more than was shown."""
    found = OptionFactory(mentorship=mentorship, title=title, **more)
    for competency in develops:
        OptionCompetency.objects.create(option=found, competency=competency)
    if demand is not None:
        profile = StretchProfile.objects.create(option=found, saved_by=found.created_by, **dict.fromkeys(SUPPORTS, 3))
        for component in range(1, 11):
            level = stakes if component == 5 else 3 if component <= demand else 1
            StretchDemand.objects.create(profile=profile, component=component, level=level, reason="So.")
    return found


@pytest.fixture
def shown(mentorship):
    """The mentee has shown the lowest level in every component, so that loads are sure."""
    for component in range(1, 11):
        DemonstratedLevel.objects.create(
            person=mentorship.mentee,
            component=component,
            level=1,
            provenance=Provenance.MENTOR_RATED,
            dated_on=today(),
            recorded_by=mentorship.mentor,
        )


@pytest.fixture
def wanted(mentorship):
    """The four competencies of the worked example, by name."""
    goal = GoalFactory(mentorship=mentorship, title="Lead beyond my team")
    found = {}
    for name, weight, target, level in [
        ("Influence", 5, 4, 2),
        ("Data story", 3, 4, 3),
        ("Strategy", 4, 3, 2),
        ("Delivery", 2, 3, 3),
    ]:
        found[name] = CompetencyFactory(name=name)
        GoalCompetency.objects.create(
            goal=goal, competency=found[name], weight=weight, level_wanted=target, level_now=level
        )
    return found


def test_the_mix_is_that_of_the_worked_example(mentorship, shown):
    option(mentorship, "Safe", demand=1)
    for number in range(3):
        option(mentorship, f"Core {number}", demand=3)
    option(mentorship, "Bold", demand=1, stakes=4)

    found = read_balance(mentorship, today())

    assert found.mix.counts == {"safe": 1, "core": 3, "bold": 1}
    assert found.mix.tvd == pytest.approx(0.15)
    words = balance_words(found).mix
    assert words.arithmetic == (
        "Half of (|20 − 35| + |60 − 45| + |20 − 20|) = 15 %; more than 25 % counts as far from the target."
    )
    assert words.sentence == "The shares of safe, core and bold are near the target."
    assert words.targets == (0.35, 0.45, 0.2)


def test_gaps_taken_on_are_those_of_the_worked_example(mentorship, wanted):
    option(mentorship, "One", develops=[wanted["Influence"]])
    option(mentorship, "Two", develops=[wanted["Delivery"]])

    found = read_balance(mentorship, today())

    assert found.coverage.value == pytest.approx(10 / 17)
    figure = balance_words(found).figures[0]
    assert (figure.value, figure.sentence.split(":")[0]) == ("58.8 %", "10 of 17 points")
    assert ("Influence", "10, taken on") in figure.parts
    assert ("Strategy", "4, open") in figure.parts


def test_audiences_reached_are_those_of_the_worked_example(mentorship):
    for audience in ("customers", "peers", "peers", "peers", "executives"):
        option(mentorship, audience, demand=None, audience=audience)

    found = read_balance(mentorship, today()).audiences.diversity

    assert found.value == pytest.approx(2.5864, abs=0.00005)
    assert found.j == pytest.approx(0.5904, abs=0.00005)
    assert not found.indicative


@pytest.mark.parametrize(
    ("count", "value", "said"),
    [
        (2, "–", "Told from 3 live options on; there are 2."),
        (4, "1", "Indicative: there are only 4 options."),
        (5, "1", "The live options reach 1 audiences’ worth: exp(H) = exp(0)."),
    ],
)
def test_few_options_say_little_about_audiences(mentorship, count, value, said):
    for number in range(count):
        option(mentorship, f"No. {number}", demand=None)

    figure = balance_words(read_balance(mentorship, today())).figures[2]

    assert figure.value == value
    assert said in figure.sentence
    assert ("Indicative" in figure.sentence) == (count == 4)


def test_a_range_of_one_class_is_classified_and_another_is_not(mentorship):
    small = option(mentorship, "Small", demand=0)
    option(mentorship, "Open", demand=1, stakes=3)

    found = read_balance(mentorship, today())
    classes = {each.title: found.classes[each.pk].value for each in found.options}

    assert found.thinking.stretches[small.pk].provisional is False
    assert classes == {"Small": "safe", "Open": None}
    assert found.mix.unknown == 1


def test_parked_and_closed_options_do_not_balance_anything(mentorship, wanted):
    option(mentorship, "Parked", develops=[wanted["Influence"]], stage="parked", left_stage="idea", stage_reason="No.")
    option(mentorship, "Closed", develops=[wanted["Delivery"]], stage="closed")

    found = read_balance(mentorship, today())

    assert found.options == ()
    assert found.coverage.covered == 0


def test_what_is_missing_is_said_in_its_order_with_a_start(mentorship, wanted, shown):
    goal = Option._meta.get_field("goal").related_model.objects.get()
    goal.audiences, goal.domains = ["executives", "nonsense"], "customer  care\nUnderwriting\n"
    goal.save()
    option(mentorship, "One", demand=1, role="advisor", develops=[wanted["Delivery"]])

    found = read_balance(mentorship, today())
    hints = balance_words(found).hints

    assert [hint.sentence for hint in hints] == [
        "No live option has “Influence” as primary.",
        "No live option is core: one that stretches, within what the support carries.",
        "Nothing is in the domain “Underwriting”, which a goal wants.",
        "No live option would be owned from end to end.",
        "No live option meets anybody outside.",
        "Nothing is set to start.",
    ]
    assert hints[0].why == "The largest weighted gap: weight 5 × 2 levels = 10 of 17 points."
    key = wanted["Influence"].pk
    assert hints[0].url.endswith(f"/options/add/?competency={key}&goal={goal.code}")
    assert hints[0].pool == reverse("assignments:opportunities") + "?q=Influence"
    assert hints[2].url.endswith(f"/options/add/?domain=Underwriting&goal={goal.code}")
    assert hints[3].url.endswith("/options/add/?role=owner")
    assert hints[4].url.endswith("/options/add/?audience=customers")
    assert hints[5].url.endswith(f"/options/add/?starts_on={today()}")


def test_domains_are_the_same_however_they_are_capitalised(mentorship):
    goal = GoalFactory(mentorship=mentorship, domains="customer CARE\n\n  Under   writing ")
    option(mentorship, "One", demand=None)

    items = read_balance(mentorship, today()).thinking.items

    assert domains_wanted([goal], items) == {"Customer care", "Under writing"}


def test_domains_that_differ_in_capitals_alone_count_as_one(mentorship):
    for title, domain in (("One", "customer care"), ("Two", "Underwriting"), ("Three", "Customer Care")):
        option(mentorship, title, demand=None, domain=domain)
    done = OptionFactory(mentorship=mentorship, stage="seeking_sponsor", domain="CUSTOMER CARE")
    AssignmentFactory(option=done, closed=True, closed_at=now())
    Option.objects.filter(pk=done.pk).update(stage="closed")

    domains = read_balance(mentorship, today()).domains

    assert domains.counts == {"Customer Care": 2, "Underwriting": 1}
    assert {name: round(share, 2) for name, share in domains.with_finished.parts} == {
        "Customer Care": 0.75,
        "Underwriting": 0.25,
    }


def test_work_ends_on_the_day_it_was_where_the_mentee_lives(mentorship, wanted):
    mentorship.mentee.time_zone = "Pacific/Kiritimati"
    mentorship.mentee.save(update_fields=["time_zone"])
    done = AssignmentFactory(option=OptionFactory(mentorship=mentorship, stage="seeking_sponsor", title="Council"))
    OptionCompetency.objects.create(option=done.option, competency=wanted["Influence"])
    noon = datetime(2026, 3, 4, 12, tzinfo=UTC)
    Assignment.objects.update(status="closed", ending="delivered", activated_at=noon, closed_at=noon, starts_on=None)
    Option.objects.update(stage="closed")

    recent = read_balance(mentorship, date(2026, 3, 5)).recent

    assert [each.weights for each in recent if each.weights] == [(("Council", date(2026, 3, 5), 1.0),)]


def test_what_is_not_assessed_is_said_and_led_to(mentorship):
    unsaid = option(mentorship, "Cut the queue", demand=None, develops=[])

    found = read_balance(mentorship, today())
    hint = balance_words(found).hints[0]

    assert hint.sentence == "It is not known whether any live option is core."
    assert hint.why == "Counted: 0 safe, 0 core, 0 bold, 1 without a class yet."
    assert (hint.action, hint.url) == (
        "Say what “Cut the queue” asks",
        reverse("assignments:stretch", args=[unsaid.code]),
    )
    assert balance_words(found).mix.sentence.startswith("No live option has a class yet")


def test_one_sponsor_for_everything_is_said(mentorship, sponsor):
    for number in range(2):
        AssignmentFactory(
            option=OptionFactory(mentorship=mentorship, title=f"No. {number}", stage="seeking_sponsor"),
            sponsor=sponsor,
        )
    Option.objects.update(stage=Stage.ACTIVE)

    sentences = [hint.sentence for hint in balance_words(read_balance(mentorship, today())).hints]

    assert "Every live option depends on one sponsor, Ruth Adeyemi." in sentences


def test_the_present_work_ends_when_its_assignment_does(mentorship):
    assignment = AssignmentFactory(option=OptionFactory(mentorship=mentorship, stage="seeking_sponsor"))
    Option.objects.update(stage=Stage.ACTIVE, ends_on=today() + timedelta(days=5))

    assert current_end(Option.objects.select_related("assignment")) == assignment.ends_on
    assert current_end([]) is None


def test_finished_work_counts_half_after_eighteen_months(mentorship, wanted):
    running = AssignmentFactory(option=OptionFactory(mentorship=mentorship, stage="seeking_sponsor", title="Council"))
    OptionCompetency.objects.create(option=running.option, competency=wanted["Influence"])
    Assignment.objects.update(status="closed", ending="delivered", closed_at=now() - timedelta(days=548))
    Option.objects.update(stage="closed")

    found = read_balance(mentorship, today())
    recent = {each.name: round(each.value, 2) for each in found.recent}
    figures = balance_words(found).recent

    assert recent == {"Influence": 0.5, "Data story": 0, "Strategy": 0, "Delivery": 0}
    assert figures[0].value == "17.9 %"
    assert figures[0].sentence.startswith("(5 × 0.5 + 3 × 0 + 4 × 0 + 2 × 0) ÷ 14:")
    assert figures[1].parts[0][0] == "Council"


def test_deep_is_two_assignments_with_rising_demand_and_a_verified_level(mentorship, wanted):
    influence = wanted["Influence"]
    for number, demand in enumerate((1, 3)):
        found = option(mentorship, f"No. {number}", demand=demand, develops=[influence], stage="seeking_sponsor")
        AssignmentFactory(option=found, starts_on=today() - timedelta(days=300 - 100 * number))
    Option.objects.update(stage=Stage.ACTIVE)
    assert read_balance(mentorship, today()).depth.deep == ()

    CompetencyLevel.objects.create(
        person=mentorship.mentee,
        competency=influence,
        level=4,
        provenance=Provenance.VERIFIED,
        dated_on=today(),
        recorded_by=mentorship.mentor,
        assignment=Assignment.objects.first(),
    )

    assert read_balance(mentorship, today()).depth.deep == (influence.pk,)


# --- starting what is missing -------------------------------------------------------------------


def test_a_new_option_begins_with_what_the_address_says(mentorship, mentee, sign_in, wanted):
    goal = mentorship.goals.get()
    query = (
        f"?competency={wanted['Influence'].pk}&goal={goal.code}&audience=executives&role=advisor&kind=strategic"
        f"&domain=Under%20writing&starts_on=2027-03-01"
    )

    page = sign_in(mentee).get(reverse("assignments:option-add", args=[mentorship.code]) + query).content.decode()

    for chosen in ("executives", "advisor", "strategic", str(goal.pk)):
        assert re.search(rf'<option value="{chosen}"[^>]* selected', page), chosen
    assert 'value="Under writing"' in page
    assert 'value="2027-03-01"' in page
    assert re.search(r'name="contributions-0-competency"[^>]*value="Influence"', page)


def test_nonsense_and_foreign_things_in_the_address_are_passed_over(mentorship, mentee, sign_in):
    foreign = GoalFactory(title="Somebody else’s")
    retired = CompetencyFactory(name="Old one", retired=True)
    url = reverse("assignments:option-add", args=[mentorship.code])

    for query in (
        f"?goal={foreign.code}",
        f"?goal={foreign.pk}",
        f"?competency={retired.pk}",
        "?competency=²",
        "?competency=99999999999999999999",
        "?goal=x&audience=moon&role=king&kind=%00&domain=%00%0a&starts_on=2027-13-01",
    ):
        page = sign_in(mentee).get(url + query)
        assert page.status_code == 200, query
        assert "Somebody else’s" not in page.content.decode()
        assert 'value="Old one"' not in page.content.decode()


def test_each_rule_prefills_something_a_form_can_take(mentorship, wanted, shown):
    option(mentorship, "One", demand=1, role="advisor")
    found = read_balance(mentorship, today())

    for each in found.missing:
        assert set(prefill(each, found.thinking.goals)) <= {
            "competency", "audience", "domain", "role", "goal", "starts_on"
        }  # fmt: skip


# --- the page -----------------------------------------------------------------------------------


def test_the_page_shows_the_map_with_its_table(mentorship, mentee, sign_in, shown):
    option(mentorship, "Cut the queue", demand=3)
    option(mentorship, "Not said", demand=None)

    page = sign_in(mentee).get(address(mentorship))
    words = words_of(page)

    assert page.content.decode().count('<g class="c-spot') == 1
    assert "Cut the queue 0.75 1 Stretch Core" in words
    assert "Not said Not said yet: 10 of 10 demands and 5 of 5 kinds of support. Say it" in words
    assert "design defaults, not findings" in words


def test_an_empty_pipeline_offers_the_first_step(mentorship, mentor, sign_in):
    words = words_of(sign_in(mentor).get(address(mentorship)))

    assert "Nothing to weigh yet" in words
    assert "Add option" in words


def test_the_strip_above_the_board_says_what_is_missing_first(mentorship, mentee, sign_in, wanted):
    option(mentorship, "One", demand=None)

    page = sign_in(mentee).get(reverse("assignments:board", args=[mentorship.code]))

    assert "What is missing No live option has “Influence” as primary." in words_of(page)
    assert "Not classified 1" in words_of(page)


def test_an_ended_mentorship_starts_nothing(mentee, sign_in):
    ended = MentorshipFactory(mentee=mentee, ended_on=today())
    option(ended, "One", demand=None)

    page = sign_in(mentee).get(address(ended)).content.decode()

    assert "Start this option" not in page
    assert "It is not known whether" in page


@pytest.mark.parametrize("who", ["stranger", "hr", "administrator", "sponsor"])
def test_the_balance_is_not_there_for_anybody_else(request, mentorship, sign_in, who):
    assert sign_in(request.getfixturevalue(who)).get(address(mentorship)).status_code == 404


def test_the_balance_takes_twelve_queries_for_one_three_and_a_hundred(mentorship, mentee, sign_in, count_queries):
    client, counted = sign_in(mentee), []
    for more in (1, 2, 97):
        for number in range(more):
            found = option(
                mentorship, f"No. {number}", demand=2 if number < 3 else None, develops=[CompetencyFactory()],
                goal=GoalFactory(mentorship=mentorship),
            )  # fmt: skip
            GoalCompetency.objects.create(
                goal=found.goal, competency=found.contributions.get().competency, level_now=1, level_wanted=3
            )
        counted.append(count_queries(client, address(mentorship)))

    assert counted == [counted[0]] * 3
    assert counted[0] <= 12


def test_the_chosen_values_are_those_of_the_method(mentorship):
    assert read_balance(mentorship, today()).thinking.method == DEFAULT
