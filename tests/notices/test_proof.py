"""The administrator's page of messages: what became of each, without its words, and settling the doubtful."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from stretchhub.audit.models import AuditEntry
from stretchhub.env import now
from stretchhub.notices import breaker, delivery, kinds
from stretchhub.notices.actions import doubtful
from stretchhub.notices.kinds import Kind, Letter
from stretchhub.notices.models import Notice, Outsider, State
from stretchhub.notices.outbox import draft
from stretchhub.people.models import User
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
PAGE = reverse("notices:proof")


@pytest.fixture(autouse=True)
def kind():
    """A kind of message whose words are nobody else's business."""
    kinds.register(
        Kind(
            name="test.quiet_word",
            load=User.objects.in_bulk,
            still_due=lambda notice, person: True,
            render=lambda notice, person: Letter("secret-subject", ("secret-words",), "Open", "/me/", "why"),
        )
    )


def notice(recipient, state=State.QUEUED, **values) -> Notice:
    row = draft("test.quiet_word", recipient if isinstance(recipient, User) else UserFactory(), recipient=recipient)
    for name, value in {"state": state, **values}.items():
        setattr(row, name, value)
    row.save()
    return row


def sent(recipient, **values) -> Notice:
    return notice(recipient, State.SENT, sent_at=now(), **values)


def shown(answer) -> list[int]:
    return [line.notice.pk for line in answer.context["lines"]]


def test_each_message_is_listed_newest_first_without_its_words(sign_in, administrator, mentee, mentor):
    first, second = sent(mentee), notice(mentor, State.UNCERTAIN, reason="The connection broke.")

    answer = sign_in(administrator).get(PAGE)

    assert shown(answer) == [second.pk, first.pk]
    page = answer.content.decode()
    assert "Quiet word" in page
    assert mentee.name in page
    assert "The connection broke." in page
    assert "secret" not in page


def test_nobody_but_administrators_sees_it(sign_in, hr, mentor):
    for person in (hr, mentor):
        assert sign_in(person).get(PAGE).status_code == 403


def test_an_outsiders_address_is_masked(sign_in, administrator):
    sent(Outsider("giver@example.net", "Gina Iver"))

    page = sign_in(administrator).get(PAGE).content.decode()

    assert "g…@example.net" in page
    assert "giver" not in page
    assert "Gina" not in page


def test_nobody_learns_here_who_was_asked_in_confidence(sign_in, administrator, mentee):
    """Whoever got the one reminder of a confidential round had not answered by then."""
    kinds.register(replace(kinds.get("test.quiet_word"), name="test.asked_in_confidence", in_confidence=True))
    asked = notice(mentee, State.DEAD)
    Notice.objects.filter(pk=asked.pk).update(kind="test.asked_in_confidence", key="asked")
    told = sent(mentee)
    browser = sign_in(administrator)

    row, *_rest = browser.get(PAGE, {"state": "dead"}).context["lines"]
    page = browser.get(PAGE, {"state": "dead"}).content.decode()

    assert (row.to, row.person, row.settle) == ("Somebody here, in confidence", None, True)
    assert mentee.name not in page
    assert str(mentee.code) not in page
    for who in (mentee.email, mentee.full_name):
        assert shown(browser.get(PAGE, {"who": who})) == [told.pk]


def test_questions_for_feedback_their_reminders_and_thanks_are_in_confidence():
    assert kinds.in_confidence() == [f"assignments.feedback_{name}" for name in ("asked", "reminder", "thanked")]


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("", {"sent", "doubtful", "dead", "held"}),
        ("look", {"doubtful", "dead"}),
        ("held", {"held"}),
        ("dead", {"dead"}),
        ("no such state", {"sent", "doubtful", "dead", "held"}),
    ],
)
def test_the_list_is_narrowed_by_state(sign_in, administrator, mentee, state, expected):
    rows = {
        "sent": sent(UserFactory()),
        "doubtful": notice(UserFactory(), State.UNCERTAIN),
        "dead": notice(UserFactory(), State.DEAD),
        "held": notice(UserFactory(), due_at=now() + timedelta(hours=8)),
    }

    answer = sign_in(administrator).get(PAGE, {"state": state})

    assert set(shown(answer)) == {rows[name].pk for name in expected}


def test_the_list_is_narrowed_by_kind_and_recipient(sign_in, administrator, mentee, mentor):
    mine, _other = sent(mentee), sent(mentor)
    browser = sign_in(administrator)

    assert shown(browser.get(PAGE, {"who": "MINA@example.org"})) == [mine.pk]
    assert shown(browser.get(PAGE, {"who": "okaf", "kind": "test.quiet_word"})) == [mine.pk]
    empty = browser.get(PAGE, {"kind": "notices.digest", "who": "okaf"})
    assert shown(empty) == []
    assert "Nothing fits" in empty.content.decode()


def test_pages_go_on_by_key_and_keep_what_was_asked(sign_in, administrator):
    rows = [notice(UserFactory(), State.DEAD) for _ in range(30)]
    browser = sign_in(administrator)

    first = browser.get(PAGE, {"state": "dead"})
    second = browser.get(PAGE, {"state": "dead", "after": first.context["page"].next_key})

    assert shown(first) + shown(second) == [row.pk for row in reversed(rows)]
    assert "state=dead" in first.content.decode()


def test_a_page_takes_as_many_queries_with_three_rows_as_with_one(sign_in, administrator, count_queries):
    browser = sign_in(administrator)
    sent(UserFactory())
    one = count_queries(browser, PAGE)
    sent(UserFactory())
    notice(UserFactory(), State.DEAD)

    assert count_queries(browser, PAGE) == one
    assert one <= 12


def test_the_page_says_since_when_the_mail_server_does_not_answer(sign_in, administrator, mentee, clock):
    breaker.silent("535 wrong password")
    notice(mentee)
    browser = sign_in(administrator)

    early = browser.get(PAGE)
    clock(minutes=11)
    late = browser.get(PAGE)

    assert "Does not answer" in early.content.decode()
    assert "535 wrong password" in early.content.decode()
    assert (early.context["standing"].alarm, late.context["standing"].alarm) == (False, True)
    assert late.context["standing"].due == 1
    breaker.answered()
    assert "Does not answer" not in browser.get(PAGE).content.decode()


def test_a_doubtful_message_is_sent_again_under_the_same_message_id(
    sign_in, administrator, mentee, django_capture_on_commit_callbacks
):
    row = notice(mentee, State.UNCERTAIN, attempts=1, data_started_at=now())

    answer = sign_in(administrator).post(reverse("notices:proof-again"), {"notice": row.pk}, follow=True)

    assert "It is sent again." in answer.content.decode()
    delivery.deliver()
    row.refresh_from_db()
    assert row.state == State.SENT
    [letter] = mail.outbox
    assert letter.extra_headers["Message-ID"] == row.message_id
    entry = AuditEntry.objects.get(verb="notices.sent_again")
    assert (entry.actor, entry.object_id, entry.fields) == (administrator, row.pk, ["due_at", "state"])


def test_a_message_is_closed_by_hand_and_never_sent(sign_in, administrator, mentee):
    row = notice(mentee, State.DEAD, reason="The mail server refused it for good (550).")

    sign_in(administrator).post(reverse("notices:proof-close"), {"notice": row.pk})
    delivery.deliver()

    row.refresh_from_db()
    assert (row.state, mail.outbox) == (State.SETTLED, [])
    assert AuditEntry.objects.filter(verb="notices.closed_by_hand", object_id=row.pk).count() == 1


@pytest.mark.parametrize("name", ["proof-again", "proof-close"])
def test_what_was_settled_meanwhile_stays_as_it_is(sign_in, administrator, mentee, name):
    row = sent(mentee)

    answer = sign_in(administrator).post(reverse(f"notices:{name}"), {"notice": row.pk}, follow=True)

    assert "Somebody has settled it meanwhile." in answer.content.decode()
    row.refresh_from_db()
    assert row.state == State.SENT
    assert not AuditEntry.objects.filter(verb__startswith="notices.").exists()


def test_all_that_could_not_be_sent_is_sent_again_at_once(sign_in, administrator):
    rows = [notice(UserFactory(), State.DEAD, failures=8) for _ in range(3)]
    left = notice(UserFactory(), State.UNCERTAIN)

    answer = sign_in(administrator).post(reverse("notices:proof-again"), {"all": "dead"}, follow=True)

    assert "3 messages are sent again." in answer.content.decode()
    assert delivery.deliver() == {State.SENT: 3}
    left.refresh_from_db()
    assert left.state == State.UNCERTAIN
    assert AuditEntry.objects.filter(verb="notices.sent_again").count() == len(rows)
    assert doubtful.send_all_again(by=administrator) == 0


@pytest.mark.parametrize("wrong", ["", "x", "0", "9" * 30])
def test_a_number_that_is_none_changes_nothing_and_says_so(sign_in, administrator, mentee, wrong):
    row = notice(mentee, State.DEAD)

    answer = sign_in(administrator).post(reverse("notices:proof-again"), {"notice": wrong}, follow=True)

    assert "Somebody has settled it meanwhile." in answer.content.decode()
    row.refresh_from_db()
    assert row.state == State.DEAD


def test_nobody_else_settles_anything(hr, mentee):
    row = notice(mentee, State.DEAD)
    for change in (doubtful.send_again, doubtful.close):
        with pytest.raises(PermissionDenied):
            change(row, by=hr)
    with pytest.raises(PermissionDenied):
        doubtful.send_all_again(by=hr)
