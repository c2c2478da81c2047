"""What the board shows: zone and class on each card, what it is narrowed to, and what a refused move says."""

import re

import pytest
from django.urls import reverse

from assignments.models import Goal, Option, StretchDemand, StretchProfile
from tests.factories import AssignmentFactory, BriefFactory, BriefVersionFactory, GoalFactory, OptionFactory

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def board(mentorship, query=""):
    return reverse("assignments:board", args=[mentorship.code]) + query


def move_url(option, query=""):
    return reverse("assignments:option-move", args=[option.code]) + query


def assessed(option, *, demand=1, stakes=1, support=3):
    """The option with a profile in which every component but stakes demands the same."""
    profile = StretchProfile.objects.create(
        option=option,
        saved_by=option.created_by,
        **dict.fromkeys(("feedback", "access", "peers", "resources", "safety"), support),
    )
    for component in range(1, 11):
        level = stakes if component == 5 else demand
        StretchDemand.objects.create(profile=profile, component=component, level=level, reason="So.")
    return option


def shown(page):
    """The titles on the board, in their order."""
    return re.findall(r'data-card[^>]* aria-label="([^"]+)"', page.content.decode())


def test_a_card_says_zone_class_hours_goal_and_next_step(mentorship, mentee, sign_in):
    goal = GoalFactory(mentorship=mentorship, title="Lead beyond my team")
    assessed(
        OptionFactory(
            mentorship=mentorship,
            title="Cut the queue",
            hours_per_week=4,
            goal=goal,
            next_step="Call Ruth",
            stage="idea",
        )
    )
    OptionFactory(mentorship=mentorship, title="Teach the tool", stage="exploring")

    page = sign_in(mentee).get(board(mentorship)).content.decode()
    first, second = (card.split("</li>\n")[0] for card in page.split("data-card")[1:3])
    words = [" ".join(re.sub(r"<[^>]+>", " ", each).split()) for each in page.split("data-card")[1:3]]

    assert "Familiar Safe Cross-functional 4 h a week Lead beyond my team Call Ruth Move to…" in words[0]
    assert "badge-info" in first
    assert "Not assessed Cross-functional Move to…" in words[1]
    assert "Safe" not in second


def test_a_zone_that_depends_on_what_nobody_said_is_provisional(mentorship, mentee, sign_in):
    assessed(OptionFactory(mentorship=mentorship), stakes=3)

    assert "Provisional: " in sign_in(mentee).get(board(mentorship)).content.decode()


def test_what_is_closed_or_declined_has_no_zone_any_more(mentorship, mentee, sign_in):
    declined = OptionFactory(mentorship=mentorship, stage="declined", stage_reason="No.")
    AssignmentFactory(option=OptionFactory(mentorship=mentorship, stage="seeking_sponsor"))
    Option.objects.exclude(pk=declined.pk).update(stage="closed")

    assert "Not assessed</span>" not in sign_in(mentee).get(board(mentorship)).content.decode()


# --- narrowing ----------------------------------------------------------------------------------


@pytest.fixture
def three(mentorship):
    goal = GoalFactory(mentorship=mentorship, title="Lead beyond my team")
    OptionFactory(mentorship=mentorship, title="One", goal=goal, kind="technical")
    OptionFactory(mentorship=mentorship, title="Two", goal=goal, kind="strategic")
    assessed(OptionFactory(mentorship=mentorship, title="Three", kind="technical"))


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("?kind=technical", {"One", "Three"}),
        ("?goal={goal}", {"One", "Two"}),
        ("?goal={goal}&kind=technical", {"One"}),
        ("?zone=familiar", {"Three"}),
        ("?zone=not_assessed", {"One", "Two"}),
        ("?zone=overstretch", set()),
    ],
)
def test_the_address_narrows_the_board(mentorship, mentee, sign_in, three, query, titles):
    query = query.format(goal=Goal.objects.get().code)

    page = sign_in(mentee).get(board(mentorship, query))

    assert set(shown(page)) == titles
    assert f"{len(titles)} of 3 shown" in page.content.decode()
    assert f'href="{board(mentorship)}">Clear</a>' in page.content.decode()


@pytest.mark.parametrize("query", ["?kind=magic", "?zone=%00", "?goal=1", "?goal=x%27", "?whole=idea", "?kind=&zone="])
def test_values_that_mean_nothing_are_passed_over(mentorship, mentee, sign_in, three, query):
    page = sign_in(mentee).get(board(mentorship, query))

    assert set(shown(page)) == {"One", "Two", "Three"}
    assert " shown</span>" not in page.content.decode()


def test_another_mentorships_goal_narrows_to_nothing(mentorship, mentee, sign_in, three):
    foreign = GoalFactory(title="Somebody else’s")

    page = sign_in(mentee).get(board(mentorship, f"?goal={foreign.code}"))

    assert shown(page) == []
    assert "Somebody else’s" not in page.content.decode()


def test_the_choice_survives_moves_and_undo(mentorship, mentee, sign_in, three):
    client, option = sign_in(mentee), Option.objects.get(title="One")
    query = "?kind=technical"

    plain = client.post(move_url(option, query), {"to": "exploring", "version": "1"})
    moved = client.post(move_url(option, query), {"to": "idea", "version": "2"}, headers=HTMX)
    undo = re.search(r'hx-post="([^"]+)" hx-target="#board"', moved.content.decode())[1]
    token = moved.content.decode().split('name="undo" value="')[1].split('"')[0]
    undone = client.post(undo, {"undo": token}, headers=HTMX)

    assert plain.url == board(mentorship, query)
    assert set(shown(moved)) == set(shown(undone)) == {"One", "Three"}
    assert "option-move" not in undo and undo.endswith(query)
    assert f'00000000-0000-0000-0000-000000000000/move/{query}"' in undone.content.decode()


@pytest.mark.parametrize("stage", ["closed", "parked", "declined"])
def test_a_column_that_only_grows_begins_with_its_newest_twenty(mentorship, mentee, sign_in, stage):
    for number in range(23):
        aside = {"stage_reason": "No.", "left_stage": "idea" if stage == "parked" else ""} if stage != "closed" else {}
        OptionFactory(mentorship=mentorship, title=f"No. {number}", stage=stage, kind="technical", **aside)
    client = sign_in(mentee)

    page = client.get(board(mentorship, "?kind=technical"))
    rest = client.get(board(mentorship, f"?kind=technical&whole={stage}"))

    assert len(shown(page)) == 20
    assert f'href="{board(mentorship)}?kind=technical&amp;whole={stage}#stage-{stage}">Show 3 older ones' in (
        page.content.decode()
    )
    assert '<span class="stage-count">23</span>' in page.content.decode()
    assert len(shown(rest)) == 23


# --- what a move says ---------------------------------------------------------------------------


def test_a_move_the_states_do_not_draw_is_refused_on_the_card(mentorship, mentee, sign_in):
    option = OptionFactory(mentorship=mentorship)

    answer = sign_in(mentee).post(move_url(option), {"to": "briefed", "version": "1"}, headers=HTMX)
    page = answer.content.decode()

    said = "From “Idea” an option does not go to “Briefed”. Move it step by step."
    assert answer.status_code == 409
    assert f"data-announce>{said}<" in page
    assert f"{said}</p>" in page.split('class="option-refused"')[1]
    assert re.search(rf'data-card="{option.code}"[^>]* data-focus', page)
    assert "data-error-summary" not in page


def test_without_script_a_refused_move_says_so_above_the_board(mentorship, mentee, sign_in):
    option = OptionFactory(mentorship=mentorship)

    page = sign_in(mentee).post(move_url(option), {"to": "briefed", "version": "1"}).content.decode()

    assert 'role="alert" data-error-summary' in page
    assert "option-refused" not in page


def test_a_refused_card_that_is_not_shown_says_so_above_the_board(mentorship, mentee, sign_in):
    option = OptionFactory(mentorship=mentorship, kind="strategic")

    answer = (
        sign_in(mentee)
        .post(move_url(option, "?kind=technical"), {"to": "briefed", "version": "1"}, headers=HTMX)
        .content.decode()
    )

    assert 'role="alert" data-error-summary' in answer


def test_a_parked_card_says_where_it_goes_back_to(mentorship, mentee, sign_in):
    option = OptionFactory(mentorship=mentorship, stage="parked", left_stage="exploring", stage_reason="Later.")

    answer = sign_in(mentee).post(move_url(option), {"to": "idea", "version": "1"}, headers=HTMX)

    assert "A parked option goes back to “Exploring”, where it was." in answer.content.decode()


def test_what_cannot_be_parked_is_refused_before_a_reason_is_asked(mentorship, mentee, sign_in):
    option = OptionFactory(mentorship=mentorship, stage="declined", stage_reason="No.")

    answer = sign_in(mentee).post(move_url(option), {"to": "parked", "version": "1"}, headers=HTMX)

    assert answer.status_code == 409
    assert "does not move from there" in answer.content.decode()


def test_whoever_comes_second_is_told_where_the_card_is_before_anything_else(mentorship, mentee, mentor, sign_in):
    option = OptionFactory(mentorship=mentorship, title="Cut the queue")
    sign_in(mentee).post(move_url(option), {"to": "exploring", "version": "1"})

    for to in ("parked", "closed", "idea"):
        answer = sign_in(mentor).post(move_url(option), {"to": to, "version": "1"}, headers=HTMX)
        assert answer.status_code == 409
        assert "first: it is now in “Exploring”. Nothing was moved." in answer.content.decode()
    same = sign_in(mentor).post(move_url(option), {"to": "exploring", "version": "1"}, headers=HTMX)
    assert "“Cut the queue” is in Exploring already." in same.content.decode()


@pytest.mark.parametrize("where", [{}, {"from": "option"}])
@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_reason_that_came_too_late_comes_back_to_be_sent_again(mentorship, mentee, sign_in, where, headers):
    option, client = OptionFactory(mentorship=mentorship), sign_in(mentee)
    client.post(move_url(option), {"to": "exploring", "version": "1"})

    late = {"to": "parked", "version": "1", "reason": "After the <audit>."} | where
    answer = client.post(move_url(option), late, headers=headers)

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "After the &lt;audit&gt;.</textarea>" in page
    assert 'name="version" value="2"' in page.split('id="reason-title"')[1]
    client.post(move_url(option), late | {"version": "2"}, headers=headers)
    again = client.post(move_url(option), late | {"version": "2", "reason": "Not now."}, headers=headers)
    assert again.status_code == 409
    assert "<dd>Not now.</dd>" in again.content.decode()
    assert Option.objects.get().stage_reason == "After the <audit>."


def test_a_reason_that_is_too_long_says_so_and_stays(mentorship, mentee, sign_in):
    option, client = OptionFactory(mentorship=mentorship), sign_in(mentee)

    long = client.post(move_url(option), {"to": "parked", "version": "1", "reason": "x" * 501})
    nowhere = client.post(move_url(option), {"to": "", "version": "1", "reason": "Not now."})

    page = long.content.decode()
    assert (long.status_code, nowhere.status_code) == (422, 422)
    assert "at most 500 characters" in page
    assert "Choose where this option should go." not in page
    assert f"{'x' * 501}</textarea>" in page
    assert "Choose where this option should go." in nowhere.content.decode()
    assert "<dd>Not now.</dd>" in nowhere.content.decode()


@pytest.mark.parametrize("what", ["moved", "edited"])
def test_undo_refuses_once_anything_else_has_changed(mentorship, mentee, mentor, sign_in, what):
    option = OptionFactory(mentorship=mentorship)
    client = sign_in(mentee)
    moved = client.post(move_url(option), {"to": "exploring", "version": "1"}, headers=HTMX).content.decode()
    token = moved.split('name="undo" value="')[1].split('"')[0]
    if what == "moved":
        sign_in(mentor).post(move_url(option), {"to": "briefed", "version": "2"})
    else:
        Option.objects.filter(pk=option.pk).update(next_step="Call Ruth", version=3)

    answer = client.post(reverse("assignments:option-undo", args=[option.code]), {"undo": token}, headers=HTMX)

    assert answer.status_code == 409
    assert "Somebody else changed" in answer.content.decode()
    assert Option.objects.get().stage == ("briefed" if what == "moved" else "exploring")


def test_a_board_that_comes_back_takes_the_old_undo_away(mentorship, mentee, sign_in):
    option = OptionFactory(mentorship=mentorship)
    client = sign_in(mentee)
    client.post(move_url(option), {"to": "exploring", "version": "1"}, headers=HTMX)

    refused = client.post(move_url(option), {"to": "closed", "version": "2"}, headers=HTMX).content.decode()

    assert '<div id="toasts" hx-swap-oob="innerHTML"></div>' in refused


def test_the_board_takes_twelve_queries_for_one_three_and_three_hundred(mentorship, mentee, sign_in, count_queries):
    client = sign_in(mentee)

    def grow(count):
        for number in range(count):
            goal = GoalFactory(mentorship=mentorship, audiences=["peers"])
            option = OptionFactory(mentorship=mentorship, goal=goal)
            if number < 3:
                assessed(option)
                BriefVersionFactory(brief=BriefFactory(option=option))

    counted = []
    for more in (1, 2, 297):
        grow(more)
        counted.append(count_queries(client, board(mentorship)))

    assert counted == [counted[0]] * 3
    assert counted[0] <= 12
