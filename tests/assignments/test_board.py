"""The board: what moves where, by whom, and what happens when two move the same card."""

import threading

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.urls import reverse

from assignments.actions.option import move_option, undo_move
from assignments.models import Option, Stage
from assignments.models.option import NEXT
from assignments.pipeline import read_board
from assignments.refusals import Refused, Stale
from stretchhub.audit.models import AuditEntry
from stretchhub.env import today
from tests.factories import (
    AssignmentFactory,
    BriefFactory,
    BriefVersionFactory,
    GoalFactory,
    MentorshipFactory,
    OptionFactory,
    SponsorRequestFactory,
)

pytestmark = pytest.mark.django_db

BY_HAND = {
    "idea": {"exploring", "parked", "declined"},
    "exploring": {"idea", "briefed", "parked", "declined"},
    "briefed": {"exploring", "seeking_sponsor", "parked", "declined"},
    "seeking_sponsor": {"briefed", "parked", "declined"},
    "active": set(),
    "closed": set(),
    "declined": set(),
}


def in_stage(mentorship, stage):
    reason = "Not now." if stage in ("parked", "declined") else ""
    return OptionFactory(
        mentorship=mentorship, stage=stage, stage_reason=reason, left_stage="briefed" if stage == "parked" else ""
    )


@pytest.mark.parametrize("start", list(BY_HAND))
@pytest.mark.parametrize("to", Stage.values)
def test_a_card_moves_only_along_the_drawn_lines(mentorship, mentee, start, to):
    option = in_stage(mentorship, start)

    if to in BY_HAND[start]:
        move_option(option, by=mentee, to=to, version=1, reason="Because.")
        assert (Option.objects.get().stage, Option.objects.get().version) == (to, 2)
        assert AuditEntry.objects.get().verb == "option.moved"
        assert AuditEntry.objects.get().fields == ["stage", "stage_reason"]
    else:
        with pytest.raises(Refused):
            move_option(option, by=mentee, to=to, version=1, reason="Because.")
        assert (Option.objects.get().stage, Option.objects.get().version) == (start, 1)
        assert not AuditEntry.objects.exists()


@pytest.mark.parametrize("to", [stage for stage in Stage.values if stage != "parked"])
def test_a_parked_card_goes_back_only_to_where_it_left(mentorship, mentee, to):
    option = in_stage(mentorship, "parked")

    if to == "briefed":
        move_option(option, by=mentee, to=to, version=1)
        assert (option.stage, option.left_stage, option.stage_reason) == ("briefed", "", "")
    else:
        with pytest.raises(Refused):
            move_option(option, by=mentee, to=to, version=1, reason="Because.")


def test_every_stage_of_the_table_is_tested():
    assert set(NEXT) == {*BY_HAND, "parked"}


@pytest.mark.parametrize("to", ["parked", "declined"])
@pytest.mark.parametrize("reason", ["", "   "])
def test_putting_aside_asks_for_a_reason(mentorship, mentee, to, reason):
    option = in_stage(mentorship, "exploring")

    with pytest.raises(Refused, match="why"):
        move_option(option, by=mentee, to=to, version=1, reason=reason)

    move_option(option, by=mentee, to=to, version=1, reason="No budget before May.")
    assert (option.stage, option.stage_reason) == (to, "No budget before May.")
    assert option.left_stage == ("exploring" if to == "parked" else "")


@pytest.mark.parametrize("who", ["stranger", "hr", "administrator", "sponsor"])
def test_only_the_two_move_cards(request, mentorship, who):
    option = OptionFactory(mentorship=mentorship)

    with pytest.raises(PermissionDenied):
        move_option(option, by=request.getfixturevalue(who), to="exploring", version=1)


def test_of_two_people_moving_the_same_card_one_wins(mentorship, mentee, mentor):
    option = OptionFactory(mentorship=mentorship)
    seen_by_both = Option.objects.get(pk=option.pk)

    move_option(option, by=mentee, to="exploring", version=1)
    with pytest.raises(Stale, match="it is now in “Exploring”"):
        move_option(seen_by_both, by=mentor, to="parked", version=1, reason="Later.")

    assert Option.objects.get().stage == "exploring"
    assert AuditEntry.objects.count() == 1


@pytest.mark.real
@pytest.mark.django_db(transaction=True)
def test_eight_moves_at_once_have_one_winner(mentorship, mentee):
    option = OptionFactory(mentorship=mentorship)
    outcomes = []
    start = threading.Barrier(8)

    def move():
        mine = Option.objects.select_related("mentorship").get(pk=option.pk)
        try:
            start.wait()
            move_option(mine, by=mentee, to="exploring", version=1)
            outcomes.append("moved")
        except Refused:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=move) for _n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["moved"] + ["refused"] * 7
    assert Option.objects.get().version == 2
    assert AuditEntry.objects.filter(verb="option.moved").count() == 1


def test_a_card_stays_while_a_sponsor_is_asked_or_has_accepted(mentee):
    asked = SponsorRequestFactory().version.brief.option
    accepted = AssignmentFactory(chartering=True).option

    with pytest.raises(Refused, match="Withdraw the request first"):
        move_option(asked, by=asked.mentorship.mentee, to="briefed", version=1)
    with pytest.raises(Refused, match="assignment moves this option"):
        move_option(accepted, by=accepted.mentorship.mentee, to="briefed", version=1)


def test_undo_puts_a_card_back_while_nothing_else_happened(mentorship, mentee):
    option = OptionFactory(mentorship=mentorship, stage="exploring")
    before = {"stage": "exploring", "left_stage": "", "reason": ""}
    move_option(option, by=mentee, to="declined", version=1, reason="No.")

    undo_move(option, by=mentee, version=2, **before)

    assert (option.stage, option.stage_reason, option.version) == ("exploring", "", 3)
    with pytest.raises(Stale):
        undo_move(option, by=mentee, version=2, **before)


# --- on the page --------------------------------------------------------------------------------


def move_url(option):
    return reverse("assignments:option-move", args=[option.code])


def test_the_board_has_six_columns_and_what_was_put_aside(mentorship, mentee, sign_in):
    titles = {stage: in_stage(mentorship, stage).title for stage in Stage.values}

    board = read_board(mentorship, mentee, today())
    page = sign_in(mentee).get(reverse("assignments:board", args=[mentorship.code])).content.decode()

    assert [(column.stage, len(column.cards)) for column in board.columns] == [
        ("idea", 1),
        ("exploring", 1),
        ("briefed", 1),
        ("seeking_sponsor", 1),
        ("active", 1),
        ("closed", 1),
    ]
    assert [column.stage for column in board.aside] == ["parked", "declined"]
    assert all(title in page for title in titles.values())


def test_a_card_offers_only_the_stages_it_may_go_to(mentorship, mentee, sign_in):
    columns = {column.stage: column.to for column in read_board(mentorship, mentee, today()).columns}

    assert columns == {
        "idea": "exploring parked declined",
        "exploring": "idea briefed parked declined",
        "briefed": "exploring seeking_sponsor parked declined",
        "seeking_sponsor": "briefed parked declined",
        "active": "",
        "closed": "",
    }


def test_a_card_leads_to_the_page_where_it_moves_without_script(mentorship, mentee, sign_in):
    option, parked = in_stage(mentorship, "briefed"), in_stage(mentorship, "parked")
    in_stage(mentorship, "active")
    client = sign_in(mentee)

    page = client.get(reverse("assignments:board", args=[mentorship.code])).content.decode()

    assert page.count("data-mover>") == 2
    assert f'href="{reverse("assignments:option", args=[option.code])}#move"' in page
    assert f'data-card="{parked.code}" data-to="briefed"' in page
    assert 'value="seeking_sponsor"' in client.get(reverse("assignments:option", args=[option.code])).content.decode()


def test_without_script_a_move_leads_back_to_the_board(mentorship, mentor, sign_in):
    option = OptionFactory(mentorship=mentorship)

    response = sign_in(mentor).post(move_url(option), {"to": "exploring", "version": "1"})

    assert response.url == reverse("assignments:board", args=[mentorship.code])
    assert Option.objects.get().stage == "exploring"


def test_a_move_from_the_option_leads_back_to_it(mentorship, mentor, sign_in):
    option = OptionFactory(mentorship=mentorship)

    response = sign_in(mentor).post(move_url(option), {"to": "exploring", "version": "1", "from": "option"})

    assert response.url == reverse("assignments:option", args=[option.code])


def test_with_htmx_the_board_comes_back_announced_and_can_be_undone(mentorship, mentor, sign_in):
    option = OptionFactory(mentorship=mentorship, title="Cut the queue")
    client = sign_in(mentor)

    answer = client.post(move_url(option), {"to": "exploring", "version": "1"}, headers={"HX-Request": "true"})

    page = answer.content.decode()
    token = page.split('name="undo" value="')[1].split('"')[0]
    assert "<html" not in page
    assert "data-announce>“Cut the queue” moved to Exploring.<" in page
    undo = reverse("assignments:option-undo", args=[option.code])
    assert client.post(undo, {"undo": token}, headers={"HX-Request": "true"}).status_code == 200
    assert Option.objects.get().stage == "idea"
    assert client.post(undo, {"undo": token}).status_code == 409


def test_undo_takes_no_token_of_another_card_and_no_forged_one(mentorship, mentor, sign_in):
    option, other = OptionFactory(mentorship=mentorship), OptionFactory(mentorship=mentorship)
    client = sign_in(mentor)
    page = client.post(move_url(option), {"to": "exploring", "version": "1"}, headers={"HX-Request": "true"})
    token = page.content.decode().split('name="undo" value="')[1].split('"')[0]
    url = reverse("assignments:option-undo", args=[other.code])

    assert client.post(url, {"undo": token}).status_code == 409
    assert client.post(url, {"undo": "forged"}).status_code == 409
    assert client.post(url, {}).status_code == 409
    assert Option.objects.get(pk=option.pk).stage == "exploring"


@pytest.mark.parametrize("htmx", [False, True])
def test_parking_without_a_reason_asks_for_it(mentorship, mentor, sign_in, htmx):
    option = OptionFactory(mentorship=mentorship, title="Cut the queue")
    headers = {"HX-Request": "true"} if htmx else {}

    asked = sign_in(mentor).post(move_url(option), {"to": "parked", "version": "1"}, headers=headers)

    assert asked.status_code == 422
    assert "Why park “Cut the queue”?" in asked.content.decode()
    assert 'name="reason"' in asked.content.decode()
    assert Option.objects.get().stage == "idea"


@pytest.mark.parametrize("source", ["", "option"])
def test_a_refused_move_says_why(mentorship, mentor, sign_in, source):
    option = OptionFactory(mentorship=mentorship)
    Option.objects.update(version=2)

    stale = sign_in(mentor).post(move_url(option), {"to": "exploring", "version": "1", "from": source})
    not_drawn = sign_in(mentor).post(move_url(option), {"to": "active", "version": "2", "from": source})
    nonsense = sign_in(mentor).post(move_url(option), {"to": "moon", "version": "2", "from": source})

    assert (stale.status_code, not_drawn.status_code, nonsense.status_code) == (409, 409, 422)
    assert "Somebody else changed" in stale.content.decode()
    assert "is reached through the assignment" in not_drawn.content.decode()
    assert Option.objects.get().stage == "idea"


def test_moving_to_where_it_is_changes_nothing(mentorship, mentor, sign_in):
    option = OptionFactory(mentorship=mentorship)

    assert sign_in(mentor).post(move_url(option), {"to": "idea", "version": "1"}).status_code == 302
    assert Option.objects.get().version == 1
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize("who", ["stranger", "hr", "administrator", "sponsor"])
def test_the_board_is_not_there_for_anybody_else(request, mentorship, sign_in, who):
    option = OptionFactory(mentorship=mentorship)
    client = sign_in(request.getfixturevalue(who))

    assert client.get(reverse("assignments:board", args=[mentorship.code])).status_code == 404
    assert client.post(move_url(option), {"to": "exploring", "version": "1"}).status_code == 404


def test_an_ended_mentorship_keeps_a_board_to_read(mentee, sign_in):
    option = OptionFactory(mentorship=MentorshipFactory(mentee=mentee, ended_on="2026-01-31"))
    client = sign_in(mentee)

    page = client.get(reverse("assignments:board", args=[option.mentorship.code]))

    assert option.title in page.content.decode()
    assert "data-mover" not in page.content.decode()
    assert client.post(move_url(option), {"to": "exploring", "version": "1"}).status_code == 403


def test_pipeline_leads_to_the_only_board_or_offers_the_choice(mentorship, mentee, stranger, sign_in):
    client = sign_in(mentee)
    only = client.get(reverse("assignments:pipeline"))
    MentorshipFactory(mentor=mentee)
    choice = client.get(reverse("assignments:pipeline"))

    assert only.url == reverse("assignments:board", args=[mentorship.code])
    assert choice.content.decode().count("card-link") == 2
    assert "No pipeline yet" in sign_in(stranger).get(reverse("assignments:pipeline")).content.decode()


def test_the_board_takes_the_same_queries_for_one_and_three(mentorship, mentee, sign_in, count_queries):
    client, url = sign_in(mentee), reverse("assignments:board", args=[mentorship.code])

    def grow():
        goal = GoalFactory(mentorship=mentorship)
        OptionFactory(mentorship=mentorship, goal=goal)
        BriefVersionFactory(brief=BriefFactory(option__mentorship=mentorship))
        in_stage(mentorship, "parked")

    grow()
    one = count_queries(client, url)
    grow()
    grow()

    assert count_queries(client, url) == one
