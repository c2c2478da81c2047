"""Erasing somebody without an account, by their address: asking, deciding, and that nothing of them is left."""

from __future__ import annotations

import pytest
from allauth.account.models import EmailAddress
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from assignments import feedback_links
from assignments.models import Decision, FeedbackAnswer, FeedbackState
from assignments.refusals import Refused
from reviews import review_links
from reviews.models import RaterSeverity, ReviewStatus
from reviews.models.agreement import AgreementReading
from stretchhub.audit.models import AuditEntry
from stretchhub.env import now
from stretchhub.keeping import ledger, outside, replaying
from stretchhub.keeping.actions import erasure as actions
from stretchhub.keeping.models import ErasureRequest, Ground, State
from stretchhub.keeping.tasks import erase
from stretchhub.notices import outbox
from stretchhub.notices.models import Notice, Outsider
from stretchhub.people.models import Role
from stretchhub.today import waiting_for
from tests.factories import (
    DecisionFactory,
    FeedbackRequestFactory,
    FeedbackRoundFactory,
    ReviewFactory,
    UserFactory,
)
from tests.keeping.test_erasing import book, where  # noqa: F401 (a fixture)
from tests.reviews.exports import confirmed
from tests.rival import first

pytestmark = pytest.mark.django_db

NAME, ADDRESS = "Nell Quartermaine", "nell.q@example.org"
PAGE = "/keeping/erasures/address/"


@pytest.fixture
def freshly(sign_in):
    return lambda user: confirmed(sign_in(user), user)


@pytest.fixture
def nell(book):  # noqa: F811
    """Somebody without an account who answered here, is asked there, rated once, and is written of."""
    answered = FeedbackRequestFactory(giver=None, giver_name=f"{NAME}, coach", giver_email=ADDRESS, says="You listen.")
    asked = FeedbackRequestFactory(giver=None, giver_name=NAME, giver_email=ADDRESS, draft={"words": {"a": "Half"}})
    rated = ReviewFactory(
        outsider=True, final=True, rater_name=f"Dr. {NAME}", rater_email=ADDRESS, summary="Led it well."
    )
    rating = ReviewFactory(outsider=True, rater_name=NAME, rater_email=ADDRESS, summary="Not handed in.")
    reading = AgreementReading.objects.create(all_cycles=True, as_of=now(), built_from="")
    RaterSeverity.objects.create(reading=reading, name=NAME, email=ADDRESS, value=0, raw=0, ratings=9, mentees=3)
    outbox.queue("assignments.feedback_asked", asked, recipient=Outsider(ADDRESS, NAME))
    written = DecisionFactory(
        decision=f"Ask {NAME} first, {ADDRESS.upper()}", reason=f"DR. {NAME.upper()}; nell quartermaine; Nell"
    )
    EmailAddress.objects.create(user=UserFactory(), email=ADDRESS, verified=False)
    return {"answered": answered, "asked": asked, "rated": rated, "rating": rating, "written": written}


def approved(hr, administrator) -> ErasureRequest:
    asked = actions.ask_of_address(ADDRESS, by=hr, ground=Ground.OWN_WISH)
    actions.approve(asked, by=administrator)
    return asked


def test_hr_looks_asks_and_a_second_one_decides(nell, hr, administrator, freshly, sign_in):
    mine = sign_in(hr)
    assert f'href="{PAGE}"' in mine.get("/keeping/erasures/").content.decode()

    looked = mine.post(PAGE, {"address": f" {ADDRESS.upper()}"})
    page = looked.content.decode()
    assert (looked.status_code, ErasureRequest.objects.count()) == (200, 0)
    assert "<dt>Requests for feedback</dt><dd>2</dd>" in page
    assert "<dt>Requests to rate</dt><dd>2</dd>" in page
    assert "<dt>Messages</dt><dd>1</dd>" in page
    assert "What stays, and why" in page
    # Neither what they said nor to whom.
    about = nell["answered"].round.assignment.mentee
    assert "You listen." not in page and about.name not in page and about.full_name not in page

    nothing = mine.post(PAGE, {"address": ADDRESS, "ask": "1"})
    assert (nothing.status_code, "Choose why." in nothing.content.decode()) == (422, True)
    assert f'name="address" value="{ADDRESS}"' in nothing.content.decode()
    answer = mine.post(PAGE, {"address": ADDRESS, "ask": "1", "ground": "own_wish"})
    asked = ErasureRequest.objects.get()
    assert answer["Location"] == f"/keeping/erasures/{asked.code}/"
    assert mine.post(PAGE, {"address": ADDRESS})["Location"] == answer["Location"]
    assert [line.title for line in waiting_for(administrator)] == [f"Decide whether to erase {ADDRESS}"]
    assert waiting_for(hr) == []
    assert mine.post(f"{answer['Location']}decide/").status_code == 403

    decided = freshly(administrator).post(f"{answer['Location']}decide/")
    assert (decided.status_code, waiting_for(administrator)) == (302, [])
    assert erase() == 1

    done = mine.get(answer["Location"]).content.decode()
    assert f"Erasing Erased person {asked.code.hex[:8]}" in done and ADDRESS not in done
    assert f"Erased person {asked.code.hex[:8]}" in mine.get("/keeping/erasures/").content.decode()


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("", "Type the address of whoever is to be erased."),
        ("nell", "Type a whole address"),
        ("nobody@example.org", "Nobody here knows this address. Look at the spelling"),
    ],
)
def test_an_address_that_leads_nowhere_is_answered_with_what_to_do(typed, says, hr, sign_in):
    answer = sign_in(hr).post(PAGE, {"address": typed, "ask": "1", "ground": "left"})
    page = answer.content.decode()
    assert (answer.status_code, says in page, ErasureRequest.objects.count()) == (422, True, 0)
    assert not typed or f'value="{typed}"' in page


def test_the_address_of_an_account_leads_to_the_erasure_of_the_account(hr, administrator, sign_in):
    person = UserFactory(full_name="Sam Stone", email="sam@example.org", is_active=False, deactivated_at=now())
    EmailAddress.objects.create(user=person, email="sam@home.example", verified=True)
    for address in ("SAM@example.org", "sam@home.example"):
        page = sign_in(hr).post(PAGE, {"address": address, "ask": "1", "ground": "left"}).content.decode()
        assert "They have an account" in page and f'href="/people/{person.code}/erase/"' in page
    page = sign_in(hr).post(PAGE, {"address": administrator.email}).content.decode()
    assert "Only an administrator can ask for it" in page
    assert ErasureRequest.objects.count() == 0


def test_nothing_of_them_is_left_and_what_they_said_stays_unsigned(nell, hr, administrator):
    asked = approved(hr, administrator)
    assert actions.carry_out() == 1
    connection.check_constraints()

    # Nobody knows that small letters are a name.
    assert where(ADDRESS) == []
    assert where(NAME) == ["assignments_decision.reason"]
    gone = f"Erased person {asked.code.hex[:8]}"
    for row in nell.values():
        row.refresh_from_db()
    assert nell["written"].decision == f"Ask {gone} first, {gone}"
    assert nell["written"].reason == f"{gone}; nell quartermaine; Nell"
    assert FeedbackAnswer.objects.get(request=nell["answered"]).words == "You listen."
    assert (nell["answered"].giver_name, nell["answered"].state) == ("[erased]", FeedbackState.SUBMITTED)
    assert (nell["asked"].state, nell["asked"].draft) == (FeedbackState.WITHDRAWN, {})
    assert (nell["rated"].rater_name, nell["rated"].summary) == ("[erased]", "Led it well.")
    assert (nell["rating"].status, nell["rating"].summary) == (ReviewStatus.WITHDRAWN, "")
    assert not Notice.objects.exclude(address="").exists()
    assert not EmailAddress.objects.filter(email=ADDRESS).exists()
    asked.refresh_from_db()
    assert (asked.state, asked.address, asked.counts) == (
        State.DONE,
        "",
        {"assignments.FeedbackRequest": 2, "notices.Notice": 1, "reviews.RaterSeverity": 1, "reviews.Review": 2},
    )


def test_links_end_when_it_is_decided_and_not_when_a_worker_comes(nell, hr, administrator, client):
    feedback = [feedback_links.token_of(nell[which]) for which in ("answered", "asked")]
    ratings = [review_links.token_of(nell[which]) for which in ("rated", "rating")]
    assert feedback_links.find(feedback[1]) and review_links.find(ratings[1])

    approved(hr, administrator)

    assert [feedback_links.find(token) for token in feedback] == [None, None]
    assert [review_links.find(token) for token in ratings] == [None, None]


def test_the_trail_names_no_address(nell, hr, administrator):
    asked = approved(hr, administrator)
    actions.carry_out()
    said = AuditEntry.objects.filter(verb__startswith="erasure").order_by("pk")
    assert [(each.verb, each.object_type, each.object_id, each.facts) for each in said] == [
        ("erasure.asked", "keeping.erasurerequest", asked.pk, {"ground": "own_wish"}),
        ("erasure.approved", "keeping.erasurerequest", asked.pk, {"keeps_packets": False}),
        ("erasure.done", "keeping.erasurerequest", asked.pk, {"rows": 6, "files": 0}),
    ]


def test_whoever_is_refused_reads_why_in_a_mail_without_a_button(nell, hr, administrator, freshly):
    asked = actions.ask_of_address(ADDRESS, by=hr, ground=Ground.OWN_WISH)
    page = f"/keeping/erasures/{asked.code}/decide/"
    assert (
        freshly(administrator).post(page, {"no": "1", "refuse-refusal": "A claim is before the court."}).status_code
        == 302
    )

    [told] = Notice.objects.filter(kind="keeping.erasure_refused")
    assert (told.address, told.recipient) == (ADDRESS, None)
    # Once they are erased after all, the refusal names nobody either.
    assert actions.carry_out() == 0
    approved(hr, administrator)
    assert actions.carry_out() == 1
    asked.refresh_from_db()
    assert (asked.state, asked.address, where(ADDRESS)) == (State.REFUSED, "", [])


def test_what_is_taken_back_keeps_no_address(nell, hr, sign_in):
    asked = actions.ask_of_address(ADDRESS, by=hr, ground=Ground.LEFT)
    assert sign_in(hr).post(f"/keeping/erasures/{asked.code}/withdraw/")["Location"] == "/keeping/erasures/"
    asked.refresh_from_db()
    assert (asked.state, asked.address, asked.name) == (State.WITHDRAWN, "", "An address that is not kept")
    assert feedback_links.find(feedback_links.token_of(nell["asked"]))


def test_one_request_at_a_time_and_never_both_an_account_and_an_address(nell, hr):
    first = actions.ask_of_address(ADDRESS, by=hr, ground=Ground.LEFT)
    assert actions.ask_of_address(ADDRESS.upper(), by=hr, ground=Ground.LEFT) == first
    for wrong in ({"address": ADDRESS}, {"address": ""}, {"address": "a@b.example", "person": hr}):
        with pytest.raises(IntegrityError), transaction.atomic():
            ErasureRequest.objects.create(asked_by=hr, ground=Ground.LEFT, **wrong)


@pytest.mark.parametrize("address", [" Somebody.Else@Example.org", "staff@example.org"])
def test_an_address_that_nobody_knows_or_that_has_an_account_is_not_asked_for(nell, hr, address):
    UserFactory(email="staff@example.org")
    why = "belongs to an account now" if "staff" in address else "Nobody here knows this address"

    with pytest.raises(Refused, match=why):
        actions.ask_of_address(address, by=hr, ground=Ground.LEFT)

    assert not ErasureRequest.objects.exists()


def test_of_two_workers_each_address_is_erased_by_one(nell, hr, administrator, monkeypatch):
    asked = approved(hr, administrator)
    by_the_other = first(monkeypatch, actions.ledger, "add", actions.carry_out)

    assert actions.carry_out() == 0

    assert by_the_other == [1]
    asked.refresh_from_db()
    assert (asked.state, where(ADDRESS)) == (State.DONE, [])
    assert AuditEntry.objects.filter(verb="erasure.done").count() == 1


def test_whoever_is_given_an_account_meanwhile_is_not_erased_by_the_address(nell, hr, administrator, freshly):
    asked = actions.ask_of_address(ADDRESS, by=hr, ground=Ground.LEFT)
    later = ErasureRequest.objects.get(pk=asked.pk)
    person = UserFactory(full_name="Nell Quartermaine", email=ADDRESS)

    page = freshly(administrator).get(f"/keeping/erasures/{asked.code}/").content.decode()
    assert "has this address by now" in page and f'href="/people/{person.code}/"' in page
    answer = freshly(administrator).post(f"/keeping/erasures/{asked.code}/decide/")
    assert (answer.status_code, "belongs to an account now" in answer.content.decode()) == (422, True)
    with pytest.raises(Refused):
        actions.approve(later, by=administrator)

    # And where it is given to them between the decision and the worker.
    ErasureRequest.objects.filter(pk=asked.pk).update(state=State.APPROVED, decided_by=administrator, decided_at=now())
    assert actions.carry_out() == 0
    asked.refresh_from_db()
    assert (asked.state, asked.address) == (State.WITHDRAWN, "")
    person.refresh_from_db()
    assert person.email == ADDRESS
    nell["written"].refresh_from_db()
    assert NAME in nell["written"].decision


def test_erasing_an_account_settles_what_was_asked_of_its_address(nell, hr, administrator):
    asked = actions.ask_of_address(ADDRESS, by=hr, ground=Ground.LEFT)
    person = UserFactory(full_name=NAME, email=ADDRESS)
    about = actions.ask(person, by=hr, ground=Ground.LEFT)
    actions.approve(about, by=administrator)
    assert actions.carry_out() == 1
    asked.refresh_from_db()
    assert (asked.state, asked.address, where(ADDRESS)) == (State.WITHDRAWN, "", [])


def test_a_name_that_others_have_stays_theirs(hr, administrator, book):  # noqa: F811
    UserFactory(full_name="Nell Baker")
    other = FeedbackRequestFactory(giver=None, giver_name="Nell Quick", giver_email="other@example.org")
    for name in ("Nell Baker", "Nell Quick", "in the", "Nell"):
        FeedbackRequestFactory(giver=None, giver_name=name, giver_email=ADDRESS, round=FeedbackRoundFactory())
    words = "Nell Baker, Nell Quick and Nell, in the car park"
    about = DecisionFactory(decision=words)
    approved(hr, administrator)
    assert actions.carry_out() == 1
    about.refresh_from_db()
    other.refresh_from_db()
    assert (about.decision, other.giver_name, other.giver_email) == (words, "Nell Quick", "other@example.org")


def test_one_that_fails_is_tried_again_under_one_line(nell, hr, administrator, book, monkeypatch, clock):  # noqa: F811
    asked = approved(hr, administrator)
    with monkeypatch.context() as broken:
        broken.setattr(outside, "erase", lambda *_args: 1 / 0)
        assert (actions.carry_out(), actions.carry_out()) == (0, 0)
    clock(minutes=16)
    assert [line.title for line in waiting_for(hr)] == [f"{ADDRESS} is not erased yet"]
    assert (actions.carry_out(), actions.carry_out()) == (1, 0)
    [line] = ledger.lines()
    assert (line.person, line.addresses, line.erasure) == ("", (ledger.hash_of(ADDRESS),), str(asked.code))
    assert "nell" not in book.read_text()


@pytest.mark.parametrize("state", [State.ASKED, State.APPROVED])
def test_a_restored_backup_forgets_them_again_and_does_not_ask_again(nell, hr, administrator, state):
    """The rows as they were before: what a backup made then brings back."""
    asked = actions.ask_of_address(ADDRESS, by=hr, ground=Ground.LEFT)
    if state == State.APPROVED:
        actions.approve(asked, by=administrator)
    with transaction.atomic():
        if state == State.ASKED:
            actions.approve(ErasureRequest.objects.get(), by=administrator)
        assert actions.carry_out() == 1
        transaction.set_rollback(True)
    assert "assignments_decision.decision" in where(ADDRESS)

    said, wrong = replaying.again(now())

    assert (said[0], wrong) == ("Erased again: 0 with an account, 1 addresses from outside, as the ledger says.", [])
    assert where(ADDRESS) == []
    assert Decision.objects.get(pk=nell["written"].pk).decision.startswith(f"Ask Erased person {asked.code.hex[:8]}")
    asked.refresh_from_db()
    assert asked.state == (State.DONE if state == State.APPROVED else State.WITHDRAWN)
    assert replaying.again(now()) == ([], [])
    assert actions.carry_out() == 0
    call_command("erasures_replay")


def test_whoever_is_asked_again_later_is_not_forgotten_by_a_restore(nell, hr, administrator, clock):
    approved(hr, administrator)
    actions.carry_out()
    clock(days=1)
    later = FeedbackRequestFactory(
        giver=None, giver_name=NAME, giver_email=ADDRESS, first_asked_at=now(), asked_at=now()
    )
    about = DecisionFactory(decision=f"{NAME} again, {ADDRESS}")
    token = feedback_links.token_of(later)

    assert replaying.again(now()) == ([], [])

    later.refresh_from_db()
    about.refresh_from_db()
    assert (later.giver_name, later.giver_email, later.state) == (NAME, ADDRESS, FeedbackState.ASKED)
    assert about.decision == f"{NAME} again, {ADDRESS}"
    assert feedback_links.find(token)


@pytest.mark.parametrize("roles", [[], [Role.CALIBRATOR], [Role.EQUITY_ANALYST]])
def test_nobody_else_looks_for_an_address(nell, roles, sign_in):
    browser = sign_in(UserFactory(roles=roles))
    assert (browser.get(PAGE).status_code, browser.post(PAGE, {"address": ADDRESS}).status_code) == (403, 403)
